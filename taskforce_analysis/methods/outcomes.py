"""The outcomes that speak at least as strongly as what was seen.

Against an assumed difference every outcome (i of n1 before, j of n2 after) has a score.
Those with at least the observed score form a staircase: for each i there is a least j,
because the score rises with j and falls with i. The staircase is all that the exact
method needs to know of an outcome table, and it is found without listing the table.
"""

from typing import NamedTuple

import numpy as np

from taskforce_analysis.methods.score import score_statistic

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
