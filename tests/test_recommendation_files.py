"""Recommendations: as much care with cells as in case workbooks, both ways."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from taskforce_analysis.errors import FileError, FormError
from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.recommendation_files import load_recommendations
from taskforce_analysis.recommendations import load_vocabulary
from taskforce_analysis.shipped import data_folder

FORM = load_form("boernehandicap")
EXAMPLE = data_folder("example") / "anbefalinger.xlsx"
TOML = """
[[recommendations]]
number = 7
theme = "Inddragelse"
text = "Barnet skal høres."
measures = ["child_interview"]
due = 2021-12-31
status = "forankret"
evidence = ["Interview"]
"""


def with_cells(folder: Path, **cells: Any) -> Path:
    """A copy of the example (headers in row 3, the first item in row 4)."""
    book = openpyxl.load_workbook(EXAMPLE)
    for place, value in cells.items():
        book["Anbefalinger"][place] = value
    book.save(folder / "anbefalinger.xlsx")
    return folder / "anbefalinger.xlsx"


def codes(path: Path) -> list[tuple[str, str | None]]:
    return [(one.code, one.cell) for one in load_recommendations(path, FORM).found]


def test_the_example_reads_without_a_question():
    loaded = load_recommendations(EXAMPLE, FORM)
    assert loaded.found == ()
    first = loaded.recommendations[0]
    assert [one.number for one in loaded.recommendations] == list("12345")
    assert (first.theme, first.status) == ("assessment", "carried_out")
    assert (first.due, first.page) == (date(2019, 6, 30), "17")
    assert first.measures == ("holistic_assessment",)
    assert first.evidence == ("cases", "interview")


def test_a_toml_gives_the_same_record(tmp_path: Path):
    path = tmp_path / "anbefalinger.toml"
    path.write_text(TOML, "utf-8")
    one = load_recommendations(path, FORM).recommendations[0]
    assert (one.number, one.theme, one.status) == ("7", "involvement", "anchored")
    assert (one.due, one.measures) == (date(2021, 12, 31), ("child_interview",))


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("I4", "gennemført ", "ANSWER_NORMALISED"),
        ("I4", "Næsten færdig", "ANSWER_UNKNOWN"),
        ("B4", "Økonomi", "ANSWER_UNKNOWN"),
        ("J4", "Rygte", "ANSWER_UNKNOWN"),
        ("E4", "helhedsvurderingen", "MEASURE_UNMATCHED"),
        ("H4", "31.02.2020", "DATE_INVALID"),
        ("H4", "31-12-2020", "DATE_TEXT"),
        ("A5", 1, "CASE_DUPLICATE"),
        ("G4", "010135-0000", "CPR_FOUND"),
        ("G4", "=1/0", "FORMULA_NOT_CALCULATED"),
        ("K3", "Bemærkninger", "COLUMN_IGNORED"),
        ("K3", "Status", "HEADER_DUPLICATE"),
    ],
)
def test_what_is_odd_is_told_by_its_cell(tmp_path: Path, place, value, code):
    assert (code, place) in codes(with_cells(tmp_path, **{place: value}))


def test_a_cpr_number_is_covered_in_the_text(tmp_path: Path):
    path = with_cells(tmp_path, C4="Sagen 010135-0000 bør genoptages.")
    loaded = load_recommendations(path, FORM)
    assert loaded.recommendations[0].text == "Sagen ██████-████ bør genoptages."
    assert [(one.code, one.severity) for one in loaded.found] == [
        ("CPR_FOUND", "error")
    ]


def test_an_unknown_status_counts_as_not_started(tmp_path: Path):
    loaded = load_recommendations(with_cells(tmp_path, I4="Ved ikke"), FORM)
    assert loaded.recommendations[0].status == "not_started"


def test_without_headers_nothing_is_read(tmp_path: Path):
    path = with_cells(tmp_path, C3="Andet")
    loaded = load_recommendations(path, FORM)
    assert loaded.recommendations == ()
    assert [one.code for one in loaded.found] == ["HEADER_NOT_FOUND"]


def test_a_wrong_key_and_a_missing_file_are_refused(tmp_path: Path):
    path = tmp_path / "a.toml"
    path.write_text(TOML.replace("status", "stauts"), "utf-8")
    with pytest.raises(FormError, match=r'unknown key\. Nearest: "status"'):
        load_recommendations(path, FORM)
    with pytest.raises(FileError, match="no such file"):
        load_recommendations(tmp_path / "b.xlsx", FORM)


def test_the_themes_are_the_eight_and_the_four_of_which_they_share_one():
    labels = [word.label for word in load_vocabulary().choices["theme"]]
    assert len(labels) == len(set(labels)) == 11
    assert "Opfølgning" in labels


@pytest.mark.parametrize("name", ["da", "en"])
def test_every_column_has_a_heading_and_help(name: str):
    language = load_language(name)
    for column in load_vocabulary().columns:
        assert language.has(f"recommendations.help.{column}")
