"""Breakdowns inside one another: the finer one may not tell what the coarser hides.

Each breakdown of a chain is protected by its own figures alone, so that a run of its
own withholds the same; the finer one then hides what lies inside the hidden groups, and
adds up to each of those that are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from taskforce_analysis import tables
from taskforce_analysis.disclosing.breakdowns import (
    STRICT,
    By,
    Labels,
    chain_of,
    is_protected,
    labels_of,
)
from taskforce_analysis.disclosing.choosing import (
    RATE,
    Hidden,
    Rates,
    cells_of,
    protected,
    small_rates,
    with_all_by_limit,
    with_kin,
)
from taskforce_analysis.results import Results
from taskforce_analysis.tables import ALL, with_groups

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Level:
    """A breakdown among those that are published together, with its groups' parents.

    `parents` are the groups of the coarser breakdown before it, or one for all.
    """

    tally: "pd.DataFrame"
    parents: Mapping[str, str]


class Nested(NamedTuple):
    """The rates to withhold, and the groups, by phase, that are not even named.

    That a group is there says that it has a case; of one whose number of cases is
    withheld, the names of its parts would say how many it has at least.
    """

    rates: Rates
    unnamed: set[tuple[str, str]]


def nested(results: Results) -> Nested:
    """What to withhold in a breakdown for itself and for its chain."""
    tally, settings = results.tally, results.settings
    parts = with_all_by_limit(tally[tally["group"] != ALL])
    hidden = Hidden(set(), set())
    if not len(parts):
        return Nested(set(), set())
    labels = labels_of(sorted(set(parts["group"])), settings.by)
    if labels is None:
        alone = Level(parts, dict.fromkeys(set(parts["group"]), ""))
        found = _withheld(alone, results, hidden).rates
        return Nested(_all_or_none(found, parts), set())
    above = hidden
    for depth, names in enumerate(chain_of(settings.by)):
        if is_protected(names, settings):
            level, above = _level(parts, labels, depth), hidden
            hidden = _withheld(_counted_anew(level, names, results), results, hidden)
    unnamed = _inside(above.unsized, labels) if len(settings.by) > 1 else set()
    return Nested(_as_named(hidden.rates, labels), unnamed)


def _level(parts: "pd.DataFrame", labels: Labels, depth: int) -> Level:
    parents = {one[depth]: one[depth - 1] if depth else "" for one in labels.values()}
    named = parts.assign(group=[labels[one][depth] for one in parts["group"]])
    counts = ["cases", *tables.SCORES]
    summed = named.groupby([*RATE, "basis"], sort=False)[counts].sum()
    return Level(summed.reset_index(), parents)


def _counted_anew(level: Level, names: By, results: Results) -> Level:
    """A case with decisions in several groups is one case of the coarser group."""
    answers = results.answers
    if not (results.form.decision and len(answers)):
        return level
    own = with_groups(answers, names)[[*RATE, "file", "case_id"]].drop_duplicates()
    cases = own.groupby(RATE).size()
    tally = level.tally.set_index(RATE)
    known = cases.reindex(tally.index).fillna(tally["cases"]).astype("int64")
    return replace(level, tally=tally.assign(cases=known).reset_index())


def _withheld(level: Level, results: Results, above: Hidden) -> Hidden:
    form, settings = results.form, results.settings
    found = protected(
        level.tally,
        form,
        families=level.parents,
        threshold=settings.threshold,
        above=above,
    )
    if settings.publish != STRICT:
        return found
    cells = cells_of(level.tally)
    small = small_rates(cells, settings.threshold)
    return Hidden(found.rates | with_kin(small, cells.rates, form), found.unsized)


def _all_or_none(rates: Rates, parts: "pd.DataFrame") -> Rates:
    """Groups whose names do not tell their parts add up to who knows what."""
    gone = {rate[1:] for rate in rates}
    known = set(parts[RATE].itertuples(index=False, name=None))
    return {rate for rate in known if rate[1:] in gone}


def _inside(groups: set[tuple[str, str]], labels: Labels) -> set[tuple[str, str]]:
    return {
        (name, phase)
        for name, own in labels.items()
        for group, phase in groups
        if own[-2] == group
    }


def _as_named(rates: Rates, labels: Labels) -> Rates:
    names = {own[-1]: group for group, own in labels.items()}
    return {(names[group], phase, measure) for group, phase, measure in rates}
