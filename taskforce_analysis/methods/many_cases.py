"""The exact interval and test of one comparison, where the cases are many.

What is sought is what exact.py, outcomes.py and scanning.py seek; how, differs. There
every outcome that joins or leaves the tail is looked at, all comparisons side by side.
Of 2,000 cases against 2,000 there are four million outcomes, so here ranges are ruled
out instead, one comparison at a time, and the memory grows with n1 + n2.

A box is a range of assumed differences and a range of the nuisance rate, which is the
second rate. No chance in it exceeds that of the outcomes with at least the *least* of
the observed scores, by their own *greatest* score, at the box's highest difference:

* The score falls as the assumed difference rises, and rises with j, and falls with i.
  For it is the gap (observed less assumed) over the root of the variance V, and also
  the root of V times the slope of the restricted log-likelihood. The gap falls at an
  even rate; the slope falls because that likelihood is concave. Where V rises with the
  difference, the first form falls, and where V falls, the second. The same two forms
  give the order in the counts: more compliant cases after raise gap and slope alike.
* So the outcomes form a staircase whose chance rises with the second rate and falls
  with the first.

Along the nuisance rate the chance is a polynomial, and its k-th derivative is at most
the root of p (1 - p) k! I^k, I the information of both samples (Bhattacharyya 1946).
Eight places of a panel give an interpolation, and this bounds what lies between. A box
that might exceed what is asked for is halved, in the rate where the interpolation is in
doubt, else in the difference. Counts further from their mean than Bernstein's bound for
a millionth of the limit are left out, and their chance is added.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import comb, exp, factorial, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.counts import TINY
from taskforce_analysis.methods.outcomes import barely, restricted_rate

EDGE = 1e-9 - 1  # the lowest difference at which outcomes are compared
SHORT = 1 / 256  # of the standard error: a shorter range is taken in one step
STEPS = 8  # of a longer one
NEAR = 1e-6  # of a case: nearer to a whole number the score itself decides
END = 0.01  # of a case: so well the ends of a curve are known
NEWTON = 12  # steps
FINE = 4e-10  # a range of differences this short is not halved further
PLACES = 8  # of the nuisance rate per panel
BETWEEN = 96  # parts of a panel at which the interpolation is looked at
NARROW = 1e-13  # a panel this short is not halved further
PANEL = 6.0  # the first length of a panel, in standard deviations of the nuisance rate
ROW = 64  # powers in a row of their table
CELLS = 120_000  # probabilities worked out together
SPARE = 18.0  # outcomes left out have at most e^-18 of the chance that is asked about
LEAST = 1e-12  # a p-value under this is given as this
EVERY = (0.0, 1.0)
LEFT_OUT = 1e-6  # the chance that the nuisance rate is none that is looked at
SAME = 1 + 1e-7  # the greatest chance is known this well
LIKE = 1 + 1e-6  # at another difference a chance counts as greater only beyond this


class Table(NamedTuple):
    """One comparison; the first sample is the smaller."""

    x1: float
    n1: float
    x2: float
    n2: float
    rates: tuple[float, float] = EVERY  # the second ones that are looked at

    @property
    def difference(self) -> float:
        """The observed difference, second rate less first."""
        return (self.x2 * self.n1 - self.x1 * self.n2) / (self.n1 * self.n2)


class Panels(NamedTuple):
    """Ranges of the second rate; those at an end stretch beyond it."""

    left: np.ndarray
    right: np.ndarray

    def take(self, chosen: np.ndarray) -> "Panels":
        """The panels of this mask."""
        return Panels(self.left[chosen], self.right[chosen])

    def within(self, delta: float) -> "Panels":
        """Cut to the rates that this difference leaves room for."""
        low, high = max(0.0, delta), min(1.0, 1.0 + delta)
        return Panels(np.clip(self.left, low, high), np.clip(self.right, low, high))


class Tail(NamedTuple):
    """The outcomes that count somewhere in a range of assumed differences.

    Their chance is taken at the end of the range. `steps` are the ranges, one beside
    the other, whose least score is asked of the greatest: first end, and that score.
    """

    table: Table
    start: float
    end: float
    steps: tuple[tuple[float, float], ...]


def tail_of(table: Table, start: float, end: float) -> Tail:
    """The tail of what was observed; a long range is taken in several steps."""
    count = STEPS if is_long(table, start, end) else 1
    edges = np.linspace(start, end, count + 1)
    seen = [float(score(table.x1, table.x2, table, edge)) for edge in edges[1:]]
    least = barely(np.array(seen)).tolist()
    return Tail(table, start, end, tuple(zip(edges[:-1].tolist(), least, strict=True)))


def is_long(table: Table, start: float, end: float) -> bool:
    """Whether a range is long beside the standard error of a difference."""
    return (end - start) ** 2 > SHORT**2 * (1 / table.n1 + 1 / table.n2)


def score(
    i: np.ndarray | float, j: np.ndarray | float, table: Table, delta: float
) -> np.ndarray:
    """The score of outcomes (i, j) against `delta`, to some 1e-13 at every size.

    >>> score(8.0, 14.0, Table(8.0, 20.0, 14.0, 20.0), 0.0).round(6).item()
    1.906925
    """
    n1, n2 = table.n1, table.n2
    gap = (j * n1 - i * n2) / (n1 * n2) - delta
    gap = np.where(np.abs(gap) < 1e-15, 0.0, gap)
    return gap / np.sqrt(np.maximum(variance(i, j, table, delta), TINY))


def variance(
    i: np.ndarray | float, j: np.ndarray | float, table: Table, delta: float
) -> np.ndarray:
    """The variance of the observed difference at the restricted rates.

    Near 0 and 1 the closed root of the cubic is good to 1e-8 only, and ties would be
    missed: it is made good on the equation of the likelihood, from the nearer end.
    """
    n1, n2 = table.n1, table.n2
    first = restricted_rate(*(np.asarray(part) for part in (i, n1, j, n2, delta)))
    i, j = np.broadcast_to(i, first.shape), np.broadcast_to(j, first.shape)
    gap = abs(delta)
    low, lower, upper = (first, i, j) if delta >= 0 else (first + delta, j, i)
    small, large = (n1, n2) if delta >= 0 else (n2, n1)
    turn = low > (1 - gap) / 2
    rate = np.where(turn, (1 - gap) - low, low)
    yes = np.where(turn, large - upper, lower), np.where(turn, small - lower, upper)
    cases = np.where(turn, large, small), np.where(turn, small, large)
    rate = _polished(rate, yes, cases, gap)
    return rate * (1 - rate) / cases[0] + (rate + gap) * (1 - rate - gap) / cases[1]


def _polished(
    rate: np.ndarray,
    yes: tuple[np.ndarray, np.ndarray],
    cases: tuple[np.ndarray, np.ndarray],
    gap: float,
) -> np.ndarray:
    """Where the slope of the likelihood is 0: the lower rate, the other `gap` above."""
    if gap == 0:
        return (yes[0] + yes[1]) / (cases[0] + cases[1])
    no, top = (cases[0] - yes[0], cases[1] - yes[1]), 1 - gap
    start = -cases[0] + yes[1] / gap - no[1] / max(top, TINY)
    zero = (yes[0] == 0) & (start <= 0)
    floor = (yes[0] + 1e-9) / (2 * (cases[0] + cases[1]))
    rate = np.clip(rate, np.minimum(floor, top / 4), top * (1 - 1e-12))
    low, high = np.zeros(rate.shape), np.full(rate.shape, top)
    for _ in range(60):
        parts = yes[0] / rate, no[0] / (1 - rate), yes[1] / (rate + gap)
        last = no[1] / (top - rate)
        slope = parts[0] - parts[1] + parts[2] - last
        bend = parts[0] / rate + parts[1] / (1 - rate) + parts[2] / (rate + gap)
        found = rate + slope / (bend + last / (top - rate))
        low, high = np.where(slope > 0, rate, low), np.where(slope < 0, rate, high)
        inside = (found >= low) & (found <= high) & (found > 0) & (found < top)
        found = np.where(inside, found, (low + high) / 2)
        change = np.abs(found - rate) / found
        rate = found
        if not np.any((change > 1e-8) & ~zero):
            break
    return np.where(zero, 0.0, rate)


def stairs_of(tail: Tail, place: np.ndarray) -> np.ndarray:
    """For each of these i (rising) the least j that belongs to the tail, or n2 + 1.

    For a range in several steps it may be a little lower than that.
    """
    if len(tail.steps) == 1:
        return _stairs(tail.table, place, *tail.steps[0])
    lines = [_Curve(tail.table, *step).below(place) for step in tail.steps]
    lowest = np.ceil(np.minimum.reduce(lines) - NEAR)
    return np.clip(lowest, 0, tail.table.n2 + 1).astype(int)


def _stairs(table: Table, place: np.ndarray, delta: float, least: float) -> np.ndarray:
    """The least j for each i whose score against `delta` reaches `least`.

    By where the score is just that; a score is worked out only where this comes so near
    a whole number that rounding, or a tie, decides.
    """
    curve = _Curve(table, delta, least)
    line, doubt = curve.at(place)
    lowest, highest = np.ceil(line - doubt), np.ceil(line + doubt)
    unsure = np.clip(lowest, 0, table.n2 + 1) < np.clip(highest, 0, table.n2 + 1)
    found = np.clip(np.ceil(line), 0, table.n2 + 1)
    found[unsure] = _settled(table, place[unsure], found[unsure], delta, least)
    return found.astype(int)


_PARTS = np.linspace(0, 1, 65)


class _Curve:
    """Where among the outcomes the score against `delta` is just `least`.

    All outcomes (i, j) with one restricted rate lie on a line, for the equation of the
    likelihood is linear in them; on it the score is a multiple of the gap. So each rate
    has one outcome with this score, in a closed form, and along the rates i and j rise.
    """

    def __init__(self, table: Table, delta: float, least: float) -> None:
        self.table, self.delta, self.least = table, delta, least
        count = 64 + 2 * int(sqrt(max(table.n1, table.n2)))
        share = np.sin(np.linspace(0, np.pi / 2, count)) ** 2
        inside = np.flatnonzero(self._is_inside(share))
        self.share = np.zeros(0)
        if inside.size:
            first, last = int(inside[0]), int(inside[-1])
            ends = [float(share[first]), float(share[last])]
            if first:
                ends[0] = self._edge(float(share[first - 1]), ends[0])
            if last < count - 1:
                ends[1] = self._edge(float(share[last + 1]), ends[1])
            self.share = np.unique(np.concatenate((ends, share[inside])))

    def outcomes(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The outcome (i, j) at these shares of the range of the restricted rate."""
        (n1, n2), delta = (self.table.n1, self.table.n2), self.delta
        span = 1 - abs(delta)
        first, second = max(0.0, -delta) + span * share, max(0.0, delta) + span * share
        before, after = first * (1 - first), second * (1 - second)
        spread = before / n1 + after / n2
        pull = self.least / np.sqrt(np.maximum(spread, TINY))
        return n1 * first - pull * before, n2 * second + pull * after

    def at(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The number after for each of these before, and how far off it may be.

        Newton's steps, each held between its neighbours on the grid of rates.
        """
        n2 = self.table.n2
        line, doubt = np.full(place.size, n2 + 1.0), np.full(place.size, NEAR)
        if not self.share.size:
            return line, np.full(place.size, n2 + 2.0)
        grid, _ = self.outcomes(self.share)
        grid = np.maximum.accumulate(grid)
        line[place < grid[0]] = -1.0
        near = (np.abs(place - grid[0]) < END) | (np.abs(place - grid[-1]) < END)
        some = np.flatnonzero((place >= grid[0]) & (place <= grid[-1]))
        wanted = place[some]
        cell = np.clip(np.searchsorted(grid, wanted, side="right"), 1, grid.size - 1)
        low, high = self.share[cell - 1], self.share[cell]
        step = np.maximum(grid[cell] - grid[cell - 1], TINY)
        share = low + (high - low) * ((wanted - grid[cell - 1]) / step)
        for _ in range(NEWTON):
            i, j, slopes = *self.outcomes(share), self._slopes(share)
            off = wanted - i
            if np.all(np.abs(off) < NEAR):
                break
            share = np.clip(share + off / slopes[0], low, high)
        reach = slopes[1] / slopes[0]
        line[some] = j + off * reach
        doubt[some] = NEAR * (1 + 2 * np.abs(reach))
        doubt[some[np.abs(off) >= NEAR]] = n2 + 2.0
        doubt[near] = n2 + 2.0
        return line, doubt

    def below(self, place: np.ndarray) -> np.ndarray:
        """For each of these i a j on the curve that is not above its own.

        That of an outcome with a little fewer before.
        """
        if not self.share.size:
            return np.full(place.size, -1.0)
        i, j = self.outcomes(self.share)
        found = np.full(place.size, -1.0)
        some = np.flatnonzero(place >= i[0])
        wanted = place[some]
        before, line = self.outcomes(np.interp(wanted - 0.5, i, self.share))
        left = j[np.searchsorted(i, wanted, side="right") - 1]
        found[some] = np.where(before <= wanted, np.maximum(line, left), left)
        found[place > i[-1] + END] = self.table.n2 + 1
        edge = np.flatnonzero((place < i[0]) & (place > i[0] - END))
        if edge.size:
            guess = np.full(edge.size, j[0])
            known = _settled(self.table, place[edge], guess, self.delta, self.least)
            found[edge] = known
        return found

    def _slopes(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How fast i and j rise with the share."""
        (n1, n2), delta = (self.table.n1, self.table.n2), self.delta
        span = 1 - abs(delta)
        first, second = max(0.0, -delta) + span * share, max(0.0, delta) + span * share
        before, after = first * (1 - first), second * (1 - second)
        spread = np.maximum(before / n1 + after / n2, TINY)
        pull = self.least / np.sqrt(spread)
        bends = 1 - 2 * first, 1 - 2 * second
        fall = (bends[0] / n1 + bends[1] / n2) / (2 * spread)
        return (
            span * (n1 - pull * (bends[0] - before * fall)),
            span * (n2 + pull * (bends[1] - after * fall)),
        )

    def _is_inside(self, share: np.ndarray) -> np.ndarray:
        """Whether there are such outcomes, and their restricted rate is that.

        At an end of the range it is not, where the rates nearby lead outside.
        """
        n1, n2, least = self.table.n1, self.table.n2, self.least
        gap = abs(self.delta)
        i, j = self.outcomes(share)
        found = (i >= 0) & (i <= n1) & (j >= 0) & (j <= n2)
        cases = (n1, n2) if self.delta >= 0 else (n2, n1)
        pull = least if self.delta >= 0 else -least
        for end, other in ((0.0, cases[1]), (1.0, cases[0])):
            own = cases[0] if end == 0 else cases[1]
            spread = sqrt(gap * (1 - gap) / other)
            outward = pull > own * spread if gap else least != 0
            if outward:
                found &= share != end
        return found

    def _edge(self, outside: float, inside: float) -> float:
        """The last share inside, so near that at most a hundredth of a case is lost."""
        for _ in range(3):
            parts = outside + (inside - outside) * _PARTS
            first = int(self._is_inside(parts).argmax())
            outside, inside = float(parts[max(first - 1, 0)]), float(parts[first])
        return inside


def _settled(
    table: Table, place: np.ndarray, guess: np.ndarray, delta: float, least: float
) -> np.ndarray:
    """The least j for each i, sought from a guess."""
    guess = np.clip(np.ceil(guess), 0, table.n2 + 1)

    def belongs(where: np.ndarray, j: np.ndarray) -> np.ndarray:
        return score(where, j, table, delta) >= least

    pair = np.stack([np.minimum(guess, table.n2), np.maximum(guess - 1, 0)])
    there, below = belongs(place, pair)
    up, down = ~there & (guess <= table.n2), below & (guess > 0)
    low = np.where(up, guess + 1, np.where(down, 0.0, guess))
    high = np.where(up, table.n2 + 1, np.where(down, guess - 1, guess))
    stride = 1.0
    while (live := np.flatnonzero(low < high)).size:
        under, over = low[live], high[live]
        step = np.minimum(stride, np.ceil((over - under) / 2))
        probe = np.where(down[live], over - step, under + step - 1)
        enough = belongs(place[live], probe)
        high[live] = np.where(enough, probe, over)
        low[live] = np.where(enough, under, probe + 1)
        stride *= 2
    return high.astype(int)


def window(
    cases: float, rates: tuple[np.ndarray, np.ndarray], depth: float
) -> tuple[np.ndarray, np.ndarray]:
    """The counts outside which at most e^-depth lies on a side, between two rates.

    Bernstein's inequality.
    """
    ends = []
    for rate, sign in zip(rates, (-1, 1), strict=True):
        spread = 2 * depth * cases * rate * (1 - rate)
        reach = depth / 3 + np.sqrt(depth**2 / 9 + spread)
        ends.append(np.clip(np.rint(cases * rate + sign * (reach + 1)), 0, cases))
    return ends[0].astype(int), ends[1].astype(int)


def weights(
    cases: float, start: np.ndarray, width: int, rates: np.ndarray
) -> np.ndarray:
    """The chances of `width` counts from `start` on, but for a factor: (p, k, m).

    `start` (p,), `rates` (p, m). By the ratios of one to the next, so that nothing
    large is subtracted. Where the rates are near each other, all are the middle one's
    times powers of the odds.

    >>> found = weights(2, np.array([0]), 3, np.array([[0.5]]))[0, :, 0]
    >>> (found / found.sum()).round(12).tolist()
    [0.25, 0.5, 0.25]
    """
    step = np.arange(width)
    count = start[:, None] + step
    ratio = np.maximum(cases - count + 1, TINY) / np.maximum(count, 1)
    ratio[:, 0] = 1.0
    total = np.cumsum(np.log(ratio), axis=1)
    rates = np.clip(rates, TINY, 1 - 1e-16)
    odds = np.log(rates / (1 - rates))
    middle = odds.shape[1] // 2
    tilt = odds - odds[:, middle, None]
    if np.abs(tilt).max() * width < 300:
        rates, odds = rates[:, middle, None], odds[:, middle, None]
    top = np.floor((cases + 1) * rates).astype(int) - start[:, None]
    top = np.clip(top, 0, np.minimum(width - 1, int(cases) - start)[:, None])
    offset = odds * top + np.take_along_axis(total, top, axis=1)
    found = odds[:, None, :] * step[:, None]
    found += total[:, :, None]
    found -= offset[:, None, :]
    np.exp(found, out=found)
    if odds.shape == tilt.shape:
        return found
    return found * _powers(tilt, width)


def _powers(logs: np.ndarray, width: int) -> np.ndarray:
    """The powers 0, 1, 2 ... of e^logs (p, m): (p, width, m), from two short tables."""
    whole = np.arange(-(-width // ROW)) * ROW
    rows = np.exp(logs[:, None, :] * whole[:, None])
    within = np.exp(logs[:, None, :] * np.arange(ROW)[:, None])
    found = rows[:, :, None, :] * within[:, None, :, :]
    return found.reshape(len(logs), -1, logs.shape[1])[:, :width]


def chances(
    tail: Tail, panels: Panels, stairs: np.ndarray, *, depth: float
) -> np.ndarray:
    """The chance of the tail at the places of each panel: (panels, PLACES).

    `stairs` are those of every i. After, the cases that do not comply are counted, so
    that a running sum is the chance of the tail.
    """
    table = tail.table
    centre, half = (panels.left + panels.right) / 2, (panels.right - panels.left) / 2
    second = centre[:, None] + half[:, None] * _nodes()[0]
    first = np.clip(second - tail.end, 0, 1)
    before = window(table.n1, _firsts(panels, tail.end), depth)
    after = window(table.n2, (1 - panels.right, 1 - panels.left), depth)
    wide = [int((stop - start).max()) + 1 for start, stop in (before, after)]
    weight = weights(table.n1, before[0], wide[0], first)
    tails = np.zeros((len(second), wide[1] + 1, PLACES))
    tails[:, 1:] = weights(table.n2, after[0], wide[1], 1 - second)
    np.cumsum(tails, axis=1, out=tails)
    whole = weight.sum(axis=1) * tails[:, -1]
    place = np.minimum(before[0][:, None] + np.arange(wide[0]), stairs.size - 1)
    place = int(table.n2) - stairs[place] - after[0][:, None] + 1
    place = np.clip(place, 0, wide[1])
    found = np.empty(second.shape)
    for one, where in enumerate(place):
        found[one] = np.einsum("km,km->m", weight[one], tails[one].take(where, axis=0))
    return found / whole + 4 * exp(-depth)


def _firsts(panels: Panels, delta: float) -> tuple[np.ndarray, np.ndarray]:
    """The first rates at both ends of panels."""
    return np.clip(panels.left - delta, 0, 1), np.clip(panels.right - delta, 0, 1)


@cache
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    """Chebyshev's places in (-1, 1), and what takes values there to a fine grid."""
    angles = (np.arange(PLACES) + 0.5) * np.pi / PLACES
    nodes, grid = np.cos(angles), np.linspace(-1, 1, BETWEEN + 1)
    degree = np.arange(PLACES)
    values = np.cos(np.outer(angles, degree))
    return nodes, np.cos(np.outer(np.arccos(grid), degree)) @ np.linalg.inv(values)


class Tops(NamedTuple):
    """The greatest chance in each panel, and by how much it may be more or less."""

    chance: np.ndarray
    doubt: np.ndarray

    def take(self, chosen: np.ndarray) -> "Tops":
        """Those of the panels of this mask."""
        return Tops(self.chance[chosen], self.doubt[chosen])


def tops_of(tail: Tail, panels: Panels, values: np.ndarray) -> Tops:
    """The top of each panel's interpolation, with the bound of what may be between."""
    fine = values @ _nodes()[1].T
    column = np.clip(fine.argmax(axis=1), 1, BETWEEN - 1)
    here = np.arange(len(fine))
    before, at, after = (fine[here, column + shift] for shift in (-1, 0, 1))
    bend = np.maximum(2 * at - before - after, TINY)
    inside = np.abs(after - before) < 2 * bend
    vertex = np.where(inside, at + (after - before) ** 2 / (8 * bend), 0.0)
    top = np.clip(np.maximum(np.maximum(before, at), np.maximum(after, vertex)), 0, 1)
    length = panels.right - panels.left
    by_spread, by_size = _doubts(tail, panels, length)
    spread = (by_spread / 2 + np.sqrt(by_spread**2 / 4 + top)) ** 2
    return Tops(top, np.minimum(spread - top, by_size))


def _doubts(
    tail: Tail, panels: Panels, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What an interpolation may miss: a factor of the root of the chance, or itself.

    The interpolation by Chebyshev's places, and a parabola on its fine grid.
    """
    table = tail.table
    first = _firsts(panels, tail.end)
    ends = [
        (
            table.n1 / np.maximum(one * (1 - one), TINY),
            table.n2 / np.maximum(two * (1 - two), TINY),
        )
        for one, two in zip(first, panels, strict=True)
    ]
    both = tuple(np.maximum(*pair) for pair in zip(*ends, strict=True))
    orders = ((PLACES, length / 4, 2.0), (3, length / BETWEEN, 0.385))
    by_spread, by_size = np.zeros(length.size), np.zeros(length.size)
    information = np.maximum(ends[0][0] + ends[0][1], ends[1][0] + ends[1][1])
    with np.errstate(over="ignore"):
        for order, step, factor in orders:
            by_spread += (
                factor * (step * np.sqrt(information)) ** order / sqrt(factorial(order))
            )
            if by_spread.max() < 1:
                continue
            by_size += (
                factor
                * step**order
                / factorial(order)
                * _derivative(order, both, (table.n1, table.n2))
            )
    by_size[by_spread < 1] = 1.0
    return np.minimum(by_spread, 1e9), np.minimum(by_size, 1e9)


def _derivative(
    order: int, information: tuple[np.ndarray, ...], cases: tuple[float, float]
) -> np.ndarray:
    """What no derivative of this order exceeds, also where a rate is 0 or 1.

    By each sample's part the lesser of Bhattacharyya's bound and that of differences.
    """
    parts = [
        [
            np.minimum((2 * size) ** k, sqrt(factorial(k)) * known ** (k / 2))
            for k in range(order + 1)
        ]
        for known, size in zip(information, cases, strict=True)
    ]
    found = np.zeros(information[0].shape)
    for k in range(order + 1):
        found += comb(order, k) * parts[0][k] * parts[1][order - k]
    return found


def mesh(table: Table, delta: float, limit: float = 0.025) -> Panels:
    """Panels over all second rates there is room for, each of the same information.

    So long that what their interpolation may miss is little beside `limit`.
    """
    panel = PANEL * min(1.0, 2 * sqrt(max(limit, LEAST))) ** (1 / PLACES)
    low, high = max(0.0, delta), min(1.0, 1.0 + delta)
    angle = np.linspace(0, np.pi / 2, 4097)
    rate = low + (high - low) * np.sin(angle) ** 2
    middle = (rate[1:] + rate[:-1]) / 2
    first = np.clip(middle - delta, TINY, 1 - 1e-16)
    known = table.n1 / (first * (1 - first)) + table.n2 / (middle * (1 - middle))
    length = np.concatenate(([0.0], np.cumsum(np.sqrt(known) * np.diff(rate))))
    count = max(1, round(length[-1] / panel))
    edges = np.interp(np.linspace(0, length[-1], count + 1), length, rate)
    edges = np.clip(edges, *table.rates)
    if table.rates == EVERY:
        edges[0], edges[-1] = -1.0, 2.0
    chosen = np.diff(edges) > 0
    return Panels(edges[:-1][chosen], edges[1:][chosen])


def survey(tail: Tail, panels: Panels, limit: float) -> tuple[Panels, Tops]:
    """The panels in which the chance may exceed `limit`, and how great it is there.

    A panel is halved where its interpolation leaves more open than the range of
    differences does, which will be halved itself.
    """
    limit = max(limit, LEAST)
    depth = SPARE - log(limit)
    stairs = _all_stairs(tail, panels, depth)
    loose = (tail.end - tail.start) / sqrt(1 / tail.table.n1 + 1 / tail.table.n2)
    open_, tops = [Panels(np.zeros(0), np.zeros(0))], [Tops(np.zeros(0), np.zeros(0))]
    while panels.left.size:
        cut = panels.within(tail.end)
        found = _tops(tail, cut, stairs, depth)
        kept = found.chance + found.doubt > limit
        over = kept & (found.chance - found.doubt > limit)
        over |= kept & (found.doubt < loose * found.chance)
        over |= kept & (cut.right - cut.left < NARROW)
        open_.append(panels.take(over))
        tops.append(found.take(over))
        vague = kept & ~over
        panels = _halved(panels.take(vague), cut.take(vague))
    return Panels(*np.hstack(open_)), Tops(*np.hstack(tops))


def _tops(tail: Tail, panels: Panels, stairs: np.ndarray, depth: float) -> Tops:
    """The tops of panels, some of them at a time."""
    parts = [
        tops_of(tail, part, chances(tail, part, stairs, depth=depth))
        for part in _portions(tail, panels, depth)
    ]
    return Tops(*np.hstack(parts))


def _halved(panels: Panels, cut: Panels) -> Panels:
    """Both halves of each panel."""
    middle = (cut.left + cut.right) / 2
    return Panels(
        np.concatenate((panels.left, middle)), np.concatenate((middle, panels.right))
    )


def _portions(tail: Tail, panels: Panels, depth: float) -> Iterator[Panels]:
    """Some panels at a time, so that their probabilities stay in the cache."""
    wide = np.zeros(panels.left.size)
    for cases, ends in (
        (tail.table.n1, _firsts(panels, tail.end)),
        (tail.table.n2, panels),
    ):
        start, stop = window(cases, (ends[0], ends[1]), depth)
        wide += PLACES * (stop - start + 1)
    first = 0
    while first < wide.size:
        widest = np.maximum.accumulate(wide[first:])
        fits = widest * np.arange(1, widest.size + 1) <= CELLS
        last = first + max(1, int(np.count_nonzero(fits)))
        yield panels.take(np.arange(first, last))
        first = last


def _all_stairs(tail: Tail, panels: Panels, depth: float) -> np.ndarray:
    """The staircase by i: worked out where a panel needs it, elsewhere beyond all j."""
    size = int(tail.table.n1) + 1
    found = np.full(size, int(tail.table.n2) + 1)
    start, stop = window(
        tail.table.n1, _firsts(panels.within(tail.end), tail.end), depth
    )
    if not start.size:
        return found
    needed = np.zeros(size + 1, dtype=int)
    np.add.at(needed, start, 1)
    np.add.at(needed, stop + 1, -1)
    place = np.flatnonzero(np.cumsum(needed[:-1]))
    found[place] = stairs_of(tail, place)
    return found


def greatest_of(tail: Tail, panels: Panels, known: float = 0.0) -> float:
    """The greatest chance over these panels, to 1e-7 of it; at least `known`."""
    best = known
    while panels.left.size:
        depth = SPARE - log(max(best, LEAST))
        cut = panels.within(tail.end)
        found = _tops(tail, cut, _all_stairs(tail, panels, depth), depth)
        best = max(best, float((found.chance - found.doubt).max()))
        open_ = found.chance + found.doubt > max(best * SAME, LEAST)
        open_ &= cut.right - cut.left >= NARROW
        panels = _halved(panels.take(open_), cut.take(open_))
    return best


class Lower(NamedTuple):
    """The lower limit, and the p-value of "not improved" where it is under 1/2."""

    low: float
    p_value: float


def lower(table: Table, *, tail: float, size: float) -> Lower:
    """What exact.py gives of each row, of one comparison of many cases.

    Where `table` looks at some nuisance rates only, the chance that the true one is
    another is added to every p-value (Berger and Boos 1994).
    """
    left_out = 0.0 if table.rates == EVERY else LEFT_OUT
    p_value = p_not_improved(table, enough=0.5) + left_out
    rejected = 2 * p_value < size
    if table.difference <= -1:
        return Lower(-1.0, p_value)
    low = lowest_kept(table, tail - left_out, 0.0 if rejected else EDGE)
    return Lower(max(low, 1e-12) if rejected else min(low, 0.0), p_value)


def least_score_improved(n1: int, n2: int, *, tail: float) -> float:
    """The score at no difference from which on the p-value there is at most `tail`.

    The score alone puts the outcomes in order, so it is sought once for all of them.

    >>> round(least_score_improved(300, 400, tail=0.025), 4)
    2.0121
    """
    table = Table(0.0, float(n1), 0.0, float(n2))
    low, high, panels = 0.0, -NormalDist().inv_cdf(tail), mesh(table, 0.0)
    while True:
        kept, _ = survey(Tail(table, 0.0, 0.0, ((0.0, high),)), panels, tail)
        if not kept.left.size:
            break
        low, high, panels = high, high + 0.1, kept
    while high - low > 1e-6:
        middle = (low + high) / 2
        kept, _ = survey(Tail(table, 0.0, 0.0, ((0.0, middle),)), panels, tail)
        low, high = (middle, high) if kept.left.size else (low, middle)
        panels = kept if kept.left.size else panels
    return high


def p_not_improved(table: Table, *, enough: float) -> float:
    """The greatest one-sided p-value over all differences up to 0.

    It is left as soon as it has reached `enough`.
    """
    here = tail_of(table, 0.0, 0.0)
    pooled = np.full(1, (table.x1 + table.x2) / (table.n1 + table.n2))
    best = greatest_of(here, Panels(pooled, pooled))
    if best >= enough:
        return best
    best = greatest_of(here, mesh(table, 0.0, best), best)
    for start, end in _leftwards(table, 0.0, _width(table, 0.0) / 1024):
        if best >= enough:
            break
        panels = mesh(table, end, best)
        best = _greatest_in(table, (start, end), panels, best=best, enough=enough)
    return max(best, LEAST)


def _greatest_in(
    table: Table,
    between: tuple[float, float],
    panels: Panels,
    *,
    best: float,
    enough: float,
) -> float:
    """The greatest p-value in a range of differences, from the right; or `best`."""
    ranges = [(*between, panels)]
    while ranges and best < enough:
        start, end, panels = ranges.pop()
        panels, tops = survey(tail_of(table, start, end), panels, best * LIKE)
        if not panels.left.size:
            continue
        if end - start < FINE:
            best = max(best, float(tops.chance.max()))
            continue
        middle = (start + end) / 2
        if not is_long(table, start, end):
            best = greatest_of(tail_of(table, middle, middle), panels, best)
        ranges += [(start, middle, panels), (middle, end, panels)]
    return best


def lowest_kept(table: Table, tail: float, start: float) -> float:
    """The lowest difference from `start` up whose one-sided p-value exceeds `tail`."""
    for between in _ranges(table, start, _about(table, tail, start)):
        ranges = [(*between, mesh(table, between[1], tail))]
        while ranges:
            start, end, panels = ranges.pop()
            panels, _ = survey(tail_of(table, start, end), panels, tail)
            if panels.left.size and end - start < FINE:
                return start
            if panels.left.size:
                middle = (start + end) / 2
                ranges += [(middle, end, panels), (start, middle, panels)]
    return table.difference


def _ranges(table: Table, start: float, about: float) -> Iterator[tuple[float, float]]:
    """Ranges from `start` to what was seen, shorter the nearer they are to `about`."""
    least = _width(table, about) / 128
    left = [one for one in _leftwards(table, about, least) if one[1] > start]
    yield from ((max(first, start), last) for first, last in reversed(left))
    right, step = [about], least
    while right[-1] < table.difference:
        right.append(min(table.difference, about + step))
        step *= 3
    yield from pairwise(right)


def _leftwards(table: Table, end: float, width: float) -> Iterator[tuple[float, float]]:
    """Ranges from `end` down to the lowest difference, each longer than the one before.

    In no more than a range's length the chance falls by much more than the range's
    bound exceeds it. Near the lowest difference the score's variance goes to 0, so
    there they are shorter again.
    """
    first, last = end - width, end
    while last > EDGE:
        room = last - EDGE
        if room > table.n1**-0.5 / 8:
            first = max(first, last - 2 * room / 3)
        first = max(first, EDGE)
        yield first, last
        first, last = first - 2 * (end - first), first


def _about(table: Table, tail: float, start: float) -> float:
    """About where the limit is: by the score, then by the greatest chances there."""
    wanted, delta = -NormalDist().inv_cdf(tail), start
    low, high = start, table.difference
    for _ in range(30):
        middle = (low + high) / 2
        beyond = score(table.x1, table.x2, table, middle) > wanted
        low, high = (middle, high) if beyond else (low, middle)
    delta, low, high = low, start, table.difference
    for _ in range(4):
        panels = mesh(table, delta)
        here, depth = tail_of(table, delta, delta), SPARE - log(tail)
        cut = panels.within(delta)
        found = _tops(here, cut, _all_stairs(here, panels, depth), depth).chance.max()
        off = -NormalDist().inv_cdf(min(max(found, 1e-12), 1 - 1e-12)) - wanted
        if abs(off) < 1 / 256:
            break
        low, high = (delta, high) if off > 0 else (low, delta)
        delta += off * _width(table, delta)
        delta = delta if low < delta < high else (low + high) / 2
    return delta


def _width(table: Table, delta: float) -> float:
    """The standard error of what was observed, against a difference."""
    spread = float(variance(table.x1, table.x2, table, delta))
    return max(sqrt(spread), 1 / (table.n1 + table.n2))
