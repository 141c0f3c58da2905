"""Tests without an interval of their own, and p-values that the tool does not print.

Fisher's hold the total of compliant cases fixed, and by that are needlessly cautious.
Boschloo's and Barnard's are exact with the common rate unknown: an order of all
outcomes is chosen (Fisher's p-value, the pooled z), and the p-value is the chance of
those at least as extreme as what was seen, at the common rate where it is greatest.
McNemar's are for the same cases in both phases.

Outcomes count as equally likely or extreme within one part in ten million, for two sums
that are equal on paper seldom are in a computer: without that, Fisher's mid-p of 14/20
against 8/20 is 0.0894 instead of 0.0679.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import (
    both_known,
    log_choose,
    probabilities,
    vectorised,
)
from taskforce_analysis.methods.exact import blocks, canonical
from taskforce_analysis.methods.outcomes import Rows
from taskforce_analysis.methods.scanning import greatest_p

EQUAL = 1e-7  # relative: chances and statistics this near are equal

Alternative = Literal["two-sided", "improved", "worsened"]
Order = Callable[[int, int], np.ndarray]


class OneSided(NamedTuple):
    """The p-values of both directions; a small `not_improved` speaks for improved."""

    not_improved: Any
    not_worsened: Any


def exact_p_values(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
) -> OneSided:
    """The tool's own one-sided p-values, also where they are over one half.

    >>> first, second = exact_p_values(8, 20, 14, 20)
    >>> round(first, 4), round(second, 4)
    (0.0352, 1.0)
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(_both_directions, *counts)


def _both_directions(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray
) -> OneSided:
    """The one-sided p-values of arrays; the second is the first of the mirror image."""
    known = both_known(x1, n1, x2, n2)
    tables = Rows(x1, n1, x2, n2).take(known)
    both = zip(tables, tables.mirrored, strict=True)
    rows, place = canonical(*(np.concatenate(pair) for pair in both))
    p_value = np.empty(rows.size)
    for block in blocks(rows):
        p_value[block] = greatest_p(rows.take(block))
    found = np.full((2, x1.size), np.nan)
    found[:, known] = p_value[place].reshape(2, -1)
    return OneSided(*found)


class FisherTables(NamedTuple):
    """Conditional chances of every outcome (before, after): (n1 + 1, n2 + 1)."""

    at_least: np.ndarray  # of so many after, or more
    at_most: np.ndarray  # of so many after, or fewer
    as_unlikely: np.ndarray  # of an outcome no likelier
    as_likely: np.ndarray  # of an outcome just as likely


@lru_cache(maxsize=256)
def fisher_tables(applicable_before: int, applicable_after: int) -> FisherTables:
    """The conditional chances of all outcomes with these numbers of cases.

    >>> fisher_tables(3, 3).as_unlikely[0, 3].round(6).item()
    0.1
    """
    shape = (applicable_before + 1, applicable_after + 1)
    found = FisherTables(*(np.zeros(shape) for _ in range(4)))
    before, after = log_choose(applicable_before), log_choose(applicable_after)
    for total in range(sum(shape) - 1):
        least = max(0, total - applicable_after)
        i = np.arange(least, min(applicable_before, total) + 1)
        logs = before[i] + after[total - i]
        chance = np.exp(logs - logs.max())
        chance /= chance.sum()
        below = chance[None, :] <= chance[:, None] * (1 + EQUAL)
        equal = below & (chance[None, :] >= chance[:, None] * (1 - EQUAL))
        found.at_least[i, total - i] = np.cumsum(chance)
        found.at_most[i, total - i] = np.cumsum(chance[::-1])[::-1]
        found.as_unlikely[i, total - i] = below @ chance
        found.as_likely[i, total - i] = equal @ chance
    return found


def fisher(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
) -> float | np.ndarray:
    """Fisher's exact two-sided p-value: the chance of outcomes no likelier.

    Fisher 1935, J R Stat Soc 98:39.

    >>> round(fisher(8, 20, 14, 20), 6)
    0.11097
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(_fisher, *counts)


def _fisher(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray
) -> np.ndarray:
    """Fisher's p-values of arrays."""
    unlikely, _ = _entries(x1, n1, x2, n2)
    return np.minimum(unlikely, 1.0)


def fisher_mid_p(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
) -> float | np.ndarray:
    """Fisher's p-value less half the chance of all outcomes just as likely.

    Lancaster 1961, JASA 56:223; Lydersen et al. 2009, Stat Med 28:1159.

    >>> round(fisher_mid_p(8, 20, 14, 20), 6)
    0.067906
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(_fisher_mid_p, *counts)


def _fisher_mid_p(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray
) -> np.ndarray:
    """Fisher's mid-p-values of arrays."""
    unlikely, likely = _entries(x1, n1, x2, n2)
    return unlikely - likely / 2


def _entries(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray
) -> np.ndarray:
    """The chances of no likelier and of just as likely outcomes: (2, rows)."""
    found = np.full((2, x1.size), np.nan)
    for row in np.flatnonzero(both_known(x1, n1, x2, n2)):
        tables = fisher_tables(int(n1[row]), int(n2[row]))
        place = (int(x1[row]), int(x2[row]))
        found[:, row] = tables.as_unlikely[place], tables.as_likely[place]
    return found


def boschloo(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    convention: Literal["central", "minlike"] = "central",
) -> float | np.ndarray:
    """Boschloo's p-value, by either convention of two-sidedness.

    "central" doubles the smaller one-sided p-value (SciPy), "minlike" orders by the
    two-sided Fisher p-value (R Exact). They differ where the numbers of cases do.
    Boschloo 1970, Stat Neerl 24:1; Lydersen et al. 2009, Stat Med 28:1159.

    >>> round(boschloo(10, 18, 15, 19), 4)
    0.1557
    >>> round(boschloo(10, 18, 15, 19, convention="minlike"), 4)
    0.1339
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    orders = {
        "improved": (_more,),
        "worsened": (_fewer,),
        "two-sided": (_more, _fewer) if convention == "central" else (_unlikely,),
    }
    return vectorised(partial(_each, orders=orders[alternative]), *counts)


def barnard(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
) -> float | np.ndarray:
    """The exact unconditional p-value with the pooled z as order.

    Barnard 1947, Biometrika 34:123; Suissa and Shuster 1985, JRSSA 148:317. Ties are
    counted, unlike in scipy.stats.barnard_exact.

    >>> round(barnard(4, 12, 9, 11), 4)
    0.0215
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    sign = {"two-sided": 0, "improved": 1, "worsened": -1}[alternative]
    return vectorised(partial(_each, orders=(partial(_pooled, sign=sign),)), *counts)


def _more(n1: int, n2: int) -> np.ndarray:
    """Fisher's p-value of "not improved"."""
    return fisher_tables(n1, n2).at_least


def _fewer(n1: int, n2: int) -> np.ndarray:
    """Fisher's p-value of "not worsened"."""
    return fisher_tables(n1, n2).at_most


def _unlikely(n1: int, n2: int) -> np.ndarray:
    """Fisher's two-sided p-value."""
    return fisher_tables(n1, n2).as_unlikely


def _pooled(n1: int, n2: int, *, sign: int) -> np.ndarray:
    """The pooled z, turned so that small is extreme; two-sided where `sign` is 0.

    But for a factor that all outcomes share, and so leaves their order as it is.
    """
    i, j = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    gap, spread = j * n1 - i * n2, (i + j) * (n1 + n2 - i - j)
    z = gap / np.sqrt(np.maximum(spread, 1))
    return -sign * z if sign else -np.abs(z)


def _each(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    orders: tuple[Order, ...],
) -> np.ndarray:
    """The p-values of arrays: the smallest over the orders, times their number."""
    found = np.full(x1.size, np.nan)
    for row in np.flatnonzero(both_known(x1, n1, x2, n2)):
        table = (int(x1[row]), int(n1[row]), int(x2[row]), int(n2[row]))
        smallest = min(_supremum(order, *table) for order in orders)
        found[row] = min(1.0, len(orders) * smallest)
    return found


def _supremum(order: Order, x1: int, n1: int, x2: int, n2: int) -> float:
    """The greatest chance, over the common rate, of outcomes at least as extreme."""
    statistic = order(n1, n2)
    seen = statistic[x1, x2]
    extreme = statistic <= seen + EQUAL * abs(seen)
    share = _share_by_total(extreme, n1, n2)
    places, step = np.linspace(0, 1, 401), 1 / 400
    best = 0.0
    for _ in range(4):
        values = _chance(share, places)
        best = max(best, float(values.max()))
        centre = places[values.argmax()]
        places, step = np.clip(centre + np.linspace(-step, step, 41), 0, 1), step / 20
    return min(best, 1.0)


def _share_by_total(extreme: np.ndarray, n1: int, n2: int) -> np.ndarray:
    """For each total of compliant cases, the chance of an extreme outcome."""
    weights = _weights(n1, n2)
    total = np.add.outer(np.arange(n1 + 1), np.arange(n2 + 1))
    return np.bincount(total[extreme], weights[extreme], minlength=n1 + n2 + 1)


@lru_cache(maxsize=256)
def _weights(n1: int, n2: int) -> np.ndarray:
    """The chance of each outcome given its total."""
    tables = fisher_tables(n1, n2)
    return tables.at_least + tables.at_most - 1


def _chance(share: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The chance of an extreme outcome at the common rates of these angles."""
    rates = np.sin(places * (np.pi / 2))[None, :] ** 2
    return share @ probabilities(np.array([share.size - 1.0]), rates)[:, 0, :]


def mcnemar_exact(only_before: ArrayLike, only_after: ArrayLike) -> float | np.ndarray:
    """McNemar's exact two-sided binomial p-value of the cases that changed.

    McNemar 1947, Psychometrika 12:153.

    >>> mcnemar_exact(7, 1)
    0.0703125
    """
    return vectorised(partial(_mcnemar, share=1.0), only_before, only_after)


def mcnemar_mid_p(only_before: ArrayLike, only_after: ArrayLike) -> float | np.ndarray:
    """The same with half the chance of what was seen.

    Fagerland, Lydersen and Laake 2013, BMC Med Res Methodol 13:91.

    >>> mcnemar_mid_p(7, 1)
    0.0390625
    """
    return vectorised(partial(_mcnemar, share=0.5), only_before, only_after)


def _mcnemar(before: np.ndarray, after: np.ndarray, *, share: float) -> np.ndarray:
    """Twice the chance of so few or fewer, counting `share` of so few exactly."""
    from scipy.special import betainc

    fewer, changed = np.minimum(before, after), before + after
    rest = np.maximum(changed - fewer, 1)
    at_most = np.where(changed > 0, betainc(rest, fewer + 1, 0.5), 1.0)
    below = np.where(fewer > 0, betainc(rest + 1, np.maximum(fewer, 1), 0.5), 0.0)
    return np.minimum(1.0, 2 * (below + share * (at_most - below)))


def hochberg(p_values: ArrayLike) -> np.ndarray:
    """Hochberg's step-up adjustment, Holm's peer. Hochberg 1988, Biometrika 75:800.

    >>> hochberg([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    order = np.argsort(-given, kind="stable")[: np.count_nonzero(~np.isnan(given))]
    factors = 1 + np.arange(order.size)
    adjusted[order] = np.minimum(np.minimum.accumulate(given[order] * factors), 1.0)
    return adjusted
