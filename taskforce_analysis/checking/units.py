"""Which rows are the same unit, over all tables and files of a run.

A unit is a case, or a case and decision, in a phase and municipality (or file, where
no municipality is known). The same case twice is an error, unless the rows are equal,
belong to two reviewers, or answer different measures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from taskforce_analysis.checking.cases import Ids
from taskforce_analysis.checking.days import Days
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.checking.records import Coded, Part
from taskforce_analysis.reading.grid import kind_of

MUNICIPALITY = "municipality"
Row = tuple[int, int]  # the number of a part, and of a row in it


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """All that was taken from the rows of a part."""

    part: Part
    ids: Ids
    phases: Coded
    attributes: Mapping[str, Coded]
    decision: Coded | None
    reviewer: Coded | None
    days: Days
    answers: np.ndarray
    others: Mapping[str, Coded] = field(default_factory=dict)

    def home(self, row: int) -> str:
        """Where a case id is unique: the municipality, or else the file.

        Reviews of one case may lie in several files; there the id is unique in all.
        """
        found = self.attributes.get(MUNICIPALITY)
        own = "" if self.reviewer else f"\n{self.part.file}"
        return (found.at(row) if found else None) or own


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a run: `of` gives for each part the unit of each row, -1 for none.

    The other lists have one entry per unit. `reviews` are the rows of each unit that
    has reviewers.
    """

    of: list[np.ndarray]
    phase: list[str] = field(default_factory=list)
    case_id: list[str] = field(default_factory=list)
    unit_id: list[str] = field(default_factory=list)
    first: list[Row] = field(default_factory=list)
    reviews: dict[int, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Key:
    phase: str
    home: str
    case: str
    decision: str
    shown: str = field(compare=False)


@dataclass(frozen=True, eq=False)
class _Book:
    """The units found so far, by key, and the rows that each has."""

    units: Units
    taken: Sequence[Taken]
    notes: Notes
    numbers: dict[_Key, int] = field(default_factory=dict)
    keys: list[_Key] = field(default_factory=list)
    rows: dict[tuple[int, str], list[Row]] = field(default_factory=dict)


def units_of(taken: Sequence[Taken], notes: Notes) -> Units:
    """The units of all parts; cases that stand there twice are noted."""
    units = Units([np.full(len(one.part), -1) for one in taken])
    book = _Book(units, taken, notes)
    for number, one in enumerate(taken):
        for row, key in _keys(one):
            place = _enter(book, (number, row), key)
            units.of[number][row] = place
    _name(book)
    _note_paired(book)
    return units


def _keys(one: Taken) -> Iterator[tuple[int, _Key]]:
    for row, phase in enumerate(one.phases.codes.tolist()):
        if phase >= 0:
            decision = one.decision.at(row) if one.decision else None
            place = one.ids.codes[row]
            yield (
                row,
                _Key(
                    one.phases.values[phase],
                    one.home(row),
                    one.ids.keys[place],
                    decision or "",
                    one.ids.shown[place],
                ),
            )


def _enter(book: _Book, at: Row, key: _Key) -> int:
    one = book.taken[at[0]]
    reviewer = (one.reviewer.at(at[1]) if one.reviewer else None) or ""
    number = book.numbers.get(key)
    if number is None:
        return _new(book, at, key, reviewer=reviewer)
    rows = book.rows.setdefault((number, reviewer), [])
    clash = next((row for row in rows if _overlap(book.taken, row, at)), None)
    if clash is None:
        rows.append(at)
        if reviewer:
            book.units.reviews.setdefault(number, []).append(at)
        return number
    if _signature(book.taken, clash) == _signature(book.taken, at):
        _note_twice(book, at, "ROW_DUPLICATE")
        return -1
    _note_twice(book, at, "CASE_DUPLICATE")
    again = f"{key.shown} ({len(book.keys) + 1})"
    return _new(book, at, replace(key, case=again, shown=again), reviewer="")


def _new(book: _Book, at: Row, key: _Key, *, reviewer: str) -> int:
    number = len(book.keys)
    book.numbers[key] = number
    book.keys.append(key)
    book.units.first.append(at)
    book.rows[number, reviewer] = [at]
    if reviewer:
        book.units.reviews[number] = [at]
    return number


def _overlap(taken: Sequence[Taken], one: Row, other: Row) -> bool:
    if one[0] == other[0]:
        return True
    first, second = taken[one[0]].part, taken[other[0]].part
    return not set(first.measures).isdisjoint(second.measures)


def _signature(taken: Sequence[Taken], at: Row) -> dict[str, tuple[int, str]]:
    part = taken[at[0]].part
    return {
        heading.text: (int(kind_of(pair)), part.text(pair))
        for heading, pair in zip(part.headings, part.cells[at[1]].tolist(), strict=True)
        if pair >= 0 and heading.text
    }


def _note_twice(book: _Book, at: Row, code: str) -> None:
    one, row = book.taken[at[0]], at[1]
    place = one.part.place("case")
    whole = code == "ROW_DUPLICATE" or place is None
    cell = one.part.row_cell(row) if whole else one.part.cell(row, place or 0)
    book.notes.on(one.part.file, one.part.sheet).add(
        code, cell, case_id=one.ids.at(row), phase=one.phases.at(row)
    )


def _name(book: _Book) -> None:
    homes: dict[tuple[str, str, str], str] = {}
    shared = any(
        homes.setdefault((key.phase, key.case, key.decision), key.home) != key.home
        for key in book.keys
    )
    for key in book.keys:
        case = f"{key.home.strip()} {key.shown}" if shared else key.shown
        book.units.phase.append(key.phase)
        book.units.case_id.append(case)
        book.units.unit_id.append(f"{case} / {key.decision}" if key.decision else case)


def _note_paired(book: _Book) -> None:
    phases: dict[tuple[str, str], set[str]] = {}
    for key, (number, row) in zip(book.keys, book.units.first, strict=True):
        if book.taken[number].ids.sure[row]:
            home = "" if key.home.startswith("\n") else key.home
            phases.setdefault((home, key.case), set()).add(key.phase)
    paired = sum(len(found) > 1 for found in phases.values())
    if paired:
        book.notes.add("CASES_PAIRED", count=paired)
