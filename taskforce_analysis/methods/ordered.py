"""Graded answers ("i høj grad" to "slet ikke"): is a case after likelier to be higher?

Cliff's delta is the share of pairs, one case before and one after, where the one after
is higher, less the share where it is lower. The test is the permutation form of Mann
and Whitney's, exact with the many ties that graded answers have. Counts are given per
grade, from the lowest to the highest.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods.counts import log_choose, normal_quantile

EXACT_PAIRS = 10_000  # more pairs than this, and the normal distribution is used


class Ordered(NamedTuple):
    """Cliff's delta, from -1 to 1, above 0 where the cases after are higher."""

    delta: float
    low: float
    high: float


def cliffs_delta(
    before: ArrayLike, after: ArrayLike, *, confidence: float = 0.95
) -> Ordered:
    """Cliff's delta with limits by Fisher's z, as in R's effectsize.

    Where every case after is higher (or lower) the limit is drawn from a delta one pair
    short of it, for Fisher's z has no limit there. Cliff 1993, Psychol Bull 114:494.

    >>> delta, low, high = cliffs_delta([3, 6, 7, 4], [1, 3, 7, 9])
    >>> round(delta, 3), round(low, 6), round(high, 6)
    (0.345, -0.002527, 0.618172)
    """
    first, second = _graded(before, after)
    pairs = first.sum() * second.sum()
    if not pairs:
        return Ordered(np.nan, np.nan, np.nan)
    below = np.cumsum(first) - first
    above = first.sum() - np.cumsum(first)
    delta = float((second * (below - above)).sum() / pairs)
    error = np.sqrt((first.sum() + second.sum() + 1) / (3 * pairs))
    half = normal_quantile(confidence) * error
    centre = np.arctanh(np.clip(delta, 1 / pairs - 1, 1 - 1 / pairs))
    low, high = np.tanh(centre - half), np.tanh(centre + half)
    return Ordered(delta, float(min(low, delta)), float(max(high, delta)))


class RankTest(NamedTuple):
    """A test's statistic and its two-sided p-value."""

    statistic: float
    p_value: float


def mann_whitney(before: ArrayLike, after: ArrayLike) -> RankTest:
    """Mann and Whitney's U of the cases after, and its exact two-sided p-value.

    Over every way the same answers could have fallen on the two phases, ties and all,
    the p-value is the share whose U is at least as far from its mean. Above 10,000
    pairs the normal distribution is used. Mann and Whitney 1947, Ann Math Stat 18:50.

    >>> statistic, p_value = mann_whitney([3, 6, 7, 4], [1, 3, 7, 9])
    >>> statistic, round(p_value, 8)
    (269.0, 0.05638625)
    """
    first, second = _graded(before, after)
    grades = first + second
    if not first.sum() or not second.sum():
        return RankTest(np.nan, np.nan)
    ranks = np.cumsum(grades) - (grades - 1) / 2
    least = second.sum() * (second.sum() + 1) / 2
    statistic = float((second * ranks).sum() - least)
    mean = first.sum() * second.sum() / 2
    if first.sum() * second.sum() > EXACT_PAIRS:
        return RankTest(statistic, _normal_p(grades, second.sum(), statistic - mean))
    chances = _rank_sums(grades.astype(int), int(second.sum()))
    sums = np.arange(chances.size) / 2 - least
    far = np.abs(sums - mean) >= abs(statistic - mean) - 1e-9
    return RankTest(statistic, float(min(1.0, chances[far].sum())))


def _graded(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both rows of counts; UsageError unless they have the same grades."""
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise wrong_use(
            "two phases with different grades", "Give one count per grade in each phase"
        )
    return first, second


def _rank_sums(grades: np.ndarray, chosen: int) -> np.ndarray:
    """The chance of each doubled rank sum of `chosen` cases, all choices alike."""
    total = int(grades.sum())
    doubled = (2 * np.cumsum(grades) - grades + 1).astype(int)
    ways = np.full((chosen + 1, int(2 * total * chosen) + 2), -np.inf)
    ways[0, 0] = 0.0
    for grade, rank in zip(grades, doubled, strict=True):
        ways = _with_grade(ways, int(grade), int(rank))
    return np.exp(ways[chosen] - log_choose(total)[chosen])


def _with_grade(ways: np.ndarray, cases: int, rank: int) -> np.ndarray:
    """The logarithms of the numbers of ways after cases of one grade may be chosen."""
    found, coefficients = ways.copy(), log_choose(cases)
    for taken in range(1, min(cases, ways.shape[0] - 1) + 1):
        shift = taken * rank
        if shift < ways.shape[1]:
            more = ways[:-taken, :-shift] + coefficients[taken]
            found[taken:, shift:] = np.logaddexp(found[taken:, shift:], more)
    return found


def _normal_p(grades: np.ndarray, chosen: float, distance: float) -> float:
    """The two-sided normal p-value, with the variance that ties leave."""
    from scipy.special import ndtr

    total = grades.sum()
    ties = (grades**3 - grades).sum() / (total * (total - 1))
    variance = chosen * (total - chosen) / 12 * (total + 1 - ties)
    return float(2 * ndtr(-abs(distance) / np.sqrt(variance))) if variance else 1.0
