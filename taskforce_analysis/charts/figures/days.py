"""How fast cases are decided: the share that is decided by each day, in both phases.

A case that was still open on the day of measurement stays in the curve for as long as
it was seen (Kaplan and Meier) and is marked there. The limits stand as upright lines,
each led up to its own label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.durations import (
    days_by_phase,
    days_words,
    deadline_scene,
    drawn_on_sentences,
    rows_of_scene,
    ticks_to,
)
from taskforce_analysis.charts.kit.options import (
    InColours,
    OnAxes,
    OneGroup,
    OneMeasure,
)
from taskforce_analysis.charts.kit.paper import (
    Look,
    Paper,
    captioned_paper,
    figure_of,
    plain_axes,
)
from taskforce_analysis.charts.kit.scene import Scene
from taskforce_analysis.charts.kit.style import Mark, load_style, width_of, wrap
from taskforce_analysis.charts.kit.words import (
    caption_of,
    cases_sentence,
)
from taskforce_analysis.languages import Language
from taskforce_analysis.methods.survival import kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

_PLOT, _LEFT, _BELOW = 5.2, 1.35, 1.25  # the axes' height and what is around them
_KEY = 1.5  # from the left edge to the legend's words
_AIR = 0.1  # between a leader and its label
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_DASHES, _DOTS = (0, (4.5, 1.6)), (0, (1, 1.5))


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, OneMeasure, OnAxes, InColours):
    """What this chart can be asked for."""


@chart("days", asked=Asked, needs="days")
def days(results: "Results", language: Language, asked: Asked) -> Figure:
    """The cumulative share decided by day, a curve per phase, with the limits.

    Without a deadline measure the primary one, or the first. Raises UsageError where
    there are no days, and for a measure or group that does not exist.
    """
    scene = deadline_scene(results, language, measure=asked.measure, group=asked.group)
    curves = _curves(scene)
    limits = _limits(scene)
    caption = caption_of(
        results,
        language,
        title=language.word("days.title", measure=scene.rows[0].label),
        instead=asked.title,
        sentences=_sentences(scene, curves, limits),
    )
    # The axis ends a little behind the longest duration or limit.
    ends = [curve.seen for curve in curves if curve.is_shown]
    end = 1.02 * max([7.0, *ends, *(one.longest for one in limits)])
    if asked.ax is not None:
        _draw_curves(asked.ax, curves, language, end=end)
        _draw_limits(asked.ax, limits)
        asked.ax.set_title(caption.shown_title, loc="left", fontweight="bold")
        return figure_of(asked.ax)
    width = load_style().page["width"] - _LEFT - 0.5
    labels = _limit_labels(limits, end=end, width=width)
    legend = [_legend_lines(curve, language) for curve in curves]
    above = _legend_height(legend) + _labels_height(labels)
    made = captioned_paper(caption, above + _PLOT + _BELOW, notes=asked.notes)
    _write_legend(made.paper, curves, legend, top=made.top)
    axes = made.paper.axes(_LEFT, made.top + above, (width, _PLOT))
    _draw_curves(axes, curves, language, end=end)
    _draw_limits(axes, limits)
    _write_limits(axes, labels, (width, _PLOT))
    alt = " ".join([f"{caption.title}.", *_told(scene, curves)])
    return made.finish(alt=alt, data=_frame(scene, curves))


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """One phase: the days on which cases were decided and the share decided by then.

    `open_days`, `open_shares`: how long the open cases were seen, and the curve there.
    A phase with too few cases is not shown.
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


def _curves(scene: Scene) -> list[Curve]:
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
    found = _durations(scene, phase)
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


class Durations(NamedTuple):
    """Days per case of one phase, and which of the cases have ended."""

    days: np.ndarray
    closed: np.ndarray


def _durations(scene: Scene, phase: str) -> Durations:
    """The durations of a phase, one per case, in no order of the cases."""
    rows = rows_of_scene(scene.results.durations, scene)
    rows = rows[rows["phase"] == phase]
    count = rows["count"].to_numpy(dtype=np.intp)  # as np.repeat asks, 32 bits or 64
    days = np.repeat(rows["days"].to_numpy(dtype="float64"), count)
    still = np.repeat(rows["open"].to_numpy(dtype=bool), count)
    return Durations(days, ~still)


@dataclass(frozen=True, kw_only=True)
class LimitLine:
    """A limit that cases were judged by: its words, and the days it allowed."""

    label: str
    shortest: float
    longest: float


def _limits(scene: Scene) -> list[LimitLine]:
    """The limits of the phases shown, shortest first; named by phase if they differ."""
    rows = rows_of_scene(scene.results.limits, scene)
    rows = rows[rows["phase"].isin(scene.phases) & rows["shortest"].notna()]
    phases = set(rows["phase"])
    labels = dict(zip(scene.phases, scene.labels, strict=True))
    lines = []
    for limit, own in rows.groupby("limit", sort=False):
        words = scene.language.limit(str(limit))
        if len(own) < len(phases):
            named = [labels[phase] for phase in scene.phases if phase in set(own.phase)]
            told = {"phase": scene.language.listed(named), "limit": words}
            words = scene.language.word("days.limit_of", **told)
        shortest, longest = float(own["shortest"].min()), float(own["longest"].max())
        lines.append(LimitLine(label=words, shortest=shortest, longest=longest))
    return sorted(lines, key=lambda line: (line.shortest, line.label))


# What is said: under the figure, in its alt text and in its data.


def _sentences(
    scene: Scene, curves: Sequence[Curve], limits: Sequence[LimitLine]
) -> list[str]:
    word = scene.language.word
    least = scene.language.number(scene.results.settings.minimum_percent)
    hidden = any(curve.cases and not curve.is_shown for curve in curves)
    banded = any(one.longest > one.shortest for one in limits)
    return [
        cases_sentence(scene),
        word("days.limit_note") if limits else "",
        word("days.band_note") if banded else "",
        word("days.few", count=least) if hidden else "",
        *drawn_on_sentences(scene),
    ]


def _told(scene: Scene, curves: Sequence[Curve]) -> list[str]:
    crude, language = days_by_phase(scene), scene.language
    return [
        language.counted(
            "days.alt" if curve.is_shown else "days.alt_few",
            language.number(curve.cases),
            phase=curve.label,
            open=language.number(curve.open_days.size),
            median=days_words(crude[curve.phase].median, language),
        )
        for curve in curves
        if curve.cases
    ]


def _frame(scene: Scene, curves: Sequence[Curve]) -> "pd.DataFrame":
    """Per phase and day: cases decided, and the share by then."""
    import pandas as pd

    rows = []
    for curve in (one for one in curves if one.is_shown):
        found = _durations(scene, curve.phase)
        ended = found.days[found.closed]
        rows += [
            (curve.label, int(day), int((ended == day).sum()), float(share))
            for day, share in zip(curve.days, curve.shares, strict=True)
        ]
    names = [f"days.column.{name}" for name in ("days", "decided", "share")]
    headings = [scene.language.word(key) for key in ("charts.column.phase", *names)]
    return pd.DataFrame(rows, columns=headings)


# The curves and their legend.


def _draw_curves(
    axes: Axes, curves: Sequence[Curve], language: Language, *, end: float
) -> None:
    """A step line per phase, dashed for the earlier one; open cases as marks."""
    plain_axes(axes)
    for curve in curves:
        if curve.is_shown:
            _draw_curve(axes, curve)
    axes.set_ylim(0, 1)
    axes.set_yticks(_SHARES, [language.percent(share) for share in _SHARES])
    axes.set_xlim(0, end)
    ticks = ticks_to(end, language)
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.set_xlabel(language.word("days.across"))


def _draw_curve(axes: Axes, curve: Curve) -> None:
    axes.step(
        [0.0, *curve.days, curve.seen],
        [0.0, *curve.shares, curve.shares[-1] if curve.shares.size else 0.0],
        where="post",
        color=curve.mark.colour,
        linewidth=1.9,
        linestyle="-" if curve.is_last else _DASHES,
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


def _open_mark(mark: Mark) -> dict[str, Look]:
    style = load_style()
    return {
        "marker": mark.marker,
        "markersize": style.marks["size"],
        "markerfacecolor": style.colours["paper"],
        "markeredgecolor": mark.colour,
        "markeredgewidth": 1.3,
    }


def _legend_lines(curve: Curve, language: Language) -> tuple[str, ...]:
    """A phase's words in lines: its label, how many cases, how many of them open."""
    still = curve.open_days.size
    text = language.counted(
        "days.legend_open" if still else "days.legend",
        language.number(curve.cases),
        phase=curve.label,
        open=language.number(still),
    )
    return wrap(text, load_style().page["width"] - _KEY - 0.2)


def _legend_height(legend: Sequence[Sequence[str]]) -> float:
    return sum(len(lines) * load_style().line + 0.05 for lines in legend) + 0.1


def _write_legend(
    paper: Paper,
    curves: Sequence[Curve],
    legend: Sequence[Sequence[str]],
    *,
    top: float,
) -> None:
    """A line per phase: how its curve looks, and its words."""
    line = load_style().line
    for curve, lines in zip(curves, legend, strict=True):
        _draw_sample(paper, curve, top + 0.5 * line)
        paper.text((_KEY, top), lines, gid="key")
        top += len(lines) * line + 0.05


def _draw_sample(paper: Paper, curve: Curve, top: float) -> None:
    height = 1 - top / paper.height
    mark = _open_mark(curve.mark) if curve.open_days.size else {}
    line = Line2D(
        [0.2 / paper.width, 0.75 / paper.width, 1.3 / paper.width],
        [height] * 3,
        color=curve.mark.colour,
        linewidth=1.9,
        linestyle="-" if curve.is_last else _DASHES,
        markevery=[1],
        **mark,
    )
    paper.figure.add_artist(line)


# The limits and their labels over the axes.


def _draw_limits(axes: Axes, limits: Sequence[LimitLine]) -> None:
    """An upright line per limit; a band where the same limit allowed unlike days."""
    colours = load_style().colours
    for line in limits:
        if line.longest > line.shortest:
            look = {"color": colours["rule"], "alpha": 0.5, "zorder": 1}
            axes.axvspan(line.shortest, line.longest, gid="limit-band", **look)
        axes.axvline(
            line.longest,
            color=colours["ink"],
            linewidth=1.1,
            linestyle=_DOTS,
            gid="limit",
            zorder=2,
        )


@dataclass(frozen=True, kw_only=True)
class LimitLabel:
    """A limit's label over the axes, in centimetres.

    `level` counts from below; `left` is where the words begin, `at` where the leader
    stands.
    """

    text: str
    level: int
    left: float
    at: float


def _limit_labels(
    limits: Sequence[LimitLine], *, end: float, width: float
) -> list[LimitLabel]:
    """The labels beside their leaders, on as few levels as it takes.

    `end` is the last day on an axis that is `width` centimetres wide. The longest limit
    has the lowest label, so that no leader crosses another's words.
    """
    placed: list[LimitLabel] = []
    for line in sorted(limits, key=lambda one: -one.longest):
        at = line.longest / end * width
        own = width_of(line.label)
        left = at + _AIR if at + _AIR + own <= width else at - _AIR - own
        level = next(
            n for n in range(len(limits) + 1) if _has_room(placed, n, left + own)
        )
        placed.append(LimitLabel(text=line.label, level=level, left=left, at=at))
    return placed


def _has_room(placed: Sequence[LimitLabel], level: int, right: float) -> bool:
    # Leaders of higher labels pass through the level as well.
    above = [one for one in placed if one.level >= level]
    return all(right + _AIR < min(one.left, one.at) for one in above)


def _labels_height(labels: Sequence[LimitLabel]) -> float:
    levels = max((label.level + 1 for label in labels), default=0)
    return levels * load_style().line + 0.2


def _write_limits(
    axes: Axes, labels: Sequence[LimitLabel], size: tuple[float, float]
) -> None:
    """The labels over axes of this width and height, each with its leader."""
    width, height = size
    pitch = load_style().line
    for label in labels:
        top = 1 + (0.1 + (label.level + 0.75) * pitch) / height
        axes.plot(
            [label.at / width] * 2,
            [1, top],
            transform=axes.transAxes,
            color=load_style().colours["ink"],
            linewidth=1.1,
            linestyle=_DOTS,
            clip_on=False,
            gid="leader",
        )
        axes.text(
            label.left / width,
            1 + (0.1 + label.level * pitch) / height,
            label.text,
            transform=axes.transAxes,
            va="bottom",
            gid="limit-label",
        )
