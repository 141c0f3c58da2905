"""From a file to recommendations: read with the same care as case workbooks.

    loaded = load_recommendations("anbefalinger.xlsx", form)

A .toml has one [[recommendations]] per item with the columns' keys; a workbook has one
row per item under the headers. Both go through the same reading of values. Nothing is
raised for what stands in the cells: each odd one is an issue with its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Unpack

from taskforce_analysis.errors import nearest
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Facts, Issue
from taskforce_analysis.locating.dates import DateReader
from taskforce_analysis.privacy import has_cpr, redact
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Kind, Sheet, address, iterate
from taskforce_analysis.recommendations import Recommendation, Word, load_vocabulary
from taskforce_analysis.schemas import Key, Raw, read_definition, take
from taskforce_analysis.spelling import loose_key

BROKEN = {Kind.ERROR: "CELL_ERROR", Kind.UNCALCULATED: "FORMULA_NOT_CALCULATED"}
NEEDED = ("number", "text")
DEEPEST_HEADER = 30

_Cells = dict[int, tuple[Kind, str]]
_TOML = {
    "number": Key("any", required=True),
    "theme": Key("text", required=True),
    "text": Key("text", required=True),
    "page": Key("any"),
    "measures": Key("texts"),
    "goal_staff": Key("text"),
    "goal_citizen": Key("text"),
    "initiative": Key("text"),
    "responsible": Key("text"),
    "due": Key("any"),
    "status": Key("text"),
    "result": Key("text"),
    "evidence": Key("texts"),
}


@dataclass(frozen=True)
class Loaded:
    """The recommendations of a file in its order, and everything odd about it."""

    recommendations: tuple[Recommendation, ...]
    found: tuple[Issue, ...]


def load_recommendations(
    path: str | Path, form: Form, *, sources: Sequence[str] = ()
) -> Loaded:
    """Read recommendations from .toml or a workbook; measures are the form's.

    `sources` are names of what was consulted beside the cases: evidence may name them.

    Raises FileError for a file that cannot be read and FormError for a wrong key in a
    .toml; nothing is raised for what stands in the cells.
    """
    path, found = Path(path), []
    items = _from_toml(path) if path.suffix == ".toml" else _from_workbook(path, found)
    reader = _ItemReader(path.name, form, found, sources=sources)
    read: dict[str, Recommendation] = {}
    for item in items:
        one = _recommendation(item, reader)
        if one.number in read:
            reader.note(item, "number", "CASE_DUPLICATE")
        read.setdefault(one.number, one)
    return Loaded(tuple(read.values()), tuple(found))


@dataclass(frozen=True)
class _Item:
    """One item's cells by column key, and where each of them stands."""

    sheet: str | None
    cells: Mapping[str, tuple[Kind, str]]
    places: Mapping[str, str]

    def text(self, name: str) -> str:
        """The text of a cell, "" where there is none or it is an error."""
        kind, text = self.cells.get(name, (Kind.TEXT, ""))
        return "" if kind in BROKEN else text.strip()


def _from_toml(path: Path) -> Iterator[_Item]:
    told = take(
        read_definition(path),
        {"recommendations": Key("tables", required=True)},
        file=path.name,
    )
    for number, item in enumerate(told["recommendations"]):
        where = f"recommendations[{number}]"
        taken = take(item, _TOML, file=path.name, where=where)
        cells = {name: (Kind.TEXT, _text(value)) for name, value in taken.items()}
        yield _Item(None, cells, {name: f"{where}.{name}" for name in cells})


def _text(value: Raw) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _from_workbook(path: Path, found: list[Issue]) -> Iterator[_Item]:
    """The items of the first visible sheet that has the headers; issues are added."""
    book = read_cells(path)
    for sheet in book.sheets:
        grid = _grid(sheet)
        near_top = (row for row in sorted(grid) if row <= DEEPEST_HEADER)
        header = next((row for row in near_top if _is_header(grid[row])), None)
        if header is not None and not sheet.hidden:
            yield from _items(book.file, sheet.name, grid, header=header, found=found)
            return
    found.append(Issue("HEADER_NOT_FOUND", book.file))


def _grid(sheet: Sheet) -> dict[int, _Cells]:
    grid: dict[int, _Cells] = {}
    for row, column, kind, text in iterate(sheet):
        grid.setdefault(row, {})[column] = (kind, text)
    return grid


def _is_header(cells: _Cells) -> bool:
    names = {_column(text) for _, text in cells.values()}
    return all(name in names for name in NEEDED)


def _column(text: str) -> str:
    wanted = loose_key(text)
    for name, spellings in load_vocabulary().columns.items():
        if wanted in map(loose_key, spellings):
            return name
    return ""


def _items(
    file: str,
    sheet: str,
    grid: dict[int, _Cells],
    *,
    header: int,
    found: list[Issue],
) -> Iterator[_Item]:
    names: dict[int, str] = {}
    for column, (_, text) in grid[header].items():
        name, place = _column(text), address(header, column)
        if name in names.values():
            found.append(Issue("HEADER_DUPLICATE", file, sheet, place))
        elif name:
            names[column] = name
        else:
            found.append(Issue("COLUMN_IGNORED", file, sheet, place))
    for number in sorted(row for row in grid if row > header):
        own = {names[at]: cell for at, cell in grid[number].items() if at in names}
        places = {name: address(number, at) for at, name in names.items()}
        for name, (kind, _) in own.items():
            if kind in BROKEN:
                found.append(Issue(BROKEN[kind], file, sheet, places[name]))
        item = _Item(sheet, own, places)
        if item.text("number") or item.text("text"):
            yield item
        else:
            place = address(number, min(grid[number]))
            found.append(Issue("ROW_WITHOUT_CASE", file, sheet, place))


class _ItemReader:
    """What a cell says: a choice, a date, measures; exists to hold form and issues."""

    def __init__(
        self, file: str, form: Form, found: list[Issue], *, sources: Sequence[str]
    ) -> None:
        self.sources = {loose_key(name): name for name in sources}
        self.file, self.form, self.found = file, form, found
        self.dates = DateReader(date1904=False, today=date.today())  # noqa: DTZ011

    def note(self, item: _Item, name: str, code: str, **facts: Unpack[Facts]) -> None:
        """Note an issue at an item's cell in a column."""
        place = item.places.get(name)
        self.found.append(Issue(code, self.file, item.sheet, place, **facts))

    def choice(self, item: _Item, name: str) -> str:
        """The id of the choice that a cell names; "" for an empty or unknown one."""
        text = item.text(name)
        return self._choice(item, name, text) if text else ""

    def evidence(self, item: _Item) -> tuple[str, ...]:
        """The kinds and sources that a cell names, parted by ; or comma."""
        found = []
        for part in item.text("evidence").split(";"):
            # The name of a source may have a comma.
            own = self.sources.get(loose_key(redact(part)))
            found += [own] if own else self._evidence(item, part)
        return tuple(dict.fromkeys(one for one in found if one))

    def _evidence(self, item: _Item, part: str) -> list[str]:
        names = (one.strip() for one in part.split(","))
        return [
            self.sources.get(loose_key(redact(name)))
            or self._choice(item, "evidence", name)
            for name in names
            if name
        ]

    def measures(self, item: _Item) -> tuple[str, ...]:
        """The measures that a cell names by id, label or header, parted by ;."""
        found = []
        for part in item.text("measures").split(";"):
            key = loose_key(part)
            if key and key not in self._measures:
                near = nearest(key, self._measures)
                expected = self._measures[near] if near else None
                self.note(item, "measures", "MEASURE_UNMATCHED", expected=expected)
            elif key:
                found.append(self._measures[key])
        return tuple(dict.fromkeys(found))

    def day(self, item: _Item, name: str) -> date | None:
        """The date in a cell; None for an empty or unreadable one."""
        if name not in item.cells or not item.text(name):
            return None
        kind, text = item.cells[name]
        read = self.dates.read(kind, text)
        for code in read.codes:
            if item.sheet is not None or code != "DATE_TEXT":
                severity = "error" if code == "DATE_INVALID" else ""
                self.note(item, name, code, severity=severity)
        return read.when.date() if read.when else None

    def _choice(self, item: _Item, name: str, text: str) -> str:
        words = load_vocabulary().choices[name]
        keys = {loose_key(label): word for word in words for label in _spellings(word)}
        word = keys.get(loose_key(text))
        if word is None:
            near = nearest(loose_key(text), keys)
            expected = keys[near].label if near else None
            self.note(item, name, "ANSWER_UNKNOWN", expected=expected)
            return ""
        if text not in _spellings(word):
            self.note(item, name, "ANSWER_NORMALISED", expected=word.label)
        return word.id

    @cached_property
    def _measures(self) -> dict[str, str]:
        return {
            loose_key(text): measure.id
            for measure in self.form.measures
            for text in (measure.id, measure.label, *measure.columns)
        }


def _spellings(word: Word) -> tuple[str, ...]:
    return (word.label, word.label_en, word.id)


def _recommendation(item: _Item, reader: _ItemReader) -> Recommendation:
    for name, (_, text) in item.cells.items():
        if has_cpr(text):
            reader.note(item, name, "CPR_FOUND", severity="error")
    return Recommendation(
        number=_shown(item, "number").removesuffix(".0"),
        text=_shown(item, "text"),
        theme=reader.choice(item, "theme"),
        status=reader.choice(item, "status") or "not_started",
        page=_shown(item, "page").removesuffix(".0"),
        measures=reader.measures(item),
        goal_staff=_shown(item, "goal_staff"),
        goal_citizen=_shown(item, "goal_citizen"),
        initiative=_shown(item, "initiative"),
        responsible=_shown(item, "responsible"),
        due=reader.day(item, "due"),
        result=_shown(item, "result"),
        evidence=reader.evidence(item),
    )


def _shown(item: _Item, name: str) -> str:
    return redact(item.text(name))
