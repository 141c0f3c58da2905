"""Intervals of a difference in closed or nearly closed form.

Miettinen and Nurminen's score interval takes over where counts are so large that the
exact one adds nothing. Mee's, Newcombe's and Agresti and Caffo's are for those who
compare methods. All take counts before and after, and the difference is after minus
before. Nothing applicable gives not a number.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import differences
from taskforce_analysis.methods.counts import (
    Comparison,
    Interval,
    known_cases,
    vectorised,
)
from taskforce_analysis.methods.outcomes import score_statistic
from taskforce_analysis.methods.rates import normal_quantile, wilson

Count = np.ndarray


@differences.register(
    "miettinen_nurminen",
    label={
        "da": "Miettinen og Nurminens scoreinterval og test",
        "en": "Miettinen-Nurminen score interval and test",
    },
    reference="Miettinen and Nurminen 1985, Stat Med 4:213",
    meant_for="two phases with other cases in each; more than 200 cases in both",
)
def miettinen_nurminen(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """The score interval with variance N / (N - 1) larger, and the test that coheres.

    Miettinen and Nurminen 1985.

    >>> low, high, p_value = miettinen_nurminen(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6), round(p_value, 6)
    (-0.012273, 0.559245, 0.059709)
    """
    z = normal_quantile(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_inverted, z=z, inflated=True), *counts)


@differences.register(
    "mee",
    label={"da": "Mees scoreinterval og test", "en": "Mee score interval and test"},
    reference="Mee 1984, Biometrics 40:1175",
    meant_for="comparing methods; two phases",
)
def mee(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """The score interval without the factor N / (N - 1); its test is Pearson's.

    Mee 1984.

    >>> low, high, p_value = mee(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6), round(p_value, 6)
    (-0.008349, 0.556539, 0.05653)
    """
    z = normal_quantile(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_inverted, z=z, inflated=False), *counts)


def _inverted(
    x1: Count, n1: Count, x2: Count, n2: Count, *, z: float, inflated: bool
) -> Comparison:
    """Both score limits, by halving, and the p-value at no difference."""
    from scipy.special import ndtr

    n1, n2 = known_cases(x1, n1), known_cases(x2, n2)
    total = n1 + n2
    factor = np.sqrt((total - 1) / total) if inflated else np.ones(x1.size)
    seen = factor * score_statistic(x1, n1, x2, n2, np.zeros(x1.size))
    low = _lower(x1, n1, x2, n2, z / factor)
    high = -_lower(n1 - x1, n1, n2 - x2, n2, z / factor)
    low = np.where(seen > z, np.maximum(low, 1e-12), np.minimum(low, 0))
    high = np.where(seen < -z, np.minimum(high, -1e-12), np.maximum(high, 0))
    return Comparison(low, high, 2 * ndtr(-np.abs(seen)))


def _lower(x1: Count, n1: Count, x2: Count, n2: Count, z: Count) -> np.ndarray:
    """Where the score, which falls with the assumed difference, comes down to z."""
    low, high = np.full(x1.size, -1.0), (x2 * n1 - x1 * n2) / (n1 * n2)
    with np.errstate(invalid="ignore"):
        for _ in range(60):
            middle = (low + high) / 2
            beyond = score_statistic(x1, n1, x2, n2, middle) > z
            low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return high


@differences.register(
    "newcombe",
    label={"da": "Newcombes interval", "en": "Newcombe interval"},
    reference="Newcombe 1998, Stat Med 17:873, method 10",
    meant_for="comparing methods; two phases",
)
def newcombe(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The interval made of the two Wilson intervals. Newcombe 1998, method 10.

    >>> low, high = newcombe(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6)
    (-0.005772, 0.538135)
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_newcombe, confidence=confidence), *counts)


def _newcombe(
    x1: Count, n1: Count, x2: Count, n2: Count, *, confidence: float
) -> Interval:
    """Newcombe's limits for arrays: the Wilson distances, squared and summed."""
    first = wilson(x1, n1, confidence=confidence)
    second = wilson(x2, n2, confidence=confidence)
    rate1, rate2 = x1 / known_cases(x1, n1), x2 / known_cases(x2, n2)
    low = np.hypot(rate2 - second.low, first.high - rate1)
    high = np.hypot(second.high - rate2, rate1 - first.low)
    return Interval(rate2 - rate1 - low, rate2 - rate1 + high)


@differences.register(
    "agresti_caffo",
    label={"da": "Agresti og Caffos interval", "en": "Agresti-Caffo interval"},
    reference="Agresti and Caffo 2000, Am Stat 54:280",
    meant_for="comparing methods; two phases",
)
def agresti_caffo(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Wald's interval after one compliant and one other case are added to each phase.

    Agresti and Caffo 2000; cut at -1 and 1.

    >>> low, high = agresti_caffo(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6)
    (-0.010275, 0.55573)
    """
    z = normal_quantile(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_agresti_caffo, z=z), *counts)


def _agresti_caffo(x1: Count, n1: Count, x2: Count, n2: Count, *, z: float) -> Interval:
    """Agresti and Caffo's limits for arrays."""
    n1, n2 = known_cases(x1, n1) + 2, known_cases(x2, n2) + 2
    rate1, rate2 = (x1 + 1) / n1, (x2 + 1) / n2
    half = z * np.sqrt(rate1 * (1 - rate1) / n1 + rate2 * (1 - rate2) / n2)
    middle = rate2 - rate1
    return Interval(np.maximum(middle - half, -1), np.minimum(middle + half, 1))
