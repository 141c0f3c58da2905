"""A copy of the user's own workbook with every problem marked, to correct and return.

Each problem cell is coloured and carries a comment that says what is wrong and what to
do; a sheet in front lists the issues with links to the cells. No value is in the copy
that was not in the file, and no comment repeats one. The copy holds the cases: it is
to be kept and deleted as the original is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from taskforce_analysis.atomic import parts_of_libraries, whole_file
from taskforce_analysis.errors import shown_name, wrong_use
from taskforce_analysis.issues import ERROR, Issue
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.privacy import redact
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook, iterate
from taskforce_analysis.texts import plain

if TYPE_CHECKING:
    from openpyxl import Workbook as Book
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

COLOURS = {"error": "F8B4AB", "warning": "FFE8A3"}
MOST_CELLS = 500
OOXML = (".xlsx", ".xlsm", ".xltx", ".xltm")
_PLACE = re.compile(r"(?:[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?|\d+:\d+|[A-Z]{1,3})\Z")


def annotate(
    path: str | Path,
    found: Iterable[Issue],
    out: str | Path,
    *,
    language: str | Language | None = None,
) -> Path:
    """Write the copy of one workbook with its issues marked; returns its path.

    `found` are the issues cell by cell, as `prepare` gives them; those of other files
    are left out. Raises FileError where the workbook cannot be read.
    """
    path, out, words = Path(path), Path(out), load_language(language)
    if out.suffix.lower() != ".xlsx":
        raise wrong_use("the marked copy is an Excel workbook", "Name it OUT.xlsx")
    if out.resolve() == path.resolve():
        raise wrong_use("the marked copy would replace the original", "Rename it")
    name = shown_name(path)
    own = [issue for issue in found if issue.file in (None, name)]
    own.sort(key=lambda issue: issue.severity != ERROR)
    book = _copy_of(path)
    for sheet in book.worksheets:
        _mark(sheet, [i for i in own if i.sheet == redact(sheet.title)], words)
    _list(book, own, words)
    with whole_file(out) as temporary, parts_of_libraries():
        book.save(temporary)
    return out


def _copy_of(path: Path) -> "Book":
    from openpyxl import load_workbook

    workbook = read_cells(path)  # the preflight: nothing unsafe reaches openpyxl
    if path.suffix.lower() in OOXML:
        return load_workbook(path)
    return _rebuilt(workbook)


def _rebuilt(workbook: Workbook) -> "Book":
    from openpyxl import Workbook as Book

    book = Book()
    book.remove(book.worksheets[0])
    for sheet in workbook.sheets:
        _fill(book.create_sheet(sheet.name[:31]), sheet)
    return book


def _fill(target: "Worksheet", sheet: Sheet) -> None:
    for row, column, kind, text in iterate(sheet):
        cell = cast("Cell", target.cell(row, column))
        if kind in (Kind.NUMBER, Kind.DATE):
            cell.value = float(text)
            cell.number_format = "DD-MM-YYYY" if kind is Kind.DATE else "General"
        else:
            cell.value = text
            cell.data_type = "s"  # a text that begins with = is no formula


def _mark(sheet: "Worksheet", issues: Sequence[Issue], words: Language) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    by_cell: dict[tuple[int, int], list[Issue]] = defaultdict(list)
    for issue in issues:
        for place in _cells_of(sheet, issue.cell):
            by_cell[place].append(issue)
    for (row, column), here in by_cell.items():
        severity = ERROR if any(i.severity == ERROR for i in here) else "warning"
        cell = sheet.cell(row, column)
        cell.fill = PatternFill("solid", start_color=COLOURS[severity])
        text = "\n\n".join(dict.fromkeys(_said(issue, words) for issue in here))
        cell.comment = Comment(text, "taskforce_analysis", width=360, height=140)


def _cells_of(sheet: "Worksheet", place: str | None) -> list[tuple[int, int]]:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.utils import range_boundaries

    if not place or not _PLACE.match(place):
        return []
    whole = f"{place}:{place}" if place.isalpha() else place
    left, top, right, bottom = range_boundaries(whole)
    rows = range(top or 1, (bottom or top or 1) + 1)
    columns = range(left or 1, (right or left or 1) + 1)
    cells = [(row, column) for row in rows for column in columns][:MOST_CELLS]
    return [
        (row, column)
        for row, column in cells
        if not isinstance(sheet.cell(row, column), MergedCell)
    ]


def _said(issue: Issue, words: Language) -> str:
    text = words.word(f"issues.{issue.code}.text")
    remedy = words.word(f"issues.{issue.code}.remedy")
    expected = f" ({plain(issue.expected)})" if issue.expected else ""
    return f"{text}{expected} {remedy}"


def _list(book: "Book", issues: Sequence[Issue], words: Language) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(words.word("annotate.sheet"), 0)
    heads = words.word("annotate.columns").split(";")
    sheet.append(heads)
    titles = {redact(one.title): one.title for one in book.worksheets}
    for number, issue in enumerate(issues, start=2):
        row = _listed(issue, words)
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
            cell.alignment = Alignment(vertical="top", wrap_text=column > 4)
        if issue.cell and _PLACE.match(issue.cell) and issue.sheet in titles:
            _link(sheet.cell(number, 4), titles[issue.sheet], issue.cell)
    for column, width in zip("ABCDEF", (12, 26, 20, 12, 60, 60), strict=True):
        sheet.column_dimensions[column].width = width
    for cell in sheet[1]:
        cell.font = Font(name="Calibri", size=11, bold=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.freeze_panes = "A2"
    book.active = 0


def _listed(issue: Issue, words: Language) -> list[str]:
    expected = f" ({plain(issue.expected)})" if issue.expected else ""
    return [
        words.word(f"severity.{issue.severity}").rstrip(":"),
        issue.code,
        plain(issue.sheet or ""),
        issue.cell or "",
        words.word(f"issues.{issue.code}.text") + expected,
        words.word(f"issues.{issue.code}.remedy"),
    ]


def _link(cell: "Cell", title: str, place: str) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    first = place.partition(":")[0]
    target = f"A{first}" if first.isdigit() else first
    target = target if any(sign.isdigit() for sign in target) else f"{target}1"
    quoted = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")
    cell.font = Font(name="Calibri", size=11, underline="single", color="0B4F8A")
