"""How tall everything is, and which rows come on which page.

A theme's heading stays with its first row. Heights are in centimetres from the top of
the rows; the page's own texts (title, headers, legend, notes) come on every page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from taskforce_analysis.charts._layout import Block, Key, Layout
from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._words import width_of, wrap
from taskforce_analysis.errors import wrong_use

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
