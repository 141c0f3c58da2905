"""Issues: a code with its severity, one row per code and column, nothing lost."""

import re
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis import tables
from taskforce_analysis.issues import (
    CODES,
    ERRORS,
    FILE_ERRORS,
    WARNINGS,
    Issue,
    fold,
    issues_table,
    severity_of,
)


def test_codes_are_unique_and_either_error_or_warning():
    assert len(set(CODES)) == len(CODES)
    assert set(FILE_ERRORS) <= set(ERRORS)
    assert not set(ERRORS) & set(WARNINGS)
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", code) for code in CODES)


@pytest.mark.parametrize("code", CODES)
def test_an_issue_has_the_severity_of_its_code(code):
    assert Issue(code).severity == severity_of(code)


def test_a_cpr_number_in_an_answer_is_an_error_elsewhere_a_warning():
    assert Issue("CPR_FOUND").severity == "warning"
    assert Issue("CPR_FOUND", severity="error").severity == "error"


def test_a_code_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match="no issue code is called CELL_EROR"):
        Issue("CELL_EROR")


def test_an_issue_is_not_changed():
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        Issue("CELL_ERROR").count = 2  # type: ignore[misc]


def test_cells_of_one_column_are_one_row_at_the_first():
    found = [
        Issue("CELL_ERROR", "a.xlsx", "Data", f"F{row}", case_id=str(row), measure="m")
        for row in (2, 5, 9)
    ]
    (row,) = fold(found)
    assert (row.cell, row.count, row.measure, row.case_id) == ("F2", 3, "m", None)


@pytest.mark.parametrize(
    "other",
    [
        Issue("CELL_ERROR", "a.xlsx", "Data", "G2"),
        Issue("CELL_ERROR", "a.xlsx", "Ark2", "F2"),
        Issue("CELL_ERROR", "b.xlsx", "Data", "F2"),
        Issue("ANSWER_TYPE", "a.xlsx", "Data", "F2"),
        Issue("CELL_ERROR", "a.xlsx", "Data", "F2", severity="warning"),
    ],
)
def test_another_column_sheet_file_code_or_severity_is_another_row(other):
    assert len(fold([Issue("CELL_ERROR", "a.xlsx", "Data", "F2"), other])) == 2


def test_issues_without_a_cell_are_parted_by_measure():
    found = [
        Issue("SMALL_CELL", phase="analysis", measure="a"),
        Issue("SMALL_CELL", phase="status", measure="a"),
        Issue("SMALL_CELL", phase="status", measure="b"),
    ]
    assert [(one.measure, one.phase, one.count) for one in fold(found)] == [
        ("a", None, 2),
        ("b", "status", 1),
    ]


def test_a_range_is_in_its_column():
    found = [
        Issue("MERGED_FILLED", "a.xlsx", "Data", "B2:B5", count=4),
        Issue("MERGED_FILLED", "a.xlsx", "Data", "B9", count=1),
    ]
    (row,) = fold(found)
    assert row.count == 5


issues = st.builds(
    Issue,
    code=st.sampled_from(["CELL_ERROR", "ROW_HIDDEN"]),
    file=st.sampled_from(["a.xlsx", "b.xlsx"]),
    sheet=st.just("Data"),
    cell=st.from_regex(r"[A-C][1-9]", fullmatch=True),
    count=st.integers(1, 5),
)


@given(st.lists(issues))
def test_folding_loses_no_cell_and_folds_once(found):
    folded = fold(found)
    assert sum(one.count for one in folded) == sum(one.count for one in found)
    assert fold(folded) == folded


def test_the_table_has_a_row_for_each_issue_in_their_order():
    table = issues_table(
        [Issue("CELL_ERROR", "a.xlsx", "Data", "F2"), Issue("PHASE_ONLY_ONE")]
    )
    assert table["code"].tolist() == ["CELL_ERROR", "PHASE_ONLY_ONE"]
    assert table["severity"].tolist() == ["error", "error"]
    assert table["cell"].tolist()[0] == "F2"
    assert table["cell"].isna().tolist() == [False, True]
    assert list(table.columns) == tables.issues.names


def test_no_issue_makes_an_empty_table():
    assert list(issues_table([]).columns) == tables.issues.names
