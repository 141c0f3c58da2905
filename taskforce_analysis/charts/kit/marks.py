"""The marks: points with their intervals, in colours and shapes that tell phases apart.

Each function draws into axes that it is given, from plain lists, and names what it
draws (gid), so that a test or a reader can find it again. The axes are a panel beside
the rows, or those that the reader already has: there the rows lie one apart, with label
and counts as tick labels, and the rest of the reader's figure is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from matplotlib.axes import Axes

from taskforce_analysis.charts.kit.paper import figure_of
from taskforce_analysis.charts.kit.rows import Panel
from taskforce_analysis.charts.kit.scene import MeasureRow, Scene
from taskforce_analysis.charts.kit.style import CM_PER_INCH, Mark, load_style, wrap
from taskforce_analysis.charts.kit.words import counts_then
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.table_rows import Estimate, PhaseRate

_STEP = 0.25  # an axis of differences ends at a multiple of this
_LABEL = 6.0  # how wide a label may be beside the reader's own axes, in centimetres
_APART = 0.36  # from one line to the next within a row of the reader's own axes


def draw_rates(
    axes: Axes, rows: Sequence[MeasureRow], lines: Sequence[Sequence[float]]
) -> None:
    """Each phase's rates on its own lines; the last phase dark, earlier ones light."""
    style = load_style()
    phases = len(rows[0].rates) if rows else 0
    for number in range(phases):
        drawn = [
            Point(
                at=heights[number],
                value=share.value,
                low=share.low,
                high=share.high,
                strong=row.primary,
            )
            for row, heights in zip(rows, lines, strict=True)
            if (share := _drawn_share(row.rates[number]))
        ]
        mark = style.after if number == phases - 1 else style.before
        draw_points(axes, drawn, mark, name=rows[0].rates[number].phase)


def _drawn_share(rate: PhaseRate) -> Estimate | None:
    """A rate with its interval; a mean, which has none, as a bare point."""
    if rate.is_mean and rate.rate is not None:
        return Estimate(rate.rate, rate.rate, rate.rate)
    return rate.interval


def draw_differences(
    axes: Axes, rows: Sequence[MeasureRow], lines: Sequence[Sequence[float]]
) -> None:
    """The differences midway between the lines; filled where beyond chance."""
    _zero_line(axes, lines)
    drawn = [
        Point(
            at=sum(heights) / len(heights),
            value=found.value,
            low=found.low,
            high=found.high,
            strong=row.primary,
            filled=row.change.is_beyond_chance,
        )
        for row, heights in zip(rows, lines, strict=True)
        if row.change and (found := row.change.shown_difference)
    ]
    draw_points(axes, drawn, load_style().change, name="difference")


def _zero_line(axes: Axes, lines: Sequence[Sequence[float]]) -> None:
    """The line of no difference behind each row's lines, darker than the grid."""
    style = load_style()
    half = 0.5 * style.line
    axes.vlines(
        [0.0] * len(lines),
        [min(one) - half for one in lines],
        [max(one) + half for one in lines],
        colors=style.colours["muted"],
        linewidth=0.9,
        zorder=1,
        gid="zero",
    )


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value with its interval at a height of the axes; all shares."""

    at: float
    value: float
    low: float
    high: float
    strong: bool = True
    filled: bool = True


def draw_points(axes: Axes, drawn: Sequence[Point], mark: Mark, *, name: str) -> None:
    """Draw each interval as a line and each value as a mark over it."""
    style = load_style()
    for strong in (True, False):
        colour = mark.shade(strong=strong)
        some = [one for one in drawn if one.strong is strong]
        if not some:
            continue
        axes.hlines(
            [one.at for one in some],
            [one.low for one in some],
            [one.high for one in some],
            colors=colour,
            linewidth=style.marks["line"],
            clip_on=False,
            gid=f"interval-{name}",
            zorder=2.5,
        )
        for filled in (True, False):
            _dots(axes, [one for one in some if one.filled is filled], mark, name=name)


def _dots(axes: Axes, drawn: Sequence[Point], mark: Mark, *, name: str) -> None:
    if not drawn:
        return
    style = load_style()
    colour = mark.shade(strong=drawn[0].strong)
    filled = mark.filled and drawn[0].filled
    look = {"marker": mark.marker, "markersize": style.marks["size"], "zorder": 3}
    look |= {"markeredgecolor": colour, "markeredgewidth": 1.3}
    look["markerfacecolor"] = colour if filled else style.colours["paper"]
    axes.plot(
        [one.value for one in drawn],
        [one.at for one in drawn],
        linestyle="none",
        clip_on=False,
        gid=f"point-{name}",
        **look,
    )


def share_panel(language: Language, header: str, *, fine: bool = False) -> Panel:
    """A panel for shares from 0 to 100 %; `fine` has a tick for every quarter."""
    shares = (0.0, 0.25, 0.5, 0.75, 1.0) if fine else (0.0, 0.5, 1.0)
    ticks = {share: language.number(100 * share) for share in shares}
    return Panel(header=header, low=0.0, high=1.0, ticks=ticks)


def difference_panel(
    language: Language, header: str, rows: Sequence[MeasureRow]
) -> Panel:
    """A panel for differences, wide enough for all limits, with 0 always in sight."""
    compared = [row.change for row in rows if row.change]
    shown = [one for row in compared if (one := row.shown_difference)]
    low = min([-_STEP, *(one.low for one in shown)])
    high = max([_STEP, *(one.high for one in shown)])
    low = floor(round(low / _STEP, 6)) * _STEP
    high = ceil(round(high / _STEP, 6)) * _STEP
    ticks = {share: language.signed(share) for share in (low, 0.0, high)}
    return Panel(header=header, low=low, high=high, ticks=ticks)


def prepare_axes(
    axes: Axes, scene: Scene, panel: Panel, *, title: str, lines: int | None = None
) -> tuple[tuple[float, ...], ...]:
    """Give the reader's own axes limits, ticks, labels and a title; each row's lines.

    `lines` is how many lines a row has; without it one per phase.
    """
    count = lines or len(scene.phases)
    axes.set_xlim(panel.low, panel.high)
    axes.set_xticks(list(panel.ticks), list(panel.ticks.values()))
    axes.set_xlabel(panel.header)
    axes.tick_params(axis="both", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_ylim(len(scene.rows) - 0.5, -0.5)
    labels = [
        "\n".join([*wrap(row.label, _LABEL), counts_then(row, scene.language)])
        for row in scene.rows
    ]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_title(
        _title(axes, title),
        fontsize=load_style().type["title"],
        fontweight="bold",
        loc="left",
    )
    middle = (count - 1) / 2
    return tuple(
        tuple(place + _APART * (number - middle) for number in range(count))
        for place in range(len(scene.rows))
    )


def _title(axes: Axes, title: str) -> str:
    inches = figure_of(axes).get_size_inches()[0]
    width = axes.get_position().width * inches * CM_PER_INCH
    size = load_style().type["title"]
    return "\n".join(wrap(title, max(0.9 * width, 3.0), size, bold=True))
