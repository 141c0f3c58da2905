"""The marks: points with their intervals, in colours and shapes that tell phases apart.

Each function draws into axes that it is given, from plain lists, and names what it
draws (gid), so that a test or a reader can find it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from matplotlib.axes import Axes

from taskforce_analysis.charts._layout import Panel
from taskforce_analysis.charts._rows import Row
from taskforce_analysis.charts._style import Mark, load_style
from taskforce_analysis.languages import Language

_STEP = 0.25


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value with its interval at a height of the axes; all shares."""

    at: float
    value: float
    low: float
    high: float
    strong: bool = True
    filled: bool = True


def points(axes: Axes, drawn: Sequence[Point], mark: Mark, *, name: str) -> None:
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


def difference_panel(language: Language, header: str, rows: Sequence[Row]) -> Panel:
    """A panel for differences, wide enough for all limits, with 0 always in sight."""
    shown = [row.change for row in rows if row.change and row.change.is_shown]
    low = min([-_STEP, *(one.low for one in shown)])
    high = max([_STEP, *(one.high for one in shown)])
    low = floor(round(low / _STEP, 6)) * _STEP
    high = ceil(round(high / _STEP, 6)) * _STEP
    ticks = {share: language.signed(share) for share in (low, 0.0, high)}
    return Panel(header=header, low=low, high=high, ticks=ticks)


def draw_rates(
    axes: Axes, rows: Sequence[Row], lines: Sequence[Sequence[float]]
) -> None:
    """Each phase's rates on its own lines; the last phase dark, earlier ones light."""
    style = load_style()
    phases = len(rows[0].rates) if rows else 0
    for number in range(phases):
        drawn = [
            Point(
                at=heights[number],
                value=rate.rate,
                low=rate.low,
                high=rate.high,
                strong=row.primary,
            )
            for row, heights in zip(rows, lines, strict=True)
            if (rate := row.rates[number]).is_shown
        ]
        mark = style.after if number == phases - 1 else style.before
        points(axes, drawn, mark, name=row_phase(rows, number))


def row_phase(rows: Sequence[Row], number: int) -> str:
    """The id of the phase that a place in the rates stands for."""
    return rows[0].rates[number].phase


def draw_targets(
    axes: Axes, rows: Sequence[Row], lines: Sequence[Sequence[float]]
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


def draw_differences(
    axes: Axes, rows: Sequence[Row], lines: Sequence[Sequence[float]]
) -> None:
    """The differences midway between the lines; filled where beyond chance."""
    zero_line(axes, lines)
    drawn = [
        Point(
            at=sum(heights) / len(heights),
            value=row.change.difference,
            low=row.change.low,
            high=row.change.high,
            strong=row.primary,
            filled=row.change.verdict in ("improved", "worsened"),
        )
        for row, heights in zip(rows, lines, strict=True)
        if row.change and row.change.is_shown
    ]
    points(axes, drawn, load_style().change, name="difference")


def zero_line(axes: Axes, lines: Sequence[Sequence[float]]) -> None:
    """The line of no difference behind each block's lines, darker than the grid."""
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
