"""From a table on a sheet to its cases: which rows they are, and their cells.

Whatever the layout was, a row of the result is one unit, and a measure one column of
`asked`; every cell still knows its address. What is odd about columns, merged cells and
rows that are no cases is noted on the way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.columns import (
    TableColumns,
    filled_cells,
    note_columns,
    note_merged_answers,
)
from taskforce_analysis.locating.grid import CellText
from taskforce_analysis.locating.headers import (
    EXACT,
    ColumnHeading,
    HeaderMatch,
    Meaning,
)
from taskforce_analysis.locating.layout import SheetTable
from taskforce_analysis.locating.phases import OuterPhase, outer_phase
from taskforce_analysis.locating.pivoting import LongColumns, long_columns, pivot
from taskforce_analysis.locating.rows import TableBody, cases_among
from taskforce_analysis.reading.cells import ERROR
from taskforce_analysis.spelling import loose_key, silent_key


@dataclass(frozen=True)
class CodeBook:
    """What the codes of an export mean, by label: of all variables, and of each.

    `shared` is empty where a code means other things in other variables. `own` is by
    the variable's name or question, as it is compared.
    """

    shared: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def labels_for(self, names: Iterable[str]) -> Mapping[str, str]:
        """The labels of the codes of the variable that has one of these names."""
        keys = [key for name in names for key in (silent_key(name), loose_key(name))]
        return next((self.own[key] for key in keys if key in self.own), self.shared)


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseRows:
    """The rows of cases of one table: who they are, and their cells.

    `rows`: the grid's row per unit, shape (units,). `cells`: pairs under each heading,
    shape (units, headings). `asked`: pairs per measure, shape (units, measures), with
    the grid's `asked_rows` and `asked_columns`, which broadcast to it. `municipality`
    is the one that the sheet is called after, else empty.
    """

    file: str
    sheet: str
    table: SheetTable
    rows: np.ndarray
    cells: np.ndarray
    measures: tuple[str, ...]
    asked: np.ndarray
    asked_rows: np.ndarray
    asked_columns: np.ndarray
    outer: OuterPhase = field(default_factory=OuterPhase)
    date1904: bool = False
    code_book: CodeBook = field(default_factory=CodeBook)
    municipality: str = ""

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.rows)

    @cached_property
    def has_broken(self) -> bool:
        """Whether any cell is an error or a formula without a value."""
        kinds = self.cells & 7
        return bool(((kinds >= ERROR) & (self.cells >= 0)).any())

    @property
    def by_meaning(self) -> Mapping[Meaning, int]:
        """Each meaning with the number of the first heading that has it."""
        return self.table.by_meaning

    @property
    def headings(self) -> tuple[ColumnHeading, ...]:
        """The headings of the table."""
        return self.table.headings

    def heading_of(self, role: str, name: str = "") -> int | None:
        """The number of the heading with this meaning, or None."""
        return self.by_meaning.get(Meaning(role, name))

    def cell(self, unit: int, heading: int) -> str:
        """The address of a unit's cell under a heading."""
        return self.table.address(int(self.rows[unit]), heading)

    def asked_cell(self, unit: int, measure: int) -> str:
        """The address of a unit's answer to the measure of this number."""
        shape = self.asked.shape
        row = int(np.broadcast_to(self.asked_rows, shape)[unit, measure])
        column = int(np.broadcast_to(self.asked_columns, shape)[unit, measure])
        return self.table.grid.address(row, column)

    def row_cell(self, unit: int) -> str:
        """The address of the first cell in a unit's row that holds something."""
        held = np.flatnonzero(self.cells[unit] >= 0)
        column = self.headings[int(held[0])].column if len(held) else 1
        return self.table.grid.address(int(self.rows[unit]), column)

    def text(self, pair: int) -> str:
        """The stored text of a pair."""
        return self.table.grid.text(int(pair))

    def cell_texts(self, pairs: Iterable[int]) -> list[CellText]:
        """What these pairs of cells that hold something say."""
        return self.table.grid.cell_texts(pairs)


def locate_cases(
    table: SheetTable,
    applied: AppliedForm,
    notes: Notes,
    *,
    date1904: bool = False,
    code_book: CodeBook | None = None,
) -> CaseRows | None:
    """The case rows of a table; None when it has no measures in any form.

    `date1904` and `code_book` are the workbook's; the notes know its name.
    """
    long = None
    if table.layout == "long":
        long = long_columns(table, applied.header_words, applied.answer_words)
        if long is None:
            notes.add("HEADER_NOT_FOUND", table.first_cell)
            return None
        table = _with_long_roles(table, long)
    cases = _cases_of(table, applied, notes)
    cases = replace(cases, date1904=date1904, code_book=code_book or CodeBook())
    return _pivoted(cases, long, applied, notes=notes) if long else cases


def _with_long_roles(table: SheetTable, long: LongColumns) -> SheetTable:
    roles = {long.question: "question", long.answer: "answer"}
    headings = tuple(
        replace(one, match=HeaderMatch((Meaning(roles[number]),), EXACT, ""))
        if number in roles
        else one
        for number, one in enumerate(table.headings)
    )
    return replace(table, headings=headings)


def _cases_of(table: SheetTable, applied: AppliedForm, notes: Notes) -> CaseRows:
    file, sheet = str(notes.file), table.grid.sheet.name
    cells = filled_cells(table, notes)
    outer = outer_phase(
        applied.phases,
        file=file,
        sheet=sheet,
        titles=table.titles,
        given=applied.file_phases.get(file, ""),
    )
    body = TableBody(table, cells, applied, has_outer_phase=bool(outer.hinted))
    kept = cases_among(body, notes)
    rows = table.rows[kept]
    cells = cells if len(rows) == len(cells) else cells[kept]
    note_columns(TableColumns(table, rows, cells, applied, notes))
    note_merged_answers(table, rows, notes)
    asked = {one.id: n for one, n in table.by_meaning.items() if one.role == "measure"}
    columns = [table.columns[number] for number in asked.values()]
    return CaseRows(
        file=file,
        sheet=sheet,
        table=table,
        rows=rows,
        cells=cells,
        measures=tuple(asked),
        asked=_taken(cells, list(asked.values())),
        asked_rows=rows[:, None],
        asked_columns=np.array(columns, dtype=np.int32)[None, :],
        outer=outer,
    )


def _taken(cells: np.ndarray, numbers: list[int]) -> np.ndarray:
    # Columns that stand side by side need no copy.
    first, last = min(numbers, default=0), max(numbers, default=-1)
    beside = numbers == list(range(first, last + 1))
    return cells[:, first : last + 1] if beside else cells[:, numbers]


def _pivoted(
    cases: CaseRows, long: LongColumns, applied: AppliedForm, *, notes: Notes
) -> CaseRows:
    columns = TableColumns(cases.table, cases.rows, cases.cells, applied, notes)
    pivoted = pivot(columns, long)
    case = cases.heading_of("case")
    for row in pivoted.repeated.tolist():
        cell = cases.row_cell(row) if case is None else cases.cell(row, case)
        code = "ROW_DUPLICATE" if row in pivoted.pasted else "CASE_DUPLICATE"
        notes.add(code, cell)
    column = cases.headings[long.answer].column
    return replace(
        cases,
        rows=cases.rows[pivoted.first],
        cells=cases.cells[pivoted.first],
        measures=pivoted.measures,
        asked=pivoted.asked,
        asked_rows=pivoted.asked_rows,
        asked_columns=np.array([[column]], dtype=np.int32),
    )
