"""The report's pictures: a chart drawn page by page, with all that stands around it.

The title becomes the caption, and Anm. and Kilde become text under the picture, so that
the picture itself holds only what must be seen. Its alt text has the figures in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from taskforce_analysis.charts import draw_pages, drawing_of, has_drawing
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.reporting.blocks import Picture
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.figure import csv_bytes, png_bytes, svg_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawn:
    """One page of a chart, and the words that belong to it."""

    figure: "Figure"
    title: str
    alt: str
    note: str = ""
    source: str = ""

    def png(self) -> BytesIO:
        """The picture for print, at 300 dots per inch."""
        return BytesIO(png_bytes(self.figure))

    def svg(self) -> str:
        """The picture for the screen, its text kept as text."""
        return svg_bytes(self.figure).decode("utf-8")

    def numbers(self) -> str:
        """The figures behind the picture as text: another picture has others."""
        if not has_drawing(self.figure):
            return ""
        told = drawing_of(self.figure)
        return csv_bytes(told.data, load_language(told.language)).decode("utf-8")


_KEPT: ContextVar[dict[tuple[Results, str, str], list[Drawn]] | None] = ContextVar(
    "kept", default=None
)


@contextmanager
def drawn_once() -> Iterator[None]:
    """As long as the block lasts, a picture that several writers show is drawn once."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def drawn_pages(block: Picture, results: Results, language: Language) -> list[Drawn]:
    """The chart's pages, each as high as a page of a report can take.

    The title stands in the caption and the notes below, so the figure has neither.
    """
    kept = _KEPT.get()
    if kept is None:
        return list(_drawn(block, results, language))
    key = (results, language.id, repr(block))
    if key not in kept:
        kept[key] = list(_drawn(block, results, language))
    return kept[key]


def _drawn(block: Picture, results: Results, language: Language) -> Iterator[Drawn]:
    options = {"title": "", "notes": False, **block.options}
    figures = draw_pages(block.chart, results, language=language, **options)
    for number, figure in enumerate(figures, start=1):
        told = drawing_of(figure)
        of = f" ({number}/{len(figures)})" if len(figures) > 1 else ""
        last = number == len(figures)
        yield Drawn(
            figure=figure,
            title=block.caption + of,
            alt=plain(told.alt),
            note=plain(told.note) if last else "",
            source=plain(told.source) if last else "",
        )
