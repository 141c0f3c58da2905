"""The row of an index: two to six measures as one share of requirements kept per case.

A plan may declare an index in place of primary measures. Its row has the basis `index`
and the figures of methods/index.py: the mean scores, their difference, an interval and
a p-value at the index's own level. Its counts are of cases: `applicable` those with a
score, `compliant` those that keep all that applies to them. Beside it always stands
the same over the cases to which every member applies (`index:whole`), without a
verdict.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.comparing.verdicts import shifted
from taskforce_analysis.forms import Form
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.index import WHOLE as ALL_KEPT
from taskforce_analysis.methods.index import (
    Unsure,
    compare_scores,
    index_confidence,
    is_robust,
    judge_scores,
    scores,
)
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import INDEX, Cell

if TYPE_CHECKING:
    import pandas as pd

WHOLE = "index:whole"
NEEDS_CASES = "needs_cases"
NO_INTERVAL = {
    **dict.fromkeys(
        ("difference", "difference_low", "difference_high", "p_value"), float("nan")
    ),
    "method": "",
}
# Where nothing can be compared, over whichever cases it is.
_APART = ("paired", "selection_differs")
UNKNOWN = ("missing", "unrecognised", "not_assessable")


def rows_of_index(
    answers: "pd.DataFrame",
    *,
    form: Form,
    before: str,
    after: str,
    measurement: Measurement,
    settings: Settings,
    counted: Collection[str] = (),
) -> list[dict[str, Cell]]:
    """Two rows of the comparison per group, one dictionary each; none without an index.

    `answers` is the answers table, one row per unit and measure, in its groups. Only
    what is known of single answers can be scored: of counts alone there is no index.
    `counted` are the groups in which the members are counted in both phases, be it
    without answers: there the index is not comparable.
    """
    members = list(measurement.index)
    if not members:
        return []
    phases, found = (before, after), []
    own = answers[answers["measure"].isin(members) & answers["phase"].isin(phases)]
    parts = dict(list(own.groupby("group", sort=False, observed=True)))
    parts |= {group: own[:0] for group in counted if group not in parts}
    for group, rows in parts.items():
        sides = [
            _cases(rows[rows["phase"] == phase], form, members) for phase in phases
        ]
        fixed = {"form": form.id, "group": str(group), "before": before, "after": after}
        reason = _why_not(rows, phases, measurement=measurement, settings=settings)
        if reason == "only_one_phase" and group in counted:
            reason = NEEDS_CASES
        found += [
            {**fixed, **row}
            for row in _both_rows(sides, reason, members=members, settings=settings)
        ]
    return found


def _cases(rows: "pd.DataFrame", form: Form, members: list[str]) -> Unsure:
    """Each unit's kept, applicable and unknown members."""
    optional = {name: not form.measure(name).always_applies for name in members}
    score = rows["score"]
    # Two municipalities may number their cases alike.
    units = [rows[name] for name in ("municipality", "unit_id") if name in rows]
    unknown = score.isin(UNKNOWN)
    parts = (
        score == "compliant",
        score.isin(["compliant", "noncompliant"]),
        unknown,
        unknown & rows["measure"].map(optional).astype(bool),
    )
    return Unsure(*(part.groupby(units, sort=True).sum().to_numpy() for part in parts))


def _why_not(
    rows: "pd.DataFrame",
    phases: tuple[str, str],
    *,
    measurement: Measurement,
    settings: Settings,
) -> str:
    """The reason that the two phases' index cannot be compared, or ""."""
    if set(rows["phase"]) != set(phases):
        return "only_one_phase"
    # The test moves cases between the phases; the same cases twice cannot be moved so.
    if settings.paired:
        return "paired"
    ways = {measurement.phase(phase).selection for phase in phases} - {"unknown"}
    if not settings.insist and len(ways) > 1:
        return "selection_differs"
    return "applicable_shift" if _has_shifted(rows, phases) else ""


def _has_shifted(rows: "pd.DataFrame", phases: tuple[str, str]) -> bool:
    """Whether a member's share of ikke relevant differs between the phases."""
    import pandas as pd

    answered = rows["score"].isin(["compliant", "noncompliant"])
    counts = pd.DataFrame(
        {"applicable": answered, "not_applicable": rows["score"] == "not_applicable"}
    ).groupby([rows["phase"], rows["measure"]], observed=True)
    summed = counts.sum()
    sides = [
        summed.loc[phase].add_suffix(f"_{side}")
        for phase, side in zip(phases, ("before", "after"), strict=True)
    ]
    return bool(shifted(pd.concat(sides, axis=1).fillna(0)).any())


def _both_rows(
    sides: list[Unsure], reason: str, *, members: list[str], settings: Settings
) -> Iterator[dict[str, Cell]]:
    """The index's row, and the one of the cases to which every member applies."""
    scored = [scores(side.kept, side.applicable) for side in sides]
    sizes = (len(scored[0]), len(scored[1]))
    level = index_confidence(settings.confidence, len(members), sizes)
    minimum = settings.minimum_verdict
    verdict = (
        "not_comparable"
        if reason
        else judge_scores(*scored, confidence=level, minimum=minimum)
    )
    decided = reason or ("minimum_verdict" if verdict == "too_few" else "interval")
    robust = None if reason else is_robust(*sides, confidence=level, minimum=minimum)
    # The interval is that of cases drawn apart: of the same cases twice it is another.
    first = _figures(scored, level) | (NO_INTERVAL if settings.paired else {})
    yield {
        **first,
        "basis": INDEX,
        "primary": True,
        "role": "primary",
        "headline": True,
        "p_adjusted": first["p_value"],
        "verdict": verdict,
        "decided_by": decided,
        "robust": robust,
        "reservation": "applicable_shift" if reason == "applicable_shift" else "",
    }
    whole = [side.applicable == len(members) for side in sides]
    complete = [
        scores(side.kept[kept], side.applicable[kept])
        for side, kept in zip(sides, whole, strict=True)
    ]
    yield {
        **_figures(complete, level),
        **(NO_INTERVAL if reason in _APART else {}),
        "basis": WHOLE,
        "primary": False,
        "headline": False,
    }


def _figures(scored: list[np.ndarray], level: float) -> dict[str, Cell]:
    found = compare_scores(*scored, confidence=level)
    before, after = scored
    return {
        "measure": INDEX,
        "compliant_before": int((before == ALL_KEPT).sum()),
        "compliant_after": int((after == ALL_KEPT).sum()),
        "applicable_before": len(before),
        "applicable_after": len(after),
        "mean_before": found.mean_before,
        "mean_after": found.mean_after,
        "difference": found.difference,
        "difference_low": found.low,
        "difference_high": found.high,
        "p_value": found.p_value,
        "method": found.method,
        "confidence": level,
        "adjustment": "none",
    }
