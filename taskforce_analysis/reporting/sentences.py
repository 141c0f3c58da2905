"""From figures to plain sentences, verdict by verdict.

Counts come first and percent in brackets; below the smallest number for a percentage
there are counts only. A row that cannot be decided names the range that is not
excluded and says that this is not the same as no change. No sentence names a cause.
Every text stands in the language files; here is only which one applies.
"""

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any

from taskforce_analysis.languages import NO_BREAK, Language, round_half_up
from taskforce_analysis.methods.rates import clopper_pearson
from taskforce_analysis.reporting.comparison_rows import (
    BEYOND,
    codes_of,
    finding_key,
    has_reservation,
    is_limit_changed,
    is_unsure,
    is_withheld,
    may_be_shown,
)
from taskforce_analysis.results import Results
from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.texts import plain

_ABOUT_CONDITION = ("conditional", "condition_changed")
_BY_LIMIT = ("limit:before", "limit:after")
_FEW_GROUPS = 6  # more of them have a line each, and one picture for all


@dataclass(frozen=True)
class Sentences:
    """The wording of one set of results in one language; every output reads it.

    From the whole to its parts: all that is told of a row of the comparison, what
    stands beside its verdict, the texts of a table's cells, the counts, the names.
    """

    results: Results
    language: Language

    # All that is told of a row.

    def told_with_asides(self, row: Any) -> str:
        """All that is told of a measure, and what stands beside its verdict."""
        return " ".join([self.told(row), *self.asides(row)])

    def told(self, row: Any) -> str:
        """All that is said about one comparison row: counts, verdict, reservations."""
        said = [self.counts(row), *self.edges(row), *self._finding(row)]
        return " ".join([*said, *self._reservations(row, in_finding=True)])

    def counts(self, row: Any) -> str:
        """Both phases' counts in one sentence that begins with the measure."""
        measure = self.measure(row.measure)
        if is_withheld(row):
            return self.word("counts_withheld", measure=measure)
        if row.decided_by == "only_one_phase":
            side = "after" if row.applicable_after else "before"
            count = self.side(row, side, units=True)
            phase = self.phase(getattr(row, side))
            return self.word("one_count", measure=measure, count=count, phase=phase)
        key = "counts_limit" if row.basis in _BY_LIMIT else "counts"
        limits = {}
        if is_limit_changed(row):
            key = key if row.basis in _BY_LIMIT else "counts_moved"
            limits = self._limits(row)
        return self.word(
            key,
            measure=measure,
            **limits,
            after=self.side(row, "after", units=True),
            before=self.side(row, "before", units=True),
            **self._phases_of(row),
        )

    def edges(self, row: Any) -> list[str]:
        """What 0 of 20 and 20 of 20 leave open: nothing seen is not nothing there."""
        said = []
        for side in () if is_withheld(row) else ("before", "after"):
            compliant = getattr(row, f"compliant_{side}")
            applicable = getattr(row, f"applicable_{side}")
            if compliant in (0, applicable) and self.has_percent(applicable):
                rate = _not_excluded(applicable, confidence=row.confidence)
                text = self.word(
                    "edge.all" if compliant else "edge.none",
                    count=self.language.count_of(compliant, applicable),
                    phase=self.phase(getattr(row, side)),
                    limit=self.language.percent(1 - rate if compliant else rate),
                )
                said.append(text)
        return said

    def _finding(self, row: Any) -> list[str]:
        """The verdict as sentences; what decided it is said where it is not plain."""
        if is_withheld(row):
            return []
        key = f"finding.{finding_key(row)}"
        if not self.language.has(f"report.{key}"):
            key = f"finding.{row.verdict}"
        known = not isnan(row.difference_low)
        size = self.size(row.difference) if known else ""
        values = {"range": self.range(row)} if known else {}
        minimum = self.language.number(self.results.settings.minimum_verdict)
        values |= {"minimum": minimum, "level": self.level(row), "but": ""}
        if row.verdict in BEYOND and "condition_changed" in codes_of(row):
            values["but"] = self.word("but.condition_changed", asked=self.asked(row))
        if not is_limit_changed(row):
            return [self.counted(key, size, **values)]
        changes = self.changes(row)
        text = self.counted(key, size, **values, changes=changes)
        if row.basis not in _BY_LIMIT:
            return [text]
        # One sentence, so that nobody quotes the verdict without its limit.
        text = text[:1].lower() + text[1:]
        return [self.word("finding_limit", changes=changes, finding=text)]

    def reservations(self, row: Any) -> list[str]:
        """What the verdict carries with it, one sentence per code."""
        return self._reservations(row)

    def _reservations(self, row: Any, *, in_finding: bool = False) -> list[str]:
        """The reservations; `in_finding` leaves out what the finding has said."""
        if is_withheld(row):
            return []
        asked = self.asked(row)
        if row.verdict == "not_comparable":  # how many were asked is told all the same
            return [self.word("reservation.conditional", asked=asked)] if asked else []
        codes = codes_of(row)
        if row.verdict == "too_few":  # there is no verdict to be reserved about
            codes = [code for code in codes if code in _ABOUT_CONDITION]
        if in_finding and row.verdict in BEYOND:
            codes = [code for code in codes if code != "condition_changed"]
        if not asked:
            uncounted = {"conditional": "conditional_uncounted"}
            codes = [uncounted.get(code, code) for code in codes]
        said = [
            self.word(f"reservation.{code}", asked=asked)
            for code in codes
            if self.language.has(f"report.reservation.{code}")
        ]
        if is_unsure(row):
            said.append(self.word("reservation.not_robust"))
        return [text for text in said if text]

    def asked(self, row: Any) -> str:
        """In how many of the cases a conditional measure was asked, in each phase."""
        for other in self.beside.get((row.group, row.measure), []):
            if other.basis == "condition" and not is_withheld(other):
                counts = {
                    side: self.side(other, side, units=True)
                    for side in ("after", "before")
                    if getattr(other, f"applicable_{side}")
                }
                if len(counts) > 1:
                    return self.word("asked", **counts, **self._phases_of(row))
                for side, count in counts.items():
                    phase = self.phase(getattr(row, side))
                    return self.word("asked_once", count=count, phase=phase)
        return ""

    # What is told beside the verdict, where there is something to tell.

    def asides(self, row: Any) -> list[str]:
        """The further sentences about a row that decides, in the order of their weight.

        Where the limit changed, the same by the later one and the median days. Its twin
        out of all cases and the checks that do not decide, whether delvist may be read
        either way, how many caseworkers stand behind the cases, its target.
        """
        if is_withheld(row) or row.verdict == "not_comparable":
            return []
        others = self.beside.get((row.group, row.measure), [])
        said = [self.aside(other) for other in others]
        said += [*self._medians(row), *self._partly(row), *self._clusters(row)]
        said += self._target(row)
        return [text for text in said if text]

    @cached_property
    def beside(self) -> "dict[tuple[str, str], list[Any]]":
        """The rows of the comparison that do not decide, by group and measure."""
        found: dict[tuple[str, str], list[Any]] = {}
        for row in self.results.comparison.itertuples(index=False):
            if not row.headline and may_be_shown(row, self.results):
                found.setdefault((str(row.group), str(row.measure)), []).append(row)
        return found

    def aside(self, row: Any) -> str:
        """A sentence for a row that does not decide; nothing for a law's part."""
        if row.basis == "limit:after":
            return self.word(
                "limit_after",
                after=self.side(row, "after"),
                before=self.side(row, "before"),
                **self._limits(row),
                **self._phases_of(row),
            )
        if row.basis == "unconditional":
            return self.word(
                "twin",
                units=self.units,
                after=self.side(row, "after"),
                before=self.side(row, "before"),
                **self._phases_of(row),
            )
        if not self.has_difference(row):
            return ""
        if row.basis == "ordered":
            return self._ordered(row)
        if row.basis not in ("stratified", "standardised", "stock"):
            return ""
        return self.language.word(
            f"sentences.{row.basis}",
            points=self.language.points(row.difference),
            low=self._limit(row.difference_low),
            high=self._limit(row.difference_high),
            level=self.level(row),
            before=self.language.percent(row.rate_before),
            after=self.language.percent(row.rate_after),
            **self._phases_of(row),
        )

    def _ordered(self, row: Any) -> str:
        """How the whole scale moved, by Cliff's delta, which is no number of points."""
        direction = "higher" if row.difference > 0 else "lower"
        direction = direction if row.difference else "same"
        number = self.language.number
        return self.language.word(
            "sentences.ordered",
            direction=self.word(f"direction.{direction}"),
            after_phase=self.phase(row.after),
            delta=number(row.difference, 2),
            low=number(row.difference_low, 2),
            high=number(row.difference_high, 2),
            level=self.level(row),
        )

    def _medians(self, row: Any) -> list[str]:
        """How many days it took, where a limit changed: days are the same in both."""
        if not is_limit_changed(row):
            return []
        days, phases = self.results.days, [row.before, row.after]
        own = (days["group"] == row.group) & (days["measure"] == row.measure)
        own = days[own & (days["basis"] == "crude")].set_index("phase")
        if not set(phases) <= set(own.index):
            return []
        told = {}
        for side, phase in zip(("before", "after"), phases, strict=True):
            median, cases = float(own["median"][phase]), int(own["cases"][phase])
            if isnan(median) or not self.has_percent(cases):
                return []
            decimals = 0 if median.is_integer() else 1
            told[side] = self.language.number(median, decimals)
        return [self.word("limit_days", **told, **self._phases_of(row))]

    def _partly(self, row: Any) -> list[str]:
        stands = str(row.stands_under_partly)
        if stands not in ("True", "False"):
            return []
        if stands == "True":
            return [self.language.word("sentences.partly_same")]
        counts_as = self.results.settings.partly
        other = "noncompliant" if counts_as == "compliant" else "compliant"
        value = self.word(f"choice.{other}")
        return [self.language.word("sentences.partly_differs", other=value)]

    def _clusters(self, row: Any) -> list[str]:
        if row.verdict not in BEYOND or isnan(row.tipping):
            return []
        word, number = self.language.word, self.language.number
        return [
            self.language.counted("sentences.clusters", number(int(row.clusters))),
            word("sentences.tipping", factor=number(row.tipping, 1)),
        ]

    def _target(self, row: Any) -> list[str]:
        """Whether the later phase reaches the measure's target, by Clopper-Pearson."""
        target = self.results.form.measure(str(row.measure)).target
        verdict = self._against_target.get((row.group, row.measure, row.after), "")
        if target is None or not verdict or not self.has_percent(row.applicable_after):
            return []
        interval = clopper_pearson(
            row.compliant_after, row.applicable_after, confidence=row.confidence
        )
        text = self.language.word(
            f"sentences.target_{verdict}",
            target=self.language.percent(target),
            level=self.level(row),
            low=self.language.percent(float(interval.low)),
            high=self.language.percent(float(interval.high)),
        )
        return [text]

    @cached_property
    def _against_target(self) -> dict[tuple[str, str, str], str]:
        """Whether a rate is over or under its target, by group, measure and phase."""
        tally = self.results.tally
        rows = tally[tally["headline"] & tally["target"].notna()]
        keys = zip(rows["group"], rows["measure"], rows["phase"], strict=True)
        return dict(zip(keys, rows["against_target"].fillna(""), strict=True))

    # The cells of a table.

    def side(self, row: Any, side: str, *, units: bool = False) -> str:
        """The count of one side of a comparison row: before or after."""
        if is_withheld(row):
            return self.word("withheld")
        compliant = getattr(row, f"compliant_{side}")
        applicable = getattr(row, f"applicable_{side}")
        if row.decided_by == "only_one_phase" and not applicable:
            return self.word("not_measured")
        if (row.group, row.measure, getattr(row, side), row.basis) in self._uncounted:
            return self.word("none_counted")
        return self.count(compliant, applicable, units=units)

    @cached_property
    def _uncounted(self) -> set[tuple[str, ...]]:
        """Where the measure was asked, but no answer counts, by the tally."""
        tally = self.results.tally
        asked = tally["units"] > tally["not_applicable"]
        rows = tally[asked & (tally["applicable"] == 0)]
        keys = ("group", "measure", "phase", "basis")
        return set(zip(*(rows[key].astype(str) for key in keys), strict=True))

    def has_difference(self, row: Any) -> bool:
        """Whether a difference may be shown in a text for this row."""
        known = not isnan(row.difference) and not is_withheld(row)
        fewest = min(row.applicable_before, row.applicable_after)
        decided = row.verdict not in ("too_few", "not_comparable")
        return known and decided and self.has_percent(fewest)

    def difference(self, row: Any) -> str:
        """The difference with its interval: "+30 procentpoint (−2 til +58)"."""
        if not self.has_difference(row):
            return self.language.word("no_rate")
        return self.word(
            "difference",
            points=self.language.points(_settled(row.difference)),
            low=self._limit(row.difference_low),
            high=self._limit(row.difference_high),
        )

    def verdict(self, row: Any) -> str:
        """The verdict as it stands in a table, with the range where it is open."""
        if is_withheld(row):
            return self.word("withheld")
        if row.verdict not in VERDICTS or row.basis == "limit:after":
            return self.word("no_verdict")
        text = self.language.word(f"verdict.{row.verdict}")
        if has_reservation(row):
            is_changed = "condition_changed" in codes_of(row)
            key = "verdict_condition_changed" if is_changed else "verdict_reserved"
            text = self.word(key, verdict=text)
        if row.verdict == "uncertain" and self.has_difference(row):
            text = self.word("verdict_range", verdict=text, range=self.range(row))
        if not is_limit_changed(row):
            return text
        key = "verdict_limit" if row.basis in _BY_LIMIT else "verdict_moved"
        return self.word(key, verdict=text, changes=self.changes(row))

    def changes(self, row: Any) -> str:
        """How a row's limit changed: "fra 8 uger til 12 uger", each change once."""
        return self.language.listed(
            [
                self.word("limit_change", **self._sides(change))
                for change in self._changed.get((row.group, row.measure), ())
            ]
        ) or self.language.word("no_rate")

    def _limits(self, row: Any) -> dict[str, str]:
        """The limits of both phases: "8 uger" and "12 uger"."""
        sides = map(self._sides, self._changed.get((row.group, row.measure), ()))
        found = {"before_limit": {}, "after_limit": {}}
        for side in sides:
            found["before_limit"][side["before"]] = None
            found["after_limit"][side["after"]] = None
        none = self.language.word("no_rate")
        return {
            name: self.language.listed(list(texts)) or none
            for name, texts in found.items()
        }

    def _sides(self, change: Any) -> dict[str, str]:
        limits = {"before": change.before, "after": change.after}
        return {
            side: self.language.listed([self.language.limit(one) for one in own])
            for side, own in limits.items()
        }

    @cached_property
    def _changed(self) -> dict[tuple[str, str], Any]:
        """The changes of each group's measures whose limit changed."""
        changed = self.results.changed_limits
        return {(one.group, one.measure): one.changes for one in changed}

    def range(self, row: Any) -> str:
        """The interval in words: "fra 2 procentpoint lavere til 58 højere"."""
        low, high = row.difference_low, row.difference_high
        if low >= 0 or high <= 0:
            key = "range.higher" if low >= 0 else "range.lower"
            near, far = sorted((abs(low), abs(high)))
            return self.word(key, near=self.size(near), far=self.size(far))
        lower = self.size(low)
        return self.counted("range.both", lower, high=self.size(high))

    def size(self, share: float) -> str:
        """How many points, without a sign."""
        return self._limit(abs(share)).lstrip("+")

    def _limit(self, share: float) -> str:
        """A limit with its sign, and decimals enough that it does not read as 0."""
        return self.language.signed(_settled(share), decimals_of(share))

    def level(self, row: Any) -> str:
        """The interval's level: "95 %"."""
        return self.percent_exact(row.confidence)

    def percent_exact(self, share: float) -> str:
        """A level as per cent, with a decimal only where it has one (97,5 %)."""
        whole = round_half_up(share * 100, 6) % 1 == 0
        return self.language.percent(share, 0 if whole else 1)

    # Counts.

    def has_percent(self, applicable: int) -> bool:
        """Whether there are cases enough for a percentage."""
        return applicable >= self.results.settings.minimum_percent

    def count(self, compliant: int, applicable: int, *, units: bool = False) -> str:
        """A count of the applicable: "14 ud af 20 (70 %)", in a sentence with units."""
        if not applicable:
            return self.word("none_applicable")
        text = self.language.count_of(compliant, applicable)
        named = self.units_of(self.language.number(applicable))
        text = f"{text} {named}" if units else text.replace(" ", NO_BREAK)
        if not self.has_percent(applicable):
            return text
        return f"{text} ({self.language.percent(compliant / applicable)})"

    def cases(self, group: str) -> str:
        """How many cases or decisions each phase of a group holds."""
        tally, hidden = self.results.tally, self.results.withheld
        counted = tally[tally["group"] == group].groupby("phase")["units"].max()
        withheld = set(hidden.loc[hidden["group"] == group, "phase"])
        parts = []
        for phase in self.results.phases:
            units = counted.get(phase)
            number = self.language.number(int(units or 0))
            if units is None and phase in withheld:
                number = self.language.word("disclosure.number")
            named = {"phase": self.phase(phase), "units": self.units_of(number)}
            parts.append(self.word("note.cases", number=number, **named))
        return self.language.listed(parts) + "."

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

    def as_judged(self, row: Any) -> str:
        """A row's measure, and by which limit it was judged where that changed."""
        label = self.measure(str(row.measure))
        if not is_limit_changed(row) or is_withheld(row):
            return label
        key = "as_judged" if row.basis in _BY_LIMIT else "as_moved"
        limits = {**self._limits(row), **self._phases_of(row)}
        return self.word(key, measure=label, changes=self.changes(row), **limits)

    def theme(self, name: str) -> str:
        """A theme's label; a heading of its own for the measures without one."""
        for theme in self.results.form.themes:
            if theme.id == name:
                return plain(self.language.label(theme))
        return self.word("heading.no_theme")

    def phase(self, name: str) -> str:
        """A phase's label; its id where the phases come from the data."""
        for phase in self.results.form.phases:
            if phase.id == name:
                return plain(self.language.label(phase))
        return plain(name)

    def _phases_of(self, row: Any) -> dict[str, str]:
        before, after = self.phase(row.before), self.phase(row.after)
        return {"before_phase": before, "after_phase": after}

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


def _not_excluded(applicable: int, *, confidence: float) -> float:
    """The rate that none of so many cases does not exclude (Clopper-Pearson at 0).

    Hanley and Lippman-Hand 1983, JAMA 249:1743: if nothing goes wrong, is everything
    all right?

    >>> round(_not_excluded(20, confidence=0.95), 4)
    0.1684
    """
    return 1 - ((1 - confidence) / 2) ** (1 / applicable)
