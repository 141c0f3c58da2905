"""Graded answers: Cliff's delta and the permutation test."""

from itertools import combinations

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.ordered import cliffs_delta, mann_whitney


def test_the_reference_example():
    """R exactRankTests wilcox.exact, and R effectsize 0.8.3 cliffs_delta."""
    statistic, p_value = mann_whitney([3, 6, 7, 4], [1, 3, 7, 9])
    assert (statistic, p_value) == pytest.approx((269, 0.0563862528), abs=1e-9)
    found = cliffs_delta([3, 6, 7, 4], [1, 3, 7, 9])
    assert found == pytest.approx((0.345, -0.00252716845, 0.618172096), abs=1e-8)


def test_the_exact_p_value_is_a_share_of_all_divisions():
    before, after = [1, 1, 2, 3], [2, 3, 3]
    answers = np.array(before + after)

    def distance(chosen):
        own, rest = answers[list(chosen)], np.delete(answers, list(chosen))
        above = (own[:, None] > rest).sum() + (own[:, None] == rest).sum() / 2
        return abs(above - own.size * rest.size / 2)

    seen = distance([4, 5, 6])
    far = [distance(chosen) >= seen - 1e-9 for chosen in combinations(range(7), 3)]
    assert mann_whitney([2, 1, 1], [0, 1, 2]).p_value == pytest.approx(np.mean(far))


def test_many_cases_use_the_normal_distribution():
    """As SciPy, and R's wilcox.test(exact = FALSE, correct = FALSE)."""
    from scipy.stats import mannwhitneyu

    before, after = (
        np.repeat([1, 2, 3], [60, 40, 30]),
        np.repeat([1, 2, 3], [40, 40, 50]),
    )
    wanted = mannwhitneyu(after, before, use_continuity=False, method="asymptotic")
    found = mann_whitney([60, 40, 30], [40, 40, 50])
    assert found == pytest.approx((wanted.statistic, wanted.pvalue), rel=1e-9)


def test_complete_separation_keeps_a_limit():
    delta, low, high = cliffs_delta([5, 0], [0, 5])
    assert (delta, high) == (1, 1)
    assert 0 < low < 1


def test_all_answers_alike():
    assert mann_whitney([4, 0], [5, 0]).p_value == 1
    assert cliffs_delta([4, 0], [5, 0]).delta == 0
    assert np.isnan(cliffs_delta([0, 0], [1, 2])).all()
    assert np.isnan(mann_whitney([0, 0], [1, 2])).all()


def test_different_grades_are_refused():
    with pytest.raises(UsageError, match="two phases with different grades"):
        cliffs_delta([1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    ("answers", "sign"), [(([3, 0], [0, 4]), 1), (([0, 3], [4, 0]), -1)]
)
def test_complete_separation_is_drawn_in_by_one_pair(answers, sign):
    """artanh(11/12), and sqrt((3 + 4 + 1) / (3 x 12)) to either side."""
    found = cliffs_delta(*answers)
    nearer = np.tanh(np.arctanh(11 / 12) - 1.959963984540054 * np.sqrt(8 / 36))
    assert found.delta == sign
    limits = sorted([sign * 1.0, sign * nearer])
    assert (found.low, found.high) == pytest.approx(limits, abs=1e-12)


@pytest.mark.parametrize(
    ("before", "after"), [([3, 2], [1, 4]), ([1, 0, 1], [0, 3, 0]), ([5, 1], [0, 6])]
)
def test_the_p_value_of_few_answers_by_every_division(before, after):
    answers = np.repeat(np.arange(len(before)), np.add(before, after))
    size = sum(after)

    def distance(own, rest):
        above = (own[:, None] > rest).sum() + (own[:, None] == rest).sum() / 2
        return abs(above - own.size * rest.size / 2)

    groups = [np.repeat(np.arange(len(part)), part) for part in (after, before)]
    far = [
        distance(answers[list(one)], np.delete(answers, list(one)))
        >= distance(*groups) - 1e-9
        for one in combinations(range(answers.size), size)
    ]
    assert mann_whitney(before, after).p_value == pytest.approx(np.mean(far))
