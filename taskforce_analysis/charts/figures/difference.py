"""The differences alone, with their intervals, ordered from the largest rise.

What cannot be compared or has too few cases stands last, with the reason in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.marks import (
    difference_panel,
    draw_differences,
    prepare_axes,
)
from taskforce_analysis.charts.kit.options import (
    InColours,
    OnAxes,
    OneGroup,
    OneTheme,
    Paged,
)
from taskforce_analysis.charts.kit.paper import figure_of
from taskforce_analysis.charts.kit.rows import ASIDE, RowsLayout, RowTexts, place_rows
from taskforce_analysis.charts.kit.scene import MeasureRow, Scene, scene_of
from taskforce_analysis.charts.kit.words import (
    alt_of,
    aside,
    caption_of,
    change_frame,
    change_sentences,
    counts_then,
    sign_sentences,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, OneTheme, Paged, OnAxes, InColours):
    """What this chart can be asked for."""

    order: Annotated[
        Literal["size", "form"] | Sequence[str] | None,
        "from the largest rise, as in the form, or ids in the order wanted",
    ] = "size"


@chart("difference", asked=Asked)
def difference(results: "Results", language: Language, asked: Asked) -> Figure:
    """The difference of each measure with its interval and the verdict in words.

    Raises UsageError for an order, group, theme, measure or page that does not exist.
    """
    scene = scene_of(
        results,
        language,
        group=asked.group,
        theme=asked.theme,
        measures=asked.measures,
    )
    if asked.order == "size":
        scene = replace(scene, rows=_ordered(scene.rows))
    before, after = scene.compared_labels
    caption = caption_of(
        results,
        language,
        title=scene.word("difference.title", before=before, after=after),
        instead=asked.title,
        sentences=change_sentences(scene),
        below=sign_sentences(scene),
    )
    panel = difference_panel(language, scene.word("difference_header"), scene.rows)
    if asked.ax is not None:
        lines = prepare_axes(asked.ax, scene, panel, title=caption.shown_title, lines=1)
        draw_differences(asked.ax, scene.rows, lines)
        return figure_of(asked.ax)
    placed = place_rows(
        RowsLayout(
            caption=caption,
            notes=asked.notes,
            rows=tuple(
                _texts(row, scene, themed=asked.order != "size") for row in scene.rows
            ),
            panels=(panel,),
            aligned="l",
            header=scene.word("difference.counts", before=before, after=after),
            aside_header=scene.word("verdict_header"),
            aside_width=ASIDE,
            cell_width=5.5,
            page=asked.page,
        )
    )
    draw_differences(placed.axes[0], scene.rows[placed.shown], placed.lines)
    alt = alt_of(caption.title, scene, verdicts=True)
    return placed.finish(alt=alt, data=change_frame(scene))


def _ordered(rows: Sequence[MeasureRow]) -> tuple[MeasureRow, ...]:
    """From the largest rise to the largest fall, then those without a difference."""
    found = [(row, row.change and row.change.shown_difference) for row in rows]
    shown = [(row, difference) for row, difference in found if difference]
    rest = [row for row, difference in found if not difference]
    fallen = sorted(shown, key=lambda one: -one[1].value)
    return (*(row for row, _ in fallen), *rest)


def _texts(row: MeasureRow, scene: Scene, *, themed: bool) -> RowTexts:
    return RowTexts(
        label=row.label,
        theme=row.theme if themed else "",
        strong=row.primary,
        lines=((counts_then(row, scene.language),),),
        aside=aside(row, scene),
    )
