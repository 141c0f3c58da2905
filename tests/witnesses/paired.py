"""A peer of the exact method for pairs: Tango's score interval, by the normal curve.

McNemar's test belongs to it. It errs more than 2.5 per cent on a side at few pairs.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import (
    TINY,
    Comparison,
    crossed_cases,
    normal_quantile,
    vectorised,
)
from witnesses.two_rates import coherent, lower_limit


def tango(
    both: ArrayLike,
    only_before: ArrayLike,
    only_after: ArrayLike,
    neither: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Tango's score interval of the paired difference, after minus before, and its p.

    Counts are of cases: compliant in both phases, only before, only after, in neither.
    Tango 1998. The p-value is McNemar's, without continuity correction.

    >>> low, high, p_value = tango(1, 7, 1, 12)
    >>> round(low, 6), round(high, 6), round(p_value, 6)
    (-0.517232, -0.026003, 0.033895)
    """
    z = normal_quantile(confidence)
    return vectorised(partial(_tango, z=z), both, only_before, only_after, neither)


def _tango(
    both: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    neither: np.ndarray,
    *,
    z: float,
) -> Comparison:
    """Tango's limits for arrays; the upper one is the lower one, phases swapped."""
    cases = crossed_cases(both, before, after, neither)
    low, high = (
        lower_limit(partial(score, *two, cases), (two[1] - two[0]) / cases, z)
        for two in ((before, after), (after, before))
    )
    seen = score(before, after, cases, np.zeros(cases.size))
    return coherent(low, -high, seen, z)


def score(
    before: np.ndarray, after: np.ndarray, cases: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """The score of the paired difference against `delta`; Tango 1998, eq. 3."""
    linear = -after - before + (2 * cases - after + before) * delta
    constant = -before * delta * (1 - delta)
    root = np.sqrt(np.maximum(linear**2 - 8 * cases * constant, 0))
    only_before = (root - linear) / (4 * cases)
    variance = cases * (2 * only_before + delta * (1 - delta))
    gap = after - before - cases * delta
    gap = np.where(np.abs(gap) < 1e-12, 0.0, gap)
    return gap / np.sqrt(np.maximum(variance, TINY))
