"""Last lawful days against a table worked by hand, outcomes, rules and their laws."""

import csv
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import holidays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis import deadlines
from taskforce_analysis.deadlines import (
    FollowUp,
    Limit,
    Rule,
    RuleSet,
    calendar,
    follow_up_series,
    judge,
    last_lawful_day,
    load_deadlines,
    parse_limit,
)
from taskforce_analysis.deadlines.calendar import closed_day_names
from taskforce_analysis.errors import FileError, FormError, UsageError
from taskforce_analysis.paragraphs import (
    days_of_benefit,
    law_table,
    parse_provision,
    parse_provisions,
    successors,
)
from taskforce_analysis.shipped import definitions_folder

HERE = Path(__file__).parent
with (HERE / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as _table:
    WORKED = list(csv.DictReader(_table, delimiter=";"))
SHIPPED = sorted(definitions_folder("deadlines").glob("*.toml"))

days_known = st.dates(date(1990, 1, 1), date(2060, 12, 31))
limits = st.one_of(
    st.builds(Limit, st.integers(1, 60), st.sampled_from(["days", "weeks", "months"])),
    st.builds(Limit, st.integers(1, 130), st.sampled_from(["hverdage", "arbejdsdage"])),
    st.builds(Limit, st.integers(1, 200), st.just("hours")),
    st.just(Limit(0, "immediately")),
)
working_units = st.sampled_from(["hverdage", "arbejdsdage"])
closed_days = st.sampled_from([(), ("Grundlovsdag",), ("Juleaftensdag", "Nytårsaften")])


# The table worked by hand


def test_the_table_is_large_and_reasoned():
    assert len(WORKED) >= 60
    assert all(len(row["reasoning"]) > 10 for row in WORKED)


@pytest.mark.parametrize(
    "row", WORKED, ids=[" ".join(filter(None, row.values())) for row in WORKED]
)
def test_last_lawful_day_worked_by_hand(row):
    file, _, rule_id = row["rule"].partition(":")
    if file:
        (rule,) = [one for one in load_deadlines(file).rules if one.id == rule_id]
        limit, moves, closed = rule.limit, rule.moves, rule.closed
    else:
        limit, moves = row["limit"], row["moves"] == "yes"
        closed = [one for one in row["closed"].split("+") if one]
    found = last_lawful_day(row["start"], limit, moves=moves, closed=closed)
    assert ("" if found is None else found.isoformat()) == row["last_day"]


# Limits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 months", Limit(4, "months")),
        ("6 working days", Limit(6, "arbejdsdage")),
        ("24 hours", Limit(24, "hours")),
        ("8 weeks", Limit(8, "weeks")),
        ("14 days", Limit(14, "days")),
        ("immediately", Limit(0, "immediately")),
        ("none", Limit(0, "none")),
        ("4 måneder", Limit(4, "months")),
        ("1 måned", Limit(1, "months")),
        ("8 uger", Limit(8, "weeks")),
        ("6 hverdage", Limit(6, "hverdage")),
        ("40 arbejdsdage", Limit(40, "arbejdsdage")),
        ("7 dage", Limit(7, "days")),
        ("24 timer", Limit(24, "hours")),
        ("1 år", Limit(1, "years")),
        ("Straks", Limit(0, "immediately")),
        ("ingen frist fastsat", Limit(0, "none")),
        ("  Inden for  8 uger. ", Limit(8, "weeks")),
        ("Op til 20 arbejdsdage", Limit(20, "arbejdsdage")),
    ],
)
def test_limits_are_parsed(text, expected):
    assert parse_limit(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "8", "uger", "otte uger", "-4 weeks", "0 weeks", "4.5 weeks"),
        *("3 straks", "8-12 uger", "99999 days", "weeks 8", "4 fortnights"),
        "1000 years",
    ],
)
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(UsageError, match="this is no limit"):
        parse_limit(text)
    with pytest.raises(FormError, match=r"own\.toml: key rules\[1\]\.limit: this is"):
        parse_limit(text, file="own.toml", key="rules[1].limit")


@given(limits)
def test_a_limit_reads_its_own_text(limit):
    assert parse_limit(str(limit)) == limit


def test_a_limit_of_unknown_unit_is_refused():
    with pytest.raises(UsageError, match="this is no limit"):
        Limit(4, "fortnights")


# The calendar


def test_the_names_of_the_days_that_a_rule_may_close_are_those_of_every_year():
    years = range(1900, 2101)
    optional = holidays.country_holidays(
        "DK", years=years, categories=("optional",), language="da"
    )
    assert closed_day_names() == set(optional.values())


def test_the_calendar_loads_no_other_country():
    code = (
        "import sys; from taskforce_analysis.deadlines import last_lawful_day as last;"
        "last('2024-01-02', '5 hverdage');"
        "print([m for m in sys.modules if m.startswith('holidays.countries')])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_where_the_file_of_denmark_is_gone_the_calendar_is_the_same(monkeypatch):
    years = range(1900, 2101)
    alone = dict(calendar._public_holidays(years=years))
    monkeypatch.setattr(Path, "is_file", lambda _: False)
    assert dict(calendar._public_holidays(years=years)) == alone
    assert alone == dict(holidays.country_holidays("DK", years=years))


PUBLIC = holidays.country_holidays("DK")
OPTIONAL = holidays.country_holidays("DK", categories=("optional",), language="da")


def works(day: date, unit: str = "arbejdsdage", closed: tuple[str, ...] = ()) -> bool:
    """Whether a day is worked, from `holidays` alone."""
    shut = day in PUBLIC or OPTIONAL.get(day) in closed
    return day.weekday() < (6 if unit == "hverdage" else 5) and not shut


def by_hand(start: date, limit: Limit, *, moves: bool, closed: tuple[str, ...]) -> date:
    """The straightforward way: step day by day with `holidays`."""
    day = start
    if limit.unit in ("hverdage", "arbejdsdage"):
        for _ in range(limit.amount):
            day += timedelta(1)
            while not works(day, limit.unit, closed):
                day += timedelta(1)
    elif limit.unit == "months":
        stamp = pd.Timestamp(start) + pd.DateOffset(months=limit.amount)
        day = stamp.date()
    elif limit.unit == "hours":
        end_of_day = pd.Timestamp(start) + pd.Timedelta(hours=24, seconds=-1)
        return (end_of_day + pd.Timedelta(hours=limit.amount)).date()
    else:
        step = {"days": 1, "weeks": 7}.get(limit.unit, 0)
        day += timedelta(limit.amount * step)
    while moves and not works(day, closed=closed):
        day += timedelta(1)
    return day


@given(days_known, limits, st.booleans(), closed_days)
def test_the_vector_gives_what_stepping_by_day_gives(start, limit, moves, closed):
    expected = by_hand(start, limit, moves=moves, closed=closed)
    assert last_lawful_day(start, limit, moves=moves, closed=closed) == expected


@given(st.lists(st.none() | st.dates(date(2023, 12, 20), date(2024, 1, 5))), limits)
def test_a_column_gives_what_each_date_gives(days, limit):
    found = last_lawful_day(days, limit, moves=True).tolist()
    assert found == [last_lawful_day(day, limit, moves=True) for day in days]


@given(days_known, st.integers(0, 40), limits, st.booleans())
def test_a_later_start_never_ends_earlier(start, later, limit, moves):
    first = last_lawful_day(start, limit, moves=moves)
    assert last_lawful_day(start + timedelta(later), limit, moves=moves) >= first


@given(days_known, st.integers(1, 130), working_units, closed_days)
def test_counting_is_the_inverse_of_the_last_day(start, amount, unit, closed):
    last = last_lawful_day(start, Limit(amount, unit), closed=closed)
    after = [start + timedelta(day) for day in range(1, (last - start).days + 1)]
    assert sum(works(day, unit, closed) for day in after) == amount
    assert works(last, unit, closed)


@given(days_known, limits)
def test_a_moved_last_day_is_the_next_arbejdsdag(start, limit):
    plain = last_lawful_day(start, limit)
    moved = last_lawful_day(start, limit, moves=True)
    if limit.unit == "hours":
        assert moved == plain
    else:
        between = [plain + timedelta(day) for day in range((moved - plain).days)]
        assert works(moved)
        assert not any(map(works, between))


@given(days_known, st.integers(1, 100))
def test_hverdage_end_no_later_than_arbejdsdage(start, amount):
    weekdays = last_lawful_day(start, Limit(amount, "hverdage"))
    assert weekdays <= last_lawful_day(start, Limit(amount, "arbejdsdage"))


def test_store_bededag_is_a_holiday_until_2023():
    assert last_lawful_day("2023-05-04", "1 arbejdsdag") == date(2023, 5, 8)
    assert last_lawful_day("2024-04-25", "1 arbejdsdag") == date(2024, 4, 26)


def test_a_column_gives_a_column_of_the_same_index_and_name():
    start = pd.Series(
        pd.to_datetime(["2024-01-31", "NaT"]), index=["b", "a"], name="modtaget"
    )
    found = last_lawful_day(start, "1 month")
    assert list(found.index) == ["b", "a"]
    assert found.name == "modtaget"
    assert found.iloc[0] == pd.Timestamp("2024-02-29")
    assert found.isna().tolist() == [False, True]


def test_arrays_lists_and_scalars_give_the_same():
    array = np.array(["2024-01-31", "NaT"], "datetime64[D]")
    expected = np.array(["2024-02-29", "NaT"], "datetime64[D]")
    np.testing.assert_array_equal(last_lawful_day(array, "1 month"), expected)
    listed = [pd.Timestamp("2024-01-31 13:45"), None]
    np.testing.assert_array_equal(last_lawful_day(listed, "1 month"), expected)
    assert last_lawful_day(date(2024, 1, 31), "1 month") == date(2024, 2, 29)
    assert last_lawful_day(None, "1 month") is None


def test_dates_outside_the_calendar_have_no_last_day():
    assert last_lawful_day("0224-01-31", "1 month") is None
    assert last_lawful_day("2100-12-30", "6 arbejdsdage") is None


@pytest.mark.parametrize(
    "values",
    [
        [43132],
        [1.5],
        ["31-01-2024"],
        ["2024"],
        ["today"],
        [True],
        ["0101350000"],
        [date(2024, 1, 1), "Sofie"],
        [pd.Timestamp("2024-01-01", tz="UTC")],
    ],
    ids=["serial", "number", "text", "year", "today", "truth", "cpr", "name", "zone"],
)
def test_what_is_no_date_is_refused_without_its_value(values):
    with pytest.raises(UsageError, match="a date is no date") as caught:
        last_lawful_day(values, "1 month")
    assert str(values[-1]) not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_closed_day_is_told_with_the_nearest():
    with pytest.raises(UsageError, match='Nearest: "Grundlovsdag"'):
        last_lawful_day("2024-06-05", "1 week", closed=("Grundlovsdagen",))


# Judging


def outcomes(judged) -> list[str]:
    return judged.cases["outcome"].tolist()


def codes(judged) -> list[tuple[object, str]]:
    return list(judged.issues.itertuples(index=False, name=None))


def test_every_outcome():
    start = ["2024-01-01"] * 5 + ["2024-06-01", None, None]
    end = ["2024-02-26", "2024-02-27", None, "2024-01-05", "2023-12-31", "2024-06-05"]
    end += [None, "2024-02-01"]
    judged = judge(start, end, "8 weeks", measured="2024-07-01")
    assert outcomes(judged) == [
        "compliant",  # on the last lawful day
        "noncompliant",  # the day after
        "noncompliant",  # open and overdue
        "compliant",  # early, and the limit has passed
        "not_assessable",  # decided before it came in
        "not_due",  # decided early, but the limit has not passed
        "missing",
        "missing",
    ]
    assert codes(judged) == [(4, "DATE_ORDER")]
    assert judged.cases["days"].tolist() == [56, 57, 182, 4, pd.NA, 4, pd.NA, pd.NA]
    assert judged.cases["over"].tolist()[:4] == [0, 1, 126, 0]
    assert judged.cases["over"].isna().tolist() == [False] * 4 + [True] * 4
    assert judged.cases["open"].tolist() == [False, False, True] + [False] * 5
    assert set(judged.cases["limit"]) == {"8 weeks"}
    assert judged.cases["allowed"].tolist()[0] == 56


def test_a_case_is_due_on_its_last_lawful_day():
    start, end = ["2024-01-01"] * 2, ["2024-01-10", None]
    due = judge(start, end, "8 weeks", measured="2024-02-26")
    not_due = judge(start, end, "8 weeks", measured="2024-02-25")
    assert outcomes(due) == ["compliant", "noncompliant"]
    assert outcomes(not_due) == ["not_due", "not_due"]


def test_early_decisions_count_only_when_due():
    # 100 cases a month for a year, 56 of each 100 within 8 weeks and half of these
    # after one week, the rest after 20 weeks; measured one week after the year.
    received = pd.date_range("2023-01-01", "2023-12-31", freq="D").repeat(25)
    waits = np.tile([7] * 7 + [50] * 7 + [140] * 11, 365)
    decided = pd.Series(received + pd.to_timedelta(waits, unit="D"))
    seen = decided.where(decided <= pd.Timestamp("2024-01-07"))
    judged = judge(pd.Series(received), seen, "8 weeks", measured="2024-01-07")
    counts = judged.cases["outcome"].value_counts()
    rate = counts["compliant"] / (counts["compliant"] + counts["noncompliant"])
    assert rate == pytest.approx(0.56, abs=1e-12)
    in_time = (seen - pd.Series(received)).dt.days <= 56
    naive = in_time.sum() / (in_time.sum() + counts["noncompliant"])
    assert naive > 0.58  # early decisions in, cases not yet due left out


def test_an_end_after_the_measurement_had_not_come():
    judged = judge(
        ["2024-01-01", "2024-01-01", "2024-05-01"],
        ["2024-03-20", "2024-03-20", "2024-05-02"],
        "8 weeks",
        measured=["2024-03-01", "2024-02-01", "2024-04-01"],
    )
    assert outcomes(judged) == ["noncompliant", "not_due", "not_due"]
    assert codes(judged) == [(row, "DATE_FUTURE") for row in range(3)]
    assert judged.cases["open"].all()
    assert judged.cases["days"].tolist() == [60, 31, pd.NA]
    assert judged.cases["over"].tolist()[0] == 4  # 26 February to 1 March


def test_without_a_date_of_measurement_an_open_case_is_missing():
    judged = judge(["2024-01-01"] * 3, ["2024-01-02", "2025-01-01", None], "8 weeks")
    assert outcomes(judged) == ["compliant", "noncompliant", "missing"]
    assert codes(judged) == [(2, "MEASURED_MISSING")]
    assert judged.cases["days"].tolist() == [1, 366, pd.NA]


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        ("2024-05-06", "2024-05-06", "compliant"),
        ("2024-05-06", "2024-05-07", "not_assessable"),
        ("2024-05-06", "2024-05-08", "noncompliant"),
        ("2024-05-06T10:00", "2024-05-07T10:00", "compliant"),
        ("2024-05-06T10:00", "2024-05-07T10:01", "noncompliant"),
        ("2024-05-06T10:00", "2024-05-06", "compliant"),
        ("2024-05-06T10:00", "2024-05-07", "not_assessable"),
        ("2024-05-06", "2024-05-07T09:00", "not_assessable"),
        ("2024-05-06T10:00", "2024-05-08", "noncompliant"),
        ("2024-05-06", None, "noncompliant"),
    ],
)
def test_24_hours_from_dates_alone(start, end, outcome):
    judged = judge(start, end, "24 hours", measured="2024-06-01")
    assert outcomes(judged) == [outcome]
    ambiguous = [(0, "TIME_MISSING")] if outcome == "not_assessable" else []
    assert codes(judged) == ambiguous


def test_a_time_of_day_shows_an_impossible_order():
    judged = judge("2024-05-06T10:00", "2024-05-06T09:00", "1 week")
    assert codes(judged) == [(0, "DATE_ORDER")]
    same_day = judge("2024-05-06T10:00", "2024-05-06", "1 week")
    assert outcomes(same_day) == ["compliant"]


def test_straks_is_the_same_day():
    judged = judge(["2024-05-06"] * 2, ["2024-05-06", "2024-05-07"], "straks")
    assert outcomes(judged) == ["compliant", "noncompliant"]


def test_dates_outside_the_calendar_are_not_assessed():
    judged = judge(
        ["0224-01-01", "2024-01-01"], ["2024-02-01", "3024-02-01"], "8 weeks"
    )
    assert outcomes(judged) == ["not_assessable", "not_assessable"]
    assert codes(judged) == [(0, "DATE_INVALID"), (1, "DATE_INVALID")]


# Eight weeks from 1 January 2024 end on 26 February; from 1 June on 27 July.
@pytest.mark.parametrize(
    ("start", "end", "lost", "outcome"),
    [
        ("2024-01-01", None, "end", "unrecognised"),
        ("2024-06-01", None, "end", "not_due"),
        (None, "2024-02-01", "start", "unrecognised"),
        (None, None, "start", "unrecognised"),
        (None, None, "end", "missing"),
        ("2024-01-01", "2024-02-26", "earlier", "unrecognised"),
        ("2024-01-01", "2024-02-27", "earlier", "noncompliant"),
        ("2024-01-01", "2024-01-01", "earlier", "compliant"),
        ("2024-01-01", None, "earlier", "noncompliant"),
        ("2024-06-01", "2024-06-02", "earlier", "unrecognised"),
        ("2024-06-01", None, "earlier", "unrecognised"),
        ("2024-08-01", None, "earlier", "not_due"),
        ("0224-01-01", None, "end", "not_assessable"),
    ],
)
def test_what_holds_whatever_an_unreadable_date_was(start, end, lost, outcome):
    judged = judge(
        start, end, "8 weeks", measured="2024-07-01", unreadable={lost: [True]}
    )
    assert outcomes(judged) == [outcome]
    unknown = outcome == "unrecognised" or lost == "end"
    assert judged.cases["open"].isna().tolist() == [unknown]
    assert judged.cases["days"].isna().tolist() == [
        unknown or start is None or start > "2024-07-01"
    ]
    assert judged.cases["over"].isna().tolist() == [True]


def test_what_is_written_beside_an_unreadable_flag_does_not_count():
    first, second = "2024-01-01", "2024-01-02"
    judged = judge(first, second, "8 weeks", unreadable={"end": True, "start": False})
    assert outcomes(judged) == ["unrecognised"]
    early = judge(first, second, "8 weeks", earlier=first, unreadable={"earlier": True})
    assert outcomes(early) == ["unrecognised"]


def test_no_limit_is_not_applicable_whatever_the_date_was():
    lost = {"end": [True], "start": [False]}
    unset = judge("2024-01-01", None, "ingen frist fastsat", unreadable=lost)
    assert outcomes(unset) == ["not_applicable"]


@pytest.mark.parametrize("lost", [{"end": [True] * 3}, {"slut": [True, False]}])
def test_flags_that_do_not_fit_the_dates_are_refused(lost):
    with pytest.raises(UsageError, match="the unreadable dates do not fit"):
        judge(["2024-01-01"] * 2, [None] * 2, "8 weeks", unreadable=lost)


# Eight weeks until 2023, four from 2024; measured on 1 July 2024.
@pytest.mark.parametrize(
    ("by", "start", "end", "lost", "rule", "outcome"),
    [
        ("end", "2023-10-01", None, "end", None, "unrecognised"),
        ("end", "2024-01-01", None, "end", "b", "unrecognised"),
        ("end", "2024-06-20", None, "end", "b", "not_due"),
        ("start", "2023-10-01", None, "end", "a", "unrecognised"),
        ("start", None, "2023-12-31", "start", "a", "unrecognised"),
        ("start", None, "2024-01-01", "start", None, "unrecognised"),
        ("end", None, "2024-01-01", "start", "b", "unrecognised"),
        ("end", None, None, "start", "b", "unrecognised"),
    ],
)
def test_an_unreadable_date_chooses_no_rule(by, start, end, lost, rule, outcome):
    kind = {"what": "decision", "paragraphs": ("§ 1",)}
    old = Rule(id="a", limit=Limit(8, "weeks"), until=date(2023, 12, 31), **kind)
    new = Rule(id="b", limit=Limit(4, "weeks"), since=date(2024, 1, 1), **kind)
    rules = RuleSet(id="x", title="X", rules=(old, new), in_force_on=by)
    judged = judge(
        start,
        end,
        rules,
        measured="2024-07-01",
        paragraphs=["§ 1"],
        unreadable={lost: [True]},
    )
    (found,) = judged.cases["rule"]
    assert (None if pd.isna(found) else found) == rule
    assert (outcomes(judged), codes(judged)) == ([outcome], [])


def test_no_limit_is_not_applicable():
    unset = judge("2024-01-01", "2024-09-01", "ingen frist fastsat")
    assert outcomes(unset) == ["not_applicable"]
    assert codes(unset) == []
    lacking = judge("2024-01-01", "2024-09-01", None)
    assert outcomes(lacking) == ["not_applicable"]
    assert codes(lacking) == [(0, "RULE_MISSING")]


def test_issues_name_the_case_by_its_index():
    start = pd.Series(pd.to_datetime(["2024-02-01", "2024-02-01"]), ["A7", "A9"])
    end = pd.Series(pd.to_datetime(["2024-02-02", "2024-01-01"]))
    judged = judge(start, end, "1 week")
    assert codes(judged) == [("A9", "DATE_ORDER")]
    assert judged.cases.index.tolist() == ["A7", "A9"]


def test_no_cases_give_empty_tables():
    judged = judge([], [], load_deadlines("eksempel"), paragraphs=[])
    assert (len(judged.cases), len(judged.issues)) == (0, 0)


def test_columns_of_different_length_are_refused():
    with pytest.raises(UsageError, match="start and end dates are not equally many"):
        judge(["2024-01-01"], ["2024-01-01"] * 2, "1 week")
    with pytest.raises(UsageError, match="the dates of measurement do not fit"):
        judge(["2024-01-01"] * 3, [None] * 3, "1 week", measured=["2024-01-01"] * 2)
    with pytest.raises(UsageError, match="paragraphs and dates are not equally many"):
        judge("2024-01-01", None, load_deadlines("eksempel"), paragraphs=["§ 41"] * 2)
    with pytest.raises(UsageError, match="Give a text, a Limit, a Rule or a RuleSet"):
        judge("2024-01-01", None, 56)  # type: ignore[arg-type]


case_dates = st.one_of(st.none(), st.dates(date(2023, 1, 1), date(2024, 12, 31)))
case_pairs = st.lists(st.tuples(case_dates, case_dates), min_size=1, max_size=20)


@given(case_pairs, limits, st.dates(date(2023, 6, 1), date(2025, 6, 1)), st.randoms())
def test_the_order_of_cases_changes_nothing(pairs, limit, measured, random):
    order = list(range(len(pairs)))
    random.shuffle(order)
    start, end = zip(*pairs, strict=True)
    straight = judge(start, end, limit, measured=measured)
    start, end = zip(*(pairs[place] for place in order), strict=True)
    shuffled = judge(start, end, limit, measured=measured)
    assert [outcomes(straight)[place] for place in order] == outcomes(shuffled)


@given(case_pairs, limits, st.dates(date(2023, 6, 1), date(2025, 6, 1)))
def test_time_turns_only_what_was_not_due(pairs, limit, measured):
    start, end = zip(*pairs, strict=True)
    now = judge(start, end, limit, measured=measured)
    later = judge(start, end, limit, measured=measured + timedelta(200))
    for before, after in zip(outcomes(now), outcomes(later), strict=True):
        assert before in (after, "not_due")


@given(case_pairs, limits, st.dates(date(2023, 6, 1), date(2025, 6, 1)))
def test_over_and_outcome_agree(pairs, limit, measured):
    start, end = zip(*pairs, strict=True)
    cases = judge(start, end, limit, measured=measured).cases
    assert (cases["over"][cases["outcome"] == "compliant"] == 0).all()
    late = cases[(cases["outcome"] == "noncompliant") & ~cases["open"]]
    assert (late["over"] > 0).all()
    assert (late["days"] - late["allowed"] == late["over"]).all()


def test_days_of_open_cases_are_censored_at_the_measurement():
    found = judge(
        pd.Series(pd.to_datetime(["2024-01-01"] * 4), list("abcd")),
        ["2024-01-11", None, "2024-03-01", "2023-12-01"],
        "1 month",
        measured="2024-02-01",
    ).cases
    assert found["days"].tolist() == [10, 31, 31, pd.NA]
    assert found["open"].tolist() == [False, True, True, False]
    assert found.index.tolist() == list("abcd")


# Rules


def test_the_rule_in_force_on_the_date_judges():
    paragraphs = [
        "§ 41",
        "41",
        "SEL § 41",
        "§ 86",
        "§ 41",
        "BL § 41",
        None,
        "§§ 41, 42",
    ]
    start = ["2019-01-07", "2020-01-06", "2023-10-02", "2024-01-08"] + [
        "2024-01-08"
    ] * 4
    end = ["2019-03-25", "2020-03-30", "2023-12-12", "2024-03-04"] + ["2024-02-01"] * 4
    judged = judge(start, end, load_deadlines("eksempel"), paragraphs=paragraphs)
    assert judged.cases["rule"].tolist()[:4] == [
        "sel_41",
        "sel_41_2020",
        "sel_41_2020",
        "bl_86",
    ]
    assert outcomes(judged)[:4] == [
        "compliant",  # 11 of 12 weeks
        "noncompliant",  # 12 of 10 weeks
        "noncompliant",  # 71 days, 10 weeks are 70
        "compliant",
    ]
    # §§ 41 and 42 had become §§ 86 and 87, with 8 weeks each; what has no rule is not
    # assessable.
    unknown = "not_assessable"
    assert outcomes(judged)[4:] == ["compliant", unknown, unknown, "compliant"]
    assert codes(judged) == [
        *[(row, "RULE_MISSING") for row in (5, 6)],
        *[(row, "PARAGRAPH_MOVED") for row in (4, 7)],
    ]
    assert judged.cases["rule"].tolist()[4] == "bl_86"
    assert judged.cases["limit"].isna().tolist() == [*[False] * 5, True, True, False]


def test_the_decision_date_chooses_the_law_of_one_duty():
    rules = load_deadlines("lovbestemte")
    judged = judge(
        ["2023-10-01", "2023-10-01", "2023-10-01"],
        ["2023-12-31", "2024-02-01", None],
        rules,
        what="child_assessment",
        measured="2024-06-01",
    )
    assert judged.cases["rule"].tolist() == ["sel_50", "bl_20", "bl_20"]
    assert outcomes(judged) == ["compliant", "compliant", "noncompliant"]


def test_a_set_may_choose_by_the_start():
    rule = {"what": "decision", "paragraphs": ("§ 1",)}
    old = Rule(id="a", limit=Limit(8, "weeks"), until=date(2023, 12, 31), **rule)
    new = Rule(id="b", limit=Limit(4, "weeks"), since=date(2024, 1, 1), **rule)
    for in_force_on, chosen in (("start", "a"), ("end", "b")):
        rules = RuleSet(id="x", title="X", rules=(old, new), in_force_on=in_force_on)
        judged = judge("2023-12-01", "2024-01-15", rules, paragraphs=["§ 1"])
        assert judged.cases["rule"].tolist() == [chosen]


def limit_on(day: str, rules: RuleSet, paragraph: str, **options) -> str | None:
    """The limit of a case that is decided on a day; None where no rule holds."""
    judged = judge(day, day, rules, paragraphs=[paragraph], **options)
    (limit,) = judged.cases["limit"]
    return None if pd.isna(limit) else limit


def test_the_closest_description_wins():
    herning, day = load_deadlines("herning"), "2022-01-01"
    other = "decision_after_child_assessment"
    assert limit_on(day, herning, "§ 32 a") == "8 weeks"
    assert limit_on(day, herning, "§32a, stk. 6") == "4 weeks"
    assert limit_on(day, herning, "§ 11, stk. 3") == "8 weeks"
    assert limit_on(day, herning, "§ 11") == "8 weeks"  # the only one within § 11
    assert limit_on(day, herning, "§ 52", what=other) == "4 weeks"
    assert limit_on(day, herning, "§ 52, stk. 3, nr. 7") is None  # another event's
    assert limit_on(day, herning, "§ 52, stk. 3, nr. 7", what=other) == "4 weeks"
    assert limit_on(day, herning, "§ 999 nr") is None


def test_a_rule_holds_on_its_first_and_last_day():
    rule = Rule(
        id="a",
        what="decision",
        limit=Limit(8, "weeks"),
        paragraphs=("§ 41",),
        since=date(2023, 5, 1),
        until=date(2023, 12, 31),
    )
    rules = RuleSet(id="own", title="Own", rules=(rule,))
    days = ["2023-04-30", "2023-05-01", "2023-12-31", "2024-01-01"]
    found = [limit_on(day, rules, "SEL § 41, stk. 2") for day in days]
    assert found == [None, "8 weeks", "8 weeks", None]


def test_two_rules_for_one_case_are_told_apart_by_the_law():
    both = tuple(
        Rule(
            id=law,
            law=law,
            what="decision",
            limit=Limit(8, "weeks"),
            paragraphs=("85",),
        )
        for law in ("SEL", "BL")
    )
    rules = RuleSet(id="x", title="X", rules=both)
    judged = judge(
        ["2024-01-01"] * 2, [None] * 2, rules, paragraphs=["§ 85", "Barnets lov § 85"]
    )
    assert codes(judged)[0] == (0, "RULE_AMBIGUOUS")
    assert judged.cases["rule"].isna().tolist() == [True, False]
    assert judged.cases["rule"].tolist()[1] == "BL"


def made_set(*rows: tuple[str, str], **options) -> RuleSet:
    """Rules of decisions: paragraph and limit each."""
    rules = tuple(
        Rule(
            id=paragraph,
            what="decision",
            limit=parse_limit(limit),
            paragraphs=(paragraph,),
            **options,
        )
        for paragraph, limit in rows
    )
    return RuleSet(id="x", title="X", rules=rules)


TWO = made_set(("§ 41", "8 uger"), ("§ 42", "12 uger"), ("§ 45", "ingen frist fastsat"))


@pytest.mark.parametrize(
    ("cited", "weeks", "outcome"),
    [
        ("§§ 41 og 42", 8, "compliant"),
        ("§§ 41 og 42", 9, "noncompliant"),  # within 12 weeks, beyond 8
        ("§§ 41 og 45", 8, "compliant"),  # § 45 asks nothing
        ("§§ 41 og 43", 8, "not_assessable"),  # § 43 has no rule
        ("§§ 43 og 41", 9, "noncompliant"),  # whatever § 43 allows
        ("§§ 43 og 45", 8, "not_assessable"),
        ("§ 45, § 45, stk. 2", 8, "not_assessable"),  # nobody fixed its limit
    ],
)
def test_a_case_of_several_paragraphs_keeps_the_limit_of_each(cited, weeks, outcome):
    end = date(2022, 1, 3) + timedelta(weeks=weeks)
    judged = judge(
        ["2022-01-03"] * 2, [end] * 2, TWO, paragraphs=[cited, "§ 41"],
        measured="2023-01-01",
    )  # fmt: skip
    assert outcomes(judged)[0] == outcome
    assert outcomes(judged)[1] == ("compliant" if weeks == 8 else "noncompliant")
    missing = {0} if "43" in cited else set()
    assert {row for row, code in codes(judged) if code == "RULE_MISSING"} == missing


def test_the_strictest_limit_is_the_one_that_is_told():
    judged = judge(
        pd.Series(["2022-01-03", "2022-01-03", None], ["A", "B", "C"]),
        pd.Series(["2022-03-21", None, None], ["A", "B", "C"]),
        TWO,
        paragraphs=["§ 42, § 41", "§ 41, § 42", "§§ 41 og 42"],
        measured="2022-03-07",
    )
    assert judged.cases.index.tolist() == ["A", "B", "C"]
    assert judged.cases["rule"].tolist() == ["§ 41"] * 3
    # On the day of measurement, nine weeks on, neither had been decided.
    assert outcomes(judged) == ["noncompliant", "noncompliant", "missing"]
    assert judged.cases["over"].tolist() == [7, 7, pd.NA]


def test_what_is_cited_broadly_has_what_all_its_rules_agree_on():
    rules = made_set(("§ 52, stk. 3, nr. 1-8", "4 uger"), ("§ 11, stk. 3", "8 uger"))
    assert limit_on("2022-01-01", rules, "§ 52") == "4 weeks"
    assert limit_on("2022-01-01", rules, "§ 52, stk. 3, nr. 1-8") == "4 weeks"
    assert limit_on("2022-01-01", rules, "§ 52, stk. 4") is None
    apart = made_set(("§ 11, stk. 3", "8 uger"), ("§ 11, stk. 7", "4 uger"))
    assert limit_on("2022-01-01", apart, "§ 11") is None
    whole = made_set(("§ 52", "6 uger"))
    assert limit_on("2022-01-01", whole, "§ 52, stk. 3, nr. 1-8") == "6 weeks"


def test_a_paragraph_that_moved_is_judged_by_what_it_became():
    old = made_set(("§ 41", "12 uger"), law="SEL", until=date(2023, 12, 31))
    new = made_set(("§ 86", "8 uger"), law="BL", since=date(2024, 1, 1))
    rules = RuleSet(id="x", title="X", rules=(*old.rules, *new.rules))
    judged = judge(
        ["2023-11-06"] * 3,
        ["2023-12-31", "2024-01-01", "2024-01-02"],
        rules,
        paragraphs=["§ 41", "SEL § 41", "Servicelovens § 41"],
    )
    assert judged.cases["limit"].tolist() == ["12 weeks", "8 weeks", "8 weeks"]
    assert outcomes(judged) == ["compliant", "compliant", "noncompliant"]
    assert codes(judged) == [(1, "PARAGRAPH_MOVED"), (2, "PARAGRAPH_MOVED")]


def test_a_paragraph_that_became_two_needs_them_to_agree():
    cited, day = "§ 52, stk. 3, nr. 7", "2024-05-01"
    alike = made_set(("§ 46", "4 uger"), ("§ 47", "4 uger"), law="BL")
    assert limit_on(day, alike, cited) == "4 weeks"
    apart = made_set(("§ 46", "4 uger"), ("§ 47", "6 uger"), law="BL")
    assert limit_on(day, apart, cited) is None
    assert limit_on("2023-05-01", alike, cited) is None  # they were not law yet


def test_where_the_law_has_no_limit_the_municipality_s_own_holds():
    law = made_set(("§ 32", "3 måneder"), ("§ 86", "ingen frist fastsat"))
    own = made_set(("§ 86", "1 år"), ("§ 32", "6 måneder"))
    rules = replace(law, local=(own,))
    paragraphs = ["§ 32", "§ 86", "§ 87"]
    judged = judge(["2024-01-08"] * 3, ["2024-12-09"] * 3, rules, paragraphs=paragraphs)
    assert judged.cases["limit"].tolist()[:2] == ["3 months", "1 year"]
    assert outcomes(judged) == ["noncompliant", "compliant", "not_assessable"]
    none = replace(law, local=(made_set(("§ 87", "1 år")),))
    asked = judge("2024-01-08", "2024-12-09", none, paragraphs=["§ 86"])
    assert outcomes(asked) == ["not_assessable"]
    assert codes(asked) == [(0, "LIMIT_UNFIXED")]


def test_a_limit_that_nobody_fixed_is_told_unless_another_decides():
    rules = made_set(("§ 41", "8 uger"), ("§ 52", "ingen frist fastsat"))
    judged = judge(
        ["2021-01-04"] * 3,
        ["2021-02-01", "2021-02-01", "2021-06-01"],
        rules,
        paragraphs=["§ 52", "§§ 41 og 52", "§§ 41 og 52"],
        measured="2021-12-01",
    )
    assert outcomes(judged) == ["not_assessable", "compliant", "noncompliant"]
    assert codes(judged) == [(0, "LIMIT_UNFIXED")]


def test_the_day_of_decision_chooses_the_rule_of_another_duty():
    rule = {"what": "first_follow_up", "paragraphs": ("§ 1",)}
    old = Rule(id="a", limit=Limit(3, "months"), until=date(2023, 12, 31), **rule)
    new = Rule(id="b", limit=Limit(1, "months"), since=date(2024, 1, 1), **rule)
    judged = judge(
        ["2023-12-01"] * 2,
        ["2024-02-15"] * 2,
        RuleSet(id="x", title="X", rules=(old, new)),
        paragraphs=["§ 1"] * 2,
        what="first_follow_up",
        decided=["2023-11-20", None],
    )
    assert judged.cases["rule"].tolist() == ["a", "b"]
    assert outcomes(judged) == ["compliant", "noncompliant"]


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        ("2021-03-27T12:00", "2021-03-28T12:30", "compliant"),  # 23.5 hours
        ("2021-03-27T12:00", "2021-03-28T13:00", "compliant"),  # 24 hours
        ("2021-03-27T12:00", "2021-03-28T13:30", "noncompliant"),  # 24.5 hours
        ("2021-05-03T12:00", "2021-05-04T12:30", "noncompliant"),
        ("2021-10-30T12:00", "2021-10-31T11:00", "compliant"),  # 24 hours
        ("2021-10-30T12:00", "2021-10-31T11:30", "noncompliant"),  # 24.5 hours
        ("2021-10-30T02:30", "2021-10-31T02:30", "not_assessable"),  # 24 hours or 25
        ("2021-03-27T23:30", "2021-03-29T00:30", "compliant"),  # 24 hours
        ("2021-03-27", "2021-03-28", "not_assessable"),
        ("2021-03-27", "2021-03-29", "noncompliant"),  # two days later
        ("2021-10-31", "2021-10-31", "compliant"),  # the same day, of 25 hours
    ],
)
def test_hours_are_those_that_passed(start, end, outcome):
    judged = judge(start, end, "24 timer", measured="2022-01-01")
    assert outcomes(judged) == [outcome]


def test_the_last_day_of_hours_is_that_of_the_clock():
    start = datetime.fromisoformat("2021-03-27T23:30")
    assert last_lawful_day(start, "24 timer") == date(2021, 3, 29)


@pytest.mark.parametrize(
    ("end", "outcome", "days"),
    [
        ("2024-05-02", "compliant", pd.NA),
        ("2024-05-06", "compliant", 0),
        ("2024-05-07", "noncompliant", 1),
        (None, "noncompliant", 26),
    ],
)
def test_what_must_come_before_the_decision_has_no_wrong_order(end, outcome, days):
    judged = judge("2024-05-06", end, "inden afgørelsen", measured="2024-06-01")
    assert (outcomes(judged), codes(judged)) == ([outcome], [])
    assert judged.cases["days"].tolist() == [days]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§ 52, stk. 3, nr. 7", ("52", 3, {7}, "")),
        ("§52 stk.3 nr.2-8", ("52", 3, set(range(2, 9)), "")),
        ("SEL § 32 a", ("32a", None, set(), "SEL")),
        ("servicelovens § 41", ("41", None, set(), "SEL")),
        ("§ 86 i barnets lov", ("86", None, set(), "BL")),
        ("Barnets lov, § 20, stk. 3", ("20", 3, set(), "BL")),
        ("41", ("41", None, set(), "")),
        ("41.0", ("41", None, set(), "")),
        ("§\u00a087", ("87", None, set(), "")),
    ],
)
def test_spellings_of_a_paragraph(text, expected):
    found = parse_provision(text)
    assert found is not None
    assert (found.section, found.stykke, set(found.numbers), found.law) == expected


@pytest.mark.parametrize(
    "text", ["", "§§ 41 og 42", "§ 41/42", "merudgifter", "§ 41 stk. nr. 3", "§ 41 xyz"]
)
def test_what_names_no_single_paragraph(text):
    assert parse_provision(text) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("§§ 41 og 42", ["§ 41", "§ 42"]),
        ("§§41,42", ["§ 41", "§ 42"]),
        ("§ 41/42", ["§ 41", "§ 42"]),
        ("§ 41 + § 42", ["§ 41", "§ 42"]),
        ("§ 41 § 42", ["§ 41", "§ 42"]),
        ("§ 42, § 42", ["§ 42"]),
        ("§ 41, § 52 stk. 3 nr. 2", ["§ 41", "§ 52, stk. 3, nr. 2"]),
        ("§ 52, stk. 3, nr. 2 og 7", ["§ 52, stk. 3, nr. 2", "§ 52, stk. 3, nr. 7"]),
        ("§ 52, nr. 2 og nr. 4-6", ["§ 52, nr. 2", "§ 52, nr. 4-6"]),
        ("§ 11, stk. 3 og 4", ["§ 11, stk. 3", "§ 11, stk. 4"]),
        ("§§ 114-116 og 120", ["§ 114", "§ 115", "§ 116", "§ 120"]),
        ("§ 32 a samt § 41", ["§ 32 a", "§ 41"]),
        ("SEL § 41 og § 42", ["SEL § 41", "SEL § 42"]),
        ("§ 41 i serviceloven og § 87 i barnets lov", ["SEL § 41", "BL § 87"]),
        ("SEL § 41 og § 42, BL § 87", ["SEL § 41", "SEL § 42", "BL § 87"]),
        ("§ 86 (kompensationsydelse)", ["§ 86 kompensationsydelse"]),
        # No paragraph has 41 stykker or numbers, and none is one that has stykker.
        ("§§ 52, stk. 3, og 41", ["§ 52, stk. 3", "§ 41"]),
        ("§ 52, stk. 3, nr. 2, 41", ["§ 52, stk. 3, nr. 2", "§ 41"]),
        ("§§ 41, stk. 2, og 11, stk. 3", ["§ 41, stk. 2", "§ 11, stk. 3"]),
        ("§ 41 og noget andet", []),
        ("stk. 3", []),
    ],
)
def test_a_cell_may_name_several_paragraphs(text, named):
    assert [str(one) for one in parse_provisions(text)] == named


# Statutory duties


def test_follow_up_under_barnets_lov_ends_at_the_earlier_of_two():
    judged = judge(
        ["2024-02-01"] * 4,
        ["2024-04-30", "2024-04-30", "2024-04-30", "2024-05-02"],
        load_deadlines("barnets_lov"),
        what="first_follow_up",
        earlier=["2024-04-01", "2024-06-01", "2024-01-15", None],
    )
    assert outcomes(judged) == [
        "noncompliant",
        "compliant",
        "compliant",
        "noncompliant",
    ]
    assert judged.cases["over"].tolist() == [29, 0, 0, 1]


def test_serviceloven_has_no_earlier_end_of_the_first_follow_up():
    judged = judge(
        "2022-02-01",
        "2022-04-30",
        load_deadlines("lovbestemte"),
        what="first_follow_up",
        earlier="2022-03-01",
    )
    assert outcomes(judged) == ["compliant"]


def test_a_fixed_limit_ends_earlier_where_told():
    judged = judge("2024-02-01", "2024-03-15", "3 months", earlier="2024-03-01")
    assert outcomes(judged) == ["noncompliant"]


def test_a_named_benefit_has_its_days():
    last, first = date(2025, 8, 31), date(2025, 9, 1)
    assert days_of_benefit("merudgiftsydelse") == (date.min, last)
    assert days_of_benefit("kompensationsydelse") == (first, date.max)
    assert days_of_benefit("") == (date.min, date.max)


BENEFITS = (
    Rule(
        id="old",
        what="decision",
        limit=Limit(12, "weeks"),
        paragraphs=("§ 86",),
        benefit="merudgiftsydelse",
        until=date(2025, 8, 31),
    ),
    Rule(
        id="new",
        what="decision",
        limit=Limit(6, "weeks"),
        paragraphs=("§ 86",),
        benefit="kompensationsydelse",
        since=date(2025, 9, 1),
    ),
)


@pytest.mark.parametrize(
    ("day", "cited", "limit"),
    [
        ("2025-08-31", "§ 86", "12 weeks"),
        ("2025-09-01", "§ 86", "6 weeks"),
        ("2026-03-02", "§ 86 (merudgiftsydelse)", "12 weeks"),  # a running grant
        ("2025-08-20", "§ 86, kompensationsydelse", "6 weeks"),  # decided ahead
        ("2026-03-02", "§ 87, kompensationsydelse", None),
    ],
)
def test_the_benefit_that_a_decision_names_goes_before_its_date(day, cited, limit):
    rules = RuleSet(id="x", title="X", rules=BENEFITS)
    assert limit_on(day, rules, cited) == limit


@pytest.mark.parametrize(
    ("cited", "became"),
    [
        ("§ 41", ["BL § 86"]),
        ("Servicelovens § 42, stk. 1", ["BL § 87"]),
        ("§ 52, stk. 3, nr. 7", ["BL § 46", "BL § 47"]),
        ("§ 52, stk. 3, nr. 2", ["BL § 32"]),
        ("§ 52", ["BL § 32", "BL § 46", "BL § 47"]),
        ("§ 11, stk. 3", ["BL § 30"]),
        ("§ 43", ["BL § 88"]),
        ("§ 48", ["BL § 5, stk. 3"]),
        ("§ 51", ["BL § 23"]),
        ("§ 75", ["BL § 143"]),
        ("§ 148", ["BL § 156"]),
        ("BL § 41", []),
        ("§ 85", []),
    ],
)
def test_what_a_paragraph_became(cited, became):
    (provision,) = parse_provisions(cited)
    assert [str(one) for one in successors(provision)] == became


def test_moved_paragraphs_can_be_read():
    for row in law_table()["moved"]:
        assert all(parse_provision(one) for one in [row["sel"], *row["bl"]])
        assert isinstance(row["verified"], bool)


# A series of follow-ups


def series(*held: str, **options):
    start = pd.Series(pd.to_datetime(["2022-01-10", "2022-02-01"]), ["A", "B"])
    follow_ups = pd.Series(pd.to_datetime(list(held)), ["A"] * len(held))
    limits = FollowUp("3 months", "6 months")
    return follow_up_series(start, follow_ups, limits, **options)


def test_follow_ups_are_judged_each_from_the_one_before():
    judged = series("2022-11-01", "2022-04-08", measured="2022-12-31")
    found = judged.cases[["case", "number", "outcome", "over"]].to_numpy().tolist()
    assert found == [
        ["A", 1, "compliant", 0],  # 10 April
        ["A", 2, "noncompliant", 24],  # 8 October to 1 November
        ["A", 3, "not_due", pd.NA],  # 1 May 2023
        ["B", 1, "noncompliant", 244],  # 1 May to 31 December, never held
    ]


def test_a_follow_up_held_twice_on_one_day_is_one():
    judged = series("2022-04-08", "2022-04-08", measured="2022-06-01")
    assert judged.cases["number"].tolist() == [1, 2, 1]


def test_a_follow_up_before_the_start_is_told():
    judged = series("2021-12-01", "2022-04-08", measured="2022-05-01")
    assert (0, "DATE_ORDER") in codes(judged)
    assert outcomes(judged)[0] == "not_assessable"


def test_without_a_date_of_measurement_the_open_follow_up_is_missing():
    judged = series("2022-04-08", measured=None)
    assert outcomes(judged) == ["compliant", "missing", "missing"]


def test_follow_ups_by_law_and_by_each_case_s_measurement():
    start = pd.Series(pd.to_datetime(["2023-01-02", "2024-02-01"]), ["A", "B"])
    held = pd.Series(
        pd.to_datetime(["2023-04-02", "2023-10-01", "2024-04-30"]), ["A", "A", "B"]
    )
    judged = follow_up_series(
        start,
        held,
        load_deadlines("lovbestemte"),
        paragraphs=pd.Series(["§ 52", "§ 32"], ["A", "B"]),
        measured=pd.Series(pd.to_datetime(["2023-12-31", "2024-12-31"]), ["A", "B"]),
        earlier=pd.Series(pd.to_datetime(["2023-02-01", "2024-04-01"]), ["A", "B"]),
    )
    assert judged.cases["rule"].tolist() == [
        "sel_70_first",
        "sel_70_next",
        "sel_70_next",
        "bl_95_first",
        "bl_95_next",
    ]
    assert outcomes(judged) == [
        "compliant",
        "compliant",
        "not_due",
        "noncompliant",  # the assessment was finished on 1 April
        "not_applicable",  # no fixed interval
    ]


def test_follow_ups_of_a_case_without_a_start_are_refused():
    start = pd.Series(pd.to_datetime(["2022-01-10"]), ["A"])
    held = pd.Series(pd.to_datetime(["2022-02-10"]), ["B"])
    with pytest.raises(UsageError, match="a case is twice in the starts or not at all"):
        follow_up_series(start, held, FollowUp("3 months"), measured="2022-12-31")


# The definition files


def test_the_published_examples_are_there():
    named = {"barnets_lov", "serviceloven", "eksempel", "gentofte", "herning"}
    assert named | {"svendborg"} <= set(deadlines.available_deadlines())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_rules_have_a_source_and_say_when_they_are_unverified(path):
    rules = load_deadlines(path.stem)
    assert rules.id == path.stem
    for rule in rules.rules:
        assert rule.source
        assert rule.label
        if "ikke bekræftet" in rule.source:
            assert not rule.verified
    unverified = path.read_text("utf-8").count("verified = false\n")
    own = tomllib.loads(path.read_text("utf-8")).get("rules", [])
    assert unverified == sum(one.get("verified") is False for one in own)


def test_a_rule_set_is_found_by_name_path_and_beside_the_form(tmp_path):
    assert load_deadlines("deadlines/eksempel.toml").id == "eksempel"
    assert (
        load_deadlines(definitions_folder("deadlines") / "herning.toml").id == "herning"
    )
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    assert load_deadlines("own.toml", folder=tmp_path).id == "own"
    with pytest.raises(UsageError, match='Nearest: "eksempel"'):
        load_deadlines("eksempler")
    with pytest.raises(FileError, match=r"nowhere\.toml: there is no such file"):
        load_deadlines("nowhere.toml")


OWN = """id = "own"
title = "Own"
[[rules]]
id = "a"
paragraph = "§ 41"
limit = "8 uger"
[[rules]]
id = "b"
paragraph = "§ 42"
limit = "6 uger"
"""


def test_a_users_own_limits_are_one_small_file(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    found = load_deadlines(path)
    assert limit_on("2020-01-01", found, "SEL § 41") == "8 weeks"
    assert not found.rules[0].moves


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "own"', "", "key id: the key is missing"),
        ('limit = "8 uger"', "", r"key rules\[1\]\.limit: the key is missing"),
        ("8 uger", "8", r"key rules\[1\]\.limit: this is no limit"),
        ("limit", "limits", r'key rules\[1\]\.limits: unknown key\. Nearest: "limit"'),
        ("§ 41", "§§ 41 og 43", r"key rules\[1\]\.paragraph: is not one paragraph"),
        ('paragraph = "§ 41"', "", r"key rules\[1\]\.paragraph: the key is missing"),
        (
            'id = "a"',
            "moves = true",
            r"key rules\[1\]\.moves_source: a rule that moves",
        ),
        ('id = "a"', "moves = 1", r"key rules\[1\]\.moves: is not of the type flag"),
        (
            'id = "a"',
            "from = 2024-01-01\nto = 2023-01-01",
            r"key rules\[1\]\.to: lies before from",
        ),
        (
            'id = "a"',
            'closed_days = ["Juleaften"]',
            r"key rules\[1\]\.closed_days: .*Nearest: Juleaftensdag",
        ),
        ('title = "Own"', 'title = "x"\nin_force_on = "now"', "key in_force_on: known"),
        ("§ 42", "§ 41", "key rules: a and b hold for one case on one day"),
        ('id = "b"', 'id = "a"', "key rules: two have the id a"),
        ('title = "Own"', 'title = "x"\nincludes = ["own.toml"]', "include each other"),
    ],
)
def test_a_faulty_file_is_refused_by_file_and_key(tmp_path, old, new, told):
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError, match=told) as caught:
        load_deadlines(path)
    assert caught.value.file == "own.toml"


def test_a_file_without_rules_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('id = "own"\ntitle = "Own"\n', encoding="utf-8")
    with pytest.raises(FormError, match="key rules: the key is missing"):
        load_deadlines(path)


def test_what_stands_at_the_top_holds_for_every_rule(tmp_path):
    top = 'law = "SEL"\nto = 2023-12-31\nmoves = true\nmoves_source = "here"\n'
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("[[rules]]", top + "[[rules]]", 1), encoding="utf-8")
    rule = load_deadlines(path).rules[1]
    assert (rule.law, rule.until, rule.moves) == ("SEL", date(2023, 12, 31), True)
    assert limit_on("2020-01-01", load_deadlines(path), "BL § 41") is None
