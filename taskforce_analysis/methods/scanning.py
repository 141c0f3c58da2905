"""The exact one-sided p-value and limit of a difference, by scanning and cutting.

The p-value against an assumed difference does not grow steadily with it (Röhmel 2005).
So "not improved" is judged by the greatest p-value over all differences up to 0, and a
limit is the outermost difference that is not rejected. Long ranges of differences are
passed over where no outcome of either end could bring the chance near the limit; short
ones are cut at every change, and then nothing between the cuts is left unknown.
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.crossings import Range
from taskforce_analysis.methods.nuisance import greatest_chance
from taskforce_analysis.methods.outcomes import Rows
from taskforce_analysis.methods.pieces import (
    cut,
    first_over,
    stairs_at,
    upper_bound,
)
from taskforce_analysis.methods.score import score_statistic

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
