"""From workbooks to answers: the whole check, seen from outside."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sheets import (
    ERROR,
    HEADER,
    PLAIN,
    UNCALCULATED,
    A,
    B,
    C,
    Finding,
    book,
    codes,
    errors,
    form_of,
    measure,
    only,
    read,
    rows,
    scores,
    sheet,
)

from taskforce_analysis import tables
from taskforce_analysis.errors import UsageError
from taskforce_analysis.locating.layout import LAYOUTS
from taskforce_analysis.reading.cells import Area
from taskforce_analysis.settings import Settings


def test_a_plain_sheet_gives_its_answers_and_nothing_to_tell():
    checked = read(rows())
    assert scores(checked) == PLAIN
    assert checked.found == ()
    first = checked.answers.iloc[0]
    assert first.drop("days").to_dict() == {
        "form": "prove",
        "phase": "before",
        "group": "all",
        "case_id": "S-1",
        "unit_id": "S-1",
        "measure": "a",
        "answer": "yes",
        "score": "compliant",
        "file": "a.xlsx",
        "sheet": "Data",
        "cell": "D2",
        "municipality": "Nordby",
    }


def test_the_answers_are_the_declared_table():
    answers = read(rows()).answers
    assert tables.check(answers, tables.answers).equals(answers)


def test_the_answers_are_in_the_groups_that_are_asked_for():
    lines = rows(["S-5", "Sydby", "Efter", "Ja", "Nej", "Ja"])
    lines[1][1] = None
    checked = read(lines, settings=Settings(by=("municipality",)))
    groups = checked.answers.groupby("case_id")["group"].unique().map(list)
    assert groups["S-1"] == ["-"]
    assert groups["S-2"] == groups["S-4"] == ["Nordby"]
    assert groups["S-5"] == ["Sydby"]
    with pytest.raises(UsageError, match="no column district"):
        read(lines, settings=Settings(by=("district",)))


def test_a_layout_says_what_was_read():
    checked = read(book(sheet(rows()), sheet([["x"]], "Vejledning")))
    (layout,) = checked.layouts
    assert (layout.layout, layout.units) == ("wide", 4)
    assert (layout.sheets, layout.ignored) == (("Data",), ("Vejledning",))


def test_one_file_per_phase_given_by_the_caller():
    header = ["Sagsnr.", A, B, C]
    first = book([header, ["S-1", "Ja", "Nej", "Ja"]], file="x.xlsx")
    second = book([header, ["S-1", "Nej", "Nej", "Ja"]], file="y.xlsx")
    checked = read(first, second, phases={"data/x.xlsx": "before", "y.xlsx": "after"})
    found = checked.answers.set_index(["phase", "measure"])["answer"]
    assert found["before", "a"] == "yes"
    assert found["after", "a"] == "no"
    assert codes(checked) == ["CASES_PAIRED"]


def test_a_phase_that_the_form_does_not_have_is_a_wrong_call():
    with pytest.raises(UsageError, match='no phase is called "midway"'):
        read(rows(), phases={"a.xlsx": "midway"})


def test_a_layout_that_does_not_exist_is_a_wrong_call():
    with pytest.raises(UsageError, match='no layout is called "wild"'):
        read(rows(), layout="wild")


def test_what_reading_found_is_passed_on():
    found = (Finding("FILE_EXTENSION", None, None, 1, ".xls"),)
    issue = only(read(book(rows(), findings=found)), "FILE_EXTENSION")
    assert (issue.file, issue.expected) == ("a.xlsx", ".xls")


def test_an_owner_file_is_ignored_without_further_complaint():
    lock = book(file="~$a.xlsx", findings=(Finding("FILE_IGNORED"),))
    assert codes(read(book(rows()), lock)) == ["FILE_IGNORED"]


def test_a_workbook_without_content_has_no_table():
    assert codes(read(book(sheet([])))) == ["NO_TABLE"]
    assert codes(read(book())) == ["NO_TABLE"]


def test_a_letter_has_no_table():
    assert codes(read([["Kære alle"], ["Hilsen"]])) == ["NO_TABLE"]


def test_a_table_without_a_header_has_none():
    checked = read(rows()[1:])
    assert codes(checked) == ["HEADER_NOT_FOUND"]
    assert len(checked.answers) == 0


def test_a_header_without_cases():
    checked = read([HEADER])
    assert codes(checked) == ["NO_CASES"]
    assert checked.layouts[0].units == 0


def test_a_measure_that_no_file_has_is_an_error():
    checked = read([row[:5] for row in rows()])
    issue = only(checked, "MEASURE_MISSING")
    assert (issue.measure, issue.expected, issue.severity) == ("c", C, "error")


def test_a_measure_that_may_lack_may_lack():
    measures = [measure("a", A), measure("b", B), measure("c", C, optional=True)]
    checked = read([row[:5] for row in rows()], form=form_of(measures=measures))
    assert codes(checked) == []
    assert set(checked.answers["measure"]) == {"a", "b"}


def test_a_measure_that_only_one_phase_has_is_a_warning():
    first = book([row[:5] for row in rows()[:3]], file="x.xlsx")
    second = book([HEADER, *rows()[3:]], file="y.xlsx")
    issue = only(read(first, second), "MEASURE_ONLY_IN_ONE_PHASE")
    assert (issue.measure, issue.phase, issue.severity) == ("c", "after", "warning")


def test_a_case_whose_measures_lie_on_two_sheets_is_one_unit():
    first = sheet([row[:4] for row in rows()], "Ark1")
    second = sheet([[*row[:3], *row[4:6]] for row in rows()], "Ark2")
    checked = read(book(first, second))
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_nothing_that_stands_in_a_cell_is_repeated():
    secret = "Canary-Hansen"
    odd = rows(["S-9", secret, secret, secret, secret, secret, secret])
    odd[0] = [*HEADER[:6], secret]
    assert secret not in repr(read(odd).found)


ANSWERS = st.sampled_from(["Ja", "Nej", "Ikke relevant", "Kan ikke vurderes", None])
CASES = st.lists(
    st.tuples(st.sampled_from(["Før", "Efter"]), ANSWERS, ANSWERS, ANSWERS),
    min_size=2,
    max_size=6,
)


@settings(deadline=None, max_examples=25)
@given(CASES, st.permutations(range(6)), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_nothing(cases, order, random):
    plain = [HEADER[:6]]
    plain += [[f"S-{n}", "Nordby", *case] for n, case in enumerate(cases)]
    shuffled = plain[1:]
    random.shuffle(shuffled)
    moved = [[row[place] for place in order] for row in [plain[0], *shuffled]]
    assert scores(read(moved)) == scores(read(plain))


@settings(deadline=None, max_examples=15)
@given(CASES, st.integers(1, 5))
def test_splitting_a_table_into_files_and_sheets_changes_nothing(cases, place):
    header = HEADER[:6]
    lines = [[f"S-{n}", "Nordby", *case] for n, case in enumerate(cases)]
    whole = scores(read([header, *lines]))
    first, second = [header, *lines[:place]], [header, *lines[place:]]
    files = read(book(first, file="x.xlsx"), book(second, file="y.xlsx"))
    sheets = read(book(sheet(first, "Ark1"), sheet(second, "Ark2")))
    assert scores(files) == whole
    assert scores(sheets) == whole


def test_without_any_answer_the_tables_are_there_and_empty():
    checked = read(book(sheet([])))
    assert list(checked.counts.columns)[:4] == ["form", "phase", "group", "measure"]
    assert isinstance(checked.reviews, pd.DataFrame)
    assert len(checked.answers) == len(checked.counts) == len(checked.reviews) == 0


def test_dates_and_descriptions_become_columns_of_the_answers():
    form = form_of(
        columns={"case": "Sagsnr.", "phase": "Måling", "cluster": "Team"},
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[measure("a", A)],
    )
    lines = [
        ["Sagsnr.", "Måling", "Team", "Dato", A],
        ["S-1", "Før", "Anna", date(2018, 5, 1), "Ja"],
        ["S-2", "Før", "Bo", None, "Ja"],
        ["S-3", "Efter", "anna", date(2020, 5, 1), "Ja"],
    ]
    answers = read(lines, form=form).answers
    assert list(answers["decided"].fillna("")) == ["2018-05-01", "", "2020-05-01"]
    assert list(answers["cluster"]) == ["S1", "S2", "S1"]


def test_a_file_whose_sheets_hold_one_phase_each():
    header = ["Sagsnr.", A, B, C]
    checked = read(
        book(
            sheet([header, ["S-1", "Ja", "Nej", "Ja"]], "Førmåling"),
            sheet([header, ["S-2", "Ja", "Nej", "Ja"]], "Eftermåling 2021"),
        )
    )
    assert set(checked.answers["phase"]) == {"before", "after"}
    assert errors(checked) == set()


ODD = st.one_of(
    st.none(),
    st.sampled_from([ERROR, UNCALCULATED, "Ja", "I alt", "Sagsnr.", A, "Før", " "]),
    st.sampled_from(["010135-0000", "1.2.2018", "antal", "Måling", "Svar", "\ufffd?"]),
    st.booleans(),
    st.integers(-3, 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)
GRIDS = st.lists(st.lists(ODD, max_size=7), max_size=9)
AREAS = st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=3)


@settings(deadline=None, max_examples=150)
@given(GRIDS, st.integers(0, 5), AREAS, st.sampled_from([None, *LAYOUTS]))
def test_nothing_that_stands_in_cells_raises(cells, header, corners, layout):
    merged = tuple(
        Area(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners
    )
    lines = [*cells[:header], HEADER, *cells[header:]]
    for made in (lines, cells, [list(line) for line in zip(*rows()[1:], strict=False)]):
        checked = read(book(sheet(made, merged=merged)), layout=layout)
        assert tables.check(checked.answers, tables.answers) is not None
