"""The look: contrasts that hold, a style file that is checked, and text that fits."""

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from taskforce_analysis.charts.kit.style import (
    _shipped_style,
    clean,
    contrast,
    load_style,
    own_look,
    palette,
    styled,
    theme,
    width_of,
    wrap,
)
from taskforce_analysis.errors import FormError, UsageError
from taskforce_analysis.languages import available_languages
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
        _shipped_style.__wrapped__()


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


FAMILIES = ("Arial", "Liberation Sans", "Calibri", "Carlito", "DejaVu Sans")


def is_there(family: str) -> bool:
    """Whether matplotlib's own list has the family in both weights."""
    weights = {str(one.weight) for one in fontManager.ttflist if one.name == family}
    return bool(weights & {"400", "normal"}) and bool(weights & {"700", "bold"})


def test_the_letters_are_the_documents_where_they_are_installed():
    assert tuple(load_style().fonts["family"]) == FAMILIES
    assert load_style().letters[0] == next(filter(is_there, FAMILIES))


@pytest.mark.parametrize("family", ["Liberation Sans", "Carlito", "DejaVu Sans"])
def test_a_picture_that_names_its_letters_has_them(family):
    if not is_there(family):
        pytest.skip(f"{family} is not installed")
    with styled(family=family), own_look():
        figure = Figure()
        text = figure.text(0, 0, "x")
    assert text.get_fontfamily()[0] == family
    assert load_style().letters[0] != "Carlito"  # put back


def test_letters_that_are_not_installed_are_passed_over_without_a_warning(caplog):
    style = load_style()
    lacking = {"family": ("Findes Ikke", "Ej Heller")}
    assert replace(style, fonts=lacking).letters == ("DejaVu Sans",)
    assert caplog.records == []
    with pytest.raises(UsageError, match="no such letters"), styled(family="Nej"):
        pass


@pytest.mark.parametrize("family", ["", "DejaVu Sans"])
def test_every_sign_of_our_own_words_can_be_shown(family):
    folder = definitions_folder("languages")
    with styled(family=family):
        for name in available_languages():
            texts = (folder / f"{name}.toml").read_text("utf-8")
            assert "\ufffd" not in clean(texts)


def test_bold_is_wider():
    assert width_of("helhedsvurdering", bold=True) > width_of("helhedsvurdering")


# What is seen without red, green or blue sight, in linear light (Machado, Oliveira and
# Fernandes 2009, severity 1).
SIGHTS = {
    "all": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.41246, 0.35758, 0.18044],
        [0.21267, 0.71515, 0.07218],
        [0.01933, 0.11919, 0.95030],
    ]
)


def seen(colour: str, sight: np.ndarray) -> np.ndarray:
    """The colour in CIELAB (D65), as it is seen with this sight."""
    part = np.array(to_rgb(colour))
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    ratio = XYZ @ np.clip(sight @ linear, 0, 1) / (XYZ @ np.ones(3))
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_how_a_colour_is_seen_agrees_with_the_tables_of_cielab():
    # Pure red in sRGB has L* 53.24, a* 80.09, b* 67.20.
    assert seen("#FF0000", SIGHTS["all"]) == pytest.approx(
        [53.24, 80.09, 67.2], abs=0.1
    )


@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_colours_of_the_palette_can_be_told_apart(sight):
    for one, other in combinations(palette(), 2):
        apart = np.linalg.norm(seen(one, SIGHTS[sight]) - seen(other, SIGHTS[sight]))
        assert apart >= 30, (one, other)


def test_the_palette_stands_out_from_the_paper_and_begins_with_the_phases():
    style = load_style()
    assert all(contrast(one, PAPER) >= 3 for one in palette())
    assert palette(2) == [style.before.colour, style.after.colour]
    assert len(set(palette())) == 6


@pytest.mark.parametrize("count", [0, 7])
def test_more_colours_than_can_be_told_apart_are_refused(count):
    with pytest.raises(UsageError, match="6 colours that can be told apart"):
        palette(count)


CASES = pd.DataFrame({"phase": ["a", "b"] * 4, "days": [3.0, 5, 8, 9, 12, 15, 20, 21]})


def test_seaborn_draws_in_the_colours_type_and_grid_of_the_charts():
    with theme():
        axes = Figure().subplots()
        sns.lineplot(CASES, x=CASES.index, y="days", hue="phase", ax=axes)
        axes.set_title("Title")
    drawn = [to_hex(line.get_color()).upper() for line in axes.get_lines()[:2]]
    assert drawn == palette(2)
    assert axes.xaxis.label.get_fontsize() == load_style().type["text"]
    assert axes.get_title(loc="left") == "Title"
    (line, *_) = axes.get_xgridlines()
    assert line.get_color() == load_style().colours["grid"]
    assert not axes.spines["top"].get_visible()


def test_the_readers_settings_are_put_back_also_after_an_error():
    before = dict(mpl.rcParams)
    with theme():
        assert dict(mpl.rcParams) != before
    assert dict(mpl.rcParams) == before
    with pytest.raises(KeyError), theme():
        raise KeyError
    assert dict(mpl.rcParams) == before
