"""How often each interval holds the truth, worked out from every outcome there can be.

Nothing is simulated: the chance of every outcome is summed, over a grid of true rates
(of a stock: over everything that it may hold). Each part prints its rows as they are
worked out, so that what is finished can be told before the rest is:

    python -P benchmarks/coverage.py default             # every size from 5 to 30
    python -P benchmarks/coverage.py default --to 12     # a quick look
    python -P benchmarks/coverage.py large pairs stocks rates
    python -P benchmarks/coverage.py peers               # hours: the witnesses as well

How often an index errs is worked out by index_coverage.py.
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
REST = [path for path in sys.path if Path(path).resolve() != HERE]
sys.path[:] = [str(HERE.parent), str(HERE.parent / "tests"), *REST]

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import witnesses  # pyright: ignore[reportMissingImports]
from scipy.special import bdtr, gammaln

from taskforce_analysis.methods import method
from taskforce_analysis.methods.counts import probabilities
from taskforce_analysis.methods.exact import FEW, exact_difference, is_improved
from taskforce_analysis.methods.outcomes import Rows
from taskforce_analysis.methods.paired import exact_pairs
from taskforce_analysis.methods.rates import clopper_pearson, wilson
from taskforce_analysis.methods.stock import stock_difference

LEVELS = (0.95, 0.9, 0.99)
GRID = 200  # steps of the true rates, so that the true differences lie on it too
COMMON = np.linspace(0, 1, 1001)  # true rates where nothing has changed
# Two sizes, and the highest true rate that is looked at: of many cases the method errs
# most near 0 and 1 (high rates are low ones with yes and no exchanged), and there only
# few of the outcomes have a chance.
LARGE = (
    (20, 381, 1.0),
    (20, 2000, 1.0),
    (101, 400, 0.05),
    (101, 1000, 0.05),
    (201, 201, 0.05),
    (201, 400, 0.05),
    (201, 2000, 0.05),
    (201, 20_000, 0.05),
    (2000, 2000, 0.05),
)
LEAST_RATE = 0.0005
CHECKED = 400  # tables of a large size in which interval and p are held together
STOCKS = (
    ((30, 30), (10, 10)),
    ((30, 30), (20, 20)),
    ((60, 60), (20, 20)),
    ((30, 200), (20, 20)),
    ((60, 143), (20, 30)),
    ((40, 60), (40, 20)),
    ((100, 100), (20, 20)),
    ((200, 100), (10, 40)),
    ((200, 200), (20, 20)),
    ((200, 200), (40, 40)),
)
SLOW = witnesses.two_rates.agresti_min  # 50 ms a table: up to these sizes, two pairs
SLOW_LAST, SLOW_MORE = 15, ((7, 23), (20, 20))


def label(name: str) -> str:
    """What reports call a method of the tool."""
    entry = method(name)
    assert entry is not None
    return entry.label["en"]


INTERVALS = {
    label("wilson"): wilson,
    label("clopper_pearson"): clopper_pearson,
    **witnesses.INTERVALS,
}


class Found(NamedTuple):
    """What a method did at one pair of sizes, or at several."""

    least: float  # coverage
    mean: float
    side: float  # the greatest chance that the interval lies wholly on one side
    improved: float  # the greatest chance of a wrong verdict, in either direction
    worsened: float
    incoherent: int  # tables in which interval and p-value disagree

    @classmethod
    def of(cls, some: Iterable["Found"]) -> "Found":
        """The worst of several."""
        least, mean, side, up, down, wrong = zip(*some, strict=True)
        most = max(side), max(up), max(down)
        return cls(min(least), float(np.mean(mean)), *most, sum(wrong))

    @property
    def row(self) -> str:
        """The cells of a table, by HEADING."""
        least, mean, *most, wrong = self
        parts = [f"{least:.4f}", f"{mean:.4f}", *(f"{one:.6f}" for one in most)]
        return " | ".join([*parts, str(wrong)])


HEADING = (
    "| what | level | least coverage | mean coverage | greatest miss on one side |"
    ' greatest error "improved" | "worsened" | incoherent tables |\n'
    "|---|---|---|---|---|---|---|---|"
)


def disagreeing(found: tuple, confidence: float) -> int:
    """In how many tables the interval leaves out 0 and p says no, or the reverse."""
    low, high, p_value = found
    return int(np.sum(((low > 0) | (high < 0)) != (p_value < 1 - confidence)))


# Two rates, few cases: every table and every pair of true rates.


def all_tables(n1: int, n2: int) -> tuple[np.ndarray, ...]:
    i, j = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
    return i.ravel(), np.full(i.size, n1), j.ravel(), np.full(i.size, n2)


@lru_cache(128)
def chances(cases: int, steps: int) -> np.ndarray:
    """The chance of each count at each of the true rates: (counts, steps + 1)."""
    rates = np.linspace(0, 1, steps + 1)[None, :]
    return probabilities(np.array([float(cases)]), rates)[:, 0, :]


def missed(low: np.ndarray) -> np.ndarray:
    """The chance that the lower limit is above the truth, per pair of true rates."""
    first, second = (chances(size - 1, GRID) for size in low.shape)
    truths = np.arange(-GRID, GRID + 1) / GRID
    place = np.arange(GRID + 1)[None, :] - np.arange(GRID + 1)[:, None] + GRID
    found = np.zeros(place.shape)
    for weight, limits in zip(first, low, strict=True):
        over = second.T @ (limits[:, None] > truths + 1e-9).astype(float)
        found += weight[:, None] * np.take_along_axis(over, place.T, axis=1).T
    return found


def verdict_error(region: np.ndarray) -> float:
    """The greatest chance of this region where both true rates are the same."""
    first, second = (chances(size - 1, COMMON.size - 1) for size in region.shape)
    return float(np.sum(first * (region.astype(float) @ second), axis=0).max())


def examine(interval: Callable[..., tuple], n1: int, n2: int, level: float) -> Found:
    found = interval(*all_tables(n1, n2), confidence=level)
    low, high = (np.reshape(part, (n1 + 1, n2 + 1)) for part in found[:2])
    # Yes and no exchanged, the upper limit is a lower one.
    below, above = missed(low), missed(-high[::-1, ::-1])[::-1, ::-1]
    return spread(
        (below, above),
        errors=(verdict_error(low > 0), verdict_error(high < 0)),
        wrong=disagreeing(found, level) if len(found) == 3 else 0,
    )


def spread(
    sides: tuple[np.ndarray, np.ndarray], *, errors: tuple[float, float], wrong: int
) -> Found:
    """What was found, from the chance of missing on either side at every truth."""
    held = 1 - sides[0] - sides[1]
    side = max(float(one.max()) for one in sides)
    return Found(float(held.min()), float(held.mean()), side, *errors, wrong)


def default(last: int) -> Iterator[str]:
    pairs = [(a, b) for a in range(5, last + 1) for b in range(a, last + 1)]
    for level in LEVELS:
        found = Found.of(examine(exact_difference, *pair, level) for pair in pairs)
        what = f"{len(pairs)} pairs of sizes, 5 to {last}"
        yield f"| {what} | {level:.0%} | {found.row} |"


# Two rates, many cases: by the outcomes that reject a true difference.


def large(_: int) -> Iterator[str]:
    for level in LEVELS:
        for n1, n2, highest in LARGE:
            found = examine_large((n1, n2), highest, level)
            truths = f"true rates {LEAST_RATE:.2%} to {highest:.0%} and mirrored"
            truths = "all true rates" if highest == 1 else truths
            yield f"| {n1} and {n2}, {truths} | {level:.0%} | {found.row} |"


def examine_large(sizes: tuple[int, int], highest: float, level: float) -> Found:
    """The verdict's errors and the coverage where nothing has changed.

    The lower limit rises with the number after and falls with that before, so for each
    number before the least number after that is judged improved tells all of them.
    Outcomes that have together less than a millionth of a chance count as errors.
    """
    tail = (1 - level) / 2
    rates = small_rates(highest)
    most = [reach(cases, highest) for cases in sizes]
    up = rejected_chance(sizes, most, tail=tail, rates=rates, turned=False)
    down = rejected_chance(sizes, most, tail=tail, rates=rates, turned=True)
    # Yes and no exchanged, improved is worsened: at high rates the same, mirrored.
    error = float(max(up.max(), down.max()))
    return spread(
        (up, down), errors=(error, error), wrong=incoherent(sizes, most, level)
    )


def small_rates(highest: float) -> np.ndarray:
    """True rates, equally dense in their logarithm; of all, from both ends and between.

    On a grid of 0.005 the errors at 20 and 2,000 are a quarter of what they are.
    """
    if highest < 1:
        return np.exp(np.linspace(np.log(LEAST_RATE), np.log(highest), 201))
    ends = np.exp(np.linspace(np.log(LEAST_RATE / 50), np.log(0.05), 801))
    return np.unique(np.concatenate((ends, 1 - ends, COMMON)))


def reach(cases: int, rate: float) -> int:
    """A count that fewer than one in ten million exceed at this rate."""
    counts = np.arange(cases + 1)
    return int(np.searchsorted(bdtr(counts, cases, rate), 1 - 1e-7))


def rejected_chance(
    sizes: tuple[int, int],
    most: list[int],
    *,
    tail: float,
    rates: np.ndarray,
    turned: bool,
) -> np.ndarray:
    """The chance of a wrong verdict at each rate, before and after the same.

    `turned`: "worsened", which is "improved" with yes and no exchanged.
    """
    n1, n2 = sizes
    first = np.arange(most[0] + 1)
    weight = np.exp(log_binomial(first, n1, rates))
    step = {"n1": n1, "n2": n2, "tail": tail, "turned": turned}
    least = boundary(first, most[1], partial(is_rejected, **step), rising=not turned)
    # Improved: this many after and more; worsened: this many and fewer.
    if turned:
        chance = np.where(least < 0, 0.0, bdtr(np.maximum(least, 0), n2, rates))
    else:
        chance = 1 - np.where(least < 1, 0.0, bdtr(np.maximum(least - 1, 0), n2, rates))
    beyond = 1 - bdtr(most[0], n1, rates)
    return np.sum(weight * chance, axis=0) + np.maximum(beyond, 0)


def log_binomial(count: np.ndarray, cases: int, rates: np.ndarray) -> np.ndarray:
    """The logarithm of the chance of each count at each rate: (counts, rates)."""
    count = count[:, None]
    ways = gammaln(cases + 1) - gammaln(count + 1) - gammaln(cases - count + 1)
    rates = np.clip(rates, 1e-300, 1 - 1e-16)
    return ways + count * np.log(rates) + (cases - count) * np.log1p(-rates)


def boundary(
    first: np.ndarray,
    most: int,
    rejected: Callable[[int, int], bool],
    *,
    rising: bool,
) -> np.ndarray:
    """For each number before, the number after at which the verdict begins: (i, 1).

    Rising: the least that is improved, `most` + 1 where none is; else the greatest
    that is worsened, -1 where none is. Neither falls as the number before grows, so
    each is sought from the one before.
    """
    found, here = [], 0 if rising else -1
    for i in first.tolist():
        stride = 1
        if rising:
            low, high = here, here
            while high <= most and not rejected(i, high):
                low, high, stride = high + 1, high + stride, stride * 2
            high = min(high, most + 1)
            while low < high:
                middle = (low + high) // 2
                low, high = (low, middle) if rejected(i, middle) else (middle + 1, high)
            here = low
        else:
            low, high = here, here + 1
            while high <= most and rejected(i, high):
                low, high, stride = high, high + stride, stride * 2
            high = min(high, most + 1)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if rejected(i, middle) else (low, middle)
            here = low
        found.append(here)
    return np.array(found)[:, None]


def is_rejected(i: int, j: int, *, n1: int, n2: int, tail: float, turned: bool) -> bool:
    """Whether the outcome has the verdict improved (turned: worsened)."""
    counts = (n1 - i, n1, n2 - j, n2) if turned else (i, n1, j, n2)
    x1, _, x2, _ = counts
    if x2 * n1 <= x1 * n2:
        return False
    rows = Rows(*(np.array([float(one)]) for one in counts))
    return bool(is_improved(rows, 2 * tail, confined=False)[0])


def incoherent(sizes: tuple[int, int], most: list[int], level: float) -> int:
    """In how many of some tables, drawn from a fixed seed, interval and p disagree.

    Of many cases a table takes a second, so a few of them are drawn.
    """
    n1, n2 = sizes
    random = np.random.default_rng(1)
    number = CHECKED if (n1 + 1) * (n2 + 1) <= FEW else 4
    x1, x2 = (random.integers(0, one + 1, number) for one in most)
    found = exact_difference(x1, n1, x2, n2, confidence=level)
    return disagreeing(found, level)


# Pairs: every table, and every share that goes down and up.


def pairs(last: int) -> Iterator[str]:
    sizes = range(5, max(last, 40) + 1) if last >= 30 else range(5, last + 1)
    for level in LEVELS:
        found = Found.of(examine_pairs(cases, level) for cases in sizes)
        yield f"| {sizes[0]} to {sizes[-1]} pairs | {level:.0%} | {found.row} |"


def examine_pairs(cases: int, level: float, steps: int = 60) -> Found:
    down, up = (one.ravel() for one in np.indices((cases + 1, cases + 1)))
    down, up = down[down + up <= cases], up[down + up <= cases]
    rest = cases - down - up
    found = exact_pairs(rest, down, up, np.zeros(rest.size), confidence=level)
    shares = np.linspace(0, 1, steps + 1)
    falls, rises = (one.ravel() for one in np.meshgrid(shares, shares))
    possible = falls + rises <= 1 + 1e-9
    falls, rises = falls[possible], rises[possible]
    ways = gammaln(cases + 1) - gammaln(down + 1) - gammaln(up + 1) - gammaln(rest + 1)

    def weight(falls: np.ndarray, rises: np.ndarray) -> np.ndarray:
        shares = np.stack([falls, rises, np.maximum(1 - falls - rises, 0)])
        logs = np.log(np.maximum(shares, 1e-300))
        return np.exp(np.stack([down, up, rest], axis=1) @ logs + ways[:, None])

    chance, truth = weight(falls, rises), rises - falls
    below = np.sum(chance * (found.low[:, None] > truth + 1e-9), axis=0)
    above = np.sum(chance * (found.high[:, None] < truth - 1e-9), axis=0)
    half = np.linspace(0, 0.5, 501)
    nothing = weight(half, half)
    errors = [float((side @ nothing).max()) for side in (found.low > 0, found.high < 0)]
    wrong = disagreeing(found, level)
    return spread((below, above), errors=(errors[0], errors[1]), wrong=wrong)


# Two stocks: every draw, and everything that the stocks may hold.


def stocks(_: int) -> Iterator[str]:
    for level in LEVELS:
        for whole, drawn in STOCKS:
            found = examine_stocks(whole, drawn, level)
            what = (
                f"stocks of {whole[0]} and {whole[1]}, {drawn[0]} and {drawn[1]} seen"
            )
            yield f"| {what} | {level:.0%} | {found.row} |"


def examine_stocks(
    whole: tuple[int, int], drawn: tuple[int, int], level: float
) -> Found:
    i, j = (one.ravel() for one in np.indices((drawn[0] + 1, drawn[1] + 1)))
    before, after = ((i, drawn[0], whole[0]), (j, drawn[1], whole[1]))
    found = stock_difference(before, after, confidence=level)
    shape = (drawn[0] + 1, drawn[1] + 1)
    low, high = (np.reshape(part, shape) for part in found[:2])
    first, second = (hypergeometric(*one) for one in zip(whole, drawn, strict=True))
    held = [np.arange(one + 1) / one for one in whole]
    truth = held[1][None, :] - held[0][:, None]
    below, above = np.zeros(truth.shape), np.zeros(truth.shape)
    for weight, lows, highs in zip(first, low, high, strict=True):
        over, under = np.zeros(truth.shape), np.zeros(truth.shape)
        for chance, least, most in zip(second, lows, highs, strict=True):
            over += chance * (least > truth + 1e-9)
            under += chance * (most < truth - 1e-9)
        below += weight[:, None] * over
        above += weight[:, None] * under
    # A verdict that is wrong: improved where the truth is no rise at all.
    errors = []
    for region, wrong in ((low > 0, truth <= 1e-9), (high < 0, truth >= -1e-9)):
        chance = first.T @ region.astype(float) @ second
        errors.append(float(chance[wrong].max()))
    wrong = disagreeing(found, level)
    return spread((below, above), errors=(errors[0], errors[1]), wrong=wrong)


def hypergeometric(whole: int, drawn: int) -> np.ndarray:
    """The chance of each count for each number held: (drawn + 1, whole + 1)."""
    count, yes = np.arange(drawn + 1)[:, None], np.arange(whole + 1)[None, :]
    possible = (count <= yes) & (drawn - count <= whole - yes)

    def log_choose(of: np.ndarray | int, part: np.ndarray | int) -> np.ndarray:
        part = np.clip(part, 0, of)
        return gammaln(of + 1) - gammaln(part + 1) - gammaln(of - part + 1)

    logs = log_choose(yes, count) + log_choose(whole - yes, drawn - count)
    return np.where(possible, np.exp(logs - log_choose(whole, drawn)), 0.0)


# One rate, and the witnesses of two.


def rates(last: int) -> Iterator[str]:
    truths = np.linspace(0, 1, 2001)[1:-1]
    for name, interval in INTERVALS.items():
        held = []
        for size in range(5, last + 1):
            low, high = interval(np.arange(size + 1), size)
            inside = (low[:, None] <= truths) & (truths <= high[:, None])
            chance = probabilities(np.array([float(size)]), truths[None, :])[:, 0, :]
            held.append(np.sum(chance * inside, axis=0))
        least, mean = np.min(held), np.mean(held)
        yield f"| {name}, 5 to {last} | 95% | {least:.4f} | {mean:.4f} | | | | |"


def peers(last: int) -> Iterator[str]:
    every = [(a, b) for a in range(5, last + 1) for b in range(a, last + 1)]
    for name, interval in witnesses.DIFFERENCES.items():
        some = [one for one in every if one[1] <= SLOW_LAST or one in SLOW_MORE]
        chosen = some if interval is SLOW else every
        found = Found.of(examine(interval, *one, 0.95) for one in chosen)
        what = f"5 to {last}"
        if interval is SLOW and last > SLOW_LAST:
            what = f"5 to {SLOW_LAST}, (7, 23) and (20, 20)"
        yield f"| {name}, {what} | 95% | {found.row} |"


PARTS = {part.__name__: part for part in (default, large, pairs, stocks, rates, peers)}


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("parts", nargs="*", default=[*PARTS], choices=[*PARTS])
    parser.add_argument("--to", type=int, default=30, help="the largest number")
    given = parser.parse_args()
    print(HEADING)
    for part in given.parts:
        for row in PARTS[part](given.to):
            print(row, flush=True)


if __name__ == "__main__":
    main()
