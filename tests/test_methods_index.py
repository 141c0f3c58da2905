"""The index: every way the scores can fall, and limits that say what p says."""

from functools import partial
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods import index
from taskforce_analysis.methods.index import (
    Unsure,
    compare_scores,
    index_confidence,
    is_robust,
    judge_scores,
    scores,
    studentized_permutation,
    welch,
)

LATTICE = sorted(
    {60 * kept // all_ for all_ in range(1, 7) for kept in range(all_ + 1)}
)


def statistic(own: np.ndarray, rest: np.ndarray) -> tuple[float, float]:
    """T and its standard error, as the textbook has them."""
    difference = (rest.mean() - own.mean()) / 60
    error = np.sqrt(own.var(ddof=1) / own.size + rest.var(ddof=1) / rest.size) / 60
    if abs(difference) < 1e-12:
        return 0.0, error
    return (np.inf * np.sign(difference) if error < 1e-9 else difference / error), error


def by_hand(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, float, float]:
    """T of every way in which whole cases can fall on the phases, T and se as seen."""
    pooled, found = np.concatenate([before, after]), []
    for chosen in combinations(range(pooled.size), before.size):
        own = np.zeros(pooled.size, dtype=bool)
        own[list(chosen)] = True
        found.append(statistic(pooled[own], pooled[~own])[0])
    return np.array(found), *statistic(before, after)


def drawn(seed: int, number: int):
    """Phases of 2 to 6 cases with scores of one to five kinds."""
    random = np.random.default_rng(seed)
    for _ in range(number):
        kinds = random.choice(LATTICE, random.integers(1, 6))
        yield tuple(random.choice(kinds, size) for size in random.integers(2, 7, 2))


def test_scores_are_kept_of_applicable_and_nothing_applicable_leaves():
    assert scores([0, 1, 2, 5, 0], [1, 6, 4, 5, 0]).tolist() == [0, 10, 30, 60]
    for wrong in (([2], [1]), ([-1], [1]), ([1], [7])):
        with pytest.raises(UsageError, match="more requirements than can apply"):
            scores(*wrong)


def test_the_p_value_by_every_way_the_cases_can_fall():
    for before, after in drawn(1, 60):
        ways, seen, _ = by_hand(before, after)
        far = ways >= seen - 1e-9 if seen > 0 else ways <= seen + 1e-9
        wanted = min(1, 2 * far.mean()) if seen else 1
        assert compare_scores(before, after).p_value == pytest.approx(wanted, abs=1e-12)


def test_a_limit_is_a_quantile_of_those_ways():
    """The greatest T of which no fewer than half of the error are as far out."""
    for before, after in drawn(2, 40):
        ways, seen, error = by_hand(before, after)
        if error < 1e-9:
            continue
        found = compare_scores(before, after, confidence=0.9)
        for sign, limit in ((1, found.low), (-1, found.high)):
            far = [
                one
                for one in ways
                if 2 * (sign * ways >= sign * one - 1e-9).mean() >= 0.1 - 1e-12
            ]
            c = max(0.0, *(sign * np.array(far)))
            wanted = (seen - sign * c) * error
            assert limit == pytest.approx(np.clip(wanted, -1, 1), abs=1e-9)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.964, 0.999])
def test_the_interval_excludes_no_change_exactly_when_p_is_small(confidence):
    random = np.random.default_rng(3)
    beyond = 0
    for sizes in product((5, 12, 20), repeat=2):
        for _ in range(12):
            rates = random.random(2)
            before, after = (
                scores(random.binomial(4, rate, size), [4] * size)
                for rate, size in zip(rates, sizes, strict=True)
            )
            found = compare_scores(before, after, confidence=confidence)
            if np.isnan(found.low):
                continue
            assert found.low <= found.difference <= found.high
            excludes = found.low > 0 or found.high < 0
            assert excludes == (found.p_value < 1 - confidence)
            beyond += excludes
    assert beyond


def test_turning_the_phases_or_the_scores_turns_the_interval():
    for before, after in drawn(4, 20):
        found = compare_scores(before, after)
        turned = compare_scores(after, before)
        mirrored = compare_scores(60 - before, 60 - after)
        for other in (turned, mirrored):
            assert other.p_value == pytest.approx(found.p_value, abs=1e-12)
            limits = (-other.high, -other.low)
            assert limits == pytest.approx(
                (found.low, found.high), abs=1e-9, nan_ok=True
            )


def test_scores_without_spread_have_a_p_value_and_no_interval():
    found = compare_scores([30] * 5, [60] * 5)
    assert np.isnan([found.low, found.high]).all()
    assert found.p_value == pytest.approx(2 / 252)
    assert compare_scores([60] * 5, [60] * 4).p_value == 1
    one = compare_scores([60], [30, 0])
    assert (one.difference, one.method) == (-0.75, "")
    assert np.isnan([one.low, one.high, one.p_value]).all()
    assert np.isnan(compare_scores([], [30]).difference)


def test_the_verdict_stands_at_the_indexs_own_level():
    level = index_confidence(0.95, 4)
    assert level == pytest.approx(0.964)
    assert index_confidence(0.95, 4, (20, 30)) == level
    assert index_confidence(0.95, 4, (31, 20)) == pytest.approx(0.975)
    judge = partial(judge_scores, confidence=level)
    before, after = [0] * 10 + [30] * 10, [30] * 13 + [60] * 7
    assert compare_scores(before, after, confidence=level).low > 0
    assert judge(before, after) == "improved"
    assert judge(after, before) == "worsened"
    assert judge(before, before) == "uncertain"
    assert judge(before[:9], after) == "too_few"
    assert judge(before[:9], after[:9], minimum=9) == "improved"
    for measures in (1, 7):
        with pytest.raises(UsageError, match="an index of so many measures"):
            index_confidence(0.95, measures)


def test_between_the_plain_and_the_indexs_level_nothing_is_decided():
    """A p-value of 0.04 excludes 0 at 95 per cent and decides nothing."""
    random = np.random.default_rng(6)
    seen = 0
    for _ in range(200):
        before, after = random.binomial(4, [[0.4], [0.6]], (2, 12)) * 15
        p_value = compare_scores(before, after).p_value
        if 0.036 < p_value < 0.05:
            seen += 1
            verdict = judge_scores(before, after, confidence=index_confidence(0.95, 4))
            assert verdict == "uncertain"
    assert seen


def test_rounded_squares_are_rounded_for_every_way_alike(monkeypatch):
    """Where the grid is too large the statistic changes a little, and stays exact."""
    random = np.random.default_rng(7)
    before, after = random.choice(LATTICE, 12), random.choice(LATTICE, 9)
    whole = studentized_permutation(before, after)
    monkeypatch.setattr(index, "CELLS", 60_000)
    grid = index._Grid(after, before)
    assert grid.unit > 1
    found = studentized_permutation(before, after)
    assert found.p_value == pytest.approx(whole.p_value, abs=0.02)
    ways, chances = grid.ways()
    assert chances.sum() == pytest.approx(1)
    seen = -grid.observed()[0]
    far = chances[(ways >= -seen - 1e-9) if seen < 0 else (ways <= -seen + 1e-9)].sum()
    assert found.p_value == pytest.approx(2 * far)


def test_where_no_grid_is_small_enough_welchs_t_stands_in(monkeypatch):
    from scipy.stats import ttest_ind

    random = np.random.default_rng(8)
    before, after = random.choice(LATTICE, 30), random.choice(LATTICE, 40)
    monkeypatch.setattr(index, "CELLS", 10)
    found = compare_scores(before, after)
    assert found.method == "welch"
    wanted: Any = ttest_ind(after / 60, before / 60, equal_var=False)
    limits = wanted.confidence_interval(0.95)
    assert found.p_value == pytest.approx(wanted.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))
    assert welch(np.array([30, 30]), np.array([60, 60])).p_value == 0


def test_phases_of_hundreds_of_cases_are_gone_through():
    random = np.random.default_rng(9)
    for sizes in ((200, 200), (20, 300)):
        before, after = (random.binomial(4, 0.5, size) * 15 for size in sizes)
        assert compare_scores(before, after).method == "studentized_permutation"


def unsure(*cases: tuple[int, int, int, int]) -> Unsure:
    return Unsure(*np.array(cases).T)


def test_bounds_take_all_that_is_unknown_as_no_and_as_yes():
    found = unsure((1, 2, 2, 1), (0, 0, 1, 1), (3, 3, 0, 0), (0, 0, 0, 0)).bounds()
    assert found == pytest.approx(((0.25 + 0 + 1) / 3, (0.75 + 1 + 1) / 3))


def test_a_case_is_filled_in_in_every_way_there_is():
    """1 of 2 kept, one unknown that may leave: 1/3, 1/2, 2/3."""
    assert unsure((1, 2, 1, 1)).fillings() == [([(20,), (30,), (40,)], 1)]
    assert unsure((0, 0, 1, 1), (0, 0, 1, 1)).fillings() == [([(0,), (), (60,)], 2)]
    assert unsure((0, 0, 1, 0)).fillings() == [([(0,), (60,)], 1)]
    assert unsure((0, 0, 0, 0)).fillings() == [([()], 1)]


def test_a_verdict_is_robust_where_no_filling_in_changes_it(monkeypatch):
    low, high = [(1, 4, 0, 0)] * 12, [(3, 4, 0, 0)] * 12
    stands = partial(is_robust, confidence=0.964)
    assert stands(unsure(*low, (1, 2, 2, 0)), unsure(*high)) is True
    half_known = unsure(*high[:8], *[(0, 0, 4, 0)] * 9)
    assert stands(unsure(*low), half_known) is False
    # Nine cases that may leave, of which ten are needed.
    few = [(0, 0, 1, 1)] + [(2, 4, 0, 0)] * 9
    assert stands(unsure(*few), unsure(*high)) is False
    monkeypatch.setattr(index, "FILLINGS", 2)
    assert stands(unsure(*low, (1, 2, 2, 0)), unsure(*high)) is None


def test_a_verdict_that_only_a_middle_filling_changes_is_not_robust():
    """By trying every filling: the ends agree, and one between does not."""
    stands = partial(is_robust, confidence=0.9, minimum=2)
    judge = partial(judge_scores, confidence=0.9, minimum=2)
    random = np.random.default_rng(10)
    between = 0
    for _ in range(20):
        known = random.integers(0, 3, (2, 4))
        phases = [
            unsure(*[(int(kept), 2, 0, 0) for kept in row], (0, 0, 2, 2), (1, 1, 1, 0))
            for row in known
        ]
        options = [[(0,), (30,), (60,), ()], [(30,), (60,)]] * 2
        verdicts = []
        for one, two, three, four in product(*options):
            sides = [
                [*row * 30, *more]
                for row, more in zip(known, (one + two, three + four), strict=True)
            ]
            verdicts.append(judge(*sides))
        found = stands(*phases)
        assert found == (len(set(verdicts)) == 1)
        between += not found
    assert between
