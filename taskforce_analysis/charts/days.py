"""How fast cases are decided: the share that is decided by each day, in both phases.

A case that was still open on the day of measurement stays in the curve for as long as
it was seen (Kaplan and Meier) and is marked there. The limits stand as upright lines.
"""

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts._axes import figure_of
from taskforce_analysis.charts._curves import (
    Curve,
    curves_of,
    days_frame,
    draw_curves,
    last_day,
    legend_height,
    legend_of,
    write_legend,
)
from taskforce_analysis.charts._limits import (
    draw_limits,
    labels_height,
    limit_labels,
    write_limits,
)
from taskforce_analysis.charts._notes import cases_sentence, selection_sentence
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._sheet import Picture
from taskforce_analysis.charts._single import frame
from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._timed import (
    LimitLine,
    crude_rows,
    days_words,
    deadline_scene,
    drawing_sentences,
    limit_lines,
    rows_of_scene,
)
from taskforce_analysis.charts._titles import Words
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

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
