"""Sheets as an Excel workbook: real tables, no merged cell, no formula, nothing hidden.

A sheet has a title, some lines and one table of plain values: numbers are numbers with
a format, everything else is text. A cell without a number says why in square brackets,
so that no blank has to be guessed at.

After the UK government's guidance on accessible spreadsheets: the title is in A1, what
must be known stands above the table, the table begins under it in column A, headings
are in one row, text wraps, and every table has a name and every chart an alt text.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from taskforce_analysis.atomic import made_at
from taskforce_analysis.texts import starts_formula

Cell = str | int | float

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
    "default_format_properties": {"font_name": "Arial", "font_size": 10},
}
_NUMBERS = {
    "count": "#,##0",
    "percent": "0%",
    "points": "+0;-0;0",
    "exact": "0.0000",
    "days": "General",
}
# Off the edge, or a text in the next column would touch the number.
_RIGHT = {"align": "right", "indent": 1}
_COVER_WIDTH = 85
_A4, _A3 = 9, 8
_LINE, _GAP = 13.5, 4  # points
_MOST_LINES = 30  # Excel has no row above 409 points
_WIDE = 1.1  # a word that does not fit leaves the rest of its line empty

# The chart: pixels, and the two phases' colours.
_FILLS = ({"color": "#C9D6E8"}, {"color": "#1F4E79"})
_EDGE = {"color": "#1F2A44", "width": 0.75}
_PER_ROW, _AROUND, _CHART_WIDTH = 44, 120, 900


@dataclass(frozen=True)
class BookColumn:
    """A table's column: heading, width in characters, and how its numbers look."""

    header: str
    width: float = 12
    format: str = "text"


@dataclass(frozen=True)
class BookSheet:
    """One sheet: an id for the table, the tab's name, what stands above the table."""

    id: str
    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[BookColumn, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def write_book(
    sheets: list[BookSheet], path: Path, *, properties: dict[str, str], alt: str
) -> None:
    """Write the sheets in their order; `alt` describes the chart."""
    # xlsxwriter changes the options that it is given, and the next book with them.
    with xlsxwriter.Workbook(str(path), deepcopy(_OPTIONS)) as book:
        book.set_properties({**properties, "created": made_at().replace(tzinfo=None)})
        looks = _looks(book)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _fill(page, sheet, looks)
            if sheet.id == "chart" and sheet.rows:
                _add_chart(book, page, sheet, first=_first_row(sheet), alt=alt)


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    text = {"text_wrap": True, "valign": "top"}
    looks = {
        name: book.add_format({"num_format": form, "valign": "top", **_RIGHT})
        for name, form in _NUMBERS.items()
    }
    looks["mark"] = book.add_format({**text, **_RIGHT})
    looks["ordinal"] = book.add_format({"valign": "top", "align": "left"})
    looks["title"] = book.add_format({"bold": True, "font_size": 14, "valign": "top"})
    looks["text"] = book.add_format(text)
    heading = {**text, "bold": True, "bg_color": "#E8EDF3"}
    looks["header"] = book.add_format(heading)
    looks["number"] = book.add_format({**heading, **_RIGHT})
    looks["line"] = book.add_format({"valign": "top"})
    # The mark keeps a text that looks like a formula a text when someone edits it.
    looks["quoted"] = book.add_format({**text, "quote_prefix": True})
    looks["link"] = book.add_format({**text, "font_color": "#0B4F8A", "underline": 1})
    return looks


def _fill(page: Worksheet, sheet: BookSheet, looks: dict[str, Format]) -> None:
    _text(page, (0, 0), sheet.title, look=looks["title"])
    _set_up(page, sheet)
    for number, line in enumerate(sheet.lines, start=1):
        _text(page, (number, 0), line, look=looks["line" if sheet.columns else "text"])
        if not sheet.columns:
            page.set_row(number, _height([line], [_COVER_WIDTH]) + _GAP)
    if not sheet.columns:
        page.set_column(0, 0, _COVER_WIDTH)
        return
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    if sheet.rows:
        _table(page, sheet, looks)


def _first_row(sheet: BookSheet) -> int:
    """The row of the headings, counted from 0."""
    return 1 + len(sheet.lines)


def _table(page: Worksheet, sheet: BookSheet, looks: dict[str, Format]) -> None:
    top = _first_row(sheet)
    last = (top + len(sheet.rows), len(sheet.columns) - 1)
    headers = [
        {"header": header, "header_format": looks[_heading_look(column)]}
        for header, column in zip(_distinct(sheet.columns), sheet.columns, strict=True)
    ]
    options = {"name": f"taskforce_{sheet.id}", "columns": headers}
    options |= {"style": "Table Style Light 1", "autofilter": False}
    page.add_table(top, 0, *last, options)
    widths = [column.width for column in sheet.columns]
    page.set_row(top, _height([column.header for column in sheet.columns], widths))
    for number, row in enumerate(sheet.rows, start=top + 1):
        page.set_row(number, _height(row, widths))
        for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _cell(page, (number, at), value, column=column, looks=looks)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)


def _cell(
    page: Worksheet,
    at: tuple[int, int],
    value: Cell,
    *,
    looks: dict[str, Format],
    column: BookColumn,
) -> None:
    if isinstance(value, str):
        if column.format == "link":
            page.write_url(*at, f"internal:'{value}'!A1", looks["link"], value)
        else:
            _text(page, at, value, look=looks[_look_of(value, column)])
    else:
        page.write_number(*at, value, looks.get(column.format, looks["text"]))


def _distinct(columns: Sequence[BookColumn]) -> list[str]:
    """Headings that differ: a table cannot have two alike, and two phases may be."""
    seen: Counter[str] = Counter()
    headers = []
    for column in columns:
        seen[column.header.casefold()] += 1
        number = seen[column.header.casefold()]
        headers.append(column.header if number == 1 else f"{column.header} ({number})")
    return headers


def _heading_look(column: BookColumn) -> str:
    return "number" if column.format in _NUMBERS else "header"


def _look_of(text: str, column: BookColumn) -> str:
    if column.format in _NUMBERS:
        return "mark"
    return "quoted" if starts_formula(text) else "text"


def _text(page: Worksheet, at: tuple[int, int], text: str, *, look: Format) -> None:
    """Always as a text, and never longer than a cell can hold."""
    page.write_string(*at, text[:32_000], look)


def _height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    """High enough for the longest wrapped text; not every program works it out."""
    lines = [
        sum(ceil((len(part) + 1) * _WIDE / width) for part in str(cell).split("\n"))
        for cell, width in zip(row, widths, strict=True)
        if isinstance(cell, str)
    ]
    return _LINE * min(max([1, *lines]), _MOST_LINES)


def _set_up(page: Worksheet, sheet: BookSheet) -> None:
    if len(sheet.columns) > 3:
        page.set_landscape()
    wide = len(sheet.columns) > 8 or sheet.id == "chart"
    page.set_paper(_A3 if wide else _A4)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)


def _add_chart(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    sheet: BookSheet,
    *,
    first: int,
    alt: str,
) -> None:
    """Put a native chart beside the table, whose headings are in row `first`.

    It shows both phases' rates with their intervals as error bars.
    """
    chart = book.add_chart({"type": "bar"})
    assert chart is not None, "xlsxwriter knows bars"
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
    height = _AROUND + _PER_ROW * len(sheet.rows)
    chart.set_size({"width": _CHART_WIDTH, "height": height})
    page.insert_chart(
        first, len(sheet.columns) + 1, chart, {"description": f"{sheet.title}. {alt}"}
    )


def _series(sheet: BookSheet, first: int, rate: int) -> dict[str, object]:
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
    quoted = name.replace("'", "''")
    return f"='{quoted}'!{xl_range_abs(rows[0], column, rows[1], column)}"
