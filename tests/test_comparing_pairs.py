"""Pairs: what stands beside their rows is worked out on the pairs alone."""

from typing import Any

import pandas as pd
import pytest

from taskforce_analysis.comparing import chance_findings, compare
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
