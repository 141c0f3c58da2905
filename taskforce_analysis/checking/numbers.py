"""Numbers in cells, typed as numbers or as Danish text: 1.234, 45,8 %, 12."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.reading.grid import Grid, kind_of
from taskforce_analysis.spelling import visible

_DANISH = re.compile(
    r"(-?\d{1,3}(?:\.\d{3})+|-?\d+)(?:,(\d+))?\s*(%|pct\.?|procent)?\Z"
)
_POINTED = re.compile(r"(-?\d+)\.(\d{1,2})\s*(%|pct\.?|procent)?\Z")
_STORED = re.compile(r"-?\d+(?:\.(\d+))?(?:e[+-]?\d+)?\Z", re.IGNORECASE)
ROUNDING = 1e-9


class Share(NamedTuple):
    """A share in [0, 1], and how far rounding may have moved it."""

    value: float
    step: float


@dataclass(frozen=True, slots=True)
class Number:
    """A number, its decimals, whether a percent sign or text stood there."""

    value: float
    decimals: int
    is_percent: bool
    is_text: bool

    @property
    def share(self) -> Share:
        """The number as a share: 45,8 % and 45.8 and 0.458 are the same.

        >>> Number(46.0, 0, is_percent=False, is_text=False).share.value
        0.46
        """
        percent = self.is_percent or self.value > 1
        scale = 100 if percent else 1
        step = 0.5 * 10.0**-self.decimals / scale
        # A share of 0 or 1 has no decimals to tell how it was rounded.
        step = max(step, 0.005) if percent and not self.decimals else step
        if not percent and not self.decimals:
            step = 0.005
        return Share(self.value / scale, step + ROUNDING)


def number_of(grid: Grid, pair: int) -> Number | None:
    """The number in a cell; None when it is none."""
    kind, text = kind_of(pair), grid.text(pair)
    if kind is Kind.NUMBER:
        found = _STORED.match(text)
        decimals = len((found[1] or "").rstrip("0")) if found else 0
        return Number(float(text), decimals, is_percent=False, is_text=False)
    return typed_number(text) if kind is Kind.TEXT else None


def typed_number(text: str) -> Number | None:
    """The number that a text says, in Danish or with a decimal point.

    >>> typed_number("45,8 %").value, typed_number("1.234").value
    (45.8, 1234.0)
    """
    plain = visible(text).casefold()
    found = _DANISH.match(plain) or _POINTED.match(plain)
    if found is None:
        return None
    whole, part, sign = found[1].replace(".", ""), found[2] or "", found[3]
    value = float(f"{whole}.{part or 0}")
    return Number(value, len(part), is_percent=sign is not None, is_text=True)
