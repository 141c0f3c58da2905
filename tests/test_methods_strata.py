"""Strata: one stratum is the crude difference, and equal mixes change nothing."""

import numpy as np
import pytest

from taskforce_analysis.methods.strata import (
    mantel_haenszel,
    standardise,
    tipping_design_effect,
)


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


@pytest.mark.parametrize(
    ("counts", "difference"),
    [
        (([20], [20], [20], [20]), 0),
        (([0], [3], [3], [3]), 1),
        (([5, 0], [5, 7], [5, 0], [9, 4]), None),
    ],
)
def test_no_interval_is_without_width(counts, difference):
    """20/20 against 20/20 was 0 to 0, and 0/3 against 3/3 was 1 to 1."""
    found = mantel_haenszel(*counts)
    if difference is None:
        assert found.low < found.difference < found.high
    else:
        assert found.difference == difference
        assert np.isnan(found[1:]).all()


def test_a_stratum_that_only_the_second_phase_has_cannot_be_standardised():
    assert np.isnan(standardise([8, 0], [20, 0], [14, 1], [20, 2])).all()


def test_no_shared_stratum_is_not_a_number():
    assert np.isnan(mantel_haenszel([1], [2], [0], [0])).all()


def test_unequal_strata_by_hand():
    """Sato 1989, with every sum written out for two strata of unlike phases."""
    strata = [(1, 5, 9, 12), (3, 11, 2, 4)]
    weight = [5 * 12 / 17, 11 * 4 / 15]
    gap = [9 / 12 - 1 / 5, 2 / 4 - 3 / 11]
    difference = (weight[0] * gap[0] + weight[1] * gap[1]) / sum(weight)
    tilt = (12**2 * 1 - 5**2 * 9 + 5 * 12 * (5 - 12) / 2) / 17**2
    tilt += (4**2 * 3 - 11**2 * 2 + 11 * 4 * (11 - 4) / 2) / 15**2
    noise = (9 * 4 + 1 * 3) / 34 + (2 * 8 + 3 * 2) / 30
    half = 1.959963984540054 * np.sqrt(difference * tilt + noise) / sum(weight)
    found = mantel_haenszel(*zip(*strata, strict=True))
    wanted = (difference, difference - half, difference + half)
    assert found == pytest.approx(wanted, abs=1e-12)


def test_a_stratum_of_one_case_counts_and_one_of_none_does_not():
    one = mantel_haenszel([8, 1], [20, 1], [14, 0], [20, 1])
    assert one.difference == pytest.approx((10 * 0.3 - 0.5) / 10.5)
    none = mantel_haenszel([8, 0], [20, 0], [14, 1], [20, 2])
    assert none.difference == pytest.approx(0.3)
    found = standardise([8, 1], [20, 1], [14, 1], [20, 1])
    assert found.rate_before == pytest.approx(9 / 21)
    assert np.isnan(standardise([0], [0], [1], [2])).all()


def test_no_limit_lies_beyond_the_range():
    half = 1.959963984540054 * (1 / 6) ** 0.5 / 1.5  # Sato's variance is 1/6
    found = mantel_haenszel([0], [3], [2], [3])
    assert found.high == 1.0
    assert found.low == pytest.approx(2 / 3 - half)
    assert mantel_haenszel([2], [3], [0], [3]).low == -1.0
    assert standardise([0], [2], [2], [2]).high == 1.0
    assert standardise([2], [2], [0], [2]).low == -1.0


def test_the_limits_of_a_standardised_difference_by_hand():
    """Half a case of each kind more: 8.5/21, 9.5/11, 14.5/21 and 15.5/21."""
    first, second = 8.5 / 21, 9.5 / 11
    third, fourth = 14.5 / 21, 15.5 / 21
    variance = (2 / 3) ** 2 * (first * (1 - first) + third * (1 - third)) / 20
    variance += (1 / 3) ** 2 * second * (1 - second) / 10
    variance += (1 / 3) ** 2 * fourth * (1 - fourth) / 20
    half = 1.959963984540054 * np.sqrt(variance)
    found = standardise([8, 9], [20, 10], [14, 15], [20, 20])
    gap = 2 / 3 * 0.7 + 1 / 3 * 0.75 - 17 / 30
    assert (found.low, found.high) == pytest.approx((gap - half, gap + half))


def test_the_design_effect_that_tips():
    """P = 0.01 is z = 2.575829; the square of it over 1.959964 is 1.7272."""
    assert tipping_design_effect(0.01) == pytest.approx(1.7272, abs=1e-4)
    assert tipping_design_effect(0.05) == pytest.approx(1.0)
    assert tipping_design_effect(1.0) == 0
