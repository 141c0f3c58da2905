"""The Excel workbook, read back with another library."""

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from results_to_write import hostile_results, results_to_write, with_copy, with_row

from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write

SHEETS = [
    "Forside",
    "Indhold",
    "Noter",
    "Sammenligning",
    "Figur",
    "Optælling",
    "Bemærkninger",
    "Filer",
    "Indstillinger",
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("xlsx")
    return write(results_to_write(), folder / "a.xlsx")


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The sheet's one table as rows by heading."""
    (table,) = sheet.tables.values()
    head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(head, row, strict=True)) for row in rows]


def all_cells(book: Any) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def test_cover_contents_notes_then_one_sheet_per_table(book: Any):
    assert book.sheetnames == SHEETS
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert [len(sheet.tables) for sheet in book] == [0, *[1] * 8]


def test_every_sheet_says_in_a1_what_it_is(book: Any):
    assert book["Forside"]["A1"].value.startswith("Statusmåling: ")
    assert book["Forside"]["A3"].value.startswith("Internt arbejdsdokument.")
    assert all(sheet["A1"].value for sheet in book)


def test_no_merged_cell_no_formula_no_case(book: Any):
    assert [sheet.merged_cells.ranges for sheet in book] == [set()] * len(SHEETS)
    assert {cell.data_type for cell in all_cells(book)} <= {"s", "n"}
    assert not [cell for cell in all_cells(book) if "Sag 17" in str(cell.value)]


def test_the_comparison_has_numbers_as_numbers(book: Any):
    first = rows_of(book["Sammenligning"])[0]
    assert first["Målepunkt"] == "Der er foretaget en helhedsvurdering"
    assert (first["Opfyldt, Analyse"], first["Relevante, Analyse"]) == (8, 20)
    assert first["Andel, Status"] == pytest.approx(0.7)
    assert first["Forskel (procentpoint)"] == pytest.approx(30)
    assert first["Nedre grænse (procentpoint)"] == pytest.approx(-2.37)
    assert first["p-værdi"] == pytest.approx(0.0703)
    assert first["Udpeget til at afgøre"] == "ja"


def test_every_measure_is_there_in_the_form_s_order(book: Any):
    labels = [row["Målepunkt"] for row in rows_of(book["Sammenligning"])]
    form = results_to_write().form
    assert labels == [measure.label for measure in form.measures]


def test_where_there_is_no_number_a_mark_says_why(book: Any):
    rows = {row["Målepunkt"]: row for row in rows_of(book["Sammenligning"])}
    few = rows["Barnet eller den unge er inddraget"]
    assert (few["Opfyldt, Analyse"], few["Relevante, Analyse"]) == (1, 3)
    assert few["Andel, Analyse"] == few["p-værdi"] == "[for få]"
    absent = rows["Barnets plan er revideret efter opfølgningen"]
    assert absent["Andel, Analyse"] == "[intet tal]"
    explained = [row["Note"] for row in rows_of(book["Noter"])]
    assert any(note.startswith("[for få]: ") for note in explained)


def test_a_withheld_row_is_withheld_whole(tmp_path: Path):
    results = with_row(results_to_write(), "m2", reservation="withheld")
    book = openpyxl.load_workbook(write(results, tmp_path / "a.xlsx"))
    row = rows_of(book["Sammenligning"])[1]
    shown = list(row.values())[5:]
    assert {value for value in shown if value != "ingen"} == {
        "[tilbageholdt]",
        "Tilbageholdt",
    }


def test_a_scale_s_row_is_no_number_of_points(tmp_path: Path):
    results = with_copy(results_to_write(), "m1", basis="ordered", verdict="")
    book = openpyxl.load_workbook(write(results, tmp_path / "a.xlsx"))
    row = rows_of(book["Sammenligning"])[1]
    assert row["Forskel (procentpoint)"] == "[intet tal]"
    assert row["Grundlag"] == "hele skalaen (Cliffs delta)"
    assert "Cliffs delta 0,30" in row["Forbehold"]


def test_the_tally_counts_every_kind_of_answer(book: Any):
    rows = rows_of(book["Optælling"])
    kinds = [
        "Opfyldt",
        "Ikke opfyldt",
        "Ikke relevant",
        "Kan ikke vurderes",
        "Fristen ikke udløbet",
        "Ikke besvaret",
        "Kan ikke læses",
    ]
    assert all(sum(row[kind] for kind in kinds) == row["Sager"] for row in rows)
    assert [row["Måling"] for row in rows[:2]] == ["Analyse", "Status"]


def test_contents_link_to_the_sheets(book: Any):
    links = [cell.hyperlink.location for (cell,) in book["Indhold"]["A4:A10"]]
    assert links == [f"'{name}'!A1" for name in SHEETS[2:]]


def test_the_chart_has_error_bars_and_an_alt_text(path: Path):
    with zipfile.ZipFile(path) as package:
        chart = package.read("xl/charts/chart1.xml").decode()
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert chart.count("<c:errBars>") == 2
    assert "'Figur'!$C$5:$C$16" in chart or "Figur!$C$5:$C$16" in chart
    assert 'descr="Andel opfyldt i Analyse og Status' in drawing


def test_header_row_is_frozen_and_repeated_in_print(book: Any):
    assert book["Sammenligning"].freeze_panes == "A5"
    assert book["Sammenligning"].print_title_rows == "$4:$4"


def test_properties_are_set_and_the_time_is_fixed(book: Any):
    assert book.properties.creator == "Eksempelkøbing Kommune"
    assert book.properties.title.startswith("Statusmåling: ")
    assert book.properties.created.isoformat() == "1980-01-01T00:00:00"


def test_text_from_a_workbook_stays_text(tmp_path: Path):
    path = write(hostile_results(), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    cell = book["Filer"]["A4"]
    assert cell.value == '=HYPERLINK("http://a.invalid","x")<script>alert(1)</script>'
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    with zipfile.ZipFile(path) as package:
        sheets = [name for name in package.namelist() if "worksheets/sheet" in name]
        assert not [name for name in sheets if b"<f>" in package.read(name)]


@pytest.mark.parametrize("measures", [1, 40])
def test_english_with_one_and_forty_measures(tmp_path: Path, measures: int):
    path = write(results_to_write(measures), tmp_path / "a.xlsx", language="en")
    book = openpyxl.load_workbook(path)
    assert len(rows_of(book["Comparison"])) == measures
    assert book.sheetnames[0] == "Cover"


def test_two_phases_of_the_same_name_keep_their_columns(tmp_path: Path):
    results = results_to_write()
    phases = tuple(replace(phase, label="2021") for phase in results.form.phases)
    same = replace(results, form=replace(results.form, phases=phases))
    book = openpyxl.load_workbook(write(same, tmp_path / "a.xlsx"))
    first = rows_of(book["Sammenligning"])[0]
    assert (first["Opfyldt, 2021"], first["Opfyldt, 2021 (2)"]) == (8, 14)


def test_groups_have_a_column_of_their_own(tmp_path: Path):
    results = results_to_write(3, groups=("all", "Nord", "Syd"))
    book = openpyxl.load_workbook(write(results, tmp_path / "a.xlsx"))
    groups = [row["Gruppe"] for row in rows_of(book["Sammenligning"])]
    assert groups == [name for name in ("Alle", "Nord", "Syd") for _ in range(3)]


def test_the_same_bytes_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = write(results_to_write(), tmp_path / "a.xlsx").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    (tmp_path / "elsewhere").mkdir()
    again = write(results_to_write(), tmp_path / "elsewhere" / "b.xlsx")
    assert again.read_bytes() == first


@pytest.fixture(scope="module")
def timed() -> Results:
    """The example, whose decisions have dates."""
    return run(measurement=data_folder("example") / "maaling.toml")


def test_the_days_have_a_sheet_of_their_own(timed: Results, tmp_path: Path):
    book = openpyxl.load_workbook(write(timed, tmp_path / "a.xlsx"))
    before, after, difference = rows_of(book["Dage"])
    # Kaplan-Meier by hand: 16 cases in each phase, one of them open on the day.
    assert [before[name] for name in ("Sager", "Ikke afgjort")] == [16, 1]
    assert [before["Median (dage)"], after["Median (dage)"]] == [25, 19.5]
    assert [before["Inden for fristen"], before["Relevante"]] == [8, 15]
    assert difference["Median (dage)"] == pytest.approx(19.5 - 25)
    assert difference["Andel"] == "[intet tal]"
    assert before["90 procent (dage)"] == "[for få]"
    assert "Dage" in [row["Ark"] for row in rows_of(book["Indhold"])]


def test_days_that_were_not_reached_say_so(timed: Results, tmp_path: Path):
    days = timed.days.assign(upper_quartile=float("nan"), drawn_on="decision")
    book = openpyxl.load_workbook(
        write(replace(timed, days=days), tmp_path / "a.xlsx", language="en")
    )
    row = rows_of(book["Days"])[0]
    assert row["Upper quartile (days)"] == "[not reached]"
    assert row["Lower limit (days)"] == "[no number]"
    explained = [str(row["Note"]) for row in rows_of(book["Notes"])]
    assert any(text.startswith("[not reached]: ") for text in explained)


def test_what_is_withheld_of_the_days_is_not_in_the_workbook(
    timed: Results, tmp_path: Path
):
    strict = replace(timed, settings=Settings(publish="strict"))
    book = openpyxl.load_workbook(write(strict, tmp_path / "a.xlsx"))
    # One case was open in each phase: one is fewer than five.
    assert "Dage" not in book.sheetnames
