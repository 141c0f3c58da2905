"""The exact interval and test: known tables, edges, and an independent check."""

from fractions import Fraction
from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from witnesses.p_values import exact_p_values

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.exact import exact_difference
from taskforce_analysis.methods.outcomes import (
    Rows,
    chance,
    greatest_chance,
    least_score,
    restricted_rate,
    score_statistic,
    sections,
    staircase,
    stairs_at,
    upper_tails,
)


def rows(*counts: float) -> Rows:
    return Rows(*(np.array([float(count)]) for count in counts))


def test_the_worked_example_of_the_documentation():
    low, high, p_value = exact_difference(8, 20, 14, 20)
    assert (round(low, 4), round(high, 4), round(p_value, 4)) == (
        -0.0237,
        0.5804,
        0.0703,
    )


def test_a_difference_below_nought_that_is_not_rejected_stays_inside():
    """Röhmel 2005: at 0 the p-value is 0.0426, at -0.031 it is 0.081."""
    low, _, p_value = exact_difference(16, 28, 7, 7)
    assert low < -0.031
    assert p_value >= 0.081
    low, high, p_value = exact_difference(6, 25, 13, 25)
    assert low < -0.0018 < 0 < high
    assert p_value > 0.0505


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((0, 20, 0, 20), -0.18221, 0.18221),  # R exact2x2 1.7.0
        ((20, 20, 20, 20), -0.18221, 0.18221),
        ((0, 10, 10, 10), 0.66314, 1.0),
        ((10, 10, 0, 10), -1.0, -0.66314),
        ((0, 1, 0, 1), -0.975, 0.975),  # Clopper-Pearson of 0 of 1
    ],
)
def test_tables_at_the_edge(counts, low, high):
    found = exact_difference(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=2e-4)


def test_one_case_in_each_phase_says_next_to_nothing():
    low, high, p_value = exact_difference(0, 1, 1, 1)
    assert low < -0.5
    assert (high, p_value) == (1.0, 0.5)


def test_no_applicable_case_is_not_a_number():
    assert np.isnan(exact_difference(0, 0, 3, 5)).all()
    assert np.isnan(exact_difference(3, 5, 0, 0)).all()


def test_many_tables_in_one_call_are_the_tables_one_by_one():
    counts = np.array([[8, 20, 14, 20], [0, 7, 5, 12], [3, 0, 1, 2], [11, 25, 4, 10]]).T
    counts[0, 2] = 0
    found = exact_difference(*counts)
    alone = np.array([exact_difference(*table) for table in counts.T])
    assert np.stack(found, axis=1) == pytest.approx(alone, abs=1e-9, nan_ok=True)


def test_shapes_broadcast():
    found = exact_difference(np.array([[8], [9]]), 20, np.array([14, 15, 16]), 20)
    assert found.low.shape == (2, 3)


def test_more_compliant_than_applicable_is_refused():
    with pytest.raises(UsageError, match="more compliant cases than applicable"):
        exact_difference(21, 20, 1, 20)


def test_a_confidence_in_per_cent_is_refused():
    with pytest.raises(UsageError, match="a confidence of 95"):
        exact_difference(8, 20, 14, 20, confidence=95)


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("before", "after"), [(5, 5), (6, 9), (1, 8), (4, 13)])
def test_interval_and_p_agree_in_every_table(before, after, confidence):
    x1, x2 = np.meshgrid(np.arange(before + 1), np.arange(after + 1))
    low, high, p_value = exact_difference(x1, before, x2, after, confidence=confidence)
    assert np.array_equal((low > 0) | (high < 0), p_value < 1 - confidence)


def test_the_one_sided_p_values_are_mirror_images():
    up, down = exact_p_values(3, 11, 9, 14)
    other_up, other_down = exact_p_values(9, 14, 3, 11)
    assert (up, down) == pytest.approx((other_down, other_up), abs=1e-12)
    assert up + down >= 1


def pooled_square(i: int, n1: int, j: int, n2: int) -> tuple[int, Fraction]:
    """The sign and the square of the pooled z, without rounding."""
    gap = Fraction(j, n2) - Fraction(i, n1)
    rate = Fraction(i + j, n1 + n2)
    spread = rate * (1 - rate) * (Fraction(1, n1) + Fraction(1, n2))
    return (gap > 0) - (gap < 0), gap**2 / spread if gap else Fraction(0)


def rational_chance(counts: tuple[int, ...], rate: Fraction) -> Fraction:
    """The chance of so much or more against no difference, in whole numbers."""
    x1, n1, x2, n2 = counts
    sign, size = pooled_square(x1, n1, x2, n2)
    total = Fraction(0)
    for i in range(n1 + 1):
        for j in range(n2 + 1):
            other, square = pooled_square(i, n1, j, n2)
            if other * square >= sign * size:
                ways = comb(n1, i) * comb(n2, j)
                total += ways * rate ** (i + j) * (1 - rate) ** (n1 + n2 - i - j)
    return total


@pytest.mark.parametrize(
    "counts", [(8, 20, 14, 20), (2, 7, 6, 13), (0, 5, 3, 4), (10, 18, 15, 19)]
)
def test_the_chance_is_that_of_whole_numbers(counts):
    table, rate = rows(*counts), Fraction(3, 8)
    zero = np.zeros(1)
    place = np.array([[np.arcsin(np.sqrt(3 / 8)) / (np.pi / 2)]])
    found = chance(table, stairs_at(table, zero), zero, place)
    assert found[0, 0] == pytest.approx(float(rational_chance(counts, rate)), abs=1e-13)


@pytest.mark.parametrize("counts", [(8, 20, 14, 20), (0, 12, 3, 40), (5, 6, 30, 31)])
@pytest.mark.parametrize("delta", [-0.4, -0.02, 0.0, 0.3])
def test_the_greatest_chance_is_found_to_a_ten_millionth(counts, delta):
    table, at = rows(*counts), np.array([delta])
    stairs = stairs_at(table, at)
    fine = chance(table, stairs, at, np.linspace(0, 1, 200_001)[None, :]).max()
    assert greatest_chance(table, stairs, at).chance[0] == pytest.approx(fine, abs=1e-7)


def restricted(i: int, n1: int, j: int, n2: int, delta: float) -> float:
    """The restricted rate by halving its likelihood equation, not by the cubic."""
    low, high = max(0.0, -delta), min(1.0, 1 - delta)
    for _ in range(200):
        p = (low + high) / 2
        q = p + delta
        rises = (i - n1 * p) * q * (1 - q) + (j - n2 * q) * p * (1 - p) > 0
        low, high = (p, high) if rises else (low, p)
    return (low + high) / 2


def plain_score(i: int, n1: int, j: int, n2: int, delta: float) -> float:
    p = restricted(i, n1, j, n2, delta)
    variance = p * (1 - p) / n1 + (p + delta) * (1 - p - delta) / n2
    gap = j / n2 - i / n1 - delta
    return 0.0 if abs(gap) < 1e-13 else gap / max(variance, 1e-300) ** 0.5


@pytest.mark.parametrize("cases", [(1, 1), (3, 4), (5, 5), (2, 30)])
@pytest.mark.parametrize("delta", [-0.95, -0.31, 0.0, 0.07, 0.55])
def test_the_score_of_every_outcome_is_that_of_halving(cases, delta):
    n1, n2 = cases
    for i, j in product(range(n1 + 1), range(n2 + 1)):
        table: tuple[Any, ...] = (float(i), float(n1), float(j), float(n2), delta)
        first = restricted_rate(*table)
        assert first == pytest.approx(restricted(i, n1, j, n2, delta), abs=1e-7)
        found = score_statistic(*table)
        assert found == pytest.approx(plain_score(i, n1, j, n2, delta), rel=1e-6)


def test_the_score_of_the_difference_itself_is_nought():
    """14/20 less 8/20 is 5e-17 beside 0.3 in a computer; two roads lead to it."""
    for x1, x2 in product(range(21), range(31)):
        table: tuple[Any, ...] = (x1, 20.0, x2, 30.0, x2 / 30 - x1 / 20)
        assert score_statistic(*table) == 0


@pytest.mark.parametrize("delta", np.linspace(-0.97, 0.97, 41))
def test_the_rates_where_all_or_none_comply_are_at_the_edge(delta):
    tables: list[Any] = [(0.0, 7.0, 0.0, 9.0, delta), (7.0, 7.0, 9.0, 9.0, delta)]
    none, every = (restricted_rate(*table) for table in tables)
    assert (none, every) == (max(0, -delta), min(1, 1 - delta))


def plain_p(counts: tuple[int, int, int, int], delta: float) -> float:
    """The one-sided p-value against one difference, from the whole outcome table."""
    x1, n1, x2, n2 = counts
    seen = plain_score(x1, n1, x2, n2, delta)
    second = np.linspace(max(0, delta), min(1, 1 + delta), 2001)
    total = np.zeros(second.size)
    for i in range(n1 + 1):
        for j in range(n2 + 1):
            if plain_score(i, n1, j, n2, delta) >= seen - 1e-9 * max(1, abs(seen)):
                first = np.clip(second - delta, 0, 1)
                before = comb(n1, i) * first**i * (1 - first) ** (n1 - i)
                total += before * comb(n2, j) * second**j * (1 - second) ** (n2 - j)
    return float(total.max())


@pytest.mark.parametrize(
    "counts", [(1, 4, 4, 5), (2, 6, 5, 6), (0, 3, 3, 7), (3, 5, 3, 4)]
)
def test_the_limit_is_the_outermost_difference_not_rejected(counts):
    low = exact_difference(*counts).low
    rejected = [plain_p(counts, d) for d in np.linspace(-0.9999, low - 1e-6, 60)]
    assert max(rejected) <= 0.025 + 1e-6
    assert max(plain_p(counts, low - 1e-6), plain_p(counts, low + 1e-6)) > 0.025 - 1e-5
    assert plain_p(counts, low + 1e-6) > 0.025 - 1e-6 or plain_p(counts, low) > 0.025


def test_the_staircase_lists_the_outcomes_of_the_whole_table():
    table, delta = rows(3, 6, 7, 9), np.array([-0.15])
    seen = plain_score(3, 6, 7, 9, -0.15)
    least = [
        min(
            [j for j in range(10) if plain_score(i, 6, j, 9, -0.15) >= seen - 1e-9]
            or [10]
        )
        for i in range(7)
    ]
    assert staircase(table, delta, np.array([seen - 1e-9]))[0].tolist() == least


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_p_value_is_at_least_that_of_every_difference_up_to_nought(data):
    n1, n2 = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    delta = data.draw(st.floats(-0.95, 0))
    found = exact_p_values(x1, n1, x2, n2).not_improved
    assert found >= plain_p((x1, n1, x2, n2), delta) - 1e-6


@pytest.mark.parametrize("cases", [90, 700])
def test_tails_of_many_cases_are_those_of_scipy(cases):
    """Also where the chance is so far out that no beta function is asked."""
    from scipy.stats import binom

    rates = np.concatenate([[0.0, 1e-9, 1.0], np.linspace(0.001, 0.999, 60)])
    for least in np.array_split(np.arange(cases + 2), cases // 7):
        found = upper_tails(np.array([float(cases)]), rates[None], least[None])
        wanted = binom.sf(least[:, None] - 1, cases, rates)
        assert np.abs(found[:, 0] - wanted).max() < 1e-14


def test_many_places_are_searched_at_once_where_few_searches_are_left():
    assert sections(1).size == 63
    assert sections(64).tolist() == [0.2, 0.4, 0.6, 0.8]
    assert sections(10_000).tolist() == [0.5]


@pytest.mark.parametrize("counts", [(3, 5, 300, 400), (0, 1, 7, 900), (20, 20, 9, 60)])
def test_the_staircase_is_that_of_the_whole_table(counts):
    observed = rows(*counts)
    _, n1, _, n2 = counts
    i, j = np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)
    for delta in (-0.7, -0.1, 0.0, 0.2):
        at = np.array([delta])
        least = least_score(observed, at)
        reached = score_statistic(i, n1 + 0 * i, j, n2 + 0 * j, at) >= least
        wanted = np.where(reached.any(axis=1), reached.argmax(axis=1), n2 + 1)
        found = staircase(observed, at, least)
        assert found[0].tolist() == wanted.tolist()
        known = np.minimum(found + 3, n2 + 1)
        assert staircase(observed, at, least, known).tolist() == found.tolist()


def test_staircases_of_unlike_rows_are_padded_with_no_outcome():
    unlike = Rows(*np.array([[1.0, 2.0], [2.0, 5.0], [3.0, 4.0], [4.0, 6.0]]))
    found = staircase(unlike, np.zeros(2), least_score(unlike, np.zeros(2)))
    assert found.shape == (2, 6)
    assert found[0, 3:].tolist() == [5, 5, 5]


@pytest.mark.parametrize(
    ("counts", "confidence", "kept"),
    [
        ((0, 4, 12, 13), 0.95, 0.2090),  # a narrow range: at 0.2115 it is rejected
        ((0, 2, 27, 29), 0.95, -0.00022),
        ((0, 30, 1, 2), 0.99, -0.0521),
        ((0, 2, 24, 29), 0.95, -0.0422),  # only a small part of a long range is kept
        ((0, 2, 22, 29), 0.95, -0.0838),
        ((12, 18, 28, 28), 0.95, 0.1300),  # (10, 27) leaves the tail for a while
    ],
)
def test_no_difference_that_is_kept_is_passed_over(counts, confidence, kept):
    """Known differences whose p-value, by every outcome in turn, is over the limit."""
    tail = (1 - confidence) / 2
    assert plain_p(counts, kept) > tail
    low = exact_difference(*counts, confidence=confidence).low
    assert low < kept
    assert plain_p(counts, low - 1e-5) < tail
    assert plain_p((0, 4, 12, 13), 0.2115) < 0.025


@pytest.mark.parametrize(
    ("counts", "delta"),
    [
        ((1, 2, 30, 30), -0.0516),
        ((0, 1, 58, 59), -0.0196),
        ((9, 10, 22, 22), -0.0148),
        ((0, 2, 11, 11), -0.066),
        ((1, 8, 1774, 2000), 0.0058),
        ((8, 20, 14, 20), -0.0237),
    ],
)
def test_a_first_grid_between_whose_places_the_chance_is_greatest(counts, delta):
    """The first grid alone is up to 8 per cent too low at these."""
    table, at = rows(*counts), np.array([delta])
    stairs = stairs_at(table, at)
    fine = chance(table, stairs, at, np.linspace(0, 1, 20_001)).max()
    assert greatest_chance(table, stairs, at).chance[0] > fine - 1e-7
    over, under = np.array([fine * 0.999]), np.array([fine * 1.001])
    assert greatest_chance(table, stairs, at, over).chance[0] > over[0]
    assert greatest_chance(table, stairs, at, under).chance[0] <= under[0]
    best = greatest_chance(table, stairs, at, record=over).chance[0]
    assert best == pytest.approx(fine, rel=1e-6)


def test_rows_of_many_sizes_and_gaps_keep_their_places():
    counts = np.array([[8, 0, 3, 1, np.nan, 14], [20, 0, 9, 1, 5, 20]])
    for method in (exact_difference, exact_p_values):
        found = method(*counts, *counts[:, ::-1])
        for place in (0, 2, 3, 5):
            one = method(*counts[:, place], *counts[:, 5 - place])
            assert tuple(part[place] for part in found) == one
        for part in found:
            assert np.flatnonzero(np.isnan(part)).tolist() == [1, 4]


def test_where_no_outcome_counts_the_chance_is_nought():
    table, no_outcome = rows(3, 4, 2, 50), np.full((1, 5), 51)
    assert greatest_chance(table, no_outcome, np.array([0.1])).chance.tolist() == [0.0]


@pytest.mark.parametrize(
    "counts", [(8, 20, 14, 20), (2, 9, 7, 8), (0, 7, 6, 11), (4, 13, 9, 12)]
)
def test_interval_and_p_agree_where_the_p_value_is_the_level_itself(counts):
    p_value = exact_difference(*counts).p_value
    for nearly in (-1e-9, -1e-12, 0.0, 1e-12, 1e-9):
        confidence = 1 - p_value + nearly
        found = exact_difference(*counts, confidence=confidence)
        assert found.p_value == p_value
        assert (found.low > 0 or found.high < 0) == (p_value < 1 - confidence)


def test_no_difference_at_all_has_the_p_value_one():
    assert exact_difference(5, 10, 5, 10).p_value == 1
    assert exact_difference(0, 3, 0, 4).p_value == 1


def test_the_p_value_is_that_of_the_worst_difference_wherever_it_is():
    """Of 2 of 4 and 9 of 13 it is 0.328 at no difference, and 0.379 at -0.072."""
    counts = (2, 4, 9, 13)
    found = exact_p_values(*counts).not_improved
    every = [plain_p(counts, delta) for delta in (0, -0.08, -0.076, -0.072, -0.0705)]
    assert every[0] == pytest.approx(0.3276, abs=1e-4)
    assert found >= max(every) > 0.378
    assert found == pytest.approx(max(every), abs=0.02)
