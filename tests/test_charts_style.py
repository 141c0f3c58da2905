"""The look: contrasts that hold, and a style file that is checked."""

from itertools import combinations

import pytest

from taskforce_analysis.charts.kit import sheet
from taskforce_analysis.charts.kit.sheet import contrast, load_style
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
    monkeypatch.setattr(sheet, "definitions_folder", lambda _: path)
    with pytest.raises(FormError, match=r"colours.mutde.*unknown key"):
        load_style.__wrapped__()
