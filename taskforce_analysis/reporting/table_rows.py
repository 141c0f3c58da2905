"""The rows of the results' tables, each read once: what a figure is, and may be told.

Whoever tells a row - a sentence, a table, a chart, a slide, the terminal - asks it
here, so that no two outputs read it differently. What there is to tell of one measure
in one phase is its `State`: a new one is entered there and found by `_state`. What
follows from a whole comparison is a property of `ComparisonRow`. An empty cell and what
is not a number are None; the words are those of sentences.py and of the charts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from taskforce_analysis import methods
from taskforce_analysis.languages import Language
from taskforce_analysis.methods.rates import wilson
from taskforce_analysis.results import Results
from taskforce_analysis.tables import is_told_as_found, verdict_key
from taskforce_analysis.texts import plain

if TYPE_CHECKING:
    import pandas as pd

BEYOND = ("improved", "worsened")
DECIDED = (*BEYOND, "uncertain")
BY_LIMIT = ("limit:before", "limit:after")
WITHHELD = "withheld"
_OWN = ("crude", *BY_LIMIT, "condition", "assessable", "unconditional", "law:")
# Told beside the verdict in words of their own, and not as a mere reservation.
_TOLD_APART = {"conditional", "limit_changed", "clusters_apart"}
_FEWEST_DAYS = 10  # cases, before the days of a phase are described

Read = TypeVar("Read")
Cells = dict[str, Any]  # a row by its columns, of the types that the table declares


class State(StrEnum):
    """What there is to tell of one measure in one phase, from all of it to nothing."""

    SHOWN = "shown"  # the counts and a percentage
    FEW = "few"  # the counts alone: too few cases for a percentage
    NONE = "none"  # that no case was relevant
    UNCOUNTED = "uncounted"  # that it was asked, but that no answer counts
    ABSENT = "absent"  # that it was not asked
    WITHHELD = "withheld"  # nothing: disclosure control took it out


class Estimate(NamedTuple):
    """A share or a difference of shares, with the limits of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseRate:
    """One measure in one phase: its state, its counts, and its rate where one is told.

    `interval` is the rate with its limits; a side of a comparison has none of its own.
    With `is_mean` it is of an index: the rate is the mean share of requirements kept in
    a case, and `compliant` how many of the cases keep all that applies to them.
    """

    phase: str
    state: State
    compliant: int = 0
    applicable: int = 0
    rate: float | None = None
    interval: Estimate | None = None
    is_mean: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether there are cases enough for a percentage."""
        return self.state is State.SHOWN

    @property
    def has_counts(self) -> bool:
        """Whether there are counts to tell, be they 0."""
        return self.state not in (State.ABSENT, State.WITHHELD)

    @property
    def is_at_edge(self) -> bool:
        """Whether none or all of cases enough for a percentage comply."""
        return self.is_shown and self.compliant in (0, self.applicable)


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparisonRow:
    """One row of the comparison, with both its sides, and what may be told of it.

    `difference` is a difference of shares (of a whole scale it is Cliff's delta), with
    its interval at `confidence`, the level at which the row was decided; `alone` is it
    where it has no interval. `p_adjusted` is None where nothing was adjusted for,
    `is_robust` and `stands_under_partly` where there is nothing to ask.
    """

    group: str
    measure: str
    basis: str
    is_headline: bool
    is_primary: bool
    role: str
    before: PhaseRate
    after: PhaseRate
    difference: Estimate | None
    alone: float | None
    confidence: float
    method: str
    p_value: float | None
    p_adjusted: float | None
    adjustment: str
    verdict: str
    decided_by: str
    is_robust: bool | None
    reservations: tuple[str, ...]
    clusters: int | None
    tipping: float | None
    stands_under_partly: bool | None
    margin: float | None
    is_no_worse: bool | None

    @property
    def sides(self) -> tuple[PhaseRate, PhaseRate]:
        """The earlier phase and the later one."""
        return self.before, self.after

    @property
    def is_withheld(self) -> bool:
        """Whether disclosure control has withheld this row whole."""
        return WITHHELD in self.reservations

    @property
    def is_asked(self) -> bool:
        """Whether the measure was asked in any of the phases."""
        return any(side.state is not State.ABSENT for side in self.sides)

    @property
    def is_too_few(self) -> bool:
        """Whether there are too few cases for a verdict."""
        return self.verdict == "too_few"

    @property
    def is_compared(self) -> bool:
        """Whether the two phases could be compared, be it without a verdict."""
        return self.verdict != "not_comparable"

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the rate rose or fell by more than chance brings."""
        return self.verdict in BEYOND

    @property
    def is_decided(self) -> bool:
        """Whether there is a verdict, be it that it cannot be decided."""
        return self.verdict in DECIDED

    @property
    def is_exploratory(self) -> bool:
        """Whether a plan chose other measures: it is counted and told apart."""
        return self.role == "exploratory"

    @property
    def is_told_as_found(self) -> bool:
        """Whether its verdict is told as what was found, not chosen beforehand."""
        return is_told_as_found(self.verdict, self.role)

    @property
    def verdict_key(self) -> str:
        """The key of its verdict's words, in every output the same."""
        if self.is_withheld:
            return "verdict.withheld"
        return verdict_key(self.verdict, self.role)

    @property
    def shows_percent(self) -> bool:
        """Whether both phases have cases enough for a percentage."""
        return self.before.is_shown and self.after.is_shown

    @property
    def shown_difference(self) -> Estimate | None:
        """The difference where it may be told: it is known, decided and of enough."""
        told = self.is_compared and not self.is_too_few and self.shows_percent
        return self.difference if told else None

    @property
    def is_own(self) -> bool:
        """Whether it is its measure's own: crude, by limit, condition, twin, law part.

        The others are checks that do not decide: the case mix, the stock, the scale.
        """
        return self.basis.startswith(_OWN)

    @property
    def is_index(self) -> bool:
        """Whether it is of an index of several measures, and of none alone."""
        return self.basis.startswith("index")

    @property
    def is_known(self) -> bool:
        """Whether it is of all the cases there were: nothing of it is open."""
        return self.method == "census"

    @property
    def is_limit_changed(self) -> bool:
        """Whether the two phases were judged by different limits."""
        return "limit_changed" in self.reservations

    @property
    def is_judged_alike(self) -> bool:
        """Whether both phases are held to the limit of one of them.

        A twin is too, unless it is not compared for that.
        """
        is_twin = self.basis == "unconditional" and self.is_limit_changed
        held = is_twin and self.decided_by != "limit:before"
        return held or self.basis in BY_LIMIT

    @property
    def is_condition_changed(self) -> bool:
        """Whether it was asked of another share of the cases than before."""
        return "condition_changed" in self.reservations

    @property
    def is_assessable_changed(self) -> bool:
        """Whether another share of the cases could be assessed than before."""
        return "assessable_changed" in self.reservations

    @property
    def has_clusters_apart(self) -> bool:
        """Whether no caseworker or team has cases in both phases."""
        return "clusters_apart" in self.reservations

    @property
    def is_unsure(self) -> bool:
        """Whether the unknown answers could have turned the verdict."""
        return self.is_robust is False

    @property
    def has_reservation(self) -> bool:
        """Whether a verdict carries more than that it is asked of some cases only."""
        turns = self.is_unsure or self.stands_under_partly is False
        told = turns or bool({*self.reservations} - _TOLD_APART)
        return self.is_decided and told

    @property
    def finding_key(self) -> str:
        """The key of its verdict's sentence: with what decided, where that matters."""
        if not self.is_compared:
            return f"{self.verdict}_{self.decided_by}".replace(":", "_")
        key, known = self.verdict, self.difference
        is_open = known is not None and known.low <= 0 <= known.high
        if key == "uncertain" and not is_open:
            key = f"{key}_{self.decided_by}"
        return f"exploratory_{key}" if self.is_told_as_found else key


@dataclass(frozen=True, kw_only=True, slots=True)
class TallyRow:
    """One row of the tally: one measure in one phase, all kinds of answers."""

    group: str
    phase: str
    measure: str
    basis: str
    units: int
    compliant: int
    noncompliant: int
    not_applicable: int
    not_assessable: int
    not_due: int
    missing: int
    unrecognised: int
    applicable: int
    rate_lowest: float | None
    rate_highest: float | None
    interval: str
    target: float | None
    against_target: str
    headline: bool
    rate: PhaseRate

    def count(self, score: str) -> int:
        """How many units got this score, by its name in `tables.SCORES`."""
        return int(getattr(self, score))


@dataclass(frozen=True, kw_only=True, slots=True)
class DaysRow:
    """One row of the table of days: one phase, or the difference of two medians."""

    group: str
    measure: str
    phase: str
    basis: str
    before: str
    cases: int
    open: int
    median: float | None
    median_low: float | None
    median_high: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    percentile_90: float | None
    drawn_on: str
    rate: PhaseRate

    @property
    def is_difference(self) -> bool:
        """Whether it is the difference of two phases' medians."""
        return self.basis == "difference"

    @property
    def has_limits(self) -> bool:
        """Whether the median has an interval, be it open at one end."""
        return self.median_low is not None or self.median_high is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueRow:
    """One row of the issues; what the cell is empty for is ""."""

    severity: str
    code: str
    file: str
    sheet: str
    cell: str
    case_id: str
    phase: str
    group: str
    measure: str
    count: int
    found: str
    expected: str


# Which rows there are, and in which order.


def comparison_rows(results: Results) -> tuple[ComparisonRow, ...]:
    """All rows of the comparison but those of an index, in the order of the table.

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> plan = data_folder("example") / "maaling.toml"
    >>> first = comparison_rows(run(measurement=plan))[0]
    >>> first.before.compliant, first.before.applicable, first.is_robust
    (12, 19, True)
    """
    return tuple(row for row in _comparison(results) if not row.is_index)


def index_rows(results: Results, group: str) -> tuple[ComparisonRow, ...]:
    """A group's index, and that of the cases to which all of it applies; or nothing."""
    rows = (row for row in _comparison(results) if row.is_index)
    return tuple(row for row in rows if row.group == group)


def has_index(results: Results, group: str) -> bool:
    """Whether a group's index has cases to be told of, and may be told."""
    rows = (row for row in index_rows(results, group) if row.is_headline)
    return any(
        not row.is_withheld and any(side.applicable for side in row.sides)
        for row in rows
    )


def deciding(results: Results, group: str) -> list[ComparisonRow]:
    """A group's rows that decide: crude, or by the earlier limit where it changed."""
    return [row for row in _compared(results).get(group, ()) if row.is_headline]


def beside(results: Results, group: str, measure: str) -> list[ComparisonRow]:
    """The rows of a measure that do not decide and may be shown."""
    return _beside(results).get((group, measure), [])


def compared_rows(results: Results, group: str) -> list[ComparisonRow]:
    """A group's comparison by measure in the form's order, the crude row first."""
    places = {name: at for at, name in enumerate(results.form.measure_ids)}
    own = _compared(results).get(group, ())
    return sorted(
        (row for row in own if _may_be_shown(row, results)),
        key=lambda row: (places[row.measure], _basis_rank(row.basis)),
    )


def theme_rows(
    results: Results, group: str
) -> Iterator[tuple[str, list[ComparisonRow]]]:
    """Each theme's id ("" for none) with its measures' own rows, in form order."""
    form = results.form
    rows = [row for row in compared_rows(results, group) if row.is_own]
    for theme in [*(theme.id for theme in form.themes), ""]:
        inside = [row for row in rows if form.measure(row.measure).theme == theme]
        if inside:
            yield theme, inside


def tally_rows(results: Results, group: str) -> list[TallyRow]:
    """A group's tally by measure in the form's order, then by phase in time."""
    measures = {name: at for at, name in enumerate(results.form.measure_ids)}
    phases = {name: at for at, name in enumerate(results.phases)}
    return sorted(
        tallied(results, group),
        key=lambda row: (
            measures[row.measure],
            _basis_rank(row.basis),
            phases.get(row.phase, len(phases)),
        ),
    )


def tallied(results: Results, group: str) -> list[TallyRow]:
    """A group's tally in the order of the table."""
    return _tally(results).get(group, [])


def days_rows(results: Results, group: str) -> list[DaysRow]:
    """The phases of a group that have enough cases, and differences of two such."""
    rows = _days(results).get(group, [])
    enough = {
        (row.measure, row.phase)
        for row in rows
        if not row.is_difference and row.cases >= _FEWEST_DAYS
    }
    return [
        row
        for row in rows
        if (row.measure, row.phase) in enough
        and (not row.is_difference or (row.measure, row.before) in enough)
    ]


def days_of(results: Results, group: str, measure: str) -> list[DaysRow]:
    """All rows of days of one measure, however few its cases are."""
    rows = _days(results).get(group, [])
    return [row for row in rows if row.measure == measure]


def issue_rows(issues: "pd.DataFrame") -> list[IssueRow]:
    """The issues row by row, in the order of the table."""
    texts = [one.name for one in fields(IssueRow) if one.name != "count"]
    return [
        IssueRow(count=count, **{name: plain(cells[name] or "") for name in texts})
        for cells, count in zip(
            _cells(issues, texts), issues["count"].tolist(), strict=True
        )
    ]


def phase_rates(
    results: Results, group: str, *, compares: bool
) -> dict[tuple[str, str], PhaseRate]:
    """A group's rates by measure and phase; a measure that was not asked has none.

    With `compares` those of the row that decides, for both phases are held to one limit
    there, and of pairs it has the pairs; else the crude ones. What disclosure control
    took out is in it as withheld, and so is every rate of a measure whose comparison
    is.
    """
    rates = {
        (row.measure, row.phase): row.rate
        for row in tallied(results, group)
        if (row.headline if compares else row.basis == "crude")
    }
    rates |= _rates_of_pairs(results, group) if compares else {}
    untold = [row.measure for row in deciding(results, group) if row.is_withheld]
    gone = {*_withheld(results).get(group, ()), *product(untold, results.phases)}
    return rates | {
        (measure, phase): PhaseRate(phase=phase, state=State.WITHHELD)
        for measure, phase in gone
    }


def _rates_of_pairs(results: Results, group: str) -> dict[tuple[str, str], PhaseRate]:
    """The rates of the pairs, where these are compared."""
    if not results.settings.paired:
        return {}
    return {
        (row.measure, side.phase): _with_interval(side, results)
        for row in deciding(results, group)
        for side in row.sides
        if row.is_compared
    }


def _with_interval(side: PhaseRate, results: Results) -> PhaseRate:
    """A side of a comparison as a rate of its own."""
    if side.rate is None:
        return side
    level = results.settings.confidence
    limits = wilson(side.compliant, side.applicable, confidence=level)
    interval = Estimate(side.rate, float(limits.low), float(limits.high))
    return replace(side, interval=interval)


def rates_now(results: Results, group: str) -> dict[str, PhaseRate]:
    """The last measurement's rates by measure: of pairs, where these are compared.

    By the limits in force then, be the comparison by earlier ones.
    """
    last = last_phase(results)
    rates = phase_rates(results, group, compares=False)
    found = {name: rate for (name, phase), rate in rates.items() if phase == last}
    if results.settings.paired:
        own = [row for row in deciding(results, group) if row.is_compared]
        found |= {row.measure: row.after for row in own if row.after.phase == last}
    return found


def last_phase(results: Results) -> str:
    """The later of the compared phases; of one measurement alone that one."""
    is_there = results.after in results.phases or not results.phases
    return results.after if is_there else results.phases[-1]


def method_label(name: str, language: Language) -> str:
    """A method's label; its bare name where none is registered."""
    entry, key = methods.method(name), f"report.method_of.{name}"
    if entry is None:
        return language.word(key) if language.has(key) else plain(name)
    return entry.label.get(language.id, name)


def _may_be_shown(row: ComparisonRow, results: Results) -> bool:
    """Whether a row says nothing that the selection of the cases does not carry.

    Cases that were not drawn at random say nothing of all the municipality's cases,
    unless they are all of them.
    """
    plans = [results.measurement.phase(side.phase) for side in row.sides]
    drawn = all(plan.is_random or plan.selection == "all" for plan in plans)
    return row.basis != "stock" or drawn


def _basis_rank(basis: str) -> tuple[int, str]:
    """Where a row stands among those of its measure: crude, limits, all units, laws."""
    ranks = [basis.startswith(own) for own in _OWN]
    return (ranks.index(True) if any(ranks) else len(ranks), basis)


# How they are read.


def once(read: Callable[[Results], Read]) -> Callable[[Results], Read]:
    """Read once per results, which are never changed in place, and let go with them."""
    kept: WeakKeyDictionary[Results, Read] = WeakKeyDictionary()

    def kept_of(results: Results) -> Read:
        if results not in kept:
            kept[results] = read(results)
        return kept[results]

    return kept_of


def _state(
    applicable: int, minimum: int, *, is_asked: bool, is_relevant: bool
) -> State:
    """The state of a rate that is not withheld, from the counts behind it.

    `is_asked`: it was asked in this phase; `is_relevant`: of cases that it concerns.
    """
    if applicable:
        return State.SHOWN if applicable >= minimum else State.FEW
    if not is_asked:
        return State.ABSENT
    return State.UNCOUNTED if is_relevant else State.NONE


@once
def _comparison(results: Results) -> tuple[ComparisonRow, ...]:
    """The rows of the comparison, in the order of the table."""
    minimum = results.settings.minimum_percent
    states = {
        (row.group, row.measure, row.phase, row.basis): row.rate.state
        for rows in _tally(results).values()
        for row in rows
    }
    found = []
    for cells in _cells(results.comparison):
        codes = _codes(cells)
        is_withheld = WITHHELD in codes
        before, after = (
            _side(cells, name, states, minimum=minimum) for name in ("before", "after")
        )
        row = ComparisonRow(
            group=cells["group"],
            measure=cells["measure"],
            basis=cells["basis"],
            is_headline=bool(cells["headline"]),
            is_primary=bool(cells["primary"]),
            role=cells["role"] or "",
            before=before,
            after=after,
            difference=None if is_withheld else _estimate(cells, "difference"),
            alone=cells["difference"] if cells["difference_low"] is None else None,
            confidence=cells["confidence"],
            method=cells["method"] or "",
            p_value=cells["p_value"],
            p_adjusted=None if cells["adjustment"] == "none" else cells["p_adjusted"],
            adjustment=cells["adjustment"] or "none",
            verdict=WITHHELD if is_withheld else cells["verdict"] or "",
            decided_by=WITHHELD if is_withheld else cells["decided_by"] or "",
            is_robust=cells["robust"],
            reservations=codes,
            clusters=cells["clusters"],
            tipping=cells["tipping"],
            stands_under_partly=cells["stands_under_partly"],
            margin=cells["margin"],
            is_no_worse=cells["no_worse"],
        )
        found.append(row)
    return tuple(found)


@once
def _compared(results: Results) -> dict[str, list[ComparisonRow]]:
    """The rows of the comparison by group."""
    found: dict[str, list[ComparisonRow]] = {}
    for row in comparison_rows(results):
        found.setdefault(row.group, []).append(row)
    return found


def _side(
    cells: Cells,
    name: str,
    states: Mapping[tuple[str, ...], State],
    *,
    minimum: int,
) -> PhaseRate:
    """One side of a comparison; the tally knows why it has no relevant case."""
    phase = cells[name]
    if WITHHELD in _codes(cells):
        return PhaseRate(phase=phase, state=State.WITHHELD)
    applicable = int(cells[f"applicable_{name}"])
    key = (cells["group"], cells["measure"], phase, cells["basis"])
    tallied = states.get(key, State.ABSENT)
    is_mean = cells["basis"].startswith("index")
    state = _state(
        applicable,
        minimum,
        is_asked=cells["decided_by"] != "only_one_phase" or tallied != State.ABSENT,
        is_relevant=tallied == State.UNCOUNTED,
    )
    return PhaseRate(
        phase=phase,
        state=state,
        compliant=int(cells[f"compliant_{name}"]),
        applicable=applicable,
        rate=cells[f"{'mean' if is_mean else 'rate'}_{name}"]
        if state is State.SHOWN
        else None,
        is_mean=is_mean,
    )


def _codes(cells: Cells) -> tuple[str, ...]:
    """The codes of what a row's verdict carries, which are parted by blanks."""
    return tuple((cells["reservation"] or "").split())


@once
def _beside(results: Results) -> dict[tuple[str, str], list[ComparisonRow]]:
    """The rows that do not decide, by group and measure."""
    found: dict[tuple[str, str], list[ComparisonRow]] = {}
    for row in comparison_rows(results):
        if not row.is_headline and _may_be_shown(row, results):
            found.setdefault((row.group, row.measure), []).append(row)
    return found


@once
def _tally(results: Results) -> dict[str, list[TallyRow]]:
    """The rows of the tally by group, in the order of the table."""
    minimum = results.settings.minimum_percent
    own = [one.name for one in fields(TallyRow) if one.name != "rate"]
    texts = ("interval", "against_target")
    found: dict[str, list[TallyRow]] = {}
    for cells in _cells(results.tally):
        rate = _phase_rate(cells, minimum)
        values = {name: cells[name] for name in own}
        values |= {name: cells[name] or "" for name in texts}
        row = TallyRow(**values, rate=rate)
        found.setdefault(row.group, []).append(row)
    return found


def _phase_rate(cells: Cells, minimum: int) -> PhaseRate:
    """The rate of a row of the tally."""
    phase, units = cells["phase"], cells["units"]
    if None in (units, cells["compliant"], cells["applicable"]):
        return PhaseRate(phase=phase, state=State.WITHHELD)
    applicable = int(cells["applicable"])
    state = _state(
        applicable,
        minimum,
        is_asked=units > 0,
        is_relevant=units > cells["not_applicable"],
    )
    is_shown = state is State.SHOWN
    return PhaseRate(
        phase=phase,
        state=state,
        compliant=int(cells["compliant"]),
        applicable=applicable,
        rate=cells["rate"] if is_shown else None,
        interval=_estimate(cells, "rate") if is_shown else None,
    )


@once
def _days(results: Results) -> dict[str, list[DaysRow]]:
    """The rows of the table of days by group, in the order of the table."""
    minimum = results.settings.minimum_percent
    own = [one.name for one in fields(DaysRow) if one.name != "rate"]
    found: dict[str, list[DaysRow]] = {}
    for cells in _cells(results.days):
        applicable = int(cells["applicable"] or 0)
        state = _state(applicable, minimum, is_asked=True, is_relevant=False)
        rate = PhaseRate(
            phase=cells["phase"],
            state=state,
            compliant=int(cells["compliant"] or 0),
            applicable=applicable,
            rate=cells["rate"] if state is State.SHOWN else None,
        )
        values = {name: cells[name] for name in own}
        values |= {name: cells[name] or "" for name in ("before", "drawn_on")}
        found.setdefault(cells["group"], []).append(DaysRow(**values, rate=rate))
    return found


@once
def _withheld(results: Results) -> dict[str, set[tuple[str, str]]]:
    """By group the measures and phases whose own rates disclosure control took out."""
    found: dict[str, set[tuple[str, str]]] = {}
    for cells in _cells(results.withheld):
        if cells["basis"] == "crude":
            place = (cells["measure"], cells["phase"])
            found.setdefault(cells["group"], set()).add(place)
    return found


def _estimate(cells: Cells, name: str) -> Estimate | None:
    """A value with its limits; None where any of them is lacking."""
    found = [cells[name], cells[f"{name}_low"], cells[f"{name}_high"]]
    return None if None in found else Estimate(*found)


def _cells(
    frame: "pd.DataFrame", names: Iterable[str] | None = None
) -> Iterator[Cells]:
    """Row by row the cells by column, None for an empty one and for no number."""
    # Column by column, which is many times faster than row by row.
    columns = {
        str(name): frame[name].astype(object).where(frame[name].notna(), None).tolist()
        for name in names or frame.columns
    }
    for cells in zip(*columns.values(), strict=True):
        yield dict(zip(columns, cells, strict=True))
