"""What passes between the steps of a check: the frame of a run, and a table's rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from taskforce_analysis.forms import Form
from taskforce_analysis.locating.dates import DateReader
from taskforce_analysis.locating.grid import Said
from taskforce_analysis.locating.lexicon import Lexicon, answer_words, lexicon_of
from taskforce_analysis.locating.phases import Outer, PhaseNames, phase_names
from taskforce_analysis.locating.tables import Heading, Table
from taskforce_analysis.locating.vocabulary import Meaning, Vocabulary, vocabulary_of
from taskforce_analysis.reading.cells import ERROR
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import ANSWERS

NOT_DUE = "not_due"


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """What a run knows before it opens a table: the form, its words, the settings."""

    form: Form
    settings: Settings
    given: Mapping[str, str] = field(default_factory=dict)
    reviewers: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, date | None] = field(default_factory=dict)
    layout: str | None = None
    today: date = field(default_factory=date.today)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The form's headers."""
        return vocabulary_of(self.form)

    @cached_property
    def phases(self) -> PhaseNames:
        """The form's phases by every spelling."""
        return phase_names(self.form)

    @cached_property
    def date_readers(self) -> dict[bool, DateReader]:
        """A reader per date system; a date that many workbooks hold is read once."""
        return {system: DateReader(system, self.today) for system in (False, True)}

    @cached_property
    def words(self) -> Lexicon:
        """All answer words of the form."""
        return answer_words(self.form)

    @cached_property
    def lexicons(self) -> dict[str, Lexicon]:
        """The lexicon of each measure; measures of the same kind share one."""
        shared: dict[tuple[object, ...], Lexicon] = {}
        found = {}
        for measure in self.form.measures:
            key = (measure.scale, measure.partly, *sorted(measure.codes.items()))
            found[measure.id] = shared.setdefault(key, lexicon_of(measure))
        return found

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """Every answer that can be given, by its number."""
        grades = [grade.id for one in self.form.measures for grade in one.scale]
        return tuple(dict.fromkeys((*ANSWERS, *grades, NOT_DUE)))

    @cached_property
    def measure_ids(self) -> tuple[str, ...]:
        """The measures in the form's order."""
        return self.form.measure_ids

    @cached_property
    def label(self) -> dict[str, str]:
        """The header of a measure as the form spells it first, else its label."""
        return {
            one.id: one.columns[0] if one.columns else one.label
            for one in self.form.measures
        }


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts as numbers into its distinct values; -1 is nothing."""

    values: tuple[str, ...]
    codes: np.ndarray

    def at(self, row: int) -> str | None:
        """The text of a row; None for nothing."""
        code = self.codes[row]
        return self.values[code] if code >= 0 else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """The case rows of one table: who they are, and their cells.

    `rows`: the grid's row per unit, shape (units,). `cells`: pairs under each heading,
    shape (units, headings). `asked`: pairs per measure, shape (units, measures), with
    the grid's `asked_rows` and `asked_columns`, which broadcast to it.
    """

    file: str
    sheet: str
    date1904: bool
    table: Table
    places: Mapping[Meaning, int]
    rows: np.ndarray
    cells: np.ndarray
    measures: tuple[str, ...]
    asked: np.ndarray
    asked_rows: np.ndarray
    asked_columns: np.ndarray
    outer: Outer = field(default_factory=Outer)
    code_book: Mapping[str, str] = field(default_factory=dict)
    home: str = ""

    def __len__(self) -> int:
        """How many units the part has."""
        return len(self.rows)

    @cached_property
    def has_broken(self) -> bool:
        """Whether any cell is an error or a formula without a value."""
        kinds = self.cells & 7
        return bool(((kinds >= ERROR) & (self.cells >= 0)).any())

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of the table."""
        return self.table.headings

    def place(self, role: str, name: str = "") -> int | None:
        """The number of the heading with this meaning, or None."""
        return self.places.get(Meaning(role, name))

    def cell(self, unit: int, heading: int) -> str:
        """The address of a unit's cell under a heading."""
        return self.table.place(int(self.rows[unit]), heading)

    def asked_cell(self, unit: int, measure: int) -> str:
        """The address of a unit's answer to the measure of this number."""
        shape = self.asked.shape
        row = int(np.broadcast_to(self.asked_rows, shape)[unit, measure])
        column = int(np.broadcast_to(self.asked_columns, shape)[unit, measure])
        return self.table.grid.place(row, column)

    def text(self, pair: int) -> str:
        """The stored text of a pair."""
        return self.table.grid.text(int(pair))

    def said(self, pairs: Iterable[int]) -> list[Said]:
        """What these pairs of cells that hold something say."""
        return self.table.grid.said(pairs)

    def row_cell(self, unit: int) -> str:
        """The address of the first cell in a unit's row that holds something."""
        held = np.flatnonzero(self.cells[unit] >= 0)
        column = self.headings[int(held[0])].column if len(held) else 1
        return self.table.grid.place(int(self.rows[unit]), column)
