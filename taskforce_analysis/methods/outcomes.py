"""The outcomes that speak at least as strongly as what was seen.

Against an assumed difference every outcome (i of n1 before, j of n2 after) has a score.
Those with at least the observed score form a staircase: for each i there is a least j,
because the score rises with j and falls with i. The staircase is all that the exact
method needs to know of an outcome table, and it is found without listing the table.
"""

from typing import NamedTuple

import numpy as np

# FOLDED methods.score
#
# The score statistic of a difference, and the intervals that invert it.
#
# Under a difference that is assumed, the two rates are estimated together, with that
# difference between them (Miettinen and Nurminen 1985, Farrington and Manning 1990).
# The observed difference less the assumed one, over the standard error at those
# rates, is the score statistic. It orders the outcomes of the exact method, and
# compared with the normal distribution it gives the intervals of Mee and of Miettinen
# and Nurminen.


def restricted_rate(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """The most likely first rate when the second is `delta` higher; arrays broadcast.

    The closed root of the cubic of Miettinen and Nurminen 1985, appendix 1.

    >>> restricted_rate(8.0, 20.0, 14.0, 20.0, 0.0).round(9).item()
    0.55
    """
    total, yes = n1 + n2, x1 + x2
    thrice = 3 * total
    square = yes * (-1 / thrice) + ((n2 + 2 * n1) * delta - total) / thrice
    linear = (yes - x1 * (2 * delta)) / thrice + (n1 * delta - total) * delta / thrice
    squared = square * square
    shift = square * (squared - 1.5 * linear) + x1 * (delta * (1 - delta) / (2 * total))
    size = np.copysign(np.sqrt(np.maximum(squared - linear, 0)), shift)
    cube = size * size * size
    ratio = shift / np.where(cube == 0, 1.0, cube)
    angle = np.arccos(np.minimum(np.maximum(ratio, -1.0), 1.0))
    root = 2 * size * np.cos((np.pi + angle) / 3) - square
    root = np.where(yes == 0, 0.0, np.where(yes == total, 1.0, root))
    return np.minimum(np.maximum(root, np.maximum(0, -delta)), np.minimum(1, 1 - delta))


def score_statistic(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """The score statistic of the difference, second less first, against `delta`.

    Infinite where the assumed difference rules the outcome out; 0 where they agree.

    >>> score_statistic(8.0, 20.0, 14.0, 20.0, 0.0).round(6).item()
    1.906925
    """
    first = restricted_rate(x1, n1, x2, n2, delta)
    second = np.minimum(np.maximum(first + delta, 0.0), 1.0)
    variance = first * (1 - first) / n1 + second * (1 - second) / n2
    gap = (x2 * n1 - x1 * n2) / (n1 * n2) - delta
    gap = np.where(np.abs(gap) < 1e-14, 0.0, gap)
    return gap / np.sqrt(np.maximum(variance, 1e-300))


# FOLDED methods.outcomes
#
# The outcomes that speak at least as strongly as what was seen.
#
# Against an assumed difference every outcome (i of n1 before, j of n2 after) has a
# score. Those with at least the observed score form a staircase: for each i there is
# a least j, because the score rises with j and falls with i. The staircase is all
# that the exact method needs to know of an outcome table, and it is found without
# listing the table.

TIE = (
    1e-9  # relative: scores this near count as equal; the score itself is good to 1e-11
)


TOGETHER = 8192  # steps of staircases sought together, so that they stay in the cache
FEW = 256  # scores that cost about as much as calling numpy for them


class Rows(NamedTuple):
    """Observed counts, one entry per comparison, with n1 <= n2 in each."""

    x1: np.ndarray
    n1: np.ndarray
    x2: np.ndarray
    n2: np.ndarray

    def take(self, chosen: np.ndarray) -> "Rows":
        """The rows of this mask or these places."""
        return Rows(*(part[chosen] for part in self))

    @property
    def size(self) -> int:
        """The number of rows."""
        return self.x1.size

    @property
    def difference(self) -> np.ndarray:
        """The observed difference, second rate less first."""
        return (self.x2 * self.n1 - self.x1 * self.n2) / (self.n1 * self.n2)


def least_score(rows: Rows, delta: np.ndarray) -> np.ndarray:
    """The score an outcome must reach to count as observed or more extreme."""
    return barely(score_statistic(*rows, delta))


def barely(score: np.ndarray) -> np.ndarray:
    """The least score that still counts as equal."""
    return score - TIE * np.maximum(1.0, np.abs(score))


def staircase(
    rows: Rows,
    delta: np.ndarray,
    least: np.ndarray,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """For each i of n1 the least j whose score against `delta` reaches `least`.

    Shape (rows, largest n1 + 1); n2 + 1 where no j does. `known` is a staircase that
    this one contains, where there is one: most of its steps are then only confirmed.
    """
    width = int(rows.n1.max()) + 1
    found = np.tile(rows.n2[:, None].astype(int) + 1, width)
    together = max(1, TOGETHER // width)
    for first in range(0, rows.size, together):
        some = slice(first, first + together)
        part = Rows(*(count[some] for count in rows))
        wide = int(part.n1.max()) + 1
        top = part.n2[:, None] + 1 if known is None else known[some, :wide]
        stride = np.inf if known is None else 1.0
        found[some, :wide] = _stairs(
            part, delta[some], least[some], top=top, stride=stride
        )
    return found


def _stairs(
    rows: Rows,
    delta: np.ndarray,
    least: np.ndarray,
    *,
    top: np.ndarray,
    stride: float,
) -> np.ndarray:
    """The staircases of some rows, each step sought from `top` down."""
    i = np.arange(int(rows.n1.max()) + 1)
    low = np.where(i <= rows.n1[:, None], 0.0, rows.n2[:, None] + 1)
    high = np.maximum(low, top)
    live = low < high
    while live.any():
        place = np.ix_(np.arange(rows.size), i)
        if 2 * np.count_nonzero(live) < live.size:
            place = np.nonzero(live)
        row, step = place
        under, over = low[place], high[place]
        share = sections(over.size).reshape(-1, *(1 for _ in over.shape))
        back = stride * 2.0 ** np.arange(share.size)[::-1].reshape(share.shape)
        probe = np.maximum(under + np.floor((over - under) * share), over - back)
        seen = score_statistic(step, rows.n1[row], probe, rows.n2[row], delta[row])
        enough = seen >= least[row]
        high[place] = np.where(enough, probe, over).min(axis=0)
        low[place] = np.where(enough, under, probe + 1).max(axis=0)
        live, stride = low < high, stride * 2.0**share.size
    return high


def sections(searches: int) -> np.ndarray:
    """Where so many searches look next: at more places each, where they are few.

    A call of numpy costs as much as some hundred scores.

    >>> sections(5000).tolist(), sections(80).tolist()
    ([0.5], [0.25, 0.5, 0.75])
    """
    count = min(max(FEW // searches, 1), 63)
    return np.arange(1, count + 1) / (count + 1)


# FOLDED methods.crossings
#
# Where outcomes join and leave the staircase as the assumed difference grows.
#
# Most outcomes join or leave once within a short range: then one end has them and the
# other has not. Some come for a moment only and are in neither end's staircase; those
# that come near are followed to where they come nearest. Missing one would miss a
# narrow range of differences that is not rejected.

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
