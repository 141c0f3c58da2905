"""From figures to plain sentences, verdict by verdict.

Counts come first and percent in brackets; below the smallest number for a percentage
there are counts only. A row that cannot be decided names the range that is not
excluded and says that this is not the same as no change. No sentence names a cause.
Every text stands in the language files; here is only which one applies.
"""

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any, Protocol

from taskforce_analysis.languages import NO_BREAK, Language, round_half_up
from taskforce_analysis.reporting.rows import (
    codes_of,
    decimals_of,
    finding_key,
    has_reservation,
    is_withheld,
    left_open,
    may_be_shown,
    settled,
    uncounted,
)
from taskforce_analysis.results import Results
from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.texts import plain

# FOLDED writing.edging
#
# What 0 of 20 and 20 of 20 leave open: nothing seen is not nothing there.


class Wording(Protocol):
    """What is asked of the sentences; exists so that these need not know of them."""

    @property
    def language(self) -> Language:
        """The language that is written."""
        ...

    def has_percent(self, applicable: int) -> bool:
        """Whether there are cases enough for a percentage."""
        ...

    def phase(self, name: str) -> str:
        """A phase's label."""
        ...

    def word(self, key: str, **values: object) -> str:
        """The report's text under a key, filled in."""
        ...


def edges(sentences: Wording, row: Any) -> list[str]:
    """A sentence for each side of a comparison row where none or all comply."""
    sides = () if is_withheld(row) else ("before", "after")
    return [text for side in sides for text in _edge(sentences, row, side)]


def _edge(sentences: Wording, row: Any, side: str) -> list[str]:
    compliant = getattr(row, f"compliant_{side}")
    applicable = getattr(row, f"applicable_{side}")
    if compliant not in (0, applicable) or not sentences.has_percent(applicable):
        return []
    language = sentences.language
    open_to = left_open(applicable, confidence=row.confidence)
    values = {
        "count": language.count_of(compliant, applicable),
        "phase": sentences.phase(getattr(row, side)),
        "limit": language.percent(1 - open_to if compliant else open_to),
    }
    return [sentences.word("edge.all" if compliant else "edge.none", **values)]


# FOLDED writing.sentences
#
# From figures to plain sentences, verdict by verdict.
#
# Counts come first and percent in brackets; below the smallest number for a
# percentage there are counts only. A row that cannot be decided names the range that
# is not excluded and says that this is not the same as no change. No sentence names a
# cause. Every text stands in the language files; here is only which one applies.


@dataclass(frozen=True)
class Sentences:
    """The wording of one set of results in one language; every output reads it."""

    results: Results
    language: Language

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of the comparison or, without one, of the tally; all is first."""
        compared = self.results.comparison
        frame = compared if len(compared) else self.results.tally
        names = {str(name) for name in frame["group"].unique()}
        return tuple(sorted(names, key=lambda name: (name != "all", name)))

    @cached_property
    def beside(self) -> "dict[tuple[str, str], list[Any]]":
        """The rows of the comparison that are not crude, by group and measure."""
        found: dict[tuple[str, str], list[Any]] = {}
        for row in self.results.comparison.itertuples(index=False):
            if row.basis != "crude" and may_be_shown(row, self.results):
                found.setdefault((str(row.group), str(row.measure)), []).append(row)
        return found

    @cached_property
    def against_target(self) -> dict[tuple[str, str, str], str]:
        """Whether a rate is over or under its target, by group, measure and phase."""
        tally = self.results.tally
        rows = tally[(tally["basis"] == "crude") & tally["target"].notna()]
        keys = zip(rows["group"], rows["measure"], rows["phase"], strict=True)
        return dict(zip(keys, rows["against_target"].fillna(""), strict=True))

    @cached_property
    def uncounted(self) -> set[tuple[str, ...]]:
        """The rows of the tally where the measure was asked, but no answer counts."""
        return uncounted(self.results.tally)

    def word(self, key: str, **values: object) -> str:
        """The report's text under a key, filled in."""
        return self.language.word(f"report.{key}", **values)

    def counted(self, key: str, number: str, **values: object) -> str:
        """The report's text under a key for so many; one has a text of its own."""
        return self.language.counted(f"report.{key}", number, **values)

    def phase(self, name: str) -> str:
        """A phase's label; its id where the phases come from the data."""
        for phase in self.results.form.phases:
            if phase.id == name:
                return plain(self.language.label(phase))
        return plain(name)

    def measure(self, name: str) -> str:
        """A measure's label."""
        return plain(self.language.label(self.results.form.measure(name)))

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

    def side(self, row: Any, side: str, *, units: bool = False) -> str:
        """The count of one side of a comparison row: before or after."""
        if is_withheld(row):
            return self.word("withheld")
        if row.decided_by == "only_one_phase" and not getattr(
            row, f"applicable_{side}"
        ):
            return self.word("not_measured")
        counts = (getattr(row, f"{one}_{side}") for one in ("compliant", "applicable"))
        if (row.group, row.measure, getattr(row, side), row.basis) in self.uncounted:
            return self.word("none_counted")
        return self.count(*counts, units=units)

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
            points=self.language.points(settled(row.difference)),
            low=self.limit(row.difference_low),
            high=self.limit(row.difference_high),
        )

    def limit(self, share: float) -> str:
        """A limit with its sign, and decimals enough that it does not read as 0."""
        return self.language.signed(settled(share), decimals_of(share))

    def size(self, share: float) -> str:
        """How many points, without a sign."""
        return self.limit(abs(share)).lstrip("+")

    def range(self, row: Any) -> str:
        """The interval in words: "fra 2 procentpoint lavere til 58 højere"."""
        low, high = row.difference_low, row.difference_high
        if low >= 0 or high <= 0:
            key = "range.higher" if low >= 0 else "range.lower"
            near, far = sorted((abs(low), abs(high)))
            return self.word(key, near=self.size(near), far=self.size(far))
        lower = self.size(low)
        return self.counted("range.both", lower, high=self.size(high))

    def verdict(self, row: Any) -> str:
        """The verdict as it stands in a table, with the range where it is open."""
        if is_withheld(row):
            return self.word("withheld")
        if row.verdict not in VERDICTS:
            return self.word("no_verdict")
        text = self.language.word(f"verdict.{row.verdict}")
        if has_reservation(row):
            text = self.word("verdict_reserved", verdict=text)
        if row.verdict == "uncertain" and self.has_difference(row):
            return self.word("verdict_range", verdict=text, range=self.range(row))
        return text

    def told(self, row: Any) -> str:
        """All that is said about one comparison row: counts, verdict, reservations."""
        said = [self.counts(row), *self.edges(row), *self.finding(row)]
        return " ".join([*said, *self.reservations(row)])

    def counts(self, row: Any) -> str:
        """Both phases' counts in one sentence that begins with the measure."""
        if is_withheld(row):
            return self.word("counts_withheld", measure=self.measure(row.measure))
        if row.decided_by == "only_one_phase":
            return self._one_count(row)
        return self.word(
            "counts",
            measure=self.measure(row.measure),
            after=self.side(row, "after", units=True),
            before=self.side(row, "before", units=True),
            after_phase=self.phase(row.after),
            before_phase=self.phase(row.before),
        )

    def _one_count(self, row: Any) -> str:
        side = "after" if row.applicable_after else "before"
        return self.word(
            "one_count",
            measure=self.measure(row.measure),
            count=self.side(row, side, units=True),
            phase=self.phase(getattr(row, side)),
        )

    def edges(self, row: Any) -> list[str]:
        """What 0 of 20 and 20 of 20 leave open, for each side that is one of them."""
        return edges(self, row)

    def finding(self, row: Any) -> list[str]:
        """The verdict as sentences; what decided it is said where it is not plain."""
        if is_withheld(row):
            return []
        key = f"finding.{finding_key(row)}"
        if not self.language.has(f"report.{key}"):
            key = f"finding.{row.verdict}"
        known = not isnan(row.difference_low)
        size = self.size(row.difference) if known else ""
        values = {"range": self.range(row)} if known else {}
        values |= {"minimum": self._minimum, "level": self.level(row)}
        return [self.counted(key, size, **values)]

    @property
    def _minimum(self) -> str:
        return self.language.number(self.results.settings.minimum_verdict)

    def level(self, row: Any) -> str:
        """The interval's level: "95 %"."""
        return self.percent_exact(row.confidence)

    def percent_exact(self, share: float) -> str:
        """A level as per cent, with a decimal only where it has one (97,5 %)."""
        whole = round_half_up(share * 100, 6) % 1 == 0
        return self.language.percent(share, 0 if whole else 1)

    def reservations(self, row: Any) -> list[str]:
        """What the verdict carries with it, one sentence per code."""
        if row.verdict == "not_comparable" or is_withheld(row):
            return []
        codes = codes_of(row)
        if row.verdict == "too_few":  # there is no verdict to be reserved about
            codes = [code for code in codes if code == "conditional"]
        said = [self._reservation(code) for code in codes]
        if str(row.robust) == "False":  # <NA> has no truth value
            said.append(self.word("reservation.not_robust"))
        return [text for text in said if text]

    def _reservation(self, code: str) -> str:
        key = f"reservation.{code}"
        return self.word(key) if self.language.has(f"report.{key}") else ""

    def twin(self, row: Any) -> str:
        """An unconditional twin's counts: the same measure out of all units."""
        return self.word(
            "twin",
            units=self.units,
            after=self.side(row, "after"),
            before=self.side(row, "before"),
            after_phase=self.phase(row.after),
            before_phase=self.phase(row.before),
        )
