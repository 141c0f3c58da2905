"""Deadline measures: from the dates of each unit to scores, days and issues.

The rules and the judging stand in `deadlines`; here each measure's dates, limits and
municipalities are taken from the rows, and what was odd is told at the cell of its end.
A follow-up measure is judged from one follow-up to the next and summed to one outcome
per unit: one late follow-up decides, one that nothing is known of leaves it unknown,
and a unit none of whose follow-ups was due yet is not due.

A date that cannot be read is not an open case: the unit is unrecognised unless the rest
decides. One whose end is empty is open on the date of measurement, and that is told
(DATE_OPEN), for an empty cell may also have been forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.checking.distinct_cells import TextColumn
from taskforce_analysis.checking.matrix import ABSENT
from taskforce_analysis.checking.row_facts import (
    MUNICIPALITY,
    DateColumn,
    RowFacts,
    has_dates,
    is_of,
)
from taskforce_analysis.checking.scoring import SCORE, TIMED
from taskforce_analysis.checking.units import Units
from taskforce_analysis.forms import Form, Measure, MeasureLimit
from taskforce_analysis.issues import CODES, Facts, Notes
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.paragraphs import parse_provisions, successors

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.deadlines import Judged
    from taskforce_analysis.deadlines.rules import RuleSet

DAY_COUNTS = ("allowed", "over", "elapsed")
# What decides before what, where a unit has several follow-ups.
_DECIDES = (
    "noncompliant",
    "unrecognised",
    "not_assessable",
    "missing",
    "compliant",
    "not_due",
)


@dataclass(frozen=True, eq=False)
class TimedOutcomes:
    """A deadline measure's outcome per unit: score, days, whether it is still open.

    `limit` is the number of the limit among `limits`. `day_counts` has what the limit
    allowed, how far over it the case is, and what had elapsed on the date of
    measurement. `open` is 1 or 0. It, `days` and the counts are ABSENT where they are
    not known, as they are of a unit whose dates could not be read.
    """

    scores: np.ndarray
    days: np.ndarray
    open: np.ndarray
    limit: np.ndarray
    limits: tuple[str, ...]
    day_counts: Mapping[str, np.ndarray]


def timed_outcomes(
    facts: Sequence[RowFacts], units: Units, *, applied: AppliedForm, notes: Notes
) -> dict[str, TimedOutcomes]:
    """The outcome of each deadline measure that a table has the dates of."""
    clock = _Clock(facts, units, applied, notes)
    return {
        measure.id: _outcomes(clock, measure, asked)
        for measure in applied.form.measures
        if measure.kind in TIMED and (asked := clock.asked(measure)).any()
    }


def alike_scores(
    facts: Sequence[RowFacts],
    units: Units,
    *,
    applied: AppliedForm,
    timed: Mapping[str, TimedOutcomes],
) -> dict[str, dict[str, np.ndarray]]:
    """By phase and measure, every unit's score by the limits of that phase's last day.

    Only of measures whose limits are looked up and are not the same for all: else the
    units' own scores say it already. A unit that has a limit, but had none then, is
    not_assessable.
    """
    found: dict[str, dict[str, np.ndarray]] = {}
    clock = _Clock(facts, units, applied, Notes())  # what is odd was told already
    for measure in applied.form.measures:
        own = timed.get(measure.id)
        if own and measure.kind == "deadline" and measure.limit and measure.limit.by:
            for phase, scores in _alike(clock, measure, own).items():
                found.setdefault(phase, {})[measure.id] = scores
    return found


@dataclass(frozen=True, eq=False)
class _Clock:
    """What judging a deadline needs from a check: the dates and texts of each unit."""

    facts: Sequence[RowFacts]
    units: Units
    applied: AppliedForm
    notes: Notes

    def asked(self, measure: Measure) -> np.ndarray:
        """Which units lie in a table that has the measure's date columns."""
        asked = np.zeros(len(self.units), dtype=bool)
        for one, of in zip(self.facts, self.units.of, strict=True):
            if has_dates(one.part, measure):
                asked[of[of >= 0]] = True
        return asked

    def dates(self, role: str, name: str) -> DateColumn:
        """The dates of a role per unit."""
        return self.units.dates([one.dates_of(role, name) for one in self.facts])

    @cached_property
    def measured(self) -> np.ndarray:
        """The date of measurement per unit; NaT where it was not stated."""
        dates: dict[str, date | None] = dict(self.applied.measured)
        days = [dates.get(phase) for phase in self.units.phase]
        return np.array(days, dtype="datetime64[D]")

    def elapsed(self, measure: Measure) -> "pd.Series":
        """Days per unit from the start to the date of measurement, where both are."""
        import pandas as pd

        start = self.dates("start", measure.id).when.astype("datetime64[D]")
        days = pd.Series((self.measured - start) / np.timedelta64(1, "D"))
        return days.where(days >= 0).astype("Int64")

    def cited(self, limit: MeasureLimit, index: "pd.Index") -> "pd.Series | None":
        """What these units' limits are looked up by, with the benefit that is named."""
        if not limit.by:
            return None
        return _per_unit(self.units.cited(self.facts, limit.by), index)

    def decided(self, limit: MeasureLimit, index: "pd.Index") -> "pd.Series | None":
        """The dates of decision of these units, where another duty has other dates."""
        import pandas as pd

        form = self.applied.form
        if limit.what == "decision" or not form.law_date:
            return None
        dates = self.dates("attribute", form.law_date).when
        return pd.Series(dates[index.to_numpy()], index=index)

    def texts(self, attribute: str, index: "pd.Index") -> "pd.Series":
        """What an attribute says of these units; empty where it says nothing."""
        columns = [one.attributes.get(attribute) for one in self.facts]
        return _per_unit(self.units.texts(columns), index)


def _per_unit(found: TextColumn, index: "pd.Index") -> "pd.Series":
    import pandas as pd

    texts = np.array([*found.values, ""], dtype=object)  # noqa: PD011
    return pd.Series(texts[found.codes[index.to_numpy()]], index=index)


def _alike(
    clock: _Clock, measure: Measure, own: TimedOutcomes
) -> dict[str, np.ndarray]:
    import pandas as pd

    from taskforce_analysis.deadlines import is_same_limit

    assert measure.limit is not None  # the measure is a deadline with a looked-up limit
    limits = np.array([*own.limits, ""], dtype=object)[own.limit]
    decided = [SCORE[name] for name in ("compliant", "noncompliant", "not_due")]
    days = _rule_days(clock, measure)
    known = np.isin(own.scores, decided) | (limits == "none")
    known &= ~np.isnat(days)
    phases, moved, found = np.array(clock.units.phase, dtype=object), False, {}
    index = pd.Index(np.flatnonzero(own.scores != ABSENT))
    has_limit = ~np.isin(limits[index], ["", "none"])
    for phase in dict.fromkeys(clock.units.phase):
        last = days[known & (phases == phase)]
        if not len(last):
            continue
        judged = _judge_one(
            clock, measure, measure.limit, index=index, on=last.max()
        ).cases
        then = judged["limit"].astype(object).fillna("")
        pairs = dict.fromkeys(zip(limits[index], then, strict=True))
        moved |= any(one and two and not is_same_limit(one, two) for one, two in pairs)
        scores = judged["outcome"].astype(object).map(SCORE).to_numpy(dtype=np.int16)
        lost = (scores == SCORE["not_applicable"]) & has_limit
        found[phase] = own.scores.copy()
        found[phase][index] = np.where(lost, SCORE["not_assessable"], scores)
    return found if moved else {}


def _rule_days(clock: _Clock, measure: Measure) -> np.ndarray:
    """The day that chooses each unit's rule, at most the date of measurement."""
    from taskforce_analysis.deadlines.rules import Asked, rule_days

    assert measure.limit is not None
    start, end = (clock.dates(role, measure.id) for role in ("start", "end"))
    asked = Asked(
        start=start.when.astype("datetime64[D]"),
        end=end.when.astype("datetime64[D]"),
        measured=clock.measured,
        no_start=start.unreadable,
        no_end=end.unreadable,
        decided=np.full(len(clock.units), np.datetime64("NaT", "D")),
    )
    first = _rule_sets(measure.limit, clock.applied.form)[0]
    return np.fmin(rule_days(asked, first), clock.measured)


def _outcomes(clock: _Clock, measure: Measure, asked: np.ndarray) -> TimedOutcomes:
    import pandas as pd

    assert measure.limit is not None  # no form without it is loaded
    index = pd.Index(np.flatnonzero(asked))
    judge_measure = _judge_series if measure.kind == "follow_up" else _judge_one
    judged = judge_measure(clock, measure, measure.limit, index=index)
    _note_judged(clock, measure, judged)
    cases = judged.cases.assign(elapsed=clock.elapsed(measure).loc[index])
    numbers = ["days", "open", *DAY_COUNTS]
    lost = cases["outcome"] == "unrecognised"
    cases[numbers] = cases[numbers].mask(lost)
    codes, limits = pd.factorize(cases["limit"].astype(object))
    scores = cases["outcome"].astype(object).map(SCORE).to_numpy(dtype=np.int16)

    def per_unit(values: np.ndarray) -> np.ndarray:
        # The values are those of the units that were asked.
        found = np.full(len(asked), ABSENT, dtype=np.int64)
        found[asked] = values
        return found

    def days(name: str) -> np.ndarray:
        counted = cases[name].astype("Int64").fillna(ABSENT)
        return per_unit(counted.to_numpy(dtype=np.int64))

    return TimedOutcomes(
        scores=per_unit(scores),
        days=days("days"),
        open=days("open"),
        limit=per_unit(codes),
        limits=tuple(map(str, limits)),
        day_counts={name: days(name) for name in DAY_COUNTS},
    )


def _rule_sets(limit: MeasureLimit, form: Form) -> "tuple[RuleSet, ...]":
    """The rule sets that a form's limit is looked up in; none for a fixed one."""
    from taskforce_analysis.deadlines import load_deadlines

    local = tuple(
        replace(load_deadlines(name), laws=form.law_days) for name in limit.local
    )
    sources = () if limit.text else limit.sources
    return tuple(
        replace(load_deadlines(one), local=local, laws=form.law_days) for one in sources
    )


def _judge_one(
    clock: _Clock,
    measure: Measure,
    limit: MeasureLimit,
    *,
    index: "pd.Index",
    on: np.datetime64 | None = None,
) -> "Judged":
    import pandas as pd

    from taskforce_analysis.deadlines import judge

    where, sets = index.to_numpy(), _rule_sets(limit, clock.applied.form)
    start, end, earlier = (
        clock.dates(role, measure.id) for role in ("start", "end", "earlier")
    )
    if any(one.invented for one in sets):
        part = next(one.part for one in clock.facts if has_dates(one.part, measure))
        notes = clock.notes.on(part.file, part.sheet)
        notes.add("LIMITS_INVENTED", measure=measure.id)
    judged = judge(
        pd.Series(start.when[where], index=index),
        pd.Series(end.when[where], index=index),
        limit.text or sets,
        measured=clock.measured[where],
        paragraphs=clock.cited(limit, index),
        decided=clock.decided(limit, index),
        municipalities=clock.texts(MUNICIPALITY, index),
        what=limit.what,
        earlier=earlier.when[where] if limit.or_by else None,
        unreadable={
            "start": start.unreadable[where],
            "end": end.unreadable[where],
            "earlier": earlier.unreadable[where],
        },
        on=on,
    )
    blank = np.isnat(end.when[where]) & ~end.unreadable[where]
    return _with_open(judged, blank)


def _with_open(judged: "Judged", blank: np.ndarray) -> "Judged":
    """The same, with an issue for each unit taken as open for want of an end."""
    import pandas as pd

    from taskforce_analysis.deadlines import Judged

    is_open = judged.cases["outcome"].isin(["noncompliant", "not_due"]) & blank
    told = pd.DataFrame({"row": judged.cases.index[is_open], "code": "DATE_OPEN"})
    return Judged(judged.cases, pd.concat([judged.issues, told], ignore_index=True))


def _judge_series(
    clock: _Clock, measure: Measure, limit: MeasureLimit, *, index: "pd.Index"
) -> "Judged":
    import pandas as pd

    from taskforce_analysis.deadlines import FollowUp, Judged, follow_up_series

    def column(values: np.ndarray) -> "pd.Series":
        return pd.Series(values[index.to_numpy()], index=index)

    held = [
        clock.dates("end", f"{measure.id}#{number}")
        for number in range(len(measure.end))
    ]
    start, earlier = (clock.dates(role, measure.id) for role in ("start", "earlier"))
    series = follow_up_series(
        column(start.when),
        pd.concat([column(one.when) for one in held]),
        FollowUp(limit.text)
        if limit.text
        else _rule_sets(limit, clock.applied.form)[0],
        measured=column(clock.measured),
        paragraphs=clock.cited(limit, index),
        decided=clock.decided(limit, index),
        earlier=column(earlier.when) if limit.or_by else None,
        unreadable={
            "start": column(start.unreadable),
            "end": pd.concat([column(one.unreadable) for one in held]),
            "earlier": column(earlier.unreadable),
        },
    )
    issues = series.issues.assign(row=series.issues["row"].map(series.cases["case"]))
    return Judged(_summed(series.cases, index), issues.drop_duplicates())


def _summed(cases: "pd.DataFrame", index: "pd.Index") -> "pd.DataFrame":
    """One row per unit of its follow-ups.

    The days are those to the first follow-up, so that they mean the same for every
    unit; the days over the limit are the most that any follow-up was late, which is not
    known where one could not be read.
    """
    outcome = cases["outcome"].astype(object)
    rank = outcome.map({name: rank for rank, name in enumerate(_DECIDES)})
    ranked = cases.assign(rank=rank.fillna(len(_DECIDES)))
    ranked = ranked.sort_values(["rank", "number"])
    decisive = ranked.drop_duplicates("case").set_index("case")
    first = cases[cases["number"] == 1].set_index("case")
    summed = first[["days", "open", "allowed", "limit"]].reindex(index)
    late = cases["over"].where(outcome == "noncompliant")
    over = late.groupby(cases["case"]).max()
    kept = cases["over"].groupby(cases["case"]).min()
    unread = cases.loc[outcome == "unrecognised", "case"]
    over = over.fillna(kept).reindex(index)
    return summed.assign(
        outcome=decisive["outcome"].reindex(index),
        over=over.mask(index.isin(unread)),
    )


def _note_judged(clock: _Clock, measure: Measure, judged: "Judged") -> None:
    noted = {
        (issue.code, issue.file, issue.sheet, issue.cell) for issue in clock.notes.found
    }
    moved = _moved(clock, measure, judged)
    for unit, code in judged.issues[["row", "code"]].itertuples(index=False):
        number, row = clock.units.first[int(unit)]
        part = clock.facts[number].part
        heading = _end_heading(clock.facts[number], measure)
        cell = None if heading is None else part.cell(row, heading)
        if code in CODES and (code, part.file, part.sheet, cell) not in noted:
            told = moved[int(unit)] if code == "PARAGRAPH_MOVED" else Facts()
            told["case_id"] = clock.units.case_id[int(unit)]
            told["phase"] = clock.units.phase[int(unit)]
            told["measure"] = measure.id
            clock.notes.on(part.file, part.sheet).add(code, cell, **told)


def _moved(clock: _Clock, measure: Measure, judged: "Judged") -> dict[int, Facts]:
    """By unit whose paragraph had moved: what it cites, and what that has become."""
    import pandas as pd

    told = judged.issues.loc[judged.issues["code"] == "PARAGRAPH_MOVED", "row"]
    cited = measure.limit and clock.cited(measure.limit, pd.Index(told.astype(int)))
    if cited is None:
        return {}
    named = {
        unit: [one for one in parse_provisions(text) if successors(one)]
        for unit, text in cited.items()
    }
    return {
        int(unit): Facts(  # type: ignore[arg-type] - the index has the units' numbers
            found=", ".join(str(one) for one in old),
            expected=", ".join(str(new) for one in old for new in successors(one)),
        )
        for unit, old in named.items()
    }


def _end_heading(one: RowFacts, measure: Measure) -> int | None:
    ends = {
        meaning: heading
        for meaning, heading in one.part.by_meaning.items()
        if meaning.role == "end"
    }
    own = [heading for meaning, heading in ends.items() if is_of(meaning.id, measure)]
    return next(iter(own or ends.values()), None)
