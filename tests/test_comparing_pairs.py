"""Pairs: what stands beside their rows is worked out on the pairs alone."""

from typing import Any

import pandas as pd
import pytest

from taskforce_analysis.comparing import (
    chance_findings,
    compare,
    comparison_issues,
    strata_issues,
)
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.methods.paired import exact_pairs, expected_by_chance_pairs
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying import tally
from tests.made_answers import made_answers, small_form

PHASES: Any = {"before": "analysis", "after": "status"}


def compared(before: list[str], after: list[str], **measure: Any) -> pd.DataFrame:
    """The comparison of one measure whose n-th cases are the same in both phases."""
    form = small_form({"id": "plan", **measure})
    answers = made_answers(("analysis", "plan", before), ("status", "plan", after))
    options = Settings(paired=True)
    return compare(
        tally(answers, form, settings=options),
        form,
        **PHASES,
        settings=options,
        answers=answers,
    )


def crude(table: pd.DataFrame) -> Any:
    """The only crude row."""
    rows: Any = table[table["basis"] == "crude"]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(("blank", "robust"), [("yes", False), ("no", True)])
def test_one_blank_pair_filled_as_down_can_take_the_verdict(
    blank: str, robust: bool
) -> None:
    """5 up and none down of 19; the twentieth was `blank` and is not known now."""
    before = ["yes"] * 8 + ["no"] * 11 + [blank]
    after = ["yes"] * 8 + ["yes"] * 5 + ["no"] * 6 + ["missing"]
    row = crude(compared(before, after, always_applies=True))
    assert (row["applicable_before"], row["verdict"]) == (19, "improved")
    assert bool(row["robust"]) is robust


def test_answers_of_cases_that_are_no_pairs_have_no_part_in_it() -> None:
    """10 pairs, and 12 more cases before that were all partly met or left blank."""
    before = ["no"] * 8 + ["yes"] * 2 + ["partly"] * 9 + ["missing"] * 3
    after = ["yes"] * 10
    row = crude(compared(before, after, partly=True))
    found = exact_pairs(2, 0, 8, 0)
    assert (row["compliant_before"], row["applicable_before"]) == (2, 10)
    assert row["p_value"] == pytest.approx(found.p_value)
    assert (row["verdict"], bool(row["robust"])) == ("improved", True)
    assert pd.isna(row["stands_under_partly"])


@pytest.mark.parametrize(("partly", "stands"), [(1, True), (5, False)])
def test_delvist_is_read_both_ways_on_the_pairs(partly: int, stands: bool) -> None:
    """Of 9 up and none down, `partly` were partly met before: read as met, not up."""
    before = ["partly"] * partly + ["no"] * (9 - partly) + ["yes"] * 6
    row = crude(compared(before, ["yes"] * 15, partly=True))
    assert row["verdict"] == "improved"
    beyond = exact_pairs(6 + partly, 0, 9 - partly, 0).p_value < 0.05
    assert bool(row["stands_under_partly"]) == beyond == stands


def test_chance_is_that_of_the_paired_test() -> None:
    table = compared(["yes"] * 8 + ["no"] * 12, ["yes"] * 12 + ["no"] * 8)
    # 4 more went up than down: 0 to 8 down, of which the worst counts.
    wanted = max(expected_by_chance_pairs([b], [b + 4], [20]) for b in range(9))
    assert chance_findings(table) == pytest.approx(wanted)
    assert 0.03 < wanted <= 0.05


def beside(asked: Any) -> tuple[pd.DataFrame, list[str]]:
    """The comparison of pairs with a condition, and the codes of what was odd.

    `asked` are the answers of a plan's and its goals' cases, before and after; the
    condition is that there is a plan. What the cases beyond the shorter of two lists
    say is of no pair.
    """
    condition = {"measure": "plan", "is": ["yes"]}
    form = small_form({"id": "plan"}, {"id": "goals", "applies_when": condition})
    blocks = [
        (phase, name, answers)
        for phase, own in zip(("analysis", "status"), asked, strict=True)
        for name, answers in zip(("plan", "goals"), own, strict=True)
    ]
    answers, options = made_answers(*blocks), Settings(paired=True)
    tallied = tally(answers, form, settings=options)
    chosen: Any = {**PHASES, "settings": options, "answers": answers}
    found = comparison_issues(tallied, form, **chosen)
    return compare(tallied, form, **chosen), [issue.code for issue in found]


def test_condition_and_twin_are_of_the_pairs_and_by_the_paired_test() -> None:
    """15 pairs with a plan; 12 more cases before have none, and are no pairs."""
    before = ["yes"] * 15 + ["no"] * 12, ["no"] * 12 + ["yes"] * 3
    before = before[0], before[1] + ["not_applicable"] * 12
    after = ["yes"] * 14 + ["no"], ["yes"] * 14 + ["not_applicable"]
    table, codes = beside((before, after))
    rows: Any = table[table["measure"] == "goals"].set_index("basis")
    own, twin, condition = (
        rows.loc[basis] for basis in ("crude", "unconditional", "condition")
    )
    wanted = {
        "crude": exact_pairs(2, 0, 12, 0),
        "unconditional": exact_pairs(2, 1, 12, 0),
        "condition": exact_pairs(14, 1, 0, 0),
    }
    for basis, found in wanted.items():
        row = rows.loc[basis]
        assert row["method"] == "exact_pairs"
        figures = [row[f"difference_{end}"] for end in ("low", "high")]
        assert [*figures, row["p_value"]] == pytest.approx([*found]), basis
    assert (own["compliant_before"], own["applicable_before"]) == (2, 14)
    assert (twin["compliant_before"], twin["applicable_before"]) == (3, 15)
    assert (condition["compliant_before"], condition["applicable_after"]) == (15, 15)
    # Of all 27 cases 15 met it before, of the pairs all did.
    assert own["reservation"] == "conditional"
    assert own["verdict"] == "improved"
    assert "APPLICABLE_SHIFT" not in codes


def test_a_shift_among_the_pairs_is_told_though_other_cases_hide_it() -> None:
    """Not relevant to 8 of the 20 pairs after; before to the other cases alone."""
    condition = ["yes"] * 30, ["no"] * 20 + ["not_applicable"] * 10
    after = ["yes"] * 20, ["yes"] * 12 + ["not_applicable"] * 8
    table, codes = beside((condition, after))
    own = crude(table[table["measure"] == "goals"])
    assert own["applicable_before"] == own["applicable_after"] == 12
    assert "applicable_shift" in own["reservation"].split()
    assert "APPLICABLE_SHIFT" in codes


@pytest.mark.parametrize(("more", "population"), [(0, 12), (0, None), (3, 15)])
def test_where_all_cases_are_pairs_and_reviewed_their_difference_is_known(
    more: int, population: int | None
) -> None:
    form, options = small_form(), Settings(paired=True)
    before = ["no"] * (9 + more) + ["yes"] * 3
    blocks = ("analysis", "plan", before), ("status", "plan", ["yes"] * 12)
    answers = made_answers(*blocks)
    plan = PhasePlan(selection="all", population=population)
    table = compare(
        tally(answers, form, settings=options),
        form,
        **PHASES,
        settings=options,
        measurement=Measurement(phases={"analysis": plan, "status": plan}),
        answers=answers,
    )
    stocks: Any = table[table["basis"] == "stock"]
    assert len(stocks) == (not more)
    if not more:
        assert stocks["method"].tolist() == ["census"]
        assert stocks["difference_low"].tolist() == [0.75]


def test_no_check_of_two_heaps_of_cases_stands_beside_pairs() -> None:
    team = {"id": "team", "label": "Team", "columns": ["Team"]}
    form = small_form({"id": "plan"}, attributes=[team])
    blocks = ("analysis", "plan", ["no"] * 12), ("status", "plan", ["yes"] * 12)
    answers = made_answers(*blocks, team=["A"] * 12).assign(
        team=["A"] * 6 + ["B"] * 6 + ["B"] * 6 + ["A"] * 6
    )
    options = Settings(paired=True, strata=("team",))
    plan = PhasePlan(selection="random", population=60)
    table = compare(
        tally(answers, form, settings=options),
        form,
        **PHASES,
        settings=options,
        measurement=Measurement(phases={"analysis": plan, "status": plan}),
        answers=answers,
    )
    assert table["basis"].tolist() == ["crude"]
    assert strata_issues(table, answers, options) == []
