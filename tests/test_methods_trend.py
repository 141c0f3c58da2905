"""Run charts and p-charts, and where they are refused."""

import numpy as np
import pytest

from taskforce_analysis.methods.trend import p_chart, run_chart


def test_a_shift_of_half_the_points_is_a_signal():
    """Twelve points in two runs of six: one crossing, at least three are needed."""
    found = run_chart([0.4] * 3 + [0.5] * 3 + [0.7] * 3 + [0.8] * 3)
    assert (found.longest_run, found.crossings, found.signal) == (6, 1, True)


@pytest.mark.parametrize(
    ("points", "allowed", "needed"), [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8)]
)
def test_the_limits_are_those_of_anhoej_and_olesen(points, allowed, needed):
    """Anhøj and Olesen 2014, table 1."""
    found = run_chart([0.4, 0.6] * (points // 2))
    assert (found.longest_allowed, found.crossings_needed) == (allowed, needed)
    assert (found.crossings, found.signal) == (points - 1, False)


def test_nine_points_are_too_few_and_gaps_do_not_count():
    assert run_chart([0.1] * 9).reason == "too_few_points"
    assert run_chart([0.1, 0.2] * 4 + [np.nan] * 5).reason == "too_few_points"
    assert run_chart([0.5] * 12).reason == "too_few_points"


def test_points_on_the_median_do_not_count():
    assert run_chart([0.4, 0.5, 0.6] * 5).points == 10


def test_the_limits_of_a_p_chart_by_hand():
    """Centre 0.2, 100 cases: 0.2 -+ 3 x 0.04."""
    found = p_chart([20] * 9 + [20], [100] * 10)
    assert (found.low[0], found.high[0]) == pytest.approx((0.08, 0.32))
    assert not found.outside.any()


def test_a_p_chart_is_refused_where_its_limits_would_not_hold():
    assert p_chart([14] * 12, [20] * 12).reason == ""
    assert p_chart([18] * 12, [20] * 12).reason == "too_few_cases"
    assert p_chart([14] * 9, [20] * 9).reason == "too_few_points"
    assert p_chart([0] * 10, [0] * 10).reason == "too_few_cases"
    assert np.isnan(p_chart([18] * 12, [20] * 12).low).all()


def test_every_figure_of_a_run_chart():
    """Ten points about 0.5: the runs are 2, 1, 1, 1, 1, 1, 1, 1 and 1."""
    found = run_chart(["0.4", "0.4"] + ["0.6", "0.4"] * 3 + ["0.6", "0.6"])
    assert found == (10, 0.5, 2, 6, 7, 2, False, "")


def test_a_chart_that_is_refused_counts_nothing():
    assert run_chart([0.1, 0.2] * 3) == (
        6,
        pytest.approx(0.15),
        *(0, 0, 0, 0, False),
        "too_few_points",
    )
    assert np.isnan(run_chart([]).median)


def test_just_as_long_and_just_as_many_are_no_signal():
    """Of 20 points a run of 7 is allowed, and six crossings are enough."""
    runs = [(0.6, 7), (0.4, 3), (0.6, 1), (0.4, 3), (0.6, 1), (0.4, 4), (0.6, 1)]
    found = run_chart(np.concatenate([[rate] * points for rate, points in runs]))
    assert found[2:7] == (7, 7, 6, 6, False)


def test_the_points_outside_a_p_chart():
    """60 of 600: centre 0.1 with 3 x 0.03 at 100 cases; 20 is above, 0 below 0.01."""
    compliant = [10, 10, 10, 10, 10, 10, 10, 20, 0, 10]
    found = p_chart(compliant, [100] * 10)
    assert found.centre == pytest.approx(0.1)
    assert np.flatnonzero(found.outside).tolist() == [7, 8]
    assert p_chart([50] * 9 + [30], [100] * 10).outside.tolist() == [False] * 9 + [True]


def test_a_point_on_its_limit_is_not_outside():
    """At 50 cases and a centre of 0.1 the lower limit is 0, of 0.9 the upper is 1."""
    low = p_chart([0] + [5] * 8 + [10], [50] * 10)
    high = p_chart([50] + [45] * 8 + [40], [50] * 10)
    assert (low.low[0], low.outside.any()) == (0.0, False)
    assert (high.high[0], high.outside.any()) == (1.0, False)


def test_a_p_chart_that_is_refused_says_what_it_can():
    found = p_chart([14] * 9, [20] * 9)
    assert found.centre == pytest.approx(0.7)
    assert np.isnan([found.low, found.high]).all()
    assert (found.outside.dtype, found.outside.tolist()) == (bool, [False] * 9)
    assert np.isnan(p_chart([0] * 10, [0] * 10).centre)
    assert p_chart([5] * 10, [50] * 10).reason == ""
    assert p_chart([95] * 10, [100] * 10).high.tolist() == [1.0] * 10
