"""A native Excel chart of both phases' rates with their intervals as error bars."""

from typing import Any

from taskforce_analysis.writing.sheets.records import Sheet

_FILLS = ({"color": "#C9D6E8"}, {"color": "#1F4E79"})
_EDGE = {"color": "#1F2A44", "width": 0.75}
_PIXELS_PER_ROW, _PIXELS_AROUND, _WIDTH = 44, 120, 900


def add_chart(book: Any, page: Any, sheet: Sheet, *, first: int, alt: str) -> None:
    """Put the chart beside the sheet's table, whose headings are in row `first`."""
    chart = book.add_chart({"type": "bar"})
    for number, fill in enumerate(_FILLS):
        chart.add_series({**_series(sheet, first, 1 + 3 * number), "fill": fill})
    chart.set_title({"name": sheet.title, "name_font": {"size": 11}, "overlay": False})
    lines = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}}
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": lines})
    chart.set_y_axis(
        {
            "reverse": True,
            "label_position": "low",
            "major_gridlines": {"visible": False},
        }
    )
    chart.set_legend({"position": "top"})
    height = _PIXELS_AROUND + _PIXELS_PER_ROW * len(sheet.rows)
    chart.set_size({"width": _WIDTH, "height": height})
    page.insert_chart(
        first, len(sheet.fields) + 1, chart, {"description": f"{sheet.title}. {alt}"}
    )


def _series(sheet: Sheet, first: int, rate: int) -> dict[str, Any]:
    """One phase: the rates in column `rate`, its bars' lengths in the next two."""
    rows = (first + 1, first + len(sheet.rows))
    bars = {
        "type": "custom",
        "minus_values": _range(sheet.name, rows, rate + 1),
        "plus_values": _range(sheet.name, rows, rate + 2),
        "line": _EDGE,
    }
    return {
        "name": [sheet.name, first, rate],
        "categories": [sheet.name, rows[0], 0, rows[1], 0],
        "values": [sheet.name, rows[0], rate, rows[1], rate],
        "border": _EDGE,
        "gap": 60,
        "y_error_bars": bars,
    }


def _range(name: str, rows: tuple[int, int], column: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    quoted = name.replace("'", "''")
    return f"='{quoted}'!{xl_range_abs(rows[0], column, rows[1], column)}"
