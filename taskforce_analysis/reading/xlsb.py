"""A binary workbook (.xlsb): rows of records, each with a number and a length.

Its texts come by way of python-calamine, in a child process with a limit on memory and
on time, since that reader can abort a whole process; whatever happens to it is a typed
error here. Numbers, errors, formulas without a value, and what is hidden are picked
out of the records themselves: the reader makes dates and blanks of some.
Source: [MS-XLSB] 2.3 and 2.4.
"""

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from taskforce_analysis.errors import file_error
from taskforce_analysis.reading import xlsb_child
from taskforce_analysis.reading.cells import (
    Area,
    Contents,
    Finding,
    Kind,
    sheet_from_rows,
)
from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.package import Package
from taskforce_analysis.reading.shared import DATE_IDS, Sections, shows_date
from taskforce_analysis.reading.traces import search_rest
from taskforce_analysis.reading.xls import ERRORS, digits, small_number

SECONDS = 60.0
_ROW, _SMALL, _ERROR, _REAL, _FORMULA_NUMBER, _FORMULA_ERROR = 0, 2, 3, 5, 9, 11
_FORMAT, _STYLE, _COLUMNS, _BOOK, _SHEET, _FILTER = 44, 47, 60, 153, 156, 163
_MERGED, _STYLES, _STYLES_END = 176, 617, 618


class Stored(NamedTuple):
    """A cell's kind and text."""

    kind: Kind
    text: str


@dataclass
class Page:
    """What the records of one sheet hold, but for its texts and truth values."""

    cells: dict[tuple[int, int], Stored] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    filtered: bool = False


class Record(NamedTuple):
    """One record: its number and its bytes."""

    number: int
    data: bytes


def read_xlsb(path: Path, data: bytes, package: Package) -> Contents:
    """What a binary workbook holds; FileError when it cannot be read whole."""
    contents = Contents()
    try:
        pages = _read_pages(package, contents)
    except (struct.error, LookupError, ValueError):
        raise file_error("FILE_CORRUPT", path) from None
    answer = _ask_child(path, data)
    if "error" in answer:
        raise file_error(answer["error"], path)
    if len(answer["sheets"]) != len(pages):
        raise file_error("FILE_CORRUPT", path)
    for facts, page in zip(answer["sheets"], pages, strict=True):
        _add_sheet(contents, facts, page)
    contents.findings += [Finding("PART_IGNORED", None, part) for part in package.lost]
    contents.findings += search_rest(package, {"xl/sharedstrings.bin"})
    return contents


def _read_pages(package: Package, contents: Contents) -> list[Page]:
    """What the records of each sheet hold, in order."""
    container, links = package.container, package.links(package.main)
    records = list(_records(container.read(package.main)))
    contents.date1904 = any(
        record.number == _BOOK and record.data[0] & 1 for record in records
    )
    dates: list[bool | Sections] = []
    for link in links.values():
        if link.kind == "styles" and link.target in container:
            dates = _date_styles(container, link.target)
    names = [_text(record.data, 8) for record in records if record.number == _SHEET]
    return [_read_page(container.read(links[name].target), dates) for name in names]


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


def _read_page(data: bytes, dates: list[bool | Sections]) -> Page:
    """One sheet's part; ValueError or the like when it is damaged."""
    page, row = Page(), 0
    for number, body in _records(data):
        if number == _ROW:
            row = struct.unpack_from("<I", body)[0]
            if body[11] & 0x10:
                page.hidden_rows.add(row + 1)
        elif number in (_ERROR, _FORMULA_ERROR):
            column, code = struct.unpack_from("<I", body)[0], body[8]
            text = ERRORS.get(code, "#N/A")
            page.cells[row + 1, column + 1] = Stored(Kind.ERROR, text)
        elif number in (_SMALL, _REAL, _FORMULA_NUMBER):
            column, style = struct.unpack_from("<II", body)
            layout = "<I" if number == _SMALL else "<d"
            (value,) = struct.unpack_from(layout, body, 8)
            value = small_number(value) if number == _SMALL else value
            kind = _kind(value, dates, style & 0xFF_FFFF)
            page.cells[row + 1, column + 1] = Stored(kind, digits(value))
        elif number == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", body)
            if flags & 1:
                page.hidden_columns.update(range(first + 1, min(last, 16_383) + 2))
        elif number == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            page.merged.append(Area(top + 1, left + 1, bottom + 1, right + 1))
        elif number == _FILTER:
            page.filtered = True
    return page


def _kind(value: float, dates: list[bool | Sections], style: int) -> Kind:
    shows = dates[style] if dates else False
    is_date = shows if isinstance(shows, bool) else shows.show_date(value)
    return Kind.DATE if is_date else Kind.NUMBER


def _text(data: bytes, place: int) -> str:
    """The second of two texts from `place` on is not wanted: this is the first."""
    (length,) = struct.unpack_from("<I", data, place)
    return data[place + 4 : place + 4 + 2 * length].decode("utf-16-le")


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


def _add_sheet(contents: Contents, facts: dict[str, Any], page: Page) -> None:
    name = contents.shown_name(facts["name"])
    if not facts["worksheet"]:
        if not facts["hidden"]:
            contents.findings.append(Finding("SHEET_IGNORED", name))
        return
    cells = {
        (row, column): Stored(Kind(kind), text)
        for row, column, kind, text in facts["cells"]
    }
    cells |= page.cells
    contents.sheets.append(
        sheet_from_rows(
            name,
            ((*place, one.kind, one.text) for place, one in cells.items()),
            hidden=facts["hidden"],
            merged=tuple(page.merged),
            hidden_rows=frozenset(page.hidden_rows),
            hidden_columns=frozenset(page.hidden_columns),
            filtered=page.filtered,
        )
    )


def _ask_child(path: Path, data: bytes) -> dict[str, Any]:
    command = [sys.executable, "-P", xlsb_child.__file__]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise file_error("FILE_TOO_LARGE", path) from None
    except OSError:
        raise file_error("FILE_NOT_READABLE", path) from None
    if done.returncode:
        # What it said is not repeated: it may hold a cell's text.
        said = done.stderr
        hungry = b"memory allocation" in said or b"MemoryError" in said
        raise file_error("FILE_TOO_LARGE" if hungry else "FILE_CORRUPT", path)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise file_error("FILE_CORRUPT", path) from None
