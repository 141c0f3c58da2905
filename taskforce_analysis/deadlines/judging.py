"""Whether a deadline was kept, from the dates themselves, and by how many days.

The denominator is every case whose last lawful day lies on or before the date of
measurement, taken as that day's close: an early decision counts only then, an open
case counts as not kept, and a later last day is not_due. Without a date of measurement
a case with no end is missing, since the latest date seen is no such date.
A date alone cannot tell hours: the same day is kept, two days later is not, and what
both answers fit is not_assessable, not guessed. Between two times of day the hours are
those that passed, whatever the clock was put to.

A case under several paragraphs is judged by each, and the strictest limit decides: it
is compliant where each was kept. Where one of them has no rule, only a breach of
another is certain. A case without a rule, or with rules that differ, is not_assessable;
so is a decision for which the municipality has not fixed the limit that it has to fix.
Where the law itself sets no limit for a duty, the case is not_applicable.

An impossible order, a date outside 1900 to 2100 and a blank start give no days. An
open case counts to the date of measurement and is censored there; an end after that
date had not come by then.

A date that could not be read is not an empty one: the case is unrecognised, never open,
and has no days. Only what holds whatever the date was is still said: that no limit is
set, that the last lawful day has not come, that a case took longer than its limit even
without the event that would have ended it earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from taskforce_analysis.deadlines.calendar import (
    Dates,
    Limit,
    as_days,
    as_moments,
    as_passed,
    has_time,
    last_days,
    outside_known,
    within_known,
)
from taskforce_analysis.deadlines.rules import (
    NO_RULE,
    SEVERAL_RULES,
    UNSURE,
    Asked,
    Chosen,
    Rule,
    RuleSet,
    choose,
    rows_by_code,
)
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.paragraphs import parse_provisions

if TYPE_CHECKING:
    from pandas.api.extensions import ExtensionArray

OUTCOMES = (
    "compliant",
    "noncompliant",
    "not_due",
    "missing",
    "not_applicable",
    "not_assessable",
    "unrecognised",
)
DECISION = "decision"
_ROLES = ("start", "end", "earlier")
_CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
_BLANK = np.datetime64("NaT", "D")
_NO_MOMENT = np.datetime64("NaT", "s")
_NO_SPAN = np.timedelta64("NaT", "D")
_DAY = np.timedelta64(1, "D")
_SECOND = np.timedelta64(1, "s")
_NO_LIMIT = (False, False, False)  # of the codes UNSURE, SEVERAL_RULES and NO_RULE


@dataclass(frozen=True)
class Judged:
    """One outcome per case, and what was odd about its dates.

    `cases` has the index of the start dates and the columns `outcome`; `days` from
    start to end, or to the date of measurement where `open`, both blank where a date
    that decides could not be read; `allowed`, the days from
    start to last lawful day; `over`, the days beyond it so far; `last_day`; `limit` as
    text and `rule` by id. `issues` has one line per case and code: `row`, the case's
    index label, and `code`.
    """

    cases: pd.DataFrame
    issues: pd.DataFrame


def judge(
    start: Dates,
    end: Dates,
    limit: str | Limit | Rule | RuleSet | Sequence[RuleSet] | None,
    *,
    measured: Dates = None,
    paragraphs: Sequence[object] | pd.Series | None = None,
    municipalities: Sequence[object] | pd.Series | None = None,
    what: str = "decision",
    earlier: Dates = None,
    decided: Dates = None,
    unreadable: Mapping[str, ArrayLike] | None = None,
    on: date | np.datetime64 | str | None = None,
) -> Judged:
    """Each case judged on the date of measurement by the rule in force on its date.

    `start`, `end`: dates, equally many; blank where there is none. `limit`: one for
    all, or a RuleSet, which is asked by `paragraphs` (or by the duty `what` alone), or
    several, which are asked by `municipalities` first: each case by that of its own.
    `measured`: one date, or one per case. `earlier`: dates that end the limit earlier
    where they do not lie before the start; with a RuleSet only for rules that say so.
    `decided`: dates of decision, which choose the rule where the end is another date.
    `unreadable`: for "start", "end" and "earlier" one flag per case, that something is
    written there which is no date; such a date is given blank.
    `on`: a day whose rules are to judge all cases, instead of those of their own dates.
    All columns are taken by position. A case whose rule is missing is not_assessable,
    one whose rule sets no limit not_applicable. UsageError for what are no dates.

    >>> judged = judge(["2024-01-31", "2024-03-01"], ["2024-02-29", None], "1 month",
    ...     measured="2024-04-02")
    >>> judged.cases[["outcome", "days", "over"]].to_dict("list")
    {'outcome': ['compliant', 'noncompliant'], 'days': [29, 32], 'over': [0, 1]}
    >>> judge("2024-01-31", None, "1 month", measured="2024-04-02",
    ...     unreadable={"end": [True]}).cases["outcome"].tolist()
    ['unrecognised']
    """
    dates = _Dates.read(start, end, measured, unreadable=unreadable or {})
    many = len(dates.start_time)
    texts = [
        None if one is None else pd.Series(np.asarray(one, dtype=object))
        for one in (paragraphs, municipalities)
    ]
    if any(one is not None and len(one) != many for one in texts):
        raise wrong_use("paragraphs and dates are not equally many", "One per case")
    asked = Asked(
        start=dates.start,
        end=dates.end,
        measured=dates.measured,
        no_start=dates.unreadable["start"],
        no_end=dates.unreadable["end"],
        decided=np.broadcast_to(as_days(decided), dates.start.shape),
        paragraphs=texts[0],
        municipalities=texts[1],
        what=what,
        on=None if on is None else np.datetime64(cast("date", on), "D"),
    )
    given = None if earlier is None else np.broadcast_to(as_days(earlier), (many,))
    parts, of = _by_part(asked)
    if len(parts) > many:
        given = None if given is None else given[of]
        dates = dates.at(of)
    judged = _judged(dates, choose(limit, parts), given)
    if len(parts) > many:
        judged = _strictest(judged, of)
    if isinstance(start, pd.Series):
        judged.cases.index = start.index
        judged.issues["row"] = start.index.take(judged.issues["row"].to_numpy())
    return judged


def _by_part(asked: Asked) -> tuple[Asked, np.ndarray]:
    """The cases once for each paragraph that they name, and which case each is of."""
    of = np.arange(len(asked))
    if asked.paragraphs is None:
        return asked, of
    groups, names = pd.factorize(asked.paragraphs)
    named = [parse_provisions(str(name)) for name in names]
    if all(len(one) < 2 for one in named):
        return asked, of
    count = np.array([*(max(len(one), 1) for one in named), 1])[groups]
    of = np.repeat(of, count)
    texts = [
        str(part)
        for group in groups.tolist()
        for part in ((named[group] or (names[group],)) if group >= 0 else ("",))
    ]
    return replace(asked.at(of), paragraphs=pd.Series(texts, dtype=object)), of


def _strictest(judged: Judged, of: np.ndarray) -> Judged:
    """One outcome per case of those under each of its paragraphs.

    The limit that ends first decides. What is not known of another paragraph leaves the
    case unknown, unless that limit was broken. One without a limit asks nothing, also
    where the municipality should have fixed one.
    """
    parts = judged.cases.assign(of=of)
    doubt = parts["outcome"].isin(["not_assessable", "unrecognised", "missing"])
    doubt &= parts["limit"].astype(object) != "none"
    ranked = parts.assign(calm=~doubt).sort_values(["of", "last_day", "calm"])
    place = ranked.drop_duplicates("of").index.to_numpy(copy=True)
    broken = parts["outcome"].to_numpy()[place] == "noncompliant"
    unsure = parts[doubt].drop_duplicates("of")
    unsure = unsure[~broken[unsure["of"]]]
    place[unsure["of"]] = unsure.index
    issues = judged.issues.assign(row=of[judged.issues["row"]]).drop_duplicates()
    cases = judged.cases.iloc[place].reset_index(drop=True)
    assessed = cases["outcome"].to_numpy()[issues["row"]] != "not_assessable"
    issues = issues[~assessed | (issues["code"] != "LIMIT_UNFIXED")]
    return Judged(cases, issues.reset_index(drop=True))


def _judged(dates: "_Dates", chosen: Chosen, earlier: np.ndarray | None) -> Judged:
    last = _last_days(dates, chosen, earlier)
    timing = _timing(dates, chosen, last)
    outcomes = _outcomes(dates, chosen, last, timing=timing)
    cut = _cut_short(dates, chosen)
    if cut.any():
        # The event that ends the limit earlier may have come on the first day already.
        soonest = np.where(cut, dates.start, last)
        other = _outcomes(
            dates, chosen, soonest, timing=_timing(dates, chosen, soonest)
        )
        outcomes[cut & (outcomes.codes != other.codes)] = "unrecognised"
        last = np.where(cut, _BLANK, last)
    columns = _columns(dates, chosen, last, outcomes=outcomes)
    cases = pd.DataFrame(columns, copy=False)
    return Judged(cases, _issues(dates, chosen, cases, timing=timing))


@dataclass(frozen=True)
class _Dates:
    """The dates of all cases as arrays; exists to name what follows from them."""

    start_time: np.ndarray
    end_time: np.ndarray
    measured: np.ndarray
    unreadable: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        start: Dates,
        end: Dates,
        measured: Dates,
        *,
        unreadable: Mapping[str, ArrayLike],
    ) -> "_Dates":
        """The dates as arrays of one length; UsageError when they do not fit."""
        start_time, end_time = as_moments(start), as_moments(end)
        if len(start_time) != len(end_time):
            raise wrong_use("start and end dates are not equally many", "One per case")
        day = as_days(measured)
        if len(day) not in (1, len(start_time)):
            raise wrong_use("the dates of measurement do not fit", "Give one date")
        flags = {
            role: np.atleast_1d(np.asarray(unreadable.get(role, False), dtype=bool))
            for role in _ROLES
        }
        lengths = {len(one) for one in flags.values()} - {1, len(start_time)}
        if lengths or set(unreadable) - set(_ROLES):
            raise wrong_use(
                "the unreadable dates do not fit", "One flag per case, by start or end"
            )
        shape = start_time.shape
        flags = {role: np.broadcast_to(one, shape) for role, one in flags.items()}
        start_time = np.where(flags["start"], _NO_MOMENT, start_time)
        end_time = np.where(flags["end"], _NO_MOMENT, end_time)
        return cls(start_time, end_time, np.broadcast_to(day, shape), flags)

    def at(self, where: np.ndarray) -> "_Dates":
        """The dates of some of the cases, which may come more than once."""
        flags = {role: one[where] for role, one in self.unreadable.items()}
        start, end = self.start_time[where], self.end_time[where]
        return _Dates(start, end, self.measured[where], flags)

    @cached_property
    def blank_start(self) -> np.ndarray:
        """Whether nothing at all is written as the start."""
        return np.isnat(self.start_time) & ~self.unreadable["start"]

    @cached_property
    def blank_end(self) -> np.ndarray:
        """Whether nothing at all is written as the end."""
        return np.isnat(self.end_time) & ~self.unreadable["end"]

    @cached_property
    def _written(self) -> list[np.ndarray]:
        return [
            each.astype("datetime64[D]") for each in (self.start_time, self.end_time)
        ]

    @cached_property
    def invalid(self) -> np.ndarray:
        """Whether a date lies outside 1900 to 2100."""
        start, end = self._written
        return outside_known(start) | outside_known(end)

    @cached_property
    def start(self) -> np.ndarray:
        """The start days."""
        start = self._written[0]
        return within_known(start) if self.invalid.any() else start

    @cached_property
    def end(self) -> np.ndarray:
        """The end days; blank where there is none."""
        end = self._written[1]
        return within_known(end) if self.invalid.any() else end

    @cached_property
    def order(self) -> np.ndarray:
        """Whether the end lies before the start."""
        before = self.end_time < self.start_time
        if before.any():  # on one day only a time of day can tell
            before &= (self.end != self.start) | has_time(self.end_time)
        return before

    @cached_property
    def future(self) -> np.ndarray:
        """Whether a date lies after the date of measurement."""
        return (self.start > self.measured) | (self.end > self.measured)

    @cached_property
    def usable(self) -> np.ndarray:
        """Whether days can be counted at all."""
        lost = self.invalid | self.order | self.unreadable["end"]
        return ~(np.isnat(self.start) | lost)

    @cached_property
    def open(self) -> np.ndarray:
        """Whether the end had not come on the date of measurement."""
        return self.usable & (np.isnat(self.end) | (self.end > self.measured))

    @cached_property
    def until(self) -> np.ndarray:
        """The last day that is counted: the end, or the date of measurement."""
        return np.where(self.open, self.measured, self.end)

    @cached_property
    def spans(self) -> np.ndarray:
        """Days from start to end, or to the date of measurement; blank where none."""
        seen = self.usable & (self.until >= self.start)
        return np.where(seen, self.until, _BLANK) - self.start


def _last_days(dates: _Dates, chosen: Chosen, earlier: np.ndarray | None) -> np.ndarray:
    last = np.full(dates.start.shape, _BLANK)
    given = _BLANK if earlier is None else earlier
    given = np.where(dates.unreadable["earlier"], _BLANK, given)
    sooner = np.where(given >= dates.start, given, _BLANK)
    every = len(chosen.rules) == 1 and not chosen.codes.any()
    rows = [slice(None)] if every else rows_by_code(chosen.codes, len(chosen.rules))
    for rule, where in zip(chosen.rules, rows, strict=True):
        shut = frozenset(rule.closed)
        last[where] = last_days(
            dates.start_time[where], rule.limit, moves=rule.moves, closed=shut
        )
        if earlier is not None and rule.earlier and rule.limit.is_set:
            last[where] = np.fmin(last, sooner)[where]
    return last


def _cut_short(dates: _Dates, chosen: Chosen) -> np.ndarray:
    """Whether an event that could not be read may have ended the limit earlier."""
    ends = [bool(rule.earlier and rule.limit.is_set) for rule in chosen.rules]
    may_end = np.array([*ends, *_NO_LIMIT])[chosen.codes]
    return dates.unreadable["earlier"] & may_end & ~np.isnat(dates.start)


class _Timing(NamedTuple):
    """Per case with an end: whether it came in time, and whether dates can tell."""

    kept: np.ndarray
    doubtful: np.ndarray


def _timing(dates: _Dates, chosen: Chosen, last: np.ndarray) -> _Timing:
    kept, doubtful = dates.end <= last, np.zeros(last.shape, bool)
    for code, rule in enumerate(chosen.rules):
        if rule.limit.unit == "hours":
            where = chosen.codes == code
            allowed = np.timedelta64(rule.limit.amount, "h")
            least, most = _hours(dates.start_time[where], dates.end_time[where])
            kept[where] = most <= allowed
            doubtful[where] = (least <= allowed) & ~kept[where]
    return _Timing(kept, doubtful)


def _hours(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most time that may have passed between two moments each.

    Two days without a time of day are as far apart as the calendar says.
    """
    dates = ~has_time(start) & ~has_time(end)
    soonest, latest = end - _latest(start), _latest(end) - start
    least = as_passed(end, first=True) - as_passed(_latest(start), first=False)
    most = as_passed(_latest(end), first=False) - as_passed(start, first=True)
    return np.where(dates, soonest, least), np.where(dates, latest, most)


def _latest(moments: np.ndarray) -> np.ndarray:
    return np.where(has_time(moments), moments, moments + _DAY - _SECOND)


def _has_limit(chosen: Chosen) -> np.ndarray:
    is_set = [rule.limit.is_set for rule in chosen.rules]
    return np.array([*is_set, *_NO_LIMIT])[chosen.codes]


def _outcomes(
    dates: _Dates, chosen: Chosen, last: np.ndarray, *, timing: _Timing
) -> pd.Categorical:
    ended, lost = ~np.isnat(dates.end_time), dates.unreadable
    no_rule = (chosen.codes < 0) if chosen.rules else np.zeros(last.shape, bool)
    steps = (
        ("missing", dates.blank_start & dates.blank_end),
        ("unrecognised", chosen.codes == UNSURE),
        ("not_assessable", no_rule | _unfixed(chosen)),
        ("not_applicable", ~_has_limit(chosen)),
        ("missing", dates.blank_start),
        ("unrecognised", lost["start"]),
        ("not_assessable", dates.invalid | _disordered(dates, chosen) | np.isnat(last)),
        ("not_due", last > dates.measured),
        ("unrecognised", lost["end"]),
        ("not_assessable", timing.doubtful),
        ("compliant", timing.kept),
        ("noncompliant", ended | ~np.isnat(dates.measured)),
    )
    found = np.select(
        [mask for _, mask in steps],
        [np.int8(_CODES[outcome]) for outcome, _ in steps],
        np.int8(_CODES["missing"]),
    )
    return _labelled(found, OUTCOMES)


def _unfixed(chosen: Chosen) -> np.ndarray:
    """Whether the municipality has not fixed the limit that it has to fix.

    Retssikkerhedsloven section 3, subsection 2, wants one for every decision.
    """
    lacks = [
        rule.what == DECISION and bool(rule.paragraphs) and not rule.limit.is_set
        for rule in chosen.rules
    ]
    return np.array([*lacks, *_NO_LIMIT])[chosen.codes]


def _disordered(dates: _Dates, chosen: Chosen) -> np.ndarray:
    """Whether the end lies before the start where it may not."""
    before = [rule.limit.unit == "beforehand" for rule in chosen.rules]
    return dates.order & ~np.array([*before, *_NO_LIMIT])[chosen.codes]


def _labelled(codes: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    dtype = pd.CategoricalDtype(pd.Index(names))
    return pd.Categorical.from_codes(codes, dtype=dtype)  # pyright: ignore[reportReturnType]


def _columns(
    dates: _Dates, chosen: Chosen, last: np.ndarray, *, outcomes: pd.Categorical
) -> "dict[str, np.ndarray | ExtensionArray]":
    decided = outcomes.codes <= _CODES["noncompliant"]
    over = np.maximum(dates.until - last, np.timedelta64(0, "D"))
    rules, codes = chosen.rules, np.maximum(chosen.codes, NO_RULE)
    unknown = (outcomes.codes == _CODES["unrecognised"]) | dates.unreadable["end"]
    return {
        "outcome": outcomes,
        "days": _whole_days(np.where(unknown, _NO_SPAN, dates.spans)),
        "open": pd.arrays.BooleanArray(dates.open, unknown),
        "allowed": _whole_days(last - dates.start),
        "over": _whole_days(np.where(decided, over, _NO_SPAN)),
        "last_day": last.astype("datetime64[s]"),
        "limit": _named(codes, [str(rule.limit) for rule in rules]),
        "rule": _named(codes, [rule.id for rule in rules]),
    }


def _whole_days(spans: np.ndarray) -> pd.arrays.IntegerArray:
    """Spans of time as whole days; blank where there is no span."""
    blank = np.isnat(spans)
    counted = spans.astype("timedelta64[D]").view("int64")
    counted[blank] = 0
    return pd.arrays.IntegerArray(counted, blank)


def _named(codes: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    """The names of coded rules; two rules may have the same, -1 has none."""
    known = list(dict.fromkeys(names))
    number = [known.index(name) for name in names]
    return _labelled(np.array([*number, -1], "int16")[codes], known)


def _issues(
    dates: _Dates, chosen: Chosen, cases: pd.DataFrame, *, timing: _Timing
) -> pd.DataFrame:
    dated = ~(dates.blank_start & dates.blank_end)
    outcome = cases["outcome"].cat.codes.to_numpy()
    unmeasured = dated & dates.blank_end & np.isnat(dates.measured)
    found = {
        "RULE_MISSING": (chosen.codes == NO_RULE) & dated,
        "LIMIT_UNFIXED": _unfixed(chosen) & dated,
        "RULE_AMBIGUOUS": (chosen.codes == SEVERAL_RULES) & dated,
        "PARAGRAPH_MOVED": chosen.moved & dated,
        "DATE_INVALID": dates.invalid,
        "DATE_ORDER": _disordered(dates, chosen),
        "DATE_FUTURE": dates.future,
        "TIME_MISSING": timing.doubtful & (outcome == _CODES["not_assessable"]),
        "MEASURED_MISSING": unmeasured & (outcome == _CODES["missing"]),
    }
    where = {code: np.flatnonzero(mask) for code, mask in found.items()}
    codes = np.repeat(list(where), [len(place) for place in where.values()])
    rows = cases.index[np.concatenate(list(where.values()))]
    return pd.DataFrame({"row": rows, "code": codes.astype(object)})
