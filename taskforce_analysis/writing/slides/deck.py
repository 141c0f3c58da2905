"""A presentation being filled: a title slide, slides with a chart, slides with text."""

from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.util import Cm, Emu, Pt

from taskforce_analysis.languages import Language
from taskforce_analysis.writing.atomic import whole_file
from taskforce_analysis.writing.packaging import made_at, repack
from taskforce_analysis.writing.slides.charts import SlideChart
from taskforce_analysis.writing.slides.looks import colour_series, write_labels
from taskforce_analysis.writing.slides.workbook import (
    PlainChartData,
    settled_workbook,
)

_WIDTH, _HEIGHT, _MARGIN = Cm(33.87), Cm(19.05), Cm(1.6)
_INSIDE = Emu(_WIDTH - 2 * _MARGIN)
_TITLE_ONLY = 5  # the number of a layout of python-pptx's own template
_GRID = RGBColor(0xE3, 0xE3, 0xE3)
_FULL = 1100  # signs that fit on a slide in large type
_SPOKEN = {"da": MSO_LANGUAGE_ID.DANISH, "en": MSO_LANGUAGE_ID.ENGLISH_UK}


class Deck:
    """The presentation; exists so that each slide is one call."""

    def __init__(self, title: str, author: str, language: Language) -> None:
        self.title, self.language = title, language
        self.presentation = Presentation()
        self.presentation.slide_width = _WIDTH
        self.presentation.slide_height = _HEIGHT
        properties = self.presentation.core_properties
        properties.title, properties.author = title[:255], author[:255]
        properties.last_modified_by, properties.language = author[:255], language.id
        properties.created = properties.modified = made_at().replace(tzinfo=None)
        properties.revision = 1

    def opening(self, subtitle: str, lines: list[str]) -> None:
        """The first slide: title, subtitle, and what was measured."""
        slide = self._slide(self.title, size=32)
        self._lines(slide, [subtitle, *lines], top=Cm(4.5), size=20)

    def text(self, title: str, lines: list[str]) -> None:
        """A slide with one line per item."""
        slide = self._slide(title)
        size = 18 if sum(map(len, lines)) < _FULL else 12
        marked = [f"\u2022 {line}" for line in lines]
        self._lines(slide, marked, top=Cm(3.2), size=size)

    def chart(self, chart: SlideChart) -> None:
        """A slide with a native chart, a line under it, and notes."""
        slide = self._slide(chart.title)
        place = (_MARGIN, Cm(3), _INSIDE, Cm(12.3))
        frame = slide.shapes.add_chart(_kind(chart), *place, _data(chart))
        described = frame._element.nvGraphicFramePr.cNvPr  # noqa: SLF001
        described.set("descr", chart.alt)
        described.set("title", chart.title)
        _look(frame.chart, chart)
        embedded = frame.chart.part.chart_workbook.xlsx_part
        frame.chart.part.chart_workbook.update_from_xlsx_blob(
            settled_workbook(embedded.blob)
        )
        self._lines(slide, [chart.under], top=Cm(15.5), size=14)
        notes = [*chart.notes, self.language.word("pptx.notes")]
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)

    def save(self, path: Path) -> None:
        """Save whole, with fixed times."""
        with whole_file(path) as temporary:
            buffer = BytesIO()
            self.presentation.save(buffer)
            raw = temporary.with_suffix(".raw")
            raw.write_bytes(buffer.getvalue())
            repack(raw, temporary)
            raw.unlink()

    def _slide(self, title: str, *, size: float = 26) -> Any:
        layout = self.presentation.slide_layouts[_TITLE_ONLY]
        slide = self.presentation.slides.add_slide(layout)
        shape: Any = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (
            _MARGIN,
            Cm(0.8),
            _INSIDE,
            Cm(2),
        )
        self._write(shape.text_frame, [title], size=size, bold=True)
        return slide

    def _lines(self, slide: Any, lines: list[str], *, top: int, size: float) -> None:
        height = Emu(_HEIGHT - top - Cm(0.8))
        box = slide.shapes.add_textbox(_MARGIN, top, _INSIDE, height)
        self._write(box.text_frame, lines, size=size)

    def _write(
        self, frame: Any, lines: list[str], *, size: float, bold: bool = False
    ) -> None:
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2)
            run = paragraph.add_run()
            run.text, run.font.size, run.font.bold = line, Pt(size), bold
            run.font.language_id = _SPOKEN.get(self.language.id, MSO_LANGUAGE_ID.DANISH)
            if bold:
                paragraph.alignment = 1


def _kind(chart: SlideChart) -> XL_CHART_TYPE:
    return XL_CHART_TYPE.BAR_STACKED if chart.stacked else XL_CHART_TYPE.BAR_CLUSTERED


def _data(chart: SlideChart) -> PlainChartData:
    data = PlainChartData(number_format=chart.number_format)
    data.categories = list(chart.categories)
    for one in chart.series:
        data.add_series(one.name, one.values)
    return data


def _look(native: Any, chart: SlideChart) -> None:
    native.font.size = Pt(14)
    native.has_title = False
    native.has_legend = True
    native.legend.position = XL_LEGEND_POSITION.BOTTOM
    native.legend.include_in_layout = False
    native.category_axis.reverse_order = True  # the first measure stands uppermost
    native.category_axis.tick_labels.font.size = Pt(13)
    values = native.value_axis
    values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    values.minimum_scale, values.has_title = 0, True
    values.axis_title.text_frame.text = chart.axis
    values.major_gridlines.format.line.width = Pt(0.5)
    values.major_gridlines.format.line.color.rgb = _GRID
    if not chart.stacked:
        values.maximum_scale, values.major_unit = 1, 0.2
    else:
        values.major_unit = 1
    values.tick_labels.number_format = chart.number_format
    values.tick_labels.number_format_is_linked = False
    colour_series(native, chart)
    write_labels(native, chart)
