"""A measure over several phases or quarters: points, counts and, from ten, limits.

Below ten points nothing is tested and no limit is drawn, and the note says so. The
verdict between two declared phases belongs to the chart of changes, not here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts._axes import figure_of
from taskforce_analysis.charts._cells import alt_of
from taskforce_analysis.charts._frames import rates_frame
from taskforce_analysis.charts._notes import rate_sentences
from taskforce_analysis.charts._rows import Row
from taskforce_analysis.charts._scene import Scene, scene_of
from taskforce_analysis.charts._series import draw_series, series_notes
from taskforce_analysis.charts._sheet import Sheet
from taskforce_analysis.charts._single import frame
from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._titles import Words
from taskforce_analysis.charts._words import wrap
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

_PLOT, _LEFT, _BELOW = 3.4, 1.35, 1.0


@chart("trend", label={"da": "Udvikling", "en": "Trend"})
def trend(
    results: "Results",
    language: Language,
    *,
    measures: Sequence[str] | None = None,
    group: str | None = None,
    title: str | None = None,
    notes: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """The rates of one or a few measures over all phases, one plot each.

    `measures` are ids; without them the primary ones, at most four, or the first. `ax`
    draws the first of them into axes of your own. Raises UsageError for a group or
    measure that does not exist.
    """
    chosen = {"group": group, "measures": measures or _default(results)}
    scene = scene_of(results, language, phases=results.phases, **chosen)
    if ax is not None:
        draw_series(ax, scene.rows[0], scene, width=12.0)
        ax.set_title(scene.rows[0].label, loc="left", fontweight="bold")
        return figure_of(ax)
    words = Words.of(
        scene,
        title=scene.word("trend.title", first=scene.labels[0], last=scene.labels[-1]),
        instead=title,
        sentences=[*rate_sentences(scene), *series_notes(scene)],
    )
    made = frame(words, sum(_height(row) for row in scene.rows), notes=notes)
    top = made.top
    for row in scene.rows:
        _draw_plot(made.sheet, row, scene, top=top)
        top += _height(row)
    alt = alt_of(words.title, scene, verdicts=False)
    return made.finish(alt=alt, data=rates_frame(scene))


def _draw_plot(sheet: Sheet, row: Row, scene: Scene, *, top: float) -> None:
    lines = _label(row)
    left = load_style().page["margin"]
    sheet.text((left, top), lines, fontweight="bold", gid="label")
    above = top + len(lines) * load_style().line + 0.15
    width = sheet.width - _LEFT - 0.5
    axes = sheet.axes(_LEFT, above, (width, _PLOT))
    draw_series(axes, row, scene, width=width)


def _default(results: "Results") -> list[str]:
    chosen = list(results.measurement.primary or results.form.primary)
    return chosen[:4] or list(results.form.measure_ids[:1])


def _label(row: Row) -> tuple[str, ...]:
    return wrap(row.label, load_style().page["width"] - 0.3, bold=True)


def _height(row: Row) -> float:
    return len(_label(row)) * load_style().line + 0.15 + _PLOT + _BELOW + 0.2
