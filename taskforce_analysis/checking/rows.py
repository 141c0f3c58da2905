"""Which rows below a header are cases, and what the others are.

A row with a case, its phase and an answer is a case; only rows that lack one of them,
or whose case reads like a total, are looked at closer. Nothing is left out in silence
but notes below a table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.checking.lexicon import UNRECOGNISED, Lexicon
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.reading.cells import TEXT, Kind
from taskforce_analysis.reading.grid import kind_of
from taskforce_analysis.reading.recognising import QUESTIONS
from taskforce_analysis.reading.tables import Table
from taskforce_analysis.reading.vocabulary import Meaning, Vocabulary
from taskforce_analysis.spelling import silent_key

CASE, TOTAL, LABEL, NOTE, NUMBERS, EXAMPLE = range(6)
CODES = {
    TOTAL: "ROW_IS_TOTAL",
    LABEL: "ROW_WITHOUT_CASE",
    EXAMPLE: "ROW_IS_EXAMPLE",
}
_TOTAL = re.compile(
    r"(?:i ?alt|total\w*|sum|subtotal|hovedtotal|antal|procent|pct|%|andel|gennemsnit"
    r"|middel|median|samlet|optælling|count|average|mean|grand total|heraf)\b|%"
)
_EXAMPLE = re.compile(r"(?:eksempel|eksempelsag|eks|example)(?:\.? ?\d)?\Z")
TIMED = ("start", "end")


@dataclass(frozen=True, eq=False)
class Body:
    """A table's rows below the header with what is needed to tell what they are."""

    table: Table
    cells: np.ndarray
    places: Mapping[Meaning, int]
    words: Lexicon
    vocabulary: Vocabulary
    asked: np.ndarray  # the numbers of the headings that hold answers
    timed: np.ndarray  # and of those that hold the dates of deadlines
    has_outer_phase: bool

    def place(self, role: str) -> int | None:
        """The number of the heading with this role."""
        return self.places.get(Meaning(role))

    def is_sum(self, text: str) -> bool:
        """Whether a label sums up cases: a total, or a question in a list of counts."""
        if is_total(text) or self.vocabulary.is_header(text):
            return True
        return silent_key(text) in QUESTIONS

    def case(self, row: int) -> list[str]:
        """The text of a row's case, where it is one."""
        place = self.place("case")
        return [] if place is None else self.texts(row, np.array([place]))

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


def case_rows(body: Body, notes: Notes) -> np.ndarray:
    """The places of the rows that are cases; all others are noted."""
    there = body.cells >= 0
    there[:, [not heading.text for heading in body.table.headings]] = False
    surely = _is_sure(body, there)
    if surely.all() and not _begins_with_example(body):
        return np.arange(len(surely))
    kinds = np.where(surely, CASE, NOTE)
    last = np.flatnonzero(surely)[-1] if surely.any() else -1
    if _begins_with_example(body):
        kinds[0], surely[0], there[0] = EXAMPLE, False, False
        _note(body, 0, kind=EXAMPLE, notes=notes)
    for row in np.flatnonzero(~surely & there.any(axis=1)).tolist():
        kinds[row] = _kind(body, row, below=_is_below(body, row, last))
        _note(body, row, kind=int(kinds[row]), notes=notes)
    return np.flatnonzero(kinds == CASE)


def _is_sure(body: Body, there: np.ndarray) -> np.ndarray:
    sure = there[:, np.concatenate((body.asked, body.timed))].any(axis=1)
    for role in ("case", "phase"):
        place = body.place(role)
        if place is not None:
            sure &= there[:, place]
    place = body.place("case")
    if place is not None:
        sure &= ~_reads_like_total(body, body.cells[:, place])
    return np.asarray(sure)


def _begins_with_example(body: Body) -> bool:
    # What shows how a form is filled in stands first, above the cases.
    place = body.place("case")
    if place is None or len(body.cells) < 2:
        return False
    key = silent_key(body.table.grid.text(int(body.cells[0, place])))
    return _EXAMPLE.match(key) is not None


def _reads_like_total(body: Body, pairs: np.ndarray) -> np.ndarray:
    grid = body.table.grid
    texts = pairs[(pairs >= 0) & ((pairs & 7) == TEXT)].tolist()
    found = [pair for pair in set(texts) if body.is_sum(grid.text(pair))]
    return np.isin(pairs, found) if found else np.zeros(len(pairs), dtype=bool)


def is_total(text: str) -> bool:
    """Whether a label says that a row sums up others.

    >>> is_total("I alt"), is_total("Sum:"), is_total("S-0001")
    (True, True, False)
    """
    return len(text) < 40 and _TOTAL.match(silent_key(text)) is not None


def _is_below(body: Body, row: int, last: int) -> bool:
    # Below the last sure case and apart from it: where notes stand.
    rows = body.table.rows
    above = int(rows[last]) if last >= 0 else body.table.bottom
    return row > last and int(rows[row]) - above > row - last


def _kind(body: Body, row: int, *, below: bool) -> int:
    others = np.setdiff1d(np.arange(body.cells.shape[1]), body.asked)
    labels = body.texts(row, others)
    answers = body.answers(row)
    sums = any(map(is_total, labels)) or any(map(body.is_sum, body.case(row)))
    if sums and not any(answers):
        return TOTAL
    if not _has_who(body, row):
        return _nameless(body, row, answers, below=below)
    if answers or (body.cells[row, body.timed] >= 0).any():
        return CASE
    if _is_unanswered_case(body, row):
        return LABEL if below and _counts_only(body, row) else CASE
    return NOTE if below else LABEL


def _is_unanswered_case(body: Body, row: int) -> bool:
    # A case that nobody answered anything about still counts: it has an id and more.
    held = body.cells[row] >= 0
    case, phase = body.place("case"), body.place("phase")
    if case is not None and not held[case]:
        return False
    if phase is not None:
        return bool(held[phase])
    return body.has_outer_phase and int(held.sum()) > 1


def _counts_only(body: Body, row: int) -> bool:
    # Apart from the cases a number under the phase counts something; it names none.
    place = body.place("phase")
    return place is not None and kind_of(int(body.cells[row, place])) is not Kind.TEXT


def _has_who(body: Body, row: int) -> bool:
    places = [body.place(role) for role in ("case", "phase")]
    known = [place for place in places if place is not None]
    return not known or bool((body.cells[row, known] >= 0).any())


def _nameless(body: Body, row: int, answers: list[bool], *, below: bool) -> int:
    # Neither a case nor a phase: a case that lost both, numbers, or just a text.
    if answers and 2 * sum(answers) >= len(answers):
        return CASE
    pairs = body.cells[row][body.cells[row] >= 0]
    if answers and ((pairs & 7) != TEXT).all():
        return NUMBERS
    return NOTE if below else LABEL


def _note(body: Body, row: int, *, kind: int, notes: Notes) -> None:
    held = np.flatnonzero(body.cells[row] >= 0)
    number = int(body.table.rows[row])
    if kind in CODES:
        notes.add(CODES[kind], body.table.place(number, int(held[0])))
    if kind == NUMBERS:
        for place in held.tolist():
            notes.add("ANSWER_TYPE", body.table.place(number, place), found="number")
