"""Breakdowns of the same cases: which are published together, and which may be.

A breakdown by several attributes is thought of as published beside the coarser ones
that begin like it: by paragraph and team beside by paragraph. The tool sees one run at
a time, so a report also says beside which others its figures are withheld.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

INTERNAL, STRICT = "internal", "strict"
WHOLE = "municipality"
APART = " · "
By = tuple[str, ...]
Labels = Mapping[str, list[str]]


def is_published(results: Results) -> bool:
    """Whether the results are meant to leave the house, by their settings."""
    return results.settings.publish != INTERNAL


def is_protected(by: Sequence[str], settings: Settings) -> bool:
    """Whether the groups part a municipality's cases, or strict makes no difference."""
    return settings.publish == STRICT or bool({*by} - {WHOLE})


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
        _is_connected(rows["group"], rows[name].fillna(""))
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
