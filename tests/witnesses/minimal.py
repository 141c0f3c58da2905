"""Agresti and Min's interval: one two-sided test inverted, not two one-sided ones.

It is a little shorter than Chan and Zhang's, but its error is not held to half on each
side, and a verdict has a side. It is here as a witness. The range of differences is
scanned on a grid from both ends, and the step where it stops is refined; differences
that are not rejected within one step only are passed over.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import differences
from taskforce_analysis.methods.counts import (
    Interval,
    check_confidence,
    check_counts,
    vectorised,
)
from taskforce_analysis.methods.outcomes import TIE, Rows, score_statistic, staircase
from taskforce_analysis.methods.scanning import chance

STEPS = 1024  # of the scan, over differences from -1 to 1
PLACES = 65  # of the nuisance rate


@differences.register(
    "agresti_min",
    label={
        "da": "Agresti og Mins eksakte interval",
        "en": "Agresti-Min exact interval",
    },
    reference="Agresti and Min 2001, Biometrics 57:963",
    meant_for="comparing methods; two phases of at most some hundred cases",
)
def agresti_min(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The outermost differences that the exact two-sided score test does not reject.

    To about four decimals. Agresti and Min 2001.

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
    check_counts(x1, n1)
    check_counts(x2, n2)
    known = (n1 > 0) & (n2 > 0) & ~np.isnan(x1 + x2)
    low, high = np.full(x1.size, np.nan), np.full(x1.size, np.nan)
    for row in np.flatnonzero(known):
        table = Rows(*(part[row : row + 1] for part in (x1, n1, x2, n2)))
        low[row] = _lowest(table, level)
        high[row] = -_lowest(_mirror(table), level)
    return Interval(low, high)


def _mirror(rows: Rows) -> Rows:
    """The table with yes and no exchanged: its difference has the other sign."""
    return Rows(rows.n1 - rows.x1, rows.n1, rows.n2 - rows.x2, rows.n2)


def _lowest(row: Rows, level: float) -> float:
    """The lowest difference that is not rejected."""
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
    other = _mirror(rows)
    places = np.broadcast_to(np.linspace(0, 1, PLACES), (delta.size, PLACES))
    above = chance(rows, staircase(rows, delta, least), delta, places)
    below = chance(other, staircase(other, -delta, least), -delta, 1 - places)
    return np.minimum(above + below, 1).max(axis=1)
