"""One workbook: which sheets hold tables, which layout, and the rows of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from taskforce_analysis.locating.aggregates import read_aggregate
from taskforce_analysis.locating.grid import Grid, grid_of
from taskforce_analysis.locating.layout import Found, find_tables
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.parts import Place, part_of
from taskforce_analysis.locating.records import Frame, Part
from taskforce_analysis.locating.sheets import (
    Chosen,
    chosen_sheets,
    looks_like_answers,
    looks_like_table,
    named_by_sheet,
    note_surroundings,
)
from taskforce_analysis.locating.tables import Table
from taskforce_analysis.reading.cells import SHEETS_PROPERTY, Kind, Workbook

# FOLDED checking.books
#
# One workbook: which sheets hold tables, which layout, and the rows of cases.

TOLD = ("side_by_side", "transposed", "long")
MUNICIPALITY = "municipality"
NOTHING, LIST, MEASURES = range(3)


@dataclass(frozen=True, eq=False)
class Opened:
    """What a workbook holds: case rows by table, counts, and what was used."""

    file: str
    parts: tuple[Part, ...]
    counts: tuple[dict[str, Any], ...]
    sheets: tuple[str, ...]
    ignored: tuple[str, ...]
    layout: str


@dataclass(frozen=True, eq=False)
class _Book:
    """A workbook being opened."""

    workbook: Workbook
    chosen: Chosen
    frame: Frame
    notes: Notes

    def on(self, grid: Grid) -> Notes:
        """The notes of a sheet."""
        return self.notes.on(self.workbook.file, grid.sheet.name)


@dataclass(frozen=True, eq=False)
class _Read:
    """What was read from one sheet."""

    grid: Grid
    layout: str
    parts: tuple[Part, ...] = ()
    counts: tuple[dict[str, Any], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there are headers, but no case under them."""
        return bool(self.parts) and not any(len(part) for part in self.parts)


def open_workbook(workbook: Workbook, frame: Frame, notes: Notes) -> Opened:
    """The tables of a workbook; what is odd about sheets and columns is noted."""
    here = notes.on(workbook.file)
    for finding in workbook.findings:
        notes.on(workbook.file, finding.sheet).add(
            finding.code,
            finding.place,
            count=finding.count,
            expected=finding.expected or None,
        )
    made = workbook.properties.get(SHEETS_PROPERTY, "").split(";")
    held = tuple(sheet for sheet in workbook.sheets if sheet.name not in made)
    book = _Book(workbook, chosen_sheets(held, here), frame, here)
    looked = [
        (grid, find_tables(grid, frame.vocabulary, layout=frame.layout))
        for grid in book.chosen.grids
    ]
    best = max((_worth(found) for _, found in looked), default=NOTHING)
    used = [one for one in looked if best > NOTHING and _worth(one[1]) == best]
    reads = _reads(book, used)
    left = [grid for grid, _ in looked if all(read.grid is not grid for read in reads)]
    _note_left(book, left, anything=bool(reads))
    return _opened(book, _with_cases(book, reads), left)


def _reads(book: _Book, used: Sequence[tuple[Grid, Found]]) -> list[_Read]:
    # Counts beside cases sum up these cases; they would be counted twice.
    summed = [one for one in used if one[1].layout == "aggregated"]
    reads = [_read_sheet(book, *one) for one in used if one not in summed]
    if not any(len(part) for read in reads if read for part in read.parts):
        reads += [_read_sheet(book, *one) for one in summed]
    place = {id(grid): number for number, (grid, _) in enumerate(used)}
    return sorted(filter(None, reads), key=lambda read: place[id(read.grid)])


def _worth(found: Found) -> int:
    if found.layout == "aggregated":
        return MEASURES
    worth = NOTHING
    for table in found.tables:
        matches = [heading.match for heading in table.headings if heading.match]
        asked = ("measure", "start", "question")
        if any(match.has(role) for match in matches for role in asked):
            return MEASURES
        if any(match.has("case") for match in matches):
            worth = LIST
    return MEASURES if found.layout == "long" else worth


def _read_sheet(book: _Book, grid: Grid, found: Found) -> _Read | None:
    notes = book.on(grid)
    note_surroundings(grid, notes)
    if found.layout == "aggregated":
        return _read_counts(book, grid, found.tables[0])
    if found.layout in TOLD:
        notes.add("LAYOUT_DETECTED", found=found.layout)
    where = Place(
        book.workbook, grid.sheet.name, book.chosen.code_book, book.frame, notes
    )
    parts = []
    for table in found.tables:
        _note_repeated(table, found.tables, notes)
        part = part_of(table, where)
        if part is not None:
            parts.append(part)
    return _Read(grid, found.layout, tuple(parts))


def _read_counts(book: _Book, grid: Grid, table: Table) -> _Read | None:
    notes = book.on(grid)
    counts = read_aggregate(table, book.frame, file=book.workbook.file, notes=notes)
    if counts is not None:
        return _Read(grid, "aggregated", (), tuple(counts))
    if looks_like_answers(grid.turn(), book.frame.words):
        notes.add("LAYOUT_TRANSPOSED", table.first_cell)
        return _Read(grid, "transposed")
    return None


def _note_repeated(table: Table, tables: Sequence[Table], notes: Notes) -> None:
    if not table.repeats:
        return
    same = [heading.text for heading in table.headings if heading.text]
    first = [heading.text for heading in tables[0].headings if heading.text]
    code = "TABLES_STACKED" if table.apart or same != first else "ROW_IS_HEADER"
    notes.add(code, table.first_cell)


def _note_left(book: _Book, left: Sequence[Grid], *, anything: bool) -> None:
    if not anything:
        tabular = [grid for grid in left if looks_like_table(grid)]
        for grid in tabular:
            book.on(grid).add("HEADER_NOT_FOUND")
        read = book.workbook.sheets or not book.workbook.findings
        if not tabular and read:
            book.notes.add("NO_TABLE")
        return
    for grid in left:
        lost = looks_like_answers(grid, book.frame.words)
        book.on(grid).add("HEADER_NOT_FOUND" if lost else "SHEET_IGNORED")


def _with_cases(book: _Book, reads: Sequence[_Read]) -> list[_Read]:
    empty = [read for read in reads if read.is_empty]
    code = "NO_CASES" if len(empty) == len(reads) else "SHEET_IGNORED"
    for read in empty:
        book.on(read.grid).add(code)
    return list(reads) if code == "NO_CASES" else [r for r in reads if not r.is_empty]


def _opened(book: _Book, reads: Sequence[_Read], left: Sequence[Grid]) -> Opened:
    parts = [part for read in reads for part in read.parts]
    homes = {part.sheet: _home(book, part, reads) for part in parts}
    names = [read.grid.sheet.name for read in reads]
    return Opened(
        file=book.workbook.file,
        parts=tuple(
            replace(part, home=homes[part.sheet]) if homes[part.sheet] else part
            for part in parts
        ),
        counts=tuple(row for read in reads for row in read.counts),
        sheets=tuple(names),
        ignored=(*book.chosen.ignored, *(grid.sheet.name for grid in left)),
        layout=" + ".join(dict.fromkeys(read.layout for read in reads)),
    )


def _home(book: _Book, part: Part, reads: Sequence[_Read]) -> str:
    # A sheet is called after a municipality where it says so, or several sheets are
    # called neither Ark1 nor after a phase.
    frame, name = book.frame, part.sheet.strip()
    attributes = {attribute.id for attribute in frame.form.attributes}
    lacks = part.place("attribute", MUNICIPALITY) is None
    if MUNICIPALITY not in attributes or not lacks or frame.phases.match(name):
        return ""
    if name.casefold().endswith("kommune"):
        return name
    several = len(reads) > 1 and named_by_sheet(name) and not frame.phases.within(name)
    if several:
        book.notes.on(part.file, part.sheet).add("LAYOUT_DETECTED", found="sheets")
    return name if several else ""


# FOLDED checking.seen
#
# The texts of a workbook that may be headers, for recognising its form.

FIRST = 40
LONGEST = 300


def headers_of(workbook: Workbook) -> list[str]:
    """The texts that may be headers: of the first rows and columns of each sheet.

    Which of them are headers only a form can tell; none of them is ever shown.
    """
    found: dict[str, None] = {}
    for sheet in workbook.sheets:
        grid = grid_of(sheet)
        if sheet.hidden or not len(grid.row):
            continue
        near = (grid.position < FIRST) | (grid.column - grid.column.min() < FIRST // 8)
        pairs = np.unique(grid.pair[near & ((grid.pair & 7) == Kind.TEXT)])
        texts = map(grid.text, pairs.tolist())
        found |= dict.fromkeys(text for text in texts if len(text) <= LONGEST)
    return list(found)
