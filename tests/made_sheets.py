"""Sheets and forms for the tests of reading tables: rows in, a Workbook out.

    book([["Sagsnr.", "Måling", "A?"], ["S-1", "Før", "Ja"]])

A cell is a text, a number, a bool, a date, None for nothing, ERROR or UNCALCULATED.
"""

from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd

from taskforce_analysis.checking import Checked, check
from taskforce_analysis.forms import Form, form_from
from taskforce_analysis.issues import Issue, fold
from taskforce_analysis.reading.cells import (
    Finding,
    Kind,
    Sheet,
    Workbook,
    iterate,
    sheet_from_rows,
)

ERROR, UNCALCULATED = object(), object()
A, B, C = "Er der fulgt op?", "Er sagen oplyst?", "Er målene klare?"
HEADER = ["Sagsnr.", "Kommune", "Måling", A, B, C, "Bemærkninger"]


def rows(*extra: list[Any], header: list[Any] | None = None) -> list[list[Any]]:
    """Two cases in each phase, and rows after them."""
    return [
        header or HEADER,
        ["S-1", "Nordby", "Før", "Ja", "Nej", "Ja"],
        ["S-2", "Nordby", "Før", "Nej", "Ikke relevant", None],
        ["S-3", "Nordby", "Efter", "Ja", "Ja", "Nej"],
        ["S-4", "Nordby", "Efter", "Ja", "Nej", "Ja"],
        *extra,
    ]


def sheet(cells: list[list[Any]], name: str = "Data", **facts: Any) -> Sheet:
    """A sheet from rows of values, row 1 and column A first."""
    made = [
        (row, column, *kind_and_text(value))
        for row, line in enumerate(cells, start=1)
        for column, value in enumerate(line, start=1)
        if value is not None
    ]
    return sheet_from_rows(name, made, **facts)


def kind_and_text(value: Any) -> tuple[Kind, str]:
    if value is ERROR:
        return Kind.ERROR, "#N/A"
    if value is UNCALCULATED:
        return Kind.UNCALCULATED, ""
    if isinstance(value, bool):
        return Kind.BOOLEAN, str(int(value))
    if isinstance(value, date):
        return Kind.DATE, str((value - date(1899, 12, 30)).days)
    if isinstance(value, int | float):
        return Kind.NUMBER, repr(value)
    return Kind.TEXT, value


def book(*sheets: Any, file: str = "a.xlsx", **facts: Any) -> Workbook:
    """A workbook of sheets, or of lists of rows."""
    made = [one if isinstance(one, Sheet) else sheet(one) for one in sheets]
    held = [(one.name, *iterate(one)) for one in made]
    digest = sha256(repr((held, facts)).encode()).hexdigest()
    return Workbook(file, digest, 1, tuple(made), **facts)


def form_of(**changes: Any) -> Form:
    """The form of the tests: three measures, two phases; any key may be changed."""
    plain = {
        "id": "prove",
        "title": "Prøve",
        "version": "1",
        "unit": "sag",
        "columns": {
            "case": ["Sagsnr."],
            "phase": ["Måling"],
            "ignored": ["Bemærkninger"],
        },
        "attributes": [
            {"id": "municipality", "label": "Kommune", "columns": ["Kommune"]}
        ],
        "phases": [
            {"id": "before", "label": "Før", "spellings": ["Førmåling"]},
            {"id": "after", "label": "Efter", "spellings": ["Eftermåling"]},
        ],
        "measures": [measure("a", A), measure("b", B), measure("c", C)],
    }
    return form_from(plain | changes, file="prove.toml")


def measure(name: str, *columns: str, **facts: Any) -> dict[str, Any]:
    return {"id": name, "label": f"Mærke {name}", "columns": list(columns), **facts}


def read(*books: Any, form: Form | None = None, **options: Any) -> Checked:
    """What a check finds; a list of rows stands for a workbook of one sheet."""
    made = [one if isinstance(one, Workbook) else book(one) for one in books]
    return check(made, form or form_of(), **options)


def codes(checked: Checked) -> list[str]:
    """The codes of all issues, once each, in order."""
    return list(dict.fromkeys(issue.code for issue in checked.found))


def told(checked: Checked, code: str) -> list[tuple[str | None, int]]:
    """Cell and count of each folded issue of a code."""
    found = fold(one for one in checked.found if one.code == code)
    return [(issue.cell, issue.count) for issue in found]


def only(checked: Checked, code: str) -> Issue:
    """The one issue of a code."""
    found = [issue for issue in checked.found if issue.code == code]
    assert len(found) == 1, [issue.cell for issue in found]
    return found[0]


def errors(checked: Checked) -> set[str]:
    """The codes of the issues of severity error."""
    return {issue.code for issue in checked.found if issue.severity == "error"}


def scores(checked: Checked) -> dict[tuple[str, str], str]:
    """The score of each case and measure."""
    return _by_case(checked.answers, "score")


def answers(checked: Checked) -> dict[tuple[str, str], str]:
    """The answer of each case and measure."""
    return _by_case(checked.answers, "answer")


def column(checked: Checked, measure: str, name: str = "score") -> list[Any]:
    """A column of the answers to one measure, in the order of the cases."""
    found = checked.answers[checked.answers["measure"] == measure]
    return [None if pd.isna(one) else one for one in found[name]]


def _by_case(frame: pd.DataFrame, name: str) -> dict[tuple[str, str], str]:
    keys = zip(frame["unit_id"], frame["measure"], strict=True)
    return dict(zip(keys, frame[name], strict=True))


PLAIN = {
    ("S-1", "a"): "compliant",
    ("S-1", "b"): "noncompliant",
    ("S-1", "c"): "compliant",
    ("S-2", "a"): "noncompliant",
    ("S-2", "b"): "not_applicable",
    ("S-2", "c"): "missing",
    ("S-3", "a"): "compliant",
    ("S-3", "b"): "compliant",
    ("S-3", "c"): "noncompliant",
    ("S-4", "a"): "compliant",
    ("S-4", "b"): "noncompliant",
    ("S-4", "c"): "compliant",
}
"""The scores of the four cases in `rows()`, written out."""

__all__ = [
    "ERROR",
    "HEADER",
    "PLAIN",
    "UNCALCULATED",
    "A",
    "B",
    "C",
    "Finding",
    "answers",
    "book",
    "codes",
    "column",
    "errors",
    "form_of",
    "measure",
    "only",
    "read",
    "rows",
    "scores",
    "sheet",
    "told",
]
