"""Follow-up measures: from a list of dates per unit to one outcome.

One late follow-up decides; a unit none of whose follow-ups was due yet is not due. The
days are those to the first follow-up, so that they mean the same for every unit; the
days over the limit are the most that any follow-up was late.
"""

from typing import TYPE_CHECKING

from taskforce_analysis.checking.clock import Clock, limit_of
from taskforce_analysis.forms import Measure

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.deadlines import Judged

# What decides before what; a follow-up that nothing is known of leaves it unknown.
_ORDER = ("noncompliant", "not_assessable", "missing", "compliant", "not_due")


def judge_series(clock: Clock, measure: Measure, index: "pd.Index") -> "Judged":
    """One judged row per unit; `index` are the units that the measure was asked of."""
    import pandas as pd

    from taskforce_analysis.deadlines import FollowUp, Judged, follow_up_series

    where = index.to_numpy()
    limits = limit_of(measure)
    held = [
        pd.Series(clock.dates("end", f"{measure.id}#{number}")[where], index=index)
        for number in range(len(measure.end))
    ]
    sooner = measure.limit is not None and measure.limit.or_by
    series = follow_up_series(
        pd.Series(clock.dates("start", measure.id)[where], index=index),
        pd.concat(held).dropna(),
        FollowUp(limits) if measure.limit and measure.limit.text else limits,
        measured=pd.Series(clock.measured[where], index=index),
        earlier=pd.Series(clock.dates("earlier", measure.id)[where], index=index)
        if sooner
        else None,
    )
    return Judged(_summed(series.cases, index), _by_unit(series))


def _summed(cases: "pd.DataFrame", index: "pd.Index") -> "pd.DataFrame":
    outcome = cases["outcome"].astype(object)
    rank = outcome.map({name: place for place, name in enumerate(_ORDER)})
    ranked = cases.assign(rank=rank.fillna(len(_ORDER))).sort_values(["rank", "number"])
    decisive = ranked.drop_duplicates("case").set_index("case")
    first = cases[cases["number"] == 1].set_index("case")
    summed = first[["days", "open", "allowed", "limit"]].reindex(index)
    late = cases["over"].where(outcome == "noncompliant")
    over = late.groupby(cases["case"]).max()
    kept = cases["over"].groupby(cases["case"]).min()
    return summed.assign(
        outcome=decisive["outcome"].reindex(index),
        over=over.fillna(kept).reindex(index),
    )


def _by_unit(series: "Judged") -> "pd.DataFrame":
    cases = series.cases["case"]
    issues = series.issues.assign(row=series.issues["row"].map(cases))
    return issues.drop_duplicates()
