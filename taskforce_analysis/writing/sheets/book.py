"""Sheets as an Excel workbook: real tables, no merged cell, no formula, nothing hidden.

After the UK government's guidance on accessible spreadsheets: the title is in A1, what
must be known stands above the table, the table begins under it in column A, headings
are in one row, text wraps, and every table has a name and every chart an alt text.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from math import ceil
from pathlib import Path
from typing import Any

from taskforce_analysis.atomic import made_at
from taskforce_analysis.texts import starts_formula
from taskforce_analysis.writing.sheets.charting import add_chart
from taskforce_analysis.writing.sheets.records import Cell, Field, Sheet

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


def write_book(
    sheets: list[Sheet], path: Path, *, properties: dict[str, str], alt: str
) -> None:
    """Write the sheets in their order; `alt` describes the chart."""
    import xlsxwriter

    # xlsxwriter changes the options that it is given, and the next book with them.
    with xlsxwriter.Workbook(str(path), deepcopy(_OPTIONS)) as book:
        book.set_properties({**properties, "created": made_at().replace(tzinfo=None)})
        looks = _looks(book)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _fill(page, sheet, looks)
            if sheet.id == "chart" and sheet.rows:
                add_chart(book, page, sheet, first=_first_row(sheet), alt=alt)


def _looks(book: Any) -> dict[str, Any]:
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


def _fill(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    _text(page, (0, 0), sheet.title, look=looks["title"])
    _set_up(page, sheet)
    for number, line in enumerate(sheet.lines, start=1):
        _text(page, (number, 0), line, look=looks["line" if sheet.fields else "text"])
        if not sheet.fields:
            page.set_row(number, _height([line], [_COVER_WIDTH]) + _GAP)
    if not sheet.fields:
        page.set_column(0, 0, _COVER_WIDTH)
        return
    for column, field in enumerate(sheet.fields):
        page.set_column(column, column, field.width)
    if sheet.rows:
        _table(page, sheet, looks)


def _first_row(sheet: Sheet) -> int:
    """The row of the headings, counted from 0."""
    return 1 + len(sheet.lines)


def _table(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    top = _first_row(sheet)
    last = (top + len(sheet.rows), len(sheet.fields) - 1)
    headers = [
        {"header": header, "header_format": looks[_heading_look(field)]}
        for header, field in zip(_distinct(sheet.fields), sheet.fields, strict=True)
    ]
    options = {"name": f"taskforce_{sheet.id}", "columns": headers}
    options |= {"style": "Table Style Light 1", "autofilter": False}
    page.add_table(top, 0, *last, options)
    widths = [field.width for field in sheet.fields]
    page.set_row(top, _height([field.header for field in sheet.fields], widths))
    for number, row in enumerate(sheet.rows, start=top + 1):
        page.set_row(number, _height(row, widths))
        for column, (value, field) in enumerate(zip(row, sheet.fields, strict=True)):
            _cell(page, (number, column), value, field=field, looks=looks)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)


def _cell(
    page: Any, at: tuple[int, int], value: Cell, *, looks: dict[str, Any], field: Field
) -> None:
    if isinstance(value, str):
        if field.format == "link":
            page.write_url(*at, f"internal:'{value}'!A1", looks["link"], value)
        else:
            _text(page, at, value, look=looks[_look_of(value, field)])
    else:
        page.write_number(*at, value, looks.get(field.format, looks["text"]))


def _distinct(fields: Sequence[Field]) -> list[str]:
    """Headings that differ: a table cannot have two alike, and two phases may be."""
    seen: Counter[str] = Counter()
    headers = []
    for field in fields:
        seen[field.header.casefold()] += 1
        number = seen[field.header.casefold()]
        headers.append(field.header if number == 1 else f"{field.header} ({number})")
    return headers


def _heading_look(field: Field) -> str:
    return "number" if field.format in _NUMBERS else "header"


def _look_of(text: str, field: Field) -> str:
    if field.format in _NUMBERS:
        return "mark"
    return "quoted" if starts_formula(text) else "text"


def _text(page: Any, at: tuple[int, int], text: str, *, look: Any) -> None:
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


def _set_up(page: Any, sheet: Sheet) -> None:
    if len(sheet.fields) > 3:
        page.set_landscape()
    wide = len(sheet.fields) > 8 or sheet.id == "chart"
    page.set_paper(_A3 if wide else _A4)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
