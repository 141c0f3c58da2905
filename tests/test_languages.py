"""How a reader sees numbers and words: Danish marks, half up, units that stay put."""

from datetime import date
from decimal import Decimal
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import (
    Language,
    available_languages,
    load_language,
    round_half_up,
)

NO_BREAK = "\u00a0"
DA, EN = load_language("da"), load_language("en")


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ")


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (0, 0, "0", "0"),
        (2140, 0, "2.140", "2,140"),
        (42484, 0, "42.484", "42,484"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (64.2857, 1, "64,3", "64.3"),
        (-3.5, 0, "\u22124", "\u22124"),
    ],
)
def test_numbers_carry_the_marks_of_the_language(value, decimals, danish, english):
    assert DA.number(value, decimals) == danish
    assert EN.number(value, decimals) == english


# Published figures with their printed per cent: data/published/published_counts.csv.
@pytest.mark.parametrize(
    ("part", "whole", "decimals", "printed"),
    [
        (75, 121, 0, "62 %"),
        (46, 121, 0, "38 %"),
        (58, 203, 0, "29 %"),
        (58, 219, 0, "26 %"),
        (9, 14, 1, "64,3 %"),
        (5, 385, 0, "1 %"),
        (38, 102, 0, "37 %"),
        (1, 8, 0, "13 %"),
        (1, 200, 0, "1 %"),
        (20, 20, 0, "100 %"),
        (0, 20, 0, "0 %"),
        (398, 399, 0, "99,7 %"),
        (1, 400, 0, "0,3 %"),
        (199, 200, 0, "99,5 %"),
        (1, 4000, 0, "under 0,1 %"),
        (3999, 4000, 0, "over 99,9 %"),
        (3999, 4000, 2, "99,98 %"),
        (1, 40000, 2, "under 0,01 %"),
    ],
)
def test_per_cent_is_printed_as_the_reports_print_it(part, whole, decimals, printed):
    assert plain(DA.percent(part / whole, decimals)) == printed


def test_the_sign_stands_apart_in_danish_and_close_in_english():
    assert DA.percent(0.7) == "70\u00a0%"
    assert EN.percent(0.7) == "70%"
    assert EN.percent(9 / 14, 1) == "64.3%"


def test_what_is_no_number_has_a_sign_of_its_own():
    assert DA.percent(nan) == DA.points(nan) == DA.p_value(nan) == "–"


@pytest.mark.parametrize(
    ("share", "danish", "english"),
    [
        (0.3, "+30 procentpoint", "+30 percentage points"),
        (-0.0237, "\u22122 procentpoint", "\u22122 percentage points"),
        (0.004, "0 procentpoint", "0 percentage points"),
        (-0.004, "0 procentpoint", "0 percentage points"),
        (0.005, "+1 procentpoint", "+1 percentage point"),
    ],
)
def test_differences_are_points_with_a_sign(share, danish, english):
    assert plain(DA.points(share)) == danish
    assert plain(EN.points(share)) == english


def test_units_do_not_break_from_their_numbers():
    assert DA.percent(0.62) == f"62{NO_BREAK}%"
    assert DA.points(0.3) == f"+30{NO_BREAK}procentpoint"


@pytest.mark.parametrize(
    ("value", "danish"),
    [(0.0703, "0,0703"), (0.00012, "0,0001"), (0.00009, "under 0,0001"), (1, "1,0000")],
)
def test_p_values_have_four_decimals(value, danish):
    assert DA.p_value(value) == danish


def test_counts_dates_and_lists_are_written_out():
    assert DA.count_of(8, 20) == "8 ud af 20"
    assert EN.count_of(8, 20) == "8 of 20"
    assert DA.date(date(2018, 12, 21)) == "21. december 2018"
    assert EN.date(date(2018, 3, 1)) == "1 March 2018"
    assert DA.listed(["a", "b", "c"]) == "a, b og c"
    assert EN.listed(["a", "b"]) == "a and b"
    assert DA.listed(["a"]) == "a"
    assert DA.listed([]) == ""


def test_there_are_twelve_months_in_each_language():
    for name in available_languages():
        months = load_language(name).word("months").split()
        assert len(set(months)) == 12


def test_the_rounding_that_python_does_not_do():
    assert round_half_up(12.5) == 13
    assert round_half_up(-12.5) == -13
    assert round_half_up(2.675, 2) == Decimal("2.68")
    assert round_half_up(Decimal("0.45"), 1) == Decimal("0.5")


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_share_rounds_as_the_fraction_does(part, whole):
    part = min(part, whole)
    expected = (200 * part + whole) // (2 * whole)
    told = plain(DA.percent(part / whole))
    if expected in (0, 100) and 0 < part < whole:  # only none is 0, only all is 100
        tenths = (2000 * part + whole) // (2 * whole)
        assert told == f"{tenths // 10},{tenths % 10} %"
    else:
        assert told == f"{expected} %"


def test_a_label_is_english_only_where_there_is_one():
    phase = load_form("boernehandicap").phases[0]
    assert DA.label(phase) == "Analyse"
    assert EN.label(phase) == "Analysis"
    nameless = Language("en", {"name": "x"})

    class Only:
        label = "Måling"
        label_en = ""

    assert nameless.label(Only()) == "Måling"


def test_an_unknown_text_names_the_nearest():
    with pytest.raises(
        UsageError, match=r'no text in da .* Nearest: "verdict.improved"'
    ):
        DA.word("verdict.improve")
    assert DA.has("verdict.improved")
    assert not DA.has("verdict.improve")


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(UsageError, match=r'no language is called "fr". Known: da, en'):
        load_language("fr")
    assert load_language(EN) is EN


def test_languages_are_found_by_their_files():
    assert available_languages() == ["da", "en"]
    assert (DA.word("tag"), EN.word("tag")) == ("da-DK", "en-GB")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1", "1 percentage point"),
        ("+1", "+1 percentage point"),
        ("\u22121", "\u22121 percentage point"),
        ("0", "0 percentage points"),
        ("11", "11 percentage points"),
        ("2", "2 percentage points"),
    ],
)
def test_only_one_is_told_as_one(number, expected):
    assert plain(EN.counted("points", number)) == expected
