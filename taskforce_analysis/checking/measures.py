"""Which measures of the form are there, and in which phases."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskforce_analysis.checking.clock import has_dates
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.checking.records import Frame
from taskforce_analysis.checking.units import Taken, Units
from taskforce_analysis.forms import Measure


def note_measures(
    taken: Sequence[Taken],
    units: Units,
    counts: Sequence[Mapping[str, Any]],
    *,
    frame: Frame,
    notes: Notes,
) -> None:
    """Note each measure that no file has, and each that only one of the phases has."""
    if not taken and not counts:
        return
    phases = _phases_by_measure(taken, units, counts, frame=frame)
    files = {one.part.file for one in taken}
    place = notes.on(files.pop()) if len(files) == 1 else notes
    present = set().union(*phases.values())
    for measure in frame.form.measures:
        if measure.of or (measure.is_computed and not taken):
            continue
        if measure.id not in phases:
            expected = frame.label[measure.id]
            place.add("MEASURE_MISSING", measure=measure.id, expected=expected)
        elif len(phases[measure.id]) == 1 and len(present) > 1:
            only = next(iter(phases[measure.id]))
            place.add("MEASURE_ONLY_IN_ONE_PHASE", measure=measure.id, phase=only)


def _phases_by_measure(
    taken: Sequence[Taken],
    units: Units,
    counts: Sequence[Mapping[str, Any]],
    *,
    frame: Frame,
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, of in zip(taken, units.of, strict=True):
        own = {units.phase[unit] for unit in set(of[of >= 0].tolist())}
        for measure in _asked(one, frame.form.measures):
            found.setdefault(measure, set()).update(own)
    for row in counts:
        found.setdefault(row["measure"], set()).add(row["phase"])
    return found


def _asked(one: Taken, measures: Sequence[Measure]) -> list[str]:
    timed = [m.id for m in measures if m.start and has_dates(one, m)]
    return [*one.part.measures, *timed]
