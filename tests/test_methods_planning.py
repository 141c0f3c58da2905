"""Size and power, from every outcome there can be."""

from functools import partial
from math import comb

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods import planning
from taskforce_analysis.methods.comparison import judge
from taskforce_analysis.methods.planning import (
    attained_sizes,
    cases_needed,
    expected_by_chance,
    improved_from,
    power,
    smallest_change,
)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """What another test has searched for must not stand in for the search."""
    monkeypatch.setattr(planning, "_KNOWN", {})


def by_hand(
    rate_before: float, rate_after: float, before: int, after: int, **level: float
) -> float:
    """The chance of "improved", one outcome at a time."""
    total = 0.0
    for i in range(before + 1):
        for j in range(after + 1):
            if judge(i, before, j, after, minimum=1, **level) == "improved":
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
    found = attained_sizes([(7, 9, 0.5)])
    assert found == pytest.approx([half + other], abs=1e-12)
    every = [(20, 20, rate / 50) for rate in range(51)]
    assert attained_sizes(every).max() <= 0.05


def test_chance_stand_outs_are_fewer_than_five_per_cent():
    rates = [0.95] * 12
    found = expected_by_chance([20] * 12, [20] * 12, rates)
    assert found == pytest.approx(12 * attained_sizes([(20, 20, 0.95)])[0])
    assert found < 0.6
    assert expected_by_chance([0, 5], [5, 5], [0.5, float("nan")]) == 0


def test_sizes_searched_side_by_side_are_those_of_each_alone():
    rows = [(5, 7, 0.5), (3, 6, 0.3), (6, 3, 0.3), (5, 7, 0.2), (0, 9, 0.5)]
    expected = [
        by_hand(rate, rate, before, after) + by_hand(1 - rate, 1 - rate, before, after)
        for before, after, rate in rows
    ]
    assert attained_sizes(rows) == pytest.approx(expected, abs=1e-12)


def test_the_region_is_a_staircase():
    least = improved_from(9, 11)
    assert list(least) == sorted(least)
    assert improved_from(1, 1) == (2, 2)


def test_a_rate_in_per_cent_is_refused():
    with pytest.raises(UsageError, match="a rate outside 0 to 1"):
        power(40, 70, 20)


def test_the_smallest_change_of_unlike_phases():
    change = smallest_change(0.4, 15, 25)
    assert power(0.4, 0.4 + change, 15, 25) == pytest.approx(0.8, abs=1e-4)
    assert change < smallest_change(0.4, 15)


@pytest.mark.parametrize("rates", [(40, 0.7), (0.4, 70)])
def test_either_rate_in_per_cent_is_refused(rates):
    with pytest.raises(UsageError, match="a rate outside 0 to 1"):
        cases_needed(*rates)


def test_chance_stand_outs_at_another_confidence_and_of_unlike_lists():
    found = expected_by_chance([9], [11], [0.5], confidence=0.8)
    wanted = attained_sizes([(9, 11, 0.5)], confidence=0.8)
    assert [found] == pytest.approx(wanted)
    with pytest.raises(ValueError, match="argument"):
        expected_by_chance([9, 9], [11], [0.5])


def test_the_cases_needed_for_a_certain_finding():
    """0 against 1: five and five are the fewest with a p-value under 0.05."""
    assert cases_needed(0.0, 1.0) == next(
        cases
        for cases in range(2, 9)
        if judge(0, cases, cases, cases, minimum=1) != "uncertain"
    )


def test_the_region_of_unlike_phases_by_trying_every_number():
    wanted = tuple(
        next((j for j in range(8) if judge(i, 4, j, 7, minimum=1) == "improved"), 8)
        for i in range(5)
    )
    assert improved_from(4, 7) == wanted
    assert improved_from(4, 7, confidence=0.5)[0] < wanted[0]


@pytest.mark.parametrize("rates", [(40, 0.7), (0.4, 70), (0.4, 1.5), (-0.1, 0.7)])
def test_a_rate_that_is_no_share_is_refused_in_a_whole_sentence(rates):
    wanted = r"^a rate outside 0 to 1\. Give shares, as 0\.4 for 40 per cent$"
    for refuse in (partial(power, *rates, 20), partial(cases_needed, *rates)):
        with pytest.raises(UsageError, match=wanted):
            refuse()


def test_power_of_no_change_and_at_another_confidence():
    assert power(0.3, 0.3, 5, 7) == pytest.approx(by_hand(0.3, 0.3, 5, 7), abs=1e-12)
    found, wanted = power(0.3, 0.8, 5, 6, confidence=0.8), by_hand(0.3, 0.8, 5, 6)
    assert found == pytest.approx(by_hand(0.3, 0.8, 5, 6, confidence=0.8), abs=1e-12)
    assert found > wanted + 0.1


def staying(powers: dict[int, float], wanted: float) -> int:
    """The first number of cases that has the power, with the five after it."""
    return next(
        cases
        for cases in powers
        if all(powers[cases + more] >= wanted for more in range(6))
    )


def test_the_cases_needed_are_the_first_of_six_that_have_the_power():
    """Looked up in the powers of all numbers of cases, also where one is met exactly.

    Power has dips, and the search comes upon them from above.
    """
    for rates in ((0.2, 0.8), (0.4, 0.9), (0.1, 0.6), (0.5, 0.95), (0.3, 0.75)):
        powers = {cases: power(*rates, cases) for cases in range(2, 33)}
        for least in (0.5, 0.6, 0.7, *(powers[cases] for cases in range(8, 20))):
            if least > max(powers[cases] for cases in range(2, 15)):
                continue
            wanted = staying(powers, least)
            find = partial(cases_needed, *rates, power=least)
            assert (find(), find(most=wanted)) == (wanted, wanted)
            assert find(most=wanted - 1) is None


def test_200_cases_are_the_most_where_nothing_is_said(monkeypatch):
    """As if every case added a thousandth to the power: the search needs no more."""

    def in_thousandths(before, after, cases, confidence):
        return min(cases) / 1000

    monkeypatch.setattr(planning, "_power", in_thousandths)
    assert cases_needed(0.4, 0.54, power=0.2) == 200
    assert cases_needed(0.4, 0.54, power=0.201) is None
    assert cases_needed(0.4, 0.54, power=0.201, most=201) == 201


def test_the_smallest_change_may_be_all_there_is_room_for():
    best = power(0.5, 1.0, 10)
    assert smallest_change(0.5, 10, power=best) == pytest.approx(0.5, abs=1e-6)
    assert np.isnan(smallest_change(0.5, 10, power=best + 1e-9))


@pytest.mark.parametrize(
    ("cases", "confidence"),
    [
        ((1, 30), 0.95),
        ((1, 30), 0.99),
        ((2, 40), 0.8),
        ((1, 9), 0.3),
        ((3, 25), 0.95),
        ((16, 16), 0.999),
    ],
)
def test_the_region_where_the_score_is_a_poor_guess(cases, confidence):
    """With few cases beside many the exact test asks far more than the score does."""
    before, after = cases
    i, j = np.arange(before + 1)[:, None], np.arange(after + 1)
    verdict = judge(i, before, j, after, confidence=confidence, minimum=1)
    yes = verdict == "improved"
    wanted = np.where(yes.any(axis=1), yes.argmax(axis=1), after + 1)
    assert improved_from(*cases, confidence=confidence) == tuple(wanted)


def test_two_cases_are_enough_where_little_is_asked():
    """None of two against two of two is improved at 50 per cent."""
    assert judge(0, 2, 2, 2, minimum=1, confidence=0.5) == "improved"
    assert cases_needed(0.02, 0.98, power=0.5, confidence=0.5) == 2


@pytest.mark.parametrize("first", [2, 3, 7, 31, 150])
def test_the_search_goes_down_where_the_textbook_asks_for_too_many(monkeypatch, first):
    """As if `first` cases were sure to be enough; the textbook says about 200."""

    def enough_from_first(before, after, cases, confidence):
        return float(min(cases) >= first)

    monkeypatch.setattr(planning, "_power", enough_from_first)
    assert cases_needed(0.4, 0.54) == first


@pytest.mark.parametrize(
    ("correlation", "wanted"), [(0, 0.94), (0.13, 0.84), (0.33, 0.68), (0.6, 0.52)]
)
def test_what_an_index_finds_where_all_of_four_rise(correlation, wanted):
    """Simulated elsewhere, at the level of 1.8 per cent a side, to two decimals."""
    found = planning.index_power(
        [0.4] * 4, [0.7] * 4, 20, correlation=correlation, draws=4000
    )
    assert found == pytest.approx(wanted, abs=0.025)


def test_what_an_index_finds_where_two_of_four_rise():
    """Less than the single measures do: 0.28 to 0.36 against some 0.40."""
    found = [
        planning.index_power(
            [0.4] * 4, [0.7, 0.7, 0.4, 0.4], 20, correlation=correlation, draws=4000
        )
        for correlation in (0.13, 0.0)
    ]
    assert found == pytest.approx([0.28, 0.36], abs=0.025)
    any_of_two = planning.any_found(
        [0.4] * 4, [0.7, 0.7, 0.4, 0.4], 20, correlation=0.13, draws=4000
    )
    assert any_of_two == pytest.approx(0.42, abs=0.03)
    assert any_of_two > max(found)


def test_one_of_four_that_are_adjusted_for_each_other():
    level = planning.adjusted_confidence(0.95, 4)
    assert power(0.4, 0.7, 20, confidence=level) == pytest.approx(0.25, abs=0.005)
    assert cases_needed(0.4, 0.7, confidence=level) == 61
    assert cases_needed(0.4, 0.7) == 44


def test_any_of_independent_measures_is_one_less_none():
    level = planning.adjusted_confidence(0.95, 3)
    each = power(0.4, 0.7, 15, confidence=level)
    found = planning.any_found([0.4] * 3, [0.7] * 3, 15)
    assert found == pytest.approx(1 - (1 - each) ** 3, abs=0.015)
    alike = planning.any_found([0.4] * 3, [0.7] * 3, 15, correlation=1.0)
    assert alike == pytest.approx(each, abs=0.015)


def test_how_many_of_the_measures_a_case_keeps():
    """Two measures at 0.4 and 0.7, by hand: apart, and all of a piece."""
    apart, whole = [0.18, 0.54, 0.28], [0.3, 0.3, 0.4]
    assert planning.kept_chances([0.4, 0.7]) == pytest.approx(apart)
    assert planning.kept_chances([0.4, 0.7], 1.0) == pytest.approx(whole)
    mixed = planning.kept_chances([0.3, 0.3], 0.25)
    both = 0.3**2 + 0.25 * 0.3 * 0.7  # a correlation of 0.25
    assert mixed[2] == pytest.approx(both)


def test_the_power_of_an_index_is_judged_by_the_very_test():
    """The quick p-values of planning are those of the comparison."""
    from taskforce_analysis.methods.index import compare_scores

    random = np.random.default_rng(1)
    for _ in range(20):
        before, after = random.binomial(4, [[0.4], [0.7]], (2, 9))
        if after.sum() <= before.sum():
            continue
        pooled = np.bincount(np.concatenate([before, after]), minlength=5)
        found = planning.lower_chances(pooled[None], np.array([before.sum()]), 9)
        wanted = compare_scores(before * 15, after * 15).p_value / 2
        assert found[0] == pytest.approx(wanted, abs=1e-11)


@pytest.mark.parametrize(("cases", "rate"), [(1, 0.5), (12, 0.9), (31, 0.6)])
def test_the_quick_p_values_of_many_phases_by_counting_every_way(cases, rate):
    """Of whole numbers of ways, of more pairs of phases than go together."""
    random = np.random.default_rng(3)
    draws = random.binomial(3, rate, (planning.WAVED + 5, 2 * cases))
    pooled = np.array([np.bincount(one, minlength=4) for one in draws])
    kept = draws[:, :cases].sum(axis=1)
    found = planning.lower_chances(pooled, kept, cases)
    for place in (0, planning.WAVED - 1, planning.WAVED, planning.WAVED + 4):
        ways = {(0, 0): 1}
        for score, count in enumerate(map(int, pooled[place])):
            more: dict[tuple[int, int], int] = {}
            for (number, total), one in ways.items():
                for taken in range(min(count, cases - number) + 1):
                    key = number + taken, total + taken * score
                    more[key] = more.get(key, 0) + one * comb(count, taken)
            ways = more
        reached = sum(ways.get((cases, one), 0) for one in range(kept[place] + 1))
        assert found[place] == pytest.approx(
            reached / comb(2 * cases, cases), abs=1e-12
        )


def test_an_index_needs_fewer_cases_and_shows_smaller_rises():
    needed = planning.index_cases_needed([0.3] * 3, [0.8] * 3)
    assert needed is not None
    assert needed < (cases_needed(0.3, 0.8) or 0)
    assert planning.index_cases_needed([0.5] * 2, [0.55] * 2, most=12) is None
    change = planning.index_smallest_change([0.3] * 3, 8)
    found = planning.index_power([0.3] * 3, [0.3 + change] * 3, 8)
    assert found == pytest.approx(0.8, abs=0.02)
    assert np.isnan(planning.index_smallest_change([0.95] * 2, 8))
    with pytest.raises(UsageError, match="an index of so many measures"):
        planning.index_power([0.4], [0.7], 20)
    with pytest.raises(UsageError, match="an index of so many measures"):
        planning.index_power([0.4] * 7, [0.7] * 7, 20)
    with pytest.raises(UsageError, match="unlike numbers of measures"):
        planning.index_power([0.4] * 3, [0.7] * 2, 20)


def test_no_worse_by_more_than_a_margin_by_every_outcome():
    from taskforce_analysis.methods.comparison import compare_rates

    wanted = 0.0
    limits = compare_rates(np.arange(9)[:, None], 8, np.arange(9), 8)
    for i, j in zip(*np.nonzero(limits.low > -0.25), strict=True):
        first = comb(8, int(i)) * 0.8**i * 0.2 ** (8 - i)
        wanted += first * comb(8, int(j)) * 0.9**j * 0.1 ** (8 - j)
    found = planning.margin_power(0.8, 0.9, 8, margin=0.25)
    assert found == pytest.approx(wanted, abs=1e-6)
    with pytest.raises(UsageError, match="too many outcomes"):
        planning.margin_power(0.8, 0.9, 101, margin=0.25)


@pytest.mark.parametrize(("stock", "wanted"), [(40, 0.759), (60, 0.583), (143, 0.492)])
def test_what_twenty_of_a_stock_find_of_a_rise_from_40_to_70(stock, wanted):
    assert planning.stock_power(0.4, 0.7, 20, stock) == pytest.approx(wanted, abs=6e-4)


def test_the_power_in_a_stock_by_every_outcome():
    from scipy.stats import hypergeom

    from taskforce_analysis.methods.stock import stock_difference

    count = np.arange(7)
    found = stock_difference((count[:, None], 6, 10), (count, 6, 10))
    up = (found.p_value < 0.05) & (count > count[:, None])
    chances = np.outer(*(hypergeom.pmf(count, 10, kept, 6) for kept in (3, 8)))
    wanted = chances[up].sum()
    assert 0.05 < wanted < 0.95
    assert planning.stock_power(0.3, 0.8, 6, 10) == pytest.approx(wanted)
    assert planning.stock_power(0.7, 0.2, 6, 10) == pytest.approx(wanted)
    with pytest.raises(UsageError, match="a stock smaller than the sample"):
        planning.stock_power(0.4, 0.7, 20, 19)
