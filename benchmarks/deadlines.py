"""Deadlines for 100,000 cases: whole columns against the usual loop over rows.

The loop is what one writes first: step day by day and ask `holidays` about each day.
Both must give the same last lawful days, outcomes and days. Run from the checkout:

    python benchmarks/deadlines.py
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any, NamedTuple

import holidays
import numpy as np
import pandas as pd

from taskforce_analysis.deadlines import (
    Limit,
    Rule,
    RuleSet,
    judge,
    load_deadlines,
    parse_limit,
)

MEASURED = date(2024, 6, 30)
PARAGRAPHS = ("§ 32 a", "§ 41", "§ 42", "§ 44", "§ 45", "§ 86", "§ 87", "§ 89")
LIMITS = ("8 weeks", "4 months", "6 hverdage", "40 arbejdsdage")
RUNS = 5


class Cases(NamedTuple):
    """Synthetic cases of a whole country: received, and decided or still open."""

    start: pd.Series
    end: pd.Series
    paragraph: pd.Series


class Timed(NamedTuple):
    """The median time of some runs, and the last run's result."""

    seconds: float
    result: Any


class Row(NamedTuple):
    """What both ways must agree on for one case."""

    outcome: str
    days: int
    last: date | None


def synthetic(count: int) -> Cases:
    random = np.random.default_rng(20240630)
    start = np.datetime64("2022-01-01") + random.integers(0, 900, count)
    end = start + random.gamma(2.0, 30.0, count).astype(int)
    end[end > np.datetime64(MEASURED)] = np.datetime64("NaT")
    paragraph = np.array(PARAGRAPHS)[random.integers(0, len(PARAGRAPHS), count)]
    return Cases(
        pd.Series(pd.to_datetime(start)),
        pd.Series(pd.to_datetime(end)),
        pd.Series(paragraph),
    )


def by_row(cases: Cases, limit: Limit | RuleSet) -> list[Row]:
    public = holidays.country_holidays("DK", years=range(2021, 2027))
    starts = [stamp.date() for stamp in cases.start]
    ends = [None if pd.isna(stamp) else stamp.date() for stamp in cases.end]
    rows = zip(starts, ends, cases.paragraph, strict=True)
    if isinstance(limit, Limit):
        return [one_case(start, end, limit, public) for start, end, _ in rows]
    rules = [(paragraph, rule) for rule in limit.rules for paragraph in rule.paragraphs]
    return [
        one_case(start, end, one_limit(rules, paragraph, end or MEASURED), public)
        for start, end, paragraph in rows
    ]


def one_limit(rules: list[tuple[str, Rule]], paragraph: str, on: date) -> Limit | None:
    for name, rule in rules:
        if name == paragraph and (rule.since or on) <= on <= (rule.until or on):
            return rule.limit
    return None


def one_case(start: date, end: date | None, limit: Limit | None, public: Any) -> Row:
    days = ((end or MEASURED) - start).days
    if limit is None:
        return Row("not_applicable", days, None)
    last = last_day(start, limit, public)
    if last > MEASURED:
        return Row("not_due", days, last)
    kept = end is not None and end <= last
    return Row("compliant" if kept else "noncompliant", days, last)


def last_day(start: date, limit: Limit, public: Any) -> date:
    last = unmoved(start, limit, public)
    while last.weekday() > 4 or last in public:
        last += timedelta(1)
    return last


def unmoved(start: date, limit: Limit, public: Any) -> date:
    if limit.unit == "weeks":
        return start + timedelta(weeks=limit.amount)
    if limit.unit == "months":
        return (pd.Timestamp(start) + pd.DateOffset(months=limit.amount)).date()
    weekdays = 6 if limit.unit == "hverdage" else 5
    left, day = limit.amount, start
    while left:
        day += timedelta(1)
        left -= day.weekday() < weekdays and day not in public
    return day


def by_column(cases: Cases, limit: Limit | RuleSet) -> pd.DataFrame:
    rule = limit
    if isinstance(limit, Limit):
        rule = Rule(id="benchmark", what="decision", limit=limit, moves=True)
    return judge(
        cases.start,
        cases.end,
        rule,
        measured=MEASURED,
        paragraphs=cases.paragraph,
    ).cases


def moving(rules: RuleSet) -> RuleSet:
    moved = tuple(replace(rule, moves=True) for rule in rules.rules)
    return replace(rules, rules=moved)


def timed(work: Callable[[], Any], runs: int) -> Timed:
    seconds, result = [], None
    for _ in range(runs):
        began = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - began)
    return Timed(statistics.median(seconds), result)


def assert_same(rows: list[Row], table: pd.DataFrame) -> None:
    outcomes, days, last = zip(*rows, strict=True)
    assert table["outcome"].tolist() == list(outcomes)
    assert table["days"].tolist() == list(days)
    found = table["last_day"].astype(object).where(table["last_day"].notna(), None)
    assert [day and day.date() for day in found] == list(last)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    chosen = parser.parse_args()
    cases = synthetic(chosen.cases)
    print(f"{chosen.cases:,} cases, median of {chosen.runs} runs each\n")
    print("| limit | row by row, ms | whole columns, ms | times faster | same |")
    print("|---|---:|---:|---:|---|")
    rules = moving(load_deadlines("eksempel"))
    limits = {"by paragraph and date": rules} | {
        one: parse_limit(one) for one in LIMITS
    }
    for text, limit in limits.items():
        by_column(cases, limit)  # warmed up: the calendar is built once per process
        ours = timed(lambda limit=limit: by_column(cases, limit), chosen.runs)
        usual = timed(lambda limit=limit: by_row(cases, limit), chosen.runs)
        assert_same(usual.result, ours.result)
        ratio = usual.seconds / ours.seconds
        print(
            f"| {text} | {usual.seconds * 1000:,.0f} | {ours.seconds * 1000:,.1f} "
            f"| {ratio:,.0f} | yes |"
        )
    packages = ("holidays", "numpy", "pandas")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"\nCPython {platform.python_version()}, {versions}")


if __name__ == "__main__":
    main()
