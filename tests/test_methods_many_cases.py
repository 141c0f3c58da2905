"""One comparison of many cases: against the scan of all outcomes, and its bounds."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis.methods import many_cases
from taskforce_analysis.methods.counts import probabilities
from taskforce_analysis.methods.exact import (
    canonical,
    confined_difference,
    exact_difference,
)
from taskforce_analysis.methods.many_cases import (
    EDGE,
    SAME,
    Table,
    Tails,
    at_least,
    chances,
    least_score_improved,
    lower,
    mesh,
    p_not_improved,
    points_of,
    score,
    stairs_of,
    survey,
    tails_of,
    tops_of,
    variance,
    weights,
    window,
)
from taskforce_analysis.methods.outcomes import Rows, greatest_chance, stairs_at
from taskforce_analysis.methods.scanning import greatest_p


def table_of(*counts: float) -> Table:
    x1, n1, x2, n2 = map(float, counts)
    return Table(x1, n1, x2, n2)


def at(table: Table, delta: float) -> Tails:
    return points_of(table, np.array([delta]))


def every_stair(tails: Tails) -> np.ndarray:
    """The staircase of the first of these tails, for every i."""
    i = np.arange(int(tails.table.n1) + 1)
    return stairs_of(tails, np.zeros_like(i), i)


def one_by_one(x1, n1, x2, n2, *, confidence=0.95) -> tuple[float, float, float]:
    """The comparison by the boxes alone, however few the cases are."""
    ends = []
    for counts in ((x1, n1, x2, n2), (n1 - x1, n1, n2 - x2, n2)):
        rows, _ = canonical(*(np.array([float(part)]) for part in counts))
        table = table_of(*(part[0] for part in rows))
        ends.append(lower(table, tail=(1 - confidence) / 2, size=1 - confidence))
    up, down = ends
    return up.low, -down.low, min(1.0, 2 * min(up.p_value, down.p_value))


@pytest.mark.parametrize(
    "counts",
    [
        (8, 20, 14, 20),
        (16, 28, 7, 7),
        (6, 25, 13, 25),
        (60, 100, 75, 100),
        (19, 20, 300, 300),
        (0, 30, 2, 400),
        (100, 101, 400, 400),
    ],
)
def test_boxes_find_what_the_scan_of_all_outcomes_finds(counts):
    assert one_by_one(*counts) == pytest.approx(exact_difference(*counts), abs=2e-7)


@st.composite
def tables(draw, least, most):
    n1, n2 = draw(st.integers(least, most)), draw(st.integers(least, most))
    n2 = draw(st.sampled_from([n1, n2]))
    near = st.sampled_from([0.0, 0.01, 0.1, 0.5, 0.93, 1.0])
    x1, x2 = (min(n, round(n * draw(near)) + draw(st.integers(0, 3))) for n in (n1, n2))
    return x1, n1, x2, n2


@pytest.mark.parametrize("difference", [exact_difference, confined_difference])
@settings(deadline=None, max_examples=3)
@given(tables(250, 900), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_laws_hold_for_many_cases(difference, counts, confidence):
    x1, n1, x2, n2 = counts
    turned = n1 - x1, n1, n2 - x2, n2
    every = np.array([counts, (x2, n2, x1, n1), turned]).T
    found = difference(*every, confidence=confidence)
    low, high, p_value = (float(part[0]) for part in found)
    assert low <= x2 / n2 - x1 / n1 <= high
    assert ((low > 0) or (high < 0)) == (p_value < 1 - confidence)
    assert found.low[1:].tolist() == [-high, -high]
    assert found.high[1:].tolist() == [-low, -low]
    assert found.p_value[1:].tolist() == [p_value, p_value]
    wider = difference(*counts, confidence=confidence + 0.005)
    assert wider.low <= low + 1e-8
    assert wider.high >= high - 1e-8


@pytest.mark.parametrize("delta", [-0.97, -0.3, -1e-4, 0.0, 1e-6, 0.02, 0.6])
@pytest.mark.parametrize(("n1", "n2"), [(40, 70), (300, 5000), (90_000, 90_000)])
def test_the_score_rises_with_j_falls_with_i_and_with_the_difference(delta, n1, n2):
    table = Table(0.0, n1, 0.0, n2)
    i = np.unique(np.round(np.linspace(0, n1, 37)))[:, None]
    j = np.unique(np.round(np.linspace(0, n2, 41)))
    found = score(i, j, table, delta)
    assert np.all(np.diff(found, axis=1) > 0)
    assert np.all(np.diff(found, axis=0) < 0)
    assert np.all(score(i, j, table, delta + 0.001) < found)


@pytest.mark.parametrize("cases", [100, 2000, 100_000, 3_000_000])
@pytest.mark.parametrize("delta", [-0.3, -1e-3, 1e-4, 1e-7])
def test_an_outcome_and_its_mirror_image_tie_at_every_size(cases, delta):
    """The closed root alone misses some: it is good to 1e-4 at three million."""
    table = Table(0.0, cases, 0.0, cases)
    i, j = np.arange(60.0)[:, None], np.arange(60.0)
    one = score(i, j, table, delta)
    other = score(cases - j, cases - i, table, delta)
    assert np.abs(one - other) == pytest.approx(0 * one, abs=1e-11)


def test_the_restricted_rates_are_the_most_likely_ones():
    """By halving the slope of the log-likelihood in whole numbers of 10^-30."""
    from fractions import Fraction

    n1, n2, gap = 5000, 7000, Fraction(1, 2**12)
    for i, j in ((0, 3), (2, 1), (4, 0), (2500, 3600), (5000, 6990)):

        def slope(first, i=i, j=j):
            second = first + gap
            return (
                i / first
                - (n1 - i) / (1 - first)
                + j / second
                - (n2 - j) / (1 - second)
            )

        low, high = Fraction(0), 1 - gap
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        second = low + gap
        wanted = float(low * (1 - low) / n1 + second * (1 - second) / n2)
        found = variance(float(i), float(j), Table(0.0, n1, 0.0, n2), float(gap))
        assert float(found) == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("counts", [(3, 40, 9, 70), (190, 400, 230, 500)])
@pytest.mark.parametrize("delta", [-0.2, 0.0, 0.03])
def test_the_staircase_by_trying_every_outcome(counts, delta):
    table = table_of(*counts)
    tails = at(table, delta)
    i, j = np.arange(table.n1 + 1), np.arange(table.n2 + 1)
    belongs = score(i[:, None], j, table, delta) >= tails.least[0, 0]
    wanted = np.where(belongs.any(axis=1), belongs.argmax(axis=1), table.n2 + 1)
    assert every_stair(tails).tolist() == wanted.tolist()


@pytest.mark.parametrize("steps", [1, 8])
@pytest.mark.parametrize(
    "counts", [(3, 40, 9, 70), (190, 400, 230, 500), (3000, 6000, 3100, 6000)]
)
def test_a_tail_of_a_range_holds_every_tail_inside(counts, steps):
    table = table_of(*counts)
    for ends in ((-0.9, -0.5), (-0.4, -0.2), (-0.01, 0.0), (0.0, 1e-4)):
        start, end = (np.array([one]) for one in ends)
        most = every_stair(tails_of(table, start, end, steps))
        for delta in np.linspace(*ends, 23):
            assert np.all(most <= every_stair(at(table, float(delta))))


def test_tails_side_by_side_are_the_tails_one_by_one():
    table = table_of(190, 400, 230, 500)
    ends = np.array([[-0.3, -0.01, 0.02], [-0.2, -0.01, 0.0201]])
    tails = tails_of(table, ends[0], ends[1], 1)
    tail, place = (one.ravel() for one in np.indices((3, 401)))
    found = stairs_of(tails, tail, place).reshape(3, 401)
    for one, (start, end) in enumerate(ends.T):
        alone = tails_of(table, np.array([start]), np.array([end]), 1)
        assert found[one].tolist() == every_stair(alone).tolist()


def test_weights_are_the_binomial_ones_and_the_window_leaves_out_next_to_nothing():
    rates = np.array([[1e-5, 0.02, 0.5, 0.999]])
    one, other = weights(3000, np.array([0]), 3001, rates)
    found = (one * other)[0].T
    wanted = probabilities(np.array([3000.0]), rates)[:, 0].T
    assert found / found.sum(axis=1, keepdims=True) == pytest.approx(wanted, abs=1e-12)
    for rate, chance in zip(rates[0], wanted, strict=True):
        [start], [stop] = window(3000, (np.array([rate]), np.array([rate])), 20.0)
        assert chance[:start].sum() < np.exp(-20)
        assert chance[stop + 1 :].sum() < np.exp(-20)


def test_weights_of_rates_near_each_other_are_the_binomial_ones():
    """Those are made from the middle one's; the others one by one."""
    rates = np.array([[0.18, 0.19, 0.2, 0.205, 0.21]])
    one, other = weights(500, np.array([40]), 130, rates)
    found = (one * other)[0]
    wanted = probabilities(np.array([500.0]), rates)[40:170, 0]
    shares = wanted / wanted.sum(axis=0)
    assert found / found.sum(axis=0) == pytest.approx(shares, rel=1e-10)


def test_the_chance_at_each_place_and_what_an_interpolation_may_miss():
    """Against the sum over all outcomes, on panels from the end and in the middle."""
    table = Table(12.0, 60.0, 110.0, 300.0)
    tails = at(table, 0.05)
    stairs = every_stair(tails)

    def summed(second):
        first = probabilities(np.array([60.0]), second[None] - 0.05)[:, 0]
        after = probabilities(np.array([300.0]), second[None])[:, 0]
        tails = np.vstack([after[::-1].cumsum(axis=0)[::-1], 0 * second])
        return np.sum(first * tails[stairs], axis=0)

    panels = mesh(table, 0.05).within(tails)
    for length in (1.0, 0.5, 0.1):
        right = panels.left + (panels.right - panels.left) * length
        some = panels._replace(right=right)
        values = chances(tails, some, stairs[None], depth=40.0)
        tops = tops_of(tails, some, values)
        for one in range(right.size):
            there = summed(np.linspace(some.left[one], right[one], 2001))
            assert np.abs(there.max() - tops.chance[one]) <= tops.doubt[one] + 1e-12
            assert values[one].max() <= there.max() + 1e-9
    assert tops.doubt[3] < 1e-7


def test_the_survey_finds_the_greatest_chance_of_the_grid():
    rows = Rows(*(np.array([float(part)]) for part in (40, 120, 160, 350)))
    delta = np.array([0.02])
    wanted = greatest_chance(rows, stairs_at(rows, delta), delta).chance[0]
    table = table_of(*(part[0] for part in rows))
    find = partial(survey, at(table, 0.02), mesh(table, 0.02))
    assert find(wanted * (1 + 1e-6))[0].left.size == 0
    kept, tops = find(wanted * (1 - 1e-6))
    assert kept.left.size >= 1
    assert tops.chance.max() == pytest.approx(wanted, rel=1e-6)


def test_the_p_value_is_left_as_soon_as_it_is_enough():
    table = Table(30.0, 100.0, 45.0, 100.0)
    rows = Rows(*(np.array([part]) for part in table[:4]))
    whole = greatest_p(rows)[0]
    assert p_not_improved(table, enough=0.5) == pytest.approx(whole, rel=1e-5)
    assert 0.001 <= p_not_improved(table, enough=0.001) <= whole * (1 + 1e-6)


@pytest.mark.parametrize(
    "counts", [(30, 100, 45, 100), (190, 400, 290, 500), (900, 1000, 985, 1050)]
)
def test_whether_a_p_value_exceeds_a_limit_is_told_by_less_work(counts):
    """Ten times above to just above it: what is lower is not looked at."""
    table = table_of(*counts)
    p_value = p_not_improved(table, enough=0.5)
    for limit in (1.00001 * p_value, 1.5 * p_value, 10 * p_value):
        assert p_not_improved(table, enough=limit * SAME, known=limit) == limit
    for limit in (0.99999 * p_value, 0.5 * p_value):
        assert p_not_improved(table, enough=limit * SAME, known=limit) > limit


def test_confining_the_nuisance_rate_costs_next_to_nothing_where_it_is_known():
    whole, found = (
        exact_difference(150, 400, 240, 500),
        confined_difference(150, 400, 240, 500),
    )
    assert found.p_value <= whole.p_value + 3e-6
    assert whole.low - 1e-4 < found.low < found.high < whole.high + 1e-4


def test_confined_tests_keep_their_error_where_every_outcome_is_summed():
    """All tables of 7 and 12, at 90 per cent: at most 5 per cent on a side."""
    i, j = np.meshgrid(np.arange(8.0), np.arange(13.0), indexing="ij")
    low = confined_difference(i, 7, j, 12, confidence=0.9).low
    rates = np.linspace(0.01, 0.99, 99)[None]
    first, second = (probabilities(np.array([n]), rates)[:, 0] for n in (7.0, 12.0))
    error = np.einsum("ip,ij,jp->p", first, (low > 0).astype(float), second)
    assert 0.01 < error.max() <= 0.05


def test_every_limit_of_all_or_none():
    found = exact_difference([0, 0, 300], [300] * 3, [300, 0, 300], [300] * 3)
    assert found.high.tolist()[0] == 1
    assert found.low[1] == pytest.approx(-found.high[1])
    assert found.p_value[1:].tolist() == [1, 1]
    nothing = 1 - 0.025 ** (1 / 300)
    assert found.high[1] == pytest.approx(nothing, abs=0.002)
    assert EDGE < found.low[1] < 0


def test_the_least_score_that_is_improved_has_just_the_size():
    least = least_score_improved(300, 400, tail=0.025)
    table = Table(0.0, 300.0, 0.0, 400.0)
    for score_, kept in ((least, 0), (least - 1e-3, 1)):
        found, _ = survey(at_least(table, score_), mesh(table, 0.0), 0.025)
        assert min(found.left.size, 1) == kept


def test_of_samples_of_one_size_half_the_nuisance_rates_say_it_all():
    """Exchanged and turned, (x, y) is (n - y, n - x): the same chance, mirrored."""
    table = table_of(150, 300, 170, 300)
    tails, stairs = at(table, 0.02), every_stair(at(table, 0.02))
    rates = np.linspace(0.03, 0.99, 41)
    first, second = (
        probabilities(np.array([300.0]), some[None])[:, 0]
        for some in (rates - 0.02, rates)
    )
    after = np.vstack([second[::-1].cumsum(axis=0)[::-1], 0 * rates])
    found = np.sum(first * after[stairs], axis=0)
    mirrored = np.interp(1.02 - rates, rates, found)
    assert found == pytest.approx(mirrored, abs=1e-10)
    low, high = table.room(tails.end)
    assert (low[0], high[0]) == (0.51, 1.0)


def test_a_range_is_looked_at_in_parts_and_what_is_ruled_out_is_under_the_limit():
    """Of the parts that are left out no difference has a chance over the limit."""
    table, limit = table_of(40, 120, 160, 350), 0.025
    whole = many_cases.Range(-0.05, 0.06, mesh(table, 0.06), 1.0)
    for least in (1, 2):
        kept = many_cases._looked_at(table, whole, limit, least=least)
        for delta in np.linspace(whole.start, whole.end, 57):
            if any(one.start <= delta <= one.end for one in kept):
                continue
            rows = Rows(*(np.array([part]) for part in table[:4]))
            point = np.array([delta])
            chance = greatest_chance(rows, stairs_at(rows, point), point).chance[0]
            assert chance <= limit


def test_the_memory_grows_with_the_sum_of_the_cases(monkeypatch):
    """No array is larger than both samples and the cells worked on together."""
    largest, made = 0, np.exp

    def counted(found, **more):
        nonlocal largest
        largest = max(largest, np.size(found))
        return made(found, **more)

    monkeypatch.setattr(many_cases.np, "exp", counted)
    exact_difference(3000, 5000, 3100, 5000)
    assert 0 < largest <= many_cases.CELLS
