"""The exact one-sided p-value and limit of a difference, by scanning and cutting.

The p-value against an assumed difference does not grow steadily with it (Röhmel 2005).
So "not improved" is judged by the greatest p-value over all differences up to 0, and a
limit is the outermost difference that is not rejected. Long ranges of differences are
passed over where no outcome of either end could bring the chance near the limit; short
ones are cut at every change, and then nothing between the cuts is left unknown.
"""

from collections.abc import Callable
from itertools import chain, pairwise
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.binomial import TINY, probabilities, upper_tails
from taskforce_analysis.methods.outcomes import (
    SAME,
    Range,
    Rows,
    changed,
    crossings,
    least_score,
    repeated,
    score_statistic,
    staircase,
    visitors_of,
)

# FOLDED methods.nuisance
#
# The chance of a staircase of outcomes, at its greatest over the unknown rate.
#
# Against an assumed difference one rate is still free: the nuisance rate. The exact
# method takes the greatest chance over its whole range. It is looked for on a grid of
# angles, equally dense where a rate near 0 or 1 changes fast, and then around the
# best two places on finer grids, to better than 1e-7.

FAR = 0.95  # what the first grid promises is at least 0.968 of what there is
CELLS = 40_000  # of a table of probabilities that stays in the cache


class Peak(NamedTuple):
    """The greatest chance of each row, and where in the nuisance range it is."""

    chance: np.ndarray
    place: np.ndarray


def chance(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """The chance of the staircase at `places` (m,) or (rows, m) in [0, 1] of the range.

    Worked out for some rows at a time, so that their tables stay in the cache. Beyond
    either end the angles mirror the range.
    """
    shares = np.sin(places * (np.pi / 2)) ** 2
    shares = np.broadcast_to(shares, (rows.size, shares.shape[-1]))
    found = np.empty(shares.shape)
    most = (rows.n2.max(initial=0) + 1) * shares.shape[1]
    size = max(1, int(CELLS / most))
    for first in range(0, rows.size, size):
        some = slice(first, first + size)
        part = Rows(*(count[some] for count in rows))
        found[some] = _chance(part, stairs[some], delta[some], shares[some])
    return found


def _chance(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, shares: np.ndarray
) -> np.ndarray:
    """The chance of the staircases of a few rows, at shares of the nuisance range."""
    low = np.maximum(0, delta)[:, None]
    span = np.minimum(1, 1 + delta)[:, None] - low
    second = low + span * shares
    first = np.clip(second - delta[:, None], 0, 1)
    weights = probabilities(rows.n1, first)
    tails = upper_tails(rows.n2, second, stairs[:, : len(weights)])
    return np.einsum("irm,irm->rm", weights, tails)


def size_class(rows: Rows) -> np.ndarray:
    """The power of two that holds the cases of each row; rows of one share a grid."""
    return np.ceil(np.log2(rows.n1 + rows.n2))


def first_step(rows: Rows) -> float:
    """The step of the first grid: finer for more cases."""
    return 1 / (9 + int(2 * np.sqrt(2 ** size_class(rows).max())))


def greatest_chance(
    rows: Rows,
    stairs: np.ndarray,
    delta: np.ndarray,
    limit: np.ndarray | None = None,
    *,
    record: np.ndarray | None = None,
) -> Peak:
    """The greatest chance of the staircase over the nuisance rate, one per row.

    Where it is clearly above or far below `limit`, or far below a `record` that only
    greater chances beat, the first grid's value will do.
    """
    step = first_step(rows)
    grid = np.arange(round(1 / step) + 1) * step
    values = chance(rows, stairs, delta, grid)
    column = values.argmax(axis=1)
    peak = Peak(values[np.arange(rows.size), column], grid[column])
    promise = _promise(values).max(axis=1)
    near = np.full(rows.size, fill_value=True)
    if limit is not None:
        near = (peak.chance <= limit) & (promise > FAR * limit)
    if record is not None:
        near = promise > FAR * record
    row = np.flatnonzero(near)
    if row.size:
        found = _hills(rows.take(row), stairs[row], delta[row], values[row])
        _take_in(peak, row[found.owner], found.peak)
    return peak


class _Hills(NamedTuple):
    """The tops of the hills that are worth a look, and the row of each."""

    owner: np.ndarray
    peak: Peak


def _hills(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, coarse: np.ndarray
) -> _Hills:
    """The hills on a grid twice as fine as the one already looked at."""
    step = first_step(rows) / 2
    values = np.empty((rows.size, 2 * coarse.shape[1] - 1))
    values[:, ::2] = coarse
    values[:, 1::2] = chance(
        rows, stairs, delta, np.arange(1, values.shape[1], 2) * step
    )
    promise = _promise(values)
    worthy = (promise > 0) & (promise >= 0.99 * promise.max(axis=1, keepdims=True))
    own, column = np.nonzero(worthy)
    centre = column * step
    return _Hills(own, climb(rows.take(own), stairs[own], delta[own], centre, step))


def _take_in(peak: Peak, row: np.ndarray, found: Peak) -> None:
    """Keep what was found where it is higher; of a row's hills the highest stays."""
    order = found.chance.argsort()
    order = order[found.chance[order] > peak.chance[row[order]]]
    peak.chance[row[order]] = found.chance[order]
    peak.place[row[order]] = found.place[order]


def _promise(values: np.ndarray) -> np.ndarray:
    """The height that parabolas promise for each hill of a grid; -1 elsewhere.

    Beyond either end the angles mirror the range, and so do the values.
    """
    before = np.concatenate((values[:, 1:2], values[:, :-1]), axis=1)
    after = np.concatenate((values[:, 1:], values[:, -2:-1]), axis=1)
    bend = 2 * values - before - after
    hill = (values >= before) & (values >= after)
    promise = values + (after - before) ** 2 / (8 * np.where(bend > 0, bend, np.inf))
    return np.where(hill, promise, -1.0)


def climb(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, centre: np.ndarray, step: float
) -> Peak:
    """The greatest chance within a step of `centre`, by two parabolas."""
    best = Peak(np.zeros(rows.size), centre.copy())
    here = np.arange(rows.size)
    for reach, count in ((step, 9), (step / 8, 3), (0.0, 1)):
        places = centre[:, None] + np.linspace(-reach, reach, count)
        values = chance(rows, stairs, delta, places)
        column = values.argmax(axis=1)
        top = Peak(values[here, column], places[here, column])
        _take_in(best, here, top)
        if count > 1:
            centre = _vertex(places, values, column)
    return best


def _vertex(places: np.ndarray, values: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Where the parabola through the highest place and its neighbours is highest."""
    here, column = np.arange(column.size), np.clip(column, 1, values.shape[1] - 2)
    before, at, after = (values[here, column + shift] for shift in (-1, 0, 1))
    bend = np.maximum(2 * at - before - after, TINY)
    step = places[:, 1] - places[:, 0]
    return places[here, column] + step * np.clip((after - before) / (2 * bend), -1, 1)


# FOLDED methods.pieces
#
# A short range of differences, cut where an outcome joins or leaves the staircase.
#
# Between two cuts the staircase stays as it is, and its greatest chance can only grow
# with the assumed difference: more outcomes lie on its side. So the chance over the
# whole range is known from its values at the cuts, on either side of each, and at the
# end.

MESH = 1 / 32  # in longer ranges the staircases inside count too, so far apart
FINE = 1e-9  # a limit is sought to this


class Points(NamedTuple):
    """Where the chance must be known: both sides of every cut, and the end."""

    owner: np.ndarray  # the row of each point; points are sorted by row and difference
    delta: np.ndarray
    stairs: np.ndarray
    chance: np.ndarray
    place: np.ndarray  # of the nuisance rate


def stairs_at(rows: Rows, delta: np.ndarray) -> np.ndarray:
    """The staircase of the observed outcome at each row's own difference."""
    return staircase(rows, delta, least_score(rows, delta))


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


def _nearness(rows: Rows, end: np.ndarray, step: np.ndarray) -> np.ndarray:
    """How far below what was seen a score may be at both ends of a step and not inside.

    Two scores fall almost alike with the difference; a quarter of the fall is allowed.
    """
    start = np.maximum(end - step, -1 + 1e-9)
    fall = score_statistic(*rows, start) - score_statistic(*rows, end)
    return np.minimum(0.25 * fall, 0.3)


def cut(
    rows: Rows,
    between: Range,
    most: np.ndarray,
    *,
    limit: np.ndarray | None = None,
    record: np.ndarray | None = None,
) -> Points:
    """The points of the ranges, with the chance at each.

    `most` is a staircase of all outcomes that might be met. The chance is as good as
    `greatest_chance` makes it for this `limit` or `record`.
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
    visitors, top = visitors_of(rows, between, most)
    ranges = between.start[visitors.owner], top, between.end[visitors.owner]
    sides += [crossings(rows, visitors, *pair) for pair in pairwise(ranges)]
    owner = [once.owner] * 2 + [visitors.owner] * 4 + [np.arange(rows.size)]
    owner = np.concatenate(owner)
    delta = np.concatenate([*chain.from_iterable(sides), between.end])
    order = np.lexsort((delta, owner))
    return owner[order], delta[order]


def first_over(rows: Rows, start: np.ndarray, points: Points, limit: float) -> Points:
    """Of each row that has one, the outermost difference whose chance exceeds `limit`.

    It is a cut, or it lies on the piece before a point, where the staircase is fixed.
    """
    over = np.flatnonzero(points.chance > limit)
    owner, place = np.unique(points.owner[over], return_index=True)
    at = over[place]
    found = Points(*(part[at] for part in points))
    same = (at > 0) & (points.owner[at - 1] == owner)
    before = np.where(same, points.delta[at - 1], start[owner])
    smooth = np.flatnonzero(found.delta - before > 2 * SAME)
    piece = Points(*(part[smooth] for part in found))
    low = before[smooth]
    found.delta[smooth] = _root(rows.take(piece.owner), low, piece, limit)
    return found


def _root(rows: Rows, low: np.ndarray, piece: Points, limit: float) -> np.ndarray:
    """Where the chance of a fixed staircase reaches `limit`, between `low` and the end.

    Sought close to the nuisance rate of the end, then checked over the whole range.
    """
    if not rows.size:
        return low

    def near(live: np.ndarray, delta: np.ndarray) -> np.ndarray:
        part, step = rows.take(live), first_step(rows) / 2
        peak = climb(part, piece.stairs[live], delta, piece.place[live], step)
        return np.log(peak.chance / limit + TINY)

    def whole(live: np.ndarray, delta: np.ndarray) -> np.ndarray:
        peak = greatest_chance(rows.take(live), piece.stairs[live], delta)
        return np.log(peak.chance / limit + TINY)

    everyone = np.arange(rows.size)
    found = _false_position(everyone, low, piece.delta, near)
    wrong = np.flatnonzero(np.abs(whole(everyone, found)) > 1e-7)
    if wrong.size:
        found[wrong] = _false_position(wrong, low[wrong], piece.delta[wrong], whole)
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


# FOLDED methods.scanning
#
# The exact one-sided p-value and limit of a difference, by scanning and cutting.
#
# The p-value against an assumed difference does not grow steadily with it (Röhmel
# 2005). So "not improved" is judged by the greatest p-value over all differences up
# to 0, and a limit is the outermost difference that is not rejected. Long ranges of
# differences are passed over where no outcome of either end could bring the chance
# near the limit; short ones are cut at every change, and then nothing between the
# cuts is left unknown.

EDGE = 1e-9 - 1  # the lowest difference at which outcomes are compared
LONG = 1 / 20  # a range no longer than this is passed when its bound is a little lower
SHORT = 1 / 64  # a range this short is cut where few outcomes change
MANY = 12  # with more changes than this, a range is shortened first


class _Scan(NamedTuple):
    """The rows still looked at: which they are, and the range that comes next."""

    live: np.ndarray
    here: np.ndarray  # the end of the range that is done with
    stairs: np.ndarray  # there
    width: np.ndarray
    retreat: np.ndarray  # how much shorter a long range becomes when it is not passed

    def next(self, keep: np.ndarray) -> "_Scan":
        """The rows to keep."""
        return _Scan(*(part[keep] for part in self))


def _share(width: np.ndarray) -> np.ndarray:
    """The share of a limit that the bound of a long range must stay under."""
    return np.select([width > LONG, width > SHORT], [0.8, 1.0], 1.0)


def _cuttable(between: Range, width: np.ndarray) -> np.ndarray:
    """Whether a range is short enough to be cut."""
    return (width <= SHORT) & (between.changes <= MANY) | (width < 1e-6)


def greatest_p(rows: Rows, *, up_to: float = 0.0, enough: float = 2.0) -> np.ndarray:
    """The greatest one-sided p-value over all differences up to one: "not improved".

    A row is left as soon as its p-value has reached `enough`.
    """
    here = np.full(rows.size, up_to)
    stairs = stairs_at(rows, here)
    best = greatest_chance(rows, stairs, here).chance
    width = np.full(rows.size, SHORT)
    scan = _Scan(np.arange(rows.size), here, stairs, width, width)
    scan = scan.next(best < enough)
    while scan.live.size:
        scan = _step_down(rows, scan, best)
        scan = scan.next((scan.here > EDGE) & (best[scan.live] < enough))
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
    chosen = np.flatnonzero(~passed & _cuttable(between, scan.width))
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
    scan = scan.next(start < highest)
    while scan.live.size:
        scan, over = _step_up(rows, scan, tail, found)
        scan = scan.next(~over & (scan.here < highest[scan.live]))
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
    chosen = np.flatnonzero(~passed & _cuttable(between, scan.width))
    if chosen.size:
        rest = part.take(chosen)
        ranges, near = between.take(chosen), limit[chosen]
        points = cut(rest, ranges, most[chosen], limit=near)
        hit = first_over(rest, between.start[chosen], points, tail)
        passed[chosen], over[chosen[hit.owner]] = True, True
        end[chosen[hit.owner]] = hit.delta
    here = np.where(passed, end, scan.here)
    found[scan.live] = here
    stairs = np.where(passed[:, None], last, between.first)
    width = np.where(passed, _after(scan.width), _shorter(scan))
    retreat = scan.retreat * 2
    return _Scan(scan.live, here, stairs, width, retreat), over


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
