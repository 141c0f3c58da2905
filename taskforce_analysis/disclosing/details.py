"""The tables behind the rates: answers given, days, limits, parts by law.

They go with the rate that they belong to. Beyond that, those of a breakdown are shown
for all groups that add up to one whole or for none, phase by phase and measure by
measure, so that no group's can be worked out as what the others leave of the total.
Days are never those of a single case: durations are put together in the order of their
days, so many at a time, under the last day of each heap, by when all of them had ended.
Days over the limit are told by bands that double in length.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.disclosing.choosing import RATE, Rates
from taskforce_analysis.disclosing.exposing import is_small
from taskforce_analysis.tables import KEY, SCORES, Schema

if TYPE_CHECKING:
    import pandas as pd


Families = Mapping[str, str]
Wholes = set[tuple[str, str, str]]
OF_DAYS = ("cases", "open", "compliant", "applicable", "compliant_longer")
OF_DAYS += ("applicable_longer",)
BANDS = (1, 8, 15, 29, 57, 113, 225, 449)


def is_among(frame: "pd.DataFrame", rates: Iterable[tuple[str, ...]]) -> np.ndarray:
    """Per row whether its group, phase and measure is one of the rates."""
    known = set(rates)
    found = zip(*(frame[name] for name in RATE), strict=True)
    return np.array([rate in known for rate in found], dtype=bool)


def wholes_of(frame: "pd.DataFrame", families: Families, phase: str = "phase") -> list:
    """Per row the phase, the measure and the whole that its group is a part of."""
    names = [families.get(group, group) for group in frame["group"]]
    return list(zip(frame[phase], frame["measure"], names, strict=True))


def _told_by_all(
    frame: "pd.DataFrame", small: np.ndarray, families: Families
) -> "pd.DataFrame":
    """The frame without the wholes of which a part is small."""
    found = wholes_of(frame, families)
    gone = {whole for whole, is_in in zip(found, small, strict=True) if is_in}
    kept = np.array([whole not in gone for whole in found], dtype=bool)
    return frame[kept].reset_index(drop=True)


def without_small_counts(
    frame: "pd.DataFrame", rates: Rates, families: Families, *, threshold: int
) -> "pd.DataFrame":
    """A table of counts (answers, days over) without what is small."""
    small = is_small(frame["count"].to_numpy(), threshold)
    return _told_by_all(frame, is_among(frame, rates) | small, families)


def without_small_days(
    frame: "pd.DataFrame", rates: Rates, families: Families, *, threshold: int
) -> "pd.DataFrame":
    """The table of days without what is small; a difference goes with its phases."""
    counts = frame[list(OF_DAYS)].to_numpy()
    late = frame["applicable"] - frame["compliant"]
    later = frame["applicable_longer"] - frame["compliant_longer"]
    between = (frame["compliant_longer"] - frame["compliant"]).abs()
    derived = np.column_stack([late, later, between])
    small = is_small(np.hstack([counts, derived]), threshold).any(axis=1)
    crude = (frame["basis"] == "crude").to_numpy()
    gone = (small | is_among(frame, rates))[crude]
    kept = _told_by_all(frame[crude], gone, families)
    shown = set(kept[RATE].itertuples(index=False, name=None))
    return frame[_is_told(frame, shown)].reset_index(drop=True)


def _is_told(frame: "pd.DataFrame", shown: Rates) -> np.ndarray:
    earlier = frame["before"].where(frame["before"] != "", frame["phase"])
    return is_among(frame, shown) & is_among(frame.assign(phase=earlier), shown)


def small_laws(tally: "pd.DataFrame", families: Families, threshold: int) -> Wholes:
    """The wholes whose parts by law would tell of few cases.

    What the parts leave of all cases (no law known) counts as a part as well.
    """
    laws = tally[tally["basis"].str.startswith("law:")]
    if not len(laws):
        return set()
    crude = tally[tally["basis"] == "crude"].set_index(RATE)[list(SCORES)]
    parts = laws.set_index(RATE)[["cases", *SCORES]]
    summed = laws.groupby(RATE)[list(SCORES)].sum()
    left = (crude.reindex(summed.index) - summed).fillna(0)
    small = [
        one[is_small(one.to_numpy(), threshold).any(axis=1)].index
        for one in (parts, left)
    ]
    whole = laws.groupby(RATE).size().eq(1) & left.eq(0).all(axis=1)
    alone = set(whole.index[whole])  # the only law of all cases tells nothing more
    return {
        (phase, measure, families.get(group, group))
        for index in small
        for group, phase, measure in set(index) - alone
    }


def coarse_durations(
    frame: "pd.DataFrame", threshold: int, levels: Sequence[Mapping[str, str]] = ()
) -> "pd.DataFrame":
    """The durations in heaps of at least the threshold, ended and open apart.

    `levels` name what each group is a part of, coarsest first: the groups of one whole
    share their heaps, each made of the coarser ones, so that no difference between two
    tables is a smaller heap. Where one has too few ended or open cases none is told.
    """
    wholes = levels[0] if levels else {name: name for name in frame["group"]}
    named = frame.assign(whole=frame["group"].map(wholes))
    own = [name for name in KEY if name != "group"]
    few = named.groupby([*KEY, "open"])["count"].transform("sum") < threshold
    lost = few.groupby([named[name] for name in [*own, "whole"]]).transform("any")
    kept = named[~lost.astype(bool)].sort_values([*KEY, "open", "days"])
    days = kept["days"].copy()
    for rows in kept.groupby([*own, "whole", "open"], sort=False).groups.values():
        days[rows] = _shared(kept.loc[rows], threshold, levels)
    return _summed(kept.drop(columns="whole").assign(days=days), tables.durations)


def _shared(
    rows: "pd.DataFrame", threshold: int, levels: Sequence[Mapping[str, str]]
) -> "pd.Series":
    """The last day of each row's heap, level by level."""
    for names in (*levels, {name: name for name in rows["group"]}):
        told = rows.assign(group=rows["group"].map(names))
        counts = told.pivot_table("count", "days", "group", "sum", fill_value=0)
        ends = heaped(list(counts.index), counts.to_numpy(dtype=int), threshold)
        last = dict(zip(counts.index, ends, strict=True))
        rows = rows.assign(days=rows["days"].map(last))
    return rows["days"]


def heaped(days: Sequence[int], counts: np.ndarray, threshold: int) -> list[int]:
    """For each of the sorted days the last day of the heap that it belongs to.

    `counts` has a row per day and a column per group. A heap holds none or enough of
    every group; what is left at the end belongs to the heap before it.
    """
    ends: list[int] = []
    waiting = np.zeros(counts.shape[1], dtype=int)
    for day, count in enumerate(counts):
        waiting = waiting + count
        if waiting.any() and not is_small(waiting, threshold).any():
            ends.append(day)
            waiting = np.zeros_like(waiting)
    ends = [*ends[:-1], len(days) - 1]
    last = np.searchsorted(ends, range(len(days)))
    return [int(days[ends[heap]]) for heap in last]


def banded_overdue(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The days over the limit, each told by the first day of its band."""
    edges = np.array(BANDS)
    over = frame["over"].to_numpy(dtype="int64")
    first = edges[np.maximum(np.searchsorted(edges, over, side="right") - 1, 0)]
    return _summed(frame.assign(over=first), tables.overdue)


def _summed(frame: "pd.DataFrame", table: Schema) -> "pd.DataFrame":
    if not len(frame):
        return tables.check(frame, table)
    summed = frame.groupby(list(table.key), sort=False)["count"].sum().reset_index()
    return tables.check(summed, table)
