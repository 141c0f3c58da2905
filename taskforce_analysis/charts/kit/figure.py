"""A figure of one or more ordinary axes under a title and over its notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypedDict

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from taskforce_analysis.charts.kit.layout import (
    THEME_AIR,
    Around,
    Block,
    Key,
    Layout,
    Panel,
    around,
    chosen_page,
    foot_height,
    foot_lines,
    key_lines,
    key_rows,
    pages_of,
    starts_of,
    theme_lines,
    title_height,
    title_lines,
)
from taskforce_analysis.charts.kit.scene import Scene
from taskforce_analysis.charts.kit.sheet import Drawing, Picture, Sheet, load_style
from taskforce_analysis.charts.kit.words import note_of, source_of

if TYPE_CHECKING:
    import pandas as pd


# FOLDED charts._titles
#
# The words around a figure: its title, Anm., the marks' meanings and Kilde.


class Wording(TypedDict):
    """What a layout takes from the words."""

    title: str
    foot: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Words:
    """The title and the texts under a figure, in the reader's language."""

    title: str
    shown_title: str
    note: str
    marks: tuple[str, ...]
    source: str
    language: str

    @classmethod
    def of(
        cls,
        scene: Scene,
        *,
        title: str,
        instead: str | None,
        sentences: Sequence[str],
        marks: Sequence[str] = (),
        source: str = "",
    ) -> "Words":
        """The words of a scene; `instead` replaces the title, "" leaves it out."""
        return cls(
            title=instead or title,
            shown_title=title if instead is None else instead,
            note=note_of(scene.language, sentences),
            marks=tuple(marks),
            source=source or source_of(scene.results, scene.language),
            language=scene.language.id,
        )

    def around(self, *, notes: bool = True) -> Wording:
        """Title and foot for a layout; without the notes the foot is empty."""
        foot = (self.note, *self.marks, self.source)
        kept = tuple(text for text in foot if text and notes)
        return {"title": self.shown_title, "foot": kept}

    def drawing(self, *, alt: str, data: "pd.DataFrame", pages: int = 1) -> Drawing:
        """What travels with the figure."""
        return Drawing(
            title=self.title,
            alt=alt,
            note=" ".join([self.note, *self.marks]).strip(),
            source=self.source,
            data=data,
            language=self.language,
            pages=pages,
        )


# FOLDED charts._table
#
# A figure of rows: every text in its place, and empty panels for the marks.
#
# Everything is measured before anything is placed, so that the page grows with the
# rows and no text is cut or meets another. What the panels show is the chart's own
# matter.


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The figure with its texts in place, and where the panels' marks go.

    `lines` has, for each block that is on the page, the heights of its lines on the
    panels' shared axis; `first` is the place of the first of them among all blocks.
    """

    figure: Picture
    axes: tuple[Axes, ...]
    lines: tuple[tuple[float, ...], ...]
    first: int
    pages: int

    @property
    def shown(self) -> slice:
        """Which of the blocks are on this page."""
        return slice(self.first, self.first + len(self.lines))

    def finish(self, words: Words, *, alt: str, data: "pd.DataFrame") -> Picture:
        """The figure with its words and the figures behind it."""
        self.figure.taskforce = words.drawing(alt=alt, data=data, pages=self.pages)
        return self.figure


def place(layout: Layout) -> Placed:
    """Make the figure, put every text in its place and the empty panels beside."""
    measured = around(layout)
    pages = pages_of(layout, load_style().page["height"] - measured.total)
    number = chosen_page(layout.page, len(pages))
    first, last = pages[number] if layout.page else (0, len(layout.blocks))
    starts = starts_of(layout, layout.blocks[first:last])
    sheet = Sheet(measured.total + starts[-1])
    writer = _Writer(sheet, layout, measured)
    writer.write_frame(starts[-1])
    lines = writer.write_blocks(layout.blocks[first:last], starts)
    axes = writer.add_panels(starts[-1], lines)
    return Placed(
        figure=sheet.figure, axes=axes, lines=lines, first=first, pages=len(pages)
    )


@dataclass(frozen=True)
class _Writer:
    """Puts a layout's texts on a sheet; exists to share the three between steps."""

    sheet: Sheet
    layout: Layout
    around: Around

    def write_frame(self, height: float) -> None:
        """Title, legend and headers above the rows, notes below."""
        write_title(self.sheet, self.layout.title)
        write_keys(self.sheet, self.layout.keys, self.around.title)
        bottom = self.around.top - self._ticks
        for at, lines in self.layout.headers():
            top = bottom - len(lines) * load_style().line
            colour = load_style().colours["muted"]
            self.sheet.text((at, top), lines, color=colour, gid="header")
        write_foot(self.sheet, self.layout.foot, self.around.top + height)

    @property
    def _ticks(self) -> float:
        labelled = any(panel.ticks for panel in self.layout.panels)
        return load_style().line + 0.15 if labelled else 0.05

    def write_blocks(
        self, blocks: Sequence[Block], starts: Sequence[float]
    ) -> tuple[tuple[float, ...], ...]:
        """Each block's texts; the heights of its lines below the top of the rows."""
        placed, theme = [], ""
        for block, start in zip(blocks, starts, strict=False):
            self._write_theme(theme_lines(self.layout, block, theme), start)
            theme = block.theme
            placed.append(self._write_block(block, start))
        return tuple(placed)

    def _write_theme(self, lines: Sequence[str], start: float) -> None:
        if not lines:
            return
        colour = load_style().colours["muted"]
        top = self.around.top + start - len(lines) * load_style().line - THEME_AIR
        left, right = self.layout.left, self.layout.right
        self.sheet.rule(top - 0.04, left=left, right=right)
        look = {"fontweight": "bold", "color": colour, "gid": "theme"}
        self.sheet.text((left, top), lines, **look)

    def _write_block(self, block: Block, start: float) -> tuple[float, ...]:
        look = {} if block.strong else {"color": load_style().colours["muted"]}
        label, aside = self.layout.label_lines(block), self.layout.aside_lines(block)
        weight = "bold" if block.strong and len(block.lines) else "normal"
        top = self.around.top + start
        left = self.layout.left
        self.sheet.text((left, top), label, fontweight=weight, gid="label", **look)
        if aside:
            at = (self.layout.columns.aside, top)
            self.sheet.text(at, aside, gid="aside", **look)
        line = load_style().line
        begins = list(
            accumulate(
                self.layout.line_heights(block), initial=start + len(label) * line
            )
        )[:-1]
        for cells, begin in zip(block.lines, begins, strict=True):
            self._write_cells(cells, self.around.top + begin, look)
        return tuple(begin + 0.5 * line for begin in begins)

    def _write_cells(
        self, cells: Sequence[str], top: float, look: dict[str, str]
    ) -> None:
        places = zip(
            self.layout.cell_lines(cells),
            self.layout.columns.cells,
            self.layout.aligned,
            strict=True,
        )
        for lines, edges, side in places:
            at, align = (edges[0], "left") if side == "l" else (edges[1], "right")
            if any(lines):
                self.sheet.text((at, top), lines, ha=align, gid="cell", **look)

    def add_panels(
        self, height: float, lines: Sequence[Sequence[float]]
    ) -> tuple[Axes, ...]:
        """The empty axes, with a light grid behind each block's lines."""
        made = []
        for panel, edges in zip(
            self.layout.panels, self.layout.columns.panels, strict=True
        ):
            size = (edges[1] - edges[0], height)
            axes = self.sheet.axes(edges[0], self.around.top, size)
            dress(axes, panel)
            axes.set_ylim(height, 0)
            axes.set_yticks([])
            grid(axes, panel, lines)
            made.append(axes)
        return tuple(made)


def write_title(sheet: Sheet, title: str) -> None:
    """The title at the top of a sheet."""
    style = load_style()
    if title:
        look = {"fontsize": style.type["title"], "fontweight": "bold", "gid": "title"}
        sheet.text((style.page["margin"], 0.05), title_lines(title), **look)


def write_foot(sheet: Sheet, foot: Sequence[str], top: float) -> None:
    """The notes below `top`, under a thin line."""
    style = load_style()
    left = style.page["margin"]
    if foot:
        sheet.rule(top + 0.05, left=left, right=sheet.width - left)
        look = {"color": style.colours["muted"], "gid": "foot"}
        sheet.text((left, top + 0.13), foot_lines(foot), **look)


def write_keys(sheet: Sheet, keys: Sequence[Key], top: float) -> None:
    """A legend, its entries in as many rows as they take."""
    line = load_style().line + 0.05
    for number, row in enumerate(key_rows(keys)):
        for at, key in row:
            write_key(sheet, key, (at, top + number * line))


def write_key(sheet: Sheet, key: Key, at: tuple[float, float]) -> None:
    """One entry of a legend: a patch and its label."""
    left, top = at
    corner = (left / sheet.width, 1 - (top + 0.31) / sheet.height)
    size = (0.4 / sheet.width, 0.26 / sheet.height)
    patch = Rectangle(corner, *size, transform=sheet.figure.transFigure, **key.look)
    sheet.figure.add_artist(patch)
    sheet.text((left + 0.52, top), [key.label], gid="key")


def dress(axes: Axes, panel: Panel) -> None:
    """Limits, ticks above, and no frame."""
    axes.set_xlim(panel.low, panel.high)
    axes.set_xticks(list(panel.ticks), list(panel.ticks.values()))
    axes.tick_params(axis="x", length=0, pad=2, labeltop=True, labelbottom=False)
    axes.patch.set_alpha(0)
    axes.spines[:].set_visible(False)


def grid(axes: Axes, panel: Panel, lines: Sequence[Sequence[float]]) -> None:
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


# FOLDED charts._single
#
# A figure of one or more ordinary axes under a title and over its notes.


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
