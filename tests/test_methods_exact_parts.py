"""The parts of the exact method, one by one: chances, staircases, cuts and scans."""

from typing import Any

import numpy as np
import pytest

from taskforce_analysis.methods.counts import probabilities
from taskforce_analysis.methods.exact import canonical
from taskforce_analysis.methods.outcomes import (
    Rows,
    barely,
    chance,
    greatest_chance,
    least_score,
    score_statistic,
    staircase,
    stairs_at,
)
from taskforce_analysis.methods.scanning import (
    Outcomes,
    Range,
    absentees_of,
    changed,
    crossings,
    cut,
    repeated,
    upper_bound,
    visitors_of,
)


def rows(*counts: tuple[float, ...]) -> Rows:
    """Tables, one under the other."""
    return Rows(*np.array(counts, float).T)


def between(table: Rows, start: float, end: float) -> Range:
    """The range of every table from `start` to `end`."""
    ends = [np.full(table.size, place) for place in (start, end)]
    return Range(*ends, *(stairs_at(table, place) for place in ends))


def margin(counts: Any, i: Any, j: Any, delta: np.ndarray) -> np.ndarray:
    """How far the score of an outcome is over what counts as the observed one."""
    x1, n1, x2, n2 = counts
    seen = score_statistic(x1, n1, x2, n2, delta)
    room = 1e-9 * np.maximum(1, np.abs(seen))
    return score_statistic(i, n1, j, n2, delta) - seen + room


def test_probabilities_of_many_and_unlike_cases_are_those_of_scipy():
    """128 is the first number of cases whose coefficients are not kept ready."""
    from scipy.stats import binom

    for sizes in ([128], [127, 5], [130, 3, 200, 130]):
        rates = np.array([0.0, 0.02, 0.5, 1.0])
        found = probabilities(np.array(sizes, float), np.tile(rates, (len(sizes), 1)))
        count = np.arange(max(sizes) + 1)[:, None, None]
        wanted = binom.pmf(count, np.array(sizes)[:, None], rates)
        assert found == pytest.approx(wanted, abs=1e-13)


def test_the_outcomes_between_two_staircases_are_listed_one_by_one():
    """Row 0 differs at i = 0 by two and at i = 2 by two, row 1 nowhere."""
    first, last = np.array([[3, 2, 5], [4, 4, 4]]), np.array([[1, 2, 7], [4, 4, 4]])
    found = changed(first, last)
    assert [part.tolist() for part in found] == [[0] * 4, [0, 0, 2, 2], [1, 2, 5, 6]]
    assert [part.tolist() for part in repeated(np.array([2, 0, 3]))] == [
        [0, 0, 2, 2, 2],
        [0, 1, 0, 1, 2],
    ]


@pytest.mark.parametrize(
    ("counts", "start", "end"),
    [
        ((0, 4, 12, 13), 0.1963, 0.2119),
        ((0, 4, 12, 13), 0.1650, 0.2900),
        ((0, 2, 27, 29), -0.085, 0.040),
        ((8, 20, 14, 20), -0.0600, -0.0444),
    ],
)
def test_visitors_are_the_outcomes_that_a_fine_grid_meets_inside_only(
    counts, start, end
):
    table, delta = rows(counts), np.linspace(start, end, 2001)
    i, j = np.arange(counts[1] + 1.0)[:, None, None], np.arange(counts[3] + 1.0)
    height = margin(counts, i, j[:, None], delta)
    over = height >= 0
    wanted = np.argwhere(over.any(axis=2) & ~over[:, :, 0] & ~over[:, :, -1])
    everything = np.zeros((1, counts[1] + 1), dtype=int)
    found, top = visitors_of(table, between(table, start, end), everything)
    assert np.stack([found.i, found.j], axis=1).tolist() == wanted.tolist()
    best = height[found.i, found.j].max(axis=1)
    assert np.all(margin(counts, found.i, found.j, top) >= best - 1e-9)


@pytest.mark.parametrize(
    ("counts", "start", "end"),
    [
        ((12, 18, 28, 28), 0.1296, 0.1452),
        ((12, 18, 28, 28), 0.0, 0.0156),
        ((0, 4, 12, 13), 0.1963, 0.2119),
    ],
)
def test_absentees_are_the_outcomes_that_a_fine_grid_lacks_inside_only(
    counts, start, end
):
    table, delta = rows(counts), np.linspace(start, end, 2001)
    i, j = np.arange(counts[1] + 1.0)[:, None, None], np.arange(counts[3] + 1.0)
    height = margin(counts, i, j[:, None], delta)
    under = height < 0
    wanted = np.argwhere(under.any(axis=2) & ~under[:, :, 0] & ~under[:, :, -1])
    found, bottom = absentees_of(table, between(table, start, end))
    assert np.stack([found.i, found.j], axis=1).tolist() == wanted.tolist()
    least = height[found.i, found.j].min(axis=1)
    assert np.all(margin(counts, found.i, found.j, bottom) <= least + 1e-9)


def test_an_outcome_crosses_between_the_two_points_given():
    """(1, 13) beside 0 of 4 and 12 of 13 comes near 0.21 and leaves again."""
    counts = (0, 4, 12, 13)
    table, visit = rows(counts), Outcomes(*np.array([[0], [1], [13]]))
    fine = np.linspace(0.2, 0.22, 200_001)
    inside = fine[margin(counts, 1, 13, fine) >= 0]
    for low, high, wanted in ((0.2, 0.2103, inside[0]), (0.2103, 0.22, inside[-1])):
        found = crossings(table, visit, np.array([low]), np.array([high]))
        assert np.concatenate(found) == pytest.approx(wanted, abs=2e-7)
        assert 0 < found[1] - found[0] <= 1e-11
        there = margin(counts, 1, 13, np.concatenate(found)) >= 0
        assert there.tolist() == [low > 0.21, low < 0.21]


def test_outcomes_that_cross_in_unlike_parts_of_their_ranges():
    """Side by side each is found where it is found alone: here 1e-5 before the end."""
    table = rows((0, 4, 12, 13))
    visit, place = Outcomes(*np.array([[0], [1], [13]])), np.zeros(2, dtype=int)
    low = np.array([0.2, 0.2])
    (alone,), _ = crossings(table, visit, low[:1], np.array([0.2103]))
    high = np.array([0.2103, alone + 1e-5])
    first, after = crossings(table, visit.take(place), low, high)
    assert first == pytest.approx([alone, alone], abs=1e-10)
    assert after == pytest.approx([alone, alone], abs=1e-10)


def test_a_score_counts_as_equal_within_a_thousand_millionth_of_itself():
    assert barely(np.array([0.5, 4.0, -1e6])).tolist() == pytest.approx(
        [0.5 - 1e-9, 4.0 - 4e-9, -1e6 - 1e-3], rel=0, abs=1e-16
    )


def test_a_table_and_its_images_are_worked_out_once():
    """Phases swapped and yes turned into no: (8, 20, 14, 20) is (6, 20, 12, 20)."""
    tables = [
        (8, 20, 14, 20),
        (3, 5, 2, 9),
        (7, 9, 2, 5),
        (1, 4, 3, 4),
        (6, 20, 12, 20),
    ]
    tables += [(0, 2, 3, 7), (3, 5, 2, 9), (5, 7, 0, 9), (9, 9, 2, 7), (2, 2, 2, 2)]
    found, place = canonical(*np.array(tables, float).T)
    assert np.all(found.n1 <= found.n2)
    assert found.difference[place] == pytest.approx(rows(*tables).difference)
    assert found.size == 6
    assert [place[0], place[1], place[1], place[7]] == [*place[[4, 2, 6, 8]]]


def test_staircases_found_in_several_blocks_are_those_of_each_alone():
    """A long row beside 300 short ones; where a row has no outcome it is padded."""
    tables = [
        (90, 150, 140, 160),
        *((x, 3, 5, n) for x in range(4) for n in range(5, 80)),
    ]
    many, delta = rows(*tables), np.full(301, -0.12)
    for order in (slice(None), slice(None, None, -1)):
        these = Rows(*(part[order] for part in many))
        least = least_score(these, delta)
        found = staircase(these, delta, least)
        assert staircase(these, delta, least, found).tolist() == found.tolist()
        for row in (0, 1, 40, 150, 299, 300):
            one = these.take(np.array([row]))
            alone = staircase(one, delta[:1], least[[row]])[0].tolist()
            padding = [int(one.n2[0]) + 1] * (151 - len(alone))
            assert found[row].tolist() == alone + padding


def test_the_greatest_chances_of_unlike_tables_and_where_they_are():
    """One near 1 and one near 0 side by side, each to a ten-millionth and in place."""
    tables = rows((3, 9, 3, 12), (0, 9, 12, 12), (1, 2, 20, 30), (5, 6, 10, 31))
    delta = np.array([0.0, -0.05, -0.0516, -0.3])
    stairs = stairs_at(tables, delta)
    peak = greatest_chance(tables, stairs, delta)
    fine = chance(tables, stairs, delta, np.linspace(0, 1, 40_001)).max(axis=1)
    assert peak.chance == pytest.approx(fine, abs=1e-7)
    assert peak.chance.max() > 0.5
    assert peak.chance.min() < 0.001
    there = chance(tables, stairs, delta, peak.place[:, None])[:, 0]
    assert there == pytest.approx(peak.chance, abs=1e-12)


@pytest.mark.parametrize(
    ("start", "end"), [(0.1963, 0.2119), (0.165, 0.29), (-0.085, 0.04), (-0.6, -0.2)]
)
def test_the_bound_of_a_range_holds_everywhere_in_it(start, end):
    """Also where outcomes come between: (1, 13) near 0.21, (1, 29) near 0.03."""
    tables = rows((0, 4, 12, 13), (0, 2, 27, 29), (8, 20, 14, 20))
    whole, never = between(tables, start, end), np.full(3, 2.0)
    bound, most = upper_bound(tables, whole, whole.end, never)
    fine = greatest_chance(tables, most, whole.end).chance
    assert bound == pytest.approx(fine, rel=0.05)  # a first grid is enough here
    for place in np.linspace(start, end, 61):
        delta = np.full(3, place)
        stairs = stairs_at(tables, delta)
        assert np.all(most <= stairs)
        assert np.all(greatest_chance(tables, stairs, delta).chance <= fine + 1e-7)
    one = np.array([0])
    short = upper_bound(tables.take(one), whole.take(one), whole.end[:1], never[:1])
    assert short[0] == pytest.approx(bound[:1], rel=0.05)


def test_a_range_is_cut_where_a_visitor_joins_and_where_it_leaves():
    """Between the cuts the chance only grows, so no place has more than the points."""
    counts, start, end = (0, 4, 12, 13), 0.1963, 0.2119
    table = rows(counts, (8, 20, 14, 20))
    whole = between(table, start, end)
    points = cut(table, whole, np.zeros_like(whole.first))
    assert points.owner.tolist() == sorted(points.owner.tolist())
    own = points.delta[points.owner == 0]
    assert np.all(np.diff(own) >= 0)
    assert own[-1] == end
    fine = np.linspace(start, end, 1001)
    inside = fine[margin(counts, 1, 13, fine) >= 0]
    for place in (inside[0], inside[-1]):
        assert np.count_nonzero(np.abs(own - place) < 2e-5) == 2
    for row in (0, 1):
        one = table.take(np.full(301, row))
        grid = np.linspace(start, end, 301)
        most = greatest_chance(one, stairs_at(one, grid), grid).chance.max()
        assert points.chance[points.owner == row].max() >= most - 1e-9
