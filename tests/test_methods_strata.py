"""Strata: one stratum is the crude difference, and equal mixes change nothing."""

import numpy as np
import pytest

from taskforce_analysis.methods.strata import mantel_haenszel, standardise


def test_mantel_haenszel_by_hand():
    """Two strata, 20 and 30 cases in each phase: weights 10 and 15."""
    found = mantel_haenszel([8, 9], [20, 30], [14, 15], [20, 30])
    assert found.difference == pytest.approx((10 * 0.3 + 15 * 0.2) / 25)
    tilt = sum(
        (n2**2 * x1 - n1**2 * x2 + n1 * n2 * (n1 - n2) / 2) / (n1 + n2) ** 2
        for x1, n1, x2, n2 in [(8, 20, 14, 20), (9, 30, 15, 30)]
    )
    noise = (14 * 12 + 8 * 6) / 80 + (15 * 21 + 9 * 15) / 120
    half = 1.959963985 * np.sqrt(found.difference * tilt + noise) / 25
    assert found.low == pytest.approx(found.difference - half, abs=1e-9)
    assert found.high == pytest.approx(found.difference + half, abs=1e-9)


def test_one_stratum_is_the_crude_difference():
    assert mantel_haenszel([8], [20], [14], [20]).difference == pytest.approx(0.3)
    assert standardise([8], [20], [14], [20]).difference == pytest.approx(0.3)


def test_swapping_the_phases_mirrors_the_limits():
    one = mantel_haenszel([8, 2], [20, 9], [14, 7], [20, 11])
    other = mantel_haenszel([14, 7], [20, 11], [8, 2], [20, 9])
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low), abs=1e-12)


def test_standardising_by_hand():
    """The first phase's mix is 2/3 and 1/3: after is 2/3 x 0.7 + 1/3 x 0.75."""
    found = standardise([8, 9], [20, 10], [14, 15], [20, 20])
    assert found.rate_before == pytest.approx(17 / 30)
    assert found.rate_after == pytest.approx(2 / 3 * 0.7 + 1 / 3 * 0.75)


def test_a_stratum_that_only_the_first_phase_has_cannot_be_standardised():
    assert np.isnan(standardise([8, 1], [20, 2], [14, 0], [20, 0]).difference)
    assert mantel_haenszel(
        [8, 1], [20, 2], [14, 0], [20, 0]
    ).difference == pytest.approx(0.3)


def test_no_shared_stratum_is_not_a_number():
    assert np.isnan(mantel_haenszel([1], [2], [0], [0])).all()
