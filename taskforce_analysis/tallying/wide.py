"""From counts of answers in wide columns to counts of scores, by the form's rules.

It is the same rule as in checking: an answer counts as its measure says, and a measure
whose condition is known and not met does not apply. Here each distinct combination of
answers is scored once, with the number of units that gave it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.checking.scoring import score_lookup
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Measure
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying.counting import Query, count_columns

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = ("missing", "not_assessable", "unrecognised", "not_due")


def count_wide(query: Query) -> "pd.DataFrame":
    """Rows per group, phase, measure, score, and answer and score of its condition.

    A cell holds an answer as in `answers.answer`; an empty one is missing. A measure
    that no unit of a phase answers was not asked there.
    """
    import pandas as pd

    present = [name for name in query.form.measure_ids if query.engine.has(name)]
    if not present:
        raise wrong_use(
            "no column is a measure of the form",
            "Give a column measure, or one column per measure called by its id",
        )
    chains = {name: _chain(query, name) for name in present}
    counts = _where_asked(count_columns(query, list(chains.values())))
    scored = [
        _scored(counts[counts["measure"] == name], query, chain)
        for name, chain in chains.items()
    ]
    return pd.concat(scored, ignore_index=True)


def _chain(query: Query, name: str) -> list[str]:
    # A condition may have a condition of its own.
    chain = [name]
    while condition := query.form.measure(chain[-1]).applies_when:
        if condition.measure in chain or not query.engine.has(condition.measure):
            break
        chain.append(condition.measure)
    return chain


def _where_asked(counts: "pd.DataFrame") -> "pd.DataFrame":
    answered = counts["answer0"].notna()
    asked = answered.groupby([counts["phase"], counts["measure"]]).transform("any")
    return counts[asked]


def _scored(part: "pd.DataFrame", query: Query, chain: Sequence[str]) -> "pd.DataFrame":
    rules = [ScoreLookup(query.form.measure(name), query.settings) for name in chain]
    columns = [f"answer{place}" for place in range(len(chain))]
    given = [
        [rule.read(answer) for rule, answer in zip(rules, row, strict=True)]
        for row in part[columns].itertuples(index=False, name=None)
    ]
    scores = [_scores(answers, rules) for answers in given]
    counts = part[["form", "group", "phase", "measure", "count"]]
    counts = counts.assign(score=[row[0] for row in scores])
    if len(chain) == 1:
        return counts
    return counts.assign(
        condition_answer=[row[1] for row in given],
        condition_score=[row[1] for row in scores],
    )


class ScoreLookup:
    """A measure's rule, from answer to score by name; exists to be made once."""

    def __init__(self, measure: Measure, settings: Settings) -> None:
        self.condition = measure.applies_when
        grades = [grade.id for grade in measure.scale]
        answers = (*tables.ANSWERS, "not_due", *grades, *measure.compliant)
        numbers = score_lookup(measure, answers, settings)
        names = [tables.SCORES[number] for number in numbers[:-1]]
        self.scores = dict(zip(answers, names, strict=True))
        if measure.is_computed:
            # Its answer is the name of its score, with the rules already in it.
            same = {name: name for name in tables.SCORES}
            self.scores = {**same, "yes": "compliant", "no": "noncompliant"}

    def read(self, cell: str | float) -> str:
        """The answer in a cell: missing where it is empty, unrecognised if unknown."""
        if not isinstance(cell, str):
            return "missing"
        return cell if cell in self.scores else "unrecognised"


def _scores(answers: Sequence[str], rules: Sequence[ScoreLookup]) -> list[str]:
    # From the last condition to the measure itself, each after what it depends on.
    scores: list[str] = []
    for place in reversed(range(len(rules))):
        score = rules[place].scores[answers[place]]
        condition = rules[place].condition
        if condition and scores:
            answer = answers[place + 1]
            known = answer not in UNKNOWN or scores[0] == "not_applicable"
            if known and answer not in condition.answers:
                score = "not_applicable"
        scores.insert(0, score)
    return scores
