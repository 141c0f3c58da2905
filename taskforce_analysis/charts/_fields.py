"""The fields of a heatmap: what stands in each, and how it is shaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from taskforce_analysis.charts._cells import verdict_label
from taskforce_analysis.charts._layout import Key
from taskforce_analysis.charts._rows import ABSENT, FEW, SHOWN, WITHHELD, Row
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._style import load_style, readable_on
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

_PALEST = 0.06


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: its text, its shade from 0 to 1 (None: none), and whether framed."""

    text: str
    shade: float | None = None
    framed: bool = False


def rate_field(row: Row, language: Language) -> Field:
    """The percentage of the last phase; the count where there are too few cases."""
    rate = row.rates[-1]
    if rate.state == SHOWN:
        return Field(text=language.number(_whole(rate.rate)), shade=rate.rate)
    few = rate.state == FEW
    return Field(text=f"{rate.compliant}/{rate.applicable}" if few else "–")


def change_field(row: Row, language: Language) -> Field:
    """The difference in points; framed where it is beyond chance."""
    change = row.change
    if change is None or not change.is_shown or isnan(change.difference):
        return Field(text="–")
    framed = change.verdict in ("improved", "worsened")
    shade = 0.5 + change.difference / 2
    text = language.signed(change.difference)
    return Field(text=text, shade=shade, framed=framed)


def _whole(share: float) -> float:
    return 100 * round(share, 12)


def shades(value: str) -> LinearSegmentedColormap:
    """From pale to dark for a rate; from one colour over white to the other else."""
    style = load_style()
    ends = (style.colours["paper"], style.answers["compliant"])
    if value == "change":
        ends = (style.answers["noncompliant"], *ends)
    return _shades(value, ends)


@lru_cache(maxsize=8)
def _shades(name: str, ends: tuple[str, ...]) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list(name, ends)


def shade_of(value: str, shade: float) -> str:
    """The colour of a shade; the palest still differs from the paper."""
    least = _PALEST if value == "rate" else 0.0
    return to_hex(shades(value)(least + (1 - least) * shade))


def keys_for(value: str, language: Language) -> tuple[Key, ...]:
    """A legend of five shades."""
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    edge = {"edgecolor": load_style().colours["rule"], "linewidth": 0.6}

    def label(share: float) -> str:
        if value == "change":
            return language.signed(2 * share - 1)
        return language.percent(share)

    return tuple(
        Key(label=label(share), look={"facecolor": shade_of(value, share), **edge})
        for share in shares
    )


def draw_fields(axes: Axes, fields: Sequence[Sequence[Field]], value: str) -> None:
    """A square of fields: a row per group, a column per measure, one apart."""
    for down, line in enumerate(fields):
        for across, field in enumerate(line):
            _draw_field(axes, field, at=(across, down), value=value)
    axes.set_xlim(-0.5, max(len(line) for line in fields) - 0.5)
    axes.set_ylim(len(fields) - 0.5, -0.5)


def _draw_field(axes: Axes, field: Field, *, at: tuple[int, int], value: str) -> None:
    colours = load_style().colours
    empty = field.shade is None
    colour = colours["paper"] if empty else shade_of(value, field.shade or 0.0)
    inset = 0.06 if field.framed else 0.0
    corner = (at[0] - 0.5 + inset, at[1] - 0.5 + inset)
    patch = Rectangle(
        corner,
        1 - 2 * inset,
        1 - 2 * inset,
        facecolor=colour,
        edgecolor=colours["ink"] if field.framed else colours["paper"],
        linewidth=1.4 if field.framed else 1.0,
        gid="field",
    )
    axes.add_artist(patch)  # add_patch would widen limits that are set afterwards
    weight = "bold" if field.framed else "normal"
    text = axes.text(*at, field.text, ha="center", va="center_baseline", gid="field")
    text.set(color=readable_on(colour), fontweight=weight)


def fields_frame(scenes: Mapping[str, Scene], *, value: str) -> "pd.DataFrame":
    """The figures behind the fields: a row per group and measure."""
    import pandas as pd

    return pd.DataFrame(
        [
            _cells(scene, group, row, value=value)
            for group, scene in scenes.items()
            for row in scene.rows
        ]
    )


def _cells(scene: Scene, group: str, row: Row, *, value: str) -> dict[str, Any]:
    rate, change = row.rates[-1], row.change
    values: dict[str, Any] = {"group": group, "measure": row.label}
    if value == "rate":
        told = rate.state not in (ABSENT, WITHHELD)
        values["compliant"] = rate.compliant if told else None
        values["applicable"] = rate.applicable if told else None
        values |= {"rate": rate.rate, "rate_low": rate.low, "rate_high": rate.high}
    elif change:
        shown = change.is_shown
        values["difference"] = change.difference if shown else None
        values["difference_low"] = change.low if shown else None
        values["difference_high"] = change.high if shown else None
        values["verdict"] = verdict_label(change.verdict, scene.language)
    return {scene.word(f"column.{name}"): one for name, one in values.items()}
