"""Curves of the share decided by day, and their legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._sheet import Sheet
from taskforce_analysis.charts._single import plain_axes
from taskforce_analysis.charts._style import Mark, load_style
from taskforce_analysis.charts._timed import LimitLine, durations_of, ticks_to
from taskforce_analysis.charts._words import wrap
from taskforce_analysis.methods.survival import kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

DASHES = (0, (4.5, 1.6))
_WORDS = 1.5  # centimetres from the left edge to the legend's words


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """One phase: the days on which cases were decided and the share decided by then.

    `open_days`, `open_shares`: how long the open cases were seen, and the curve there.
    """

    phase: str
    label: str
    mark: Mark
    is_last: bool
    is_shown: bool
    cases: int
    days: np.ndarray
    shares: np.ndarray
    open_days: np.ndarray
    open_shares: np.ndarray
    seen: float


def curves_of(scene: Scene) -> list[Curve]:
    """The curve of each phase shown; a phase with too few cases is not drawn."""
    style, last = load_style(), len(scene.phases) - 1
    return [
        _curve(
            scene,
            phase,
            label=label,
            mark=style.after if place == last else style.before,
            is_last=place == last,
        )
        for place, (phase, label) in enumerate(
            zip(scene.phases, scene.labels, strict=True)
        )
    ]


def _curve(scene: Scene, phase: str, *, label: str, mark: Mark, is_last: bool) -> Curve:
    found = durations_of(scene, phase)
    survival = kaplan_meier(found.days, found.closed)
    still = np.sort(found.days[~found.closed])
    steps = np.concatenate(([0.0], 1 - survival.share))
    return Curve(
        phase=phase,
        label=label,
        mark=mark,
        is_last=is_last,
        is_shown=found.days.size >= scene.results.settings.minimum_percent,
        cases=found.days.size,
        days=survival.times,
        shares=1 - survival.share,
        open_days=still,
        open_shares=steps[np.searchsorted(survival.times, still, side="right")],
        seen=float(found.days.max(initial=0)),
    )


def last_day(curves: Sequence[Curve], lines: Sequence[LimitLine]) -> float:
    """Where the axis ends: a little behind the longest duration or limit."""
    ends = [curve.seen for curve in curves if curve.is_shown]
    return 1.02 * max([7.0, *ends, *(line.longest for line in lines)])


def draw_curves(
    axes: Axes, curves: Sequence[Curve], scene: Scene, *, end: float
) -> None:
    """A step line per phase, dashed for the earlier one; open cases as marks."""
    plain_axes(axes)
    for curve in curves:
        if curve.is_shown:
            _draw(axes, curve)
    language = scene.language
    axes.set_ylim(0, 1)
    axes.set_yticks(_SHARES, [language.percent(share) for share in _SHARES])
    axes.set_xlim(0, end)
    ticks = ticks_to(end, language)
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.set_xlabel(language.word("days.across"))


_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def _draw(axes: Axes, curve: Curve) -> None:
    axes.step(
        [0.0, *curve.days, curve.seen],
        [0.0, *curve.shares, curve.shares[-1] if curve.shares.size else 0.0],
        where="post",
        color=curve.mark.colour,
        linewidth=1.9,
        linestyle="-" if curve.is_last else DASHES,
        gid=f"curve-{curve.phase}",
        clip_on=False,
        zorder=3,
    )
    if curve.open_days.size:
        axes.plot(
            curve.open_days,
            curve.open_shares,
            linestyle="none",
            gid=f"open-{curve.phase}",
            clip_on=False,
            zorder=4,
            **_open_mark(curve.mark),
        )


def _open_mark(mark: Mark) -> dict[str, Any]:
    style = load_style()
    return {
        "marker": mark.marker,
        "markersize": style.marks["size"],
        "markerfacecolor": style.colours["paper"],
        "markeredgecolor": mark.colour,
        "markeredgewidth": 1.3,
    }


def legend_of(curves: Sequence[Curve], scene: Scene) -> list[tuple[str, ...]]:
    """Each phase's words in lines: its label, how many cases, how many of them open."""
    width = load_style().page["width"] - _WORDS - 0.2
    return [wrap(_legend(curve, scene), width) for curve in curves]


def _legend(curve: Curve, scene: Scene) -> str:
    still = curve.open_days.size
    return scene.language.counted(
        "days.legend_open" if still else "days.legend",
        scene.language.number(curve.cases),
        phase=curve.label,
        open=scene.language.number(still),
    )


def legend_height(legend: Sequence[Sequence[str]]) -> float:
    """How tall the legend is, with some air, in centimetres."""
    return sum(len(lines) * load_style().line + 0.05 for lines in legend) + 0.1


def write_legend(
    sheet: Sheet,
    curves: Sequence[Curve],
    legend: Sequence[Sequence[str]],
    *,
    top: float,
) -> None:
    """A line per phase: how its curve looks, and its words."""
    line = load_style().line
    for curve, lines in zip(curves, legend, strict=True):
        _sample(sheet, curve, top + 0.5 * line)
        sheet.text((_WORDS, top), lines, gid="key")
        top += len(lines) * line + 0.05


def _sample(sheet: Sheet, curve: Curve, top: float) -> None:
    height = 1 - top / sheet.height
    mark = _open_mark(curve.mark) if curve.open_days.size else {}
    line = Line2D(
        [0.2 / sheet.width, 0.75 / sheet.width, 1.3 / sheet.width],
        [height] * 3,
        color=curve.mark.colour,
        linewidth=1.9,
        linestyle="-" if curve.is_last else DASHES,
        markevery=[1],
        **mark,
    )
    sheet.figure.add_artist(line)


def days_frame(scene: Scene, curves: Sequence[Curve]) -> "pd.DataFrame":
    """The curves as a table: per phase and day, cases decided and the share by then."""
    import pandas as pd

    parts = []
    for curve in curves:
        if curve.is_shown:
            found = durations_of(scene, curve.phase)
            ended = found.days[found.closed]
            counts = [int((ended == day).sum()) for day in curve.days]
            parts.append((curve.label, curve.days, counts, curve.shares))
    word = scene.language.word
    return pd.DataFrame(
        {
            word("charts.column.phase"): [p[0] for p in parts for _ in p[1]],
            word("days.column.days"): [int(day) for p in parts for day in p[1]],
            word("days.column.decided"): [count for p in parts for count in p[2]],
            word("days.column.share"): [float(one) for p in parts for one in p[3]],
        }
    )
