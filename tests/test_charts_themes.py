"""Small multiples: a plot per theme."""

import pytest
from drawn import points_of, texts_of
from fake_results import fake_results

from taskforce_analysis.charts import draw, drawing_of


def test_each_theme_has_a_plot_and_each_measure_its_counts():
    figure = draw("themes", fake_results(12))
    assert len(figure.axes) == 4
    assert "8 ud af 20 → 14 ud af 20" in texts_of(figure, "cell")
    assert "ikke målt → 11 ud af 20" in texts_of(figure, "cell")


def test_points_stand_at_the_rates():
    figure = draw("themes", fake_results(2))
    assert points_of(figure, "point-before") == pytest.approx([0.15, 0.4])
    assert points_of(figure, "point-after") == pytest.approx([0.7, 0.8])


def test_it_says_that_it_does_not_show_how_sure_the_differences_are():
    note = drawing_of(draw("themes", fake_results(2))).note
    assert "Figuren viser ikke, hvor sikre forskellene er." in note
