"""Which rule each case is judged by, for a whole column at once.

A fixed limit holds for every case. A rule set is asked by paragraph and date; cases
are taken together by paragraph, so 100,000 cases cost as much as their paragraphs.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.limits import Limit, parse_limit
from taskforce_analysis.deadlines.paragraphs import Provision, parse_provision
from taskforce_analysis.deadlines.rules import Rule, RuleSet
from taskforce_analysis.errors import wrong_use

NO_RULE, SEVERAL_RULES = -1, -2


@dataclass(frozen=True)
class Chosen:
    """The rules in use and, per case, which of them: -1 for none, -2 for several."""

    rules: tuple[Rule, ...]
    codes: np.ndarray


def choose(
    limit: str | Limit | Rule | RuleSet | None,
    days: np.ndarray,
    *,
    paragraphs: Any = None,
    what: str = "decision",
) -> Chosen:
    """The rule of every case whose date is given in `days` (datetime64[D])."""
    if isinstance(limit, RuleSet):
        return _by_paragraph(limit, days, paragraphs=paragraphs, what=what)
    if limit is None:
        return Chosen((), np.full(days.shape, NO_RULE, "int16"))
    if isinstance(limit, str):
        limit = parse_limit(limit)
    if isinstance(limit, Limit):
        limit = Rule(id="", what=what, limit=limit, earlier="given")
    if not isinstance(limit, Rule):
        raise wrong_use("this is no limit", "Give a text, a Limit, a Rule or a RuleSet")
    return Chosen((limit,), np.zeros(days.shape, "int16"))


def _by_paragraph(
    rules: RuleSet, days: np.ndarray, *, paragraphs: Any, what: str
) -> Chosen:
    if paragraphs is None:
        return Chosen(rules.rules, _in_force(days, rules, what=what, wanted=None))
    texts = pd.Series(paragraphs)
    if len(texts) != len(days):
        raise wrong_use("paragraphs and dates are not equally many", "One per case")
    codes = np.full(days.shape, NO_RULE, "int16")
    groups, names = pd.factorize(texts)
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
