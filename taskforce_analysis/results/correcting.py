"""Cases that are left out and answers that are corrected, on the record.

Both are said in the call or in the measurement file, with who said so and when, and are
told in every output: an issue for each, the method note, the provenance. Nothing else
changes what the workbooks say. Where more than a tenth of a phase's cases are left out,
they are no longer the cases that were drawn: the selection is the municipality's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from taskforce_analysis.checking.rescoring import with_scores
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.issues import ON_RECORD, Issue
from taskforce_analysis.locating.lexicon import UNRECOGNISED, lexicon_of
from taskforce_analysis.measurements import (
    Correction,
    Exclusion,
    Measurement,
)
from taskforce_analysis.privacy import has_cpr, is_cpr_number, redact
from taskforce_analysis.reading.cells import TEXT
from taskforce_analysis.results.records import Prepared
from taskforce_analysis.spelling import silent_key
from taskforce_analysis.tables import as_texts

if TYPE_CHECKING:
    import pandas as pd

MOST = 0.1  # of a phase's cases that may be left out of a drawn sample
CHOSEN = "chosen_by_municipality"
_CELL = ("CELL_ERROR", "FORMULA_NOT_CALCULATED", "MERGED_ANSWER")


def with_changes(
    plan: Measurement,
    exclude: Exclusion | Iterable[Exclusion | Sequence[str]],
    corrections: Correction | Iterable[Correction],
) -> Measurement:
    """The measurement with what the call leaves out and corrects, each with a date.

    A pair (file or phase, case) is an exclusion that says no more.
    """
    today = date.today()  # noqa: DTZ011 - the day where it was decided
    excluded = [exclude] if isinstance(exclude, Exclusion) else [*exclude]
    made = [*map(_as_exclusion, excluded)]
    named = [corrections] if isinstance(corrections, Correction) else [*corrections]
    if not all(isinstance(one, Correction) for one in named):
        raise wrong_use(
            "a correction says case, measure, answer and why",
            'Write corrections=[Correction("S-17", "measure", "no", "read again")]',
        )
    return replace(
        plan,
        excluded=tuple(
            one if one.on else replace(one, on=today) for one in (*plan.excluded, *made)
        ),
        corrections=tuple(
            one if one.on else replace(one, on=today)
            for one in (*plan.corrections, *named)
        ),
    )


def _as_exclusion(given: Exclusion | Sequence[str]) -> Exclusion:
    if isinstance(given, Exclusion):
        return given
    if isinstance(given, str) or not 2 <= len(given) <= 4:
        raise wrong_use(
            "a case to leave out is a file or phase, and a case",
            'Write exclude=[("status", "S-17")], or Exclusion(...) with a reason',
        )
    place, case, why, by, *_ = (*map(str, given), "", "")
    return Exclusion(place, case, why, by)


def changed(prepared: Prepared) -> Prepared:
    """What was prepared, less what is left out and with what is corrected.

    Raises UsageError for a case, measure or answer that is not there.
    """
    plan = prepared.measurement
    if not plan.excluded and not plan.corrections:
        return prepared
    if prepared.frame is not None:
        finding = "answers that stay in a database are not changed"
        raise wrong_use(finding, "Leave out and correct in the workbooks")
    answers = as_texts(prepared.checked.answers)
    found = list(prepared.found)
    for one in plan.corrections:
        answers, told = _corrected(answers, one, prepared)
        # What stood in the cell counts no more, and need not be corrected there.
        place = (told.case_id, told.phase, told.measure)
        found = [
            issue
            for issue in found
            if (issue.case_id, issue.phase, issue.measure) != place
            or not _is_of_cell(issue)
        ]
        found.append(told)
    gone: dict[str, set[str]] = {}
    reviews = prepared.checked.reviews
    cases = answers.groupby("phase")["unit_id"].nunique()
    for exclusion in plan.excluded:
        rows = _of_case(answers, exclusion.case) & _at(
            answers, exclusion.place, prepared.form
        )
        if not rows.any():
            raise _no_case(exclusion.place)
        for phase, units in answers[rows].groupby("phase")["unit_id"]:
            gone.setdefault(str(phase), set()).update(units)
            own = (silent_key(exclusion.case), str(phase))
            found = [
                issue
                for issue in found
                if (silent_key(issue.case_id or ""), issue.phase) != own
                or issue.code in ON_RECORD
            ]
            found.append(
                Issue(
                    "CASE_EXCLUDED",
                    case_id=exclusion.case,
                    phase=str(phase),
                    found=_said(exclusion),
                )
            )
        answers = answers[~rows]
        left = _of_case(reviews, exclusion.case)
        left &= _at(reviews, exclusion.place, prepared.form)
        reviews = reviews[~left]
    many = [name for name, units in gone.items() if len(units) > MOST * cases[name]]
    phases = dict(plan.phases)
    for name in many:
        phases[name] = replace(plan.phase(name), selection=CHOSEN)
        found.append(Issue("MANY_EXCLUDED", phase=name, count=len(gone[name])))
    checked = replace(
        prepared.checked,
        answers=answers.reset_index(drop=True),
        reviews=reviews.reset_index(drop=True),
    )
    return replace(
        prepared,
        checked=checked,
        found=tuple(found),
        measurement=replace(plan, phases=phases),
    )


def _is_of_cell(issue: Issue) -> bool:
    """Whether an issue is about what an answer's cell holds."""
    return issue.code.startswith("ANSWER_") or issue.code in _CELL


def _said(one: Exclusion | Correction) -> str:
    """Why, who and when, in the words of the plan; its numbers of persons covered."""
    day = one.on.isoformat() if one.on else ""
    return redact(", ".join(part for part in (one.why, one.by, day) if part))


def _of_case(frame: "pd.DataFrame", case: str) -> "pd.Series[bool]":
    if has_cpr(case) or is_cpr_number(case):
        raise wrong_use(
            "a case looks like a CPR number",
            "Use the case's number in your own system",
        )
    key = silent_key(case)
    return frame["case_id"].map(lambda one: silent_key(str(one)) == key).astype(bool)


def phase_named(name: str, form: Form) -> str:
    """A phase's id by its label, as a reader knows it; another name as it is."""
    labels = {
        silent_key(label): one.id
        for one in form.phases
        for label in (one.label_en, one.label)
    }
    return labels.get(silent_key(name), name)


def _at(frame: "pd.DataFrame", place: str, form: Form) -> "pd.Series[bool]":
    """The rows of a file, or of a phase by its id or label; all where none is named."""
    phase = phase_named(place, form)
    if not place:
        return frame["phase"].notna()
    return (frame["phase"] == phase) | (frame["file"] == place)


def _no_case(place: str) -> Exception:
    named = f'there is no such case in "{redact(place)}"'
    return wrong_use(
        named if place else "there is no such case",
        "Write file or phase, and the case's number, as they stand in the workbook",
    )


def _corrected(
    answers: "pd.DataFrame", one: Correction, prepared: Prepared
) -> "tuple[pd.DataFrame, Issue]":
    form = prepared.form
    measure = form.measure(one.measure)
    if measure.is_computed:
        raise wrong_use(
            f"{measure.id} is computed, and its answer cannot be corrected",
            "Correct the dates or answers that it is made of, in the workbook",
        )
    rows = _of_case(answers, one.case) & _at(answers, one.phase, form)
    own = rows & (answers["measure"] == measure.id)
    if not own.any():
        raise _no_case(one.phase)
    if len(set(answers.loc[own, "phase"])) > 1:
        finding = "the case is in several phases"
        raise wrong_use(finding, 'Say which: Correction(..., phase="status")')
    phase = str(answers.loc[own, "phase"].iloc[0])
    answer = _answer(one.answer, measure)
    told = Issue(
        "ANSWER_CORRECTED",
        file=answers.loc[own, "file"].iloc[0],
        case_id=str(answers.loc[own, "case_id"].iloc[0]),
        phase=phase,
        measure=measure.id,
        found=_said(one),
        expected=_word(answer, measure),
    )
    units = set(answers.loc[own, "unit_id"])
    rows = (answers["phase"] == phase) & answers["unit_id"].isin(units)
    unit = answers[rows].copy()
    unit.loc[unit["measure"] == measure.id, "answer"] = answer
    scored = with_scores(unit.drop(columns="score"), form, prepared.settings)
    touched = unit["measure"].isin(_resting_on(measure, form))
    changed_rows = unit.index[touched]
    answers = answers.copy()
    for name in ("answer", "score"):
        answers.loc[changed_rows, name] = scored.loc[changed_rows, name]
    return answers, told


def _resting_on(measure: Measure, form: Form) -> set[str]:
    """The measure, and those whose score its answer decides."""
    found = {measure.id}
    for _ in form.measures:
        found |= {one.id for one in form.measures if found & {*one.rests_on}}
    return found


def _answer(said: str, measure: Measure) -> str:
    """An answer by its id or its word; UsageError for another, with those there are."""
    known = [grade.id for grade in measure.scale] or ["yes", "no", "partly"]
    known += ["not_applicable", "not_assessable", "missing"]
    if said in known:
        return said
    found = lexicon_of(measure).read(TEXT, said)
    if found.answer == UNRECOGNISED:
        raise wrong_use(
            "that is no answer to the measure", f"Known: {', '.join(known)}"
        )
    return found.answer


def _word(answer: str, measure: Measure) -> str:
    grades = {grade.id: grade.label for grade in measure.scale}
    return grades.get(answer, answer)
