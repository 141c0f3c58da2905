"""Danish days and limits: how long a rule allows, and the last lawful day.

A limit keeps the unit that its source prints, because "8 weeks" and "2 months" are not
the same, nor are hverdage (Monday to Saturday) and arbejdsdage (Monday to Friday), for
which English has one word. Straks is a limit, and so is "inden afgørelsen", which is
kept by what comes on the day that starts it or before; "ingen frist fastsat" is a value
too: retssikkerhedsloven § 3, stk. 2, asks for a limit that not every municipality has
set. Hours are counted as they pass, also on the two days of the year on which the clock
is put forward or back.

The day that starts a limit is not counted. Weeks end on the same weekday, months on
the same day of the month or, where there is none, on the month's last (the reading of
forældelsesloven § 27, stk. 1). Hverdage and arbejdsdage leave out public holidays,
which come from `holidays` and not from a table here: store bededag is one until 2023.
Dates are known from 1900 to 2100.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeAlias, overload

import numpy as np
import pandas as pd

from taskforce_analysis.errors import (
    TaskforceError,
    invalid_definition,
    unknown_name,
    wrong_use,
)

if TYPE_CHECKING:
    import holidays

# One date or many: blank where there is none, a text where it is an ISO date.
Dates: TypeAlias = (
    pd.Series | pd.Index | np.ndarray | Sequence[object] | date | np.datetime64 | None
)
YEARS = range(1900, 2101)
FIRST_DAY = np.datetime64(f"{YEARS[0]}-01-01")
LAST_DAY = np.datetime64(f"{YEARS[-1]}-12-31")
_WEEKMASKS = {"hverdage": "1111110", "arbejdsdage": "1111100"}
_DENMARK = "Europe/Copenhagen"
_DAY = np.timedelta64(1, "D")
_SECOND = np.timedelta64(1, "s")
SPELLINGS = {
    "hours": ("hours", "hour", "timer", "time"),
    "days": ("days", "day", "dage", "dag", "kalenderdage", "calendar days"),
    "hverdage": ("hverdage", "hverdag"),
    "arbejdsdage": ("arbejdsdage", "arbejdsdag", "working days", "working day"),
    "weeks": ("weeks", "week", "uger", "uge"),
    "months": ("months", "month", "måneder", "måned"),
    "years": ("years", "year", "år"),
    "immediately": ("immediately", "straks", "med det samme", "omgående"),
    "beforehand": ("beforehand", "before the decision", "inden afgørelsen"),
    "none": (
        "none",
        "ingen frist fastsat",
        "ingen frist",
        "ingen",
        "no limit",
        "no fixed limit",
    ),
}
UNITS = tuple(SPELLINGS)
WITHOUT_AMOUNT = ("immediately", "beforehand", "none")
_LARGEST = {"hours": 8_784, "years": 20, "months": 240}
_PREFIX = re.compile(r"(?:inden for|op til|senest|within|up to)\s+", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d{1,4})\s+(\D+)\Z")
_REMEDY = (
    'Write it as "4 months", "8 uger", "6 hverdage", "40 arbejdsdage", "24 timer", '
    '"straks" or "ingen frist fastsat"'
)


@dataclass(frozen=True)
class Limit:
    """An amount of a unit; exists so that a limit is never turned into mere days.

    >>> str(Limit(4, "months")), str(Limit(1, "weeks")), str(Limit(0, "immediately"))
    ('4 months', '1 week', 'immediately')
    """

    amount: int
    unit: str

    def __post_init__(self) -> None:
        """Refuse what is no limit; UsageError says what a limit looks like."""
        bare = self.unit in WITHOUT_AMOUNT
        largest = 0 if bare else _LARGEST.get(self.unit, 3_660)
        smallest = 0 if bare else 1
        if self.unit not in UNITS or not smallest <= self.amount <= largest:
            raise wrong_use("this is no limit", _REMEDY)

    def __str__(self) -> str:
        if self.unit in WITHOUT_AMOUNT:
            return self.unit
        many, one = SPELLINGS[self.unit][:2]
        return f"{self.amount} {one if self.amount == 1 else many}"

    @property
    def is_set(self) -> bool:
        """Whether there is a limit at all."""
        return self.unit != "none"


def parse_limit(
    text: str, *, file: str | PurePath | None = None, key: str = "limit"
) -> Limit:
    """The limit that a text states, in English or Danish.

    Raises FormError naming `file` and `key` where a file is given, else UsageError.

    >>> parse_limit("8 uger"), parse_limit("6 hverdage"), parse_limit("straks").unit
    (Limit(amount=8, unit='weeks'), Limit(amount=6, unit='hverdage'), 'immediately')
    """
    plain = " ".join(str(text).split()).rstrip(".").casefold()
    plain = _PREFIX.sub("", plain, count=1)
    matched = _AMOUNT.match(plain)
    unit = _units().get(matched[2].strip() if matched else plain, "")
    try:
        if (unit in WITHOUT_AMOUNT) is bool(matched):
            raise wrong_use("this is no limit", _REMEDY)
        return Limit(int(matched[1]) if matched else 0, unit)
    except TaskforceError:
        if file is None:
            raise
        raise invalid_definition(file, key, f"this is no limit. {_REMEDY}") from None


@cache
def _units() -> dict[str, str]:
    return {one: unit for unit, spelt in SPELLINGS.items() for one in spelt}


@overload
def last_lawful_day(
    start: date | str | np.datetime64 | None,
    limit: Limit | str,
    *,
    moves: bool = False,
    closed: Iterable[str] = (),
) -> date: ...
@overload
def last_lawful_day(
    start: pd.Series,
    limit: Limit | str,
    *,
    moves: bool = False,
    closed: Iterable[str] = (),
) -> pd.Series: ...
@overload
def last_lawful_day(
    start: pd.Index | np.ndarray | Sequence[object],
    limit: Limit | str,
    *,
    moves: bool = False,
    closed: Iterable[str] = (),
) -> np.ndarray: ...
def last_lawful_day(
    start: Dates, limit: Limit | str, *, moves: bool = False, closed: Iterable[str] = ()
) -> pd.Series | np.ndarray | date:
    """The last day on which the deadline is still kept; as `start` was given.

    `moves`: whether a last day on a Saturday, a Sunday, a holiday or one of the
    `closed` days moves to the next arbejdsdag; hours never move. `closed` are days
    that `holidays` calls optional: Grundlovsdag, Juleaftensdag, Nytårsaften. Hours
    from a date alone count from the end of that day. Without a limit there is no day.

    >>> last_lawful_day(date(2024, 1, 31), "1 month")
    datetime.date(2024, 2, 29)
    >>> last_lawful_day(date(2024, 3, 25), "6 hverdage")
    datetime.date(2024, 4, 4)
    """
    limit = parse_limit(limit) if isinstance(limit, str) else limit
    shut = frozenset(closed)
    for name in shut - closed_day_names() if shut else ():
        raise unknown_name("closed day", name, closed_day_names())
    last = last_days(as_moments(start), limit, moves=moves, closed=shut)
    if isinstance(start, pd.Series):
        stamped = last.astype("datetime64[s]")
        return pd.Series(stamped, index=start.index, name=start.name)
    is_single = isinstance(start, str | date | np.datetime64) or start is None
    return last[0].item() if is_single else last


def last_days(
    moments: np.ndarray, limit: Limit, *, moves: bool, closed: frozenset[str]
) -> np.ndarray:
    """The last lawful days of moments (datetime64[s]) under one limit, as arrays."""
    days = within_known(moments.astype("datetime64[D]"))
    if limit.unit == "none":
        return np.full(days.shape, "NaT", "datetime64[D]")
    if limit.unit == "hours":
        hours = np.timedelta64(limit.amount, "h")
        timed = has_time(moments)
        latest = np.where(timed, moments, days + _DAY - _SECOND) + hours
        passed = _on_the_clock(as_passed(moments, first=False) + hours)
        return within_known(np.where(timed, passed, latest).astype("datetime64[D]"))
    return within_known(
        _day_by_day(days, lambda each: _ends(each, limit, moves=moves, closed=closed))
    )


def _day_by_day(
    days: np.ndarray, rule: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    first, last = (
        np.fmin.reduce(days, initial=LAST_DAY),
        np.fmax.reduce(days, initial=FIRST_DAY),
    )
    span = (last - first).astype(int)
    if not 0 <= span < len(days):
        return rule(days)
    # Many cases share few days: each day is worked out once and looked up.
    table = rule(first + np.arange(span + 1))
    places = (days - first).view("int64")
    places[np.isnat(days)] = -1
    return np.append(table, np.datetime64("NaT", "D"))[places]


def _ends(
    days: np.ndarray, limit: Limit, *, moves: bool, closed: frozenset[str]
) -> np.ndarray:
    last = _unmoved(days, limit, closed)
    if not moves:
        return last
    return np.busday_offset(
        last, 0, roll="forward", busdaycal=_calendar("arbejdsdage", closed)
    )


def _unmoved(days: np.ndarray, limit: Limit, closed: frozenset[str]) -> np.ndarray:
    if limit.unit in _WEEKMASKS:
        calendar = _calendar(limit.unit, closed)
        return np.busday_offset(days, limit.amount, "backward", busdaycal=calendar)
    if limit.unit in ("months", "years"):
        return _months_on(days, limit.amount * (12 if limit.unit == "years" else 1))
    return days + limit.amount * (7 if limit.unit == "weeks" else 1) * _DAY


def _months_on(days: np.ndarray, months: int) -> np.ndarray:
    month = days.astype("datetime64[M]")
    target = month + np.timedelta64(months, "M")
    end = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - _DAY
    same = target.astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    return np.minimum(same, end)


@cache
def _calendar(unit: str, closed: frozenset[str]) -> np.busdaycalendar:
    off = set(_public_holidays(YEARS))
    if closed:
        off |= {day for day, name in _optional().items() if name in closed}
    return np.busdaycalendar(_WEEKMASKS[unit], np.array(sorted(off), "datetime64[D]"))


@cache
def closed_day_names() -> frozenset[str]:
    """The names of the days that a rule may close, as `holidays` spells them.

    >>> sorted(closed_day_names())
    ['Arbejdernes kampdag', 'Grundlovsdag', 'Juleaftensdag', 'Nytårsaften']
    """
    return frozenset(_optional(YEARS[-1:]).values())


def _optional(years: range = YEARS) -> dict[date, str]:
    optional = _public_holidays(years, categories=("optional",), language="da")
    return dict(optional.items())


def _public_holidays(
    years: range,
    *,
    categories: tuple[str, ...] | None = None,
    language: str | None = None,
) -> "holidays.HolidayBase":
    """Denmark's holidays from Denmark's file alone.

    To import one country's the usual way loads all 250, which takes longer than to
    check a workbook; where the package lies otherwise than now, it is done that way.
    """
    import holidays

    home = Path(holidays.__file__).parent / "countries" / "denmark.py"
    spec = spec_from_file_location("holidays.countries.denmark", home)
    if not home.is_file() or spec is None or spec.loader is None:
        return holidays.country_holidays(
            "DK", years=years, categories=categories, language=language
        )
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Denmark(years=years, categories=categories, language=language)


def as_moments(values: Dates) -> np.ndarray:
    """Dates in any shape as a one-dimensional array of datetime64[s]; blank is NaT.

    Takes a Series, an array, a list, or one date; a text must be an ISO date. Raises
    UsageError, without the value, for what is no date.

    >>> as_moments("2024-02-29")
    array(['2024-02-29T00:00:00'], dtype='datetime64[s]')
    """
    if isinstance(values, pd.Series | pd.Index):
        values = values.to_numpy()
    found = np.atleast_1d(np.asarray(values))
    if found.dtype.kind == "M":
        return found.astype("datetime64[s]")
    try:
        return np.array([_moment(one) for one in found.tolist()], "datetime64[s]")
    except (TypeError, ValueError):
        raise wrong_use("a date is no date", "Give dates, or ISO texts") from None


def _moment(value: object) -> datetime | date | None:
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, date) or getattr(value, "tzinfo", None) is not None:
        raise TypeError
    return value


def as_days(values: Dates) -> np.ndarray:
    """Dates in any shape as datetime64[D]; outside 1900 to 2100 they are NaT.

    >>> as_days(["2024-02-29", "0224-02-29"])
    array(['2024-02-29',        'NaT'], dtype='datetime64[D]')
    """
    return within_known(as_moments(values).astype("datetime64[D]"))


def within_known(days: np.ndarray) -> np.ndarray:
    """The days, those outside 1900 to 2100 as NaT."""
    outside = outside_known(days)
    return np.where(outside, np.datetime64("NaT", "D"), days) if outside.any() else days


def outside_known(days: np.ndarray) -> np.ndarray:
    """Whether each day lies outside 1900 to 2100; a blank does not."""
    return (days < FIRST_DAY) | (days > LAST_DAY)


def has_time(moments: np.ndarray) -> np.ndarray:
    """Whether a moment carries a time of day; 00:00 is taken as none."""
    return moments != moments.astype("datetime64[D]")


def as_passed(moments: np.ndarray, *, first: bool) -> np.ndarray:
    """Danish clock times as moments whose differences are the hours that passed.

    In the hour that comes twice a year it is the `first` or the second that is meant;
    a time that the clock leaps over is that of the leap.

    >>> moments = as_moments(["2021-03-27T12:00", "2021-03-28T12:30"])
    >>> np.diff(as_passed(moments, first=True))
    array([84600], dtype='timedelta64[s]')
    """
    clock = pd.DatetimeIndex(moments).tz_localize(
        _DENMARK,
        ambiguous=np.full(len(moments), first),
        nonexistent="shift_forward",
    )
    return clock.tz_convert(None).to_numpy().astype("datetime64[s]")


def _on_the_clock(passed: np.ndarray) -> np.ndarray:
    clock = pd.DatetimeIndex(passed).tz_localize("UTC").tz_convert(_DENMARK)
    return clock.tz_localize(None).to_numpy().astype("datetime64[s]")
