"""How often the verdict comes out, worked out from every outcome there can be.

For given numbers of cases the outcomes that count as "improved" form a staircase: for
each number before there is a least number after. Summing their probabilities gives the
size of the rule (how often it speaks though nothing has changed) and its power. Nothing
is simulated.
"""

from functools import lru_cache

import numpy as np

from taskforce_analysis.methods.binomial import probabilities
from taskforce_analysis.methods.counts import check_confidence
from taskforce_analysis.methods.rates import normal_quantile
from taskforce_analysis.methods.score import score_statistic
from taskforce_analysis.methods.verdict import judge

SECTIONS = 8  # places looked at together


@lru_cache(maxsize=4096)
def improved_from(
    applicable_before: int, applicable_after: int, *, confidence: float = 0.95
) -> tuple[int, ...]:
    """For each number before (0 to all), the least number after that is "improved".

    One more than all where none is. The p-value falls as the number after rises, so
    a search per number is enough, some places at a time.

    >>> improved_from(5, 5)
    (4, 5, 6, 6, 6, 6)
    """
    x1 = np.arange(applicable_before + 1.0)
    low, high = np.zeros(x1.size), np.full(x1.size, applicable_after + 1.0)
    row = np.arange(x1.size)
    probe = _guess(x1, applicable_before, applicable_after, confidence)
    while row.size:
        counts = (x1[row][:, None], applicable_before, probe, applicable_after)
        yes = judge(*counts, confidence=confidence, minimum=1) == "improved"
        high[row] = np.minimum(high[row], np.where(yes, probe, np.inf).min(axis=1))
        low[row] = np.maximum(low[row], np.where(yes, 0, probe + 1).max(axis=1))
        row = np.flatnonzero(low < high)
        span = (high[row] - low[row])[:, None]
        probe = low[row][:, None] + np.floor(span * np.arange(SECTIONS) / SECTIONS)
    return tuple(int(count) for count in high)


def _guess(x1: np.ndarray, n1: int, n2: int, confidence: float) -> np.ndarray:
    """Four numbers after, per number before, about where the score turns improved."""
    after = np.arange(n2 + 1.0)
    zero = np.zeros(1)
    score = score_statistic(x1[:, None], n1 + zero, after, n2 + zero, zero)
    first = np.count_nonzero(score < normal_quantile(confidence), axis=1)
    return np.clip(first[:, None] + np.arange(-1, 3), 0, n2).astype(float)


def chance_of_improved(
    rate_before: float,
    rate_after: float,
    applicable_before: int,
    applicable_after: int,
    *,
    confidence: float = 0.95,
) -> float:
    """How often the verdict is "improved" when these are the true rates (shares).

    >>> round(chance_of_improved(0.4, 0.7, 20, 20), 3)
    0.447
    """
    least = improved_from(applicable_before, applicable_after, confidence=confidence)
    before = probabilities(
        np.array([float(applicable_before)]), np.array([[rate_before]])
    )
    after = probabilities(np.array([float(applicable_after)]), np.array([[rate_after]]))
    tails = np.append(np.cumsum(after[::-1, 0, 0])[::-1], 0.0)
    return float(np.clip(np.sum(before[:, 0, 0] * tails[list(least)]), 0, 1))


def attained_size(
    applicable_before: int,
    applicable_after: int,
    rate: float,
    *,
    confidence: float = 0.95,
) -> float:
    """How often the interval excludes 0 when both phases truly have this rate.

    In either direction; at most 1 - confidence with the exact method, and often far
    less. Summed over the measures it is how many are expected to stand out by chance.

    >>> round(attained_size(20, 20, 0.5), 4), attained_size(0, 20, 0.5)
    (0.0393, 0.0)
    """
    check_confidence(confidence)
    if not applicable_before or not applicable_after:
        return 0.0
    counts = (int(applicable_before), int(applicable_after))
    up = chance_of_improved(rate, rate, *counts, confidence=confidence)
    return up + chance_of_improved(1 - rate, 1 - rate, *counts, confidence=confidence)
