"""What a workbook's sheets share while they are read, and how cells are collected.

Cells are kept as four growing columns of numbers (row, column, kind, text), one by one
or a block at a time, and become the arrays of a `Sheet`.
"""

from array import array
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.texts import Texts

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


class ColumnNumbers(dict[str, int]):
    """Column letters (A to Z, either case) to numbers; KeyError beyond the last."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
        if number > LAST_COLUMN:
            raise KeyError
        self[letters] = number
        return number


COLUMNS = ColumnNumbers()


@dataclass
class Book:
    """What all sheets of a workbook share while they are read."""

    container: Container
    texts: Texts
    strings: list[int] = field(default_factory=list)
    dates: dict[str, bool] | None = None  # None where the workbook has no styles
    date1904: bool = False
    streamed: set[str] = field(default_factory=set)  # parts that are read already

    @cached_property
    def numbers(self) -> np.ndarray:
        """The shared strings' numbers, as an array."""
        return np.array(self.strings, np.int32)


class Columns:
    """Cells as four growing arrays: row, column, kind, number of the text."""

    def __init__(self) -> None:
        self.row, self.column = array("i"), array("i")
        self.kind, self.value = array("B"), array("i")
        self._blocks: list[tuple[np.ndarray, ...]] = []

    def add_block(self, *columns: np.ndarray) -> None:
        """Take over many cells at once, after those that came before."""
        if self.row:
            self._close()
        self._blocks.append(columns)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """All cells as int32, int32, uint8 and int32 arrays, as they came."""
        self._close()
        if len(self._blocks) == 1:
            return self._blocks[0]
        return tuple(np.concatenate(parts) for parts in zip(*self._blocks, strict=True))

    def _close(self) -> None:
        if self.row or not self._blocks:
            loose = (self.row, self.column, self.kind, self.value)
            self._blocks.append(tuple(np.array(column) for column in loose))
            self.row, self.column = array("i"), array("i")
            self.kind, self.value = array("B"), array("i")
