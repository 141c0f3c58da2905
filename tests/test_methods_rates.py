"""Intervals of one rate at their edges, and the judgement against a target."""

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.rates import (
    against_target,
    clopper_pearson,
    jeffreys,
    mid_p,
    wilson,
)


def test_wilson_of_14_of_20_by_hand():
    """Wilson 1927 with z = 1.959964: centre 0.667775, half width 0.186748."""
    assert wilson(14, 20) == pytest.approx((0.481027, 0.854523), abs=1e-6)


def test_wilson_is_exact_at_none_and_at_all():
    low, high = wilson(np.array([0, 20]), 20)
    assert (low[0], high[1]) == (0.0, 1.0)


@pytest.mark.parametrize("method", [wilson, clopper_pearson, jeffreys, mid_p])
def test_nought_of_nought_has_no_rate(method):
    assert np.isnan(method(0, 0)).all()


def test_clopper_pearson_of_none_is_the_closed_form():
    """Of 0 of n the upper limit is 1 - (alpha / 2) ** (1 / n)."""
    assert clopper_pearson(0, 20).high == pytest.approx(
        1 - 0.025 ** (1 / 20), abs=1e-12
    )


def test_the_rule_of_three_is_near():
    """Hanley and Lippman-Hand 1983: none of n leaves about 3 / n open, one-sided."""
    assert clopper_pearson(0, 100, confidence=0.9).high == pytest.approx(0.03, abs=1e-3)


def test_the_target():
    found = against_target(
        [20, 17, 5, 0, 3], [20, 20, 20, 0, 5], [0.8, 0.9, 0.9, 0.5, np.nan]
    )
    assert found.tolist() == ["over", "cannot_tell", "under", "", ""]
    assert against_target(20, 20, 0.8) == "over"


@pytest.mark.parametrize(("x", "n"), [(21, 20), (-1, 20)])
def test_counts_that_cannot_be_are_refused(x, n):
    with pytest.raises(UsageError, match="more compliant cases than applicable"):
        wilson(x, n)


def test_half_a_case_is_refused():
    with pytest.raises(UsageError, match="not whole"):
        wilson(1.5, 20)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_that_cannot_be_is_refused(confidence):
    with pytest.raises(UsageError, match="Give a share between 0 and 1"):
        wilson(14, 20, confidence=confidence)


def test_wilson_is_exactly_nought_at_none_whatever_the_number_of_cases():
    cases = np.arange(1, 400)
    assert set(wilson(np.zeros(399), cases).low.tolist()) == {0.0}
    assert set(wilson(cases, cases).high.tolist()) == {1.0}


def test_a_target_at_another_confidence():
    """Clopper-Pearson of 19 of 20 begins at 0.751, or at 0.6 with 99.9 per cent."""
    assert against_target(19, 20, 0.7) == "over"
    assert against_target(19, 20, 0.7, confidence=0.999) == "cannot_tell"
    assert against_target(19, 20, float("nan")) == ""
