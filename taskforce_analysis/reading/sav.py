"""An SPSS file (.sav, .zsav) by way of pyreadstat: labels are what its cells say.

A variable is called by its question where it has one, else by its name, and a value by
its label, missing values of the user's own ("Ved ikke") too. A number without a label
stays a number, and a date is the day number that a workbook would hold.
"""

import io
from datetime import date
from math import isnan
from pathlib import Path

from taskforce_analysis.errors import file_error
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Contents,
    Finding,
    Kind,
    sheet_from_rows,
)
from taskforce_analysis.reading.xls import digits

SHEET = "sav"
_DAY = 86_400
# SPSS counts seconds from the first day of the Gregorian calendar less one.
_SHIFT = (date(1899, 12, 30) - date(1582, 10, 14)).days
_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR", "YMDHMS")
_TIMES = ("TIME", "DTIME", "MTIME")


def read_sav(path: Path, data: bytes) -> Contents:
    """The cells of an SPSS file; FileError where pyreadstat is not installed."""
    try:
        import pyreadstat
    except ImportError:
        raise file_error("FILE_NEEDS_EXTRA", path) from None
    columns, facts = pyreadstat.read_sav(
        io.BytesIO(data),
        user_missing=True,
        disable_datetime_conversion=True,
        output_format="dict",
    )
    rows = max(map(len, columns.values()), default=0)
    if len(columns) > LAST_COLUMN or rows >= LAST_ROW:
        raise file_error("FILE_TOO_LARGE", path)
    cells: list[tuple[int, int, Kind, str]] = []
    unseen: list[str] = [*(facts.notes or ()), facts.file_label or ""]
    for column, (name, values) in enumerate(columns.items(), start=1):
        labels = facts.variable_value_labels.get(name, {})
        unseen += map(str, labels.values())
        cells.append((1, column, Kind.TEXT, facts.column_names_to_labels[name] or name))
        shown = (facts.original_variable_types[name] or "").rstrip("0123456789.")
        for row, value in enumerate(values, start=2):
            if cell := _cell(labels.get(value, value), shown):
                cells.append((row, column, *cell))
    found = Contents(sheets=[sheet_from_rows(SHEET, cells)])
    if count := sum(map(count_cpr, unseen)):
        found.findings.append(Finding("CPR_FOUND", None, "notes", count))
    return found


def _cell(value: str | float | None, shown: str) -> tuple[Kind, str] | None:
    if isinstance(value, str):
        text = value.strip()
        return (Kind.TEXT, text) if text else None
    if value is None or isnan(value):
        return None
    if shown in _TIMES:
        return Kind.DATE, digits(value / _DAY)
    if shown.startswith(_DATES):
        return Kind.DATE, digits(value / _DAY - _SHIFT)
    return Kind.NUMBER, digits(float(value))
