"""What a cell of a recommendation says: a choice, a date, measures; oddities noted."""

from datetime import date
from functools import cached_property
from typing import Any

from taskforce_analysis.checking.dates import DateReader
from taskforce_analysis.errors import nearest
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.recommendations import load_vocabulary
from taskforce_analysis.recommending.workbook import Row
from taskforce_analysis.spelling import loose_key


class Values:
    """Reads the cells of one file; exists to hold its form and its issues."""

    def __init__(self, file: str, form: Form, found: list[Issue]) -> None:
        self.file, self.form, self.found = file, form, found
        self.dates = DateReader(date1904=False, today=date.today())  # noqa: DTZ011

    def note(self, row: Row, name: str, code: str, **facts: Any) -> None:
        """Note an issue at a row's cell in a column."""
        place = row.places.get(name)
        self.found.append(Issue(code, self.file, row.sheet, place, **facts))

    def choice(self, row: Row, name: str) -> str:
        """The id of the choice that a cell names; "" for an empty or unknown one."""
        text = row.text(name)
        return self._one(row, name, text) if text else ""

    def choices(self, row: Row, name: str) -> tuple[str, ...]:
        """The ids of the choices that a cell names, parted by ; or comma."""
        parts = row.text(name).replace(",", ";").split(";")
        found = [self._one(row, name, part.strip()) for part in parts if part.strip()]
        return tuple(one for one in found if one)

    def measures(self, row: Row) -> tuple[str, ...]:
        """The measures that a cell names by id, label or header, parted by ;."""
        found = []
        for part in row.text("measures").split(";"):
            key = loose_key(part)
            if key and key not in self._measures:
                near = nearest(key, self._measures)
                expected = self._measures[near] if near else None
                self.note(row, "measures", "MEASURE_UNMATCHED", expected=expected)
            elif key:
                found.append(self._measures[key])
        return tuple(dict.fromkeys(found))

    def day(self, row: Row, name: str) -> date | None:
        """The date in a cell; None for an empty or unreadable one."""
        if name not in row.cells or not row.text(name):
            return None
        kind, text = row.cells[name]
        read = self.dates.read(kind, text)
        for code in read.codes:
            if row.sheet is not None or code != "DATE_TEXT":
                severity = "error" if code == "DATE_INVALID" else ""
                self.note(row, name, code, severity=severity)
        return read.when.date() if read.when else None

    def _one(self, row: Row, name: str, text: str) -> str:
        words = load_vocabulary().choices[name]
        keys = {loose_key(label): word for word in words for label in _spellings(word)}
        word = keys.get(loose_key(text))
        if word is None:
            near = nearest(loose_key(text), keys)
            expected = keys[near].label if near else None
            self.note(row, name, "ANSWER_UNKNOWN", expected=expected)
            return ""
        if text not in _spellings(word):
            self.note(row, name, "ANSWER_NORMALISED", expected=word.label)
        return word.id

    @cached_property
    def _measures(self) -> dict[str, str]:
        return {
            loose_key(text): measure.id
            for measure in self.form.measures
            for text in (measure.id, measure.label, *measure.columns)
        }


def _spellings(word: Any) -> tuple[str, ...]:
    return (word.label, word.label_en, word.id)
