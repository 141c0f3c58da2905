"""The cells of one .xlsx sheet, parsed as XML: the plain reader.

A cell keeps its address, kind and stored text. An address may be left out, as the
format allows; a wrong one is an error, as is a value that its type cannot have: nothing
is guessed. A formula without a stored value is a kind of its own, not a blank.

It could read every sheet alone. `scanning` reads most rows before they come here, many
at a time, and must find the same cells: this reader is its witness, and has the rest.
"""

import re
from array import array
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading.cells import (
    COLUMN_NUMBERS,
    LAST_COLUMN,
    LAST_ROW,
    Kind,
    address,
)
from taskforce_analysis.reading.container import DEEPEST
from taskforce_analysis.reading.shared import ALTERNATIVE, Shared, unescape

# What no sheet keeps: while it is read, a boolean that is drawn as a checkbox.
CHECKBOX = 7
STORED_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_REFERENCE = re.compile("([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile("[1-9][0-9]{0,6}")
_TRUTH = {"1": "1", "0": "0", "true": "1", "false": "0"}
_DURATION = re.compile(
    r"(-)?P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:[.,][0-9]+)?)S)?)?"
)
_CLOCK = re.compile("[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?")
_DAY = timedelta(days=1)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates have no zone
_LEAP_BUG = 61  # serial 60 is 29 February 1900, which never was
_SHIFT_1904 = 1462


class RowListener:
    """Listens to the rows of a sheet and collects their `cells`."""

    def __init__(
        self, shared: Shared, sheet: str, *, space: str, after: Callable[[], None]
    ) -> None:
        self.cells = CellCollector()
        self.formulas = 0
        self._row = 0
        self.hidden: set[int] = set()
        self.formula_texts: list[tuple[str, str]] = []  # each with its cell
        self._shared = shared
        self._sheet = sheet
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            space + "c": self._start_cell,
            space + "row": self._start_row,
            space + "f": self._start_formula,
            space + "rPh": self._start_guide,
            space + "sheetData": self._start_again,
        }
        self._ends: dict[str, Callable[[], None]] = {
            space + "v": self._end_value,
            space + "c": self._end_cell,
            space + "f": self._end_formula,
            space + "t": self._end_text,
            space + "rPh": self._end_guide,
            space + "row": self._end_row,
            space + "sheetData": after,
        }
        self._pieces: list[str] = []
        self.text = self._pieces.append
        self._column = self._depth = self._deepest = 0
        self._in_row = self._guide = False
        self._cell: dict[str, str] | None = None
        self._forget()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._pieces.clear()
        self._depth = self._deepest = self._depth + 1
        act = self._starts.get(name)
        if act is not None:
            act(attributes)
        elif self._depth > DEEPEST or name.endswith(ALTERNATIVE):
            raise self._wrong()

    def end(self, name: str) -> None:
        """An element ends."""
        act = self._ends.get(name)
        if act is not None:
            act()
        self._depth -= 1

    @property
    def is_between(self) -> bool:
        """Whether the last thing heard was the beginning of the rows or a row's end."""
        return not self._depth

    def _wrong(self) -> FileError:
        """The error for what no program writes, at this cell where there is one."""
        in_cell = self._cell is not None and self._column
        cell = address(self._row, self._column) if in_cell else None
        return self._shared.container.error(
            "FILE_CORRUPT", sheet=self._sheet, cell=cell
        )

    def _forget(self) -> None:
        self._value: str | None = None
        self._inline: list[str] | None = None
        self._formula = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._in_row:
            raise self._wrong()
        self._in_row, self._column = True, 0
        number = attributes.get("r")
        if number is None:
            self._row += 1
        elif _ROW.fullmatch(number):
            self._row = int(number)
        else:
            raise self._wrong()
        if self._row > LAST_ROW:
            raise self._wrong()
        if is_true(attributes.get("hidden")) or is_zero(attributes.get("ht")):
            self.hidden.add(self._row)

    def _end_row(self) -> None:
        self._in_row = False

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._cell is not None or not self._in_row:
            raise self._wrong()
        self._cell = attributes
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if not match or int(match[2]) != self._row:
                raise self._wrong()
            try:
                self._column = COLUMN_NUMBERS[match[1]]
            except KeyError:
                raise self._wrong() from None
        if self._column > LAST_COLUMN:
            raise self._wrong()

    def _start_formula(self, _: dict[str, str]) -> None:
        if self._cell is None:
            raise self._wrong()
        self._formula = True

    def _start_again(self, _: dict[str, str]) -> None:
        raise self._wrong()

    def _start_guide(self, _: dict[str, str]) -> None:
        self._guide = True

    def _end_guide(self) -> None:
        self._guide = False

    def _end_formula(self) -> None:
        if self._pieces:
            cell = address(self._row, self._column)
            self.formula_texts.append((cell, "".join(self._pieces)))

    def _end_value(self) -> None:
        twice = self._value is not None
        if self._cell is None or twice or self._depth != self._deepest:
            raise self._wrong()
        self._value = "".join(self._pieces)

    def _end_text(self) -> None:
        # Anything inside a text would cut off what stands before it.
        if self._cell is None or self._depth != self._deepest:
            raise self._wrong()
        if self._guide:
            self._shared.texts.aside.append("".join(self._pieces))
            return
        if self._inline is None:
            self._inline = []
        self._inline.append("".join(self._pieces))

    def _end_cell(self) -> None:
        cell = self._cell or {}
        stored = self._stored(cell.get("t", "n"), cell.get("s") or "0")
        if stored is not None:
            kind, text = stored
            number = text if isinstance(text, int) else self._shared.texts.number(text)
            cells = self.cells
            cells.row.append(self._row)
            cells.column.append(self._column)
            cells.kind.append(kind)
            cells.value.append(number)
        self.formulas += self._formula
        self._cell = None
        self._forget()

    def _stored(self, kind: str, style: str) -> tuple[int, str | int] | None:
        """What the cell holds: its kind, and its text or the number of a text."""
        value, inline = self._value, self._inline
        bare = not value and kind != "str" and inline is None
        if self._formula and (bare or (value is None and inline is None)):
            return Kind.UNCALCULATED, ""
        if inline is not None and (kind == "inlineStr" or value is None):
            return _text("".join(inline))
        if value is None:
            return (Kind.ERROR, "") if kind == "e" else None
        if kind == "s":
            return self._shared_string(value)
        if kind in ("str", "inlineStr"):
            return _text(value)
        return self._plain(kind, style, value.strip())

    def _shared_string(self, value: str) -> tuple[Kind, int] | None:
        value = value.strip()
        if not value:
            return None
        try:
            number = self._shared.strings[int(value)] if value.isdecimal() else -1
        except IndexError:
            number = -1
        if number < 0:
            raise self._wrong()
        return (Kind.TEXT, number) if self._shared.texts.all[number] else None

    def _plain(self, kind: str, style: str, value: str) -> tuple[int, str] | None:
        if kind == "e":
            return Kind.ERROR, value
        if not value:
            return None
        if kind == "b" and value in _TRUTH:
            boxed = style in self._shared.boxes
            return (CHECKBOX if boxed else Kind.BOOLEAN), _TRUTH[value]
        if kind == "d":
            return Kind.DATE, self._serial(value)
        if kind != "n" or not STORED_NUMBER.fullmatch(value):
            raise self._wrong()
        return (Kind.DATE if self._is_date(style, value) else Kind.NUMBER), value

    def _is_date(self, style: str, value: str) -> bool:
        if self._shared.dates is None:
            return False
        try:
            shows = self._shared.dates[style]
        except KeyError:
            raise self._wrong() from None
        return shows if isinstance(shows, bool) else shows.show_date(float(value))

    def _serial(self, value: str) -> str:
        """An ISO date, time or duration as the number that other dates are."""
        days = days_of(value, date1904=self._shared.date1904)
        if days is None:
            raise self._wrong()
        return f"{days:.15g}"


def days_of(value: str, *, date1904: bool = False) -> float | None:
    """An ISO 8601 date, time of day or duration in days, as a workbook counts them.

    A time of day and a duration are shares of a day; a date before 1900 is a negative
    number. None for anything else.

    >>> days_of("2018-02-01"), days_of("12:30:00"), days_of("PT30H"), days_of("30/2")
    (43132.0, 0.5208333333333334, 1.25, None)
    """
    if match := _DURATION.fullmatch(value):
        sign, *parts = match.groups()
        if not any(parts):
            return None
        seconds = sum(
            float((part or "0").replace(",", ".")) * unit
            for part, unit in zip(parts, (86_400, 3_600, 60, 1), strict=True)
        )
        return (-seconds if sign else seconds) / 86_400
    try:
        if match := _CLOCK.fullmatch(value):
            since = datetime.fromisoformat(f"1899-12-30T{value}") - _EPOCH
            return since / _DAY
        since = datetime.fromisoformat(value).replace(tzinfo=None) - _EPOCH
    except ValueError:
        return None
    days = since / _DAY
    if date1904:
        return days - _SHIFT_1904
    return days if days >= _LEAP_BUG else days - 1


def _text(text: str) -> tuple[Kind, str] | None:
    return (Kind.TEXT, unescape(text)) if text else None


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value in ("1", "true")


def is_zero(value: str | None) -> bool:
    """Whether a height or width is nothing, which hides as well as `hidden` does."""
    return value is not None and bool(re.fullmatch(r"0+\.?0*", value))


class CellArrays(NamedTuple):
    """Cells as parallel arrays, in the types that a `Sheet` has."""

    row: np.ndarray
    column: np.ndarray
    kind: np.ndarray
    value: np.ndarray  # the number of the text


class CellCollector:
    """Cells as four growing arrays: one appended to each, or a block at a time."""

    def __init__(self) -> None:
        self.row, self.column = array("i"), array("i")
        self.kind, self.value = array("B"), array("i")
        self._blocks: list[CellArrays] = []

    def add_block(self, block: CellArrays) -> None:
        """Take over many cells at once, after those that came before."""
        if self.row:
            self._close()
        self._blocks.append(block)

    def arrays(self) -> CellArrays:
        """All cells, as they came."""
        self._close()
        if len(self._blocks) == 1:
            return self._blocks[0]
        blocks = zip(*self._blocks, strict=True)
        return CellArrays(*map(np.concatenate, blocks))

    def _close(self) -> None:
        if self.row or not self._blocks:
            loose = (self.row, self.column, self.kind, self.value)
            self._blocks.append(CellArrays(*map(np.array, loose)))
            self.row, self.column = array("i"), array("i")
            self.kind, self.value = array("B"), array("i")


def row_major(cells: CellArrays, error: Callable[..., FileError]) -> CellArrays:
    """The cells row by row; `error`, as FILE_CORRUPT, when two have one address."""
    places = cells.row.astype(np.int64) * (LAST_COLUMN + 1) + cells.column
    if (places[1:] > places[:-1]).all():
        return cells
    order = np.argsort(places, kind="stable")
    cells = CellArrays(*(array[order] for array in cells))
    twice = np.flatnonzero(np.diff(places[order]) == 0)
    if len(twice):
        cell = address(int(cells.row[twice[0]]), int(cells.column[twice[0]]))
        raise error("FILE_CORRUPT", cell=cell)
    return cells
