"""Danish days: which are worked, and which is the last lawful day.

The day that starts a limit is not counted. Weeks end on the same weekday, months on
the same day of the month or, where there is none, on the month's last (the reading of
forældelsesloven § 27, stk. 1). Hverdage are Monday to Saturday, arbejdsdage Monday to
Friday, both without public holidays, which come from `holidays` and not from a table
here: store bededag is one until 2023. Dates are known from 1900 to 2100.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.limits import Limit, parse_limit
from taskforce_analysis.errors import unknown_name, wrong_use

YEARS = range(1900, 2101)
FIRST_DAY = np.datetime64(f"{YEARS[0]}-01-01")
LAST_DAY = np.datetime64(f"{YEARS[-1]}-12-31")
_WEEKMASKS = {"hverdage": "1111110", "arbejdsdage": "1111100"}
_DAY = np.timedelta64(1, "D")
_SECOND = np.timedelta64(1, "s")


def as_moments(values: Any) -> np.ndarray:
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


def _moment(value: Any) -> datetime | date | None:
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, date) or getattr(value, "tzinfo", None) is not None:
        raise TypeError
    return value


def as_days(values: Any) -> np.ndarray:
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


def last_lawful_day(
    start: Any, limit: Limit | str, *, moves: bool = False, closed: Iterable[str] = ()
) -> Any:
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
    shut = _known_closed(frozenset(closed))
    last = last_days(as_moments(start), limit, moves=moves, closed=shut)
    return _like(start, last)


def last_days(
    moments: np.ndarray, limit: Limit, *, moves: bool, closed: frozenset[str]
) -> np.ndarray:
    """The last lawful days of moments (datetime64[s]) under one limit, as arrays."""
    days = within_known(moments.astype("datetime64[D]"))
    if limit.unit == "none":
        return np.full(days.shape, "NaT", "datetime64[D]")
    if limit.unit == "hours":
        hours = np.timedelta64(limit.amount, "h")
        latest = np.where(has_time(moments), moments, days + _DAY - _SECOND)
        return within_known((latest + hours).astype("datetime64[D]"))
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


def has_time(moments: np.ndarray) -> np.ndarray:
    """Whether a moment carries a time of day; 00:00 is taken as none."""
    return moments != moments.astype("datetime64[D]")


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


def count_working_days(
    first: Any,
    last: Any,
    *,
    unit: str = "arbejdsdage",
    closed: Iterable[str] = (),
) -> Any:
    """How many working days lie after `first`, up to and with `last`.

    The inverse of `last_lawful_day`; `unit` is hverdage or arbejdsdage. One number
    for two single dates, else an array of int64. Blank dates raise UsageError.

    >>> count_working_days("2024-03-25", "2024-04-04", unit="hverdage")
    6
    """
    one, other = as_days(first), as_days(last)
    if np.isnat(one).any() or np.isnat(other).any():
        raise wrong_use("a date is blank or outside 1900 to 2100", "Leave it out")
    calendar = _calendar(unit, _known_closed(frozenset(closed)))
    counted = np.busday_count(one + _DAY, other + _DAY, busdaycal=calendar)
    return int(counted[0]) if is_single(first) and is_single(last) else counted


def is_working_day(
    dates: Any, *, unit: str = "arbejdsdage", closed: Iterable[str] = ()
) -> Any:
    """Whether each date is a hverdag or arbejdsdag; one truth for one date.

    >>> is_working_day("2023-05-05"), is_working_day("2024-04-26")  # store bededag
    (False, True)
    """
    calendar = _calendar(unit, _known_closed(frozenset(closed)))
    worked = np.is_busday(as_days(dates), busdaycal=calendar)
    return bool(worked[0]) if is_single(dates) else worked


@cache
def closed_day_names() -> frozenset[str]:
    """The names of the days that a rule may close, as `holidays` spells them.

    >>> sorted(closed_day_names())
    ['Arbejdernes kampdag', 'Grundlovsdag', 'Juleaftensdag', 'Nytårsaften']
    """
    return frozenset(_optional(YEARS[-1:]).values())


def _known_closed(closed: frozenset[str]) -> frozenset[str]:
    for name in closed - closed_day_names() if closed else ():
        raise unknown_name("closed day", name, closed_day_names())
    return closed


def _optional(years: range = YEARS) -> dict[date, str]:
    import holidays

    found = holidays.country_holidays(
        "DK", years=years, categories=("optional",), language="da"
    )
    return dict(found.items())


@cache
def days_off(closed: frozenset[str] = frozenset()) -> np.ndarray:
    """Public holidays from 1900 to 2100 and the `closed` days, sorted."""
    import holidays

    off = set(holidays.country_holidays("DK", years=YEARS))
    if closed:
        off |= {day for day, name in _optional().items() if name in closed}
    return np.array(sorted(off), "datetime64[D]")


@cache
def _calendar(unit: str, closed: frozenset[str]) -> np.busdaycalendar:
    if unit not in _WEEKMASKS:
        raise unknown_name("unit of working days", unit, _WEEKMASKS)
    return np.busdaycalendar(_WEEKMASKS[unit], days_off(closed))


def is_single(values: Any) -> bool:
    """Whether one date was given, and not a column of them."""
    return isinstance(values, str | date | np.datetime64) or values is None


def _like(given: Any, days: np.ndarray) -> Any:
    if isinstance(given, pd.Series):
        stamped = days.astype("datetime64[s]")
        return pd.Series(stamped, index=given.index, name=given.name)
    return days[0].item() if is_single(given) else days
