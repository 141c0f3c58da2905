"""Personal data in cells: CPR-like numbers anywhere, and columns that hold names."""

import re

import numpy as np

from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind, Sheet, address
from taskforce_analysis.spelling import silent_key

_WORDS = frozenset(
    {
        "navn",
        "navne",
        "fornavn",
        "efternavn",
        "mellemnavn",
        "cpr",
        "cprnr",
        "cprnummer",
        "personnr",
        "personnummer",
        "adresse",
        "adresser",
        "telefon",
        "telefonnr",
        "telefonnummer",
        "tlf",
        "tlfnr",
        "mobil",
        "mobilnr",
        "email",
        "emailadresse",
        "mail",
        "mailadresse",
        "epost",
        "sagsbehandler",
        "sagsbehandlere",
        "sagsbehandlerens",
        "rådgiver",
        "fødselsdato",
        "fødselsdag",
        "name",
        "address",
        "phone",
        "caseworker",
    }
)
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d(?:\d{3}|[eE])")  # what no CPR number is without
_LONGEST = 40
_SHORTEST = 9


def is_personal_header(text: str) -> bool:
    """Whether a column's header says that it holds what identifies a person.

    >>> is_personal_header("Barnets navn"), is_personal_header("Kommunenavn")
    (True, False)
    """
    key = silent_key(text).replace("e-mail", "email").replace("e-post", "epost")
    if len(key) > _LONGEST:
        return False
    return not _WORDS.isdisjoint(_WORD.findall(key.replace("-", "")))


def note_cpr(sheet: Sheet, notes: Notes) -> None:
    """Note every cell with a CPR-like number that nobody has noted yet."""
    found = [place for place, text in enumerate(sheet.texts) if len(text) >= _SHORTEST]
    if not _DIGITS.search("\0".join([sheet.texts[place] for place in found])):
        return
    texts = [place for place in found if has_cpr(sheet.texts[place])]
    numbers = [place for place in found if is_cpr_number(sheet.texts[place])]
    if not texts and not numbers:
        return
    is_text = sheet.kind == Kind.TEXT
    hits = (np.isin(sheet.value, texts) & is_text) | (
        np.isin(sheet.value, numbers) & ~is_text & (sheet.kind != Kind.ERROR)
    )
    noted = {
        issue.cell
        for issue in notes.found
        if issue.code == "CPR_FOUND"
        and (issue.file, issue.sheet) == (notes.file, notes.sheet)
    }
    for place in np.flatnonzero(hits).tolist():
        cell = address(int(sheet.row[place]), int(sheet.column[place]))
        if cell not in noted:
            notes.add("CPR_FOUND", cell)
