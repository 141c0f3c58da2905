"""Bars of answers: gathered from the tables, drawn as segments with their counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from taskforce_analysis.charts.kit.layout import Key
from taskforce_analysis.charts.kit.marks import figure_of
from taskforce_analysis.charts.kit.scene import WITHHELD, Row, Scene, is_withheld
from taskforce_analysis.charts.kit.sheet import (
    CM_PER_INCH,
    load_style,
    readable_on,
    width_of,
)
from taskforce_analysis.forms import Measure
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd


# FOLDED charts._segments
#
# What a bar of answers is made of: segments with a count, a share and a look.
#
# Whether an answer complies decides its colour, never the word yes: some questions
# are worded the other way round. What has no percentage stays in sight, grey or
# hatched.

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


# FOLDED charts._bars
#
# Bars of answers: gathered from the tables, drawn as segments with their counts.

_EDGE = 0.6


@dataclass(frozen=True, kw_only=True)
class Bars:
    """One measure's bars, a tuple of segments per phase and panel; units per phase."""

    panels: tuple[tuple[tuple[Segment, ...], ...], ...]
    units: tuple[int, ...]

    @property
    def segments(self) -> list[Segment]:
        """All segments of all panels and phases."""
        return [one for panel in self.panels for line in panel for one in line]


def bars_of(scene: Scene) -> tuple[Bars, ...]:
    """The bars of every row of a scene, in order."""
    tally = {
        (one["measure"], one["phase"]): one
        for one in scene.tally.to_dict("records")
        if not is_withheld(one)
    }
    given = _given(scene)
    return tuple(
        _bars(
            row,
            [
                Counted(
                    tally=None if rate.state == WITHHELD else tally.get(key),
                    given=given.get(key, {}),
                    language=scene.language,
                )
                for rate in row.rates
                for key in [(row.measure.id, rate.phase)]
            ],
        )
        for row in scene.rows
    )


def _given(scene: Scene) -> dict[tuple[str, str], dict[str, int]]:
    table = scene.results.distribution
    table = table[table["group"] == scene.group]
    given: dict[tuple[str, str], dict[str, int]] = {}
    for one in table.to_dict("records"):
        counts = given.setdefault((one["measure"], one["phase"]), {})
        counts[one["answer"]] = int(one["count"])
    return given


def _bars(row: Row, phases: Sequence[Counted]) -> Bars:
    lines = [_segments(row, one) for one in phases]
    panels = 2 if row.measure.scale else 1
    return Bars(
        panels=tuple(tuple(line[place] for line in lines) for place in range(panels)),
        units=tuple(one.units for one in phases),
    )


def _segments(row: Row, one: Counted) -> tuple[tuple[Segment, ...], ...]:
    """The segments of one bar, for each panel: scales have two."""
    if one.tally is None:
        return ((), ())
    if row.measure.scale:
        scored = grade_segments(one, row.measure)
        return (tuple(scored), tuple(rest_segments(one, start=0.0)))
    scored = scored_segments(one, row.measure)
    filled = sum(segment.share for segment in scored)
    return ((*scored, *rest_segments(one, start=filled)),)


def draw_bars(
    axes: Sequence[Axes],
    bars: Sequence[Bars],
    lines: Sequence[Sequence[float]],
    *,
    height: float | None = None,
) -> None:
    """The segments of each bar, each with its count where it has room."""
    tall = height or 0.82 * load_style().line
    for number, ax in enumerate(axes):
        for one, heights in zip(bars, lines, strict=True):
            for segments, at in zip(one.panels[number], heights, strict=True):
                for segment in segments:
                    _draw_segment(ax, segment, at=at, tall=tall)


def _draw_segment(axes: Axes, segment: Segment, *, at: float, tall: float) -> None:
    patch = Rectangle(
        (segment.start, at - tall / 2),
        segment.share,
        tall,
        facecolor=segment.colour,
        edgecolor=load_style().colours["muted"],
        linewidth=_EDGE,
        hatch=segment.hatch,
        gid="segment",
    )
    axes.add_patch(patch)
    if width_of(str(segment.count)) + 0.06 <= _width(axes, segment.share):
        _write_count(axes, segment, at)


def _write_count(axes: Axes, segment: Segment, at: float) -> None:
    text = axes.text(
        segment.start + segment.share / 2,
        at,
        str(segment.count),
        ha="center",
        va="center_baseline",
        color=readable_on(segment.colour),
        gid="count",
    )
    if segment.hatch:
        text.set_bbox({"facecolor": segment.colour, "edgecolor": "none", "pad": 0.6})


def _width(axes: Axes, share: float) -> float:
    low, high = axes.get_xlim()
    inches = figure_of(axes).get_size_inches()[0] * axes.get_position().width
    return inches * CM_PER_INCH * share / (high - low)


def keys_of(bars: Sequence[Bars]) -> tuple[Key, ...]:
    """A legend entry for every kind of segment there is, in the order of the bars."""
    looks: dict[str, Key] = {}
    found = [one for bar in bars for one in bar.segments]
    for segment in sorted(found, key=attrgetter("order")):
        look = {"facecolor": segment.colour, "hatch": segment.hatch}
        look |= {"edgecolor": load_style().colours["muted"], "linewidth": _EDGE}
        looks.setdefault(segment.label, Key(label=segment.label, look=look))
    return tuple(looks.values())


def bars_frame(scene: Scene, bars: Sequence[Bars]) -> "pd.DataFrame":
    """A row per measure and phase: how many units gave each answer."""
    import pandas as pd

    rows = []
    for row, one in zip(scene.rows, bars, strict=True):
        for number, label in enumerate(scene.labels):
            cells = {"theme": row.theme, "measure": row.label, "phase": label}
            named = {scene.word(f"column.{key}"): text for key, text in cells.items()}
            given = [s for panel in one.panels for s in panel[number]]
            rows.append(named | {segment.label: segment.count for segment in given})
    frame = pd.DataFrame(rows)
    counts = frame.columns[3:]
    return frame.astype(dict.fromkeys(counts, "Int64")).fillna(dict.fromkeys(counts, 0))
