"""Which rule each case is judged by, for a whole column at once.

A fixed limit holds for every case. A rule set is asked by paragraph and date, and a
municipality's own judges no other's cases; cases are taken together by municipality
and paragraph, so 100,000 cases cost as much as their paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.dates import Dates
from taskforce_analysis.deadlines.limits import Limit, parse_limit
from taskforce_analysis.deadlines.paragraphs import Provision, parse_provision
from taskforce_analysis.deadlines.rules import Rule, RuleSet
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.spelling import group_key

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
