"""The comparison: two phases side by side, their difference, and the verdict on it.

A row is a group, a measure and a basis. Its figures are those of two heaps of cases,
or, where the user says that the same cases were reviewed twice, of the matched cases.
The verdict comes from verdicts.py, the rows beside the crude one from sensitivity.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.checking.rescoring import with_scores
from taskforce_analysis.comparing.index_row import (
    INDEX,
    NEEDS_CASES,
    NO_INTERVAL,
    rows_of_index,
)
from taskforce_analysis.comparing.pairs import (
    METHOD,
    answers_of_pairs,
    chance_of_pairs,
    with_matched_figures,
)
from taskforce_analysis.comparing.sensitivity import sensitivity_rows, with_clusters
from taskforce_analysis.comparing.verdicts import (
    DECIDED,
    shifted,
    with_levels,
    with_verdicts,
)
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.comparison import compare_rates
from taskforce_analysis.methods.planning import expected_by_chance
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import Cell, with_groups
from taskforce_analysis.tallying import (
    ChangedLimit,
    changed_limits,
    refuse_stale,
    scores_beside,
    tally,
)
from taskforce_analysis.tallying.limits import AFTER, BEFORE, answers_judged_by

if TYPE_CHECKING:
    import pandas as pd

KEY = ["form", "group", "measure", "basis"]
COUNTS = ["compliant", "applicable", "not_applicable", "not_assessable", "units"]
COUNTS += ["unknown"]
# Beside each row, of its measure: how many cases are and are not so.
ASIDE = {"condition": ("met", "unmet"), "assessable": ("seen", "unseen")}
SIDES = ("before", "after")
MEMBER_MISSING = "member_missing"  # of an index: a member without answers in one phase
FIGURES = ("difference", "difference_low", "difference_high", "p_value", "method")


def compare(
    tallied: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    settings: Settings | None = None,
    measurement: Measurement | None = None,
    answers: "pd.DataFrame | None" = None,
    changed: "Sequence[ChangedLimit] | None" = None,
) -> "pd.DataFrame":
    """Each measure compared between two phases, as `tables.comparison`.

    `before` and `after` are phase ids; rates and differences are shares. The interval
    and p-value are those of Chan and Zhang (1999), of more than 400,000 cases together
    with Berger and Boos's (1994) confined nuisance rate; `method` says which. `answers`
    are needed for pairs, strata, clusters, ordered scales and the two readings of
    delvist; they are in the tally's groups, or `by` of the settings puts them there.
    `changed` are the measures whose limit differs between the phases; without it the
    answers tell. Raises UsageError for answers in other groups than the tally's.
    """
    import pandas as pd

    settings = settings or Settings()
    plan = measurement or Measurement()
    answers = tables.build([], tables.answers) if answers is None else answers
    answers = with_scores(answers[answers["form"] == form.id], form, settings)
    answers = _in_groups_of(tallied, answers, settings)
    rows = _side_by_side(tallied, form, before=before, after=after)
    rows["is_whole"] = True
    if settings.paired:
        answers = answers_of_pairs(answers, before, after)
        rows = _of_pairs(rows, answers, form, settings=settings)
    if changed is None:  # else the answers were tallied and asked for them before
        refuse_stale(answers, form, settings)
        changed = changed_limits(answers, form, before=before, after=after)
    rows["limit_changed"] = _has_changed(rows, changed)
    judged = _judged(rows, answers)
    if settings.paired:
        judged |= scores_beside(judged[BEFORE], form)
    rows = _with_figures(rows.assign(confidence=settings.confidence), judged, settings)
    # How many were asked, or could be assessed, is a fact about the cases.
    asked = rows[rows["basis"].isin(["condition", "assessable"])]
    rows = with_levels(
        rows.drop(asked.index), form=form, measurement=plan, settings=settings
    )
    own = rows["confidence"] != settings.confidence
    if own.any():
        figured = _with_figures(rows[own], judged, settings)
        rows = pd.concat([rows[~own], figured]).sort_index()
    rows = with_verdicts(
        rows, judged[BEFORE], form=form, measurement=plan, settings=settings
    )
    rows = with_clusters(rows, judged[BEFORE])
    # A crude row whose limit changed tells nothing, in whichever way it is seen.
    told = rows["headline"] & (rows["decided_by"] != BEFORE)
    more = _asked_rows(asked)
    more += sensitivity_rows(
        rows[told & rows["is_whole"]],
        judged[BEFORE],
        form=form,
        settings=settings,
        measurement=plan,
    )
    members = rows["headline"] & rows["measure"].isin(plan.index)
    both = (rows["applicable_before"] > 0) & (rows["applicable_after"] > 0)
    index = rows_of_index(
        judged[BEFORE],
        before=before,
        after=after,
        counted=dict.fromkeys(rows.loc[members & both, "group"]),
        form=form,
        settings=settings,
        measurement=plan,
    )
    more += _of_like_members(index, rows, plan)
    extra = pd.DataFrame(more, columns=tables.comparison.names)
    rows = rows.assign(mean_before=np.nan, mean_after=np.nan)
    kept = rows[tables.comparison.names]
    joined = pd.concat([kept, extra.astype(kept.dtypes.to_dict())]) if more else kept
    return tables.check(joined, tables.comparison)


def _in_groups_of(
    tallied: "pd.DataFrame", answers: "pd.DataFrame", settings: Settings
) -> "pd.DataFrame":
    if settings.by and len(answers):
        answers = with_groups(answers, settings.by)
    if not {*answers["group"]} <= {*tallied["group"]}:
        finding = "the answers are not in the groups of the tally"
        raise wrong_use(finding, "Name its attributes as by in the settings")
    return answers


def _has_changed(
    rows: "pd.DataFrame", changed: "Sequence[ChangedLimit]"
) -> "np.ndarray":
    """Per row whether its measure's limit differs between the phases."""
    known = {(one.group, one.measure) for one in changed}
    alike = rows[rows["basis"] == BEFORE]
    known |= set(zip(alike["group"], alike["measure"], strict=True))
    places = zip(rows["group"], rows["measure"], strict=True)
    return np.array([place in known for place in places], dtype=bool)


def _judged(rows: "pd.DataFrame", answers: "pd.DataFrame") -> "dict[str, pd.DataFrame]":
    """The answers as each basis has them; crude as they are."""
    own = rows[rows["limit_changed"]]
    changed = set(zip(own["group"], own["measure"], strict=True))
    found = {"crude": answers, BEFORE: answers, AFTER: answers}
    for basis, side in ((BEFORE, "before"), (AFTER, "after")) if changed else ():
        phase = str(own[side].iloc[0])
        found[basis] = answers_judged_by(answers, changed, phase)
    return found


def _side_by_side(
    tallied: "pd.DataFrame", form: Form, *, before: str, after: str
) -> "pd.DataFrame":
    """The tally's rows of two phases joined; counts end in _before and _after.

    Every measure of the form has a crude row in every group, also where a phase, or
    both, did not ask it: its counts are 0 there and `asked_before` or `asked_after`
    is false.
    """
    import pandas as pd

    groups = list(dict.fromkeys(tallied["group"])) or [tables.ALL]
    crude = pd.DataFrame(
        [(form.id, *row, "crude") for row in product(groups, form.measure_ids)],
        columns=KEY,
    )
    more = tallied.loc[tallied["basis"] != "crude", KEY].drop_duplicates()
    rows = pd.concat([crude, more], ignore_index=True)
    unknown = tallied[["missing", "not_assessable", "unrecognised"]].sum(axis=1)
    counted = tallied.assign(unknown=unknown, asked=1)
    values = [*COUNTS, "rate", "asked"]
    for side, phase in zip(SIDES, (before, after), strict=True):
        own = counted.loc[counted["phase"] == phase, [*KEY, *values]]
        named = own.rename(columns={name: f"{name}_{side}" for name in values})
        rows = rows.merge(named, on=KEY, how="left")
        for basis, (so, other) in ASIDE.items():
            asked = own[own["basis"] == basis]
            rest = asked["applicable"] - asked["compliant"]
            found = {f"{so}_{side}": asked["compliant"], f"{other}_{side}": rest}
            found = asked[KEY[:-1]].assign(**found)
            rows = rows.merge(found, on=KEY[:-1], how="left")
    names = [*COUNTS, *chain.from_iterable(ASIDE.values())]
    counts = [f"{name}_{side}" for name in names for side in SIDES]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    for side in SIDES:
        asked = rows[f"asked_{side}"].eq(1)
        rows[f"asked_{side}"] = asked & (rows[f"units_{side}"] > 0)
    earlier = rows["basis"] == BEFORE
    places = pd.MultiIndex.from_frame(rows[["group", "measure"]])
    crude = (rows["basis"] == "crude") & ~places.isin(places[earlier])
    headline = (earlier | crude).astype("boolean")
    return rows.assign(before=before, after=after, headline=headline)


def _of_pairs(
    rows: "pd.DataFrame", answers: "pd.DataFrame", form: Form, *, settings: Settings
) -> "pd.DataFrame":
    """The rows with the counts of the pairs, whose `answers` are in their groups.

    What was asked in a phase was asked of all its cases, be none of them a pair;
    `is_whole` says whether all of them are pairs.
    """
    pair = {name: str(rows[name].iloc[0]) for name in SIDES}
    own = replace(settings, by=())
    counted = tally(answers, form, settings=own, pair=(pair["before"], pair["after"]))
    found = _side_by_side(counted, form, **pair)
    names = [*COUNTS, *chain.from_iterable(ASIDE.values())]
    whole = [f"{name}_{side}" for name in names for side in SIDES]
    rates = [f"rate_{side}" for side in SIDES]
    told = rows.drop(columns=[*whole, *rates])
    kept = told.merge(found[[*KEY, *whole, *rates]], on=KEY, how="left")
    kept[whole] = kept[whole].fillna(0).astype("int64")
    units = [f"units_{side}" for side in SIDES]
    kept["is_whole"] = (kept[units].to_numpy() == rows[units].to_numpy()).all(axis=1)
    return kept


def _with_figures(
    rows: "pd.DataFrame", judged: "dict[str, pd.DataFrame]", settings: Settings
) -> "pd.DataFrame":
    """The rows with difference, p-value, and the interval at each row's own level."""
    rows = rows.copy()
    for level, own in rows.groupby("confidence"):
        counts = [
            own[f"{name}_{side}"].to_numpy()
            for side in SIDES
            for name in ("compliant", "applicable")
        ]
        found = compare_rates(*counts, confidence=float(level))  # type: ignore[arg-type]
        figures = (found.difference, found.low, found.high, found.p_value, found.method)
        for name, values in zip(FIGURES, figures, strict=True):
            rows.loc[own.index, name] = values
    return with_matched_figures(rows, judged) if settings.paired else rows


def _asked_rows(asked: "pd.DataFrame") -> "list[dict[str, Cell]]":
    """The rows of how many were asked or could be assessed; they have no verdict."""
    named = asked.assign(primary=False, role="", adjustment="none")
    kept = [name for name in tables.comparison.names if name in named]
    cells = named[kept].to_dict("records")
    return [{str(name): cell for name, cell in row.items()} for row in cells]


def _of_like_members(
    index: "list[dict[str, Cell]]", rows: "pd.DataFrame", plan: Measurement
) -> "list[dict[str, Cell]]":
    """The index's rows, not comparable where one of its members is not.

    Nor where a member has answers in one phase alone: two requirements would be set
    against three. Nor is the row beside it, which keeps its means alone.
    """
    members = rows[rows["headline"] & rows["measure"].isin(plan.index)]
    alone = (members["applicable_before"] > 0) != (members["applicable_after"] > 0)
    why = members["decided_by"].where(members["verdict"] == "not_comparable", "")
    alone |= why.isin(["only_one_phase", "none_applicable"])
    why = why.mask(alone, MEMBER_MISSING)
    reasons = {
        str(group): reason
        for group, reason in zip(members["group"], why, strict=True)
        if reason
    }
    found = []
    for row in index:
        reason = reasons.get(str(row["group"]))
        told: dict[str, Cell] = {}
        if reason and row.get("verdict") != "not_comparable":
            untold = {"verdict": "not_comparable", "decided_by": reason, "robust": None}
            told = untold if row["basis"] == INDEX else NO_INTERVAL
        found.append({**row, **told})
    return found


def comparison_issues(
    tallied: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    settings: Settings | None = None,
    answers: "pd.DataFrame | None" = None,
) -> list[Issue]:
    """APPLICABLE_SHIFT: the share of ikke relevant differs between the two phases.

    Of pairs, which the settings ask for, it is that of the pairs in the `answers`.
    """
    rows = _side_by_side(tallied, form, before=before, after=after)
    if settings and settings.paired and answers is not None:
        own = answers_of_pairs(answers[answers["form"] == form.id], before, after)
        rows = _of_pairs(rows, own, form, settings=settings)
    moved = rows[(rows["basis"] == "crude") & shifted(rows)]
    return [
        Issue("APPLICABLE_SHIFT", group=group, measure=measure)
        for group, measure in zip(moved["group"], moved["measure"], strict=True)
    ]


def index_issues(comparison: "pd.DataFrame") -> list[Issue]:
    """INDEX_NEEDS_CASES: a plan has an index, and a phase is told in counts alone."""
    lacking = comparison["decided_by"] == NEEDS_CASES
    groups = comparison.loc[lacking, "group"]
    return [Issue("INDEX_NEEDS_CASES", group=group) for group in groups]


def chance_findings(comparison: "pd.DataFrame") -> float:
    """The expected number of measures beyond chance if no rate had changed.

    It is the sum of the attained sizes at each row's pooled rate and at the level at
    which the row is decided, not the number of rows times 0.05: exact tests of few
    cases err less often than their level allows. Of pairs it is that of their own test.
    """
    decided = comparison["headline"] & comparison["verdict"].isin(DECIDED)
    rows = comparison[decided & (comparison["basis"] != INDEX)]
    paired, rows = rows[rows["method"] == METHOD], rows[rows["method"] != METHOD]
    compliant = rows["compliant_before"] + rows["compliant_after"]
    applicable = rows["applicable_before"] + rows["applicable_after"]
    pooled = rows.assign(pooled=compliant / applicable)
    return chance_of_pairs(paired) + sum(
        expected_by_chance(
            own["applicable_before"],
            own["applicable_after"],
            own["pooled"],
            confidence=float(level),  # type: ignore[arg-type]
        )
        for level, own in pooled.groupby("confidence")
    )
