"""Days for publication: never those of a single case, always of as many as it takes.

Durations are put together in the order of their days, so many at a time, under the
last day of each heap: by then all of them had ended. Days over the limit are told by
bands that double in length.
"""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.tables import Table

if TYPE_CHECKING:
    import pandas as pd

KEY = ["form", "group", "phase", "measure"]
BANDS = (1, 8, 15, 29, 57, 113, 225, 449)


def coarse_durations(frame: "pd.DataFrame", threshold: int) -> "pd.DataFrame":
    """The durations in heaps of at least the threshold, ended and open apart.

    A phase and measure with fewer ended or open cases than that is left out.
    """
    few = frame.groupby([*KEY, "open"])["count"].transform("sum") < threshold
    gone = set(frame.loc[few, KEY].itertuples(index=False, name=None))
    told = [key not in gone for key in frame[KEY].itertuples(index=False, name=None)]
    kept = frame[np.array(told, dtype=bool)].sort_values([*KEY, "open", "days"])
    heaps = kept.groupby([*KEY, "open"], sort=False)
    days = kept["days"].copy()
    for place in heaps.groups.values():
        own = kept.loc[place]
        days[place] = heaped(own["days"], own["count"], threshold)
    return _summed(kept.assign(days=days), tables.durations)


def heaped(days: "pd.Series", counts: "pd.Series", threshold: int) -> list[int]:
    """For each of the sorted days the last day of the heap that it belongs to.

    What is left at the end belongs to the heap before it.
    """
    ends: list[int] = []
    waiting = 0
    for place, count in enumerate(counts):
        waiting += count
        if waiting >= threshold:
            ends.append(place)
            waiting = 0
    ends = [*ends[:-1], len(days) - 1]
    last = np.searchsorted(ends, range(len(days)))
    return [int(days.iloc[ends[heap]]) for heap in last]


def banded_overdue(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The days over the limit, each told by the first day of its band."""
    edges = np.array(BANDS)
    over = frame["over"].to_numpy(dtype="int64")
    first = edges[np.maximum(np.searchsorted(edges, over, side="right") - 1, 0)]
    return _summed(frame.assign(over=first), tables.overdue)


def _summed(frame: "pd.DataFrame", table: Table) -> "pd.DataFrame":
    if not len(frame):
        return tables.check(frame, table)
    summed = frame.groupby(list(table.key), sort=False)["count"].sum().reset_index()
    return tables.check(summed, table)
