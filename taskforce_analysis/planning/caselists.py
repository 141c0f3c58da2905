"""A case list as a municipality has it: one row per case, a header somewhere above.

Only the case's number and the columns that are asked for are taken. A number that is a
CPR number is replaced by the row where the case stands, before anything else sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.errors import nearest, wrong_use
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook
from taskforce_analysis.spelling import loose_key
from taskforce_analysis.tables import names_in

CASE_HEADERS = (
    "Sagsnr.",
    "Sagsnummer",
    "Sag nr.",
    "Sag",
    "Sags-id",
    "Journalnr.",
    "Journalnummer",
)
DEEPEST_HEADER = 30
TOTALS = frozenset(("i alt", "ialt", "total", "sum", "samlet"))


@dataclass(frozen=True)
class Case:
    """One case of the list: its number, its row, and its stratum's values."""

    id: str
    row: int
    stratum: tuple[str, ...]


@dataclass(frozen=True)
class CaseList:
    """The cases to draw from, and how many rows were left out for want of a number."""

    file: str
    sha256: str
    columns: tuple[str, ...]
    cases: tuple[Case, ...]
    without_id: int
    repeated: int


def case_list(workbook: Workbook, by: Sequence[str] = ()) -> CaseList:
    """The cases of a workbook's first sheet with a case column.

    `by` names the header of each column that strata are made of. Raises UsageError
    where there is no case column or no such header, naming the nearest one.
    """
    for sheet in workbook.sheets:
        header = None if sheet.hidden else _header_of(sheet)
        if header:
            return _cases(workbook, sheet, header, by=names_in(by))
    known = ", ".join(CASE_HEADERS)
    raise wrong_use("no column of the case list is called as a case", f"Known: {known}")


@dataclass(frozen=True)
class _Header:
    row: int
    columns: dict[str, int]
    case: int


def _header_of(sheet: Sheet) -> _Header | None:
    wanted = {loose_key(name) for name in CASE_HEADERS}
    for row in np.unique(sheet.row[sheet.row <= DEEPEST_HEADER]):
        places = np.flatnonzero(sheet.row == row)
        columns = {
            loose_key(sheet.text_of(int(at))): int(sheet.column[at]) for at in places
        }
        found = [columns[key] for key in columns if key in wanted]
        if found:
            return _Header(int(row), columns, found[0])
    return None


def _cases(
    workbook: Workbook, sheet: Sheet, header: _Header, *, by: tuple[str, ...]
) -> CaseList:
    strata = [_column(header, name) for name in by]
    values = _values(sheet, header.row)
    found: dict[str, Case] = {}
    without = repeated = 0
    for row in _case_rows(values, header):
        name = values[row].get(header.case, "")
        if not name:
            without += 1
        elif name in found:
            repeated += 1
        else:
            stratum = tuple(values[row].get(column, "") for column in strata)
            found[name] = Case(name, row, stratum)
    cases = tuple(_without_cpr(case) for case in found.values())
    return CaseList(workbook.file, workbook.sha256, by, cases, without, repeated)


def _case_rows(values: dict[int, dict[int, str]], header: _Header) -> list[int]:
    """The rows of cases: up to the first empty row; no totals, no lone remarks."""
    rows = []
    for row in range(header.row + 1, max(values, default=0) + 1):
        here = {column for column, text in values.get(row, {}).items() if text}
        if not here:
            break
        name = loose_key(values[row].get(header.case, ""))
        if name not in TOTALS and (here != {header.case} or len(header.columns) == 1):
            rows.append(row)
    return rows


def _column(header: _Header, name: str) -> int:
    key = loose_key(name)
    if key not in header.columns:
        near = nearest(key, header.columns)
        hint = f'Nearest: "{near}"' if near else "Write the header as it stands there"
        raise wrong_use(f'the case list has no column "{name}"', hint)
    return header.columns[key]


def _values(sheet: Sheet, header_row: int) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for at in np.flatnonzero(sheet.row > header_row):
        if sheet.kind[at] not in (Kind.ERROR, Kind.UNCALCULATED):
            text = sheet.text_of(int(at)).strip()
            rows.setdefault(int(sheet.row[at]), {})[int(sheet.column[at])] = text
    return rows


def _without_cpr(case: Case) -> Case:
    personal = has_cpr(case.id) or is_cpr_number(case.id)
    stratum = tuple("" if has_cpr(value) else value for value in case.stratum)
    return Case("" if personal else case.id, case.row, stratum)
