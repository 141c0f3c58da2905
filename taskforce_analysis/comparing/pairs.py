"""The same cases reviewed twice: a row's figures, and all beside it, on the pairs.

Equal case numbers in both phases prove nothing ("Sag 1" to "Sag 20" are other cases),
so pairs are never inferred: the user says so. Only cases that stand once in each phase
are pairs. What is not known of them, what delvist would give and what chance would give
are worked out on the pairs too, by the same exact test and at the row's own level; the
answers of other cases have no part in it.
"""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.comparing.sides import Judged, Sides
from taskforce_analysis.forms import Form
from taskforce_analysis.methods.paired import (
    KnownPairs,
    all_pairs_survive_unknown,
    exact_pairs,
    expected_by_chance_pairs,
    judge_pairs,
)
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import Cell, rows_of

if TYPE_CHECKING:
    import pandas as pd

METHOD = "exact_pairs"
STATES = {
    "compliant": "yes",
    "noncompliant": "no",
    "missing": "unknown",
    "not_assessable": "unknown",
    "unrecognised": "unknown",
}


def answers_of_pairs(
    answers: "pd.DataFrame", before: str, after: str
) -> "pd.DataFrame":
    """The answers of cases that stand once in each of the two phases, by measure."""
    place = ["group", "measure", "case_id"]
    own = answers[answers["phase"].isin((before, after))]
    own = own[~own.duplicated([*place, "phase"], keep=False)]
    return own[own.duplicated(place, keep=False)]


def with_matched_figures(
    rows: "pd.DataFrame", judged: "dict[str, pd.DataFrame]"
) -> "pd.DataFrame":
    """The rows with the figures of their pairs; `judged` are the answers by basis.

    Pairs that are compliant or noncompliant in both phases count. A part by law has no
    figures of pairs, for the law of a case may be another in the other phase.
    """
    known = {basis: _stated(answers) for basis, answers in judged.items()}
    apart = ~rows["basis"].isin(known)
    rows.loc[apart, ["difference", "difference_low", "difference_high"]] = np.nan
    rows.loc[apart, "p_value"] = np.nan
    rows.loc[apart, "method"] = ""
    for row in rows_of(rows[~apart], Sides):
        pairs = _pairs_of(row, known[row.basis])
        counts = _counts(pairs["state_before"], pairs["state_after"])
        figures = _figures(counts, confidence=row.confidence)
        rows.loc[row.index, list(figures)] = list(figures.values())
    return rows


def with_doubts(
    rows: "pd.DataFrame", answers: "pd.DataFrame", *, form: Form, settings: Settings
) -> "pd.DataFrame":
    """The rows with `robust` and `stands_under_partly` as the pairs have them.

    Only rows that carry a verdict of pairs; `answers` are judged as those rows are.
    """
    import pandas as pd

    stated = _stated(answers)
    always = {measure.id for measure in form.measures if measure.always_applies}
    rows["stands_under_partly"] = pd.array([None] * len(rows), dtype="boolean")
    chosen = rows["headline"] & rows["method"].eq(METHOD)
    decided = rows["verdict"].isin(["improved", "worsened", "uncertain"])
    for row in rows_of(rows[chosen & decided], Judged):
        pairs = _pairs_of(row, stated)
        options = {"confidence": row.confidence, "minimum": settings.minimum_verdict}
        counts = _counts(pairs["state_before"], pairs["state_after"])
        known = counts._replace(may_not_apply=row.measure not in always)
        stands = all_pairs_survive_unknown([known], **options)
        rows.loc[row.index, "robust"] = bool(stands[0])
        other = [_read_otherwise(pairs, side) for side in ("before", "after")]
        if any(not one.equals(pairs[one.name]) for one in other):
            found = judge_pairs(*_counts(*other)[:4], **options)
            rows.loc[row.index, "stands_under_partly"] = found == row.verdict
    return rows


def chance_of_pairs(rows: "pd.DataFrame") -> float:
    """How many of these paired rows would stand out if nothing had changed, at most.

    The table tells how many more went up than down, not how many changed: the greatest
    number that may be expected counts.
    """
    found = 0.0
    for row in rows_of(rows, Sides):
        before, after = row.compliant_before, row.compliant_after
        cases = int(row.applicable_before)
        down = range(max(0, before - after), min(before, cases - after) + 1)
        found += max(
            expected_by_chance_pairs(
                [one], [one + after - before], [cases], confidence=row.confidence
            )
            for one in down
        )
    return found


def _stated(answers: "pd.DataFrame") -> "pd.DataFrame":
    """The answers that are, or may have been, compliant or not, with their `state`."""
    return answers.assign(state=answers["score"].map(STATES)).dropna(subset=["state"])


def _pairs_of(row: Sides, answers: "pd.DataFrame") -> "pd.DataFrame":
    """A pair a line: state and answer in either phase; cases once in each of them."""
    own = answers[(answers["measure"] == row.measure) & (answers["group"] == row.group)]
    first, second = (
        side[~side["case_id"].duplicated(keep=False)].set_index("case_id")
        for phase in row.phases
        for side in (own[own["phase"] == phase],)
    )
    named = zip((first, second), ("_before", "_after"), strict=True)
    sides = [side[["state", "answer"]].add_suffix(end) for side, end in named]
    return sides[0].join(sides[1], how="inner")


def _counts(before: "pd.Series[str]", after: "pd.Series[str]") -> KnownPairs:
    """How many pairs there are of each kind."""
    kinds = list(zip(before, after, strict=True))
    states = ("yes", "no", "unknown")
    number = {
        (first, second): kinds.count((first, second))
        for first in states
        for second in states
    }
    return KnownPairs(
        both=number["yes", "yes"],
        only_before=number["yes", "no"],
        only_after=number["no", "yes"],
        neither=number["no", "no"],
        yes_unknown=number["yes", "unknown"],
        no_unknown=number["no", "unknown"],
        unknown_yes=number["unknown", "yes"],
        unknown_no=number["unknown", "no"],
        unknown_unknown=number["unknown", "unknown"],
    )


def _read_otherwise(pairs: "pd.DataFrame", side: str) -> "pd.Series[str]":
    """The states of a phase where delvist is read the other way."""
    states = pairs[f"state_{side}"]
    turned = states.map({"yes": "no", "no": "yes", "unknown": "unknown"})
    return states.mask(pairs[f"answer_{side}"].eq("partly"), turned)


def _figures(counts: KnownPairs, *, confidence: float) -> dict[str, Cell]:
    """What the comparison says of pairs that are known in both phases."""
    cells = both, before, after, _ = counts[:4]
    found = exact_pairs(*cells, confidence=confidence)
    cases = sum(cells)
    rates = [
        part / cases if cases else np.nan for part in (both + before, both + after)
    ]
    return {
        "compliant_before": both + before,
        "compliant_after": both + after,
        "applicable_before": cases,
        "applicable_after": cases,
        "rate_before": rates[0],
        "rate_after": rates[1],
        "difference": rates[1] - rates[0],
        "difference_low": found.low,
        "difference_high": found.high,
        "p_value": found.p_value,
        "method": METHOD,
    }
