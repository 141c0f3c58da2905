"""Two independent readers as witnesses: the same values, cell by cell.

Every workbook here is read by this package, by openpyxl and by python-calamine. The
differences below are all there are; each is a loss there, not a reading of ours.

openpyxl: None for a formula that was never calculated; drops what a merged cell covers;
leaves `_x0041_` as it is stored; keeps empty texts; its dates are datetimes, which are
held against the stored number.
python-calamine: "" for an error cell and for a formula that was never calculated; has
one kind of number, so 1 and 1.0 are the same; rounds dates to milliseconds.
"""

import random
import warnings
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from test_reading_fuzz import BASES
from workbooks import Error, Formula, Page, pack, write

from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Kind, Sheet, iterate

BEGINNING = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates have no zone
Cells = dict[tuple[int, int], Any]


def with_fixed_answers(path: Path) -> Path:
    chance = random.Random(5)
    answers = [
        "Ja",
        "Nej",
        "Ikke relevant",
        None,
        "æøå & <co>",
        " Ja ",
        "1",
        True,
        0,
        -2.5,
    ]
    answers += [Error("#N/A"), Error("#DIV/0!"), Formula("A1"), Formula("A1", "Ja")]
    answers += [Formula("1+1", 2), Formula("1=1", value=True), date(2018, 2, 1)]
    answers += [datetime(2018, 2, 1, 12, 30), 1e-9, 12345678901, 0.1 + 0.2]  # noqa: DTZ001
    rows = [[chance.choice(answers) for _ in range(30)] for _ in range(60)]
    pages = {"Én": rows, "To": Page(rows, inline=True, state="hidden"), "Tom": []}
    pages["Uden"] = Page(rows[:5], addresses=False)
    return write(path, pages)


def by_xlsxwriter(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet, day = (
            book.add_worksheet("Data"),
            book.add_format({"num_format": "d/m/yy"}),
        )
        sheet.write_row(0, 0, ["Sagsnr.", "Svar", "Dato", " blank ", "linje\nskift"])
        for row in range(1, 40):
            sheet.write_string(row, 0, f"S-{row}")
            sheet.write_datetime(row, 2, datetime(2018, 1, row % 28 + 1), day)  # noqa: DTZ001
            sheet.write_number(row, 3, row / 7)
            sheet.write_boolean(row, 4, boolean=row % 2 == 1)
            sheet.write_blank(row, 5, None, day)
        sheet.write_rich_string(50, 2, "fed ", day, "skrift", " og ", day, "ikke")
        sheet.merge_range("A60:C61", "flettet")
    return path


def by_openpyxl(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Sagsnr.", "Svar", "æ & b", "_x0041_", "=A1", "#N/A", "\u200b"])
    sheet.append(["S-1", True, 43132, date(2018, 2, 1), time(12, 30), 1.5, "  "])
    sheet["F9"] = timedelta(hours=30)
    book.create_sheet("Mere")["C5"] = "x"
    book.save(path)
    return path


WORKBOOKS: dict[str, Callable[[Path], Path]] = {
    "answers": with_fixed_answers,
    "xlsxwriter": by_xlsxwriter,
    "openpyxl": by_openpyxl,
    **{
        f"fuzz {name}": lambda path, make=make: pack(path, make())
        for name, make in BASES.items()
    },
}


def ours(sheet: Sheet, *, without: tuple[Kind, ...]) -> Cells:
    """Our cells as plain values, without the kinds that the witness loses."""
    found: Cells = {}
    for row, column, kind, text in iterate(sheet):
        if kind in (Kind.NUMBER, Kind.DATE):
            found[row, column] = pytest.approx(float(text), abs=1e-8, rel=1e-12)
        elif kind == Kind.BOOLEAN:
            found[row, column] = text == "1"
        elif kind not in without:
            found[row, column] = text
    return found


def uncovered(sheet: Sheet) -> Cells:
    """Our cells without those that a merged cell covers."""
    covered = {
        (row, column)
        for area in sheet.merged
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (row, column) != (area.top, area.left)
    }
    found = ours(sheet, without=(Kind.UNCALCULATED,))
    return {place: value for place, value in found.items() if place not in covered}


def plain(value: Any) -> Any:
    """A witness's value as ours are: dates and times as numbers."""
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
        moment = value if isinstance(value, datetime) else moment
        return (moment - BEGINNING) / timedelta(days=1)
    return value


def unescaped(value: Any) -> Any:
    return unescape(value) if isinstance(value, str) else value


def openpyxl_cells(path: Path) -> dict[str, Cells]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            (cell.row or 0, cell.column or 0): plain(unescaped(cell.value))
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for sheet in book.worksheets
    }


def calamine_cells(path: Path) -> dict[str, Cells]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {
        name: {
            (row, column): plain(value)
            for row, values in enumerate(
                book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1
            )
            for column, value in enumerate(values, 1)
            if value != ""
        }
        for name in book.sheet_names
    }


def check_witnesses(path: Path) -> None:
    sheets = read_cells(path).sheets
    lost = (Kind.UNCALCULATED, Kind.ERROR)
    assert openpyxl_cells(path) == {sheet.name: uncovered(sheet) for sheet in sheets}
    assert calamine_cells(path) == {
        sheet.name: ours(sheet, without=lost) for sheet in sheets
    }


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_witnesses_agree(tmp_path, name):
    check_witnesses(WORKBOOKS[name](tmp_path / "a.xlsx"))


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=20,
).filter(lambda text: "_x" not in text and text.isprintable())
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e14, 1e14).filter(lambda number: number == 0 or abs(number) > 1e-6),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.sampled_from([Error("#REF!"), Formula("A1"), Formula("A1", "x"), "Ja", "Nej"]),
)


@given(st.lists(st.lists(VALUES, max_size=8), max_size=8), st.booleans())
def test_the_witnesses_agree_on_anything(tmp_path_factory, rows, inline):
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    check_witnesses(write(path, {"Data": Page(rows, inline=inline)}))
