"""Whether the yardstick moved: a paragraph's limits in two phases held to each other.

What a paragraph of serviceloven became in barnets lov is the same paragraph here, and
8 weeks are 56 days. A paragraph that only one phase has tells of other cases, not of
another limit. Sets of limits are compared, so that a phase that mixes two differs from
one that had but one of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from taskforce_analysis.deadlines.calendar import Limit, parse_limit
from taskforce_analysis.paragraphs import (
    Provision,
    counterparts,
    is_settled,
    parse_provision,
)

_IN_SMALLER = {"weeks": (7, "days"), "years": (12, "months")}
Limits = Mapping[str, Iterable[str]]


class Change(NamedTuple):
    """Limits, shortest first, in the earlier and later phase; of which paragraphs.

    A paragraph that cannot be read is not named.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    paragraphs: tuple[str, ...] = ()


def is_same_limit(one: str, other: str) -> bool:
    """Whether two limits always allow the same.

    >>> is_same_limit("8 weeks", "56 days"), is_same_limit("8 weeks", "2 months")
    (True, False)
    """
    return one == other or _plain(one) == _plain(other)


def changes_of(
    before: Limits, after: Limits, *, by_section: bool = False, law: str = ""
) -> tuple[Change, ...]:
    """The limits that differ, of paragraphs that both phases have; by paragraph.

    `by_section` takes a paragraph and its stykker for one, as a workbook may name the
    stykke in one phase only. A paragraph that names no law, and that `law` has, is of
    it: § 32 of barnets lov is not kin to § 82, as that of serviceloven is.

    >>> tuple(changes_of({"SEL § 41": ["8 weeks"]}, {"BL § 86": ["12 weeks"]})[0])
    (('8 weeks',), ('12 weeks',), ('SEL § 41', 'BL § 86'))
    >>> changes_of({"§ 41": ["8 weeks"]}, {"§ 41": ["56 days"], "§ 42": ["12 weeks"]})
    ()
    >>> phases = {"§ 32": ["3 months"]}, {"§ 82": ["none"], "§ 32": ["3 months"]}
    >>> len(changes_of(*phases)), len(changes_of(*phases, law="BL"))
    (1, 0)
    """
    found = []
    named = [*before, *after]
    for family in _families(named, by_section=by_section, law=law):
        sides = [
            {limit for name in family for limit in side.get(name, ())}
            for side in (before, after)
        ]
        plain = [{_plain(one) for one in side} for side in sides]
        if all(sides) and plain[0] != plain[1]:
            earlier, later = (tuple(sorted(side, key=_length)) for side in sides)
            found.append(Change(earlier, later, _named(family)))
    return each_once(found)


def each_once(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Each change of limits once, with all the paragraphs that it is about.

    >>> longer = ("8 weeks",), ("12 weeks",)
    >>> told = Change(*longer, ("§ 41",)), Change(*longer, ("§ 42",))
    >>> each_once(told)[0].paragraphs
    ('§ 41', '§ 42')
    """
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, None]] = {}
    for before, after, paragraphs in changes:
        found.setdefault((before, after), {}).update(dict.fromkeys(paragraphs))
    return tuple(Change(*limits, tuple(own)) for limits, own in found.items())


def _named(family: list[str]) -> tuple[str, ...]:
    """The paragraphs as they are cited: never a cell's own text."""
    read = [parse_provision(name) for name in family]
    return tuple(dict.fromkeys(str(one) for one in read if one))


def _plain(limit: str) -> Limit:
    parsed = parse_limit(limit)
    many, unit = _IN_SMALLER.get(parsed.unit, (1, parsed.unit))
    return Limit(parsed.amount * many, unit)


def _length(limit: str) -> tuple[tuple[str, int], str]:
    plain = _plain(limit)
    return (plain.unit, plain.amount), limit  # 8 weeks and 56 days are as long


def _families(names: Iterable[str], *, by_section: bool, law: str) -> list[list[str]]:
    """The names of paragraphs, those of one paragraph together."""
    families: list[list[str]] = []
    for name in dict.fromkeys(names):
        own = [
            one
            for one in families
            if any(
                _is_kin(
                    _read(name, law) or name,
                    _read(other, law) or other,
                    by_section=by_section,
                )
                for other in one
            )
        ]
        joined = [other for one in own for other in one]
        families = [one for one in families if one not in own]
        families.append([*joined, name])
    return families


def _read(name: str, law: str) -> Provision | None:
    cited = parse_provision(name)
    if cited is None or cited.law or not law:
        return cited
    own = replace(cited, law=law)
    return own if is_settled(own) else cited


def _is_kin(
    first: Provision | str, second: Provision | str, *, by_section: bool
) -> bool:
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    if not by_section:
        same = first.covers(second) and second.covers(first)
        return same or _became(first, second) or _became(second, first)
    first = Provision(first.section, law=first.law)
    second = Provision(second.section, law=second.law)
    return (
        _covers_either(first, second)
        or any(_covers_either(kin, second) for kin in counterparts(first))
        or any(_covers_either(kin, first) for kin in counterparts(second))
    )


def _became(one: Provision, other: Provision) -> bool:
    return any(kin.covers(other) for kin in counterparts(one))


def _covers_either(one: Provision, other: Provision) -> bool:
    return one.covers(other) or other.covers(one)
