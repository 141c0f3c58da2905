"""Which sheets are read, and which are told and left alone."""

import pytest
from made_sheets import (
    HEADER,
    PLAIN,
    A,
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

from taskforce_analysis.locating.workbooks import is_guide, named_by_sheet


def beside(*others):
    """The four cases on one sheet, and other sheets beside it."""
    return read(book(sheet(rows()), *others))


def test_a_hidden_sheet_is_told_and_not_read():
    checked = beside(sheet(rows(), "Gammel", hidden=True))
    assert scores(checked) == PLAIN
    issue = only(checked, "SHEET_HIDDEN")
    assert (issue.sheet, issue.cell) == ("Gammel", None)


@pytest.mark.parametrize(
    "name", ["Vejledning", "EKSEMPEL", "Skabelon 2018", "Lister", "Liste", "1. Guide"]
)
def test_guides_examples_templates_and_lists_are_told_and_not_read(name):
    checked = beside(sheet(rows(), name))
    assert scores(checked) == PLAIN
    assert only(checked, "SHEET_IGNORED").sheet == name
    assert is_guide(name)


@pytest.mark.parametrize("name", ["Eksempelkøbing Kommune", "Sagsliste", "Data"])
def test_other_names_are_read(name):
    assert not is_guide(name)


def test_empty_sheets_are_nothing():
    checked = beside(sheet([], "Ark2"), sheet([], "Gammel", hidden=True))
    blank = beside(sheet([[" "]], "Ark2"))
    assert checked.found == blank.found == ()


@pytest.mark.parametrize(
    "other",
    [
        [["Et notat"]],
        [["Kommune", "Måling", "Antal"], ["Nordby", "Før", 30]],
        [["Sagsnr.", "Kommune"], ["S-7", "Nordby"], ["S-8", "Nordby"]],
        [HEADER],
    ],
    ids=["a note", "a pivot table", "a list of cases", "a header without cases"],
)
def test_sheets_without_answers_beside_those_with_are_told(other):
    checked = beside(sheet(other, "Andet"))
    assert scores(checked) == PLAIN
    assert only(checked, "SHEET_IGNORED").sheet == "Andet"
    assert errors(checked) == set()


def test_a_sheet_that_lost_its_header_is_an_error_not_left_out():
    checked = beside(sheet(rows()[1:], "Status"))
    issue = only(checked, "HEADER_NOT_FOUND")
    assert (issue.sheet, issue.severity) == ("Status", "error")


def test_a_list_of_cases_alone_lacks_its_measures():
    checked = read([["Sagsnr.", "Måling"], ["S-1", "Før"]])
    assert set(codes(checked)) == {"MEASURE_MISSING"}


def test_a_cpr_number_is_found_on_sheets_that_are_not_read():
    hidden = sheet([["010135-0000"]], "Gammel", hidden=True)
    guide = sheet([["x", "sag 010135 0000"]], "Vejledning")
    checked = beside(hidden, guide)
    found = [(one.sheet, one.cell) for one in checked.found if one.code == "CPR_FOUND"]
    assert found == [("Gammel", "A1"), ("Vejledning", "B1")]


@pytest.mark.parametrize(
    "value",
    [
        *("010135-0000", "0101350000", "01.01.35-0000", "01 01 35-0000"),
        *("tlf. eller 610135\u00a00000", 101350000),
    ],
)
def test_a_cpr_number_in_a_remark_or_a_number_is_a_warning(value):
    lines = rows()
    lines[1].append(value)
    checked = read(lines)
    assert told(checked, "CPR_FOUND") == [("G2", 1)]
    assert "CPR_FOUND" not in errors(checked)
    assert scores(checked) == PLAIN


@pytest.mark.parametrize(
    "value", ["320000-1000", "3112991234567", 1234567, 101350000.5]
)
def test_numbers_that_only_look_alike_are_no_cpr_numbers(value):
    lines = rows()
    lines[1].append(value)
    assert "CPR_FOUND" not in codes(read(lines))


def test_a_cpr_number_in_a_header_is_found():
    lines = rows(header=[*HEADER[:6], "Sag 010135-0000"])
    lines[1].append("x")
    checked = read(lines)
    assert told(checked, "CPR_FOUND") == [("G1", 1)]
    assert "0000" not in repr(checked.found)


def test_a_code_book_sheet_is_told():
    checked = beside(sheet([["1", "Ja"]], "Kodebog"))
    assert only(checked, "SHEET_IGNORED").sheet == "Kodebog"


def test_a_sheet_of_dates_alone_counts_as_one_with_measures():
    deadline = {"kind": "deadline", "from": "Fra", "to": "Til", "limit": "4 weeks"}
    form = form_of(measures=[measure("a", A), {"id": "d", "label": "D", **deadline}])
    first = sheet([["Sagsnr.", "Måling", A], ["S-1", "Før", "Ja"]], "Ark1")
    second = sheet([["Sagsnr.", "Måling", "Fra", "Til"], ["S-1", "Før", 43132]], "Ark2")
    checked = read(book(first, second), form=form, measured={})
    assert "SHEET_IGNORED" not in codes(checked)
    assert set(checked.answers["measure"]) == {"a", "d"}


@pytest.mark.parametrize("name", ["Ark 1", "Sheet2", "Data", "Sager (2)"])
def test_names_that_say_nothing(name):
    assert not named_by_sheet(name)
