"""What a cell says as a date: a stored date, a serial number, or a typed text.

Text dates are read day first, and it is said which of them could be read month first,
or only so: what one file shows decides for all of its dates. Words are no dates. A date
that never was, one before Excel's calendar is right in 1900, and times alone are
invalid. A cell that holds something which is no date is never taken for an empty one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import silent_key

_MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
_ENGLISH = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_BY_NAME = {
    name[:length]: number
    for names in (_ENGLISH, _MONTHS)
    for number, name in enumerate(names, start=1)
    for length in (len(name), 3)
} | {"sept": 9}
_ZONE = r"(?:\s?z|\s?[+-]\d{2}:?\d{2})?"  # the day is that of the clock on the wall
_TIME = (
    r"(?:[t\s,]+(?:kl\.?\s*)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?"
    rf"{_ZONE})?"
)
# Day, weekday, den: what may stand before a date that is written out.
_BEFORE = (
    r"(?:(?:man|tirs|ons|tors|fre|lør|søn)(?:dag)?[.,]?\s*)?(?:(?:den|d\.?)\s*)?(?=\d)"
)
_DAY_FIRST = re.compile(
    rf"{_BEFORE}(\d{{1,2}})\s*([./\- ])\s*(\d{{1,2}})\s*[./\- ]\s*"
    rf"(\d{{4}}|\d{{2}}){_TIME}\Z"
)
_ISO = re.compile(
    rf"(?:(?=\d{{4}}[./\-]\d{{1,2}}[./\-])|(?=\d{{8}}))"
    rf"(\d{{4}})[./\-]?(\d{{1,2}})[./\-]?(\d{{1,2}}){_TIME}\Z"
)
_NAMED = re.compile(
    rf"{_BEFORE}(\d{{1,2}})[.\-\s]*([a-zæøå]+)[.,\-\s]*(\d{{4}}|\d{{2}}){_TIME}\Z"
)
_SERIAL = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?\Z", re.IGNORECASE)
# What stands in a workbook has no time zone.
_EPOCH_1900 = datetime.fromisoformat("1899-12-30")
_EPOCH_1970 = datetime.fromisoformat("1970-01-01")
_EPOCH_1904 = datetime.fromisoformat("1904-01-01")
EVENING = 22  # from this hour of universal time on it may be the next day in Denmark
NEVER = -(1 << 63)  # what numpy takes for no time at all
EARLIEST, LATEST = 20_000, 80_000  # serials of 1954 and 2119: what may be a date
FIRST_YEAR = 1900  # an earlier one, as 0218 for 2018, is a slip of the hand


DAY_FIRST, MONTH_FIRST, EITHER, BOTH = "day", "month", "either", "both"


@dataclass(frozen=True)
class Day:
    """A read date, or None for what could not be read, with the codes of what is odd.

    `order` says how a typed date can be read: day first alone, month first alone, or
    either; empty where it makes no difference. `other` is what month first would be.
    """

    when: datetime | None
    codes: tuple[str, ...] = ()
    order: str = ""
    other: datetime | None = None

    @cached_property
    def seconds(self) -> int:
        """The seconds since 1970, as numpy counts them; NEVER for no date."""
        if self.when is None:
            return NEVER
        return (self.when - _EPOCH_1970) // timedelta(seconds=1)

    def in_order(self, order: str) -> "Day":
        """The date in a file whose dates show this order."""
        if order == MONTH_FIRST and self.other:
            return Day(self.other, (), self.order)
        if order == BOTH and self.order == MONTH_FIRST:
            return Day(None, ("DATE_MIXED",))
        if order == BOTH and self.order == EITHER:
            return Day(None, tuple(dict.fromkeys((*self.codes, "DATE_AMBIGUOUS"))))
        return self


def order_shown(days: Iterable[Day]) -> str:
    """The order of day and month that dates show; empty where none shows any.

    >>> order_shown([Day(None, (), MONTH_FIRST), Day(None, (), EITHER), Day(None)])
    'month'
    """
    shown = {day.order for day in days} & {DAY_FIRST, MONTH_FIRST}
    return BOTH if len(shown) > 1 else next(iter(shown), "")


INVALID = Day(None, ("DATE_INVALID",))


@dataclass(eq=False)
class DateReader:
    """Reads each distinct cell once, in one of Excel's two date systems."""

    date1904: bool
    today: date
    seen: dict[tuple[int, str], Day] = field(default_factory=dict)

    @cached_property
    def latest(self) -> int:
        """The last second of today."""
        return (self.today - _EPOCH_1970.date()).days * 86_400 + 86_399

    def read(self, kind: int, text: str) -> Day:
        """What a cell of this kind and text says as a date."""
        found = self.seen.get((kind, text))
        if found is None:
            found = self.seen[kind, text] = self._read(Kind(kind), text)
        return found

    def _read(self, kind: Kind, text: str) -> Day:
        if kind is Kind.ERROR:
            return Day(None, ("CELL_ERROR",))
        if kind is Kind.UNCALCULATED:
            return Day(None, ("FORMULA_NOT_CALCULATED",))
        if kind is Kind.TEXT:
            return self._typed(text)
        if kind is Kind.BOOLEAN or not _SERIAL.match(text):
            return INVALID
        if kind is Kind.NUMBER and not EARLIEST <= float(text) <= LATEST:
            return self._compact(text)
        when = from_serial(float(text), date1904=self.date1904)
        codes = ("DATE_SERIAL",) if kind is Kind.NUMBER else ()
        return Day(when, codes) if when else INVALID

    def _compact(self, text: str) -> Day:
        found = _ISO.match(text) if len(text) == 8 else None
        when = found and _moment(found[1], found[2], found[3])
        return Day(when, ("DATE_TEXT",)) if when else INVALID

    def _typed(self, text: str) -> Day:
        key = silent_key(text)
        if found := _ISO.match(key):
            when = _moment(found[1], found[2], found[3], *found.groups()[3:])
            late = when is not None and key.endswith("z") and when.hour >= EVENING
            return Day(when, ("DATE_TEXT", "DATE_AMBIGUOUS")) if late else _told(when)
        if found := _NAMED.match(key):
            month = _BY_NAME.get(found[2], 0)
            year = self._year(found[3])
            return _told(_moment(year, month, found[1], *found.groups()[3:]))
        if found := _DAY_FIRST.match(key):
            return self._day_first(found)
        return INVALID

    def _day_first(self, found: re.Match[str]) -> Day:
        day, mark, month, typed = found.groups()[:4]
        year, time = self._year(typed), found.groups()[4:]
        when = _moment(year, month, day, *time)
        other = _moment(year, day, month, *time)
        if when is None:
            order = MONTH_FIRST if other else ""
            return Day(None, ("DATE_INVALID",), order, other)
        codes = ["DATE_TEXT"]
        if len(typed) == 2 and mark == "-" and _moment(self._year(day), month, typed):
            codes.append("DATE_AMBIGUOUS")
        if other == when:
            return Day(when, tuple(codes))
        return Day(when, tuple(codes), EITHER if other else DAY_FIRST, other)

    def _year(self, typed: str) -> int:
        year = int(typed)
        if len(typed) > 2:
            return year
        century = 2000 if year <= self.today.year % 100 + 5 else 1900
        return century + year


def _told(when: datetime | None) -> Day:
    return Day(when, ("DATE_TEXT",)) if when else INVALID


def _moment(
    year: str | int, month: str | int, day: str | int, *time: str | None
) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in (*time, None, None, None)[:3])
    if int(year) < FIRST_YEAR:
        return None
    typed = f"{int(year):04}-{int(month):02}-{int(day):02}"
    try:
        return datetime.fromisoformat(f"{typed}T{hour:02}:{minute:02}:{second:02}")
    except ValueError:
        return None


def from_serial(serial: float, *, date1904: bool) -> datetime | None:
    """The moment of an Excel serial number; None for one that is no real date.

    >>> from_serial(43132, date1904=False), from_serial(60, date1904=False)
    (datetime.datetime(2018, 2, 1, 0, 0), None)
    """
    if date1904:
        epoch, first = _EPOCH_1904, 1
    else:
        # Excel believes in 29 February 1900: up to there its days are one off.
        epoch, first = _EPOCH_1900, 61
    if not first <= serial < 2_958_466:
        return None
    return epoch + timedelta(seconds=round(serial * 86_400))
