"""The paper that a figure is laid out on, in centimetres from its upper left corner.

Word shows a figure at the width of its text column, so everything is placed there and
nothing is cropped or rescaled afterwards. Around every figure stand the same things:
title and legend above, notes below. A figure of ordinary axes begins with
`captioned_paper`; a figure of rows is placed by `rows`.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, cast

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from taskforce_analysis.charts.kit.lettering import Look, unhinted, write_lines
from taskforce_analysis.charts.kit.style import CM_PER_INCH, load_style, width_of, wrap
from taskforce_analysis.charts.kit.words import Caption, Drawing
from taskforce_analysis.errors import wrong_use

if TYPE_CHECKING:
    import pandas as pd

_PATCH = 0.55  # from a legend's patch to its label


class PageFigure(Figure):
    """A Figure made without pyplot that shows itself in a notebook with its alt text.

    `taskforce` is its Drawing.
    """

    taskforce: Drawing

    def draw(self, renderer: RendererBase) -> None:
        """Draw with the letters as wide as they were measured, at any resolution."""
        with unhinted():
            super().draw(renderer)

    def _repr_mimebundle_(
        self, **_: object
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=150)
        image = b64encode(buffer.getvalue()).decode("ascii")
        alt = self.taskforce.alt if hasattr(self, "taskforce") else ""
        # JupyterLab shows an image/png without its alt text, and an <img> with it.
        html = f'<img alt="{escape(alt)}" src="data:image/png;base64,{image}">'
        shown = {"text/html": html, "image/png": image, "text/plain": alt}
        return shown, {"image/png": {"alt": alt}}


_WITHIN: ContextVar[SubFigure | None] = ContextVar("within", default=None)


@contextmanager
def within(subfigure: SubFigure | None) -> Iterator[None]:
    """Charts made in the block are laid out in a part of the reader's own figure."""
    token = _WITHIN.set(subfigure)
    try:
        yield
    finally:
        _WITHIN.reset(token)


class Paper:
    """A white page of a fixed size on which texts and axes are placed."""

    def __init__(self, height: float) -> None:
        self.width = load_style().page["width"]
        self.height = height
        own = _WITHIN.get()
        if own is None:
            size = (self.width / CM_PER_INCH, height / CM_PER_INCH)
            self.figure = PageFigure(figsize=size)
            FigureCanvasAgg(self.figure)
        else:
            # A part of a figure is written on as a whole one is.
            self.figure = cast("PageFigure", own)

    def text(self, at: tuple[float, float], lines: Sequence[str], **look: Look) -> Text:
        """Lines of text with the upper edge of the first at `at` (from left, top)."""
        style, (left, top) = load_style(), at
        at = (left / self.width, 1 - top / self.height)
        look = {"va": "top", "color": style.colours["ink"], **look}
        return write_lines(self.figure, at, lines, **look)

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

    def box(
        self, left: float, bottom: float, size: tuple[float, float], **look: Look
    ) -> None:
        """A rectangle with the lower left corner at (left, bottom)."""
        width, height = size
        self.figure.add_artist(
            Rectangle(
                (left / self.width, 1 - bottom / self.height),
                width / self.width,
                height / self.height,
                transform=self.figure.transSubfigure,
                **look,
            )
        )


def title_height(title: str) -> float:
    """How tall the title is, with the air under it."""
    style = load_style()
    lines = len(_title_lines(title))
    scale = style.type["title"] / style.type["text"]
    return lines * style.line * scale + 0.3 if lines else 0.08


def write_title(paper: Paper, title: str) -> None:
    """The title at the top of the paper."""
    style = load_style()
    if title:
        look = {"fontsize": style.type["title"], "fontweight": "bold", "gid": "title"}
        paper.text((style.page["margin"], 0.05), _title_lines(title), **look)


def _title_lines(title: str) -> tuple[str, ...]:
    style = load_style()
    width = style.page["width"] - 2 * style.page["margin"]
    return wrap(title, width, style.type["title"], bold=True) if title else ()


@dataclass(frozen=True, kw_only=True)
class LegendKey:
    """One entry of a legend: its text and the look of its patch."""

    label: str
    look: Mapping[str, Look]


def legend_height(keys: Sequence[LegendKey]) -> float:
    """How tall the legend is, with the air under it; 0 without one."""
    return len(_legend_rows(keys)) * (load_style().line + 0.05) + (0.15 if keys else 0)


def write_legend(paper: Paper, keys: Sequence[LegendKey], top: float) -> None:
    """Each patch with its label, in as many rows as they take."""
    line = load_style().line + 0.05
    for number, row in enumerate(_legend_rows(keys)):
        for left, key in row:
            at = top + number * line
            paper.box(left, at + 0.31, (0.4, 0.26), **key.look)
            paper.text((left + 0.52, at), [key.label], gid="key")


def _legend_rows(keys: Sequence[LegendKey]) -> list[list[tuple[float, LegendKey]]]:
    """The entries in rows, each with where it begins."""
    page = load_style().page
    end = page["width"] - page["margin"] + page["gap"]
    rows: list[list[tuple[float, LegendKey]]] = []
    at = end
    for key in keys:
        width = _PATCH + width_of(key.label) + page["gap"]
        if not rows or at + width > end:
            rows.append([])
            at = page["margin"]
        rows[-1].append((at, key))
        at += width
    return rows


def foot_height(foot: Sequence[str]) -> float:
    """How tall the texts under the figure are, with the air over them."""
    return len(_foot_lines(foot)) * load_style().line + 0.25 if foot else 0.08


def write_foot(paper: Paper, foot: Sequence[str], top: float) -> None:
    """The notes below `top`, under a thin line."""
    style = load_style()
    left = style.page["margin"]
    if foot:
        paper.rule(top + 0.05, left=left, right=paper.width - left)
        look = {"color": style.colours["muted"], "gid": "foot"}
        paper.text((left, top + 0.13), _foot_lines(foot), **look)


def _foot_lines(foot: Sequence[str]) -> list[str]:
    page = load_style().page
    width = page["width"] - 2 * page["margin"]
    return [line for text in foot for line in wrap(text, width)]


@dataclass(frozen=True, kw_only=True)
class CaptionedPaper:
    """Paper with its caption and legend in place, and where its own content begins."""

    paper: Paper
    top: float
    caption: Caption

    def finish(self, *, alt: str, data: "pd.DataFrame", pages: int = 1) -> PageFigure:
        """The figure with its words and the figures behind it.

        A part of the reader's own figure carries them; it is what is handed out.
        """
        figure = self.paper.figure
        figure.taskforce = self.caption.drawing(alt=alt, data=data, pages=pages)
        return figure


def captioned_paper(
    caption: Caption,
    height: float,
    *,
    notes: bool,
    keys: Sequence[LegendKey] = (),
) -> CaptionedPaper:
    """Paper with room for a content of so many centimetres."""
    foot = caption.foot(notes=notes)
    above = title_height(caption.shown_title)
    top = above + legend_height(keys)
    paper = Paper(top + height + foot_height(foot))
    write_title(paper, caption.shown_title)
    write_legend(paper, keys, above)
    write_foot(paper, foot, top + height)
    return CaptionedPaper(paper=paper, top=top, caption=caption)


def height_around(
    caption: Caption, *, notes: bool, keys: Sequence[LegendKey] = ()
) -> float:
    """How tall everything but the content is."""
    above = title_height(caption.shown_title) + legend_height(keys)
    return above + foot_height(caption.foot(notes=notes))


def plain_axes(axes: Axes) -> None:
    """A light grid and no frame but the lower one."""
    colours = load_style().colours
    axes.grid(color=colours["grid"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=5)
    axes.spines[["top", "right", "left"]].set_visible(False)


def figure_of(axes: Axes) -> Figure:
    """The figure that axes belong to."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def chosen_page(page: int | None, pages: int) -> int:
    """The page's place from 0; UsageError for one that is not there."""
    if page is not None and not 1 <= page <= pages:
        raise wrong_use(f"there is no page {page}", f"Choose a page from 1 to {pages}")
    return (page or 1) - 1
