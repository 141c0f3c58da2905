"""Make the aggregated workbook of Rebild's published figures.

    .venv/bin/python data/make_published.py [FOLDER]

The counts are copied from the municipality's own pages, named in the workbook; the
percentages are computed from them.
"""

import sys
from pathlib import Path

from fixed_bytes import bytes_of
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

TITLE = "Rebild Kommune: børnefaglige undersøgelser inden for fire måneder"
NOTE = "Offentliggjorte tal. Procenterne er beregnet af antallene."
HEADERS = (
    "Målepunkt",
    "Måling",
    "Område",
    "Antal (relevante)",
    "Opfyldt",
    "Procent",
    "Kilde",
)
MEASURE = "Den børnefaglige undersøgelse er afsluttet inden for fire måneder"
SITE = "https://rebild.dk/node?page="
ROWS = (
    (MEASURE, "November 2014", "Socialområdet", 22, 19, "86,4 %", f"{SITE}7515"),
    (MEASURE, "November 2014", "Børnehandicap", 6, 3, "50,0 %", f"{SITE}7515"),
    (MEASURE, "December 2022", "Familieområdet", 10, 10, "100,0 %", f"{SITE}1463"),
)
WIDTHS = {"A": 60, "B": 18, "C": 18, "D": 18, "E": 10, "F": 10, "G": 32}


def workbook() -> Workbook:
    """The figures as a table of counts, with title and note above."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Opgørelse"
    sheet.append([TITLE])
    sheet.append([NOTE])
    sheet.append([])
    sheet.append(HEADERS)
    for row in ROWS:
        sheet.append(row)
    for cell in (*sheet[1], *sheet[4]):
        cell.font = Font(bold=True)
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    return book


def make(folder: Path) -> None:
    """Write the workbook into the folder."""
    (folder / "rebild.xlsx").write_bytes(bytes_of(workbook(), TITLE, NOTE))


if __name__ == "__main__":
    make(Path(*sys.argv[1:]) if sys.argv[1:] else Path(__file__).parent / "published")
