"""The comparison that the tool makes: the exact method, unless both counts are large.

Size is judged by the smaller count, never by the sum: at 20 cases against 2,000 near
100 % the score interval errs 10.7 % on one side instead of 2.5 %. Each row says which
method was used. Both methods cohere: the interval excludes 0 exactly when the p-value
is under 1 - confidence, so the verdict follows from either.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.asymptotic import miettinen_nurminen
from taskforce_analysis.methods.counts import check_confidence, check_counts, vectorised
from taskforce_analysis.methods.exact import exact_difference

EXACT = "chan_zhang"
LARGE = "miettinen_nurminen"


class Difference(NamedTuple):
    """After minus before, its limits, the two-sided p-value and the method's name."""

    difference: Any
    low: Any
    high: Any
    p_value: Any
    method: Any


def compare_rates(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Difference:
    """The difference of two rates by the tool's method; `method` is "" without cases.

    >>> found = compare_rates(8, 20, 14, 20)
    >>> round(found.low, 4), round(found.high, 4), found.method
    (-0.0237, 0.5804, 'chan_zhang')
    """
    check_confidence(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_compared, confidence=confidence), *counts)


def is_large(n1: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """Whether both counts are so large that the score method is used.

    >>> is_large(np.array([201, 20, 150]), np.array([201, 2000, 300])).tolist()
    [True, False, True]
    """
    smaller = np.minimum(n1, n2)
    return (smaller > 200) | (((n1 + 1) * (n2 + 1) > 40_000) & (smaller > 100))


def _compared(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    confidence: float,
) -> Difference:
    """The comparisons of arrays, each by its own method."""
    check_counts(x1, n1)
    check_counts(x2, n2)
    known = (n1 > 0) & (n2 > 0) & ~np.isnan(x1 + x2)
    large = is_large(n1, n2) & known
    low, high, p_value = (np.full(x1.size, np.nan) for _ in range(3))
    for rows, method in (
        (known & ~large, exact_difference),
        (large, miettinen_nurminen),
    ):
        if np.any(rows):
            counts = (x1[rows], n1[rows], x2[rows], n2[rows])
            found = method(*counts, confidence=confidence)
            low[rows], high[rows], p_value[rows] = found
    whole = np.where(known, n1 * n2, np.nan)
    name = np.select([large, known], [LARGE, EXACT], "")
    return Difference((x2 * n1 - x1 * n2) / whole, low, high, p_value, name)
