"""All that is taken from the rows of a part: who, when, where, what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from taskforce_analysis.checking.answers import Reader, answers_of
from taskforce_analysis.checking.cells import (
    distinct,
    each,
    merged,
    note_broken,
    nothing,
    plain_text,
)
from taskforce_analysis.checking.days import Days, days_of
from taskforce_analysis.checking.groups import Known, corrected_of, group_of, person_of
from taskforce_analysis.checking.units import Numbers, Taken, ids_of
from taskforce_analysis.locating.columns import BROKEN_CELLS
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.notes import Notes, described
from taskforce_analysis.locating.personal import note_cpr
from taskforce_analysis.locating.phases import PhaseMatch
from taskforce_analysis.locating.records import Coded, Frame, Part
from taskforce_analysis.locating.vocabulary import Meaning
from taskforce_analysis.reading.cells import Kind, Sheet

# FOLDED checking.when
#
# The phase of each unit: from its row, else from what stands around the table.

MONTHS = {"year": 12, "quarter": 3, "month": 1}


def phases_of(part: Part, frame: Frame, notes: Notes) -> Coded:
    """The phase id of each unit; nothing, with an error noted, where there is none."""
    values = frame.form.phase_ids
    place = part.place("phase")
    if part.outer.conflict:
        notes.add("PHASE_CONFLICT", count=len(part))
    if place is None:
        return _from_outside(part, values, notes)
    pairs, codes = distinct(part.cells[:, place])
    note_broken(part, place, notes)
    numbers = [_read(part, pair, frame) for pair in pairs]
    found = np.array([*numbers, -1], dtype=np.int64)[codes]
    _note_spellings(part, pairs, codes, frame=frame, notes=notes)
    found = _filled(part, found, codes, values=values, notes=notes)
    _note_conflicts(part, found, values=values, notes=notes)
    return Coded(values, found)


def _from_outside(part: Part, values: tuple[str, ...], notes: Notes) -> Coded:
    if not part.outer.hinted:
        notes.add("PHASE_MISSING", count=len(part))
        return nothing(len(part))
    return Coded(values, np.full(len(part), values.index(part.outer.hinted)))


def _read(part: Part, pair: int, frame: Frame) -> int:
    match = _match(part, pair, frame)
    return frame.form.phase_ids.index(match.id) if match else -1


def _match(part: Part, pair: int, frame: Frame) -> PhaseMatch | None:
    names = kind_of(pair) in (Kind.TEXT, Kind.NUMBER)
    return frame.phases.match(part.text(pair)) if names else None


def _note_spellings(
    part: Part, pairs: list[int], codes: np.ndarray, *, frame: Frame, notes: Notes
) -> None:
    place = part.places[Meaning("phase")]
    for number, pair in enumerate(pairs):
        if kind_of(pair) in BROKEN_CELLS:
            continue
        match = _match(part, pair, frame)
        if match and not match.told:
            continue
        code, known = "PHASE_NORMALISED", [match.id] if match else frame.form.phase_ids
        if match is None:
            code = "PHASE_UNKNOWN"
        for unit in each(codes, number):
            notes.add(
                code,
                part.cell(unit, place),
                phase=match.id if match else None,
                found=described(part.text(pair)),
                expected=" | ".join(frame.phases.label[one] for one in known),
            )


def _filled(
    part: Part,
    found: np.ndarray,
    codes: np.ndarray,
    *,
    values: tuple[str, ...],
    notes: Notes,
) -> np.ndarray:
    blank = codes < 0
    if not blank.any():
        return found
    if part.outer.named or (part.outer.hinted and blank.all()):
        return np.where(blank, values.index(part.outer.hinted), found)
    place = part.places[Meaning("phase")]
    for unit in np.flatnonzero(blank).tolist():
        notes.add("PHASE_MISSING", part.cell(unit, place))
    return found


def _note_conflicts(
    part: Part, found: np.ndarray, *, values: tuple[str, ...], notes: Notes
) -> None:
    if not part.outer.named:
        return
    own = values.index(part.outer.named)
    place = part.places[Meaning("phase")]
    for unit in np.flatnonzero((found >= 0) & (found != own)).tolist():
        notes.add(
            "PHASE_CONFLICT",
            part.cell(unit, place),
            phase=values[int(found[unit])],
            expected=part.outer.named,
        )


def phases_from_dates(days: np.ndarray, by: str) -> Coded:
    """Phases made of dates: `2021-Q3` by quarter, `2021-07` by month, `2021`.

    >>> phases_from_dates(np.array(["2021-08-01"], "datetime64[D]"), "quarter").values
    ('2021-Q3',)
    """
    known = ~np.isnat(days)
    months = days.astype("datetime64[M]").astype(np.int64)
    length = MONTHS[by]
    periods, codes = np.unique(
        np.where(known, months // length, 0), return_inverse=True
    )
    values = tuple(_period_name(int(one) * length, by) for one in periods)
    return Coded(values, np.where(known, codes, -1))


def _period_name(month: int, by: str) -> str:
    year, within = 1970 + month // 12, month % 12
    names = {
        "year": f"{year}",
        "quarter": f"{year}-Q{within // 3 + 1}",
        "month": f"{year}-{within + 1:02}",
    }
    return names[by]


# FOLDED checking.taking
#
# All that is taken from the rows of a part: who, when, where, what was answered.


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
