"""The phase of each unit: from its row, else from what stands around the table."""

import numpy as np

from taskforce_analysis.checking.cells import distinct, each, note_broken, nothing
from taskforce_analysis.checking.columns import BROKEN_CELLS
from taskforce_analysis.checking.notes import Notes, described
from taskforce_analysis.checking.phases import PhaseMatch
from taskforce_analysis.checking.records import Coded, Frame, Part
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.reading.grid import kind_of
from taskforce_analysis.reading.vocabulary import Meaning

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
