"""What the reader behind `legacy` leaves out of binary workbooks (.xls, .xlsb).

It turns error cells into blanks, and a blank means that a question was not answered.
Both formats are rows of records, each with a number and a length, so the records of
interest are picked out here: error cells, hidden rows and columns, an active filter.
Sources: [MS-XLS] 2.3 and 2.4, [MS-XLSB] 2.3, [MS-CFB] 2.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from taskforce_analysis.reading.cells import Area, Kind
from taskforce_analysis.reading.package import Package

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
# The numbers of records in an .xls ...
_FORMULA, _END, _HEADER, _FOOTER = 0x06, 0x0A, 0x14, 0x15
_PASSWORD, _COLUMNS, _SHEET, _FILTER = 0x2F, 0x7D, 0x85, 0x9B
_ERROR, _ROW, _BEGIN = 0x205, 0x208, 0x809
# ... and in an .xlsb.
_B_ROW, _B_ERROR, _B_FORMULA_ERROR = 0, 3, 11
_B_COLUMNS, _B_SHEET, _B_FILTER = 60, 156, 163
_END_OF_CHAIN = 0xFFFF_FFFA  # this and all above are marks, not sectors
_STREAMS = ("workbook", "book")


class Stored(NamedTuple):
    """A cell's kind and text, where they are other than the reader said."""

    kind: Kind
    text: str


@dataclass
class Corrections:
    """What one sheet holds beside the values that the reader gives."""

    cells: dict[tuple[int, int], Stored] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    filtered: bool = False
    texts: list[tuple[str, str]] = field(default_factory=list)  # place and text

    def add_error(self, row: int, column: int, code: int) -> None:
        """An error cell, both numbers counted from 0."""
        text = ERRORS.get(code, "#N/A")
        self.cells[row + 1, column + 1] = Stored(Kind.ERROR, text)


class LockedError(Exception):
    """The workbook is encrypted with a password."""


class Record(NamedTuple):
    """One record: its number and its bytes."""

    number: int
    data: bytes


def xls_corrections(data: bytes) -> list[Corrections]:
    """The sheets of an .xls in order; ValueError when it is damaged, LockedError.

    A sheet that is no worksheet (a chart, a macro) has its place in the list as well.
    """
    try:
        stream = _workbook_stream(data)
        records = list(_xls_records(stream, 0, len(stream)))
        if any(record.number == _PASSWORD for record in records):
            raise LockedError
        starts = [
            struct.unpack_from("<I", record.data)[0]
            for record in records
            if record.number == _SHEET
        ]
        stops = dict(pairwise((*sorted(starts), len(stream))))
        if not starts or len(stops) != len(starts):
            raise ValueError
        return [_xls_sheet(stream, start, stops[start]) for start in starts]
    except (struct.error, IndexError):
        raise ValueError from None


def xlsb_corrections(data: bytes) -> Corrections:
    """One sheet part of an .xlsb; ValueError when it is damaged."""
    found, row = Corrections(), 0
    try:
        for number, body in _xlsb_records(data):
            if number == _B_ROW:
                row = struct.unpack_from("<I", body)[0]
                if body[11] & 0x10:
                    found.hidden_rows.add(row + 1)
            elif number in (_B_ERROR, _B_FORMULA_ERROR):
                found.add_error(row, struct.unpack_from("<I", body)[0], body[8])
            elif number == _B_COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<IIIIH", body)
                _hide(found, first, last, hidden=flags & 1)
            elif number == _B_FILTER:
                found.filtered = True
    except (struct.error, IndexError):
        raise ValueError from None
    return found


def xlsb_sheets(package: Package) -> list[str]:
    """The sheets' parts in order; ValueError when one that is named is not there."""
    links, parts = package.links(package.main), []
    for number, body in _xlsb_records(package.container.read(package.main)):
        if number == _B_SHEET:
            length = struct.unpack_from("<I", body, 8)[0]
            name = body[12 : 12 + 2 * length].decode("utf-16-le")
            if name not in links:
                raise ValueError
            parts.append(links[name].target)
    return parts


def _xls_sheet(stream: bytes, start: int, stop: int) -> Corrections:
    found = Corrections()
    for number, body in _xls_records(stream, start, stop):
        if number == _ERROR:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", body)
            if is_error:
                found.add_error(row, column, code)
        elif number == _FORMULA:
            row, column, _, kind, _, code = struct.unpack_from("<HHHBBB", body)
            if kind == 2 and body[12:14] == b"\xff\xff":
                found.add_error(row, column, code)
        elif number == _ROW and body[12] & 0x20:
            found.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif number == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<5H", body)
            _hide(found, first, last, hidden=flags & 1)
        elif number == _FILTER:
            found.filtered = True
        elif number in (_HEADER, _FOOTER):
            place = "header" if number == _HEADER else "footer"
            found.texts.append((place, body.replace(b"\0", b"").decode("latin-1")))
    return found


def _hide(found: Corrections, first: int, last: int, *, hidden: int) -> None:
    if hidden:
        found.hidden_columns.update(range(first + 1, min(last, 16_383) + 2))


def _xls_records(stream: bytes, start: int, stop: int) -> Iterator[Record]:
    """The records from `start` to their end; charts inside are passed over."""
    depth = 0
    while start < stop:
        number, length = struct.unpack_from("<HH", stream, start)
        start += 4
        depth += (number == _BEGIN) - (number == _END)
        if not depth:
            return
        if depth == 1:
            yield Record(number, stream[start : start + length])
        start += length
    raise IndexError


def _xlsb_records(data: bytes) -> Iterator[Record]:
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


def _workbook_stream(data: bytes) -> bytes:
    """The stream that holds the workbook, out of the file system that an .xls is."""
    files = CompoundFile(data)
    for name in _STREAMS:
        if (stream := files.stream(name)) is not None:
            return stream
    raise IndexError


class CompoundFile:
    """A file system in a file; knows its streams by name, in small letters."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << struct.unpack_from("<H", data, 30)[0]
        self._small = 1 << struct.unpack_from("<H", data, 32)[0]
        directory, _, self._least, small_start = struct.unpack_from("<4I", data, 48)
        self._table = self._numbers(b"".join(map(self._sector, self._table_sectors())))
        self._small_table = self._numbers(self._chain(small_start))
        self._entries: dict[str, tuple[int, int]] = {}
        for entry in _pieces(self._chain(directory), 128):
            length = struct.unpack_from("<H", entry, 64)[0]
            name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace").lower()
            if entry[66]:
                self._entries.setdefault(name, struct.unpack_from("<II", entry, 116))

    def stream(self, name: str) -> bytes | None:
        """A stream's bytes; None where there is no such stream."""
        if name not in self._entries:
            return None
        start, size = self._entries[name]
        if size >= self._least:
            return self._chain(start)[:size]
        small = self._chain(self._entries.get("root entry", (_END_OF_CHAIN, 0))[0])
        places = _follow(self._small_table, start, len(self._small_table))
        step = self._small
        return b"".join(small[at * step : (at + 1) * step] for at in places)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _chain(self, start: int) -> bytes:
        most = len(self._data) // self._size
        return b"".join(map(self._sector, _follow(self._table, start, most)))

    def _table_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        more, count = struct.unpack_from("<II", self._data, 68)
        for _ in range(min(count, len(self._data) // self._size)):
            *found, more = self._numbers(self._sector(more))
            sectors += found
        used = [number for number in sectors if number < _END_OF_CHAIN]
        if len(used) > len(self._data) // self._size:
            raise IndexError
        return used

    def _numbers(self, data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _follow(table: list[int], start: int, most: int) -> Iterator[int]:
    """The sectors of a chain, which has no more than the file has."""
    for _ in range(most):
        if start >= _END_OF_CHAIN:
            return
        yield start
        start = table[start]


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data) - size + 1, size))
