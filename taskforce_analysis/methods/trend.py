"""More than two phases: is the course of points more than chance?

A run chart asks two things of at least ten points: is there an unusually long run on
one side of the median, and do the points cross it unusually seldom? Limits for single
points (a p-chart) are drawn only where the cases carry them. Where a chart is refused,
`reason` is a code; the wording lives in the language files.
"""

from math import log2
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import check_counts, probabilities

LEAST_POINTS = 10
LEAST_EXPECTED = 5  # cases of the rarer answer at each point of a p-chart


class RunChart(NamedTuple):
    """What the rules found; no rule ran where `reason` is "too_few_points"."""

    points: int  # those that are not on the median
    median: float
    longest_run: int
    longest_allowed: int
    crossings: int
    crossings_needed: int
    signal: bool
    reason: str


class PChart(NamedTuple):
    """The centre and limits per point; `reason` is "" or why there are none."""

    centre: float
    low: np.ndarray
    high: np.ndarray
    outside: np.ndarray  # whether each point lies outside its limits
    reason: str


def run_chart(rates: ArrayLike) -> RunChart:
    """Anhøj's two rules on a series of shares in order of time; gaps are left out.

    The longest run on one side of the median may be round(log2(points) + 3), and the
    crossings must reach the 5 % quantile of the binomial with points - 1 trials; points
    on the median do not count. Anhøj and Olesen 2014, PLoS ONE 9:e113825.

    >>> run_chart([0.4, 0.5, 0.4, 0.5, 0.4, 0.3, 0.7, 0.8, 0.7, 0.8, 0.9, 0.7]).signal
    True
    >>> run_chart([0.4, 0.7]).reason
    'too_few_points'
    """
    values = np.asarray(rates, dtype=float)
    values = values[~np.isnan(values)]
    median = float(np.median(values)) if values.size else np.nan
    sides = np.sign(values - median)
    sides = sides[sides != 0]
    if values.size < LEAST_POINTS or not sides.size:
        nothing = (0, 0, 0, 0, False)
        return RunChart(sides.size, median, *nothing, "too_few_points")
    starts = np.flatnonzero(np.concatenate(([True], sides[1:] != sides[:-1])))
    longest = int(np.diff(np.append(starts, sides.size)).max())
    allowed = round(log2(sides.size) + 3)
    crossings, needed = starts.size - 1, _fewest_crossings(sides.size)
    signal = longest > allowed or crossings < needed
    return RunChart(sides.size, median, longest, allowed, crossings, needed, signal, "")


def _fewest_crossings(points: int) -> int:
    """The 5 % quantile of the number of crossings when there is only chance."""
    chance = probabilities(np.array([points - 1.0]), np.array([[0.5]]))[:, 0, 0]
    return int(np.argmax(np.cumsum(chance) >= 0.05 - 1e-12))


def p_chart(compliant: ArrayLike, applicable: ArrayLike) -> PChart:
    """The common rate and its three-sigma limits at each point, as shares.

    Refused with fewer than ten points, and where any point has n x min(p, 1 - p) < 5:
    there the limits would not hold. Shewhart 1931; Provost and Murray 2011.

    >>> chart = p_chart([20, 25, 22, 18, 24, 21, 23, 20, 22, 45], [50] * 10)
    >>> chart.centre, chart.outside.tolist()[-1], chart.reason
    (0.48, True, '')
    >>> p_chart([8, 14], [20, 20]).reason
    'too_few_points'
    """
    x, n = (np.asarray(part, dtype=float) for part in (compliant, applicable))
    check_counts(x, n)
    yes, total = float(x.sum()), float(n.sum())
    centre = yes / total if total else np.nan
    reason = _refusal(n, min(yes, total - yes), total)
    if reason:
        none = np.full(n.shape, np.nan)
        return PChart(centre, none, none, np.zeros(n.shape, dtype=bool), reason)
    half = 3 * np.sqrt(centre * (1 - centre) / n)
    low, high = np.maximum(centre - half, 0), np.minimum(centre + half, 1)
    return PChart(centre, low, high, (x / n < low) | (x / n > high), "")


def _refusal(applicable: np.ndarray, rarer: float, total: float) -> str:
    """Why no limits can be drawn, as a code; "" where they can.

    Whole numbers are compared: 50 x (1 - 0.9) is a little less than 5 in a computer.
    """
    if applicable.size < LEAST_POINTS:
        return "too_few_points"
    few = not total or np.any(applicable * rarer < LEAST_EXPECTED * total)
    return "too_few_cases" if few else ""
