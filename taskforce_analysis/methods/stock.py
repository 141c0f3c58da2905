"""Rates among all cases there are, where their number is known.

When 20 of a stock of 60 cases are reviewed, the 40 others are all that is unknown, and
the hypergeometric distribution says how they may be. That answers a question about the
stock itself; the binomial intervals answer one about the practice that it came from
(Ankestyrelsen 2006, ch. 5). The two are never mixed.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods import stocks
from taskforce_analysis.methods.counts import (
    Interval,
    check_confidence,
    check_counts,
    vectorised,
)


@stocks.register(
    "hypergeometric",
    label={
        "da": "eksakt hypergeometrisk interval for bestanden af sager",
        "en": "exact hypergeometric interval for the stock of cases",
    },
    reference="Buonaccorsi 1987, Am Stat 41:215",
    meant_for="one rate in a stock of known size",
)
def hypergeometric(
    compliant: ArrayLike,
    applicable: ArrayLike,
    population: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The exact interval of the rate in a stock of `population` cases; equal tails.

    Every number of compliant cases in the stock that neither tail rejects, as shares.
    Never covers less than `confidence`. UsageError where the stock is smaller than the
    sample. Buonaccorsi 1987.

    >>> hypergeometric(14, 20, 60)
    Interval(low=0.5, high=0.85)
    """
    tail = (1 - check_confidence(confidence)) / 2
    return vectorised(
        partial(_hypergeometric, tail=tail), compliant, applicable, population
    )


def _hypergeometric(
    x: np.ndarray, n: np.ndarray, stock: np.ndarray, *, tail: float
) -> Interval:
    """Both limits; the most compliant cases leave the fewest of the others."""
    check_counts(x, n)
    if np.any(stock < n):
        raise wrong_use(
            "a stock smaller than the sample", "Give the number of all cases there are"
        )
    known = ~np.isnan(x + n + stock) & (n > 0)
    low, high = np.full(x.size, np.nan), np.full(x.size, np.nan)
    x, n, stock = x[known], n[known], stock[known]
    low[known] = _fewest(x, n, stock, tail) / stock
    high[known] = (stock - _fewest(n - x, n, stock, tail)) / stock
    return Interval(low, high)


def _fewest(x: np.ndarray, n: np.ndarray, stock: np.ndarray, tail: float) -> np.ndarray:
    """The fewest compliant cases in the stock whose upper tail at x exceeds `tail`."""
    low, high = x.copy(), stock - (n - x)
    while np.any(low < high):
        middle = np.floor((low + high) / 2)
        enough = _upper_tail(x, n, stock, middle) > tail * (1 + 1e-9)
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return low


def _upper_tail(
    x: np.ndarray, n: np.ndarray, stock: np.ndarray, compliant: np.ndarray
) -> np.ndarray:
    """The chance of x or more compliant among n, drawn from the stock."""
    if not x.size:
        return x
    count = x[:, None] + np.arange(np.max(n - x) + 1)
    others = (stock - compliant)[:, None]
    possible = (count <= np.minimum(n, compliant)[:, None]) & (
        n[:, None] - count <= others
    )
    count = np.where(possible, count, np.minimum(n, compliant)[:, None])
    rest = np.clip(n[:, None] - count, 0, others)
    logs = _log_choose(compliant[:, None], count) + _log_choose(others, rest)
    logs -= _log_choose(stock, n)[:, None]
    return np.where(possible, np.exp(logs), 0.0).sum(axis=1)


def _log_choose(whole: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The logarithm of the binomial coefficient."""
    from scipy.special import gammaln

    return gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)


def stock_difference(
    before: tuple[ArrayLike, ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike, ArrayLike],
    *,
    confidence: float = 0.95,
) -> Interval:
    """Limits of the difference between two stocks, after minus before.

    Each phase is (compliant, applicable, population). Two hypergeometric intervals,
    each at half the error (97.5 % for 95 %), give limits that cover at least
    `confidence` together (Bonferroni).

    >>> low, high = stock_difference((8, 20, 60), (14, 20, 60))
    >>> round(low, 4), round(high, 4)
    (-0.1333, 0.65)
    """
    each = 1 - (1 - check_confidence(confidence)) / 2
    first = hypergeometric(*before, confidence=each)
    second = hypergeometric(*after, confidence=each)
    return Interval(second.low - first.high, second.high - first.low)
