"""Deadline measures: from the dates of each unit to scores, days and issues."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis.checking.clock import Clock, has_dates, is_of, limit_of
from taskforce_analysis.checking.matrix import ABSENT, unit_column
from taskforce_analysis.checking.scoring import SCORE, TIMED
from taskforce_analysis.checking.series import judge_series
from taskforce_analysis.checking.units import MUNICIPALITY
from taskforce_analysis.forms import Measure
from taskforce_analysis.issues import CODES

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.deadlines import Judged

NUMBERS = ("allowed", "over", "elapsed")


@dataclass(frozen=True, eq=False)
class Timed:
    """A deadline measure's outcome per unit: score, days, whether it is still open.

    `limit` is the number of the limit among `limits`. `numbers` has, in days, what the
    limit allowed, how far over it the case is, and what had elapsed on the date of
    measurement. `days` and the numbers are ABSENT where there are none.
    """

    scores: np.ndarray
    days: np.ndarray
    open: np.ndarray
    limit: np.ndarray
    limits: tuple[str, ...]
    numbers: Mapping[str, np.ndarray] = field(default_factory=dict)


def timed_measures(clock: Clock) -> dict[str, Timed]:
    """The outcome of each deadline measure that a table has the dates of."""
    measures = [one for one in clock.frame.form.measures if one.kind in TIMED]
    asked = {one.id: clock.has(one) for one in measures}
    return {
        one.id: _timed(clock, one, asked[one.id])
        for one in measures
        if asked[one.id].any()
    }


def _timed(clock: Clock, measure: Measure, asked: np.ndarray) -> Timed:
    import pandas as pd

    judge = judge_series if measure.kind == "follow_up" else _judge_one
    index = pd.Index(np.flatnonzero(asked))
    judged = judge(clock, measure, index)
    _note(clock, measure, judged)
    cases = judged.cases.assign(elapsed=clock.elapsed(measure).loc[index])
    codes, limits = pd.factorize(cases["limit"].astype(object))
    scores = cases["outcome"].astype(object).map(SCORE).to_numpy(dtype=np.int16)
    return Timed(
        scores=_spread(scores, asked),
        days=_spread(_whole(cases["days"]), asked),
        open=_spread(cases["open"].fillna(value=False).to_numpy(bool), asked) == 1,
        limit=_spread(codes, asked),
        limits=tuple(map(str, limits)),
        numbers={name: _spread(_whole(cases[name]), asked) for name in NUMBERS},
    )


def _whole(column: "pd.Series") -> np.ndarray:
    return column.astype("Int64").fillna(ABSENT).to_numpy(dtype=np.int64)


def _spread(values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The values of the units that were asked, ABSENT for the others."""
    found = np.full(len(asked), ABSENT, dtype=np.int64)
    found[asked] = values
    return found


def _judge_one(clock: Clock, measure: Measure, index: "pd.Index") -> "Judged":
    import pandas as pd

    from taskforce_analysis.deadlines import judge

    where = index.to_numpy()
    assert measure.limit is not None
    limit = limit_of(measure)
    _note_invented(clock, measure, limit)
    by = measure.limit.by
    earlier = clock.dates("earlier", measure.id)[where] if measure.limit.or_by else None
    return judge(
        pd.Series(clock.dates("start", measure.id)[where], index=index),
        pd.Series(clock.dates("end", measure.id)[where], index=index),
        limit,
        measured=clock.measured[where],
        paragraphs=_texts(clock, by, index) if by else None,
        municipalities=_texts(clock, MUNICIPALITY, index),
        what=measure.limit.what,
        earlier=earlier,
    )


def _texts(clock: Clock, attribute: str, index: "pd.Index") -> "pd.Series":
    """What an attribute says of each unit; empty where it says nothing."""
    import pandas as pd

    columns = [one.attributes.get(attribute) for one in clock.taken]
    found = unit_column(columns, clock.units, len(clock.units.first))
    texts = np.array([*found.values, ""], dtype=object)  # noqa: PD011
    return pd.Series(texts[found.codes[index.to_numpy()]], index=index)


def _note_invented(clock: Clock, measure: Measure, limit: Any) -> None:
    assert measure.limit is not None
    if getattr(limit, "invented", False) and not measure.limit.chosen:
        part = next(one.part for one in clock.taken if has_dates(one, measure))
        notes = clock.notes.on(part.file, part.sheet)
        notes.add("LIMITS_INVENTED", measure=measure.id)


def _note(clock: Clock, measure: Measure, judged: "Judged") -> None:
    noted = {
        (issue.code, issue.file, issue.sheet, issue.cell) for issue in clock.notes.found
    }
    for unit, code in judged.issues[["row", "code"]].itertuples(index=False):
        number, row = clock.units.first[int(unit)]
        part = clock.taken[number].part
        place = _end_heading(part.places, measure)
        cell = None if place is None else part.cell(row, place)
        if code in CODES and (code, part.file, part.sheet, cell) not in noted:
            clock.notes.on(part.file, part.sheet).add(
                code,
                cell,
                case_id=clock.units.case_id[int(unit)],
                phase=clock.units.phase[int(unit)],
                measure=measure.id,
            )


def _end_heading(places: Any, measure: Measure) -> int | None:
    found = [p for one, p in places.items() if one.role == "end"]
    own = [
        p for one, p in places.items() if one.role == "end" and is_of(one.id, measure)
    ]
    return next(iter(own or found), None)
