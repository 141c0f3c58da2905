"""The small tables of counts: a column per score, and the rows made of the crude ones.

Whatever engine counted, the rest happens here, on one row per group, phase, measure
and score: the rows per law, and the unconditional twin of a conditional measure.
"""

from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.tallying.counting import KEY, Asked, count_cases, joined

if TYPE_CHECKING:
    import pandas as pd

SCORES = list(tables.SCORES)


def count_scores(answers: "pd.DataFrame") -> "pd.DataFrame":
    """One row per group, phase and measure with a column per score, cases and units."""
    grouped = answers.groupby([*KEY, "score"], observed=True).size()
    wide = spread(grouped.rename("count").reset_index())
    units = answers.assign(case=_case_key(answers)).groupby(KEY, observed=True)["case"]
    cases = units.nunique().rename("cases")
    return wide.drop(columns="cases").merge(cases.reset_index(), on=KEY)


def _case_key(answers: "pd.DataFrame") -> "pd.Series[str]":
    # A decision's unit_id begins with its case's own, so the first part is the case.
    if (answers["case_id"] == answers["unit_id"]).all():
        return answers["unit_id"]
    return answers["file"].fillna("") + "\n" + answers["case_id"].fillna("")


def spread(counts: "pd.DataFrame") -> "pd.DataFrame":
    """A column per score from rows of counts; each unit is taken for a case."""
    summed = counts.groupby([*KEY, "score"])["count"].sum()
    wide = summed.unstack(fill_value=0)  # noqa: PD010 - the sums are made already
    wide = wide.reindex(columns=SCORES, fill_value=0).astype("int64")
    wide["cases"] = wide.sum(axis=1)
    return wide.reset_index().rename_axis(columns=None)


def crude(counts: "pd.DataFrame", asked: Asked) -> "pd.DataFrame":
    """The rows that a reader takes for the result."""
    return _with_cases(spread(counts), asked).assign(basis="crude")


def law_parts(counts: "pd.DataFrame", asked: Asked) -> "pd.DataFrame":
    """A row per law, for the measures that were judged by more than one."""
    import pandas as pd

    if "law" not in counts:
        return pd.DataFrame()
    known = counts[counts["law"].fillna("") != ""]
    mixed = known.groupby("measure")["law"].nunique()
    known = known[known["measure"].isin(mixed[mixed > 1].index)]
    parts = [
        _with_cases(spread(part), asked, law=str(law)).assign(basis=f"law:{law}")
        for law, part in known.groupby("law", sort=True)
    ]
    return pd.concat(parts) if parts else pd.DataFrame()


def _with_cases(
    wide: "pd.DataFrame", asked: Asked, *, law: str | None = None
) -> "pd.DataFrame":
    if not asked.has_cases:
        return wide
    measure = ["measure"] if asked.is_long else []
    cases = count_cases(asked, [*asked.places, *measure], law=law)
    keys = KEY if measure else [name for name in KEY if name != "measure"]
    cases = cases.groupby(keys)["count"].sum().rename("cases").reset_index()
    return wide.drop(columns="cases").merge(cases, on=keys, how="left")


def unconditional(counts: "pd.DataFrame", asked: Asked) -> "pd.DataFrame":
    """The twins of the conditional measures: "x af alle sager".

    A unit whose condition is known and not met counts as not compliant, unless the
    condition itself was not applicable to it.
    """
    import pandas as pd

    parts = [
        _twin(asked, measure.id, counts)
        for measure in asked.form.measures
        if measure.applies_when and (counts["measure"] == measure.id).any()
    ]
    return pd.concat(parts) if parts else pd.DataFrame()


def _twin(asked: Asked, measure: str, counts: "pd.DataFrame") -> "pd.DataFrame":
    condition = asked.form.measure(measure).applies_when
    assert condition is not None
    if asked.is_long:
        own = joined(asked, measure, condition.measure)
    else:
        own = counts[counts["measure"] == measure]
    if "condition_score" in own:
        known = own["condition_score"].isin(["compliant", "noncompliant"])
        unmet = known & ~own["condition_answer"].isin(condition.answers)
        own = own.assign(score=own["score"].mask(unmet, "noncompliant"))
    return _with_cases(spread(own), asked).assign(basis="unconditional")
