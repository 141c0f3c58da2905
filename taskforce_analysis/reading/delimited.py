"""A .csv file as Danish systems write it: semicolons, decimal commas, cp1252 or UTF-8.

It becomes a sheet like any other and goes through the same checks. A column is one of
numbers only when every cell below the first row is a plain number, so that 007 stays a
text and no case number is rewritten. Letters of MS-DOS and the Macintosh are told, in
the headers by who reads these, in the cells here: of two code pages none is guessed.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from taskforce_analysis.errors import file_error
from taskforce_analysis.reading.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Contents,
    Finding,
    Kind,
    address,
    sheet_from_rows,
)

SHEET, MARKS = "csv", ";\t,"
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_NAMED_MARK = re.compile('"?sep=([;,\\t|])"?(?:\r\n?|\n)', re.IGNORECASE)
# What å, ø and their capitals look like between letters, read as Windows writes.
_BROKEN = {
    name: re.compile(rf"(?<=[^\W\d_])[{signs}](?=[^\W\d_])")
    for name, signs in (
        ("cp850", "\u2020\u203a\x86\x8f\x9b\x9d"),
        ("mac_roman", "\u0152\xbf\xbe\x81\x8c"),
    )
}
_NUMBERS = {
    mark: re.compile(rf"-?(?:0|[1-9]\d{{0,14}})(?:{re.escape(mark)}\d{{1,15}})?\Z")
    for mark in ",."
}


def read_delimited(path: Path, data: bytes) -> Contents:
    """The cells of a .csv file; FileError for what is not text or not a table."""
    text, is_sure = _decoded(path, data)
    named = _NAMED_MARK.match(text)  # a line of Excel's own, which it does not show
    text = text[named.end() :] if named else text
    head = text.lstrip().partition("\n")[0].partition("\r")[0]
    if path.suffix.lower() != ".csv" and not any(mark in head for mark in MARKS):
        raise file_error("FILE_NOT_WORKBOOK", path, kind="text")
    delimiter = named[1] if named else delimiter_of(head)
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
    broken = [] if is_sure or not head.isascii() else _broken(rows)
    return Contents(sheets=[sheet_from_rows(SHEET, cells)], findings=broken)


def _broken(rows: Sequence[Sequence[str]]) -> list[Finding]:
    """The cells that have signs for letters, by the code page that they are of."""
    found = []
    for name, mark in _BROKEN.items():
        cells = [
            (row, column)
            for row, line in enumerate(rows, start=1)
            for column, text in enumerate(line, start=1)
            if not text.isascii() and mark.search(text)
        ]
        if cells:
            place = address(*cells[0])
            found.append(
                Finding("TEXT_MOJIBAKE", SHEET, place, len(cells), expected=name)
            )
    return found


def _decoded(path: Path, data: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding is sure."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text, encoding.startswith("utf")
    raise file_error("FILE_NOT_WORKBOOK", path)


def _encodings(data: bytes) -> Iterator[str]:
    yield _MARKS.get(data[:2], "utf-8-sig")
    yield "cp1252"
    # A byte that Windows has no letter for is of MS-DOS or the Macintosh. The headers
    # tell which, and are told; so does a sign between letters.
    text = data.decode("latin-1")
    is_header = not data.partition(b"\n")[0].isascii()
    if is_header or any(mark.search(text) for mark in _BROKEN.values()):
        yield "latin-1"


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
