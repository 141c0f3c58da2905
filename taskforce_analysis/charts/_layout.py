"""What a figure of rows is made of, and how wide its columns are.

A block is one measure: its label, lines of cells (a line per phase, say) and words to
the right. Columns are as wide as their texts; the panels share what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._words import width_of, wrap


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
