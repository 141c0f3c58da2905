"""How plainly written rows look, tag by tag, as tables that arrays can be held against.

A tag is told by its first two bytes. What may follow it, what it must begin with and,
if it is the same throughout, how long it is, are looked up by its code.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

WORD = 8
ROW, CELL, VALUE, VALUE_END, CELL_END, ROW_END, EMPTY_CELL, EMPTY_ROW = range(1, 9)
FOLLOWERS = {
    ROW: (CELL, EMPTY_CELL, ROW_END),
    CELL: (VALUE, CELL_END),
    VALUE: (VALUE_END,),
    VALUE_END: (CELL_END,),
    CELL_END: (CELL, EMPTY_CELL, ROW_END),
    EMPTY_CELL: (CELL, EMPTY_CELL, ROW_END),
    ROW_END: (ROW, EMPTY_ROW),
    EMPTY_ROW: (ROW, EMPTY_ROW),
}
_STARTS = {
    b"ro": ROW,
    b"c ": CELL,
    b"v>": VALUE,
    b"/v": VALUE_END,
    b"/c": CELL_END,
    b"/r": ROW_END,
}
_TEXTS = {
    ROW: b'<row r="',
    EMPTY_ROW: b'<row r="',
    CELL: b'<c r="',
    EMPTY_CELL: b'<c r="',
    VALUE: b"<v>",
    VALUE_END: b"</v>",
    CELL_END: b"</c>",
    ROW_END: b"</row>",
}


class Rules(NamedTuple):
    """Tables: by a tag's first two bytes, by its code, by two letters of a column."""

    codes: np.ndarray  # the code of a tag
    follows: np.ndarray  # by code * 16 + next code: whether it may be next
    column: np.ndarray  # the number that one or two letters give, 0 for none
    letters: np.ndarray  # how many of the two bytes are letters
    mask: np.ndarray  # by code: the bytes that are the same in every such tag
    text: np.ndarray  # by code: these bytes
    length: np.ndarray  # by code: of a tag that is the same throughout, else 0


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


@cache
def rules() -> Rules:
    """The tables, made once."""
    codes, column = np.zeros(1 << 16, np.uint8), np.zeros(1 << 16, np.int32)
    letters = np.ones(1 << 16, np.int64)
    for text, code in _STARTS.items():
        codes[int.from_bytes(text, "little")] = code
    for first in range(1, 27):
        column[64 + first + (np.arange(ord("0"), ord("9") + 1) << 8)] = first
        two = 64 + first + (np.arange(65, 91) << 8)
        column[two], letters[two] = first * 26 + np.arange(1, 27), 2
    follows = np.zeros(256, bool)
    for code, followers in FOLLOWERS.items():
        follows[[code * 16 + one for one in followers]] = True
    texts = [_TEXTS.get(code, b"") for code in range(EMPTY_ROW + 1)]
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
