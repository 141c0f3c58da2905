"""Late cases as stacked marks, a strip per phase; or as bars, a line per band."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from taskforce_analysis.charts._late import Band, Late
from taskforce_analysis.charts._style import Mark, load_style

PITCH = 0.3  # centimetres from one mark to the next


def stacked(over: np.ndarray, *, apart: float) -> np.ndarray:
    """The height of each mark in its stack, so that marks side by side do not meet.

    `over` is sorted; marks nearer than `apart` days are put on top of each other.

    >>> stacked(np.array([1, 2, 9]), apart=3.0).tolist()
    [0, 1, 0]
    """
    heights = np.zeros(len(over), dtype=np.int64)
    last: list[float] = []  # where each level's last mark stands
    for place, day in enumerate(over.tolist()):
        free = (n for n, taken in enumerate(last) if day - taken >= apart)
        level = next(free, len(last))
        last[level : level + 1] = [day]
        heights[place] = level
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
