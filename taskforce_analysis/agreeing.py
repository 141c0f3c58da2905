"""How far two reviewers of the same cases agree, and what they have still to settle.

`check` makes one answer of two reviews where they agree or a row of consensus settles
it. Here stand the figures for the method note: how often both came to the same, among
the answers found compliant and among those found not so, and Gwet's AC1 over all
measures. Reviewers are R1, R2; nobody's name gets this far.

Bridge cases are reviewed in one phase and again in the next: two reviews of one unit,
which say whether the yardstick has moved in between. Nothing is corrected by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskforce_analysis.checking.row_facts import CONSENSUS
from taskforce_analysis.forms import Form
from taskforce_analysis.methods.agreement import Agreement, agreement_of

if TYPE_CHECKING:
    import pandas as pd


KEY = ["form", "phase", "unit_id", "measure"]
UNKNOWN = ("missing", "unrecognised")
OUTSIDE = ("not_applicable", "not_assessable")
COMPARED = (
    "phase",
    "case_id",
    "unit_id",
    "measure",
    "first",
    "second",
    "answer_first",
    "answer_second",
    "cell_first",
    "cell_second",
)


@dataclass(frozen=True)
class Agreed:
    """How far two reviewers agree about one measure, or all of them (`measure` "").

    `pairs` are units that both answered, `same` those with the same answer. `agreement`
    is about compliance, over the pairs where both found the measure to apply.
    """

    measure: str
    pairs: int
    same: int
    agreement: Agreement | None


def _side_by_side(reviews: "pd.DataFrame") -> "pd.DataFrame":
    """Two reviews of one unit side by side, a row per measure that both answered.

    The columns are those of COMPARED and `settled`: whether a row of consensus has
    answered. A third reviewer of the same unit is left out.
    """
    is_consensus = reviews["reviewer"] == CONSENSUS
    answered = reviews[~reviews["answer"].isin(UNKNOWN)]
    single = answered[~is_consensus.reindex(answered.index)]
    single = single.assign(order=single.groupby(KEY, sort=False).cumcount())
    first, second = (single[single["order"] == place] for place in (0, 1))
    named = ["reviewer", "answer", "cell"]
    paired = first[[*KEY, "case_id", *named]].merge(
        second[[*KEY, *named]], on=KEY, suffixes=("_first", "_second")
    )
    done = answered[is_consensus.reindex(answered.index)][KEY].assign(settled=True)
    paired = paired.merge(done.drop_duplicates(), on=KEY, how="left")
    paired["settled"] = paired["settled"].eq(True)  # noqa: FBT003
    return paired.rename(
        columns={"reviewer_first": "first", "reviewer_second": "second"}
    )[[*COMPARED, "settled"]]


def disagreements(reviews: "pd.DataFrame") -> "pd.DataFrame":
    """What two reviewers have still to settle: a row per unit and measure.

    The columns are those of COMPARED; what a row of consensus answers is left out.
    """
    paired = _side_by_side(reviews)
    differ = paired["answer_first"] != paired["answer_second"]
    kept = paired[differ & ~paired["settled"]]
    return kept[list(COMPARED)].reset_index(drop=True)


def agree(reviews: "pd.DataFrame", form: Form) -> tuple[Agreed, ...]:
    """How far two reviewers agree, by measure in the form's order, then over all.

    Empty where nothing was reviewed twice.
    """
    paired = _side_by_side(reviews)
    if not len(paired):
        return ()
    by_measure = dict(list(paired.groupby("measure")))
    found = [
        _agreed_on(by_measure[name], name, form)
        for name in form.measure_ids
        if name in by_measure
    ]
    return (*found, _agreed_on(paired, "", form))


def _agreed_on(paired: "pd.DataFrame", name: str, form: Form) -> Agreed:
    sides = paired[["answer_first", "answer_second"]]
    among = paired[~sides.isin(OUTSIDE).any(axis=1)]
    first, second = (
        [
            answer in form.measure(measure).compliant
            for measure, answer in zip(among["measure"], among[side], strict=True)
        ]
        for side in sides
    )
    pairs = list(zip(first, second, strict=True))
    cells = ((True, True), (True, False), (False, True), (False, False))
    counts = [pairs.count(cell) for cell in cells]
    same = int((paired["answer_first"] == paired["answer_second"]).sum())
    return Agreed(name, len(paired), same, agreement_of(*counts) if pairs else None)


def bridge(
    answers: "pd.DataFrame",
    form: Form,
    cases: Iterable[str],
    *,
    before: str,
    after: str,
) -> tuple[Agreed, ...]:
    """How far two phases' reviews of the same cases agree, by measure and over all.

    `cases` are the ids of the bridge cases; those that only one phase has say nothing.
    Empty where no case was reviewed in both.
    """
    own = answers[answers["case_id"].isin(list(cases))]
    own = own[own["phase"].isin([before, after])]
    if not len(own):
        return ()
    order = own["phase"].map({before: 0, after: 1})
    ordered = own.assign(order=order).sort_values("order", kind="stable")
    reviews = ordered.assign(reviewer=ordered["phase"], phase=after)
    return agree(reviews.drop(columns="order"), form)
