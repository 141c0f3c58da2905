"""Every table of the results without what is withheld, and nothing that tells of it.

blocks.py says which rates those are. A withheld row leaves the tally and is named in
`withheld`; it keeps its place in the comparison, without a figure. What was computed
over several rows at once goes too, where one of them is withheld: the rest would tell
of it. So does that a group has rows at all that only some cases bring, by law or by an
earlier limit. Of an issue is said that it was there, never where or in whom.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.comparing import chance_findings
from taskforce_analysis.disclosing.blocks import (
    BY_LIMIT,
    RATE,
    Hidden,
    Rates,
    hidden_rates,
    kin_of,
)
from taskforce_analysis.disclosing.breakdowns import (
    STRICT,
    WHOLE,
    is_protected,
    labels_of,
)
from taskforce_analysis.disclosing.details import (
    banded_overdue,
    coarse_durations,
    compared_among,
    is_among,
    is_beside_few,
    small_laws,
)
from taskforce_analysis.disclosing.naming import NUMBERED, numbered, unknown_groups
from taskforce_analysis.measurements import Correction, Exclusion
from taskforce_analysis.results import Results, Source

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.measurements import Measurement
    from taskforce_analysis.results.records import Choices
    from taskforce_analysis.tallying import ChangedLimit


WITHHELD = "withheld"
_SUFFIX = re.compile(r"\.[a-z]{1,5}")
KEPT = ("form", "group", "measure", "basis", "primary", "role")
KEPT += ("before", "after", "confidence", "adjustment", "headline")
_EMPTY = {"int64": 0, "float64": np.nan, "Int64": None, "boolean": None, "str": ""}
_SAID: dict[str, str] = dict.fromkeys(
    ("verdict", "decided_by", "reservation"), WITHHELD
)
# Rows that a group has only where some case of either phase brings them.
BY_EITHER = (*BY_LIMIT, "assessable")
OF_FEW = (*BY_EITHER, "stratified", "standardised", "ordered")
# What these issues say is a figure of a group: that it is small, or has moved.
OF_FIGURES = ("SMALL_CELL", "DENOMINATOR_ZERO", "APPLICABLE_SHIFT", "STRATUM_MISSING")
WHERE = ("sheet", "cell", "case_id", "phase", "group", "measure", "found", "expected")


def withhold(results: Results) -> Results:
    """The results without what their settings withhold; see `disclose`."""
    rates, unnamed = _hidden(results)
    tally, comparison = _tally_and_comparison(results, rates)
    rows = _withheld_rows(results, tally, rates)
    comparison, rows = _as_named(comparison, rows, unnamed)
    is_part = _is_breakdown(results)
    names = numbered(unknown_groups(results)) if is_part else {}
    return replace(
        results,
        tally=tally,
        comparison=_renamed(comparison, names),
        withheld=_renamed(rows, names),
        chance_findings=chance_findings(comparison),
        issue_cells=results.issue_cells.iloc[:0],
        answers=_no_answers(results.answers),
        changed_limits=_changed_limits(results, comparison),
        **_unnamed_inputs(results),
        # How many of the reviews were the same is a count of few cases as any other.
        agreed=() if is_part else results.agreed,
        bridged=() if is_part else results.bridged,
        is_disclosed=True,
        **_details(results, rates),
    )


def _as_named(
    comparison: "pd.DataFrame",
    rows: "pd.DataFrame",
    unnamed: set[tuple[str, str]],
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """The comparison and what is withheld, without the groups that are not named.

    Where that is all of them, one stands for all: that nothing is shown is still told.
    """
    gone = [_is_unnamed(comparison, unnamed, side) for side in ("before", "after")]
    kept = comparison[~(gone[0] | gone[1])]
    if len(comparison) and not len(kept):
        first = comparison["group"].iloc[0]
        names = {first: f"{NUMBERED}1"}
        one = [frame[frame["group"] == first] for frame in (comparison, rows)]
        return _renamed(one[0], names), _renamed(one[1], names)
    rows = rows[~_is_unnamed(rows, unnamed, "phase")]
    return kept.reset_index(drop=True), rows.reset_index(drop=True)


def _renamed(frame: "pd.DataFrame", names: Mapping[str, str]) -> "pd.DataFrame":
    if not names:
        return frame.reset_index(drop=True)
    return frame.assign(group=frame["group"].replace(names)).reset_index(drop=True)


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


def _hidden(results: Results) -> Hidden:
    """The rates that are withheld whole, and the groups that are not even named."""
    return hidden_rates(results) if _is_breakdown(results) else Hidden(set(), set())


def _is_breakdown(results: Results) -> bool:
    return is_protected(results.settings.by, results.settings)


def _tally_and_comparison(
    results: Results, rates: Rates
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    tally = _without_what_the_other_phase_brings(results, rates)
    compared = _without_bases_of_few(results.comparison, rates)
    lawless = _without_law(results, rates)
    in_law = is_among(tally, lawless) & tally["basis"].str.startswith("law:")
    kept = tally[~(is_among(tally, rates) | in_law)].reset_index(drop=True)
    of_law = compared["basis"].str.startswith("law:")
    hidden = compared_among(compared, rates) | _computed_from_details(results, compared)
    hidden |= compared_among(compared, lawless) & of_law.to_numpy(dtype=bool)
    hidden |= _is_hidden_index(results, compared, hidden)
    # At which of Holm's steps a row is decided hangs on the p-values of all the others.
    stepwise = (compared["adjustment"] == "holm").to_numpy(dtype=bool)
    hidden |= stepwise & compared["group"].isin(compared["group"][stepwise & hidden])
    emptied = _emptied(compared, hidden)
    emptied.loc[hidden, "confidence"] = results.settings.confidence
    return kept, emptied


def _without_what_the_other_phase_brings(
    results: Results, rates: Rates
) -> "pd.DataFrame":
    """The tally without the rows of a shown phase that only the withheld one may bring.

    By either limit a measure has rows where it changed for cases of both phases, and a
    row of how many could be assessed where one of either could not be.
    """
    tally = results.tally
    pair = {results.before: results.after, results.after: results.before}
    others = tally.assign(phase=tally["phase"].map(pair))
    brought = is_among(others, rates) & tally["basis"].isin(BY_EITHER).to_numpy()
    own = (tally["basis"] == "assessable") & (tally["noncompliant"] > 0)
    brought &= ~own.to_numpy(dtype=bool)
    kept = tally[~brought].reset_index(drop=True)
    decided = set(tally.loc[brought & tally["headline"], RATE].itertuples(index=False))
    crude = (kept["basis"] == "crude").to_numpy() & is_among(kept, decided)
    return kept.assign(headline=kept["headline"] | crude)


def _without_bases_of_few(frame: "pd.DataFrame", rates: Rates) -> "pd.DataFrame":
    """The comparison without the withheld rows that only some cases bring a group.

    A measure whose limit changed is decided by another row than the crude one; what is
    withheld is told by the crude one, as if nobody knew.
    """
    gone = compared_among(frame, rates)
    few = frame["basis"].isin(OF_FEW) | frame["basis"].str.startswith("law:")
    place = ["group", "measure", "before", "after"]
    decides = frame.groupby(place)[["primary", "headline"]].transform("any")
    crude = gone & (frame["basis"] == "crude").to_numpy()
    frame = frame.copy()
    for name in ("primary", "headline"):
        frame.loc[crude, name] = decides.loc[crude, name]
    return frame[~(gone & few.to_numpy())].reset_index(drop=True)


def _without_law(results: Results, rates: Rates) -> Rates:
    """The rates whose parts by law are withheld.

    With several groups all of a phase are, or none: of one group those that are small,
    and what is made of the same answers.
    """
    tally = results.tally
    small = small_laws(tally, results.settings.threshold)
    every = set(tally[RATE].itertuples(index=False, name=None))
    if len(set(tally["group"])) > 1:
        phases = {phase for _, phase, _ in small | rates}
        return {rate for rate in every if rate[1] in phases}
    kin = kin_of(results.form)
    told = {(phase, kin[measure]) for _, phase, measure in small}
    return {rate for rate in every if (rate[1], kin[rate[2]]) in told}


def _computed_from_details(results: Results, rows: "pd.DataFrame") -> np.ndarray:
    # Exact figures over strata, pairs or grades tell the counts that they come from.
    fine = rows["basis"].isin(["stratified", "standardised"])
    if _is_breakdown(results):
        fine |= rows["basis"].eq("ordered") | rows["method"].eq("exact_pairs")
    if not results.settings.paired:
        return fine.to_numpy()
    # And those of pairs beside all cases tell of the few that are no pair.
    few = rows[is_beside_few(rows, results.tally, results.settings.threshold)]
    kin = rows["measure"].map(kin_of(results.form))
    told = set(zip(few["group"], kin[few.index], strict=True))
    return fine.to_numpy() | [
        one in told for one in zip(rows["group"], kin, strict=True)
    ]


def _is_hidden_index(
    results: Results, rows: "pd.DataFrame", hidden: np.ndarray
) -> np.ndarray:
    """Per row whether it is of an index and withheld, given what is hidden else.

    It is with any of its members, or where few cases keep all that applies or do not.
    In a breakdown the index of one group may be what that of the others leaves of the
    whole: one withheld takes all with it.
    """
    least = results.settings.threshold
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
    return tables.check(frame, tables.comparison)


def _withheld_rows(
    results: Results, kept: "pd.DataFrame", rates: Rates
) -> "pd.DataFrame":
    """The rows of the tally that were taken out, by their key.

    Of a hidden rate only those that every group has; of the parts by law, where several
    groups are told apart, those of each law for all of them.
    """
    import pandas as pd

    tally, keys = results.tally, list(tables.withheld.names)
    shown = set(kept[keys].itertuples(index=False, name=None))
    gone = [key not in shown for key in tally[keys].itertuples(index=False, name=None)]
    rows = tally.loc[gone, keys]
    of_law = rows["basis"].str.startswith("law:")
    of_few = is_among(rows, rates) & of_law
    rows = rows[~(of_few | rows["basis"].isin(BY_EITHER))]
    if len(set(tally["group"])) > 1:
        laws = rows.loc[of_law[rows.index], ["phase", "basis"]].drop_duplicates()
        every = kept[keys[:-1]].drop_duplicates().merge(laws, on="phase")
        rows = pd.concat([rows[~of_law[rows.index]], every[keys]])
    return tables.check(rows, tables.withheld)


def _is_unnamed(
    frame: "pd.DataFrame", unnamed: set[tuple[str, str]], phase: str
) -> np.ndarray:
    found = zip(frame["group"], frame[phase], strict=True)
    return np.array([one in unnamed for one in found], dtype=bool)


def _details(results: Results, rates: Rates) -> "dict[str, pd.DataFrame]":
    given, days, limits = results.distribution, results.days, results.limits
    timed, late = results.durations, banded_overdue(results.overdue)
    if _is_breakdown(results):
        families = families_of(results)
        gone = {(families[group], *place) for group, *place in rates}
        of_whole = timed.assign(group=timed["group"].map(families))
        timed = timed[~is_among(of_whole, gone)]
        earlier = days["before"].where(days["before"] != "", days["phase"])
        days = days[
            ~(is_among(days, rates) | is_among(days.assign(phase=earlier), rates))
        ]
        late = late.iloc[:0]
    levels = _levels_of(results)
    return {
        "distribution": given[~is_among(given, rates)].reset_index(drop=True),
        "days": days.reset_index(drop=True),
        "limits": limits[~is_among(limits, rates)].reset_index(drop=True),
        "durations": coarse_durations(timed, results.settings.threshold, levels),
        "overdue": late,
    }


def families_of(results: Results) -> dict[str, str]:
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
    families = families_of(results)
    labels = labels_of(list(families), results.settings.by)
    if labels is None or not results.settings.by:
        return [families]
    depth = len(results.settings.by) - 1
    inner = [{name: one[at] for name, one in labels.items()} for at in range(depth)]
    return inner if inner and inner[0] == families else [families, *inner]


class Inputs(TypedDict):
    """What went in, as the results have it."""

    sources: tuple[Source, ...]
    recommended_in: tuple[Source, ...]
    measurement: "Measurement"
    choices: "Choices"
    issues: "pd.DataFrame"


def _unnamed_inputs(results: Results) -> Inputs:
    """What went in, without the names that someone gave files and sheets.

    A name may be that of a child or a caseworker, and so may what someone wrote of who
    drew and reviewed the cases, or why one was left out; a checksum or a size would let
    anyone try which file it was.
    """
    every = (*results.sources, *results.recommended_in)
    names = {
        one.file: f"data{number}{_suffix_of(one.file)}"
        for number, one in enumerate(every, start=1)
    }
    few = any(0 < (one.units or 0) < results.settings.threshold for one in every)

    def unnamed(one: Source) -> Source:
        units = None if few and _is_breakdown(results) else one.units
        return Source(file=names[one.file], sha256="", size=0, units=units)

    plan = results.measurement
    phases = {
        name: replace(one, files=(), drawn_by="", reviewers="")
        for name, one in plan.phases.items()
    }
    # That answers were changed may be told; which, of whom, why and by whom not.
    published = replace(
        plan,
        phases=phases,
        limits=(),
        form=results.form.id,
        recommendations="",
        file="",
        excluded=tuple(Exclusion("", "", on=one.on) for one in plan.excluded),
        corrections=tuple(
            Correction("", "", "", "", on=one.on) for one in plan.corrections
        ),
    )
    return Inputs(
        sources=tuple(map(unnamed, results.sources)),
        recommended_in=tuple(
            replace(unnamed(one), units=one.units) for one in results.recommended_in
        ),
        measurement=published,
        choices=replace(results.choices, phases={}, form_file="", columns={}),
        issues=_published_issues(results.issues, names),
    )


def _suffix_of(name: str) -> str:
    """What kind of file it is; a text behind the last dot is none."""
    suffix = PurePath(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _published_issues(
    issues: "pd.DataFrame", names: Mapping[str, str]
) -> "pd.DataFrame":
    """One row per code and file, without cell, case, group and measure.

    `count` is how many kinds of places there were, not how many cases.
    """
    kept = issues[~issues["code"].isin(OF_FIGURES)]
    kept = kept.assign(file=kept["file"].map(names))
    keys = ["severity", "code", "file"]
    sizes = kept.groupby(keys, dropna=False, sort=False).size()
    counted = sizes.rename("count").reset_index()
    return tables.check(counted.assign(**dict.fromkeys(WHERE)), tables.issues)
