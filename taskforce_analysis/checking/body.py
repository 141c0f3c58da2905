"""A table's rows below the header, with what is needed to tell what they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.checking.labels import is_numbered, is_subtotal, is_total
from taskforce_analysis.checking.lexicon import UNRECOGNISED, Lexicon
from taskforce_analysis.checking.phases import PhaseNames
from taskforce_analysis.reading.cells import TEXT, Kind
from taskforce_analysis.reading.grid import kind_of
from taskforce_analysis.reading.recognising import QUESTIONS
from taskforce_analysis.reading.tables import Table
from taskforce_analysis.reading.vocabulary import Meaning, Vocabulary
from taskforce_analysis.spelling import silent_key

FEW, MOST = 3, 20  # cases to tell a label from, and labels at an end of them


@dataclass(frozen=True, eq=False)
class Body:
    """A table's rows below the header with what is needed to tell what they are."""

    table: Table
    cells: np.ndarray
    places: Mapping[Meaning, int]
    words: Lexicon
    vocabulary: Vocabulary
    phases: PhaseNames
    asked: np.ndarray  # the numbers of the headings that hold answers
    timed: np.ndarray  # and of those that hold the dates of deadlines
    has_outer_phase: bool

    def place(self, role: str) -> int | None:
        """The number of the heading with this role."""
        return self.places.get(Meaning(role))

    def is_sum(self, text: str) -> bool:
        """Whether a label sums up cases: a total, or a question in a list of counts."""
        if is_total(text) or is_subtotal(text) or self.vocabulary.is_header(text):
            return True
        return silent_key(text) in QUESTIONS

    def who(self, row: int, *roles: str) -> list[str]:
        """The texts of a row's case, phase or both."""
        places = [place for one in roles if (place := self.place(one)) is not None]
        return self.texts(row, np.array(places, dtype=np.int64))

    def has_phase(self, row: int) -> bool:
        """Whether a row names one of the form's phases."""
        place = self.place("phase")
        if place is None or (pair := int(self.cells[row, place])) < 0:
            return False
        return self.phases.match(self.table.grid.text(pair)) is not None

    def texts(self, row: int, columns: np.ndarray) -> list[str]:
        """The texts of a row's text cells under these headings."""
        pairs = self.cells[row, columns]
        held = pairs[(pairs >= 0) & ((pairs & 7) == TEXT)]
        return [self.table.grid.text(pair) for pair in held.tolist()]

    def answers(self, row: int) -> list[bool]:
        """For each answer cell of a row that holds something whether it is a word."""
        pairs = self.cells[row, self.asked]
        found = []
        for pair in pairs[pairs >= 0].tolist():
            kind, text = kind_of(pair), self.table.grid.text(pair)
            word = kind in (Kind.TEXT, Kind.BOOLEAN)
            read = self.words.read(kind, text).answer if word else UNRECOGNISED
            found.append(read != UNRECOGNISED)
        return found


def worded(body: Body, surely: np.ndarray) -> list[int]:
    """The rows above or below the cases that are called by a word.

    None where not all other sure cases are called by numbers, or the row has a phase.
    """
    place = body.place("case")
    if place is None:
        return []
    rows = range(len(body.cells))
    found = [*_until_numbered(body, place, rows)]
    found += _until_numbered(body, place, reversed(rows))
    if not found:
        return []
    others = surely.copy()
    others[found] = False
    pairs = np.unique(body.cells[others, place]).tolist()
    numbered = all(_is_numbered(body, pair) for pair in pairs)
    return found if numbered and others.sum() >= FEW else []


def _until_numbered(body: Body, place: int, rows: Iterable[int]) -> list[int]:
    found: list[int] = []
    for row in rows:
        pair = int(body.cells[row, place])
        if pair < 0:
            continue
        if len(found) == MOST or _is_numbered(body, pair) or body.has_phase(row):
            break
        found.append(row)
    return found


def _is_numbered(body: Body, pair: int) -> bool:
    return (pair & 7) != TEXT or is_numbered(body.table.grid.text(pair))
