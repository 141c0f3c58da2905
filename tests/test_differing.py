"""What changed between two versions: answers by case and measure, no cell's text."""

from pathlib import Path

import openpyxl
import pytest

from taskforce_analysis.differing import changes, differ, replaced_ids
from taskforce_analysis.results import prepare
from taskforce_analysis.shipped import data_folder

STATUS = data_folder("example") / "status.xlsx"


def answers_of(path: Path):
    return prepare(path, form="boernehandicap").checked.answers


def edited(folder: Path, **cells: str | None) -> Path:
    """A copy of the example's second workbook with other texts in some cells."""
    book = openpyxl.load_workbook(STATUS)
    for place, text in cells.items():
        book["Sagsmåling"][place] = text
    book.save(folder / "status_ny.xlsx")
    return folder / "status_ny.xlsx"


@pytest.fixture(scope="module")
def old():
    return answers_of(STATUS)


def test_the_same_version_has_no_changes(old):
    found = differ(old, old)
    assert len(found) == 0
    assert list(found) == changes.names


def test_a_changed_answer_is_told_by_case_measure_and_cell(old, tmp_path: Path):
    assert set(old.loc[old["cell"] == "G7", "answer"]) == {"no"}
    found = differ(old, answers_of(edited(tmp_path, G7="Ja")))
    row = found.iloc[0]
    assert len(found) == 1
    assert (row["case_id"], row["measure"]) == ("S-02", "holistic_assessment")
    assert (row["answer_old"], row["answer_new"]) == ("no", "yes")
    assert (row["score_old"], row["score_new"]) == ("noncompliant", "compliant")
    assert (row["cell_old"], row["cell_new"], row["change"]) == ("G7", "G7", "changed")


def test_a_case_in_another_group_is_the_same_case(old):
    moved = old.assign(group="§ 42")
    assert len(differ(old, moved)) == 0


def test_another_spelling_of_the_answer_is_no_change(old, tmp_path: Path):
    assert len(differ(old, answers_of(edited(tmp_path, G7=" nej ")))) == 0


def test_a_case_that_only_one_version_has_is_added_or_gone(old):
    without = old[old["case_id"] != "S-20"]
    gone, added = differ(old, without), differ(without, old)
    assert set(gone["change"]) == {"gone"}
    assert set(added["change"]) == {"added"}
    assert set(gone["case_id"]) == set(added["case_id"]) == {"S-20"}
    assert len(gone) == len(added) == old["measure"].nunique()


def test_only_the_days_may_have_changed(old):
    days = old["days"].notna() & (old["measure"] == "decision_in_time")
    later = old.assign(days=old["days"].where(~days, old["days"] + 1))
    found = differ(old, later)
    assert len(found) == days.sum()
    assert (found["days_new"] - found["days_old"] == 1).all()
    assert (found["answer_old"].fillna("") == found["answer_new"].fillna("")).all()


def test_no_cpr_number_gets_through(old, tmp_path: Path):
    path = edited(tmp_path, A7="010135-0000", G7="Ja")
    new = answers_of(path)
    found = differ(old, new)
    assert replaced_ids(old) == 0
    assert replaced_ids(new) == 1
    assert "010135" not in found.to_csv()
    assert set(found.loc[found["change"] == "added", "case_id"]) == {"#1"}
