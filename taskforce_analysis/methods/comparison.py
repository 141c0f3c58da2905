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
from taskforce_analysis.methods.exact import canonical, exact_difference
from taskforce_analysis.methods.scanning import greatest_p

# FOLDED methods.comparison
#
# The comparison that the tool makes: the exact method, unless both counts are large.
#
# Size is judged by the smaller count, never by the sum: at 20 cases against 2,000
# near 100 % the score interval errs 10.7 % on one side instead of 2.5 %. Each row
# says which method was used. Both methods cohere: the interval excludes 0 exactly
# when the p-value is under 1 - confidence, so the verdict follows from either.

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


# FOLDED methods.adjustment
#
# Several measures at once: p-values that allow for their number.
#
# Twelve unchanged measures give one chance in four or five of at least one wrong
# "improved". Holm's adjustment keeps that chance under the error for the measures
# together; Bonferroni's does too, with less power, but has intervals that match it.
# P-values that are not a number belong to no test and are not counted.


def bonferroni(p_values: ArrayLike) -> np.ndarray:
    """Each p-value times the number of tests, at most 1. Bonferroni 1936.

    >>> bonferroni([0.01, 0.04, 0.5]).round(6).tolist()
    [0.03, 0.12, 1.0]
    """
    given = np.asarray(p_values, dtype=float)
    return np.minimum(given * np.count_nonzero(~np.isnan(given)), 1.0)


def holm(p_values: ArrayLike) -> np.ndarray:
    """Holm's step-down adjustment: the smallest times m, the next times m - 1, ...

    Never smaller than the adjusted one before it, at most 1. Holm 1979, Scand J Stat
    6:65.

    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    order = np.argsort(given, kind="stable")[: np.count_nonzero(~np.isnan(given))]
    factors = order.size - np.arange(order.size)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factors), 1.0)
    return adjusted


def hochberg(p_values: ArrayLike) -> np.ndarray:
    """Hochberg's step-up adjustment, for comparison. Hochberg 1988, Biometrika 75:800.

    >>> hochberg([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    order = np.argsort(-given, kind="stable")[: np.count_nonzero(~np.isnan(given))]
    factors = 1 + np.arange(order.size)
    adjusted[order] = np.minimum(np.minimum.accumulate(given[order] * factors), 1.0)
    return adjusted


def bonferroni_confidence(confidence: float, count: int) -> float:
    """The confidence of each of `count` intervals that hold together at `confidence`.

    >>> round(bonferroni_confidence(0.95, 4), 6)
    0.9875
    """
    return 1 - (1 - check_confidence(confidence)) / max(count, 1)


# FOLDED methods.verdict
#
# What may be said of a difference: improved, worsened, uncertain or too few cases.
#
# The verdict follows from the p-value of the tool's method, and so from its interval
# too: they agree by construction. It needs no limits, which makes it quick where
# thousands of outcomes are judged, as for power or for every filling-in of what is
# unknown.


def judge(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> Any:
    """The verdict: "improved", "worsened", "uncertain" or "too_few".

    Too few where either phase has fewer than `minimum` applicable cases.

    >>> judge(4, 20, 16, 20), judge(8, 20, 14, 20), judge(0, 5, 5, 5)
    ('improved', 'uncertain', 'too_few')
    """
    check_confidence(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    rule = partial(_judge, size=1 - confidence, least=max(minimum, 1))
    return vectorised(rule, *counts)


def _judge(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    size: float,
    least: int,
) -> np.ndarray:
    """The verdicts of arrays: the direction that was seen, if its p-value is small."""
    check_counts(x1, n1)
    check_counts(x2, n2)
    enough = (np.minimum(n1, n2) >= least) & ~np.isnan(x1 + x2)
    fell = x2 * n1 < x1 * n2
    up, down = (x1, n1, x2, n2), (n1 - x1, n1, n2 - x2, n2)
    seen = np.where(fell, np.stack(down), np.stack(up))[:, enough]
    found = np.full(x1.size, fill_value=False)
    found[enough] = _speaks(*seen, size=size)
    words = [found & fell, found, enough]
    return np.select(words, ["worsened", "improved", "uncertain"], "too_few")


def _speaks(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, *, size: float
) -> np.ndarray:
    """Whether twice the p-value of "not improved" is under `size`."""
    large = is_large(n1, n2)
    found = np.full(x1.size, fill_value=False)
    if np.any(large):
        counts = (part[large] for part in (x1, n1, x2, n2))
        found[large] = miettinen_nurminen(*counts).p_value < size
    if not np.all(large):
        rows, place = canonical(*(part[~large] for part in (x1, n1, x2, n2)))
        found[~large] = (2 * greatest_p(rows, enough=size / 2) < size)[place]
    return found
