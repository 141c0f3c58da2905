"""The dates of each unit, column by column, with everything odd about them noted."""

from dataclasses import dataclass

import numpy as np

from taskforce_analysis.checking.cells import distinct, each
from taskforce_analysis.locating.dates import NEVER, DateReader, Day
from taskforce_analysis.locating.notes import Notes, described
from taskforce_analysis.locating.records import Frame, Part
from taskforce_analysis.reading.cells import Kind

NO_DATE = np.datetime64("NaT", "s")
_FOUND = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.BOOLEAN: "true or false"}


@dataclass(frozen=True, eq=False)
class Days:
    """The dates of a part by the number of their heading, in seconds, NaT for none."""

    by_heading: dict[int, np.ndarray]

    def of(self, heading: int | None, count: int) -> np.ndarray:
        """The dates under a heading; none at all where there is no heading."""
        if heading is None or heading not in self.by_heading:
            return np.full(count, NO_DATE)
        return self.by_heading[heading]


def days_of(part: Part, frame: Frame, notes: Notes) -> Days:
    """The dates of every date column of a part."""
    dated = {one.id for one in frame.form.attributes if one.type == "date"}
    headings = {
        place
        for meaning, place in part.places.items()
        if meaning.role in ("start", "end", "earlier")
        or (meaning.role == "attribute" and meaning.id in dated)
    }
    reader = frame.date_readers[part.date1904]
    found = {p: _column(part, p, reader=reader, notes=notes) for p in sorted(headings)}
    days = Days(found)
    _note_order(part, days, frame=frame, notes=notes)
    return days


def _column(part: Part, place: int, *, reader: DateReader, notes: Notes) -> np.ndarray:
    pairs, codes = distinct(part.cells[:, place])
    said = part.said(pairs)
    read = [reader.read(kind, text) for kind, text in said]
    american = any(day.american for day in read)
    latest = reader.latest
    for number, day in enumerate(read):
        if not day.codes and day.seconds <= latest:
            continue
        kind, text = said[number]
        found = _FOUND.get(kind) or described(text)
        for code in _codes(day, latest, american=american):
            for unit in each(codes, number):
                notes.add(code, part.cell(unit, place), found=found)
    unclear = [NEVER if american and day.swapped else day.seconds for day in read]
    return np.array([*unclear, NEVER], dtype=np.int64)[codes].view("datetime64[s]")


def _codes(day: Day, latest: int, *, american: bool) -> tuple[str, ...]:
    codes = day.codes
    if american and day.swapped and "DATE_AMBIGUOUS" not in codes:
        codes = (*codes, "DATE_AMBIGUOUS")
    if day.seconds > latest:
        codes = (*codes, "DATE_FUTURE")
    return codes


def _note_order(part: Part, days: Days, *, frame: Frame, notes: Notes) -> None:
    for attribute in frame.form.attributes:
        own = part.place("attribute", attribute.id)
        other = part.place("attribute", attribute.not_before)
        if own is None or other is None or not attribute.not_before:
            continue
        later, earlier = days.of(own, len(part)), days.of(other, len(part))
        early = later.astype("datetime64[D]") < earlier.astype("datetime64[D]")
        for unit in np.flatnonzero(early).tolist():
            notes.add("DATE_ORDER", part.cell(unit, own))
