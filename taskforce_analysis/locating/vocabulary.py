"""What the headers of a form mean, looked up by their text.

A header may have several meanings: a date column is an attribute and the end of a
deadline, and one sub-header may stand under several themes. What matches only without
footnotes, numbers and question marks is loose and told; what matches only after broken
letters were mended is refused with the name that it should have had.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.spelling import loose_key, repaired, same_but_lost, silent_key

EXACT, LOOSE, BROKEN = "exact", "loose", "broken"
SINGLE = ("case", "decision", "phase", "reviewer", "cluster", "corrected", "ignored")


class Meaning(NamedTuple):
    """What a column holds: a role, and the id of the measure or attribute."""

    role: str
    id: str = ""


@dataclass(frozen=True)
class Match:
    """The meanings of a header, how they were found and the form's own spelling."""

    meanings: tuple[Meaning, ...]
    how: str
    spelling: str

    def has(self, role: str) -> bool:
        """Whether one of the meanings has this role."""
        return role in self._roles

    @cached_property
    def _roles(self) -> frozenset[str]:
        return frozenset(meaning.role for meaning in self.meanings)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The ids of the measures that are answered under this header."""
        return tuple(one.id for one in self.meanings if one.role == "measure")

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The ids of the measures that a row of counts may be about."""
        return tuple(
            one.id for one in self.meanings if one.role in ("measure", "label")
        )


Index = dict[str, Match]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A form's headers by their keys; exists so that each text is looked up once."""

    form: Form
    silent: Index
    loose: Index
    themes: dict[str, str]
    seen: dict[str, Match | None] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)
    decided: dict[Hashable, Any] = field(default_factory=dict)  # headers by their cells

    def match(self, text: str) -> Match | None:
        """What a header means, or None."""
        if text not in self.seen:
            self.seen[text] = self._find(text)
        return self.seen[text]

    def _find(self, text: str) -> Match | None:
        key = silent_key(text)
        found = self.silent.get(key) or self.loose.get(loose_key(text))
        if found or (text.isascii() and "?" not in text.rstrip("? ")):
            return found
        return self._mended(text, key)

    def _mended(self, text: str, key: str) -> Match | None:
        lost = same_but_lost(key, self.silent)
        keys = [lost] if lost else [silent_key(one) for one in repaired(text)]
        found = next((self.silent[one] for one in keys if one in self.silent), None)
        return found and Match(found.meanings, BROKEN, found.spelling)

    def is_header(self, text: str) -> bool:
        """Whether a text is a header, exactly; quick, for every text of a sheet."""
        if text not in self.known:
            self.known[text] = silent_key(text) in self.silent
        return self.known[text]

    def theme(self, text: str) -> str:
        """The id of the theme of this name; empty when it is none."""
        return self.themes.get(silent_key(text), "")

    def under(self, theme: str, text: str) -> Match | None:
        """What a sub-header means under a theme's name, where the two decide it."""
        named = self.match(text)
        inside = [
            meaning
            for meaning in (named.meanings if named else ())
            if meaning.role == "measure"
            and self.form.measure(meaning.id).theme == self.theme(theme)
        ]
        if named and len(inside) == 1:
            return Match(tuple(inside), named.how, named.spelling)
        joined = (f"{theme}{mark}{text}" for mark in (" ", ": ", " - ", ", ", " / "))
        return next(filter(None, map(self.match, joined)), None)

    def nearest(self, text: str, *, besides: Iterable[str] = ()) -> str | None:
        """The measure headers that come nearest to a text; None when none does."""
        taken = set(besides)
        keys = {
            key: match.spelling
            for key, match in self.silent.items()
            if match.measures and not taken.issuperset(match.measures)
        }
        near = get_close_matches(silent_key(text), keys, n=3, cutoff=0.5)
        return " | ".join(dict.fromkeys(keys[key] for key in near)) or None


def vocabulary_of(form: Form) -> Vocabulary:
    """The vocabulary of a form."""
    silent = _index(form, silent_key)
    loose = _index(form, loose_key)
    themes = {
        silent_key(name): theme.id
        for theme in form.themes
        for name in (theme.label, *theme.columns)
    }
    return Vocabulary(form, silent, loose, themes)


def _index(form: Form, key_of: Callable[[str], str]) -> Index:
    how = EXACT if key_of is silent_key else LOOSE
    found: Index = {}
    for spelling, meaning in _spellings(form):
        key = key_of(spelling)
        if key not in found:
            found[key] = Match((meaning,), how, spelling)
        elif meaning not in found[key].meanings:
            meanings = (*found[key].meanings, meaning)
            found[key] = Match(meanings, how, found[key].spelling)
    for label, meaning in _labels(form):
        found.setdefault(key_of(label), Match((meaning,), how, label))
    return found


def _spellings(form: Form) -> list[tuple[str, Meaning]]:
    found = [
        (spelling, Meaning(role)) for role in SINGLE for spelling in getattr(form, role)
    ]
    for attribute in form.attributes:
        meaning = Meaning("attribute", attribute.id)
        found += [(spelling, meaning) for spelling in attribute.columns]
    for measure in form.measures:
        for role, spellings in (
            ("measure", measure.columns),
            ("start", measure.start),
            ("end", measure.end),
            ("earlier", measure.limit.or_by if measure.limit else ()),
        ):
            series = role == "end" and measure.kind == "follow_up"
            found += [
                (spelling, Meaning(role, f"{measure.id}#{n}" if series else measure.id))
                for n, spelling in enumerate(spellings)
            ]
    return found


def _labels(form: Form) -> list[tuple[str, Meaning]]:
    roles = {True: "measure", False: "label"}
    return [
        (measure.label, Meaning(roles[_label_asks_the_same(measure)], measure.id))
        for measure in form.measures
    ]


def _label_asks_the_same(measure: Measure) -> bool:
    # A label says what complies; a question worded the other way round says no to it.
    return bool(measure.columns) and measure.compliant == ("yes",)
