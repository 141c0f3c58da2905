"""The whole check: workbooks in, answers and issues out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from taskforce_analysis import tables
from taskforce_analysis.checking.composing import Checkable, answers_table
from taskforce_analysis.checking.laws import laws_of, note_mixed_laws
from taskforce_analysis.checking.matrix import matrix_of, unit_dates
from taskforce_analysis.checking.reviewing import reviews_table, settled
from taskforce_analysis.checking.scoring import Scored, score
from taskforce_analysis.checking.taking import Taker, note_personal, take
from taskforce_analysis.checking.timing import Clock, has_dates, timed_measures
from taskforce_analysis.checking.units import Taken, Units, units_of
from taskforce_analysis.errors import shown_name, unknown_name
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.issues import Issue
from taskforce_analysis.locating.books import Opened, open_workbook
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.records import Frame
from taskforce_analysis.reading.cells import Workbook, address
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    import pandas as pd


# FOLDED checking.measures
#
# Which measures of the form are there, and in which phases.


def note_measures(
    taken: Sequence[Taken],
    units: Units,
    counts: Sequence[Mapping[str, Any]],
    *,
    frame: Frame,
    notes: Notes,
) -> None:
    """Note each measure that no file has, and each that only one of the phases has."""
    if not taken and not counts:
        return
    phases = _phases_by_measure(taken, units, counts, frame=frame)
    files = {one.part.file for one in taken}
    place = notes.on(files.pop()) if len(files) == 1 else notes
    present = set().union(*phases.values())
    for measure in frame.form.measures:
        if measure.of or (measure.is_computed and not taken):
            continue
        if measure.id not in phases:
            expected = frame.label[measure.id]
            place.add("MEASURE_MISSING", measure=measure.id, expected=expected)
        elif len(phases[measure.id]) == 1 and len(present) > 1:
            only = next(iter(phases[measure.id]))
            place.add("MEASURE_ONLY_IN_ONE_PHASE", measure=measure.id, phase=only)


def _phases_by_measure(
    taken: Sequence[Taken],
    units: Units,
    counts: Sequence[Mapping[str, Any]],
    *,
    frame: Frame,
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, of in zip(taken, units.of, strict=True):
        own = {units.phase[unit] for unit in set(of[of >= 0].tolist())}
        for measure in _asked(one, frame.form.measures):
            found.setdefault(measure, set()).update(own)
    for row in counts:
        found.setdefault(row["measure"], set()).add(row["phase"])
    return found


def _asked(one: Taken, measures: Sequence[Measure]) -> list[str]:
    timed = [m.id for m in measures if m.start and has_dates(one, m)]
    return [*one.part.measures, *timed]


# FOLDED checking.checks
#
# The whole check: workbooks in, answers and issues out.

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

    `answers` is `tables.answers` with the form's attributes as further columns;
    `counts` has the counts of aggregated workbooks; `reviews` is `tables.reviews`.
    """

    answers: "pd.DataFrame" = field(repr=False)
    found: tuple[Issue, ...] = field(repr=False)
    counts: "pd.DataFrame" = field(repr=False)
    reviews: "pd.DataFrame" = field(repr=False)
    layouts: tuple[LayoutFound, ...]


def check(
    workbooks: Sequence[Workbook],
    form: Form,
    *,
    phases: Mapping[str, str] | None = None,
    reviewers: Mapping[str, str] | None = None,
    measured: Mapping[str, date | None] | None = None,
    settings: Settings | None = None,
    layout: str | None = None,
) -> Checked:
    """The answers in workbooks by the rules of a form, and everything odd about them.

    `phases` gives the phase of a file by its name, `reviewers` who reviewed it (two
    files of the same cases are two reviews), `measured` the date of measurement of a
    phase. `layout` names the layout where it is not to be recognised. Never raises
    for what stands in the cells; UsageError for a phase or layout that does not exist.
    """
    frame = Frame(
        form=form,
        settings=settings or Settings(),
        given=_given(phases or {}, form),
        reviewers={shown_name(file) or "": r for file, r in (reviewers or {}).items()},
        measured=measured or {},
        layout=layout,
    )
    notes = Notes()
    opened = [open_workbook(book, frame, notes) for book in workbooks]
    taker = Taker(frame, notes)
    taken = [take(part, taker) for one in opened for part in one.parts]
    for book in workbooks:
        note_personal(book.sheets, notes.on(book.file))
    units = units_of(taken, notes)
    answers = _answers(taken, units, frame=frame, notes=notes)
    counts = [row for one in opened for row in one.counts]
    note_measures(taken, units, counts, frame=frame, notes=notes)
    return Checked(
        answers=answers,
        found=notes.in_order(),
        counts=_counts(counts, form),
        reviews=reviews_table(taken, units, frame),
        layouts=_layouts(opened, taken, units),
    )


def _given(phases: Mapping[str, str], form: Form) -> dict[str, str]:
    for phase in phases.values():
        if form.phase_ids and phase not in form.phase_ids:
            raise unknown_name("phase", phase, form.phase_ids)
    return {shown_name(file) or "": phase for file, phase in phases.items()}


def _answers(
    taken: Sequence[Taken], units: Units, *, frame: Frame, notes: Notes
) -> "pd.DataFrame":
    matrix = settled(
        matrix_of(taken, units, frame), taken, units, frame=frame, notes=notes
    )
    timed = timed_measures(Clock(taken, units, frame, notes))
    scores = {name: one.scores for name, one in timed.items()}
    scored = score(matrix, frame, scores)
    _note_conflicts(scored, taken, units, frame=frame, notes=notes)
    dates = _date_attributes(taken, units, frame)
    if frame.form.law_date:
        laws = laws_of(frame.form, dates[frame.form.law_date])
        note_mixed_laws(laws, units, notes)
    others = {
        name: [one.others.get(name) for one in taken]
        for name in ("cluster", "corrected")
        if getattr(frame.form, name)
    }
    whole = Checkable(
        frame=frame,
        taken=taken,
        units=units,
        scored=scored,
        timed=timed,
        dates=dates,
        others=others,
    )
    # One row per unit and measure: the key is unique where the units are told apart.
    names = set(zip(units.phase, units.unit_id, strict=True))
    unique = len(names) == len(units.unit_id)
    return tables.check(answers_table(whole), tables.answers, unique=unique)


def _date_attributes(
    taken: Sequence[Taken], units: Units, frame: Frame
) -> dict[str, Any]:
    return {
        attribute.id: unit_dates(
            [
                one.days.of(one.part.place("attribute", attribute.id), len(one.part))
                for one in taken
            ],
            units,
            len(units.first),
        )
        for attribute in frame.form.attributes
        if attribute.type == "date"
    }


def _note_conflicts(
    scored: Scored,
    taken: Sequence[Taken],
    units: Units,
    *,
    frame: Frame,
    notes: Notes,
) -> None:
    import numpy as np

    matrix = scored.matrix
    for unit, measure in np.argwhere(scored.conflicts).tolist():
        part = taken[int(matrix.origin[unit, measure])].part
        row, column = matrix.row[unit, measure], matrix.column[unit, measure]
        notes.on(part.file, part.sheet).add(
            "APPLICABILITY_CONFLICT",
            address(int(row), int(column)),
            case_id=units.case_id[unit],
            phase=units.phase[unit],
            measure=frame.measure_ids[measure],
        )


def _counts(rows: Sequence[dict[str, Any]], form: Form) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(COUNTS))
    frame["form"], frame["group"] = form.id, "all"
    texts, numbers = list(COUNTS[:4]), list(COUNTS[4:])
    frame = frame.astype(dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "int64"))
    if not rows:
        return frame
    return frame.groupby(texts, sort=False, as_index=False)[numbers].sum()


def _layouts(
    opened: Sequence[Opened], taken: Sequence[Taken], units: Units
) -> tuple[LayoutFound, ...]:
    found: dict[str, set[int]] = {}
    for one, of in zip(taken, units.of, strict=True):
        found.setdefault(one.part.file, set()).update(of[of >= 0].tolist())
    return tuple(
        LayoutFound(
            one.file, one.sheets, one.ignored, one.layout, len(found.get(one.file, ()))
        )
        for one in opened
    )
