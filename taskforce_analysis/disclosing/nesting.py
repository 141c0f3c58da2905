"""Breakdowns inside one another: the finer one may not tell what the coarser hides.

A breakdown by several attributes is thought of as published beside the coarser ones
that begin like it: by paragraph and team beside by paragraph. Each is protected by its
own figures alone, so that a run of its own withholds the same; the finer one then hides
what lies inside the hidden groups, and adds up to each of those that are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from taskforce_analysis import tables
from taskforce_analysis.disclosing.choosing import (
    PLACE,
    Hidden,
    Places,
    cells_of,
    protected,
    small_places,
    with_kin,
)
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying.counting import with_groups

if TYPE_CHECKING:
    import pandas as pd

INTERNAL, STRICT = "internal", "strict"
ALL, WHOLE = "all", "municipality"
APART = " · "
By = tuple[str, ...]
Labels = Mapping[str, list[str]]


@dataclass(frozen=True, eq=False)
class Level:
    """A breakdown among those that are published together, with its groups' parents.

    `parents` are the groups of the coarser breakdown before it, or one for all.
    """

    tally: "pd.DataFrame"
    parents: Mapping[str, str]


class Nested(NamedTuple):
    """The places to withhold, and the groups, by phase, that are not even named.

    That a group is there says that it has a case; of one whose number of cases is
    withheld, the names of its parts would say how many it has at least.
    """

    places: Places
    unnamed: set[tuple[str, str]]


def chain_of(by: Sequence[str]) -> list[By]:
    """The breakdowns published with this one, coarsest first, and itself at the end.

    A municipality's own figures are what is shown first.

    >>> chain_of(["paragraph", "municipality", "team"])[:2]
    [('municipality',), ('municipality', 'paragraph')]
    """
    ordered = sorted(by, key=lambda name: name != WHOLE)
    return [tuple(ordered[: end + 1]) for end in range(len(ordered))]


def labels_of(groups: Sequence[str], by: Sequence[str]) -> Labels | None:
    """Each group's name in every breakdown of the chain; None where it is not clear."""
    parts = {name: name.split(APART) if len(by) > 1 else [name] for name in groups}
    if any(len(one) != len(by) for one in parts.values()):
        return None
    places = [[by.index(name) for name in names] for names in chain_of(by)]
    return {
        group: [APART.join(one[at] for at in chosen) or "-" for chosen in places]
        for group, one in parts.items()
    }


def nested(results: Results) -> Nested:
    """What to withhold in a breakdown for itself and for its chain."""
    tally, settings = results.tally, results.settings
    parts = tally[tally["group"] != ALL]
    hidden = Hidden(set(), set())
    if not len(parts):
        return Nested(set(), set())
    labels = labels_of(sorted(set(parts["group"])), settings.by)
    if labels is None:
        alone = Level(parts, dict.fromkeys(set(parts["group"]), ""))
        found = _withheld(alone, results, hidden).places
        return Nested(_all_or_none(found, parts), set())
    above = hidden
    for place, names in enumerate(chain_of(settings.by)):
        if is_parted(names, settings):
            level, above = _level(parts, labels, place), hidden
            hidden = _withheld(_counted_anew(level, names, results), results, hidden)
    unnamed = _inside(above.unsized, labels) if len(settings.by) > 1 else set()
    return Nested(_as_named(hidden.places, labels), unnamed)


def is_parted(by: Sequence[str], settings: Settings) -> bool:
    """Whether the groups part a municipality's cases, or strict makes no difference."""
    return settings.publish == STRICT or bool({*by} - {WHOLE})


def _level(parts: "pd.DataFrame", labels: Labels, place: int) -> Level:
    parents = {one[place]: one[place - 1] if place else "" for one in labels.values()}
    named = parts.assign(group=[labels[one][place] for one in parts["group"]])
    counts = ["cases", *tables.SCORES]
    summed = named.groupby([*PLACE, "basis"], sort=False)[counts].sum()
    return Level(summed.reset_index(), parents)


def _counted_anew(level: Level, names: By, results: Results) -> Level:
    """A case with decisions in several groups is one case of the coarser group."""
    answers = results.answers
    if not (results.form.decision and len(answers)):
        return level
    own = with_groups(answers, names)[[*PLACE, "file", "case_id"]].drop_duplicates()
    cases = own.groupby(PLACE).size()
    tally = level.tally.set_index(PLACE)
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
    small = small_places(cells, settings.threshold)
    return Hidden(found.places | with_kin(small, cells.places, form), found.unsized)


def _all_or_none(places: Places, parts: "pd.DataFrame") -> Places:
    """Groups whose names do not tell their parts add up to who knows what."""
    gone = {place[1:] for place in places}
    known = set(parts[PLACE].itertuples(index=False, name=None))
    return {place for place in known if place[1:] in gone}


def _inside(groups: set[tuple[str, str]], labels: Labels) -> set[tuple[str, str]]:
    return {
        (name, phase)
        for name, own in labels.items()
        for group, phase in groups
        if own[-2] == group
    }


def _as_named(places: Places, labels: Labels) -> Places:
    names = {own[-1]: group for group, own in labels.items()}
    return {(names[group], phase, measure) for group, phase, measure in places}


def may_stand_beside(results: Results, name: str) -> bool:
    """Whether a breakdown by one attribute may be published beside these results.

    It may where it is the first of the results' own, or where no group of the one is
    made of whole groups of the other, so that neither adds up to a part of the other.
    """
    by = results.settings.by
    if results.settings.publish == INTERNAL or not by or chain_of(by)[0] == (name,):
        return True
    answers = results.answers
    return name not in by and all(
        _is_connected(with_groups(rows, by)["group"], rows[name].fillna(""))
        for _, rows in answers.groupby("phase")
    )


def _is_connected(first: "pd.Series", second: "pd.Series") -> bool:
    """Whether the groups of two breakdowns hang together through the cases in both."""
    pairs = set(zip(first, second, strict=True))
    reached: set[tuple[str, str]] = set()
    near = {next(iter(pairs))} if pairs else set()
    while near:
        reached |= near
        ones, others = ({pair[side] for pair in near} for side in (0, 1))
        near = {p for p in pairs - reached if p[0] in ones or p[1] in others}
    return reached == pairs
