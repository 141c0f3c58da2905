"""The differences alone, with their intervals, ordered from the largest rise.

What cannot be compared or has too few cases stands last, with the reason in words.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.figure import Words, place
from taskforce_analysis.charts.kit.layout import Block, Layout
from taskforce_analysis.charts.kit.marks import (
    difference_panel,
    draw_differences,
    draw_into,
    figure_of,
)
from taskforce_analysis.charts.kit.scene import Row, Scene, scene_of
from taskforce_analysis.charts.kit.words import (
    ASIDE,
    alt_of,
    aside,
    change_frame,
    change_sentences,
    counts_then,
    mark_sentences,
)
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

ORDERS = ("size", "form")


@chart("difference", label={"da": "Forskelle", "en": "Differences"})
def difference(
    results: "Results",
    language: Language,
    *,
    order: str = "size",
    group: str | None = None,
    theme: str | None = None,
    measures: Sequence[str] | None = None,
    title: str | None = None,
    notes: bool = True,
    page: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """The difference of each measure with its interval and the verdict in words.

    `order` is size (largest rise first) or form; `theme` and `measures` choose rows;
    `title` replaces the title; `page` draws one page; `ax` draws into your own axes.
    Raises UsageError for an order, group, theme, measure or page that does not exist.
    """
    if order not in ORDERS:
        raise unknown_name("order", order, ORDERS)
    scene = scene_of(results, language, group=group, theme=theme, measures=measures)
    scene = replace(scene, rows=_ordered(scene.rows)) if order == "size" else scene
    words = _words(scene, title)
    panel = difference_panel(language, scene.word("difference_header"), scene.rows)
    if ax is not None:
        lines = draw_into(ax, scene, panel, title=words.shown_title, lines=1)
        draw_differences(ax, scene.rows, lines)
        return figure_of(ax)
    before, after = scene.labels
    placed = place(
        Layout(
            blocks=tuple(
                _block(row, scene, themed=order == "form") for row in scene.rows
            ),
            panels=(panel,),
            aligned="l",
            header=scene.word("difference.counts", before=before, after=after),
            aside_header=scene.word("verdict_header"),
            aside_width=ASIDE,
            cell_width=5.5,
            page=page,
            **words.around(notes=notes),
        )
    )
    draw_differences(placed.axes[0], scene.rows[placed.shown], placed.lines)
    alt = alt_of(words.title, scene, verdicts=True)
    return placed.finish(words, alt=alt, data=change_frame(scene))


def _words(scene: Scene, title: str | None) -> Words:
    before, after = scene.labels
    return Words.of(
        scene,
        title=scene.word("difference.title", before=before, after=after),
        instead=title,
        sentences=change_sentences(scene),
        marks=mark_sentences(scene),
    )


def _ordered(rows: Sequence[Row]) -> tuple[Row, ...]:
    shown = [row for row in rows if row.change and row.change.is_shown]
    rest = [row for row in rows if not (row.change and row.change.is_shown)]
    return (*sorted(shown, key=_fall), *rest)


def _fall(row: Row) -> float:
    assert row.change is not None
    return -row.change.difference


def _block(row: Row, scene: Scene, *, themed: bool) -> Block:
    return Block(
        label=row.label,
        theme=row.theme if themed else "",
        strong=row.primary,
        lines=((counts_then(row, scene.language),),),
        aside=aside(row, scene),
    )
