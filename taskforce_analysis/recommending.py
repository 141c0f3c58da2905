"""From a file to recommendations: read with the same care as case workbooks.

    loaded = load_recommendations("anbefalinger.xlsx", form)

Nothing is raised for what stands in the cells: each odd one is an issue with its place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from taskforce_analysis.errors import nearest
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.locating.dates import DateReader
from taskforce_analysis.privacy import has_cpr, redact
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook, address, iterate
from taskforce_analysis.recommendations import Recommendation, load_vocabulary
from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.spelling import loose_key

# FOLDED recommending.workbook
#
# The rows of a workbook of recommendations: the header found, cells by column.

BROKEN = {Kind.ERROR: "CELL_ERROR", Kind.UNCALCULATED: "FORMULA_NOT_CALCULATED"}
NEEDED = ("number", "text")
DEEPEST_HEADER = 30

Cells = dict[int, tuple[Kind, str]]


@dataclass(frozen=True)
class Row:
    """One item's cells by column key, and where each of them stands."""

    sheet: str | None
    cells: Mapping[str, tuple[Kind, str]]
    places: Mapping[str, str]

    def text(self, name: str) -> str:
        """The text of a cell, "" where there is none or it is an error."""
        kind, text = self.cells.get(name, (Kind.TEXT, ""))
        return "" if kind in BROKEN else text.strip()


def rows_of(book: Workbook, found: list[Issue]) -> Iterator[Row]:
    """The items of the first visible sheet that has the headers; issues are added."""
    for sheet in book.sheets:
        grid = _grid(sheet)
        header = next(
            (row for row in sorted(grid) if row <= DEEPEST_HEADER and _is(grid[row])),
            None,
        )
        if header is not None and not sheet.hidden:
            yield from _items(book.file, sheet.name, grid, header=header, found=found)
            return
    found.append(Issue("HEADER_NOT_FOUND", book.file))


def _grid(sheet: Sheet) -> dict[int, Cells]:
    grid: dict[int, Cells] = {}
    for row, column, kind, text in iterate(sheet):
        grid.setdefault(row, {})[column] = (kind, text)
    return grid


def _is(cells: Cells) -> bool:
    names = {_key(text) for _, text in cells.values()}
    return all(name in names for name in NEEDED)


def _key(text: str) -> str:
    wanted = loose_key(text)
    for name, spellings in load_vocabulary().columns.items():
        if wanted in map(loose_key, spellings):
            return name
    return ""


def _items(
    file: str,
    sheet: str,
    grid: dict[int, Cells],
    *,
    header: int,
    found: list[Issue],
) -> Iterator[Row]:
    names: dict[int, str] = {}
    for column, (_, text) in grid[header].items():
        name, place = _key(text), address(header, column)
        if name in names.values():
            found.append(Issue("HEADER_DUPLICATE", file, sheet, place))
        elif name:
            names[column] = name
        else:
            found.append(Issue("COLUMN_IGNORED", file, sheet, place))
    for number in sorted(row for row in grid if row > header):
        row = _row(sheet, number, cells=grid[number], names=names)
        found += _broken(file, row)
        if row.text("number") or row.text("text"):
            yield row
        else:
            place = address(number, min(grid[number]))
            found.append(Issue("ROW_WITHOUT_CASE", file, sheet, place))


def _row(sheet: str, number: int, *, cells: Cells, names: dict[int, str]) -> Row:
    own = {names[at]: cell for at, cell in cells.items() if at in names}
    places = {name: address(number, at) for at, name in names.items()}
    return Row(sheet, own, places)


def _broken(file: str, row: Row) -> Iterator[Issue]:
    for name, (kind, _) in row.cells.items():
        if kind in BROKEN:
            yield Issue(BROKEN[kind], file, row.sheet, row.places[name])


# FOLDED recommending.values
#
# What a cell of a recommendation says: a choice, a date, measures; oddities noted.


class Values:
    """Reads the cells of one file; exists to hold its form and its issues."""

    def __init__(self, file: str, form: Form, found: list[Issue]) -> None:
        self.file, self.form, self.found = file, form, found
        self.dates = DateReader(date1904=False, today=date.today())  # noqa: DTZ011

    def note(self, row: Row, name: str, code: str, **facts: Any) -> None:
        """Note an issue at a row's cell in a column."""
        place = row.places.get(name)
        self.found.append(Issue(code, self.file, row.sheet, place, **facts))

    def choice(self, row: Row, name: str) -> str:
        """The id of the choice that a cell names; "" for an empty or unknown one."""
        text = row.text(name)
        return self._one(row, name, text) if text else ""

    def choices(self, row: Row, name: str) -> tuple[str, ...]:
        """The ids of the choices that a cell names, parted by ; or comma."""
        parts = row.text(name).replace(",", ";").split(";")
        found = [self._one(row, name, part.strip()) for part in parts if part.strip()]
        return tuple(one for one in found if one)

    def measures(self, row: Row) -> tuple[str, ...]:
        """The measures that a cell names by id, label or header, parted by ;."""
        found = []
        for part in row.text("measures").split(";"):
            key = loose_key(part)
            if key and key not in self._measures:
                near = nearest(key, self._measures)
                expected = self._measures[near] if near else None
                self.note(row, "measures", "MEASURE_UNMATCHED", expected=expected)
            elif key:
                found.append(self._measures[key])
        return tuple(dict.fromkeys(found))

    def day(self, row: Row, name: str) -> date | None:
        """The date in a cell; None for an empty or unreadable one."""
        if name not in row.cells or not row.text(name):
            return None
        kind, text = row.cells[name]
        read = self.dates.read(kind, text)
        for code in read.codes:
            if row.sheet is not None or code != "DATE_TEXT":
                severity = "error" if code == "DATE_INVALID" else ""
                self.note(row, name, code, severity=severity)
        return read.when.date() if read.when else None

    def _one(self, row: Row, name: str, text: str) -> str:
        words = load_vocabulary().choices[name]
        keys = {loose_key(label): word for word in words for label in _spellings(word)}
        word = keys.get(loose_key(text))
        if word is None:
            near = nearest(loose_key(text), keys)
            expected = keys[near].label if near else None
            self.note(row, name, "ANSWER_UNKNOWN", expected=expected)
            return ""
        if text not in _spellings(word):
            self.note(row, name, "ANSWER_NORMALISED", expected=word.label)
        return word.id

    @cached_property
    def _measures(self) -> dict[str, str]:
        return {
            loose_key(text): measure.id
            for measure in self.form.measures
            for text in (measure.id, measure.label, *measure.columns)
        }


def _spellings(word: Any) -> tuple[str, ...]:
    return (word.label, word.label_en, word.id)


# FOLDED recommending.loading
#
# Recommendations from a file: each cell is read once, and what is odd is told by
# cell.
#
# A .toml has one [[recommendations]] per item with the columns' keys; a workbook has
# one row per item under the headers. Both go through the same reading of values.

_TOML = {
    "number": Key("any", required=True),
    "theme": Key("text", required=True),
    "text": Key("text", required=True),
    "page": Key("any"),
    "measures": Key("texts"),
    "initiative": Key("text"),
    "responsible": Key("text"),
    "due": Key("any"),
    "status": Key("text"),
    "evidence": Key("texts"),
}


@dataclass(frozen=True)
class Loaded:
    """The recommendations of a file in its order, and everything odd about it."""

    recommendations: tuple[Recommendation, ...]
    found: tuple[Issue, ...]


def load_recommendations(path: str | Path, form: Form) -> Loaded:
    """Read recommendations from .toml or a workbook; measures are the form's.

    Raises FileError for a file that cannot be read and FormError for a wrong key in a
    .toml; nothing is raised for what stands in the cells.
    """
    path, found = Path(path), []
    rows = _from_toml(path) if path.suffix == ".toml" else _from_book(path, found)
    values = Values(path.name, form, found)
    read: dict[str, Recommendation] = {}
    for row in rows:
        one = _recommendation(row, values)
        if one.number in read:
            values.note(row, "number", "CASE_DUPLICATE")
        read.setdefault(one.number, one)
    return Loaded(tuple(read.values()), tuple(found))


def _from_toml(path: Path) -> Iterator[Row]:
    told = take(
        read_definition(path),
        {"recommendations": Key("tables", required=True)},
        file=path.name,
    )
    for number, item in enumerate(told["recommendations"]):
        where = f"recommendations[{number}]"
        taken = take(item, _TOML, file=path.name, where=where)
        cells = {name: (Kind.TEXT, _text(value)) for name, value in taken.items()}
        yield Row(None, cells, {name: f"{where}.{name}" for name in cells})


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _from_book(path: Path, found: list[Issue]) -> Iterator[Row]:
    book = read_cells(path)
    yield from rows_of(book, found)


def _recommendation(row: Row, values: Values) -> Recommendation:
    for name, (_, text) in row.cells.items():
        if has_cpr(text):
            values.note(row, name, "CPR_FOUND", severity="error")
    return Recommendation(
        number=_shown(row, "number").removesuffix(".0"),
        text=_shown(row, "text"),
        theme=values.choice(row, "theme"),
        status=values.choice(row, "status") or "not_started",
        page=_shown(row, "page").removesuffix(".0"),
        measures=values.measures(row),
        initiative=_shown(row, "initiative"),
        responsible=_shown(row, "responsible"),
        due=values.day(row, "due"),
        evidence=values.choices(row, "evidence"),
    )


def _shown(row: Row, name: str) -> str:
    return redact(row.text(name))


# FOLDED recommending.__init__
#
# From a file to recommendations: read with the same care as case workbooks.
#
# Nothing is raised for what stands in the cells: each odd one is an issue with its
# place.

__all__ = ["Loaded", "load_recommendations"]
