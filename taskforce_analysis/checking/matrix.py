"""One answer per unit and measure: all answers of a run as one table of numbers.

A row per unit, a column per measure, and beside each answer where it came from; what a
unit was not asked is ABSENT. Two reviews of one unit become one answer: what they agree
on, or that of a consensus row. A reviewer who left a cell empty has not reviewed it.
Where reviewers disagree and no consensus settles it, the answer is unrecognised and
the issue is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.checking.row_facts import CONSENSUS, RowFacts
from taskforce_analysis.checking.units import TableRow, Units
from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.applied_form import AppliedForm

if TYPE_CHECKING:
    import pandas as pd

ABSENT = -1


@dataclass(frozen=True, eq=False)
class Matrix:
    """Answers by unit and measure, numbered as in `AppliedForm.answers`; their places.

    All arrays have the shape (units, measures): `origin` is the number of the table,
    `row` and `column` are the sheet's.
    """

    answers: np.ndarray
    origin: np.ndarray
    row: np.ndarray
    column: np.ndarray

    def copy(self) -> "Matrix":
        """The same matrix in arrays of its own."""
        return Matrix(
            self.answers.copy(), self.origin.copy(), self.row.copy(), self.column.copy()
        )


def matrix_of(
    facts: Sequence[RowFacts], units: Units, *, applied: AppliedForm, notes: Notes
) -> Matrix:
    """The answers of all tables; a unit's first row wins, reviews are settled."""
    shape = len(units), len(applied.measure_ids)
    found = Matrix(
        np.full(shape, ABSENT, dtype=np.int16),
        np.full(shape, ABSENT, dtype=np.int32),
        np.zeros(shape, dtype=np.int32),
        np.zeros(shape, dtype=np.int32),
    )
    column_of = {measure: number for number, measure in enumerate(applied.measure_ids)}
    for number, one in reversed(list(enumerate(facts))):
        part, of = one.part, units.of[number]
        rows = np.flatnonzero(of >= 0)[::-1]
        columns = [column_of[name] for name in part.measures]
        at = np.ix_(of[rows], np.array(columns, dtype=np.int64))
        row, column = (
            one[rows] if len(one) > 1 else one  # one line stands for all
            for one in (part.asked_rows, part.asked_columns)
        )
        if part.table.grid.turned:
            row, column = column, row
        found.answers[at] = one.answers[rows]
        found.origin[at] = number
        found.row[at], found.column[at] = row, column
    _settle(found, facts, units, applied=applied, notes=notes)
    return found


@dataclass(frozen=True, slots=True)
class _Review:
    """One reviewer's answer to one measure, and where it stands."""

    place: TableRow
    measure: int  # the number of the measure in its table
    reviewer: str
    answer: int


def _reviews(facts: Sequence[RowFacts], rows: Sequence[TableRow]) -> list[_Review]:
    return [
        _Review((number, row), measure, _reviewer(facts[number], row), int(answer))
        for number, row in rows
        for measure, answer in enumerate(facts[number].answers[row])
        if answer != ABSENT
    ]


def _reviewer(one: RowFacts, row: int) -> str:
    return (one.reviewer.at(row) if one.reviewer else None) or ""


def _settle(
    matrix: Matrix,
    facts: Sequence[RowFacts],
    units: Units,
    *,
    applied: AppliedForm,
    notes: Notes,
) -> None:
    missing = applied.answers.index("missing")
    for unit, rows in units.reviews.items():
        if len(rows) == 1:
            continue
        by_measure: dict[str, list[_Review]] = {}
        for review in _reviews(facts, rows):
            name = facts[review.place[0]].part.measures[review.measure]
            by_measure.setdefault(name, []).append(review)
        for name, reviews in by_measure.items():
            given = [one for one in reviews if one.answer != missing]
            consensus = [one.answer for one in given if one.reviewer == CONSENSUS]
            answers = set(consensus[:1] or (one.answer for one in given))
            if len(answers) > 1:
                _note_disagreement(given, facts, name=name, notes=notes)
                answers = {applied.answers.index("unrecognised")}
            chosen = answers.pop() if answers else missing
            matrix.answers[unit, applied.measure_ids.index(name)] = chosen


def _note_disagreement(
    given: Sequence[_Review], facts: Sequence[RowFacts], *, name: str, notes: Notes
) -> None:
    first = given[0]
    other = next(one for one in given if one.answer != first.answer)
    one, row = facts[other.place[0]], other.place[1]
    notes.on(one.part.file, one.part.sheet).add(
        "REVIEW_DISAGREES",
        one.part.asked_cell(row, other.measure),
        case_id=one.ids.at(row),
        phase=one.phases.at(row),
        measure=name,
        found=f"{first.reviewer}, {other.reviewer}",
    )


def reviews_table(
    facts: Sequence[RowFacts], units: Units, applied: AppliedForm
) -> "pd.DataFrame":
    """Every single review, as `tables.reviews`."""
    rows = []
    for unit, places in units.reviews.items():
        for review in _reviews(facts, places):
            one = facts[review.place[0]]
            rows.append(
                {
                    "form": applied.form.id,
                    "phase": units.phase[unit],
                    "case_id": units.case_id[unit],
                    "unit_id": units.unit_id[unit],
                    "measure": one.part.measures[review.measure],
                    "reviewer": review.reviewer,
                    "answer": applied.answers[review.answer],
                    "file": one.part.file,
                    "sheet": one.part.sheet,
                    "cell": one.part.asked_cell(review.place[1], review.measure),
                }
            )
    return tables.build(rows, tables.reviews)
