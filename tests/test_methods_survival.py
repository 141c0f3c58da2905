"""Days until a decision: the reference data of R's survival package."""

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.survival import (
    kaplan_meier,
    median_difference,
    quantile_time,
)

# Miller 1981, as survival::aml in R
MAINTAINED = (
    [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161],
    [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0],
)
OTHERS = (
    [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45],
    [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
)


def at(curve, time):
    return curve.share[curve.times <= time][-1]


def test_the_curves_are_those_of_r():
    first, second = kaplan_meier(*MAINTAINED), kaplan_meier(*OTHERS)
    wanted = [0.818181818, 0.613636364, 0.490909091]
    assert [at(first, time) for time in (13, 23, 31)] == pytest.approx(wanted)
    wanted = [0.583333333, 0.486111111, 0.291666667]
    assert [at(second, time) for time in (13, 23, 31)] == pytest.approx(wanted)


def test_the_medians_are_those_of_r():
    assert quantile_time(*MAINTAINED).time == 31
    assert quantile_time(*OTHERS).time == 23


def test_the_limits_are_those_of_lifelines():
    lifelines = pytest.importorskip("lifelines")
    curve = kaplan_meier(*MAINTAINED)
    fitted = lifelines.KaplanMeierFitter(alpha=0.05).fit(*MAINTAINED)
    limits = fitted.confidence_interval_survival_function_.loc[curve.times]
    assert curve.low == pytest.approx(limits.iloc[:, 0].to_numpy(), abs=1e-9)
    assert curve.high == pytest.approx(limits.iloc[:, 1].to_numpy(), abs=1e-9)


def test_the_difference_of_medians():
    found = median_difference(MAINTAINED, OTHERS)
    assert found.difference == -8
    assert np.isnan(median_difference(OTHERS, ([5, 9], [0, 0]))).all()


def test_without_open_cases_the_median_is_the_plain_one():
    assert quantile_time([3, 1, 2, 5, 4], [True] * 5).time == 3
    assert quantile_time([1, 2], [False, False]).time != 0


@pytest.mark.parametrize("days", [-1, np.nan, np.inf])
def test_durations_that_cannot_be_are_refused(days):
    with pytest.raises(UsageError, match="durations that cannot be"):
        kaplan_meier([5, days], [True, True])


def test_the_confidence_reaches_the_limits_of_the_median():
    """R: print(survfit(Surv(time, status) ~ 1, conf.type = "log-log"))."""
    lifelines = pytest.importorskip("lifelines")
    for confidence in (0.8, 0.95):
        found = quantile_time(*OTHERS, confidence=confidence)
        fitted = lifelines.KaplanMeierFitter(alpha=1 - confidence).fit(*OTHERS)
        limits = fitted.confidence_interval_survival_function_
        low = limits.index[limits.iloc[:, 0].to_numpy() <= 0.5][0]
        high = limits.index[limits.iloc[:, 1].to_numpy() <= 0.5][0]
        assert (found.low, found.high) == (low, high)


def test_the_limits_of_a_difference_join_the_distances():
    for confidence in (0.8, 0.95):
        first, second = (
            quantile_time(*phase, confidence=confidence)
            for phase in (OTHERS, (OTHERS[0][::-1], [1] * 12))
        )
        found = median_difference(
            OTHERS, (OTHERS[0][::-1], [1] * 12), confidence=confidence
        )
        below = (second.time - second.low) ** 2 + (first.high - first.time) ** 2
        above = (second.high - second.time) ** 2 + (first.time - first.low) ** 2
        assert found.low == pytest.approx(found.difference - below**0.5)
        assert found.high == pytest.approx(found.difference + above**0.5)


def test_a_curve_that_rests_on_the_share_passes_it_midway():
    assert quantile_time([2, 4, 6, 9], [True] * 4).time == 5
    assert quantile_time([2, 4], [True, False]).time == 2
    assert quantile_time([2, 4, 6, 9], [True] * 4, share=0.25).time == 3
    assert quantile_time([1, 2, 3], [True] * 3, share=1.0).time == 3
    tenths = quantile_time(list(range(1, 11)), [True] * 10, share=0.7)
    assert tenths.time == 7.5


def test_a_curve_that_comes_to_nought_first_has_no_upper_limit():
    """As R's survfit: the limits are not numbers where the share still open is 0."""
    found = quantile_time([1, 2], [True] * 2)
    assert (found.time, found.low) == (1.5, 1)
    assert np.isnan(found.high)
    alike = quantile_time([5] * 10, [True] * 10)
    assert alike.time == 5
    assert np.isnan([alike.low, alike.high]).all()
    curve = kaplan_meier([1, 2, 3], [True] * 3)
    assert np.isnan([curve.low[-1], curve.high[-1]]).all()
    assert not np.isnan(curve.high[:-1]).any()
    # Enough cases, and the upper limit passes one half before the curve ends.
    assert quantile_time(list(range(1, 21)), [True] * 20).high < 20


def test_a_difference_without_an_upper_limit_has_none_either():
    few = [3, 5], [True] * 2
    many = list(range(1, 21)), [True] * 20
    found = median_difference(many, few)
    assert not np.isnan(found.low)
    assert np.isnan(found.high)
