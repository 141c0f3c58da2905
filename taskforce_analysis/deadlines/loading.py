"""Deadline rules from TOML files, checked key by key.

One file is one law's or one municipality's rules; `includes` joins files. What stands
at the top of a file (law, from, to, moves, closed_days, source, verified) holds for
each of its rules that does not say otherwise. A rule that moves a last day off a
holiday names its source, and two rules may not hold for one paragraph on one day.
"""

from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from taskforce_analysis.deadlines.calendar import closed_day_names, parse_limit
from taskforce_analysis.deadlines.paragraphs import parse_provision
from taskforce_analysis.deadlines.rules import Rule, RuleSet
from taskforce_analysis.errors import invalid_definition, nearest, unknown_name
from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.shipped import definitions_folder

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
_RULE = {
    **_SHARED,
    "id": Key("text"),
    "paragraph": Key("texts", name="paragraphs"),
    "provision": Key("text"),
    "what": Key("text"),
    "label": Key("text"),
    "limit": Key("text", required=True),
    "earlier": Key("text"),
    "note": Key("text"),
}
_FILE = {
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

    >>> rules = load_deadlines("eksempel")
    >>> str(rules.find("BL § 86", date(2024, 5, 1)).limit)
    '8 weeks'
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
    taken = take(read_definition(path), _FILE, file=file)
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


def _rule(
    values: dict[str, Any], shared: dict[str, Any], *, file: str, where: str
) -> Rule:
    taken: dict[str, Any] = {"id": where, "what": "decision"} | shared
    taken |= take(values, _RULE, file=file, where=where)
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
    first = max(one.since or date.min, other.since or date.min)
    last = min(one.until or date.max, other.until or date.max)
    return first <= last and any(
        a.depth == b.depth and (a.covers(b) or b.covers(a))
        for a in one.provisions
        for b in other.provisions
    )
