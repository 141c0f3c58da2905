"""Columns of cells as columns of texts, each distinct cell looked at once.

A cell is a pair of text and kind, as a number. Twenty thousand rows hold a handful of
distinct cells: these are read, and each row says by a number which of them it has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.cases import CaseRows
from taskforce_analysis.locating.grid import BROKEN_CELLS, kind_of
from taskforce_analysis.privacy import redact
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import visible


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of texts as numbers into its distinct values; -1 is nothing."""

    values: tuple[str, ...]
    codes: np.ndarray

    def at(self, row: int) -> str | None:
        """The text of a row; None for nothing."""
        code = self.codes[row]
        return self.values[code] if code >= 0 else None


def distinct(pairs: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The distinct pairs in the order in which they come, and for each cell which.

    Cells without anything have the number -1.
    """
    # A look-up by pair, its last place for nothing, spares the sorting of all cells.
    places = np.full(int(pairs.max(initial=-1)) + 2, -1, dtype=np.int32)
    backwards = pairs.ravel()[::-1]
    places[backwards] = np.arange(backwards.size - 1, -1, -1, dtype=np.int32)
    found = np.flatnonzero(places[:-1] >= 0)
    ordered = found[np.argsort(places[found])]
    places[ordered] = np.arange(len(ordered))
    places[-1] = -1
    return ordered.tolist(), places[pairs]


def rows_with(codes: np.ndarray, wanted: int) -> Iterator[int]:
    """The rows that have the distinct cell of this number."""
    yield from np.flatnonzero(codes == wanted).tolist()


def coded(values: Sequence[str | None], codes: np.ndarray) -> TextColumn:
    """The column whose distinct cells have these values; equal values are one."""
    known: dict[str, int] = {}
    numbers = [
        -1 if value is None else known.setdefault(value, len(known)) for value in values
    ]
    return TextColumn(tuple(known), np.array([*numbers, -1], dtype=np.int64)[codes])


def plain_text(part: CaseRows, pair: int) -> str | None:
    """The text of a cell that describes a case, covered where it holds a CPR number."""
    kind = kind_of(pair)
    if kind in BROKEN_CELLS:
        return None
    text = visible(part.text(pair))
    return redact(text.removesuffix(".0") if kind is Kind.NUMBER else text)


def note_broken(part: CaseRows, heading: int, notes: Notes) -> None:
    """Note the error cells and uncalculated formulas in a column that is read."""
    if not part.has_broken:
        return
    pairs = part.cells[:, heading]
    for kind, code in BROKEN_CELLS.items():
        for unit in np.flatnonzero((pairs >= 0) & ((pairs & 7) == kind)).tolist():
            notes.add(code, part.cell(unit, heading))
