"""A figure laid out in centimetres from its upper left corner.

Word shows a figure at the width of its text column, so everything is placed there and
nothing is cropped or rescaled afterwards. `Picture` is matplotlib's Figure with the
words that belong to it; it shows itself in a notebook, alt text included.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from taskforce_analysis.charts._style import load_style

if TYPE_CHECKING:
    import pandas as pd

CM_PER_INCH = 2.54


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What belongs to a figure in words and numbers; exists to travel with it.

    `data` holds the figures behind the picture with the reader's column names; `note`
    and `source` stand under the figure. `pages` is how many pages the chart fills.
    """

    title: str
    alt: str
    note: str
    source: str
    data: "pd.DataFrame" = field(repr=False)
    language: str = "da"
    pages: int = 1


class Picture(Figure):
    """A Figure made without pyplot that shows itself in a notebook with its alt text.

    `taskforce` is its Drawing.
    """

    taskforce: Drawing

    def draw(self, renderer: RendererBase) -> None:
        """Draw with the letters as wide as they were measured, at any resolution."""
        with mpl.rc_context({"text.hinting": "no_hinting"}):
            super().draw(renderer)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=150)
        image = b64encode(buffer.getvalue()).decode("ascii")
        alt = self.taskforce.alt if hasattr(self, "taskforce") else ""
        # JupyterLab shows an image/png without its alt text, and an <img> with it.
        html = f'<img alt="{escape(alt)}" src="data:image/png;base64,{image}">'
        shown = {"text/html": html, "image/png": image, "text/plain": alt}
        return shown, {"image/png": {"alt": alt}}


class Sheet:
    """A white page of a fixed size on which texts and axes are placed."""

    def __init__(self, height: float, width: float | None = None) -> None:
        self.width = width or load_style().page["width"]
        self.height = height
        self.figure = Picture(figsize=(self.width / CM_PER_INCH, height / CM_PER_INCH))
        FigureCanvasAgg(self.figure)

    def text(self, at: tuple[float, float], lines: Sequence[str], **look: Any) -> Text:
        """Lines of text with the upper edge of the first at `at` (from left, top)."""
        style = load_style()
        left, top = at
        return self.figure.text(
            left / self.width,
            1 - top / self.height,
            "\n".join(lines),
            va="top",
            **{
                "linespacing": style.type["pitch"],
                "color": style.colours["ink"],
                **look,
            },
        )

    def axes(self, left: float, top: float, size: tuple[float, float]) -> Axes:
        """Axes with the upper left corner at (left, top), of a width and a height."""
        width, height = size
        bottom = self.height - top - height
        box = (
            left / self.width,
            bottom / self.height,
            width / self.width,
            height / self.height,
        )
        return self.figure.add_axes(box)

    def rule(self, top: float, *, left: float, right: float) -> None:
        """A thin level line at so many centimetres from the top."""
        height = 1 - top / self.height
        line = Line2D(
            [left / self.width, right / self.width],
            [height, height],
            color=load_style().colours["rule"],
            linewidth=0.7,
        )
        self.figure.add_artist(line)
