"""A binary workbook (.xlsb): rows of records, each with a number and a length.

Cells are picked out of the records one by one, as they are stored, so that a stray cell
in the last row costs no more than any other. Source: [MS-XLSB] 2.3 and 2.4.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from taskforce_analysis.errors import file_error
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Contents,
    Finding,
    Kind,
    Sheet,
    sheet_from_rows,
)
from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.package import Package
from taskforce_analysis.reading.shared import DATE_IDS, Sections, shows_date
from taskforce_analysis.reading.traces import search_rest
from taskforce_analysis.reading.xls import ERRORS, digits, small_number

_ROW, _SMALL, _ERROR, _REAL, _FORMULA_NUMBER, _FORMULA_ERROR = 0, 2, 3, 5, 9, 11
_TRUTH, _FORMULA_TRUTH, _TEXT, _FORMULA_TEXT, _SHARED, _RICH = 4, 10, 6, 8, 7, 62
_BLANK, _STRING = 1, 19
_CELLS = (*range(_BLANK, _FORMULA_ERROR + 1), _RICH)
# The same as the first seven, but that they say no column: it is the next one.
_SHORT_CELLS = range(12, 19)
_FORMAT, _STYLE, _COLUMNS, _BOOK, _SHEET, _FILTER = 44, 47, 60, 153, 156, 163
_MERGED, _STYLES, _STYLES_END = 176, 617, 618
_WORKSHEET = "worksheet"


class Stored(NamedTuple):
    """A cell's kind and text."""

    kind: Kind
    text: str


@dataclass
class Page:
    """What the records of one sheet hold."""

    cells: dict[tuple[int, int], Stored] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    filtered: bool = False

    def add(self, at: tuple[int, int], stored: Stored | None) -> None:
        """Add the cell at a row and column from 0; ValueError where none can be."""
        row, column = at
        place = row + 1, column + 1
        if place in self.cells or row >= LAST_ROW or column >= LAST_COLUMN:
            raise ValueError
        if stored:
            self.cells[place] = stored


@dataclass
class Book:
    """What all sheets share: which styles show dates, and the shared texts."""

    dates: list[bool | Sections] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)


class Record(NamedTuple):
    """One record: its number and its bytes."""

    number: int
    data: bytes


def read_xlsb(path: Path, package: Package) -> Contents:
    """What a binary workbook holds; FileError when it cannot be read whole."""
    contents = Contents()
    try:
        read = _read_sheets(package, contents)
    except (struct.error, LookupError, ValueError):
        raise file_error("FILE_CORRUPT", path) from None
    contents.findings += [Finding("PART_IGNORED", None, part) for part in package.lost]
    contents.findings += search_rest(package, read)
    return contents


def _read_sheets(package: Package, contents: Contents) -> set[str]:
    """Add each sheet, in order; gives the parts that no one needs to search again."""
    container, links = package.container, package.links(package.main)
    records = list(_records(container.read(package.main)))
    contents.date1904 = any(
        record.number == _BOOK and record.data[0] & 1 for record in records
    )
    book, read = Book(), set()
    for link in links.values():
        if link.kind == "styles" and link.target in container:
            book.dates = _date_styles(container, link.target)
        elif link.kind == "sharedStrings" and link.target in container:
            held = _records(container.read(link.target))
            book.strings = [
                _text(body, 1) for number, body in held if number == _STRING
            ]
            read.add(link.target.lower())
    shown: set[str] = set()
    for number, body in records:
        if number != _SHEET:
            continue
        link = links[_text(body, 8)]
        name = contents.shown_name(_text(body, 12 + 2 * len(_text(body, 8))))
        hidden = bool(struct.unpack_from("<I", body)[0])
        if link.target not in container:
            raise LookupError
        package.claim(link.target, name)
        if link.kind == _WORKSHEET:
            page = _read_page(container.read(link.target), book)
            shown.update(one.text for one in page.cells.values())
            contents.sheets.append(_sheet_of(name, page, hidden=hidden))
        elif not hidden:
            contents.findings.append(Finding("SHEET_IGNORED", name))
    if count := sum(count_cpr(one) for one in {*book.strings} - shown):
        contents.findings.append(
            Finding("CPR_FOUND", None, "xl/sharedStrings.bin", count)
        )
    return read


def _sheet_of(name: str, page: Page, *, hidden: bool) -> Sheet:
    return sheet_from_rows(
        name,
        ((*place, one.kind, one.text) for place, one in page.cells.items()),
        hidden=hidden,
        merged=tuple(page.merged),
        hidden_rows=frozenset(page.hidden_rows),
        hidden_columns=frozenset(page.hidden_columns),
        filtered=page.filtered,
    )


def _date_styles(container: Container, part: str) -> list[bool | Sections]:
    """For each cell style whether it shows a date."""
    patterns, formats, within = {}, [], False
    for number, body in _records(container.read(part)):
        if number == _FORMAT:
            patterns[struct.unpack_from("<H", body)[0]] = shows_date(_text(body, 2))
        elif number in (_STYLES, _STYLES_END):
            within = number == _STYLES
        elif number == _STYLE and within:
            formats.append(struct.unpack_from("<H", body, 2)[0])
    return [patterns.get(number, number in DATE_IDS) for number in formats]


def _read_page(data: bytes, book: Book) -> Page:
    """One sheet's part; ValueError or the like when it is damaged."""
    page, row, column = Page(), 0, -1
    for number, body in _records(data):
        if number == _ROW:
            (row,), column = struct.unpack_from("<I", body), -1
            if body[11] & 0x10:
                page.hidden_rows.add(row + 1)
        elif number in _CELLS:
            (column,) = struct.unpack_from("<I", body)
            page.add((row, column), _stored(number, body, book))
        elif number in _SHORT_CELLS:
            column += 1
            long = number - _SHORT_CELLS[0] + _BLANK
            page.add((row, column), _stored(long, bytes(4) + body, book))
        else:
            _note_surroundings(page, number, body)
    return page


def _note_surroundings(page: Page, number: int, body: bytes) -> None:
    if number == _COLUMNS:
        first, last, _, _, flags = struct.unpack_from("<IIIIH", body)
        if flags & 1:
            page.hidden_columns.update(range(first + 1, min(last, 16_383) + 2))
    elif number == _MERGED:
        top, bottom, left, right = struct.unpack_from("<4I", body)
        page.merged.append(Area(top + 1, left + 1, bottom + 1, right + 1))
    elif number == _FILTER:
        page.filtered = True


def _stored(number: int, body: bytes, book: Book) -> Stored | None:
    """What a cell's record holds behind its column and style; None for nothing."""
    if number in (_ERROR, _FORMULA_ERROR):
        return Stored(Kind.ERROR, ERRORS.get(body[8], "#N/A"))
    if number in (_TRUTH, _FORMULA_TRUTH):
        return Stored(Kind.BOOLEAN, str(int(bool(body[8]))))
    if number in (_SMALL, _REAL, _FORMULA_NUMBER):
        layout = "<I" if number == _SMALL else "<d"
        (value,) = struct.unpack_from(layout, body, 8)
        value = small_number(value) if number == _SMALL else value
        style = struct.unpack_from("<I", body, 4)[0] & 0xFF_FFFF
        return Stored(_kind(value, book.dates, style), digits(value))
    if number == _BLANK:
        return None
    if number == _SHARED:
        text = book.strings[struct.unpack_from("<I", body, 8)[0]]
    else:
        text = _text(body, 9 if number == _RICH else 8)
    return Stored(Kind.TEXT, text) if text else None


def _kind(value: float, dates: Sequence[bool | Sections], style: int) -> Kind:
    shows = dates[style] if dates else False
    is_date = shows if isinstance(shows, bool) else shows.show_date(value)
    return Kind.DATE if is_date else Kind.NUMBER


def _text(data: bytes, place: int) -> str:
    (length,) = struct.unpack_from("<I", data, place)
    if place + 4 + 2 * length > len(data):
        raise IndexError
    return data[place + 4 : place + 4 + 2 * length].decode("utf-16-le", "replace")


def _records(data: bytes) -> Iterator[Record]:
    place = 0
    while place < len(data):
        number, place = _varying(data, place, 2)
        length, place = _varying(data, place, 4)
        if place + length > len(data):
            raise IndexError
        yield Record(number, data[place : place + length])
        place += length


def _varying(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of seven bits per byte, and where it ends."""
    number = 0
    for step in range(most):
        number |= (data[place + step] & 0x7F) << 7 * step
        if data[place + step] < 0x80:
            return number, place + step + 1
    return number, place + most
