"""Two stocks of cases of known size: the difference between them, exactly.

Of N cases that there were in a phase, n were drawn and reviewed; how many of all N are
compliant is a whole number, K, and nothing else is unknown. The difference of two
stocks is K2/N2 - K1/N1. A pair (K1, K2) is kept where a draw as extreme as the one that
was seen is not too rare; the limits are the outermost differences that are kept, and
the p-value of "not improved" is the greatest over all pairs that differ by 0 or less.
Interval and p-value cannot disagree then (nearest source: Krishnamoorthy and Thomson
2002, Am Stat 56:215, who test without inverting).

"As extreme" needs an order of the outcomes, and any order is exact. It is that of the
score against an assumed difference, with the variance that drawing without putting back
leaves. The assumed difference is the upper end of a step of one case of the larger
stock, or of 1/512. Within a step the order stays, and the chance of the extreme
outcomes rises with K2 and falls with K1. So a block of steps and of K1 is left out
whole where its most extreme corner is rare: what is left is looked at pair by pair.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods import stocks
from taskforce_analysis.methods.counts import (
    Comparison,
    Shaped,
    both_known,
    check_confidence,
    least_extreme,
    vectorised,
)
from taskforce_analysis.methods.outcomes import score_statistic

STEPS = 512  # at most so many orders to a difference of 1
FIRST = 16  # blocks to a side when the search begins
TIE = 1e-9  # relative: scores this near count as equal


@stocks.register(
    "two_stocks",
    label={
        "da": "eksakt interval og test for forskellen mellem to bestande af sager",
        "en": "exact interval and test of the difference between two stocks of cases",
    },
    reference="Krishnamoorthy and Thomson 2002, Am Stat 56:215",
    meant_for="two phases, each drawn from a stock of known size",
)
def stock_difference(
    before: tuple[ArrayLike, ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike, ArrayLike],
    *,
    confidence: float = 0.95,
) -> Comparison:
    """The exact interval of the difference between two stocks, and its two-sided p.

    Each phase is (compliant, applicable, population); the difference is after minus
    before, as a share. Where both stocks were seen whole it is that of `census`. Not a
    number without applicable cases; UsageError where a stock is smaller than its
    sample.
    Nearest source: Krishnamoorthy and Thomson 2002.

    >>> low, high, p_value = stock_difference((8, 20, 60), (14, 20, 60))
    >>> round(low, 4), round(high, 4), round(p_value, 4)
    (0.0333, 0.5333, 0.028)
    """
    tail = (1 - check_confidence(confidence)) / 2

    def rows(*counts: np.ndarray) -> Comparison:
        x1, n1, stock1, x2, n2, stock2 = counts
        known = both_known(x1, n1, x2, n2) & ~np.isnan(stock1 + stock2)
        if np.any((stock1 < n1)[known]) or np.any((stock2 < n2)[known]):
            raise wrong_use(
                "a stock smaller than the sample",
                "Give the number of all cases there are",
            )
        found = np.full((3, x1.size), np.nan)
        for place in np.flatnonzero(known):
            whole = (int(part[place]) for part in counts)
            found[:, place] = _compared(_Draw(*whole), tail)
        return Comparison(*found)

    return vectorised(rows, *before, *after)


def stock_rises(
    before: tuple[ArrayLike, ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike, ArrayLike],
    *,
    confidence: float = 0.95,
) -> Shaped:
    """Whether the second of two stocks is above the first, by `stock_difference`.

    Counts as there; no limits are worked out. False without applicable cases.

    >>> stock_rises(([8, 8], 20, 60), ([14, 10], 20, 60)).tolist()
    [True, False]
    """
    size = 1 - check_confidence(confidence)

    def rows(*counts: np.ndarray) -> np.ndarray:
        found = np.zeros(counts[0].size, dtype=bool)
        for place in np.flatnonzero(both_known(*(counts[at] for at in (0, 1, 3, 4)))):
            draw = _Draw(*(int(part[place]) for part in counts))
            if draw.x2 * draw.n1 <= draw.x1 * draw.n2:
                continue
            is_whole = (draw.n1, draw.n2) == (draw.stock1, draw.stock2)
            search = None if is_whole else _Search(draw.canonical)
            chance = search.greatest_p(enough=size / 2) if search else 0.0
            found[place] = 2 * chance < size
        return found

    return vectorised(rows, *before, *after)


@stocks.register(
    "census",
    label={"da": "optælling af alle sager", "en": "count of all cases"},
    reference="Ankestyrelsen 2006, Effektmåling af praksisundersøgelser, kap. 5",
    meant_for="two phases in which every case there was is reviewed",
)
def census(
    compliant_before: float,
    cases_before: float,
    compliant_after: float,
    cases_after: float,
) -> Comparison:
    """The difference where all cases were reviewed: it is known.

    Both limits are the difference; the p-value is 0, or 1 where there is none.

    >>> census(4, 20, 10, 20)
    Comparison(low=0.3, high=0.3, p_value=0.0)
    """
    above = compliant_after * cases_before - compliant_before * cases_after
    difference = above / (cases_before * cases_after)
    return Comparison(difference, difference, float(above == 0))


class _Draw(NamedTuple):
    """What was drawn from two stocks, in whole cases."""

    x1: int
    n1: int
    stock1: int
    x2: int
    n2: int
    stock2: int

    @property
    def mirrored(self) -> "_Draw":
        """Yes and no exchanged: the difference has the other sign."""
        x1, n1, stock1, x2, n2, stock2 = self
        return _Draw(n1 - x1, n1, stock1, n2 - x2, n2, stock2)

    @property
    def canonical(self) -> "_Draw":
        """The smaller stock first: phases swapped and yes and no exchanged, if need be.

        The difference stays as it is.
        """
        x1, n1, stock1, x2, n2, stock2 = self
        turned = _Draw(n2 - x2, n2, stock2, n1 - x1, n1, stock1)
        return min(self, turned, key=lambda one: (one.stock1, one.n1, one.x1))


def _compared(draw: _Draw, tail: float) -> Comparison:
    """Both limits and the p-value; the upper limit is the lower one of the mirror."""
    if (draw.n1, draw.n2) == (draw.stock1, draw.stock2):
        return census(draw.x1, draw.n1, draw.x2, draw.n2)
    low, not_improved = _one_side(draw.canonical, tail)
    high, not_worsened = _one_side(draw.mirrored.canonical, tail)
    return Comparison(low, -high, min(1.0, 2 * min(not_improved, not_worsened)))


@lru_cache(4096)
def _one_side(draw: _Draw, tail: float) -> tuple[float, float]:
    """The lower limit, and the p-value of "not improved" where it is under a half."""
    search = _Search(draw)
    return search.lowest_kept(tail), search.greatest_p()


class _Blocks(NamedTuple):
    """Blocks of steps and of numbers K1, each by its first and last, both included."""

    first: np.ndarray
    last: np.ndarray
    least: np.ndarray
    most: np.ndarray

    def take(self, chosen: np.ndarray) -> "_Blocks":
        """The blocks of this mask."""
        return _Blocks(*(part[chosen] for part in self))

    @property
    def single(self) -> bool:
        """Whether each is one step and one number."""
        return bool(np.all((self.first == self.last) & (self.least == self.most)))


class _Search:
    """The pairs (K1, K2) that could have given what was seen, step by step."""

    def __init__(self, draw: _Draw) -> None:
        self.draw = draw
        self.steps = min(draw.stock2, STEPS)
        # Fewer compliant than were seen there cannot be, nor fewer of the others.
        self.least1, self.most1 = draw.x1, draw.stock1 - (draw.n1 - draw.x1)
        self.least2, self.most2 = draw.x2, draw.stock2 - (draw.n2 - draw.x2)
        first = self._step_of(self.most1, self.least2)
        self.first, self.last = first, self._step_of(self.least1, self.most2)
        self.nought = -first  # the place of the step that ends at a difference of 0
        self.stairs = [self._staircases()]
        while len(self.stairs[-1]) > 1:
            # What is extreme in one step of two at least: the lower of two staircases.
            lower = self.stairs[-1]
            odd = lower[-1:] if len(lower) % 2 else lower[:0]
            self.stairs.append(
                np.concatenate([np.minimum(lower[:-1:2], lower[1::2]), odd])
            )

    def _step_of(self, k1: int, k2: int) -> int:
        """The step of this pair's difference, by its upper end in units of 1/steps."""
        draw = self.draw
        above = (k2 * draw.stock1 - k1 * draw.stock2) * self.steps
        return -(-above // (draw.stock1 * draw.stock2))

    def _greatest(self, place: np.ndarray, k1: np.ndarray) -> np.ndarray:
        """The greatest K2 whose difference from K1 is no higher than the step's end."""
        stock1, stock2 = self.draw.stock1, self.draw.stock2
        above = (self.first + place) * stock1 + k1 * self.steps
        return stock2 * above // (self.steps * stock1)

    def _staircases(self) -> np.ndarray:
        """Per step, for each i of n1 the least j at least as extreme as what was seen.

        The score rises with j and falls with i (Miettinen and Nurminen 1985); cases
        drawn without putting back count for more, by (N - 1) / (N - n).
        """
        draw = self.draw
        delta = (np.arange(self.first, self.last + 1) / self.steps)[:, None]
        delta = np.clip(delta, 1e-9 - 1, 1 - 1e-9)
        weight1 = max(draw.stock1 - 1, 0.5) / max(draw.stock1 - draw.n1, 0.5)
        weight2 = max(draw.stock2 - 1, 0.5) / max(draw.stock2 - draw.n2, 0.5)
        sizes = np.array([draw.n1 * weight1]), np.array([draw.n2 * weight2])

        def score(i: np.ndarray, j: np.ndarray) -> np.ndarray:
            return score_statistic(i * weight1, sizes[0], j * weight2, sizes[1], delta)

        seen = score(np.array([draw.x1]), np.array([draw.x2]))
        enough = seen - TIE * np.maximum(1.0, np.abs(seen))
        i = np.arange(draw.n1 + 1)
        top = np.full((delta.size, i.size), draw.n2)
        return least_extreme(lambda j: score(i, j) >= enough, top)

    def _chance(self, stairs: np.ndarray, k1: np.ndarray, k2: np.ndarray) -> np.ndarray:
        """The chance of each staircase when so many are compliant in the two stocks."""
        draw = self.draw
        own1, place1 = np.unique(k1, return_inverse=True)
        own2, place2 = np.unique(k2, return_inverse=True)
        weights = _chances(draw.n1, draw.stock1, own1)
        tails = np.zeros((own2.size, draw.n2 + 2))
        after = _chances(draw.n2, draw.stock2, own2)
        tails[:, :-1] = after[:, ::-1].cumsum(axis=1)[:, ::-1]
        return np.einsum("ri,ri->r", weights[place1], tails[place2[:, None], stairs])

    def _bound(self, blocks: _Blocks, level: int) -> np.ndarray:
        """What no chance in a block exceeds: that of its most extreme corner."""
        k2 = np.minimum(self._greatest(blocks.last, blocks.most), self.most2)
        stairs = self.stairs[level][blocks.first >> level]
        found = np.zeros(k2.size)
        some = k2 >= self.least2
        found[some] = self._chance(stairs[some], blocks.least[some], k2[some])
        return found

    def pairs(self, place: np.ndarray, k1: np.ndarray) -> np.ndarray:
        """The p-value of the most extreme pair of each step and K1; 0 without any."""
        k2 = np.minimum(self._greatest(place, k1), self.most2)
        some = (k2 >= self.least2) & (k2 > self._greatest(place - 1, k1))
        found = np.zeros(k2.size)
        found[some] = self._chance(self.stairs[0][place[some]], k1[some], k2[some])
        return found

    def greatest_p(self, enough: float = 0.5) -> float:
        """The greatest p-value of all pairs that differ by 0 or less.

        Where one reaches `enough`, it will do.
        """
        if self.nought < 0:
            return 0.0
        last = min(self.nought, self.last - self.first)
        spread = np.unique(
            np.linspace(self.least1, self.most1, 4 * FIRST).round().astype(int)
        )
        best = float(self.pairs(np.full(spread.size, last), spread).max())
        blocks, level = self._begin(last)
        while blocks.first.size and best < enough:
            blocks = blocks.take(self._bound(blocks, level) > best)
            best = max(best, self._seen(blocks).max(initial=0.0))
            if blocks.single:
                break
            blocks, level = self._split(blocks, level)
        return best

    def lowest_kept(self, tail: float) -> float:
        """The least difference of a pair whose p-value exceeds `tail`."""
        # Ties of chance and tail are kept, as in the other exact methods.
        tail *= 1 + 1e-9
        lowest = self.last - self.first
        blocks, level = self._begin(lowest)
        while blocks.first.size:
            blocks = blocks.take(blocks.first <= lowest)
            blocks = blocks.take(self._bound(blocks, level) > tail)
            kept = self._seen(blocks) > tail
            lowest = int(blocks.last[kept].min(initial=lowest))
            if blocks.single:
                break
            blocks, level = self._split(blocks, level)
        k1 = np.arange(self.least1, self.most1 + 1)
        place = np.full(k1.size, lowest)
        k1 = k1[self.pairs(place, k1) > tail]
        return self._least_difference(lowest, k1, tail)

    def _least_difference(self, step: int, k1: np.ndarray, tail: float) -> float:
        """The least difference kept in a step, by halving over K2 for each K1."""
        place = np.full(k1.size, step)
        high = np.minimum(self._greatest(place, k1), self.most2)
        low = np.maximum(self._greatest(place - 1, k1) + 1, self.least2)
        while np.any(low < high):
            middle = (low + high) // 2
            chance = self._chance(self.stairs[0][place], k1, middle)
            low = np.where(chance > tail, low, middle + 1)
            high = np.where(chance > tail, middle, high)
        stock1, stock2 = self.draw.stock1, self.draw.stock2
        return float((high * stock1 - k1 * stock2).min() / (stock1 * stock2))

    def _seen(self, blocks: _Blocks) -> np.ndarray:
        """The p-value of one pair of each block."""
        return self.pairs(blocks.last, blocks.most)

    def _begin(self, last: int) -> tuple[_Blocks, int]:
        """All steps up to `last` and all K1, in some blocks."""
        level = max(0, int(np.ceil(np.log2((last + 1) / FIRST))))
        starts = np.arange(0, last + 1, 2**level)
        edges = np.linspace(self.least1, self.most1 + 1, FIRST + 1).round().astype(int)
        edges = np.unique(edges)
        first, least = (one.ravel() for one in np.meshgrid(starts, edges[:-1]))
        _, most = (one.ravel() for one in np.meshgrid(starts, edges[1:] - 1))
        end = np.minimum(first + 2**level - 1, last)
        return _Blocks(first, end, least, most), level

    def _split(self, blocks: _Blocks, level: int) -> tuple[_Blocks, int]:
        """Each block in two or four; the steps at the next lower level."""
        if level:
            level -= 1
            half = blocks.first + 2**level
            right = blocks._replace(first=half).take(half <= blocks.last)
            left = blocks._replace(last=np.minimum(half - 1, blocks.last))
            blocks = _Blocks(*map(np.concatenate, zip(left, right, strict=True)))
        middle = (blocks.least + blocks.most) // 2
        right = blocks._replace(least=middle + 1).take(middle < blocks.most)
        left = blocks._replace(most=middle)
        return _Blocks(*map(np.concatenate, zip(left, right, strict=True))), level


def _chances(drawn: int, stock: int, compliant: np.ndarray) -> np.ndarray:
    """The hypergeometric chances of 0 to `drawn` compliant: (compliant, drawn + 1)."""
    logs = _log_factorials(stock)

    def log_choose(whole: np.ndarray, part: np.ndarray) -> np.ndarray:
        return logs[whole] - logs[part] - logs[whole - part]

    count, yes = np.arange(drawn + 1), compliant[:, None]
    possible = (count <= yes) & (drawn - count <= stock - yes)
    count = np.where(possible, count, np.minimum(drawn, yes))
    rest = np.clip(drawn - count, 0, stock - yes)
    found = log_choose(yes, count) + log_choose(stock - yes, rest)
    whole, part = np.array(stock), np.array(drawn)
    return np.where(possible, np.exp(found - log_choose(whole, part)), 0.0)


@lru_cache(32)
def _log_factorials(largest: int) -> np.ndarray:
    """The logarithms of 0! to `largest`!."""
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, largest + 1.0)))))
