"""How far over the limit: one mark per case, without order and without a name.

Where the cases are few, very many, or meant for publication, they are put together in
bands of days, so that no single case can be told from the figure. For publication a
band holds at least as many cases as the settings' threshold asks for; bands are put
together with their neighbours until they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.durations import (
    days_words,
    deadline_scene,
    drawn_on_sentences,
    rows_of_scene,
    ticks_to,
)
from taskforce_analysis.charts.kit.options import (
    InColours,
    OneGroup,
    OneMeasure,
)
from taskforce_analysis.charts.kit.paper import PageFigure, captioned_paper, plain_axes
from taskforce_analysis.charts.kit.rows import Panel, RowsLayout, RowTexts, place_rows
from taskforce_analysis.charts.kit.scene import Scene
from taskforce_analysis.charts.kit.style import Mark, load_style, wrap
from taskforce_analysis.charts.kit.words import Caption, caption_of, cases_sentence
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

MANY = 200
# The first day of each band: one week, two, four, eight and so on.
EDGES = (1, 8, 15, 29, 57, 113, 225, 449)
_LEFT, _APART, _BELOW = 0.5, 0.4, 1.1
_PITCH = 0.3  # centimetres from one mark to the next


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, OneMeasure, InColours):
    """What this chart can be asked for."""

    shown_as: Annotated[
        Literal["auto", "marks", "bands"], "always bands for publication"
    ] = "auto"


@chart("overdue", asked=Asked, needs="days")
def overdue(results: "Results", language: Language, asked: Asked) -> Figure:
    """The cases over their limit by days, phase by phase.

    Without a deadline measure the primary one, or the first. Raises UsageError for what
    does not exist, and where there are no days.
    """
    scene = deadline_scene(results, language, measure=asked.measure, group=asked.group)
    late = [
        _late(scene, phase, label)
        for phase, label in zip(scene.phases, scene.labels, strict=True)
    ]
    in_bands = _in_bands(scene, late, asked.shown_as)
    internal = results.settings.publish == "internal"
    least = 1 if internal else results.settings.threshold
    bands = [banded(one, least) for one in late]
    caption = caption_of(
        results,
        language,
        title=language.word("days.overdue.title", measure=scene.rows[0].label),
        instead=asked.title,
        sentences=_sentences(scene, late, in_bands=in_bands),
    )
    if in_bands:
        figure = _with_bands(late, bands, language, caption=caption, notes=asked.notes)
        data = _bands_frame(late, bands, language)
    else:
        figure = _with_marks(late, language, caption=caption, notes=asked.notes)
        data = _marks_frame(late, language)
    told = [_told(one, own, language) for one, own in zip(late, bands, strict=True)]
    alt = " ".join([f"{caption.title}.", *told])
    figure.taskforce = caption.drawing(alt=alt, data=data)
    return figure


@dataclass(frozen=True, kw_only=True, eq=False)
class Late:
    """One phase: the days over the limit per late case, sorted, and which are open.

    `applicable` is how many cases had a limit that had run out.
    """

    phase: str
    label: str
    over: np.ndarray
    is_open: np.ndarray
    applicable: int

    @property
    def count(self) -> int:
        """How many cases were over the limit."""
        return len(self.over)


def _late(scene: Scene, phase: str, label: str) -> Late:
    """The late cases of a phase, sorted by days so that nothing tells their order."""
    rows = rows_of_scene(scene.results.overdue, scene)
    rows = rows[rows["phase"] == phase].sort_values(["over", "open"])
    count = rows["count"].to_numpy(dtype=np.intp)  # as np.repeat asks, 32 bits or 64
    return Late(
        phase=phase,
        label=label,
        over=np.repeat(rows["over"].to_numpy(dtype="int64"), count),
        is_open=np.repeat(rows["open"].to_numpy(dtype=bool), count),
        applicable=sum(row.applicable for row in scene.tally if row.phase == phase),
    )


def _in_bands(scene: Scene, late: Sequence[Late], shown_as: str) -> bool:
    settings = scene.results.settings
    if settings.publish != "internal":
        return True
    few = any(0 < one.count < settings.threshold for one in late)
    many = any(one.count > MANY for one in late)
    return shown_as == "bands" or (shown_as == "auto" and (few or many))


@dataclass(frozen=True, kw_only=True)
class DayBand:
    """So many cases from the first to the last day; a last of None has no end."""

    first: int
    last: int | None
    count: int

    def words(self, language: Language) -> str:
        """The days in words: "8 til 14 dage"."""
        if self.last is None:
            least = days_words(self.first, language)
            return language.word("days.overdue.band_last", days=least)
        first, last = language.number(self.first), language.number(self.last)
        return language.word("days.overdue.band", first=first, last=last)


def banded(late: Late, least: int) -> list[DayBand]:
    """The late cases in bands of at least so many, from few days to many.

    What is left at the end is put together with the band before it; fewer cases in all
    make one band, which does not tell how far over the limit they are.
    """
    if late.count < least:
        return [DayBand(first=1, last=None, count=late.count)] if late.count else []
    found: list[DayBand] = []
    waiting: list[DayBand] = []
    for band in _fixed_bands(late):
        waiting.append(band)
        if sum(one.count for one in waiting) >= least:
            found.append(_joined(waiting))
            waiting = []
    return [*found[:-1], _joined([*found[-1:], *waiting])]


def _fixed_bands(late: Late) -> list[DayBand]:
    counts = np.histogram(late.over, bins=[*EDGES, np.inf])[0].tolist()
    lasts = [*(edge - 1 for edge in EDGES[1:]), None]
    return [
        DayBand(first=first, last=last, count=count)
        for first, last, count in zip(EDGES, lasts, counts, strict=True)
        if count
    ]


def _joined(bands: Sequence[DayBand]) -> DayBand:
    count = sum(band.count for band in bands)
    return DayBand(first=bands[0].first, last=bands[-1].last, count=count)


# What is said: under the figure, over each phase, in the alt text and in the data.


def _sentences(scene: Scene, late: Sequence[Late], *, in_bands: bool) -> list[str]:
    word = scene.language.word
    still = any(one.is_open.any() for one in late)
    published = scene.results.settings.publish != "internal"
    key = "bands_published" if published else "bands" if in_bands else "legend"
    return [
        cases_sentence(scene),
        word(f"days.overdue.{key}") if any(one.count for one in late) else "",
        word("days.overdue.open_note") if still and not in_bands else "",
        *drawn_on_sentences(scene),
    ]


def _heading(late: Late, language: Language) -> str:
    """The phase and how many are late: "Status: 4 ud af 16 over fristen"."""
    counted = language.count_of(late.count, late.applicable)
    return language.word("days.overdue.phase", phase=late.label, late=counted)


def _told(late: Late, bands: Sequence[DayBand], language: Language) -> str:
    spread = [
        language.word(
            "days.overdue.alt_spread",
            count=language.number(band.count),
            band=band.words(language),
        )
        for band in bands
    ]
    start = _heading(late, language)
    return f"{start}: {language.listed(spread)}." if spread else f"{start}."


def _bands_frame(
    late: Sequence[Late], bands: Sequence[Sequence[DayBand]], language: Language
) -> "pd.DataFrame":
    """How many cases each band of each phase has."""
    import pandas as pd

    rows = [
        (one.label, band.words(language), band.count)
        for one, own in zip(late, bands, strict=True)
        for band in own
    ]
    return pd.DataFrame(rows, columns=_headings(language, "over", "cases"))


def _marks_frame(late: Sequence[Late], language: Language) -> "pd.DataFrame":
    """How many cases per phase were so many days over, and whether they are open."""
    import pandas as pd

    rows = [
        (one.label, int(over), language.word("answer.yes" if is_open else "answer.no"))
        for one in late
        for over, is_open in zip(one.over, one.is_open, strict=True)
    ]
    names = _headings(language, "over", "open")
    counted = pd.DataFrame(rows, columns=names).groupby(names, sort=False).size()
    return counted.rename(_headings(language, "cases")[1]).reset_index()


def _headings(language: Language, *names: str) -> list[str]:
    own = [language.word(f"days.column.{name}") for name in names]
    return [language.word("charts.column.phase"), *own]


# As marks: a strip per phase.


def _with_marks(
    late: Sequence[Late], language: Language, *, caption: Caption, notes: bool
) -> PageFigure:
    width, line = load_style().page["width"] - 2 * _LEFT, load_style().line
    end = 1.03 * max([7.0, *(float(one.over.max(initial=0)) for one in late)])
    heights = [_strip_height(one, end=end, width=width) for one in late]
    room = load_style().page["width"] - 0.3
    labels = [wrap(_heading(one, language), room, bold=True) for one in late]
    above = sum(len(label) * line + _APART for label in labels)
    made = captioned_paper(caption, sum(heights) + above + _BELOW, notes=notes)
    top = made.top
    for one, mark, height, label in zip(
        late, _marks(late), heights, labels, strict=True
    ):
        made.paper.text((0.15, top), label, fontweight="bold", gid="label")
        top += len(label) * line
        axes = made.paper.axes(_LEFT, top + 0.1, (width, height))
        plain_axes(axes)
        _draw_marks(axes, one, mark, end=end, size=(width, height))
        _label_days(axes, language, end, is_last=one is late[-1])
        top += height + _APART
    return made.paper.figure


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


def _strip_height(late: Late, *, end: float, width: float) -> float:
    levels = stacked(late.over, apart=end * _PITCH / width).max(initial=0) + 1
    return max(0.6, (levels + 1) * _PITCH)


def _draw_marks(
    axes: Axes, late: Late, mark: Mark, *, end: float, size: tuple[float, float]
) -> None:
    """One mark per case; open where the case was still undecided.

    `end` is the last day on the axis, `size` the axes' width and height in centimetres.
    """
    style = load_style()
    width, height = size
    levels = stacked(late.over, apart=end * _PITCH / width)
    at = (levels + 0.8) * _PITCH / height
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


def _label_days(axes: Axes, language: Language, end: float, *, is_last: bool) -> None:
    ticks = ticks_to(end, language)
    axes.set_xticks(list(ticks), list(ticks.values()) if is_last else [""] * len(ticks))
    if is_last:
        axes.set_xlabel(language.word("days.overdue.across"))


def _marks(late: Sequence[Late]) -> list[Mark]:
    style = load_style()
    return [style.before] * (len(late) - 1) + [style.after]


# As bands: a row per phase with a bar per band.


def _with_bands(
    late: Sequence[Late],
    bands: Sequence[Sequence[DayBand]],
    language: Language,
    *,
    caption: Caption,
    notes: bool,
) -> PageFigure:
    most = max((band.count for own in bands for band in own), default=1)
    panel = Panel(
        header=language.word("days.overdue.count_header"),
        low=0.0,
        high=1.05 * most,
        ticks=ticks_to(most, language),
    )
    rows = tuple(
        RowTexts(
            label=_heading(one, language),
            lines=tuple(
                (band.words(language), language.number(band.count)) for band in own
            ),
        )
        for one, own in zip(late, bands, strict=True)
    )
    placed = place_rows(
        RowsLayout(
            caption=caption,
            notes=notes,
            rows=rows,
            panels=(panel,),
            aligned="lr",
            cell_width=3.6,
            header=language.word("days.overdue.across"),
        )
    )
    for own, heights, mark in zip(bands, placed.lines, _marks(late), strict=True):
        placed.axes[0].barh(
            list(heights)[: len(own)],
            [band.count for band in own],
            height=0.6 * load_style().line,
            color=mark.colour,
            gid="band",
            zorder=2,
        )
    return placed.figure
