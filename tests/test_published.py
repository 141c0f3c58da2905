"""Published figures come out as they are printed, and each names its source."""

import csv
import runpy
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.methods.rates import wilson
from taskforce_analysis.results import run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

FOLDER = data_folder("published")
DANISH = load_language("da")


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


COUNTS = rows_of("published_counts.csv")
PRINTED = [row for row in COUNTS if row["printed_percent"]]


def decimals_of(printed: str) -> int:
    return len(printed.partition(",")[2])


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: row["id"])
def test_per_cent_comes_out_as_printed(row):
    share = int(row["numerator"]) / int(row["denominator"])
    shown = DANISH.percent(share, decimals_of(row["printed_percent"]))
    assert shown == f"{row['printed_percent']}\u00a0%"


@pytest.mark.parametrize("row", COUNTS, ids=lambda row: row["id"])
def test_the_computed_column_is_the_share(row):
    share = int(row["numerator"]) / int(row["denominator"])
    assert DANISH.number(share * 100, 2) == row["computed_percent"]


def test_the_copies_are_whole():
    assert len(COUNTS) == 31
    figures = rows_of("published_figures.csv")
    assert len(figures) == 116
    for row in (*COUNTS, *figures):
        assert row["source"].strip()


def test_ids_are_unique():
    for name in ("published_counts.csv", "published_figures.csv"):
        ids = [row["id"] for row in rows_of(name)]
        assert len(set(ids)) == len(ids)


def test_shares_of_a_whole_sum_to_it():
    by_id = {row["id"]: int(row["numerator"]) for row in COUNTS}
    assert by_id["H06"] + by_id["H08"] == 385
    assert by_id["P14"] + by_id["P15"] == 121
    assert by_id["B12"] + by_id["B13"] == 2140


# Mariagerfjord 2018: 29 per cent, where dismissed appeals have left the denominator.
def test_the_denominator_decides():
    assert DANISH.percent(58 / 203) == "29\u00a0%"
    assert DANISH.percent(58 / 219) == "26\u00a0%"


# Rebild, December 2022: in all 10 cases, which leaves 72 per cent open. By hand: the
# lower Wilson limit of n of n is n / (n + z²), here 10 / (10 + 3.8415) = 0.7225.
def test_all_of_ten_does_not_prove_all():
    assert wilson(10, 10, confidence=0.95).low == pytest.approx(0.7225, abs=5e-5)


def test_the_aggregated_workbook_is_made_by_its_script(root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "data"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    runpy.run_path(str(root / "data" / "make_published.py"))["make"](tmp_path)
    sys.modules.pop("fixed_bytes", None)
    with (
        ZipFile(tmp_path / "rebild.xlsx") as made,
        ZipFile(FOLDER / "rebild.xlsx") as old,
    ):
        assert made.namelist() == old.namelist()
        assert [made.read(name) for name in made.namelist()] == [
            old.read(name) for name in made.namelist()
        ]


def test_the_aggregated_workbook_has_the_published_counts():
    sheet = load_workbook(FOLDER / "rebild.xlsx")["Opgørelse"]
    rows = [row[1:5] for row in sheet.iter_rows(min_row=5, values_only=True)]
    over = {row["id"]: row for row in COUNTS}
    social, disability = over["M01"], over["M02"]
    assert rows == [
        ("November 2014", "Socialområdet", 22, 22 - int(social["numerator"])),
        ("November 2014", "Børnehandicap", 6, 6 - int(disability["numerator"])),
        ("December 2022", "Familieområdet", 10, int(over["M18b"]["numerator"])),
    ]


def test_the_two_measurements_are_declared_to_differ():
    plan = load_measurement(FOLDER / "maaling.toml")
    form = load_form(plan.form)
    assert tuple(plan.phases) == form.phase_ids
    assert plan.phase("november_2014").selection == "all"
    assert plan.phase("december_2022").selection == "criteria"
    assert all(Path(file).is_file() for files in plan.files.values() for file in files)


def test_two_populations_are_not_comparable():
    results = run(measurement=FOLDER / "maaling.toml")
    (row,) = results.comparison.itertuples()
    assert (row.compliant_before, row.applicable_before) == (19 + 3, 22 + 6)
    assert (row.compliant_after, row.applicable_after) == (10, 10)
    assert row.verdict == "not_comparable"
    assert row.decided_by == "selection_differs"


def test_who_insists_is_told_so():
    chosen = Settings(insist=True)
    results = run(measurement=FOLDER / "maaling.toml", settings=chosen)
    (row,) = results.comparison.itertuples()
    assert row.verdict == "uncertain"
    assert "insisted" in str(row.reservation)
