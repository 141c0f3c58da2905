"""Deadline measures: from the dates of each unit to scores, days and issues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis.checking.matrix import ABSENT, unit_column, unit_dates
from taskforce_analysis.checking.scoring import SCORE, TIMED
from taskforce_analysis.checking.units import MUNICIPALITY, Taken, Units
from taskforce_analysis.forms import Measure
from taskforce_analysis.issues import CODES
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.records import Frame

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.deadlines import Judged


# FOLDED checking.clock
#
# What judging a deadline needs from a check: the dates and limits of each unit.


@dataclass(frozen=True, eq=False)
class Clock:
    """The units whose deadlines are judged, and what is needed for it."""

    taken: Sequence[Taken]
    units: Units
    frame: Frame
    notes: Notes

    def dates(self, role: str, name: str) -> np.ndarray:
        """The dates of a role per unit."""
        columns = [
            one.days.of(one.part.place(role, name), len(one.part)) for one in self.taken
        ]
        return unit_dates(columns, self.units, len(self.units.first))

    @cached_property
    def measured(self) -> np.ndarray:
        """The date of measurement per unit; NaT where it was not stated."""
        dates: dict[str, date | None] = dict(self.frame.measured)
        days = [dates.get(phase) for phase in self.units.phase]
        return np.array(days, dtype="datetime64[D]")

    def elapsed(self, measure: Measure) -> "pd.Series":
        """Days per unit from the start to the date of measurement, where both are."""
        import pandas as pd

        start = self.dates("start", measure.id).astype("datetime64[D]")
        days = pd.Series((self.measured - start) / np.timedelta64(1, "D"))
        return days.where(days >= 0).astype("Int64")

    def has(self, measure: Measure) -> np.ndarray:
        """Which units lie in a table that has the measure's date columns."""
        whole = np.zeros(len(self.units.first), dtype=bool)
        for one, of in zip(self.taken, self.units.of, strict=True):
            if has_dates(one, measure):
                whole[of[of >= 0]] = True
        return whole


def has_dates(one: Taken, measure: Measure) -> bool:
    """Whether a table has both columns of a deadline measure."""
    roles = {place.role for place in one.part.places if is_of(place.id, measure)}
    return {"start", "end"} <= roles


def is_of(name: str, measure: Measure) -> bool:
    """Whether a role in the vocabulary belongs to a measure (or one of its dates)."""
    return name.partition("#")[0] == measure.id


def limit_of(measure: Measure) -> Any:
    """The limit of a measure, or the one or more rule sets that it is looked up in."""
    from taskforce_analysis.deadlines import load_deadlines, parse_limit

    assert measure.limit is not None
    if measure.limit.text:
        return parse_limit(measure.limit.text)
    found = tuple(load_deadlines(name) for name in measure.limit.sources)
    return found[0] if len(found) == 1 else found


# FOLDED checking.series
#
# Follow-up measures: from a list of dates per unit to one outcome.
#
# One late follow-up decides; a unit none of whose follow-ups was due yet is not due.
# The days are those to the first follow-up, so that they mean the same for every
# unit; the days over the limit are the most that any follow-up was late. What decides
# before what; a follow-up that nothing is known of leaves it unknown.

_ORDER = ("noncompliant", "not_assessable", "missing", "compliant", "not_due")


def judge_series(clock: Clock, measure: Measure, index: "pd.Index") -> "Judged":
    """One judged row per unit; `index` are the units that the measure was asked of."""
    import pandas as pd

    from taskforce_analysis.deadlines import FollowUp, Judged, follow_up_series

    where = index.to_numpy()
    limits = limit_of(measure)
    held = [
        pd.Series(clock.dates("end", f"{measure.id}#{number}")[where], index=index)
        for number in range(len(measure.end))
    ]
    sooner = measure.limit is not None and measure.limit.or_by
    series = follow_up_series(
        pd.Series(clock.dates("start", measure.id)[where], index=index),
        pd.concat(held).dropna(),
        FollowUp(limits) if measure.limit and measure.limit.text else limits,
        measured=pd.Series(clock.measured[where], index=index),
        earlier=pd.Series(clock.dates("earlier", measure.id)[where], index=index)
        if sooner
        else None,
    )
    return Judged(_summed(series.cases, index), _by_unit(series))


def _summed(cases: "pd.DataFrame", index: "pd.Index") -> "pd.DataFrame":
    outcome = cases["outcome"].astype(object)
    rank = outcome.map({name: place for place, name in enumerate(_ORDER)})
    ranked = cases.assign(rank=rank.fillna(len(_ORDER))).sort_values(["rank", "number"])
    decisive = ranked.drop_duplicates("case").set_index("case")
    first = cases[cases["number"] == 1].set_index("case")
    summed = first[["days", "open", "allowed", "limit"]].reindex(index)
    late = cases["over"].where(outcome == "noncompliant")
    over = late.groupby(cases["case"]).max()
    kept = cases["over"].groupby(cases["case"]).min()
    return summed.assign(
        outcome=decisive["outcome"].reindex(index),
        over=over.fillna(kept).reindex(index),
    )


def _by_unit(series: "Judged") -> "pd.DataFrame":
    cases = series.cases["case"]
    issues = series.issues.assign(row=series.issues["row"].map(cases))
    return issues.drop_duplicates()


# FOLDED checking.timing
#
# Deadline measures: from the dates of each unit to scores, days and issues.

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
