"""Which groups may be called by their name: a label may be any text of any cell.

A label is known where the form offers it, a municipality's list of limits names it or
it is a municipality. Any other one is shown only of a group of at least the threshold:
what stands in so many cells is no remark about a single child.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from taskforce_analysis.deadlines import RuleSet, load_deadlines
from taskforce_analysis.disclosing.breakdowns import WHOLE
from taskforce_analysis.forms import Form
from taskforce_analysis.results import Results
from taskforce_analysis.schemas import read_definition
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.spelling import silent_key
from taskforce_analysis.tables import ALL, APART

OF_A_MUNICIPALITY = " kommune"
NUMBERED = "#"  # begins the name of a group that is not called by its label


def unknown_groups(results: Results) -> set[str]:
    """The groups below the threshold in every phase whose label is not known."""
    form, by = results.form, results.settings.by
    largest = results.tally.groupby("group")["cases"].max()
    few = largest[largest < results.settings.threshold]
    return {str(name) for name in few.index if not is_known(str(name), form, by)}


def numbered(groups: Iterable[str]) -> dict[str, str]:
    """A number instead of each label, in no order that tells of it but the alphabet's.

    >>> numbered({"Ida", "Bo"})
    {'Bo': '#1', 'Ida': '#2'}
    """
    return {name: f"{NUMBERED}{at}" for at, name in enumerate(sorted(groups), start=1)}


def is_known(group: str, form: Form, by: Iterable[str]) -> bool:
    """Whether every part of a group's label is one that the definitions hold.

    >>> from taskforce_analysis.forms import load_form
    >>> form = load_form("boernehandicap")
    >>> is_known("§ 41", form, ["paragraph"]), is_known("Ida", form, ["paragraph"])
    (True, False)
    """
    by = tuple(by)
    parts = group.split(APART) if len(by) > 1 else [group]
    if not by or len(parts) != len(by):
        return group == ALL
    return all(
        not part or _key(part) in _known_of(form, name)
        for part, name in zip(parts, by, strict=True)
    )


def _known_of(form: Form, name: str) -> frozenset[str]:
    """The keys of an attribute's known labels."""
    offered = next((one.choices for one in form.attributes if one.id == name), ())
    limits = [one.limit for one in form.measures if one.limit and one.limit.by]
    sets = {path for one in limits for path in (*one.sources, *one.local)}
    found = {_key(label) for label in offered}
    for path in sorted(sets):
        rules = _rules_of(path)
        if name == WHOLE and rules.municipality:
            found.add(_key(rules.municipality))
        if any(one.by == name and path in (*one.sources, *one.local) for one in limits):
            found |= {
                _key(text)
                for rule in rules.rules
                for one in rule.paragraphs
                for text in (one, f"{rule.law} {one}")
            }
    return frozenset(found | (_municipalities() if name == WHOLE else set()))


def _key(label: str) -> str:
    return silent_key(label).removesuffix(OF_A_MUNICIPALITY)


@cache
def _rules_of(path: str) -> RuleSet:
    return load_deadlines(Path(path))


@cache
def _municipalities() -> frozenset[str]:
    found = read_definition(definitions_folder("municipalities.toml"))["names"]
    return frozenset(map(_key, found))
