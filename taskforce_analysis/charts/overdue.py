"""How far over the limit: one mark per case, without order and without a name.

Where the cases are few, very many, or meant for publication, they are put together in
bands of days, so that no single case can be told from the figure.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.figure import Words, frame, place, plain_axes
from taskforce_analysis.charts.kit.layout import Block, Layout, Panel
from taskforce_analysis.charts.kit.scene import Scene
from taskforce_analysis.charts.kit.sheet import Mark, Picture, load_style, wrap
from taskforce_analysis.charts.kit.timed import (
    Band,
    Late,
    banded,
    bands_frame,
    deadline_scene,
    drawing_sentences,
    heading,
    late_of,
    marks_frame,
    ticks_to,
    told,
)
from taskforce_analysis.charts.kit.words import cases_sentence
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


# FOLDED charts._strips
#
# Late cases as stacked marks, a strip per phase; or as bars, a line per band.

PITCH = 0.3  # centimetres from one mark to the next


def stacked(over: np.ndarray, *, apart: float) -> np.ndarray:
    """The height of each mark in its stack, so that marks side by side do not meet.

    `over` is sorted; marks nearer than `apart` days are put on top of each other.

    >>> stacked(np.array([1, 2, 9]), apart=3.0).tolist()
    [0, 1, 0]
    """
    heights = np.zeros(len(over), dtype=np.int64)
    last: list[float] = []  # where each level's last mark stands
    for number, day in enumerate(over.tolist()):
        free = (n for n, taken in enumerate(last) if day - taken >= apart)
        level = next(free, len(last))
        last[level : level + 1] = [day]
        heights[number] = level
    return heights


def strip_height(late: Late, *, end: float, width: float) -> float:
    """How tall a phase's strip is, in centimetres."""
    levels = stacked(late.over, apart=end * PITCH / width).max(initial=0) + 1
    return max(0.6, (levels + 1) * PITCH)


def draw_marks(
    axes: Axes, late: Late, mark: Mark, *, end: float, size: tuple[float, float]
) -> None:
    """One mark per case; open where the case was still undecided.

    `end` is the last day on the axis, `size` the axes' width and height in centimetres.
    """
    style = load_style()
    width, height = size
    levels = stacked(late.over, apart=end * PITCH / width)
    at = (levels + 0.8) * PITCH / height
    for still in (False, True):
        own = late.is_open == still
        axes.plot(
            late.over[own],
            at[own],
            linestyle="none",
            marker=mark.marker,
            markersize=style.marks["size"],
            markerfacecolor=style.colours["paper"] if still else mark.colour,
            markeredgecolor=mark.colour,
            markeredgewidth=1.3,
            clip_on=False,
            gid=f"{'open' if still else 'decided'}-{late.phase}",
            zorder=3,
        )
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1)
    axes.set_yticks([])


def draw_bands(
    axes: Axes,
    bands: Sequence[Sequence[Band]],
    lines: Sequence[Sequence[float]],
    *,
    marks: Sequence[Mark],
) -> None:
    """A bar per band, as long as its number of cases."""
    for own, heights, mark in zip(bands, lines, marks, strict=True):
        axes.barh(
            list(heights)[: len(own)],
            [band.count for band in own],
            height=0.6 * load_style().line,
            color=mark.colour,
            gid="band",
            zorder=2,
        )


# FOLDED charts.overdue
#
# How far over the limit: one mark per case, without order and without a name.
#
# Where the cases are few, very many, or meant for publication, they are put together
# in bands of days, so that no single case can be told from the figure.

SHOWN_AS = ("auto", "marks", "bands")
MANY = 200
_LEFT, _APART, _BELOW = 0.5, 0.4, 1.1


@chart("overdue", label={"da": "Dage ud over fristen", "en": "Days over the limit"})
def overdue(
    results: "Results",
    language: Language,
    *,
    measure: str | None = None,
    group: str | None = None,
    shown_as: str = "auto",
    title: str | None = None,
    notes: bool = True,
) -> Figure:
    """The cases over their limit by days, phase by phase.

    `measure` is a deadline measure's id; without it the primary one, or the first.
    `shown_as` is auto, marks or bands; what is meant for publication is always shown
    in bands. Raises UsageError for what does not exist, and where there are no days.
    """
    if shown_as not in SHOWN_AS:
        raise unknown_name("way to show", shown_as, SHOWN_AS)
    scene = deadline_scene(results, language, measure=measure, group=group)
    late = [
        late_of(scene, phase, label)
        for phase, label in zip(scene.phases, scene.labels, strict=True)
    ]
    in_bands = _in_bands(scene, late, shown_as)
    internal = results.settings.publish == "internal"
    least = 1 if internal else results.settings.threshold
    bands = [banded(one, least) for one in late]
    words = Words.of(
        scene,
        title=language.word("days.overdue.title", measure=scene.rows[0].label),
        instead=title,
        sentences=_sentences(scene, late, in_bands=in_bands),
    )
    data = (
        bands_frame(late, bands, language) if in_bands else marks_frame(late, language)
    )
    figure = (
        _with_bands(scene, late, bands, words=words, notes=notes)
        if in_bands
        else _with_marks(scene, late, words=words, notes=notes)
    )
    alt = " ".join([f"{words.title}.", *(told(one, least, language) for one in late)])
    figure.taskforce = words.drawing(alt=alt, data=data)
    return figure


def _in_bands(scene: Scene, late: Sequence[Late], shown_as: str) -> bool:
    settings = scene.results.settings
    if settings.publish != "internal":
        return True
    few = any(0 < one.count < settings.threshold for one in late)
    many = any(one.count > MANY for one in late)
    return shown_as == "bands" or (shown_as == "auto" and (few or many))


def _sentences(scene: Scene, late: Sequence[Late], *, in_bands: bool) -> list[str]:
    word = scene.language.word
    still = any(one.is_open.any() for one in late)
    published = scene.results.settings.publish != "internal"
    key = "bands_published" if published else "bands" if in_bands else "legend"
    return [
        cases_sentence(scene),
        word(f"days.overdue.{key}") if any(one.count for one in late) else "",
        word("days.overdue.open_note") if still and not in_bands else "",
        *drawing_sentences(scene),
    ]


def _marks(late: Sequence[Late]) -> list[Mark]:
    style = load_style()
    return [style.before] * (len(late) - 1) + [style.after]


def _with_marks(
    scene: Scene, late: Sequence[Late], *, words: Words, notes: bool
) -> Picture:
    width, line = load_style().page["width"] - 2 * _LEFT, load_style().line
    end = 1.03 * max([7.0, *(float(one.over.max(initial=0)) for one in late)])
    heights = [strip_height(one, end=end, width=width) for one in late]
    labels = [_label(heading(one, scene.language)) for one in late]
    above = sum(len(label) * line + _APART for label in labels)
    total = sum(heights) + above + _BELOW
    made = frame(words, total, notes=notes)
    top = made.top
    for one, mark, height, label in zip(
        late, _marks(late), heights, labels, strict=True
    ):
        made.sheet.text((0.15, top), label, fontweight="bold", gid="label")
        top += len(label) * line
        axes = made.sheet.axes(_LEFT, top + 0.1, (width, height))
        plain_axes(axes)
        draw_marks(axes, one, mark, end=end, size=(width, height))
        _dress(axes, scene, end, is_last=one is late[-1])
        top += height + _APART
    return made.sheet.figure


def _label(text: str) -> tuple[str, ...]:
    return wrap(text, load_style().page["width"] - 0.3, bold=True)


def _dress(axes: Axes, scene: Scene, end: float, *, is_last: bool) -> None:
    ticks = ticks_to(end, scene.language)
    axes.set_xticks(list(ticks), list(ticks.values()) if is_last else [""] * len(ticks))
    if is_last:
        axes.set_xlabel(scene.language.word("days.overdue.across"))


def _with_bands(
    scene: Scene,
    late: Sequence[Late],
    bands: Sequence[Sequence[Band]],
    *,
    words: Words,
    notes: bool,
) -> Picture:
    language = scene.language
    blocks = tuple(
        Block(
            label=heading(one, language),
            lines=tuple(
                (band.words(language), language.number(band.count)) for band in own
            ),
        )
        for one, own in zip(late, bands, strict=True)
    )
    placed = place(
        Layout(
            blocks=blocks,
            panels=(_panel(bands, language),),
            aligned="lr",
            cell_width=3.6,
            header=language.word("days.overdue.across"),
            **words.around(notes=notes),
        )
    )
    draw_bands(placed.axes[0], bands, placed.lines, marks=_marks(late))
    return placed.figure


def _panel(bands: Sequence[Sequence[Band]], language: Language) -> Panel:
    most = max((band.count for own in bands for band in own), default=1)
    return Panel(
        header=language.word("days.overdue.count_header"),
        low=0.0,
        high=1.05 * most,
        ticks=ticks_to(most, language),
    )
