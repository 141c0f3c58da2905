"""The report's pictures: a chart drawn page by page, with all that stands around it.

The title becomes the caption, and Anm. and Kilde become text under the picture, so that
the picture itself holds only what must be seen. Its alt text has the figures in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from taskforce_analysis.charts import draw_pages, drawing_of, has_drawing
from taskforce_analysis.disclosing import disclose
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


class Pictures:
    """The pictures of some results in a language, fit for publication.

    Each is drawn once, however many papers of a set show it, for drawing takes most of
    a report's time; `write(..., pictures=...)` hands them from one paper to the next.
    """

    def __init__(self, results: Results, language: Language) -> None:
        self._results, self._language = disclose(results), language
        self._kept: dict[str, list[Drawn]] = {}

    def pages(self, block: Picture) -> list[Drawn]:
        """The chart's pages, each as high as a page of a report can take.

        The title stands in the caption and the notes below; the figure has neither.
        """
        key = repr(block)
        if key not in self._kept:
            self._kept[key] = list(_drawn(block, self._results, self._language))
        return self._kept[key]


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
