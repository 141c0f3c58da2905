"""The recommendations drawn: a numbered square for each, under its stated status."""

from dataclasses import replace
from datetime import date

import pytest
from drawn import texts_of
from fake_results import fake_results
from matplotlib.patches import Rectangle

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.errors import UsageError
from taskforce_analysis.recommendations import Recommendation

TOLD = (
    Recommendation(number="1", text="A", theme="follow_up", status="anchored"),
    Recommendation(number="2", text="B", theme="follow_up", due=date(2021, 1, 1)),
    Recommendation(number="3", text="C", theme="", status="postponed"),
)


def drawn(language: str = "da"):
    results = replace(fake_results(3), recommendations=TOLD)
    return draw("recommendations", results, language=language)


def test_each_recommendation_is_a_square_with_its_number():
    figure = drawn()
    squares = [
        one for one in figure.findobj(Rectangle) if one.get_gid() == "recommendation"
    ]
    assert len(squares) == 3
    assert {"1", "2", "3", "Opf\u00f8lgning", "Uden tema"} <= set(texts_of(figure))


def test_the_figures_behind_name_theme_and_status():
    data = drawing_of(drawn()).data
    assert data.to_numpy().tolist() == [
        ["1", "Opf\u00f8lgning", "Forankret"],
        ["2", "Opf\u00f8lgning", "Ikke igangsat"],
        ["3", "Uden tema", "Udskudt"],
    ]


def test_the_alt_text_tells_all_of_it():
    alt = drawing_of(drawn("en")).alt
    assert "Follow-up: not started: 2; anchored: 1." in alt
    assert "Without a theme: postponed: 3." in alt


def test_without_recommendations_there_is_nothing_to_draw():
    with pytest.raises(UsageError, match="has no recommendations"):
        draw("recommendations", fake_results(3))
