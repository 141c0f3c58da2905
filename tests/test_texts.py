"""Text from outside is shown and does nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis.texts import plain, starts_formula


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("Opfølgning § 70", "Opfølgning § 70"),
        ("a\x00b\x1fc\x7f", "abc"),
        ("fil\u202exslx.exe", "filxslx.exe"),
        ("\u2066a\u2069", "a"),
        ("to\nlinjer", "to\nlinjer"),
        ("010135-0000", "██████-████"),
        ("0101\u202e35-0000", "██████-████"),
        ("אבג", "\u2068אבג\u2069"),
        ("\ud800x", "x"),
        ("\ufffe\uffff", ""),
    ],
)
def test_what_is_left_of_a_text(given_text: str, shown: str):
    assert plain(given_text) == shown


@given(st.text(alphabet=st.characters()))
def test_a_plain_text_stays_as_it_is(text: str):
    once = plain(text)
    assert plain(once) == once
    assert not [
        one
        for one in once
        if unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t"
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "  =1", "\u00a0=1"])
def test_formula_triggers(text: str):
    assert starts_formula(text)


@pytest.mark.parametrize("text", ["", "Ja", "1", "a=b", "−2"])
def test_no_formula(text: str):
    assert not starts_formula(text)
