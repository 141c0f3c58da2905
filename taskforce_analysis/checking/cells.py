"""Columns of pairs as columns of texts, each distinct cell looked at once."""

from collections.abc import Callable, Iterator

import numpy as np

from taskforce_analysis.locating.columns import BROKEN_CELLS
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.records import Coded, Part
from taskforce_analysis.privacy import redact
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import visible


def distinct(pairs: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The distinct pairs in the order in which they come, and for each cell which.

    Cells without anything have the number -1.
    """
    # A look-up by pair, its last place for nothing, spares the sorting of all cells.
    places = np.full(int(pairs.max(initial=-1)) + 2, -1, dtype=np.int64)
    backwards = pairs.ravel()[::-1]
    places[backwards] = np.arange(backwards.size - 1, -1, -1)
    found = np.flatnonzero(places[:-1] >= 0)
    ordered = found[np.argsort(places[found])]
    places[ordered] = np.arange(len(ordered))
    places[-1] = -1
    return ordered.tolist(), places[pairs]


def merged(pairs: np.ndarray, value_of: Callable[[int], str | None]) -> Coded:
    """The column of the values of pairs; equal values are one."""
    found, codes = distinct(pairs)
    values: dict[str, int] = {}
    numbers = [
        -1 if value is None else values.setdefault(value, len(values))
        for value in map(value_of, found)
    ]
    lookup = np.array([*numbers, -1], dtype=np.int64)
    return Coded(tuple(values), lookup[codes])


def plain_text(part: Part, pair: int) -> str | None:
    """The text of a cell that describes a case, covered where it holds a CPR number."""
    kind = kind_of(pair)
    if kind in BROKEN_CELLS:
        return None
    text = visible(part.text(pair))
    return redact(text.removesuffix(".0") if kind is Kind.NUMBER else text)


def note_broken(part: Part, heading: int, notes: Notes) -> None:
    """Note the error cells and uncalculated formulas in a column that is read."""
    if not part.has_broken:
        return
    pairs = part.cells[:, heading]
    for kind, code in BROKEN_CELLS.items():
        for unit in np.flatnonzero((pairs >= 0) & ((pairs & 7) == kind)).tolist():
            notes.add(code, part.cell(unit, heading))


def nothing(count: int) -> Coded:
    """A column of nothing."""
    return Coded((), np.full(count, -1, dtype=np.int64))


def each(codes: np.ndarray, wanted: int) -> Iterator[int]:
    """The places of a code."""
    yield from np.flatnonzero(codes == wanted).tolist()
