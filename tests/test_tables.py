"""The declared tables: what fits is ordered and typed, what does not is refused."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis import tables
from taskforce_analysis.errors import UsageError
from taskforce_analysis.tables import DECLARED, build, check

ANSWER = {
    "form": "f",
    "phase": "analysis",
    "group": "all",
    "case_id": "1",
    "unit_id": "1",
    "measure": "plan",
    "answer": "yes",
    "score": "compliant",
    "days": None,
    "file": "a.xlsx",
    "sheet": "Data",
    "cell": "C2",
}
COUNTED = {
    "form": "f",
    "group": "all",
    "phase": "analysis",
    "measure": "plan",
    "days": 30,
    "open": False,
    "count": 2,
}


def test_columns_are_put_in_order_and_typed():
    frame = pd.DataFrame([dict(reversed(list(ANSWER.items())))])
    checked = check(frame, tables.answers)
    assert list(checked.columns) == tables.answers.names
    assert checked["days"].dtype == "Int64"
    assert checked["answer"].dtype == "str"
    assert list(checked.index) == [0]


def test_what_is_handed_over_is_not_changed():
    frame = pd.DataFrame([ANSWER], index=[7])
    check(frame, tables.answers)
    assert list(frame.index) == [7]
    assert list(frame.columns) == list(ANSWER)


def test_attributes_follow_the_declared_columns_as_text():
    checked = build([{**ANSWER, "paragraph": "§ 41", "area": None}], tables.answers)
    assert list(checked.columns[-2:]) == ["area", "paragraph"]
    assert checked["paragraph"].tolist() == ["§ 41"]
    assert checked["area"].isna().all()


@pytest.mark.parametrize(
    ("rows", "table", "message"),
    [
        ([{"form": "f"}], tables.durations, "columns lacking .*'group', 'phase'"),
        (
            [{**COUNTED, "name": "x"}],
            tables.durations,
            r"columns lacking \[\], odd .'name'",
        ),
        ([{**COUNTED, "count": "to"}], tables.durations, "count is not int64"),
        ([{**COUNTED, "days": "30 dage"}], tables.durations, "days is not Int64"),
        ([COUNTED, COUNTED], tables.durations, "the key .* is not unique"),
    ],
)
def test_what_does_not_fit_is_refused(rows, table, message):
    with pytest.raises(ValueError, match=f"table durations: {message}"):
        check(pd.DataFrame(rows), table)


def test_a_key_that_was_proved_unique_is_not_looked_at_again():
    twice = pd.DataFrame([COUNTED, COUNTED])
    assert len(check(twice, tables.durations, unique=True)) == 2


def test_a_refusal_holds_no_value():
    with pytest.raises(ValueError, match="days is not Int64") as caught:
        check(pd.DataFrame([{**COUNTED, "days": "Anna Hansen"}]), tables.durations)
    assert "Hansen" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_table_without_rows_is_whole():
    for table in DECLARED:
        empty = build([], table)
        assert list(empty.columns) == table.names
        assert [str(dtype) for dtype in empty.dtypes] == [
            column.dtype for column in table.columns
        ]


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_a_table_declares_each_column_once_with_its_meaning(table):
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert table.meaning
    assert all(column.meaning for column in table.columns)


@pytest.mark.parametrize("kind", ["str", "category", "object"])
def test_groups_are_named_after_their_attributes(kind):
    cases = pd.DataFrame(
        {"area": ["N", None, "S", None], "law": ["B", "C", None, None], "group": "odd"}
    ).astype(kind)
    named = {
        by: list(tables.with_groups(cases, by)["group"])
        for by in ((), ("area",), ("area", "law"))
    }
    assert named == {
        (): ["all"] * 4,
        ("area",): ["N", "-", "S", "-"],
        ("area", "law"): ["N · B", " · C", "S · ", " · "],
    }
    assert list(cases["group"]) == ["odd"] * 4


def test_an_engine_names_the_groups_as_memory_does():
    duckdb = pytest.importorskip("duckdb")
    cases = pd.DataFrame({"area": ["N", None], "law": ["B", None]})
    for by in ((), ("area",), ("area", "law")):
        found = tables.with_groups(duckdb.from_df(cases), by).df()
        assert list(found["group"]) == list(tables.with_groups(cases, by)["group"])


def test_a_group_of_a_table_without_rows_has_none():
    empty = tables.build([], tables.answers)
    assert len(tables.with_groups(empty, ["measure"])) == 0


def test_a_group_needs_its_column_and_shows_no_cpr_number():
    cases = pd.DataFrame({"area": ["By 010135-0000"]})
    assert list(tables.with_groups(cases, ["area"])["group"]) == ["By ██████-████"]
    with pytest.raises(UsageError, match="no column team"):
        tables.with_groups(cases, ["area", "team"])


def test_the_tally_has_a_column_for_every_score():
    assert set(tables.SCORES) <= set(tables.tally.names)


@given(st.permutations(list(COUNTED)))
def test_the_order_of_columns_changes_nothing(order):
    frame = pd.DataFrame([COUNTED])
    pd.testing.assert_frame_equal(
        check(frame[order], tables.durations), check(frame, tables.durations)
    )
