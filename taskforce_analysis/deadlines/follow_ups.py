"""Follow-up of a measure: the first, then each next, from a list of dates per case.

Each follow-up is judged from the one before it, the first from the start. Behind the
last one that was held stands the next, which is open: not due, or overdue. Under
serviceloven § 70 the first falls due after three months and the next every six; under
barnets lov § 95 there is no fixed interval after the first.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from taskforce_analysis.deadlines.calendar import Limit, as_moments
from taskforce_analysis.deadlines.judging import Judged, judge
from taskforce_analysis.deadlines.rules import Rule, RuleSet
from taskforce_analysis.errors import wrong_use


@dataclass(frozen=True)
class FollowUp:
    """The two limits of follow-up: to the first, and from each to the following.

    >>> FollowUp("3 months", "6 months").following
    '6 months'
    """

    first: str | Limit | Rule
    following: str | Limit | Rule = "none"

    def of(self, what: str) -> str | Limit | Rule:
        """The limit of the duty first_follow_up, or of any later one."""
        return self.first if what == "first_follow_up" else self.following


def follow_up_series(
    start: pd.Series,
    follow_ups: pd.Series,
    limits: FollowUp | RuleSet,
    *,
    measured: Any,
    earlier: pd.Series | None = None,
) -> Judged:
    """One judged row per case and follow-up, numbered from 1; the last one is open.

    `start`: when each measure began, by case (a unique index). `follow_ups`: the dates
    held, with the case as index, in any order. A RuleSet is asked for the duties
    first_follow_up and next_follow_up. `earlier`: dates that end the first limit
    earlier, by case. Without `measured` no open follow-up is judged. `issues` names
    the row of `cases`. UsageError when a case is not in `start`, or is twice.

    >>> start = pd.Series(pd.to_datetime(["2022-01-10"]), ["A"])
    >>> held = pd.Series(pd.to_datetime(["2022-11-01", "2022-04-08"]), ["A", "A"])
    >>> judged = follow_up_series(start, held, FollowUp("3 months", "6 months"),
    ...     measured="2022-12-31")
    >>> judged.cases[["number", "outcome", "over"]].values.tolist()
    [[1, 'compliant', 0], [2, 'noncompliant', 24], [3, 'not_due', <NA>]]
    """
    rows = _intervals(start, follow_ups)
    first = rows["number"].to_numpy() == 1
    parts = [
        _judge_part(
            rows[first], limits, "first_follow_up", measured=measured, earlier=earlier
        ),
        _judge_part(rows[~first], limits, "next_follow_up", measured=measured),
    ]
    cases = pd.concat([part.cases for part in parts]).sort_index()
    issues = pd.concat([part.issues for part in parts], ignore_index=True)
    cases.insert(0, "case", rows["case"])
    cases.insert(1, "number", rows["number"])
    return Judged(cases, issues)


def _intervals(start: pd.Series, follow_ups: pd.Series) -> pd.DataFrame:
    if not start.index.is_unique or not follow_ups.index.isin(start.index).all():
        raise wrong_use("a case is twice in the starts or not at all", "Once per case")
    held = pd.DataFrame(
        {"case": follow_ups.index, "end": as_moments(follow_ups)}
    ).dropna(subset=["end"])
    waiting = pd.DataFrame({"case": start.index, "end": pd.NaT})
    rows = pd.concat([held.drop_duplicates(), waiting.astype(held.dtypes.to_dict())])
    rows["place"] = start.index.get_indexer(pd.Index(rows["case"]))
    rows = rows.sort_values(["place", "end"], ignore_index=True)
    by_case = rows.groupby("place")
    rows["number"] = by_case.cumcount() + 1
    begun = pd.Series(as_moments(start))[rows["place"]].to_numpy()
    rows["start"] = by_case["end"].shift().where(rows["number"] > 1, begun)
    return rows


def _judge_part(
    rows: pd.DataFrame,
    limits: FollowUp | RuleSet,
    what: str,
    *,
    measured: Any,
    earlier: pd.Series | None = None,
) -> Judged:
    limit = limits if isinstance(limits, RuleSet) else limits.of(what)
    if isinstance(measured, pd.Series):
        measured = measured.reindex(rows["case"])
    sooner = None if earlier is None else earlier.reindex(rows["case"])
    return judge(
        rows["start"], rows["end"], limit, measured=measured, what=what, earlier=sooner
    )
