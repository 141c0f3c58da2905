"""An index of several measures: does casework keep more requirements than before?

Each case has a score: of two to six requirements, the share that it keeps of those that
apply to it. Whole sixtieths hold every such share, so that sums are exact. A case to
which none applies leaves.

T is the difference of the two means over its standard error, each phase with a spread
of its own. Its distribution where nothing has changed is worked out over every way in
which the same scores could have fallen on the two phases: whole cases are moved, so
that how the measures of one case hang together need not be known. The limits are
d - c se and d + c se, and c is a quantile of that same distribution: the interval
excludes 0 exactly when p is under 1 - confidence. Scores are never shifted, for they
cannot be. Janssen 1997, Stat Probab Lett 36:9; Chung and Romano 2013, Ann Stat 41:484.

The ways are counted by adding one score after the other, on a grid of how many cases,
which sum and which squares the smaller phase has so far. With as many cases in both
phases the squares fall out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement, product
from math import comb, prod
from typing import NamedTuple

import numpy as np

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods import indices
from taskforce_analysis.methods.counts import (
    Comparison,
    check_confidence,
    log_choose,
)

FEWEST, MOST = 2, 6  # measures in an index
WHOLE = 60  # steps of a score: kept of applicable is whole for 1 to 6 applicable
# Of the error that is allowed, by the number of measures: with about as many cases in
# both phases, and else; see index_confidence.
TIGHTENED = {2: (1.0, 1.0), 3: (0.72, 0.72), 4: (0.72, 0.5), 5: (0.6, 0.36)}
TIGHTENED[6] = (0.42, 0.28)
UNEVEN = 1.5  # times as many cases in one phase as in the other
CELLS = 3_000_000  # places of the grid; bounds memory (two of 24 MB) and time
ALIKE = 1e-9  # statistics this near to each other are the same one
FILLINGS = 400  # ways to fill in what is not known that are gone through

Scores = Sequence[int] | np.ndarray


class IndexDifference(NamedTuple):
    """Two mean scores (shares), after minus before, its limits, p and the method.

    What has no value is not a number: a mean without cases, all but the means with
    fewer than two cases in a phase, and the limits where neither phase's scores vary.
    """

    mean_before: float
    mean_after: float
    difference: float
    low: float
    high: float
    p_value: float
    method: str


def index_confidence(
    confidence: float, measures: int, cases: tuple[int, int] = (1, 1)
) -> float:
    """The level of an index's interval and verdict in a run at `confidence`.

    Where the means are alike but one phase's scores are spread wider, the test errs
    more often than where nothing differs: the more so, the more measures, and the more
    unlike the phases' numbers of `cases`. At this level it errs at most 3 per cent on a
    side, instead of 2.5, in what benchmarks/index_coverage.py goes through. UsageError
    unless there are 2 to 6 measures.

    >>> round(index_confidence(0.95, 4), 4)
    0.964
    """
    if measures not in TIGHTENED:
        remedy = f"Choose {FEWEST} to {MOST}"
        raise wrong_use("an index of so many measures does not exist", remedy)
    uneven = max(cases) > UNEVEN * min(cases)
    return 1 - TIGHTENED[measures][uneven] * (1 - check_confidence(confidence))


def scores(kept: Scores, applicable: Scores) -> np.ndarray:
    """The cases' scores in sixtieths; cases to which nothing applies are left out.

    UsageError where more is kept than applies, or more than six apply.

    >>> scores([4, 1, 0], [4, 3, 0]).tolist()
    [60, 20]
    """
    part, whole = np.asarray(kept, dtype=int), np.asarray(applicable, dtype=int)
    if np.any((part < 0) | (part > whole) | (whole > MOST)):
        remedy = f"Give each case 0 to {MOST} applicable measures"
        raise wrong_use("a case keeps more requirements than can apply to it", remedy)
    return WHOLE * part[whole > 0] // whole[whole > 0]


def compare_scores(
    before: Scores, after: Scores, *, confidence: float = 0.95
) -> IndexDifference:
    """The difference of two phases' mean scores, with limits and p-value.

    Scores are in sixtieths, one per case, as `scores` gives them. The limits are at
    `confidence` as it stands; `index_confidence` gives the level for a verdict.

    >>> found = compare_scores([15, 15, 30, 45, 0, 30], [45, 60, 30, 60, 45, 60])
    >>> round(found.difference, 4), round(found.p_value, 4)
    (0.4583, 0.0216)
    >>> round(found.low, 3), round(found.high, 3)
    (0.139, 0.778)
    """
    check_confidence(confidence)
    phases = [np.asarray(before, dtype=int), np.asarray(after, dtype=int)]
    first, second = (
        float(one.mean() / WHOLE) if one.size else np.nan for one in phases
    )
    limits, method = Comparison(np.nan, np.nan, np.nan), ""
    if min(one.size for one in phases) > 1:
        method = "welch" if _is_large(*phases) else "studentized_permutation"
        limits = indices[method](*phases, confidence=confidence)
    low, high, p_value = limits
    return IndexDifference(first, second, second - first, low, high, p_value, method)


def judge_scores(
    before: Scores, after: Scores, *, confidence: float, minimum: int = 10
) -> str:
    """The verdict at `confidence`, an index's own level (`index_confidence`).

    "improved", "worsened", "uncertain", or "too_few" below `minimum` cases.

    >>> before, after = [15] * 5 + [30] * 5, [60] * 5 + [45] * 5
    >>> judge_scores(before, after, confidence=index_confidence(0.95, 4))
    'improved'
    """
    if min(len(before), len(after)) < minimum:
        return "too_few"
    found = compare_scores(before, after, confidence=confidence)
    if not found.p_value < 1 - confidence:
        return "uncertain"
    return "improved" if found.difference > 0 else "worsened"


class Unsure(NamedTuple):
    """Cases with answers that are not known: numbers of measures, one row per case.

    `kept` of `applicable` are known; of `unknown` answers, `may_leave` may also be not
    applicable.
    """

    kept: np.ndarray
    applicable: np.ndarray
    unknown: np.ndarray
    may_leave: np.ndarray

    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest mean score (shares): all unknown as no, as yes.

        An answer that turns out not to apply lies between the two.

        >>> Unsure(*np.array([[1, 0], [1, 0], [1, 1], [0, 0]])).bounds()
        (0.25, 1.0)
        """
        whole = self.applicable + self.unknown
        ends = (scores(part, whole) for part in (self.kept, self.kept + self.unknown))
        low, high = (float(one.mean() / WHOLE) if one.size else np.nan for one in ends)
        return low, high

    def fillings(self) -> list[tuple[list[tuple[int, ...]], int]]:
        """Per kind of case: every filling-in as its score, () where it leaves, times.

        The lowest stands first and the highest last.
        """
        kinds, times = np.unique(np.column_stack(self), axis=0, return_counts=True)
        return [
            (_filled(*map(int, kind)), int(n))
            for kind, n in zip(kinds, times, strict=True)
        ]


def _filled(
    kept: int, applicable: int, unknown: int, may_leave: int
) -> list[tuple[int, ...]]:
    """Every score of a case, from the lowest to the highest; () where it leaves."""
    found = {
        (WHOLE * (kept + more) // (applicable + unknown - gone),)
        for gone in range(may_leave + 1)
        for more in range(unknown - gone + 1)
        if applicable + unknown > gone
    }
    leaves = [()] if applicable + unknown <= may_leave else []
    ordered: list[tuple[int, ...]] = sorted(found)
    return [*ordered[:1], *leaves, *ordered[1:]]


def is_robust(
    before: Unsure, after: Unsure, *, confidence: float, minimum: int = 10
) -> bool | None:
    """Whether every filling-in of what is not known gives the same verdict.

    `confidence` as in `judge_scores`. Every one is gone through; where there are more
    than FILLINGS and their ends agree, None, for it is not known.

    >>> one = Unsure(*np.array([[2] * 10, [4] * 10, [0] * 10, [0] * 10]))
    >>> is_robust(one, one, confidence=0.964)
    True
    """
    phases = [part.fillings() for part in (before, after)]
    kinds = [(kind, times) for phase in phases for kind, times in phase]
    first = len(phases[0])

    def verdict(chosen: Sequence[Iterable[tuple[int, ...]]]) -> str:
        sides = (chosen[:first], chosen[first:])
        filled = [
            [one for part in side for case in part for one in case] for side in sides
        ]
        return judge_scores(*filled, confidence=confidence, minimum=minimum)

    # The ends first: they are where a verdict changes most often.
    seen = verdict([[kind[0]] * times for kind, times in kinds])
    for ends in ((0, -1), (-1, 0), (-1, -1)):
        at = [ends[0]] * first + [ends[1]] * (len(kinds) - first)
        extreme = [[kind[end]] * n for (kind, n), end in zip(kinds, at, strict=True)]
        if verdict(extreme) != seen:
            return False
    if prod(comb(len(kind) + n - 1, n) for kind, n in kinds) > FILLINGS:
        return None
    every = (combinations_with_replacement(kind, n) for kind, n in kinds)
    return all(verdict(chosen) == seen for chosen in product(*every))


@indices.register(
    "studentized_permutation",
    label={
        "da": "studentiseret permutationstest over hele sager",
        "en": "studentized permutation test over whole cases",
    },
    reference="Janssen 1997, Stat Probab Lett 36:9; "
    "Chung and Romano 2013, Ann Stat 41:484",
    meant_for="an index of 2 to 6 measures, from two cases in each phase",
)
def studentized_permutation(
    before: np.ndarray, after: np.ndarray, *, confidence: float = 0.95
) -> Comparison:
    """The limits of the mean scores' difference and its p-value, by every way.

    >>> scores = np.array([0, 30, 30]), np.array([30, 60, 60])
    >>> round(studentized_permutation(*scores).p_value, 6)
    0.3
    """
    if after.size < before.size:
        low, high, p_value = studentized_permutation(
            after, before, confidence=confidence
        )
        return Comparison(-high, -low, p_value)
    grid = _Grid(before, after)
    value, error = grid.observed()
    found, chances = grid.ways()
    up, down = _Tail(found, chances), _Tail(-found, chances)
    side = 1 - confidence
    far = up.beyond(value) if value > 0 else down.beyond(-value)
    p_value = min(1.0, 2 * far) if value else 1.0
    if not error:  # neither phase's scores vary
        return Comparison(np.nan, np.nan, p_value)
    limits = (value - up.quantile(side)) * error, (value + down.quantile(side)) * error
    return _held(*limits, p_value=p_value, side=side)


@indices.register(
    "welch",
    label={"da": "Welchs t-test", "en": "Welch's t-test"},
    reference="Welch 1947, Biometrika 34:28",
    meant_for="an index where there are too many ways to go through them all",
)
def welch(
    before: np.ndarray, after: np.ndarray, *, confidence: float = 0.95
) -> Comparison:
    """The same limits and p-value by Student's t, with Welch's degrees of freedom.

    >>> scores = np.array([0, 30, 30]), np.array([30, 60, 60])
    >>> round(welch(*scores).p_value, 4)
    0.1012
    """
    from scipy.special import stdtr, stdtrit

    parts = [one.var(ddof=1) / one.size / WHOLE**2 for one in (before, after)]
    difference = (after.mean() - before.mean()) / WHOLE
    error = np.sqrt(sum(parts))
    if not error:
        return Comparison(np.nan, np.nan, float(not difference))
    free = sum(parts) ** 2 / sum(
        part**2 / (one.size - 1)
        for part, one in zip(parts, (before, after), strict=True)
    )
    p_value = float(2 * stdtr(free, -abs(difference) / error))
    half = float(stdtrit(free, (1 + confidence) / 2)) * error
    return _held(
        difference - half, difference + half, p_value=p_value, side=1 - confidence
    )


def _held(low: float, high: float, *, p_value: float, side: float) -> Comparison:
    """The limits within -1 and 1, and on both sides of 0 where p is not under `side`.

    A limit that is 0 comes out of the computer a little to either side of it.
    """
    if not p_value < side:
        low, high = min(low, 0.0), max(high, 0.0)
    return Comparison(max(float(low), -1.0), min(float(high), 1.0), p_value)


class _Tail:
    """How likely a statistic is to lie far up; of -T for far down."""

    def __init__(self, found: np.ndarray, chances: np.ndarray) -> None:
        order = np.argsort(-found, kind="stable")
        self.found = found[order]
        self.sums = np.cumsum(chances[order])

    def beyond(self, value: float) -> float:
        """The chance of `value` and more."""
        slack = ALIKE * max(1.0, abs(value)) if np.isfinite(value) else 0
        reached = np.searchsorted(-self.found, slack - value, side="right")
        return float(self.sums[reached - 1])

    def quantile(self, side: float) -> float:
        """The greatest value of which twice the chance is not under `side`; from 0.

        Not below 0: a difference is never evidence against its own direction.
        """
        place = int(np.searchsorted(2 * self.sums, side))
        return max(float(self.found[min(place, self.found.size - 1)]), 0.0)


def _is_large(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether the grid would have more places than CELLS, however it is rounded."""
    fewer, more = sorted((before, after), key=len)
    return _Grid(fewer, more).places > CELLS


class _Shape(NamedTuple):
    """How many places a grid has for the number of cases, their sum and `bent`."""

    cases: int
    total: int
    bent: int


class _Grid:
    """The ways in which the pooled scores can fall on the phase with fewer cases.

    A score x runs from 0 to `top`, lowest to highest, in the greatest steps that hold
    all of them. x² is top x - x (top - x); the sum of the first is known with the sum
    of the scores, so the grid carries the second, here `bent`, in units of `unit`: all
    of it where that fits, otherwise rounded down, in the observed statistic as in all
    others.
    """

    def __init__(self, before: np.ndarray, after: np.ndarray) -> None:
        pooled = np.concatenate([before, after]) - min(before.min(), after.min())
        self.step = int(np.gcd.reduce(pooled)) or 1
        self.sizes = before.size, after.size
        self.values, self.counts = np.unique(pooled // self.step, return_counts=True)
        self.top = int(self.values[-1])
        self.own = np.searchsorted(self.values * self.step, pooled[: before.size])
        self.most = _most(self.values, self.counts)
        bent = self.values * (self.top - self.values)
        for unit in _units(bent):
            self.unit, self.bent = unit, bent // unit
            # With as many cases in both phases only the pooled squares count.
            self.carried = self.bent * (before.size != after.size)
            if self.places <= CELLS:
                break

    @property
    def shape(self) -> _Shape:
        """The grid's shape; what it counts is of the smaller phase."""
        fewer = self.sizes[0]
        bent = _most(self.carried, self.counts)
        return _Shape(fewer + 1, int(self.most[fewer]) + 1, int(bent[fewer]) + 1)

    @property
    def places(self) -> int:
        """How many places the grid has."""
        return int(np.prod(self.shape, dtype=float))

    def observed(self) -> tuple[float, float]:
        """The statistic of the phases as they are, and its standard error (a share)."""
        place = self.values[self.own].sum(), self.carried[self.own].sum()
        value, error = self._statistics(*map(np.array, place))
        return float(value), float(error) * self.step / WHOLE

    def ways(self) -> tuple[np.ndarray, np.ndarray]:
        """The statistic of every place that can be reached, and the place's chance."""
        chances = self._chances()
        sums, bents = np.nonzero(chances)
        chances = chances[sums, bents]
        return self._statistics(sums, bents)[0], chances / chances.sum()

    def _statistics(
        self, total: np.ndarray, bent: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """T and the standard error, where the smaller phase has this sum and `bent`."""
        n, m = self.sizes
        all_of_it = int(self.values @ self.counts)
        all_bent = int(self.bent @ self.counts)
        squares = self.top * total - self.unit * bent
        others = self.top * all_of_it - self.unit * all_bent - squares
        # Whole numbers, so that no spread is exactly none.
        spread = n * squares - total**2, m * others - (all_of_it - total) ** 2
        variance = spread[0] / (n * n * (n - 1)) + spread[1] / (m * m * (m - 1))
        error = np.sqrt(np.maximum(variance, 0))
        difference = (n * (all_of_it - total) - m * total) / (n * m)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(difference == 0, 0.0, difference / error)
        return value, error

    def _chances(self) -> np.ndarray:
        """How likely each sum and `bent` is where the scores fall as they may.

        Each score's cases are split binomially; among the splits that give the phase
        its number of cases that is the hypergeometric distribution.
        """
        fewer, more = self.sizes
        odds = np.log(fewer) - np.log(more)
        rest = np.log(more) - np.log(fewer + more)
        chances = np.zeros(self.shape)
        chances[0, 0, 0] = 1.0
        order = np.argsort(self.counts, kind="stable")  # the commonest score last
        for done, one in enumerate(map(int, order)):
            count, own = int(self.counts[one]), order[:done]
            share = np.exp(
                log_choose(count) + np.arange(count + 1) * odds + count * rest
            )
            new = np.zeros_like(chances)
            # How far the cases that are counted already can reach.
            sums = _most(self.values[own], self.counts[own])
            bents = _most(self.carried[own], self.counts[own])
            # Of the last score only the row of all cases is wanted.
            first = fewer if done == order.size - 1 else 0
            for number in range(min(count, fewer) + 1):
                low = max(first - number, 0)
                high = min(sums.size, fewer + 1 - number)
                if low >= high:
                    continue
                up, bend = number * self.values[one], number * self.carried[one]
                tall = min(int(sums[high - 1]) + 1, chances.shape[1] - up)
                wide = min(int(bents[high - 1]) + 1, chances.shape[2] - bend)
                into = slice(low + number, high + number), slice(up, up + tall)
                part = chances[low:high, :tall, :wide]
                new[*into, bend : bend + wide] += share[number] * part
            chances = new
        return chances[fewer]


def _units(bent: np.ndarray) -> Iterator[int]:
    """Units of `bent` to try, from all of it to where only between and ends differ."""
    between = bent[bent > 0]
    yield int(np.gcd.reduce(between)) or 1
    for levels in (32, 16, 8, 4, 2, 1) if between.size else ():
        # Never so large that a score between the ends looks like one of the ends.
        yield max(min(int(between.max()) // levels, int(between.min())), 1)


def _most(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The greatest sum of 0, 1, 2 ... of the cases that have these values."""
    each = np.sort(np.repeat(values, counts))[::-1]
    return np.concatenate(([0], np.cumsum(each)))
