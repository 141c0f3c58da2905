"""A sheet's bytes on their way to the XML parser, with the plain rows taken out.

Rows are cut off where one ends, and offered to `scanning` as a block. What it takes,
the parser does not see, apart from the rows' own tags; the rest it sees whole. Comments
and the like could hide where a row ends: from the first one on, it sees everything.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from taskforce_analysis.reading.columns import Book
from taskforce_analysis.reading.rows import Rows
from taskforce_analysis.reading.scanning import Block, OddError

LONGEST_ROW = 1 << 23
_OPEN, _CLOSE, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"


class Sifter:
    """Gives the parser its share; `rows` is set once the parser has met the rows."""

    def __init__(self, book: Book) -> None:
        self.rows: Rows | None = None
        self._book = book

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
            cut = pending.rfind(_ROW_END, 0, last if last >= 0 else None)
            cut = cut + len(_ROW_END) if cut >= 0 else 0
            block, pending = pending[:cut], pending[cut:]
            hides = b"<!" in block or b"<?" in block
            yield block if hides else self._scan(block)
            if hides or last >= 0 or len(pending) > LONGEST_ROW:
                break
        yield pending

    def _scan(self, data: bytes) -> bytes:
        """Take the cells out of some whole rows; what is left for the parser."""
        if not data or self.rows is None or not self.rows.is_between:
            return data
        try:
            block = Block(data)
            tags = block.rows()
            cells = block.cells(list(tags), self._book)
        except OddError:
            return data
        self.rows.columns.add_block(*cells)
        return b"".join(tags.values())
