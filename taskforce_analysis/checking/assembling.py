"""The answers table from the arrays of a run: every column taken, none looped over.

Texts that come again are texts in a table of the usual size. In a long one they are
categories: three and a half million answers would else take half a gibibyte more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from taskforce_analysis.checking.laws import Laws
from taskforce_analysis.checking.matrix import ABSENT, Matrix
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

LONG = 1 << 18  # rows of a long table, and how many of it are made at a time
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

    asked = _Asked.of(arrays.scored.scores)
    columns = _who(arrays, asked.unit) | _what(arrays, asked)
    columns |= _where(arrays, asked) | _more(arrays, asked)
    return pd.DataFrame(columns, copy=False)


class _Asked(NamedTuple):
    """Which units were asked which measures: as a mask, and by number, row by row."""

    mask: np.ndarray
    unit: np.ndarray
    measure: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray) -> "_Asked":
        """All that have a score."""
        mask = scores != ABSENT
        units, measures = (np.arange(count, dtype=np.int32) for count in mask.shape)
        return cls(
            mask,
            np.repeat(units, mask.sum(axis=1)),
            np.broadcast_to(measures, mask.shape)[mask],
        )


def text_column(values: Sequence[str], codes: np.ndarray) -> "ExtensionArray":
    """A column of texts by their number among the values; -1 is nothing.

    Categories in a long table, where the values may be many more than the distinct.
    """
    import pandas as pd

    if len(codes) < LONG:
        texts = pd.array([*values, None], dtype="str")
        return texts.take(codes)
    known = {value: number for number, value in enumerate(dict.fromkeys(values))}
    if len(known) < len(values):
        places = [*(known[value] for value in values), ABSENT]
        codes = np.array(places, dtype=np.int32)[codes]
    names = pd.Index(list(known), dtype="str")
    return pd.Categorical.from_codes(codes, names)  # type: ignore[return-value]


def _constant(text: str, count: int) -> "ExtensionArray":
    return text_column((text,), np.zeros(count, dtype=np.int8))


def _who(arrays: AnswerArrays, unit: np.ndarray) -> "dict[str, ExtensionArray]":
    units = arrays.units
    phases = list(dict.fromkeys(units.phase))
    number = {phase: place for place, phase in enumerate(phases)}
    phase = np.array([number[one] for one in units.phase], dtype=np.int32)
    cases = text_column(units.case_id, unit)
    alike = units.unit_id == units.case_id
    return {
        "form": _constant(arrays.applied.form.id, len(unit)),
        "phase": text_column(phases, phase[unit]),
        "group": _constant(ALL, len(unit)),
        "case_id": cases,
        "unit_id": cases.copy() if alike else text_column(units.unit_id, unit),
    }


def _what(arrays: AnswerArrays, asked: _Asked) -> "dict[str, ExtensionArray]":
    import pandas as pd

    applied, scored = arrays.applied, arrays.scored
    days = np.zeros(len(asked.unit), dtype=np.int64)  # untouched, it takes no memory
    lacking = np.ones(len(asked.unit), dtype=bool)
    for name, timed in arrays.timed.items():
        own = asked.measure == applied.measure_ids.index(name)
        days[own] = timed.days[asked.unit[own]]
        lacking[own] = days[own] == ABSENT
    return {
        "measure": text_column(applied.measure_ids, asked.measure),
        "answer": text_column(applied.answers, scored.matrix.answers[asked.mask]),
        "score": text_column(SCORES, scored.scores[asked.mask]),
        "days": pd.arrays.IntegerArray(days, lacking),
    }


def _where(arrays: AnswerArrays, asked: _Asked) -> "dict[str, ExtensionArray]":
    matrix = arrays.scored.matrix
    origin = matrix.origin[asked.mask]
    first = np.array([number for number, _ in arrays.units.first], dtype=np.int32)
    nowhere = origin == ABSENT
    origin[nowhere] = first[asked.unit[nowhere]]
    parts = [one.part for one in arrays.facts]
    return {
        "file": _of_origin([part.file for part in parts], origin),
        "sheet": _of_origin([part.sheet for part in parts], origin),
        "cell": _cells(matrix, asked.mask),
    }


def _of_origin(names: Sequence[str], origin: np.ndarray) -> "ExtensionArray":
    known = {name: place for place, name in enumerate(dict.fromkeys(names))}
    codes = np.array([known[name] for name in names], dtype=np.int32)
    return text_column(list(known), codes[origin] if len(codes) else origin)


def _cells(matrix: Matrix, mask: np.ndarray) -> "ExtensionArray":
    import pandas as pd

    step = max(LONG // max(mask.shape[1], 1), 1)
    slices = [slice(start, start + step) for start in range(0, len(mask), step)]
    pieces = [
        _addresses(matrix.row[one][mask[one]], matrix.column[one][mask[one]])
        for one in slices
    ]
    series = [pd.Series(piece, dtype="str") for piece in pieces or [[]]]
    return pd.concat(series, ignore_index=True).array


def _addresses(row: np.ndarray, column: np.ndarray) -> "ExtensionArray":
    import pandas as pd

    columns, rows = _numbered(column), _numbered(row)
    letters = [column_letters(one) for one in columns.numbers.tolist()]
    numbers = [str(one) for one in rows.numbers.tolist()]
    line = np.where(row > 0, rows.places, np.int32(-1))  # what has no cell
    if FEW * len(letters) * len(numbers) <= len(row):
        cells = [name + number for number in numbers for name in letters]
        codes = np.where(line < 0, ABSENT, line * len(letters) + columns.places)
        return pd.array([*cells, None], dtype="str").take(codes)
    first = pd.array([*letters, None], dtype="str").take(columns.places)
    second = pd.array([*numbers, None], dtype="str").take(line)
    return (pd.Series(first) + pd.Series(second)).array


class _Numbered(NamedTuple):
    """The distinct numbers of an array in order, and for each entry which it is."""

    numbers: np.ndarray
    places: np.ndarray


def _numbered(numbers: np.ndarray) -> _Numbered:
    there = np.zeros(int(numbers.max(initial=0)) + 1, dtype=bool)
    there[numbers] = True
    places = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return _Numbered(np.flatnonzero(there), places[numbers])


def _more(arrays: AnswerArrays, asked: _Asked) -> "dict[str, ExtensionArray]":
    """What the form adds: attributes, caseworkers, the law, the days of deadlines.

    Where limits changed, each phase's last limits have a column of scores as well.
    """
    form, facts, unit = arrays.applied.form, arrays.facts, asked.unit
    found = {}
    for attribute in form.attributes:
        if attribute.type == "date":
            found[attribute.id] = _iso(arrays.dates[attribute.id], unit)
            continue
        columns = [one.attributes.get(attribute.id) for one in facts]
        values = arrays.units.texts(columns)
        found[attribute.id] = text_column(values.values, values.codes[unit])
    for name in ("cluster", "corrected"):
        if getattr(form, name):
            values = arrays.units.texts([one.others.get(name) for one in facts])
            found[name] = text_column(values.values, values.codes[unit])
    if arrays.laws:
        codes = arrays.laws.codes[asked.mask]
        found["law"] = text_column(arrays.laws.values, codes)
    if arrays.timed:
        found |= _timing(arrays, asked)
    for phase, scores in arrays.alike.items():
        found[f"{LIMIT_SCORE}{phase}"] = text_column(SCORES, scores[asked.mask])
    return found


def _iso(dates: np.ndarray, unit: np.ndarray) -> "ExtensionArray":
    days, codes = np.unique(dates.astype("datetime64[D]"), return_inverse=True)
    known = ~np.isnat(days)
    texts = [str(day) for day in days[known]]
    # NaT sorts last, so that the known days keep their numbers.
    return text_column(texts, np.where(known[codes], codes, ABSENT)[unit])


def _timing(arrays: AnswerArrays, asked: _Asked) -> "dict[str, ExtensionArray]":
    limits = dict.fromkeys(one for each in arrays.timed.values() for one in each.limits)
    number = {limit: place for place, limit in enumerate(limits)}
    columns = {
        name: np.full(len(asked.unit), ABSENT, dtype=np.int32)
        for name in ("open", "limit", *DAY_COUNTS)
    }
    for name, timed in arrays.timed.items():
        own = asked.measure == arrays.applied.measure_ids.index(name)
        places = np.array([*(number[one] for one in timed.limits), ABSENT])
        per_unit = {"open": timed.open, "limit": places[timed.limit]}
        for field, values in (per_unit | dict(timed.day_counts)).items():
            columns[field][own] = values[asked.unit[own]]
    return {
        "open": text_column(("no", "yes"), columns.pop("open")),
        "limit": text_column(list(number), columns.pop("limit")),
        **{name: _texts_of(values) for name, values in columns.items()},
    }


def _texts_of(numbers: np.ndarray) -> "ExtensionArray":
    known, codes = np.unique(numbers, return_inverse=True)
    texts = [str(number) for number in known.tolist()]
    return text_column(texts, np.where(numbers == ABSENT, ABSENT, codes))
