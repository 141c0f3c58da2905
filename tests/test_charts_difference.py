"""The differences alone: their order, and what has none."""

import pytest
from drawn import points_of, texts_of
from fake_results import fake_results

from taskforce_analysis.charts import draw
from taskforce_analysis.errors import UsageError


def test_the_largest_rise_stands_first_and_what_has_none_last():
    figure = draw("difference", fake_results(12))
    labels = texts_of(figure, "label")
    assert labels[0] == "Sagen er tilstrækkeligt oplyst"
    assert labels[6] == "Der er foretaget partshøring"
    asides = texts_of(figure, "aside")
    assert [text[0] for text in asides[:7]] == ["+", "+", "+", "+", "0", "0", "−"]
    assert all(not any(one.isdigit() for one in text) for text in asides[7:])


def test_the_forms_order_has_its_themes():
    figure = draw("difference", fake_results(12), order="form")
    assert texts_of(figure, "label")[0] == "Der er foretaget en helhedsvurdering"
    assert len(texts_of(figure, "theme")) == 4


def test_counts_stand_under_each_label():
    figure = draw("difference", fake_results(1))
    assert texts_of(figure, "cell") == ["8 ud af 20 → 14 ud af 20"]
    assert points_of(figure, "point-difference") == [pytest.approx(0.3)]


def test_swapping_the_phases_mirrors_the_figure():
    results = fake_results(3)
    rows = results.comparison
    swapped = rows.assign(
        difference=-rows["difference"],
        difference_low=-rows["difference_high"],
        difference_high=-rows["difference_low"],
    )
    object.__setattr__(results, "comparison", swapped)
    mirrored = points_of(draw("difference", results), "point-difference")
    plain = points_of(draw("difference", fake_results(3)), "point-difference")
    assert mirrored == pytest.approx([-value for value in reversed(plain)])


def test_an_unknown_order_is_refused():
    with pytest.raises(UsageError, match=r'no order is called "sise". Nearest: "size"'):
        draw("difference", fake_results(1), order="sise")
