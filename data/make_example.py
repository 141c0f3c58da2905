"""Make the synthetic workbooks of data/example, the same bytes every time.

    .venv/bin/python data/make_example.py [FOLDER]

The workbooks say on each sheet and in their properties that they are synthetic. The
pair ending in _med_fejl holds what must be refused.
"""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from example_cases import (
    ALL,
    ANALYSIS,
    CASES,
    COLUMNS,
    FRISTER,
    PARAGRAPHS,
    STATUS,
    Phase,
    answers_of,
    dates_of,
)
from fixed_bytes import bytes_of
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MUNICIPALITY = "Eksempelkøbing"
LABEL = "SYNTETISKE DATA: opdigtede sager fra en opdigtet kommune"
FIRST_CASE, THEME_ROW = 6, 4
# A number of nobody: its date of birth is the last one that the series can hold.
CPR_OF_NOBODY = "311236" + "-" + "4000"
HEADERS = ("Sagsnr.", "Måling", "Kommune", "Team", "Paragraf")
DATES = ("Ansøgning modtaget", "Afgørelse truffet")
REMARKS = "Bemærkninger"


def rows_of(phase: Phase) -> list[list[object]]:
    """The 20 rows below the headers."""
    answers = answers_of(phase)
    dates = list(dates_of(phase, answers["late"]))
    rows = []
    for case in ALL:
        row = [f"{phase.prefix}-{case + 1:02d}", phase.name, MUNICIPALITY]
        row += [f"Team {'Nord' if case % 3 else 'Syd'}", PARAGRAPHS[case]]
        cells = {column.id: answers[column.id][case] for column in COLUMNS}
        last = "Se journalnotat" if case % 6 == 2 else None
        rows.append([*row, *_placed(cells, dates[case]), last])
    if phase.is_before:
        rows[2] = [_as_text(value) for value in rows[2]]
    return rows


def _as_text(value: object) -> object:
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else value


def _placed(cells: dict[str, object], dates: tuple[date, object]) -> list[object]:
    """The answers in the form's order; the dates stand first under Tidsfrister."""
    placed: list[object] = []
    for column in COLUMNS:
        if column.id == "notice":
            placed += dates
        placed.append(cells[column.id])
    return placed


def headers() -> list[tuple[str, str]]:
    """Theme and header of every column; a column that is no measure has no theme."""
    placed = [("", header) for header in HEADERS]
    for column in COLUMNS:
        if column.id == "notice":
            placed += [(FRISTER, header) for header in DATES]
        placed.append((column.theme, column.header))
    return [*placed, ("", REMARKS)]


def workbook_of(phase: Phase) -> Workbook:
    """A workbook as an analyst keeps it: two header rows, notes, a hidden column."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Sagsmåling"
    sheet["A1"] = f"Sagsmåling på børnehandicapområdet, {MUNICIPALITY} Kommune"
    sheet["A2"] = LABEL
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14), Font(bold=True)
    _write_headers(sheet)
    for number, row in enumerate(rows_of(phase), FIRST_CASE):
        _write_row(sheet, number, row)
    _write_notes(sheet, FIRST_CASE + CASES)
    sheet.column_dimensions["D"].hidden = True
    sheet.freeze_panes = "B6"
    _add_guide(book)
    return book


def _write_headers(sheet: Worksheet) -> None:
    fill = PatternFill("solid", fgColor="DDE6EE")
    for number, (_, header) in enumerate(headers(), 1):
        cell = sheet.cell(THEME_ROW + 1, number, header)
        cell.font, cell.fill = Font(bold=True), fill
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = 18
    for theme in dict.fromkeys(theme for theme, _ in headers() if theme):
        themes = [one for one, _ in headers()]
        places = [number for number, one in enumerate(themes, 1) if one == theme]
        cell = sheet.cell(THEME_ROW, places[0], theme)
        cell.font, cell.fill = Font(bold=True), fill
        sheet.merge_cells(None, THEME_ROW, places[0], THEME_ROW, places[-1])
    sheet.row_dimensions[THEME_ROW + 1].height = 75


def _write_row(sheet: Worksheet, number: int, row: Sequence[object]) -> None:
    for place, value in enumerate(row, 1):
        cell: Any = sheet.cell(number, place)
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "dd-mm-yyyy"


def _write_notes(sheet: Worksheet, number: int) -> None:
    sheet.cell(number, 1, "I alt")
    sheet.cell(number, 6, CASES)
    sheet.cell(number + 2, 1, "* Ikke relevant, hvor barnets modenhed taler imod det.")


def _add_guide(book: Workbook) -> None:
    guide = book.create_sheet("Vejledning")
    lines = (LABEL, "Svar: Ja, Nej, Ikke relevant (IR) eller Kan ikke vurderes.")
    for number, line in enumerate(lines, 1):
        guide.cell(number, 1, line)


def spoil_analysis(sheet: Worksheet) -> None:
    """A misspelling, two error cells and a formula that was never calculated."""
    sheet.cell(FIRST_CASE + 3, place_of("holistic"), "Jaa")
    for case in (5, 6):
        sheet.cell(FIRST_CASE + case, place_of("parents"), "#N/A")
    sheet.cell(FIRST_CASE + 8, place_of("followed"), '=IF(1=1,"Ja","Nej")')


def spoil_status(sheet: Worksheet) -> None:
    """A case that stands twice, a date as an answer, a CPR number that is nobody's."""
    repeated: Any = sheet.cell(FIRST_CASE + 6, 1).value
    sheet.cell(FIRST_CASE + 7, 1, repeated)
    wrong = sheet.cell(FIRST_CASE + 10, place_of("followed"), date(2020, 5, 4))
    wrong.number_format = "dd-mm-yyyy"
    sheet.cell(FIRST_CASE + 12, place_of("information"), CPR_OF_NOBODY)


def place_of(name: str) -> int:
    """The number of the column with this measure."""
    header = next(column.header for column in COLUMNS if column.id == name)
    return [one for _, one in headers()].index(header) + 1


def make(folder: Path) -> None:
    """Write the four workbooks into the folder."""
    spoilers = {"analyse.xlsx": spoil_analysis, "status.xlsx": spoil_status}
    for phase in (ANALYSIS, STATUS):
        book = workbook_of(phase)
        title = f"Sagsmåling, {phase.name.lower()} (syntetiske data)"
        (folder / phase.file).write_bytes(bytes_of(book, title, LABEL))
        spoiled = workbook_of(phase)
        sheet = spoiled["Sagsmåling"]
        assert isinstance(sheet, Worksheet)
        spoilers[phase.file](sheet)
        name = phase.file.replace(".xlsx", "_med_fejl.xlsx")
        (folder / name).write_bytes(bytes_of(spoiled, f"{title}, med fejl", LABEL))


if __name__ == "__main__":
    make(Path(*sys.argv[1:]) if sys.argv[1:] else Path(__file__).parent / "example")
