"""Rates with their intervals, for one phase or several, and the target where set.

Every row tells its counts; no comparison is made here, and none should be read off.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.figure import Words, place
from taskforce_analysis.charts.kit.layout import Layout
from taskforce_analysis.charts.kit.marks import (
    draw_into,
    draw_rates,
    draw_targets,
    figure_of,
    phase_legend,
    share_panel,
)
from taskforce_analysis.charts.kit.scene import Scene, scene_of
from taskforce_analysis.charts.kit.words import (
    alt_of,
    rate_block,
    rate_sentences,
    rates_frame,
    target_sentence,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@chart("rates", label={"da": "Andele", "en": "Rates"})
def rates(
    results: "Results",
    language: Language,
    *,
    phases: Sequence[str] | None = None,
    group: str | None = None,
    theme: str | None = None,
    measures: Sequence[str] | None = None,
    title: str | None = None,
    notes: bool = True,
    page: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """The rate of each measure with its interval, a line per phase.

    `phases` are ids, all without it; `theme` and `measures` choose rows; `title`
    replaces the title; `page` draws one page; `ax` draws into axes of your own.
    Raises UsageError for a phase, group, theme, measure or page that does not exist.
    """
    choice = {"group": group, "theme": theme, "measures": measures}
    scene = scene_of(results, language, phases=phases or results.phases, **choice)
    words = _words(scene, title)
    panel = share_panel(language, scene.word("rate_header"), fine=True)
    if ax is not None:
        lines = draw_into(ax, scene, panel, title=words.shown_title)
        _draw(ax, scene, lines)
        phase_legend(ax, scene)
        return figure_of(ax)
    placed = place(
        Layout(
            blocks=tuple(rate_block(row, scene) for row in scene.rows),
            panels=(panel,),
            aligned="lrr",
            header=scene.word("count_header"),
            page=page,
            **words.around(notes=notes),
        )
    )
    _draw(placed.axes[0], replace(scene, rows=scene.rows[placed.shown]), placed.lines)
    alt = alt_of(words.title, scene, verdicts=False)
    return placed.finish(words, alt=alt, data=rates_frame(scene))


def _words(scene: Scene, title: str | None) -> Words:
    phases = scene.language.listed(scene.labels)
    sentences = [*rate_sentences(scene), target_sentence(scene)]
    heading = scene.word("rates.title", phases=phases)
    return Words.of(scene, title=heading, instead=title, sentences=sentences)


def _draw(axes: Axes, scene: Scene, lines: Sequence[Sequence[float]]) -> None:
    draw_rates(axes, scene.rows, lines)
    draw_targets(axes, scene.rows, lines)
