"""Whether each score is that of the answer beside it, as counts in any engine say.

An answer that is corrected in a table of answers keeps the score that it had, and the
score is what is counted. Which settings the answers were checked with, the table does
not say: it is held against those that fit it best, for it was made by one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.checking.matrix import ABSENT
from taskforce_analysis.checking.rescoring import numbers_of
from taskforce_analysis.checking.scoring import (
    SCORE,
    Given,
    answers_to,
    composed,
    restricted,
    score_lookup,
)
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.settings import CHOICES, Settings
from taskforce_analysis.tallying.counting import (
    Query,
    count_long,
    count_together,
    query_of,
)

if TYPE_CHECKING:
    import pandas as pd

SETTLED_BY = ("partly", "missing", "not_assessable")
# What a measure may count as where the answer to its condition is not in the table.
WITHOUT_CONDITION = ("not_applicable", "not_due", "unrecognised")


def joined_counts(query: Query, present: "pd.Series[str]") -> "dict[str, pd.DataFrame]":
    """Of each measure that rests on others, its counts together with theirs.

    `present` are the measures of the table; what is not in it is left out.
    """
    there = set(present)
    return {
        measure.id: count_together(
            query, [measure.id, *(one for one in measure.rests_on if one in there)]
        )
        for measure in query.form.measures
        if measure.id in there and measure.rests_on
    }


def refuse_stale(answers: "pd.DataFrame", form: Form, settings: Settings) -> None:
    """Raise UsageError where scores are not those of their answers; says how many."""
    query = query_of(answers, form, by=(), settings=replace(settings, by=()))
    counted = count_long(query)
    refuse_stale_counts(query, counted, joined_counts(query, counted["measure"]))


def refuse_stale_counts(
    query: Query, counted: "pd.DataFrame", joined: "Mapping[str, pd.DataFrame]"
) -> None:
    """As `refuse_stale`, of answers that are counted.

    `counted` are the counts by measure, answer and score, `joined` those of
    `joined_counts`.
    """
    if "answer" not in counted:
        return
    held = [
        _held(one, query.form, counted=counted, joined=joined)
        for one in query.form.measures
    ]
    fewest: dict[str, int] | None = None
    for settings in _possible(query.settings):
        found = {one.measure.id: one.stale(settings) for one in held}
        if fewest is None or sum(found.values()) < sum(fewest.values()):
            fewest = found
        if not any(fewest.values()):
            return
    stale = {name: count for name, count in (fewest or {}).items() if count}
    told = ", ".join(f"{count} of {name}" for name, count in stale.items())
    raise wrong_use(
        f"there are scores that are not those of their answers: {told}",
        "Leave out the column score, and the answers are scored by the form, "
        "or correct both",
    )


def _possible(settings: Settings) -> Iterator[Settings]:
    """The settings that the answers may have been checked with, those given first."""
    yield settings
    for values in product(*(CHOICES[name] for name in SETTLED_BY)):
        yield replace(settings, **dict(zip(SETTLED_BY, values, strict=True)))


@dataclass(frozen=True, eq=False)
class _Held:
    """How often answers and scores of a measure stand together, and beside which.

    Answers are numbered as in `answers`. `parts` are those of a composite, where the
    table has them all; `other` is the condition, ABSENT where that has no row.
    """

    measure: Measure
    answers: tuple[str, ...]
    count: np.ndarray
    own: Given
    other: Given
    parts: Given | None

    def stale(self, settings: Settings) -> int:
        """How many scores are not those of their answers under these settings."""
        lookup = score_lookup(self.measure, self.answers, settings)
        wrong = self._differs(lookup[self.own.answers])
        if self.parts:
            made = composed(self.measure, self.parts, answers=self.answers)
            wrong |= (made != ABSENT) & self._differs(made)
        return int(self.count[wrong].sum())

    def _differs(self, scores: np.ndarray) -> np.ndarray:
        condition = self.measure.applies_when
        if condition is None:
            return scores != self.own.scores
        found = restricted(
            self.measure,
            condition,
            own=Given(self.own.answers, scores),
            other=self.other,
            answers=self.answers,
        )
        unknown = (self.other.answers == ABSENT) & np.isin(
            self.own.scores, [SCORE[name] for name in WITHOUT_CONDITION]
        )
        return (found.scores != self.own.scores) & ~unknown


def _held(
    measure: Measure,
    form: Form,
    *,
    counted: "pd.DataFrame",
    joined: "Mapping[str, pd.DataFrame]",
) -> _Held:
    rows = counted[counted["measure"] == measure.id]
    beside = joined.get(measure.id, rows)
    # Where units are not told apart, nobody knows which answer stood beside which.
    rows = beside if beside["count"].sum() == rows["count"].sum() else rows
    rests_on = [form.measure(name) for name in measure.rests_on]
    named = [measure, *rests_on]
    answers = tuple(dict.fromkeys(one for each in named for one in answers_to(each)))
    there = [one for one in rests_on if one.id in set(counted["measure"])]
    given = {
        one.id: Given(
            numbers_of(rows[f"answer{place}"], one, answers),
            _score_numbers(rows[f"score{place}"]),
        )
        for place, one in enumerate(there, 1)
        if f"answer{place}" in rows
    }
    own = Given(
        numbers_of(rows["answer"].fillna("missing"), measure, answers),
        _score_numbers(rows["score"]),
    )
    nowhere = np.full(len(rows), ABSENT, dtype=np.int16)
    other = measure.applies_when.measure if measure.applies_when else ""
    parts = [given[name] for name in measure.of if name in given]
    return _Held(
        measure,
        answers,
        rows["count"].to_numpy(),
        own,
        given.get(other, Given(nowhere, nowhere)),
        Given(*map(np.column_stack, zip(*parts, strict=True)))
        if parts and len(parts) == len(measure.of)
        else None,
    )


def _score_numbers(scores: "pd.Series[str]") -> np.ndarray:
    numbers = scores.map(SCORE).fillna(SCORE["unrecognised"])
    return numbers.mask(scores.isna(), ABSENT).to_numpy(dtype=np.int16)
