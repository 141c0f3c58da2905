"""The comparison table: pair, compute, adjust, decide, and say what must go along."""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.comparing.clustering import with_clusters
from taskforce_analysis.comparing.paired import with_pairs
from taskforce_analysis.comparing.pairing import pair
from taskforce_analysis.comparing.partly import stands_under_partly
from taskforce_analysis.comparing.reservations import reservations, shifted
from taskforce_analysis.comparing.sensitivity import sensitivity_rows
from taskforce_analysis.comparing.verdicts import (
    adjust,
    adjustment_of,
    decide,
    hold_back_conditional,
    robust,
    why_not_comparable,
)
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.comparison import compare_rates
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd


def compare(
    tallied: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    settings: Settings | None = None,
    measurement: Measurement | None = None,
    answers: "pd.DataFrame | None" = None,
) -> "pd.DataFrame":
    """Each measure compared between two phases, as `tables.comparison`.

    `before` and `after` are phase ids; rates and differences are shares. The interval
    and p-value are those of Chan and Zhang (1999), or of Miettinen and Nurminen (1985)
    for large counts; `method` says which. `answers` are needed for pairs, strata,
    clusters, ordered scales and the two readings of delvist.
    """
    import pandas as pd

    settings = settings or Settings()
    plan = measurement or Measurement()
    answers = tables.build([], tables.answers) if answers is None else answers
    rows = _computed(pair(tallied, form, before=before, after=after), settings)
    if settings.paired:
        rows = with_pairs(rows, answers, settings)
    rows = _decided(rows, form, plan=plan, settings=settings)
    rows["stands_under_partly"] = stands_under_partly(
        rows, answers, form=form, settings=settings
    )
    rows = with_clusters(rows, answers, settings)
    more = sensitivity_rows(
        rows[rows["basis"] == "crude"],
        answers,
        form=form,
        settings=settings,
        measurement=plan,
    )
    extra = pd.DataFrame(more, columns=tables.comparison.names)
    kept = rows[tables.comparison.names]
    joined = pd.concat([kept, extra.astype(kept.dtypes.to_dict())]) if more else kept
    return tables.check(joined, tables.comparison)


def _decided(
    rows: "pd.DataFrame", form: Form, *, plan: Measurement, settings: Settings
) -> "pd.DataFrame":
    chosen = plan.primary or form.primary
    rows["primary"] = rows["measure"].isin(chosen)
    kind = adjustment_of(settings, rows["primary"])
    rows["p_adjusted"] = adjust(rows, adjustment=kind, minimum=settings.minimum_verdict)
    member = (rows["basis"] == "crude") & (rows["primary"] | (not chosen))
    rows["adjustment"] = np.where(member, kind, "none")
    reasons = why_not_comparable(rows, form, measurement=plan, settings=settings)
    decide(rows, reasons, settings)
    hold_back_conditional(rows, form)
    rows["robust"] = robust(rows, form, settings)
    rows["reservation"] = reservations(rows, form, plan)
    return rows


def _computed(rows: "pd.DataFrame", settings: Settings) -> "pd.DataFrame":
    counts = [
        rows[f"{name}_{side}"].to_numpy()
        for side in ("before", "after")
        for name in ("compliant", "applicable")
    ]
    found = compare_rates(*counts, confidence=settings.confidence)
    return rows.assign(
        difference=found.difference,
        difference_low=found.low,
        difference_high=found.high,
        p_value=found.p_value,
        method=found.method,
        confidence=settings.confidence,
    )


def comparison_issues(
    tallied: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
) -> list[Issue]:
    """APPLICABLE_SHIFT: the share of ikke relevant differs between the two phases."""
    rows = pair(tallied, form, before=before, after=after)
    moved = rows[(rows["basis"] == "crude") & shifted(rows)]
    return [
        Issue("APPLICABLE_SHIFT", group=row.group, measure=row.measure)
        for row in rows_of(moved)
    ]
