"""Lines of text: drawn as matplotlib draws them, placed and turned into dots once."""

import logging
from typing import Any
from unittest.mock import patch

import matplotlib as mpl
import numpy as np
import pytest
from fake_results import fake_results
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from taskforce_analysis.charts import draw
from taskforce_analysis.charts.kit import lettering
from taskforce_analysis.charts.kit.lettering import Lines, write_lines
from taskforce_analysis.charts.kit.style import own_look, styled
from taskforce_analysis.writing.figure import pdf_bytes, svg_bytes

FAMILY = "DejaVu Sans"  # comes with matplotlib: the pictures are alike everywhere
DOTS = 300
# Of 255: where two letters of a line share a dot, their edges are rounded once more.
UNSEEN = 4


def dots_of(figure: Figure) -> np.ndarray:
    """The figure as matplotlib's own canvas draws it."""
    figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def written(*texts: str, **look: Any) -> tuple[Figure, list[Lines]]:
    """A figure with each text in its place, one under another."""
    with styled(family=FAMILY), own_look():
        figure = Figure(figsize=(6, 2))
        made = [
            write_lines(figure, (0.5, 0.9 - 0.2 * at), text.split("\n"), **look)
            for at, text in enumerate(texts)
        ]
    return figure, made


def by_matplotlib(renderer, pen, line, *, letters):
    """The same line at the same whole dot, drawn letter by letter."""
    weight = "bold" if letters.bold else "normal"
    font = lettering.FontProperties(family=list(letters.family), weight=weight)
    font.set_size(letters.size)
    height = round(renderer.height)
    renderer.draw_text(pen, round(line.x), height - round(line.y), line.text, font, 0)


@pytest.mark.parametrize("name", ["change", "answers", "heatmap"])
def test_a_picture_differs_by_no_more_than_an_eye_can_tell(name):
    groups = ("Nordby", "Østervang") if name == "heatmap" else ("all",)
    with styled(family=FAMILY):
        figure = draw(name, fake_results(6, groups=groups))
        ours = dots_of(figure)
        with patch.object(lettering, "_draw_dots", by_matplotlib):
            theirs = dots_of(figure)
    assert np.abs(ours - theirs).max() <= UNSEEN
    assert (ours != 255).any()


@pytest.mark.parametrize("across", ["left", "center", "right"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_a_line_stands_where_matplotlib_puts_it(across, weight):
    look = {"ha": across, "va": "top", "fontweight": weight, "linespacing": 1.15}
    figure, (text,) = written("Åben hjælp", **look)
    figure.set_dpi(DOTS)
    renderer = FigureCanvasAgg(figure).get_renderer()
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        own, theirs = (kind.get_window_extent(text, renderer) for kind in (Lines, Text))
    # In dots of 300 an inch: a tenth of a millimetre up or down, less across.
    assert own.x0 == pytest.approx(theirs.x0, abs=1)
    assert own.x1 == pytest.approx(theirs.x1, abs=1)
    assert own.y1 == pytest.approx(theirs.y1, abs=1.5)


def test_the_baseline_is_the_same_whatever_the_letters():
    # Drawn side by side: H is as high in a line with a descender and one without.
    tops = []
    for text in ("Hx", "Hgy", "Hå", "H"):
        figure, _ = written(text, ha="left", va="top", linespacing=1.15)
        column = dots_of(figure)[:, 900:912, 0]  # the first stem of H
        tops.append(np.flatnonzero((column < 128).any(axis=1)).min())
    assert len(set(tops)) == 1


def test_lines_are_one_pitch_apart():
    figure, (text,) = written("H\nH\nH", ha="left", va="top")
    column = dots_of(figure)[:, 900:912, 0]
    rows = np.flatnonzero((column < 128).any(axis=1))
    starts = [row for row in rows if row - 1 not in rows]
    # 9 points at a pitch of 1.15, 300 dots an inch: 43 dots.
    assert np.diff(starts).tolist() == pytest.approx([43.125] * 2, abs=1)
    assert text.get_window_extent().height == pytest.approx(3 * 43.125)


@pytest.mark.parametrize(
    "look",
    [
        {"rotation": 30},
        {"fontstyle": "italic"},
        {"bbox": {"facecolor": "red"}},
        {"va": "bottom"},
        {"wrap": True},
        {"parse_math": True},
        {"fontweight": 600},
    ],
)
def test_what_is_more_than_lines_of_letters_is_matplotlibs_to_draw(look):
    figure, _ = written("a $x^2$ b", ha="left", **{"va": "top", **look})
    ours = dots_of(figure)
    with patch.object(Lines, "draw", Text.draw):
        assert (ours == dots_of(figure)).all()
    assert (ours < 128).any()


def test_hidden_empty_and_blank_texts_leave_no_trace():
    figure, (hidden, *_) = written("a", "", " ", ha="left", va="top")
    hidden.set_visible(False)
    assert (dots_of(figure) == 255).all()


def test_a_text_can_be_changed_when_it_is_drawn_and_half_seen():
    figure, (text,) = written("a", ha="left", va="top")
    text.set(text="HHH", color="#FF0000", alpha=0.5)
    red = dots_of(figure)
    assert red.min(axis=(0, 1)).tolist() == pytest.approx([255, 127, 127], abs=1)


def test_a_line_is_shaped_and_turned_into_dots_once():
    lettering._dots_of.cache_clear()
    dots_of(draw("change", fake_results(6)))
    made = lettering._dots_of.cache_info().misses
    assert made > 20
    dots_of(draw("change", fake_results(6)))
    assert lettering._dots_of.cache_info().misses == made


def test_letters_stay_text_at_the_right_place_in_svg_and_pdf(caplog):
    figure, _ = written("Første\nAnden", ha="right", va="top", gid="label")
    svg = svg_bytes(figure).decode("utf-8")
    assert svg.count("text-anchor: end") == 2
    # Half of 6 inches of 72 points, wherever the line begins.
    assert svg.count('x="216"') == 2
    assert '<g class="label">' in svg
    assert b"/FontFile2" in pdf_bytes(figure)
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
