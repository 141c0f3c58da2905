"""From the tables of a sheet to the rows of cases: what is read, and what is not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from taskforce_analysis.locating.columns import (
    Columns,
    filled_cells,
    note_columns,
    note_merged_answers,
    roles_of,
)
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.phases import Outer, outer_phase
from taskforce_analysis.locating.pivoting import LongColumns, long_columns, pivot
from taskforce_analysis.locating.records import Frame, Part
from taskforce_analysis.locating.rows import Body, case_rows
from taskforce_analysis.locating.tables import Table
from taskforce_analysis.locating.vocabulary import EXACT, Match, Meaning
from taskforce_analysis.reading.cells import Workbook


@dataclass(frozen=True, eq=False)
class Place:
    """Where a table lies, and what is needed to read it there."""

    workbook: Workbook
    sheet: str
    code_book: Mapping[str, str]
    frame: Frame
    notes: Notes


def part_of(table: Table, where: Place) -> Part | None:
    """The case rows of a table; None when it has no measures in any form.

    Notes what is odd about its columns, merged cells and rows that are no cases.
    """
    long = None
    if table.layout == "long":
        long = long_columns(table, where.frame.vocabulary, where.frame.words)
        if long is None:
            where.notes.add("HEADER_NOT_FOUND", table.first_cell)
            return None
        table = _with_long_roles(table, long)
    part = _part(table, where)
    if long is None:
        return part
    return _pivoted(part, long, where)


def _with_long_roles(table: Table, long: LongColumns) -> Table:
    roles = {long.question: "question", long.answer: "answer"}
    headings = tuple(
        replace(one, match=Match((Meaning(roles[place]),), EXACT, ""))
        if place in roles
        else one
        for place, one in enumerate(table.headings)
    )
    return replace(table, headings=headings)


def _part(table: Table, where: Place) -> Part:
    places = roles_of(table)
    cells = filled_cells(table, where.notes)
    outer = _outer(table, where)
    body = _body(table, cells, places, frame=where.frame, outer=outer)
    kept = case_rows(body, where.notes)
    rows, cells = table.rows[kept], cells[kept]
    note_columns(Columns(table, places, rows, cells, where.frame, where.notes))
    note_merged_answers(table, rows, where.notes)
    asked = {one.id: place for one, place in places.items() if one.role == "measure"}
    columns = [table.columns[place] for place in asked.values()]
    return Part(
        file=where.workbook.file,
        sheet=where.sheet,
        date1904=where.workbook.date1904,
        table=table,
        places=places,
        rows=rows,
        cells=cells,
        measures=tuple(asked),
        asked=cells[:, list(asked.values())],
        asked_rows=rows[:, None],
        asked_columns=np.array(columns, dtype=np.int32)[None, :],
        outer=outer,
        code_book=where.code_book,
    )


def _outer(table: Table, where: Place) -> Outer:
    file = where.workbook.file
    return outer_phase(
        where.frame.phases,
        file=file,
        sheet=where.sheet,
        titles=table.titles,
        given=where.frame.given.get(file, ""),
    )


def _body(
    table: Table,
    cells: np.ndarray,
    places: Mapping[Meaning, int],
    *,
    frame: Frame,
    outer: Outer,
) -> Body:
    asked = [p for one, p in places.items() if one.role in ("measure", "answer")]
    timed = [p for one, p in places.items() if one.role in ("start", "end")]
    return Body(
        table=table,
        cells=cells,
        places=places,
        words=frame.words,
        vocabulary=frame.vocabulary,
        phases=frame.phases,
        asked=np.array(sorted(asked), dtype=np.int64),
        timed=np.array(sorted(set(timed)), dtype=np.int64),
        has_outer_phase=bool(outer.hinted),
    )


def _pivoted(part: Part, long: LongColumns, where: Place) -> Part:
    columns = Columns(
        part.table, part.places, part.rows, part.cells, where.frame, where.notes
    )
    pivoted = pivot(columns, long)
    case = part.place("case")
    for row in pivoted.repeated.tolist():
        cell = part.row_cell(row) if case is None else part.cell(row, case)
        code = "ROW_DUPLICATE" if row in pivoted.pasted else "CASE_DUPLICATE"
        where.notes.add(code, cell)
    column = part.headings[long.answer].column
    return replace(
        part,
        rows=part.rows[pivoted.first],
        cells=part.cells[pivoted.first],
        measures=pivoted.measures,
        asked=pivoted.asked,
        asked_rows=pivoted.asked_rows,
        asked_columns=np.array([[column]], dtype=np.int32),
    )
