"""What looks like a CPR number; all numbers here are invented or impossible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis.privacy import (
    COVER,
    count_cpr,
    has_cpr,
    is_cpr_number,
    redact,
)

SPELLINGS = [
    "010135-0000",
    "010135 0000",
    "010135 - 0000",
    "0101350000",
    "010135\u20110000",
    "010135\u00a00000",
    "010135\u00ad0000",
    "010135\u200b0000",
    "010135\u20130000",
    "010135.0000",
    "010135/0000",
    "010135_0000",
    "01.01.35-0000",
    "01 01 35-0000",
    "01.01.35 \u2013 0000",
    "\uff10\uff11\uff10\uff11\uff13\uff15\uff0d\uff10\uff10\uff10\uff10",
    "610135-0000",
    "910135-0000",
    "290200-0000",
    "sag010135-0000a",
    "(010135-0000)",
    "01-01-35-0000",
    "01/01/35-0000",
    "01-01/35-0000",
    "010135\n0000",
    "010135\r\n0000",
    "010135\v0000",
    "01\n01\n35\n0000",
    "010135:0000",
    "01:01:35 0000",
    "01.01.35 0000",
    "01 01 35 0000",
    "01/01-35 0000",
    "01\u00b701\u00b735\u00b70000",
    "01. 01. 35 - 0000",
    "01011935-0000",
    "01.01.1935-0000",
    "01-01-2035\u20130000",
    "0101\u200b35\u200b0000",
    "0\u00ad10135-00\ufeff00",
]
OTHERS = [
    "",
    "Ja",
    "12345678",
    "1234567",
    "5798000101350",
    "320035-0000",
    "011335-0000",
    "000135-0000",
    "600135-0000",
    "920135-0000",
    "290201-0000",
    "310435-0000",
    "1010135-0000",
    "010135-00001",
    "01-01-2018",
    "2018-10-01",
    "01.01.18-30.06.18",
    "010117-311217",
    "01012018 1230",
    "01.01.2018 1230",
    "01.01.2018 - 2019",
    "01011735-0000",
    "2018-10-01-1230",
    "010135 og 0000",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_cpr_number_in_any_spelling(text):
    assert has_cpr(text)
    assert count_cpr(f"{text}, {text}") == 2
    covered = redact(f"Sag {text}.")
    assert COVER in covered
    assert not any(character.isdigit() for character in covered)


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_looks_like_one(text):
    assert not has_cpr(text)
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "101350000",
        "0101350000",
        "3112350000",
        "101350000.0",
        "1.0135E8",
        "1.0135e+08",
        "6.10135E+09",
    ],
)
def test_a_number_that_is_one(text):
    assert is_cpr_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "43132",
        "1234567",
        "12345678901",
        "99350000",
        "101350000.5",
        "1.0135E7",
        "1E99",
        "-101350000",
        "3200350000",
        "0.101350000",
        "Ja",
    ],
)
def test_a_number_that_is_none(text):
    assert not is_cpr_number(text)


@given(st.text(alphabet="0123456789-. x", max_size=60))
def test_redacting_leaves_nothing_to_find(text):
    assert not has_cpr(redact(text).replace(COVER, "\n"))


@given(st.dates(), st.integers(0, 9999))
def test_every_day_of_a_century(day, serial):
    number = f"{day:%d%m%y}{serial:04d}"
    assert is_cpr_number(str(int(number)))
    assert redact(number) == COVER
