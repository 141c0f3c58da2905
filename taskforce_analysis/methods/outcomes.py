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
    seen = score_statistic(*rows, delta)
    return seen - TIE * np.maximum(1.0, np.abs(seen))


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
    i = np.arange(rows.n1.max() + 1)
    low = np.where(i <= rows.n1[:, None], 0.0, rows.n2[:, None] + 1)
    high = np.maximum(low, rows.n2[:, None] + 1 if known is None else known)
    shape, low, high = low.shape, low.ravel(), high.ravel()
    stride = np.inf if known is None else 1.0
    place = np.flatnonzero(low < high)
    while place.size:
        row, i = np.divmod(place, shape[1])
        probe = np.floor((low[place] + high[place]) / 2)
        probe = np.maximum(probe, high[place] - stride)
        seen = score_statistic(i, rows.n1[row], probe, rows.n2[row], delta[row])
        enough = seen >= least[row]
        high[place] = np.where(enough, probe, high[place])
        low[place] = np.where(enough, low[place], probe + 1)
        place, stride = place[low[place] < high[place]], stride * 2
    return high.reshape(shape).astype(int)
