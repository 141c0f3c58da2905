"""A .csv file as Danish systems write it: semicolons, decimal commas, cp1252 or UTF-8.

It becomes a sheet like any other and goes through the same checks. A column is one of
numbers only when every cell below the first row is a plain number, so that 007 stays a
text and no case number is rewritten.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from taskforce_analysis.errors import file_error
from taskforce_analysis.reading.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Contents,
    Kind,
    sheet_from_rows,
)

SHEET, MARKS = "csv", ";\t,"
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_NUMBERS = {
    mark: re.compile(rf"-?(?:0|[1-9]\d{{0,14}})(?:{re.escape(mark)}\d{{1,15}})?\Z")
    for mark in ",."
}


def read_delimited(path: Path, data: bytes) -> Contents:
    """The cells of a .csv file; FileError for what is not text or not a table."""
    text = _decoded(path, data)
    head = text.lstrip().partition("\n")[0].partition("\r")[0]
    if path.suffix.lower() != ".csv" and not any(mark in head for mark in MARKS):
        raise file_error("FILE_NOT_WORKBOOK", path, kind="text")
    delimiter = delimiter_of(head)
    if head.count(delimiter) >= LAST_COLUMN:
        raise file_error("FILE_TOO_LARGE", path)
    try:
        source = io.StringIO(text, newline="")
        # Strict: a quotation mark that is never closed would swallow whole rows.
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error:
        raise file_error("FILE_CORRUPT", path) from None
    if len(rows) > LAST_ROW or max(map(len, rows), default=0) > LAST_COLUMN:
        raise file_error("FILE_TOO_LARGE", path)
    kinds = _kinds(rows, "." if delimiter == "," else ",")
    cells = (
        (row, column, *_cell(text, kinds[column - 1], first=row == 1))
        for row, line in enumerate(rows, start=1)
        for column, text in enumerate(line, start=1)
        if text
    )
    return Contents(sheets=[sheet_from_rows(SHEET, cells)])


def _decoded(path: Path, data: bytes) -> str:
    encodings = [_MARKS.get(data[:2], "utf-8-sig"), "cp1252"]
    if not data.partition(b"\n")[0].isascii():
        # A byte that Windows has no letter for is of MS-DOS or the Macintosh. The
        # headers tell which, and are told; without their letters no one could.
        encodings.append("latin-1")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise file_error("FILE_NOT_WORKBOOK", path)


def delimiter_of(header: str) -> str:
    """What parts the cells: a semicolon, else a tab, else a comma.

    >>> delimiter_of("Sagsnr.;Er der fulgt op, og er det noteret?"), delimiter_of("a,b")
    (';', ',')
    """
    found = [mark for mark in MARKS if mark in header]
    return found[0] if found else ";"


def _kinds(rows: Sequence[Sequence[str]], mark: str) -> list[Kind]:
    width = max(map(len, rows), default=0)
    below = [
        [row[place] for row in rows[1:] if len(row) > place] for place in range(width)
    ]
    number = _NUMBERS[mark]
    return [
        Kind.NUMBER
        if any(cells) and all(number.match(cell) for cell in cells if cell)
        else Kind.TEXT
        for cells in below
    ]


def _cell(text: str, kind: Kind, *, first: bool) -> tuple[Kind, str]:
    if first or kind is Kind.TEXT:
        return Kind.TEXT, text
    return Kind.NUMBER, text.replace(",", ".")
