"""From answers to days: how long it took, how far over the limit, and which limit.

A yes or no says whether a deadline was kept; the days say by how much. Cases that are
still open count for as long as they were seen (Kaplan and Meier), so that what is not
finished does not make the time look shorter. Where the limits differ, or where cases
were drawn by the day of decision, an issue says what the figures cannot be used for.
In: the answers as checked. Out: `tables.days`, `tables.limits` and `tables.overdue`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.survival import (
    MedianDifference,
    TimeQuantile,
    median_difference,
    quantile_time,
)
from taskforce_analysis.paragraphs import parse_provisions, successors
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import FOR_PERCENTILE, KEY, Cell

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Summary",
    "drawing_issues",
    "limit_issues",
    "limits",
    "overdue",
    "summarise",
    "summarise_days",
]

NUMBERS = ("allowed", "over", "elapsed")
LEFT_OUT = ("not_applicable", "missing", "unrecognised")
NO_LIMIT = "none"
LONGER = 1.5
COUNTS = ("compliant", "applicable", "compliant_longer", "applicable_longer")
DECISION, UNKNOWN = "decision", "unknown"


@dataclass(frozen=True, eq=False)
class Summary:
    """The tables days, limits and overdue, and what they cannot be used for."""

    days: "pd.DataFrame" = field(repr=False)
    limits: "pd.DataFrame" = field(repr=False)
    overdue: "pd.DataFrame" = field(repr=False)
    found: tuple[Issue, ...]


def summarise(
    answers: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    settings: Settings | None = None,
    measurement: Measurement | None = None,
) -> Summary:
    """The days of all deadline measures; empty tables where a form has none.

    `before` and `after` are the compared phases' ids. The issues are LIMIT_DIFFERS and
    DRAWN_BY_DECISION.
    """
    settings = settings or Settings()
    days = summarise_days(
        answers,
        form,
        before=before,
        after=after,
        settings=settings,
        measurement=measurement,
    )
    differing = limit_issues(answers, form, before=before, after=after)
    found = (*differing, *drawing_issues(days))
    return Summary(days, limits(answers), overdue(answers), found)


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
    not a number where so many cases have not ended yet, or where there are fewer cases
    than a percentage needs (`minimum_percent`); rates are shares. Days need
    cases that were drawn by the day of receipt: drawn by decision, the slowest of those
    received lately are not in the heap yet (right truncation), and the days only
    describe; they have no interval then.
    """
    plan, settings = measurement or Measurement(), settings or Settings()
    rows = _with_days(answers)
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


def _described(sample: Sample, settings: Settings) -> dict[str, Cell]:
    confidence = settings.confidence
    found = {
        share: quantile_time(
            sample.days, sample.closed, share=share, confidence=confidence
        )
        for share in (0.25, 0.5, 0.75, 0.9)
    }
    describes = sample.drawn_on == DECISION
    many, counts = len(sample.days) >= FOR_PERCENTILE, sample.counts
    if len(sample.days) < settings.minimum_percent:  # counts only
        found = dict.fromkeys(found, TimeQuantile(np.nan, np.nan, np.nan))
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
) -> Iterator[dict[str, Cell]]:
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


def _difference(first: Sample, second: Sample, settings: Settings) -> dict[str, Cell]:
    found = median_difference(first[:2], second[:2], confidence=settings.confidence)
    if min(len(first.days), len(second.days)) < settings.minimum_percent:
        found = MedianDifference(np.nan, np.nan, np.nan)
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


def _ordered(rows: list[dict[str, Cell]], form: Form) -> list[dict[str, Cell]]:
    places = {name: place for place, name in enumerate(form.measure_ids)}
    phases = {name: place for place, name in enumerate(form.phase_ids)}
    return sorted(
        rows,
        key=lambda row: (
            row["group"],
            places.get(str(row["measure"]), len(places)),
            row["basis"] != "crude",
            phases.get(str(row["phase"]), len(phases)),
            row["phase"],
        ),
    )


def limits(answers: "pd.DataFrame") -> "pd.DataFrame":
    """The limits that were applied and the days they allowed, as `tables.limits`."""
    rows = _with_days(answers)
    rows = rows[rows["limit"].fillna("") != ""]
    found = rows.groupby([*KEY, "limit"], observed=True, sort=False)["allowed"]
    counted = found.agg(shortest="min", longest="max").reset_index()
    ordered = counted.sort_values([*KEY, "longest", "limit"], ignore_index=True)
    return tables.check(ordered, tables.limits)


def overdue(answers: "pd.DataFrame") -> "pd.DataFrame":
    """How many cases were so many days over their limit, as `tables.overdue`."""
    rows = _with_days(answers)
    late = rows[rows["score"].eq("noncompliant") & rows["over"].gt(0)]
    late = late.assign(open=~late["closed"])
    counted = late.groupby([*KEY, "over", "open"], observed=True).size()
    return tables.check(counted.rename("count").reset_index(), tables.overdue)


def limit_issues(
    answers: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
) -> list[Issue]:
    """LIMIT_DIFFERS: a limit that is not the same in all groups, or in both phases.

    "Kept in time" is not the same thing in both then. Provisions are held against
    themselves, those of serviceloven against what became of them in barnets lov, so
    that a limit which differs only because other provisions were drawn is no issue.
    `found` names the limits.
    """
    rows = _with_days(answers)
    rows = rows[rows["limit"].fillna("") != ""]
    found = []
    for measure in form.measures:
        own = rows[rows["measure"] == measure.id]
        if measure.limit and len(own):
            by_what = [measure.limit.by] if measure.limit.by in own else []
            own = own[["phase", "group", "limit", *by_what]].drop_duplicates()
            told = [
                *_between_phases(own, measure, (before, after)),
                *_between_groups(own, measure),
            ]
            if told:
                found.append(
                    Issue("LIMIT_DIFFERS", measure=measure.id, found="; ".join(told))
                )
    return found


def _between_phases(
    own: "pd.DataFrame", measure: Measure, phases: tuple[str, str]
) -> Iterator[str]:
    first, second = (
        _by_provision(own[own["phase"] == phase], measure) for phase in phases
    )
    told = {
        f"{' | '.join(first[provision])} -> {' | '.join(second[provision])}"
        for provision in first.keys() & second.keys()
        if first[provision] != second[provision]
    }
    if told:
        yield f"{phases[0]} -> {phases[1]}: {', '.join(sorted(told))}"


def _between_groups(own: "pd.DataFrame", measure: Measure) -> Iterator[str]:
    for phase, rows in own.groupby("phase", sort=False):
        seen: dict[str, set[tuple[str, ...]]] = {}
        for _, part in rows.groupby("group", sort=False):
            for provision, own_limits in _by_provision(part, measure).items():
                seen.setdefault(provision, set()).add(own_limits)
        named = {
            limit
            for different in seen.values()
            if len(different) > 1
            for limits_of_group in different
            for limit in limits_of_group
        }
        if named:
            yield f"{phase}: {' | '.join(sorted(named, key=_length))}"


def _by_provision(own: "pd.DataFrame", measure: Measure) -> dict[str, tuple[str, ...]]:
    """The limits of each provision; all under one name where limits go by none."""
    by = measure.limit.by if measure.limit else ""
    key = (
        own[by].fillna("").map(_today) if by in own else own["limit"].map(lambda _: "")
    )
    return {
        str(provision): tuple(sorted(set(limit), key=_length))
        for provision, limit in own["limit"].groupby(key, sort=False)
    }


def _today(cited: str) -> str:
    """What a case cites, as barnets lov has it: § 41 and § 86 are one paragraph."""
    named = [next(iter(successors(one)), one) for one in parse_provisions(cited)]
    return ", ".join(str(replace(one, law="")) for one in named) or cited


def _length(limit: str) -> tuple[str, int]:
    amount, _, unit = limit.partition(" ")
    return (unit.rstrip("s"), int(amount)) if amount.isdigit() else (limit, 0)


def drawing_issues(days: "pd.DataFrame") -> list[Issue]:
    """DRAWN_BY_DECISION: days of cases that were drawn by the day of decision."""
    drawn = days[(days["basis"] == "crude") & (days["drawn_on"] == DECISION)]
    pairs = drawn[["phase", "measure"]].drop_duplicates()
    return [
        Issue("DRAWN_BY_DECISION", phase=str(phase), measure=str(measure))
        for phase, measure in pairs.itertuples(index=False)
    ]


def _with_days(answers: "pd.DataFrame") -> "pd.DataFrame":
    """The answers that have days and apply, with `closed` and the numbers as numbers.

    Checking leaves beside each answer of a deadline measure, as text, whether the case
    is open, its limit, the days that it allowed, the days over it, and the days from
    the start to the date of measurement. What it did not say is empty.
    """
    import pandas as pd

    chosen = answers["days"].notna() & ~answers["score"].isin(LEFT_OUT)
    if "limit" in answers:
        chosen &= answers["limit"].astype(object) != NO_LIMIT
    rows = answers[chosen]
    blank = pd.Series(index=rows.index, dtype="str")
    numbers = {
        name: pd.to_numeric(rows.get(name, blank), errors="coerce").astype("float64")
        for name in NUMBERS
    }
    closed = rows.get("open", blank).ne("yes")
    limit = rows.get("limit", blank).astype("str")
    return rows.assign(closed=closed, limit=limit, **numbers)
