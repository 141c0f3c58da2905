"""Make the synthetic examples of several municipalities, and of a case list.

    .venv/bin/python data/make_more.py [FOLDER]

The one is the template of the form `ledelsestilsyn`, filled in with invented cases of
three invented municipalities, the other a list of invented cases to draw from. The
random draws have a fixed seed, so that the files stay the same.
"""

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from fixed_bytes import bytes_of
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.planning.templates import (
    HEADER,
    Field,
    fields_of,
    template_workbook,
)

TITLE = "SYNTETISKE DATA: ledelsestilsyn i tre opdigtede kommuner"
NOTE = "Ingen sag, person eller kommune i filen findes."
MUNICIPALITIES = ("Eksempelkøbing", "Opdigtet", "Prøvestad")
JANUARY = datetime(2019, 1, 1)  # noqa: DTZ001 - a spreadsheet's day has no zone
QUARTERS = tuple(JANUARY.replace(month=month) for month in (1, 4, 7, 10))
CASES = 16
HEADERS = ["Sagsnr.", "Paragraf", "Team"]
LISTED = 143


def filled() -> bytes:
    """The filled workbook: so many cases per municipality and quarter."""
    form, danish = load_form("ledelsestilsyn"), load_language("da")
    book = load_workbook(BytesIO(template_workbook(form)))
    sheet, chosen = book.worksheets[0], random.Random(2019)
    fields = list(fields_of(form, danish))
    for row, (place, start) in enumerate(cases(), start=HEADER + 1):
        day = start + timedelta(days=chosen.randrange(85))
        for column, field in enumerate(fields, start=1):
            known = {1: f"L{row - HEADER:03}", 2: None}
            own = {"Kommune": place, "Team": "Team 1", "Paragraf": "SEL § 52"}
            value = own.get(field.header) or answer(field, day, chosen)
            sheet.cell(row, column).value = known.get(column, value)
    return bytes_of(book, TITLE, NOTE)


def cases() -> Iterator[tuple[str, datetime]]:
    """The municipality and the quarter of each case."""
    for place in MUNICIPALITIES:
        for start in QUARTERS:
            yield from ((place, start) for _ in range(CASES))


def answer(field: Field, day: datetime, chosen: random.Random) -> object:
    """An invented answer: dates follow each other, and two in three comply."""
    if field.is_date:
        starts = {"Afgørelse truffet": 0, "Kommunen opmærksom på behovet": -150}
        return day + timedelta(days=starts.get(field.header, -chosen.randrange(5, 60)))
    if not field.answers:
        return None
    yes, *others = field.answers[:-1]
    return chosen.choice([yes, yes, yes, *others, others[0]])


def listed() -> bytes:
    """A list of invented cases, as a municipality would take it from its own system."""
    book, chosen = Workbook(), random.Random(2018)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Sager"
    for row in (["SYNTETISKE DATA: sager, der ikke findes"], [], HEADERS):
        sheet.append(row)
    for number in range(1, LISTED + 1):
        paragraph = chosen.choice(["SEL § 41", "SEL § 41", "SEL § 42", "SEL § 52"])
        sheet.append([f"B-{number:03}", paragraph, f"Team {chosen.randrange(1, 4)}"])
    return bytes_of(book, "SYNTETISKE DATA: sagsliste", NOTE)


def make(folder: Path) -> None:
    """Write both workbooks into the folder."""
    (folder / "ledelsestilsyn_2019.xlsx").write_bytes(filled())
    (folder / "sagsliste.xlsx").write_bytes(listed())


if __name__ == "__main__":
    make(Path(*sys.argv[1:]) if sys.argv[1:] else Path(__file__).parent / "example")
