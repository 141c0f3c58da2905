"""Graded answers: Cliff's delta, and one permutation test for interval and p-value."""

from itertools import combinations

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods import ordered
from taskforce_analysis.methods.ordered import cliffs_delta


def statistic(own, rest):
    """Delta over its standard error by SciPy; endless where no answers overlap."""
    from scipy.stats import brunnermunzel

    delta = np.mean(np.sign(own[:, None] - rest[None, :]))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = abs(brunnermunzel(rest, own).statistic)
    return (np.inf if abs(delta) > 1e-12 else 0.0) if np.isnan(found) else found


def test_the_delta_is_that_of_r_and_the_statistic_that_of_scipy():
    """R effectsize 0.8.3 cliffs_delta; SciPy's Brunner-Munzel statistic is 2.0885."""
    delta, low, high, p_value = cliffs_delta([3, 6, 7, 4], [1, 3, 7, 9])
    assert delta == pytest.approx(0.345, abs=1e-12)
    before, after = (
        np.repeat(np.arange(4), part) for part in ([3, 6, 7, 4], [1, 3, 7, 9])
    )
    seen = statistic(after, before)
    assert seen == pytest.approx(2.08853836, abs=1e-8)
    # What was seen is itself the greatest that is not rejected: 0 is a limit.
    assert p_value == pytest.approx(0.0553, abs=5e-5)
    assert (low, high) == pytest.approx((0, 0.69))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([3, 2], [1, 4]),
        ([1, 0, 1], [0, 3, 0]),
        ([3, 1, 1], [0, 2, 3]),
        ([2, 2], [0, 5]),
    ],
)
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_interval_and_p_value_by_every_division(before, after, confidence):
    answers = np.repeat(np.arange(len(before)), np.add(before, after)).astype(float)
    first, second = (
        np.repeat(np.arange(len(part)), part).astype(float) for part in (before, after)
    )
    every = np.array(
        [
            statistic(answers[list(one)], np.delete(answers, list(one)))
            for one in combinations(range(answers.size), second.size)
        ]
    )
    seen = statistic(second, first)
    delta, low, high, p_value = cliffs_delta(before, after, confidence=confidence)
    assert p_value == pytest.approx(np.mean(every >= seen * (1 - 1e-9) - 1e-9))
    rare = [np.mean(every >= one * (1 - 1e-9) - 1e-9) < 1 - confidence for one in every]
    quantile = max(every[~np.array(rare)])
    half = min(quantile * abs(delta) / seen, 2.0) if delta else 0.0
    if delta and np.isfinite(seen):
        wanted = max(delta - half, -1), min(delta + half, 1)
        assert (low, high) == pytest.approx(wanted, abs=1e-9)


def test_interval_and_p_value_never_disagree():
    drawn = np.random.default_rng(11)
    excluded = 0
    for turn in range(300):
        grades = int(drawn.integers(2, 6))
        rates = drawn.dirichlet(np.ones(grades), size=2)
        before = drawn.multinomial(drawn.integers(10, 21), rates[0])
        after = drawn.multinomial(drawn.integers(10, 21), rates[turn % 2])
        delta, low, high, p_value = cliffs_delta(before, after)
        swapped = cliffs_delta(after, before)
        turned = cliffs_delta(before[::-1], after[::-1])
        for other in (swapped, turned):
            wanted = (-delta, -high, -low, p_value)
            assert tuple(other) == pytest.approx(wanted, abs=1e-9, nan_ok=True)
        if np.isnan(low):
            continue
        assert low <= delta <= high
        assert ((low > 0) or (high < 0)) == (p_value < 0.05)
        wider = cliffs_delta(before, after, confidence=0.99)
        assert wider.low <= low + 1e-12
        assert wider.high >= high - 1e-12
        excluded += p_value < 0.05
    assert 20 < excluded < 280


def test_answers_that_do_not_overlap_have_no_interval():
    """One of the 252 divisions of ten answers either way: p = 2/252."""
    delta, low, high, p_value = cliffs_delta([5, 0], [0, 5])
    assert (delta, p_value) == (1, pytest.approx(2 / 252))
    assert np.isnan([low, high]).all()
    assert cliffs_delta([0, 5], [5, 0]).delta == -1


def test_all_answers_alike_and_too_few():
    alike = cliffs_delta([4, 0], [5, 0])
    assert (alike.delta, alike.p_value) == (0, 1)
    assert np.isnan([alike.low, alike.high]).all()
    assert np.isnan(cliffs_delta([0, 0], [1, 2])).all()
    alone = cliffs_delta([1, 0], [1, 2])
    assert alone.delta == pytest.approx(2 / 3)
    assert np.isnan(alone[1:]).all()


def test_many_cases_use_the_normal_distribution(monkeypatch):
    """The exact result of 130 and 130 cases on three grades is near it."""
    counts = [60, 40, 30], [40, 40, 50]
    exact = cliffs_delta(*counts)
    monkeypatch.setattr(ordered, "MOST", 10)
    found = cliffs_delta(*counts)
    before, after = (np.repeat([1.0, 2, 3], part) for part in counts)
    from scipy.special import ndtr

    seen = statistic(after, before)
    assert found.p_value == pytest.approx(2 * ndtr(-seen))
    half = 1.959963984540054 * found.delta / seen
    assert found[1:3] == pytest.approx((found.delta - half, found.delta + half))
    assert tuple(found) == pytest.approx(tuple(exact), abs=0.01)


def test_different_grades_are_refused():
    with pytest.raises(UsageError, match="two phases with different grades"):
        cliffs_delta([1, 2], [1, 2, 3])
