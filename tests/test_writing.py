"""Finding a writer, refusing what is not there, and leaving the old file alone."""

from pathlib import Path

import pytest
from results_to_write import results_to_write

from taskforce_analysis.errors import UsageError
from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import available_writers, write, writer, writers


def test_every_suffix_of_the_report_has_a_writer():
    assert set(available_writers()["report"]) >= {".docx", ".html", ".json", ".xlsx"}


def test_every_writer_says_in_both_languages_what_it_writes():
    available_writers()
    assert all({"da", "en"} <= set(writers[name].label) for name in writers)


def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path: Path):
    with pytest.raises(UsageError, match=r'no report .* "\.odt".*\.docx, \.html'):
        write(results_to_write(), tmp_path / "a.odt")


def test_an_unknown_kind_is_refused_with_the_nearest(tmp_path: Path):
    with pytest.raises(UsageError, match='Nearest: "report"'):
        write(results_to_write(), tmp_path / "a.docx", kind="raport")


def test_an_unknown_option_is_refused_with_the_nearest(tmp_path: Path):
    with pytest.raises(UsageError, match=r'no option "templat"\. Nearest: "template"'):
        write(results_to_write(), tmp_path / "a.docx", templat="x")
    assert list(tmp_path.iterdir()) == []


def test_the_suffix_is_read_without_case(tmp_path: Path):
    path = write(results_to_write(), tmp_path / "TAL.JSON")
    assert path == tmp_path / "TAL.JSON"
    assert path.read_bytes().startswith(b"{")


def test_the_folder_is_made_where_it_is_not_there(tmp_path: Path):
    path = write(results_to_write(), tmp_path / "a" / "b" / "tal.json")
    assert [one.name for one in path.parent.iterdir()] == ["tal.json"]


def test_a_writer_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writers, "_entries", dict(writers._entries))
    available_writers()

    @writer("broken", ".txt", label={"da": "", "en": ""})
    def write_half(results: Results, path: Path, language: Language) -> None:
        path.write_text("half")
        raise OSError("the disk is full")

    path = tmp_path / "old.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="the disk is full"):
        write(results_to_write(), path, kind="broken")
    assert [one.name for one in tmp_path.iterdir()] == ["old.txt"]
    assert path.read_text() == "old"
