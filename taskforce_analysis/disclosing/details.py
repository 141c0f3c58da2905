"""The tables behind the rates: answers given, days, limits, parts by law.

They go with the rate that they belong to. Beyond that, those of a breakdown are shown
for all groups that add up to one whole or for none, phase by phase and measure by
measure, so that no group's can be worked out as what the others leave of the total.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.disclosing.choosing import PLACE, Places
from taskforce_analysis.disclosing.exposing import is_small
from taskforce_analysis.tables import SCORES

if TYPE_CHECKING:
    import pandas as pd

Families = Mapping[str, str]
Wholes = set[tuple[str, str, str]]
OF_DAYS = ("cases", "open", "compliant", "applicable", "compliant_longer")
OF_DAYS += ("applicable_longer",)


def without(frame: "pd.DataFrame", places: Places) -> "pd.DataFrame":
    """The frame's rows that belong to none of the places."""
    return frame[~is_among(frame, places)].reset_index(drop=True)


def is_among(frame: "pd.DataFrame", places: Iterable[tuple[str, ...]]) -> np.ndarray:
    """Per row whether its group, phase and measure is one of the places."""
    known = set(places)
    found = zip(*(frame[name] for name in PLACE), strict=True)
    return np.array([place in known for place in found], dtype=bool)


def wholes(frame: "pd.DataFrame", families: Families, phase: str = "phase") -> list:
    """Per row the phase, the measure and the whole that its group is a part of."""
    names = [families.get(group, group) for group in frame["group"]]
    return list(zip(frame[phase], frame["measure"], names, strict=True))


def told_by_all(
    frame: "pd.DataFrame", small: np.ndarray, families: Families
) -> "pd.DataFrame":
    """The frame without the wholes of which a part is small."""
    found = wholes(frame, families)
    gone = {whole for whole, is_in in zip(found, small, strict=True) if is_in}
    kept = np.array([whole not in gone for whole in found], dtype=bool)
    return frame[kept].reset_index(drop=True)


def counted(
    frame: "pd.DataFrame", places: Places, families: Families, *, threshold: int
) -> "pd.DataFrame":
    """A table of counts (answers, days over) without what is small."""
    small = is_small(frame["count"].to_numpy(), threshold)
    return told_by_all(frame, is_among(frame, places) | small, families)


def days(
    frame: "pd.DataFrame", places: Places, families: Families, *, threshold: int
) -> "pd.DataFrame":
    """The table of days without what is small; a difference goes with its phases."""
    counts = frame[list(OF_DAYS)].to_numpy()
    late = frame["applicable"] - frame["compliant"]
    later = frame["applicable_longer"] - frame["compliant_longer"]
    between = (frame["compliant_longer"] - frame["compliant"]).abs()
    derived = np.column_stack([late, later, between])
    small = is_small(np.hstack([counts, derived]), threshold).any(axis=1)
    crude = (frame["basis"] == "crude").to_numpy()
    gone = (small | is_among(frame, places))[crude]
    kept = told_by_all(frame[crude], gone, families)
    shown = set(kept[PLACE].itertuples(index=False, name=None))
    return frame[_is_told(frame, shown)].reset_index(drop=True)


def _is_told(frame: "pd.DataFrame", shown: Places) -> np.ndarray:
    earlier = frame["before"].where(frame["before"] != "", frame["phase"])
    return is_among(frame, shown) & is_among(frame.assign(phase=earlier), shown)


def small_laws(tally: "pd.DataFrame", families: Families, threshold: int) -> Wholes:
    """The wholes whose parts by law would tell of few cases.

    What the parts leave of all cases (no law known) counts as a part as well.
    """
    laws = tally[tally["basis"].str.startswith("law:")]
    if not len(laws):
        return set()
    crude = tally[tally["basis"] == "crude"].set_index(PLACE)[list(SCORES)]
    parts = laws.set_index(PLACE)[["cases", *SCORES]]
    summed = laws.groupby(PLACE)[list(SCORES)].sum()
    left = (crude.reindex(summed.index) - summed).fillna(0)
    small = [
        one[is_small(one.to_numpy(), threshold).any(axis=1)].index
        for one in (parts, left)
    ]
    whole = laws.groupby(PLACE).size().eq(1) & left.eq(0).all(axis=1)
    alone = set(whole.index[whole])  # the only law of all cases tells nothing more
    return {
        (phase, measure, families.get(group, group))
        for index in small
        for group, phase, measure in set(index) - alone
    }
