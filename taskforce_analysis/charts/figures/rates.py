"""Rates with their intervals, for one phase or several, and the target where set.

Every row tells its counts; no comparison is made here, and none should be read off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.marks import draw_rates, prepare_axes, share_panel
from taskforce_analysis.charts.kit.options import (
    InColours,
    OnAxes,
    OneGroup,
    OneTheme,
    Paged,
    SomePhases,
)
from taskforce_analysis.charts.kit.paper import figure_of
from taskforce_analysis.charts.kit.rows import RowsLayout, place_rows, rate_texts
from taskforce_analysis.charts.kit.scene import MeasureRow, Scene, scene_of
from taskforce_analysis.charts.kit.style import load_style
from taskforce_analysis.charts.kit.words import (
    alt_of,
    caption_of,
    rate_sentences,
    rates_frame,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, OneTheme, SomePhases, Paged, OnAxes, InColours):
    """What this chart can be asked for."""


@chart("rates", asked=Asked)
def rates(results: "Results", language: Language, asked: Asked) -> Figure:
    """The rate of each measure with its interval, a line per phase.

    Raises UsageError for a phase, group, theme, measure or page that does not exist.
    """
    scene = scene_of(
        results,
        language,
        phases=asked.phases or results.phases,
        group=asked.group,
        theme=asked.theme,
        measures=asked.measures,
    )
    caption = caption_of(
        results,
        language,
        title=scene.word("rates.title", phases=language.listed(scene.labels)),
        instead=asked.title,
        sentences=[*rate_sentences(scene), _target_sentence(scene)],
    )
    panel = share_panel(language, scene.word("rate_header"), fine=True)
    if asked.ax is not None:
        lines = prepare_axes(asked.ax, scene, panel, title=caption.shown_title)
        draw_rates(asked.ax, scene.rows, lines)
        _draw_targets(asked.ax, scene.rows, lines)
        _phase_legend(asked.ax, scene)
        return figure_of(asked.ax)
    placed = place_rows(
        RowsLayout(
            caption=caption,
            notes=asked.notes,
            rows=tuple(rate_texts(row, scene) for row in scene.rows),
            panels=(panel,),
            aligned="lrr",
            header=scene.word("count_header"),
            page=asked.page,
        )
    )
    shown = scene.rows[placed.shown]
    draw_rates(placed.axes[0], shown, placed.lines)
    _draw_targets(placed.axes[0], shown, placed.lines)
    alt = alt_of(caption.title, scene, verdicts=False)
    return placed.finish(alt=alt, data=rates_frame(scene))


def _target_sentence(scene: Scene) -> str:
    """What the target's line means, where a measure has a target."""
    targets = any(row.measure.target is not None for row in scene.rows)
    return scene.word("target") if targets else ""


def _draw_targets(
    axes: Axes, rows: Sequence[MeasureRow], lines: Sequence[Sequence[float]]
) -> None:
    """A short upright line at each target, over all lines of its measure."""
    style = load_style()
    half = 0.5 * style.line
    for row, heights in zip(rows, lines, strict=True):
        if row.measure.target is not None:
            axes.vlines(
                row.measure.target,
                min(heights) - half,
                max(heights) + half,
                colors=style.colours["ink"],
                linestyles=(0, (2, 1.5)),
                linewidth=1.1,
                zorder=2,
                gid="target",
            )


def _phase_legend(axes: Axes, scene: Scene) -> None:
    """Which mark is which phase, under the reader's own axes."""
    style, handles = load_style(), []
    for label in scene.labels:
        is_last = len(handles) == len(scene.labels) - 1
        mark = style.after if is_last else style.before
        line = Line2D([], [], label=label, color=mark.colour, marker=mark.marker)
        line.set_markerfacecolor(mark.colour if mark.filled else style.colours["paper"])
        handles.append(line)
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.12), ncols=4)
