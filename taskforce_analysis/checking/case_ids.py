"""Who a row is about: case ids without CPR numbers, the same over all files of a run.

An id that is a CPR number becomes a running number before anything else sees it; so
does an id that is missing, or that Excel has rounded, which can no longer tell two
cases apart.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from taskforce_analysis.checking.distinct_cells import (
    distinct,
    note_broken,
    rows_with,
)
from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.cases import CaseRows
from taskforce_analysis.locating.dates import from_serial
from taskforce_analysis.locating.grid import BROKEN_CELLS, CellText
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import silent_key, visible

EXACT_DIGITS = 15  # what Excel keeps of a number
_ROUNDED = re.compile(r"\d+(?:\.\d+)?e\+?(\d+)\Z", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class CaseIds:
    """The case ids of a part: as shown, as compared, and which can be relied on.

    `shown` and `keys` by distinct id, `codes` and `sure` per row; every row has an id.
    """

    shown: tuple[str, ...]
    keys: tuple[str, ...]
    codes: np.ndarray
    sure: np.ndarray

    def at(self, row: int) -> str:
        """The id of a row as it is shown."""
        return self.shown[self.codes[row]]


@dataclass(eq=False)
class RunningNumbers:
    """The running numbers of a run; exists so that one CPR number gets one of them."""

    given: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def for_cpr(self, text: str) -> str:
        """The running number of an id that holds a CPR number."""
        digits = re.sub(r"\D", "", text.removesuffix(".0"))
        key = digits.rjust(10, "0") if len(digits) <= 10 else silent_key(text)
        return self.given.setdefault(key, f"#{len(self.given) + 1}")

    def knows(self, text: str) -> bool:
        """Whether a number without its leading zero has a running number already."""
        return is_cpr_number(text) and text.rjust(10, "0") in self.given

    def for_nobody(self) -> str:
        """A running number of its own for a row without an id."""
        self.missing.append(f"?{len(self.missing) + 1}")
        return self.missing[-1]


def planned_ids(cases: Iterable[str], numbers: RunningNumbers) -> tuple[str, ...]:
    """Case ids of a plan as a workbook's would be shown: a CPR number is replaced.

    >>> planned_ids(["S-1", "010135-0000"], RunningNumbers())
    ('S-1', '#1')
    """
    return tuple(
        numbers.for_cpr(case) if has_cpr(case) or numbers.knows(case) else visible(case)
        for case in cases
    )


def case_ids_of(part: CaseRows, numbers: RunningNumbers, notes: Notes) -> CaseIds:
    """The id of each row, with everything odd about them noted."""
    heading = part.heading_of("case")
    if heading is None:
        notes.add("CASE_ID_MISSING", part.table.first_cell, count=len(part))
        return _completed([], np.full(len(part), -1), numbers)
    note_broken(part, heading, notes)
    pairs, codes = distinct(part.cells[:, heading])
    said = part.cell_texts(pairs)
    shown = [_shown(kind, text, numbers, date1904=part.date1904) for kind, text in said]
    _note_odd(part, said, codes, heading=heading, notes=notes)
    lost = [number for number, one in enumerate(shown) if one is None]
    codes = np.where(np.isin(codes, lost), -1, codes) if lost else codes
    return _completed([one or "" for one in shown], codes, numbers)


def _completed(shown: list[str], codes: np.ndarray, numbers: RunningNumbers) -> CaseIds:
    sure = codes >= 0
    nameless = np.flatnonzero(~sure)
    if len(nameless):
        codes = codes.copy()
        codes[nameless] = np.arange(len(shown), len(shown) + len(nameless))
        shown = shown + [numbers.for_nobody() for _ in nameless.tolist()]
    return CaseIds(tuple(shown), tuple(map(silent_key, shown)), codes, sure)


def _shown(
    kind: Kind, text: str, numbers: RunningNumbers, *, date1904: bool
) -> str | None:
    if kind is Kind.DATE and (day := _day(text, date1904=date1904)):
        return day
    if kind is Kind.TEXT:
        return numbers.for_cpr(text) if has_cpr(text) else visible(text)
    if kind in BROKEN_CELLS or _is_rounded(text):
        return None
    if has_cpr(text) or is_cpr_number(text):
        return numbers.for_cpr(text)
    return visible(text).removesuffix(".0") if kind is Kind.NUMBER else visible(text)


def _day(text: str, *, date1904: bool) -> str | None:
    """An id that Excel took for a date, as the cell shows it in Danish; else None."""
    when = from_serial(float(text), date1904=date1904)
    return None if when is None else f"{when:%d-%m-%Y}"


def _is_rounded(text: str) -> bool:
    power = _ROUNDED.match(text)
    digits = int(power[1]) + 1 if power else len(text.partition(".")[0])
    return digits > EXACT_DIGITS


def _note_odd(
    part: CaseRows,
    said: Sequence[CellText],
    codes: np.ndarray,
    *,
    heading: int,
    notes: Notes,
) -> None:
    for row in np.flatnonzero(codes < 0).tolist():
        notes.add("CASE_ID_MISSING", part.cell(row, heading))
    for number, (kind, text) in enumerate(said):
        if kind is Kind.DATE:
            for row in rows_with(codes, number):
                notes.add("ID_IS_DATE", part.cell(row, heading))
        if kind is not Kind.TEXT and _is_rounded(text):
            for row in rows_with(codes, number):
                notes.add("ID_PRECISION", part.cell(row, heading))
    texts = sum(kind is Kind.TEXT for kind, _ in said)
    if texts in (0, len(said)):
        return
    # Numbers and texts in one column: told at whichever are fewer.
    kinds = np.array([int(kind) for kind, _ in said])
    fewer = kinds == Kind.TEXT if 2 * texts <= len(kinds) else kinds != Kind.TEXT
    fewer &= ~np.isin(kinds, list(BROKEN_CELLS))
    for row in np.flatnonzero(np.append(fewer, False)[codes]).tolist():
        notes.add("ID_MIXED_TYPES", part.cell(row, heading))
