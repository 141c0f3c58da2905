"""What stands beside the crude row: the same figures seen in another way.

Rows of their own have no verdict, for the crude row decides. stratified: the
Mantel-Haenszel difference over strata with Sato's variance; standardised: both phases
weighted to the first one's mix; stock: the exact difference of two stocks of cases,
where both phases were drawn at random from a known number, or all cases reviewed;
ordered: Cliff's delta of a scale.
On the crude row itself: how many caseworkers or teams stand behind its cases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.comparing.sides import Figured, Judged, Stocked
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.ordered import cliffs_delta
from taskforce_analysis.methods.stock import stock_difference
from taskforce_analysis.methods.strata import (
    mantel_haenszel,
    standardise,
    tipping_design_effect,
)
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import ALL, Cell, rows_of, with_groups
from taskforce_analysis.tallying import stock_of

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_TO_TEST = 10
# What a further row has of the crude one.
SHARED = ("form", "group", "measure", "before", "after", "confidence")
SHARED += ("compliant_before", "compliant_after", "applicable_before")
SHARED += ("applicable_after", "rate_before", "rate_after")
CLUSTERS_APART = "clusters_apart"  # no caseworker or team has cases in both phases


def sensitivity_rows(
    crude: "pd.DataFrame",
    answers: "pd.DataFrame",
    *,
    form: Form,
    settings: Settings,
    measurement: Measurement,
) -> list[dict[str, Cell]]:
    """The further rows of the comparison, one dictionary each.

    Of pairs there is only that all cases were reviewed: the others are of two heaps of
    cases.
    """
    found: list[dict[str, Cell]] = []
    if settings.paired:
        return [row for row in _stock(crude, measurement) if row["method"] == "census"]
    if settings.strata and len(answers):
        found += _stratified(crude, answers, settings)
    found += _stock(crude, measurement)
    ordered = [measure for measure in form.measures if measure.kind == "ordered"]
    scales = {measure.id: [grade.id for grade in measure.scale] for measure in ordered}
    if scales and len(answers):
        found += _ordered(crude, answers, scales=scales)
    return found


def _row(row: Figured, basis: str, **values: Cell) -> dict[str, Cell]:
    shared = {name: cell for name, cell in asdict(row).items() if name in SHARED}
    fixed = {"basis": basis, "headline": False, "primary": False, "adjustment": "none"}
    return {**shared, **fixed, **values}


def _stratified(
    crude: "pd.DataFrame", answers: "pd.DataFrame", settings: Settings
) -> Iterator[dict[str, Cell]]:
    for row, counts in _with_strata(crude, answers, settings):
        if not np.any(np.minimum(counts[1], counts[3])):
            continue  # no stratum is in both phases
        pooled = mantel_haenszel(*counts, confidence=row.confidence)
        yield _row(
            row,
            "stratified",
            method="mantel_haenszel",
            difference=pooled.difference,
            difference_low=pooled.low,
            difference_high=pooled.high,
        )
        mixed = standardise(*counts, confidence=row.confidence)
        yield {
            **_row(row, "standardised", method="standardised"),
            "rate_before": mixed.rate_before,
            "rate_after": mixed.rate_after,
            "difference": mixed.difference,
            "difference_low": mixed.low,
            "difference_high": mixed.high,
        }


def strata_issues(
    compared: "pd.DataFrame", answers: "pd.DataFrame", settings: Settings
) -> list[Issue]:
    """STRATUM_MISSING: cases of a kind that the other phase has none of; their number.

    They say nothing about a change, and no mix of cases can be made alike.
    """
    if settings.paired or not settings.strata or not len(answers):
        return []
    crude = compared[compared["basis"] == "crude"]
    found = []
    for row, counts in _with_strata(crude, answers, settings):
        alone = np.minimum(counts[1], counts[3]) == 0
        cases = int((counts[1] + counts[3])[alone].sum())
        if cases:
            place = {"group": row.group, "measure": row.measure}
            found.append(Issue("STRATUM_MISSING", **place, count=cases))
    return found


def _with_strata(
    crude: "pd.DataFrame", answers: "pd.DataFrame", settings: Settings
) -> Iterator[tuple[Figured, list[np.ndarray]]]:
    """Each row with its compliant and applicable cases in both phases, by stratum."""
    labels = with_groups(answers, settings.strata)["group"].rename("stratum")
    grouped = answers.assign(stratum=labels)
    scored = grouped[grouped["score"].isin(["compliant", "noncompliant"])]
    for row in rows_of(crude, Figured):
        own = scored[
            (scored["measure"] == row.measure) & (scored["group"] == row.group)
        ]
        if len(own):
            yield row, _counts_by_stratum(own, [str(row.before), str(row.after)])


def _counts_by_stratum(
    scored: "pd.DataFrame", phases: Sequence[str]
) -> list[np.ndarray]:
    met = scored["score"] == "compliant"
    counted = met.groupby([scored["stratum"], scored["phase"]], observed=True)
    strata = sorted(scored["stratum"].unique())
    sides = []
    for phase in phases:
        places = [(stratum, phase) for stratum in strata]
        sides += [
            counts.reindex(places, fill_value=0).to_numpy()
            for counts in (counted.sum(), counted.size())
        ]
    return sides


def _stock(
    crude: "pd.DataFrame", measurement: Measurement
) -> Iterator[dict[str, Cell]]:
    for row in rows_of(crude, Stocked):
        stocks = [
            stock_of(
                measurement.phase(row.before),
                units=row.units_before,
                applicable=row.applicable_before,
                unknown=row.unknown_before,
            ),
            stock_of(
                measurement.phase(row.after),
                units=row.units_after,
                applicable=row.applicable_after,
                unknown=row.unknown_after,
            ),
        ]
        # The population is that of all cases: a group's own share of it is not known.
        if row.group != ALL or not all(stocks):
            continue
        known = stocks == [row.applicable_before, row.applicable_after]
        found = stock_difference(
            (row.compliant_before, row.applicable_before, stocks[0]),
            (row.compliant_after, row.applicable_after, stocks[1]),
            confidence=row.confidence,
        )
        yield _row(
            row,
            "stock",
            # Where every case was reviewed the difference is known, and so told.
            method="census" if known else "two_stocks",
            difference=row.difference,
            difference_low=found.low,
            difference_high=found.high,
            p_value=found.p_value,
        )


def _ordered(
    crude: "pd.DataFrame",
    answers: "pd.DataFrame",
    *,
    scales: dict[str, list[str]],
) -> Iterator[dict[str, Cell]]:
    for row in rows_of(crude[crude["measure"].isin(scales)], Figured):
        own = answers[
            (answers["measure"] == row.measure) & (answers["group"] == row.group)
        ]
        sides = [
            own.loc[own["phase"] == phase, "answer"]
            .value_counts()
            .reindex(scales[str(row.measure)], fill_value=0)
            .to_numpy()[::-1]  # scales are written from the best grade to the worst
            for phase in row.phases
        ]
        if min(side.sum() for side in sides) < ENOUGH_TO_TEST:
            continue
        delta = cliffs_delta(*sides, confidence=row.confidence)
        yield _row(
            row,
            "ordered",
            method="cliffs_delta",
            difference=delta.delta,
            difference_low=delta.low,
            difference_high=delta.high,
            p_value=delta.p_value,
        )


def with_clusters(rows: "pd.DataFrame", answers: "pd.DataFrame") -> "pd.DataFrame":
    """The rows with `clusters` and, for a verdict that could tip, `tipping`.

    Cases of one caseworker may resemble each other, which makes few cases fewer. The
    tipping design effect says by how much before a verdict tips: the square of the
    finding's normal deviate over the one that the row's own level demands;
    no cluster-robust test is made, for with a handful of caseworkers none holds its
    level.
    """
    import pandas as pd

    rows["clusters"] = pd.array([None] * len(rows), dtype="Int64")
    rows["tipping"] = np.nan
    if "cluster" not in answers or not len(answers):
        return rows
    known = answers[answers["cluster"].fillna("") != ""]
    scored = known[known["score"].isin(["compliant", "noncompliant"])]
    named = {
        place: set(own)
        for place, own in scored.groupby(["group", "measure", "phase"], observed=True)[
            "cluster"
        ]
    }
    for row in rows_of(rows[rows["headline"]], Judged):
        sides = [
            named.get((row.group, row.measure, phase), set()) for phase in row.phases
        ]
        if not any(sides):
            continue
        rows.loc[row.index, "clusters"] = len(set.union(*sides))
        if all(sides) and sides[0].isdisjoint(sides[1]):
            codes = f"{rows['reservation'][row.index]} {CLUSTERS_APART}".strip()
            rows.loc[row.index, "reservation"] = codes
        if row.verdict in ("improved", "worsened"):
            rows.loc[row.index, "tipping"] = tipping_design_effect(
                row.p_value, confidence=row.confidence
            )
    return rows
