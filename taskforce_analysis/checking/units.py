"""Which rows are the same unit, over all tables and files of a run.

A unit is a case, or a case and decision, in a phase and municipality (or file, where
no municipality is known). The same case twice is an error, unless the rows are equal,
belong to two reviewers, or answer different measures. The same case in two phases is
told too, unless it was chosen to be reviewed again (a bridge case).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from taskforce_analysis.checking.distinct_cells import TextColumn
from taskforce_analysis.checking.row_facts import (
    BENEFIT,
    MUNICIPALITY,
    DateColumn,
    RowFacts,
)
from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.paragraphs import with_benefit
from taskforce_analysis.spelling import silent_key

TableRow = tuple[int, int]  # the number of a table in the run, and of a row in it


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a run: `of` gives for each table the unit of each row, -1 for none.

    The others have one entry per unit. `reviews` are the rows of each unit that
    has reviewers.
    """

    of: tuple[np.ndarray, ...]
    phase: tuple[str, ...]
    case_id: tuple[str, ...]
    unit_id: tuple[str, ...]
    first: tuple[TableRow, ...]
    reviews: Mapping[int, Sequence[TableRow]]

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.first)

    def texts(self, columns: Sequence[TextColumn | None]) -> TextColumn:
        """A column per row of each table as one per unit; the first that says wins."""
        values: dict[str, int] = {}
        found = np.full(len(self), -1, dtype=np.int64)
        for column, of in zip(reversed(columns), reversed(self.of), strict=True):
            if column is None:
                continue
            numbers = [values.setdefault(value, len(values)) for value in column.values]
            codes = np.array([*numbers, -1], dtype=np.int64)[column.codes]
            kept = np.flatnonzero((of >= 0) & (codes >= 0))[::-1]
            found[of[kept]] = codes[kept]
        return TextColumn(tuple(values), found)

    def cited(self, facts: Sequence[RowFacts], by: str) -> TextColumn:
        """What each unit names in an attribute, and the benefit it names elsewhere."""
        own = self.texts([one.attributes.get(by) for one in facts])
        benefit = self.texts([one.attributes.get(BENEFIT) for one in facts])
        if not benefit.values:
            return own
        pairs, codes = np.unique(
            np.stack([own.codes, benefit.codes]), axis=1, return_inverse=True
        )
        first, second = (*own.values, ""), (*benefit.values, "")
        texts = [with_benefit(first[a], second[b]) for a, b in pairs.T.tolist()]
        # numpy 2.0.0 gives them in another shape.
        return TextColumn(tuple(texts), codes.reshape(-1))

    def dates(self, columns: Sequence[DateColumn]) -> DateColumn:
        """Dates per row of each table as one per unit; the first that is there wins.

        A unit's date is unreadable where one of its rows has such a cell and none has a
        date: an empty cell elsewhere does not make it empty.
        """
        found = DateColumn.empty(len(self))
        for column, of in zip(reversed(columns), reversed(self.of), strict=True):
            kept = np.flatnonzero((of >= 0) & ~np.isnat(column.when))[::-1]
            found.when[of[kept]] = column.when[kept]
            found.unreadable[of[(of >= 0) & column.unreadable]] = True
        return DateColumn(found.when, found.unreadable & np.isnat(found.when))


class _Key(NamedTuple):
    phase: str
    home: str
    case: str
    decision: str


class _Entry(NamedTuple):
    """One row that is to become a unit, or part of one."""

    at: TableRow
    key: _Key
    shown: str
    reviewer: str


class _Register:
    """The units found so far, by key, and the rows that each has; filled row by row."""

    def __init__(self, facts: Sequence[RowFacts], notes: Notes) -> None:
        self.facts, self.notes = facts, notes
        self.numbers: dict[_Key, int] = {}
        self.keys: list[_Key] = []
        self.shown: list[str] = []
        self.first: list[TableRow] = []
        self.reviewers: list[str] = []  # of each unit's first row
        self.reviews: dict[int, list[TableRow]] = {}
        self.rows: dict[tuple[int, str], list[TableRow]] = {}


def units_of(
    facts: Sequence[RowFacts], notes: Notes, *, bridges: Collection[str] = ()
) -> Units:
    """The units of all tables; cases that stand there twice are noted.

    `bridges` are the bridge cases' ids, as they are compared.
    """
    register, tables = _Register(facts, notes), []
    for number, one in enumerate(facts):
        of = np.full(len(one.part), -1)
        entries = _entries(number, one)
        of[[entry.at[1] for entry in entries]] = [
            _enter(register, entry) for entry in entries
        ]
        tables.append(of)
    _note_paired(register, bridges)
    cases = _case_names(register)
    decisions = [key.decision for key in register.keys]
    named = zip(cases, decisions, strict=True)
    return Units(
        of=tuple(tables),
        phase=tuple(key.phase for key in register.keys),
        case_id=cases,
        unit_id=tuple(f"{case} / {one}" if one else case for case, one in named),
        first=tuple(register.first),
        reviews=register.reviews,
    )


def _entries(number: int, one: RowFacts) -> list[_Entry]:
    count = len(one.part)
    # A case id is unique in its municipality, or else in its file. Reviews of one case
    # may lie in several files; there the id is unique in all.
    own = "" if one.reviewer else f"\n{one.part.file}"
    homes = _texts(one.attributes.get(MUNICIPALITY), count)
    columns = zip(
        range(count),
        one.phases.codes.tolist(),
        one.ids.codes.tolist(),
        [home or own for home in homes],
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


def _texts(column: TextColumn | None, count: int) -> list[str]:
    """A column's texts, row by row; empty for nothing."""
    if column is None:
        return [""] * count
    values = (*column.values, "")
    return [values[code] for code in column.codes.tolist()]


def _enter(register: _Register, entry: _Entry) -> int:
    """The unit of a row, which may be a new one; -1 for a row that is left out."""
    number = register.numbers.get(entry.key)
    if number is None:
        return _new(register, entry)
    rows = _rows(register, number, entry.reviewer)
    facts, at = register.facts, entry.at
    clash = next((row for row in rows if _overlap(facts, row, at)), None)
    if clash is None:
        rows.append(at)
        if entry.reviewer:
            register.reviews.setdefault(number, []).append(at)
        return number
    if _content(facts, clash) == _content(facts, at):
        _note_twice(register, at, "ROW_DUPLICATE")
        return -1
    _note_twice(register, at, "CASE_DUPLICATE")
    again = f"{entry.shown} ({len(register.keys) + 1})"
    key = entry.key._replace(case=again)
    return _new(register, _Entry(at, key, again, reviewer=""))


def _new(register: _Register, entry: _Entry) -> int:
    number = len(register.keys)
    register.numbers[entry.key] = number
    register.keys.append(entry.key)
    register.shown.append(entry.shown)
    register.first.append(entry.at)
    register.reviewers.append(entry.reviewer)
    if entry.reviewer:
        register.reviews[number] = [entry.at]
    return number


def _rows(register: _Register, number: int, reviewer: str) -> list[TableRow]:
    # Most units have one row; lists are made only for those that have more.
    own = register.reviewers[number] == reviewer
    first = [register.first[number]] if own else []
    return register.rows.setdefault((number, reviewer), first)


def _overlap(facts: Sequence[RowFacts], one: TableRow, other: TableRow) -> bool:
    """Whether two rows answer any measure both."""
    if one[0] == other[0]:
        return True
    first, second = facts[one[0]].part, facts[other[0]].part
    return not set(first.measures).isdisjoint(second.measures)


def _content(facts: Sequence[RowFacts], at: TableRow) -> dict[str, tuple[int, str]]:
    part = facts[at[0]].part
    return {
        heading.text: (int(kind_of(pair)), part.text(pair))
        for heading, pair in zip(part.headings, part.cells[at[1]].tolist(), strict=True)
        if pair >= 0 and heading.text
    }


def _note_twice(register: _Register, at: TableRow, code: str) -> None:
    one, row = register.facts[at[0]], at[1]
    heading = one.part.heading_of("case")
    if code == "ROW_DUPLICATE" or heading is None:
        cell = one.part.row_cell(row)
    else:
        cell = one.part.cell(row, heading)
    register.notes.on(one.part.file, one.part.sheet).add(
        code, cell, case_id=one.ids.at(row), phase=one.phases.at(row)
    )


def _case_names(register: _Register) -> tuple[str, ...]:
    """The case of each unit, with its municipality where cases share an id."""
    homes: dict[tuple[str, str, str], str] = {}
    shared = any(
        homes.setdefault((key.phase, key.case, key.decision), key.home) != key.home
        for key in register.keys
    )
    return tuple(
        f"{key.home.strip()} {shown}" if shared else shown
        for key, shown in zip(register.keys, register.shown, strict=True)
    )


def _note_paired(register: _Register, bridges: Collection[str]) -> None:
    """Note how many cases two phases have; they are not compared as pairs.

    Bridge cases are meant to stand in both.
    """
    sure = [one.ids.sure.tolist() for one in register.facts]
    phases: dict[tuple[str, str], str] = {}
    paired = set()
    for key, (number, row) in zip(register.keys, register.first, strict=True):
        if sure[number][row]:
            home = "" if key.home.startswith("\n") else key.home
            case = (home, key.case)
            if _is_bridge(case, bridges):
                continue
            if phases.setdefault(case, key.phase) != key.phase:
                paired.add(case)
    if paired:
        register.notes.add("CASES_PAIRED", count=len(paired))


def _is_bridge(case: tuple[str, str], bridges: Collection[str]) -> bool:
    """Whether a case is to be reviewed again; it may be named by its municipality."""
    return case[1] in bridges or (
        bool(bridges) and silent_key(" ".join(case)) in bridges
    )
