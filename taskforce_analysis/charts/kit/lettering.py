"""Text that is placed once for every format, and turned into dots once in a process.

Most of what drawing costs is text, and the same lines are drawn again and again: as
png, svg and pdf, page after page, for one municipality after the other. A line's length
is therefore measured once, and its dots are kept for the next picture, where it begins
on a whole dot. Only what matplotlib offers to all is used; a text that is more than
lines of letters (turned, in a box, with formulas) is drawn by matplotlib itself.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple, TypeAlias, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure, FigureBase
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from taskforce_analysis.charts.kit.style import (
    Letters,
    heights_of,
    is_installed,
    length_of,
    load_style,
)

Look: TypeAlias = Any  # what matplotlib takes by name is of every type
_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
_KEPT = 1024  # lines, of some 10 to 70 kB each


class _Line(NamedTuple):
    """A line of letters, and where its baseline begins: in dots from the lower left."""

    text: str
    x: float
    y: float


class Lines(Text):
    """Lines of letters, their baselines one pitch of the style apart.

    Has no state of its own, so that a text which matplotlib made can become one.
    """

    def draw(self, renderer: RendererBase) -> None:
        """Draw each line, or leave it to matplotlib where they are more than that."""
        letters = self._letters()
        if letters is None:
            super().draw(renderer)
            return
        if not self.get_visible():
            return
        renderer.open_group("text", self.get_gid())
        pen = renderer.new_gc()
        pen.set_foreground(to_rgba(self.get_color(), self.get_alpha()), isRGBA=True)
        pen.set_url(self.get_url())
        _, tall = renderer.get_canvas_width_height()
        for line in self._lines(letters, self._dots(None)):
            if isinstance(renderer, RendererAgg):
                _draw_dots(renderer, pen, line, letters=letters)
            else:
                y = tall - line.y if renderer.flipy() else line.y
                font = self.get_fontproperties()
                renderer.draw_text(pen, line.x, y, line.text, font, 0, mtext=self)
        pen.restore()
        renderer.close_group("text")
        self.stale = False

    def get_window_extent(
        self, renderer: RendererBase | None = None, dpi: float | None = None
    ) -> Bbox:
        """The box around all lines, in dots."""
        letters = self._letters()
        if letters is None or not self.get_visible():
            return super().get_window_extent(renderer, dpi)
        dots = self._dots(dpi)
        lines = list(self._lines(letters, dots))
        right = max(one.x + dots * length_of(one.text, letters) for one in lines)
        over = dots * letters.size * _drop(letters)
        under = dots * letters.size * (load_style().type["pitch"] - _drop(letters))
        left = min(one.x for one in lines)
        return Bbox([[left, lines[-1].y - under], [right, lines[0].y + over]])

    def _lines(self, letters: Letters, dots: float) -> Iterator[_Line]:
        across = _ACROSS[self.get_horizontalalignment()]
        is_top = self.get_verticalalignment() == "top"
        first = _drop(letters) if is_top else heights_of(letters.family[0]).over / 2
        left, top = self.get_transform().transform(self.get_unitless_position())
        for number, text in enumerate(self.get_text().split("\n")):
            width = dots * length_of(text, letters)
            below = first + number * load_style().type["pitch"]
            yield _Line(text, left - across * width, top - dots * letters.size * below)

    def _dots(self, dpi: float | None) -> float:
        """How many dots a point is, in the figure as it is being drawn."""
        figure = cast("Figure", self.get_figure(root=True))
        return (dpi or figure.dpi) / 72

    def _letters(self) -> Letters | None:
        """What the lines are set in; None where they are more than lines of letters."""
        font = self.get_fontproperties()
        family, weight = tuple(font.get_family()), font.get_weight()
        is_more = (
            (self.get_clip_on() and (self.get_clip_box() or self.get_clip_path()))
            or (self.get_parse_math() and "$" in self.get_text())
            or self.get_rotation()
            or self.get_wrap()
            or self.get_usetex()
            or self.get_bbox_patch()
            or self.get_path_effects()
            or self.get_verticalalignment() not in ("top", "center_baseline")
            or weight not in ("normal", "bold")
            or font.get_style() != "normal"
        )
        if is_more or not self.get_text() or not all(map(is_installed, family)):
            return None
        return Letters(family, font.get_size_in_points(), weight == "bold")


def write_lines(
    on: FigureBase | Axes,
    at: tuple[float, float],
    lines: Sequence[str],
    **look: Look,
) -> Lines:
    """A text of a figure or axes, made by its own `text`, that is drawn as ours."""
    made = on.text(*at, "\n".join(lines), **look)
    made.__class__ = Lines
    return cast("Lines", made)


@contextmanager
def unhinted() -> Iterator[None]:
    """Letters as wide as they were measured, at any resolution, within the block."""
    if mpl.rcParams["text.hinting"] == "no_hinting":  # to ask is quick, to set is not
        yield
        return
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        yield


def _drop(letters: Letters) -> float:
    """From the upper edge of a line down to its baseline, of the letters' size."""
    over, under = heights_of(letters.family[0])
    return (load_style().type["pitch"] + over - under) / 2


class _Dots(NamedTuple):
    """How dark each dot of a line is, from the lowest row up, and where they begin."""

    dark: np.ndarray
    left: int
    below: int


def _draw_dots(
    renderer: RendererAgg, pen: GraphicsContextBase, line: _Line, *, letters: Letters
) -> None:
    """A line's dots in the pen's colour, its beginning on the nearest whole dot."""
    if not line.text.strip():
        return
    made = _dots_of(line.text, letters, renderer.dpi)
    *colour, alpha = (round(255 * part) for part in pen.get_rgb())
    image = np.empty((*made.dark.shape, 4), np.uint8)
    image[..., :3] = colour
    image[..., 3] = made.dark if alpha == 255 else made.dark * (alpha / 255)
    x, y = round(line.x) + made.left, round(line.y) - made.below
    renderer.draw_image(pen, x, y, image)


@lru_cache(maxsize=_KEPT)
def _dots_of(text: str, letters: Letters, dpi: float) -> _Dots:
    """A line as matplotlib draws it on a sheet of its own."""
    size = letters.size * dpi / 72
    around = ceil(size)
    wide = ceil(length_of(text, letters) * dpi / 72) + 2 * around
    sheet = RendererAgg(wide, 3 * around, dpi)
    pen = sheet.new_gc()
    pen.set_foreground((0.0, 0.0, 0.0, 1.0), isRGBA=True)
    weight = "bold" if letters.bold else "normal"
    font = FontProperties(family=list(letters.family), weight=weight, size=letters.size)
    with unhinted():
        sheet.draw_text(pen, around, 2 * around, text, font, 0)
    dark = np.asarray(sheet.buffer_rgba())[..., 3]
    rows, columns = (np.flatnonzero(dark.any(axis)) for axis in (1, 0))
    (top, bottom), (left, right) = ((at[0], at[-1] + 1) for at in (rows, columns))
    part = dark[top:bottom, left:right][::-1].copy()
    return _Dots(part, int(left) - around, int(bottom) - 2 * around)
