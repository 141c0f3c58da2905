"""Follow-up of a measure: the first, then each next, from a list of dates per case.

Each follow-up is judged from the one before it, the first from the start. Behind the
last one that was held stands the next, which is open: not due, or overdue. Under
serviceloven § 70 the first falls due after three months and the next every six; under
barnets lov § 95 there is no fixed interval after the first.

A follow-up whose date cannot be read was held, at a time between the one that stands
before it and the one behind it. An interval that ends or begins with it is judged only
where that is the same whenever it was; the other intervals are as certain as before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.calendar import Dates, Limit, as_moments
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
    measured: Dates,
    paragraphs: pd.Series | None = None,
    decided: pd.Series | None = None,
    earlier: pd.Series | None = None,
    unreadable: Mapping[str, pd.Series] | None = None,
) -> Judged:
    """One judged row per case and follow-up, numbered from 1; the last one is open.

    `start`: when each measure began, by case (a unique index). `follow_ups`: the dates
    held, with the case as index, in any order. A RuleSet is asked for the duties
    first_follow_up and next_follow_up of each case's paragraph, where `paragraphs` has
    them by case, by its date in `decided`. `earlier`: dates that end the first limit
    earlier, by case. Without `measured` no open follow-up is judged. `issues` names
    the row of `cases`. UsageError when a case is not in `start`, or is twice.
    `unreadable`: flags as in `judge`, by case for "start" and "earlier", and for "end"
    one per follow-up. A case with such a follow-up has its follow-ups in their order;
    where they are not, none of its intervals is known.

    >>> start = pd.Series(pd.to_datetime(["2022-01-10"]), ["A"])
    >>> held = pd.Series(pd.to_datetime(["2022-11-01", "2022-04-08"]), ["A", "A"])
    >>> judged = follow_up_series(start, held, FollowUp("3 months", "6 months"),
    ...     measured="2022-12-31")
    >>> judged.cases[["number", "outcome", "over"]].values.tolist()
    [[1, 'compliant', 0], [2, 'noncompliant', 24], [3, 'not_due', <NA>]]
    """
    lost = unreadable or {}
    rows = _intervals(start, follow_ups, lost)
    asked = _Asked(limits, measured, paragraphs, decided, earlier, lost.get("earlier"))
    judged = _judge_rows(rows, asked)
    cases = judged.cases
    if (rows["no_start"] | rows["no_end"]).any():
        cases = _with_certain(cases, rows, _judge_rows(_worst(rows), asked).cases)
    cases.insert(0, "case", rows["case"])
    cases.insert(1, "number", rows["number"])
    return Judged(cases, judged.issues)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What all intervals are judged by."""

    limits: FollowUp | RuleSet
    measured: Dates
    paragraphs: pd.Series | None
    decided: pd.Series | None
    earlier: pd.Series | None
    no_earlier: pd.Series | None


def _intervals(
    start: pd.Series, follow_ups: pd.Series, lost: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """A row per case and follow-up, from the event before to this one.

    `no_start` and `no_end` say where that event could not be read, `soonest` the first
    moment at which the one before may have been, `latest` the last of this one.
    """
    if not start.index.is_unique or not follow_ups.index.isin(start.index).all():
        raise wrong_use("a case is twice in the starts or not at all", "Once per case")
    held = pd.DataFrame({"case": follow_ups.index, "end": as_moments(follow_ups)})
    held["no_end"] = np.asarray(lost.get("end", False), dtype=bool)
    held["end"] = held["end"].mask(held["no_end"])
    held = held[held["end"].notna() | held["no_end"]]
    held = held[held["no_end"] | ~held.duplicated()]
    # One that could not be read stands right behind the last before it that could.
    of_case = held.groupby("case", sort=False)["end"]
    held = held.assign(stands=of_case.ffill(), mixed=held["end"] < of_case.cummax())
    none = {"end": pd.NaT, "no_end": False, "stands": pd.NaT, "mixed": False}
    waiting = pd.DataFrame({"case": start.index, **none})
    rows = pd.concat([held, waiting.astype(held.dtypes.to_dict())])
    rows["place"] = start.index.get_indexer(pd.Index(rows["case"]))
    rows["waits"] = rows["end"].isna() & ~rows["no_end"]
    rows = rows.sort_values(
        ["place", "waits", "stands"],
        ignore_index=True,
        na_position="first",
        kind="stable",
    )
    return _with_starts(rows, start, np.asarray(lost.get("start", False), dtype=bool))


def _with_starts(
    rows: pd.DataFrame, start: pd.Series, no_start: np.ndarray
) -> pd.DataFrame:
    by_case = rows.groupby("place")
    number = by_case.cumcount() + 1
    begun = pd.Series(as_moments(start))[rows["place"]].reset_index(drop=True)
    unknown = np.broadcast_to(no_start, len(start))[rows["place"]]
    before = by_case["no_end"].shift(fill_value=False).astype(bool)
    mixed = by_case["mixed"].transform("any") & by_case["no_end"].transform("any")
    return rows.assign(
        number=number,
        start=by_case["end"].shift().where(number > 1, begun),
        no_start=np.where(number > 1, before, unknown) | mixed,
        no_end=rows["no_end"] | mixed,
        soonest=by_case["stands"].shift().fillna(begun).mask(mixed),
        latest=by_case["end"].bfill().mask(mixed),
    )


def _worst(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every unreadable event where it makes its interval longest."""
    start, end = rows["soonest"], rows["latest"]
    return rows.assign(
        start=rows["start"].mask(rows["no_start"], start),
        end=rows["end"].mask(rows["no_end"], end),
        no_start=rows["no_start"] & start.isna(),
        no_end=rows["no_end"] & end.isna(),
    )


def _with_certain(
    cases: pd.DataFrame, rows: pd.DataFrame, worst: pd.DataFrame
) -> pd.DataFrame:
    """The outcomes with what holds whenever the unreadable follow-up was.

    What is in time in the longest interval is so in every other. Where its start could
    not be read it is in time or not due; it is told as not due, which decides nothing.
    A limit that hangs on the unreadable date itself is unknown, and so is the outcome.
    """
    unknown = (cases["outcome"] == "unrecognised") & cases["limit"].notna()
    calm = unknown & worst["outcome"].isin(["compliant", "not_due"])
    kept = calm & (worst["outcome"] == "compliant") & ~rows["no_start"]
    outcome = cases["outcome"].mask(calm, "not_due").mask(kept, "compliant")
    return cases.assign(outcome=outcome)


def _judge_rows(rows: pd.DataFrame, asked: _Asked) -> Judged:
    first = rows["number"].to_numpy() == 1
    parts = [
        _judge_part(rows[first], asked, "first_follow_up"),
        _judge_part(rows[~first], asked, "next_follow_up"),
    ]
    cases = pd.concat([part.cases for part in parts]).sort_index()
    issues = pd.concat([part.issues for part in parts], ignore_index=True)
    return Judged(cases, issues)


def _judge_part(rows: pd.DataFrame, asked: _Asked, what: str) -> Judged:
    limits, measured = asked.limits, asked.measured
    if isinstance(measured, pd.Series):
        measured = measured.reindex(rows["case"])
    unreadable = {"start": rows["no_start"], "end": rows["no_end"]}
    by_case = (asked.paragraphs, asked.decided)
    paragraphs, decided = (
        None if one is None else one.reindex(rows["case"]) for one in by_case
    )
    earlier = None
    if what == "first_follow_up":  # only the first limit ends with another event
        earlier = None if asked.earlier is None else asked.earlier.reindex(rows["case"])
        if asked.no_earlier is not None:
            unreadable["earlier"] = asked.no_earlier.reindex(rows["case"])
    return judge(
        rows["start"],
        rows["end"],
        limits if isinstance(limits, RuleSet) else limits.of(what),
        measured=measured,
        what=what,
        paragraphs=paragraphs,
        decided=decided,
        earlier=earlier,
        unreadable=unreadable,
    )
