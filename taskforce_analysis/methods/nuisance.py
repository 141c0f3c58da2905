"""The chance of a staircase of outcomes, at its greatest over the unknown rate.

Against an assumed difference one rate is still free: the nuisance rate. The exact
method takes the greatest chance over its whole range. It is looked for on a grid of
angles, equally dense where a rate near 0 or 1 changes fast, and then around the best
two places on finer grids, to better than 1e-7.
"""

from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.binomial import TINY, probabilities, upper_tails
from taskforce_analysis.methods.outcomes import Rows

FINER = 2  # times as fine is the second grid
CELLS = 40_000  # of a table of probabilities that stays in the cache


class Peak(NamedTuple):
    """The greatest chance of each row, and where in the nuisance range it is."""

    chance: np.ndarray
    place: np.ndarray


def chance(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """The chance of the staircase at `places` (rows, m) in [0, 1] of the range.

    Worked out for some rows at a time, so that their tables stay in the cache.
    """
    found = np.empty(places.shape)
    most = max(float(rows.n2.max()) + 1, 1.0) * places.shape[1]
    size = max(1, int(CELLS / most))
    for first in range(0, rows.size, size):
        some = slice(first, first + size)
        found[some] = _chance(
            Rows(*(part[some] for part in rows)),
            stairs[some],
            delta[some],
            places[some],
        )
    return found


def _chance(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """The chance of the staircases of a few rows."""
    low = np.maximum(0, delta)[:, None]
    span = np.minimum(1, 1 + delta)[:, None] - low
    second = low + span * np.sin(places * (np.pi / 2)) ** 2
    first = np.clip(second - delta[:, None], 0, 1)
    weights = probabilities(rows.n1, first)
    weights *= upper_tails(rows.n2, second, stairs[:, : len(weights)])
    return weights.sum(axis=0)


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
    values = _on_grid(rows, stairs, delta, first_step(rows))
    column = values.argmax(axis=1)
    peak = Peak(values[np.arange(rows.size), column], column * first_step(rows))
    near = np.full(rows.size, fill_value=True)
    if limit is not None:
        near = (peak.chance <= limit) & (peak.chance > 0.96 * limit)
    if record is not None:
        near = peak.chance > 0.96 * record
    _refine(peak, rows, stairs, delta, np.flatnonzero(near))
    return peak


def _on_grid(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, step: float
) -> np.ndarray:
    """The chances of the staircases on a grid over the whole range."""
    places = np.arange(0, 1 + step / 2, step)
    grid = np.broadcast_to(places, (rows.size, places.size))
    return chance(rows, stairs, delta, grid)


def _refine(
    peak: Peak, rows: Rows, stairs: np.ndarray, delta: np.ndarray, near: np.ndarray
) -> None:
    """Take in what a finer grid, and every hill on it, adds to some rows' peaks."""
    if not near.size:
        return
    step = first_step(rows) / FINER
    promise = _promise(_on_grid(rows.take(near), stairs[near], delta[near], step))
    worthy = (promise > 0) & (promise >= 0.99 * promise.max(axis=1, keepdims=True))
    rank = np.cumsum(worthy, axis=1) * worthy
    for which in range(1, rank.max() + 1):
        own, column = np.nonzero(rank == which)
        row = near[own]
        found = climb(rows.take(row), stairs[row], delta[row], column * step, step)
        _take_in(peak, row, found)


def _take_in(peak: Peak, row: np.ndarray, found: Peak) -> None:
    """Keep what was found where it is higher."""
    better = found.chance > peak.chance[row]
    peak.chance[row[better]] = found.chance[better]
    peak.place[row[better]] = found.place[better]


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
    """The greatest chance within a step of `centre`: a finer grid and a parabola."""
    here = np.arange(rows.size)
    places = np.clip(centre[:, None] + np.linspace(-step, step, 17), 0, 1)
    values = chance(rows, stairs, delta, places)
    column = values.argmax(axis=1)
    best, centre = values[here, column], places[here, column]
    column = np.clip(column, 1, 15)
    before, at, after = (values[here, column + shift] for shift in (-1, 0, 1))
    bend = np.maximum(2 * at - before - after, TINY)
    shift = step / 8 * np.clip((after - before) / (2 * bend), -1, 1)
    top = np.clip(places[here, column] + shift, 0, 1)
    crest = chance(rows, stairs, delta, top[:, None])[:, 0]
    return Peak(np.maximum(best, crest), np.where(crest > best, top, centre))
