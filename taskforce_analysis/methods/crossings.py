"""Where outcomes join and leave the staircase as the assumed difference grows.

Most outcomes join or leave once within a short range: then one end has them and the
other has not. Some come for a moment only and are in neither end's staircase; those
that come near are followed to where they come nearest. Missing one would miss a narrow
range of differences that is not rejected.
"""

from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.outcomes import Rows, least_score
from taskforce_analysis.methods.score import score_statistic

SAME = 1e-11  # the two sides of a crossing lie this near


class Range(NamedTuple):
    """A range of differences for every row, with the staircase at either end."""

    start: np.ndarray
    end: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def take(self, chosen: np.ndarray) -> "Range":
        """The ranges of these rows."""
        return Range(*(part[chosen] for part in self))

    @property
    def changes(self) -> np.ndarray:
        """How many outcomes are in one staircase and not in the other."""
        return np.abs(self.first - self.last).sum(axis=1)


class Outcomes(NamedTuple):
    """Outcomes (i, j), each of the row that owns it."""

    owner: np.ndarray
    i: np.ndarray
    j: np.ndarray

    def take(self, chosen: np.ndarray) -> "Outcomes":
        """The outcomes at these places."""
        return Outcomes(*(part[chosen] for part in self))


def visitors_of(
    rows: Rows, between: Range, most: np.ndarray
) -> tuple[Outcomes, np.ndarray]:
    """Outcomes that join and leave inside a range, and a point where they belong."""
    inside = np.minimum(between.first, between.last)
    near = changed(np.minimum(most, inside), inside)
    low, high = between.start[near.owner], between.end[near.owner]
    for _ in range(30):
        third = (high - low) / 3
        rises = _margin(rows, near, low + third) < _margin(rows, near, high - third)
        low, high = (
            np.where(rises, low + third, low),
            np.where(rises, high, high - third),
        )
    top = (low + high) / 2
    met = np.flatnonzero(_margin(rows, near, top) >= 0)
    return near.take(met), top[met]


def changed(first: np.ndarray, last: np.ndarray) -> Outcomes:
    """The outcomes that are in one staircase and not in the other."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    row, i = np.nonzero(low < high)
    place, step = repeated((high - low)[row, i])
    return Outcomes(row[place], i[place], low[row, i][place] + step)


def _margin(rows: Rows, outcomes: Outcomes, delta: np.ndarray) -> np.ndarray:
    """How far the score of each outcome exceeds what it must reach."""
    owner, i, j = outcomes
    part = rows.take(owner)
    seen = score_statistic(i, part.n1, j, part.n2, delta)
    return seen - least_score(part, delta)


def crossings(
    rows: Rows, outcomes: Outcomes, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where each outcome joins or leaves: the last point before and the first after."""
    inside = _margin(rows, outcomes, low) >= 0
    while np.any(high - low > SAME):
        middle = (low + high) / 2
        same = (_margin(rows, outcomes, middle) >= 0) == inside
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return low, high


def repeated(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each place as often as `count` says, and a running number within it from 0."""
    owner = np.repeat(np.arange(count.size), count)
    return owner, np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
