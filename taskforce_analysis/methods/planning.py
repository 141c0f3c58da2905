"""Before a measurement: what can so many cases show?

Power of one measure is worked out exactly for the method the tool uses, from every
outcome there can be. For given numbers of cases the outcomes that count as "improved"
form a staircase: for each number before there is a least number after. Summing their
probabilities gives the power, and where nothing has changed the size: how often the
rule speaks by chance.

Of several measures at once there are too many outcomes to go through. For an index, and
for whether any of several measures is found, cases are drawn from a fixed seed, and
each draw is judged by the very test: with 10,000 draws a power is right to a point.

With 20 cases in each phase a rise from 40 to 70 per cent is found less than half the
time; as one of four measures that are adjusted for each other, one time in four. Power
does not rise evenly with the cases, so "cases needed" is where it stays up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, product
from math import ceil, comb, isnan, log2
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods.comparison import UNCONFINED, compare_rates, judge
from taskforce_analysis.methods.counts import (
    NOTHING,
    check_confidence,
    normal_quantile,
    probabilities,
)
from taskforce_analysis.methods.exact import FEW
from taskforce_analysis.methods.index import FEWEST, MOST, index_confidence
from taskforce_analysis.methods.many_cases import (
    Table,
    at_least,
    least_score_improved,
    stairs_of,
)
from taskforce_analysis.methods.outcomes import score_statistic
from taskforce_analysis.methods.stock import stock_rises

STAYS = 5  # cases more, for which the power must stay up too
SECTIONS = 8  # places looked at together
BLOCK = 400_000  # outcomes looked at together; bounds the memory
DRAWS = 10_000  # measurements, where they are drawn
HANG_TOGETHER = (0.0, 0.33)  # correlations between a case's measures, told as a range
FAR = 0.08  # from a power, more than four standard errors of 500 draws
SEED = 20  # of the draws: the same power every time
ALMOST = 1e-14  # stands in for 0 under the logarithm
UNLIKELY = 1e-9  # outcomes that are passed over
MARGIN_CASES = 100
PART = 2_000  # draws that are judged together; bounds the memory
WAVED = 64  # pairs of phases whose p-values are worked out together
NOUGHT = -40.0  # e^-40 of all ways is nought here
KEPT = 400_000  # numbers of regions that were searched before

Cases = tuple[int, int]

_KNOWN: dict[tuple[Cases, float], tuple[int, ...]] = {}  # what was searched before


def power(
    rate_before: float,
    rate_after: float,
    applicable_before: int,
    applicable_after: int | None = None,
    *,
    confidence: float = 0.95,
) -> float:
    """How often a true change gets the right verdict; rates are shares.

    `applicable_after` is the same as before where it is left out.

    >>> round(power(0.4, 0.7, 20), 3), round(power(0.4, 0.7, 10), 3)
    (0.447, 0.247)
    """
    _check_rates(rate_before, rate_after)
    cases = _both(applicable_before, applicable_after)
    return _power(rate_before, rate_after, cases, confidence)


def cases_needed(
    rate_before: float,
    rate_after: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    most: int = 200,
) -> int | None:
    """The cases in each phase from which on the power is at least `power`.

    None where more than `most` would be needed, or the rates are equal. A dip within
    the next five cases sends the search on.

    >>> cases_needed(0.4, 0.8)
    23
    """
    _check_rates(rate_before, rate_after)
    if rate_before == rate_after:
        return None

    def enough(cases: int) -> bool:
        return _power(rate_before, rate_after, (cases, cases), confidence) >= power

    cases = max(2, int(_rough(rate_before, rate_after, power, confidence)) - 2)
    if cases > most:
        return None
    while cases > 2 and enough(cases):
        cases = max(2, cases - STAYS)
    held = 0
    while held <= STAYS and cases <= most + STAYS:
        held = held + 1 if enough(cases) else 0
        cases += 1
    first = cases - held
    return first if held > STAYS and first <= most else None


def _rough(before: float, after: float, power: float, confidence: float) -> float:
    """The textbook number of cases in each phase, to start from."""
    deviates = normal_quantile(confidence) + NormalDist().inv_cdf(power)
    spread = before * (1 - before) + after * (1 - after)
    return max(deviates, 0) ** 2 * spread / (after - before) ** 2


def smallest_change(
    rate_before: float,
    applicable_before: int,
    applicable_after: int | None = None,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float:
    """The smallest rise, as a share, that is found with at least this power.

    Not a number where even a rise to 100 per cent is not.

    >>> round(smallest_change(0.4, 20), 3)
    0.428
    """
    _check_rates(rate_before)
    cases = _both(applicable_before, applicable_after)
    if _power(rate_before, 1.0, cases, confidence) < power:
        return float("nan")
    low, high = rate_before, 1.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        found = _power(rate_before, middle, cases, confidence) >= power
        low, high = (low, middle) if found else (middle, high)
    return high - rate_before


def _check_rates(*rates: float) -> None:
    """UsageError unless every rate is a share."""
    if not all(0 <= rate <= 1 for rate in rates):
        raise wrong_use("a rate outside 0 to 1", "Give shares, as 0.4 for 40 per cent")


def _both(before: int, after: int | None) -> Cases:
    """The cases of both phases; as many after as before where nothing is said."""
    return int(before), int(before if after is None else after)


def expected_by_chance(
    applicable_before: Iterable[int],
    applicable_after: Iterable[int],
    rates: Iterable[float],
    *,
    confidence: float = 0.95,
) -> float:
    """How many of these measures would stand out if nothing had changed.

    The sum of the attained sizes at each measure's pooled rate (a share). Measures
    without cases in either phase, or without a rate, add nothing.

    >>> round(expected_by_chance([20, 20, 0], [20, 20, 5], [0.5, 0.9, 0.5]), 3)
    0.078
    """
    rows = [
        (int(before), int(after), float(rate))
        for before, after, rate in zip(
            applicable_before, applicable_after, rates, strict=True
        )
        if before and after and not isnan(rate)
    ]
    return float(attained_sizes(rows, confidence=confidence).sum())


def attained_sizes(
    rows: Sequence[tuple[int, int, float]], *, confidence: float = 0.95
) -> np.ndarray:
    """How often the interval excludes 0 when both phases truly have the same rate.

    Each row is cases before, cases after and the rate; 0 without cases. In either
    direction; at most 1 - confidence with the exact method, and often far less.

    >>> attained_sizes([(20, 20, 0.5), (0, 20, 0.5)]).round(4).tolist()
    [0.0393, 0.0]
    """
    check_confidence(confidence)
    places: dict[Cases, list[int]] = {}
    for place, (before, after, _) in enumerate(rows):
        if before and after:
            places.setdefault((before, after), []).append(place)
    found = np.zeros(len(rows))
    for cases, least in _regions(places, confidence).items():
        own = places[cases]
        rates = np.array([rows[place][2] for place in own])
        up = _chances(rates, rates, cases, least)
        found[own] = up + _chances(1 - rates, 1 - rates, cases, least)
    return found


def _power(before: float, after: float, cases: Cases, confidence: float) -> float:
    """The power at these true rates, by turning a fall into a rise."""
    if after < before:
        before, after = 1 - before, 1 - after
    least = improved_from(*cases, confidence=confidence)
    return float(_chances(np.array([before]), np.array([after]), cases, least)[0])


def _chances(
    before: np.ndarray, after: np.ndarray, cases: Cases, least: Sequence[int]
) -> np.ndarray:
    """The chance of the outcomes from `least` on, for each pair of true rates."""
    first, second = (
        probabilities(np.array([float(number)]), rates[None])[:, 0]
        for number, rates in zip(cases, (before, after), strict=True)
    )
    tails = np.cumsum(second[::-1], axis=0)[::-1]
    tails = np.vstack([tails, np.zeros(after.size)])
    return np.clip(np.sum(first * tails[list(least)], axis=0), 0, 1)


def improved_from(
    applicable_before: int, applicable_after: int, *, confidence: float = 0.95
) -> tuple[int, ...]:
    """For each number before (0 to all), the least number after that is "improved".

    One more than all where none is. The p-value falls as the number after rises, so
    a search per number is enough, some places at a time.

    >>> improved_from(5, 5)
    (4, 5, 6, 6, 6, 6)
    """
    cases = (applicable_before, applicable_after)
    return _regions([cases], confidence)[cases]


def _regions(sizes: Iterable[Cases], confidence: float) -> dict[Cases, tuple[int, ...]]:
    """`improved_from` of several numbers of cases."""
    wanted = set(sizes)
    known = {
        cases: _KNOWN[cases, confidence]
        for cases in wanted
        if (cases, confidence) in _KNOWN
    }
    sought = wanted - known.keys()
    many = {cases for cases in sought if (cases[0] + 1) * (cases[1] + 1) > FEW}
    known |= {cases: _from_score(*cases, confidence) for cases in many}
    for block in _blocks(sought - many):
        known |= zip(block, _search(block, confidence), strict=True)
    if sum(map(len, _KNOWN.values())) > KEPT:
        _KNOWN.clear()
    _KNOWN.update({(cases, confidence): least for cases, least in known.items()})
    return known


def _from_score(n1: int, n2: int, confidence: float) -> tuple[int, ...]:
    """The least numbers after, of many cases: by the score at no difference.

    The p-value is the greatest over all differences up to 0, so a few outcomes of these
    are not "improved": the chance is a little too great, never too small.
    """
    tail = (1 - confidence) / 2
    small, large = sorted((n1, n2))
    least = normal_quantile(confidence)
    if n1 + n2 <= UNCONFINED:
        least = least_score_improved(small, large, tail=tail)
    table = Table(0.0, float(n1), 0.0, float(n2))
    every = np.arange(n1 + 1)
    stairs = stairs_of(at_least(table, least), np.zeros_like(every), every)
    return tuple(stairs.tolist())


def _blocks(sizes: Iterable[Cases]) -> Iterator[list[Cases]]:
    """Numbers of cases that are searched together: those of one size, not too many."""

    def size_class(cases: Cases) -> int:
        return ceil(log2(max(sum(cases), 1)))

    ordered = sorted(sizes, key=lambda cases: (size_class(cases), cases))
    for one, group in groupby(ordered, key=size_class):
        alike, together = list(group), max(1, BLOCK // 4**one)
        for first in range(0, len(alike), together):
            yield alike[first : first + together]


def _search(sizes: Sequence[Cases], confidence: float) -> list[tuple[int, ...]]:
    """The least numbers after, of several numbers of cases side by side."""
    n1 = np.concatenate([np.full(before + 1, before) for before, _ in sizes])
    n2 = np.concatenate([np.full(before + 1, after) for before, after in sizes])
    x1 = np.concatenate([np.arange(before + 1.0) for before, _ in sizes])
    low, high = np.zeros(x1.size), n2 + 1.0
    row = np.arange(x1.size)
    probe = np.concatenate([_guess(*cases, confidence) for cases in sizes])
    while row.size:
        counts = (x1[row][:, None], n1[row][:, None], probe, n2[row][:, None])
        yes = judge(*counts, confidence=confidence, minimum=1) == "improved"
        high[row] = np.minimum(high[row], np.where(yes, probe, np.inf).min(axis=1))
        low[row] = np.maximum(low[row], np.where(yes, 0, probe + 1).max(axis=1))
        row = np.flatnonzero(low < high)
        span = (high[row] - low[row])[:, None]
        probe = low[row][:, None] + np.floor(span * np.arange(SECTIONS) / SECTIONS)
    ends = np.cumsum([before + 1 for before, _ in sizes])[:-1]
    return [tuple(map(int, part)) for part in np.split(high, ends)]


def _guess(n1: int, n2: int, confidence: float) -> np.ndarray:
    """Four numbers after, per number before, about where the score turns improved."""
    before, after = np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)
    zero = np.zeros(1)
    score = score_statistic(before, n1 + zero, after, n2 + zero, zero)
    first = np.count_nonzero(score < normal_quantile(confidence), axis=1)
    return np.clip(first[:, None] + np.arange(-1, 3), 0, n2).astype(float)


def kept_chances(rates: Sequence[float], correlation: float = 0.0) -> np.ndarray:
    """The chances that a case keeps 0, 1, 2 ... of measures with these rates (shares).

    The measures of a case hang together so: with the chance `correlation` it is all of
    a piece, and keeps every measure up to its own carefulness; else each goes its own
    way. Between two measures of the same rate `correlation` is then their correlation.

    >>> kept_chances([0.5, 0.5], 0.2).round(3).tolist()
    [0.3, 0.4, 0.3]
    """
    _check_rates(*rates, correlation)
    apart = np.ones(1)
    for rate in rates:
        apart = np.convolve(apart, [1 - rate, rate])
    steps = np.concatenate(([1.0], np.sort(rates)[::-1], [0.0]))
    return (1 - correlation) * apart - correlation * np.diff(steps)


def index_power(
    rates_before: Sequence[float],
    rates_after: Sequence[float],
    cases: int,
    *,
    correlation: float = 0.0,
    confidence: float = 0.95,
    draws: int = DRAWS,
) -> float:
    """How often an index of measures, one rate for each, is found to have risen.

    At the index's own level in a run at `confidence`, with so many cases in each phase,
    to all of which every measure applies; see `kept_chances` for `correlation`. Drawn,
    with a standard error of at most 0.005 at 10,000 draws. UsageError unless there are
    2 to 6 measures, the same number before and after.

    >>> abs(index_power([0.4] * 4, [0.7] * 4, 20) - 0.94) < 0.02
    True
    """
    size = 1 - index_confidence(confidence, len(rates_before))
    if len(rates_before) != len(rates_after):
        raise wrong_use(
            "unlike numbers of measures", "Give each a rate before and after"
        )
    chances = [kept_chances(one, correlation) for one in (rates_before, rates_after)]
    random = np.random.default_rng(SEED)
    before, after = (random.multinomial(cases, part, draws) for part in chances)
    kept = np.arange(len(rates_before) + 1)
    fell = after @ kept <= before @ kept
    # Draws alike are judged once.
    seen = np.column_stack([before + after, before @ kept])[~fell]
    seen, times = np.unique(seen, axis=0, return_counts=True)
    chance = lower_chances(seen[:, :-1], seen[:, -1], cases)
    return int(times @ (2 * chance < size)) / draws


def lower_chances(pooled: np.ndarray, kept: np.ndarray, cases: int) -> np.ndarray:
    """The p-values of "not risen" of many pairs of phases with as many cases in each.

    A row of `pooled` says how many of the cases of both phases keep 0, 1, 2 ...
    requirements, and `kept` how many those before keep in all. As many cases in each
    phase make the studentized test the one of the sums: the p-value is the chance that
    `cases` of the pooled cases keep `kept` or fewer. It is read off the generating
    function, whose value at roots of unity is a product over the cases.

    >>> lower_chances(np.array([[2, 0, 2]]), np.array([0]), 2).round(6).tolist()
    [0.166667]
    """
    scores = np.arange(pooled.shape[1])
    length = cases * (scores.size - 1) + 1
    turn = (np.arange(cases + 1) - cases // 2) / (cases + 1)
    wave = np.arange(length // 2 + 1) / length
    # A case's factor 1 + e^(2 i a) is 2 cos(a) e^(i a), and what the last factors make
    # together depends on the sum alone: what is left is real.
    angle = np.pi * (turn - wave[:, None, None] * scores[:, None])
    waves = _Waves(np.cos(angle), scores, cases=cases, length=length)
    rows = [slice(row, row + WAVED) for row in range(0, len(pooled), WAVED)]
    found = [waves.lower(pooled[some], kept[some]) for some in rows]
    return np.concatenate([*found, np.zeros(0)])


class _Waves:
    """The generating function of sums at roots of unity, but for its phase."""

    def __init__(
        self, cosines: np.ndarray, scores: np.ndarray, *, cases: int, length: int
    ) -> None:
        self.scores, self.cases, self.length = scores, cases, length
        # Both (waves, scores, turns).
        self.logs = np.log(np.maximum(np.abs(cosines), ALMOST))
        self.is_negative = (cosines < 0).astype(float)

    def lower(self, pooled: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """The chance of `kept` or fewer, of a few rows alike."""
        # Most values are nought, for each case's factor makes them smaller.
        most = np.einsum("k,wkt->wt", pooled.min(axis=0).astype(float), self.logs)
        wave, turn = np.nonzero(most > NOUGHT)
        counts = pooled.astype(float)
        logs = counts @ self.logs[wave, :, turn].T
        values = np.exp(np.maximum(logs, NOTHING))
        signs = self.is_negative[wave, :, turn]
        some = np.flatnonzero(signs.any(axis=1))
        values[:, some] *= 1 - 2 * (counts @ signs[some].T % 2)
        first = np.flatnonzero(np.diff(wave, prepend=-1))
        total, here = counts @ self.scores, wave[first]
        phase = np.exp(-1j * np.pi / self.length * np.outer(total, here))
        sums = np.zeros((len(pooled), self.length // 2 + 1), dtype=complex)
        sums[:, here] = np.add.reduceat(values, first, axis=1) * phase
        n = self.cases
        whole = 4**n / comb(2 * n, n) / (n + 1)
        ways = np.fft.irfft(sums, self.length, axis=1) * whole
        return np.cumsum(ways, axis=1)[np.arange(len(pooled)), kept]


def index_cases_needed(
    rates_before: Sequence[float],
    rates_after: Sequence[float],
    *,
    correlation: float = 0.0,
    power: float = 0.8,
    confidence: float = 0.95,
    most: int = 100,
) -> int | None:
    """The cases in each phase from which the index's power is at least `power`.

    None where more than `most` would be needed. Drawn; right to about a case.

    >>> index_cases_needed([0.2] * 2, [0.8] * 2)
    7
    """

    def enough(cases: int) -> bool:
        found = partial(
            index_power,
            rates_before,
            rates_after,
            cases,
            correlation=correlation,
            confidence=confidence,
        )
        return _reaches(power, found)

    low, high = 1, 4
    while high <= most and not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if middle <= most and enough(middle)
            else (
                middle,
                high,
            )
        )
    return high if high <= most else None


def index_smallest_change(
    rates_before: Sequence[float],
    cases: int,
    *,
    correlation: float = 0.0,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float:
    """The smallest rise of all of the index's measures that is found with this power.

    A share, drawn and right to about a point; no measure rises above 1. Not a number
    where even a rise of all to 100 per cent is not found so often.

    >>> round(index_smallest_change([0.4] * 2, 8), 1)
    0.5
    """

    def enough(rise: float) -> bool:
        after = [min(rate + rise, 1.0) for rate in rates_before]
        found = partial(
            index_power,
            rates_before,
            after,
            cases,
            correlation=correlation,
            confidence=confidence,
        )
        return _reaches(power, found)

    low, high = 0.0, 1 - min(rates_before)
    if not enough(high):
        return float("nan")
    while high - low > 0.002:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _reaches(power: float, found: Callable[..., float]) -> bool:
    """Whether a drawn power is at least so much; few draws tell where it is far off."""
    few = found(draws=DRAWS // 20)
    far = abs(few - power) > FAR
    return (few if far else found(draws=DRAWS // 2)) >= power


def adjusted_confidence(confidence: float, measures: int) -> float:
    """The level of each of so many measures that decide together (Bonferroni).

    >>> round(adjusted_confidence(0.95, 4), 4)
    0.9875
    """
    return 1 - (1 - check_confidence(confidence)) / max(measures, 1)


def any_found(
    rates_before: Sequence[float],
    rates_after: Sequence[float],
    cases: int,
    *,
    correlation: float = 0.0,
    confidence: float = 0.95,
    draws: int = DRAWS,
) -> float:
    """How often at least one of the measures that rise is found, each on its own.

    Every measure is judged at `adjusted_confidence`; correlation as in `kept_chances`.

    >>> abs(any_found([0.4] * 4, [0.7, 0.7, 0.4, 0.4], 20) - 0.45) < 0.03
    True
    """
    _check_rates(*rates_before, *rates_after, correlation)
    level = adjusted_confidence(confidence, len(rates_before))
    least = np.array(improved_from(cases, cases, confidence=level))
    random = np.random.default_rng(SEED)
    rises = np.array(rates_after) > np.array(rates_before)
    found = np.zeros(draws, dtype=bool)
    for first in range(0, draws, PART):
        size = (min(PART, draws - first), cases)
        counts = []
        for rates in (rates_before, rates_after):
            alike = random.random(size) < correlation
            own, one = random.random((*size, len(rates))), random.random((*size, 1))
            kept = np.where(alike[..., None], one, own) < np.array(rates)
            counts.append(kept.sum(axis=1))
        up = counts[1] >= least[counts[0]]
        found[first : first + size[0]] = up[:, rises].any(axis=1)
    return float(found.mean())


class Strategy(NamedTuple):
    """How often one way of measuring finds something, where `moved` measures rise.

    `low` and `high` are over how a case's measures hang together (HANG_TOGETHER).
    """

    name: str
    moved: int
    low: float
    high: float


def strategies(
    rate_before: float,
    rate_after: float,
    cases: int,
    *,
    measures: int = 4,
    confidence: float = 0.95,
) -> list[Strategy]:
    """What so many cases find by each strategy, where half or all of the measures rise.

    `single`: one measure, chosen beforehand, alone, that rises; `any`: at least one of
    `measures` that are adjusted for each other; `index`: one index of them all, of 2
    to 6.

    >>> found = strategies(0.4, 0.7, 20, measures=2)
    >>> [(one.name, one.moved) for one in found]
    [('single', 1), ('any', 1), ('index', 1), ('any', 2), ('index', 2)]
    """
    alone = power(rate_before, rate_after, cases, confidence=confidence)
    found = [Strategy("single", 1, alone, alone)]
    kinds = {"any": any_found, "index": index_power}
    if not FEWEST <= measures <= MOST:
        del kinds["index"]
    halves = dict.fromkeys(moved for moved in (measures // 2, measures) if moved)
    for moved, (name, method) in product(halves, kinds.items()):
        after = [rate_after] * moved + [rate_before] * (measures - moved)
        powers = [
            method(
                [rate_before] * measures,
                after,
                cases,
                correlation=correlation,
                confidence=confidence,
                draws=DRAWS // 2,
            )
            for correlation in HANG_TOGETHER
        ]
        found.append(Strategy(name, moved, min(powers), max(powers)))
    return found


def finds_most(found: Iterable[Strategy], moved: int) -> Strategy:
    """The strategy that finds most often where so many measures rise.

    >>> one, other = Strategy("any", 4, 0.5, 0.7), Strategy("index", 4, 0.7, 0.9)
    >>> finds_most([one, other], 4).name
    'index'
    """
    return max(
        (one for one in found if one.moved == moved), key=lambda one: one.low + one.high
    )


def stock_power(
    rate_before: float,
    rate_after: float,
    cases: int,
    stock: int,
    *,
    confidence: float = 0.95,
) -> float:
    """How often a change between two stocks of `stock` cases is found (shares).

    `cases` are drawn from each; what is compliant of a stock is a whole number, so the
    rates are rounded to one. Exact. UsageError where a stock is smaller than its draw.

    >>> round(stock_power(0.4, 0.7, 10, 20), 3)
    0.372
    """
    _check_rates(rate_before, rate_after)
    if rate_after < rate_before:
        rate_before, rate_after = 1 - rate_before, 1 - rate_after
    if not 1 <= cases <= stock:
        raise wrong_use(
            "a stock smaller than the sample", "Give the number of all cases there are"
        )
    number = range(cases + 1)
    before, after = (
        np.array(
            [
                comb(kept, one) * comb(stock - kept, cases - one) / comb(stock, cases)
                for one in number
            ]
        )
        for kept in (round(stock * rate_before), round(stock * rate_after))
    )
    # As for practice: for each number before the least after that is "improved".
    low, high = np.zeros(cases + 1, dtype=int), np.full(cases + 1, cases + 1)
    row = np.flatnonzero(before > UNLIKELY)
    while row.size:
        middle = (low[row] + high[row]) // 2
        drawn = (row, cases, stock), (middle, cases, stock)
        yes = stock_rises(*drawn, confidence=confidence)
        high[row] = np.where(yes, middle, high[row])
        low[row] = np.where(yes, low[row], middle + 1)
        row = row[low[row] < high[row]]
    tails = np.append(np.cumsum(after[::-1])[::-1], 0)
    return float(np.where(before > UNLIKELY, before * tails[high], 0).sum())


def margin_power(
    rate_before: float,
    rate_after: float,
    cases: int,
    *,
    margin: float,
    confidence: float = 0.95,
) -> float:
    """How often it is shown that the rate has not fallen by `margin` (a share) or more.

    That is where the lower limit of the difference lies above - margin. At most 100
    cases in each phase, for every outcome's limits are worked out.

    >>> round(margin_power(0.8, 0.8, 10, margin=0.3), 2)
    0.31
    """
    _check_rates(rate_before, rate_after, margin)
    if not 1 <= cases <= MARGIN_CASES:
        remedy = f"Give 1 to {MARGIN_CASES} cases in each phase"
        raise wrong_use("there are too many outcomes to go through, or none", remedy)
    before, after = (
        probabilities(np.array([float(cases)]), np.array([[rate]]))[:, 0, 0]
        for rate in (rate_before, rate_after)
    )
    number = np.arange(cases + 1)
    likely = np.flatnonzero(np.outer(before, after) > UNLIKELY)
    first, second = number[likely // number.size], number[likely % number.size]
    limits = compare_rates(first, cases, second, cases, confidence=confidence)
    shown = limits.low > -margin
    return float((before[first] * after[second])[shown].sum())
