"""The comparison table: pair, compute, adjust, decide, and say what must go along."""

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.comparing.sensitivity import (
    sensitivity_rows,
    with_clusters,
    with_pairs,
)
from taskforce_analysis.comparing.verdicts import (
    adjust,
    adjustment_of,
    decide,
    hold_back_conditional,
    robust,
    selections_differ,
    stands_under_partly,
    why_not_comparable,
)
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.comparison import compare_rates, judge
from taskforce_analysis.methods.planning import expected_by_chance
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd


# FOLDED comparing.pairing
#
# Two phases' tally rows side by side, one row per group, measure and basis.
#
# Every measure of the form has a crude row in every group, also where a phase, or
# both, did not ask it: its counts are 0 there and `asked_before` or `asked_after` is
# false.

KEY = ["form", "group", "measure", "basis"]
COUNTED = ["compliant", "applicable", "not_applicable", "units", "unknown", "rate"]


def pair(
    tallied: "pd.DataFrame", form: Form, *, before: str, after: str
) -> "pd.DataFrame":
    """The tally's rows of two phases joined; counts end in _before and _after."""
    unknown = tallied[["missing", "not_assessable", "unrecognised"]].sum(axis=1)
    counted = tallied.assign(unknown=unknown)
    first, second = (
        counted.loc[counted["phase"] == phase, [*KEY, *COUNTED]].assign(asked=1)
        for phase in (before, after)
    )
    paired = _rows(tallied, form)
    for side, frame in (("before", first), ("after", second)):
        named = frame.rename(columns={n: f"{n}_{side}" for n in [*COUNTED, "asked"]})
        paired = paired.merge(named, on=KEY, how="left")
    counts = [f"{n}_{side}" for n in COUNTED[:5] for side in ("before", "after")]
    paired[counts] = paired[counts].fillna(0).astype("int64")
    for side in ("before", "after"):
        asked = paired[f"asked_{side}"]
        paired[f"asked_{side}"] = asked.eq(1) & (paired[f"units_{side}"] > 0)
    return paired.assign(before=before, after=after)


def _rows(tallied: "pd.DataFrame", form: Form) -> "pd.DataFrame":
    import pandas as pd

    groups = list(dict.fromkeys(tallied["group"])) or ["all"]
    crude = pd.DataFrame(
        [(form.id, *row, "crude") for row in product(groups, form.measure_ids)],
        columns=KEY,
    )
    more = tallied.loc[tallied["basis"] != "crude", KEY].drop_duplicates()
    return pd.concat([crude, more], ignore_index=True)


# FOLDED comparing.reservations
#
# What a verdict sentence must carry with it, as codes.
#
# applicable_shift: the share of ikke relevant differs between the phases, by the same
# exact test (p below 0.10) or by 15 points, so that the two rates are of different
# cases. conditional: asked only of some. chosen_because_low: part of a rise is to be
# expected.

SHIFT_P, SHIFT_POINTS = 0.10, 0.15


def shifted(rows: "pd.DataFrame") -> np.ndarray:
    """Per row whether the share of ikke relevant differs between the phases."""
    sides = {
        side: (
            rows[f"not_applicable_{side}"].to_numpy(),
            (rows[f"applicable_{side}"] + rows[f"not_applicable_{side}"]).to_numpy(),
        )
        for side in ("before", "after")
    }
    (first, asked), (second, asked_again) = sides["before"], sides["after"]
    both = (asked > 0) & (asked_again > 0)
    counts = (first, asked, second, asked_again)
    judged = np.asarray(judge(*counts, confidence=1 - SHIFT_P, minimum=1))
    beyond = np.isin(judged, ["improved", "worsened"])
    shares = [part / np.maximum(whole, 1) for part, whole in sides.values()]
    moved = np.abs(shares[1] - shares[0]) >= SHIFT_POINTS - 1e-9
    return both & (beyond | moved)


def reservations(
    rows: "pd.DataFrame", form: Form, measurement: Measurement
) -> list[str]:
    """Per row the codes of what must be said with it, parted by blanks."""
    conditional = {m.id for m in form.measures if m.applies_when is not None}
    crude = rows["basis"] == "crude"
    said = {
        "applicable_shift": crude & shifted(rows),
        "conditional": crude & rows["measure"].isin(conditional),
        "chosen_because_low": rows["measure"].isin(measurement.chosen_because_low),
        "insisted": np.full(len(rows), selections_differ(rows, measurement)),
    }
    comparable = rows["verdict"] != "not_comparable"
    marks = {code: np.asarray(where & comparable) for code, where in said.items()}
    return [
        " ".join(code for code, where in marks.items() if where[place])
        for place in range(len(rows))
    ]


# FOLDED comparing.composing
#
# The comparison table: pair, compute, adjust, decide, and say what must go along.


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


# FOLDED comparing.overall
#
# How many rows would stand out by chance alone, had nothing changed.
#
# It is the sum of the attained sizes at each row's pooled rate, not the number of
# rows times 0.05: exact tests of few cases err less often than their level allows.

DECIDED = ("improved", "worsened", "uncertain")


def chance_findings(comparison: "pd.DataFrame", settings: Settings) -> float:
    """The expected number of crude rows beyond chance if no rate had changed."""
    rows = comparison[
        (comparison["basis"] == "crude") & comparison["verdict"].isin(DECIDED)
    ]
    if not len(rows):
        return 0.0
    compliant = rows["compliant_before"] + rows["compliant_after"]
    applicable = rows["applicable_before"] + rows["applicable_after"]
    return float(
        expected_by_chance(
            rows["applicable_before"].to_numpy(),
            rows["applicable_after"].to_numpy(),
            (compliant / applicable).to_numpy(),
            confidence=settings.confidence,
        )
    )
