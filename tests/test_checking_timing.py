"""Deadlines and follow-ups in a check: limits by paragraph, issues at the end."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_sheets import (
    ERROR,
    UNCALCULATED,
    A,
    B,
    book,
    codes,
    column,
    errors,
    form_of,
    measure,
    read,
    sheet,
    told,
)
from workbooks import write

from taskforce_analysis.checking import check
from taskforce_analysis.forms import Form, form_from, load_form, with_limits
from taskforce_analysis.reading import read_cells
from taskforce_analysis.settings import Settings
from taskforce_analysis.summarising import limits, overdue, summarise_days
from taskforce_analysis.tallying import durations, tally

HEADER = ["Sagsnr.", "Måling", "Paragraf", "Modtaget", "Truffet"]
DEADLINE = {
    "id": "d",
    "label": "Fristen er holdt",
    "kind": "deadline",
    "from": "Modtaget",
    "to": "Truffet",
}
MEASURED = {"before": date(2019, 1, 1)}


def judged(*lines, limit, measures=(), header=HEADER, measured=MEASURED):
    form = form_of(
        attributes=[{"id": "paragraph", "label": "Paragraf", "columns": "Paragraf"}],
        measures=[*measures, {**DEADLINE, "limit": limit}],
    )
    cells = [[f"S-{n}", "Før", *line] for n, line in enumerate(lines, start=1)]
    return read([header, *cells], form=form, measured=measured)


def test_one_limit_for_all():
    start = date(2018, 1, 1)
    checked = judged(
        ["§ 41", start, date(2018, 1, 29)],
        ["§ 41", start, date(2018, 1, 30)],
        ["§ 41", start, None],
        ["§ 41", date(2018, 12, 20), None],
        ["§ 41", None, None],
        limit="4 weeks",
    )
    expected = "compliant noncompliant noncompliant not_due missing"
    assert column(checked, "d") == expected.split()
    assert column(checked, "d", "answer") == ["yes", "no", "no", "not_due", "missing"]
    assert column(checked, "d", "days")[:2] == [28, 29]
    assert column(checked, "d", "open")[:3] == ["no", "no", "yes"]


JANUARY = date(2018, 1, 1)
UNREAD = "31-02-2018"
LOST = ("unrecognised", None, None, None)


# Four weeks from 1 January end on 29 January; measured a year later, on 1 January 2019.
@pytest.mark.parametrize(
    ("start", "end", "expected", "code"),
    [
        (JANUARY, UNREAD, LOST, "DATE_INVALID"),
        (JANUARY, "ultimo januar", LOST, "DATE_INVALID"),
        (JANUARY, "Ja", LOST, "DATE_INVALID"),
        (JANUARY, "?", LOST, "DATE_INVALID"),
        (JANUARY, "31-01-0218", LOST, "DATE_INVALID"),
        (JANUARY, 7, LOST, "DATE_INVALID"),
        (JANUARY, 99_999_999, LOST, "DATE_INVALID"),
        (JANUARY, True, LOST, "DATE_INVALID"),
        (JANUARY, ERROR, LOST, "CELL_ERROR"),
        (JANUARY, UNCALCULATED, LOST, "FORMULA_NOT_CALCULATED"),
        (JANUARY, date(2081, 1, 20), LOST, "DATE_FUTURE"),
        (UNREAD, date(2018, 1, 20), LOST, "DATE_INVALID"),
        (UNREAD, None, LOST, "DATE_INVALID"),
        (UNREAD, UNREAD, LOST, "DATE_INVALID"),
        (date(2081, 1, 1), date(2018, 1, 20), LOST, "DATE_FUTURE"),
        (None, UNREAD, ("missing", None, None, None), "DATE_INVALID"),
        # Whenever it was decided, the last lawful day had not come.
        (date(2018, 12, 20), UNREAD, ("not_due", None, None, "12"), "DATE_INVALID"),
        (JANUARY, None, ("noncompliant", 365, "yes", "365"), ""),
        (JANUARY, date(2018, 1, 20), ("compliant", 19, "no", "365"), ""),
        (None, None, ("missing", None, "no", None), ""),
    ],
)
def test_a_date_that_cannot_be_read_is_no_open_case(start, end, expected, code):
    checked = judged(["§ 41", start, end], limit="4 weeks")
    names = ("score", "days", "open", "elapsed")
    assert tuple(column(checked, "d", name)[0] for name in names) == expected
    assert errors(checked) == ({code} if code else set())


def test_texts_with_the_month_first_are_read_so_in_the_whole_file():
    lines = [["§ 41", JANUARY, end] for end in ("01/20/2018", "02/01/2018", None)]
    checked = judged(*lines, limit="4 weeks")
    assert column(checked, "d") == ["compliant", "noncompliant", "noncompliant"]
    assert column(checked, "d", "days")[:2] == [19, 31]
    assert told(checked, "DATE_MONTH_FIRST") == [("E2", 2)]
    assert errors(checked) == set()


def test_texts_in_both_orders_leave_unread_what_may_be_either():
    ends = ("01/20/2018", "02/01/2018", "20/01/2018")
    checked = judged(*(["§ 41", JANUARY, end] for end in ends), limit="4 weeks")
    assert column(checked, "d") == ["unrecognised", "unrecognised", "compliant"]
    assert told(checked, "DATE_AMBIGUOUS") == [("E3", 1)]
    assert errors(checked) == {"DATE_MIXED", "DATE_AMBIGUOUS"}


def test_a_date_that_may_be_read_two_ways_but_was_read_is_a_warning():
    checked = judged(["§ 41", JANUARY, "07-01-18"], limit="4 weeks")
    assert column(checked, "d") == ["compliant"]
    assert (told(checked, "DATE_AMBIGUOUS"), errors(checked)) == ([("E2", 1)], set())


def test_unread_dates_count_as_neither_kept_nor_broken_and_have_no_days():
    # By hand: two kept in 19 and 28 days, one late by a day, one open, three unread.
    ends = [date(2018, 1, 20), date(2018, 1, 29), date(2018, 1, 30), None]
    checked = judged(
        *(["§ 41", JANUARY, end] for end in [*ends, UNREAD, ERROR, "maj"]),
        limit="4 weeks",
    )
    assert column(checked, "d").count("unrecognised") == 3
    form = form_of(measures=[{**DEADLINE, "limit": "4 weeks"}])
    (row,) = tally(checked.answers, form).itertuples()
    assert (row.compliant, row.applicable, row.unrecognised) == (2, 4, 3)
    days = summarise_days(checked.answers, form, before="before", after="after").iloc[0]
    assert (days["cases"], days["open"]) == (4, 1)
    # 1 January 2019 is 337 days after 29 January 2018.
    late = overdue(checked.answers)[["over", "open", "count"]].to_numpy().tolist()
    assert late == [[1, False, 1], [337, True, 1]]
    assert durations(checked.answers)["count"].sum() == 4


def test_an_open_case_is_told_once_per_column_with_their_number():
    lines = [["§ 41", JANUARY, end] for end in (None, date(2018, 1, 5), None, UNREAD)]
    lines.append(["§ 41", date(2018, 12, 20), None])
    checked = judged(*lines, ["§ 41", None, None], limit="4 weeks")
    assert told(checked, "DATE_OPEN") == [("E2", 3)]
    assert errors(checked) == {"DATE_INVALID"}


def test_without_a_date_of_measurement_no_case_is_open():
    form = form_of(measures=[{**DEADLINE, "limit": "4 weeks"}])
    header = ["Sagsnr.", "Måling", "Modtaget", "Truffet"]
    lines = [["S-1", "Før", JANUARY, None], ["S-2", "Før", JANUARY, UNREAD]]
    checked = read([header, *lines], form=form)
    assert column(checked, "d") == ["missing", "unrecognised"]
    assert codes(checked) == ["MEASURED_MISSING", "DATE_INVALID"]


def test_the_rule_of_an_unread_decision_is_not_that_of_another_date():
    # Twelve weeks for § 41 until 2019, then ten: received in 2018 and measured in 2020,
    # it depends on the day of the decision. § 999 has no limit on any day.
    limit = {"by": "paragraph", "from": "deadlines/eksempel.toml"}
    lines = [[law, JANUARY, UNREAD] for law in ("SEL § 41", "SEL § 999")]
    lines.append(["SEL § 41", date(2020, 1, 2), UNREAD])
    checked = judged(*lines, limit=limit, measured={"before": date(2020, 7, 1)})
    unread = "unrecognised"
    assert column(checked, "d") == [unread, "not_assessable", unread]
    assert column(checked, "d", "limit") == [None, None, "10 weeks"]


def test_a_date_column_without_its_partner_decides_nothing():
    form = form_of(measures=[measure("a", A), {**DEADLINE, "limit": "4 weeks"}])
    header = ["Sagsnr.", "Måling", A, "Truffet"]
    checked = read([header, ["S-1", "Før", "Ja", UNREAD]], form=form)
    assert errors(checked) == {"MEASURE_MISSING"}
    assert told(checked, "DATE_INVALID") == [("D2", 1)]


# One unit in two files, each with a question of its own.
@pytest.mark.parametrize(
    ("first", "second", "score"),
    [
        (None, None, "noncompliant"),
        (None, UNREAD, "unrecognised"),
        (UNREAD, None, "unrecognised"),
        (UNREAD, date(2018, 1, 20), "compliant"),
        (date(2018, 1, 20), UNREAD, "compliant"),
        (date(2018, 1, 20), None, "compliant"),
    ],
)
def test_an_empty_cell_in_one_file_does_not_hide_an_unread_one(first, second, score):
    form = form_of(
        attributes=[{"id": "municipality", "label": "Kommune", "columns": ["Kommune"]}],
        measures=[measure("a", A), measure("b", B), {**DEADLINE, "limit": "4 weeks"}],
    )
    head, case = ["Sagsnr.", "Kommune", "Måling"], ["S-1", "Nordby", "Før"]
    dates = ["Modtaget", "Truffet"]
    one = book([[*head, A, *dates], [*case, "Ja", JANUARY, first]], file="1.xlsx")
    other = book([[*head, B, *dates], [*case, "Ja", JANUARY, second]], file="2.xlsx")
    checked = read(one, other, form=form, measured=MEASURED)
    assert column(checked, "d") == [score]
    assert bool(told(checked, "DATE_OPEN")) == (score == "noncompliant")


def test_a_composite_and_a_condition_over_an_unread_deadline():
    parts = {"kind": "any_of", "of": ["d", "a"], "missing_counts_as": "noncompliant"}
    every = {**parts, "kind": "all_of"}
    asked = {"applies_when": {"measure": "d", "is": ["no"]}}
    checked = judged(
        *(["§ 41", JANUARY, UNREAD, a, b] for a, b in ANSWERS_BESIDE),
        limit="4 weeks",
        measures=[
            measure("a", A),
            measure("b", B, **asked, missing_counts_as="noncompliant"),
            {"id": "any", "label": "Mindst én", **parts},
            {"id": "all", "label": "Alle", **every},
        ],
        header=[*HEADER, A, B],
    )
    yes, no, lost, none = "compliant", "noncompliant", "unrecognised", "not_applicable"
    assert column(checked, "d") == [lost] * 4
    assert column(checked, "any") == [yes, lost, yes, lost]
    assert column(checked, "all") == [lost, no, lost, no]
    assert column(checked, "b") == [yes, no, lost, none]


ANSWERS_BESIDE = [
    ("Ja", "Ja"),
    ("Nej", "Nej"),
    ("Ja", None),
    ("Nej", "Ikke relevant"),
]


def test_a_limit_by_paragraph():
    start = date(2018, 1, 1)
    checked = judged(
        ["SEL § 41", start, date(2018, 2, 26)],
        ["SEL § 41", start, date(2018, 6, 26)],
        ["SEL § 999", start, date(2018, 2, 27)],
        [None, None, None],
        limit={"by": "paragraph", "from": "deadlines/eksempel.toml"},
    )
    assert column(checked, "d")[:3] == ["compliant", "noncompliant", "not_assessable"]
    assert told(checked, "RULE_MISSING") == [("E4", 1)]


def test_a_moved_paragraph_is_told_once_with_what_it_became():
    start, end = date(2023, 12, 10), date(2024, 1, 15)
    checked = judged(
        ["§ 41", start, end],
        ["§§ 41 og 42", start, end],
        ["§ 86", start, end],
        limit={"by": "paragraph", "from": "deadlines/eksempel.toml"},
        measured={"before": date(2024, 6, 1)},
    )
    assert column(checked, "d") == ["compliant"] * 3
    assert told(checked, "PARAGRAPH_MOVED") == [("E2", 2)]
    (issue, _) = [one for one in checked.found if one.code == "PARAGRAPH_MOVED"]
    assert (issue.found, issue.expected) == ("§ 41", "BL § 86")


def test_an_end_before_its_start_is_told_once_at_the_end():
    form = form_of(
        attributes=[
            {"id": "x", "label": "X", "columns": "Modtaget", "type": "date"},
            {
                "id": "y",
                "label": "Y",
                "columns": "Truffet",
                "type": "date",
                "not_before": "x",
            },
        ],
        measures=[{**DEADLINE, "limit": "4 weeks"}],
    )
    header = ["Sagsnr.", "Måling", "Modtaget", "Truffet"]
    line = ["S-1", "Før", date(2018, 5, 2), date(2018, 5, 1)]
    checked = read([header, line], form=form, measured=MEASURED)
    assert told(checked, "DATE_ORDER") == [("D2", 1)]
    assert column(checked, "d") == ["not_assessable"]


def test_a_table_without_both_dates_does_not_have_the_measure():
    form = form_of(measures=[measure("a", A), {**DEADLINE, "limit": "4 weeks"}])
    header = ["Sagsnr.", "Måling", A]
    checked = read(
        book(sheet([header, ["S-1", "Før", "Ja"]])), form=form, measured=MEASURED
    )
    assert set(checked.answers["measure"]) == {"a"}
    assert codes(checked) == ["MEASURE_MISSING"]


OWN = """
id = "{name}"
title = "Frister i {name}"
municipality = "{name} Kommune"

[[rules]]
id = "sel_41"
law = "SEL"
paragraph = "§ 41"
limit = "{limit}"
"""


def in_municipalities(folder, *names, given):
    """Cases that took 40 days, one per municipality; limits of `given` by name."""
    for name, limit in given.items():
        text = OWN.format(name=name, limit=limit)
        (folder / f"{name}.toml").write_text(text, "utf-8")
    form = form_of(
        attributes=[
            {"id": "paragraph", "label": "Paragraf", "columns": "Paragraf"},
            {"id": "municipality", "label": "Kommune", "columns": "Kommune"},
        ],
        measures=[{**DEADLINE, "limit": {"by": "paragraph", "from": "x.toml"}}],
    )
    files = [str(folder / f"{name}.toml") for name in given]
    start, end = date(2018, 1, 1), date(2018, 2, 10)
    cells = [
        [f"S-{n}", "Før", "SEL § 41", start, end, name]
        for n, name in enumerate(names, start=1)
    ]
    header = [*HEADER, "Kommune"]
    return read([header, *cells], form=with_limits(form, files), measured=MEASURED)


def test_a_municipality_s_limits_judge_its_own_cases(tmp_path):
    given = {"Nordby": "4 weeks", "Sydby": "8 weeks"}
    names = ["Nordby", "SYDBY KOMMUNE", "Vestby", None]
    checked = in_municipalities(tmp_path, *names, given=given)
    expected = "noncompliant compliant not_assessable not_assessable"
    assert column(checked, "d") == expected.split()
    assert told(checked, "RULE_MISSING") == [("E4", 2)]


def test_the_only_limits_judge_who_names_no_municipality(tmp_path):
    names = [None, "Nordby", "Sydby"]
    checked = in_municipalities(tmp_path, *names, given={"Nordby": "4 weeks"})
    expected = "noncompliant noncompliant not_assessable"
    assert column(checked, "d") == expected.split()


def test_whoever_is_judged_by_invented_limits_is_told(tmp_path):
    limit = {"by": "paragraph", "from": "deadlines/eksempel.toml"}
    line = ["SEL § 41", date(2018, 1, 1), date(2018, 2, 1)]
    checked = judged(line, line, limit=limit)
    assert codes(checked) == ["LIMITS_INVENTED"]
    chosen = in_municipalities(tmp_path, "Nordby", given={"Nordby": "4 weeks"})
    assert codes(chosen) == []


# Follow-ups, from workbooks with dates by way of the whole check

FOLLOW_UPS = ("1. opfølgning", "2. opfølgning", "3. opfølgning")
LAST_DAYS = {"analysis": date(2022, 12, 31), "status": date(2025, 12, 31)}


def timed_form(*measures: dict[str, Any]) -> Form:
    return form_from(
        {
            "id": "small",
            "title": "Et lille skema",
            "version": "1",
            "unit": "sag",
            "columns": {"case": ["Sagsnr."], "phase": ["Måling"]},
            "phases": [
                {"id": "analysis", "label": "Analyse"},
                {"id": "status", "label": "Status"},
            ],
            "measures": [{"label": one["id"], **one} for one in measures],
        },
        file="small.toml",
    )


def follow_up(limit: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "followed_up",
        "kind": "follow_up",
        "from": ["Iværksat"],
        "to": list(FOLLOW_UPS),
        "limit": limit,
        **more,
    }


LAWFUL = follow_up({"from": "deadlines/lovbestemte.toml"})


def check_of(path: Path, form: Form, rows: list[list[Any]], header: list[str]):
    table = [["Sagsnr.", "Måling", *header], *rows]
    workbook = read_cells(write(path / "sager.xlsx", {"Data": table}))
    return check([workbook], form, measured=LAST_DAYS)


def followed_up(path: Path, form: Form, *cases: list[Any], phase: str = "Analyse"):
    rows = [[f"S{number}", phase, *case] for number, case in enumerate(cases, 1)]
    header = ["Iværksat", *FOLLOW_UPS]
    padded = [row + [None] * (6 - len(row)) for row in rows]
    answers = check_of(path, form, padded, header).answers
    return answers[answers["measure"] == "followed_up"]


def test_each_follow_up_is_judged_from_the_one_before(tmp_path):
    # Serviceloven § 70: three months to the first, then six from each to the next.
    found = followed_up(
        tmp_path,
        timed_form(LAWFUL),
        [date(2022, 1, 10), date(2022, 4, 8), date(2022, 9, 1)],
        [date(2022, 1, 10), date(2022, 4, 20), date(2022, 9, 1)],
        [date(2022, 1, 10), date(2022, 4, 8), date(2022, 11, 1)],
        [date(2022, 1, 10)],
        [date(2022, 11, 1)],
        [None],
    )
    assert found["score"].tolist() == [
        "compliant",
        "noncompliant",  # first due 10 April
        "noncompliant",  # second due 8 October
        "noncompliant",  # never followed up
        "not_due",  # first due 1 February 2023
        "missing",
    ]
    # Days to the first; over: the most that any was late (31 December less 10 April).
    assert found["days"].tolist()[:5] == [88, 100, 88, 355, 60]
    assert found["open"].tolist()[:5] == ["no", "no", "no", "yes", "yes"]
    assert found["over"].tolist()[:4] == ["0", "10", "24", "265"]
    assert set(found["limit"][:5]) == {"3 months"}


BEGUN, IN_TIME, LATE = date(2022, 1, 10), date(2022, 4, 8), date(2022, 4, 20)


# Three months from 10 January end on 10 April 2022, then six to each next; measured on
# 31 December 2022. X cannot be read.
@pytest.mark.parametrize(
    ("case", "score"),
    [
        ([BEGUN, "X"], "unrecognised"),
        ([BEGUN, LATE, "X"], "noncompliant"),  # late whatever came after
        ([BEGUN, IN_TIME, "X"], "unrecognised"),  # the next was due on 8 October
        ([BEGUN, IN_TIME, date(2022, 9, 1), "X"], "compliant"),  # not due again
        ([BEGUN, IN_TIME, "X", date(2022, 10, 1)], "compliant"),  # between two in time
        ([BEGUN, IN_TIME, "X", date(2022, 12, 1)], "unrecognised"),
        ([BEGUN, "X", IN_TIME], "noncompliant"),  # and no next one by 8 October
        ([BEGUN, "X", IN_TIME, date(2022, 9, 1)], "compliant"),  # X came before that
        ([BEGUN, "X", LATE, date(2022, 9, 1)], "unrecognised"),
        ([BEGUN, "X", "X", LATE], "noncompliant"),
        ([BEGUN, LATE, "X", IN_TIME], "unrecognised"),  # in no order
        (["X", IN_TIME, date(2022, 9, 1)], "unrecognised"),
        (["X", IN_TIME, date(2022, 11, 1)], "noncompliant"),  # the second, in any case
        (["X"], "unrecognised"),
        ([None, "X"], "unrecognised"),  # the next after X may be late
        ([date(2022, 11, 1), "X"], "not_due"),  # first due on 1 February 2023
        ([BEGUN, date(2081, 4, 8)], "unrecognised"),
        ([BEGUN, None, IN_TIME, date(2022, 9, 1)], "compliant"),
        ([BEGUN], "noncompliant"),
    ],
)
def test_a_follow_up_that_cannot_be_read(tmp_path, case, score):
    read_as = ["31-02-2022" if one == "X" else one for one in case]
    found = followed_up(tmp_path, timed_form(LAWFUL), read_as).iloc[0]
    assert found["score"] == score
    if score == "unrecognised":
        assert found[["days", "open", "over", "elapsed"]].isna().all()
    assert found["open"] != "yes" or case == [BEGUN]


def test_follow_ups_without_a_date_are_not_told_as_open(tmp_path):
    rows = [["S1", "Analyse", BEGUN, IN_TIME, None, None]]
    rows += [["S2", "Analyse", BEGUN, "X", None, None]]
    header = ["Iværksat", *FOLLOW_UPS]
    found = check_of(tmp_path, timed_form(LAWFUL), rows, header).found
    assert [(one.code, one.cell, one.severity) for one in found] == [
        ("DATE_INVALID", "D3", "error")
    ]


def test_after_the_first_follow_up_no_limit_hangs_on_an_unread_one(tmp_path):
    cases = [date(2024, 1, 10), date(2024, 4, 8), "X"], [date(2024, 1, 10), "X"]
    found = followed_up(tmp_path, timed_form(LAWFUL), *cases, phase="Status")
    assert found["score"].tolist() == ["compliant", "unrecognised"]


def test_barnets_lov_has_no_fixed_interval_after_the_first(tmp_path):
    cases = [date(2024, 1, 10), date(2024, 4, 8)], [date(2024, 1, 10)]
    found = followed_up(tmp_path, timed_form(LAWFUL), *cases, phase="Status")
    assert found["score"].tolist() == ["compliant", "noncompliant"]


def test_the_finished_assessment_ends_the_limit_earlier(tmp_path):
    # Barnets lov § 95, stk. 2: the earlier of the finished assessment and 3 months.
    limit = {"from": "deadlines/lovbestemte.toml", "or_by": ["Undersøgelse færdig"]}
    form = timed_form(follow_up(limit))
    header = ["Iværksat", *FOLLOW_UPS, "Undersøgelse færdig"]
    start, held = date(2024, 1, 10), date(2024, 4, 8)
    rows = [
        ["S1", "Status", start, held, None, None, date(2024, 2, 1)],
        ["S2", "Status", start, held, None, None, None],
    ]
    answers = check_of(tmp_path, form, rows, header).answers
    assert answers["score"].tolist() == ["noncompliant", "compliant"]


@pytest.mark.parametrize(
    ("held", "score", "days"),
    [
        (date(2024, 4, 8), "unrecognised", None),  # in time by three months alone
        (date(2024, 4, 11), "noncompliant", 92),  # late even by those
        (date(2024, 1, 10), "compliant", 0),  # on the first day
        (None, "noncompliant", 721),  # to 31 December 2025
    ],
)
def test_an_unread_finished_assessment_may_have_ended_the_limit(
    tmp_path, held, score, days
):
    limit = {"from": "deadlines/lovbestemte.toml", "or_by": ["Undersøgelse færdig"]}
    header = ["Iværksat", *FOLLOW_UPS, "Undersøgelse færdig"]
    rows = [["S1", "Status", date(2024, 1, 10), held, None, None, "31-02-2024"]]
    found = check_of(tmp_path, timed_form(follow_up(limit)), rows, header).answers
    assert found["score"].tolist() == [score]
    assert found["days"].dropna().tolist() == ([] if days is None else [days])
    assert found["over"].isna().all()  # the last lawful day is not known


def test_a_limit_as_text_holds_for_the_first_follow_up(tmp_path):
    form = timed_form(follow_up("3 months"))
    found = followed_up(
        tmp_path, form, [date(2022, 1, 10), date(2022, 4, 8)], [date(2022, 1, 10)]
    )
    assert found["score"].tolist() == ["compliant", "noncompliant"]


def test_the_days_of_follow_up_are_those_to_the_first(tmp_path):
    form = timed_form(LAWFUL)
    found = followed_up(
        tmp_path,
        form,
        [date(2022, 1, 10), date(2022, 4, 10), date(2022, 12, 30)],
        [date(2022, 1, 10), date(2022, 3, 1)],
        [date(2022, 1, 10), date(2022, 3, 11), date(2022, 9, 1)],
    )
    few = Settings(minimum_percent=1)  # so that a median is told of three
    days = summarise_days(found, form, before="analysis", after="status", settings=few)
    row = days.iloc[0]
    assert (row["cases"], row["median"]) == (3, 60)
    # In time was the third only: late by 81 and by 121 days the first and the second.
    assert (row["compliant"], row["applicable"]) == (1, 3)
    assert overdue(found)["over"].tolist() == [81, 121]
    assert row["applicable_longer"] == 0
    (limit,) = limits(found)[["limit", "shortest", "longest"]].to_numpy().tolist()
    assert limit == ["3 months", 90, 90]


DECISION = {
    "id": "in_time",
    "kind": "deadline",
    "from": ["Modtaget"],
    "to": ["Afgjort"],
    "limit": "8 weeks",
}
NOTICE = {
    "id": "notice",
    "columns": ["Skriftlig besked"],
    "applies_when": {"measure": "in_time", "is": ["no"]},
}


def test_notice_is_asked_only_where_the_limit_was_exceeded(tmp_path):
    start, early, after = date(2022, 1, 10), date(2022, 1, 20), date(2022, 5, 1)
    rows = [
        ["S1", "Analyse", start, after, "Ja"],
        ["S2", "Analyse", start, after, "Nej"],
        ["S3", "Analyse", start, after, None],
        ["S4", "Analyse", start, early, None],
        ["S5", "Analyse", start, None, "Nej"],
        ["S6", "Analyse", date(2022, 12, 1), None, None],
    ]
    header = ["Modtaget", "Afgjort", "Skriftlig besked"]
    answers = check_of(tmp_path, timed_form(DECISION, NOTICE), rows, header).answers
    scores = {
        name: own["score"].tolist()
        for name, own in answers.groupby("measure", sort=False)
    }
    late, kept, waits = "noncompliant", "compliant", "not_due"
    assert scores["in_time"] == [late, late, late, kept, late, waits]
    # A case that is not due yet cannot have exceeded its limit.
    assert scores["notice"] == [kept, late, "missing", "not_applicable", late, waits]


def test_the_answers_say_which_limit_and_by_how_much(tmp_path):
    rows = [["S1", "Analyse", date(2022, 1, 10), date(2022, 3, 10), None]]
    header = ["Modtaget", "Afgjort", "Skriftlig besked"]
    answers = check_of(tmp_path, timed_form(DECISION, NOTICE), rows, header).answers
    first = answers[answers["measure"] == "in_time"].iloc[0]
    told = first[["limit", "allowed", "over", "elapsed", "open"]].tolist()
    # 10 January to 10 March is 59 days, 3 over; to 31 December it is 355.
    assert told == ["8 weeks", "56", "3", "355", "no"]
    other = answers[answers["measure"] == "notice"].iloc[0]
    assert other[["limit", "allowed", "over", "elapsed", "open"]].isna().all()


@pytest.mark.parametrize("what", ["supervision", "child_assessment"])
def test_the_duty_of_a_deadline_chooses_its_rule(tmp_path, what):
    limit = {"from": "deadlines/lovbestemte.toml", "what": what}
    form = timed_form({**DECISION, "limit": limit})
    rows = [["S1", "Analyse", date(2022, 1, 10), date(2022, 5, 10)]]
    answers = check_of(tmp_path, form, rows, ["Modtaget", "Afgjort"]).answers
    months = {"supervision": "6 months", "child_assessment": "4 months"}
    assert answers["limit"].tolist() == [months[what]]


OWN_FORM = """
id = "mit_skema"
title = "Mit skema"
version = "1"
unit = "sag"
[columns]
case = ["Sagsnr."]
phase = ["Måling"]
[[phases]]
id = "analysis"
label = "Analyse"
[[measures]]
id = "in_time"
label = "Fristen er overholdt"
kind = "deadline"
from = ["Modtaget"]
to = ["Afgjort"]
limit = { from = "vores_frister.toml" }
"""
OWN_LIMITS = """
id = "vores"
title = "Vores frister"
[[rules]]
id = "alle"
what = "decision"
limit = "5 uger"
"""


def test_limits_of_ones_own_lie_beside_the_form(tmp_path):
    form = tmp_path / "mit_skema.toml"
    form.write_text(OWN_FORM, "utf-8")
    (tmp_path / "vores_frister.toml").write_text(OWN_LIMITS, "utf-8")
    rows = [["S1", "Analyse", date(2022, 1, 10), date(2022, 2, 14)]]
    answers = check_of(tmp_path, load_form(form), rows, ["Modtaget", "Afgjort"]).answers
    # Five weeks from 10 January end on 14 February.
    assert answers[["limit", "score"]].to_numpy().tolist() == [["5 weeks", "compliant"]]
