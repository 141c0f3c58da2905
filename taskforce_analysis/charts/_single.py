"""A figure of one or more ordinary axes under a title and over its notes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from taskforce_analysis.charts._layout import Key
from taskforce_analysis.charts._pages import foot_height, key_lines, title_height
from taskforce_analysis.charts._sheet import Picture, Sheet
from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._table import write_foot, write_keys, write_title
from taskforce_analysis.charts._titles import Words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A sheet with its words in place, and where its own content begins."""

    sheet: Sheet
    top: float
    words: Words

    def finish(self, *, alt: str, data: "pd.DataFrame", pages: int = 1) -> Picture:
        """The figure with its words and the figures behind it."""
        drawing = self.words.drawing(alt=alt, data=data, pages=pages)
        self.sheet.figure.taskforce = drawing
        return self.sheet.figure


def frame(
    words: Words, height: float, *, notes: bool, keys: tuple[Key, ...] = ()
) -> Frame:
    """A sheet with room for a content of so many centimetres."""
    around = words.around(notes=notes)
    top = _above(around["title"], keys)
    sheet = Sheet(top + height + foot_height(around["foot"]))
    write_title(sheet, around["title"])
    write_keys(sheet, keys, title_height(around["title"]))
    write_foot(sheet, around["foot"], top + height)
    return Frame(sheet=sheet, top=top, words=words)


def around_height(words: Words, *, notes: bool, keys: tuple[Key, ...] = ()) -> float:
    """How tall everything but the content is."""
    around = words.around(notes=notes)
    return _above(around["title"], keys) + foot_height(around["foot"])


def _above(title: str, keys: tuple[Key, ...]) -> float:
    legend = key_lines(keys) * (load_style().line + 0.05) + (0.15 if keys else 0)
    return title_height(title) + legend


def plain_axes(axes: Axes) -> None:
    """A light grid and no frame but the lower one."""
    colours = load_style().colours
    axes.grid(color=colours["grid"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=5)
    axes.spines[["top", "right", "left"]].set_visible(False)
