"""A measure over several phases or quarters: points, counts and, from ten, limits.

Below ten points nothing is tested and no limit is drawn, and the note says so. The
verdict between two declared phases belongs to the chart of changes, not here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.options import (
    InColours,
    OnAxes,
    OneGroup,
    SomeMeasures,
)
from taskforce_analysis.charts.kit.paper import (
    Paper,
    captioned_paper,
    figure_of,
    plain_axes,
)
from taskforce_analysis.charts.kit.scene import (
    MeasureRow,
    Scene,
    scene_of,
)
from taskforce_analysis.charts.kit.style import clean, load_style, width_of, wrap
from taskforce_analysis.charts.kit.words import (
    alt_of,
    caption_of,
    rate_sentences,
    rates_frame,
)
from taskforce_analysis.languages import Language
from taskforce_analysis.methods.trend import PChart, p_chart, run_chart
from taskforce_analysis.reporting.table_rows import Estimate, PhaseRate

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

_POINTS_FOR_LIMITS = 10
_YEAR = re.compile(r" (?=\d{4}$)")
_PLOT, _LEFT, _BELOW = 3.4, 1.35, 1.4


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, SomeMeasures, OnAxes, InColours):
    """What this chart can be asked for."""


@chart("trend", asked=Asked, needs="phases")
def trend(results: "Results", language: Language, asked: Asked) -> Figure:
    """The rates of one or a few measures over all phases, one plot each.

    Without measures the primary ones, at most four, or the first. Axes of one's own get
    the first of them, under its own name or the title. Raises UsageError for a group or
    measure that does not exist.
    """
    scene = scene_of(
        results,
        language,
        phases=results.phases,
        group=asked.group,
        measures=asked.measures or _default(results),
    )
    if asked.ax is not None:
        _draw_series(asked.ax, scene.rows[0], scene, width=12.0)
        shown = scene.rows[0].label if asked.title is None else asked.title
        asked.ax.set_title(shown, loc="left", fontweight="bold")
        return figure_of(asked.ax)
    caption = caption_of(
        results,
        language,
        title=scene.word("trend.title", first=scene.labels[0], last=scene.labels[-1]),
        instead=asked.title,
        sentences=[*rate_sentences(scene), *_series_notes(scene)],
    )
    height = sum(_height(row) for row in scene.rows)
    made = captioned_paper(caption, height, notes=asked.notes)
    top = made.top
    for row in scene.rows:
        _draw_plot(made.paper, row, scene, top=top)
        top += _height(row)
    alt = alt_of(caption.title, scene, verdicts=False)
    return made.finish(alt=alt, data=rates_frame(scene))


class Shown(NamedTuple):
    """A phase with cases enough for a percentage: its place in time, and its rate."""

    place: int
    rate: PhaseRate
    share: Estimate


def _shown(row: MeasureRow) -> list[Shown]:
    return [
        Shown(place, rate, rate.interval)
        for place, rate in enumerate(row.rates)
        if rate.interval
    ]


def _default(results: "Results") -> list[str]:
    chosen = list(results.measurement.primary or results.form.primary)
    return chosen[:4] or list(results.form.measure_ids[:1])


def _series_notes(scene: Scene) -> list[str]:
    """That counts stand below, what the lines are, and whether a level has shifted."""
    told = [scene.word("trend.counts")]
    for row in scene.rows:
        shown = _shown(row)
        if len(shown) < _POINTS_FOR_LIMITS:
            told.append(scene.word("trend.few_points"))
            continue
        limits = "median" if _p_chart(shown).reason else "limits"
        told += [scene.word(f"trend.{limits}"), _shift(row, shown, scene)]
    return list(dict.fromkeys(told))


def _shift(row: MeasureRow, shown: Sequence[Shown], scene: Scene) -> str:
    runs = run_chart([one.share.value for one in shown])
    if not runs.signal:
        return scene.word("trend.no_shift", measure=clean(row.label))
    number = scene.language.number
    counts = {"run": number(runs.longest_run), "crossings": number(runs.crossings)}
    return scene.word("trend.shift", measure=clean(row.label), **counts)


def _label(row: MeasureRow) -> tuple[str, ...]:
    return wrap(row.label, load_style().page["width"] - 0.3, bold=True)


def _height(row: MeasureRow) -> float:
    return len(_label(row)) * load_style().line + 0.15 + _PLOT + _BELOW + 0.2


def _draw_plot(paper: Paper, row: MeasureRow, scene: Scene, *, top: float) -> None:
    lines = _label(row)
    left = load_style().page["margin"]
    paper.text((left, top), lines, fontweight="bold", gid="label")
    above = top + len(lines) * load_style().line + 0.15
    width = paper.width - _LEFT - 0.5
    axes = paper.axes(_LEFT, above, (width, _PLOT))
    _draw_series(axes, row, scene, width=width)


def _draw_series(axes: Axes, row: MeasureRow, scene: Scene, *, width: float) -> None:
    """Points with intervals, joined by a thin line; limits from ten points on."""
    shown = _shown(row)
    if len(shown) >= _POINTS_FOR_LIMITS:
        _draw_limits(axes, shown)
    _draw_points(axes, shown)
    _dress(axes, row, scene, width=width)


def _draw_points(axes: Axes, shown: Sequence[Shown]) -> None:
    style = load_style()
    places = [one.place for one in shown]
    rates, mark = [one.share.value for one in shown], style.after
    axes.plot(places, rates, color=style.colours["rule"], linewidth=1.2)
    axes.vlines(
        places,
        [one.share.low for one in shown],
        [one.share.high for one in shown],
        colors=mark.colour,
        linewidth=style.marks["line"],
        gid="interval",
    )
    look = {"marker": mark.marker, "markersize": style.marks["size"], "zorder": 3}
    look |= {"linestyle": "none", "color": mark.colour, "clip_on": False}
    axes.plot(places, rates, gid="point", **look)


def _dress(axes: Axes, row: MeasureRow, scene: Scene, *, width: float) -> None:
    plain_axes(axes)
    axes.set_ylim(0, 1)
    shares = (0.0, 0.5, 1.0)
    axes.set_yticks(shares, [scene.language.percent(share) for share in shares])
    axes.set_xlim(-0.5, len(row.rates) - 0.5)
    labels = [
        _tick(label, rate) for label, rate in zip(scene.labels, row.rates, strict=True)
    ]
    step = _step(labels, width)
    places = list(range(0, len(labels), step))
    axes.set_xticks(places, [labels[place] for place in places])


def _tick(label: str, rate: PhaseRate) -> str:
    """Its name and its count; a period's year stands under its quarter or month."""
    named = _YEAR.sub("\n", clean(label))
    counts = f"{rate.compliant}/{rate.applicable}"
    return f"{named}\n{counts if rate.has_counts else '–'}"


def _step(labels: Sequence[str], width: float) -> int:
    """Every how many labels have room: each needs its width and some air."""
    widest = max(width_of(line) for label in labels for line in label.split("\n"))
    return max(1, -(-int(100 * (widest + 0.2)) // int(100 * width / len(labels))))


def _draw_limits(axes: Axes, shown: Sequence[Shown]) -> None:
    """The centre with its control limits, or the median where cases are too few."""
    limits, places = _p_chart(shown), [one.place for one in shown]
    look = {"color": load_style().colours["muted"], "linewidth": 1.0, "zorder": 1}
    centre = (
        median(one.share.value for one in shown) if limits.reason else limits.centre
    )
    axes.hlines(centre, places[0] - 0.4, places[-1] + 0.4, gid="centre", **look)
    if limits.reason:
        return
    for edge, name in ((limits.low, "lower"), (limits.high, "upper")):
        axes.step(places, edge, linestyle=(0, (4, 2)), where="mid", gid=name, **look)


def _p_chart(shown: Sequence[Shown]) -> PChart:
    compliant = [one.rate.compliant for one in shown]
    return p_chart(compliant, [one.rate.applicable for one in shown])
