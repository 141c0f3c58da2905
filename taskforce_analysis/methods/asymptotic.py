"""The score interval by the normal distribution, for large counts.

Miettinen and Nurminen's takes over where counts are so large that the exact interval
adds nothing. The difference is after minus before, and interval and p-value cohere.
Nothing applicable gives not a number.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import differences
from taskforce_analysis.methods.counts import (
    Comparison,
    known_cases,
    normal_quantile,
    vectorised,
)
from taskforce_analysis.methods.outcomes import Rows, score_statistic


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
    return vectorised(partial(_miettinen_nurminen, z=z), *counts)


def _miettinen_nurminen(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, *, z: float
) -> Comparison:
    """Both limits of arrays; the upper one is the lower one of the mirror image."""
    rows = Rows(x1, known_cases(x1, n1), x2, known_cases(x2, n2))
    total = rows.n1 + rows.n2
    factor = np.sqrt((total - 1) / total)
    low, high = (
        lower_limit(partial(score_statistic, *one), one.difference, z / factor)
        for one in (rows, rows.mirrored)
    )
    return coherent(low, -high, factor * score_statistic(*rows, np.zeros(x1.size)), z)


def lower_limit(
    score: Callable[[np.ndarray], np.ndarray], seen: np.ndarray, z: float | np.ndarray
) -> np.ndarray:
    """Where the score, which falls with the assumed difference, comes down to z.

    By halving, below the difference that was seen.
    """
    low, high = np.full(seen.size, -1.0), seen
    with np.errstate(invalid="ignore"):
        for _ in range(60):
            middle = (low + high) / 2
            beyond = score(middle) > z
            low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return high


def coherent(
    low: np.ndarray, high: np.ndarray, score: np.ndarray, z: float
) -> Comparison:
    """The limits kept on their side of 0, and the p-value of the score against it."""
    from scipy.special import ndtr

    low = np.where(score > z, np.maximum(low, 1e-12), np.minimum(low, 0))
    high = np.where(score < -z, np.minimum(high, -1e-12), np.maximum(high, 0))
    return Comparison(low, high, 2 * ndtr(-np.abs(score)))
