"""Peers of Wilson's and of Clopper and Pearson's interval of one rate."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import (
    Interval,
    check_confidence,
    known_cases,
    normal_quantile,
    vectorised,
)


def jeffreys(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """The equal-tailed posterior interval with Jeffreys' prior, limits not moved.

    Brown, Cai and DasGupta 2001, Stat Sci 16:101, without their adjustment at none and
    all.

    >>> low, high = jeffreys(14, 20)
    >>> round(low, 4), round(high, 4)
    (0.4828, 0.8639)
    """
    tail = (1 - check_confidence(confidence)) / 2
    return vectorised(partial(_jeffreys, tail=tail), compliant, applicable)


def _jeffreys(x: np.ndarray, n: np.ndarray, *, tail: float) -> Interval:
    """Quantiles of the posterior beta distribution."""
    from scipy.special import betaincinv

    no = known_cases(x, n) - x
    low = betaincinv(x + 0.5, no + 0.5, tail)
    return Interval(low, 1 - betaincinv(no + 0.5, x + 0.5, tail))


def agresti_coull(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Wald's interval after two compliant and two other cases are added; cut at 0, 1.

    Agresti and Coull 1998, Am Stat 52:119, whatever the confidence, as in Fagerland,
    Lydersen and Laake 2017, ch. 2.

    >>> low, high = agresti_coull(14, 20)
    >>> round(low, 4), round(high, 4)
    (0.4781, 0.8553)
    """
    z = normal_quantile(confidence)
    return vectorised(partial(_agresti_coull, z=z), compliant, applicable)


def _agresti_coull(x: np.ndarray, n: np.ndarray, *, z: float) -> Interval:
    """Agresti and Coull's limits for arrays."""
    size = known_cases(x, n) + 4
    rate = (x + 2) / size
    half = z * np.sqrt(rate * (1 - rate) / size)
    return Interval(np.maximum(rate - half, 0), np.minimum(rate + half, 1))


def mid_p(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Clopper and Pearson's interval with half the chance of what was seen.

    Lancaster 1961, JASA 56:223; Berry and Armitage 1995, Stat 44:417.

    >>> low, high = mid_p(14, 20)
    >>> round(low, 4), round(high, 4)
    (0.4772, 0.8684)
    """
    tail = (1 - check_confidence(confidence)) / 2
    return vectorised(partial(_mid_p, tail=tail), compliant, applicable)


def _mid_p(x: np.ndarray, n: np.ndarray, *, tail: float) -> Interval:
    """Both mid-p limits: the upper one is the lower one of the other answers."""
    n = known_cases(x, n)
    return Interval(_lower_mid_p(x, n, tail), 1 - _lower_mid_p(n - x, n, tail))


def _lower_mid_p(x: np.ndarray, n: np.ndarray, tail: float) -> np.ndarray:
    """Halve the range until the mid-p chance of so many or more is `tail`."""
    from scipy.special import betainc

    low, high = np.zeros(x.size), np.where(n > 0, x / n, np.nan)
    inner = np.maximum(x, 1)
    for _ in range(60):
        rate = (low + high) / 2
        more = np.where(
            x == n, 0.0, betainc(np.minimum(x + 1, n), np.maximum(n - x, 1), rate)
        )
        chance = (betainc(inner, n - inner + 1, rate) + more) / 2
        low, high = (
            np.where(chance < tail, rate, low),
            np.where(chance < tail, high, rate),
        )
    return np.where(x == 0, 0.0 * n, (low + high) / 2)
