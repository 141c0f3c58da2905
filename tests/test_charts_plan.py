"""What so many cases can show."""

import numpy as np
import pytest
from fake_results import fake_results
from matplotlib.lines import Line2D

from taskforce_analysis.charts import draw
from taskforce_analysis.errors import UsageError


def lines_of(figure, count):
    gid = f"cases-{count}"
    found = [one for one in figure.findobj(Line2D) if one.get_gid() == gid]
    return [one for one in found if isinstance(one, Line2D)]


def rises_of(figure, count):
    line = lines_of(figure, count)[0]
    xs, ys = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    return {float(x): float(y) for x, y in zip(xs, ys, strict=True)}


def test_the_rise_is_what_planning_says():
    figure = draw("plan", fake_results(1), cases=[20])
    rise = rises_of(figure, 20)[0.4]
    # From 40 %, 20 against 20: the power is 45 % at +30 points, 80 % near +43.
    assert rise == pytest.approx(0.43, abs=0.01)


def test_more_cases_show_smaller_rises_and_lines_differ_without_colour():
    figure = draw("plan", fake_results(1), cases=[10, 20])
    assert rises_of(figure, 20)[0.4] < rises_of(figure, 10)[0.4]
    few, more = lines_of(figure, 10), lines_of(figure, 20)
    assert few[0].get_marker() != more[0].get_marker()
    assert few[0].get_linestyle() != more[0].get_linestyle()


@pytest.mark.parametrize("cases", [[], [1], [10, 20, 30, 40, 50]])
def test_numbers_that_do_not_fit_are_refused(cases):
    with pytest.raises(UsageError, match="Give one to four, from 2"):
        draw("plan", fake_results(1), cases=cases)
