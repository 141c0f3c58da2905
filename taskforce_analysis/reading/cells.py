"""What a workbook holds, cell by cell, before anyone says what it means.

A `Sheet` keeps its cells in columns of numbers rather than as four million objects:
row, column, kind, and a place in the list of distinct stored texts. Rows and columns
count from 1, as in Excel. Nothing is converted: a number is the text that was stored,
a date is a number whose format shows a date, an error cell is an error cell.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np

from taskforce_analysis.privacy import has_cpr, redact

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_PLACE = re.compile(r"([A-Z]{1,3})(\d*)(?::[A-Z]{1,3}\d*)?\Z")

# Custom document properties of a workbook that the tool made: which form it follows, in
# which version, and which sheets (parted by ;) are the tool's own and hold no cases.
FORM_PROPERTY, SHEETS_PROPERTY = "taskforce_form", "taskforce_sheets"
VERSION_PROPERTY = "taskforce_form_version"


class Kind(IntEnum):
    """What a cell holds. A cell without content is not stored at all."""

    TEXT = 1
    NUMBER = 2
    DATE = 3  # a number whose number format shows a date or a time
    BOOLEAN = 4  # stored text "1" or "0"
    ERROR = 5  # #N/A, #DIV/0! and the like; the stored text is the error's name
    UNCALCULATED = 6  # a formula without a stored value; the text is empty


# The kinds as plain numbers: arrays compare with them twenty times as fast.
TEXT, NUMBER, ERROR = int(Kind.TEXT), int(Kind.NUMBER), int(Kind.ERROR)
BOOLEAN = int(Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed while reading that is not a cell's value.

    `place` is a cell, a range, or a part such as `docProps/core.xml`, `footer`,
    `file name`, `definedName Sag`; never a text from the workbook.
    """

    code: str
    sheet: str | None = None
    place: str | None = None
    count: int = 1
    expected: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet's cells as parallel arrays in row-major order, one per address.

    `row`, `column`: int32, from 1. `kind`: uint8, a `Kind`. `value`: int32, the place
    of the cell's stored text in `texts` (distinct texts, shared by all its cells).
    `name` is redacted where it held a CPR-like number.
    """

    name: str
    row: np.ndarray
    column: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    texts: tuple[str, ...]
    hidden: bool = False
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False  # an AutoFilter is active: hidden rows are filtered rows
    tables: tuple[Area, ...] = ()  # Excel tables (ListObjects) on the sheet
    formulas: int = 0  # how many cells are formulas

    def __len__(self) -> int:
        """How many cells hold something."""
        return len(self.row)

    def text_of(self, index: int) -> str:
        """The stored text of cell number `index`."""
        return self.texts[self.value[index]]


@dataclass
class Contents:
    """What a format's reader has found in a file so far; `Workbook` adds the file."""

    sheets: list[Sheet] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    date1904: bool = False
    properties: dict[str, str] = field(default_factory=dict)

    def shown_name(self, name: str) -> str:
        """A sheet's name as it may be shown: redacted, and then told apart by number.

        Notes what was redacted.
        """
        if not has_cpr(name):
            return name
        shown = redact(name)
        alike = sum(
            (one.sheet or "").startswith(shown)
            for one in self.findings
            if one.place == "sheet name"
        )
        shown = f"{shown} ({alike + 1})" if alike else shown
        self.findings.append(Finding("CPR_FOUND", shown, "sheet name"))
        return shown


@dataclass(frozen=True)
class Workbook:
    """A read workbook: its sheets in order, and what was noticed on the way.

    `file` is the name without its folder, redacted; `sha256` is of the whole file.
    `properties` holds custom document properties (the tool's own form id lies there).
    `columns` are the names of a table in memory, whose places are told by them; a file
    has none.
    """

    file: str
    sha256: str
    size: int
    sheets: tuple[Sheet, ...]
    date1904: bool = False
    findings: tuple[Finding, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def place(self, cell: str | None) -> str | None:
        """A cell as it is told: its address, or row and column of a table in memory.

        The first row of a table is row 1; a column that may not be named is numbered.
        """
        found = _PLACE.match(cell or "") if self.columns else None
        if found is None:
            return cell
        column = COLUMN_NUMBERS[found[1]]
        name = self.columns[column - 1] if column <= len(self.columns) else ""
        told = f"column {name or column}"
        row = int(found[2] or 1) - 1
        return f"row {row}, {told}" if row else told


def address(row: int, column: int) -> str:
    """A cell's address: row 1, column 28 is AB1.

    >>> address(1, 28), address(1048576, 16384)
    ('AB1', 'XFD1048576')
    """
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """A column's letters: 28 is AB.

    >>> column_letters(26), column_letters(27)
    ('Z', 'AA')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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


COLUMN_NUMBERS = ColumnNumbers()


def sheet_from_rows(
    name: str, cells: Iterable[tuple[int, int, Kind, str]], **facts: object
) -> Sheet:
    """A sheet from (row, column, kind, text) in any order; the last of two wins."""
    by_address = {(row, column): (kind, text) for row, column, kind, text in cells}
    places = sorted(by_address)
    texts: dict[str, int] = {}
    kinds = [by_address[place][0] for place in places]
    values = [texts.setdefault(by_address[place][1], len(texts)) for place in places]
    sheet = Sheet(
        name,
        np.array([row for row, _ in places], dtype=np.int32),
        np.array([column for _, column in places], dtype=np.int32),
        np.array(kinds, dtype=np.uint8),
        np.array(values, dtype=np.int32),
        tuple(texts),
    )
    return replace(sheet, **facts)  # type: ignore[arg-type]


def iterate(sheet: Sheet) -> Iterator[tuple[int, int, Kind, str]]:
    """The cells one by one as (row, column, kind, text); for small sheets and tests."""
    for index in range(len(sheet)):
        yield (
            int(sheet.row[index]),
            int(sheet.column[index]),
            Kind(int(sheet.kind[index])),
            sheet.text_of(index),
        )
