"""The scores of answers that come as a table, by the rules that checking scores by.

For a table whose column `score` was left out, so that a corrected answer counts: each
answer is scored as if a workbook had held it, and what is made of several is made anew.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.checking.matrix import ABSENT, Matrix
from taskforce_analysis.checking.scoring import (
    COMPOSITES,
    TIMED,
    Given,
    answers_to,
    restricted,
    score,
    score_lookup,
)
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.lexicon import lexicon_of
from taskforce_analysis.reading.cells import TEXT
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    import pandas as pd


def numbers_of(
    texts: "pd.Series[str]", measure: Measure, answers: Sequence[str]
) -> np.ndarray:
    """Answers by their number; ABSENT where empty, unrecognised where not known.

    An answer may stand as the form's own word for it, as a workbook would hold it.
    """
    known = {name: answers.index(name) for name in answers_to(measure)}
    words = lexicon_of(measure)
    for text in texts.dropna().unique():
        if text not in known:
            found = words.read(TEXT, str(text)).answer
            known[text] = known.get(found, known["unrecognised"])
    numbers = texts.map(known).fillna(known["unrecognised"])
    return numbers.mask(texts.isna(), ABSENT).to_numpy(dtype=np.int16)


def scored_in_turn(
    measures: Sequence[Measure], texts: Sequence["pd.Series[str]"], settings: Settings
) -> tuple[tuple[str, ...], list[Given]]:
    """All answers, and by their number those to each measure, with their scores.

    Of the measures each is asked where the next one's answer says so; `texts` are the
    answers to them, row by row, empty where a unit has none.
    """
    answers = tuple(dict.fromkeys(one for each in measures for one in answers_to(each)))
    found: list[Given] = []
    for measure, given in reversed(list(zip(measures, texts, strict=True))):
        numbers = numbers_of(given, measure, answers)
        own = Given(numbers, score_lookup(measure, answers, settings)[numbers])
        if found and measure.applies_when:
            scores = restricted(
                measure, measure.applies_when, own=own, other=found[0], answers=answers
            ).scores
            own = own._replace(scores=scores)
        found.insert(0, own)
    return answers, found


def with_scores(
    answers: "pd.DataFrame", form: Form, settings: Settings
) -> "pd.DataFrame":
    """The answers with `score`, by the form's rules; as they are where they have it.

    What is made of several measures is made anew of their answers; a deadline is what
    its answer says, for its dates stand elsewhere. Raises UsageError where a column is
    lacking that the scores depend on.
    """
    if "score" in answers:
        return answers
    lacking = [one for one in ("phase", "unit_id", "answer") if one not in answers]
    if lacking:
        raise wrong_use(
            f"the table has no column score, and no {', '.join(lacking)} to score by",
            "Check its columns",
        )
    applied = AppliedForm(form=form, settings=settings)
    unit = answers.groupby(["phase", "unit_id"], dropna=False).ngroup().to_numpy()
    column = answers["measure"].map(_places(form)).to_numpy(dtype=np.int64)
    matrix = _matrix(answers["answer"].fillna("missing"), unit, column, applied=applied)
    own = {
        measure.id: score_lookup(measure, applied.answers, settings)[given]
        for measure, given in zip(form.measures, matrix.answers.T, strict=True)
    }
    timed = {one.id: own[one.id] for one in form.measures if one.kind in TIMED}
    found = score(_without(matrix, form), applied, timed)
    # What nothing is known of but its own answer counts as that says.
    alone = np.array([own[name] for name in form.measure_ids]).T
    scores = np.where(found.scores == ABSENT, alone, found.scores)
    numbers = np.where(
        found.matrix.answers == ABSENT, matrix.answers, found.matrix.answers
    )
    return answers.assign(
        answer=np.array(applied.answers, dtype=object)[numbers[unit, column]],
        score=np.array(tables.SCORES, dtype=object)[scores[unit, column]],
    ).astype({"answer": "str", "score": "str"})


def _places(form: Form) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(form.measure_ids)}


def _matrix(
    texts: "pd.Series[str]",
    unit: np.ndarray,
    column: np.ndarray,
    *,
    applied: AppliedForm,
) -> Matrix:
    shape = int(unit.max(initial=-1)) + 1, len(applied.measure_ids)
    answers = np.full(shape, ABSENT, dtype=np.int16)
    for place, measure in enumerate(applied.form.measures):
        rows = np.flatnonzero(column == place)
        given = numbers_of(texts.iloc[rows], measure, applied.answers)
        answers[unit[rows], place] = given
    nowhere = np.zeros(shape, dtype=np.int32)
    return Matrix(answers, nowhere - 1, nowhere, nowhere.copy())


def _without(matrix: Matrix, form: Form) -> Matrix:
    """The matrix without the answers that are made of others."""
    bare = matrix.copy()
    made = [place for place, one in enumerate(form.measures) if one.kind in COMPOSITES]
    bare.answers[:, made] = ABSENT
    return bare
