"""The answer in every answer cell, as numbers; what is odd, noted cell by cell.

Columns whose measures have the same words are read together, each distinct cell once.
A column of codes (1 and 2, or 1 and blank) is one decision: it is read, and told once,
where its codes agree and mean something else than an empty cell; else it is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np

from taskforce_analysis.checking.case_ids import CaseIds
from taskforce_analysis.checking.distinct_cells import TextColumn, distinct
from taskforce_analysis.issues import ERROR, Facts, Notes, described
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.cases import CaseRows
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.lexicon import SMALL, UNRECOGNISED, CellAnswer
from taskforce_analysis.reading.cells import Kind

CODED, UNKNOWN = "ANSWER_CODED", "ANSWER_UNKNOWN"
DECIDED = ("yes", "no", "partly")
_FOUND = {
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.BOOLEAN: "true or false",
    Kind.ERROR: "error value",
    Kind.UNCALCULATED: "formula without a value",
}


def answers_of(
    part: CaseRows,
    ids: CaseIds,
    phases: TextColumn,
    *,
    applied: AppliedForm,
    notes: Notes,
) -> np.ndarray:
    """The number of each answer among `applied.answers`, shape (rows, measures)."""
    found = np.zeros(part.asked.shape, dtype=np.int16)
    number = {name: place for place, name in enumerate(applied.answers)}
    by_lexicon: dict[tuple[int, frozenset[tuple[str, str]]], list[int]] = {}
    for column, measure in enumerate(part.measures):
        told = frozenset(_told_codes(part, measure, applied).items())
        own = id(applied.lexicons[measure]), told
        by_lexicon.setdefault(own, []).append(column)
    for (_, told), columns in by_lexicon.items():
        lexicon = applied.lexicons[part.measures[columns[0]]]
        if told:
            lexicon = replace(lexicon, told_codes=dict(told), seen={})
        whole = len(columns) == len(part.measures)
        pairs, codes = distinct(part.asked if whole else part.asked[:, columns])
        readings = [lexicon.read(kind_of(pair), part.text(pair)) for pair in pairs]
        values = [number[one.answer] for one in readings]
        answers = np.array([*values, number["missing"]], dtype=np.int16)[codes]
        if any(one.code for one in readings):
            block = _Block(part, ids, phases, notes, columns, pairs, readings, codes)
            answers[_refused_codes(block)] = number[UNRECOGNISED]
            _note_odd(block)
        found[:, columns] = answers
    return found


def _told_codes(part: CaseRows, measure: str, applied: AppliedForm) -> dict[str, str]:
    """What the code book says that codes mean under a measure, as its answers."""
    heading = part.heading_of("measure", measure)
    written = () if heading is None else (part.headings[heading].text,)
    names = (*written, *applied.form.measure(measure).columns, measure)
    lexicon = applied.lexicons[measure]
    told = {
        code: lexicon.read(Kind.TEXT, label).answer
        for code, label in part.code_book.labels_for(names).items()
    }
    return {code: one for code, one in told.items() if one != UNRECOGNISED}


@dataclass(frozen=True, eq=False)
class _Block:
    """The columns that one lexicon reads; exists to note what is odd in them.

    `columns` are the numbers of their measures in the part. `pairs` and `readings` are
    those of the distinct cells; `codes` says per row and column which of them it is.
    """

    part: CaseRows
    ids: CaseIds
    phases: TextColumn
    notes: Notes
    columns: Sequence[int]
    pairs: Sequence[int]
    readings: Sequence[CellAnswer]
    codes: np.ndarray

    def found(self, cell: int) -> str:
        """What may be said about a distinct cell."""
        kind = kind_of(self.pairs[cell])
        if kind is Kind.TEXT:
            return described(self.part.text(self.pairs[cell]))
        return _FOUND[kind]

    def is_other_code(self, cell: int) -> bool:
        """Whether a distinct cell is a small number that is no known code."""
        is_unknown = self.readings[cell].code == UNKNOWN
        return is_unknown and bool(SMALL.match(self.part.text(self.pairs[cell])))

    def note(self, row: int, column: int, code: str, **facts: Unpack[Facts]) -> None:
        """Note an issue at a row's answer in a column of the block."""
        measure = self.columns[column]
        facts["case_id"], facts["phase"] = self.ids.at(row), self.phases.at(row)
        facts["measure"] = self.part.measures[measure]
        self.notes.add(code, self.part.asked_cell(row, measure), **facts)


def _note_odd(block: _Block) -> None:
    for cell, reading in enumerate(block.readings):
        if reading.code in ("", CODED):
            continue
        found, is_cpr = block.found(cell), reading.code == "CPR_FOUND"
        told = Facts(found=found, expected=reading.expected or None)
        facts = Facts(found=found, severity=ERROR) if is_cpr else told
        for row, column in np.argwhere(block.codes == cell).tolist():
            block.note(row, column, reading.code, **facts)


def _refused_codes(block: _Block) -> np.ndarray:
    """Where a code is no answer after all; every column of codes is noted."""
    refused = np.zeros(block.codes.shape, dtype=bool)
    coded = [cell for cell, one in enumerate(block.readings) if one.code == CODED]
    # Ones and blanks alone may mean yes and no, or yes and not answered.
    both = {"yes", "no"} <= {block.readings[cell].answer for cell in coded}
    for column, own in enumerate(block.codes.T):
        rows = np.flatnonzero(np.isin(own, coded))
        if not len(rows):
            continue
        cells = np.unique(own[own >= 0]).tolist()
        alike = _is_consistent([block.readings[cell] for cell in cells])
        other = any(block.is_other_code(cell) for cell in cells)
        if alike and not other and (both or not (own < 0).any()):
            block.note(int(rows[0]), column, CODED, count=len(rows))
            continue
        refused[rows, column] = True
        for row in rows.tolist():
            cell = int(own[row])
            expected = block.readings[cell].expected or None
            block.note(row, column, UNKNOWN, found=block.found(cell), expected=expected)
    return refused


def _is_consistent(present: Sequence[CellAnswer]) -> bool:
    systems = {one.system for one in present if one.system}
    words = any(one.answer in DECIDED and not one.system for one in present)
    return len(systems) == 1 and not words
