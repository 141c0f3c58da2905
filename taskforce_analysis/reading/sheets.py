"""One worksheet: its cells, and what surrounds them.

The rows go to `Rows`; what stands before and after them (hidden columns, merged cells,
filters) is noted here and searched for personal data like any other part. The
`dimension` element is not read: what it says is often wrong.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from taskforce_analysis.privacy import count_cpr, redact
from taskforce_analysis.reading.cells import Area, Finding, Sheet, address
from taskforce_analysis.reading.columns import COLUMNS, LAST_COLUMN, LAST_ROW, Book
from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.parts import (
    feed,
    is_true,
    is_zero,
    local_name,
    new_parser,
    tree,
)
from taskforce_analysis.reading.rows import Rows
from taskforce_analysis.reading.scanning import Sifter
from taskforce_analysis.reading.traces import Traces

_AREA = re.compile(
    r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?"
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a worksheet lies: its part, its name as shown, and the parts beside it."""

    part: str
    name: str
    hidden: bool
    tables: tuple[str, ...] = ()


class Surroundings(Traces):
    """Listens to what is before and after a sheet's rows."""

    def __init__(self, book: Book, sheet: SheetPart, parser: Any) -> None:
        super().__init__(book.container, redact(book.container.shown(sheet.part)))
        self.sifter = Sifter(book)
        self.merged: list[Area] = []
        self.hidden_columns: set[int] = set()
        self.filtered = False
        self._book, self._sheet, self._parser = book, sheet, parser
        self._in_filter = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; at the rows, they are listened to instead."""
        super().start(name, attributes)
        bare = local_name(name)
        if len(self._places) == 2 and bare != "worksheet":
            raise self._container.error("FILE_CORRUPT", sheet=self._sheet.name)
        if bare == "sheetData":
            self._start_rows(name)
        elif bare == "mergeCell":
            self.merged.append(self._area(attributes.get("ref", "")))
        elif bare == "col":
            self._note_column(attributes)
        elif bare == "filterColumn":
            self.filtered = True

    def _start_rows(self, name: str) -> None:
        if self.sifter.rows is not None or len(self._places) != 3:
            raise self._container.error("FILE_CORRUPT", sheet=self._sheet.name)

        def back() -> None:
            self.listen()
            self.end(name)

        space = name.removesuffix("sheetData")
        rows = Rows(self._book, self._sheet.name, space=space, after=back)
        self._parser.StartElementHandler = rows.start
        self._parser.EndElementHandler = rows.end
        self._parser.CharacterDataHandler = rows.text
        self.sifter.rows = rows

    def listen(self) -> None:
        """Take the parser's events."""
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.text

    def _note_column(self, attributes: dict[str, str]) -> None:
        if is_true(attributes.get("hidden")) or is_zero(attributes.get("width")):
            low, high = attributes.get("min", ""), attributes.get("max", "")
            if not (_is_column(low) and _is_column(high)):
                raise self._container.error("FILE_CORRUPT", sheet=self._sheet.name)
            self.hidden_columns.update(range(int(low), int(high) + 1))

    def _area(self, reference: str) -> Area:
        area = parse_area(reference)
        if area is None:
            raise self._container.error("FILE_CORRUPT", sheet=self._sheet.name)
        return area


def read_sheet(book: Book, sheet: SheetPart) -> tuple[Sheet, list[Finding]]:
    """The sheet, and the personal data found in its part outside the cells' values."""
    parser = new_parser()
    listener = Surroundings(book, sheet, parser)
    listener.listen()
    sifter = listener.sifter
    feed(book.container, parser, sifter.sift(book.container.chunks(sheet.part)))
    rows = sifter.rows
    if rows is None:
        raise book.container.error("FILE_CORRUPT", sheet=sheet.name)
    book.streamed.add(sheet.part.lower())
    counts = listener.counts
    for place, text in rows.said:
        counts[place] += count_cpr(text)
    tables = [_table(book.container, part, sheet.name) for part in sheet.tables]
    facts = {
        "hidden": sheet.hidden,
        "merged": tuple(listener.merged),
        "hidden_rows": frozenset(rows.hidden),
        "hidden_columns": frozenset(listener.hidden_columns),
        "filtered": listener.filtered or any(one.filtered for one in tables),
        "tables": tuple(one.area for one in tables),
        "formulas": rows.formulas,
    }
    return replace(_assemble(book, sheet.name, rows), **facts), [
        Finding("CPR_FOUND", sheet.name, place, count)
        for place, count in counts.items()
        if count
    ]


def parse_area(reference: str) -> Area | None:
    """The rectangle that a reference such as `A1:C3` names; None when it names none.

    >>> parse_area("B2:C9")
    Area(top=2, left=2, bottom=9, right=3)
    """
    match = _AREA.fullmatch(reference)
    if not match:
        return None
    left, top, right, bottom = match.groups()
    try:
        columns = COLUMNS[left], COLUMNS[right or left]
    except KeyError:
        return None
    rows = int(top), int(bottom or top)
    if not 1 <= min(rows) <= max(rows) <= LAST_ROW:
        return None
    return Area(min(rows), min(columns), max(rows), max(columns))


@dataclass(frozen=True, slots=True)
class _Table:
    area: Area
    filtered: bool


def _table(container: Container, part: str, sheet: str) -> _Table:
    top = tree(container, part, "table")
    area = parse_area(top.attributes.get("ref", ""))
    if area is None:
        raise container.error("FILE_CORRUPT", sheet=sheet)
    return _Table(area, filtered=any(True for _ in top.all("filterColumn")))


def _assemble(book: Book, name: str, rows: Rows) -> Sheet:
    row, column, kind, value = rows.columns.arrays()
    places = row.astype(np.int64) * (LAST_COLUMN + 1) + column
    if (places[1:] <= places[:-1]).any():
        order = np.argsort(places, kind="stable")
        row, column, kind, value = (part[order] for part in (row, column, kind, value))
        twice = np.flatnonzero(np.diff(places[order]) == 0)
        if len(twice):
            cell = address(int(row[twice[0]]), int(column[twice[0]]))
            raise book.container.error("FILE_CORRUPT", sheet=name, cell=cell)
    value, texts = book.texts.used(value)
    return Sheet(name, row, column, kind, value, texts)


def _is_column(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= LAST_COLUMN
