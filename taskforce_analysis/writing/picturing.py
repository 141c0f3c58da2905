"""The report's pictures: a chart drawn page by page, with all that stands around it.

The title becomes the caption, and Anm. and Kilde become text under the picture, so that
the picture itself holds only what must be seen. Its alt text has the figures in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing.blocks import Picture
from taskforce_analysis.writing.texts import plain


@dataclass(frozen=True)
class Drawn:
    """One page of a chart, and the words that belong to it."""

    figure: Any
    title: str
    alt: str
    note: str = ""
    source: str = ""

    def png(self) -> BytesIO:
        """The picture for print, at 300 dots per inch."""
        from taskforce_analysis.writing.figure import png_bytes

        return BytesIO(png_bytes(self.figure))

    def svg(self) -> str:
        """The picture for the screen, its text kept as text."""
        from taskforce_analysis.writing.figure import svg_bytes

        return svg_bytes(self.figure).decode("utf-8")


def drawn_pages(
    block: Picture, results: Results, language: Language
) -> Iterator[Drawn]:
    """The chart's pages, each as high as a page of a report can take.

    The title stands in the caption and the notes below, so the figure has neither.
    """
    from taskforce_analysis.charts import draw_pages

    options = {"title": "", "notes": False, **block.options}
    figures = draw_pages(block.chart, results, language=language, **options)
    for number, figure in enumerate(figures, start=1):
        told: Any = getattr(figure, "taskforce")  # noqa: B009
        of = f" ({number}/{len(figures)})" if len(figures) > 1 else ""
        last = number == len(figures)
        yield Drawn(
            figure=figure,
            title=block.caption + of,
            alt=plain(told.alt),
            note=plain(told.note) if last else "",
            source=plain(told.source) if last else "",
        )
