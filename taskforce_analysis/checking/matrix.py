"""All answers of a run as one table of numbers: a row per unit, a column per measure.

Beside each answer stands where it came from. What a unit was not asked is ABSENT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from taskforce_analysis.checking.units import Taken, Units
from taskforce_analysis.locating.records import Coded, Frame

ABSENT = -1


@dataclass(frozen=True, eq=False)
class Matrix:
    """Answers by unit and measure, numbered as in `Frame.answers`, and their places.

    All arrays have the shape (units, measures): `origin` is the number of the part,
    `row` and `column` are the sheet's.
    """

    answers: np.ndarray
    origin: np.ndarray
    row: np.ndarray
    column: np.ndarray

    def copy(self) -> "Matrix":
        """The same matrix in arrays of its own."""
        return Matrix(
            self.answers.copy(), self.origin.copy(), self.row.copy(), self.column.copy()
        )


def matrix_of(taken: Sequence[Taken], units: Units, frame: Frame) -> Matrix:
    """The answers of all parts in one matrix; a unit's first row wins."""
    shape = len(units.first), len(frame.measure_ids)
    found = Matrix(
        np.full(shape, ABSENT, dtype=np.int16),
        np.full(shape, ABSENT, dtype=np.int32),
        np.zeros(shape, dtype=np.int32),
        np.zeros(shape, dtype=np.int32),
    )
    place = {measure: number for number, measure in enumerate(frame.measure_ids)}
    for number in reversed(range(len(taken))):
        one = taken[number]
        rows = np.flatnonzero(units.of[number] >= 0)[::-1]
        columns = np.array([place[name] for name in one.part.measures], dtype=np.int64)
        at = np.ix_(units.of[number][rows], columns)
        found.answers[at] = one.answers[rows]
        found.origin[at] = number
        _fill_places(found, one, rows, at=at)
    return found


def _fill_places(found: Matrix, one: Taken, rows: np.ndarray, *, at: Any) -> None:
    part = one.part
    row = np.broadcast_to(part.asked_rows, part.asked.shape)[rows]
    column = np.broadcast_to(part.asked_columns, part.asked.shape)[rows]
    if part.table.grid.turned:
        row, column = column, row
    found.row[at] = row
    found.column[at] = column


def unit_column(columns: Sequence[Coded | None], units: Units, count: int) -> Coded:
    """A column per row of each part as one per unit; the first that says wins."""
    values: dict[str, int] = {}
    found = np.full(count, -1, dtype=np.int64)
    for column, of in zip(reversed(columns), reversed(units.of), strict=True):
        if column is None:
            continue
        numbers = [values.setdefault(value, len(values)) for value in column.values]
        codes = np.array([*numbers, -1], dtype=np.int64)[column.codes]
        kept = np.flatnonzero((of >= 0) & (codes >= 0))[::-1]
        found[of[kept]] = codes[kept]
    return Coded(tuple(values), found)


def unit_dates(dates: Sequence[np.ndarray], units: Units, count: int) -> np.ndarray:
    """Dates per row of each part as one date per unit; the first that is there wins."""
    found = np.full(count, np.datetime64("NaT", "s"))
    for column, of in zip(reversed(dates), reversed(units.of), strict=True):
        kept = np.flatnonzero((of >= 0) & ~np.isnat(column))[::-1]
        found[of[kept]] = column[kept]
    return found
