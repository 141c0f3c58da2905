"""The cells of one .xlsx sheet, taken apart with arrays: the fast reader.

Most programs write rows in one plain way: no blanks between the tags, attributes in the
order r, s, t, numbers and shared strings as values. A sheet's bytes pass through
`Sifter` on their way to the XML parser: rows are cut off where one ends and scanned as
a `Block`, of which every byte is accounted for. A block with anything else in it is
left to the parser, as it is.

So this is never a second opinion on what a sheet says, only a faster one. The plain
reader, `parsing`, is its witness: the tests hold the two against each other, and
benchmarks/reading.py shows what the faster one buys.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from taskforce_analysis.reading.cells import (
    BOOLEAN,
    ERROR,
    LAST_COLUMN,
    NUMBER,
    TEXT,
    Kind,
)
from taskforce_analysis.reading.parsing import (
    CHECKBOX,
    STORED_NUMBER,
    CellArrays,
    RowListener,
)
from taskforce_analysis.reading.shared import Shared

LONGEST_ROW = 1 << 23
_OPEN, _CLOSE, _END_OF_ROW = b"<sheetData>", b"</sheetData>", b"</row>"

# A tag is told by its first two bytes; what may follow it, and what it must begin with.
ROW, CELL, VALUE, VALUE_END, CELL_END, ROW_END, EMPTY_CELL, EMPTY_ROW = range(1, 9)
_FOLLOWERS = {
    ROW: (CELL, EMPTY_CELL, ROW_END),
    CELL: (VALUE, CELL_END),
    VALUE: (VALUE_END,),
    VALUE_END: (CELL_END,),
    CELL_END: (CELL, EMPTY_CELL, ROW_END),
    EMPTY_CELL: (CELL, EMPTY_CELL, ROW_END),
    ROW_END: (ROW, EMPTY_ROW),
    EMPTY_ROW: (ROW, EMPTY_ROW),
}
_TAG_STARTS = {
    b"ro": ROW,
    b"c ": CELL,
    b"v>": VALUE,
    b"/v": VALUE_END,
    b"/c": CELL_END,
    b"/r": ROW_END,
}
_TAG_TEXTS = {
    ROW: b'<row r="',
    EMPTY_ROW: b'<row r="',
    CELL: b'<c r="',
    EMPTY_CELL: b'<c r="',
    VALUE: b"<v>",
    VALUE_END: b"</v>",
    CELL_END: b"</c>",
    ROW_END: b"</row>",
}

# Tags are compared, and the places of shared strings read, as words of eight bytes.
WORD = 8
_ONES = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_ZEROS = np.uint64(0x3030_3030_3030_3030)
_HIGH = np.uint64(0xF0F0_F0F0_F0F0_F0F0)
_SIX = np.uint64(0x0606_0606_0606_0606)
# Eight digits become four numbers, then two, then one: factor, shift, mask.
_STEPS = (
    (np.uint64(10), np.uint64(8), np.uint64(0x00FF_00FF_00FF_00FF)),
    (np.uint64(100), np.uint64(16), np.uint64(0x0000_FFFF_0000_FFFF)),
    (np.uint64(10_000), np.uint64(32), np.uint64(0x0000_0000_FFFF_FFFF)),
)
_ROW_TAG = re.compile(
    rb'<row r="([1-9][0-9]{0,6})"(?: [A-Za-z][A-Za-z0-9:]*="[^"<>]*")*(/?)>'
)
_TAIL = re.compile(rb'(?: s="([0-9]+)")?(?: t="([a-z]+)")?/?>')
_MOST_TAILS = 64
_TYPES = {b"n": NUMBER, b"s": TEXT, b"b": BOOLEAN, b"e": ERROR}


class Sifter:
    """Gives the parser its share; `rows` is set once the parser has met the rows.

    What is scanned the parser does not see, apart from the rows' own tags; the rest it
    sees whole.
    """

    def __init__(self, shared: Shared) -> None:
        self.rows: RowListener | None = None
        self._shared = shared

    def sift(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces for the parser, which has one before it asks for the next."""
        source = iter(chunks)
        head = next(source, b"")
        cut = head.find(_OPEN)
        if cut >= 0:
            cut += len(_OPEN)
            yield head[:cut]
            yield from self._sift_rows(chain((head[cut:],), source))
        else:
            yield head
        yield from source

    def _sift_rows(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        pending = b""
        for chunk in chunks:
            pending += chunk
            last = pending.find(_CLOSE)
            cut = pending.rfind(_END_OF_ROW, 0, last if last >= 0 else None)
            cut = cut + len(_END_OF_ROW) if cut >= 0 else 0
            block, pending = pending[:cut], pending[cut:]
            # A comment could hide where a row ends: from there on, all is parsed.
            hides = b"<!" in block or b"<?" in block
            yield block if hides else self.scan(block)
            if hides or last >= 0 or len(pending) > LONGEST_ROW:
                break
        yield pending

    def scan(self, data: bytes) -> bytes:
        """Take the cells out of some whole rows; gives what is left for the parser."""
        if not data or self.rows is None or not self.rows.is_between:
            return data
        try:
            block = Block(data)
            tags = block.rows()
            cells = block.cells(list(tags), self._shared)
        except OddError:
            return data
        self.rows.cells.add_block(cells)
        return b"".join(tags.values())


class OddError(Exception):
    """The block is not written in the plain way."""


class Tags(NamedTuple):
    """The tags of a block: where each begins and ends, and which it is."""

    start: np.ndarray
    end: np.ndarray
    code: np.ndarray

    def are(self, *codes: int) -> np.ndarray:
        """Which tags have one of the codes."""
        table = np.zeros(EMPTY_ROW + 1, bool)
        table[list(codes)] = True
        return table[self.code]


class Block:
    """Some whole rows, as bytes and as the machine words that begin at each byte."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        padded = data + bytes(3 * WORD)
        count = len(padded) - WORD
        self.bytes = np.frombuffer(padded, np.uint8)
        self.words = np.ndarray((count,), "<u8", padded, strides=(1,))
        self.pairs = np.ndarray((count,), "<u2", padded, strides=(1,))
        self.tags = self._tags()

    def rows(self) -> dict[int, bytes]:
        """The rows' numbers, each with its opening tag for the XML parser to judge."""
        chosen = self.tags.are(ROW, EMPTY_ROW)
        starts, ends = self.tags.start[chosen], self.tags.end[chosen]
        found = {}
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            tag = self.data[start:end]
            match = _ROW_TAG.fullmatch(tag)
            if match is None or int(match[1]) in found:
                raise OddError
            found[int(match[1])] = tag if match[2] else tag + b"</row>"
        return found

    def cells(self, numbers: list[int], shared: Shared) -> CellArrays:
        """The cells, where the rows have these numbers."""
        place = np.flatnonzero(self.tags.are(CELL, EMPTY_CELL))
        ordinal = np.cumsum(self.tags.are(ROW, EMPTY_ROW))[place] - 1
        after, column = self._references(place, ordinal, numbers)
        kind, dated = self._kinds(after, self.tags.end[place], shared)
        full = np.append(self.tags.code, 0)[place + 1] == VALUE
        _demand(bool(np.all(full | (kind != ERROR))))
        kind, dated, place = kind[full], dated[full], place[full]
        row = np.array(numbers, np.int32)[ordinal[full]]
        start, end = self.tags.start[place + 1] + 3, self.tags.start[place + 2]
        value = self._values(start, end, kind=kind, shared=shared)
        kind[dated & (kind == NUMBER)] = int(Kind.DATE)
        empty = shared.texts.number("")
        held = value != empty
        return CellArrays(row[held], column[full][held], kind[held], value[held])

    def _tags(self) -> Tags:
        raw = self.bytes[: len(self.data)]
        _demand(bool(raw.size) and raw.min() >= ord(" ") and raw.max() < 127)
        _demand(b"&" not in self.data and b"]]>" not in self.data)
        start = np.flatnonzero(raw == ord("<"))
        _demand(bool(start.size) and start[0] == 0)
        end = np.append(start[1:], raw.size)
        rule = rules()
        code = rule.codes[self.pairs[start + 1]]
        closed = self.bytes[end - 2] == ord("/")
        code[closed & (code == CELL)] = EMPTY_CELL
        code[closed & (code == ROW)] = EMPTY_ROW
        tags = Tags(start, end, code)
        _demand(code[0] in _FOLLOWERS[ROW_END] and code[-1] in (ROW_END, EMPTY_ROW))
        _demand(bool(rule.follows[code[:-1] * np.uint8(16) + code[1:]].all()))
        _demand(bool(np.all((self.words[start] & rule.mask[code]) == rule.text[code])))
        whole = rule.length[code]
        _demand(bool(np.all((whole == 0) | (end - start == whole))))
        return tags

    def _references(
        self, place: np.ndarray, ordinal: np.ndarray, numbers: list[int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where each cell's reference ends, and its column; its row must be the row."""
        start = self.tags.start[place] + len(b'<c r="')
        pair = self.pairs[start]
        column, count = rules().column[pair], rules().letters[pair]
        third = self.bytes[start + 2].astype(np.int32) - ord("A") + 1
        three = (count == 2) & (third > 0)
        column = np.where(three, column * 26 + third, column)
        sound = (column > 0) & (column <= LAST_COLUMN) & (~three | (third <= 26))
        _demand(bool(np.all(sound)))
        digits = [b'%d"' % number for number in numbers]
        lengths = np.array([len(one) for one in digits], np.int64)[ordinal]
        wanted = np.array(digits, "S8").view("<u8")[ordinal]
        start += count + three
        _demand(bool(np.all((self.words[start] & masks()[lengths]) == wanted)))
        return start + lengths, column

    def _kinds(
        self, start: np.ndarray, end: np.ndarray, shared: Shared
    ) -> tuple[np.ndarray, np.ndarray]:
        """What each cell's remaining attributes say: kind, and whether a date."""
        length = end - start
        _demand(bool(np.all(length <= 2 * WORD)))
        mask = masks()
        first = self.words[start] & mask[np.minimum(length, WORD)]
        second = self.words[start + WORD] & mask[np.maximum(length - WORD, 0)]
        kind = np.zeros(len(start), np.uint8)
        dated = np.zeros(len(start), bool)
        for _ in range(_MOST_TAILS):
            at = int(np.argmin(kind)) if len(kind) else -1
            if at < 0 or kind[at]:
                return kind, dated
            alike = (first == first[at]) & (second == second[at])
            match = _TAIL.fullmatch(self.data[start[at] : end[at]])
            kind[alike], dated[alike] = _meaning(match, shared)
        raise OddError

    def _values(
        self, start: np.ndarray, end: np.ndarray, *, kind: np.ndarray, shared: Shared
    ) -> np.ndarray:
        """The number of each cell's text."""
        value = np.empty(len(start), np.int32)
        strings = kind == TEXT
        value[strings] = self._strings(start[strings], end[strings], shared)
        other = ~strings
        lows, highs = start[other].tolist(), end[other].tolist()
        places = zip(lows, highs, kind[other].tolist(), strict=True)
        pieces = [(self.data[low:high], which) for low, high, which in places]
        known = {piece: _number(*piece, shared) for piece in set(pieces)}
        value[other] = [known[piece] for piece in pieces]
        return value

    def _strings(
        self, start: np.ndarray, end: np.ndarray, shared: Shared
    ) -> np.ndarray:
        """The texts of decimal places in the table of shared strings."""
        length = end - start
        _demand(bool(np.all((length >= 1) & (length <= WORD))))
        # The digits move to the word's upper end and zeros fill the lower.
        shift = ((WORD - length) * 8).astype(np.uint64)
        filled = (self.words[start] << shift) | (_ZEROS & ~(_ONES << shift))
        high, low = filled & _HIGH, (filled + _SIX) & _HIGH
        _demand(bool(np.all((high == _ZEROS) & (low == _ZEROS))))
        number = filled - _ZEROS
        for factor, step, mask in _STEPS:
            number = (number * factor + (number >> step)) & mask
        _demand(bool(np.all(number < len(shared.numbers))))
        return shared.numbers[number]


def _meaning(match: re.Match[bytes] | None, shared: Shared) -> tuple[int, bool]:
    """What a cell's attributes say: its kind, and whether its style shows a date."""
    kind = None if match is None else _TYPES.get(match[2] or b"n")
    if match is None or kind is None:
        raise OddError
    style = (match[1] or b"0").decode()
    if kind == BOOLEAN and style in shared.boxes:
        return CHECKBOX, False
    if kind != NUMBER or shared.dates is None:
        return kind, False
    shows = shared.dates.get(style)
    if not isinstance(shows, bool):  # unknown, or it depends on the number
        raise OddError
    return kind, shows


def _number(piece: bytes, kind: int, shared: Shared) -> int:
    text = piece.decode("ascii")
    if kind == NUMBER:
        _demand(STORED_NUMBER.fullmatch(text) is not None)
    elif kind in (BOOLEAN, CHECKBOX):
        _demand(text in ("0", "1"))
    else:
        _demand(bool(text) and text == text.strip())
    return shared.texts.number(text)


def _demand(plain: bool, /) -> None:  # noqa: FBT001 - reads as a sentence
    if not plain:
        raise OddError


class Rules(NamedTuple):
    """Tables: by a tag's first two bytes, by its code, by two letters of a column."""

    codes: np.ndarray  # the code of a tag
    follows: np.ndarray  # by code * 16 + next code: whether it may be next
    column: np.ndarray  # the number that one or two letters give, 0 for none
    letters: np.ndarray  # how many of the two bytes are letters
    mask: np.ndarray  # by code: the bytes that are the same in every such tag
    text: np.ndarray  # by code: these bytes
    length: np.ndarray  # by code: of a tag that is the same throughout, else 0


@cache
def rules() -> Rules:
    """The tables, made once."""
    codes, column = np.zeros(1 << 16, np.uint8), np.zeros(1 << 16, np.int32)
    letters = np.ones(1 << 16, np.int64)
    for text, code in _TAG_STARTS.items():
        codes[int.from_bytes(text, "little")] = code
    for first in range(1, 27):
        column[64 + first + (np.arange(ord("0"), ord("9") + 1) << 8)] = first
        two = 64 + first + (np.arange(65, 91) << 8)
        column[two], letters[two] = first * 26 + np.arange(1, 27), 2
    follows = np.zeros(256, bool)
    for code, followers in _FOLLOWERS.items():
        follows[[code * 16 + one for one in followers]] = True
    texts = [_TAG_TEXTS.get(code, b"") for code in range(EMPTY_ROW + 1)]
    return Rules(
        codes=codes,
        follows=follows,
        column=column,
        letters=letters,
        mask=masks()[[len(text) for text in texts]],
        text=np.array([int.from_bytes(text, "little") for text in texts], np.uint64),
        length=np.array(
            [len(text) if text.startswith(b"</") else 0 for text in texts], np.int64
        ),
    )


@cache
def masks() -> np.ndarray:
    """A word's mask by how many of its bytes count."""
    return np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], np.uint64)
