"""Whether a deadline was kept, from the dates themselves, and by how many days.

The denominator is every case whose last lawful day lies on or before the date of
measurement, taken as that day's close: an early decision counts only then, an open
case counts as not kept, and a later last day is not_due. Without a date of measurement
a case with no end is missing, since the latest date seen is no such date.
A date alone cannot tell hours: what both answers fit is not_assessable, not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.calendar import (
    Limit,
    as_days,
    has_time,
    last_days,
    parse_limit,
)
from taskforce_analysis.deadlines.dates import BLANK, Dates, whole_days
from taskforce_analysis.deadlines.paragraphs import Provision, parse_provision
from taskforce_analysis.deadlines.rules import Rule, RuleSet
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.spelling import group_key

# FOLDED deadlines.choosing
#
# Which rule each case is judged by, for a whole column at once.
#
# A fixed limit holds for every case. A rule set is asked by paragraph and date, and a
# municipality's own judges no other's cases; cases are taken together by municipality
# and paragraph, so 100,000 cases cost as much as their paragraphs.

NO_RULE, SEVERAL_RULES = -1, -2


@dataclass(frozen=True)
class Chosen:
    """The rules in use and, per case, which of them: -1 for none, -2 for several."""

    rules: tuple[Rule, ...]
    codes: np.ndarray


@dataclass(frozen=True)
class Asked:
    """What rules are asked by: each case's paragraph and municipality, and the duty."""

    paragraphs: Any = None
    municipalities: Any = None
    what: str = "decision"


def choose(
    limit: str | Limit | Rule | RuleSet | Sequence[RuleSet] | None,
    dates: Dates,
    asked: Asked,
) -> Chosen:
    """The rule of every case whose dates are given."""
    if limit is None:
        return Chosen((), np.full(dates.start.shape, NO_RULE, "int16"))
    if isinstance(limit, str):
        limit = parse_limit(limit)
    if isinstance(limit, Limit):
        limit = Rule(id="", what=asked.what, limit=limit, earlier="given")
    if isinstance(limit, Rule):
        return Chosen((limit,), np.zeros(dates.start.shape, "int16"))
    sets = limit if isinstance(limit, Sequence) else (limit,)
    if not sets or not all(isinstance(one, RuleSet) for one in sets):
        raise wrong_use("this is no limit", "Give a text, a Limit, a Rule or a RuleSet")
    return _by_municipality(sets, dates, asked)


def _by_municipality(sets: Sequence[RuleSet], dates: Dates, asked: Asked) -> Chosen:
    whose = _whose(sets, asked.municipalities, len(dates.start))
    codes = np.full(dates.start.shape, NO_RULE, "int16")
    rules: list[Rule] = []
    texts = None if asked.paragraphs is None else pd.Series(asked.paragraphs)
    if texts is not None and len(texts) != len(codes):
        raise wrong_use("paragraphs and dates are not equally many", "One per case")
    for one, where in zip(sets, places(whose, len(sets)), strict=True):
        own = None if texts is None else texts.iloc[where]
        days = _rule_days(dates, one)[where]
        found = _by_paragraph(one, days, paragraphs=own, what=asked.what)
        codes[where] = np.where(found.codes < 0, found.codes, found.codes + len(rules))
        rules += found.rules
    return Chosen(tuple(rules), codes)


def _whose(sets: Sequence[RuleSet], municipalities: Any, many: int) -> np.ndarray:
    """Which set each case belongs to: its municipality's, else that of all, else -1.

    A case that names no municipality belongs to the only set, where there is but one.
    """
    own = {group_key(one.municipality): place for place, one in enumerate(sets)}
    other, nameless = own.get("", NO_RULE), own.get("", NO_RULE)
    if len(sets) == 1:
        nameless = 0
    if municipalities is None or not any(own):
        return np.full(many, nameless, "int16")
    groups, names = pd.factorize(pd.Series(municipalities))
    keys = [group_key(str(name)) for name in names]
    found = [own.get(key, other) if key else nameless for key in keys]
    return np.array([*found, nameless], "int16")[groups]


def _rule_days(dates: Dates, rules: RuleSet) -> np.ndarray:
    if rules.in_force_on == "start":
        return dates.start
    known = np.where(np.isnat(dates.end), dates.measured, dates.end)
    return np.where(np.isnat(known), dates.start, known)


def _by_paragraph(
    rules: RuleSet, days: np.ndarray, *, paragraphs: Any, what: str
) -> Chosen:
    if paragraphs is None:
        return Chosen(rules.rules, _in_force(days, rules, what=what, wanted=None))
    codes = np.full(days.shape, NO_RULE, "int16")
    groups, names = pd.factorize(paragraphs)
    for name, where in zip(names, places(groups, len(names)), strict=True):
        wanted = parse_provision(str(name))
        if wanted is not None:
            codes[where] = _in_force(days[where], rules, what=what, wanted=wanted)
    return Chosen(rules.rules, codes)


def places(codes: np.ndarray, many: int) -> list[np.ndarray]:
    """Where each of the codes 0, 1, ... below `many` stands.

    >>> places(np.array([1, -1, 0, 1]), 2)
    [array([2]), array([0, 3])]
    """
    small = codes.astype("int16") if many < 32_768 else codes  # sorted by radix
    order = np.argsort(small, kind="stable")
    edges = np.searchsorted(small[order], np.arange(many + 1))
    return [order[first:last] for first, last in pairwise(edges)]


def _in_force(
    days: np.ndarray, rules: RuleSet, *, what: str, wanted: Provision | None
) -> np.ndarray:
    codes = np.full(days.shape, NO_RULE, "int16")
    depths = np.full(days.shape, -1)
    for rule in rules.candidates(wanted, what):
        depth = rule.depth(wanted)
        holds = (days >= np.datetime64(rule.since or date.min)) & (
            days <= np.datetime64(rule.until or date.max)
        )
        codes[holds & (depths == depth)] = SEVERAL_RULES
        fresh = holds & (depths < 0)
        codes[fresh], depths[fresh] = rules.rules.index(rule), depth
    return codes


# FOLDED deadlines.judging
#
# Whether a deadline was kept, from the dates themselves, and by how many days.
#
# The denominator is every case whose last lawful day lies on or before the date of
# measurement, taken as that day's close: an early decision counts only then, an open
# case counts as not kept, and a later last day is not_due. Without a date of
# measurement a case with no end is missing, since the latest date seen is no such
# date. A date alone cannot tell hours: what both answers fit is not_assessable, not
# guessed.

OUTCOMES = (
    "compliant",
    "noncompliant",
    "not_due",
    "missing",
    "not_applicable",
    "not_assessable",
)
_CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
_DAY = np.timedelta64(1, "D")
_SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True)
class Judged:
    """One outcome per case, and what was odd about its dates.

    `cases` has the index of the start dates and the columns `outcome`; `days` from
    start to end, or to the date of measurement where `open`; `allowed`, the days from
    start to last lawful day; `over`, the days beyond it so far; `last_day`; `limit` as
    text and `rule` by id. `issues` has one line per case and code: `row`, the case's
    index label, and `code`.
    """

    cases: pd.DataFrame
    issues: pd.DataFrame


def judge(
    start: Any,
    end: Any,
    limit: str | Limit | Rule | RuleSet | Sequence[RuleSet] | None,
    *,
    measured: Any = None,
    paragraphs: Any = None,
    municipalities: Any = None,
    what: str = "decision",
    earlier: Any = None,
) -> Judged:
    """Each case judged on the date of measurement by the rule in force on its date.

    `start`, `end`: dates, equally many; blank where there is none. `limit`: one for
    all, or a RuleSet, which is asked by `paragraphs` (or by the duty `what` alone), or
    several, which are asked by `municipalities` first: each case by that of its own.
    `measured`: one date, or one per case. `earlier`: dates that end the limit earlier
    where they do not lie before the start; with a RuleSet only for rules that say so.
    All columns are taken by position. A case whose rule is missing, or whose limit is
    not set, is not_applicable. Raises UsageError for what are no dates.

    >>> judged = judge(["2024-01-31", "2024-03-01"], ["2024-02-29", None], "1 month",
    ...     measured="2024-04-02")
    >>> judged.cases[["outcome", "days", "over"]].to_dict("list")
    {'outcome': ['compliant', 'noncompliant'], 'days': [29, 32], 'over': [0, 1]}
    """
    dates = Dates.read(start, end, measured)
    asked = Asked(paragraphs, municipalities, what)
    chosen = choose(limit, dates, asked)
    last = _last_days(dates, chosen, earlier)
    timing = _timing(dates, chosen, last)
    outcomes = _outcomes(dates, chosen, last, timing=timing)
    index = start.index if isinstance(start, pd.Series) else None
    columns = _columns(dates, chosen, last, outcomes=outcomes)
    cases = pd.DataFrame(columns, index=index, copy=False)
    return Judged(cases, _issues(dates, chosen, cases, timing=timing))


def _last_days(dates: Dates, chosen: Chosen, earlier: Any) -> np.ndarray:
    last = np.full(dates.start.shape, BLANK)
    for rule, where in zip(chosen.rules, _by_rule(chosen), strict=True):
        shut = frozenset(rule.closed)
        last[where] = last_days(
            dates.starts[where], rule.limit, moves=rule.moves, closed=shut
        )
        if earlier is not None and rule.earlier and rule.limit.is_set:
            last[where] = np.fmin(last, _sooner(dates, earlier))[where]
    return last


def _by_rule(chosen: Chosen) -> list[Any]:
    if len(chosen.rules) == 1 and not chosen.codes.any():
        return [slice(None)]
    return list(places(chosen.codes, len(chosen.rules)))


def _sooner(dates: Dates, earlier: Any) -> np.ndarray:
    given = np.broadcast_to(as_days(earlier), dates.start.shape)
    return np.where(given >= dates.start, given, BLANK)


class _Timing(NamedTuple):
    """Per case with an end: whether it came in time, and whether dates can tell."""

    kept: np.ndarray
    doubtful: np.ndarray


def _timing(dates: Dates, chosen: Chosen, last: np.ndarray) -> _Timing:
    kept, doubtful = dates.end <= last, np.zeros(last.shape, bool)
    for code, rule in enumerate(chosen.rules):
        if rule.limit.unit == "hours":
            where = chosen.codes == code
            allowed = np.timedelta64(rule.limit.amount, "h")
            starts, ends = dates.starts[where], dates.ends[where]
            kept[where] = _latest(ends) - starts <= allowed
            doubtful[where] = (ends - _latest(starts) <= allowed) & ~kept[where]
    return _Timing(kept, doubtful)


def _latest(moments: np.ndarray) -> np.ndarray:
    return np.where(has_time(moments), moments, moments + _DAY - _SECOND)


def _has_limit(chosen: Chosen) -> np.ndarray:
    is_set = [rule.limit.is_set for rule in chosen.rules]
    return np.array([*is_set, False, False])[chosen.codes]  # -1 and -2 have no rule


def _outcomes(
    dates: Dates, chosen: Chosen, last: np.ndarray, *, timing: _Timing
) -> Any:
    started, ended = ~np.isnat(dates.starts), ~np.isnat(dates.ends)
    steps = (
        ("missing", ~started & ~ended),
        ("not_applicable", ~_has_limit(chosen)),
        ("missing", ~started),
        ("not_assessable", dates.invalid | dates.order | np.isnat(last)),
        ("not_due", last > dates.measured),
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


def _labelled(codes: np.ndarray, names: Sequence[str]) -> Any:
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(pd.Index(names)))


def _columns(
    dates: Dates, chosen: Chosen, last: np.ndarray, *, outcomes: Any
) -> dict[str, Any]:
    decided = outcomes.codes <= _CODES["noncompliant"]
    over = np.maximum(dates.until - last, np.timedelta64(0, "D"))
    rules, codes = chosen.rules, np.maximum(chosen.codes, -1)
    return {
        "outcome": outcomes,
        "days": dates.days,
        "open": dates.open,
        "allowed": whole_days(last - dates.start),
        "over": whole_days(np.where(decided, over, np.timedelta64("NaT", "D"))),
        "last_day": last.astype("datetime64[s]"),
        "limit": _named(codes, [str(rule.limit) for rule in rules]),
        "rule": _named(codes, [rule.id for rule in rules]),
    }


def _named(codes: np.ndarray, names: Sequence[str]) -> Any:
    """The names of coded rules; two rules may have the same, -1 has none."""
    known = list(dict.fromkeys(names))
    number = [known.index(name) for name in names]
    return _labelled(np.array([*number, -1], "int16")[codes], known)


def _issues(
    dates: Dates, chosen: Chosen, cases: pd.DataFrame, *, timing: _Timing
) -> pd.DataFrame:
    started, ended = ~np.isnat(dates.starts), ~np.isnat(dates.ends)
    outcome = cases["outcome"].cat.codes.to_numpy()
    unmeasured = started & ~ended & np.isnat(dates.measured)
    found = {
        "RULE_MISSING": (chosen.codes == NO_RULE) & (started | ended),
        "RULE_AMBIGUOUS": (chosen.codes == SEVERAL_RULES) & (started | ended),
        "DATE_INVALID": dates.invalid,
        "DATE_ORDER": dates.order,
        "DATE_FUTURE": dates.future,
        "TIME_MISSING": timing.doubtful & (outcome == _CODES["not_assessable"]),
        "MEASURED_MISSING": unmeasured & (outcome == _CODES["missing"]),
    }
    where = {code: np.flatnonzero(mask) for code, mask in found.items()}
    codes = np.repeat(list(where), [len(place) for place in where.values()])
    rows = cases.index[np.concatenate(list(where.values()))]
    return pd.DataFrame({"row": rows, "code": codes.astype(object)})
