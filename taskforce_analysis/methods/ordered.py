"""Graded answers ("i høj grad" to "slet ikke"): is a case after likelier to be higher?

Cliff's delta is the share of pairs, one case before and one after, where the one after
is higher, less the share where it is lower. Counts are given per grade, from the lowest
to the highest.

Over its standard error it is Brunner and Munzel's statistic, which holds also where the
answers spread more in one phase. Its distribution is that over every way in which the
same answers could have fallen on the two phases, ties and all (the studentized
permutation test of Neubert and Brunner 2007). Interval and p-value both come from it,
so that they cannot disagree. Above 500,000 ways to count (some hundred cases in each
phase on five grades) the normal distribution stands in for it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods.counts import (
    check_confidence,
    log_choose,
    normal_quantile,
)

MOST = 500_000  # tables of counts that are listed
TIE = 1e-9  # relative: statistics this near count as equal


class Ordered(NamedTuple):
    """Cliff's delta, from -1 to 1, above 0 where the cases after are higher."""

    delta: float
    low: float
    high: float
    p_value: float


def cliffs_delta(
    before: ArrayLike, after: ArrayLike, *, confidence: float = 0.95
) -> Ordered:
    """Cliff's delta, its interval, and the two-sided p-value of no difference.

    The interval is delta ± c standard errors, c being the greatest statistic that the
    permutations do not reject: it leaves out 0 exactly when p < 1 - confidence. Where
    the standard error is 0, as where no two answers of the phases overlap, there is no
    interval; without two cases in each phase no p-value either. UsageError where the
    grades differ. Cliff 1993, Psychol Bull 114:494; Brunner and Munzel 2000, Biom J
    42:17; Neubert and Brunner 2007, Comput Stat Data Anal 51:5192.

    >>> delta, low, high, p_value = cliffs_delta([3, 6, 7, 4], [1, 3, 7, 9])
    >>> round(delta, 3), round(low, 4), round(high, 4), round(p_value, 4)
    (0.345, 0.0, 0.69, 0.0553)
    """
    size = 1 - check_confidence(confidence)
    first, second = _graded(before, after)
    if not first.sum() or not second.sum():
        return Ordered(np.nan, np.nan, np.nan, np.nan)
    delta, error = (float(part[0]) for part in _statistic(second[None], first[None]))
    if min(first.sum(), second.sum()) < 2:
        return Ordered(delta, np.nan, np.nan, np.nan)
    seen = _ratio(np.array([delta]), np.array([error]))[0]
    tables = _tables(first + second, int(second.sum()))
    if tables is None:
        quantile, p_value = normal_quantile(confidence), _normal_p(seen)
    else:
        quantile, p_value = _permuted(tables, first + second, seen, size=size)
    if error == 0:
        return Ordered(delta, np.nan, np.nan, p_value)
    half = quantile * error if np.isfinite(quantile) else 2.0
    low, high = max(delta - half, -1.0), min(delta + half, 1.0)
    if p_value >= size:  # where what was seen is itself the quantile, 0 is a limit
        low, high = min(low, 0.0), max(high, 0.0)
    return Ordered(delta, low, high, p_value)


def _graded(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both rows of counts; UsageError unless they have the same grades."""
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise wrong_use(
            "two phases with different grades", "Give one count per grade in each phase"
        )
    return first, second


def _statistic(after: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cliff's delta and its standard error, of counts by table and grade.

    Each case is placed among those of the other phase: so many are lower, less so many
    higher, as a share. Delta is the mean place, and the spread of the places the error.
    """
    cases, others = after.sum(axis=1), before.sum(axis=1)
    place_after = _places(before) / others[:, None]
    place_before = _places(after) / cases[:, None]
    delta = (after * place_after).sum(axis=1) / cases
    spread = [
        (count * (place - mean[:, None]) ** 2).sum(axis=1)
        / np.maximum(number - 1, 1)
        / number
        for count, place, mean, number in (
            (after, place_after, delta, cases),
            (before, place_before, -delta, others),
        )
    ]
    error = np.sqrt(spread[0] + spread[1])
    return delta, np.where(error < 1e-12, 0.0, error)


def _places(counts: np.ndarray) -> np.ndarray:
    """For an answer of each grade, how many are lower less how many are higher."""
    below = np.cumsum(counts, axis=1) - counts
    return 2 * below + counts - counts.sum(axis=1, keepdims=True)


def _ratio(delta: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Delta over its standard error, without its sign; endless where that is 0."""
    apart = np.where(np.abs(delta) < 1e-12, 0.0, np.inf)
    safe = np.where(error > 0, error, 1.0)
    return np.where(error > 0, np.abs(delta) / safe, apart)


def _permuted(
    tables: np.ndarray, grades: np.ndarray, seen: float, *, size: float
) -> tuple[float, float]:
    """The greatest statistic that is not rejected, and the p-value of what was seen."""
    logs = sum(
        log_choose(int(number))[tables[:, grade]] for grade, number in enumerate(grades)
    )
    chance = np.exp(logs - log_choose(int(grades.sum()))[int(tables[0].sum())])
    after = tables.astype(float)
    statistic = _ratio(*_statistic(after, grades - after))
    order = np.argsort(-statistic, kind="stable")
    falling, sums = statistic[order], np.cumsum(chance[order])
    last = np.searchsorted(-falling, -_barely(falling), side="right") - 1
    p_values = np.minimum(sums[last], 1.0)
    kept = falling[p_values >= size]
    own = np.searchsorted(-falling, -_barely(seen), side="right") - 1
    return float(kept[0]), float(p_values[own])


def _barely(statistic: np.ndarray | float) -> np.ndarray:
    """The least statistic that still counts as equal."""
    return np.asarray(statistic) * (1 - TIE) - TIE


def _tables(grades: np.ndarray, chosen: int) -> np.ndarray | None:
    """Every way to count `chosen` cases by grade; None where there are too many."""
    found = np.zeros((1, 0), dtype=int)
    capacity = grades.astype(int)
    for grade, number in enumerate(capacity):
        room = capacity[grade + 1 :].sum()
        taken = found.sum(axis=1)
        least = np.maximum(chosen - taken - room, 0)
        most = np.minimum(chosen - taken, number)
        count = most - least + 1
        if count.sum() > MOST:
            return None
        row = np.repeat(np.arange(len(found)), count)
        step = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
        found = np.column_stack([found[row], least[row] + step])
    return found


def _normal_p(statistic: float) -> float:
    """The two-sided p-value by the normal distribution."""
    from scipy.special import ndtr

    return float(2 * ndtr(-statistic))
