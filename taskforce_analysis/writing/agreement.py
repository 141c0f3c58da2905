"""How far reviewers agree, in sentences: how often the same, then about what.

The raw share comes first. Gwet's AC1 is told over all measures only, for on one
measure it rests on too few cases.
"""

from collections.abc import Iterable
from math import isnan
from typing import Any

from taskforce_analysis.languages import Language


def agreement(agreed: Iterable[Any], language: Language) -> list[str]:
    """The sentences about each record of `agreeing.Agreed`, as one text per record."""
    return [" ".join(_told(one, language)) for one in agreed]


def _told(one: Any, language: Language) -> list[str]:
    same = language.count_of(one.same, one.pairs)
    said = [language.word("method_note.agreed", same=same)]
    found = one.agreement
    if found is None or one.measure:
        return said
    parts = {"positive": float(found.positive), "negative": float(found.negative)}
    if not any(map(isnan, parts.values())):
        shares = {name: language.percent(share) for name, share in parts.items()}
        said.append(language.word("sentences.agreement_parts", **shares))
    beyond = float(found.ac1)
    if not isnan(beyond):
        value = language.number(beyond, 2)
        said.append(language.word("method_note.beyond_chance", value=value))
    return said
