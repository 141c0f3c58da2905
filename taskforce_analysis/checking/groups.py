"""What describes a case: municipality, paragraph, and who handled or reviewed it.

Spellings that differ only in case, blanks or a trailing Kommune are one group, told at
the first cells unlike the first spelling. Caseworkers and reviewers become S1, S2 and
R1, R2 over all files of a run; their names go no further.
"""

from dataclasses import dataclass, field
from unicodedata import normalize

import numpy as np

from taskforce_analysis.checking.cells import distinct, each, note_broken, plain_text
from taskforce_analysis.locating.columns import BROKEN_CELLS
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.records import Coded, Frame, Part
from taskforce_analysis.spelling import folded_key, group_key

CONSENSUS = "consensus"
_AGREED = ("konsensus", "consensus", "enighed", "enig", "faelles", "samlet", "afgjort")


@dataclass(frozen=True)
class Known:
    """The groups of a run by key, each as it was first spelled."""

    first: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    anonymous: dict[str, str] = field(default_factory=dict)

    def name(self, text: str, letter: str) -> str:
        """The number of a person: S1, S2 for caseworkers, R1, R2 for reviewers."""
        if letter == "R" and folded_key(text) in _AGREED:
            return CONSENSUS
        number = f"{letter}{len(self.anonymous) + 1}"
        return self.anonymous.setdefault(group_key(text), number)


def group_of(part: Part, attribute: str, *, known: Known, notes: Notes) -> Coded | None:
    """The values of a text attribute per unit; None where the table lacks it."""
    place = part.place("attribute", attribute)
    if place is None:
        return None
    note_broken(part, place, notes)
    pairs, codes = distinct(part.cells[:, place])
    values: dict[str, int] = {}
    numbers = []
    for number, pair in enumerate(pairs):
        text = plain_text(part, pair)
        if not text:
            numbers.append(-1)
            continue
        spelled = normalize("NFC", part.text(pair))
        key = group_key(text)
        first = known.first.setdefault(key, spelled)
        value = known.shown.setdefault(key, text)
        if spelled != first:
            for unit in each(codes, number):
                cell = part.cell(unit, place)
                notes.add("GROUP_NORMALISED", cell)
        numbers.append(values.setdefault(value, len(values)))
    return Coded(tuple(values), np.array([*numbers, -1], dtype=np.int64)[codes])


def person_of(
    part: Part, role: str, letter: str, *, known: Known, notes: Notes
) -> Coded | None:
    """Caseworkers or reviewers per unit as S1, R1 and so on; None without a column."""
    place = part.place(role)
    if place is None:
        return None
    note_broken(part, place, notes)
    pairs, codes = distinct(part.cells[:, place])
    values: dict[str, int] = {}
    numbers = []
    for pair in pairs:
        if kind_of(pair) in BROKEN_CELLS:
            numbers.append(-1)
            continue
        name = known.name(part.text(pair), letter)
        numbers.append(values.setdefault(name, len(values)))
    return Coded(tuple(values), np.array([*numbers, -1], dtype=np.int64)[codes])


def corrected_of(part: Part, frame: Frame) -> Coded | None:
    """Whether a case was corrected after a review: yes, no or nothing."""
    place = part.place("corrected")
    if place is None:
        return None
    pairs, codes = distinct(part.cells[:, place])
    answers = [frame.words.read(kind_of(p), part.text(p)).answer for p in pairs]
    known = ("yes", "no", "partly")
    numbers = [known.index(one) if one in known else -1 for one in answers]
    return Coded(known, np.array([*numbers, -1], dtype=np.int64)[codes])
