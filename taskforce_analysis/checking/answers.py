"""The answer in every answer cell, as numbers; what is odd, noted cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from taskforce_analysis.checking.cells import distinct
from taskforce_analysis.checking.units import Ids
from taskforce_analysis.issues import ERROR
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.lexicon import UNRECOGNISED, Lexicon, Reading
from taskforce_analysis.locating.notes import Notes, described
from taskforce_analysis.locating.records import Coded, Frame, Part
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


@dataclass(frozen=True, eq=False)
class Reader:
    """A part being read: what each issue says about the unit beside its cell."""

    part: Part
    ids: Ids
    phases: Coded
    frame: Frame
    notes: Notes

    def note(self, unit: int, measure: int, code: str, **facts: object) -> None:
        """Note an issue at a unit's answer."""
        self.notes.add(
            code,
            self.part.asked_cell(unit, measure),
            case_id=self.ids.at(unit),
            phase=self.phases.at(unit),
            measure=self.part.measures[measure],
            **facts,
        )


def answers_of(reader: Reader) -> np.ndarray:
    """The number of each answer among `frame.answers`, shape (units, measures)."""
    part, frame = reader.part, reader.frame
    found = np.zeros(part.asked.shape, dtype=np.int16)
    by_lexicon: dict[int, list[int]] = {}
    for number, measure in enumerate(part.measures):
        by_lexicon.setdefault(id(frame.lexicons[measure]), []).append(number)
    for numbers in by_lexicon.values():
        lexicon = frame.lexicons[part.measures[numbers[0]]]
        if part.code_book:
            lexicon = replace(lexicon, told_codes=part.code_book, seen={})
        found[:, numbers] = _read(reader, lexicon, numbers)
    return found


def _read(reader: Reader, lexicon: Lexicon, numbers: Sequence[int]) -> np.ndarray:
    pairs, codes = distinct(reader.part.asked[:, numbers])
    readings = [lexicon.read(kind_of(pair), reader.part.text(pair)) for pair in pairs]
    answer = {name: place for place, name in enumerate(reader.frame.answers)}
    values = [answer[one.answer] for one in readings]
    found = np.array([*values, answer["missing"]], dtype=np.int16)[codes]
    odd = [place for place, one in enumerate(readings) if one.code]
    if odd:
        columns = _Columns(reader, pairs, codes, readings, numbers)
        refused = _note_codes(columns)
        _note_others(columns, odd)
        found[refused] = answer[UNRECOGNISED]
    return found


@dataclass(frozen=True, eq=False)
class _Columns:
    reader: Reader
    pairs: Sequence[int]
    codes: np.ndarray
    readings: Sequence[Reading]
    numbers: Sequence[int]

    def found(self, place: int) -> str:
        """What may be said about a distinct cell."""
        kind = kind_of(self.pairs[place])
        if kind is Kind.TEXT:
            return described(self.reader.part.text(self.pairs[place]))
        return _FOUND[kind]


def _note_others(columns: _Columns, odd: Sequence[int]) -> None:
    for place in odd:
        reading = columns.readings[place]
        if reading.code == CODED:
            continue
        facts: dict[str, object] = {"expected": reading.expected or None}
        if reading.code == "CPR_FOUND":
            facts = {"severity": ERROR}
        found = columns.found(place)
        for unit, column in np.argwhere(columns.codes == place).tolist():
            number = columns.numbers[column]
            columns.reader.note(unit, number, reading.code, found=found, **facts)


def _note_codes(columns: _Columns) -> np.ndarray:
    refused = np.zeros(columns.codes.shape, dtype=bool)
    coded = [p for p, one in enumerate(columns.readings) if one.code == CODED]
    if not coded:
        return refused
    both = _shows_both(columns, coded)
    for column in range(columns.codes.shape[1]):
        own = columns.codes[:, column]
        present = [columns.readings[p] for p in np.unique(own[own >= 0]).tolist()]
        units = np.flatnonzero(np.isin(own, coded))
        if not len(units):
            continue
        number = columns.numbers[column]
        if _is_consistent(present) and (both or not (own < 0).any()):
            first = int(units[0])
            columns.reader.note(first, number, CODED, count=len(units))
            continue
        refused[units, column] = True
        for unit in units.tolist():
            place = int(own[unit])
            expected = columns.readings[place].expected or None
            found = columns.found(place)
            columns.reader.note(unit, number, UNKNOWN, found=found, expected=expected)
    return refused


def _shows_both(columns: _Columns, coded: Sequence[int]) -> bool:
    # Ones and blanks alone may mean yes and no, or yes and not answered.
    present = np.unique(columns.codes)
    answers = {columns.readings[p].answer for p in coded if p in present}
    return {"yes", "no"} <= answers


def _is_consistent(present: Sequence[Reading]) -> bool:
    systems = {one.system for one in present if one.system}
    words = any(one.answer in DECIDED and not one.system for one in present)
    return len(systems) == 1 and not words
