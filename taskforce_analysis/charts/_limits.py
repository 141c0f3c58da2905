"""Limits as upright lines over a figure of days, each led up to its own label.

The longest limit has the lowest label, so that no leader crosses another's words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._timed import LimitLine
from taskforce_analysis.charts._words import width_of

_AIR = 0.1
_DOTS = (0, (1, 1.5))


@dataclass(frozen=True, kw_only=True)
class LimitLabel:
    """A label's place: its line, the row from below, where it begins; centimetres."""

    line: LimitLine
    row: int
    left: float
    at: float

    @property
    def right(self) -> float:
        """Where the label ends."""
        return self.left + width_of(self.line.label)


def limit_labels(
    lines: Sequence[LimitLine], *, end: float, width: float
) -> list[LimitLabel]:
    """The labels beside their leaders, in as few rows as it takes.

    `end` is the last day on an axis that is `width` centimetres wide.
    """
    placed: list[LimitLabel] = []
    for line in sorted(lines, key=lambda one: -one.longest):
        at = line.longest / end * width
        own = width_of(line.label)
        left = at + _AIR if at + _AIR + own <= width else at - _AIR - own
        row = next(n for n in range(len(lines) + 1) if _has_room(placed, n, left + own))
        placed.append(LimitLabel(line=line, row=row, left=left, at=at))
    return placed


def _has_room(placed: Sequence[LimitLabel], row: int, right: float) -> bool:
    # Leaders of higher labels pass through the row as well.
    return all(right + _AIR < min(one.left, one.at) for one in placed if one.row >= row)


def labels_height(labels: Sequence[LimitLabel]) -> float:
    """How tall the labels are over the axes, in centimetres."""
    rows = max((label.row + 1 for label in labels), default=0)
    return rows * load_style().line + 0.2


def draw_limits(axes: Axes, lines: Sequence[LimitLine]) -> None:
    """An upright line per limit; a band where the same limit allowed unlike days."""
    colours = load_style().colours
    for line in lines:
        if line.longest > line.shortest:
            look = {"color": colours["rule"], "alpha": 0.5, "zorder": 1}
            axes.axvspan(line.shortest, line.longest, gid="limit-band", **look)
        axes.axvline(
            line.longest,
            color=colours["ink"],
            linewidth=1.1,
            linestyle=_DOTS,
            gid="limit",
            zorder=2,
        )


def write_limits(
    axes: Axes, labels: Sequence[LimitLabel], size: tuple[float, float]
) -> None:
    """The labels over axes of this width and height, each with its leader."""
    width, height = size
    pitch = load_style().line
    for label in labels:
        top = 1 + (0.1 + (label.row + 0.75) * pitch) / height
        axes.plot(
            [label.at / width] * 2,
            [1, top],
            transform=axes.transAxes,
            color=load_style().colours["ink"],
            linewidth=1.1,
            linestyle=_DOTS,
            clip_on=False,
            gid="leader",
        )
        axes.text(
            label.left / width,
            1 + (0.1 + label.row * pitch) / height,
            label.line.label,
            transform=axes.transAxes,
            va="bottom",
            gid="limit-label",
        )
