"""Recommendations from a file: each cell is read once, and what is odd is told by cell.

A .toml has one [[recommendations]] per item with the columns' keys; a workbook has one
row per item under the headers. Both go through the same reading of values.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.privacy import has_cpr, redact
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.recommendations import Recommendation
from taskforce_analysis.recommending.values import Values
from taskforce_analysis.recommending.workbook import Row, rows_of
from taskforce_analysis.schemas import Key, read_definition, take

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
