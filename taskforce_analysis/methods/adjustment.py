"""Several measures at once: p-values that allow for their number.

Twelve unchanged measures give one chance in four or five of at least one wrong
"improved". Holm's adjustment keeps that chance under the error for the measures
together; Bonferroni's does too, with less power, but has intervals that match it.
P-values that are not a number belong to no test and are not counted.
"""

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import check_confidence


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
