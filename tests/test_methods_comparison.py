"""Which method a comparison gets, and the verdict that follows."""

import numpy as np
import pytest

from taskforce_analysis.methods.asymptotic import miettinen_nurminen
from taskforce_analysis.methods.comparison import compare_rates, is_large, judge


@pytest.mark.parametrize(
    ("before", "after", "large"),
    [
        (200, 5000, True),  # 201 x 5,001 > 40,000 and 200 > 100
        (201, 201, True),
        (200, 200, True),
        (150, 200, False),
        (100, 5000, False),
        (20, 2000, False),
        (20, 20, False),
    ],
)
def test_size_is_judged_by_the_smaller_count(before, after, large):
    assert is_large(np.array([before]), np.array([after]))[0] == large


def test_each_row_says_its_method():
    found = compare_rates([8, 100, 0], [20, 250, 0], [14, 150, 1], [20, 250, 2])
    assert found.method.tolist() == ["chan_zhang", "miettinen_nurminen", ""]
    assert found.difference[:2] == pytest.approx([0.3, 0.2])
    large = miettinen_nurminen(100, 250, 150, 250)
    assert (found.low[1], found.p_value[1]) == (large.low, large.p_value)
    assert np.isnan([found.difference[2], found.low[2], found.p_value[2]]).all()


def test_a_single_comparison_gives_plain_numbers():
    found = compare_rates(8, 20, 14, 20)
    assert [type(part) for part in found] == [float, float, float, float, str]


def test_the_score_interval_would_err_at_20_against_2000():
    """Near 100 % the score interval is wrong on one side four times too often."""
    exact = compare_rates(19, 20, 2000, 2000)
    score = miettinen_nurminen(19, 20, 2000, 2000)
    assert exact.method == "chan_zhang"
    assert exact.p_value > score.p_value


def test_the_verdicts():
    found = judge([4, 16, 8, 0], [20, 20, 20, 9], [16, 4, 14, 9], [20, 20, 20, 9])
    assert found.tolist() == ["improved", "worsened", "uncertain", "too_few"]


def test_the_verdict_of_a_table_whose_p_value_is_not_monotone():
    assert judge(16, 28, 7, 7, minimum=5) == "uncertain"
    assert judge(6, 25, 13, 25) == "uncertain"


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_verdict_follows_from_the_interval(confidence):
    x1, x2 = np.meshgrid(np.arange(11), np.arange(13))
    found = compare_rates(x1, 10, x2, 12, confidence=confidence)
    wanted = np.select(
        [found.low > 0, found.high < 0], ["improved", "worsened"], "uncertain"
    )
    assert np.array_equal(judge(x1, 10, x2, 12, confidence=confidence), wanted)


def test_large_counts_are_judged_by_the_score_test():
    assert judge(100, 250, 150, 250) == "improved"


def test_a_single_case_in_each_phase_can_be_judged_and_none_cannot():
    assert judge(0, 1, 1, 1, minimum=1) == "uncertain"
    assert judge(0, 1, 1, 1, minimum=0) == "uncertain"
    assert judge(0, 0, 1, 1, minimum=0) == "too_few"
