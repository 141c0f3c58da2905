"""Two doubts about a difference: another mix of cases, and cases that resemble.

Would it be there if both phases had the same kinds of case? Two answers beside the
crude one, and neither decides: the Mantel-Haenszel difference weighs the strata by how
much they can tell, and direct standardisation asks what the rate after would have been
with the first phase's mix.

Cases of one caseworker resemble each other, and with a handful of caseworkers no
cluster-robust test holds its error. What can be said is how large the design effect
would have to be for the finding to fall.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import (
    TINY,
    check_counts,
    normal_quantile,
    vectorised,
)

NO_VARIANCE = 1e-12  # of a difference; less is the dust of rounding


class Stratified(NamedTuple):
    """A difference over strata, after minus before, with its limits."""

    difference: float
    low: float
    high: float


def mantel_haenszel(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Stratified:
    """The Mantel-Haenszel difference of rates with Sato's variance; arrays per stratum.

    A stratum that only one phase has tells nothing. Where Sato's variance is 0, as
    where all cases of both phases comply, there is a difference and no interval: one
    without width would say that nothing is left open. Sato 1989, Biometrics 45:1323.

    >>> found = mantel_haenszel([8, 9, 12], [20] * 3, [14, 15, 17], [20] * 3)
    >>> round(found.difference, 4), round(found.low, 4), round(found.high, 4)
    (0.2833, 0.1197, 0.4469)
    """
    counts = _arrays(
        compliant_before, applicable_before, compliant_after, applicable_after
    )
    shared = (counts[1] > 0) & (counts[3] > 0)
    x1, n1, x2, n2 = (part[shared] for part in counts)
    if not x1.size:
        return Stratified(np.nan, np.nan, np.nan)
    total = n1 + n2
    weight = n1 * n2 / total
    difference = float((weight * (x2 / n2 - x1 / n1)).sum() / weight.sum())
    tilt = n2**2 * x1 - n1**2 * x2 + n1 * n2 * (n1 - n2) / 2
    noise = (x2 * (n1 - x1) + x1 * (n2 - x2)) / (2 * total)
    variance = difference * (tilt / total**2).sum() + noise.sum()
    if variance <= NO_VARIANCE * weight.sum() ** 2:
        return Stratified(difference, np.nan, np.nan)
    half = normal_quantile(confidence) * np.sqrt(variance) / weight.sum()
    low, high = max(difference - half, -1.0), min(difference + half, 1.0)
    return Stratified(difference, float(low), float(high))


class Standardised(NamedTuple):
    """Both rates with the first phase's mix of cases, and their difference."""

    rate_before: float
    rate_after: float
    difference: float
    low: float
    high: float


def standardise(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Standardised:
    """Both rates with the mix of applicable cases that the first phase had.

    Not a number where one phase has a stratum that the other has not: the rates would
    be of some of the cases alone. The variance adds half a case of each kind per
    stratum, so that no stratum is certain.

    >>> found = standardise([8, 9], [20, 10], [14, 15], [20, 20])
    >>> round(found.rate_before, 4), round(found.rate_after, 4)
    (0.5667, 0.7167)
    """
    counts = _arrays(
        compliant_before, applicable_before, compliant_after, applicable_after
    )
    x1, n1, x2, n2 = (part[counts[1] + counts[3] > 0] for part in counts)
    if not x1.size or np.any(np.minimum(n1, n2) == 0):
        return Standardised(*[np.nan] * 5)
    weight = n1 / n1.sum()
    before, after = float((weight * x1 / n1).sum()), float((weight * x2 / n2).sum())
    variance = (weight**2 * (_variance(x1, n1) + _variance(x2, n2))).sum()
    half = normal_quantile(confidence) * np.sqrt(variance)
    low, high = max(after - before - half, -1.0), min(after - before + half, 1.0)
    return Standardised(before, after, after - before, float(low), float(high))


def _arrays(*counts: ArrayLike) -> list[np.ndarray]:
    """The counts, one entry per stratum, checked."""
    first, before, second, after = (np.asarray(part, dtype=float) for part in counts)
    check_counts(first, before)
    check_counts(second, after)
    return [first, before, second, after]


def _variance(compliant: np.ndarray, applicable: np.ndarray) -> np.ndarray:
    """The variance of each stratum's rate, with half a case of each kind added."""
    rate = (compliant + 0.5) / (applicable + 1)
    return rate * (1 - rate) / applicable


def tipping_design_effect(
    p_value: ArrayLike, *, confidence: float = 0.95
) -> float | np.ndarray:
    """The design effect at which a two-sided p-value would reach 1 - confidence.

    The square of its normal deviate over the one that the confidence demands. Under 1
    where the finding does not stand even with independent cases. Kish 1965.

    >>> round(tipping_design_effect(0.01), 3)
    1.727
    """
    demanded = normal_quantile(confidence)
    return vectorised(partial(_tipping, demanded=demanded), p_value)


def _tipping(p_value: np.ndarray, *, demanded: float) -> np.ndarray:
    """The design effects of an array of p-values."""
    from scipy.special import ndtri

    return (ndtri(np.maximum(p_value, TINY) / 2) / demanded) ** 2
