"""How fast cases are decided: the share that is decided by each day, in both phases.

A case that was still open on the day of measurement stays in the curve for as long as
it was seen (Kaplan and Meier) and is marked there. The limits stand as upright lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.figure import Words, frame, plain_axes
from taskforce_analysis.charts.kit.marks import figure_of
from taskforce_analysis.charts.kit.scene import Scene
from taskforce_analysis.charts.kit.sheet import Mark, Picture, Sheet, load_style, wrap
from taskforce_analysis.charts.kit.timed import (
    LimitLine,
    crude_rows,
    days_words,
    deadline_scene,
    draw_limits,
    drawing_sentences,
    durations_of,
    labels_height,
    limit_labels,
    limit_lines,
    rows_of_scene,
    ticks_to,
    write_limits,
)
from taskforce_analysis.charts.kit.words import cases_sentence, selection_sentence
from taskforce_analysis.languages import Language
from taskforce_analysis.methods.survival import kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results


# FOLDED charts._curves
#
# Curves of the share decided by day, and their legend.

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


# FOLDED charts.days
#
# How fast cases are decided: the share that is decided by each day, in both phases.
#
# A case that was still open on the day of measurement stays in the curve for as long
# as it was seen (Kaplan and Meier) and is marked there. The limits stand as upright
# lines.

_PLOT, _LEFT, _BELOW = 6.5, 1.35, 1.25


@chart("days", label={"da": "Dage til afgørelsen", "en": "Days until the decision"})
def days(
    results: "Results",
    language: Language,
    *,
    measure: str | None = None,
    group: str | None = None,
    title: str | None = None,
    notes: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """The cumulative share decided by day, a curve per phase, with the limits.

    `measure` is a deadline measure's id; without it the primary one, or the first.
    `title` replaces the title; `ax` draws into your own axes. Raises UsageError where
    there are no days, and for a measure or group that does not exist.
    """
    scene = deadline_scene(results, language, measure=measure, group=group)
    curves = curves_of(scene)
    lines = limit_lines(scene)
    words = Words.of(
        scene,
        title=language.word("days.title", measure=scene.rows[0].label),
        instead=title,
        sentences=_sentences(scene, curves),
    )
    if ax is not None:
        draw_curves(ax, curves, scene, end=last_day(curves, lines))
        draw_limits(ax, lines)
        ax.set_title(words.shown_title, loc="left", fontweight="bold")
        return figure_of(ax)
    figure = _drawn(scene, curves, lines, words=words, notes=notes)
    alt = " ".join([f"{words.title}.", *_told(scene, curves)])
    figure.taskforce = words.drawing(alt=alt, data=days_frame(scene, curves))
    return figure


def _drawn(
    scene: Scene,
    curves: list[Curve],
    lines: list[LimitLine],
    *,
    words: Words,
    notes: bool,
) -> Picture:
    end = last_day(curves, lines)
    width = load_style().page["width"] - _LEFT - 0.5
    labels = limit_labels(lines, end=end, width=width)
    legend = legend_of(curves, scene)
    above = legend_height(legend) + labels_height(labels)
    made = frame(words, above + _PLOT + _BELOW, notes=notes)
    write_legend(made.sheet, curves, legend, top=made.top)
    axes = made.sheet.axes(_LEFT, made.top + above, (width, _PLOT))
    draw_curves(axes, curves, scene, end=end)
    draw_limits(axes, lines)
    write_limits(axes, labels, (width, _PLOT))
    return made.sheet.figure


def _sentences(scene: Scene, curves: list[Curve]) -> list[str]:
    word = scene.language.word
    least = scene.results.settings.minimum_percent
    hidden = any(curve.cases and not curve.is_shown for curve in curves)
    still = any(curve.open_days.size for curve in curves)
    return [
        cases_sentence(scene),
        word("days.note"),
        word("days.open_note") if still else "",
        *_limit_sentences(scene),
        *_medians(scene, curves),
        word("days.few", count=scene.language.number(least)) if hidden else "",
        *drawing_sentences(scene),
        selection_sentence(scene),
    ]


def _limit_sentences(scene: Scene) -> list[str]:
    lines = limit_lines(scene)
    told = ["limit_note"] if lines else []
    if any(line.longest > line.shortest for line in lines):
        told.append("band_note")
    return [scene.language.word(f"days.{key}") for key in told]


def _medians(scene: Scene, curves: list[Curve]) -> list[str]:
    rows = rows_of_scene(scene.results.days, scene)
    crude = crude_rows(scene)
    told = [
        f"{curve.label} {_span(crude[curve.phase], scene.language)}"
        for curve in curves
        if curve.is_shown
    ]
    level = scene.language.percent(scene.results.settings.confidence)
    if not told:
        return []
    word = scene.language.word
    found = [word("days.medians", level=level, medians="; ".join(told))]
    apart = rows[rows["basis"] == "difference"].to_dict("records")
    if apart and len(told) == len(curves):
        found.append(word("days.difference", span=_span(apart[0], scene.language)))
    return found


def _span(row: Mapping[Any, Any], language: Language) -> str:
    limits = {
        name: language.word("days.not_reached")
        if isnan(row[f"median_{name}"])
        else language.number(row[f"median_{name}"])
        for name in ("low", "high")
    }
    value = days_words(row["median"], language)
    described = all(isnan(row[f"median_{name}"]) for name in limits)
    return value if described else language.word("charts.span", value=value, **limits)


def _told(scene: Scene, curves: list[Curve]) -> list[str]:
    crude, language = crude_rows(scene), scene.language
    return [
        language.counted(
            "days.alt" if curve.is_shown else "days.alt_few",
            language.number(curve.cases),
            phase=curve.label,
            open=language.number(curve.open_days.size),
            median=days_words(crude[curve.phase]["median"], language),
        )
        for curve in curves
        if curve.cases
    ]
