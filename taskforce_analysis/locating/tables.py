"""A table found on a sheet: its headings, where its rows lie, what stands above it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from taskforce_analysis.locating.grid import Grid
from taskforce_analysis.locating.vocabulary import Match


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: where it stands, its text, what it means.

    `row` is the last header row, and `text` empty, where a column has none. `theme` is
    what stands above it; `needs_theme` says that the text alone does not decide.
    """

    column: int
    row: int
    text: str
    match: Match | None = None
    theme: str = ""
    needs_theme: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """A table on a grid: header rows `top` to `bottom`, rows down to `last`.

    `repeats` says that the sheet already had this header; `apart` that a blank row
    stands between. `titles` are the texts above it.
    """

    grid: Grid
    layout: str
    top: int
    bottom: int
    last: int
    headings: tuple[Heading, ...]
    titles: tuple[str, ...] = ()
    repeats: bool = False
    apart: bool = False

    @cached_property
    def columns(self) -> list[int]:
        """The columns of the headings, in order."""
        return [heading.column for heading in self.headings]

    @cached_property
    def rows(self) -> np.ndarray:
        """The rows below the header that hold something, by number."""
        rows = self.grid.rows
        first, last = np.searchsorted(rows, [self.bottom + 1, self.last + 1])
        return rows[first:last]

    @cached_property
    def cells(self) -> np.ndarray:
        """The pairs below the header, shape (rows, headings); -1 where nothing is."""
        first, last = np.searchsorted(self.grid.rows, [self.bottom + 1, self.last + 1])
        return self.grid.matrix(self.columns)[first:last]

    def holding(self, role: str) -> Iterator[int]:
        """The places of the headings that have this role."""
        for place, heading in enumerate(self.headings):
            if heading.match and heading.match.has(role):
                yield place

    def place(self, row: int, heading: int) -> str:
        """The address of the cell in a row under a heading."""
        return self.grid.place(int(row), self.headings[heading].column)

    @property
    def first_cell(self) -> str:
        """The address of the header's first cell."""
        named = [one for one in self.headings if one.text] or self.headings
        return self.grid.place(named[0].row, named[0].column)
