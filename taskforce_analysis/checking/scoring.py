"""From answers to scores, by the form's rules and nothing else.

Each answer counts as the measure says. A conditional measure applies only where the
other measure's answer is known to be one of those named; where that is not known, the
unit's own answer stands. Where the condition could not be read and the unit has no
answer, it is unrecognised too: nobody can say that one is missing. A composite is made
of the scores of its parts, or of their answers where it says itself which comply.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from taskforce_analysis.checking.matrix import ABSENT, Matrix
from taskforce_analysis.forms import Condition, Form, Measure
from taskforce_analysis.locating.applied_form import NOT_DUE, AppliedForm
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import ANSWERS, SCORES

SCORE = {name: number for number, name in enumerate(SCORES)}
COMPOSITES = ("any_of", "all_of")
TIMED = ("deadline", "follow_up")
# What a computed measure's score is called as an answer.
ANSWER_OF_SCORE = {"compliant": "yes", "noncompliant": "no"}
_DECIDED = SCORE["compliant"], SCORE["noncompliant"]
WITHOUT_VERDICT = ("missing", "not_assessable", "unrecognised")
_UNKNOWN = ("unrecognised", "missing", "not_assessable", "not_due")


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores by unit and measure, numbered as in SCORES; ABSENT where not asked.

    `conflicts` are the units and measures that were answered though the condition for
    asking was not met.
    """

    matrix: Matrix
    scores: np.ndarray
    conflicts: np.ndarray


def score(
    matrix: Matrix, applied: AppliedForm, timed: Mapping[str, np.ndarray]
) -> Scored:
    """The score of every answer; `timed` are the scores of deadline measures."""
    composed = any(one.kind in COMPOSITES for one in applied.form.measures)
    # Only what is made of parts has another place than before.
    answers = matrix.answers.copy()
    matrix = matrix.copy() if composed else replace(matrix, answers=answers)
    scores = np.full(matrix.answers.shape, ABSENT, dtype=np.int16)
    conflicts = np.zeros(scores.shape, dtype=bool)
    column_of = {measure: number for number, measure in enumerate(applied.measure_ids)}
    work = _Work(matrix, scores, applied, column_of)
    for measure in in_order(applied.form):
        column = column_of[measure.id]
        if measure.kind in TIMED:
            scores[:, column] = timed.get(measure.id, ABSENT)
        elif measure.kind in COMPOSITES:
            _compose(work, measure)
        else:
            lookup = score_lookup(measure, applied.answers, applied.settings)
            scores[:, column] = lookup[matrix.answers[:, column]]
        if measure.applies_when:
            conflicts[:, column] = _restrict(work, measure, measure.applies_when)
        if measure.is_computed:
            _name_answers(work, column)
    return Scored(matrix, scores, conflicts)


@dataclass(frozen=True, eq=False)
class _Work:
    """The arrays that the rules work on, and the column of each measure."""

    matrix: Matrix
    scores: np.ndarray
    applied: AppliedForm
    column_of: Mapping[str, int]

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each answer."""
        return {name: number for number, name in enumerate(self.applied.answers)}

    def parts(self, measure: Measure) -> list[int]:
        """The columns of a composite's parts that any unit was asked."""
        columns = [self.column_of[part] for part in measure.of]
        return [c for c in columns if (self.scores[:, c] != ABSENT).any()]


def in_order(form: Form) -> Iterator[Measure]:
    """The measures, each after those that it depends on."""
    # A form whose measures lead back to themselves is refused when it is loaded.
    done: set[str] = set()

    def visit(measure: Measure) -> Iterator[Measure]:
        if measure.id in done:
            return
        for name in measure.rests_on:
            yield from visit(form.measure(name))
        done.add(measure.id)
        yield measure

    for measure in form.measures:
        yield from visit(measure)


def answers_to(measure: Measure) -> tuple[str, ...]:
    """Every answer that may stand at a measure, in a table of answers."""
    grades = [grade.id for grade in measure.scale]
    return tuple(dict.fromkeys((*ANSWERS, NOT_DUE, *grades, *measure.compliant)))


def score_lookup(
    measure: Measure, answers: tuple[str, ...], settings: Settings
) -> np.ndarray:
    """The score of each answer by its number; the last entry is for ABSENT.

    The measure's own rules come before the settings. What is computed is called by its
    score, which has the rules in it already.
    """
    counted = {
        "missing": measure.missing_counts_as or settings.missing,
        "not_assessable": measure.not_assessable_counts_as or settings.not_assessable,
        "partly": settings.partly,
        NOT_DUE: NOT_DUE,
        "not_applicable": "not_applicable",
        "unrecognised": "unrecognised",
        **dict.fromkeys(measure.left_out, "not_applicable"),
    }
    counted |= dict.fromkeys(measure.complying, "compliant")
    if measure.is_computed:
        counted = {ANSWER_OF_SCORE.get(one, one): one for one in SCORES}
    names = [counted.get(answer, "noncompliant") for answer in answers]
    return np.array([*(SCORE[name] for name in names), ABSENT], dtype=np.int16)


class Given(NamedTuple):
    """The answers to one measure and their scores, by number, unit by unit."""

    answers: np.ndarray
    scores: np.ndarray


class Restricted(NamedTuple):
    """The scores of a conditional measure, and where its condition was not met."""

    scores: np.ndarray
    unmet: np.ndarray


def restricted(
    measure: Measure,
    condition: Condition,
    *,
    own: Given,
    other: Given,
    answers: Sequence[str],
) -> Restricted:
    """A conditional measure's scores, by the answers to what it depends on.

    `own` are its answers and their scores so far, `other` those of the condition, both
    numbered as in `answers`, which holds every answer that the condition names.
    """
    number = {name: place for place, name in enumerate(answers)}
    given, scores = other.answers, own.scores.copy()
    met = np.isin(given, [number[answer] for answer in condition.answers])
    silent = [number[name] for name in (*WITHOUT_VERDICT, NOT_DUE)]
    # A condition that is itself not asked of the unit is known not to be met.
    known = (given != ABSENT) & ~np.isin(given, silent)
    known |= other.scores == SCORE["not_applicable"]
    asked = own.scores != ABSENT
    unmet = known & ~met & asked
    if not measure.is_computed:
        blank = own.answers == number["missing"]
        scores[(given == number["unrecognised"]) & blank] = SCORE["unrecognised"]
    # What a deadline decides is not due before the deadline is.
    waits = (given == number[NOT_DUE]) & ~unmet & asked
    scores[waits & (scores != SCORE["not_applicable"])] = SCORE[NOT_DUE]
    scores[unmet] = SCORE["not_applicable"]
    return Restricted(scores, unmet)


def _restrict(work: _Work, measure: Measure, condition: Condition) -> np.ndarray:
    """Score a conditional measure; where it was answered though not asked."""
    answers, scores = work.matrix.answers, work.scores
    own, other = (
        Given(answers[:, column], scores[:, column])
        for column in (work.column_of[measure.id], work.column_of[condition.measure])
    )
    found = restricted(
        measure, condition, own=own, other=other, answers=work.applied.answers
    )
    scores[:, work.column_of[measure.id]] = found.scores
    silent = [work.number[name] for name in (*WITHOUT_VERDICT, "not_applicable")]
    answered = ~np.isin(own.answers, [*silent, ABSENT])
    return found.unmet & answered & (not measure.is_computed)


def _compose(work: _Work, measure: Measure) -> None:
    parts = work.parts(measure)
    if not parts:
        return
    own = work.column_of[measure.id]
    given = Given(work.matrix.answers[:, parts], work.scores[:, parts])
    work.scores[:, own] = composed(measure, given, answers=work.applied.answers)
    for array in (work.matrix.origin, work.matrix.row, work.matrix.column):
        first = (given.scores != ABSENT).argmax(axis=1)
        array[:, own] = array[:, parts][np.arange(len(first)), first]


def composed(measure: Measure, parts: Given, *, answers: Sequence[str]) -> np.ndarray:
    """A composite's scores, ABSENT where no part was asked; a column for each part.

    A part that no unit was asked has no column.
    """
    scores = parts.scores
    if measure.sets_compliant:
        complying = [answers.index(answer) for answer in measure.compliant]
        rescored = np.where(np.isin(parts.answers, complying), *_DECIDED)
        scores = np.where(np.isin(scores, _DECIDED), rescored, scores)
    asked = (scores != ABSENT).any(axis=1)
    lacking = scores.shape[1] < len(measure.of)
    found = np.where(asked, combined(scores, measure.kind, lacking=lacking), ABSENT)
    return _counted(found, measure)


def combined(scores: np.ndarray, kind: str, *, lacking: bool = False) -> np.ndarray:
    """The score of any_of or all_of over the scores of the parts, one row per unit.

    What is not applicable is left out. One part decides alone where it can; else an
    unknown part leaves the whole unknown. `lacking` says that a part was never asked.

    >>> parts = np.array([[SCORE["compliant"], SCORE["missing"]]])
    >>> SCORES[combined(parts, "any_of")[0]], SCORES[combined(parts, "all_of")[0]]
    ('compliant', 'missing')
    """
    decisive, other = "compliant", "noncompliant"
    if kind == "all_of":
        decisive, other = other, decisive
    steps = [((scores == SCORE[decisive]).any(axis=1), decisive)]
    for name in _UNKNOWN:
        there = (scores == SCORE[name]).any(axis=1)
        if name == "missing":
            there |= (scores == ABSENT).any(axis=1) | lacking
        steps.append((there, name))
    steps.append(((scores == SCORE[other]).any(axis=1), other))
    return np.select(
        [there for there, _ in steps],
        [SCORE[name] for _, name in steps],
        SCORE["not_applicable"],
    ).astype(np.int16)


def _counted(found: np.ndarray, measure: Measure) -> np.ndarray:
    for name, counts_as in (
        ("missing", measure.missing_counts_as),
        ("not_assessable", measure.not_assessable_counts_as),
    ):
        if counts_as:
            found = np.where(found == SCORE[name], SCORE[counts_as], found)
    return found


def _name_answers(work: _Work, column: int) -> None:
    names = [ANSWER_OF_SCORE.get(one, one) for one in SCORES]
    numbers = [work.number[name] for name in names]
    lookup = np.array([*numbers, ABSENT], dtype=np.int16)
    work.matrix.answers[:, column] = lookup[work.scores[:, column]]
