"""The answers table from the arrays of a run: every column taken, none looped over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from taskforce_analysis.checking.laws import Laws
from taskforce_analysis.checking.matrix import ABSENT
from taskforce_analysis.checking.row_facts import RowFacts
from taskforce_analysis.checking.scoring import Scored
from taskforce_analysis.checking.timing import DAY_COUNTS, TimedOutcomes
from taskforce_analysis.checking.units import Units
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.reading.cells import column_letters
from taskforce_analysis.tables import ALL, LIMIT_SCORE, SCORES

if TYPE_CHECKING:
    import pandas as pd
    from pandas.api.extensions import ExtensionArray

PIECE, LONG = 1 << 15, 1 << 18  # how many rows of a long table are made at a time
FEW = 4  # how often an address must come again to be made once for all


@dataclass(frozen=True, kw_only=True, eq=False)
class AnswerArrays:
    """All that the answers table is made of."""

    applied: AppliedForm
    facts: Sequence[RowFacts]
    units: Units
    scored: Scored
    timed: Mapping[str, TimedOutcomes]
    dates: Mapping[str, np.ndarray]  # the date attributes per unit
    laws: Laws | None  # where the form says which date decides the law
    alike: Mapping[str, np.ndarray]  # scores by the limits of a phase's last day


def answers_table(arrays: AnswerArrays) -> "pd.DataFrame":
    """The answers of all units, as `tables.answers` with the form's attributes."""
    import pandas as pd

    unit, measure = np.nonzero(arrays.scored.scores != ABSENT)
    columns = _who(arrays, unit) | _what(arrays, unit, measure)
    columns |= _where(arrays, unit, measure) | _more(arrays, unit, measure)
    return pd.DataFrame(columns, copy=False)


def text_column(values: Sequence[str], codes: np.ndarray) -> "ExtensionArray":
    """A column of texts by their number among the values; -1 is nothing."""
    import pandas as pd

    if not len(values):
        return pd.array([None] * len(codes), dtype="str")
    lacking = bool((codes < 0).any())
    if len(values) == 1 and not lacking:
        return _constant(values[0], len(codes))
    texts = pd.array(list(values), dtype="str")
    return texts.take(codes, allow_fill=lacking)


def _constant(text: str, count: int) -> "ExtensionArray":
    import pandas as pd

    # Pieces that are the same are held in memory once.
    piece = pd.array([text] * min(count, PIECE), dtype="str")
    whole, rest = divmod(count, PIECE)
    return joined([piece] * whole + [piece[:rest]]) if whole else piece


def joined(pieces: "Sequence[ExtensionArray | pd.Series[str]]") -> "ExtensionArray":
    """Arrays of texts behind one another, which need not copy them."""
    import pandas as pd

    return pd.concat(list(map(pd.Series, pieces)), ignore_index=True).array


def _who(arrays: AnswerArrays, unit: np.ndarray) -> "dict[str, ExtensionArray]":
    units = arrays.units
    phases = list(dict.fromkeys(units.phase))
    number = {phase: place for place, phase in enumerate(phases)}
    phase = np.array([number[one] for one in units.phase], dtype=np.int64)
    cases = text_column(units.case_id, unit)
    alike = units.unit_id == units.case_id
    return {
        "form": _constant(arrays.applied.form.id, len(unit)),
        "phase": text_column(phases, phase[unit]),
        "group": _constant(ALL, len(unit)),
        "case_id": cases,
        "unit_id": cases.copy() if alike else text_column(units.unit_id, unit),
    }


def _what(
    arrays: AnswerArrays, unit: np.ndarray, measure: np.ndarray
) -> "dict[str, ExtensionArray]":
    import pandas as pd

    applied, scored = arrays.applied, arrays.scored
    days = np.full(scored.scores.shape[1:], ABSENT, dtype=np.int64)
    days = np.broadcast_to(days, scored.scores.shape)
    if arrays.timed:
        days = days.copy()
        for name, timed in arrays.timed.items():
            days[:, applied.measure_ids.index(name)] = timed.days
    taken = days[unit, measure]
    return {
        "measure": text_column(applied.measure_ids, measure),
        "answer": text_column(applied.answers, scored.matrix.answers[unit, measure]),
        "score": text_column(SCORES, scored.scores[unit, measure]),
        "days": pd.arrays.IntegerArray(taken, taken == ABSENT),
    }


def _where(
    arrays: AnswerArrays, unit: np.ndarray, measure: np.ndarray
) -> "dict[str, ExtensionArray]":
    matrix = arrays.scored.matrix
    origin = matrix.origin[unit, measure]
    first = np.array([number for number, _ in arrays.units.first], dtype=np.int32)
    origin = np.where(origin == ABSENT, first[unit], origin)
    parts = [one.part for one in arrays.facts]
    return {
        "file": _of_origin([part.file for part in parts], origin),
        "sheet": _of_origin([part.sheet for part in parts], origin),
        "cell": _addresses(matrix.row[unit, measure], matrix.column[unit, measure]),
    }


def _of_origin(names: Sequence[str], origin: np.ndarray) -> "ExtensionArray":
    known = {name: place for place, name in enumerate(dict.fromkeys(names))}
    codes = np.array([known[name] for name in names], dtype=np.int64)
    return text_column(list(known), codes[origin] if len(codes) else origin)


def _addresses(row: np.ndarray, column: np.ndarray) -> "ExtensionArray":
    import pandas as pd

    columns, rows = _numbered(column), _numbered(row)
    letters = [column_letters(one) for one in columns.numbers.tolist()]
    numbers = [str(one) for one in rows.numbers.tolist()]
    line = np.where(row > 0, rows.places, np.int32(-1))  # what has no cell
    if FEW * len(letters) * len(numbers) <= len(row):
        cells = [name + number for number in numbers for name in letters]
        codes = np.where(line < 0, -1, line * len(letters) + columns.places)
        return text_column(cells, codes)
    first = pd.array(letters, dtype="str")
    second = pd.array(numbers, dtype="str")
    slices = [slice(start, start + LONG) for start in range(0, len(row), LONG)]
    return joined(
        [
            pd.Series(first.take(columns.places[one]))
            + pd.Series(second.take(line[one], allow_fill=True))
            for one in slices
        ]
    )


class _Numbered(NamedTuple):
    """The distinct numbers of an array in order, and for each entry which it is."""

    numbers: np.ndarray
    places: np.ndarray


def _numbered(numbers: np.ndarray) -> _Numbered:
    there = np.zeros(int(numbers.max(initial=0)) + 1, dtype=bool)
    there[numbers] = True
    places = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return _Numbered(np.flatnonzero(there), places[numbers])


def _more(
    arrays: AnswerArrays, unit: np.ndarray, measure: np.ndarray
) -> "dict[str, ExtensionArray]":
    """What the form adds: attributes, caseworkers, the law, the days of deadlines.

    Where limits changed, each phase's last limits have a column of scores as well.
    """
    form, facts = arrays.applied.form, arrays.facts
    found = {}
    for attribute in form.attributes:
        if attribute.type == "date":
            found[attribute.id] = _iso(arrays.dates[attribute.id])[unit]
            continue
        columns = [one.attributes.get(attribute.id) for one in facts]
        values = arrays.units.texts(columns)
        found[attribute.id] = text_column(values.values, values.codes[unit])
    for name in ("cluster", "corrected"):
        if getattr(form, name):
            values = arrays.units.texts([one.others.get(name) for one in facts])
            found[name] = text_column(values.values, values.codes[unit])
    if arrays.laws:
        codes = arrays.laws.codes[unit, measure]
        found["law"] = text_column(arrays.laws.values, codes)
    if arrays.timed:
        found |= _timing(arrays, unit, measure)
    for phase, scores in arrays.alike.items():
        found[f"{LIMIT_SCORE}{phase}"] = text_column(SCORES, scores[unit, measure])
    return found


def _iso(dates: np.ndarray) -> "ExtensionArray":
    days, codes = np.unique(dates.astype("datetime64[D]"), return_inverse=True)
    known = ~np.isnat(days)
    texts = [str(day) for day in days[known]]
    # NaT sorts last, so that the known days keep their numbers.
    return text_column(texts, np.where(known[codes], codes, -1))


def _timing(
    arrays: AnswerArrays, unit: np.ndarray, measure: np.ndarray
) -> "dict[str, ExtensionArray]":
    limits = dict.fromkeys(one for each in arrays.timed.values() for one in each.limits)
    number = {limit: place for place, limit in enumerate(limits)}
    columns = {
        name: np.full(len(unit), ABSENT, dtype=np.int64)
        for name in ("open", "limit", *DAY_COUNTS)
    }
    for name, timed in arrays.timed.items():
        own = measure == arrays.applied.measure_ids.index(name)
        places = np.array([*(number[one] for one in timed.limits), ABSENT])
        per_unit = {"open": timed.open, "limit": places[timed.limit]}
        for field, values in (per_unit | dict(timed.day_counts)).items():
            columns[field][own] = values[unit[own]]
    return {
        "open": text_column(("no", "yes"), columns.pop("open")),
        "limit": text_column(list(number), columns.pop("limit")),
        **{name: _texts_of(values) for name, values in columns.items()},
    }


def _texts_of(numbers: np.ndarray) -> "ExtensionArray":
    known, codes = np.unique(numbers, return_inverse=True)
    texts = [str(number) for number in known.tolist()]
    return text_column(texts, np.where(numbers == ABSENT, -1, codes))
