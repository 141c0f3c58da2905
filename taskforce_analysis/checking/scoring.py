"""From answers to scores, by the form's rules and nothing else.

Each answer counts as the measure says. A conditional measure applies only where the
other measure's answer is known to be one of those named; where that is not known, the
unit's own answer stands. Where the condition could not be read and the unit has no
answer, it is unrecognised too: nobody can say that one is missing. A composite is made
of the scores of its parts, or of their answers where it says itself which comply.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from taskforce_analysis.checking.matrix import ABSENT, Matrix
from taskforce_analysis.forms import Condition, Form, Measure
from taskforce_analysis.locating.applied_form import NOT_DUE, AppliedForm
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import SCORES

SCORE = {name: number for number, name in enumerate(SCORES)}
COMPOSITES = ("any_of", "all_of")
TIMED = ("deadline", "follow_up")
# What a computed measure's score is called as an answer.
ANSWER_OF_SCORE = {"compliant": "yes", "noncompliant": "no"}
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
    matrix: Matrix, frame: AppliedForm, timed: Mapping[str, np.ndarray]
) -> Scored:
    """The score of every answer; `timed` are the scores of deadline measures."""
    matrix = matrix.copy()
    scores = np.full(matrix.answers.shape, ABSENT, dtype=np.int16)
    conflicts = np.zeros(scores.shape, dtype=bool)
    column_of = {measure: number for number, measure in enumerate(frame.measure_ids)}
    work = _Work(matrix, scores, frame, column_of)
    for measure in in_order(frame.form):
        column = column_of[measure.id]
        if measure.kind in TIMED:
            scores[:, column] = timed.get(measure.id, ABSENT)
        elif measure.kind in COMPOSITES:
            _compose(work, measure)
        else:
            lookup = score_lookup(measure, frame.answers, frame.settings)
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
    frame: AppliedForm
    column_of: Mapping[str, int]

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each answer."""
        return {name: number for number, name in enumerate(self.frame.answers)}

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


def score_lookup(
    measure: Measure, answers: tuple[str, ...], settings: Settings
) -> np.ndarray:
    """The score of each answer by its number; the last entry is for ABSENT.

    The measure's own rules come before the settings.
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
    compliant = measure.complying
    names = [
        "compliant" if answer in compliant else counted.get(answer, "noncompliant")
        for answer in answers
    ]
    return np.array([*(SCORE[name] for name in names), ABSENT], dtype=np.int16)


def _restrict(work: _Work, measure: Measure, condition: Condition) -> np.ndarray:
    own, other = work.column_of[measure.id], work.column_of[condition.measure]
    number, given = work.number, work.matrix.answers[:, other]
    met = np.isin(given, [number[answer] for answer in condition.answers])
    unknown = [number[n] for n in ("missing", "not_assessable", "unrecognised")]
    known = (given != ABSENT) & ~np.isin(given, [*unknown, number[NOT_DUE]])
    # A condition that is itself not asked of the unit is known not to be met.
    known |= work.scores[:, other] == SCORE["not_applicable"]
    unmet = known & ~met & (work.scores[:, own] != ABSENT)
    unread = given == number["unrecognised"]
    blank = work.matrix.answers[:, own] == number["missing"]
    work.scores[unread & blank, own] = SCORE["unrecognised"]
    silent = [*unknown, number["not_applicable"], ABSENT]
    answered = ~np.isin(work.matrix.answers[:, own], silent)
    work.scores[unmet, own] = SCORE["not_applicable"]
    # What a deadline decides is not due before the deadline is.
    waits = (given == number[NOT_DUE]) & ~unmet & (work.scores[:, own] != ABSENT)
    waits &= work.scores[:, own] != SCORE["not_applicable"]
    work.scores[waits, own] = SCORE["not_due"]
    return unmet & answered & (not measure.is_computed)


def _compose(work: _Work, measure: Measure) -> None:
    parts = work.parts(measure)
    if not parts:
        return
    own = work.column_of[measure.id]
    scores = work.scores[:, parts]
    if measure.sets_compliant:
        scores = _rescored(work, measure, parts)
    asked = (scores != ABSENT).any(axis=1)
    lacking = len(parts) < len(measure.of)
    found = np.where(asked, combined(scores, measure.kind, lacking=lacking), ABSENT)
    work.scores[:, own] = _counted(found, measure)
    for array in (work.matrix.origin, work.matrix.row, work.matrix.column):
        first = (scores != ABSENT).argmax(axis=1)
        array[:, own] = array[:, parts][np.arange(len(first)), first]


def _rescored(work: _Work, measure: Measure, parts: list[int]) -> np.ndarray:
    complying = [work.number[answer] for answer in measure.compliant]
    compliant = np.isin(work.matrix.answers[:, parts], complying)
    scores = work.scores[:, parts].copy()
    decided = np.isin(scores, [SCORE["compliant"], SCORE["noncompliant"]])
    scores[decided] = SCORE["noncompliant"]
    scores[decided & compliant] = SCORE["compliant"]
    return scores


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
