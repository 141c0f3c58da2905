"""A report that someone wrote on gets new figures, and keeps every word of theirs."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from office import edited, needs_office

from taskforce_analysis import cli
from taskforce_analysis.errors import FileError, UsageError
from taskforce_analysis.filing.provenance import (
    NAME,
    provenance_of,
    verify_folder,
    write_told,
)
from taskforce_analysis.filing.refreshing import Refreshed, refresh
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.word.document import account_of
from taskforce_analysis.writing.word.finding import marked_parts

# S-04 has "Nej" to the holistic assessment: 14 of 20 become 15 of 20, 70 % become 75.
# S-13 was followed up in time: 16 of 19 become 17, which page one tells in a sentence.
CORRECTED = "status.xlsx"
CELLS = ("G9", "R18")
TOLD = "Ét af de tre udvalgte krav er opfyldt oftere end før"
LABEL = "Der er foretaget en helhedsvurdering"
BEFORE, AFTER = "14 ud af 20 (70 %)", "15 ud af 20 (75 %)"
KEPT = "14\u00a0ud\u00a0af\u00a020 (70\u00a0%)"  # as the table has it
OWN = "Opfølgningen er bedre i 16 af de 19 sager, skriver vi selv."
PROSE = "Kommunen har i 2019 indført en skabelon for helhedsvurderingen."


@pytest.fixture(scope="module")
def first() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("corrected") / "in"
    shutil.copytree(data_folder("example"), folder)
    correct(folder)
    return run(measurement=folder / "maaling.toml")


def correct(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / CORRECTED)
    sheet: Any = workbook.worksheets[0]
    for cell in CELLS:
        assert sheet[cell].value == "Nej"
        sheet[cell].value = "Ja"
    workbook.save(folder / CORRECTED)


@pytest.fixture(scope="module")
def made(first: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(first, tmp_path_factory.mktemp("made") / "rapport.docx")


@pytest.fixture
def report(made: Path, tmp_path: Path) -> Path:
    shutil.copy(made, tmp_path / "rapport.docx")
    return tmp_path / "rapport.docx"


def texts(path: Path) -> list[str]:
    return [
        one.text.replace("\u00a0", " ") for one in docx.Document(str(path)).paragraphs
    ]


def cells(path: Path) -> list[list[str]]:
    return [
        [cell.text.replace("\u00a0", " ") for cell in row.cells]
        for table in docx.Document(str(path)).tables
        for row in table.rows
    ]


def pictures(path: Path) -> list[tuple[str, bytes]]:
    document = docx.Document(str(path))
    drawings: Any = document.element.body.iter(qn("w:drawing"))
    found = []
    for one in drawings:
        described = next(one.iter(qn("wp:docPr"))).get("descr")
        blip = next(one.iter(qn("a:blip"))).get(qn("r:embed"))
        found.append((described, document.part.related_parts[blip].blob))
    return found


def elements(path: Path) -> list[bytes]:
    """Every paragraph and table of the body, as it stands in the file."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    return [etree.tostring(one) for one in docx.Document(str(path)).element.body]


def figures_of(done: Refreshed) -> set[tuple[str, str, str, str]]:
    return {
        (one.measure, one.column, one.old, one.new)
        for one in done.changes
        if one.kind == "table" and one.measure
    }


def test_without_a_correction_nothing_is_written(report: Path, first: Results):
    before = report.read_bytes()
    done = refresh(report, first)
    assert done == Refreshed(language="da", changes=())
    assert report.read_bytes() == before
    assert [path.name for path in report.parent.iterdir()] == ["rapport.docx"]


def test_the_changed_figures_are_changed_and_told(report: Path, second: Results):
    done = refresh(report, second)
    told = [one.new for one in done.changes if one.kind == "text"]
    assert [text for text in told if "17 ud af 19 sager" in text.replace("\u00a0", " ")]
    assert figures_of(done) >= {
        (
            "holistic_assessment",
            "Status 2021",
            KEPT,
            "15\u00a0ud\u00a0af\u00a020 (75\u00a0%)",
        ),
        ("holistic_assessment", "Opfyldt", "8 / 14", "8 / 15"),
        ("follow_up_timely", "Opfyldt", "6 / 16", "6 / 17"),
    }
    assert {one.measure for one in done.changes if one.measure} == {
        "holistic_assessment",
        "follow_up_timely",
    }
    assert done.is_whole


def test_what_comes_out_says_what_a_new_report_says(
    report: Path, second: Results, tmp_path: Path
):
    refresh(report, second)
    new = write(second, tmp_path / "ny.docx")
    assert texts(report) == texts(new)
    assert cells(report) == cells(new)
    assert pictures(report) == pictures(new)


def test_the_rest_of_the_document_is_not_touched(
    report: Path, made: Path, second: Results
):
    refresh(report, second)
    pairs = list(zip(elements(made), elements(report), strict=True))
    apart = sum(old != new for old, new in pairs)
    assert (
        0 < apart <= 9
    )  # texts, tables and one picture; the other hundred are the same
    assert len(pairs) > 100


def test_the_former_one_is_kept_and_another_target_leaves_it(
    report: Path, first: Results, second: Results, tmp_path: Path
):
    before = report.read_bytes()
    done = refresh(report, second, out=tmp_path / "ny.docx")
    assert report.read_bytes() == before
    assert (done.path, done.former) == (tmp_path / "ny.docx", None)
    done = refresh(report, second)
    assert done.former == tmp_path / "rapport_tidligere.docx"
    assert (tmp_path / "rapport_tidligere.docx").read_bytes() == before
    assert refresh(report, first).former == tmp_path / "rapport_tidligere-2.docx"


def test_prose_written_in_word_stays(report: Path, second: Results):
    document: Any = docx.Document(str(report))
    own = document.paragraphs[4].insert_paragraph_before(PROSE)
    own.runs[0].bold = True
    sentence = next(one for one in document.paragraphs if one.text.startswith(TOLD))
    sentence.add_run(" Det er drøftet i udvalget.").italic = True
    document.save(str(report))
    before = elements(report)[4]
    done = refresh(report, second)
    assert elements(report)[4] == before
    after = next(text for text in texts(report) if text.startswith(TOLD))
    assert "17 ud af 19 sager" in after
    assert after.endswith(" Det er drøftet i udvalget.")
    assert done.is_whole


def test_the_look_of_a_sentence_stays_where_its_words_do(report: Path, second: Results):
    document: Any = docx.Document(str(report))
    sentence = next(one for one in document.paragraphs if one.text.startswith(TOLD))
    run_: Any = sentence.runs[0]
    head, tail = TOLD, run_.text.removeprefix(TOLD)
    run_.text, run_.bold = head, True
    rest = sentence.add_run(tail)
    run_._r.addnext(rest._r)
    document.save(str(report))
    refresh(report, second)
    changed: Any = next(
        one
        for one in docx.Document(str(report)).paragraphs
        if one.text.startswith(TOLD)
    )
    assert (changed.runs[0].text, changed.runs[0].bold) == (TOLD, True)
    assert "17 ud af 19 sager" in changed.runs[1].text.replace("\u00a0", " ")
    assert changed.runs[1].bold is None


def test_words_changed_by_hand_are_kept_and_told_of(report: Path, second: Results):
    document: Any = docx.Document(str(report))
    sentence = next(one for one in document.paragraphs if one.text.startswith(TOLD))
    sentence.runs[0].text = OWN
    document.save(str(report))
    done = refresh(report, second)
    kept = [one for one in done.changes if one.what == "kept"]
    assert [one.old for one in kept] == [OWN]
    assert "17 ud af 19 sager" in kept[0].new.replace("\u00a0", " ")
    assert not done.is_whole
    assert OWN in texts(report)
    done = refresh(report, second, overwrite=True)
    assert done.is_whole
    assert OWN not in texts(report)


def test_a_table_changed_by_hand_is_kept_until_asked(report: Path, second: Results):
    document: Any = docx.Document(str(report))
    document.tables[0].rows[1].cells[0].paragraphs[0].add_run(" (se note)")
    document.save(str(report))
    done = refresh(report, second)
    assert [one.kind for one in done.changes if one.what == "kept"] == ["table"]
    assert BEFORE in [cell for row in cells(report)[:6] for cell in row]
    refresh(report, second, overwrite=True)
    assert AFTER in [cell for row in cells(report)[:6] for cell in row]


def test_what_was_deleted_does_not_come_back(report: Path, second: Results):
    document: Any = docx.Document(str(report))
    gone = [one for one in document.paragraphs if one.text.startswith(TOLD)]
    for one in gone:
        one._p.getparent().remove(one._p)
    document.tables[0]._tbl.getparent().remove(document.tables[0]._tbl)
    document.save(str(report))
    assert refresh(report, second).is_whole
    assert not [text for text in texts(report) if text.startswith(TOLD)]
    # The annex stars it too; in the table of its theme its law stands under it.
    assert not [row for row in cells(report) if row[0].startswith(f"{LABEL} *\n")]


def test_a_new_sentence_goes_beside_its_neighbour_and_an_old_one_away(
    report: Path, first: Results
):
    # The measures that are told first are no longer chosen beforehand.
    plan = replace(first.measurement, primary=())
    comparison = first.comparison.assign(primary=False)
    other = replace(first, measurement=plan, comparison=comparison)
    done = refresh(report, other)
    what = {(one.what, one.kind) for one in done.changes}
    assert ("removed", "text") in what
    new = write(other, report.parent / "ny.docx")
    assert sorted(texts(report)) == sorted(texts(new))
    assert ("added", "text") in {
        (one.what, one.kind) for one in refresh(report, first).changes
    }
    assert sorted(texts(report)) == sorted(texts(write(first, new)))


@pytest.mark.parametrize(
    ("kind", "language"), [("notat", "da"), ("method", "da"), ("report", "en")]
)
def test_the_other_papers_and_english_are_refreshed_too(
    first: Results, second: Results, tmp_path: Path, kind: str, language: str
):
    path = write(first, tmp_path / "a.docx", kind=kind, language=language)
    refresh(path, second)
    new = write(second, tmp_path / "b.docx", kind=kind, language=language)
    assert texts(path) == texts(new)
    assert cells(path) == cells(new)


def test_a_document_of_someone_else_is_refused(tmp_path: Path, first: Results):
    path = tmp_path / "brev.docx"
    docx.Document().save(str(path))
    with pytest.raises(UsageError, match=r"no part of this report.*Make a new one"):
        refresh(path, first)
    path.write_bytes(b"no zip")
    with pytest.raises(UsageError, match="the file is no Word document"):
        refresh(path, first)
    locked = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + locked)
    with pytest.raises(FileError, match="protected by a password"):
        refresh(path, first)
    with pytest.raises(FileError, match="there is no such file"):
        refresh(tmp_path / "ingen.docx", first)


def test_another_language_and_another_form_are_refused(report: Path, first: Results):
    before = report.read_bytes()
    with pytest.raises(UsageError, match=r'language "da".*--language da'):
        refresh(report, first, language="en")
    other = replace(first, form=replace(first.form, id="voksenhandicap"))
    with pytest.raises(UsageError, match='of the form "boernehandicap"'):
        refresh(report, other)
    assert report.read_bytes() == before


def test_the_bookmarks_are_whole_and_each_their_own(made: Path):
    document = docx.Document(str(made))
    found = list(marked_parts(document))
    assert all(one.is_as_written for one in found)
    starts = [
        one.get(qn("w:id")) for one in document.element.body.iter(qn("w:bookmarkStart"))
    ]
    ends = [
        one.get(qn("w:id")) for one in document.element.body.iter(qn("w:bookmarkEnd"))
    ]
    assert sorted(starts) == sorted(ends)
    assert len(set(starts)) == len(starts)
    assert max(len(one.mark.name) for one in found) <= 40
    assert account_of(document).parts == tuple(one.mark.key for one in found)


def test_libreoffice_edits_and_saves_in_between(report: Path, second: Results):
    needs_office()
    heading = "Sådan er målingen lavet, og sådan læses tallene"
    edited(report, (heading, PROSE), ("Kort fortalt", " om målingen"))
    before, rows, drawn = texts(report), cells(report), pictures(report)
    assert PROSE in before
    done = refresh(report, second)
    after = texts(report)
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert changed
    assert all("fulgt op" in old and "fulgt op" in new for old, new in changed)
    apart = [
        (old[0].partition("\n")[0].rstrip(" *"), column)
        for old, new in zip(rows, cells(report), strict=True)
        for column, one, other in zip(range(9), old, new, strict=False)
        if one != other
    ]
    follow_up = "Der er fulgt op rettidigt"
    assert {row for row, _ in apart} == {LABEL, follow_up, "status.xlsx"}
    # The chosen measures are drawn anew; how long it took is as it was.
    again = zip(drawn, pictures(report), strict=True)
    assert [one != other for one, other in again] == [True, False]
    assert {PROSE, "Kort fortalt om målingen"} <= set(after)
    bold: Any = next(
        one for one in docx.Document(str(report)).paragraphs if one.text == PROSE
    )
    assert any(run_.bold for run_ in bold.runs)
    assert ("holistic_assessment", "Opfyldt", "8 / 14", "8 / 15") in figures_of(done)
    assert done.is_whole


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[str, int]:
    with pytest.raises(SystemExit) as left:
        cli.main([str(word) for word in words])
    return capsys.readouterr().out, int(left.value.code or 0)


def test_the_command_takes_the_files_from_the_provenance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "maaling"
    shutil.copytree(data_folder("example"), folder)
    path = folder / "output" / "rapport.docx"
    results = run(measurement=folder / "maaling.toml")
    write(results, path)
    told = provenance_of(results, path.parent, language="da")
    write_told(told, path.parent / NAME)
    out, status = said(capsys, "--language", "da", "refresh", path)
    assert ("Intet er ændret" in out, status) == (True, 0)
    correct(folder)
    out, status = said(capsys, "--language", "da", "refresh", path)
    assert status == 0
    lines = out.replace("\u00a0", " ").splitlines()
    assert lines[0] == LABEL
    assert lines[1] == f"  Status 2021: {BEFORE} -> {AFTER}"
    assert "rapport_tidligere.docx" in out
    # The provenance still tells of the report as it was, and that is said.
    assert "oprindelse.json og rapportens andre filer er som før" in out
    assert verify_folder(path.parent).changed == ["rapport.docx"]
    out, status = said(
        capsys,
        "refresh",
        path,
        folder / "maaling.toml",
        "--json",
        "-o",
        tmp_path / "x.docx",
    )
    assert (json.loads(out)["changes"], status) == ([], 0)
    assert (tmp_path / "x.docx").is_file()


def test_the_command_tells_every_change_as_json(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "maaling"
    shutil.copytree(data_folder("example"), folder)
    correct(folder)
    out, status = said(capsys, "refresh", report, folder / "maaling.toml", "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["form"], told["language"]) == ("boernehandicap", "da")
    assert (told["written"], told["former"]) == (
        "rapport.docx",
        "rapport_tidligere.docx",
    )
    row = {"what": "changed", "kind": "table", "measure": "holistic_assessment"}
    row |= {"column": "Opfyldt", "old": "8 / 14", "new": "8 / 15"}
    assert any(row.items() <= one.items() for one in told["changes"])
    assert told["not_updated"] == []


def test_the_command_refuses_what_it_cannot_refresh(
    report: Path, capsys: pytest.CaptureFixture[str]
):
    assert said(capsys, "refresh", report)[1] == 2  # no provenance beside it
    out, status = said(capsys, "refresh", report, "--json")
    assert json.loads(out)["error"]["code"] == "USAGE"
    assert status == 2
    example = data_folder("example") / "maaling.toml"
    assert said(capsys, "--language", "en", "refresh", report, example)[1] == 2
    faulty = data_folder("example") / "status_med_fejl.xlsx"
    out, status = said(capsys, "refresh", report, faulty, "--json")
    assert (status, json.loads(out)["changes"]) == (1, None)


# A document of version 0.2.0, of the example, with its pictures made small.
EARLIER = Path(__file__).parent / "data" / "report_0_2_0.docx"
MINE = [
    "Praksis er samlet set styrket, skriver vi.",
    "Og det skyldes skabelonen.",
    "En sætning om udredningen.",
    "Vores eget kapitel",
    "Det handler om næste år.",
]


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    shutil.copy(EARLIER, tmp_path / "rapport.docx")
    return tmp_path / "rapport.docx"


def headings(path: Path) -> list[str]:
    return [
        one.text
        for one in docx.Document(str(path)).paragraphs
        if one.style is not None and str(one.style.name).startswith("Heading")
    ]


def written_on(path: Path) -> None:
    """As an author does: a paragraph, words after ours, in a theme, a chapter."""
    document = docx.Document(str(path))
    heads = {one.text: one for one in document.paragraphs}
    heads["Resultater efter tema"].insert_paragraph_before(MINE[0])
    told = document.paragraphs
    ours = next(one for one in told if one.text.startswith("Målingen omfatter"))
    ours.add_run(f" {MINE[1]}")
    heads["Inddragelse"].insert_paragraph_before(MINE[2])
    document.add_heading(MINE[3], level=1)
    document.add_paragraph(MINE[4])
    document.save(str(path))


def test_a_report_of_an_earlier_version_is_made_anew(earlier: Path, first: Results):
    assert account_of(docx.Document(str(earlier))).structure == ""
    fresh = write(first, earlier.with_name("ny.docx"))
    done = refresh(earlier, first)
    assert (done.is_remade, done.is_whole, done.changes) == (True, True, ())
    assert texts(earlier) == texts(fresh)
    assert cells(earlier) == cells(fresh)
    assert [alt for alt, _ in pictures(earlier)] == [alt for alt, _ in pictures(fresh)]
    turned = [one.orientation for one in docx.Document(str(earlier)).sections]
    assert turned == [one.orientation for one in docx.Document(str(fresh)).sections]
    assert not refresh(earlier, first).has_changed


def test_what_its_author_wrote_is_carried_over(earlier: Path, first: Results):
    written_on(earlier)
    done = refresh(earlier, first)
    assert {one.new for one in done.changes} == set(MINE)
    after = texts(earlier)
    assert [after.count(text) for text in MINE] == [1] * len(MINE)
    theme = after[after.index("Faglig udredning") : after.index("Inddragelse")]
    assert MINE[2] in theme
    assert headings(earlier)[-3:] == [
        "Tekster fra det tidligere dokument",
        "Stod under »Sammenfatning«",
        MINE[3],
    ]
    assert after[-1] == MINE[4]
    assert done.former
    assert MINE[0] in texts(done.former)


def test_an_earlier_report_that_libreoffice_saved_keeps_its_authors_words(
    earlier: Path, first: Results
):
    needs_office()
    written_on(earlier)
    edited(earlier, ("udredningen", "udredningen i 2021"), (MINE[4], " Og mere."))
    refresh(earlier, first)
    after = texts(earlier)
    for text in (*MINE[:2], "En sætning om udredningen i 2021.", f"{MINE[4]} Og mere."):
        assert after.count(text) == 1
    assert headings(earlier).count("Kort fortalt") == 1


def test_the_command_says_that_an_earlier_report_was_made_anew(
    earlier: Path, capsys: pytest.CaptureFixture[str]
):
    written_on(earlier)
    example = data_folder("example") / "maaling.toml"
    out, status = said(capsys, "--language", "da", "refresh", earlier, example)
    assert status == 0
    assert out.startswith("Dokumentet er lavet af en tidligere version")
    assert f"Flyttet til »Faglig udredning«: {MINE[2]}" in out


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("da", ("analyse.xlsx", "Rapporten er lavet af denne fil", "--inputs")),
        ("en", ("analyse.xlsx", "The report was made of this file", "--inputs")),
    ],
)
def test_a_report_moved_from_its_workbooks_says_which_it_asks_for(
    tmp_path, capsys, language, wanted
):
    folder, away = tmp_path / "maaling", tmp_path / "andetsteds"
    shutil.copytree(data_folder("example"), folder)
    path = folder / "output" / "rapport.docx"
    results = run(measurement=folder / "maaling.toml")
    write(results, path)
    told = provenance_of(results, path.parent, language="da")
    write_told(told, path.parent / NAME)
    shutil.move(path.parent, away)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["--language", language, "refresh", str(away / path.name)])
    said_of = " ".join(capsys.readouterr().err.split())
    assert [one for one in wanted if one not in said_of] == []
    # And the folder that it names is looked in.
    found = ["refresh", str(away / path.name), "--inputs", str(folder)]
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--language", "da", *found])
