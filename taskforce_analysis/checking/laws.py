"""Under which law each answer was given: by the date of the decision, not the phase."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from taskforce_analysis.checking.units import Units
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.issues import Notes


@dataclass(frozen=True, eq=False)
class Laws:
    """The laws of a form, and for each unit and measure which, -1 where none is known.

    Only measures whose rule stood under several laws, or changed, have any.
    """

    values: tuple[str, ...]
    codes: np.ndarray


def laws_of(form: Form, decided: np.ndarray) -> Laws:
    """The law of each unit's answers; `decided` are the dates of decision per unit.

    Where that date is empty or cannot be read no law is known: no other date decides.
    """
    days, number = np.unique(decided.astype("datetime64[D]"), return_inverse=True)
    named = {
        column: [law_on(measure, day) for day in days.tolist()]
        for column, measure in enumerate(form.measures)
        if has_several_laws(measure)
    }
    values = tuple(dict.fromkeys(law for laws in named.values() for law in laws if law))
    codes = np.full((len(decided), len(form.measures)), -1, dtype=np.int64)
    for column, laws in named.items():
        own = [values.index(law) if law else -1 for law in laws]
        codes[:, column] = np.array(own, dtype=np.int64)[number]
    return Laws(values, codes)


def has_several_laws(measure: Measure) -> bool:
    """Whether a measure's rule stood under several laws, or changed within one."""
    laws = {basis.law for basis in measure.legal_basis}
    return len(laws) > 1 or bool(laws and measure.rule_changed)


def law_on(measure: Measure, day: date | None) -> str:
    """The law of a measure on a day, or "" where none is known.

    Where the rule changed within the law (kompensationsydelse on 1 September 2025), the
    law is named with the date from which the rule was another.
    """
    if day is None:
        return ""
    law = _law(measure, day)
    changes = [
        change
        for change in measure.rule_changed
        if change <= day and _law(measure, change - timedelta(days=1)) == law
    ]
    return f"{law} {max(changes).isoformat()}" if law and changes else law


def _law(measure: Measure, day: date) -> str:
    valid = [basis.law for basis in measure.legal_basis if basis.holds_on(day)]
    return valid[0] if valid else ""


def note_mixed_laws(laws: Laws, units: Units, notes: Notes) -> None:
    """Note each phase whose cases were decided under more than one law.

    Where every phase has one law, but not the same, that is noted without a phase.
    """
    phases = np.array(units.phase, dtype=object)
    of_unit = laws.codes.max(axis=1, initial=-1)
    mixed = [
        phase
        for phase in dict.fromkeys(units.phase)
        if len(np.unique(_known(of_unit[phases == phase]))) > 1
    ]
    if not mixed and len(np.unique(_known(of_unit))) > 1:
        _note(laws, _known(of_unit), notes)
    for phase in mixed:
        _note(laws, _known(of_unit[phases == phase]), notes, phase=phase)


def _known(codes: np.ndarray) -> np.ndarray:
    return codes[codes >= 0]


def _note(
    laws: Laws, codes: np.ndarray, notes: Notes, *, phase: str | None = None
) -> None:
    found, counts = np.unique(codes, return_counts=True)
    said = [
        f"{laws.values[one]} {count}"
        for one, count in zip(found.tolist(), counts.tolist(), strict=True)
    ]
    notes.add("LAW_MIXED", phase=phase, count=int(counts.min()), found=", ".join(said))
