"""Results fit for publication: the one call, and which rows the threshold is for."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.comparing import chance_findings
from taskforce_analysis.disclosing import details
from taskforce_analysis.disclosing.choosing import (
    PLACE,
    Places,
    cells_of,
    small_places,
    with_kin,
)
from taskforce_analysis.disclosing.details import (
    banded_overdue,
    coarse_durations,
    is_among,
)
from taskforce_analysis.disclosing.nesting import (
    INTERNAL,
    STRICT,
    WHOLE,
    Nested,
    chain_of,
    is_parted,
    labels_of,
    nested,
)
from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results

if TYPE_CHECKING:
    import pandas as pd


# FOLDED disclosing.marking
#
# The comparison of published results: withheld rows keep their place, not a figure.
#
# A row is withheld whole where one of its phases is. What was computed over several
# rows at once goes too, where one of them is withheld: the rest would tell of it.

WITHHELD = "withheld"
KEPT = ("form", "group", "measure", "basis", "primary", "before", "after")
KEPT += ("confidence", "adjustment")
_EMPTY = {"int64": 0, "float64": np.nan, "Int64": None, "boolean": None, "str": ""}
_SAID: dict[str, str] = dict.fromkeys(
    ("verdict", "decided_by", "reservation"), WITHHELD
)


def marked(frame: "pd.DataFrame", hidden: np.ndarray) -> "pd.DataFrame":
    """The comparison with these rows withheld, and what they would be told by."""
    frame = frame.copy()
    for column in tables.comparison.columns:
        if column.name not in KEPT:
            value = _SAID.get(column.name, _EMPTY[column.dtype])
            frame.loc[hidden, column.name] = value
    family = (frame["basis"] == "crude") & (frame["adjustment"] != "none")
    told = set(frame.loc[family & hidden, "group"])
    frame.loc[family & frame["group"].isin(told), "p_adjusted"] = np.nan
    return tables.check(frame, tables.comparison)


def hidden_rows(frame: "pd.DataFrame", places: Places) -> np.ndarray:
    """Per row of the comparison whether one of its two phases is withheld."""
    sides = [frame.assign(phase=frame[side]) for side in ("before", "after")]
    return is_among(sides[0], places) | is_among(sides[1], places)


# FOLDED disclosing.telling
#
# What published results say: that there was something, never where or in whom.
#
# And beside which other reports the figures are withheld, for the tool sees one run.
# What they say is a figure of a group: that it is small, or has moved.

OF_FIGURES = ("SMALL_CELL", "DENOMINATOR_ZERO", "APPLICABLE_SHIFT")
PLACES = ("sheet", "cell", "case_id", "phase", "group", "measure", "found", "expected")


def published_issues(issues: "pd.DataFrame") -> "pd.DataFrame":
    """One row per code and file, without cell, case, group and measure.

    `count` is how many kinds of places there were, not how many cases.
    """
    kept = issues[~issues["code"].isin(OF_FIGURES)]
    keys = ["severity", "code", "file"]
    sizes = kept.groupby(keys, dropna=False, sort=False).size()
    counted = sizes.rename("count").reset_index()
    return tables.check(counted.assign(**dict.fromkeys(PLACES)), tables.issues)


def reckoned_with(results: Results, language: Language) -> str:
    """Beside which reports on the same cases this one may stand, and that no other."""
    word = language.word
    known = {one.id: one for one in results.form.attributes}
    coarser = [
        [language.label(known[name]) if name in known else name for name in names]
        for names in chain_of(results.settings.by)[:-1]
    ]
    told = [
        word("disclosure.known_by", names=language.listed(names).lower())
        for names in coarser
    ]
    reports = language.listed([word("disclosure.known_all"), *told])
    return word("disclosure.apart", known=reports)


# FOLDED disclosing.disclosing
#
# Results fit for publication: the one call, and which rows the threshold is for.


def is_published(results: Results) -> bool:
    """Whether the results are meant to leave the house, by their settings."""
    return results.settings.publish != INTERNAL


def disclose(results: Results) -> Results:
    """The results as they may be shown, by `publish` and `threshold` of the settings.

    internal gives them back as they are. open withholds in breakdowns: groups other
    than municipalities, and parts by law. strict withholds everywhere. Cases, cell
    addresses and single days are in neither. `withheld` names what was taken out.

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.settings import Settings
    >>> from taskforce_analysis.shipped import data_folder
    >>> plan = data_folder("example") / "maaling.toml"
    >>> len(disclose(run(measurement=plan, settings=Settings(publish="open"))).answers)
    0
    """
    if not is_published(results) or results.is_disclosed:
        return results
    places, unnamed = withheld_places(results)
    threshold = results.settings.threshold
    tally, comparison = _rates(results, places)
    rows = withheld_rows(results.tally, tally)
    rows = rows[~_is_unnamed(rows, unnamed, "phase")].reset_index(drop=True)
    gone = [_is_unnamed(comparison, unnamed, side) for side in ("before", "after")]
    comparison = comparison[~(gone[0] | gone[1])].reset_index(drop=True)
    return replace(
        results,
        tally=tally,
        comparison=comparison,
        withheld=rows,
        chance_findings=chance_findings(comparison, results.settings),
        issues=published_issues(results.issues),
        issue_cells=results.issue_cells.iloc[:0],
        answers=results.answers.iloc[:0],
        sources=_sources(results, threshold),
        **_agreement(results),
        is_disclosed=True,
        **_details(results, places),
    )


def withheld_places(results: Results) -> Nested:
    """The groups, phases and measures whose rates are withheld whole."""
    found, unnamed = nested(results) if is_breakdown(results) else Nested(set(), set())
    if results.settings.publish == STRICT:
        cells = cells_of(results.tally)
        small = small_places(cells, results.settings.threshold)
        found |= with_kin(small, cells.places, results.form)
    return Nested(found, unnamed)


def is_breakdown(results: Results) -> bool:
    """Whether the groups part a municipality's cases, or strict makes no difference."""
    return is_parted(results.settings.by, results.settings)


def families_of(results: Results) -> dict[str, str]:
    """Each group with the municipality whose cases it is a part of, where that tells.

    In strict the municipalities' own figures are withheld too, and are no whole.
    """
    names = sorted(map(str, results.tally["group"].unique()))
    by = results.settings.by
    is_told = WHOLE in by and len(by) > 1 and results.settings.publish != STRICT
    labels = labels_of(names, by) if is_told else None
    return {name: labels[name][0] if labels else "" for name in names}


def levels_of(results: Results) -> list[dict[str, str]]:
    """What each group of a breakdown is a part of, coarsest first; empty for none."""
    if not is_breakdown(results):
        return []
    families = families_of(results)
    labels = labels_of(list(families), results.settings.by)
    if labels is None or not results.settings.by:
        return [families]
    depth = len(results.settings.by) - 1
    inner = [{name: one[at] for name, one in labels.items()} for at in range(depth)]
    return inner if inner and inner[0] == families else [families, *inner]


def _rates(results: Results, places: Places) -> "tuple[pd.DataFrame, pd.DataFrame]":
    tally, compared = results.tally, results.comparison
    # The parts by law of a municipality, too, add up to those of all.
    families = dict.fromkeys(set(tally["group"]), "")
    lost = details.small_laws(tally, families, results.settings.threshold)
    if is_breakdown(results):
        gone = tally[is_among(tally, places)]
        lost |= set(details.wholes(gone, families))
    in_law = _of_laws(tally, lost, families, phase="phase")
    kept = tally[~(is_among(tally, places) | in_law)].reset_index(drop=True)
    hidden = hidden_rows(compared, places) | _computed_from_details(results)
    for side in ("before", "after"):
        hidden |= _of_laws(compared, lost, families, phase=side)
    return kept, marked(compared, hidden)


def _of_laws(
    frame: "pd.DataFrame",
    lost: details.Wholes,
    families: dict[str, str],
    *,
    phase: str,
) -> np.ndarray:
    found = zip(details.wholes(frame, families, phase), frame["basis"], strict=True)
    told = [whole in lost and basis.startswith("law:") for whole, basis in found]
    return np.array(told, dtype=bool)


def _computed_from_details(results: Results) -> np.ndarray:
    # Exact figures over strata, pairs or grades tell the counts that they come from.
    rows = results.comparison
    fine = rows["basis"].isin(["stratified", "standardised"])
    if is_breakdown(results):
        fine |= rows["basis"].eq("ordered") | rows["method"].eq("tango")
    return fine.to_numpy()


def _details(results: Results, places: Places) -> "dict[str, pd.DataFrame]":
    threshold, part = results.settings.threshold, is_breakdown(results)
    given, days, limits = results.distribution, results.days, results.limits
    late = banded_overdue(results.overdue)
    if part:
        asked = {"families": families_of(results), "threshold": threshold}
        given = details.counted(given, places, **asked)
        days = details.days(days, places, **asked)
        late = details.counted(late, places, **asked)
    shown = set(days[PLACE].itertuples(index=False, name=None))
    timed = results.durations
    timed = timed[is_among(timed, shown)]
    return {
        "distribution": given,
        "days": days,
        "limits": limits[is_among(limits, shown)].reset_index(drop=True),
        "durations": coarse_durations(timed, threshold, levels_of(results)),
        "overdue": late[is_among(late, shown)].reset_index(drop=True),
    }


def _sources(results: Results, threshold: int) -> Any:
    small = any(0 < (one.units or 0) < threshold for one in results.sources)
    if not small or not is_breakdown(results):
        return results.sources
    return tuple(replace(source, units=None) for source in results.sources)


def _agreement(results: Results) -> dict[str, Any]:
    # How many of the reviews were the same is a count of few cases as any other.
    return {"agreed": (), "bridged": ()} if is_breakdown(results) else {}


def _is_unnamed(
    frame: "pd.DataFrame", unnamed: set[tuple[str, str]], phase: str
) -> np.ndarray:
    found = zip(frame["group"], frame[phase], strict=True)
    return np.array([one in unnamed for one in found], dtype=bool)


def withheld_rows(tally: "pd.DataFrame", kept: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the tally that were taken out, by their key."""
    keys = list(tables.withheld.names)
    shown = set(kept[keys].itertuples(index=False, name=None))
    gone = [key not in shown for key in tally[keys].itertuples(index=False, name=None)]
    return tables.check(tally.loc[gone, keys], tables.withheld)
