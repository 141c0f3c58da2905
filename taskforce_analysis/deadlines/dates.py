"""The dates of cases as arrays, and the days between them.

An impossible order, a date outside 1900 to 2100 and a blank start give no days. An
open case counts to the date of measurement and is censored there; an end after that
date had not come by then.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.calendar import (
    as_days,
    as_moments,
    has_time,
    outside_known,
    within_known,
)
from taskforce_analysis.errors import wrong_use

BLANK = np.datetime64("NaT", "D")


def days_taken(start: Any, end: Any, *, measured: Any = None) -> pd.DataFrame:
    """Days from start to end per case: `days`, and `open` where the end has not come.

    An open case counts to the date of measurement (censored there); an end after that
    date had not come by then. Impossible orders and blank starts have no days.

    >>> days_taken(["2024-02-28", "2024-02-28"], ["2024-03-01", None],
    ...     measured="2024-03-09").to_dict("list")
    {'days': [2, 10], 'open': [False, True]}
    """
    dates = Dates.read(start, end, measured)
    index = start.index if isinstance(start, pd.Series) else None
    return pd.DataFrame({"days": dates.days, "open": dates.open}, index=index)


@dataclass(frozen=True)
class Dates:
    """The dates of all cases as arrays; exists to name what follows from them."""

    starts: np.ndarray
    ends: np.ndarray
    measured: np.ndarray

    @classmethod
    def read(cls, start: Any, end: Any, measured: Any) -> "Dates":
        """The dates as arrays of one length; UsageError when they do not fit."""
        starts, ends = as_moments(start), as_moments(end)
        if len(starts) != len(ends):
            raise wrong_use("start and end dates are not equally many", "One per case")
        day = as_days(measured)
        if len(day) not in (1, len(starts)):
            raise wrong_use("the dates of measurement do not fit", "Give one date")
        return cls(starts, ends, np.broadcast_to(day, starts.shape))

    @cached_property
    def _written(self) -> list[np.ndarray]:
        return [each.astype("datetime64[D]") for each in (self.starts, self.ends)]

    @cached_property
    def invalid(self) -> np.ndarray:
        """Whether a date lies outside 1900 to 2100."""
        start, end = self._written
        return outside_known(start) | outside_known(end)

    @cached_property
    def start(self) -> np.ndarray:
        """The start days."""
        start = self._written[0]
        return within_known(start) if self.invalid.any() else start

    @cached_property
    def end(self) -> np.ndarray:
        """The end days; blank where there is none."""
        end = self._written[1]
        return within_known(end) if self.invalid.any() else end

    @cached_property
    def order(self) -> np.ndarray:
        """Whether the end lies before the start."""
        before = self.ends < self.starts
        if before.any():  # on one day only a time of day can tell
            before &= (self.end != self.start) | has_time(self.ends)
        return before

    @cached_property
    def future(self) -> np.ndarray:
        """Whether a date lies after the date of measurement."""
        return (self.start > self.measured) | (self.end > self.measured)

    @cached_property
    def usable(self) -> np.ndarray:
        """Whether days can be counted at all."""
        return ~(np.isnat(self.start) | self.invalid | self.order)

    @cached_property
    def open(self) -> np.ndarray:
        """Whether the end had not come on the date of measurement."""
        return self.usable & (np.isnat(self.end) | (self.end > self.measured))

    @cached_property
    def until(self) -> np.ndarray:
        """The last day that is counted: the end, or the date of measurement."""
        return np.where(self.open, self.measured, self.end)

    @cached_property
    def days(self) -> pd.arrays.IntegerArray:
        """Days from start to end, or to the date of measurement; blank where none."""
        span = np.where(self.usable & (self.until >= self.start), self.until, BLANK)
        return whole_days(span - self.start)


def whole_days(spans: np.ndarray) -> pd.arrays.IntegerArray:
    """Spans of time as whole days; blank where there is no span."""
    blank = np.isnat(spans)
    counted = spans.astype("timedelta64[D]").view("int64")
    counted[blank] = 0
    return pd.arrays.IntegerArray(counted, blank)
