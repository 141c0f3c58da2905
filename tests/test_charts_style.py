"""The look: contrasts that hold, a style file that is checked, and text that fits."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis.charts.kit.style import (
    clean,
    contrast,
    load_style,
    width_of,
    wrap,
)
from taskforce_analysis.errors import FormError
from taskforce_analysis.shipped import definitions_folder

PAPER = "#FFFFFF"


def test_contrast_is_that_of_wcag():
    # WebAIM's contrast checker: #767676 on white is 4.54, #595959 7.00.
    assert contrast("#767676", PAPER) == pytest.approx(4.54, abs=0.005)
    assert contrast("#595959", PAPER) == pytest.approx(7.00, abs=0.005)


@pytest.mark.parametrize("name", ["ink", "muted"])
def test_text_can_be_read(name):
    assert contrast(load_style().colours[name], PAPER) >= 4.5


@pytest.mark.parametrize("name", ["before", "after", "change"])
def test_marks_can_be_seen(name):
    mark = getattr(load_style(), name)
    assert contrast(mark.colour, PAPER) >= 3
    assert contrast(mark.exploratory, PAPER) >= 3


def test_the_two_phases_differ_in_grey_print_in_shape_and_in_filling():
    style = load_style()
    assert contrast(style.before.colour, style.after.colour) >= 3
    assert contrast(style.before.exploratory, style.after.exploratory) >= 2
    assert style.before.marker != style.after.marker
    assert style.before.filled != style.after.filled


def test_the_two_phases_differ_without_red_or_green_sight():
    # The blue part alone, which protanopes and deuteranopes see unchanged.
    style = load_style()
    blues = [int(mark.colour[5:], 16) for mark in (style.before, style.after)]
    assert abs(blues[0] - blues[1]) >= 60


def test_answers_without_a_percentage_differ_in_hatch_or_shade():
    style = load_style()
    names = ("not_applicable", "not_assessable", "missing", "unrecognised")
    looks = [(style.answers[name], style.hatches[name]) for name in names]
    assert all(one != other for one, other in combinations(looks, 2))


def test_a_wrong_key_in_the_style_is_named(tmp_path, monkeypatch):
    text = definitions_folder("style.toml").read_text("utf-8")
    path = tmp_path / "style.toml"
    path.write_text(text.replace('muted = "', 'mutde = "'), "utf-8")
    place = "taskforce_analysis.charts.kit.style.definitions_folder"
    monkeypatch.setattr(place, lambda _: path)
    with pytest.raises(FormError, match=r"colours.mutde.*unknown key"):
        load_style.__wrapped__()


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
