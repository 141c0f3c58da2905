"""Small multiples: one plot per theme, a line from before to after for each measure.

Made for the overview on one page. The intervals and the verdicts are in the chart of
changes; here only where each measure stood and stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.marks import Point, draw_points
from taskforce_analysis.charts.kit.options import (
    InColours,
    OneGroup,
    SomeMeasures,
)
from taskforce_analysis.charts.kit.paper import Paper, captioned_paper
from taskforce_analysis.charts.kit.scene import MeasureRow, Scene, scene_of
from taskforce_analysis.charts.kit.style import load_style, wrap
from taskforce_analysis.charts.kit.words import (
    alt_of,
    caption_of,
    cases_sentence,
    change_frame,
    counts_then,
    few_sentence,
    primary_sentence,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

_WIDTH, _GAP, _TRACK = 7.4, 0.9, 0.38


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, SomeMeasures, InColours):
    """What this chart can be asked for."""


@chart("themes", asked=Asked)
def themes(results: "Results", language: Language, asked: Asked) -> Figure:
    """A small plot per theme: each measure's rate before and after, with the counts.

    Raises UsageError for a group or measure that does not exist.
    """
    scene = scene_of(results, language, group=asked.group, measures=asked.measures)
    before, after = scene.compared_labels
    caption = caption_of(
        results,
        language,
        title=scene.word("themes.title", before=before, after=after),
        instead=asked.title,
        sentences=[
            scene.word("themes.marks", before=before, after=after),
            cases_sentence(scene),
            few_sentence(scene),
            primary_sentence(scene),
            scene.word("themes.no_verdict"),
        ],
    )
    parts = [list(rows) for _, rows in groupby(scene.rows, key=attrgetter("theme"))]
    columns = _columns(parts)
    height = max(sum(_height(part) for part in column) for column in columns)
    made = captioned_paper(caption, height, notes=asked.notes)
    for number, column in enumerate(columns):
        left, top = load_style().page["margin"] + number * (_WIDTH + _GAP), made.top
        for part in column:
            _draw_theme(made.paper, part, scene, at=(left, top))
            top += _height(part)
    alt = alt_of(caption.title, scene, verdicts=True)
    return made.finish(alt=alt, data=change_frame(scene))


def _columns(parts: list[list[MeasureRow]]) -> list[list[list[MeasureRow]]]:
    """Two columns in reading order, as even in height as whole themes allow."""
    heights = [_height(part) for part in parts]
    total = sum(heights)
    cut = min(
        range(1, len(parts) + 1),
        key=lambda place: abs(total - 2 * sum(heights[:place])),
    )
    return [parts[:cut], parts[cut:]]


def _title(part: Sequence[MeasureRow]) -> tuple[str, ...]:
    return wrap(part[0].theme, _WIDTH, bold=True) if part[0].theme else ()


def _label(row: MeasureRow) -> tuple[str, ...]:
    return wrap(row.label, _WIDTH, bold=row.primary)


def _row_height(row: MeasureRow) -> float:
    return (len(_label(row)) + 1) * load_style().line + _TRACK + 0.2


def _height(part: Sequence[MeasureRow]) -> float:
    return (
        (len(_title(part)) + 1) * load_style().line
        + sum(_row_height(row) for row in part)
        + 0.7
    )


def _draw_theme(
    paper: Paper, part: Sequence[MeasureRow], scene: Scene, *, at: tuple[float, float]
) -> None:
    style = load_style()
    left, top = at
    title = _title(part)
    look = {"fontweight": "bold", "color": style.colours["muted"]}
    paper.rule(top - 0.03, left=left, right=left + _WIDTH)
    paper.text((left, top + 0.03), title, gid="theme", **look)
    top += len(title) * style.line + style.line + 0.2
    height = sum(_row_height(row) for row in part)
    axes = paper.axes(left + 0.2, top, (_WIDTH - 0.5, height))
    _dress(axes, height)
    tracks, begin = [], 0.0
    for row in part:
        words = {} if row.primary else {"color": style.colours["muted"]}
        weight = "bold" if row.primary else "normal"
        label = _label(row)
        paper.text((left, top + begin), label, fontweight=weight, gid="label", **words)
        under = top + begin + len(label) * style.line
        counts = [counts_then(row, scene.language)]
        paper.text((left, under), counts, gid="cell", **words)
        begin += _row_height(row)
        tracks.append(begin - 0.2 - _TRACK / 2)
    _draw_tracks(axes, part, tracks)


def _dress(axes: Axes, height: float) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.set_xticks([0.0, 0.5, 1.0], ["0", "50", "100"])
    axes.tick_params(length=0, pad=2, labeltop=True, labelbottom=False)
    axes.patch.set_alpha(0)
    axes.spines[:].set_visible(False)


def _draw_tracks(
    axes: Axes, rows: Sequence[MeasureRow], tracks: Sequence[float]
) -> None:
    style = load_style()
    for at in tracks:
        axes.hlines(at, 0, 1, colors=style.colours["grid"], linewidth=0.8, zorder=0.5)
        for tick in (0.0, 0.5, 1.0):
            ends = (at - _TRACK / 2, at + _TRACK / 2)
            axes.vlines(tick, *ends, colors=style.colours["grid"], linewidth=0.8)
    for number, mark in enumerate((style.before, style.after)):
        drawn = [
            _joined(row, number, at)
            for row, at in zip(rows, tracks, strict=True)
            if row.rates[number].is_shown
        ]
        draw_points(axes, drawn, mark, name=("before", "after")[number])


def _joined(row: MeasureRow, number: int, at: float) -> Point:
    """The point of one phase; the later one has the line to the earlier one."""
    value, first = row.rates[number].rate, row.rates[0].rate
    assert value is not None  # drawn where it is shown
    low, high = sorted((value, value if first is None else first))
    return Point(at=at, value=value, low=low, high=high, strong=row.primary)
