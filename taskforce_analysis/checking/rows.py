"""Which rows below a header are cases, and what the others are.

A row with a case, its phase and an answer is a case; only rows that lack one of them,
or whose case reads like a label, are looked at closer. Nothing is left out in silence
but notes below a table.
"""

import re

import numpy as np

from taskforce_analysis.checking.body import Body, worded
from taskforce_analysis.checking.labels import (
    is_count,
    is_legend,
    is_numbered,
    is_total,
)
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.reading.cells import TEXT, Kind
from taskforce_analysis.reading.grid import kind_of
from taskforce_analysis.spelling import silent_key

CASE, TOTAL, LABEL, NOTE, NUMBERS, EXAMPLE, UNCLEAR = range(7)
CODES = {
    TOTAL: "ROW_IS_TOTAL",
    LABEL: "ROW_WITHOUT_CASE",
    EXAMPLE: "ROW_IS_EXAMPLE",
    UNCLEAR: "ROW_UNCLEAR",
}
_EXAMPLE = re.compile(r"(?:eksempel|eksempelsag|eks|example)(?:\.? ?\d)?\Z")
TIMED = ("start", "end")


def case_rows(body: Body, notes: Notes) -> np.ndarray:
    """The places of the rows that are cases; all others are noted."""
    there = body.cells >= 0
    there[:, [not heading.text for heading in body.table.headings]] = False
    surely = _is_sure(body, there)
    called = worded(body, surely)
    surely[called] = False
    if surely.all() and not _begins_with_example(body):
        return np.arange(len(surely))
    kinds = np.where(surely, CASE, NOTE)
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


def _is_sure(body: Body, there: np.ndarray) -> np.ndarray:
    sure = there[:, np.concatenate((body.asked, body.timed))].any(axis=1)
    for role in ("case", "phase"):
        place = body.place(role)
        if place is not None:
            sure &= there[:, place]
    place = body.place("case")
    if place is not None:
        sure &= ~_reads_like_label(body, body.cells[:, place])
    return np.asarray(sure)


def _begins_with_example(body: Body) -> bool:
    # What shows how a form is filled in stands first, above the cases.
    place = body.place("case")
    if place is None or len(body.cells) < 2:
        return False
    key = silent_key(body.table.grid.text(int(body.cells[0, place])))
    return _EXAMPLE.match(key) is not None


def _reads_like_label(body: Body, pairs: np.ndarray) -> np.ndarray:
    texts = pairs[(pairs >= 0) & ((pairs & 7) == TEXT)].tolist()
    said = [(pair, body.table.grid.text(pair)) for pair in set(texts)]
    found = [pair for pair, text in said if body.is_sum(text) or is_legend(text)]
    return np.isin(pairs, found) if found else np.zeros(len(pairs), dtype=bool)


def _is_below(body: Body, row: int, last: int) -> bool:
    # Below the last sure case and apart from it: where notes stand.
    rows = body.table.rows
    above = int(rows[last]) if last >= 0 else body.table.bottom
    return row > last and int(rows[row]) - above > row - last


def _kind(body: Body, row: int, *, below: bool) -> int:
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


def _kind_of_worded(body: Body, row: int, last: int, *, below: bool) -> int:
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
    # Apart from the cases a number under the phase counts something; it names none,
    # and neither does a text beside what is no case's number.
    place = body.place("phase")
    if place is None:
        return False
    if kind_of(int(body.cells[row, place])) is not Kind.TEXT:
        return True
    named = any(map(is_numbered, body.who(row, "case")))
    return not named and not body.has_phase(row)


def _has_who(body: Body, row: int) -> bool:
    places = [body.place(role) for role in ("case", "phase")]
    known = [place for place in places if place is not None]
    return not known or bool((body.cells[row, known] >= 0).any())


def _nameless(body: Body, row: int, answers: list[bool], *, below: bool) -> int:
    # Neither a case nor a phase: a case that lost both, numbers, or just a text.
    if answers and 2 * sum(answers) >= len(answers):
        # One word of many, apart from the cases, is there to be chosen.
        is_sparse = 2 * len(answers) < len(body.asked)
        return LABEL if below and is_sparse else CASE
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
