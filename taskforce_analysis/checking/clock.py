"""What judging a deadline needs from a check: the dates and limits of each unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis.checking.matrix import unit_dates
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.checking.records import Frame
from taskforce_analysis.checking.units import Taken, Units
from taskforce_analysis.forms import Measure

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Clock:
    """The units whose deadlines are judged, and what is needed for it."""

    taken: Sequence[Taken]
    units: Units
    frame: Frame
    notes: Notes

    def dates(self, role: str, name: str) -> np.ndarray:
        """The dates of a role per unit."""
        columns = [
            one.days.of(one.part.place(role, name), len(one.part)) for one in self.taken
        ]
        return unit_dates(columns, self.units, len(self.units.first))

    @cached_property
    def measured(self) -> np.ndarray:
        """The date of measurement per unit; NaT where it was not stated."""
        dates: dict[str, date | None] = dict(self.frame.measured)
        days = [dates.get(phase) for phase in self.units.phase]
        return np.array(days, dtype="datetime64[D]")

    def elapsed(self, measure: Measure) -> "pd.Series":
        """Days per unit from the start to the date of measurement, where both are."""
        import pandas as pd

        start = self.dates("start", measure.id).astype("datetime64[D]")
        days = pd.Series((self.measured - start) / np.timedelta64(1, "D"))
        return days.where(days >= 0).astype("Int64")

    def has(self, measure: Measure) -> np.ndarray:
        """Which units lie in a table that has the measure's date columns."""
        whole = np.zeros(len(self.units.first), dtype=bool)
        for one, of in zip(self.taken, self.units.of, strict=True):
            if has_dates(one, measure):
                whole[of[of >= 0]] = True
        return whole


def has_dates(one: Taken, measure: Measure) -> bool:
    """Whether a table has both columns of a deadline measure."""
    roles = {place.role for place in one.part.places if is_of(place.id, measure)}
    return {"start", "end"} <= roles


def is_of(name: str, measure: Measure) -> bool:
    """Whether a role in the vocabulary belongs to a measure (or one of its dates)."""
    return name.partition("#")[0] == measure.id


def limit_of(measure: Measure) -> Any:
    """The limit of a measure, or the one or more rule sets that it is looked up in."""
    from taskforce_analysis.deadlines import load_deadlines, parse_limit

    assert measure.limit is not None
    if measure.limit.text:
        return parse_limit(measure.limit.text)
    found = tuple(load_deadlines(name) for name in measure.limit.sources)
    return found[0] if len(found) == 1 else found
