"""Fisher's tests: what is likely, given how many complied in both phases together.

They are witnesses, not the tool's: by holding the total fixed they are needlessly
cautious. Outcomes count as equally likely within one part in ten million, for two sums
that are equal on paper seldom are in a computer: without that, Fisher's mid-p of 14/20
against 8/20 is 0.0894 instead of 0.0679.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import tests
from taskforce_analysis.methods.binomial import log_choose
from taskforce_analysis.methods.counts import check_counts, vectorised

EQUAL = 1e-7  # relative: chances this near are equal


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


@tests.register(
    "fisher",
    label={"da": "Fishers eksakte test", "en": "Fisher's exact test"},
    reference="Fisher 1935, J R Stat Soc 98:39",
    meant_for="comparing methods; two phases",
)
def fisher(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
) -> float | np.ndarray:
    """Fisher's exact two-sided p-value: the chance of outcomes no likelier.

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


@tests.register(
    "fisher_mid_p",
    label={"da": "Fishers mid-p-test", "en": "Fisher mid-p test"},
    reference="Lancaster 1961, JASA 56:223; Lydersen et al. 2009, Stat Med 28:1159",
    meant_for="comparing methods; two phases",
)
def fisher_mid_p(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
) -> float | np.ndarray:
    """Fisher's p-value less half the chance of all outcomes just as likely.

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
    check_counts(x1, n1)
    check_counts(x2, n2)
    found = np.full((2, x1.size), np.nan)
    for row in np.flatnonzero((n1 > 0) & (n2 > 0) & ~np.isnan(x1 + x2)):
        tables = fisher_tables(int(n1[row]), int(n2[row]))
        place = (int(x1[row]), int(x2[row]))
        found[:, row] = tables.as_unlikely[place], tables.as_likely[place]
    return found
