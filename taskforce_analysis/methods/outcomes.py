"""One assumed difference: the outcomes at least as extreme, and their chance.

Against a difference that is assumed, the two rates are estimated together with that
difference between them (Miettinen and Nurminen 1985, Farrington and Manning 1990). The
observed difference less the assumed one, over the standard error at those rates, is
the score. It puts all outcomes (i of n1 before, j of n2 after) in order.

Those with at least the observed score form a staircase: for each i there is a least j,
because the score rises with j and falls with i. It is all that the exact method needs
to know, and it is found without listing the outcomes. One rate is then still free, the
nuisance rate; the p-value is the chance of the staircase where it is greatest.
"""

from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.counts import TINY, probabilities

# Relative: scores this near count as equal; the score itself is good to 1e-11.
TIE = 1e-9
TOGETHER = 8192  # steps of staircases sought together, so that they stay in the cache
FEW = 256  # scores that cost about as much as calling numpy for them
CELLS = 40_000  # of a table of probabilities that stays in the cache
FAR = 40.0  # a tail with so much information against it is under e^-40 (Chernoff 1952)
PROMISED = 0.95  # what the first grid promises is at least 0.968 of what there is


class Rows(NamedTuple):
    """Observed counts, one entry per comparison."""

    x1: np.ndarray
    n1: np.ndarray
    x2: np.ndarray
    n2: np.ndarray

    def take(self, chosen: np.ndarray | slice) -> "Rows":
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

    @property
    def mirrored(self) -> "Rows":
        """Yes and no exchanged: the difference has the other sign."""
        return Rows(self.n1 - self.x1, self.n1, self.n2 - self.x2, self.n2)


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
    return gap / np.sqrt(np.maximum(variance, TINY))


def stairs_at(rows: Rows, delta: np.ndarray) -> np.ndarray:
    """The staircase of the observed outcome at each row's own difference."""
    return staircase(rows, delta, least_score(rows, delta))


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
        part = rows.take(some)
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


def chance(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """The chance of the staircase at `places` (m,) or (rows, m) in [0, 1] of the range.

    Places are angles, equally dense where a rate near 0 or 1 changes fast; beyond
    either end they mirror the range. Some rows at a time, so that their tables stay in
    the cache.
    """
    shares = np.sin(places * (np.pi / 2)) ** 2
    shares = np.broadcast_to(shares, (rows.size, shares.shape[-1]))
    found = np.empty(shares.shape)
    most = (rows.n2.max(initial=0) + 1) * shares.shape[1]
    size = max(1, int(CELLS / most))
    for first in range(0, rows.size, size):
        some = slice(first, first + size)
        part = rows.take(some)
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


def upper_tails(cases: np.ndarray, rates: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The chance of at least `least`: (rows,), (rows, m), (rows, k) -> (k, rows, m).

    >>> upper_tails(np.array([2.0]), np.array([[0.5]]), np.array([[1]]))[0, 0].tolist()
    [0.75]
    """
    if cases.max() > 8 * least.shape[1]:
        return _beta_tails(cases, rates, least.T)
    table = probabilities(cases, rates)
    for count in range(len(table) - 1, 0, -1):
        table[count - 1] += table[count]
    tails = table[np.minimum(least.T, len(table) - 1), np.arange(cases.size)]
    tails[len(table) == least.T] = 0.0
    return tails


def _beta_tails(cases: np.ndarray, rates: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The same by the incomplete beta function, cheaper for few tails of many cases."""
    from scipy.special import betainc

    first = np.clip(least, 1, cases)[:, :, None]
    share, size = (first - 0.5) / cases[:, None], cases[:, None]
    far = size * (
        share * np.log(share / np.maximum(rates, TINY))
        + (1 - share) * np.log((1 - share) / np.maximum(1 - rates, TINY))
    )
    found = (rates > share).astype(float)
    near = np.nonzero(far < FAR)
    _, row, _ = near
    first = first[near[0], row, 0]
    found[near] = betainc(first, cases[row] - first + 1, rates[row, near[2]])
    found[least <= 0] = 1.0
    found[least > cases] = 0.0
    return found


class Peak(NamedTuple):
    """The greatest chance of each row, and where in the nuisance range it is."""

    chance: np.ndarray
    place: np.ndarray

    def or_higher(self, row: np.ndarray, other: "Peak") -> "Peak":
        """These, or the others where they are higher; of several the highest."""
        order = other.chance.argsort()
        order = order[other.chance[order] > self.chance[row[order]]]
        found = Peak(self.chance.copy(), self.place.copy())
        found.chance[row[order]] = other.chance[order]
        found.place[row[order]] = other.place[order]
        return found


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
    """The greatest chance of the staircase over the nuisance rate, to better than 1e-7.

    On a grid, then around the best hills of a finer one. Where it is clearly above or
    far below `limit`, or far below a `record` that only greater chances beat, the first
    grid's value will do.
    """
    step = first_step(rows)
    grid = np.arange(round(1 / step) + 1) * step
    values = chance(rows, stairs, delta, grid)
    column = values.argmax(axis=1)
    peak = Peak(values[np.arange(rows.size), column], grid[column])
    promise = _promise(values).max(axis=1)
    near = np.full(rows.size, fill_value=True)
    if limit is not None:
        near = (peak.chance <= limit) & (promise > PROMISED * limit)
    if record is not None:
        near = promise > PROMISED * record
    row = np.flatnonzero(near)
    if row.size:
        owner, tops = _hills(rows.take(row), stairs[row], delta[row], values[row])
        peak = peak.or_higher(row[owner], tops)
    return peak


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


def _hills(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, coarse: np.ndarray
) -> tuple[np.ndarray, Peak]:
    """The hills worth a look on a grid twice as fine: the row of each, and its top."""
    step = first_step(rows) / 2
    values = np.empty((rows.size, 2 * coarse.shape[1] - 1))
    values[:, ::2] = coarse
    values[:, 1::2] = chance(
        rows, stairs, delta, np.arange(1, values.shape[1], 2) * step
    )
    promise = _promise(values)
    worthy = (promise > 0) & (promise >= 0.99 * promise.max(axis=1, keepdims=True))
    owner, column = np.nonzero(worthy)
    there = rows.take(owner), stairs[owner], delta[owner]
    return owner, climb(*there, column * step, step)


def climb(
    rows: Rows, stairs: np.ndarray, delta: np.ndarray, centre: np.ndarray, step: float
) -> Peak:
    """The greatest chance within a step of `centre`, by two parabolas."""
    best = Peak(np.zeros(rows.size), centre)
    here = np.arange(rows.size)
    for reach, count in ((step, 9), (step / 8, 3), (0.0, 1)):
        places = centre[:, None] + np.linspace(-reach, reach, count)
        values = chance(rows, stairs, delta, places)
        column = values.argmax(axis=1)
        top = Peak(values[here, column], places[here, column])
        best = best.or_higher(here, top)
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
