"""Which rows below a header are cases, and what are the others?

A row with a case, its phase and an answer is a case; only rows that lack one of them,
or whose case reads like a label, are looked at closer. Nothing is left out in silence
but notes below a table.

A total sums up other rows, a legend tells how to answer. Any other word counts as a
label only above or below the cases, where all cases are called by a number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.headers import Meaning
from taskforce_analysis.locating.layout import QUESTIONS, SheetTable
from taskforce_analysis.locating.lexicon import UNRECOGNISED
from taskforce_analysis.reading.cells import TEXT, Kind
from taskforce_analysis.spelling import silent_key

CASE, TOTAL, LABEL, NOTE, NUMBERS, EXAMPLE, UNCLEAR, HEADER = range(8)
CODES = {
    HEADER: "ROW_IS_HEADER",
    TOTAL: "ROW_IS_TOTAL",
    LABEL: "ROW_WITHOUT_CASE",
    EXAMPLE: "ROW_IS_EXAMPLE",
    UNCLEAR: "ROW_UNCLEAR",
}
_EXAMPLE = re.compile(r"(?:eksempel|eksempelsag|eks|example)(?:\.? ?\d)?\Z")
_VARIABLE = re.compile(r"\{\s*\W{0,2}ImportId\W|[A-Za-z]+[\w.\[\]]*[_\d][\w.\[\]]*\Z")
MOST_NAMES = 2
FEW, MOST = 3, 20  # cases to tell a label from, and labels at an end of them
LONGEST = 40

_TOTAL = re.compile(
    r"(?:i ?alt|total\w*|sum|subtotal|hovedtotal|antal|procent|pct|%|andel|gennemsnit"
    r"|middel|median|samlet|optælling|count|average|mean|grand total|heraf)\b|%"
)
_SUBTOTAL = re.compile(r"\S.* (?:i alt|total|subtotal)\Z")
_LEGEND = re.compile(
    r"(?:(?:gyldige|mulige|tilladte) )?(?:svar|svarmuligheder|svarkategorier|svarskala"
    r"|valgmuligheder|værdier|kategorier|kodning|koder|skala|forklaring|forklaringer"
    r"|signaturforklaring|vejledning|udfyldning)\Z"
)
_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"-?[\d.,]+(?:e[+-]?\d+)?(?: ?(?:%|pct\.?|procent))?\Z")


@dataclass(frozen=True, eq=False)
class TableBody:
    """A table's rows below the header with what is needed to tell what they are."""

    table: SheetTable
    cells: np.ndarray
    applied: AppliedForm
    has_outer_phase: bool

    @cached_property
    def asked(self) -> np.ndarray:
        """The numbers of the headings that hold answers."""
        return self._with_role("measure", "answer")

    @cached_property
    def timed(self) -> np.ndarray:
        """The numbers of the headings that hold the dates of deadlines."""
        return self._with_role("start", "end")

    def _with_role(self, *roles: str) -> np.ndarray:
        found = {n for one, n in self.table.by_meaning.items() if one.role in roles}
        return np.array(sorted(found), dtype=np.intp)

    def heading_of(self, role: str) -> int | None:
        """The number of the heading with this role."""
        return self.table.by_meaning.get(Meaning(role))

    def is_sum(self, text: str) -> bool:
        """Whether a label sums up cases: a total, or a question in a list of counts."""
        if is_total(text) or is_subtotal(text):
            return True
        return (
            self.applied.header_words.is_header(text) or silent_key(text) in QUESTIONS
        )

    def who(self, row: int, *roles: str) -> list[str]:
        """The texts of a row's case, phase or both."""
        headings = [self.heading_of(role) for role in roles]
        known = [heading for heading in headings if heading is not None]
        return self.texts(row, np.array(known, dtype=np.intp))

    def has_phase(self, row: int) -> bool:
        """Whether a row names one of the form's phases."""
        heading = self.heading_of("phase")
        if heading is None or (pair := int(self.cells[row, heading])) < 0:
            return False
        return self.applied.phases.match(self.table.grid.text(pair)) is not None

    def texts(self, row: int, headings: np.ndarray) -> list[str]:
        """The texts of a row's text cells under these headings."""
        pairs = self.cells[row, headings]
        held = pairs[(pairs >= 0) & ((pairs & 7) == TEXT)]
        return [self.table.grid.text(pair) for pair in held.tolist()]

    def answers(self, row: int) -> list[bool]:
        """For each answer cell of a row that holds something whether it is a word."""
        pairs = self.cells[row, self.asked]
        text, words = self.table.grid.text, self.applied.answer_words
        return [
            words.word(kind_of(pair), text(pair)) != UNRECOGNISED
            for pair in pairs[pairs >= 0].tolist()
        ]


def cases_among(body: TableBody, notes: Notes) -> np.ndarray:
    """Which of the body's rows are cases; all others are noted."""
    there = body.cells >= 0
    there[:, [not heading.text for heading in body.table.headings]] = False
    surely = _is_sure(body, there)
    names = _names_of_variables(body)
    surely[:names] = False
    called = _worded(body, surely)
    surely[called] = False
    if surely.all() and not _begins_with_example(body):
        return np.arange(len(surely))
    kinds = np.where(surely, CASE, NOTE)
    for row in range(names):
        kinds[row], there[row] = HEADER, False
        _note(body, row, kind=HEADER, notes=notes)
    last = np.flatnonzero(surely)[-1] if surely.any() else -1
    if _begins_with_example(body):
        kinds[0], surely[0], there[0] = EXAMPLE, False, False
        _note(body, 0, kind=EXAMPLE, notes=notes)
    for row in np.flatnonzero(~surely & there.any(axis=1)).tolist():
        below = _is_below(body, row, last)
        if row in called:
            kinds[row] = _kind_of_worded(body, row, last, below=below)
        else:
            kinds[row] = _kind(body, row, below=below)
        _note(body, row, kind=int(kinds[row]), notes=notes)
    return np.flatnonzero(kinds == CASE)


def _is_sure(body: TableBody, there: np.ndarray) -> np.ndarray:
    sure = there[:, np.concatenate((body.asked, body.timed))].any(axis=1)
    for role in ("case", "phase"):
        heading = body.heading_of(role)
        if heading is not None:
            sure &= there[:, heading]
    heading = body.heading_of("case")
    if heading is not None:
        sure &= ~_reads_like_label(body, body.cells[:, heading])
    return np.asarray(sure)


def _names_of_variables(body: TableBody) -> int:
    """How many rows below the header name the variables instead of answering.

    Survey tools write these beside the questions: `s_4`, `QID4`, `{"ImportId": ...}`.
    """
    for row in range(min(len(body.cells), MOST_NAMES)):
        texts = body.texts(row, body.asked)
        held = int((body.cells[row, body.asked] >= 0).sum())
        named = sum(1 for text in texts if _VARIABLE.match(text.strip()))
        known = any(body.answers(row)) or len(set(texts)) < len(texts)
        if known or held < FEW or named < held:
            return row
    return min(len(body.cells), MOST_NAMES)


def _begins_with_example(body: TableBody) -> bool:
    # What shows how a form is filled in stands first, above the cases.
    heading = body.heading_of("case")
    if heading is None or len(body.cells) < 2:
        return False
    key = silent_key(body.table.grid.text(int(body.cells[0, heading])))
    return _EXAMPLE.match(key) is not None


def _worded(body: TableBody, surely: np.ndarray) -> list[int]:
    # The rows above or below the cases that are called by a word: none where not all
    # other sure cases are called by numbers, or the row has a phase.
    heading = body.heading_of("case")
    if heading is None:
        return []
    rows = range(len(body.cells))
    found = [*_until_numbered(body, heading, rows)]
    found += _until_numbered(body, heading, reversed(rows))
    if not found:
        return []
    others = surely.copy()
    others[found] = False
    pairs = np.unique(body.cells[others, heading]).tolist()
    numbered = all(_is_numbered(body, pair) for pair in pairs)
    return found if numbered and others.sum() >= FEW else []


def _until_numbered(body: TableBody, heading: int, rows: Iterable[int]) -> list[int]:
    found: list[int] = []
    for row in rows:
        pair = int(body.cells[row, heading])
        if pair < 0:
            continue
        if len(found) == MOST or _is_numbered(body, pair) or body.has_phase(row):
            break
        found.append(row)
    return found


def _is_numbered(body: TableBody, pair: int) -> bool:
    return (pair & 7) != TEXT or is_numbered(body.table.grid.text(pair))


def _reads_like_label(body: TableBody, pairs: np.ndarray) -> np.ndarray:
    texts = pairs[(pairs >= 0) & ((pairs & 7) == TEXT)].tolist()
    said = [(pair, body.table.grid.text(pair)) for pair in set(texts)]
    found = [pair for pair, text in said if body.is_sum(text) or is_legend(text)]
    return np.isin(pairs, found) if found else np.zeros(len(pairs), dtype=bool)


def _is_below(body: TableBody, row: int, last: int) -> bool:
    # Below the last sure case and apart from it: where notes stand.
    rows = body.table.rows
    above = int(rows[last]) if last >= 0 else body.table.bottom
    return row > last and int(rows[row]) - above > row - last


def _kind(body: TableBody, row: int, *, below: bool) -> int:
    others = np.setdiff1d(np.arange(body.cells.shape[1]), body.asked)
    labels = body.texts(row, others)
    answers = body.answers(row)
    who = body.who(row, "case", "phase")
    sums = any(map(is_total, labels)) or any(map(body.is_sum, who))
    if sums and not any(answers):
        return TOTAL
    if any(map(is_legend, body.who(row, "case"))) and not body.has_phase(row):
        return LABEL
    if not _has_who(body, row):
        return _nameless(body, row, answers, below=below)
    if answers or (body.cells[row, body.timed] >= 0).any():
        return CASE
    if _is_unanswered_case(body, row):
        return LABEL if below and _counts_only(body, row) else CASE
    return NOTE if below else LABEL


def _kind_of_worded(body: TableBody, row: int, last: int, *, below: bool) -> int:
    kind = _kind(body, row, below=below)
    pairs = body.cells[row, body.asked]
    texts = [body.table.grid.text(pair) for pair in pairs[pairs >= 0].tolist()]
    if kind != CASE or not texts:
        return kind
    if any(body.answers(row)):
        return UNCLEAR
    if all(map(is_count, texts)):
        return TOTAL
    return LABEL if below or row < last else UNCLEAR


def _is_unanswered_case(body: TableBody, row: int) -> bool:
    # A case that nobody answered anything about still counts: it has an id and more.
    held = body.cells[row] >= 0
    case, phase = body.heading_of("case"), body.heading_of("phase")
    if case is not None and not held[case]:
        return False
    if phase is not None:
        return bool(held[phase])
    return body.has_outer_phase and int(held.sum()) > 1


def _counts_only(body: TableBody, row: int) -> bool:
    # Apart from the cases a number under the phase counts something; it names none,
    # and neither does a text beside what is no case's number.
    heading = body.heading_of("phase")
    if heading is None:
        return False
    if kind_of(int(body.cells[row, heading])) is not Kind.TEXT:
        return True
    named = any(map(is_numbered, body.who(row, "case")))
    return not named and not body.has_phase(row)


def _has_who(body: TableBody, row: int) -> bool:
    headings = [body.heading_of(role) for role in ("case", "phase")]
    known = [heading for heading in headings if heading is not None]
    return not known or bool((body.cells[row, known] >= 0).any())


def _nameless(body: TableBody, row: int, answers: list[bool], *, below: bool) -> int:
    # Neither a case nor a phase: a case that lost both, numbers, or just a text.
    if answers and 2 * sum(answers) >= len(answers):
        # One word of many, apart from the cases, is there to be chosen.
        is_sparse = 2 * len(answers) < len(body.asked)
        return LABEL if below and is_sparse else CASE
    pairs = body.cells[row][body.cells[row] >= 0]
    if answers and ((pairs & 7) != TEXT).all():
        return NUMBERS
    return NOTE if below else LABEL


def _note(body: TableBody, row: int, *, kind: int, notes: Notes) -> None:
    held = np.flatnonzero(body.cells[row] >= 0)
    number = int(body.table.rows[row])
    if kind in CODES:
        notes.add(CODES[kind], body.table.address(number, int(held[0])))
    if kind == NUMBERS:
        for heading in held.tolist():
            notes.add(
                "ANSWER_TYPE", body.table.address(number, heading), found="number"
            )


def is_total(text: str) -> bool:
    """Whether a label says that a row sums up others.

    >>> is_total("I alt"), is_total("Sum:"), is_total("S-0001")
    (True, True, False)
    """
    return len(text) < LONGEST and _TOTAL.match(silent_key(text)) is not None


def is_subtotal(text: str) -> bool:
    """Whether a label is a group's name with a word for its total, as Excel writes it.

    >>> is_subtotal("Førmåling Total"), is_subtotal("Nordby i alt"), is_subtotal("S-1")
    (True, True, False)
    """
    return _may_be_words(text) and _SUBTOTAL.match(silent_key(text)) is not None


def is_legend(text: str) -> bool:
    """Whether a label says that the words beside it are those to answer with.

    >>> is_legend("Svarmuligheder:"), is_legend("Svar 12")
    (True, False)
    """
    return _may_be_words(text) and _LEGEND.match(silent_key(text)) is not None


def _may_be_words(text: str) -> bool:
    # Most cases end in a digit, which spares a closer look.
    return len(text) < LONGEST and not text[-1:].isdigit()


def is_numbered(text: str) -> bool:
    """Whether a case is called by a number, as nearly all are.

    >>> is_numbered("S-0001"), is_numbered("Samlet vurdering")
    (True, False)
    """
    return _DIGIT.search(text) is not None


def is_count(text: str) -> bool:
    """Whether a text is a number or a share, such as a row of totals has.

    >>> is_count("12"), is_count("53,8 %"), is_count("1. februar 2018")
    (True, True, False)
    """
    return _COUNT.match(silent_key(text)) is not None
