"""The tables behind the rates: days and parts by law.

They go with the rate that they belong to. Parts by law are shown of every group, phase
by phase, or of none: who knew which law's cases a group has could take them apart.
Days are never those of a single case: durations are put together in the order of their
days, so many at a time, under the last day of each heap, by when all of them had ended,
and told for all groups that add up to one whole or for none. Days over the limit are
told by bands that double in length, and of no group.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.disclosing.blocks import RATE, is_small
from taskforce_analysis.tables import KEY, SCORES, Schema

if TYPE_CHECKING:
    import pandas as pd


BANDS = (1, 8, 15, 29, 57, 113, 225, 449)


def is_among(frame: "pd.DataFrame", rates: Iterable[tuple[str, ...]]) -> np.ndarray:
    """Per row whether its group, phase and measure is one of the rates."""
    known = set(rates)
    found = zip(*(frame[name] for name in RATE), strict=True)
    return np.array([rate in known for rate in found], dtype=bool)


def compared_among(
    frame: "pd.DataFrame", rates: Iterable[tuple[str, ...]]
) -> np.ndarray:
    """Per row of two phases whether the rate of either is one of these."""
    known = set(rates)
    sides = [frame.assign(phase=frame[side]) for side in ("before", "after")]
    return is_among(sides[0], known) | is_among(sides[1], known)


def is_beside_few(
    rows: "pd.DataFrame", tally: "pd.DataFrame", threshold: int
) -> np.ndarray:
    """Per row of pairs whether all cases have a small count more than the pairs.

    The tally is of all cases. Less the pairs' it is of those that are no pair, or that
    are not known in both phases.
    """
    place = ["group", "measure", "basis"]
    found = np.zeros(len(rows), dtype=bool)
    for side in ("before", "after"):
        own = rows[place].assign(phase=rows[side])
        whole = own.merge(tally, on=[*place, "phase"], how="left")
        yes = rows[f"compliant_{side}"].to_numpy()
        no = rows[f"applicable_{side}"].to_numpy() - yes
        for part, counted in ((yes, "compliant"), (no, "noncompliant")):
            left = whole[counted].to_numpy(dtype=float, na_value=0) - part
            found |= is_small(left, threshold)
    return found


def small_laws(tally: "pd.DataFrame", threshold: int) -> set[tuple[str, str, str]]:
    """The rates whose parts by law would tell of few cases.

    What the parts leave of all cases (no law known) counts as a part as well. The only
    law of all cases tells nothing more than these.
    """
    laws = tally[tally["basis"].str.startswith("law:")]
    crude = tally[tally["basis"] == "crude"].set_index(RATE)[list(SCORES)]
    parts = laws.set_index(RATE)[["cases", *SCORES]]
    summed = laws.groupby(RATE)[list(SCORES)].sum()
    left = (crude.reindex(summed.index) - summed).fillna(0)
    small = [
        one[is_small(one.to_numpy(), threshold).any(axis=1)].index
        for one in (parts, left)
    ]
    whole = laws.groupby(RATE).size().eq(1) & left.eq(0).all(axis=1)
    return {*small[0], *small[1]} - {*whole.index[whole]}


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
