"""Before and after: both rates with their intervals, the difference and the verdict.

The difference has an interval of its own and the verdict stands in words, so that
nobody has to judge by whether two intervals overlap.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.marks import (
    difference_panel,
    draw_differences,
    draw_rates,
    share_panel,
)
from taskforce_analysis.charts.kit.options import (
    InColours,
    OneGroup,
    OneTheme,
    Paged,
)
from taskforce_analysis.charts.kit.paper import LegendKey, PageFigure
from taskforce_analysis.charts.kit.rows import (
    ASIDE,
    RowsLayout,
    RowTexts,
    place_rows,
    rate_texts,
)
from taskforce_analysis.charts.kit.scene import MeasureRow, Scene, scene_of
from taskforce_analysis.charts.kit.style import load_style
from taskforce_analysis.charts.kit.words import (
    alt_of,
    aside,
    caption_of,
    change_frame,
    change_sentences,
    sign_sentences,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, OneTheme, Paged, InColours):
    """What this chart can be asked for."""

    chosen_first: Annotated[
        bool, "those named to decide above the others, under a heading"
    ] = False


@chart("change", asked=Asked)
def change(results: "Results", language: Language, asked: Asked) -> PageFigure:
    """Both phases' rates, their difference and the verdict, a row per measure.

    Raises UsageError for a group, theme, measure or page that does not exist.
    """
    scene = scene_of(
        results,
        language,
        group=asked.group,
        theme=asked.theme,
        measures=asked.measures,
        with_index=True,
    )
    if asked.chosen_first:
        scene = replace(scene, rows=tuple(sorted(scene.rows, key=_is_supplementary)))
    before, after = scene.compared_labels
    caption = caption_of(
        results,
        language,
        title=scene.word("change.title", before=before, after=after),
        instead=asked.title,
        sentences=change_sentences(scene),
        below=sign_sentences(scene),
    )
    shares = share_panel(language, scene.word("rate_header"))
    header = scene.word("difference_header")
    placed = place_rows(
        RowsLayout(
            caption=caption,
            notes=asked.notes,
            rows=_texts(scene, chosen_first=asked.chosen_first),
            panels=(shares, difference_panel(language, header, scene.rows)),
            aligned="lrr",
            header=scene.word("count_header"),
            aside_header=scene.word("verdict_header"),
            aside_width=ASIDE,
            keys=_keys(scene),
            page=asked.page,
        )
    )
    shown = scene.rows[placed.shown]
    draw_rates(placed.axes[0], shown, placed.lines)
    draw_differences(placed.axes[1], shown, placed.lines)
    alt = alt_of(caption.title, scene, verdicts=True)
    return placed.finish(alt=alt, data=change_frame(scene))


def _is_supplementary(row: MeasureRow) -> bool:
    return not row.primary


def _texts(scene: Scene, *, chosen_first: bool) -> tuple[RowTexts, ...]:
    """The rows' texts; the chosen ones under a heading of their own where asked."""
    own = scene.word("change.chosen")
    apart = chosen_first and len({row.primary for row in scene.rows}) > 1
    return tuple(
        replace(texts, theme=own) if apart and row.primary else texts
        for row in scene.rows
        for texts in [rate_texts(row, scene, aside(row, scene))]
    )


def _keys(scene: Scene) -> tuple[LegendKey, ...]:
    """What a filled and an open mark of a difference say, as far as they are there."""
    shown = [row.change for row in scene.rows if row.change]
    told = {row.is_beyond_chance for row in shown if row.shown_difference}
    mark, paper = load_style().change.colour, load_style().colours["paper"]
    return tuple(
        LegendKey(
            label=scene.word(f"change.{name}"),
            look={"facecolor": fill, "edgecolor": mark, "linewidth": 1.3},
        )
        for name, fill, is_filled in (("filled", mark, True), ("open", paper, False))
        if is_filled in told
    )
