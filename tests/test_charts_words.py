"""Text that fits: cleaned, measured, wrapped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis.charts.kit.sheet import clean, width_of, wrap


@given(st.text(max_size=80), st.floats(1.0, 12.0))
@settings(max_examples=60)
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text, width):
    lines = wrap(text, width)
    assert lines
    for line in lines:
        assert width_of(line) <= width or len(line) == 1
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


def test_words_are_kept_whole_where_they_fit():
    assert wrap("Der er foretaget en helhedsvurdering", 4.2) == (
        "Der er foretaget en",
        "helhedsvurdering",
    )


def test_a_word_too_long_for_a_line_is_broken_between_letters():
    lines = wrap("x" * 100, 3.0)
    assert len(lines) > 2
    assert "".join(lines) == "x" * 100


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "ab"),
        ("a\x00\x1fb", "ab"),
        ("  a \t b\n", "a b"),
        ("sag 010135-0000", "sag ██████-████"),
        ("\ud800", ""),
        ("中文", "��"),
    ],
)
def test_what_no_figure_can_show_is_left_out_or_stood_in_for(text, shown):
    assert clean(text) == shown


def test_bold_is_wider():
    assert width_of("helhedsvurdering", bold=True) > width_of("helhedsvurdering")
