"""Finding a writer, refusing what is not there, and leaving the old file alone."""

import subprocess
import sys
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


def test_a_writer_is_where_it_is_looked_for_first():
    available_writers()
    for entry in map(writers.__getitem__, writers):
        kind, suffix = entry.facts["kind"], entry.facts["suffix"]
        home = suffix.removeprefix(".") if kind == "report" else kind
        assert entry.function.__module__ == f"taskforce_analysis.writing.{home}"


def test_one_file_loads_one_format(tmp_path: Path):
    steps = (
        "import sys",
        "from taskforce_analysis.results import run",
        "from taskforce_analysis.shipped import data_folder",
        "from taskforce_analysis.writing import write",
        'results = run(measurement=data_folder("published") / "maaling.toml")',
        f"write(results, {str(tmp_path / 'a.json')!r})",
        'room = "taskforce_analysis.writing."',
        "print(*sorted(name for name in sys.modules if name.startswith(room)))",
    )
    code = "\n".join(steps)
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said.split() == ["taskforce_analysis.writing.json"]


def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path: Path):
    with pytest.raises(UsageError, match=r'no report .* "\.odt".*\.docx, \.html'):
        write(results_to_write(), tmp_path / "a.odt")


def test_an_unknown_kind_is_refused_with_the_nearest(tmp_path: Path):
    with pytest.raises(UsageError, match='Nearest: "report"'):
        write(results_to_write(), tmp_path / "a.docx", kind="raport")


def test_a_kind_and_a_suffix_are_not_taken_for_one_another(tmp_path: Path):
    with pytest.raises(UsageError, match=r'no kind of output .*"report\.json"'):
        write(results_to_write(), tmp_path / "a", kind="report.json")


def test_a_users_own_writer_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writers, "_entries", dict(writers._entries))

    @writer("report", ".own", label={"da": "", "en": ""})
    def write_own(results: Results, path: Path, language: Language) -> None:
        path.write_text(f"{language.id} {results.form.id}")

    path = write(results_to_write(), tmp_path / "a.own", language="en")
    assert path.read_text() == f"en {results_to_write().form.id}"


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
    available_writers()
    monkeypatch.setattr(writers, "_entries", dict(writers._entries))

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
