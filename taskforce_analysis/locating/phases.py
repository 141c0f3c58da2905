"""Which phase is it? From a cell, a sheet's name, a title, a file's name.

A form's own spellings are matched silently. A shortened or hyphenated spelling, a year
behind it, and the number of the measurement are accepted and told. Two sources that
disagree are an error; nothing is inferred from dates or the order of files.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from taskforce_analysis.forms import Form
from taskforce_analysis.spelling import folded_key, silent_key

SHORTEST = 3
_ORDINAL = re.compile(
    r"(?:(?:måling|fase|runde|nr)\s*)?(\d{1,2})\.?\s*(?:(?:måling|fase|runde)(?:en)?)?\Z"
)
_YEAR = re.compile(r"\s*\(?(?:19|20)\d\d\)?\s*|\s*[-/]\s*\Z")
_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class PhaseMatch:
    """A phase's id, and whether the spelling must be told."""

    id: str
    told: bool = False


@dataclass(eq=False)
class PhaseNames:
    """The phases of a form by every spelling."""

    order: tuple[str, ...]
    silent: Mapping[str, str]
    folded: Mapping[str, str]
    phrases: Mapping[str, str]
    label: Mapping[str, str]
    seen: dict[str, PhaseMatch | None] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)

    def match(self, text: str) -> PhaseMatch | None:
        """The phase of this name, or None."""
        if text not in self.seen:
            self.seen[text] = self._find(text)
        return self.seen[text]

    def _find(self, text: str) -> PhaseMatch | None:
        key = silent_key(text)
        if key in self.silent:
            return PhaseMatch(self.silent[key])
        for candidate in (key, silent_key(_YEAR.sub(" ", key))):
            if found := self._nearly(candidate):
                return PhaseMatch(found, told=True)
        return None

    def _nearly(self, key: str) -> str | None:
        ordinal = _ORDINAL.match(key.removesuffix(".0"))
        if ordinal:
            number = int(ordinal[1])
            return self.order[number - 1] if 0 < number <= len(self.order) else None
        folded = folded_key(key)
        if folded in self.folded:
            return self.folded[folded]
        if len(folded) < SHORTEST:
            return None
        begun = {
            phase
            for spelling, phase in self.folded.items()
            if spelling.startswith(folded)
        }
        return begun.pop() if len(begun) == 1 else None

    def within(self, name: str) -> str:
        """The one phase that a file, sheet or title names among other words; or "".

        >>> from taskforce_analysis.forms import load_form
        >>> names = phase_names(load_form("boernehandicap"))
        >>> names.within("Analyse_2018.xlsx"), names.within("analyse og status.xlsx")
        ('analysis', '')
        """
        if name not in self.inside:
            words = _words(name)
            found = {phase for said, phase in self.phrases.items() if said in words}
            self.inside[name] = found.pop() if len(found) == 1 else ""
        return self.inside[name]


def _words(text: str) -> str:
    # The words of a name, each between blanks, ø as o in whatever way it was written.
    words = map(folded_key, _WORD.findall(silent_key(text)))
    plain = " ".join(words).replace("oe", "o").replace("aa", "a")
    return f" {plain} "


def phase_names(form: Form) -> PhaseNames:
    """The names of a form's phases."""
    spelled: list[tuple[str, str]] = [
        (spelling, phase.id)
        for phase in form.phases
        for spelling in (phase.id, phase.label, phase.label_en, *phase.spellings)
        if spelling
    ]
    return PhaseNames(
        order=form.phase_ids,
        silent={silent_key(spelling): phase for spelling, phase in spelled},
        folded={folded_key(spelling): phase for spelling, phase in spelled},
        phrases={_words(spelling): phase for spelling, phase in spelled},
        label={phase.id: phase.label for phase in form.phases},
    )


@dataclass(frozen=True, slots=True)
class OuterPhase:
    """The phase of a table from outside its rows: what is sure, what is a fallback.

    `named` is what the user says about the file or what a sheet is called;
    `hinted` comes from a title, a sheet's or a file's longer name.
    """

    named: str = ""
    hinted: str = ""
    conflict: bool = False


def outer_phase(
    names: PhaseNames, *, file: str, sheet: str, titles: Iterable[str], given: str
) -> OuterPhase:
    """What stands about the phase outside of a table's rows."""
    of_sheet = names.match(sheet)
    named = of_sheet.id if of_sheet and not sheet.strip().isdigit() else ""
    if given:
        return OuterPhase(given, given, conflict=bool(named) and named != given)
    hints = map(names.within, (sheet, *titles, file))
    return OuterPhase(named, named or next(filter(None, hints), ""))
