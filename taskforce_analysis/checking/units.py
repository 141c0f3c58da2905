"""Which rows are the same unit, over all tables and files of a run.

A unit is a case, or a case and decision, in a phase and municipality (or file, where
no municipality is known). The same case twice is an error, unless the rows are equal,
belong to two reviewers, or answer different measures.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from taskforce_analysis.checking.cells import distinct, each, note_broken
from taskforce_analysis.checking.days import Days
from taskforce_analysis.locating.columns import BROKEN_CELLS
from taskforce_analysis.locating.grid import Said, kind_of
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.records import Coded, Part
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import silent_key, visible

# FOLDED checking.cases
#
# Who a unit is: case ids without CPR numbers, the same over all files of a run.
#
# An id that is a CPR number becomes a running number before anything else sees it; so
# does an id that is missing, or that Excel has rounded, which can no longer tell two
# cases apart.

EXACT_DIGITS = 15
_ROUNDED = re.compile(r"\d+(?:\.\d+)?e\+?(\d+)\Z", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Ids:
    """A part's case ids: as shown, as compared, and whether they can be relied on.

    `shown` and `keys` by distinct id, `codes` per unit; every unit has one.
    """

    shown: tuple[str, ...]
    keys: tuple[str, ...]
    codes: np.ndarray
    sure: np.ndarray

    def at(self, unit: int) -> str:
        """The id of a unit as it is shown."""
        return self.shown[self.codes[unit]]


@dataclass(frozen=True)
class Numbers:
    """The running numbers of a run; exists so that one CPR number gets one of them."""

    given: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def for_cpr(self, text: str) -> str:
        """The running number of an id that holds a CPR number."""
        digits = re.sub(r"\D", "", text.removesuffix(".0"))
        key = digits.rjust(10, "0") if len(digits) <= 10 else silent_key(text)
        return self.given.setdefault(key, f"#{len(self.given) + 1}")

    def for_nobody(self) -> str:
        """A running number of its own for a unit without an id."""
        self.missing.append(f"?{len(self.missing) + 1}")
        return self.missing[-1]


def ids_of(part: Part, numbers: Numbers, notes: Notes) -> Ids:
    """The ids of a part's units, with everything odd about them noted."""
    place = part.place("case")
    if place is None:
        notes.add("CASE_ID_MISSING", part.table.first_cell, count=len(part))
        return _completed([], np.full(len(part), -1), numbers)
    note_broken(part, place, notes)
    pairs, codes = distinct(part.cells[:, place])
    said = part.said(pairs)
    shown = [_shown(kind, text, numbers) for kind, text in said]
    _note_ids(part, said, codes, place=place, notes=notes)
    lost = [number for number, one in enumerate(shown) if one is None]
    codes = np.where(np.isin(codes, lost), -1, codes) if lost else codes
    return _completed([one or "" for one in shown], codes, numbers)


def _completed(shown: list[str], codes: np.ndarray, numbers: Numbers) -> Ids:
    sure = codes >= 0
    nameless = np.flatnonzero(~sure)
    if len(nameless):
        codes = codes.copy()
        codes[nameless] = np.arange(len(shown), len(shown) + len(nameless))
        shown = shown + [numbers.for_nobody() for _ in nameless.tolist()]
    return Ids(tuple(shown), tuple(map(silent_key, shown)), codes, sure)


def _shown(kind: Kind, text: str, numbers: Numbers) -> str | None:
    if kind is Kind.TEXT:
        return numbers.for_cpr(text) if has_cpr(text) else visible(text)
    if kind in BROKEN_CELLS or _is_rounded(text):
        return None
    if has_cpr(text) or is_cpr_number(text):
        return numbers.for_cpr(text)
    return visible(text).removesuffix(".0") if kind is Kind.NUMBER else visible(text)


def _is_rounded(text: str) -> bool:
    power = _ROUNDED.match(text)
    digits = int(power[1]) + 1 if power else len(text.partition(".")[0])
    return digits > EXACT_DIGITS


def _note_ids(
    part: Part, said: Sequence[Said], codes: np.ndarray, *, place: int, notes: Notes
) -> None:
    for unit in np.flatnonzero(codes < 0).tolist():
        notes.add("CASE_ID_MISSING", part.cell(unit, place))
    for number, (kind, text) in enumerate(said):
        if kind is not Kind.TEXT and _is_rounded(text):
            for unit in each(codes, number):
                notes.add("ID_PRECISION", part.cell(unit, place))
    _note_mixed(part, said, codes, place=place, notes=notes)


def _note_mixed(
    part: Part, said: Sequence[Said], codes: np.ndarray, *, place: int, notes: Notes
) -> None:
    texts = sum(kind is Kind.TEXT for kind, _ in said)
    if texts in (0, len(said)):
        return
    kinds = np.array([int(kind) for kind, _ in said])
    fewer = kinds == Kind.TEXT if 2 * texts <= len(kinds) else kinds != Kind.TEXT
    fewer &= ~np.isin(kinds, list(BROKEN_CELLS))
    for unit in np.flatnonzero(np.append(fewer, False)[codes]).tolist():
        notes.add("ID_MIXED_TYPES", part.cell(unit, place))


# FOLDED checking.units
#
# Which rows are the same unit, over all tables and files of a run.
#
# A unit is a case, or a case and decision, in a phase and municipality (or file,
# where no municipality is known). The same case twice is an error, unless the rows
# are equal, belong to two reviewers, or answer different measures.

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

    def homes(self) -> list[str]:
        """Where each case id is unique: the municipality, or else the file.

        Reviews of one case may lie in several files; there the id is unique in all.
        """
        own = "" if self.reviewer else f"\n{self.part.file}"
        found = self.attributes.get(MUNICIPALITY)
        return [one or own for one in _texts(found, len(self.part))]


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


class _Key(NamedTuple):
    phase: str
    home: str
    case: str
    decision: str


class _Entry(NamedTuple):
    """One row that is to become a unit, or part of one."""

    at: Row
    key: _Key
    shown: str
    reviewer: str


@dataclass(frozen=True, eq=False)
class _Book:
    """The units found so far, by key, and the rows that each has."""

    units: Units
    taken: Sequence[Taken]
    notes: Notes
    numbers: dict[_Key, int] = field(default_factory=dict)
    keys: list[_Key] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)  # of each unit's first row
    rows: dict[tuple[int, str], list[Row]] = field(default_factory=dict)


def units_of(taken: Sequence[Taken], notes: Notes) -> Units:
    """The units of all parts; cases that stand there twice are noted."""
    units = Units([])
    book = _Book(units, taken, notes)
    for number, one in enumerate(taken):
        of = np.full(len(one.part), -1)
        entries = _entries(number, one)
        of[[entry.at[1] for entry in entries]] = [_enter(book, e) for e in entries]
        units.of.append(of)
    _name(book)
    _note_paired(book)
    return units


def _entries(number: int, one: Taken) -> list[_Entry]:
    count = len(one.part)
    columns = zip(
        range(count),
        one.phases.codes.tolist(),
        one.ids.codes.tolist(),
        one.homes(),
        _texts(one.decision, count),
        _texts(one.reviewer, count),
        strict=True,
    )
    phases, keys, shown = one.phases.values, one.ids.keys, one.ids.shown
    return [
        _Entry(
            (number, row),
            _Key(phases[phase], home, keys[case], decision),
            shown[case],
            reviewer,
        )
        for row, phase, case, home, decision, reviewer in columns
        if phase >= 0
    ]


def _texts(column: Coded | None, count: int) -> list[str]:
    """A column's texts, row by row; empty for nothing."""
    if column is None:
        return [""] * count
    values = (*column.values, "")
    return [values[code] for code in column.codes.tolist()]


def _enter(book: _Book, entry: _Entry) -> int:
    number = book.numbers.get(entry.key)
    if number is None:
        return _new(book, entry)
    rows = _rows(book, number, entry.reviewer)
    at = entry.at
    clash = next((row for row in rows if _overlap(book.taken, row, at)), None)
    if clash is None:
        rows.append(at)
        if entry.reviewer:
            book.units.reviews.setdefault(number, []).append(at)
        return number
    if _signature(book.taken, clash) == _signature(book.taken, at):
        _note_twice(book, at, "ROW_DUPLICATE")
        return -1
    _note_twice(book, at, "CASE_DUPLICATE")
    again = f"{entry.shown} ({len(book.keys) + 1})"
    key = entry.key._replace(case=again)
    return _new(book, _Entry(at, key, again, reviewer=""))


def _new(book: _Book, entry: _Entry) -> int:
    number = len(book.keys)
    book.numbers[entry.key] = number
    book.keys.append(entry.key)
    book.shown.append(entry.shown)
    book.units.first.append(entry.at)
    book.reviewers.append(entry.reviewer)
    if entry.reviewer:
        book.units.reviews[number] = [entry.at]
    return number


def _rows(book: _Book, number: int, reviewer: str) -> list[Row]:
    # Most units have one row; lists are made only for those that have more.
    own = book.reviewers[number] == reviewer
    first = [book.units.first[number]] if own else []
    return book.rows.setdefault((number, reviewer), first)


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
    for key, shown in zip(book.keys, book.shown, strict=True):
        case = f"{key.home.strip()} {shown}" if shared else shown
        book.units.phase.append(key.phase)
        book.units.case_id.append(case)
        book.units.unit_id.append(f"{case} / {key.decision}" if key.decision else case)


def _note_paired(book: _Book) -> None:
    sure = [one.ids.sure.tolist() for one in book.taken]
    phases: dict[tuple[str, str], str] = {}
    paired = set()
    for key, (number, row) in zip(book.keys, book.units.first, strict=True):
        if sure[number][row]:
            case = ("" if key.home.startswith("\n") else key.home, key.case)
            if phases.setdefault(case, key.phase) != key.phase:
                paired.add(case)
    if paired:
        book.notes.add("CASES_PAIRED", count=len(paired))
