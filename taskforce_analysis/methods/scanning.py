"""All assumed differences: the greatest one-sided p-value, and the outermost one kept.

The p-value against an assumed difference does not grow steadily with it (Röhmel 2005).
So "not improved" is judged by the greatest p-value over all differences up to 0, and a
limit is the outermost difference that is not rejected. Both are scanned for, away from
a difference whose p-value is known.

A long range of differences is passed over where all outcomes that come near in it have
together too small a chance. A short one is cut where an outcome joins or leaves the
staircase. Between two cuts the staircase stays as it is, and its greatest chance can
only grow with the difference, for more outcomes lie on its side: so the chance over the
range is known from both sides of every cut, and from the end.
"""

from collections.abc import Callable
from itertools import chain, pairwise
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.counts import TINY
from taskforce_analysis.methods.outcomes import (
    Rows,
    barely,
    climb,
    first_step,
    greatest_chance,
    least_score,
    score_statistic,
    staircase,
    stairs_at,
)

EDGE = 1e-9 - 1  # the lowest difference at which outcomes are compared
LONG = 1 / 20  # a range no longer than this is passed when its bound is a little lower
SHORT = 1 / 64  # a range this short is cut where few outcomes change
MANY = 12  # with more changes than this, a range is shortened first
MESH = 1 / 32  # in longer ranges the staircases inside count too, so far apart
SAME = 1e-11  # the two sides of a crossing lie this near
PARTS = 9  # of a range in which something is sought, all looked at in one call
ROUNDS = 9  # then a range of 1/64 is known to 1e-8
FINE = 1e-9  # a limit is sought to this


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


class Points(NamedTuple):
    """Where the chance must be known: both sides of every cut, and the end."""

    owner: np.ndarray  # the row of each point; points are sorted by row and difference
    delta: np.ndarray
    stairs: np.ndarray
    chance: np.ndarray
    place: np.ndarray  # of the nuisance rate

    def take(self, chosen: np.ndarray) -> "Points":
        """The points at these places."""
        return Points(*(part[chosen] for part in self))


class _Scan(NamedTuple):
    """The rows still looked at: which they are, and the range that comes next."""

    live: np.ndarray
    here: np.ndarray  # the end of the range that is done with
    stairs: np.ndarray  # there
    width: np.ndarray
    retreat: np.ndarray  # how much shorter a long range becomes when it is not passed

    def take(self, chosen: np.ndarray) -> "_Scan":
        """The rows of this mask."""
        return _Scan(*(part[chosen] for part in self))


def greatest_p(rows: Rows, *, up_to: float = 0.0, enough: float = 2.0) -> np.ndarray:
    """The greatest one-sided p-value over all differences up to one: "not improved".

    A row is left as soon as its p-value has reached `enough`.
    """
    here = np.full(rows.size, up_to)
    stairs = stairs_at(rows, here)
    best = greatest_chance(rows, stairs, here).chance
    width = np.full(rows.size, SHORT)
    scan = _Scan(np.arange(rows.size), here, stairs, width, width)
    scan = scan.take(best < enough)
    while scan.live.size:
        scan = _step_down(rows, scan, best)
        scan = scan.take((scan.here > EDGE) & (best[scan.live] < enough))
    return np.minimum(best, 1.0)


def _step_down(rows: Rows, scan: _Scan, best: np.ndarray) -> _Scan:
    """Look at the next range to the left; `best` takes what is greater there."""
    part = rows.take(scan.live)
    start = np.maximum(scan.here - scan.width, EDGE)
    first = stairs_at(part, start)
    between = Range(start, scan.here, first, scan.stairs[:, : first.shape[1]])
    limit = best[scan.live] + 1e-9
    bound, most = upper_bound(part, between, scan.here, limit)
    passed = bound <= limit * _share(scan.width)
    chosen = np.flatnonzero(~passed & _is_cuttable(between, scan.width))
    if chosen.size:
        points = cut(
            part.take(chosen),
            between.take(chosen),
            most[chosen],
            record=best[scan.live[chosen]],
        )
        np.maximum.at(best, scan.live[chosen][points.owner], points.chance)
        passed[chosen] = True
    here = np.where(passed, start, scan.here)
    stairs = np.where(passed[:, None], first, between.last)
    width = np.where(passed, scan.width * 2, scan.width / 4)
    return scan._replace(here=here, stairs=stairs, width=width)


def lowest_not_rejected(rows: Rows, tail: float, start: np.ndarray) -> np.ndarray:
    """The lowest difference whose one-sided p-value exceeds `tail`, from `start` up."""
    found, highest = start.copy(), rows.difference
    aim = np.maximum(_score_limit(rows, tail) - 0.08 - start, LONG)
    stairs = stairs_at(rows, start)
    retreat = np.full(rows.size, 0.04)
    scan = _Scan(np.arange(rows.size), start, stairs, aim, retreat)
    scan = scan.take(start < highest)
    while scan.live.size:
        scan, over = _step_up(rows, scan, tail, found)
        scan = scan.take(~over & (scan.here < highest[scan.live]))
    return found


def _step_up(
    rows: Rows, scan: _Scan, tail: float, found: np.ndarray
) -> tuple[_Scan, np.ndarray]:
    """Look at the next range to the right; `found` moves up as far as all is rejected.

    Also gives the rows whose limit is now found.
    """
    part = rows.take(scan.live)
    end = np.minimum(scan.here + scan.width, part.difference)
    last = stairs_at(part, end)
    between = Range(scan.here, end, scan.stairs[:, : last.shape[1]], last)
    limit = np.full(end.size, tail)
    bound, most = upper_bound(part, between, end, limit)
    passed = bound <= tail * _share(scan.width)
    over = np.zeros(end.size, dtype=bool)
    chosen = np.flatnonzero(~passed & _is_cuttable(between, scan.width))
    if chosen.size:
        rest = part.take(chosen)
        ranges, near = between.take(chosen), limit[chosen]
        points = cut(rest, ranges, most[chosen], limit=near)
        owner, delta = first_over(rest, between.start[chosen], points, tail)
        passed[chosen], over[chosen[owner]] = True, True
        end[chosen[owner]] = delta
    here = np.where(passed, end, scan.here)
    found[scan.live] = here
    stairs = np.where(passed[:, None], last, between.first)
    width = np.where(passed, _after(scan.width), _shorter(scan))
    retreat = scan.retreat * 2
    return _Scan(scan.live, here, stairs, width, retreat), over


def _share(width: np.ndarray) -> np.ndarray:
    """The share of a limit that the bound of a long range must stay under."""
    return np.where(width > LONG, 0.8, 1.0)


def _is_cuttable(between: Range, width: np.ndarray) -> np.ndarray:
    """Whether a range is short enough to be cut."""
    return (width <= SHORT) & (between.changes <= MANY) | (width < 1e-6)


def _after(width: np.ndarray) -> np.ndarray:
    """The width after a range that was passed; it grows back where it was cut down."""
    return np.where(
        width < SHORT, np.minimum(2 * width, SHORT), np.minimum(width, LONG)
    )


def _shorter(scan: _Scan) -> np.ndarray:
    """The width after a range that was not passed."""
    long = np.maximum(scan.width - scan.retreat, LONG)
    short = np.where(scan.width > SHORT, SHORT, scan.width / 4)
    return np.where(scan.width > LONG, long, short)


def _score_limit(rows: Rows, tail: float) -> np.ndarray:
    """Where the score of what was seen is the normal deviate of `tail`, roughly."""
    deviate = -NormalDist().inv_cdf(tail)
    low, high = np.full(rows.size, EDGE), rows.difference
    for _ in range(12):
        middle = (low + high) / 2
        beyond = score_statistic(*rows, middle) > deviate
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return low


def upper_bound(
    rows: Rows, between: Range, at: np.ndarray, limit: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What no chance in the range exceeds, and the staircase behind it.

    Its outcomes are those of either end, of a mesh inside, and those that come so near
    that they might join and leave again in between; their chance is taken at `at`.
    """
    width = between.end - between.start
    count = np.maximum(np.ceil(width / MESH), 1).astype(int)
    near = _nearness(rows, between.end, width / count)
    stairs = np.minimum(
        _near_stairs(rows, between.start, near, between.first),
        _near_stairs(rows, between.end, near, between.last),
    )
    bound = greatest_chance(rows, stairs, at, limit).chance
    inner = np.flatnonzero((count > 1) & (bound <= limit))
    if inner.size:
        part, ends = rows.take(inner), between.take(inner)
        mesh = _mesh_stairs(part, ends, count[inner], near[inner], stairs[inner])
        more = np.any(mesh < stairs[inner, : mesh.shape[1]], axis=1)
        stairs[inner, : mesh.shape[1]] = mesh
        met = inner[more]
        if met.size:
            found = greatest_chance(rows.take(met), stairs[met], at[met], limit[met])
            bound[met] = found.chance
    return bound, stairs


def _nearness(rows: Rows, end: np.ndarray, step: np.ndarray) -> np.ndarray:
    """How far below what was seen a score may be at both ends of a step and not inside.

    Two scores fall almost alike with the difference; a quarter of the fall is allowed.
    """
    start = np.maximum(end - step, -1 + 1e-9)
    fall = score_statistic(*rows, start) - score_statistic(*rows, end)
    return np.minimum(0.25 * fall, 0.3)


def _near_stairs(
    rows: Rows, delta: np.ndarray, near: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """`known` and what else comes near at these differences."""
    return staircase(rows, delta, least_score(rows, delta) - near, known)


def _mesh_stairs(
    rows: Rows,
    between: Range,
    count: np.ndarray,
    near: np.ndarray,
    known: np.ndarray,
) -> np.ndarray:
    """`known` and what else comes near at a mesh of `count` steps inside the ranges."""
    owner, step = repeated(count - 1)
    width = between.end - between.start
    delta = between.start[owner] + width[owner] * (step + 1) / count[owner]
    part = rows.take(owner)
    known = known[owner, : int(part.n1.max()) + 1]
    found = _near_stairs(part, delta, near[owner], known)
    return np.minimum.reduceat(found, np.flatnonzero(step == 0), axis=0)


def repeated(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each place as often as `count` says, and a running number within it from 0."""
    owner = np.repeat(np.arange(count.size), count)
    return owner, np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)


def cut(
    rows: Rows,
    between: Range,
    most: np.ndarray,
    *,
    limit: np.ndarray | None = None,
    record: np.ndarray | None = None,
) -> Points:
    """The points of the ranges, with the chance at each.

    Most outcomes join or leave once in a short range: then one end has them and the
    other has not. Some come for a moment only, and missing one would miss a narrow
    range of differences that is not rejected. `most` is a staircase of all outcomes
    that might be met. The chance is as good as `greatest_chance` makes it for this
    `limit` or `record`.
    """
    owner, delta = _points(rows, between, most)
    points = rows.take(owner)
    stairs = stairs_at(points, delta)
    bound = None if limit is None else limit[owner]
    least = None if record is None else record[owner]
    peak = greatest_chance(points, stairs, delta, bound, record=least)
    return Points(owner, delta, stairs, *peak)


def _points(
    rows: Rows, between: Range, most: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The row and the difference of every point, sorted."""
    once = changed(between.first, between.last)
    sides = [crossings(rows, once, between.start[once.owner], between.end[once.owner])]
    owner = [once.owner] * 2
    for met, turn in (visitors_of(rows, between, most), absentees_of(rows, between)):
        ranges = between.start[met.owner], turn, between.end[met.owner]
        sides += [crossings(rows, met, *pair) for pair in pairwise(ranges)]
        owner += [met.owner] * 4
    owner = np.concatenate([*owner, np.arange(rows.size)])
    delta = np.concatenate([*chain.from_iterable(sides), between.end])
    order = np.lexsort((delta, owner))
    return owner[order], delta[order]


def changed(first: np.ndarray, last: np.ndarray) -> Outcomes:
    """The outcomes that are in one staircase and not in the other."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    row, i = np.nonzero(low < high)
    place, step = repeated((high - low)[row, i])
    return Outcomes(row[place], i[place], low[row, i][place] + step)


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


def visitors_of(
    rows: Rows, between: Range, most: np.ndarray
) -> tuple[Outcomes, np.ndarray]:
    """Outcomes that join and leave inside a range, and a point where they belong."""
    inside = np.minimum(between.first, between.last)
    near = changed(np.minimum(most, inside), inside)
    margin, top = _extreme_margin(rows, between, near, sign=1)
    met = np.flatnonzero(margin >= 0)
    return near.take(met), top[met]


def absentees_of(rows: Rows, between: Range) -> tuple[Outcomes, np.ndarray]:
    """Outcomes that leave and join again inside a range, and a point where they lack.

    Upwards from the lowest of each step, as long as they might.
    """
    width, parts = between.end - between.start, np.arange(1, PARTS) / PARTS
    allowed = _nearness(rows, between.end, width)
    lowest = np.maximum(between.first, between.last)
    i = np.arange(lowest.shape[1])
    owner, i = np.nonzero((lowest <= rows.n2[:, None]) & (i <= rows.n1[:, None]))
    there, found = Outcomes(owner, i, lowest[owner, i]), []
    while there.i.size:
        ends = np.stack([between.start[there.owner], between.end[there.owner]], axis=1)
        least = _margin(rows, there, ends).min(axis=1)
        there = there.take(np.flatnonzero(least < allowed[there.owner]))
        # Between places that are a ninth apart it can be lower by an 81st of all only.
        places = between.start[there.owner, None] + width[there.owner, None] * parts
        least = _margin(rows, there, places).min(axis=1)
        found.append(there.take(np.flatnonzero(least < allowed[there.owner] / 16)))
        there = there._replace(j=there.j + 1)
        there = there.take(np.flatnonzero(there.j <= rows.n2[there.owner]))
    near = Outcomes(*np.hstack(found)) if found else there
    margin, bottom = _extreme_margin(rows, between, near, sign=-1)
    gone = np.flatnonzero(margin < 0)
    return near.take(gone), bottom[gone]


def _extreme_margin(
    rows: Rows, between: Range, near: Outcomes, *, sign: int
) -> tuple[np.ndarray, np.ndarray]:
    """The greatest (`sign` 1) or least margin of each inside its range, and where."""
    low, high = between.start[near.owner], between.end[near.owner]
    parts = np.arange(1, PARTS) / PARTS
    here = np.arange(low.size)
    margin, turn = np.zeros(low.size), low
    for _ in range(ROUNDS):
        step = (high - low) / PARTS
        inside = low[:, None] + (high - low)[:, None] * parts
        every = _margin(rows, near, inside)
        best = (sign * every).argmax(axis=1)
        margin, turn = every[here, best], inside[here, best]
        low, high = turn - step, turn + step
    return margin, turn


def first_over(
    rows: Rows, start: np.ndarray, points: Points, limit: float
) -> tuple[np.ndarray, np.ndarray]:
    """The rows whose chance exceeds `limit`, and the outermost difference of each.

    It is a cut, or it lies on the piece before a point, where the staircase is fixed.
    """
    over = np.flatnonzero(points.chance > limit)
    owner, place = np.unique(points.owner[over], return_index=True)
    at = over[place]
    delta = points.delta[at]
    same = (at > 0) & (points.owner[at - 1] == owner)
    before = np.where(same, points.delta[at - 1], start[owner])
    smooth = np.flatnonzero(delta - before > 2 * SAME)
    if smooth.size:
        piece = points.take(at[smooth])
        delta[smooth] = _root(rows.take(piece.owner), before[smooth], piece, limit)
    return owner, delta


def _root(rows: Rows, low: np.ndarray, piece: Points, limit: float) -> np.ndarray:
    """Where the chance of a fixed staircase reaches `limit`, between `low` and the end.

    Sought close to the nuisance rate of the end, then checked over the whole range.
    """

    def near(live: np.ndarray, delta: np.ndarray) -> np.ndarray:
        part, step = rows.take(live), first_step(rows) / 2
        peak = climb(part, piece.stairs[live], delta, piece.place[live], step)
        return np.log(peak.chance / limit + TINY)

    def whole(live: np.ndarray, delta: np.ndarray) -> np.ndarray:
        peak = greatest_chance(rows.take(live), piece.stairs[live], delta)
        return np.log(peak.chance / limit + TINY)

    everyone = np.arange(rows.size)
    found = _false_position(everyone, low, piece.delta, near)
    excess = whole(everyone, found)
    wrong = np.flatnonzero(np.abs(excess) > 1e-7)
    if wrong.size:
        high = np.where(excess > 0, found, piece.delta)[wrong]
        found[wrong] = _false_position(wrong, low[wrong], high, whole)
    return found


def _false_position(
    live: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    excess: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> np.ndarray:
    """Where `excess` of these rows changes sign: regula falsi (Illinois)."""
    found, place, side = high.copy(), np.arange(high.size), np.zeros(high.size)
    below, above = excess(live, low), excess(live, high)
    while place.size:
        share = np.clip(-below / np.maximum(above - below, TINY), 1e-6, 1 - 1e-6)
        middle = low + (high - low) * share
        now = excess(live, middle)
        found[place], turn = middle, np.where(now <= 0, -1, 1)
        below = np.where(now <= 0, now, np.where(side == turn, below / 2, below))
        above = np.where(now > 0, now, np.where(side == turn, above / 2, above))
        low, high = np.where(now <= 0, middle, low), np.where(now > 0, middle, high)
        keep = (np.abs(now) > 3e-8) & (high - low > FINE / 10)
        live, place, side = live[keep], place[keep], turn[keep]
        low, high, below, above = low[keep], high[keep], below[keep], above[keep]
    return found
