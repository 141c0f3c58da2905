"""Two reviews of one unit as one answer: what they agree on, or a consensus row.

A reviewer who left a cell empty has not reviewed it. Where reviewers disagree and no
row of consensus settles it, the answer is unrecognised and the issue is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskforce_analysis.checking.groups import CONSENSUS
from taskforce_analysis.checking.matrix import ABSENT, Matrix
from taskforce_analysis.checking.units import Row, Taken, Units
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.records import Frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's answer to one measure, and where it stands."""

    row: Row
    measure: int  # the number of the measure in its part
    reviewer: str
    answer: int


def settled(
    matrix: Matrix, taken: Sequence[Taken], units: Units, *, frame: Frame, notes: Notes
) -> Matrix:
    """The matrix with one answer per unit and measure where there are reviews."""
    twice = {unit: rows for unit, rows in units.reviews.items() if len(rows) > 1}
    if not twice:
        return matrix
    matrix = matrix.copy()
    missing = frame.answers.index("missing")
    for unit, rows in twice.items():
        by_measure: dict[str, list[Review]] = {}
        for review in _reviews(taken, rows):
            name = taken[review.row[0]].part.measures[review.measure]
            by_measure.setdefault(name, []).append(review)
        for name, reviews in by_measure.items():
            given = [one for one in reviews if one.answer != missing]
            chosen = _agreed(given, missing)
            if chosen is None:
                _note(given, taken, name=name, notes=notes)
                chosen = frame.answers.index("unrecognised")
            matrix.answers[unit, frame.measure_ids.index(name)] = chosen
    return matrix


def _reviews(taken: Sequence[Taken], rows: Sequence[Row]) -> list[Review]:
    return [
        Review((number, row), measure, _reviewer(taken[number], row), int(answer))
        for number, row in rows
        for measure, answer in enumerate(taken[number].answers[row])
        if answer != ABSENT
    ]


def _reviewer(one: Taken, row: int) -> str:
    return (one.reviewer.at(row) if one.reviewer else None) or ""


def _agreed(given: Sequence[Review], missing: int) -> int | None:
    consensus = [one.answer for one in given if one.reviewer == CONSENSUS]
    answers = set(consensus[:1] or (one.answer for one in given))
    if len(answers) > 1:
        return None
    return answers.pop() if answers else missing


def _note(
    given: Sequence[Review], taken: Sequence[Taken], *, name: str, notes: Notes
) -> None:
    first = given[0]
    other = next(one for one in given if one.answer != first.answer)
    one, row = taken[other.row[0]], other.row[1]
    notes.on(one.part.file, one.part.sheet).add(
        "REVIEW_DISAGREES",
        one.part.asked_cell(row, other.measure),
        case_id=one.ids.at(row),
        phase=one.phases.at(row),
        measure=name,
        found=f"{first.reviewer}, {other.reviewer}",
    )


def reviews_table(taken: Sequence[Taken], units: Units, frame: Frame) -> "pd.DataFrame":
    """Every single review, as `tables.reviews`."""
    from taskforce_analysis import tables

    rows = []
    for unit, places in units.reviews.items():
        for review in _reviews(taken, places):
            one = taken[review.row[0]]
            rows.append(
                {
                    "form": frame.form.id,
                    "phase": units.phase[unit],
                    "group": "all",
                    "case_id": units.case_id[unit],
                    "unit_id": units.unit_id[unit],
                    "measure": one.part.measures[review.measure],
                    "reviewer": review.reviewer,
                    "answer": frame.answers[review.answer],
                    "file": one.part.file,
                    "sheet": one.part.sheet,
                    "cell": one.part.asked_cell(review.row[1], review.measure),
                }
            )
    return tables.build(rows, tables.reviews)
