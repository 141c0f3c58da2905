"""A figure of rows: every text in its place, and empty panels for the marks.

A row has the texts of one measure: its label, lines of cells under it (a line per
phase, say) and words to the right. Columns are as wide as their texts; the panels share
what is left. Everything is measured before anything is placed, so that the page grows
with the rows and no text is cut or meets another. A theme's heading stays with its
first row; title, headers, legend and notes come on every page. What the panels show is
the chart's own matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from taskforce_analysis.charts.kit.paper import (
    LegendKey,
    PageFigure,
    Paper,
    chosen_page,
    foot_height,
    legend_height,
    title_height,
    write_foot,
    write_legend,
    write_title,
)
from taskforce_analysis.charts.kit.scene import MeasureRow, Scene
from taskforce_analysis.charts.kit.style import load_style, width_of, wrap
from taskforce_analysis.charts.kit.words import Caption, rate_cells

if TYPE_CHECKING:
    import pandas as pd

ASIDE = 3.75  # the width of the verdict's words: two lines for the longest
_AIR = 0.22  # under each row
_THEME_AIR = 0.12  # over and under a theme's heading


@dataclass(frozen=True, kw_only=True)
class RowTexts:
    """The texts of one row: a label over its lines of cells, and words to the right."""

    label: str
    lines: tuple[tuple[str, ...], ...]
    theme: str = ""
    strong: bool = True
    aside: tuple[str, ...] = ()


def rate_texts(row: MeasureRow, scene: Scene, aside: tuple[str, ...] = ()) -> RowTexts:
    """A measure with a line per phase: its label, the count and the percentage."""
    cells = [rate_cells(rate, scene.language) for rate in row.rates]
    lines = zip(scene.labels, cells, strict=True)
    return RowTexts(
        label=row.label,
        theme=row.theme,
        strong=row.primary,
        lines=tuple((label, *cell) for label, cell in lines),
        aside=aside,
    )


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One pair of axes beside the rows: header, limits, and ticks with their labels.

    `weight` is its part of the width that the panels share.
    """

    header: str
    low: float
    high: float
    ticks: Mapping[float, str]
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class RowsLayout:
    """A whole figure of rows, and how it is measured; lengths in centimetres.

    `aligned` has l or r for each column of cells; those to the left are wrapped at
    `cell_width`. `aside_width` is the width of the words beside. Without `page` all
    rows stand on one page, as tall as it takes.
    """

    caption: Caption
    notes: bool
    rows: tuple[RowTexts, ...]
    panels: tuple[Panel, ...]
    aligned: str = ""
    header: str = ""
    aside_header: str = ""
    aside_width: float = 0.0
    cell_width: float = 2.6
    keys: tuple[LegendKey, ...] = ()
    page: int | None = None

    # Across: where the columns begin and end.

    @property
    def left(self) -> float:
        """Where the page's content begins."""
        return load_style().page["margin"]

    @property
    def right(self) -> float:
        """Where the page's content ends."""
        return load_style().page["width"] - self.left

    @property
    def aside_left(self) -> float:
        """Where the words beside the rows begin."""
        return self.right - self.aside_width

    @property
    def body_right(self) -> float:
        """Where labels and panels end."""
        gap = load_style().page["gap"]
        return self.aside_left - gap if self.aside_width else self.right

    @cached_property
    def cell_edges(self) -> tuple[tuple[float, float], ...]:
        """The left and right edge of each column of cells, as wide as its texts."""
        edges: list[tuple[float, float]] = []
        gap, left = load_style().page["gap"], self.left
        for column in range(len(self.aligned)):
            cells = [
                self.cell_lines(one)[column] for row in self.rows for one in row.lines
            ]
            widths = (width_of(text) for cell in cells for text in cell if text)
            width = max(widths, default=0.0)
            edges.append((left, left + width))
            left += width + 0.5 * gap
        return tuple(edges)

    @cached_property
    def panel_edges(self) -> tuple[tuple[float, float], ...]:
        """The left and right edge of each panel: they share what is left."""
        gap = load_style().page["gap"]
        left = (self.cell_edges[-1][1] if self.cell_edges else self.left) + gap
        gap *= 2.6
        spare = 0.0
        if self.panels and self.panels[-1].ticks and not self.aside_width:
            # The outermost tick label stands half outside its panel.
            spare = width_of(list(self.panels[-1].ticks.values())[-1]) / 2
        room = self.body_right - spare - left - gap * (len(self.panels) - 1)
        parts = sum(panel.weight for panel in self.panels)
        edges = []
        for panel in self.panels:
            width = room * panel.weight / parts
            edges.append((left, left + width))
            left += width + gap
        return tuple(edges)

    # Each text in its lines.

    def label_lines(self, row: RowTexts) -> tuple[str, ...]:
        """The row's label, wrapped."""
        return wrap(row.label, self.body_right - self.left, bold=row.strong)

    def cell_lines(self, cells: Sequence[str]) -> list[tuple[str, ...]]:
        """The cells of one line, each wrapped where it stands to the left."""
        return [
            wrap(text, self.cell_width) if side == "l" else (text,)
            for text, side in zip(cells, self.aligned, strict=True)
        ]

    def aside_lines(self, row: RowTexts) -> tuple[str, ...]:
        """The words beside the row, wrapped."""
        return tuple(
            line for text in row.aside for line in wrap(text, self.aside_width)
        )

    def theme_lines(self, row: RowTexts, before: str) -> tuple[str, ...]:
        """The heading that opens a theme, wrapped; empty within a theme."""
        if not row.theme or row.theme == before:
            return ()
        return wrap(row.theme, self.right - self.left, bold=True)

    def headers(self) -> list[tuple[float, tuple[str, ...]]]:
        """The header over each column: where it begins, and its lines."""
        first = self.panel_edges[0][0] if self.panel_edges else self.right
        texts = [(self.left, self.header, first - self.left - 0.1)]
        for panel, (left, right) in zip(self.panels, self.panel_edges, strict=True):
            texts.append((left, panel.header, right - left + 0.3))
        texts.append((self.aside_left, self.aside_header, self.aside_width))
        return [(at, wrap(text, width)) for at, text, width in texts if text]

    # Down: how tall everything is.

    def line_heights(self, row: RowTexts) -> list[float]:
        """How tall each of a row's lines of cells is."""
        return [
            max(map(len, self.cell_lines(cells)), default=1) * load_style().line
            for cells in row.lines
        ]

    def row_height(self, row: RowTexts) -> float:
        """How tall one row is, with the air under it."""
        line = load_style().line
        own = len(self.label_lines(row)) * line + sum(self.line_heights(row))
        return max(own, len(self.aside_lines(row)) * line) + _AIR

    def theme_height(self, row: RowTexts, before: str) -> float:
        """How tall the heading over a row is; 0 within a theme."""
        lines = len(self.theme_lines(row, before))
        return lines * load_style().line + 2 * _THEME_AIR if lines else 0.0

    def starts(self, rows: Sequence[RowTexts]) -> list[float]:
        """Where each row's label begins below the top of the rows; then their end."""
        starts, at, theme = [], 0.0, ""
        for row in rows:
            at += self.theme_height(row, theme)
            theme = row.theme
            starts.append(at)
            at += self.row_height(row)
        return [*starts, at]

    @cached_property
    def foot(self) -> tuple[str, ...]:
        """What stands under the rows."""
        return self.caption.foot(notes=self.notes)

    @property
    def is_ticked(self) -> bool:
        """Whether any panel has labels at its ticks."""
        return any(panel.ticks for panel in self.panels)

    @cached_property
    def keys_top(self) -> float:
        """Where the legend begins."""
        return title_height(self.caption.shown_title)

    @cached_property
    def top(self) -> float:
        """Where the rows begin."""
        line = load_style().line
        headers = max((len(lines) for _, lines in self.headers()), default=0)
        ticks = line + 0.12 if self.is_ticked else 0.0
        own = headers * line + ticks + 0.08
        return self.keys_top + legend_height(self.keys) + own

    @property
    def around(self) -> float:
        """The height of everything but the rows."""
        return self.top + foot_height(self.foot)

    def pages(self) -> list[tuple[int, int]]:
        """The first row and the end of each page, as many as it takes."""
        room = load_style().page["height"] - self.around
        breaks, at, theme = [0], 0.0, ""
        for place, row in enumerate(self.rows):
            own = self.row_height(row)
            needed = own + self.theme_height(row, theme)
            if at + needed > room and place > breaks[-1]:
                breaks.append(place)
                at, needed = 0.0, own + self.theme_height(row, "")
            at += needed
            theme = row.theme
        return list(pairwise([*breaks, len(self.rows)]))


@dataclass(frozen=True, kw_only=True)
class PlacedRows:
    """The figure with its texts in place, and where the panels' marks go.

    `lines` has, for each row that is on the page, the heights of its lines on the
    panels' shared axis; `first` is the place of the first of them among all rows.
    """

    figure: PageFigure
    caption: Caption
    axes: tuple[Axes, ...]
    lines: tuple[tuple[float, ...], ...]
    first: int
    pages: int

    @property
    def shown(self) -> slice:
        """Which of the rows are on this page."""
        return slice(self.first, self.first + len(self.lines))

    def finish(self, *, alt: str, data: "pd.DataFrame") -> PageFigure:
        """The figure with its words and the figures behind it."""
        drawing = self.caption.drawing(alt=alt, data=data, pages=self.pages)
        self.figure.taskforce = drawing
        return self.figure


def place_rows(layout: RowsLayout) -> PlacedRows:
    """Make the figure, put every text in its place and the empty panels beside."""
    pages = layout.pages()
    number = chosen_page(layout.page, len(pages))
    first, last = pages[number] if layout.page else (0, len(layout.rows))
    rows = layout.rows[first:last]
    *starts, height = layout.starts(rows)
    writer = _Writer(Paper(layout.around + height), layout, height)
    writer.write_around()
    lines, theme = [], ""
    for row, start in zip(rows, starts, strict=True):
        writer.write_theme(layout.theme_lines(row, theme), start)
        lines.append(writer.write_row(row, start))
        theme = row.theme
    return PlacedRows(
        figure=writer.paper.figure,
        caption=layout.caption,
        axes=writer.add_panels(lines),
        lines=tuple(lines),
        first=first,
        pages=len(pages),
    )


@dataclass(frozen=True)
class _Writer:
    """Puts a layout's texts on paper; exists to share the three between the steps."""

    paper: Paper
    layout: RowsLayout
    height: float

    def write_around(self) -> None:
        """Title, legend and headers above the rows, notes below."""
        layout, line = self.layout, load_style().line
        colour = load_style().colours["muted"]
        write_title(self.paper, layout.caption.shown_title)
        write_legend(self.paper, layout.keys, layout.keys_top)
        bottom = layout.top - (line + 0.15 if layout.is_ticked else 0.05)
        for at, lines in layout.headers():
            top = bottom - len(lines) * line
            self.paper.text((at, top), lines, color=colour, gid="header")
        write_foot(self.paper, layout.foot, layout.top + self.height)

    def write_theme(self, lines: Sequence[str], start: float) -> None:
        """The heading that opens a theme, under a thin line."""
        if not lines:
            return
        left, right = self.layout.left, self.layout.right
        top = self.layout.top + start - len(lines) * load_style().line - _THEME_AIR
        self.paper.rule(top - 0.04, left=left, right=right)
        look = {"fontweight": "bold", "color": load_style().colours["muted"]}
        self.paper.text((left, top), lines, gid="theme", **look)

    def write_row(self, row: RowTexts, start: float) -> tuple[float, ...]:
        """One row's texts; the heights of its lines below the top of the rows."""
        layout, line = self.layout, load_style().line
        look = {} if row.strong else {"color": load_style().colours["muted"]}
        weight = "bold" if row.strong and len(row.lines) else "normal"
        label, aside = layout.label_lines(row), layout.aside_lines(row)
        at = (layout.left, layout.top + start)
        self.paper.text(at, label, fontweight=weight, gid="label", **look)
        if aside:
            at = (layout.aside_left, layout.top + start)
            self.paper.text(at, aside, gid="aside", **look)
        first, heights = start + len(label) * line, layout.line_heights(row)
        begins = list(accumulate(heights, initial=first))[:-1]
        for cells, begin in zip(row.lines, begins, strict=True):
            self._write_cells(cells, layout.top + begin, look)
        return tuple(begin + 0.5 * line for begin in begins)

    def _write_cells(
        self, cells: Sequence[str], top: float, look: Mapping[str, str]
    ) -> None:
        layout = self.layout
        columns = zip(
            layout.cell_lines(cells), layout.cell_edges, layout.aligned, strict=True
        )
        for lines, (left, right), side in columns:
            at, align = (left, "left") if side == "l" else (right, "right")
            if any(lines):
                self.paper.text((at, top), lines, ha=align, gid="cell", **look)

    def add_panels(self, lines: Sequence[Sequence[float]]) -> tuple[Axes, ...]:
        """The empty axes, with a light grid behind each row's lines."""
        made, layout = [], self.layout
        for panel, (left, right) in zip(layout.panels, layout.panel_edges, strict=True):
            axes = self.paper.axes(left, layout.top, (right - left, self.height))
            axes.set_xlim(panel.low, panel.high)
            axes.set_xticks(list(panel.ticks), list(panel.ticks.values()))
            axes.tick_params(
                axis="x", length=0, pad=2, labeltop=True, labelbottom=False
            )
            axes.patch.set_alpha(0)
            axes.spines[:].set_visible(False)
            axes.set_ylim(self.height, 0)
            axes.set_yticks([])
            _draw_grid(axes, panel, lines)
            made.append(axes)
        return tuple(made)


def _draw_grid(axes: Axes, panel: Panel, lines: Sequence[Sequence[float]]) -> None:
    """Level lines at the ticks, only behind the lines, so that no label is crossed."""
    half = 0.5 * load_style().line
    spans = [(min(one) - half, max(one) + half) for one in lines if len(one)]
    for tick in panel.ticks:
        if spans:
            axes.vlines(
                [tick] * len(spans),
                [top for top, _ in spans],
                [bottom for _, bottom in spans],
                colors=load_style().colours["grid"],
                linewidth=0.8,
                zorder=0.5,
                gid="grid",
            )
