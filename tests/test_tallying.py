"""Counts add up, the denominator is honest, and bounds hold every filling-in."""

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis import tables
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import with_groups
from taskforce_analysis.tallying import distribution, durations, tally, tally_issues
from tests.made_answers import made_answers, small_form, yes_no

SCORES = list(tables.SCORES)
GIVEN = ["yes", "no", "not_applicable", "not_assessable", "missing", "unrecognised"]


def one_row(answers: pd.DataFrame, **chosen: str) -> Any:
    """The only tally row that has these values."""
    rows: Any = tally(answers, small_form())
    for name, value in {"basis": "crude", **chosen}.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_counts_rate_and_wilson_interval() -> None:
    row = one_row(made_answers(("analysis", "plan", yes_no(8, 12))))
    assert (row["compliant"], row["applicable"], row["rate"]) == (8, 20, 0.4)
    # Newcombe 1998, Stat Med 17:857: Wilson's limits; here by the closed formula.
    z = 1.959963984540054
    centre, half = (8 + z * z / 2) / (20 + z * z), None
    half = z * math.sqrt(8 * 12 / 20 + z * z / 4) / (20 + z * z)
    assert row["rate_low"] == pytest.approx(centre - half, abs=1e-12)
    assert row["rate_high"] == pytest.approx(centre + half, abs=1e-12)


def test_not_applicable_and_missing_leave_the_denominator() -> None:
    answers = yes_no(6, 2, ("not_applicable", 5), ("missing", 4), ("not_assessable", 3))
    row = one_row(made_answers(("analysis", "plan", answers)))
    assert (row["units"], row["applicable"], row["not_applicable"]) == (20, 8, 5)
    assert (row["rate_lowest"], row["rate_highest"]) == (6 / 15, 13 / 15)


def test_nothing_applicable_has_no_rate() -> None:
    row = one_row(made_answers(("analysis", "plan", ["not_applicable"] * 3)))
    assert row["applicable"] == 0
    assert math.isnan(row["rate"])
    assert math.isnan(row["rate_low"])
    assert math.isnan(row["rate_lowest"])


def test_conditional_measure_has_an_unconditional_twin() -> None:
    form = small_form(
        {"id": "plan"},
        {"id": "goals", "applies_when": {"measure": "plan", "is": ["yes"]}},
    )
    answers = made_answers(
        ("analysis", "plan", yes_no(4, 5, ("not_applicable", 1))),
        ("analysis", "goals", yes_no(3, 1, ("not_applicable", 6))),
    )
    rows: Any = tally(answers, form).set_index(["measure", "basis"])
    assert rows.loc[("goals", "crude"), ["compliant", "applicable"]].tolist() == [3, 4]
    twin: Any = rows.loc[("goals", "unconditional")]
    assert twin[["compliant", "applicable", "not_applicable"]].tolist() == [3, 9, 1]


def test_two_laws_are_tallied_apart() -> None:
    answers = made_answers(
        ("analysis", "plan", yes_no(2, 2)), law=["SEL", "BL", "SEL", "BL"]
    )
    rows: Any = tally(answers, small_form()).set_index("basis")["compliant"]
    assert rows.to_dict() == {"crude": 2, "law:SEL": 1, "law:BL": 1}


def test_attributes_make_groups_only_when_asked() -> None:
    answers = made_answers(
        ("analysis", "plan", yes_no(2, 2)), municipality=["A", "A", "B", "B"]
    )
    assert set(tally(answers, small_form())["group"]) == {"all"}
    rows: Any = tally(answers, small_form(), by=["municipality"]).set_index("group")
    assert rows["compliant"].to_dict() == {"A": 2, "B": 0}


def test_a_text_is_one_attribute_and_not_its_letters() -> None:
    answers = made_answers(("analysis", "plan", ["yes", "no"]), team=["Nord", "Syd"])
    of_text, of_list = (
        tally(answers, small_form(), by=by) for by in ("team", ["team"])
    )
    pd.testing.assert_frame_equal(of_text, of_list)
    assert distribution(answers, by="team")["group"].tolist() == ["Nord", "Syd"]


def test_answers_in_groups_are_counted_in_them() -> None:
    answers = made_answers(
        ("analysis", "plan", yes_no(2, 2)), municipality=["A", "A", "B", "B"]
    )
    parted = with_groups(answers, ["municipality"])
    asked = tally(answers, small_form(), by=["municipality"])
    assert tally(parted, small_form()).equals(asked)
    chosen = Settings(by=("municipality",))
    assert tally(answers, small_form(), settings=chosen).equals(asked)
    assert set(tally(parted.drop(columns="group"), small_form())["group"]) == {"all"}
    counted = distribution(answers, by=["municipality"])
    assert distribution(parted).equals(counted)


def test_aggregated_counts_enter_the_tally() -> None:
    counts = pd.DataFrame(
        {
            "form": ["small"],
            "phase": ["analysis"],
            "group": ["all"],
            "measure": ["plan"],
            "compliant": [19],
            "noncompliant": [3],
            "not_applicable": [0],
            "not_assessable": [0],
            "missing": [0],
            "units": [22],
        }
    )
    empty = made_answers()
    row: Any = tally(empty, small_form(), counts=counts).iloc[0]
    assert (row["compliant"], row["applicable"], row["units"]) == (19, 22, 22)


@pytest.mark.parametrize(
    ("compliant", "expected"), [(20, "over"), (10, "under"), (18, "cannot_tell")]
)
def test_target_is_judged_by_clopper_pearson(compliant: int, expected: str) -> None:
    form = small_form({"id": "plan", "target": 0.8})
    answers = made_answers(("analysis", "plan", yes_no(compliant, 20 - compliant)))
    assert tally(answers, form)["against_target"].tolist() == [expected]


@pytest.mark.parametrize(
    ("confidence", "expected"), [(0.95, "over"), (0.999, "cannot_tell")]
)
def test_a_target_is_judged_at_the_level_of_the_settings(confidence, expected) -> None:
    # Clopper and Pearson's lower limit of 19 in 20: 0.7513 at 95, 0.6142 at 99.9 %.
    form = small_form({"id": "plan", "target": 0.7})
    answers = made_answers(("analysis", "plan", yes_no(19, 1)))
    found = tally(answers, form, settings=Settings(confidence=confidence))
    assert found["against_target"].tolist() == [expected]


def test_without_a_target_or_a_case_nothing_is_over_or_under() -> None:
    form = small_form({"id": "plan"}, {"id": "goals", "target": 0.7})
    answers = made_answers(
        ("analysis", "plan", yes_no(20, 0)),
        ("analysis", "goals", ["not_applicable"] * 5),
    )
    found = tally(answers, form)
    assert found["against_target"].isna().all()
    assert found["target"].isna().tolist() == [True, False]


def test_the_interval_of_a_rate_is_at_the_level_of_the_settings() -> None:
    # Wilson 1927, by hand: 14 of 20, z = 1.644854 at 90 and 1.959964 at 95 per cent.
    answers = made_answers(("analysis", "plan", yes_no(14, 6)))
    form, limits = small_form({"id": "plan"}), []
    for level in (0.90, 0.95):
        row: Any = tally(answers, form, settings=Settings(confidence=level)).iloc[0]
        limits.append([row["rate_low"], row["rate_high"]])
    assert limits[0] == pytest.approx([0.516196, 0.836141], abs=2e-5)
    assert limits[1] == pytest.approx([0.481027, 0.854523], abs=2e-5)


def test_issues_of_the_tally_name_measure_and_phase() -> None:
    form = small_form({"id": "plan"}, {"id": "goals"})
    answers = made_answers(
        ("analysis", "plan", yes_no(10, 2)),
        ("analysis", "goals", ["not_applicable"] * 12),
    )
    found = tally_issues(tally(answers, form))
    assert [(one.code, one.measure, one.phase) for one in found] == [
        ("SMALL_CELL", "plan", "analysis"),
        ("DENOMINATOR_ZERO", "goals", "analysis"),
    ]


def test_distribution_counts_each_answer() -> None:
    table = distribution(made_answers(("analysis", "plan", yes_no(2, 1))))
    assert table.set_index("answer")["count"].to_dict() == {"yes": 2, "no": 1}


def test_durations_count_days_and_open_cases() -> None:
    answers = made_answers(("analysis", "plan", yes_no(2, 1)), open=["no", "no", "yes"])
    answers["days"] = pd.array([28, 28, 90], dtype="Int64")
    rows: Any = durations(answers).set_index("days")
    assert rows["count"].to_dict() == {28: 2, 90: 1}
    assert rows["open"].to_dict() == {28: False, 90: True}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(GIVEN), min_size=1, max_size=30), st.randoms())
def test_laws_of_the_tally(given_answers: list[str], random) -> None:
    answers = made_answers(("analysis", "plan", given_answers))
    row = one_row(answers)
    assert row[SCORES].sum() == row["units"] == len(given_answers)
    assert row["applicable"] == row["compliant"] + row["noncompliant"]
    if row["applicable"]:
        assert row["rate_low"] <= row["rate"] <= row["rate_high"]
        assert row["rate_lowest"] <= row["rate"] <= row["rate_highest"]
    else:
        assert math.isnan(row["rate"])
    order = list(range(len(answers)))
    random.shuffle(order)
    pd.testing.assert_series_equal(one_row(answers.iloc[order]), row)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(1, 9))
def test_a_case_that_is_not_applicable_changes_no_rate(
    yes: int, no: int, extra: int
) -> None:
    without = made_answers(("analysis", "plan", [*yes_no(yes, no), "missing"]))
    more = [*yes_no(yes, no), "missing", *["not_applicable"] * extra]
    columns = ["rate", "rate_low", "rate_high", "applicable"]
    pd.testing.assert_series_equal(
        one_row(made_answers(("analysis", "plan", more)))[columns],
        one_row(without)[columns],
    )
