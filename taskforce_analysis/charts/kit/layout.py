"""What a figure of rows is made of, and how wide its columns are.

A block is one measure: its label, lines of cells (a line per phase, say) and words to
the right. Columns are as wide as their texts; the panels share what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from taskforce_analysis.charts.kit.sheet import load_style, width_of, wrap
from taskforce_analysis.errors import wrong_use

# FOLDED charts._layout
#
# What a figure of rows is made of, and how wide its columns are.
#
# A block is one measure: its label, lines of cells (a line per phase, say) and words
# to the right. Columns are as wide as their texts; the panels share what is left.


@dataclass(frozen=True, kw_only=True)
class Block:
    """One measure: its label over its lines of cells, and words to the right of it."""

    label: str
    lines: tuple[tuple[str, ...], ...]
    theme: str = ""
    strong: bool = True
    aside: tuple[str, ...] = ()


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
class Key:
    """One entry of a legend: the text and the look of its patch or mark."""

    label: str
    look: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A whole figure of rows; lengths in centimetres.

    `aligned` has l or r for each column of cells; those to the left are wrapped at
    `cell_width`. `aside_width` is the width of the words beside.
    """

    title: str
    foot: tuple[str, ...]
    blocks: tuple[Block, ...]
    panels: tuple[Panel, ...]
    aligned: str = ""
    header: str = ""
    aside_header: str = ""
    aside_width: float = 0.0
    cell_width: float = 2.6
    keys: tuple[Key, ...] = ()
    page: int | None = None

    @property
    def left(self) -> float:
        """Where the page's content begins."""
        return load_style().page["margin"]

    @property
    def right(self) -> float:
        """Where the page's content ends."""
        return load_style().page["width"] - self.left

    @cached_property
    def columns(self) -> "Columns":
        """The columns' edges, measured from all blocks."""
        cells = _cells(self)
        begin = cells[-1][1] if cells else self.left
        aside = self.right - self.aside_width
        end = aside - load_style().page["gap"] if self.aside_width else self.right
        start = begin + load_style().page["gap"]
        return Columns(cells=cells, panels=_panels(self, start, end), aside=aside)

    @property
    def label_room(self) -> float:
        """How wide a label may be."""
        room = self.columns.aside - load_style().page["gap"] if self.aside_width else 0
        return (room or self.right) - self.left

    def label_lines(self, block: Block) -> tuple[str, ...]:
        """The block's label, wrapped."""
        return wrap(block.label, self.label_room, bold=block.strong)

    def cell_lines(self, cells: Sequence[str]) -> list[tuple[str, ...]]:
        """The cells of one line, each wrapped where it stands to the left."""
        return [
            wrap(text, self.cell_width) if side == "l" else (text,)
            for text, side in zip(cells, self.aligned, strict=True)
        ]

    def line_heights(self, block: Block) -> list[float]:
        """How tall each of a block's lines is, in centimetres."""
        return [
            max(map(len, self.cell_lines(cells)), default=1) * load_style().line
            for cells in block.lines
        ]

    def aside_lines(self, block: Block) -> tuple[str, ...]:
        """The words beside the block, wrapped."""
        return tuple(
            line for text in block.aside for line in wrap(text, self.aside_width)
        )

    def headers(self) -> list[tuple[float, tuple[str, ...]]]:
        """The header over each column: where it begins, and its lines."""
        first = self.columns.panels[0][0] if self.columns.panels else self.right
        texts = [(self.left, self.header, first - self.left - 0.1)]
        for panel, (left, right) in zip(self.panels, self.columns.panels, strict=True):
            texts.append((left, panel.header, right - left + 0.3))
        texts.append((self.columns.aside, self.aside_header, self.aside_width))
        return [(at, wrap(text, width)) for at, text, width in texts if text]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The left and right edges of the cells and panels, and where words begin."""

    cells: tuple[tuple[float, float], ...]
    panels: tuple[tuple[float, float], ...]
    aside: float


def _cells(layout: Layout) -> tuple[tuple[float, float], ...]:
    edges: list[tuple[float, float]] = []
    gap = load_style().page["gap"]
    left = layout.left
    for place in range(len(layout.aligned)):
        lines = [
            layout.cell_lines(one)[place] for b in layout.blocks for one in b.lines
        ]
        width = _widest([text for cell in lines for text in cell])
        edges.append((left, left + width))
        left += width + 0.5 * gap
    return tuple(edges)


def _widest(texts: Sequence[str]) -> float:
    return max((width_of(text) for text in texts if text), default=0.0)


def _panels(
    layout: Layout, left: float, right: float
) -> tuple[tuple[float, float], ...]:
    gap = 2.6 * load_style().page["gap"]
    # The outermost tick labels stand half outside their panel.
    last = layout.panels[-1] if layout.panels else None
    spare = width_of(list(last.ticks.values())[-1]) / 2 if last and last.ticks else 0
    spare = spare if not layout.aside_width else 0.0
    room = right - spare - left - gap * (len(layout.panels) - 1)
    parts = sum(panel.weight for panel in layout.panels)
    edges = []
    for panel in layout.panels:
        width = room * panel.weight / parts
        edges.append((left, left + width))
        left += width + gap
    return tuple(edges)


# FOLDED charts._pages
#
# How tall everything is, and which rows come on which page.
#
# A theme's heading stays with its first row. Heights are in centimetres from the top
# of the rows; the page's own texts (title, headers, legend, notes) come on every
# page.

AIR = 0.22
THEME_AIR = 0.12
PATCH = 0.55


def block_height(layout: Layout, block: Block) -> float:
    """How tall one block is, with the air under it."""
    line = load_style().line
    own = len(layout.label_lines(block)) * line + sum(layout.line_heights(block))
    return max(own, len(layout.aside_lines(block)) * line) + AIR


def theme_lines(layout: Layout, block: Block, before: str) -> tuple[str, ...]:
    """The heading that opens a theme, wrapped; empty within a theme."""
    if not block.theme or block.theme == before:
        return ()
    return wrap(block.theme, layout.right - layout.left, bold=True)


def theme_height(layout: Layout, block: Block, before: str) -> float:
    """How tall the heading over a block is; 0 within a theme."""
    lines = len(theme_lines(layout, block, before))
    return lines * load_style().line + 2 * THEME_AIR if lines else 0.0


def starts_of(layout: Layout, blocks: Sequence[Block]) -> list[float]:
    """Where each block's label begins below the top of the rows; then their end."""
    starts, at, theme = [], 0.0, ""
    for block in blocks:
        at += theme_height(layout, block, theme)
        theme = block.theme
        starts.append(at)
        at += block_height(layout, block)
    return [*starts, at]


def pages_of(layout: Layout, room: float) -> list[tuple[int, int]]:
    """The first block and the end of each page, as many as it takes."""
    breaks, at, theme = [0], 0.0, ""
    for place, block in enumerate(layout.blocks):
        own = block_height(layout, block)
        needed = own + theme_height(layout, block, theme)
        if at + needed > room and place > breaks[-1]:
            breaks.append(place)
            at, needed = 0.0, own + theme_height(layout, block, "")
        at += needed
        theme = block.theme
    return list(pairwise([*breaks, len(layout.blocks)]))


def chosen_page(page: int | None, pages: int) -> int:
    """The page's place from 0; UsageError for one that is not there."""
    if page is not None and not 1 <= page <= pages:
        raise wrong_use(f"there is no page {page}", f"Choose a page from 1 to {pages}")
    return (page or 1) - 1


@dataclass(frozen=True, kw_only=True)
class Around:
    """The heights of what stands over and under the rows, in centimetres."""

    title: float
    keys: float
    header: float
    foot: float

    @property
    def top(self) -> float:
        """Where the rows begin."""
        return self.title + self.keys + self.header

    @property
    def total(self) -> float:
        """The height of everything but the rows."""
        return self.top + self.foot


def around(layout: Layout) -> Around:
    """Measure what stands around the rows."""
    line = load_style().line
    headers = max((len(lines) for _, lines in layout.headers()), default=0)
    ticks = line + 0.12 if any(panel.ticks for panel in layout.panels) else 0.0
    keys = key_lines(layout.keys)
    return Around(
        title=title_height(layout.title),
        keys=keys * (line + 0.05) + 0.15 if keys else 0.0,
        header=headers * line + ticks + 0.08,
        foot=foot_height(layout.foot),
    )


def title_lines(title: str) -> tuple[str, ...]:
    """The title, wrapped to the page; empty without one."""
    style = load_style()
    width = style.page["width"] - 2 * style.page["margin"]
    return wrap(title, width, style.type["title"], bold=True) if title else ()


def title_height(title: str) -> float:
    """How tall the title is, with the air under it."""
    style = load_style()
    lines = len(title_lines(title))
    scale = style.type["title"] / style.type["text"]
    return lines * style.line * scale + 0.3 if lines else 0.08


def foot_lines(foot: Sequence[str]) -> list[str]:
    """The texts under the figure, wrapped to the page."""
    page = load_style().page
    width = page["width"] - 2 * page["margin"]
    return [line for text in foot for line in wrap(text, width)]


def foot_height(foot: Sequence[str]) -> float:
    """How tall the texts under the figure are, with the air over them."""
    return len(foot_lines(foot)) * load_style().line + 0.25 if foot else 0.08


def key_rows(keys: Sequence[Key]) -> list[list[tuple[float, Key]]]:
    """The legend's entries in rows, each with where it begins."""
    page = load_style().page
    end = page["width"] - page["margin"] + page["gap"]
    rows: list[list[tuple[float, Key]]] = []
    at = end
    for key in keys:
        width = PATCH + width_of(key.label) + page["gap"]
        if not rows or at + width > end:
            rows.append([])
            at = page["margin"]
        rows[-1].append((at, key))
        at += width
    return rows


def key_lines(keys: Sequence[Key]) -> int:
    """How many rows the legend takes."""
    return len(key_rows(keys))
