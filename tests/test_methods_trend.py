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
