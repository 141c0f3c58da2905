"""The file system inside an old Office file (.xls, .doc, an encrypted .xlsx).

Sectors, chained by a table; a directory of named streams, as a tree of folders; small
streams lie together in a stream of their own. Names are compared without case.
Source: [MS-CFB] 2.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_END_OF_CHAIN = 0xFFFF_FFFA  # this and all above are marks, not sectors
_NOTHING = 0xFFFF_FFFF
_ENTRY = struct.Struct("<64sHBB3I")
UNSOUND = (struct.error, IndexError)  # what a damaged file may raise


class Entry(NamedTuple):
    """A stream or a folder: its neighbours in the tree, and where its bytes begin."""

    name: str
    is_used: bool
    near: tuple[int, int]
    child: int
    start: int
    size: int


class CompoundFile:
    """The streams of an old Office file by name, those of the topmost folder alone.

    Where the tree names none, all count that there are.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << struct.unpack_from("<H", data, 30)[0]
        self._small = 1 << struct.unpack_from("<H", data, 32)[0]
        directory, _, self._least, small_start = struct.unpack_from("<4I", data, 48)
        self._table = self._numbers(b"".join(map(self._sector, self._table_sectors())))
        self._small_table = self._numbers(self._chain(small_start))
        self._entries = list(map(_entry, _pieces(self._chain(directory), 128)))
        self._root = self._entries[0]
        top = [self._entries[place] for place in self._topmost()]
        self._streams: dict[str, Entry] = {}
        for entry in top or self._entries[1:]:
            if entry.is_used:
                self._streams.setdefault(entry.name, entry)

    @property
    def names(self) -> frozenset[str]:
        """The names of the streams and folders, in small letters."""
        return frozenset(self._streams)

    def stream(self, name: str) -> bytes | None:
        """A stream's bytes; None where there is no such stream."""
        found = self._streams.get(name)
        if found is None:
            return None
        if found.size >= self._least:
            data = self._chain(found.start)
        else:
            small, step = self._chain(self._root.start), self._small
            places = _follow(self._small_table, found.start, len(self._small_table))
            data = b"".join(small[at * step : (at + 1) * step] for at in places)
        if len(data) < found.size:
            raise IndexError
        return data[: found.size]

    def _topmost(self) -> list[int]:
        """The entries that the topmost folder holds."""
        found: dict[int, None] = {}
        waiting = [self._root.child]
        while waiting:
            place = waiting.pop()
            if place < len(self._entries) and place not in found:
                found[place] = None
                waiting += self._entries[place].near
        return [place for place in found if place]

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


def _entry(data: bytes) -> Entry:
    name, length, kind, _, left, right, child = _ENTRY.unpack_from(data)
    start, size = struct.unpack_from("<II", data, 116)
    shown = name[: max(length - 2, 0)].decode("utf-16-le", "replace").lower()
    return Entry(shown, bool(kind), (left, right), child, start, size)


def _follow(table: list[int], start: int, most: int) -> Iterator[int]:
    """The sectors of a chain, which has no more than the file has."""
    for _ in range(most):
        if start >= _END_OF_CHAIN:
            return
        yield start
        start = table[start]


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data) - size + 1, size))
