"""The synthetic workbooks: made by their script, labelled, and as the README says.

openpyxl reads them here, so that nothing of the package's own reading is trusted.
"""

import runpy
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from taskforce_analysis.errors import DataError
from taskforce_analysis.forms import load_form, match_form
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

FOLDER = data_folder("example")
SOUND = ("analyse.xlsx", "status.xlsx")
SPOILED = ("analyse_med_fejl.xlsx", "status_med_fejl.xlsx")
HEADER_ROW, FIRST_CASE, CASES = 5, 6, 20
SPELT = {"Ja": "Ja", "J": "Ja", "Ja - se note": "Ja"}
SPELT |= {"Nej": "Nej", "N": "Nej", "Nej - se note": "Nej"}


def columns_of(name: str) -> dict[str, list[Any]]:
    """Each column's 20 cells by its header."""
    sheet = load_workbook(FOLDER / name)["Sagsmåling"]
    rows = list(sheet.iter_rows(values_only=True))
    headers = rows[HEADER_ROW - 1]
    cases = rows[FIRST_CASE - 1 : FIRST_CASE - 1 + CASES]
    return dict(
        zip(map(str, headers), map(list, zip(*cases, strict=True)), strict=True)
    )


def kept(name: str, header: str) -> tuple[int, int]:
    """How many of the answers yes and no to a header are yes."""
    counted = Counter(SPELT.get(answer) for answer in columns_of(name)[header])
    return counted["Ja"], counted["Ja"] + counted["Nej"]


@pytest.fixture
def script(monkeypatch):
    """The script that makes the workbooks, without leaving anything behind."""
    folder = Path(__file__).resolve().parents[1] / "data"
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield runpy.run_path(str(folder / "make_example.py"))
    for name in ("example_cases", "fixed_bytes"):
        sys.modules.pop(name, None)


def test_the_script_makes_the_same_workbooks_again(script, tmp_path):
    script["make"](tmp_path)
    for name in (*SOUND, *SPOILED):
        with ZipFile(tmp_path / name) as made, ZipFile(FOLDER / name) as kept_file:
            assert made.namelist() == kept_file.namelist()
            assert [made.read(part) for part in made.namelist()] == [
                kept_file.read(part) for part in made.namelist()
            ]


@pytest.mark.parametrize("name", [*SOUND, *SPOILED])
def test_the_workbook_says_that_it_is_synthetic(name):
    book = load_workbook(FOLDER / name)
    assert "SYNTETISKE DATA" in str(book.properties.description)
    for sheet in book.worksheets:
        texts = [cell.value for row in sheet["A1:A3"] for cell in row]
        assert any(str(text).startswith("SYNTETISKE DATA") for text in texts)


@pytest.mark.parametrize("name", SOUND)
def test_the_headers_are_those_of_the_form(name):
    match = match_form(columns_of(name))
    assert match.form.id == "boernehandicap"
    assert match.lacking == ()


@pytest.mark.parametrize(
    ("header", "before", "after"),
    [
        ("Er der foretaget en helhedsvurdering?", (8, 20), (14, 20)),
        ("Er sagen tilstrækkeligt oplyst?", (12, 19), (15, 20)),
        ("Lever begrundelsen op til kravene", (17, 17), (18, 18)),
        ("Er der fulgt op rettidigt?", (6, 18), (16, 19)),
        ("Er der udarbejdet en aktuel børnefaglig undersøgelse?", (5, 12), (7, 12)),
        ("Indeholder handleplanen konkrete mål?", (5, 8), (7, 9)),
        (
            "Er der ved opfølgningen taget stilling til, om indsatsen skal ændres?",
            (0, 12),
            (3, 12),
        ),
    ],
)
def test_the_counts_are_those_that_are_declared(header, before, after):
    assert kept("analyse.xlsx", header) == before
    assert kept("status.xlsx", header) == after


# Weeks per provision in deadlines/eksempel.toml, before 2020 and after; § 52 has none,
# so that where it stands beside § 42 the limit is § 42's.
@pytest.mark.parametrize(
    ("name", "weeks_41", "measured", "expected"),
    [
        ("analyse.xlsx", 12, date(2018, 10, 1), (8, 15)),
        ("status.xlsx", 10, date(2021, 4, 1), (12, 16)),
    ],
)
def test_the_dates_keep_the_limit_as_often_as_declared(
    name, weeks_41, measured, expected
):
    columns = columns_of(name)
    weeks = {"§ 41": weeks_41, "§ 42": 8, "§ 42 og § 52, stk. 3, nr. 3": 8}
    outcomes = []
    for paragraph, received, decided in zip(
        columns["Paragraf"],
        columns["Ansøgning modtaget"],
        columns["Afgørelse truffet"],
        strict=True,
    ):
        if paragraph in weeks:
            last = as_day(received) + timedelta(weeks=weeks[paragraph])
            if decided or measured > last:
                outcomes.append(bool(decided) and as_day(decided) <= last)
    assert (sum(outcomes), len(outcomes)) == expected


def as_day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    day, month, year = map(int, value.split("-"))
    return date(year, month, day)


def test_the_workbooks_have_what_real_ones_have():
    sheet = load_workbook(FOLDER / "analyse.xlsx")["Sagsmåling"]
    assert "F4:J4" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet.column_dimensions["D"].hidden
    assert sheet.cell(FIRST_CASE + CASES, 1).value == "I alt"
    answers = [
        str(cell) for cells in columns_of("analyse.xlsx").values() for cell in cells
    ]
    assert {"J", "N", "IR", "-", "Kan ikke vurderes", "None"} <= set(answers)
    assert answers.count("None") > 1


def test_no_case_is_in_both_phases():
    before, after = (columns_of(name)["Sagsnr."] for name in SOUND)
    assert not set(before) & set(after)
    assert len(set(before)) == len(set(after)) == CASES


@pytest.mark.parametrize("name", SOUND)
def test_the_sound_workbooks_hold_no_cpr_number(name):
    with ZipFile(FOLDER / name) as container:
        texts = [container.read(part).decode("utf-8") for part in container.namelist()]
    assert sum(count_cpr(text) for text in texts) == 0


def test_the_errors_are_those_that_the_readme_names():
    before, after = (columns_of(name) for name in SPOILED)
    assert "Jaa" in before["Er der foretaget en helhedsvurdering?"]
    assert before["Er forældrene inddraget i sagens behandling?"].count("#N/A") == 2
    assert any(str(v).startswith("=") for v in before["Er der fulgt op rettidigt?"])
    assert len(set(after["Sagsnr."])) == CASES - 1
    assert any(isinstance(v, datetime) for v in after["Er der fulgt op rettidigt?"])


def test_the_cpr_number_is_nobodys():
    (number,) = [
        str(cell)
        for cell in columns_of("status_med_fejl.xlsx")[
            "Er sagen tilstrækkeligt oplyst?"
        ]
        if count_cpr(str(cell))
    ]
    # Seventh digit 4 and year 36: the last birthday that this series can hold.
    born = date(2000 + int(number[4:6]), int(number[2:4]), int(number[:2]))
    assert number[7] == "4"
    assert born == date(2036, 12, 31)


def test_the_measurement_fits_the_form_and_the_files():
    plan = load_measurement(FOLDER / "maaling.toml")
    form = load_form(plan.form)
    assert set(plan.phases) == set(form.phase_ids)
    assert set(plan.primary) <= set(form.measure_ids)
    assert [Path(file).name for files in plan.files.values() for file in files] == [
        *SOUND
    ]
    assert all(Path(file).is_file() for files in plan.files.values() for file in files)


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=FOLDER / "maaling.toml")


def test_the_sound_workbooks_load_with_warnings_only(results):
    assert set(results.issues["severity"]) == {"warning"}
    read = results.issues[results.issues["file"].notna()]
    assert set(read["code"]) == {
        "ANSWER_MISSING_MARK",
        "ANSWER_NORMALISED",
        "COLUMN_HIDDEN",
        "DATE_OPEN",
        "DATE_TEXT",
        "FREE_TEXT_IGNORED",
        "LIMITS_INVENTED",
        "LIMIT_UNFIXED",
        "HEADER_NORMALISED",
        "ROW_IS_TOTAL",
        "SHEET_IGNORED",
    }


@pytest.mark.parametrize(
    ("measure", "before", "after"),
    [
        ("holistic_assessment", (8, 20), (14, 20)),
        ("follow_up_timely", (6, 18), (16, 19)),
        ("decision_in_time", (8, 15), (12, 16)),
        ("child_assessment_rule", (7, 12), (10, 12)),
        ("reasons", (17, 17), (18, 18)),
        ("follow_up_content", (0, 12), (3, 12)),
        ("no_legal_flaw", (6, 20), (9, 20)),
        ("no_material_flaw", (11, 20), (15, 20)),
    ],
)
def test_the_package_counts_what_is_declared(results, measure, before, after):
    rows = results.comparison
    (row,) = rows[
        (rows["measure"] == measure) & (rows["basis"] == "crude")
    ].itertuples()
    assert (row.compliant_before, row.applicable_before) == before
    assert (row.compliant_after, row.applicable_after) == after


# Chan and Zhang (1999); R's exact2x2 has the same p-value (z-pooled, 0.07034).
def test_eight_and_fourteen_of_twenty_come_out_as_published():
    alone = Settings(adjustment="none")  # one comparison, as it is published
    rows = run(measurement=FOLDER / "maaling.toml", settings=alone).comparison
    (row,) = rows[
        (rows["measure"] == "holistic_assessment") & (rows["basis"] == "crude")
    ].itertuples()
    assert row.difference == pytest.approx(0.30)
    assert row.difference_low == pytest.approx(-0.0237, abs=5e-5)
    assert row.difference_high == pytest.approx(0.5804, abs=5e-5)
    assert row.p_value == pytest.approx(0.0703, abs=5e-5)


def test_the_spoiled_workbooks_are_refused_at_their_cells():
    with pytest.raises(DataError, match="6 issues must be corrected first") as caught:
        run(*(FOLDER / name for name in SPOILED))
    issues = caught.value.issues
    errors = issues[issues["severity"] == "error"]
    assert dict(zip(errors["code"], errors["cell"], strict=True)) == {
        "ANSWER_TYPE": "R16",
        "ANSWER_UNKNOWN": "G9",
        "CASE_DUPLICATE": "A13",
        "CELL_ERROR": "L11",
        "CPR_FOUND": "F18",
        "FORMULA_NOT_CALCULATED": "R14",
    }


def test_the_data_dictionary_is_up_to_date(root, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = runpy.run_path(str(root / "data" / "dictionary.py"))
    page = (root / "data" / "README.md").read_text("utf-8")
    assert made["with_dictionary"](page) == page
