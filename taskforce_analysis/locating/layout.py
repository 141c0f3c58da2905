"""Which way round is a sheet, and where do its tables lie?

One row per case is `wide`; several such tables are `stacked` or `side_by_side`; with
measures as rows and cases as columns it is `transposed`; one row per case and measure
is `long`; counts per measure and phase are `aggregated`. Whatever it is, the tables
come out the same way: headings, and rows below them.

It is told from where headers and measures stand. Headers along a row are one row per
case; measures down a column with a case header are transposed; measures down a column
beside cases are long; with counts beside them they are aggregated.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from taskforce_analysis.errors import unknown_name
from taskforce_analysis.locating.grid import Grid
from taskforce_analysis.locating.headers import (
    EXACT,
    ColumnHeading,
    HeaderCells,
    HeaderMatch,
    HeaderWords,
    Meaning,
    find_header_cells,
    find_header_rows,
    headings_of,
)
from taskforce_analysis.reading.cells import TEXT
from taskforce_analysis.spelling import silent_key

LAYOUTS = ("wide", "stacked", "side_by_side", "transposed", "long", "aggregated")
TITLE_ROWS = 10
SEPARATE = 5

# The headers of a long table's two columns, in whatever form.
QUESTIONS = ("målepunkt", "målepunkter", "spørgsmål", "krav", "measure", "question")
ANSWERS = ("svar", "besvarelse", "answer", "vurdering", "resultat")

_WORD = re.compile(r"[^\W\d_]+|%")
_COUNTED = frozenset(("alt", "antal", "relevante", "sager", "n"))
_COMPLIED = frozenset(("opfyldt", "ja", "overholdt", "procent", "andel", "pct", "%"))


@dataclass(frozen=True, eq=False)
class SheetTable:
    """A table on a grid: header rows `top` to `bottom`, rows down to `last`.

    `repeats` says that the sheet already had this header; `apart` that a blank row
    stands between. `titles` are the texts above it. A heading is known by its number.
    """

    grid: Grid
    layout: str
    top: int
    bottom: int
    last: int
    headings: tuple[ColumnHeading, ...]
    titles: tuple[str, ...] = ()
    repeats: bool = False
    apart: bool = False

    @cached_property
    def columns(self) -> list[int]:
        """The columns of the headings, in order."""
        return [heading.column for heading in self.headings]

    @cached_property
    def by_meaning(self) -> Mapping[Meaning, int]:
        """Each meaning with the number of the first heading that has it."""
        found: dict[Meaning, int] = {}
        for number, heading in enumerate(self.headings):
            for meaning in heading.match.meanings if heading.match else ():
                found.setdefault(meaning, number)
        return found

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
        """The headings that have this role."""
        for number, heading in enumerate(self.headings):
            if heading.match and heading.match.has(role):
                yield number

    def address(self, row: int, heading: int) -> str:
        """The address of the cell in a row under a heading."""
        return self.grid.address(int(row), self.headings[heading].column)

    @property
    def first_cell(self) -> str:
        """The address of the header's first cell."""
        named = [one for one in self.headings if one.text] or self.headings
        return self.grid.address(named[0].row, named[0].column)


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """What was found on a sheet: the layout's name and its tables.

    Without tables, `name` says what was seen: `transposed` for measures as rows whose
    cases have no header, else empty.
    """

    name: str
    tables: tuple[SheetTable, ...] = ()


def find_tables(
    grid: Grid, header_words: HeaderWords, *, layout: str | None = None
) -> SheetLayout:
    """The tables on a grid. `layout` names what it is; left out, it is recognised.

    Raises UsageError for a layout that does not exist.
    """
    if layout is not None and layout not in LAYOUTS:
        raise unknown_name("layout", layout, LAYOUTS)
    known = find_header_cells(grid, header_words)
    name = layout or _recognised(grid, known, header_words)
    if name == "transposed":
        turned = grid.turn()
        known = find_header_cells(turned, header_words)
        tables = _tables(turned, known, header_words)
        return SheetLayout(name, tuple(replace(table, layout=name) for table in tables))
    if name == "aggregated":
        return SheetLayout(name, (_table_of_counts(grid, known, header_words),))
    tables = _tables(grid, known, header_words)
    if name == "long" and tables:
        return SheetLayout(name, tuple(replace(table, layout=name) for table in tables))
    return SheetLayout(_name_of(tables), tables)


def _name_of(tables: Sequence[SheetTable]) -> str:
    if any(table.repeats and table.apart for table in tables):
        return "stacked"
    beside = [table for table in tables if not table.repeats]
    if len(beside) > 1:
        return "side_by_side"
    return "wide" if tables else ""


# Which way round


def _recognised(grid: Grid, known: HeaderCells, header_words: HeaderWords) -> str:
    column = _fullest(grid, known, header_words, lines=grid.column)
    row = _fullest(grid, known, header_words, lines=grid.row)
    if row.has_case and not row.measures and _asks_by_row(grid, row.number):
        return "long"
    has_counts = _has_counts(grid) or _counts_grades(grid, header_words)
    alone = known.best_row == known.best_column == 1
    if alone or (column.measures + column.has_case < 2 and row.measures):
        return "aggregated" if alone and column.measures and has_counts else "wide"
    if column.has_case and known.best_column > known.best_row:
        return "transposed"
    if not column.measures or row.measures > 1:
        return "wide"
    counted = known.best_column > 1 or has_counts
    return "long" if row.has_case else ("aggregated" if counted else "wide")


@dataclass(frozen=True)
class _Fullest:
    """What the column or row with the most headers lists: measures, and cases."""

    number: int
    measures: int
    has_case: bool


def _fullest(
    grid: Grid, known: HeaderCells, header_words: HeaderWords, *, lines: np.ndarray
) -> _Fullest:
    if not known.cells.any():
        return _Fullest(1, 0, has_case=False)
    number = int(np.bincount(lines[known.cells]).argmax())
    pairs = set(grid.pair[known.cells & (lines == number)].tolist())
    matches = [header_words.match(grid.text(pair)) for pair in pairs]
    found = [match for match in matches if match]
    listed = sum(bool(match.listed) for match in found)
    return _Fullest(number, listed, any(match.has("case") for match in found))


def _asks_by_row(grid: Grid, row: int) -> bool:
    keys = {silent_key(grid.text(pair)) for pair in grid.line(row).pair.tolist()}
    return not keys.isdisjoint(QUESTIONS) and not keys.isdisjoint(ANSWERS)


def _has_counts(grid: Grid) -> bool:
    # Whether the headings of counts are there: antal, and opfyldt or the like.
    pairs = np.unique(grid.pair).tolist()
    texts = [grid.text(pair) for pair in pairs if pair & 7 == TEXT]
    words = {word for text in texts if len(text) < 60 for word in _WORD.findall(text)}
    plain = {word.casefold() for word in words}
    return bool(plain & _COUNTED) and bool(plain & _COMPLIED)


def _counts_grades(grid: Grid, header_words: HeaderWords) -> bool:
    # Or a column for each grade of a scale: several of them named along one row.
    ends = tuple(header_words.grades)
    if not ends:
        return False
    named = [
        pair
        for pair in np.unique(grid.pair).tolist()
        if pair & 7 == TEXT and silent_key(grid.text(pair)).endswith(ends)
    ]
    rows = grid.row[np.isin(grid.pair, named)]
    return bool(np.bincount(rows).max(initial=0) > 1)


# Where the tables lie


def _table_of_counts(
    grid: Grid, known: HeaderCells, header_words: HeaderWords
) -> SheetTable:
    # Rows that begin with a measure; all that stands above them is the header.
    column = _fullest(grid, known, header_words, lines=grid.column).number
    own = grid.column == column
    asked = [
        row
        for row, pair in zip(
            grid.row[own].tolist(), grid.pair[own].tolist(), strict=True
        )
        if (match := header_words.match(grid.text(pair))) and match.listed
    ]
    above = asked[0] - 1 if asked else int(grid.rows[0])
    columns = np.unique(grid.column).tolist()
    headings = tuple(
        ColumnHeading(one, above, "", HeaderMatch((Meaning("question"),), EXACT, ""))
        if one == column
        else ColumnHeading(one, above, "")
        for one in columns
    )
    return SheetTable(grid, "aggregated", above, above, int(grid.rows[-1]), headings)


def _tables(
    grid: Grid, known: HeaderCells, header_words: HeaderWords
) -> tuple[SheetTable, ...]:
    found: list[SheetTable] = []
    for header in find_header_rows(grid, known):
        last = int(grid.rows[-1])
        headings = _own_headings(headings_of(grid, header, header_words), found)
        found += [
            SheetTable(grid, "wide", header.top, header.bottom, last, beside)
            for beside in _parted(headings)
        ]
    return tuple(_bounded(found))


def _own_headings(
    headings: tuple[ColumnHeading, ...], above: Sequence[SheetTable]
) -> tuple[ColumnHeading, ...]:
    # Beside a header may stand the cells of a table that began further up.
    taken = {column for table in above for column in table.columns}
    if any(one.match and one.column in taken for one in headings):
        return headings
    return tuple(one for one in headings if one.match or one.column not in taken)


def _parted(headings: tuple[ColumnHeading, ...]) -> list[tuple[ColumnHeading, ...]]:
    # Tables side by side: parted by blank columns, else where a case column begins.
    cases = [
        number
        for number, heading in enumerate(headings)
        if heading.match is not None and heading.match.has("case")
    ]
    if len(cases) < 2:
        return [headings]
    gaps = [
        number
        for number, (one, other) in enumerate(pairwise(headings), start=1)
        if other.column > one.column + 1
    ]
    for starts in ([0, *gaps], cases if cases[0] == 0 else []):
        found = [
            headings[first:end] for first, end in pairwise([*starts, len(headings)])
        ]
        if len(found) > 1 and all(_is_whole(one) for one in found):
            return found
    return [headings]


def _is_whole(headings: Sequence[ColumnHeading]) -> bool:
    matches = [heading.match for heading in headings if heading.match]
    asked = any(match.measures for match in matches)
    return asked and any(match.has("case") for match in matches)


def _bounded(tables: Sequence[SheetTable]) -> list[SheetTable]:
    found: list[SheetTable] = []
    for number, table in enumerate(tables):
        below = [other for other in tables[number + 1 :] if _overlap(table, other)]
        last = below[0].top - 1 if below else table.last
        above = [other for other in found if _overlap(table, other)]
        ended = above[-1].bottom if above else 0
        placed = replace(
            table,
            last=last,
            repeats=bool(above),
            apart=_is_apart(table, ended),
            titles=_titles(table, ended),
        )
        found.append(_with_headless(placed, tables))
    return found


def _overlap(one: SheetTable, other: SheetTable) -> bool:
    return one.columns[0] <= other.columns[-1] and other.columns[0] <= one.columns[-1]


def _is_apart(table: SheetTable, above: int) -> bool:
    first = max(above + 1, table.top - SEPARATE)
    start, end = np.searchsorted(table.grid.rows, [first, table.top])
    return bool(end - start < table.top - first)


def _titles(table: SheetTable, above: int) -> tuple[str, ...]:
    grid = table.grid
    first = max(above, table.top - TITLE_ROWS - 1) + 1
    start, end = np.searchsorted(grid.row, [first, table.top])
    cells = zip(
        grid.column[start:end].tolist(), grid.pair[start:end].tolist(), strict=True
    )
    left, right = table.columns[0], table.columns[-1]
    return tuple(
        grid.text(pair)
        for column, pair in cells
        if left <= column <= right and pair & 7 == TEXT
    )


def _with_headless(table: SheetTable, tables: Sequence[SheetTable]) -> SheetTable:
    # A column without a heading belongs to the table that it lies in or beside.
    grid = table.grid
    start, end = np.searchsorted(grid.row, [table.bottom + 1, table.last + 1])
    used = np.unique(grid.column[start:end]).tolist()
    named = {c for other in tables if other.top <= table.last for c in other.columns}
    left, right = _reach(table, tables)
    own = [
        ColumnHeading(column, table.bottom, "")
        for column in used
        if left <= column <= right and column not in named
    ]
    if not own:
        return table
    ordered = sorted((*table.headings, *own), key=lambda heading: heading.column)
    return replace(table, headings=tuple(ordered))


def _reach(table: SheetTable, tables: Sequence[SheetTable]) -> tuple[int, int]:
    level = [other for other in tables if other.top == table.top]
    first = all(other.columns[0] >= table.columns[0] for other in level)
    beside = [other for other in level if other.columns[0] > table.columns[-1]]
    left = 1 if first else table.columns[0]
    right = min((other.columns[0] - 1 for other in beside), default=1 << 20)
    return left, right
