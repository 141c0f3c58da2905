"""One rate: how much the reviewed cases leave open.

About the practice that the cases came from: Wilson's score interval, and Clopper and
Pearson's exact one where a guarantee is asked for (a target). Wald's interval is left
out on purpose: at 20 of 20 it has no width.

About the stock of cases itself, where its number is known: when 20 of 60 cases are
reviewed, the 40 others are all that is unknown, and the hypergeometric distribution
says how they may be (Ankestyrelsen 2006, ch. 5). The two questions are never mixed.

All take counts (numbers or arrays) and give shares; 0 of 0 gives not a number.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods import intervals, stocks
from taskforce_analysis.methods.counts import (
    Interval,
    check_confidence,
    check_counts,
    known_cases,
    normal_quantile,
    vectorised,
)


@intervals.register(
    "wilson",
    label={"da": "Wilsons interval", "en": "Wilson interval"},
    reference="Wilson 1927, JASA 22:209; Brown, Cai and DasGupta 2001, Stat Sci 16:101",
    meant_for="one rate, from one case and up",
)
def wilson(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Wilson's score interval of a rate, without continuity correction.

    Exactly 0 below at none and exactly 1 above at all. Wilson 1927.

    >>> low, high = wilson(14, 20)
    >>> round(low, 4), round(high, 4)
    (0.481, 0.8545)
    """
    z = normal_quantile(confidence)
    return vectorised(partial(_wilson, z=z), compliant, applicable)


def _wilson(x: np.ndarray, n: np.ndarray, *, z: float) -> Interval:
    """Wilson's limits for arrays."""
    n = known_cases(x, n)
    centre = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(x * (n - x) / n + z * z / 4)
    low = np.where(x == 0, 0.0 * n, np.maximum(centre - half, 0))
    return Interval(low, np.where(x == n, 1.0 + 0.0 * n, np.minimum(centre + half, 1)))


@intervals.register(
    "clopper_pearson",
    label={"da": "Clopper og Pearsons interval", "en": "Clopper-Pearson interval"},
    reference="Clopper and Pearson 1934, Biometrika 26:404",
    meant_for="one rate against a target, from one case and up",
)
def clopper_pearson(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """The exact interval of a rate: never covers less than `confidence`.

    Clopper and Pearson 1934.

    >>> low, high = clopper_pearson(0, 20)
    >>> low, round(high, 4)
    (0.0, 0.1684)
    """
    tail = (1 - check_confidence(confidence)) / 2
    return vectorised(partial(_clopper_pearson, tail=tail), compliant, applicable)


def _clopper_pearson(x: np.ndarray, n: np.ndarray, *, tail: float) -> Interval:
    """Quantiles of beta distributions; 0 below at none and 1 above at all."""
    from scipy.special import betaincinv

    n = known_cases(x, n)
    low = betaincinv(np.maximum(x, 1e-9), n - x + 1, tail)
    high = 1 - betaincinv(np.maximum(n - x, 1e-9), x + 1, tail)
    low = np.where((x == 0) & (n > 0), 0.0, low)
    return Interval(low, np.where((n - x == 0) & (n > 0), 1.0, high))


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
