"""Before and after: both rates with their intervals, the difference and the verdict.

The difference has an interval of its own and the verdict stands in words, so that
nobody has to judge by whether two intervals overlap.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.figure import Words, place
from taskforce_analysis.charts.kit.layout import Layout, Panel
from taskforce_analysis.charts.kit.marks import (
    difference_panel,
    draw_differences,
    draw_rates,
    share_panel,
)
from taskforce_analysis.charts.kit.scene import Scene, scene_of
from taskforce_analysis.charts.kit.sheet import Picture
from taskforce_analysis.charts.kit.words import (
    ASIDE,
    alt_of,
    aside,
    change_frame,
    change_sentences,
    mark_sentences,
    rate_block,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@chart("change", label={"da": "Før og efter", "en": "Before and after"})
def change(
    results: "Results",
    language: Language,
    *,
    group: str | None = None,
    theme: str | None = None,
    measures: Sequence[str] | None = None,
    title: str | None = None,
    notes: bool = True,
    page: int | None = None,
) -> Picture:
    """Both phases' rates, their difference and the verdict, a row per measure.

    `theme` and `measures` (ids) choose rows; `title` replaces the title ("" for none);
    `notes=False` leaves out what stands below; `page` draws one page of at most 24 cm.
    Raises UsageError for a group, theme, measure or page that does not exist.
    """
    scene = scene_of(results, language, group=group, theme=theme, measures=measures)
    before, after = scene.labels
    heading = scene.word("change.title", before=before, after=after)
    words = Words.of(
        scene,
        title=heading,
        instead=title,
        sentences=change_sentences(scene),
        marks=mark_sentences(scene),
    )
    layout = Layout(
        blocks=tuple(
            rate_block(row, scene, beside=aside(row, scene)) for row in scene.rows
        ),
        panels=_panels(scene),
        aligned="lrr",
        header=scene.word("count_header"),
        aside_header=scene.word("verdict_header"),
        aside_width=ASIDE,
        page=page,
        **words.around(notes=notes),
    )
    placed = place(layout)
    shown = scene.rows[placed.shown]
    draw_rates(placed.axes[0], shown, placed.lines)
    draw_differences(placed.axes[1], shown, placed.lines)
    alt = alt_of(words.title, scene, verdicts=True)
    return placed.finish(words, alt=alt, data=change_frame(scene))


def _panels(scene: Scene) -> tuple[Panel, Panel]:
    header = scene.word("difference_header")
    return (
        share_panel(scene.language, scene.word("rate_header")),
        difference_panel(scene.language, header, scene.rows),
    )
