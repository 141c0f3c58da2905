"""How many days it took: median, quartiles and the share inside the limit.

Open cases are censored (Kaplan and Meier), so that what is not finished does not make
the time look shorter. Days need cases that were drawn by the day of receipt: drawn by
decision, the slowest of those received lately are not in the heap yet (right
truncation), and the days only describe; they have no interval then.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.survival import median_difference, quantile_time
from taskforce_analysis.settings import Settings
from taskforce_analysis.summarising.timed import KEY, timed
from taskforce_analysis.tables.declared import FOR_PERCENTILE

if TYPE_CHECKING:
    import pandas as pd

LONGER = 1.5
COUNTS = ("compliant", "applicable", "compliant_longer", "applicable_longer")
DECISION, UNKNOWN = "decision", "unknown"


def summarise_days(
    answers: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    settings: Settings | None = None,
    measurement: Measurement | None = None,
) -> "pd.DataFrame":
    """The days of each deadline measure, as `tables.days`.

    A crude row per group, phase and measure, and behind them the difference of the
    medians of the phases `before` and `after`, with its interval. Quantiles are days,
    not a number where so many cases have not ended yet; rates are shares.
    """
    plan, settings = measurement or Measurement(), settings or Settings()
    rows = timed(answers, settings.by)
    # Of a series only the first follow-up has its days, too little for a second share.
    series = [one.id for one in form.measures if one.kind == "follow_up"]
    rows["allowed"] = rows["allowed"].mask(rows["measure"].isin(series))
    samples = {
        tuple(map(str, key)): _sample(own, plan, str(key[2]))
        for key, own in _with_counts(rows).groupby(KEY, observed=True, sort=False)
    }
    found = [
        {**dict(zip(KEY, key, strict=True)), **_described(sample, settings)}
        for key, sample in samples.items()
    ]
    found += _differences(samples, before=before, after=after, settings=settings)
    return tables.build(_ordered(found, form), tables.days)


class Sample(NamedTuple):
    """The days of one group, phase and measure, and what else is known of them."""

    days: np.ndarray
    closed: np.ndarray
    counts: dict[str, int]
    drawn_on: str


def _sample(own: "pd.DataFrame", plan: Measurement, phase: str) -> Sample:
    return Sample(
        own["days"].to_numpy(dtype="float64"),
        own["closed"].to_numpy(dtype=bool),
        {name: int(own[name].sum()) for name in COUNTS},
        plan.phase(phase).drawn_on or UNKNOWN,
    )


def _with_counts(rows: "pd.DataFrame") -> "pd.DataFrame":
    # Only what has had the whole time counts: early decisions alone would flatter.
    applicable = rows["score"].isin(["compliant", "noncompliant"])
    longer = rows["allowed"] * LONGER
    ripe = applicable & longer.notna() & ~(rows["elapsed"] < longer)
    inside = ripe & rows["closed"] & (rows["days"].astype("float64") <= longer)
    marks = (rows["score"].eq("compliant"), applicable, inside, ripe)
    return rows.assign(**dict(zip(COUNTS, marks, strict=True)))


def _described(sample: Sample, settings: Settings) -> dict[str, Any]:
    confidence = settings.confidence
    found = {
        share: quantile_time(
            sample.days, sample.closed, share=share, confidence=confidence
        )
        for share in (0.25, 0.5, 0.75, 0.9)
    }
    describes = sample.drawn_on == DECISION
    many, counts = len(sample.days) >= FOR_PERCENTILE, sample.counts
    return {
        "basis": "crude",
        "before": "",
        "cases": len(sample.days),
        "open": int((~sample.closed).sum()),
        "median": found[0.5].time,
        "median_low": np.nan if describes else found[0.5].low,
        "median_high": np.nan if describes else found[0.5].high,
        "lower_quartile": found[0.25].time,
        "upper_quartile": found[0.75].time,
        "percentile_90": found[0.9].time if many else np.nan,
        **counts,
        "rate": _share(counts["compliant"], counts["applicable"]),
        "rate_longer": _share(counts["compliant_longer"], counts["applicable_longer"]),
        "confidence": confidence,
        "drawn_on": sample.drawn_on,
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else np.nan


def _differences(
    samples: dict[tuple[str, ...], Sample],
    *,
    before: str,
    after: str,
    settings: Settings,
) -> Iterator[dict[str, Any]]:
    for key, second in samples.items():
        form, group, phase, measure = key
        first = samples.get((form, group, before, measure))
        if phase != after or before == after or first is None:
            continue
        yield {
            **dict(zip(KEY, key, strict=True)),
            "before": before,
            **_difference(first, second, settings),
        }


def _difference(first: Sample, second: Sample, settings: Settings) -> dict[str, Any]:
    found = median_difference(first[:2], second[:2], confidence=settings.confidence)
    drawn = sorted({first.drawn_on, second.drawn_on})  # decision first
    describes = drawn[0] == DECISION
    return {
        "basis": "difference",
        "cases": len(first.days) + len(second.days),
        "open": int((~first.closed).sum() + (~second.closed).sum()),
        "median": found.difference,
        "median_low": np.nan if describes else found.low,
        "median_high": np.nan if describes else found.high,
        **{name: first.counts[name] + second.counts[name] for name in first.counts},
        "confidence": settings.confidence,
        "drawn_on": drawn[0] if describes or len(drawn) == 1 else UNKNOWN,
    }


def _ordered(rows: list[dict[str, Any]], form: Form) -> list[dict[str, Any]]:
    places = {name: place for place, name in enumerate(form.measure_ids)}
    phases = {name: place for place, name in enumerate(form.phase_ids)}
    return sorted(
        rows,
        key=lambda row: (
            row["group"],
            places.get(row["measure"], len(places)),
            row["basis"] != "crude",
            phases.get(row["phase"], len(phases)),
            row["phase"],
        ),
    )


def drawing_issues(days: "pd.DataFrame") -> list[Issue]:
    """DRAWN_BY_DECISION: days of cases that were drawn by the day of decision."""
    drawn = days[(days["basis"] == "crude") & (days["drawn_on"] == DECISION)]
    pairs = drawn[["phase", "measure"]].drop_duplicates()
    return [
        Issue("DRAWN_BY_DECISION", phase=str(phase), measure=str(measure))
        for phase, measure in pairs.itertuples(index=False)
    ]
