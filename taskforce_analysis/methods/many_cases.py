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
that might exceed what is asked for is cut: in the rate where the interpolation is in
doubt, else in the difference, into parts that are short beside the standard error at
the box's own rates, which near 0 and 1 is small. Counts further from their mean than
Bernstein's bound for a small share of the limit are left out; their chance is added.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from math import comb, exp, factorial, log, log2, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.counts import TINY
from taskforce_analysis.methods.outcomes import barely, restricted_rate

EDGE = 1e-9 - 1  # the lowest difference at which outcomes are compared
SHORT = 1 / 256  # of the standard error: a range's ends tell most of what it holds
TIGHT = 1 / 4096  # of it: a shorter one is taken in one step, which lowers nothing
FEW = 16  # panels: so few are looked at there
STEPS = 8  # of a range of differences, in each of which the least score is asked for
MOST = 32  # parts into which a range is cut
MUCH = 6  # times CELLS: so much is worked out in these
STAIRS = 2_000_000  # about so many are held for them
ROOM = 0.7  # of the scores between what was seen and what is asked about
NEAR = 1e-6  # of a case: nearer to a whole number the score itself decides
END = 0.01  # of a case: so well the ends of a curve are known
COARSE = 1 / 8  # of the root of the cases: at most so many stairs are made one
FEWER = 0.02  # of a case: so much lower a curve may be taken
NEWTON = 12  # steps
FINE = 4e-10  # a range of differences this short is not halved further
PLACES = 8  # of the nuisance rate per panel
BETWEEN = 96  # parts of a panel at which the interpolation is looked at
NARROW = 1e-13  # a panel this short is not halved further
ROW = 64  # powers in a row of their table
CELLS = 120_000  # probabilities worked out together
SPARE = 18.0  # outcomes left out have at most e^-18 of the chance that is asked about
ROUGH = 9.0  # the same where a range is long
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

    @property
    def spread(self) -> float:
        """Twice the standard error at rates of a half."""
        return sqrt(1 / self.n1 + 1 / self.n2)

    def room(self, delta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The second rates that are looked at, from and to, at each difference.

        Of samples of one size only the upper half: exchanged and with yes and no turned
        an outcome has the same score, and just the chance that it has at the mirrored
        rates.
        """
        low, high = np.maximum(0.0, delta), np.minimum(1.0, 1.0 + delta)
        if self.n1 == self.n2 and self.rates == EVERY:
            low = (1.0 + delta) / 2
        return low, high


class Panels(NamedTuple):
    """Ranges of the second rate, each with the tail that is asked about in it.

    Those at an end stretch beyond it.
    """

    left: np.ndarray
    right: np.ndarray
    tail: np.ndarray

    def take(self, chosen: np.ndarray) -> "Panels":
        """The panels of this mask or these places."""
        return Panels(*(part[chosen] for part in self))

    def of(self, tail: int) -> "Panels":
        """Those of one tail, as the only one."""
        some = self.take(self.tail == tail)
        return some._replace(tail=np.zeros_like(some.tail))

    def within(self, tails: "Tails") -> "Panels":
        """Cut to the rates that the difference of each leaves room for."""
        low, high = tails.table.room(tails.end[self.tail])
        left, right = self.left.clip(low, high), self.right.clip(low, high)
        return self._replace(left=left, right=right)

    def firsts(self, tails: "Tails") -> tuple[np.ndarray, np.ndarray]:
        """The first rates at both ends."""
        delta = tails.end[self.tail]
        return (self.left - delta).clip(0, 1), (self.right - delta).clip(0, 1)


class Tails(NamedTuple):
    """The outcomes that count somewhere in each of some ranges of assumed differences.

    Their chance is taken at the end of the range. A range has steps, one beside the
    other, whose least score is asked of the greatest.
    """

    table: Table
    start: np.ndarray  # of each step: (tails, steps)
    least: np.ndarray  # the score that it asks for: (tails, steps)
    end: np.ndarray  # of each range: (tails,)

    @property
    def spare(self) -> float:
        """How little the outcomes left out count beside the chance asked about."""
        return SPARE if self.loose < SHORT else ROUGH

    @property
    def loose(self) -> float:
        """About by which share a chance is too great, for the steps are not points."""
        return float((self.end - self.start[:, -1]).max()) / self.table.spread


def tails_of(table: Table, start: np.ndarray, end: np.ndarray, steps: int) -> Tails:
    """The tail of what was observed in each range, taken in so many steps."""
    edges = np.linspace(start, end, steps + 1, axis=1)
    return Tails(table, edges[:, :-1], seen(table, edges[:, 1:]), end)


def points_of(table: Table, delta: np.ndarray) -> Tails:
    """The tail at each of these differences."""
    return Tails(table, delta[:, None], seen(table, delta[:, None]), delta)


def seen(table: Table, delta: np.ndarray) -> np.ndarray:
    """The least score that still counts as observed, against each difference."""
    return barely(score(table.x1, table.x2, table, delta))


def score(
    i: np.ndarray | float,
    j: np.ndarray | float,
    table: Table,
    delta: np.ndarray | float,
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
    i: np.ndarray | float,
    j: np.ndarray | float,
    table: Table,
    delta: np.ndarray | float,
) -> np.ndarray:
    """The variance of the observed difference at the restricted rates.

    Near 0 and 1 the closed root of the cubic is good to 1e-8 only, and ties would be
    missed: it is made good on the equation of the likelihood, from the nearer end.
    """
    n1, n2 = table.n1, table.n2
    first = restricted_rate(*(np.asarray(part) for part in (i, n1, j, n2, delta)))
    rises, gap = np.asarray(delta) >= 0, np.abs(delta)
    low = np.where(rises, first, first + delta)
    lower, upper = np.where(rises, i, j), np.where(rises, j, i)
    small, large = np.where(rises, n1, n2), np.where(rises, n2, n1)
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
    gap: np.ndarray,
) -> np.ndarray:
    """Where the slope of the likelihood is 0: the lower rate, the other `gap` above."""
    pooled = (yes[0] + yes[1]) / (cases[0] + cases[1])
    if not np.any(gap):
        return pooled
    no, top = (cases[0] - yes[0], cases[1] - yes[1]), 1 - gap
    start = -cases[0] + yes[1] / np.maximum(gap, TINY) - no[1] / np.maximum(top, TINY)
    zero = (yes[0] == 0) & (start <= 0)
    floor = (yes[0] + 1e-9) / (2 * (cases[0] + cases[1]))
    rate = rate.clip(np.minimum(floor, top / 4), top * (1 - 1e-12))
    low, high = np.zeros(rate.shape), np.broadcast_to(top, rate.shape)
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
    return np.where(gap == 0, pooled, np.where(zero, 0.0, rate))


def stairs_of(tails: Tails, tail: np.ndarray, place: np.ndarray) -> np.ndarray:
    """For the i at each place the least j that belongs to that tail, or n2 + 1.

    Of a range in several steps it may be a little lower than that.
    """
    table, (_, steps) = tails.table, tails.start.shape
    curves = _Curves(table, tails.start.ravel(), tails.least.ravel())
    if steps == 1:
        return _stairs(tails, curves, tail, place)
    # A stair may be as low as one before it, where the range lowers it as much anyway.
    block = max(1, int(sqrt(table.n1) * min(tails.loose / 2, COARSE)))
    key = tail * (int(table.n1) + 1) + place // block * block
    key, own = np.unique(key, return_inverse=True)
    tail, place = np.divmod(key, int(table.n1) + 1)
    each = (tail[:, None] * steps + np.arange(steps)).ravel()
    lines = curves.below(each, np.repeat(place, steps)).reshape(-1, steps)
    lowest = np.ceil(lines.min(axis=1, initial=np.inf) - NEAR)
    return lowest.clip(0, table.n2 + 1).astype(int)[own]


def _stairs(
    tails: Tails, curves: "_Curves", tail: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """The least j for each i whose score reaches the least one.

    By where the score is just that; a score is worked out only where this comes so near
    a whole number that rounding, or a tie, decides.
    """
    top = tails.table.n2 + 1
    line, doubt = curves.at(tail, place)
    lowest, highest = np.ceil(line - doubt), np.ceil(line + doubt)
    unsure = np.flatnonzero(lowest.clip(0, top) < highest.clip(0, top))
    found = np.ceil(line).clip(0, top)
    found[unsure] = curves.settled(tail[unsure], place[unsure], found[unsure])
    return found.astype(int)


_PARTS = np.linspace(0, 1, 33)


class _Cell(NamedTuple):
    """The shares of a grid on both sides of what is wanted, and one between."""

    left: np.ndarray
    right: np.ndarray
    share: np.ndarray


class _Curves:
    """Where among the outcomes the score against each `delta` is just its `least`.

    All outcomes (i, j) with one restricted rate lie on a line, for the equation of the
    likelihood is linear in them; on it the score is a multiple of the gap. So each rate
    has one outcome with this score, in a closed form, and along the rates i and j rise.
    """

    def __init__(self, table: Table, delta: np.ndarray, least: np.ndarray) -> None:
        self.table, self.delta, self.least = table, delta, least
        count = 64 + 2 * int(sqrt(max(table.n1, table.n2)))
        share = np.sin(np.linspace(0, np.pi / 2, count)) ** 2
        every = np.arange(delta.size)
        inside = self._is_inside(every[:, None], share)
        self.some: np.ndarray = np.any(inside, axis=1)
        first = inside.argmax(axis=1)
        last = count - 1 - inside[:, ::-1].argmax(axis=1)
        before, after = share[first - (first > 0)], share[last + (last < count - 1)]
        self.ends = self._edge(before, share[first]), self._edge(after, share[last])
        grid = np.where(inside, share, self.ends[0][:, None])
        grid[:, -1] = self.ends[1]
        self.share = np.maximum.accumulate(grid, axis=1)
        i, self.after = self.outcomes(every[:, None], self.share)
        self.before = np.maximum.accumulate(i, axis=1)

    def outcomes(
        self, curve: np.ndarray, share: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The outcome (i, j) at these shares of the range of the restricted rate."""
        n1, n2 = self.table.n1, self.table.n2
        first, second = self._rates(curve, share)
        before, after = first * (1 - first), second * (1 - second)
        spread = before / n1 + after / n2
        pull = self.least[curve] / np.sqrt(np.maximum(spread, TINY))
        return n1 * first - pull * before, n2 * second + pull * after

    def at(self, curve: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The number after for each of these before, and how far off it may be.

        Newton's steps, each held between its neighbours on the grid of rates.
        """
        n2 = self.table.n2
        line, doubt = np.full(place.size, n2 + 1.0), np.full(place.size, NEAR)
        low, high = self.before[curve, 0], self.before[curve, -1]
        line[place < low] = -1.0
        near = (np.abs(place - low) < END) | (np.abs(place - high) < END)
        some = np.flatnonzero((place >= low) & (place <= high))
        own, wanted = curve[some], place[some]
        left, right, share = self._about(own, wanted)
        for _ in range(NEWTON):
            i, j, slopes = *self.outcomes(own, share), self._slopes(own, share)
            off = wanted - i
            if np.all(np.abs(off) < NEAR):
                break
            share = (share + off / slopes[0]).clip(left, right)
        reach = slopes[1] / slopes[0]
        line[some] = j + off * reach
        doubt[some] = NEAR * (1 + 2 * np.abs(reach))
        doubt[some[np.abs(off) >= NEAR]] = n2 + 2.0
        doubt[near | ~self.some[curve]] = n2 + 2.0
        return line, doubt

    def below(self, curve: np.ndarray, place: np.ndarray) -> np.ndarray:
        """For each of these i a j on the curve that is not above its own.

        That of an outcome with a little fewer before.
        """
        low, high = self.before[curve, 0], self.before[curve, -1]
        found = np.full(place.size, -1.0)
        some = np.flatnonzero(place >= low)
        own, wanted = curve[some], place[some]
        left, right, share = self._about(own, wanted)
        off = wanted - FEWER - self.outcomes(own, share)[0]
        share = (share + off / self._slopes(own, share)[0]).clip(left, right)
        before, line = self.outcomes(own, share)
        floor = self.outcomes(own, left)[1]
        found[some] = np.where(before <= wanted, np.maximum(line, floor), floor)
        found[place > high + END] = self.table.n2 + 1
        edge = np.flatnonzero((place < low) & (place > low - END))
        found[edge] = self.settled(curve[edge], place[edge], self.after[curve[edge], 0])
        found[~self.some[curve]] = -1.0
        return found

    def settled(
        self, curve: np.ndarray, place: np.ndarray, guess: np.ndarray
    ) -> np.ndarray:
        """The least j for each i, sought from a guess by the score itself."""
        table, guess = self.table, np.ceil(guess).clip(0, self.table.n2 + 1)
        if not place.size:
            return guess
        delta, least = self.delta[curve], self.least[curve]

        def belongs(where: np.ndarray | slice, j: np.ndarray) -> np.ndarray:
            return score(place[where], j, table, delta[where]) >= least[where]

        pair = np.stack([np.minimum(guess, table.n2), np.maximum(guess - 1, 0)])
        there, below = belongs(slice(None), pair)
        up, down = ~there & (guess <= table.n2), below & (guess > 0)
        low = np.where(up, guess + 1, np.where(down, 0.0, guess))
        high = np.where(up, table.n2 + 1, np.where(down, guess - 1, guess))
        stride = 1.0
        while (live := np.flatnonzero(low < high)).size:
            under, over = low[live], high[live]
            step = np.minimum(stride, np.ceil((over - under) / 2))
            probe = np.where(down[live], over - step, under + step - 1)
            enough = belongs(live, probe)
            high[live] = np.where(enough, probe, over)
            low[live] = np.where(enough, under, probe + 1)
            stride *= 2
        return high

    def _rates(
        self, curve: np.ndarray, share: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Both restricted rates."""
        delta = self.delta[curve]
        rise = (1 - np.abs(delta)) * share
        return np.maximum(0.0, -delta) + rise, np.maximum(0.0, delta) + rise

    def _about(self, curve: np.ndarray, wanted: np.ndarray) -> "_Cell":
        """Where on the grid each wanted i is."""
        # One curve's grid after the other's, so that a single search does for all.
        length = self.table.n1 + 8
        shift, count = np.arange(self.delta.size) * length, self.share.shape[1]
        flat = (self.before.clip(-2, length - 4) + shift[:, None]).ravel()
        cell = np.searchsorted(flat, wanted + shift[curve], side="right")
        cell = (cell - curve * count).clip(1, count - 1)
        low, high = self.share[curve, cell - 1], self.share[curve, cell]
        start = self.before[curve, cell - 1]
        step = np.maximum(self.before[curve, cell] - start, TINY)
        part = ((wanted - start) / step).clip(0, 1)
        return _Cell(low, high, low + (high - low) * part)

    def _slopes(
        self, curve: np.ndarray, share: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """How fast i and j rise with the share."""
        n1, n2 = self.table.n1, self.table.n2
        span = 1 - np.abs(self.delta[curve])
        first, second = self._rates(curve, share)
        before, after = first * (1 - first), second * (1 - second)
        spread = np.maximum(before / n1 + after / n2, TINY)
        pull = self.least[curve] / np.sqrt(spread)
        bends = 1 - 2 * first, 1 - 2 * second
        fall = (bends[0] / n1 + bends[1] / n2) / (2 * spread)
        return (
            span * (n1 - pull * (bends[0] - before * fall)),
            span * (n2 + pull * (bends[1] - after * fall)),
        )

    def _is_inside(self, curve: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Whether there are such outcomes, and their restricted rate is that.

        At an end of the range it is not, where the rates nearby lead outside.
        """
        n1, n2 = self.table.n1, self.table.n2
        delta, least = self.delta[curve], self.least[curve]
        rises, gap = delta >= 0, np.abs(delta)
        i, j = self.outcomes(curve, share)
        found = (i >= 0) & (i <= n1) & (j >= 0) & (j <= n2)
        cases = np.where(rises, n1, n2), np.where(rises, n2, n1)
        pull = np.where(rises, least, -least)
        for end, own, other in ((0.0, *cases), (1.0, *cases[::-1])):
            spread = np.sqrt(gap * (1 - gap) / other)
            outward = np.where(gap > 0, pull > own * spread, least != 0)
            found &= (share != end) | ~outward
        return found

    def _edge(self, outside: np.ndarray, inside: np.ndarray) -> np.ndarray:
        """The last share inside, so near that at most a hundredth of a case is lost."""
        every = np.arange(self.delta.size)
        for _ in range(3):
            parts = outside[:, None] + (inside - outside)[:, None] * _PARTS
            first = self._is_inside(every[:, None], parts).argmax(axis=1)
            outside = parts[every, np.maximum(first - 1, 0)]
            inside = parts[every, first]
        return inside


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
        ends.append(np.rint(cases * rate + sign * (reach + 1)).clip(0, cases))
    return ends[0].astype(int), ends[1].astype(int)


def weights(
    cases: float, start: np.ndarray, width: int, rates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The chances of `width` counts from `start` on, but for a factor: (p, k, m).

    `start` (p,), `rates` (p, m). By the ratios of one to the next, so that nothing
    large is subtracted. In two factors: where the rates are near each other, all are
    the middle one's times powers of the odds.

    >>> one, other = weights(2, np.array([0]), 3, np.array([[0.5]]))
    >>> found = (one * other)[0, :, 0]
    >>> (found / found.sum()).round(12).tolist()
    [0.25, 0.5, 0.25]
    """
    step = np.arange(width)
    total = _log_ratios(cases).take(start[:, None] + step, mode="clip")
    total[:, 0] = 0.0
    np.cumsum(total, axis=1, out=total)
    rates = rates.clip(TINY, 1 - 1e-16)
    odds = np.log(rates / (1 - rates))
    middle = odds.shape[1] // 2
    tilt = odds - odds[:, middle, None]
    near = np.abs(tilt).max() * width < 300
    if near:
        rates, odds = rates[:, middle, None], odds[:, middle, None]
    top = np.floor((cases + 1) * rates).astype(int) - start[:, None]
    top = top.clip(0, np.minimum(width - 1, int(cases) - start)[:, None])
    offset = odds * top + np.take_along_axis(total, top, axis=1)
    found = odds[:, None, :] * step[:, None]
    found += total[:, :, None]
    found -= offset[:, None, :]
    np.exp(found, out=found)
    return found, _powers(tilt, width) if near else np.ones((1, 1, 1))


@lru_cache(4)
def _log_ratios(cases: float) -> np.ndarray:
    """The logarithms of the ratios of each number of combinations to the one before."""
    count = np.arange(cases + 2)
    return np.log(np.maximum(cases - count + 1, TINY) / np.maximum(count, 1))


def _powers(logs: np.ndarray, width: int) -> np.ndarray:
    """The powers 0, 1, 2 ... of e^logs (p, m): (p, width, m), from two short tables."""
    whole = np.arange(-(-width // ROW)) * ROW
    rows = np.exp(logs[:, None, :] * whole[:, None])
    within = np.exp(logs[:, None, :] * np.arange(ROW)[:, None])
    found = rows[:, :, None, :] * within[:, None, :, :]
    return found.reshape(len(logs), -1, logs.shape[1])[:, :width]


def chances(
    tails: Tails, panels: Panels, stairs: np.ndarray, *, depth: float
) -> np.ndarray:
    """The chance of its tail at the places of each panel: (panels, PLACES).

    `stairs` are those of every i: (tails, n1 + 1).
    """
    n1, n2 = int(tails.table.n1), int(tails.table.n2)
    # The second sample knows nothing of the difference: once for all steps of a range.
    ranges, own = np.unique(panels.left + 1j * panels.right, return_inverse=True)
    left, right = ranges.real, ranges.imag
    second = _places(left, right)
    start, below = _running(n2, (left, right), second, depth)
    first = (second[own] - tails.end[panels.tail][:, None]).clip(0, 1)
    least, most = window(n1, panels.firsts(tails), depth)
    wide = int((most - least).max()) + 1
    one, other = weights(n1, least, wide, first)
    place = np.minimum(least[:, None] + np.arange(wide), n1)
    place = n2 - stairs[panels.tail[:, None], place] - start[own][:, None] + 1
    size = below.shape[1]
    place = place.clip(0, size - 1) + own[:, None] * size
    tail = below.reshape(-1, PLACES).take(place, axis=0)
    if other.size == 1:
        found = np.einsum("pkm,pkm->pm", tail, one)
        whole = one.sum(axis=1)
    else:
        tail *= one
        found = np.einsum("pkm,pkm->pm", tail, other)
        whole = (one.transpose(0, 2, 1) @ other)[:, 0]
    return found / (whole * below[own, -1]) + 4 * exp(-depth)


def _places(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The places of ranges at which a chance is worked out: (ranges, PLACES)."""
    return (left + right)[:, None] / 2 + (right - left)[:, None] / 2 * _nodes()[0]


def _running(
    cases: int,
    ends: tuple[np.ndarray, np.ndarray],
    rates: np.ndarray,
    depth: float,
) -> tuple[np.ndarray, np.ndarray]:
    """The chances of up to so many that do not comply, but for a factor; from which.

    Those, so that a running sum is the chance of a tail.
    """
    start, stop = window(cases, (1 - ends[1], 1 - ends[0]), depth)
    wide = int((stop - start).max()) + 1
    found = np.zeros((start.size, wide + 1, PLACES))
    np.multiply(*weights(cases, start, wide, 1 - rates), out=found[:, 1:])
    np.cumsum(found, axis=1, out=found)
    return start, found


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


def tops_of(tails: Tails, panels: Panels, values: np.ndarray) -> Tops:
    """The top of each panel's interpolation, with the bound of what may be between."""
    fine = values @ _nodes()[1].T
    column = fine.argmax(axis=1).clip(1, BETWEEN - 1)
    here = np.arange(len(fine))
    before, at, after = (fine[here, column + shift] for shift in (-1, 0, 1))
    bend = np.maximum(2 * at - before - after, TINY)
    inside = np.abs(after - before) < 2 * bend
    vertex = np.where(inside, at + (after - before) ** 2 / (8 * bend), 0.0)
    top = np.maximum(np.maximum(before, at), np.maximum(after, vertex)).clip(0, 1)
    length = panels.right - panels.left
    by_spread, by_size = _doubts(tails, panels, length)
    spread = (by_spread / 2 + np.sqrt(by_spread**2 / 4 + top)) ** 2
    return Tops(top, np.minimum(spread - top, by_size))


def _doubts(
    tails: Tails, panels: Panels, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What an interpolation may miss: a factor of the root of the chance, or itself.

    The interpolation by Chebyshev's places, and a parabola on its fine grid.
    """
    table = tails.table
    ends = [
        (
            table.n1 / np.maximum(one * (1 - one), TINY),
            table.n2 / np.maximum(two * (1 - two), TINY),
        )
        for one, two in zip(panels.firsts(tails), panels[:2], strict=True)
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

    So long that what their interpolation may miss does not lift to `limit` a chance
    that is about what the score promises.
    """
    limit = max(limit, LEAST)
    promise = 1.1 * NormalDist().cdf(-float(score(table.x1, table.x2, table, delta)))
    room = max(0.6 * (limit - promise), 0.05 * limit) / sqrt(limit)
    panel = 4 * (room * sqrt(factorial(PLACES)) / 2) ** (1 / PLACES)
    low, high = max(0.0, delta), min(1.0, 1.0 + delta)
    angle = np.linspace(0, np.pi / 2, 256 + 8 * int(sqrt(table.n1 + table.n2)))
    rate = low + (high - low) * np.sin(angle) ** 2
    rate = rate[rate >= float(table.room(np.array(delta))[0])]
    middle = (rate[1:] + rate[:-1]) / 2
    first = (middle - delta).clip(TINY, 1 - 1e-16)
    known = table.n1 / (first * (1 - first)) + table.n2 / (middle * (1 - middle))
    length = np.concatenate(([0.0], np.cumsum(np.sqrt(known) * np.diff(rate))))
    count = max(1, round(length[-1] / panel))
    edges = np.interp(np.linspace(0, length[-1], count + 1), length, rate)
    edges = edges.clip(*table.rates)
    if table.rates == EVERY:
        edges[0], edges[-1] = -1.0, 2.0
    chosen = np.diff(edges) > 0
    return Panels(edges[:-1], edges[1:], np.zeros(count, dtype=int)).take(chosen)


def survey(tails: Tails, panels: Panels, limit: float) -> tuple[Panels, Tops]:
    """The panels in which the chance may exceed `limit`, and how great it is there.

    A panel is halved where its interpolation leaves more open than the range of
    differences does, which will be cut itself.
    """
    limit = max(limit, LEAST)
    depth = tails.spare - log(limit)
    stairs = _all_stairs(tails, panels, depth)
    open_, tops = [panels.take(np.zeros(0, dtype=int))], [Tops(*np.zeros((2, 0)))]
    while panels.left.size:
        cut = panels.within(tails)
        found = _tops(tails, cut, stairs, depth)
        kept = found.chance + found.doubt > limit
        over = kept & (found.chance - found.doubt > limit)
        over |= kept & (found.doubt < tails.loose * found.chance)
        over |= kept & (cut.right - cut.left < NARROW)
        open_.append(panels.take(over))
        tops.append(found.take(over))
        vague = kept & ~over
        panels = _halved(panels.take(vague), cut.take(vague))
    return _joined(*open_), Tops(*np.hstack(tops))


def _joined(*some: Panels) -> Panels:
    """All of these panels."""
    return Panels(*(np.concatenate(parts) for parts in zip(*some, strict=True)))


def _tops(tails: Tails, panels: Panels, stairs: np.ndarray, depth: float) -> Tops:
    """The tops of panels, some of them at a time."""
    found = Tops(np.empty(panels.left.size), np.empty(panels.left.size))
    for some in _portions(_cells(tails, panels, depth)):
        part = panels.take(some)
        tops = tops_of(tails, part, chances(tails, part, stairs, depth=depth))
        found.chance[some], found.doubt[some] = tops
    return found


def _cells(tails: Tails, panels: Panels, depth: float) -> np.ndarray:
    """How many probabilities each panel takes."""
    ends = panels.firsts(tails), (panels.left, panels.right)
    cases = tails.table.n1, tails.table.n2
    both = [window(*one, depth) for one in zip(cases, ends, strict=True)]
    return PLACES * np.sum([stop - start + 1 for start, stop in both], axis=0)


def _halved(panels: Panels, cut: Panels) -> Panels:
    """Both halves of each panel."""
    middle = (cut.left + cut.right) / 2
    return _joined(panels._replace(right=middle), panels._replace(left=middle))


def _portions(cells: np.ndarray) -> Iterator[np.ndarray]:
    """Places of panels that are worked on together: alike ones, not too many.

    So their probabilities stay in the cache, and few are made for the widest alone.
    """
    order = cells.argsort()[::-1]
    while order.size:
        limit = max(1, CELLS // int(cells[order[0]]))
        together = int(np.count_nonzero(2 * cells[order[:limit]] >= cells[order[0]]))
        yield order[:together]
        order = order[together:]


def _all_stairs(tails: Tails, panels: Panels, depth: float) -> np.ndarray:
    """The staircases by i, worked out where a panel needs it, else beyond all j."""
    shape = tails.end.size, int(tails.table.n1) + 1
    start, stop = window(tails.table.n1, panels.within(tails).firsts(tails), depth)
    needed = np.zeros((shape[0], shape[1] + 1), dtype=np.int32)
    np.add.at(needed, (panels.tail, start), 1)
    np.add.at(needed, (panels.tail, stop + 1), -1)
    found = np.full(shape, int(tails.table.n2) + 1, dtype=np.int32)
    tail, place = np.nonzero(np.cumsum(needed[:, :-1], axis=1, out=needed[:, :-1]))
    if place.size:
        found[tail, place] = stairs_of(tails, tail, place)
    return found


def greatest_of(tails: Tails, panels: Panels, known: float = 0.0) -> float:
    """The greatest chance over these panels, to 1e-7 of it; at least `known`."""
    best, depth = known, SPARE - log(max(known, LEAST))
    stairs = _all_stairs(tails, panels, depth)
    while panels.left.size:
        cut = panels.within(tails)
        found = _tops(tails, cut, stairs, depth)
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
    p_value = p_not_improved(table, enough=0.5, known=LEAST) + left_out
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
        kept, _ = survey(at_least(table, high), panels, tail)
        if not kept.left.size:
            break
        low, high, panels = high, high + 0.1, kept
    while high - low > 1e-6:
        middle = (low + high) / 2
        kept, _ = survey(at_least(table, middle), panels, tail)
        low, high = (middle, high) if kept.left.size else (low, middle)
        panels = kept if kept.left.size else panels
    return high


def at_least(table: Table, least: float) -> Tails:
    """The outcomes whose score at no difference is at least this."""
    return Tails(table, np.zeros((1, 1)), np.full((1, 1), least), np.zeros(1))


def p_not_improved(table: Table, *, enough: float, known: float = 0.0) -> float:
    """The greatest one-sided p-value over all differences up to 0; at least `known`.

    It is left as soon as it has reached `enough`. What is under `known` is not worked
    out, which makes it quick where that is far above the p-value.
    """
    here = points_of(table, np.zeros(1))
    pooled = np.full(1, (table.x1 + table.x2) / (table.n1 + table.n2))
    best = greatest_of(here, Panels(pooled, pooled, np.zeros(1, dtype=int)), known)
    if best >= enough:
        return best
    best = greatest_of(here, mesh(table, 0.0, best), best)
    first = _width(table, 0.0) / 128
    if known and best <= known:  # all that is asked: the first range may be longer
        far = float(here.least[0, 0]) + NormalDist().inv_cdf(known)
        first *= max(128 * ROOM * far, 1)
    for between in _leftwards(table, 0.0, first):
        if best >= enough:
            break
        best = _greatest_in(table, between, best=best, enough=enough)
    return max(best, LEAST)


class Range(NamedTuple):
    """A range of differences that is still open, and where in it."""

    start: float
    end: float
    panels: Panels
    most: float  # what no chance in it exceeds


def _looked_at(table: Table, whole: Range, limit: float, *, least: int) -> list[Range]:
    """What of a range is still open when it is looked at, each panel in its own parts.

    At least in so many parts.
    """
    last = points_of(table, np.array([whole.end]))
    cells = _cells(last, whole.panels.within(last), SPARE - log(max(limit, LEAST)))
    count = _counts(whole, last, limit, cells=cells, least=least)
    found: list[Range] = []
    for some in (np.flatnonzero(count == 1), np.flatnonzero(count > 1)):
        if not some.size:
            continue
        start, end, place, tail = _parts(whole, count[some])
        # Where little is to be worked out, more steps would cost more than they spare.
        much = cells[some] @ count[some] > 4 * CELLS * start.size
        much &= bool((end - start).max() > TIGHT * table.spread)
        steps = STEPS if much or count[some[0]] == 1 else 1
        tails = tails_of(table, start, end, steps)
        panels = whole.panels.take(some[place])._replace(tail=tail)
        panels, tops = survey(tails, panels, limit)
        most = tops.chance + tops.doubt
        for one in np.unique(panels.tail).tolist():
            bound = float(most[panels.tail == one].max())
            own = panels.of(one)
            found.append(Range(float(start[one]), float(end[one]), own, bound))
    return found


class Parts(NamedTuple):
    """The parts of a range, and the boxes of a panel and a part, by their places."""

    start: np.ndarray
    end: np.ndarray
    panel: np.ndarray
    tail: np.ndarray


def _parts(whole: Range, count: np.ndarray) -> Parts:
    """The parts where each panel is looked at in so many."""
    found, first = [], 0
    for one in np.unique(count).tolist():
        own, edges = np.flatnonzero(count == one), np.linspace(*whole[:2], one + 1)
        tail = np.tile(first + np.arange(one), own.size)
        found.append(Parts(edges[:-1], edges[1:], np.repeat(own, one), tail))
        first += one
    return Parts(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _counts(
    whole: Range, end: Tails, limit: float, *, cells: np.ndarray, least: int
) -> np.ndarray:
    """In how many parts of the range each panel is looked at: a power of 2.

    A part may lift the score's own chance to the limit, and no more. It lifts it by its
    length in standard errors of the panel's rates, of which the steps take away what is
    due to the standard error of what was observed.
    """
    table, length = end.table, whole.end - whole.start
    cut = whole.panels.within(end)
    first, second = np.mean(cut.firsts(end), axis=0), (cut.left + cut.right) / 2
    own = np.sqrt(first * (1 - first) / table.n1 + second * (1 - second) / table.n2)
    own = np.maximum(own, 1 / (table.n1 + table.n2))
    unlike = np.maximum(1 - own / _width(table, whole.end), 0) + 1 / STEPS
    far = float(end.least[0, 0]) + NormalDist().inv_cdf(max(limit, LEAST))
    wanted = unlike * length / (max(ROOM * far, 1 / 64) * own)
    if least > 1:
        wanted = np.maximum(wanted, CELLS / cells.sum())
    most = max(2, min(MOST, 2 ** int(log2(STAIRS / table.n1))))
    count = (2.0 ** np.ceil(np.log2(wanted))).clip(least, most)
    much = float(count @ cells) / (MUCH * CELLS)
    if much > 1:
        count = np.maximum(2.0 ** np.floor(np.log2(count / much)), least)
    return count.astype(int)


def _greatest_in(
    table: Table, between: tuple[float, float], *, best: float, enough: float
) -> float:
    """The greatest p-value in a range of differences, or `best`."""
    whole = Range(*between, mesh(table, between[1], best), 1.0)
    ranges = _looked_at(table, whole, best * LIKE, least=1)
    while ranges and best < enough:
        ranges.sort(key=lambda one: one.most)
        here = ranges.pop()
        if here.most <= best * LIKE:
            break
        if here.end - here.start < FINE:
            tails = tails_of(table, np.array([here.start]), np.array([here.end]), 1)
            best = greatest_of(tails, here.panels, best)
            continue
        parts = _looked_at(table, here, best * LIKE, least=2)
        if _is_short(table, here) and parts:
            best = _greatest_at_ends(table, parts, best)
        ranges += parts
    return best


def _is_short(table: Table, here: Range) -> bool:
    """Whether the chances at the ends of its parts tell what there is in a range."""
    length = here.end - here.start
    return length < SHORT * table.spread and here.panels.left.size <= FEW


def _greatest_at_ends(table: Table, ranges: list[Range], best: float) -> float:
    """The greatest p-value at the ends of some ranges, where it may be; or `best`."""
    ends = points_of(table, np.array([end for one in ranges for end in one[:2]]))
    panels = [
        one.panels._replace(tail=np.full_like(one.panels.tail, 2 * place + side))
        for place, one in enumerate(ranges)
        for side in (0, 1)
    ]
    return greatest_of(ends, _joined(*panels), best)


def lowest_kept(table: Table, tail: float, start: float) -> float:
    """The lowest difference from `start` up whose one-sided p-value exceeds `tail`."""
    for between in _ranges(table, start, _about(table, tail, start)):
        whole = Range(*between, mesh(table, between[1], tail), 1.0)
        ranges = _looked_at(table, whole, tail, least=1)
        while ranges:
            ranges.sort(key=lambda one: -one.start)
            here = ranges.pop()
            if here.end - here.start < FINE:
                return here.start
            ranges += _looked_at(table, here, tail, least=2)
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
    for _ in range(8):
        between = np.linspace(low, high, 17)
        beyond = score(table.x1, table.x2, table, between[1:-1]) > wanted
        last = int(np.count_nonzero(beyond))
        low, high = float(between[last]), float(between[last + 1])
    delta, low, high = low, start, table.difference
    for _ in range(4):
        panels, here = mesh(table, delta), points_of(table, np.array([delta]))
        cut, depth = panels.within(here), ROUGH - log(tail)
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
