"""Deadline rules as data: which limit holds for which paragraph, from when to when.

A file in definitions/deadlines, or a user's own, holds the rules of one law or of one
municipality, each with its source. What could not be confirmed says `verified = false`.
A paragraph without a rule in force has none: the case is not judged, never guessed.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from taskforce_analysis.deadlines.calendar import Limit
from taskforce_analysis.deadlines.paragraphs import Provision, parse_provision
from taskforce_analysis.errors import unknown_name


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One limit for one duty; exists to carry its law, dates, source and doubt along.

    `what` is the duty that the limit is for (decision, first_follow_up, ...): a limit
    that runs from another event is another duty. `since` and `until` are the first and
    last day in force. `earlier` names an event that ends the limit earlier.
    """

    id: str
    what: str
    limit: Limit
    paragraphs: tuple[str, ...] = ()
    provision: str = ""
    law: str = ""
    label: str = ""
    since: date | None = None
    until: date | None = None
    moves: bool = False
    moves_source: str = ""
    closed: tuple[str, ...] = ()
    earlier: str = ""
    source: str = ""
    note: str = ""
    verified: bool = True

    def is_in_force(self, day: date) -> bool:
        """Whether the rule holds on a day; first and last day included."""
        return (self.since or date.min) <= day <= (self.until or date.max)

    @cached_property
    def provisions(self) -> tuple[Provision, ...]:
        """The paragraphs, read."""
        read = [parse_provision(one) for one in self.paragraphs]
        return tuple(replace(one, law=self.law or one.law) for one in read if one)

    def depth(self, wanted: Provision | None) -> int:
        """How closely the rule describes a provision: -1 when it does not cover it."""
        if wanted is None:
            return 0
        depths = [one.depth for one in self.provisions if one.covers(wanted)]
        return max(depths, default=-1)


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The rules of one file and of those that it includes.

    `in_force_on` says which date of a case chooses the rule: its end (the decision; a
    case without one is chosen by the date of measurement, else by its start) or its
    start. The rules of a `municipality` judge no other's cases. `invented` ones show
    the format, and whoever is judged by them is told.
    """

    id: str
    title: str
    rules: tuple[Rule, ...]
    municipality: str = ""
    invented: bool = False
    source: str = ""
    retrieved: date | None = None
    in_force_on: str = "end"
    note: str = ""

    def find(
        self, paragraph: str | None, on: date, *, what: str = "decision"
    ) -> Rule | None:
        """The one rule for a paragraph on a day; None when there is none, or several.

        The closest description wins. Without a paragraph the duty and day decide.

        >>> rule = Rule(id="a", what="decision", limit=Limit(8, "weeks"),
        ...     paragraphs=("§ 41",), until=date(2023, 12, 31))
        >>> rules = RuleSet(id="own", title="Own", rules=(rule,))
        >>> str(rules.find("SEL § 41, stk. 2", date(2023, 5, 1)).limit)
        '8 weeks'
        >>> rules.find("§ 41", date(2024, 5, 1)) is None
        True
        """
        wanted = None if paragraph is None else parse_provision(paragraph)
        if paragraph is not None and wanted is None:
            return None
        found = [rule for rule in self.candidates(wanted, what) if rule.is_in_force(on)]
        if not found:
            return None
        deepest = [one for one in found if one.depth(wanted) == found[0].depth(wanted)]
        return deepest[0] if len(deepest) == 1 else None

    def candidates(self, wanted: Provision | None, what: str) -> list[Rule]:
        """The rules of a duty that cover a provision, the closest description first."""
        fit = [
            rule for rule in self.rules if rule.what == what and rule.depth(wanted) >= 0
        ]
        return sorted(fit, key=lambda rule: -rule.depth(wanted))

    def rule(self, id: str) -> Rule:  # noqa: A002 - the word that the file uses
        """The rule of this id; UsageError with the nearest otherwise."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise unknown_name("deadline rule", id, [rule.id for rule in self.rules])
