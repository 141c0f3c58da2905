"""The dates of each unit, column by column, with everything odd about them noted."""

from dataclasses import dataclass

import numpy as np

from taskforce_analysis.checking.cells import distinct, each
from taskforce_analysis.checking.dates import DateReader, Day
from taskforce_analysis.checking.notes import Notes, described
from taskforce_analysis.checking.records import Frame, Part
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.reading.grid import kind_of

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
    read = [reader.read(kind_of(pair), part.text(pair)) for pair in pairs]
    american = any(day.american for day in read)
    when = []
    for number, (pair, day) in enumerate(zip(pairs, read, strict=True)):
        told = _codes(day, reader, american=american)
        unclear = american and day.swapped
        when.append(NO_DATE if day.when is None or unclear else _moment(day))
        for code in told:
            found = _FOUND.get(kind_of(pair)) or described(part.text(pair))
            for unit in each(codes, number):
                notes.add(code, part.cell(unit, place), found=found)
    return np.array([*when, NO_DATE], dtype="datetime64[s]")[codes]


def _moment(day: Day) -> np.datetime64:
    return np.datetime64(day.when, "s")


def _codes(day: Day, reader: DateReader, *, american: bool) -> tuple[str, ...]:
    codes = day.codes
    if american and day.swapped and "DATE_AMBIGUOUS" not in codes:
        codes = (*codes, "DATE_AMBIGUOUS")
    if day.when is not None and day.when.date() > reader.today:
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
