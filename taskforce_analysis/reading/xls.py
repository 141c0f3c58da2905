"""An .xls of Excel 5 to 2003: a stream of records, each with a number and a length.

The first run of records is the workbook's: its sheets, number formats, shared texts.
Each sheet's own run follows. A text is UTF-16 or the low bytes of it, as a flag beside
it says, and may go on over several records, each with a flag of its own; only before
Excel 97 was it in a code page. Most cells are records of one length, so they are
gathered first and decoded many at a time.
Source: [MS-XLS] 2.1 to 2.5.
"""

import codecs
import struct
from array import array
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from taskforce_analysis.errors import FileError, file_error
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading import compound
from taskforce_analysis.reading.cells import (
    NUMBER,
    TEXT,
    Area,
    Contents,
    Finding,
    Kind,
    Sheet,
    address,
)
from taskforce_analysis.reading.parsing import CellArrays, row_major
from taskforce_analysis.reading.shared import DATE_IDS, Sections, Texts, shows_date
from taskforce_analysis.reading.traces import count_hyphened

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
_FORMULA, _END, _HEADER, _FOOTER, _ERA, _CONTINUE = 0x06, 0x0A, 0x14, 0x15, 0x22, 0x3C
_PASSWORD, _CODE_PAGE, _COLUMNS, _SHEET, _FILTER = 0x2F, 0x42, 0x7D, 0x85, 0x9B
_ROW_OF_RK, _RICH, _STYLE, _MERGED, _STRINGS = 0xBD, 0xD6, 0xE0, 0xE5, 0xFC
_SHARED, _NUMBER, _LABEL, _TRUTH, _RESULT = 0xFD, 0x203, 0x204, 0x205, 0x207
_ROW, _RK, _FORMAT, _BEGIN = 0x208, 0x27E, 0x41E, 0x809
_BETWEEN = (0x4BC, 0x221, 0x236, _CONTINUE)  # a formula and its text
_HEAD = struct.Struct("<HH")
_STREAMS = ("workbook", "book")
_EXCEL_97 = 0x600
_WIDE, _FAR_EAST, _RUNS = 1, 4, 8  # what the flag beside a text may say
# Code pages that Python calls something else than their number.
_CODE_PAGES = {10000: "mac_roman", 32768: "mac_roman", 32769: "cp1252"}


Span = tuple[int, int]  # the first byte and the end


class Records(NamedTuple):
    """Some records of the stream: the number, first byte and end of each."""

    number: "array[int]"
    start: "array[int]"
    stop: "array[int]"

    def of(self, *numbers: int) -> list[int]:
        """The places in these lists of the records with one of the numbers."""
        known = np.frombuffer(self.number, np.uint16)
        return np.flatnonzero(np.isin(known, numbers)).tolist()


class _Bound(NamedTuple):
    """A sheet as the workbook lists it."""

    place: int
    hidden: bool
    is_worksheet: bool
    name: str


def read_xls(path: Path, data: bytes) -> Contents:
    """What an old workbook holds; FileError when it cannot be read whole."""
    try:
        return _Book(path, _workbook_stream(data)).read(data)
    except (*compound.UNSOUND, LookupError, ValueError):
        raise file_error("FILE_CORRUPT", path) from None


def _workbook_stream(data: bytes) -> bytes:
    """The stream that holds the workbook; some programs write nothing around it."""
    if data[:2] == _BEGIN.to_bytes(2, "little"):
        return data
    files = compound.CompoundFile(data)
    for name in _STREAMS:
        if (stream := files.stream(name)) is not None:
            return stream
    raise IndexError


class _Book:
    """The workbook's own records, and what its sheets need of them."""

    def __init__(self, path: Path, stream: bytes) -> None:
        self.path, self.stream = path, stream
        self.texts = Texts()
        records = records_in(stream, 0, len(stream))
        self.is_97 = self._unpack("<H", records.start[0])[0] >= _EXCEL_97
        if records.of(_PASSWORD):
            raise file_error("FILE_ENCRYPTED", path)
        self._coding = "cp1252"
        for at in records.of(_CODE_PAGE):
            (page,) = self._unpack("<H", records.start[at])
            if not self.is_97:  # from then on, this record says nothing of the texts
                self._coding = codecs.lookup(_CODE_PAGES.get(page, f"cp{page}")).name
        self.dates = self._dates(records)
        self.strings = self._strings(records)
        self.sheets = [
            self._bound(records.start[at], records.stop[at])
            for at in records.of(_SHEET)
        ]
        self.date1904 = any(
            self._unpack("<H", records.start[at])[0] == 1 for at in records.of(_ERA)
        )

    def read(self, data: bytes) -> Contents:
        """All sheets; `data` is the whole file, to search what lies beside them."""
        contents = Contents(date1904=self.date1904)
        places = sorted({one.place for one in self.sheets})
        stops = dict(pairwise((*places, len(self.stream))))
        names = {one.name.casefold() for one in self.sheets}
        if not self.sheets or not len(places) == len(names) == len(self.sheets):
            raise ValueError
        for bound in self.sheets:
            shown = contents.shown_name(bound.name)
            records = records_in(self.stream, bound.place, stops[bound.place])
            if bound.is_worksheet:
                page = _Page(self, shown, records)
                contents.sheets.append(page.read(hidden=bound.hidden))
            elif not bound.hidden:
                contents.findings.append(Finding("SHEET_IGNORED", shown))
            contents.findings += self._margins(shown, records)
        contents.findings += _search_rest(contents, data)
        return contents

    def text(self, start: int, spans: "Sequence[Span]", *, short: bool = False) -> str:
        """The text at `start`, after its count; it may go on over several spans."""
        reader = Reader(self.stream, [(start, spans[0][1]), *spans[1:]])
        count = reader.number("<B" if short else "<H")
        if self.is_97:
            return reader.text(count)
        return reader.take(count).decode(self._coding, "replace")

    def _unpack(self, layout: str, start: int) -> tuple[int, ...]:
        return struct.unpack_from(layout, self.stream, start)

    def _bound(self, start: int, stop: int) -> "_Bound":
        place, state, kind = struct.unpack_from("<IBB", self.stream, start)
        name = self.text(start + 6, [(start + 6, stop)], short=True)
        return _Bound(place, bool(state & 3), kind == 0, name)

    def _dates(self, records: Records) -> list[bool | Sections]:
        """For each cell style whether it shows a date."""
        patterns = {}
        for at in records.of(_FORMAT):
            start, stop = records.start[at], records.stop[at]
            (number,) = self._unpack("<H", start)
            text = self.text(start + 2, [(start + 2, stop)], short=not self.is_97)
            patterns[number] = shows_date(text)
        formats = [
            self._unpack("<H", records.start[at] + 2)[0] for at in records.of(_STYLE)
        ]
        return [patterns.get(number, number in DATE_IDS) for number in formats]

    def _strings(self, records: Records) -> np.ndarray:
        """The number of each shared text."""
        found: list[int] = []
        for at in records.of(_STRINGS):
            reader = Reader(self.stream, continued(records, at))
            _, count = reader.number("<I"), reader.number("<I")
            for _ in range(count):
                if reader.is_done:
                    break
                text = reader.text(reader.number("<H"))
                found.append(self.texts.number(text))
        return np.array(found, np.int32)

    def _margins(self, sheet: str, records: Records) -> list[Finding]:
        found = []
        for at in records.of(_HEADER, _FOOTER):
            body = self.stream[records.start[at] : records.stop[at]]
            text = body.replace(b"\0", b"").decode("latin-1")
            place = "header" if records.number[at] == _HEADER else "footer"
            if count := count_cpr(text):
                found.append(Finding("CPR_FOUND", sheet, place, count))
        return found


class _Page:
    """One sheet's records, and the cells in them."""

    def __init__(self, book: _Book, name: str, records: Records) -> None:
        self._book, self._name, self._records = book, name, records
        self._bytes = np.frombuffer(book.stream, np.uint8)
        self._number = np.frombuffer(records.number, np.uint16)
        self._start = np.frombuffer(records.start, np.uint32).astype(np.int64)
        self._stop = np.frombuffer(records.stop, np.uint32).astype(np.int64)
        self._formulas = 0

    def read(self, *, hidden: bool) -> Sheet:
        """The sheet; FileError, with the cell, for what no program writes."""
        blocks = [self._numbers(), self._small(), self._several(), self._shared()]
        blocks.append(self._loose())
        cells = CellArrays(*map(np.concatenate, zip(*blocks, strict=True)))
        texts = self._book.texts
        held = cells.value != texts.number("")
        held |= cells.kind == int(Kind.UNCALCULATED)
        cells = CellArrays(*(array[held] for array in cells))
        cells = row_major(
            cells, partial(file_error, file=self._book.path, sheet=self._name)
        )
        value, used = texts.used(cells.value)
        rows, columns = self._unseen()
        return Sheet(
            self._name,
            *(cells.row, cells.column, cells.kind, value, used),
            hidden=hidden,
            merged=self._merged(),
            hidden_rows=rows,
            hidden_columns=columns,
            filtered=bool(self._records.of(_FILTER)),
            formulas=self._formulas,
        )

    def _places(self, number: int, least: int) -> np.ndarray:
        """Where the records of this number begin; each has at least so many bytes."""
        chosen = self._number == number
        start = self._start[chosen]
        if (self._stop[chosen] - start < least).any():
            raise ValueError
        return start

    def _words(self, start: np.ndarray, count: int) -> np.ndarray:
        """The unsigned number of so many bytes at each place."""
        found = np.zeros(len(start), np.uint64)
        for step in range(count):
            found |= self._bytes[start + step].astype(np.uint64) << np.uint64(8 * step)
        return found

    def _numbers(self) -> CellArrays:
        start = self._places(_NUMBER, 14)
        values = self._words(start + 6, 8).view(np.float64)
        return self._valued(start, start + 4, values)

    def _small(self) -> CellArrays:
        start = self._places(_RK, 10)
        return self._valued(start, start + 4, _small_numbers(self._words(start + 6, 4)))

    def _several(self) -> CellArrays:
        """Numbers side by side in one record."""
        start = self._places(_ROW_OF_RK, 6)
        counts = (self._stop[self._number == _ROW_OF_RK] - start - 6) // 6
        each = np.repeat(start, counts)
        within = np.arange(len(each)) - np.repeat(np.cumsum(counts) - counts, counts)
        style = each + 4 + 6 * within
        values = _small_numbers(self._words(style + 2, 4))
        return self._valued(each, style, values, shift=within)

    def _shared(self) -> CellArrays:
        start = self._places(_SHARED, 10)
        place = self._words(start + 6, 4).astype(np.int64)
        row, column = self._addresses(start)
        strings = self._book.strings
        beyond = np.flatnonzero(place >= len(strings))
        if len(beyond):
            raise self._wrong(int(row[beyond[0]]), int(column[beyond[0]]))
        kind = np.full(len(start), TEXT, np.uint8)
        return CellArrays(row, column, kind, strings[place])

    def _valued(
        self,
        start: np.ndarray,
        style: np.ndarray,
        values: np.ndarray,
        *,
        shift: np.ndarray | int = 0,
    ) -> CellArrays:
        """Number cells: each with the place of its style."""
        row, column = self._addresses(start)
        column = (column + shift).astype(np.int32)
        odd = np.flatnonzero(~np.isfinite(values))
        if len(odd):
            raise self._wrong(int(row[odd[0]]), int(column[odd[0]]))
        kind = np.full(len(row), NUMBER, np.uint8)
        styles = self._words(style, 2).astype(np.int64)
        for one in np.unique(styles).tolist():
            chosen = np.flatnonzero(styles == one)
            at = int(row[chosen[0]]), int(column[chosen[0]])
            dated = [self._is_date(one, value, at) for value in values[chosen].tolist()]
            kind[chosen[dated]] = int(Kind.DATE)
        bits, place = np.unique(values.view(np.uint64), return_inverse=True)
        number = self._book.texts.number
        known = [number(digits(one)) for one in bits.view(np.float64).tolist()]
        return CellArrays(row, column, kind, np.array(known, np.int32)[place])

    def _is_date(self, style: int, value: float, at: tuple[int, int]) -> bool:
        dates = self._book.dates
        if not dates:
            return False
        if style >= len(dates):
            raise self._wrong(*at)
        shows = dates[style]
        return shows if isinstance(shows, bool) else shows.show_date(value)

    def _addresses(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        row, column = self._words(start, 2), self._words(start + 2, 2)
        return row.astype(np.int32) + 1, column.astype(np.int32) + 1

    def _loose(self) -> CellArrays:
        """The cells that are read one by one: own texts, truths, errors, formulas."""
        cells: list[tuple[int, int, int, int]] = []
        for at in self._records.of(_LABEL, _RICH, _TRUTH, _FORMULA):
            start, number = self._records.start[at], self._records.number[at]
            row, column, style = struct.unpack_from("<HHH", self._book.stream, start)
            if number == _TRUTH:
                value, is_error = struct.unpack_from(
                    "<BB", self._book.stream, start + 6
                )
                kind, text = _truth(value, is_error=bool(is_error))
            elif number == _FORMULA:
                self._formulas += 1
                kind, text = self._result(at, style)
            else:
                spans = continued(self._records, at)
                kind, text = Kind.TEXT, self._book.text(start + 6, spans)
            place = self._book.texts.number(text)
            cells.append((row + 1, column + 1, int(kind), place))
        rows = np.array(cells, np.int32).reshape(-1, 4)
        return CellArrays(
            rows[:, 0], rows[:, 1], rows[:, 2].astype(np.uint8), rows[:, 3]
        )

    def _result(self, at: int, style: int) -> tuple[Kind, str]:
        """What a formula gave when it was last calculated."""
        stream, start = self._book.stream, self._records.start[at]
        if self._records.stop[at] - start < 14:
            raise ValueError
        if stream[start + 12 : start + 14] != b"\xff\xff":
            (value,) = struct.unpack_from("<d", stream, start + 6)
            row, column = struct.unpack_from("<HH", stream, start)
            if not np.isfinite(value):
                raise self._wrong(row + 1, column + 1)
            is_date = self._is_date(style, value, (row + 1, column + 1))
            return (Kind.DATE if is_date else Kind.NUMBER), digits(value)
        what, value = stream[start + 6], stream[start + 8]
        if what in (1, 2):
            return _truth(value, is_error=what == 2)
        if what == 3:
            return Kind.TEXT, ""
        # A text follows in a record of its own, after what several formulas share.
        for after in range(at + 1, len(self._records.number)):
            number = self._records.number[after]
            if number == _RESULT:
                spans = continued(self._records, after)
                return Kind.TEXT, self._book.text(spans[0][0], spans)
            if number not in _BETWEEN:
                break
        return Kind.UNCALCULATED, ""

    def _unseen(self) -> tuple[frozenset[int], frozenset[int]]:
        """The hidden rows and the hidden columns."""
        start = self._places(_ROW, 16)
        is_hidden = (self._bytes[start + 12] & 0x20).astype(bool)
        rows = self._words(start[is_hidden], 2).astype(np.int64) + 1
        columns: set[int] = set()
        for at in self._records.of(_COLUMNS):
            place = self._records.start[at]
            first, last, *_, flags = struct.unpack_from("<5H", self._book.stream, place)
            if flags & 1:
                columns.update(range(first + 1, min(last, 255) + 2))
        return frozenset(rows.tolist()), frozenset(columns)

    def _merged(self) -> tuple[Area, ...]:
        found = []
        for at in self._records.of(_MERGED):
            start = self._records.start[at]
            (count,) = struct.unpack_from("<H", self._book.stream, start)
            for place in range(start + 2, start + 2 + 8 * count, 8):
                if place + 8 > self._records.stop[at]:
                    raise ValueError
                top, bottom, left, right = struct.unpack_from(
                    "<4H", self._book.stream, place
                )
                found.append(Area(top + 1, left + 1, bottom + 1, right + 1))
        return tuple(found)

    def _wrong(self, row: int, column: int) -> FileError:
        cell = address(row, column)
        return file_error("FILE_CORRUPT", self._book.path, sheet=self._name, cell=cell)


def _truth(value: int, *, is_error: bool) -> tuple[Kind, str]:
    if is_error:
        return Kind.ERROR, ERRORS.get(value, "#N/A")
    return Kind.BOOLEAN, str(int(bool(value)))


def _small_numbers(packed: np.ndarray) -> np.ndarray:
    """Numbers that were packed into 30 bits; two bits say how."""
    packed = packed.astype(np.uint32)
    whole = (packed.view(np.int32) >> 2).astype(np.float64)
    high = (packed & np.uint32(0xFFFF_FFFC)).astype(np.uint64) << np.uint64(32)
    values = np.where(packed & 2, whole, high.view(np.float64))
    return np.where(packed & 1, values / 100, values)


def small_number(packed: int) -> float:
    """One such number.

    >>> small_number(43132 << 2 | 2), small_number(314 << 2 | 3)
    (43132.0, 3.14)
    """
    return float(_small_numbers(np.array([packed], np.uint32))[0])


def digits(value: float) -> str:
    """A number as the shortest text that gives it again.

    >>> digits(43132.0), digits(-1.2), digits(1e300)
    ('43132', '-1.2', '1e+300')
    """
    whole = value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(value)


class Reader:
    """Reads on over spans of the stream: a record and those that continue it."""

    def __init__(self, stream: bytes, spans: Sequence[Span]) -> None:
        self._stream, self._spans = stream, list(spans)
        self._at, self._stop = self._spans.pop(0)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self._at >= self._stop and not self._spans

    def take(self, count: int) -> bytes:
        """So many bytes; IndexError where there are fewer."""
        taken = b""
        while len(taken) < count:
            if self._at >= self._stop:
                self._at, self._stop = self._spans.pop(0)
            most = min(self._at + count - len(taken), self._stop)
            taken += self._stream[self._at : most]
            self._at = most
        return taken

    def number(self, layout: str) -> int:
        """The next number of this layout."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def text(self, count: int) -> str:
        """A text of so many characters, with the flag before it."""
        flags = self.number("<B")
        behind = 4 * self.number("<H") if flags & _RUNS else 0
        behind += self.number("<I") if flags & _FAR_EAST else 0
        wide, taken = flags & _WIDE, b""
        while len(taken) < 2 * count:
            if self._at >= self._stop:
                self._at, self._stop = self._spans.pop(0)
                wide = self.number("<B") & _WIDE  # each span says anew
            left, room = count - len(taken) // 2, self._stop - self._at
            piece = self.take(min(2 * left if wide else left, room))
            taken += piece if wide else piece.decode("latin-1").encode("utf-16-le")
        self.take(behind)
        return taken.decode("utf-16-le", "replace")


def records_in(stream: bytes, start: int, stop: int) -> Records:
    """The records from `start` to their end; charts inside are passed over."""
    number, begin, end = array("H"), array("I"), array("I")
    unpack, depth = _HEAD.unpack_from, 0
    while start < stop:
        kind, length = unpack(stream, start)
        start += 4
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
        if depth <= 0:
            return Records(number, begin, end)
        if depth == 1:
            number.append(kind)
            begin.append(start)
            end.append(start + length)
        start += length
    raise IndexError


def continued(records: Records, at: int) -> list[Span]:
    """Where a record's bytes lie, and those of the records that continue it."""
    found = [(records.start[at], records.stop[at])]
    for after in range(at + 1, len(records.number)):
        if records.number[after] != _CONTINUE:
            break
        found.append((records.start[after], records.stop[after]))
    return found


def _search_rest(contents: Contents, data: bytes) -> list[Finding]:
    """CPR-like numbers in the rest of the file, as far as they can be told apart."""
    texts = {text for sheet in contents.sheets for text in sheet.texts}
    known = count_hyphened("\n".join(texts).encode("utf-8", "replace"))
    known += sum(one.count for one in contents.findings if one.place)
    more = count_hyphened(data.replace(b"\0", b"")) - known
    return [Finding("CPR_FOUND", None, "workbook", more)] if more > 0 else []
