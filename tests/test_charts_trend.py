"""A series: points, counts, and from ten points on the lines."""

from drawn import texts_of
from fake_results import fake_results
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from taskforce_analysis.charts import draw, drawing_of

QUARTERS = tuple(
    f"{year}-K{part}" for year in (2018, 2019, 2020) for part in range(1, 5)
)


def gids_of(figure):
    found = [*figure.findobj(Line2D), *figure.findobj(LineCollection)]
    return {one.get_gid() for one in found}


def test_few_phases_are_points_and_counts_and_the_note_says_why():
    results = fake_results(1, phases=QUARTERS[:4])
    figure = draw("trend", results)
    assert not {"lower", "upper", "centre"} & gids_of(figure)
    assert "Under ti målinger" in drawing_of(figure).note
    row = results.tally.iloc[0]
    labels = {text for text in texts_of(figure) if text.startswith("2018-K1 ")}
    assert labels == {f"2018-K1 {row.compliant}/{row.applicable}"}


def test_ten_phases_of_enough_cases_have_control_limits():
    figure = draw("trend", fake_results(1, phases=QUARTERS, cases=200))
    assert {"lower", "upper", "centre"} <= gids_of(figure)
    assert "kontrolgrænser (p-kort)" in drawing_of(figure).note


def test_ten_phases_of_few_cases_have_the_median():
    figure = draw("trend", fake_results(1, phases=QUARTERS, cases=18))
    assert "centre" in gids_of(figure)
    assert not {"lower", "upper"} & gids_of(figure)
    assert "for få til kontrolgrænser" in drawing_of(figure).note


def test_each_primary_measure_has_a_plot():
    figure = draw("trend", fake_results(5, phases=QUARTERS, primary=3))
    assert len(figure.axes) == 3
    assert len(draw("trend", fake_results(5, primary=0)).axes) == 1


def test_axes_of_ones_own_bear_the_title_that_is_asked_for():
    results, axes = fake_results(1, phases=QUARTERS[:4]), Figure().add_subplot()
    draw("trend", results, ax=axes)
    assert axes.get_title("left") == "Der er foretaget en helhedsvurdering"
    draw("trend", results, ax=axes, title="Min egen")
    assert axes.get_title("left") == "Min egen"
