"""Drawing a chart of rows into axes that the reader already has.

The rows lie one apart, with label and counts as tick labels; the reader's figure, its
size and its other axes are left alone.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from taskforce_analysis.charts._cells import counts_then
from taskforce_analysis.charts._layout import Key, Panel
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._sheet import CM_PER_INCH
from taskforce_analysis.charts._style import Mark, load_style
from taskforce_analysis.charts._words import wrap

_LABEL = 6.0
_APART = 0.36


def draw_into(
    axes: Axes, scene: Scene, panel: Panel, *, title: str, lines: int | None = None
) -> tuple[tuple[float, ...], ...]:
    """Limits, ticks, labels and title; the heights of each row's lines.

    `lines` is how many lines a row has; without it one per phase.
    """
    count = lines or len(scene.phases)
    _dress(axes, panel)
    axes.set_ylim(len(scene.rows) - 0.5, -0.5)
    labels = [_label(row.label, counts_then(row, scene.language)) for row in scene.rows]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_title(
        _title(axes, title),
        fontsize=load_style().type["title"],
        fontweight="bold",
        loc="left",
    )
    middle = (count - 1) / 2
    return tuple(
        tuple(place + _APART * (number - middle) for number in range(count))
        for place in range(len(scene.rows))
    )


def _dress(axes: Axes, panel: Panel) -> None:
    axes.set_xlim(panel.low, panel.high)
    axes.set_xticks(list(panel.ticks), list(panel.ticks.values()))
    axes.set_xlabel(panel.header)
    axes.tick_params(axis="both", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def figure_of(axes: Axes) -> Figure:
    """The figure that axes belong to."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def _title(axes: Axes, title: str) -> str:
    inches = figure_of(axes).get_size_inches()[0]
    width = axes.get_position().width * inches * CM_PER_INCH
    size = load_style().type["title"]
    return "\n".join(wrap(title, max(0.9 * width, 3.0), size, bold=True))


def _label(label: str, counts: str) -> str:
    return "\n".join([*wrap(label, _LABEL), counts])


def phase_legend(axes: Axes, scene: Scene) -> None:
    """Which mark is which phase, under the axes."""
    style = load_style()
    last = len(scene.labels) - 1
    handles = [
        _handle(label, style.after if number == last else style.before)
        for number, label in enumerate(scene.labels)
    ]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.12), ncols=4)


def segment_legend(axes: Axes, keys: Sequence[Key]) -> None:
    """What each kind of segment is, under the axes."""
    handles = [Patch(label=key.label, **key.look) for key in keys]  # type: ignore[arg-type]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.12), ncols=3)


def _handle(label: str, mark: Mark) -> Line2D:
    return Line2D(
        [],
        [],
        label=label,
        color=mark.colour,
        marker=mark.marker,
        markerfacecolor=mark.colour if mark.filled else load_style().colours["paper"],
    )
