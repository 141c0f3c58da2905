"""Pairs: the exact test against a brute force, and what the answers leave open."""

from itertools import product
from math import comb

import numpy as np
import pytest
from witnesses.paired import tango

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.paired import (
    KnownPairs,
    all_pairs_survive_unknown,
    exact_pairs,
    expected_by_chance_pairs,
    judge_pairs,
    tango_score,
)


def all_tables(cases: int):
    """Every table of so many pairs: unchanged, down, up and none."""
    down, up = np.meshgrid(*[np.arange(cases + 1)] * 2, indexing="ij")
    possible = down + up <= cases
    down, up = down[possible], up[possible]
    return cases - down - up, down, up, np.zeros_like(down)


def chances(cases: int, down: np.ndarray, up: np.ndarray) -> np.ndarray:
    """The trinomial chance of every table at these rates: (tables, rates)."""
    same, b, c, _ = all_tables(cases)
    ways = [comb(cases, i) * comb(cases - i, j) for i, j in zip(b, c, strict=True)]
    rest = np.clip(1 - down - up, 0, 1)
    found = down ** b[:, None] * up ** c[:, None] * rest ** same[:, None]
    return np.array(ways, dtype=float)[:, None] * found


def mcnemar_score(cases: int, delta: float) -> np.ndarray:
    """Tango's score of every table, its nuisance rate by a fine grid of likelihoods."""
    same, b, c, _ = all_tables(cases)
    down = np.linspace(max(0.0, -delta), (1 - delta) / 2, 20_001)
    up, rest = down + delta, np.maximum(1 - 2 * down - delta, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [np.nan_to_num(np.log(part), neginf=-1e9) for part in (down, up, rest)]
    fit = b[:, None] * logs[0] + c[:, None] * logs[1] + same[:, None] * logs[2]
    best = down[fit.argmax(axis=1)]
    variance = cases * (2 * best + delta - delta**2)
    return (c - b - cases * delta) / np.sqrt(np.maximum(variance, 1e-300))


def test_the_p_value_by_brute_force():
    """At 9 pairs, over 41 differences up to 0 and 801 nuisance rates.

    Those that matter for a verdict are the greatest at 0 itself, or near it.
    """
    cases = 9
    same, b, c, none = all_tables(cases)
    greatest = np.zeros(b.size)
    for delta in -(np.linspace(0, 0.99, 41) ** 2):
        low, high = max(0.0, -delta), (1 - delta) / 2
        down = low + (high - low) * np.sin(np.linspace(0, np.pi / 2, 801)) ** 2
        weight = chances(cases, down, down + delta)
        score = mcnemar_score(cases, delta)
        extreme = score[None, :] >= score[:, None] - 1e-3 * (1 + abs(score[:, None]))
        greatest = np.maximum(greatest, (extreme.astype(float) @ weight).max(axis=1))
    found = exact_pairs(same, b, c, none).p_value
    up = c > b
    small = up & (2 * greatest < 0.2)
    assert np.sum(small) > 10
    assert found[small] == pytest.approx(2 * greatest[small], rel=1e-4)


@pytest.mark.parametrize(("cases", "confidence"), [(6, 0.95), (12, 0.9), (17, 0.95)])
def test_coverage_and_error_by_enumeration(cases, confidence):
    tables = all_tables(cases)
    low, high, p_value = exact_pairs(*tables, confidence=confidence)
    rates = np.linspace(0, 1, 41)
    down, up = (part.ravel() for part in np.meshgrid(rates, rates))
    down, up = down[down + up <= 1 + 1e-9], up[down + up <= 1 + 1e-9]
    weight, truth = chances(cases, down, up), up - down
    above = (weight * (low[:, None] > truth + 1e-9)).sum(axis=0)
    below = (weight * (high[:, None] < truth - 1e-9)).sum(axis=0)
    assert max(above.max(), below.max()) <= (1 - confidence) / 2 + 1e-9
    assert np.array_equal((low > 0) | (high < 0), p_value < 1 - confidence)
    none = np.linspace(0, 0.5, 501)
    wrong = (chances(cases, none, none) * (low > 0)[:, None]).sum(axis=0)
    assert 0.3 * (1 - confidence) / 2 < wrong.max() <= (1 - confidence) / 2 + 1e-9


def test_limits_and_p_values_by_brute_force():
    """At 8 pairs, the order of the tables looked at anew at 1,601 differences.

    What is found there is a lower bound: the p-value leaps between two differences.
    """
    cases = 8
    same, b, c, none = all_tables(cases)
    found = exact_pairs(same, b, c, none)
    greatest, lowest = np.zeros(b.size), np.full(b.size, 1.0)
    for delta in np.linspace(-0.999, 0.999, 1601):
        least, most = max(0.0, -delta), (1 - delta) / 2
        down = least + (most - least) * np.sin(np.linspace(0, np.pi / 2, 121)) ** 2
        weight = chances(cases, down, down + delta)
        score = tango_score(b, c, cases, delta)
        extreme = score[None, :] >= score[:, None] - 1e-9 * (1 + abs(score[:, None]))
        chance = (extreme.astype(float) @ weight).max(axis=1)
        if delta <= 1e-12:
            greatest = np.maximum(greatest, chance)
        lowest = np.where(chance > 0.025, np.minimum(lowest, delta), lowest)
    rises = c > b
    # Never too low, never too narrow; and hardly more than it has to be.
    assert np.all(found.p_value[rises] >= np.minimum(2 * greatest, 1)[rises] - 1e-4)
    assert np.all(found.p_value[rises] <= np.minimum(2 * greatest, 1)[rises] + 5e-3)
    assert np.all(found.low <= lowest + 1e-6)
    assert np.all((found.low > lowest - 3e-3) | (found.low == -1))


def test_tangos_own_error_passes_the_level_at_17_pairs():
    low = tango(*all_tables(17)).low
    none = np.linspace(0, 0.5, 2001)
    wrong = (chances(17, none, none) * (low > 0)[:, None]).sum(axis=0).max()
    assert wrong == pytest.approx(0.0287, abs=5e-5)


def test_all_up_by_hand():
    """None down and 10 of 10 up: the lower limit is where ((1 + d) / 2)^10 is 0.025."""
    low, high, p_value = exact_pairs(0, 0, 10, 0)
    assert low == pytest.approx(2 * 0.025**0.1 - 1, abs=1e-6)
    assert high == 1
    assert p_value == pytest.approx(2 * 0.5**10, rel=1e-6)


def test_nothing_changed_and_no_pairs():
    low, high, p_value = exact_pairs(5, 0, 0, 5)
    assert (low, p_value) == (pytest.approx(-high), 1)
    assert np.isnan(exact_pairs(0, 0, 0, 0)).all()
    assert judge_pairs(0, 0, 0, 0) == "too_few"


def test_one_by_one_is_as_all_at_once():
    tables = np.array(all_tables(9))
    together = exact_pairs(*tables)
    for place in range(0, tables.shape[1], 5):
        alone = exact_pairs(*(int(part) for part in tables[:, place]))
        wanted = [float(part[place]) for part in together]
        assert alone == pytest.approx(wanted, abs=1e-7)


def test_many_pairs_are_near_tangos():
    """At 300 pairs the normal curve does well; ours allows for fewer that change."""
    counts = (120, 20, 45, 115)
    found, near = exact_pairs(*counts), tango(*counts)
    assert near.low - 0.01 < found.low < near.low
    assert near.high < found.high < near.high + 0.01
    assert near.p_value < found.p_value < 1.5 * near.p_value


def test_the_verdict_is_that_of_the_p_value():
    tables = all_tables(11)
    for confidence in (0.9, 0.95, 0.99):
        found = judge_pairs(*tables, confidence=confidence)
        beyond = exact_pairs(*tables, confidence=confidence).p_value < 1 - confidence
        wanted = np.where(tables[2] > tables[1], "improved", "worsened")
        assert np.array_equal(found, np.where(beyond, wanted, "uncertain"))
    assert set(judge_pairs(*tables, minimum=12).tolist()) == {"too_few"}


def test_one_blank_pair_can_take_a_verdict():
    """5 up and none down of 20: improved. One more down: the p-value is 0.12."""
    assert judge_pairs(8, 0, 5, 7) == "improved"
    assert judge_pairs(8, 1, 5, 6) == "uncertain"
    known = KnownPairs(8, 0, 5, 6, yes_unknown=1)
    assert all_pairs_survive_unknown([known]).tolist() == [False]
    firm = KnownPairs(8, 0, 5, 6, no_unknown=1)
    assert all_pairs_survive_unknown([firm]).tolist() == [True]


def every_filling(known: KnownPairs, confidence: float) -> bool:
    """The same by trying each unknown answer of each pair."""
    ways = {"yes_unknown": (0, 1), "no_unknown": (2, 3), "unknown_yes": (0, 2)}
    ways |= {"unknown_no": (1, 3), "unknown_unknown": (0, 1, 2, 3)}
    choices = []
    for name, cells in ways.items():
        more = (4,) if known.may_not_apply else ()
        choices += [cells + more] * getattr(known, name)
    options = {"confidence": confidence, "minimum": 8}
    wanted = judge_pairs(*known[:4], **options)
    for filling in product(*choices):
        counts = [*known[:4], 0]
        for cell in filling:
            counts[cell] += 1
        if judge_pairs(*counts[:4], **options) != wanted:
            return False
    return True


@pytest.mark.parametrize("may_not_apply", [False, True])
def test_every_filling_in_by_trying_them_all(may_not_apply):
    drawn = np.random.default_rng(4)
    tried = []
    for _ in range(40):
        cells = drawn.multinomial(12, [0.25, 0.1, 0.45, 0.2])
        unknown = drawn.multinomial(int(drawn.integers(1, 4)), [0.2] * 5)
        both, down, up, neither, *rest = map(int, (*cells, *unknown))
        known = KnownPairs(both, down, up, neither, *rest, may_not_apply=may_not_apply)
        found = all_pairs_survive_unknown([known], confidence=0.9, minimum=8)
        tried.append(every_filling(known, 0.9))
        assert found.tolist() == tried[-1:]
    assert set(tried) == {True, False}


@pytest.mark.parametrize("cases", [20, 40])
def test_what_chance_would_give_by_every_table(cases):
    """Two fifths of the pairs changed: as many up as down, a fifth each."""
    tables = all_tables(cases)
    beyond = judge_pairs(*tables) != "uncertain"
    wanted = float(chances(cases, np.array([0.2]), np.array([0.2]))[beyond].sum())
    assert 0.03 < wanted < 0.05
    moved = 3 * cases // 20, 5 * cases // 20
    found = expected_by_chance_pairs([moved[0]], [moved[1]], [cases])
    assert found == pytest.approx(wanted, abs=1e-9)


def test_what_chance_would_give_of_pairs_that_did_not_change_and_of_many():
    wanted = expected_by_chance_pairs([3], [5], [20])
    none_changed = expected_by_chance_pairs([3, 0, 0], [5, 0, 0], [20, 12, 0])
    assert none_changed == pytest.approx(wanted, abs=1e-9)
    many = expected_by_chance_pairs([20], [20], [150])
    assert 0.04 < many < 0.055


def test_a_negative_count_is_refused():
    with pytest.raises(UsageError, match="a negative count"):
        exact_pairs(1, -1, 1, 1)


def test_the_worked_example_of_tango_as_in_fagerland_lydersen_and_laake():
    """Bentur et al. 2009 in Fagerland et al. 2014: 1, 1, 7, 12."""
    low, high, p_value = tango(1, 7, 1, 12)
    assert (low, high) == pytest.approx((-0.517232276, -0.0260030317), abs=1e-8)
    assert p_value == pytest.approx(0.0338948535, abs=1e-9)
    assert tango(5, 0, 0, 5).p_value == 1
    assert tango(0, 0, 10, 0).high == 1
    assert np.isnan(tango(0, 0, 0, 0)).all()
