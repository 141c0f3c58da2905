"""How the slides' charts look: the phases' own colours, and counts as labels."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LABEL_POSITION
from pptx.util import Pt

from taskforce_analysis.charts._style import load_style, readable_on
from taskforce_analysis.writing.slides.charts import SlideChart

_DARK = "#1A1A1A"


def colour_series(native: Any, chart: SlideChart) -> None:
    """Two phases in the figures' two colours; verdicts from dark to white."""
    for series, colour in zip(native.plots[0].series, colours(chart), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#"))
        series.format.line.color.rgb = RGBColor.from_string(_DARK.lstrip("#"))
        series.format.line.width = Pt(0.5)
    native.plots[0].gap_width = 60
    native.plots[0].overlap = 100 if chart.stacked else 0


def write_labels(native: Any, chart: SlideChart) -> None:
    """Each bar's count, as text that stands beside it or inside it."""
    shades = colours(chart)
    for number, series in enumerate(native.plots[0].series):
        told = chart.series[number]
        for at, value in enumerate(told.values):
            if value is not None:
                label = series.points[at].data_label
                label.position = _position(chart)
                colour = readable_on(shades[number]) if chart.stacked else _DARK
                _write(label.text_frame, told.labels[at], colour)


def colours(chart: SlideChart) -> list[str]:
    """The colour of each series, as #RRGGBB."""
    style = load_style()
    if not chart.stacked:
        return [style.before.colour, style.after.colour]
    dark, light = style.after.colour, style.before.colour
    order = [dark, light, "#C9C9C9", "#E8E8E8", "#FFFFFF"]
    return [order[place] for place in chart.ranks]


def _position(chart: SlideChart) -> XL_LABEL_POSITION:
    inside = XL_LABEL_POSITION.CENTER
    return inside if chart.stacked else XL_LABEL_POSITION.OUTSIDE_END


def _write(frame: Any, text: str, colour: str) -> None:
    run = frame.paragraphs[0].add_run()
    run.text, run.font.size = text, Pt(13)
    run.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
