"""The whole check: workbooks in, answers and issues out, stage by stage.

Tables are found in each workbook, their rows read one table at a time, rows matched to
units over all files; then each unit has one answer per measure, a score by the form's
rules, and a row in the answers table. Every stage notes what is odd in the same list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.checking.assembling import AnswerArrays, answers_table
from taskforce_analysis.checking.case_ids import planned_ids
from taskforce_analysis.checking.copies import without_copies
from taskforce_analysis.checking.laws import (
    laws_of,
    note_mixed_laws,
    note_outside,
    without_law,
    without_younger,
)
from taskforce_analysis.checking.matrix import ABSENT, matrix_of, reviews_table
from taskforce_analysis.checking.row_facts import (
    AGE,
    PARAGRAPH,
    RowFacts,
    RunNames,
    date_order_of,
    facts_of,
    has_dates,
)
from taskforce_analysis.checking.scoring import Scored, in_order, score
from taskforce_analysis.checking.timing import alike_scores, timed_outcomes
from taskforce_analysis.checking.units import Units, units_of
from taskforce_analysis.errors import shown_name, unknown_name, wrong_use
from taskforce_analysis.forms import Form, load_form
from taskforce_analysis.issues import WARNING, Issue, Notes
from taskforce_analysis.locating.aggregates import MeasureCounts
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.own_names import (
    in_form_words,
    ordered_phases,
    with_columns,
)
from taskforce_analysis.locating.workbooks import (
    OpenedWorkbook,
    data_dictionary,
    note_cpr,
    open_workbook,
)
from taskforce_analysis.reading.cells import Workbook, address
from taskforce_analysis.reading.given import Given, workbooks_in
from taskforce_analysis.settings import Settings
from taskforce_analysis.spelling import silent_key

if TYPE_CHECKING:
    import pandas as pd

COUNTS = (
    "form",
    "phase",
    "group",
    "measure",
    "compliant",
    "noncompliant",
    "not_applicable",
    "not_assessable",
    "missing",
    "units",
)


@dataclass(frozen=True)
class LayoutFound:
    """What was found in a file: its sheets, the layout and how many units."""

    file: str
    sheets: tuple[str, ...]
    ignored: tuple[str, ...]
    layout: str
    units: int


@dataclass(frozen=True, eq=False)
class Checked:
    """What workbooks say: answers and counts, and all issues, one per cell.

    `answers` is `tables.answers` with the form's attributes as further columns (from
    262,144 answers on the texts that come again are categories);
    `counts` has the counts of aggregated workbooks; `reviews` is `tables.reviews`.
    `bridge_cases` are the plan's, with running numbers for CPR numbers as in `answers`.
    """

    answers: "pd.DataFrame" = field(repr=False)
    found: tuple[Issue, ...] = field(repr=False)
    counts: "pd.DataFrame" = field(repr=False)
    reviews: "pd.DataFrame" = field(repr=False)
    layouts: tuple[LayoutFound, ...]
    bridge_cases: tuple[str, ...] = ()


def check(
    workbooks: Given,
    form: str | Path | Form,
    *,
    phase: str | None = None,
    case: str | None = None,
    phases: Mapping[str, str] | None = None,
    reviewers: Mapping[str, str] | None = None,
    measured: Mapping[str, date | None] | None = None,
    settings: Settings | None = None,
    layout: str | None = None,
    bridge_cases: Sequence[str] = (),
) -> Checked:
    """The answers in workbooks by the rules of a form, and everything odd about them.

    `workbooks` are read cells, paths, tables in memory, or a list of them. `phase` and
    `case` name the columns of phases and cases where the form does not. `phases` gives
    the phase of a file by its name, `reviewers` who reviewed it (two files of the same
    cases are two reviews), `measured` the date of measurement of a phase. `layout`
    names the layout where it is not to be recognised, `bridge_cases` the cases that are
    meant to stand in two phases. Never raises for what stands in the cells; UsageError
    for a phase or layout that does not exist.
    """
    if isinstance(workbooks, Form):
        raise wrong_use("the form stands first", "Write check(workbooks, form)")
    books = workbooks_in(workbooks)
    form = with_columns(load_form(form), books, phase=phase, case=case)
    for name in (phases or {}).values():
        if form.phase_ids and name not in form.phase_ids:
            raise unknown_name("phase", name, form.phase_ids)
    books = [in_form_words(book, form) for book in books]
    named = {shown_name(file) or "": one for file, one in (phases or {}).items()}
    applied = AppliedForm(
        form=form,
        settings=settings or Settings(),
        file_phases=ordered_phases(books, form) | named,
        reviewers={shown_name(file) or "": r for file, r in (reviewers or {}).items()},
        measured=measured or {},
        layout=layout,
    )
    notes, names = Notes(), RunNames()
    words = applied.answer_words
    told = {number: data_dictionary(book, words) for number, book in enumerate(books)}
    explained = next((one for one in told.values() if one), None)
    for number, book in enumerate(books):
        if told[number] is not None:
            notes.on(book.file).add("FILE_IGNORED")
    books = [book for number, book in enumerate(books) if told[number] is None]
    opened = [
        open_workbook(book, applied, notes, code_book=explained) for book in books
    ]
    orders = [date_order_of(one.case_rows, applied) for one in opened]
    facts = [
        facts_of(part, applied, names, notes=notes, date_order=order)
        for one, order in zip(opened, orders, strict=True)
        for part in one.case_rows
    ]
    for book in books:
        for sheet in book.sheets:  # also those that are not read
            note_cpr(sheet, notes.on(book.file, sheet.name))
    facts, rows = without_copies(books, opened, facts, notes=notes)
    again = planned_ids(bridge_cases, names.cases)
    units = units_of(facts, notes, bridges={silent_key(case) for case in again})
    answers = _answers(facts, units, applied=applied, notes=notes)
    _note_measures(facts, units, rows, applied=applied, notes=notes)
    places = {(one.phase, one.measure): one.place for one in rows}
    counts = _without_impossible(_counts(rows, form), form, notes, places=places)
    tables_given = {book.file: book for book in books if book.columns}
    return Checked(
        answers=_in_places(answers, tables_given),
        found=tuple(_in_place(one, tables_given) for one in notes.in_order()),
        counts=counts,
        reviews=_in_places(reviews_table(facts, units, applied), tables_given),
        layouts=_layouts(opened, facts, units),
        bridge_cases=again,
    )


def _in_place(issue: Issue, given: Mapping[str, Workbook]) -> Issue:
    """The issue with its place in a table in memory as row and column."""
    book = given.get(issue.file or "")
    if book is None:
        return issue
    return replace(issue, sheet=None, cell=book.place(issue.cell))


def _in_places(frame: "pd.DataFrame", given: Mapping[str, Workbook]) -> "pd.DataFrame":
    for name, book in given.items():
        rows = frame["file"] == name
        cells = frame["cell"].mask(
            rows, frame["cell"].map(book.place, na_action="ignore")
        )
        frame = frame.assign(
            cell=cells.astype(frame["cell"].dtype),
            sheet=frame["sheet"].mask(rows, None),
        )
    return frame


def _answers(
    facts: Sequence[RowFacts], units: Units, *, applied: AppliedForm, notes: Notes
) -> "pd.DataFrame":
    form = applied.form
    matrix = matrix_of(facts, units, applied=applied, notes=notes)
    timed = timed_outcomes(facts, units, applied=applied, notes=notes)
    dates = {
        one.id: units.dates(
            [table.dates_of("attribute", one.id) for table in facts]
        ).when
        for one in form.attributes
        if one.type == "date"
    }
    never = np.full(len(units), np.datetime64("NaT", "D"))
    laws = laws_of(form, dates.get(form.law_date, never), units.cited(facts, PARAGRAPH))
    ages = units.texts([one.attributes.get(AGE) for one in facts])
    laws = without_younger(laws, form, ages)
    note_mixed_laws(laws, units, notes)
    note_outside(matrix, units, laws, applied=applied, notes=notes)
    own = {name: one.scores for name, one in timed.items()}
    matrix, own = without_law(matrix, own, applied=applied, laws=laws)
    scored = score(matrix, applied, own)
    alike = {
        phase: _rescored(score(matrix, applied, own | again), form, again)
        for phase, again in alike_scores(
            facts, units, applied=applied, timed=timed
        ).items()
    }
    _note_conflicts(scored, facts, units, applied=applied, notes=notes)
    arrays = AnswerArrays(
        applied=applied,
        facts=facts,
        units=units,
        scored=scored,
        timed=timed,
        dates=dates,
        laws=laws if form.law_date else None,
        alike=alike,
    )
    # One row per unit and measure: the key is unique where the units are told apart.
    unique = len(set(zip(units.phase, units.unit_id, strict=True))) == len(units)
    answers = tables.check(
        answers_table(arrays), tables.answers, unique=unique, categories=True
    )
    by = applied.settings.by
    return tables.with_groups(answers, by) if by else answers


def _rescored(
    scored: Scored, form: Form, again: Mapping[str, np.ndarray]
) -> np.ndarray:
    """The scores of the measures that were judged again, and of what rests on them.

    ABSENT for all others, which no limit touches.
    """
    touched = set(again)
    for measure in in_order(form):
        if touched.intersection(measure.rests_on):
            touched.add(measure.id)
    others = [at for at, name in enumerate(form.measure_ids) if name not in touched]
    scores = scored.scores.copy()
    scores[:, others] = ABSENT
    return scores


def _note_conflicts(
    scored: Scored,
    facts: Sequence[RowFacts],
    units: Units,
    *,
    applied: AppliedForm,
    notes: Notes,
) -> None:
    """Note each answer that was given although its condition was not met."""
    matrix = scored.matrix
    for unit, measure in np.argwhere(scored.conflicts).tolist():
        part = facts[int(matrix.origin[unit, measure])].part
        row, column = matrix.row[unit, measure], matrix.column[unit, measure]
        notes.on(part.file, part.sheet).add(
            "APPLICABILITY_CONFLICT",
            address(int(row), int(column)),
            case_id=units.case_id[unit],
            phase=units.phase[unit],
            measure=applied.measure_ids[measure],
        )


def _note_measures(
    facts: Sequence[RowFacts],
    units: Units,
    counts: Sequence[MeasureCounts],
    *,
    applied: AppliedForm,
    notes: Notes,
) -> None:
    """Note each measure that no file has, and each that only one of the phases has."""
    if not facts and not counts:
        return
    phases = _phases_by_measure(facts, units, counts, applied=applied)
    files = {one.part.file for one in facts}
    notes = notes.on(files.pop()) if len(files) == 1 else notes
    present = set().union(*phases.values())
    for measure in applied.form.measures:
        if measure.of or (measure.is_computed and not facts):
            continue
        if measure.id not in phases and measure.optional:
            continue
        if measure.id not in phases:
            # A deadline has no column of its own, but two of dates.
            dates = [one[0] for one in (measure.start, measure.end) if one]
            expected = " | ".join(dates) or applied.label[measure.id]
            severity = WARNING if measure.added else ""
            notes.add(
                "MEASURE_MISSING",
                measure=measure.id,
                expected=expected,
                severity=severity,
            )
        elif len(phases[measure.id]) == 1 and len(present) > 1:
            only = next(iter(phases[measure.id]))
            notes.add("MEASURE_ONLY_IN_ONE_PHASE", measure=measure.id, phase=only)


def _phases_by_measure(
    facts: Sequence[RowFacts],
    units: Units,
    counts: Sequence[MeasureCounts],
    *,
    applied: AppliedForm,
) -> dict[str, set[str]]:
    dated = [measure for measure in applied.form.measures if measure.start]
    found: dict[str, set[str]] = {}
    for one, of in zip(facts, units.of, strict=True):
        own = {units.phase[unit] for unit in set(of[of >= 0].tolist())}
        timed = [measure.id for measure in dated if has_dates(one.part, measure)]
        for name in (*one.part.measures, *timed):
            found.setdefault(name, set()).update(own)
    for row in counts:
        found.setdefault(row.measure, set()).add(row.phase)
    return found


def _counts(rows: Sequence[MeasureCounts], form: Form) -> "pd.DataFrame":
    import pandas as pd

    found = [{**one._asdict(), **one.by_score} for one in rows]
    counts = pd.DataFrame(found, columns=list(COUNTS))
    counts["form"], counts["group"] = form.id, tables.ALL
    texts, numbers = list(COUNTS[:4]), list(COUNTS[4:])
    counts = counts.astype(
        dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "int64")
    )
    if not rows:
        return counts
    return counts.groupby(texts, sort=False, as_index=False)[numbers].sum()


def _without_impossible(
    counts: "pd.DataFrame",
    form: Form,
    notes: Notes,
    *,
    places: Mapping[tuple[str, str], tuple[str, str, str]],
) -> "pd.DataFrame":
    """The counts less those of a conditional measure with more answers than were asked.

    At most so many were asked as met the condition, or may have: of 10 that had a plan
    14 cannot be told what stood in it. Told at the first cell of these counts.
    """
    import pandas as pd

    wrong = pd.Series(data=False, index=counts.index)
    for measure in form.measures if len(counts) else ():
        met, condition = form.condition_score(measure), measure.applies_when
        if not met or condition is None:
            continue
        other = counts[counts["measure"] == condition.measure]
        asked = other.set_index("phase")[[met, "not_assessable", "missing"]].sum(axis=1)
        own = counts[counts["measure"] == measure.id]
        given = own["compliant"] + own["noncompliant"]
        more = own[given > own["phase"].map(asked).astype("float64")]
        wrong |= counts.index.isin(more.index)
        for phase in more["phase"]:
            file, sheet, cell = places[phase, measure.id]
            notes.on(file, sheet).add(
                "AGGREGATE_INCONSISTENT", cell, measure=measure.id, phase=phase
            )
    return counts[~wrong].reset_index(drop=True)


def _layouts(
    opened: Sequence[OpenedWorkbook], facts: Sequence[RowFacts], units: Units
) -> tuple[LayoutFound, ...]:
    found: dict[str, set[int]] = {}
    for one, of in zip(facts, units.of, strict=True):
        found.setdefault(one.part.file, set()).update(of[of >= 0].tolist())
    return tuple(
        LayoutFound(
            one.file, one.sheets, one.ignored, one.layout, len(found.get(one.file, ()))
        )
        for one in opened
    )
