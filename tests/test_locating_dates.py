"""What a cell says as a date, and what is odd about it."""

from datetime import date, datetime

import pytest
from made_sheets import (
    ERROR,
    UNCALCULATED,
    A,
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

from taskforce_analysis.locating.dates import DateReader, from_serial
from taskforce_analysis.reading.cells import Kind

FORM = form_of(
    attributes=[
        {"id": "decided", "label": "Afgjort", "columns": "Afgjort", "type": "date"},
        {
            "id": "followed",
            "label": "Fulgt op",
            "columns": "Fulgt op",
            "type": "date",
            "not_before": "decided",
        },
    ],
    measures=[measure("a", A)],
)
READER = DateReader(date1904=False, today=date(2026, 5, 1))


def dated(*values, **facts):
    """A check of cases with these dates of decision."""
    lines = [["Sagsnr.", "Måling", A, "Afgjort"]]
    lines += [[f"S-{n}", "Før", "Ja", value] for n, value in enumerate(values)]
    return read(book(sheet(lines), **facts), form=FORM)


@pytest.mark.parametrize(
    "text",
    [
        "01-02-2018",
        "1/2/2018",
        "1.2.2018",
        "1/2-2018",
        "01 02 2018",
        "1.2.18",
        "2018-02-01",
        "2018-02-01T10:30:00",
        "20180201",
        "1. februar 2018",
        "den 1. Februar 2018",
        "1 feb. 2018",
        "1-feb-18",
        "1 February 2018",
        "01.02.2018 13:37",
        "1. februar 2018 kl. 13.37",
    ],
)
def test_texts_are_read_day_first_and_told(text):
    day = READER.read(Kind.TEXT, text)
    assert day.when is not None
    assert day.when.date() == date(2018, 2, 1)
    assert "DATE_TEXT" in day.codes


@pytest.mark.parametrize(
    "text",
    [
        "ultimo maj 2018",
        "forår 18",
        "maj 2018",
        "31-02-2018",
        "32/1/2018",
        "30. februar 2018",
        "1. floréal 2018",
        "2018-13-01",
        "12-2018",
        "ja",
        "31-01-0218",
        "1. februar 218",
        "0018-02-01",
        "31-12-1899",
    ],
)
def test_words_and_impossible_days_are_invalid(text):
    assert READER.read(Kind.TEXT, text).codes == ("DATE_INVALID",)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.NUMBER, "0"),
        (Kind.NUMBER, "2018"),
        (Kind.NUMBER, "20181301"),
        (Kind.NUMBER, "-3"),
        (Kind.DATE, "60"),
        (Kind.DATE, "0.5"),
        (Kind.BOOLEAN, "1"),
    ],
)
def test_numbers_that_are_no_dates(kind, text):
    assert READER.read(kind, text).codes == ("DATE_INVALID",)


def test_a_two_digit_year_lies_at_most_five_years_ahead():
    years = [READER.read(Kind.TEXT, f"1.2.{year}").when for year in ("31", "32", "99")]
    assert [when.year for when in years if when] == [2031, 1932, 1999]


def test_a_two_digit_year_with_hyphens_may_be_read_two_ways():
    assert READER.read(Kind.TEXT, "07-06-21").codes == ("DATE_TEXT", "DATE_AMBIGUOUS")
    assert READER.read(Kind.TEXT, "07.06.21").codes == ("DATE_TEXT",)


def test_late_in_universal_time_it_may_be_the_next_day_in_denmark():
    late = READER.read(Kind.TEXT, "2018-01-31T23:00:00Z")
    assert late.codes == ("DATE_TEXT", "DATE_AMBIGUOUS")
    assert READER.read(Kind.TEXT, "2018-01-31T21:59:59Z").codes == ("DATE_TEXT",)
    assert READER.read(Kind.TEXT, "2018-01-31T23:00:00").codes == ("DATE_TEXT",)


def test_serial_numbers_in_both_of_excels_calendars():
    assert from_serial(43132, date1904=False) == datetime.fromisoformat("2018-02-01")
    assert from_serial(41670.5, date1904=True) == datetime.fromisoformat(
        "2018-02-01T12:00:00"
    )
    assert from_serial(0.5, date1904=True) is None


def test_stored_dates_are_silent_and_numbers_are_told():
    checked = dated(date(2018, 2, 1), 43132)
    assert column(checked, "a", "decided") == ["2018-02-01", "2018-02-01"]
    assert told(checked, "DATE_SERIAL") == [("D3", 1)]


def test_a_workbook_that_counts_from_1904():
    checked = dated(date(2018, 2, 1), date1904=True)
    assert column(checked, "a", "decided") == ["2022-02-02"]


def test_a_compact_number_is_a_text_date():
    assert told(dated(20180201), "DATE_TEXT") == [("D2", 1)]


def test_a_file_that_shows_both_orders_is_an_error_and_leaves_none_to_guess():
    checked = dated("02/01/2018", "13/01/2018", "01/13/2018", "05/05/2018")
    assert told(checked, "DATE_MIXED") == [("D4", 1)]
    assert told(checked, "DATE_AMBIGUOUS") == [("D2", 1)]
    assert errors(checked) == {"DATE_MIXED"}
    found = column(checked, "a", "decided")
    assert found == [None, "2018-01-13", None, "2018-05-05"]


def test_one_date_that_is_month_first_decides_for_its_file_and_that_is_told():
    checked = dated("02/01/2018", "01/13/2018 10:30", "05/05/2018", "1. maj 2018")
    found = column(checked, "a", "decided")
    assert found == ["2018-02-01", "2018-01-13", "2018-05-05", "2018-05-01"]
    assert told(checked, "DATE_MONTH_FIRST") == [("D2", 2)]
    assert errors(checked) == set()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("01/13/2018", "2018-02-01"), ("13/01/2018", "2018-01-02"), ("", "2018-01-02")],
)
def test_what_one_column_shows_decides_for_the_others_and_on_other_sheets(
    shown, expected
):
    lines = [["Sagsnr.", "Måling", A, "Afgjort", "Fulgt op"]]
    first = [*lines, ["S-1", "Før", "Ja", "02/01/2018", None]]
    second = [*lines, ["S-2", "Efter", "Ja", None, shown or None]]
    checked = read(book(sheet(first, "A"), sheet(second, "B")), form=FORM)
    assert column(checked, "a", "decided") == [expected, None]
    other = book(sheet(first, "A"), file="b.xlsx")
    both = read(book(sheet(second, "B")), other, form=FORM)
    assert column(both, "a", "decided") == [None, "2018-01-02"]


def test_a_mere_attribute_date_that_cannot_be_read_is_a_warning():
    checked = dated("31-02-2018", "02/01/2018")
    assert codes(checked) == ["DATE_INVALID", "DATE_TEXT"]
    assert errors(checked) == set()


def test_day_first_alone_is_not_ambiguous():
    assert codes(dated("02/01/2018", "13/01/2018")) == ["DATE_TEXT"]


def test_a_date_in_the_future_is_told():
    checked = dated(date(2081, 5, 1))
    assert told(checked, "DATE_FUTURE") == [("D2", 1)]
    assert column(checked, "a", "decided") == ["2081-05-01"]


def test_broken_cells_in_a_date_column_are_errors():
    checked = dated(ERROR, UNCALCULATED)
    assert told(checked, "CELL_ERROR") == [("D2", 1)]
    assert told(checked, "FORMULA_NOT_CALCULATED") == [("D3", 1)]


def test_invalid_dates_say_what_was_there():
    found = [issue.found for issue in dated("forår 18", 7, True).found]
    assert found == ["text of 8 characters", "number", "true or false"]


def test_a_date_before_the_one_that_it_follows():
    lines = [["Sagsnr.", "Måling", A, "Afgjort", "Fulgt op"]]
    lines += [["S-1", "Før", "Ja", date(2018, 5, 2), date(2018, 5, 1)]]
    lines += [["S-2", "Før", "Ja", date(2018, 5, 2), date(2018, 5, 2)]]
    lines += [["S-3", "Før", "Ja", None, date(2018, 5, 2)]]
    assert told(read(lines, form=FORM), "DATE_ORDER") == [("E2", 1)]
