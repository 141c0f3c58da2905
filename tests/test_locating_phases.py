"""Which phase a case belongs to, and from where that is known."""

from datetime import date

import pytest
from made_sheets import (
    ERROR,
    PLAIN,
    A,
    B,
    C,
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
    told,
)

from taskforce_analysis.checking.row_facts import phases_from_dates
from taskforce_analysis.locating.phases import phase_names

SHORT = [["Sagsnr.", A, B, C], ["S-1", "Ja", "Nej", "Ja"]]


def respelled(*names):
    """The four cases with other words for their phases."""
    lines = rows()
    for line, name in zip(lines[1:], names, strict=True):
        line[2] = name
    return lines


def test_the_forms_own_spellings_are_silent():
    checked = read(respelled("FØR", "Førmåling ", "efter", "Eftermåling"))
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_shortened_hyphenated_and_dated_spellings_are_told():
    checked = read(respelled("For-måling", "Førm", "Efter 2021", "Efterm."))
    assert scores(checked) == PLAIN
    assert told(checked, "PHASE_NORMALISED") == [("C2", 4)]
    first = next(one for one in checked.found if one.cell == "C2")
    assert (first.phase, first.expected) == ("before", "Før")


@pytest.mark.parametrize(
    "names",
    [
        ("1. måling", "1. måling", "2. måling", "2. måling"),
        (1, 1, 2, 2),
        ("Måling 1", "Fase 1", "Måling 2", "2"),
    ],
    ids=["ordinals", "numbers", "words and numbers"],
)
def test_the_number_of_a_measurement_is_told(names):
    checked = read(respelled(*names))
    assert scores(checked) == PLAIN
    assert told(checked, "PHASE_NORMALISED") == [("C2", 4)]


@pytest.mark.parametrize("name", ["Midtvejs", "3. måling", "F", "0"])
def test_anything_else_is_unknown_and_its_cases_have_no_phase(name):
    checked = read(respelled("Før", name, "Efter", "Efter"))
    issue = only(checked, "PHASE_UNKNOWN")
    assert (issue.cell, issue.expected, issue.severity) == (
        "C3",
        "Før | Efter",
        "error",
    )
    assert "S-2" not in set(checked.answers["case_id"])


def test_a_blank_phase_is_missing_at_its_cell():
    checked = read(respelled("Før", None, "Efter", "Efter"))
    assert told(checked, "PHASE_MISSING") == [("C3", 1)]
    assert errors(checked) == {"PHASE_MISSING"}


def test_an_error_cell_is_not_a_phase():
    checked = read(respelled("Før", ERROR, "Efter", "Efter"))
    assert told(checked, "CELL_ERROR") == [("C3", 1)]
    assert codes(checked) == ["CELL_ERROR"]


def test_no_phase_anywhere_is_told_once():
    issue = only(read(SHORT), "PHASE_MISSING")
    assert (issue.sheet, issue.cell, issue.count) == ("Data", None, 1)


def test_the_phase_may_stand_in_the_sheets_name():
    checked = read(book(sheet(SHORT, "Eftermåling")))
    assert set(checked.answers["phase"]) == {"after"}
    assert checked.found == ()


@pytest.mark.parametrize("file", ["Eftermåling_2021.xlsx", "kommune efter.xlsx"])
def test_the_phase_may_stand_in_the_files_name(file):
    assert set(read(book(SHORT, file=file)).answers["phase"]) == {"after"}


def test_the_phase_may_stand_in_a_title():
    lines = [["Eftermåling, efteråret 2021"], [], *SHORT]
    assert set(read(lines).answers["phase"]) == {"after"}


def test_a_name_with_two_phases_names_none():
    checked = read(book(SHORT, file="før og efter.xlsx"))
    assert codes(checked) == ["PHASE_MISSING"]


def test_two_stacked_tables_each_under_its_title():
    second = [["Sagsnr.", A, B, C], ["S-2", "Nej", "Nej", "Nej"]]
    lines = [["Førmåling"], *SHORT, [], ["Eftermåling"], *second]
    checked = read(lines)
    found = dict(zip(checked.answers["case_id"], checked.answers["phase"], strict=True))
    assert found == {"S-1": "before", "S-2": "after"}
    assert codes(checked) == ["TABLES_STACKED"]


def test_a_sheet_and_its_column_that_disagree():
    checked = read(book(sheet(rows()[:3], "Efter")))
    assert told(checked, "PHASE_CONFLICT") == [("C2", 2)]
    assert errors(checked) == {"PHASE_CONFLICT"}


def test_a_sheet_and_the_caller_that_disagree():
    checked = read(book(sheet(SHORT, "Efter")), phases={"a.xlsx": "before"})
    assert only(checked, "PHASE_CONFLICT").cell is None


def test_a_column_and_the_caller_that_disagree():
    checked = read(rows()[:3], phases={"a.xlsx": "after"})
    assert told(checked, "PHASE_CONFLICT") == [("C2", 2)]


def test_blanks_take_the_phase_of_their_sheet():
    lines = rows()[:3]
    lines[2][2] = None
    checked = read(book(sheet(lines, "Før")))
    assert set(checked.answers["phase"]) == {"before"}
    assert checked.found == ()


def test_an_empty_column_takes_the_phase_of_the_file():
    lines = respelled(None, None, None, None)
    lines[0] = lines[0][:6]
    assert set(read(book(lines, file="før.xlsx")).answers["phase"]) == {"before"}


def quarters(by):
    return form_of(
        phases=[],
        phases_from={"attribute": "decided", "by": by},
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[measure("a", A)],
    )


def test_phases_may_come_from_a_date():
    lines = [
        ["Sagsnr.", "Dato", A],
        ["S-1", date(2021, 8, 1), "Ja"],
        ["S-2", None, "Ja"],
    ]
    checked = read(lines, form=quarters("quarter"))
    assert set(checked.answers["phase"]) == {"2021-Q3"}
    assert told(checked, "PHASE_MISSING") == [("B3", 1)]
    assert codes(read([["Sagsnr.", A], ["S-1", "Ja"]], form=quarters("year"))) == [
        "PHASE_MISSING"
    ]


@pytest.mark.parametrize(
    ("value", "code"),
    [("31-02-2021", "DATE_INVALID"), (date(2081, 5, 1), "DATE_FUTURE")],
)
def test_a_date_that_cannot_be_read_makes_no_phase(value, code):
    lines = [["Sagsnr.", "Dato", A], ["S-1", date(2021, 8, 1), "Ja"]]
    checked = read([*lines, ["S-2", value, "Ja"]], form=quarters("year"))
    assert set(checked.answers["phase"]) == {"2021"}
    assert told(checked, code) == [("B3", 1)]
    assert (codes(checked), errors(checked)) == ([code], {code})


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("year", ("1969", "2021")),
        ("quarter", ("1969-Q4", "2021-Q1")),
        ("month", ("1969-12", "2021-02")),
    ],
)
def test_periods_are_named_by_year_quarter_or_month(by, names):
    import numpy as np

    days = np.array(["2021-02-03", "NaT", "1969-12-31"], "datetime64[D]")
    found = phases_from_dates(days, by)
    assert [found.at(row) for row in range(3)] == [names[1], None, names[0]]


def test_a_shortening_that_fits_two_phases_fits_none():
    names = phase_names(
        form_of(
            phases=[
                {"id": "x", "label": "Måling før"},
                {"id": "y", "label": "Måling efter"},
            ]
        )
    )
    assert names.match("Målin") is None
    found = names.match("Måling f")
    assert found is not None
    assert (found.id, found.told) == ("x", True)
