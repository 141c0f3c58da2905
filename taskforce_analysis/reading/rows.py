"""The cells of one sheet as they stream by, into columns of numbers.

A cell keeps its address, kind and stored text. An address may be left out, as the
format allows; a wrong one is an error, as is a value that its type cannot have: nothing
is guessed. A formula without a stored value is a kind of its own, not a blank.
"""

import re
from collections.abc import Callable
from datetime import datetime

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading.cells import Kind, address
from taskforce_analysis.reading.columns import (
    COLUMNS,
    LAST_COLUMN,
    LAST_ROW,
    Book,
    Columns,
)
from taskforce_analysis.reading.parts import DEEPEST, is_true, is_zero
from taskforce_analysis.reading.texts import unescape

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_REFERENCE = re.compile("([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile("[1-9][0-9]{0,6}")
_TRUTH = {"1": "1", "0": "0", "true": "1", "false": "0"}
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates have no zone
_LEAP_BUG = 61  # serial 60 is 29 February 1900, which never was
_SHIFT_1904 = 1462


class Rows:
    """Listens to the rows of a sheet and fills `columns`."""

    def __init__(
        self, book: Book, sheet: str, *, space: str, after: Callable[[], None]
    ) -> None:
        self.columns = Columns()
        self.formulas = 0
        self.row = 0
        self.hidden: set[int] = set()
        self.said: list[tuple[str, str]] = []  # formula texts, by cell
        self._book = book
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
        self._column = self._depth = 0
        self._in_row = self._guide = False
        self._cell: dict[str, str] | None = None
        self._forget()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._pieces.clear()
        self._depth += 1
        act = self._starts.get(name)
        if act is not None:
            act(attributes)
        elif self._depth > DEEPEST:
            raise self.wrong()

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        act = self._ends.get(name)
        if act is not None:
            act()

    @property
    def is_between(self) -> bool:
        """Whether the last thing heard was the beginning of the rows or a row's end."""
        return not self._depth

    def wrong(self) -> FileError:
        """The error for what no program writes, at this cell where there is one."""
        in_cell = self._cell is not None and self._column
        cell = address(self.row, self._column) if in_cell else None
        return self._book.container.error("FILE_CORRUPT", sheet=self._sheet, cell=cell)

    def _forget(self) -> None:
        self._value: str | None = None
        self._inline: list[str] | None = None
        self._formula = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._in_row:
            raise self.wrong()
        self._in_row, self._column = True, 0
        number = attributes.get("r")
        if number is None:
            self.row += 1
        elif _ROW.fullmatch(number):
            self.row = int(number)
        else:
            raise self.wrong()
        if self.row > LAST_ROW:
            raise self.wrong()
        if is_true(attributes.get("hidden")) or is_zero(attributes.get("ht")):
            self.hidden.add(self.row)

    def _end_row(self) -> None:
        self._in_row = False

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._cell is not None or not self._in_row:
            raise self.wrong()
        self._cell = attributes
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if not match or int(match[2]) != self.row:
                raise self.wrong()
            try:
                self._column = COLUMNS[match[1]]
            except KeyError:
                raise self.wrong() from None
        if self._column > LAST_COLUMN:
            raise self.wrong()

    def _start_formula(self, _: dict[str, str]) -> None:
        if self._cell is None:
            raise self.wrong()
        self._formula = True

    def _start_again(self, _: dict[str, str]) -> None:
        raise self.wrong()

    def _start_guide(self, _: dict[str, str]) -> None:
        self._guide = True

    def _end_guide(self) -> None:
        self._guide = False

    def _end_formula(self) -> None:
        if self._pieces:
            self.said.append((address(self.row, self._column), "".join(self._pieces)))

    def _end_value(self) -> None:
        if self._cell is None or self._value is not None:
            raise self.wrong()
        self._value = "".join(self._pieces)

    def _end_text(self) -> None:
        if self._cell is None:
            raise self.wrong()
        if self._guide:
            self._book.texts.aside.append("".join(self._pieces))
            return
        if self._inline is None:
            self._inline = []
        self._inline.append("".join(self._pieces))

    def _end_cell(self) -> None:
        cell = self._cell or {}
        stored = self._stored(cell.get("t", "n"), cell.get("s", "0"))
        if stored is not None:
            kind, text = stored
            columns = self.columns
            columns.row.append(self.row)
            columns.column.append(self._column)
            columns.kind.append(kind)
            columns.value.append(
                text if isinstance(text, int) else self._book.texts.number(text)
            )
        self.formulas += self._formula
        self._cell = None
        self._forget()

    def _stored(self, kind: str, style: str) -> tuple[Kind, str | int] | None:
        """What the cell holds: its kind, and its text or the number of a text."""
        value, inline = self._value, self._inline
        if self._formula and (value is None or (not value and kind != "str")):
            return Kind.UNCALCULATED, ""
        if inline is not None and (kind == "inlineStr" or value is None):
            return _text("".join(inline))
        if value is None:
            return (Kind.ERROR, "") if kind == "e" else None
        if kind == "s":
            return self._shared(value)
        if kind in ("str", "inlineStr"):
            return _text(value)
        return self._plain(kind, style, value.strip())

    def _shared(self, value: str) -> tuple[Kind, int] | None:
        try:
            number = self._book.strings[int(value)] if value.strip().isdecimal() else -1
        except IndexError:
            number = -1
        if number < 0:
            raise self.wrong()
        return (Kind.TEXT, number) if self._book.texts.all[number] else None

    def _plain(self, kind: str, style: str, value: str) -> tuple[Kind, str] | None:
        if kind == "e":
            return Kind.ERROR, value
        if not value:
            return None
        if kind == "b" and value in _TRUTH:
            return Kind.BOOLEAN, _TRUTH[value]
        if kind == "d":
            return Kind.DATE, self._serial(value)
        if kind != "n" or not NUMBER.fullmatch(value):
            raise self.wrong()
        return (Kind.DATE if self._is_date(style) else Kind.NUMBER), value

    def _is_date(self, style: str) -> bool:
        if self._book.dates is None:
            return False
        try:
            return self._book.dates[style]
        except KeyError:
            raise self.wrong() from None

    def _serial(self, value: str) -> str:
        """An ISO date as the number that the workbook's other dates are."""
        try:
            moment = datetime.fromisoformat(value).replace(tzinfo=None)
        except ValueError:
            raise self.wrong() from None
        since = moment - _EPOCH
        days = since.days + since.seconds / 86_400
        if self._book.date1904:
            days -= _SHIFT_1904
        elif days < _LEAP_BUG:
            days -= 1
        if days < 0:
            raise self.wrong()
        return f"{days:.15g}"


def _text(text: str) -> tuple[Kind, str] | None:
    return (Kind.TEXT, unescape(text)) if text else None
