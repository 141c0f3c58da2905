"""Every table of the results without what is withheld, and nothing that tells of it.

choosing.py and nesting.py say which rates those are. A withheld row leaves the tally
and is named in `withheld`; it keeps its place in the comparison, without a figure. What
was computed over several rows at once goes too, where one of them is withheld: the rest
would tell of it. Of an issue is said that it was there, never where or in whom.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.comparing import chance_findings
from taskforce_analysis.disclosing.breakdowns import (
    STRICT,
    WHOLE,
    is_protected,
    labels_of,
)
from taskforce_analysis.disclosing.choosing import (
    RATE,
    Rates,
    cells_of,
    small_rates,
    with_kin,
)
from taskforce_analysis.disclosing.details import (
    Wholes,
    banded_overdue,
    coarse_durations,
    is_among,
    small_laws,
    wholes_of,
    without_small_counts,
    without_small_days,
)
from taskforce_analysis.disclosing.nesting import Nested, nested
from taskforce_analysis.results import Results, Source

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.tallying import ChangedLimit


WITHHELD = "withheld"
KEPT = ("form", "group", "measure", "basis", "primary", "role")
KEPT += ("before", "after", "confidence", "adjustment", "headline")
_EMPTY = {"int64": 0, "float64": np.nan, "Int64": None, "boolean": None, "str": ""}
_SAID: dict[str, str] = dict.fromkeys(
    ("verdict", "decided_by", "reservation"), WITHHELD
)
# What these issues say is a figure of a group: that it is small, or has moved.
OF_FIGURES = ("SMALL_CELL", "DENOMINATOR_ZERO", "APPLICABLE_SHIFT", "STRATUM_MISSING")
WHERE = ("sheet", "cell", "case_id", "phase", "group", "measure", "found", "expected")


def withhold(results: Results) -> Results:
    """The results without what their settings withhold; see `disclose`."""
    rates, unnamed = _withheld_rates(results)
    tally, comparison = _tally_and_comparison(results, rates)
    rows = _withheld_rows(results.tally, tally)
    rows = rows[~_is_unnamed(rows, unnamed, "phase")].reset_index(drop=True)
    gone = [_is_unnamed(comparison, unnamed, side) for side in ("before", "after")]
    comparison = comparison[~(gone[0] | gone[1])].reset_index(drop=True)
    return replace(
        results,
        tally=tally,
        comparison=comparison,
        withheld=rows,
        chance_findings=chance_findings(comparison),
        issues=_published_issues(results.issues),
        issue_cells=results.issue_cells.iloc[:0],
        answers=_no_answers(results.answers),
        changed_limits=_changed_limits(results, comparison),
        sources=_sources(results),
        **_agreement(results),
        is_disclosed=True,
        **_details(results, rates),
    )


def _no_answers(answers: "pd.DataFrame") -> "pd.DataFrame":
    """The table without a row, and without the columns that only a tally asks for."""
    shown = [one for one in answers if not str(one).startswith(tables.LIMIT_SCORE)]
    return answers.loc[answers.index[:0], shown]


def _changed_limits(
    results: Results, comparison: "pd.DataFrame"
) -> "tuple[ChangedLimit, ...]":
    """The changed limits of what is shown: they tell that a group has such cases."""
    shown = comparison[comparison["verdict"] != WITHHELD]
    known = set(zip(shown["group"], shown["measure"], strict=True))
    return tuple(
        one for one in results.changed_limits if (one.group, one.measure) in known
    )


def _withheld_rates(results: Results) -> Nested:
    """The groups, phases and measures whose rates are withheld whole."""
    found, unnamed = nested(results) if _is_breakdown(results) else Nested(set(), set())
    if results.settings.publish == STRICT:
        cells = cells_of(results.tally)
        small = small_rates(cells, results.settings.threshold)
        found |= with_kin(small, cells.rates, results.form)
    return Nested(found, unnamed)


def _is_breakdown(results: Results) -> bool:
    return is_protected(results.settings.by, results.settings)


def _tally_and_comparison(
    results: Results, rates: Rates
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    tally, compared = results.tally, results.comparison
    # The parts by law of a municipality, too, add up to those of all.
    families = dict.fromkeys(set(tally["group"]), "")
    lost = small_laws(tally, families, results.settings.threshold)
    if _is_breakdown(results):
        gone = tally[is_among(tally, rates)]
        lost |= set(wholes_of(gone, families))
    in_law = _of_laws(tally, lost, families, phase="phase")
    kept = tally[~(is_among(tally, rates) | in_law)].reset_index(drop=True)
    hidden = _is_hidden(compared, rates) | _computed_from_details(results)
    for side in ("before", "after"):
        hidden |= _of_laws(compared, lost, families, phase=side)
    hidden |= _is_hidden_index(results, hidden)
    emptied = _emptied(compared, hidden)
    # At which of Holm's steps a row was decided tells of its p-value.
    emptied.loc[hidden, "confidence"] = results.settings.confidence
    return kept, emptied


def _of_laws(
    frame: "pd.DataFrame",
    lost: Wholes,
    families: dict[str, str],
    *,
    phase: str,
) -> np.ndarray:
    found = zip(wholes_of(frame, families, phase), frame["basis"], strict=True)
    told = [whole in lost and basis.startswith("law:") for whole, basis in found]
    return np.array(told, dtype=bool)


def _computed_from_details(results: Results) -> np.ndarray:
    # Exact figures over strata, pairs or grades tell the counts that they come from.
    rows = results.comparison
    fine = rows["basis"].isin(["stratified", "standardised"])
    if _is_breakdown(results):
        fine |= rows["basis"].eq("ordered") | rows["method"].eq("exact_pairs")
    return fine.to_numpy()


def _is_hidden(frame: "pd.DataFrame", rates: Rates) -> np.ndarray:
    """Per row of the comparison whether one of its two phases is withheld."""
    sides = [frame.assign(phase=frame[side]) for side in ("before", "after")]
    return is_among(sides[0], rates) | is_among(sides[1], rates)


def _is_hidden_index(results: Results, hidden: np.ndarray) -> np.ndarray:
    """Per row whether it is of an index and withheld, given what is hidden else.

    It is with any of its members, or where few cases keep all that applies or do not.
    In a breakdown the index of one group may be what that of the others leaves of the
    whole: one withheld takes all with it.
    """
    rows, least = results.comparison, results.settings.threshold
    of_index = rows["basis"].str.startswith("index").to_numpy(dtype=bool)
    members = rows["measure"].isin(results.measurement.index).to_numpy()
    crude = (rows["headline"].astype(bool) & members).to_numpy()
    groups = set(rows.loc[crude & hidden, "group"])
    if _is_breakdown(results) or results.settings.publish == STRICT:
        for side in ("before", "after"):
            kept = rows[f"compliant_{side}"]
            parts = [kept, rows[f"applicable_{side}"] - kept]
            few = [(part > 0) & (part < least) for part in parts]
            groups |= set(rows.loc[of_index & (few[0] | few[1]), "group"])
    if groups and _is_breakdown(results):
        return of_index
    return of_index & rows["group"].isin(groups).to_numpy()


def _emptied(frame: "pd.DataFrame", hidden: np.ndarray) -> "pd.DataFrame":
    """The comparison with these rows withheld, and what they would be told by."""
    frame = frame.copy()
    for column in tables.comparison.columns:
        if column.name not in KEPT:
            value = _SAID.get(column.name, _EMPTY[column.dtype])
            frame.loc[hidden, column.name] = value
    # Bonferroni's are p times how many there are; Holm's hang on the others' p-values.
    family = frame["adjustment"] == "holm"
    told = set(frame.loc[family & hidden, "group"])
    frame.loc[family & frame["group"].isin(told), "p_adjusted"] = np.nan
    return tables.check(frame, tables.comparison)


def _withheld_rows(tally: "pd.DataFrame", kept: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the tally that were taken out, by their key."""
    keys = list(tables.withheld.names)
    shown = set(kept[keys].itertuples(index=False, name=None))
    gone = [key not in shown for key in tally[keys].itertuples(index=False, name=None)]
    return tables.check(tally.loc[gone, keys], tables.withheld)


def _is_unnamed(
    frame: "pd.DataFrame", unnamed: set[tuple[str, str]], phase: str
) -> np.ndarray:
    found = zip(frame["group"], frame[phase], strict=True)
    return np.array([one in unnamed for one in found], dtype=bool)


def _details(results: Results, rates: Rates) -> "dict[str, pd.DataFrame]":
    threshold, part = results.settings.threshold, _is_breakdown(results)
    given, days, limits = results.distribution, results.days, results.limits
    late = banded_overdue(results.overdue)
    if part:
        asked = {"families": _families_of(results), "threshold": threshold}
        given = without_small_counts(given, rates, **asked)
        days = without_small_days(days, rates, **asked)
        late = without_small_counts(late, rates, **asked)
    shown = set(days[RATE].itertuples(index=False, name=None))
    timed = results.durations
    timed = timed[is_among(timed, shown)]
    return {
        "distribution": given,
        "days": days,
        "limits": limits[is_among(limits, shown)].reset_index(drop=True),
        "durations": coarse_durations(timed, threshold, _levels_of(results)),
        "overdue": late[is_among(late, shown)].reset_index(drop=True),
    }


def _families_of(results: Results) -> dict[str, str]:
    """Each group with the municipality whose cases it is a part of, where that tells.

    In strict the municipalities' own figures are withheld too, and are no whole.
    """
    names = sorted(map(str, results.tally["group"].unique()))
    by = results.settings.by
    is_told = WHOLE in by and len(by) > 1 and results.settings.publish != STRICT
    labels = labels_of(names, by) if is_told else None
    return {name: labels[name][0] if labels else "" for name in names}


def _levels_of(results: Results) -> list[dict[str, str]]:
    """What each group of a breakdown is a part of, coarsest first; empty for none."""
    if not _is_breakdown(results):
        return []
    families = _families_of(results)
    labels = labels_of(list(families), results.settings.by)
    if labels is None or not results.settings.by:
        return [families]
    depth = len(results.settings.by) - 1
    inner = [{name: one[at] for name, one in labels.items()} for at in range(depth)]
    return inner if inner and inner[0] == families else [families, *inner]


def _sources(results: Results) -> tuple[Source, ...]:
    threshold = results.settings.threshold
    small = any(0 < (one.units or 0) < threshold for one in results.sources)
    if not small or not _is_breakdown(results):
        return results.sources
    return tuple(replace(source, units=None) for source in results.sources)


def _agreement(results: Results) -> dict[str, Any]:
    # How many of the reviews were the same is a count of few cases as any other.
    return {"agreed": (), "bridged": ()} if _is_breakdown(results) else {}


def _published_issues(issues: "pd.DataFrame") -> "pd.DataFrame":
    """One row per code and file, without cell, case, group and measure.

    `count` is how many kinds of places there were, not how many cases.
    """
    kept = issues[~issues["code"].isin(OF_FIGURES)]
    keys = ["severity", "code", "file"]
    sizes = kept.groupby(keys, dropna=False, sort=False).size()
    counted = sizes.rename("count").reset_index()
    return tables.check(counted.assign(**dict.fromkeys(WHERE)), tables.issues)
