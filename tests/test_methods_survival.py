"""Days until a decision: the reference data of R's survival package."""

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.survival import (
    kaplan_meier,
    logrank,
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


def test_the_log_rank_test_is_that_of_r():
    assert logrank(MAINTAINED, OTHERS) == pytest.approx(
        (3.3963887, 0.065339322), rel=1e-7
    )
    assert np.isnan(logrank(([1, 2], [0, 0]), ([3], [0]))).all()


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


def test_durations_that_cannot_be_are_refused():
    with pytest.raises(UsageError, match="durations that cannot be"):
        kaplan_meier([-1], [True])
