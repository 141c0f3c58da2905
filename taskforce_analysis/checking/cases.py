"""Who a unit is: case ids without CPR numbers, the same over all files of a run.

An id that is a CPR number becomes a running number before anything else sees it; so
does an id that is missing, or that Excel has rounded, which can no longer tell two
cases apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from taskforce_analysis.checking.cells import distinct, each, note_broken
from taskforce_analysis.checking.columns import BROKEN_CELLS
from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.checking.records import Part
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.reading.grid import Said
from taskforce_analysis.spelling import silent_key, visible

EXACT_DIGITS = 15
_ROUNDED = re.compile(r"\d+(?:\.\d+)?e\+?(\d+)\Z", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Ids:
    """A part's case ids: as shown, as compared, and whether they can be relied on.

    `shown` and `keys` by distinct id, `codes` per unit; every unit has one.
    """

    shown: tuple[str, ...]
    keys: tuple[str, ...]
    codes: np.ndarray
    sure: np.ndarray

    def at(self, unit: int) -> str:
        """The id of a unit as it is shown."""
        return self.shown[self.codes[unit]]


@dataclass(frozen=True)
class Numbers:
    """The running numbers of a run; exists so that one CPR number gets one of them."""

    given: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def for_cpr(self, text: str) -> str:
        """The running number of an id that holds a CPR number."""
        digits = re.sub(r"\D", "", text.removesuffix(".0"))
        key = digits.rjust(10, "0") if len(digits) <= 10 else silent_key(text)
        return self.given.setdefault(key, f"#{len(self.given) + 1}")

    def for_nobody(self) -> str:
        """A running number of its own for a unit without an id."""
        self.missing.append(f"?{len(self.missing) + 1}")
        return self.missing[-1]


def ids_of(part: Part, numbers: Numbers, notes: Notes) -> Ids:
    """The ids of a part's units, with everything odd about them noted."""
    place = part.place("case")
    if place is None:
        notes.add("CASE_ID_MISSING", part.table.first_cell, count=len(part))
        return _completed([], np.full(len(part), -1), numbers)
    note_broken(part, place, notes)
    pairs, codes = distinct(part.cells[:, place])
    said = part.said(pairs)
    shown = [_shown(kind, text, numbers) for kind, text in said]
    _note_ids(part, said, codes, place=place, notes=notes)
    lost = [number for number, one in enumerate(shown) if one is None]
    codes = np.where(np.isin(codes, lost), -1, codes) if lost else codes
    return _completed([one or "" for one in shown], codes, numbers)


def _completed(shown: list[str], codes: np.ndarray, numbers: Numbers) -> Ids:
    sure = codes >= 0
    nameless = np.flatnonzero(~sure)
    if len(nameless):
        codes = codes.copy()
        codes[nameless] = np.arange(len(shown), len(shown) + len(nameless))
        shown = shown + [numbers.for_nobody() for _ in nameless.tolist()]
    return Ids(tuple(shown), tuple(map(silent_key, shown)), codes, sure)


def _shown(kind: Kind, text: str, numbers: Numbers) -> str | None:
    if kind is Kind.TEXT:
        return numbers.for_cpr(text) if has_cpr(text) else visible(text)
    if kind in BROKEN_CELLS or _is_rounded(text):
        return None
    if has_cpr(text) or is_cpr_number(text):
        return numbers.for_cpr(text)
    return visible(text).removesuffix(".0") if kind is Kind.NUMBER else visible(text)


def _is_rounded(text: str) -> bool:
    power = _ROUNDED.match(text)
    digits = int(power[1]) + 1 if power else len(text.partition(".")[0])
    return digits > EXACT_DIGITS


def _note_ids(
    part: Part, said: Sequence[Said], codes: np.ndarray, *, place: int, notes: Notes
) -> None:
    for unit in np.flatnonzero(codes < 0).tolist():
        notes.add("CASE_ID_MISSING", part.cell(unit, place))
    for number, (kind, text) in enumerate(said):
        if kind is not Kind.TEXT and _is_rounded(text):
            for unit in each(codes, number):
                notes.add("ID_PRECISION", part.cell(unit, place))
    _note_mixed(part, said, codes, place=place, notes=notes)


def _note_mixed(
    part: Part, said: Sequence[Said], codes: np.ndarray, *, place: int, notes: Notes
) -> None:
    texts = sum(kind is Kind.TEXT for kind, _ in said)
    if texts in (0, len(said)):
        return
    kinds = np.array([int(kind) for kind, _ in said])
    fewer = kinds == Kind.TEXT if 2 * texts <= len(kinds) else kinds != Kind.TEXT
    fewer &= ~np.isin(kinds, list(BROKEN_CELLS))
    for unit in np.flatnonzero(np.append(fewer, False)[codes]).tolist():
        notes.add("ID_MIXED_TYPES", part.cell(unit, place))
