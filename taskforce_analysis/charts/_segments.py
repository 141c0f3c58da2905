"""What a bar of answers is made of: segments with a count, a share and a look.

Whether an answer complies decides its colour, never the word yes: some questions are
worded the other way round. What has no percentage stays in sight, grey or hatched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from matplotlib.colors import to_hex, to_rgb

from taskforce_analysis.charts._style import load_style
from taskforce_analysis.forms import Measure
from taskforce_analysis.languages import Language

SCORED = ("compliant", "partly", "noncompliant")
REST = ("not_applicable", "not_assessable", "missing", "not_due", "unrecognised")
_LAST = 100  # what has no percentage comes after all grades in a legend


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One part of a bar: its label, how many units, and where it lies (shares).

    `order` is its place in a legend.
    """

    label: str
    order: int
    count: int
    start: float
    share: float
    colour: str
    hatch: str = ""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One measure in one phase: its tally row (None: not asked) and answers given."""

    tally: Mapping[Any, Any] | None
    given: Mapping[str, int]
    language: Language

    @property
    def units(self) -> int:
        """How many units the phase has; 0 where it was not asked."""
        return int(self.tally["units"]) if self.tally else 0

    def count(self, name: str) -> int:
        """One of the tally's counts."""
        return int(self.tally[name]) if self.tally else 0

    def part(self, name: str, count: int) -> "Part":
        """A part of the bar under one of the scores' names."""
        style = load_style()
        label = self.language.word(f"charts.score.{name}")
        return Part(label, count, style.answers[name], style.hatches.get(name, ""))


class Part(NamedTuple):
    """A part of a bar before it has its place."""

    label: str
    count: int
    colour: str
    hatch: str = ""


def scored_segments(one: Counted, measure: Measure) -> list[Segment]:
    """Met, partly and not met, from 0 on, as shares of all units."""
    counts = {name: one.count(name) for name in ("compliant", "noncompliant")}
    partly = one.given.get("partly", 0)
    holder = "compliant" if "partly" in measure.compliant else "noncompliant"
    holder = holder if counts[holder] >= partly else "compliant"
    counts[holder] -= partly
    counts["partly"] = partly
    return _laid([one.part(name, counts[name]) for name in SCORED], one.units)


def rest_segments(one: Counted, *, start: float) -> list[Segment]:
    """What has no percentage, from `start` on, as shares of all units."""
    parts = [one.part(name, one.count(name)) for name in REST]
    return _laid(parts, one.units, start=start, first=_LAST)


def grade_segments(one: Counted, measure: Measure) -> list[Segment]:
    """The grades of a scale, the worst to the left, their middle at 0."""
    grades = list(reversed(measure.scale))
    colours = list(reversed(grade_colours(len(grades))))
    parts = [
        Part(one.language.label(grade), one.given.get(grade.id, 0), colour)
        for grade, colour in zip(grades, colours, strict=True)
    ]
    half, odd = divmod(len(parts), 2)
    left = sum(part.count for part in parts[:half])
    left += parts[half].count / 2 if odd else 0
    return _laid(parts, one.units, start=-left / one.units if one.units else 0.0)


def grade_colours(count: int) -> list[str]:
    """Colours from the best grade to the worst; grey in the middle of an odd scale.

    >>> grade_colours(3)
    ['#12436d', '#c9c9c9', '#dd6b10']
    """
    answers = load_style().answers
    half = count // 2
    best = [
        _lighter(answers["compliant"], place / max(half, 1)) for place in range(half)
    ]
    worst = [
        _lighter(answers["noncompliant"], place / max(half, 1)) for place in range(half)
    ]
    middle = [to_hex(answers["middle"])] if count % 2 else []
    return [*best, *middle, *reversed(worst)]


def _lighter(colour: str, part: float) -> str:
    red, green, blue = (one + (1 - one) * part for one in to_rgb(colour))
    return to_hex((red, green, blue))


def _laid(
    parts: Sequence[Part], units: int, *, start: float = 0.0, first: int = 0
) -> list[Segment]:
    laid = []
    for order, part in enumerate(parts, first):
        share = part.count / units if units else 0.0
        place = {"start": start, "share": share, "order": order}
        laid.append(Segment(**part._asdict(), **place))  # type: ignore[arg-type]
        start += share
    return [segment for segment in laid if segment.count]
