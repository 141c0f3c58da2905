"""The whole distribution of the answers: what has no percentage is shown as well.

Measures without a scale fill a bar to 100 %. Scales diverge around their middle, with
what has no percentage in a panel of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.bars import (
    Bars,
    bars_frame,
    bars_of,
    draw_bars,
    keys_of,
)
from taskforce_analysis.charts.kit.figure import Words, place
from taskforce_analysis.charts.kit.layout import Block, Layout, Panel
from taskforce_analysis.charts.kit.marks import draw_into, figure_of, segment_legend
from taskforce_analysis.charts.kit.scene import Row, Scene, scene_of
from taskforce_analysis.charts.kit.words import alt_of, cases_sentence
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@chart("answers", label={"da": "Svarfordeling", "en": "Answers"})
def answers(
    results: "Results",
    language: Language,
    *,
    scaled: bool | None = None,
    phases: Sequence[str] | None = None,
    group: str | None = None,
    theme: str | None = None,
    measures: Sequence[str] | None = None,
    title: str | None = None,
    notes: bool = True,
    page: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """All answers to each measure, a bar per phase.

    `scaled` draws the measures with a scale (diverging) or those without (to 100 %);
    left out, those without where there are any. `ax` draws into axes of your own.
    Raises UsageError for a phase, group, theme, measure or page that does not exist.
    """
    choice = {"group": group, "theme": theme, "measures": measures}
    scene = scene_of(results, language, phases=phases or results.phases, **choice)
    scene = _one_kind(scene, scaled=scaled)
    scaled = bool(scene.rows[0].measure.scale)
    words = _words(scene, title)
    bars = bars_of(scene)
    panels = _panels(scene, scaled=scaled)
    if ax is not None:
        lines = draw_into(ax, scene, panels[0], title=words.shown_title)
        draw_bars((ax,), bars, lines, height=0.32)
        segment_legend(ax, keys_of(bars))
        return figure_of(ax)
    placed = place(
        Layout(
            blocks=tuple(
                _block(row, scene, one)
                for row, one in zip(scene.rows, bars, strict=True)
            ),
            panels=panels,
            aligned="lr",
            header=scene.word("answers.cases"),
            keys=keys_of(bars),
            page=page,
            **words.around(notes=notes),
        )
    )
    draw_bars(placed.axes, bars[placed.shown], placed.lines)
    alt = alt_of(words.title, scene, verdicts=False)
    return placed.finish(words, alt=alt, data=bars_frame(scene, bars))


def _words(scene: Scene, title: str | None) -> Words:
    phases = scene.language.listed(scene.labels)
    return Words.of(
        scene,
        title=scene.word("answers.title", phases=phases),
        instead=title,
        sentences=[cases_sentence(scene), scene.word("answers.counts")],
    )


def _one_kind(scene: Scene, *, scaled: bool | None) -> Scene:
    kinds = {bool(row.measure.scale) for row in scene.rows}
    wanted = kinds == {True} if scaled is None else scaled
    rows = tuple(row for row in scene.rows if bool(row.measure.scale) == wanted)
    if not rows:
        raise wrong_use("no measure of this kind is there", "Leave out scaled")
    return replace(scene, rows=rows)


def _panels(scene: Scene, *, scaled: bool) -> tuple[Panel, ...]:
    number = scene.language.number
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    whole = {share: number(100 * share) for share in shares}
    if not scaled:
        header = scene.word("answers.whole")
        return (Panel(header=header, low=0.0, high=1.0, ticks=whole),)
    both = {share: number(abs(100 * share)) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)}
    rest = {share: number(100 * share) for share in (0.0, 0.5, 1.0)}
    return (
        Panel(
            header=scene.word("answers.scale"), low=-1, high=1, ticks=both, weight=2.4
        ),
        Panel(header=scene.word("answers.rest"), low=0, high=1, ticks=rest),
    )


def _block(row: Row, scene: Scene, bars: Bars) -> Block:
    cells = [scene.language.number(one) if one else "–" for one in bars.units]
    return Block(
        label=row.label,
        theme=row.theme,
        strong=row.primary,
        lines=tuple(zip(scene.labels, cells, strict=True)),
    )
