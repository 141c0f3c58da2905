"""Bridge cases: reviewed in one phase and again in the next: has the standard moved?

The same cases, judged anew, are two reviews of one unit; how far they agree says
whether the yardstick has moved between the phases. Nothing is corrected by it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from taskforce_analysis.agreeing import Agreed, agree
from taskforce_analysis.forms import Form

if TYPE_CHECKING:
    import pandas as pd


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
