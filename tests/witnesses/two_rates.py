"""Peers of the exact interval of a difference, after minus before.

Those of Miettinen and Nurminen, Mee, Newcombe, and Agresti and Caffo are formulas.
Agresti and Min's is exact: one two-sided test inverted, not two one-sided ones. It is a
little shorter than Chan and Zhang's, but its error is not held to half on each side,
and a verdict has a side.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import (
    Comparison,
    Interval,
    both_known,
    check_confidence,
    known_cases,
    normal_quantile,
    vectorised,
)
from taskforce_analysis.methods.outcomes import (
    TIE,
    Rows,
    chance,
    score_statistic,
    staircase,
)
from taskforce_analysis.methods.rates import wilson

STEPS = 1024  # of the scan, over differences from -1 to 1
PLACES = 65  # of the nuisance rate


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
    return vectorised(partial(_score_interval, z=z, widens=True), *counts)


def _score_interval(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    z: float,
    widens: bool,
) -> Comparison:
    """Both limits of arrays; the upper one is the lower one of the mirror image."""
    rows = Rows(x1, known_cases(x1, n1), x2, known_cases(x2, n2))
    total = rows.n1 + rows.n2
    factor = np.sqrt((total - 1) / total) if widens else np.ones(x1.size)
    low, high = (
        lower_limit(partial(score_statistic, *one), one.difference, z / factor)
        for one in (rows, rows.mirrored)
    )
    return coherent(low, -high, factor * score_statistic(*rows, np.zeros(x1.size)), z)


def mee(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Miettinen and Nurminen's without the factor N / (N - 1); its test is Pearson's.

    Mee 1984, Biometrics 40:1175.

    >>> low, high, p_value = mee(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6), round(p_value, 6)
    (-0.008349, 0.556539, 0.05653)
    """
    z = normal_quantile(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_score_interval, z=z, widens=False), *counts)


def newcombe(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The interval made of the two Wilson intervals.

    Newcombe 1998, Stat Med 17:873, method 10.

    >>> low, high = newcombe(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6)
    (-0.005772, 0.538135)
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_newcombe, confidence=confidence), *counts)


def _newcombe(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    confidence: float,
) -> Interval:
    """Newcombe's limits for arrays: the Wilson distances, squared and summed."""
    first = wilson(x1, n1, confidence=confidence)
    second = wilson(x2, n2, confidence=confidence)
    rate1, rate2 = x1 / known_cases(x1, n1), x2 / known_cases(x2, n2)
    low = np.hypot(rate2 - second.low, first.high - rate1)
    high = np.hypot(second.high - rate2, rate1 - first.low)
    return Interval(rate2 - rate1 - low, rate2 - rate1 + high)


def agresti_caffo(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Wald's interval after one compliant and one other case are added to each phase.

    Agresti and Caffo 2000, Am Stat 54:280; cut at -1 and 1.

    >>> low, high = agresti_caffo(8, 20, 14, 20)
    >>> round(low, 6), round(high, 6)
    (-0.010275, 0.55573)
    """
    z = normal_quantile(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_agresti_caffo, z=z), *counts)


def _agresti_caffo(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, *, z: float
) -> Interval:
    """Agresti and Caffo's limits for arrays."""
    n1, n2 = known_cases(x1, n1) + 2, known_cases(x2, n2) + 2
    rate1, rate2 = (x1 + 1) / n1, (x2 + 1) / n2
    half = z * np.sqrt(rate1 * (1 - rate1) / n1 + rate2 * (1 - rate2) / n2)
    middle = rate2 - rate1
    return Interval(np.maximum(middle - half, -1), np.minimum(middle + half, 1))


def agresti_min(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The outermost differences that the exact two-sided score test does not reject.

    To about four decimals. Agresti and Min 2001, Biometrics 57:963.

    >>> low, high = agresti_min(8, 20, 14, 20)
    >>> round(low, 3), round(high, 3)
    (-0.024, 0.57)
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    level = 1 - check_confidence(confidence)
    return vectorised(partial(_agresti_min, level=level), *counts)


def _agresti_min(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, *, level: float
) -> Interval:
    """The limits of arrays; the upper one is the lower one of the mirror image."""
    low, high = np.full(x1.size, np.nan), np.full(x1.size, np.nan)
    for row in np.flatnonzero(both_known(x1, n1, x2, n2)):
        table = Rows(x1, n1, x2, n2).take(slice(row, row + 1))
        low[row] = _lowest(table, level)
        high[row] = -_lowest(table.mirrored, level)
    return Interval(low, high)


def _lowest(row: Rows, level: float) -> float:
    """The lowest difference that is not rejected.

    Scanned on a grid, and the step where it stops is refined; what is not rejected
    within one step only is passed over.
    """
    grid = np.linspace(-1, 1, STEPS + 1)
    grid[[0, -1]] += 1e-9, -1e-9
    grid = np.append(grid[grid < row.difference], row.difference)
    first = int(np.argmax(_p_values(row, grid) > level))
    if first == 0:
        return -1.0
    low, high = grid[first - 1], grid[first]
    while high - low > 1e-7:
        inner = np.linspace(low, high, 18)[1:-1]
        kept = np.append(_p_values(row, inner) > level, True)
        first = int(np.argmax(kept))
        low, high = ([low, *inner, high][first], [*inner, high][first])
    return float(high)


def _p_values(row: Rows, delta: np.ndarray) -> np.ndarray:
    """The two-sided exact p-values of one table against many differences."""
    rows = Rows(*(np.full(delta.size, part[0]) for part in row))
    seen = np.abs(score_statistic(*rows, delta))
    least = seen - TIE * np.maximum(1, seen)
    other = rows.mirrored
    places = np.broadcast_to(np.linspace(0, 1, PLACES), (delta.size, PLACES))
    above = chance(rows, staircase(rows, delta, least), delta, places)
    below = chance(other, staircase(other, -delta, least), -delta, 1 - places)
    return np.minimum(above + below, 1).max(axis=1)
