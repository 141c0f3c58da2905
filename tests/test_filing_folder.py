"""The report's folder: what is in it, what stays, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_results import fake_results

from taskforce_analysis.errors import FileError, UsageError, file_error
from taskforce_analysis.filing import folder as writing_folder
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import NAME, verify_folder
from taskforce_analysis.settings import Settings


@pytest.fixture
def quick(monkeypatch) -> SimpleNamespace:
    """Writers that note what they are asked for and write a few bytes.

    What each writes is the matter of its own tests; here it is which files there are.
    """
    asked = SimpleNamespace(written=[], drawn=[], pages=2, fails="")

    def write(results, path, *, language, **options):
        if path.name == asked.fails:
            raise file_error("FILE_NOT_FOUND", path)
        asked.written.append((path.name, results.is_disclosed, language.id, options))
        path.write_text(path.name, "utf-8")

    def draw_pages(name, results, *, language, **options):
        asked.drawn.append((name, options.get("group", "")))
        yield from range(asked.pages)

    def export(figure, path):
        path.with_suffix(".png").write_text(str(figure), "utf-8")

    monkeypatch.setattr(writing_folder, "write", write)
    monkeypatch.setattr(writing_folder, "draw_pages", draw_pages)
    monkeypatch.setattr(writing_folder, "export", export)
    return asked


def test_the_report_comes_first_and_all_is_told_in_the_provenance(quick, tmp_path):
    made = write_folder(fake_results(2), tmp_path / "ud", language="en")
    names = [path.name for path in made]
    assert names == [
        *("rapport.docx", "rapport.html", "rapport.xlsx"),
        *("figur1.png", "figur2.png", NAME, "tal.json"),
    ]
    assert all(path.is_file() for path in made)
    assert {language for _, _, language, _ in quick.written} == {"en"}
    told = json.loads((tmp_path / "ud" / NAME).read_text("utf-8"))
    assert {one["file"] for one in told["outputs"]} == {*names} - {NAME}
    assert told["language"] == "en"


def test_only_the_document_is_given_the_template(quick, tmp_path: Path):
    template = tmp_path / "egen.docx"
    template.write_bytes(b"x")
    write_folder(fake_results(2), tmp_path / "ud", template=template)
    given = {name: options for name, _, _, options in quick.written}
    assert given["rapport.docx"].pop("template") == template
    pictures = [one.pop("pictures") for one in given.values() if "pictures" in one]
    assert len(pictures) == 2  # Word and the page show the same ones
    assert pictures[0] is pictures[1]
    names = ("rapport.docx", "rapport.xlsx", "rapport.html", "tal.json")
    assert given == {name: {} for name in names}


def test_figures_that_the_new_set_does_not_have_are_gone_and_the_rest_stays(
    quick, tmp_path: Path
):
    out = tmp_path / "ud"
    quick.pages = 3
    write_folder(fake_results(2), out)
    (out / "egne noter.txt").write_text("own", "utf-8")
    (out / "figurer.txt").write_text("own", "utf-8")
    quick.pages = 1
    write_folder(fake_results(2), out)
    figures = sorted(path.name for path in out.glob("figur*"))
    assert figures == ["figur1.png", "figurer.txt"]
    assert (out / "egne noter.txt").read_text("utf-8") == "own"
    assert not verify_folder(out).gone


def test_a_folder_that_is_not_ours_loses_no_figure(quick, tmp_path: Path):
    """Without a provenance the figures in it may be somebody's own."""
    (tmp_path / "figur9.png").write_text("own", "utf-8")
    write_folder(fake_results(2), tmp_path)
    assert (tmp_path / "figur9.png").read_text("utf-8") == "own"


def test_many_groups_have_one_map_and_few_a_figure_each(quick, tmp_path: Path):
    few, many = (tuple(f"K{n}" for n in range(count)) for count in (6, 7))
    by = Settings(by=("municipality",))
    write_folder(fake_results(2, groups=few, settings=by), tmp_path / "få")
    assert quick.drawn == [("change", group) for group in few]
    quick.drawn.clear()
    write_folder(fake_results(2, groups=many, settings=by), tmp_path / "mange")
    assert quick.drawn == [("heatmap", "")]


def test_every_file_is_written_of_what_may_be_shown(quick, tmp_path: Path):
    results = replace(fake_results(2), settings=Settings(publish="strict"))
    write_folder(results, tmp_path / "ud")
    assert [is_disclosed for _, is_disclosed, _, _ in quick.written] == [True] * 4


def test_a_file_with_the_folders_name_is_refused_and_kept(tmp_path: Path):
    taken = tmp_path / "ud"
    taken.write_text("own", "utf-8")
    with pytest.raises(UsageError, match="a file has the name of the folder"):
        write_folder(fake_results(2), taken)
    assert taken.read_text("utf-8") == "own"


def test_what_fails_on_the_way_leaves_the_former_set(quick, tmp_path: Path):
    out = tmp_path / "ud"
    write_folder(fake_results(2), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    quick.fails = "rapport.html"
    with pytest.raises(FileError, match=r"rapport\.html"):
        write_folder(fake_results(3), out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["ud"]


def test_of_one_measurement_the_rates_are_drawn(quick, tmp_path: Path):
    write_folder(fake_results(2, phases=("status",)), tmp_path / "ud")
    assert quick.drawn == [("rates", "all")]
