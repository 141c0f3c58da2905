"""Boschloo's and Barnard's tests: exact, with the common rate unknown.

An order of all outcomes is chosen, and the p-value is the chance of those at least as
extreme as what was seen, at the common rate where that chance is greatest. Boschloo
orders by Fisher's p-value, Barnard by the pooled z. They are witnesses, not the tool's:
they test for no difference only, and have no interval of their own.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import tests
from taskforce_analysis.methods.binomial import probabilities
from taskforce_analysis.methods.counts import check_counts, vectorised
from witnesses.conditional import fisher_tables

EQUAL = 1e-7  # relative: statistics this near are equal

Alternative = Literal["two-sided", "improved", "worsened"]


@tests.register(
    "boschloo",
    label={"da": "Boschloos test", "en": "Boschloo's test"},
    reference="Boschloo 1970, Stat Neerl 24:1; Lydersen et al. 2009, Stat Med 28:1159",
    meant_for="comparing methods; two phases of at most some hundred cases",
)
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


@tests.register(
    "barnard",
    label={
        "da": "Barnards test med puljet z",
        "en": "Barnard's test with the pooled z",
    },
    reference="Barnard 1947, Biometrika 34:123; Suissa and Shuster 1985, JRSSA 148:317",
    meant_for="comparing methods; two phases of at most some hundred cases",
)
def barnard(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
) -> float | np.ndarray:
    """The exact unconditional p-value with the pooled z as order.

    Suissa and Shuster 1985. Ties are counted, unlike in scipy.stats.barnard_exact.

    >>> round(barnard(4, 12, 9, 11), 4)
    0.0215
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    sign = {"two-sided": 0, "improved": 1, "worsened": -1}[alternative]
    return vectorised(partial(_each, orders=(partial(_pooled, sign=sign),)), *counts)


Order = Callable[[int, int], np.ndarray]


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
    check_counts(x1, n1)
    check_counts(x2, n2)
    found = np.full(x1.size, np.nan)
    for row in np.flatnonzero((n1 > 0) & (n2 > 0) & ~np.isnan(x1 + x2)):
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
