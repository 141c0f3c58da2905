"""From figures to plain sentences, verdict by verdict.

Counts come first and percent in brackets; below the smallest number for a percentage
there are counts only. A row that cannot be decided names the range that is not
excluded and says that this is not the same as no change. No sentence names a cause.
Every text stands in the language files; here is only which one applies.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import floor, isnan, nan
from typing import TYPE_CHECKING

from taskforce_analysis.languages import NO_BREAK, Language, round_half_up
from taskforce_analysis.methods.rates import clopper_pearson
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    Estimate,
    PhaseRate,
    State,
    beside,
    days_of,
    tallied,
)
from taskforce_analysis.results import Results
from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.texts import plain

if TYPE_CHECKING:
    from taskforce_analysis.deadlines import Change
    from taskforce_analysis.forms import LegalBasis

_ABOUT_CASES = ("conditional", "condition_changed", "assessable_changed")
# What stands in place of a count; the other states have one.
_NO_COUNT = {
    State.WITHHELD: "withheld",
    State.ABSENT: "not_measured",
    State.UNCOUNTED: "none_counted",
    State.NONE: "none_applicable",
}
MOST_WORDS = 30  # in a sentence; one that would be longer names fewer measures
_MOST_COUNTED = 3  # phases whose cases are told one by one
_FEW_GROUPS = 6  # more of them have a line each, and one picture for all


# "og" between two sections, and not within a law's name.
_BETWEEN = re.compile(r" og (?=§|stk\.|nr\.|\d)")


@dataclass(frozen=True)
class Sentences:
    """The wording of one set of results in one language; every output reads it.

    From the whole to its parts: all that is told of a row of the comparison, what
    stands beside its verdict, the texts of a table's cells, the counts, the names.
    """

    results: Results
    language: Language

    # All that is told of a row.

    def told_with_asides(self, row: ComparisonRow) -> str:
        """All that is told of a measure, and what stands beside its verdict."""
        return " ".join([self.told(row), *self.asides(row)])

    def told(self, row: ComparisonRow) -> str:
        """All that is said about one comparison row: counts, verdict, reservations."""
        said = [self.counts(row), *self.edges(row), *self._finding(row)]
        return " ".join([*said, *self._reservations(row, in_finding=True)])

    def index(self, row: ComparisonRow) -> str:
        """All that is told of an index: what it asks, the means, the finding."""
        if row.is_withheld:
            return self.word("index.withheld")
        said = [self.word("index.means", **self._means_of(row))]
        if not row.shows_percent:
            said = []
        if row.is_compared:
            said += self._finding(row)
            if row.is_decided and self.has_own_level(row):
                said.append(self.word("index.wider", **self._levels(row)))
        else:
            key = f"index.not_comparable_{row.decided_by}".replace(":", "_")
            said.append(self.word(key))
        if row.is_unsure:
            said.append(self.word("reservation.not_robust"))
        asks = self.word("index.asks", measures=self.index_members())
        return " ".join([asks, *said])

    def _levels(self, row: ComparisonRow) -> dict[str, str]:
        """The level of a row, and that of the settings."""
        percent = self.language.percent_exact
        whole = self.results.settings.confidence
        return {"level": percent(row.confidence), "whole": percent(whole)}

    def index_whole(self, row: ComparisonRow) -> str:
        """The same over the cases to which every member applies; it does not decide."""
        found = row.shown_difference
        if row.is_withheld or found is None:
            return ""
        return self.word(
            "index.whole",
            units=self.units,
            difference=self.difference(row),
            **self._means_of(row),
        )

    def _means_of(self, row: ComparisonRow) -> dict[str, str]:
        """Both means, over how many cases, and the names of their phases."""
        found = self._phases_of(row)
        for name, side in zip(("before", "after"), row.sides, strict=True):
            number = self.language.number(side.applicable)
            found[f"{name}_units"] = f"{number} {self.units_of(number)}"
            found[f"{name}_mean"] = self._percent(side)
        return found

    def index_members(self) -> str:
        """The labels of the measures that the index is made of."""
        names = self.results.measurement.index
        return self.language.listed([self.quoted(name) for name in names])

    def counts(self, row: ComparisonRow) -> str:
        """Both phases' counts in one sentence that begins with the measure."""
        measure = self.measure(row.measure)
        if row.is_withheld:
            return self.word("counts_withheld", measure=measure)
        if row.decided_by == "only_one_phase":
            side = row.after if row.after.applicable else row.before
            count, phase = self.side(side, units=True), self.measurement(side.phase)
            return self.word("one_count", measure=measure, count=count, phase=phase)
        key = "counts_limit" if row.is_judged_alike else "counts"
        limits = {}
        if row.is_limit_changed:
            key = key if row.is_judged_alike else "counts_moved"
            limits = self._limits(row)
        sides = self._sides_of(row, units=True)
        return self.word(key, measure=measure, **limits, **sides)

    def edges(self, row: ComparisonRow) -> list[str]:
        """What 0 of 20 and 20 of 20 leave open: nothing seen is not nothing there.

        Nothing is open where all cases were reviewed.
        """
        if self.known(row):
            return []
        level = self.results.settings.confidence
        return [
            self.word(
                "edge.all" if side.compliant else "edge.none",
                count=self.language.count_of(side.compliant, side.applicable),
                phase=self.measurement(side.phase),
                limit=self.language.percent(_not_excluded(side, level)),
            )
            for side in row.sides
            if side.is_at_edge
        ]

    def _finding(self, row: ComparisonRow) -> list[str]:
        """The verdict as sentences; what decided it is said where it is not plain."""
        if row.is_withheld:
            return []
        keys = [f"finding.{row.finding_key}", f"finding.{row.verdict}"]
        if row.is_index:
            # All cases of a phase are alike: the verdict is exact, without interval.
            exact = "" if row.difference else "_exact"
            keys = [f"index.{keys[-1]}{exact}", *keys]
        key = next(one for one in keys if self.language.has(f"report.{one}"))
        known = row.difference
        value = known.value if known else row.alone
        size = "" if value is None else self.size(value)
        values = {"range": self.range(known)} if known else {}
        minimum = self.language.number(self.results.settings.minimum_verdict)
        values |= {"minimum": minimum, "level": self.level(row), "but": ""}
        values["at"] = f" ({self.level(row)})" if self.has_own_level(row) else ""
        if row.is_beyond_chance and row.is_condition_changed:
            values["but"] = self.word("but.condition_changed", asked=self.asked(row))
        if row.is_limit_changed:
            values["changes"] = self.changes(row)
        text = self.counted(key, size, **values)
        # One sentence, so that nobody quotes the verdict without what it is about.
        if row.is_judged_alike:
            text = text[:1].lower() + text[1:]
            text = self.word("finding_limit", finding=text, **values)
        if points := self.known(row):
            text = text[:1].lower() + text[1:]
            text = self.word("finding.census", points=points, finding=text)
        return [text]

    def half(self) -> str:
        """How often a verdict may err in one direction where nothing differs."""
        return self.language.percent_exact((1 - self.results.settings.confidence) / 2)

    def known(self, row: ComparisonRow) -> str:
        """The difference of the cases themselves where all were reviewed, else ""."""
        census = (one for one in self.beside(row) if one.is_known)
        differences = [one.shown_difference for one in census]
        if not row.is_decided or not differences or differences[0] is None:
            return ""
        return self.language.points(_settled(differences[0].value))

    def reservations(self, row: ComparisonRow) -> list[str]:
        """What the verdict carries with it, one sentence per code."""
        return self._reservations(row)

    def _reservations(
        self, row: ComparisonRow, *, in_finding: bool = False
    ) -> list[str]:
        """The reservations; `in_finding` leaves out what the finding has said."""
        if row.is_withheld:
            return []
        asked = self.asked(row)
        if not row.is_compared:  # how many were asked is told all the same
            return [self.word("reservation.conditional", asked=asked)] if asked else []
        codes = list(row.reservations)
        if row.is_too_few:  # there is no verdict to be reserved about
            codes = [code for code in codes if code in _ABOUT_CASES]
        if in_finding and row.is_beyond_chance:
            codes = [code for code in codes if code != "condition_changed"]
        if not asked:
            uncounted = {"conditional": "conditional_uncounted"}
            codes = [uncounted.get(code, code) for code in codes]
        said = []
        for code in codes:
            key = f"reservation.{code}"
            if code == "assessable_changed":
                said.append(self.unseen(row))
            elif self.language.has(f"report.{key}"):
                said.append(self.word(key, asked=asked))
        if row.is_unsure:
            said.append(self.word("reservation.not_robust"))
        return [text for text in said if text]

    def meaning(self, row: ComparisonRow) -> str:
        """What a row of a table means, without its figures; "" where nothing is new.

        What stands out, what cannot be decided though it was chosen, what carries a
        reservation; whatever makes it doubtful is in the same sentence.
        """
        if row.is_withheld or not (row.is_decided or row.is_limit_changed):
            return ""
        said = self.caveats(row)
        key = row.verdict
        if row.is_beyond_chance:
            key = row.verdict if row.is_primary else f"exploratory_{row.verdict}"
        elif not row.is_decided:
            key = "not_comparable"
        elif not row.is_primary:
            if not said:
                return ""
            key = "reserved"
        found = row.shown_difference
        text = self.word(
            f"meaning.{key}",
            measure=self.quoted(row.measure),
            range=self.range(found) if found else "",
            caveats=self.language.listed(said),
        )
        if said and key not in ("reserved", "not_comparable"):
            caveats = self.language.listed(said)
            text = self.word("meaning.but", text=text.rstrip("."), caveats=caveats)
        return text

    def caveats(self, row: ComparisonRow) -> list[str]:
        """What makes a row's comparison doubtful, a few words for each."""
        if row.is_withheld:
            return []
        said = []
        for code in row.reservations:
            if code == "limit_changed":
                key = "alike" if row.is_judged_alike else "moved"
                values = {"changes": self.changes(row), **self._limits(row)}
                said.append(self.word(f"caveat.limit_{key}", **values))
            elif code == "condition_changed":
                said.append(
                    self.word("caveat.condition_changed", asked=self.asked(row))
                )
            elif code == "assessable_changed":
                counts, key = self._unseen(row), "caveat.assessable_changed"
                key += "" if counts else "_withheld"
                said.append(self.word(key, units=self.units, **counts))
            elif self.language.has(f"report.caveat.{code}"):
                said.append(self.word(f"caveat.{code}"))
        if row.is_unsure:
            said.append(self.word("caveat.not_robust"))
        if row.stands_under_partly is False:
            said.append(self.word("caveat.partly"))
        return said

    def unseen(self, row: ComparisonRow) -> str:
        """In how many cases it could not be assessed, in each phase."""
        counts = self._unseen(row)
        if not counts:
            return ""
        values = {"measure": self.measure(row.measure), "units": self.units}
        values |= {**counts, **self._phases_of(row)}
        return self.word("reservation.assessable_changed", **values)

    def _unseen(self, row: ComparisonRow) -> dict[str, str]:
        """Both counts of the cases that could not be assessed; none where withheld."""
        for other in self.beside(row):
            if other.basis == "assessable" and not other.is_withheld:
                return {
                    name: self.language.count_of(whole - side.compliant, whole)
                    for name, side in (("before", other.before), ("after", other.after))
                    for whole in [side.applicable]
                }
        return {}

    def asked(self, row: ComparisonRow) -> str:
        """In how many of the cases a conditional measure was asked, in each phase."""
        for other in self.beside(row):
            if other.basis == "condition":
                asked = [side for side in other.sides if side.applicable]
                if len(asked) > 1:
                    return self.word("asked", **self._sides_of(other, units=True))
                for side in asked:
                    count = self.side(side, units=True)
                    phase = self.measurement(side.phase)
                    return self.word("asked_once", count=count, phase=phase)
        return ""

    # What is told beside the verdict, where there is something to tell.

    def asides(self, row: ComparisonRow) -> list[str]:
        """The further sentences about a row that decides, in the order of their weight.

        Where the limit changed, the same by the later one and the median days. Its twin
        out of all cases and the checks that do not decide, whether delvist may be read
        either way, how many caseworkers stand behind the cases, its target.
        """
        if row.is_withheld:
            return []
        stocks = [self.stock(row.group, row.measure, one.phase) for one in row.sides]
        if not row.is_compared:
            return [text for text in stocks if text]
        said = [*(self.aside(other) for other in self.beside(row)), *stocks]
        said += [*self._medians(row), *self._partly(row), *self._clusters(row)]
        said += [*self.no_worse(row), *self._target(row)]
        return [text for text in said if text]

    def beside(self, row: ComparisonRow) -> list[ComparisonRow]:
        """The rows of the same measure that do not decide."""
        return beside(self.results, row.group, row.measure)

    def aside(self, row: ComparisonRow) -> str:
        """A sentence for a row that does not decide; nothing for a law's part."""
        sides = self._sides_of(row)
        # Where nobody was asked it is not said by which limit or out of how many.
        is_asked = any(side.applicable for side in row.sides)
        if is_asked and row.basis == "limit:after":
            return self.word("limit_after", **self._limits(row), **sides)
        if is_asked and row.basis == "unconditional":
            return self.word("twin", units=self.units, **sides)
        found = row.shown_difference
        if found is None:
            return self._alone(row)
        if row.basis == "ordered":
            return self._ordered(row, found)
        # Of a census the finding has said it.
        told = row.basis in ("stratified", "standardised", "stock")
        if not told or row.is_known:
            return ""
        return self.language.word(
            f"sentences.{row.basis}{self._part(row)}",
            points=self.language.points(found.value),
            low=self.limit(found.low),
            high=self.limit(found.high),
            level=self.level(row),
            before=self._percent(row.before),
            after=self._percent(row.after),
            **self._phases_of(row),
        )

    def _alone(self, row: ComparisonRow) -> str:
        """The difference of a check that has no interval, and why."""
        if row.basis != "stratified" or row.alone is None or not row.shows_percent:
            return ""
        points = self.language.points(row.alone)
        key = f"sentences.stratified{self._part(row)}_alone"
        return self.language.word(key, points=points)

    def _part(self, row: ComparisonRow) -> str:
        """Of a difference over strata: whether some stand in one phase alone."""
        same = (one for one in self.beside(row) if one.basis == "standardised")
        is_part = any(one.alone is None and one.difference is None for one in same)
        is_part &= row.basis == "stratified"
        return "_part" if is_part else ""

    def _ordered(self, row: ComparisonRow, delta: Estimate) -> str:
        """How the whole scale moved, by Cliff's delta, which is no number of points.

        Higher or lower only where the interval leaves out 0.
        """
        decided = not delta.low <= 0 <= delta.high
        direction = "higher" if delta.value > 0 else "lower"
        number = self.language.number
        return self.language.word(
            "sentences.ordered" if decided else "sentences.ordered_open",
            direction=self.word(f"direction.{direction}"),
            after_phase=self.measurement(row.after.phase),
            delta=number(delta.value, 2),
            low=number(delta.low, 2),
            high=number(delta.high, 2),
            level=self.level(row),
        )

    def _medians(self, row: ComparisonRow) -> list[str]:
        """How many days it took, where a limit changed: days are the same in both."""
        if not row.is_limit_changed:
            return []
        days = {
            own.phase: own
            for own in days_of(self.results, row.group, row.measure)
            if not own.is_difference
        }
        told = {}
        for name, side in zip(("before", "after"), row.sides, strict=True):
            own = days.get(side.phase)
            if own is None or own.median is None or not self.has_percent(own.cases):
                return []
            decimals = 0 if own.median.is_integer() else 1
            told[name] = self.language.number(own.median, decimals)
        return [self.word("limit_days", **told, **self._phases_of(row))]

    def _partly(self, row: ComparisonRow) -> list[str]:
        if row.stands_under_partly is None:
            return []
        if row.stands_under_partly:
            return [self.language.word("sentences.partly_same")]
        counts_as = self.results.settings.partly
        other = "noncompliant" if counts_as == "compliant" else "compliant"
        value = self.word(f"choice.{other}")
        return [self.language.word("sentences.partly_differs", other=value)]

    def _clusters(self, row: ComparisonRow) -> list[str]:
        if not row.is_beyond_chance or row.tipping is None or row.clusters is None:
            return []
        word, number = self.language.word, self.language.number
        factor = floor(row.tipping * 10) / 10  # rounded up it would promise too much
        return [
            *([word("sentences.clusters_apart")] if row.has_clusters_apart else []),
            word("sentences.tipping", factor=number(factor, 1)),
        ]

    def deciding_twin(self, row: ComparisonRow) -> dict[str, str]:
        """Both counts out of all cases, where these left a clear difference open.

        Its own interval does not hold 0 then, and would not explain the verdict.
        """
        if row.verdict != "uncertain" or row.decided_by != "unconditional":
            return {}
        for other in self.beside(row):
            if other.basis == "unconditional" and not other.is_withheld:
                counts = {"before": other.before, "after": other.after}
                told = {name: self.count(side) for name, side in counts.items()}
                return {**told, "units": self.units}
        return {}

    def no_worse(self, row: ComparisonRow) -> list[str]:
        """Whether a fall of more than the margin that was declared is ruled out."""
        if row.margin is None or row.is_no_worse is None:
            return []
        key = "no_worse" if row.is_no_worse else "no_worse_open"
        margin = self.size(row.margin)
        return [self.counted(key, margin, level=self.level(row))]

    def _target(self, row: ComparisonRow) -> list[str]:
        """Whether the later phase reaches the measure's target, by Clopper-Pearson."""
        target = self.results.form.measure(row.measure).target
        if target is None or not row.after.is_shown:
            return []
        place = (row.measure, row.after.phase)
        own = (one for one in tallied(self.results, row.group) if one.headline)
        said = (o.against_target for o in own if (o.measure, o.phase) == place)
        verdict = next(said, "")
        if not verdict:
            return []
        level = self.results.settings.confidence
        interval = clopper_pearson(
            row.after.compliant, row.after.applicable, confidence=level
        )
        text = self.language.word(
            f"sentences.target_{verdict}",
            target=self.language.percent(target),
            level=self.language.percent_exact(level),
            low=self.language.percent(float(interval.low)),
            high=self.language.percent(float(interval.high)),
        )
        return [text]

    def stock(self, group: str, measure: str, phase: str) -> str:
        """Between what the rate lies among all cases that there were.

        Nothing where that is not known, or all were reviewed: then it is the rate.
        """
        place = (measure, phase, "stock")
        for row in tallied(self.results, group):
            is_own = (row.measure, row.phase, row.basis) == place
            if not is_own or row.interval == "census" or not row.rate.interval:
                continue
            plan = self.results.measurement.phase(phase)
            return self.language.word(
                "sentences.stock_rate",
                phase=self.measurement(phase),
                population=self.language.number(plan.population or row.units),
                units=self.units,
                low=self.language.percent(row.rate.interval.low),
                high=self.language.percent(row.rate.interval.high),
                level=self.language.percent_exact(self.results.settings.confidence),
            )
        return ""

    # The cells of a table.

    def side(self, side: PhaseRate, *, units: bool = False) -> str:
        """The count of one side of a comparison, or why there is none."""
        if side.state in _NO_COUNT:
            return self.word(_NO_COUNT[side.state])
        number = self.language.number(side.applicable)
        if side.is_mean:
            key = "index.mean" if side.is_shown else "index.few"
            named = f"{number} {self.units_of(number)}"
            return self.word(key, mean=self._percent(side), units=named)
        text = self.language.count_of(side.compliant, side.applicable)
        named = f"{text} {self.units_of(number)}"
        text = named if units else text.replace(" ", NO_BREAK)
        if not side.is_shown:
            return text
        return f"{text} ({self.language.percent(side.compliant / side.applicable)})"

    def count(self, side: PhaseRate, *, units: bool = False) -> str:
        """The count alone, within a sentence: "16 ud af 19", perhaps "sager"."""
        if side.state in _NO_COUNT:
            return self.word(_NO_COUNT[side.state])
        text = self.language.count_of(side.compliant, side.applicable)
        if not units:
            return text
        return f"{text} {self.units_of(self.language.number(side.applicable))}"

    def _percent(self, side: PhaseRate) -> str:
        """The rate alone; of a standard mix of cases it is not that of the counts."""
        return self.language.percent(nan if side.rate is None else side.rate)

    def difference(self, row: ComparisonRow) -> str:
        """The difference with its interval: "+30 procentpoint (−2 til +58)"."""
        return self.span(row, unit=True)

    def span(self, row: ComparisonRow, *, unit: bool = False) -> str:
        """The same under a heading that has the unit: "+30 (−2 til +58)"."""
        found = row.shown_difference
        if found is None:
            return self.language.word("no_rate")
        return self.word(
            "difference_at" if self.has_own_level(row) else "difference",
            points=(self.language.points if unit else self.language.signed)(
                _settled(found.value)
            ),
            low=self.limit(found.low),
            high=self.limit(found.high),
            level=self.language.percent_exact(row.confidence),
        )

    def verdict(self, row: ComparisonRow, *, in_cell: bool = False) -> str:
        """The verdict with the range where it is open; short in the cell of a table.

        There a star says which measures were named to decide, and the range stands
        beside it.
        """
        if row.is_withheld:
            return self.word("withheld")
        if row.verdict not in VERDICTS or row.basis == "limit:after":
            return self.word("no_verdict")
        text = self.language.word(row.verdict_key)
        if in_cell and row.is_exploratory and row.verdict == "uncertain":
            text = self.word("verdict_open")
        if row.has_reservation:
            is_changed = row.is_condition_changed
            key = "verdict_condition_changed" if is_changed else "verdict_reserved"
            text = self.word(key, verdict=text)
        found = None if in_cell else row.shown_difference
        if row.verdict == "uncertain" and found:
            text = self.word("verdict_range", verdict=text, range=self.range(found))
        if not row.is_limit_changed:
            return text
        key = "verdict_limit" if row.is_judged_alike else "verdict_moved"
        return self.word(key, verdict=text, changes=self.changes(row))

    def changes(self, row: ComparisonRow) -> str:
        """How a row's limit changed: "fra 8 uger til 12 uger", each change once.

        Where there are several, each with its paragraphs.
        """
        changes = self._changed.get((row.group, row.measure), ())
        said = []
        for change in changes:
            named = list(change.paragraphs) if len(changes) > 1 else []
            key = "limit_change_of" if named else "limit_change"
            limits = self._limits_of(change)
            paragraphs = self.language.listed(named)
            said.append(self.word(key, paragraphs=paragraphs, **limits))
        return self.language.listed(said) or self.language.word("no_rate")

    def _limits(self, row: ComparisonRow) -> dict[str, str]:
        """The limits of both phases: "8 uger" and "12 uger".

        Where several changed, each with its paragraphs: "8 uger (§ 41)".
        """
        changes = self._changed.get((row.group, row.measure), ())
        found = {"before_limit": {}, "after_limit": {}}
        for change in changes:
            side = self._limits_of(change)
            named = self.language.listed(list(change.paragraphs))
            whose = f" ({named})" if named and len(changes) > 1 else ""
            found["before_limit"][side["before"] + whose] = None
            found["after_limit"][side["after"] + whose] = None
        none = self.language.word("no_rate")
        return {
            name: self.language.listed(list(texts)) or none
            for name, texts in found.items()
        }

    def _limits_of(self, change: "Change") -> dict[str, str]:
        limits = {"before": change.before, "after": change.after}
        return {
            side: self.language.listed([self.language.limit(one) for one in own])
            for side, own in limits.items()
        }

    @cached_property
    def _changed(self) -> "dict[tuple[str, str], tuple[Change, ...]]":
        """The changes of each group's measures whose limit changed."""
        changed = self.results.changed_limits
        return {(one.group, one.measure): one.changes for one in changed}

    def range(self, difference: Estimate) -> str:
        """The interval in words: "fra 2 procentpoint lavere til 58 højere"."""
        _, low, high = difference
        if low >= 0 or high <= 0:
            key = "range.higher" if low >= 0 else "range.lower"
            near, far = sorted((abs(low), abs(high)))
            return self.word(key, near=self.size(near), far=self.size(far))
        lower = self.size(low)
        return self.counted("range.both", lower, high=self.size(high))

    def size(self, share: float) -> str:
        """How many points, without a sign."""
        return self.limit(abs(share)).lstrip("+")

    def limit(self, share: float) -> str:
        """A limit with its sign, and decimals enough that it does not read as 0."""
        return self.language.signed(_settled(share), decimals_of(share))

    def level(self, row: ComparisonRow) -> str:
        """The interval's level: "95 %", or "98,75 %; samlet 95 % for de fire"."""
        if row.adjustment == "bonferroni" and self.has_own_level(row):
            return self.word("level_joint", **self.joint(row))
        return self.language.percent_exact(row.confidence)

    def has_own_level(self, row: ComparisonRow) -> bool:
        """Whether the row was decided at another level than the settings'."""
        return row.confidence != self.results.settings.confidence

    def joint(self, row: ComparisonRow) -> dict[str, str]:
        """Of a row with a simultaneous interval its level, the whole's, how many."""
        whole = self.results.settings.confidence
        return {
            "level": self.language.percent_exact(row.confidence),
            "whole": self.language.percent_exact(whole),
            "count": self.language.cardinal(round((1 - whole) / (1 - row.confidence))),
        }

    # Counts.

    def has_percent(self, applicable: int) -> bool:
        """Whether there are cases enough for a percentage."""
        return applicable >= self.results.settings.minimum_percent

    def cases(self, group: str, *, dated: bool = False) -> str:
        """How many cases or decisions each phase of a group holds.

        Of many phases how many there are between the first and the last of them.
        """
        phases = self.results.phases
        if not self.results.form.phases and len(phases) > 2:
            return self._cases_between(group) + ("" if dated else ".")
        parts = []
        for phase in phases:
            number = self.units_in(group, phase)
            named = self.measurement(phase, dated=dated)
            units = self.units_of(number)
            key = "brief.cases" if dated else "note.cases"
            parts.append(self.word(key, number=number, units=units, phase=named))
        return self.language.listed(parts) + ("" if dated else ".")

    @property
    def pairs(self) -> str:
        """How many cases stand in both phases, where these are compared; else ""."""
        issues = self.results.issues
        found = issues.loc[issues["code"] == "CASES_PAIRED", "count"].sum()
        is_told = self.results.settings.paired and found
        return self.language.number(int(found)) if is_told else ""

    def source(self) -> str:
        """Kilde: how many cases were reviewed, and whose: "20 og 20 sager i ...".

        Without the numbers where one is withheld, or where nothing covers all groups;
        with a mark where the form is a draft.
        """
        told = self._source()
        if self.results.form.draft:
            told += " " + self.language.word("draft.mark")
        return told

    def _source(self) -> str:
        place = plain(self.results.measurement.municipality)
        whose = "_place" if place else ""
        if not self._counts_all:
            return self.word(f"source.plain{whose}", place=place, units=self.units)
        phases = self.results.phases
        if len(phases) > _MOST_COUNTED:
            cases = self._cases_between("all")
        else:
            numbers = [self.units_in("all", phase) for phase in phases]
            cases = f"{self.language.listed(numbers)} {self.units_of(numbers[-1])}"
        return self.word(f"source.counted{whose}", cases=cases, place=place)

    @property
    def _counts_all(self) -> bool:
        """Whether how many cases there were in each phase may be told, and is known."""
        hidden, tally = self.results.withheld, self.results.tally
        known = tally[(tally["group"] == "all") & tally["units"].notna()]["phase"]
        whole = not (hidden["group"] == "all").any()
        return whole and set(known) >= set(self.results.phases) != set()

    def _cases_between(self, group: str) -> str:
        """How many cases there are from the first to the last of many periods."""
        phases, tally = self.results.phases, self.results.tally
        own = tally[tally["group"] == group].groupby("phase")["units"].max()
        hidden = self.results.withheld
        number = self.language.number(int(own.sum()))
        if (hidden["group"] == group).any() and len(own.dropna()) < len(phases):
            number = self.language.word("disclosure.number")
        first, last = self.phase(phases[0]), self.phase(phases[-1])
        units = self.units_of(number)
        values = {"number": number, "units": units, "first": first, "last": last}
        return self.word("brief.cases_between", **values)

    def units_in(self, group: str, phase: str) -> str:
        """How many cases or decisions a phase of a group holds, as a number."""
        tally, hidden = self.results.tally, self.results.withheld
        own = (tally["group"] == group) & (tally["phase"] == phase)
        gone = (hidden["group"] == group) & (hidden["phase"] == phase)
        units = tally.loc[own, "units"].dropna()
        if not len(units) and gone.any():
            return self.language.word("disclosure.number")
        return self.language.number(int(units.max()) if len(units) else 0)

    def grades(self, measure: str, given: Mapping[str, int]) -> str:
        """The steps of a scale, each with how many: "I høj grad 3, i nogen grad 5".

        Every step is named, given or not; what has no step comes last, where there is.
        """
        scale = self.results.form.measure(measure).scale
        steps = {one.id: plain(self.language.label(one)) for one in scale}
        said = {text: given.get(name, 0) for name, text in steps.items()}
        for name in (name for name in given if name not in steps and given[name]):
            key = f"score.{name}"
            known = self.language.has(f"report.{key}")
            text = self.word(key if known else "score.unrecognised")
            said[text] = said.get(text, 0) + given[name]
        number = self.language.number
        text = ", ".join(f"{lowered(text)} {number(n)}" for text, n in said.items())
        return text[:1].upper() + text[1:]

    def steps(self, measure: str) -> str:
        """The steps of a scale that are counted: "i høj grad eller i nogen grad"."""
        own = self.results.form.measure(measure)
        counted = [
            lowered(plain(self.language.label(step)))
            for step in own.scale
            if step.id in own.complying
        ]
        return f" {self.language.word('or')} ".join(counted)

    @property
    def units(self) -> str:
        """What is counted, in the plural: sager or afgørelser."""
        return self.units_of()

    def units_of(self, number: str = "") -> str:
        """What is counted, after its number: "1 sag", "2 sager"."""
        unit = self.results.form.unit
        key = f"report.{'unit' if number == '1' else 'units'}.{unit}"
        known = self.language.has(key)
        return self.language.word(key) if known else plain(unit)

    # Names and words.

    def word(self, key: str, **values: object) -> str:
        """The report's text under a key, filled in."""
        return self.language.word(f"report.{key}", **values)

    def counted(self, key: str, number: str, **values: object) -> str:
        """The report's text under a key for so many; one has a text of its own."""
        return self.language.counted(f"report.{key}", number, **values)

    def measure(self, name: str) -> str:
        """A measure's label."""
        return plain(self.language.label(self.results.form.measure(name)))

    def cited(self, bases: "Iterable[LegalBasis]") -> list[str]:
        """Provisions: a law keeps its name, "og" between sections is the reader's."""
        between = f" {self.language.word('and')} "
        return [_BETWEEN.sub(between, plain(one.cited)) for one in bases]

    def quoted(self, name: str) -> str:
        """A measure's label in quotation marks, for it is a sentence of its own."""
        return self.word("quoted", text=self.measure(name))

    def as_judged(self, row: ComparisonRow) -> str:
        """A row's measure, and by which limit it was judged where that changed."""
        label = self.measure(row.measure)
        if not row.is_limit_changed or row.is_withheld:
            return label
        key = "as_judged" if row.is_judged_alike else "as_moved"
        limits = {**self._limits(row), **self._phases_of(row)}
        return self.word(key, measure=label, changes=self.changes(row), **limits)

    def theme(self, name: str) -> str:
        """A theme's label; a heading of its own for the measures without one."""
        for theme in self.results.form.themes:
            if theme.id == name:
                return plain(self.language.label(theme))
        return self.word("heading.no_theme")

    def phase(self, name: str) -> str:
        """A phase's label; the quarter, month or year where it comes from dates."""
        for phase in self.results.form.phases:
            if phase.id == name:
                return plain(self.language.label(phase))
        return plain(self.language.period(name))

    def measurement(self, name: str, *, dated: bool = False) -> str:
        """A phase within a sentence: "statusmålingen", or "statusmålingen (2021)"."""
        declared = [phase.id for phase in self.results.form.phases]
        if name not in declared:
            return self.phase(name)
        own = f"report.measurement.{name}"
        known = own if self.language.has(own) else "report.measurement.other"
        text = self.language.word(known, phase=self.phase(name))
        year = self.year(name) if dated else ""
        return f"{text} ({year})" if year else text

    def heading_of(self, name: str) -> str:
        """A phase as the heading of a column: "Status 2021"."""
        return " ".join(part for part in (self.phase(name), self.year(name)) if part)

    def measured(self, name: str) -> str:
        """A phase with the month of its measurement: "status, april 2021"."""
        label, plan = self.phase(name), self.results.measurement.phase(name)
        if plan.measured is None:
            return label
        month = self.language.word("months").split()[plan.measured.month - 1]
        when = f"{month} {plan.measured.year}"
        return self.word("measured", phase=lowered(label), when=when)

    def year(self, name: str) -> str:
        """The year of a declared phase's measurement; "" where none is declared."""
        plan = self.results.measurement.phase(name)
        day = plan.measured or (plan.period[-1] if plan.period else None)
        return str(day.year) if day else ""

    def _phases_of(self, row: ComparisonRow) -> dict[str, str]:
        before, after = (self.measurement(side.phase) for side in row.sides)
        return {"before_phase": before, "after_phase": after}

    def _sides_of(self, row: ComparisonRow, *, units: bool = False) -> dict[str, str]:
        """Both counts, and the names of their phases."""
        before, after = (self.side(side, units=units) for side in row.sides)
        return {"before": before, "after": after, **self._phases_of(row)}

    def group(self, name: str) -> str:
        """A group's name as the reader knows it; that of all cases is a word."""
        return self.word("all_groups") if name == "all" else plain(name)

    def of_group(self, text: str, group: str) -> str:
        """A heading or caption, with the group's name where there are several."""
        return f"{text}: {self.group(group)}" if len(self.groups) > 1 else text

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of the comparison or, without one, of the tally; all is first."""
        compared = self.results.comparison
        frame = compared if len(compared) else self.results.tally
        names = {str(name) for name in frame["group"].unique()}
        return tuple(sorted(names, key=lambda name: (name != "all", name)))

    @property
    def has_many_groups(self) -> bool:
        """Whether there are too many groups to tell each of them whole."""
        return len(self.groups) > _FEW_GROUPS


def within(told: Callable[[int], str], most: int) -> str:
    """The sentence that names the most without growing too long; at least one."""
    for number in range(most, 1, -1):
        text = told(number)
        if is_short(text):
            return text
    return told(1)


def is_short(text: str) -> bool:
    """Whether a sentence is of no more words than a reader follows."""
    return len(text.replace(NO_BREAK, " ").split()) <= MOST_WORDS


def lowered(text: str) -> str:
    """A label within a sentence: its first letter small, unless it is a name."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def decimals_of(share: float) -> int:
    """No decimals, unless a difference that is not 0 would then read as 0."""
    if share == 0 or isnan(share):
        return 0
    for decimals in range(3):
        if round_half_up(_settled(share) * 100, decimals) != 0:
            return decimals
    return 0


def _settled(share: float) -> float:
    """A share without the binary dust of a subtraction, so that halves round up.

    >>> 0.7 - 0.375, _settled(0.7 - 0.375)
    (0.32499999999999996, 0.325)
    """
    return round(share, 12)


def _not_excluded(side: PhaseRate, confidence: float) -> float:
    """The rate that none, or all, of the cases do not exclude (Clopper-Pearson).

    Hanley and Lippman-Hand 1983, JAMA 249:1743: if nothing goes wrong, is everything
    all right?

    >>> none = PhaseRate(phase="status", state=State.SHOWN, applicable=20)
    >>> round(_not_excluded(none, 0.95), 4)
    0.1684
    """
    rate = 1 - ((1 - confidence) / 2) ** (1 / side.applicable)
    return 1 - rate if side.compliant else rate
