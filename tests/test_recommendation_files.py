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
    assert first.goal_staff == "Alle bruger skabelonen for helhedsvurdering."
    assert first.goal_citizen == "Familien mødes af én plan."
    assert first.result == "Skabelonen er i brug i alle team."


def test_a_toml_gives_the_same_record(tmp_path: Path):
    path = tmp_path / "anbefalinger.toml"
    path.write_text(TOML, "utf-8")
    one = load_recommendations(path, FORM).recommendations[0]
    assert (one.number, one.theme, one.status) == ("7", "involvement", "anchored")
    assert (one.due, one.measures) == (date(2021, 12, 31), ("child_interview",))


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("K4", "gennemført ", "ANSWER_NORMALISED"),
        ("K4", "Næsten færdig", "ANSWER_UNKNOWN"),
        ("B4", "Økonomi", "ANSWER_UNKNOWN"),
        ("M4", "Rygte", "ANSWER_UNKNOWN"),
        ("E4", "helhedsvurderingen", "MEASURE_UNMATCHED"),
        ("J4", "31.02.2020", "DATE_INVALID"),
        ("J4", "31-12-2020", "DATE_TEXT"),
        ("A5", 1, "CASE_DUPLICATE"),
        ("I4", "010135-0000", "CPR_FOUND"),
        ("I4", "=1/0", "FORMULA_NOT_CALCULATED"),
        ("N3", "Bemærkninger", "COLUMN_IGNORED"),
        ("N3", "Status", "HEADER_DUPLICATE"),
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
    loaded = load_recommendations(with_cells(tmp_path, K4="Ved ikke"), FORM)
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


def test_the_themes_are_those_of_the_shared_vocabulary():
    labels = [word.label for word in load_vocabulary().choices["theme"]]
    assert len(labels) == len(set(labels)) == 14
    assert {"Opfølgning", "Inddragelse", "Helhed og sammenhæng"} <= set(labels)


def test_evidence_may_name_a_source_of_the_measurement(tmp_path: Path):
    path = with_cells(tmp_path, M4="Interview; Gruppeinterview, oktober")
    loaded = load_recommendations(path, FORM, sources=["Gruppeinterview, oktober"])
    assert loaded.found == ()
    assert loaded.recommendations[0].evidence == (
        "interview",
        "Gruppeinterview, oktober",
    )


@pytest.mark.parametrize("name", ["da", "en"])
def test_every_column_has_a_heading_and_help(name: str):
    language = load_language(name)
    for column in load_vocabulary().columns:
        assert language.has(f"recommendations.help.{column}")
