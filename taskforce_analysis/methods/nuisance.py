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
