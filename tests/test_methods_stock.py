"""Two stocks: the exact interval against a brute force, its power, and its edges."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import hypergeom

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.exact import exact_difference
from taskforce_analysis.methods.outcomes import score_statistic
from taskforce_analysis.methods.stock import stock_difference


def brute_force(before, after, tail):
    """The least difference kept and the greatest p up to 0, over every K1 and K2."""
    (x1, n1, stock1), (x2, n2, stock2) = before, after
    steps, kept, greatest = max(stock1, stock2), [], 0.0
    weight1, weight2 = (
        max(stock - 1, 0.5) / max(stock - n, 0.5)
        for n, stock in ((n1, stock1), (n2, stock2))
    )
    i, j = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
    for k1 in range(stock1 + 1):
        for k2 in range(stock2 + 1):
            chance = np.outer(
                hypergeom.pmf(np.arange(n1 + 1), stock1, k1, n1),
                hypergeom.pmf(np.arange(n2 + 1), stock2, k2, n2),
            )
            if not chance[x1, x2]:
                continue
            difference = Fraction(k2, stock2) - Fraction(k1, stock1)
            delta = float(-((-difference * steps) // 1) / steps)
            delta = np.array(min(max(delta, 1e-9 - 1), 1 - 1e-9))
            score = score_statistic(
                i * weight1, n1 * weight1, j * weight2, n2 * weight2, delta
            )
            seen = score[x1, x2]
            p_value = chance[score >= seen - 1e-9 * max(1, abs(seen))].sum()
            greatest = max(greatest, p_value if difference <= 0 else 0)
            kept += [difference] if p_value > tail * (1 + 1e-9) else []
    return float(min(kept)), greatest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((2, 6, 10), (6, 7, 10)),
        ((0, 5, 13), (5, 5, 9)),
        ((1, 3, 21), (4, 6, 8)),
        ((3, 4, 4), (1, 5, 12)),
        ((4, 8, 9), (4, 8, 15)),
        ((0, 1, 1), (1, 2, 20)),
    ],
)
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_by_every_pair_of_stocks(before, after, confidence):
    tail = (1 - confidence) / 2
    low, not_improved = brute_force(before, after, tail)
    first, second = ((n - x, n, stock) for x, n, stock in (before, after))
    high, not_worsened = brute_force(first, second, tail)
    p_value = min(1, 2 * min(not_improved, not_worsened))
    found = stock_difference(before, after, confidence=confidence)
    assert found == pytest.approx((low, -high, p_value), abs=1e-9)


def test_unlike_stocks_of_many_cases():
    """Steps of 1/512 hold several differences; the limits are whole cases."""
    low, high, p_value = stock_difference((30, 60, 1500), (55, 70, 901))
    whole = 1500 * 901
    assert low * whole == pytest.approx(round(low * whole), abs=1e-6)
    assert high * whole == pytest.approx(round(high * whole), abs=1e-6)
    near = exact_difference(30, 60, 55, 70)
    assert near.low < low < low + 0.2 < high < near.high
    assert p_value < near.p_value


@pytest.mark.parametrize(("stock", "power"), [(40, 0.759), (60, 0.583)])
def test_power_size_and_coverage_by_every_outcome(stock, power):
    """20 of each seen; 40 against 70 per cent of the cases in the two stocks."""
    i, j = np.meshgrid(np.arange(21), np.arange(21), indexing="ij")
    low, high, p_value = stock_difference((i, 20, stock), (j, 20, stock))
    up = (low > 0).astype(float)
    compliant = np.arange(stock + 1)
    chance = hypergeom.pmf(np.arange(21)[:, None], stock, compliant, 20)
    found = np.einsum("ia,ij,jb->ab", chance, up, chance)
    assert found[4 * stock // 10, 7 * stock // 10] == pytest.approx(power, abs=5e-4)
    assert np.diag(found).max() <= 0.025
    truth = (compliant[None, :] - compliant[:, None]) / stock
    held = (low[..., None, None] <= truth + 1e-9) & (
        high[..., None, None] >= truth - 1e-9
    )
    assert np.einsum("ia,ijab,jb->ab", chance, held.astype(float), chance).min() >= 0.95
    assert np.array_equal((low > 0) | (high < 0), p_value < 0.05)
    practice = exact_difference(i, 20, j, 20)
    assert np.all(high - low <= practice.high - practice.low)


def test_endless_stocks_are_practice():
    """8 of 20 and 14 of 20, of a hundred thousand each: -0.0237 to 0.5804, p 0.0703."""
    found = stock_difference((8, 20, 100_000), (14, 20, 100_000))
    assert found == pytest.approx(exact_difference(8, 20, 14, 20), abs=2e-4)


def test_a_stock_seen_whole_leaves_nothing_open():
    assert stock_difference((8, 20, 20), (14, 20, 20)) == pytest.approx((0.3, 0.3, 0))
    assert stock_difference((8, 20, 20), (8, 20, 20)) == (0, 0, 1)
    one = stock_difference((8, 20, 20), (14, 20, 60))
    both = stock_difference((8, 20, 60), (14, 20, 60))
    assert both.low < one.low <= one.high < both.high
    # Of the 60 no fewer than the 14 that were seen can be compliant.
    assert one.low >= 14 / 60 - 0.4


def test_what_is_not_known_and_what_cannot_be():
    assert np.isnan(stock_difference((0, 0, 5), (1, 2, 5))).all()
    assert np.isnan(stock_difference((1, 2, np.nan), (1, 2, 5))).all()
    found = stock_difference(([8, 0], 20, 60), (14, [20, 20], 60))
    assert found.low[0] == stock_difference((8, 20, 60), (14, 20, 60)).low
    with pytest.raises(UsageError, match="a stock smaller than the sample"):
        stock_difference((8, 20, 19), (14, 20, 60))
