"""Bars of answers: gathered from the tables, drawn as segments with their counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from taskforce_analysis.charts._axes import figure_of
from taskforce_analysis.charts._layout import Key
from taskforce_analysis.charts._rows import WITHHELD, Row, is_withheld
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._segments import (
    Counted,
    Segment,
    grade_segments,
    rest_segments,
    scored_segments,
)
from taskforce_analysis.charts._sheet import CM_PER_INCH
from taskforce_analysis.charts._style import load_style, readable_on
from taskforce_analysis.charts._words import width_of

if TYPE_CHECKING:
    import pandas as pd

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
