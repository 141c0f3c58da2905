"""Deadline rules as data: which limit holds for which paragraph, from when to when.

A file in definitions/deadlines, or a user's own, holds the rules of one law or of one
municipality, each with its source; `includes` joins files. What could not be confirmed
says `verified = false`. What stands at the top of a file (law, from, to, moves,
closed_days, source, verified) holds for each of its rules that does not say otherwise.

A rule set is asked by paragraph and date, and a municipality's own judges no other's
cases. The closest description of a paragraph wins; a paragraph that is named more
broadly than any rule has the one that all rules within it agree on. One that had moved
to barnets lov when the case was decided is judged by what it became. A paragraph
without a rule in force has none: the case is not judged, never guessed. Cases are taken
together by municipality and paragraph, so 100,000 cases cost as much as their
paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.calendar import Limit, closed_day_names, parse_limit
from taskforce_analysis.errors import (
    invalid_definition,
    nearest,
    unknown_name,
    wrong_use,
)
from taskforce_analysis.paragraphs import (
    Provision,
    counterparts,
    days_of_benefit,
    law_began,
    parse_provision,
    successors,
)
from taskforce_analysis.schemas import Key, Toml, read_definition, take
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.spelling import group_key

NO_RULE, SEVERAL_RULES, UNSURE = -1, -2, -3
IN_FORCE_ON = ("end", "start")
_SHARED = {
    "law": Key("text"),
    "from": Key("date", name="since"),
    "to": Key("date", name="until"),
    "moves": Key("flag"),
    "moves_source": Key("text"),
    "closed_days": Key("texts", name="closed"),
    "source": Key("text"),
    "verified": Key("flag"),
}
_INHERITED = tuple(key.name or name for name, key in _SHARED.items())
_ONLY_RULES = tuple(name for name in _INHERITED if name != "source")
RULE_KEYS = {
    **_SHARED,
    "id": Key("text"),
    "paragraph": Key("texts", name="paragraphs"),
    "provision": Key("text"),
    "what": Key("text"),
    "label": Key("text"),
    "benefit": Key("text"),
    "limit": Key("text", required=True),
    "earlier": Key("text"),
    "note": Key("text"),
}
FILE_KEYS = {
    **_SHARED,
    "id": Key("text", required=True),
    "title": Key("text", required=True),
    "municipality": Key("text"),
    "invented": Key("flag"),
    "retrieved": Key("date"),
    "in_force_on": Key("text"),
    "note": Key("text"),
    "includes": Key("texts"),
    "rules": Key("tables"),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One limit for one duty; exists to carry its law, dates, source and doubt along.

    `what` is the duty that the limit is for (decision, first_follow_up, ...): a limit
    that runs from another event is another duty. `since` and `until` are the first and
    last day in force. `earlier` names an event that ends the limit earlier. A rule of a
    `benefit` holds for no decision that names another.
    """

    id: str
    what: str
    limit: Limit
    paragraphs: tuple[str, ...] = ()
    provision: str = ""
    law: str = ""
    benefit: str = ""
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

    @cached_property
    def provisions(self) -> tuple[Provision, ...]:
        """The paragraphs, read."""
        read = [parse_provision(one) for one in self.paragraphs]
        return tuple(replace(one, law=self.law or one.law) for one in read if one)

    def depth(self, wanted: Provision) -> int:
        """How closely the rule describes a provision: -1 when it does not cover it."""
        if not self.may_be_of(wanted.benefit):
            return -1
        depths = [one.depth for one in self.provisions if one.covers(wanted)]
        return max(depths, default=-1)

    def is_for(self, what: str, day: date | None, cited: Sequence[Provision]) -> bool:
        """Whether it may be the rule of a case of this day and these paragraphs."""
        first, last = self.since or date.min, self.until or date.max
        in_force = day is None or first <= day <= last
        covered = not cited or any(self.depth(one) >= 0 for one in cited)
        return self.what == what and in_force and covered

    def may_be_of(self, benefit: str) -> bool:
        """Whether it may hold for a decision that names this benefit, or none."""
        return not (self.benefit and benefit) or self.benefit == benefit

    def lies_within(self, wanted: Provision) -> bool:
        """Whether it is for a part of what a case names as a whole."""
        within = any(wanted.covers(one) for one in self.provisions)
        return within and self.may_be_of(wanted.benefit)


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The rules of one file and of those that it includes.

    `in_force_on` says which date of a case chooses the rule: its end (the decision; a
    case without one is chosen by the date of measurement, else by its start) or its
    start. The rules of a `municipality` judge no other's cases. `invented` ones show
    the format, and whoever is judged by them is told. Where a rule sets no limit, the
    `local` sets are asked: a municipality may have one of its own. `laws` are those
    that the form of the cases has, with their first and last days: where rules of
    several fit a paragraph that does not say its law, it is the form's law of that day.
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
    local: "tuple[RuleSet, ...]" = ()
    laws: tuple[tuple[str, date, date], ...] = ()

    def candidates(self, wanted: Provision, what: str) -> list[Rule]:
        """The rules of a duty that cover a provision, the closest description first."""
        fit = [
            rule for rule in self.rules if rule.what == what and rule.depth(wanted) >= 0
        ]
        return sorted(fit, key=lambda rule: -rule.depth(wanted))


# Which rule each case is judged by, for a whole column at once


@dataclass(frozen=True)
class Chosen:
    """The rules in use and, per case, which of them: -1 for none, -2 for several.

    It is -3 where that depends on a date that could not be read. `moved` says where the
    paragraph had become another when the case was decided.
    """

    rules: tuple[Rule, ...]
    codes: np.ndarray
    moved: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What rules are asked by: each case's days, paragraph and municipality; the duty.

    `start`, `end`, `measured` and `decided` are arrays of days of one length;
    `no_start` and `no_end` say where the day could not be read. Where the day of the
    decision is known it chooses the rule. `on` is a day: then the rule in force
    on it is asked for, whatever the case's own days are, and also under what the
    paragraph was in serviceloven or has become in barnets lov.
    """

    start: np.ndarray
    end: np.ndarray
    measured: np.ndarray
    no_start: np.ndarray
    no_end: np.ndarray
    decided: np.ndarray
    paragraphs: "pd.Series | None" = None
    municipalities: "pd.Series | None" = None
    what: str = "decision"
    on: np.datetime64 | None = None

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.start)

    def at(self, where: np.ndarray) -> "Asked":
        """The same, asked of some of the cases."""
        days = ("start", "end", "measured", "no_start", "no_end", "decided")
        taken: Toml = {name: getattr(self, name)[where] for name in days}
        for name in ("paragraphs", "municipalities"):
            texts = getattr(self, name)
            taken[name] = None if texts is None else texts.iloc[where]
        return replace(self, **taken)


def choose(
    limit: str | Limit | Rule | RuleSet | Sequence[RuleSet] | None, asked: Asked
) -> Chosen:
    """The rule of every case; a fixed limit holds for all."""
    moved = np.zeros(len(asked), bool)
    if limit is None:
        return Chosen((), np.full(len(asked), NO_RULE, "int16"), moved)
    if isinstance(limit, str):
        limit = parse_limit(limit)
    if isinstance(limit, Limit):
        limit = Rule(id="", what=asked.what, limit=limit, earlier="given")
    if isinstance(limit, Rule):
        return Chosen((limit,), np.zeros(len(asked), "int16"), moved)
    sets = limit if isinstance(limit, Sequence) else (limit,)
    if not sets or not all(isinstance(one, RuleSet) for one in sets):
        raise wrong_use("this is no limit", "Give a text, a Limit, a Rule or a RuleSet")
    codes = np.full(len(asked), NO_RULE, "int16")
    rules: list[Rule] = []
    for one, where in zip(
        sets, rows_by_code(_whose(sets, asked), len(sets)), strict=True
    ):
        found = _of_set(one, asked.at(where))
        codes[where] = np.where(found.codes < 0, found.codes, found.codes + len(rules))
        moved[where] = found.moved
        rules += found.rules
    return Chosen(tuple(rules), codes, moved)


def _of_set(rules: RuleSet, asked: Asked) -> Chosen:
    """The rules of cases that one set is asked of, and of the sets beside it."""
    days = _rule_days(asked, rules)
    found = _by_paragraph(rules, days, asked)
    if asked.on is not None and asked.paragraphs is not None:
        found = replace(found, codes=_on_day(rules, found.codes, asked))
    if not rules.local:
        return found
    unset = np.array([*(not rule.limit.is_set for rule in rules.rules), *[False] * 3])
    where = np.flatnonzero(unset[found.codes])
    own = choose(rules.local, asked.at(where))
    codes = found.codes.copy()
    codes[where] = np.where(own.codes < 0, codes[where], own.codes + len(rules.rules))
    return Chosen((*rules.rules, *own.rules), codes, found.moved)


def _whose(sets: Sequence[RuleSet], asked: Asked) -> np.ndarray:
    """Which set each case belongs to: its municipality's, else that of all, else -1.

    A case that names no municipality belongs to the only set, where there is but one.
    """
    own = {group_key(one.municipality): number for number, one in enumerate(sets)}
    other, nameless = own.get("", NO_RULE), own.get("", NO_RULE)
    if len(sets) == 1:
        nameless = 0
    if asked.municipalities is None or not any(own):
        return np.full(len(asked), nameless, "int16")
    groups, names = pd.factorize(asked.municipalities)
    keys = [group_key(str(name)) for name in names]
    found = [own.get(key, other) if key else nameless for key in keys]
    return np.array([*found, nameless], "int16")[groups]


@dataclass(frozen=True, eq=False)
class _RuleDays:
    """The day by which each case's rule is chosen.

    Where it is `unsure` the date could not be read: it lies from `days` to `until`.
    """

    days: np.ndarray
    until: np.ndarray
    unsure: np.ndarray

    def at(self, where: np.ndarray) -> "_RuleDays":
        """The days of some of the cases."""
        return _RuleDays(self.days[where], self.until[where], self.unsure[where])


def _rule_days(asked: Asked, rules: RuleSet) -> _RuleDays:
    # What was written down lies between the start and the end or the measurement.
    known = np.where(np.isnat(asked.end), asked.measured, asked.end)
    if rules.in_force_on == "start":
        days, unsure = asked.start, asked.no_start
    else:
        days = np.where(np.isnat(known), asked.start, known)
        unsure = asked.no_end | (asked.no_start & np.isnat(days))
        days = np.where(unsure, asked.start, days)
    first = np.where(unsure & np.isnat(days), np.datetime64(date.min), days)
    until = np.where(np.isnat(known), np.datetime64(date.max), known)
    told = ~np.isnat(asked.decided)
    return _RuleDays(np.where(told, asked.decided, first), until, unsure & ~told)


def rule_days(asked: Asked, rules: RuleSet) -> np.ndarray:
    """The day of each case on which its rule must be in force; blank where unread."""
    found = _rule_days(asked, rules)
    return np.where(found.unsure, np.datetime64("NaT", "D"), found.days)


def _by_paragraph(rules: RuleSet, days: _RuleDays, asked: Asked) -> Chosen:
    moved, what = np.zeros(len(asked), bool), asked.what
    if asked.paragraphs is None:
        codes = _surely_in_force(days, rules, what=what, wanted=None)
        return Chosen(rules.rules, codes, moved)
    codes = np.full(len(asked), NO_RULE, "int16")
    groups, names = pd.factorize(asked.paragraphs)
    for name, where in zip(names, rows_by_code(groups, len(names)), strict=True):
        wanted = parse_provision(str(name))
        if wanted is not None:
            own = days.at(where)
            found = _surely_in_force(own, rules, what=what, wanted=wanted)
            later = successors(wanted)
            gone = (found == NO_RULE) & (own.days >= np.datetime64(law_began("BL")))
            if later and gone.any():
                after = [
                    _surely_in_force(own.at(gone), rules, what=what, wanted=one)
                    for one in later
                ]
                found[gone], moved[where[gone]] = _agreed(rules, after), True
            codes[where] = found
    return Chosen(rules.rules, codes, moved)


def _agreed(rules: RuleSet, found: Sequence[np.ndarray]) -> np.ndarray:
    """The rule of several choices that set the same limit; else SEVERAL_RULES."""
    agreed = np.full(found[0].shape, NO_RULE, "int16")
    none = [None] * 3
    limits = np.array([*(str(rule.limit) for rule in rules.rules), *none], dtype=object)
    for codes in found:
        fresh = (agreed == NO_RULE) | (codes == UNSURE)
        other = (agreed >= 0) & (codes >= 0) & (limits[agreed] != limits[codes])
        several = other | (codes == SEVERAL_RULES)
        agreed = np.where(fresh, codes, np.where(several, SEVERAL_RULES, agreed))
    return agreed.astype("int16")


def _surely_in_force(
    days: _RuleDays, rules: RuleSet, *, what: str, wanted: Provision | None
) -> np.ndarray:
    """The rule of each case; UNSURE where a day that was not read may change it."""
    codes = _in_force(days.days, rules, what=what, wanted=wanted)
    if wanted is not None and wanted.benefit:
        # The benefit that a decision names goes before its date.
        first, last = map(np.datetime64, days_of_benefit(wanted.benefit))
        own = np.clip(days.days, first, last)
        named = _in_force(own, rules, what=what, wanted=wanted)
        codes = np.where(codes == NO_RULE, named, codes)
    if not days.unsure.any():
        return codes
    first = codes.copy()
    for rule in (one for one in rules.rules if one.what == what):
        # The days on which the rule in force may become another.
        turns = [np.datetime64(rule.since or date.min)]
        turns += [np.datetime64(rule.until) + 1] if rule.until else []
        for turn in turns:
            later = _in_force(np.array([turn]), rules, what=what, wanted=wanted)
            differs = (days.days < turn) & (turn <= days.until) & (first != later)
            codes[days.unsure & differs] = UNSURE
    return codes


def _on_day(rules: RuleSet, own: np.ndarray, asked: Asked) -> np.ndarray:
    """The rules in force on one day; `own` are those of the cases' own days.

    A paragraph without its law is that of the case's own rule: § 86 is not the same in
    serviceloven and in barnets lov.
    """
    assert asked.on is not None  # else every case has the rule of its own day
    assert asked.paragraphs is not None
    none = [""] * 3  # no rule, several rules, a day that was not read
    laws = np.array([*(rule.law for rule in rules.rules), *none], dtype=object)[own]
    codes = np.full(own.shape, NO_RULE, "int16")
    named = pd.DataFrame({"name": asked.paragraphs.to_numpy(), "law": laws})
    for key, where in named.groupby(["name", "law"]).indices.items():
        name, law = map(str, key)  # type: ignore[arg-type]
        wanted = parse_provision(name)
        if wanted is not None:
            wanted = replace(wanted, law=wanted.law or law)
            codes[where] = _in_force_on(asked.on, rules, what=asked.what, wanted=wanted)
    return codes


def _in_force_on(
    day: np.datetime64, rules: RuleSet, *, what: str, wanted: Provision
) -> int:
    found: set[int] = set()
    for each in ((wanted,), counterparts(wanted)):
        asked = [_in_force(np.array([day]), rules, what=what, wanted=w) for w in each]
        found = {int(codes[0]) for codes in asked} - {NO_RULE}
        if found:
            break
    limits = {rules.rules[code].limit for code in found if code >= 0}
    if SEVERAL_RULES in found or len(limits) > 1:
        return SEVERAL_RULES
    return min(found, default=NO_RULE)


def rows_by_code(codes: np.ndarray, many: int) -> list[np.ndarray]:
    """Where each of the codes 0, 1, ... below `many` stands.

    >>> rows_by_code(np.array([1, -1, 0, 1]), 2)
    [array([2]), array([0, 3])]
    """
    small = codes.astype("int16") if many < 32_768 else codes  # sorted by radix
    order = np.argsort(small, kind="stable")
    edges = np.searchsorted(small[order], np.arange(many + 1))
    return [order[first:last] for first, last in pairwise(edges)]


def _in_force(
    days: np.ndarray, rules: RuleSet, *, what: str, wanted: Provision | None
) -> np.ndarray:
    if wanted is None:
        return _of_duty(days, rules, what)
    codes = np.full(days.shape, NO_RULE, "int16")
    depths = np.full(days.shape, -1)
    for rule in rules.candidates(wanted, what):
        depth = rule.depth(wanted)
        holds = _holds(rule, days)
        codes[holds & (depths == depth)] = SEVERAL_RULES
        fresh = holds & (depths < 0)
        codes[fresh], depths[fresh] = rules.rules.index(rule), depth
    within = [
        rule for rule in rules.rules if rule.what == what and rule.lies_within(wanted)
    ]
    lacking = codes == NO_RULE
    codes[lacking] = _shared(days[lacking], rules, within)
    several = codes == SEVERAL_RULES
    if several.any() and rules.laws and not wanted.law:
        codes[several] = _of_own_law(days[several], rules, what=what, wanted=wanted)
    return codes


def _of_own_law(
    days: np.ndarray, rules: RuleSet, *, what: str, wanted: Provision
) -> np.ndarray:
    """The rule by the one law that the cases' form has on each day, if it is one."""
    codes = np.full(days.shape, SEVERAL_RULES, "int16")
    begun = [
        (law, (days >= np.datetime64(first)) & (days <= np.datetime64(last)))
        for law, first, last in rules.laws
    ]
    alone = sum(held.astype("int16") for _, held in begun) == 1
    for law, held in begun:
        where, own = held & alone, replace(wanted, law=law)
        codes[where] = _in_force(days[where], rules, what=what, wanted=own)
    return codes


def _of_duty(days: np.ndarray, rules: RuleSet, what: str) -> np.ndarray:
    """The rule where no paragraph is asked by: one that sets a limit, if any does."""
    own = [rule for rule in rules.rules if rule.what == what]
    codes = _shared(days, rules, [rule for rule in own if rule.limit.is_set])
    unset = _shared(days, rules, [rule for rule in own if not rule.limit.is_set])
    return np.where(codes == NO_RULE, unset, codes)


def _shared(days: np.ndarray, rules: RuleSet, own: Sequence[Rule]) -> np.ndarray:
    """The rule that holds on each day, of some that may hold together if they agree."""
    if not own:
        return np.full(days.shape, NO_RULE, "int16")
    numbers = [rules.rules.index(rule) for rule in own]
    holds = [_holds(rule, days) for rule in own]
    pairs = zip(holds, numbers, strict=True)
    return _agreed(rules, [np.where(held, number, NO_RULE) for held, number in pairs])


def _holds(rule: Rule, days: np.ndarray) -> np.ndarray:
    """Whether a rule is in force on each day."""
    first, last = rule.since or date.min, rule.until or date.max
    return (days >= np.datetime64(first)) & (days <= np.datetime64(last))


# From a TOML file, checked key by key


def available_deadlines() -> list[str]:
    """The names of the rule sets that come with the package.

    >>> "serviceloven" in available_deadlines()
    True
    """
    return sorted(path.stem for path in definitions_folder("deadlines").glob("*.toml"))


def load_deadlines(
    name_or_path: str | Path, *, folder: str | Path | None = None
) -> RuleSet:
    """The rule set of a name, or of a TOML file of one's own.

    A path is looked up in `folder` (where the form lies), then where one stands, then
    among the shipped ones by its last part. Raises UsageError for an unknown name,
    FileError for a file that is not there, FormError naming file and key.

    >>> rules = load_deadlines("eksempel").rules
    >>> [(rule.id, str(rule.limit)) for rule in rules if rule.id == "bl_86"]
    [('bl_86', '8 weeks')]
    """
    return _load(_located(Path(name_or_path), folder), ())


def _located(path: Path, folder: str | Path | None) -> Path:
    own = [Path(folder or "") / path, path] if path.suffix == ".toml" else []
    for candidate in own:
        if candidate.is_file():
            return candidate
    stem = path.stem if own else path.name
    shipped = definitions_folder("deadlines") / f"{stem}.toml"
    if shipped.is_file() and str(path.parent) in (".", "deadlines"):
        return shipped
    if own:
        return path
    raise unknown_name("rule set", str(path), available_deadlines())


def _load(path: Path, above: tuple[Path, ...]) -> RuleSet:
    file = path.name
    if path in above:
        raise invalid_definition(file, "includes", "the files include each other")
    taken = take(read_definition(path), FILE_KEYS, file=file)
    shared = {name: taken[name] for name in _INHERITED if name in taken}
    taken = {name: value for name, value in taken.items() if name not in _ONLY_RULES}
    rules = [
        _rule(values, shared, file=file, where=f"rules[{number}]")
        for number, values in enumerate(taken.pop("rules", ()), 1)
    ]
    for name in taken.pop("includes", ()):
        rules += _load(_located(Path(name), path.parent), (*above, path)).rules
    found = RuleSet(**taken, rules=tuple(rules))
    _check_set(found, file)
    return found


def _rule(values: Toml, shared: Toml, *, file: str, where: str) -> Rule:
    taken: Toml = {"id": where, "what": "decision"} | shared
    taken |= take(values, RULE_KEYS, file=file, where=where)
    taken["limit"] = parse_limit(taken["limit"], file=file, key=f"{where}.limit")
    if "paragraph" not in values and "what" not in values:
        raise invalid_definition(file, f"{where}.paragraph", "the key is missing")
    rule = Rule(**taken)
    _check_rule(rule, file, where)
    return rule


def _check_rule(rule: Rule, file: str, where: str) -> None:
    def refuse(key: str, finding: str) -> None:
        raise invalid_definition(file, f"{where}.{key}", finding)

    if any(parse_provision(one) is None for one in rule.paragraphs):
        refuse("paragraph", 'is not one paragraph each, as in "§ 52, stk. 3, nr. 2-8"')
    if (rule.since or date.min) > (rule.until or date.max):
        refuse("to", "lies before from")
    if rule.moves and not rule.moves_source:
        refuse("moves_source", "a rule that moves the last day names its source")
    for name in set(rule.closed) - closed_day_names():
        near = nearest(name, closed_day_names()) or ", ".join(
            sorted(closed_day_names())
        )
        refuse("closed_days", f"no day is called this. Nearest: {near}")


def _check_set(found: RuleSet, file: str) -> None:
    if not found.rules:
        raise invalid_definition(file, "rules", "the key is missing")
    if found.in_force_on not in IN_FORCE_ON:
        raise invalid_definition(
            file, "in_force_on", f"known: {', '.join(IN_FORCE_ON)}"
        )
    for one, other in combinations(found.rules, 2):
        if one.id == other.id:
            raise invalid_definition(file, "rules", f"two have the id {one.id}")
        if _clash(one, other):
            raise invalid_definition(
                file, "rules", f"{one.id} and {other.id} hold for one case on one day"
            )


def _clash(one: Rule, other: Rule) -> bool:
    if one.what != other.what or one.law != other.law:
        return False
    if not one.may_be_of(other.benefit):
        return False
    first = max(one.since or date.min, other.since or date.min)
    last = min(one.until or date.max, other.until or date.max)
    return first <= last and any(
        a.depth == b.depth and (a.covers(b) or b.covers(a))
        for a in one.provisions
        for b in other.provisions
    )
