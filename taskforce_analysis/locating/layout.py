"""Which layout is it, and where do the tables lie?

One row per case is `wide`; several such tables are `stacked` or `side_by_side`; with
measures as rows and cases as columns it is `transposed`; one row per case and measure
is `long`; counts per measure and phase are `aggregated`. Whatever it is, the tables
come out the same way: headings, and rows below them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from taskforce_analysis.errors import unknown_name
from taskforce_analysis.locating.grid import Grid
from taskforce_analysis.locating.headers import (
    Block,
    Known,
    find_known,
    header_blocks,
    headings_of,
)
from taskforce_analysis.locating.recognising import aggregate_table, recognise
from taskforce_analysis.locating.tables import Heading, Table
from taskforce_analysis.locating.vocabulary import Vocabulary
from taskforce_analysis.reading.cells import TEXT

LAYOUTS = ("wide", "stacked", "side_by_side", "transposed", "long", "aggregated")
TITLE_ROWS = 10
SEPARATE = 5


@dataclass(frozen=True, eq=False)
class Found:
    """What was found on a sheet: the layout's name and its tables.

    Without tables, `layout` says what was seen: `transposed` for measures as rows
    whose cases have no header, else empty.
    """

    layout: str
    tables: tuple[Table, ...] = ()


def find_tables(
    grid: Grid, vocabulary: Vocabulary, *, layout: str | None = None
) -> Found:
    """The tables on a grid. `layout` names what it is; left out, it is recognised.

    Raises UsageError for a layout that does not exist.
    """
    if layout is not None and layout not in LAYOUTS:
        raise unknown_name("layout", layout, LAYOUTS)
    known = find_known(grid, vocabulary)
    name = layout or recognise(grid, known, vocabulary)
    if name == "transposed":
        turned = grid.turn()
        known = find_known(turned, vocabulary)
        tables = _tables(turned, known, vocabulary)
        return Found(name, tuple(replace(table, layout=name) for table in tables))
    if name == "aggregated":
        return Found(name, (aggregate_table(grid, vocabulary),))
    tables = _tables(grid, known, vocabulary)
    if name == "long" and tables:
        return Found(name, tuple(replace(table, layout=name) for table in tables))
    return Found(_named(tables), tables)


def _named(tables: Sequence[Table]) -> str:
    if any(table.repeats and table.apart for table in tables):
        return "stacked"
    beside = [table for table in tables if not table.repeats]
    if len(beside) > 1:
        return "side_by_side"
    return "wide" if tables else ""


def _tables(grid: Grid, known: Known, vocabulary: Vocabulary) -> tuple[Table, ...]:
    blocks = header_blocks(grid, known)
    found: list[Table] = []
    for block in blocks:
        headings = _own_headings(headings_of(grid, block, vocabulary), found)
        found += [_table(grid, block, part) for part in _parts(headings)]
    return tuple(_bounded(found))


def _own_headings(
    headings: tuple[Heading, ...], above: Sequence[Table]
) -> tuple[Heading, ...]:
    # Beside a header may stand the cells of a table that began further up.
    taken = {column for table in above for column in table.columns}
    if any(one.match and one.column in taken for one in headings):
        return headings
    return tuple(one for one in headings if one.match or one.column not in taken)


def _table(grid: Grid, block: Block, headings: tuple[Heading, ...]) -> Table:
    last = int(grid.rows[-1])
    return Table(grid, "wide", block.top, block.bottom, last, headings)


def _parts(headings: tuple[Heading, ...]) -> list[tuple[Heading, ...]]:
    cases = _starts(
        headings, lambda one: one.match is not None and one.match.has("case")
    )
    if len(cases) < 2:
        return [headings]
    gaps = [
        place
        for place, (one, other) in enumerate(pairwise(headings), start=1)
        if other.column > one.column + 1
    ]
    for starts in ([0, *gaps], cases if cases[0] == 0 else []):
        parts = [
            headings[first:end] for first, end in pairwise([*starts, len(headings)])
        ]
        if len(parts) > 1 and all(_is_whole(part) for part in parts):
            return parts
    return [headings]


def _starts(headings: Sequence[Heading], test: Callable[[Heading], bool]) -> list[int]:
    return [place for place, heading in enumerate(headings) if test(heading)]


def _is_whole(part: Sequence[Heading]) -> bool:
    matches = [heading.match for heading in part if heading.match]
    asked = any(match.measures for match in matches)
    return asked and any(match.has("case") for match in matches)


def _bounded(tables: Sequence[Table]) -> list[Table]:
    found: list[Table] = []
    for place, table in enumerate(tables):
        below = [other for other in tables[place + 1 :] if _overlap(table, other)]
        last = below[0].top - 1 if below else table.last
        above = [other for other in found if _overlap(table, other)]
        placed = replace(
            table,
            last=last,
            repeats=bool(above),
            apart=_is_apart(table, above[-1].bottom if above else 0),
            titles=_titles(table, above[-1].bottom if above else 0),
        )
        found.append(_with_headless(placed, tables))
    return found


def _overlap(one: Table, other: Table) -> bool:
    return one.columns[0] <= other.columns[-1] and other.columns[0] <= one.columns[-1]


def _is_apart(table: Table, above: int) -> bool:
    first = max(above + 1, table.top - SEPARATE)
    start, end = np.searchsorted(table.grid.rows, [first, table.top])
    return bool(end - start < table.top - first)


def _titles(table: Table, above: int) -> tuple[str, ...]:
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


def _with_headless(table: Table, tables: Sequence[Table]) -> Table:
    # A column without a heading belongs to the table that it lies in or beside.
    grid = table.grid
    start, end = np.searchsorted(grid.row, [table.bottom + 1, table.last + 1])
    used = np.unique(grid.column[start:end]).tolist()
    named = {c for other in tables if other.top <= table.last for c in other.columns}
    left, right = _reach(table, tables)
    own = [
        Heading(column, table.bottom, "")
        for column in used
        if left <= column <= right and column not in named
    ]
    if not own:
        return table
    ordered = sorted((*table.headings, *own), key=lambda heading: heading.column)
    return replace(table, headings=tuple(ordered))


def _reach(table: Table, tables: Sequence[Table]) -> tuple[int, int]:
    beside = [
        other
        for other in tables
        if other.top == table.top and other.columns[0] > table.columns[-1]
    ]
    first = all(
        other.columns[0] >= table.columns[0]
        for other in tables
        if other.top == table.top
    )
    left = 1 if first else table.columns[0]
    right = min((other.columns[0] - 1 for other in beside), default=1 << 20)
    return left, right
