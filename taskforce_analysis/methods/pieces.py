"""A short range of differences, cut where an outcome joins or leaves the staircase.

Between two cuts the staircase stays as it is, and its greatest chance can only grow
with the assumed difference: more outcomes lie on its side. So the chance over the whole
range is known from its values at the cuts, on either side of each, and at the end.
"""

from collections.abc import Callable
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.binomial import TINY
from taskforce_analysis.methods.crossings import (
    SAME,
    Range,
    changed,
    crossings,
    repeated,
    visitors_of,
)
from taskforce_analysis.methods.nuisance import climb, first_step, greatest_chance
from taskforce_analysis.methods.outcomes import Rows, least_score, staircase
from taskforce_analysis.methods.score import score_statistic

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
