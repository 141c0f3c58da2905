"""A sheet seen as rows and columns, either way round.

Blank texts count as nothing. Rows and columns keep the sheet's numbers, from 1. A
turned grid has the sheet's columns as its rows, and still says by which address a cell
is found on the sheet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from taskforce_analysis.reading.cells import TEXT, Area, Kind, Sheet, address
from taskforce_analysis.spelling import visible

NOTHING = -1
_KINDS = tuple(Kind)
# Cells that say nothing, and what is told about them.
BROKEN_CELLS = {
    Kind.ERROR: "CELL_ERROR",
    Kind.UNCALCULATED: "FORMULA_NOT_CALCULATED",
}


class CellText(NamedTuple):
    """What a cell says: its kind and its stored text."""

    kind: Kind
    text: str


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of a sheet that hold something, sorted by row and column.

    `row`, `column`: int32, the grid's. `pair`: int32, 8 times the place of the text in
    `texts` plus the kind, so that equal pairs are equal cells.
    """

    sheet: Sheet
    row: np.ndarray
    column: np.ndarray
    pair: np.ndarray
    turned: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The distinct stored texts of the sheet."""
        return self.sheet.texts

    @cached_property
    def rows(self) -> np.ndarray:
        """The rows that hold something, in order."""
        return self.row[self._first_of_row]

    @cached_property
    def _first_of_row(self) -> np.ndarray:
        if not len(self.row):
            return np.zeros(0, dtype=bool)
        return np.concatenate(([True], self.row[1:] != self.row[:-1]))

    @property
    def position(self) -> np.ndarray:
        """For each cell the place of its row among `rows`."""
        return np.cumsum(self._first_of_row, dtype=np.int32) - np.int32(1)

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas as rows and columns of the grid."""
        if not self.turned:
            return self.sheet.merged
        return tuple(Area(m.left, m.top, m.right, m.bottom) for m in self.sheet.merged)

    def address(self, row: int, column: int) -> str:
        """The address on the sheet of the cell in this row and column of the grid."""
        return address(column, row) if self.turned else address(row, column)

    def span(self, area: Area) -> str:
        """The range on the sheet of an area of the grid; one cell has one address."""
        first = self.address(area.top, area.left)
        last = self.address(area.bottom, area.right)
        return first if first == last else f"{first}:{last}"

    def turn(self) -> "Grid":
        """The same cells with rows and columns exchanged."""
        order = np.lexsort((self.row, self.column))
        return Grid(
            self.sheet,
            self.column[order],
            self.row[order],
            self.pair[order],
            turned=not self.turned,
        )

    def matrix(self, columns: Sequence[int]) -> np.ndarray:
        """The pairs of these columns, one line per row of `rows`; NOTHING where none.

        Shape (rows, columns), int32.
        """
        found = np.full((len(self.rows), len(columns)), NOTHING, dtype=np.int32)
        if not len(self.row):
            return found
        wanted = np.full(int(self.column.max()) + 1, NOTHING, dtype=np.int32)
        numbers = np.array(columns, dtype=np.int64)
        known = np.flatnonzero(numbers < len(wanted))
        wanted[numbers[known]] = known
        place = wanted[self.column]
        there = place >= 0
        found[self.position[there], place[there]] = self.pair[there]
        return found

    def line(self, row: int) -> "Line":
        """The cells of one row: their columns and pairs."""
        first, last = np.searchsorted(self.row, [row, row + 1])
        return Line(self.column[first:last], self.pair[first:last])

    def pair_at(self, row: int, column: int) -> int:
        """The pair of a cell; NOTHING where there is none."""
        line = self.line(row)
        held = np.flatnonzero(line.column == column)
        return int(line.pair[held[0]]) if len(held) else NOTHING

    def text(self, pair: int) -> str:
        """The stored text of a pair; empty for NOTHING."""
        return "" if pair < 0 else self.sheet.texts[pair >> 3]

    def text_at(self, row: int, column: int) -> str:
        """The stored text of a cell; empty where there is none."""
        return self.text(self.pair_at(row, column))

    def cell_texts(self, pairs: Iterable[int]) -> list[CellText]:
        """What these pairs of cells that hold something say."""
        texts = self.sheet.texts
        return [CellText(_KINDS[(pair & 7) - 1], texts[pair >> 3]) for pair in pairs]


@dataclass(frozen=True, eq=False)
class Line:
    """One row's cells; exists so that two arrays that belong together stay so."""

    column: np.ndarray
    pair: np.ndarray


def kind_of(pair: int) -> Kind:
    """The kind in a pair.

    >>> kind_of(8 * 5 + Kind.DATE).name
    'DATE'
    """
    return _KINDS[(pair & 7) - 1]


def grid_of(sheet: Sheet) -> Grid:
    """The sheet's grid, without cells that hold only blanks."""
    blank = [
        place
        for place, text in enumerate(sheet.texts)
        if not text.strip() or (not text.isascii() and not visible(text))
    ]
    pair = sheet.value * 8 + sheet.kind
    if not blank:
        return Grid(sheet, sheet.row, sheet.column, pair)
    empty = np.isin(sheet.value, blank) & (sheet.kind == TEXT)
    kept = ~empty
    return Grid(sheet, sheet.row[kept], sheet.column[kept], pair[kept])
