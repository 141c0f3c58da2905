"""Where outcomes join and leave the staircase as the assumed difference grows.

Most outcomes join or leave once within a short range: then one end has them and the
other has not. Some come for a moment only and are in neither end's staircase; those
that come near are followed to where they come nearest. Missing one would miss a narrow
range of differences that is not rejected.
"""

from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.outcomes import Rows, barely
from taskforce_analysis.methods.score import score_statistic

SAME = 1e-11  # the two sides of a crossing lie this near
PARTS = 9  # of a range in which something is sought, all looked at in one call
ROUNDS = 9  # then a range of 1/64 is known to 1e-8


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
    parts = np.arange(1, PARTS) / PARTS
    here = np.arange(low.size)
    for _ in range(ROUNDS):
        step = (high - low) / PARTS
        inside = low[:, None] + (high - low)[:, None] * parts
        margin = _margin(rows, near, inside)
        best = margin.argmax(axis=1)
        top = inside[here, best]
        low, high = top - step, top + step
    met = np.flatnonzero(margin[here, best] >= 0)
    return near.take(met), top[met]


def changed(first: np.ndarray, last: np.ndarray) -> Outcomes:
    """The outcomes that are in one staircase and not in the other."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    row, i = np.nonzero(low < high)
    place, step = repeated((high - low)[row, i])
    return Outcomes(row[place], i[place], low[row, i][place] + step)


def _margin(rows: Rows, outcomes: Outcomes, delta: np.ndarray) -> np.ndarray:
    """How far each outcome's score exceeds what it must reach: (outcomes, differences).

    Both scores in one call.
    """
    x1, n1, x2, n2 = rows.take(outcomes.owner)
    before, after = np.stack([outcomes.i, x1]), np.stack([outcomes.j, x2])
    score, seen = score_statistic(
        before[:, :, None], n1[:, None], after[:, :, None], n2[:, None], delta
    )
    return score - barely(seen)


def crossings(
    rows: Rows, outcomes: Outcomes, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where each outcome joins or leaves: the last point before and the first after."""
    inside = _margin(rows, outcomes, low[:, None]) >= 0
    parts, here = np.arange(PARTS + 1) / PARTS, np.arange(low.size)
    while np.any(high - low > SAME):
        places = low[:, None] + (high - low)[:, None] * parts
        other = (_margin(rows, outcomes, places[:, 1:-1]) >= 0) != inside
        first = np.where(other.any(axis=1), other.argmax(axis=1), PARTS - 1)
        low, high = places[here, first], places[here, first + 1]
    return low, high


def repeated(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each place as often as `count` says, and a running number within it from 0."""
    owner = np.repeat(np.arange(count.size), count)
    return owner, np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
