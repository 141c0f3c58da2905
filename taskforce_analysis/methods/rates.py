"""The interval of one rate: how much the cases leave open.

Wilson's score interval is the tool's; Clopper and Pearson's exact one where a guarantee
is asked for (a target). The others are for comparison. Wald's interval is left out on
purpose: at 20 of 20 it has no width. All take counts (numbers or arrays) and give
shares; 0 of 0 gives not a number.
"""

from functools import partial
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import intervals
from taskforce_analysis.methods.counts import (
    Interval,
    check_confidence,
    known_cases,
    vectorised,
)


def normal_quantile(confidence: float) -> float:
    """The normal deviate that leaves half of 1 - confidence above it.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return -NormalDist().inv_cdf((1 - check_confidence(confidence)) / 2)


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
    return vectorised(partial(_beta, tail=tail, add=(0, 1)), compliant, applicable)


@intervals.register(
    "jeffreys",
    label={"da": "Jeffreys' interval", "en": "Jeffreys interval"},
    reference="Brown, Cai and DasGupta 2001, Stat Sci 16:101",
    meant_for="comparing methods; one rate",
)
def jeffreys(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """The equal-tailed posterior interval with Jeffreys' prior, limits not moved.

    Brown, Cai and DasGupta 2001, without their adjustment at none and all.

    >>> low, high = jeffreys(14, 20)
    >>> round(low, 4), round(high, 4)
    (0.4828, 0.8639)
    """
    tail = (1 - check_confidence(confidence)) / 2
    return vectorised(partial(_beta, tail=tail, add=(0.5, 0.5)), compliant, applicable)


def _beta(
    x: np.ndarray, n: np.ndarray, *, tail: float, add: tuple[float, float]
) -> Interval:
    """Quantiles of beta distributions with `add` to the counts of either limit."""
    from scipy.special import betaincinv

    n = known_cases(x, n)
    less, more = add
    first, last = np.maximum(x + less, 1e-9), np.maximum(n - x + less, 1e-9)
    low = betaincinv(first, n - x + more, tail)
    high = 1 - betaincinv(last, x + more, tail)
    low = np.where((x + less == 0) & (n > 0), 0.0, low)
    return Interval(low, np.where((n - x + less == 0) & (n > 0), 1.0, high))


@intervals.register(
    "agresti_coull",
    label={"da": "Agresti og Coulls interval", "en": "Agresti-Coull interval"},
    reference="Agresti and Coull 1998, Am Stat 52:119",
    meant_for="comparing methods; one rate",
)
def agresti_coull(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Wald's interval after two compliant and two other cases are added; cut at 0, 1.

    Agresti and Coull 1998, whatever the confidence, as in Fagerland, Lydersen and Laake
    2017, ch. 2.

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


@intervals.register(
    "mid_p",
    label={"da": "Mid-p-interval", "en": "Mid-p interval"},
    reference="Lancaster 1961, JASA 56:223; Berry and Armitage 1995, Stat 44:417",
    meant_for="comparing methods; one rate",
)
def mid_p(
    compliant: ArrayLike, applicable: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Clopper and Pearson's interval with half the chance of what was seen.

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


def against_target(
    compliant: ArrayLike,
    applicable: ArrayLike,
    target: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Any:
    """Whether a rate is "over", "under" or "cannot_tell" against its target, a share.

    Over and under only where the whole Clopper-Pearson interval is; "" without a target
    or without applicable cases.

    >>> against_target(19, 20, 0.7), against_target(17, 20, 0.9)
    ('over', 'cannot_tell')
    """
    low, high = clopper_pearson(compliant, applicable, confidence=confidence)
    return vectorised(_judge, low, high, target)


def _judge(low: np.ndarray, high: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The words for arrays of limits and targets."""
    unknown = np.isnan(target) | np.isnan(low)
    return np.select(
        [unknown, low > target, high < target], ["", "over", "under"], "cannot_tell"
    )
