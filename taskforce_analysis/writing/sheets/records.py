"""What a workbook consists of: sheets, each with a title, some lines and one table.

Plain values: numbers are numbers with a format, everything else is text. A cell without
a number says why in square brackets, so that no blank has to be guessed at.
"""

from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True)
class Field:
    """A table's column: heading, width in characters, and how its numbers look."""

    header: str
    width: float = 12
    format: str = "text"


@dataclass(frozen=True)
class Sheet:
    """One sheet: an id for the table, the tab's name, what stands above the table."""

    id: str
    name: str
    title: str
    lines: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
