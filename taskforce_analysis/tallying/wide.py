"""From counts of answers in wide columns to counts of scores, by the form's rules.

The rules are those of checking; each distinct combination of answers is scored once,
with the number of units that gave it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taskforce_analysis.checking.rescoring import scored_in_turn
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.tables import SCORES
from taskforce_analysis.tallying.counting import Query, count_columns

if TYPE_CHECKING:
    import pandas as pd


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
    texts = [part[f"answer{place}"].fillna("missing") for place in range(len(chain))]
    measures = [query.form.measure(name) for name in chain]
    answers, given = scored_in_turn(measures, texts, query.settings)
    counts = part[["form", "group", "phase", "measure", "count"]]
    own = [answers[one] for one in given[0].answers.tolist()]
    counts = counts.assign(
        score=[SCORES[one] for one in given[0].scores.tolist()],
        unseen=[one == "not_assessable" for one in own],
    )
    if len(chain) == 1:
        return counts
    return counts.assign(
        answer1=[answers[one] for one in given[1].answers.tolist()],
        score1=[SCORES[one] for one in given[1].scores.tolist()],
    )
