"""All that is taken from the rows of a part: who, when, where, what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from taskforce_analysis.checking.answers import Reader, answers_of
from taskforce_analysis.checking.cases import Numbers, ids_of
from taskforce_analysis.checking.cells import merged, note_broken, plain_text
from taskforce_analysis.checking.days import Days, days_of
from taskforce_analysis.checking.groups import (
    Known,
    corrected_of,
    group_of,
    person_of,
)
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.checking.personal import note_cpr
from taskforce_analysis.checking.records import Coded, Frame, Part
from taskforce_analysis.checking.units import Taken
from taskforce_analysis.checking.when import phases_from_dates, phases_of
from taskforce_analysis.reading.cells import Sheet


@dataclass(frozen=True, eq=False)
class Taker:
    """What is the same over all files of a run: running numbers and known groups."""

    frame: Frame
    notes: Notes
    numbers: Numbers = field(default_factory=Numbers)
    groups: dict[str, Known] = field(default_factory=dict)

    def known(self, name: str) -> Known:
        """The groups of an attribute or a role that were met so far."""
        return self.groups.setdefault(name, Known())


def take(part: Part, taker: Taker) -> Taken:
    """Everything in the rows of a part; what is odd is noted at its cell."""
    taker = replace(taker, notes=taker.notes.on(part.file, part.sheet))
    notes = taker.notes
    ids = ids_of(part, taker.numbers, notes)
    days = days_of(part, taker.frame, notes)
    phases = _phases(part, days, taker)
    answers = answers_of(Reader(part, ids, phases, taker.frame, notes))
    return Taken(
        part=part,
        ids=ids,
        phases=phases,
        attributes=_attributes(part, taker),
        decision=_decision(part, notes),
        reviewer=_reviewer(part, taker),
        days=days,
        answers=answers,
        others=_others(part, taker),
    )


def _phases(part: Part, days: Days, taker: Taker) -> Coded:
    source = taker.frame.form.phases_from
    if taker.frame.form.phases or not source:
        return phases_of(part, taker.frame, taker.notes)
    place = part.place("attribute", source["attribute"])
    dates = days.of(place, len(part))
    if place is None:
        taker.notes.add("PHASE_MISSING", count=len(part))
    else:
        for unit in np.flatnonzero(np.isnat(dates)).tolist():
            taker.notes.add("PHASE_MISSING", part.cell(unit, place))
    return phases_from_dates(dates, source["by"])


def _attributes(part: Part, taker: Taker) -> dict[str, Coded]:
    found = {}
    for attribute in taker.frame.form.attributes:
        if attribute.type == "date":
            continue
        known = taker.known(attribute.id)
        column = group_of(part, attribute.id, known=known, notes=taker.notes)
        if column is None and attribute.id == "municipality" and part.home:
            column = Coded((part.home,), np.zeros(len(part), dtype=np.int64))
        if column is not None:
            found[attribute.id] = column
    return found


def _decision(part: Part, notes: Notes) -> Coded | None:
    place = part.place("decision")
    if place is None:
        return None
    note_broken(part, place, notes)
    return merged(part.cells[:, place], lambda pair: plain_text(part, pair))


def _reviewer(part: Part, taker: Taker) -> Coded | None:
    known = taker.known("\nreviewer")
    own = person_of(part, "reviewer", "R", known=known, notes=taker.notes)
    given = taker.frame.reviewers.get(part.file)
    if own is not None or given is None:
        return own
    return Coded((known.name(given, "R"),), np.zeros(len(part), dtype=np.int64))


def _others(part: Part, taker: Taker) -> dict[str, Coded]:
    cluster = person_of(
        part, "cluster", "S", known=taker.known("\ncluster"), notes=taker.notes
    )
    found = {"cluster": cluster, "corrected": corrected_of(part, taker.frame)}
    return {name: column for name, column in found.items() if column is not None}


def note_personal(sheets: Sequence[Sheet], notes: Notes) -> None:
    """Note the CPR-like numbers in the cells of all sheets, also those not read."""
    for sheet in sheets:
        note_cpr(sheet, notes.on(notes.file or "", sheet.name))
