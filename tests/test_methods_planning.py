"""Size and power, from every outcome there can be."""

from math import comb

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.planning import (
    cases_needed,
    expected_by_chance,
    power,
    smallest_change,
)
from taskforce_analysis.methods.size import attained_size, improved_from
from taskforce_analysis.methods.verdict import judge


def by_hand(rate_before: float, rate_after: float, before: int, after: int) -> float:
    """The chance of "improved", one outcome at a time."""
    total = 0.0
    for i in range(before + 1):
        for j in range(after + 1):
            if judge(i, before, j, after, minimum=1) == "improved":
                first = (
                    comb(before, i) * rate_before**i * (1 - rate_before) ** (before - i)
                )
                second = (
                    comb(after, j) * rate_after**j * (1 - rate_after) ** (after - j)
                )
                total += first * second
    return total


def test_power_is_the_sum_over_all_outcomes():
    assert power(0.3, 0.8, 6, 7) == pytest.approx(by_hand(0.3, 0.8, 6, 7), abs=1e-12)


@pytest.mark.parametrize(("cases", "wanted"), [(20, 0.45), (10, 0.25)])
def test_what_twenty_and_ten_cases_find_of_a_rise_from_40_to_70(cases, wanted):
    assert power(0.4, 0.7, cases) == pytest.approx(wanted, abs=0.005)


def test_a_fall_is_found_as_often_as_the_same_rise():
    assert power(0.7, 0.4, 12, 9) == pytest.approx(power(0.3, 0.6, 12, 9), abs=1e-12)


def test_the_cases_needed_are_where_the_power_stays_up():
    cases = cases_needed(0.2, 0.8)
    assert cases is not None
    assert power(0.2, 0.8, cases - 1) < 0.8
    assert min(power(0.2, 0.8, cases + more) for more in range(6)) >= 0.8


def test_too_many_cases_needed_is_none():
    assert cases_needed(0.5, 0.52, most=30) is None
    assert cases_needed(0.5, 0.5) is None


def test_the_smallest_change_has_just_the_power():
    change = smallest_change(0.4, 15)
    assert power(0.4, 0.4 + change, 15) == pytest.approx(0.8, abs=1e-4)
    assert np.isnan(smallest_change(0.9, 10))


def test_the_size_is_both_directions_and_at_most_the_error():
    half = by_hand(0.5, 0.5, 7, 9)
    other = sum(
        comb(7, i) * comb(9, j) / 2**16
        for i in range(8)
        for j in range(10)
        if judge(i, 7, j, 9, minimum=1) == "worsened"
    )
    assert attained_size(7, 9, 0.5) == pytest.approx(half + other, abs=1e-12)
    assert max(attained_size(20, 20, rate / 50) for rate in range(51)) <= 0.05


def test_chance_stand_outs_are_fewer_than_five_per_cent():
    rates = [0.95] * 12
    found = expected_by_chance([20] * 12, [20] * 12, rates)
    assert found == pytest.approx(12 * attained_size(20, 20, 0.95))
    assert found < 0.6
    assert expected_by_chance([0, 5], [5, 5], [0.5, float("nan")]) == 0


def test_the_region_is_a_staircase():
    least = improved_from(9, 11)
    assert list(least) == sorted(least)
    assert improved_from(1, 1) == (2, 2)


def test_a_rate_in_per_cent_is_refused():
    with pytest.raises(UsageError, match="a rate outside 0 to 1"):
        power(40, 70, 20)
