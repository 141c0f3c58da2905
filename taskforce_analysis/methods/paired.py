"""The same cases in both phases: only those that changed speak.

Of n pairs, b were compliant only before and c only after; the difference after minus
before is (c - b) / n. Whether they really are the same cases is for the user to say,
equal case numbers alone prove nothing.

The test is exact and unconditional: the chance of every table (b, c) is trinomial, the
tables are ordered by Tango's score against an assumed difference, and the p-value is
the chance of those at least as extreme, at the share of changed cases where it is
greatest. The p-value of "not improved" is the greatest over all differences up to 0; a
limit is the outermost difference not rejected. The order changes with the difference,
and so the p-value leaps: both are found by bounds. Over a part of the differences no
p-value exceeds the chance, at its upper end, of all that is as extreme anywhere in it;
where that matters the part is cut up, down to a width of 1e-8, and the bound counts. So
no p-value is too low and no limit too narrow, and the two cannot disagree. (Tango's own
interval and McNemar's test err 2.9 % on a side at 17 pairs.)

Below: the verdict, answers that are not known, and what chance alone would give.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import pairs
from taskforce_analysis.methods.counts import (
    NOTHING,
    TINY,
    Comparison,
    Shaped,
    check_confidence,
    crossed_cases,
    least_extreme,
    log_choose,
    normal_quantile,
    vectorised,
)

FIRST = 24  # parts of the range that a search begins with
CUT = 4  # parts of a part
FINEST = 1e-8  # width of a part, at most, when a search ends
SLACK = 1.002  # by so much at most is a greatest chance underrated at a coarse look
TOGETHER = 64  # tables that are worked out side by side
CELLS = 400_000  # of a table of chances; bounds the memory
FEW = 100  # pairs, up to which the chance of a verdict is that of the very test
ALIKE = 0.99  # hills this near the highest are looked at more closely
TIE = 1e-9  # relative: scores this near count as equal


@pairs.register(
    "exact_pairs",
    label={
        "da": "eksakt ubetinget interval og test for parrede sager",
        "en": "exact unconditional interval and test of paired cases",
    },
    reference="Tango 1998, Stat Med 17:891; Hsueh et al. 2001, Biometrics 57:478",
    meant_for="the same cases in both phases",
)
def exact_pairs(
    both: ArrayLike,
    only_before: ArrayLike,
    only_after: ArrayLike,
    neither: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """The exact interval of the paired difference, after minus before, and its p.

    Counts are of cases: compliant in both phases, only before, only after, in neither.
    The p-value is twice the smaller one-sided one, at most 1. Limits to 1e-7. Not a
    number without cases. The order is that of Tango 1998.

    >>> low, high, p_value = exact_pairs(1, 7, 1, 12)
    >>> round(low, 4), round(high, 4), round(p_value, 4)
    (-0.5373, -0.0201, 0.0353)
    """
    tail = (1 - check_confidence(confidence)) / 2
    rule = partial(_exact, tail=tail, size=1 - confidence)
    return vectorised(rule, both, only_before, only_after, neither)


def _exact(
    both: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    neither: np.ndarray,
    *,
    tail: float,
    size: float,
) -> Comparison:
    """The comparisons of arrays; the upper limit is the lower one, phases swapped."""
    found = np.full((3, before.size), np.nan)
    for places, own in _by_number(both, before, after, neither):
        sides = []
        for tables in (own, own.swapped):
            chance = _not_improved(tables)
            low = _lower_limits(tables, tail, rejected=2 * chance < size)
            sides.append((low, chance))
        (low, first), (high, second) = sides
        found[:, places] = low, -high, np.minimum(2 * np.minimum(first, second), 1)
    return Comparison(*found)


def judge_pairs(
    both: ArrayLike,
    only_before: ArrayLike,
    only_after: ArrayLike,
    neither: ArrayLike,
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> Shaped:
    """The verdict on pairs: "improved", "worsened", "uncertain" or "too_few".

    Too few below `minimum` pairs. No limits are worked out.

    >>> judge_pairs(8, 1, 9, 2), judge_pairs(10, 1, 5, 4), judge_pairs(1, 0, 4, 0)
    ('improved', 'uncertain', 'too_few')
    """
    size = 1 - check_confidence(confidence)
    rule = partial(_judged, size=size, least=max(minimum, 1))
    return vectorised(rule, both, only_before, only_after, neither)


def _judged(
    both: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    neither: np.ndarray,
    *,
    size: float,
    least: int,
) -> np.ndarray:
    """The verdicts of arrays: the direction that was seen, if its p-value is small."""
    found = np.full(before.size, "too_few", dtype="<U9")
    for places, own in _by_number(both, before, after, neither):
        if own.cases < least:
            continue
        rises = own.after > own.before
        seen = _Tables(
            np.minimum(own.before, own.after),
            np.maximum(own.before, own.after),
            own.cases,
        )
        beyond = 2 * _not_improved(seen, enough=size / 2) < size
        direction = np.where(rises, "improved", "worsened")
        found[places] = np.where(beyond, direction, "uncertain")
    return found


class _Tables(NamedTuple):
    """Tables of one number of pairs: how many went down in each, and how many up."""

    before: np.ndarray
    after: np.ndarray
    cases: int

    @property
    def swapped(self) -> "_Tables":
        """The phases exchanged: the difference has the other sign."""
        return self._replace(before=self.after, after=self.before)

    @property
    def seen(self) -> np.ndarray:
        """The difference in each."""
        return (self.after - self.before) / self.cases

    def take(self, chosen: np.ndarray) -> "_Tables":
        """The tables at these places."""
        return _Tables(self.before[chosen], self.after[chosen], self.cases)


def _by_number(
    both: np.ndarray, before: np.ndarray, after: np.ndarray, neither: np.ndarray
) -> Iterator[tuple[np.ndarray, _Tables]]:
    """The tables that have cases, by how many, each with their places."""
    cases = crossed_cases(both, before, after, neither)
    for number in np.unique(cases[~np.isnan(cases)]):
        places = np.flatnonzero(cases == number)
        for first in range(0, places.size, TOGETHER):
            some = places[first : first + TOGETHER]
            yield some, _Tables(before[some], after[some], int(number))


# The search: parts of the range of differences are left out whole where no table that
# is as extreme anywhere in them makes them matter; what is left is cut up again.


class _Parts(NamedTuple):
    """Parts of the range of differences, each of one table, by its place: `row`."""

    row: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def take(self, chosen: np.ndarray) -> "_Parts":
        """The parts of this mask."""
        return _Parts(self.row[chosen], self.low[chosen], self.high[chosen])

    def cut(self) -> "_Parts":
        """Each in four."""
        edges = self.low + (self.high - self.low) * np.arange(CUT + 1)[:, None] / CUT
        edges[-1] = self.high
        row = np.tile(self.row, CUT)
        return _Parts(row, edges[:-1].ravel(), edges[1:].ravel())

    @property
    def is_fine(self) -> bool:
        """Whether no part is wider than it has to be."""
        return not np.any(self.high - self.low > FINEST)


def _parts(edges: np.ndarray) -> _Parts:
    """The parts between edges, (tables, edges)."""
    row = np.repeat(np.arange(len(edges)), edges.shape[1] - 1)
    return _Parts(row, edges[:, :-1].ravel(), edges[:, 1:].ravel())


def _not_improved(tables: _Tables, enough: float = 2.0) -> np.ndarray:
    """The p-values of "not improved": the greatest over all differences up to 0.

    1 where no more cases went up than down, for there it is half or more. Where one
    reaches `enough`, or none can, any value on the same side of it will do.
    """
    found = np.ones(tables.before.size)
    rises = np.flatnonzero(tables.after > tables.before)
    own = tables.take(rises)
    nought = _Parts(np.arange(rises.size), *np.zeros((2, rises.size)))
    best = _greatest(_stairs(own, nought), nought.high, own.cases)
    edges = np.broadcast_to(-(np.linspace(1, 0, FIRST) ** 2), (rises.size, FIRST))
    parts = _parts(edges).take(np.repeat(best < enough, FIRST - 1))
    while parts.row.size:
        over = np.where(enough < 1, enough, best)
        parts, bound = _mattering(own, parts, over)
        if not parts.row.size or parts.is_fine:
            np.maximum.at(best, parts.row, bound)
            break
        ends = parts._replace(low=parts.high)
        np.maximum.at(
            best, parts.row, _greatest(_stairs(own, ends), ends.high, own.cases)
        )
        parts = parts.take(best[parts.row] < enough).cut()
    found[rises] = np.minimum(best, 1.0)
    return found


def _lower_limits(tables: _Tables, tail: float, *, rejected: np.ndarray) -> np.ndarray:
    """The least difference of each table that is not rejected, never too great.

    `rejected` says whether all differences up to 0 are.
    """
    first = np.where(rejected, 0.0, -1.0)
    lowest = np.where(rejected, tables.seen, np.minimum(tables.seen, 0.0))
    guess = np.clip(_by_score(tables, normal_quantile(1 - 2 * tail)), first, lowest)
    near = np.linspace(0, 1, FIRST // 2 + 1) ** 2
    below = guess[:, None] + (first - guess)[:, None] * near[::-1]
    above = guess[:, None] + (lowest - guess)[:, None] * near[1:]
    parts = _parts(np.concatenate([below, above], axis=1))
    parts = parts.take(parts.high > parts.low)
    while parts.row.size:
        parts = parts.take(parts.low < lowest[parts.row])
        parts, _ = _mattering(tables, parts, np.full(lowest.size, tail))
        if parts.is_fine:
            np.minimum.at(lowest, parts.row, parts.low)
            break
        ends = parts._replace(low=parts.high)
        kept = _greatest(_stairs(tables, ends), ends.high, tables.cases) > tail
        np.minimum.at(lowest, parts.row[kept], parts.high[kept])
        parts = parts.take(parts.low < lowest[parts.row]).cut()
    return np.where(rejected, np.maximum(lowest, 1e-12), lowest)


def _by_score(tables: _Tables, deviate: float) -> np.ndarray:
    """About where the lower limit lies: where the score of what was seen is so much."""
    low, high = np.full(tables.before.size, -1.0), tables.seen
    for _ in range(20):
        middle = (low + high) / 2
        above = _score(tables, np.arange(low.size), middle) > deviate
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return high


def _mattering(
    tables: _Tables, parts: _Parts, over: np.ndarray
) -> tuple[_Parts, np.ndarray]:
    """The parts in which a p-value may exceed `over`, and what none there exceeds.

    A coarse look leaves out most of them.
    """
    stairs = _stairs(tables, parts)
    first = _peaks(stairs, parts.high, tables.cases) * SLACK > over[parts.row]
    parts, stairs = parts.take(first), stairs[first]
    bound = _greatest(stairs, parts.high, tables.cases)
    matters = bound > over[parts.row] * (1 + 1e-8)
    return parts.take(matters), bound[matters]


def _score(tables: _Tables, row: np.ndarray, delta: np.ndarray) -> np.ndarray:
    """The score of what was seen in these tables against so many differences."""
    counts = tables.before[row], tables.after[row]
    return tango_score(*counts, tables.cases, _inside(delta))


def _inside(delta: np.ndarray) -> np.ndarray:
    """Differences, just inside where one rate would be sure."""
    return np.clip(delta, 1e-9 - 1, 1 - 1e-9)


def _stairs(tables: _Tables, parts: _Parts) -> np.ndarray:
    """Per part, for each b the least c as extreme somewhere in it: (m, cases + 1).

    The score of a table falls as the difference rises: what is as extreme as what was
    seen anywhere in a part has at its lower end a score no lower than what was seen has
    at its upper end.
    """
    seen = _score(tables, parts.row, parts.high)[:, None]
    enough = seen - TIE * np.maximum(1.0, np.abs(seen))
    assumed = _inside(parts.low)[:, None]
    down = np.arange(tables.cases + 1)
    top = np.broadcast_to(tables.cases - down, (assumed.size, down.size))
    return least_extreme(
        lambda up: tango_score(down, up, tables.cases, assumed) >= enough, top
    )


def tango_score(
    before: ArrayLike, after: ArrayLike, cases: ArrayLike, delta: ArrayLike
) -> np.ndarray:
    """Tango's score of (after - before) / cases against `delta`; arrays broadcast.

    Tango 1998, eq. 3: the share that changed is estimated with that difference.

    >>> tango_score(1, 7, 21, 0.0).round(6).item()
    2.12132
    """
    b, c, n = (np.asarray(part, dtype=float) for part in (before, after, cases))
    assumed = np.asarray(delta, dtype=float)
    linear = (2 * n - c + b) * assumed - c - b
    constant = -b * assumed * (1 - assumed)
    root = np.sqrt(np.maximum(linear**2 - 8 * n * constant, 0))
    variance = n * ((root - linear) / (2 * n) + assumed * (1 - assumed))
    gap = c - b - n * assumed
    gap = np.where(np.abs(gap) < 1e-12, 0.0, gap)
    return gap / np.sqrt(np.maximum(variance, TINY))


def _grid(cases: int) -> np.ndarray:
    """Places in [0, 1] of the range of the nuisance rate, closer for more cases."""
    return np.linspace(0, 1, 17 + 6 * int(np.sqrt(cases)))


def _rates(delta: float | np.ndarray, places: np.ndarray) -> np.ndarray:
    """The chances of down, up and neither at `places` of the range: (3, ...).

    Places are angles, equally dense where a rate near 0 changes fast.
    """
    least = np.maximum(0.0, -np.asarray(delta))
    down = least + ((1 - delta) / 2 - least) * np.sin(places * (np.pi / 2)) ** 2
    return np.stack([down, down + delta, np.maximum(1 - 2 * down - delta, 0.0)])


def _chance(
    stairs: np.ndarray, delta: np.ndarray, cases: int, places: np.ndarray
) -> np.ndarray:
    """The chance of each staircase at places (m,) or (rows, m): (rows, m).

    So many went down, binomial; of the others enough went up, a binomial tail.
    """
    from scipy.special import betainc

    places = np.broadcast_to(places, (len(stairs), np.shape(places)[-1]))
    down, up, _ = _rates(delta[:, None], places)
    count = np.arange(cases + 1)
    logs = np.log(np.maximum(down, TINY))[..., None] * count
    logs += np.log(np.maximum(1 - down, TINY))[..., None] * (cases - count)
    weights = np.exp(np.maximum(logs + log_choose(cases), NOTHING))
    share = np.clip(up / np.maximum(1 - down, TINY), 0.0, 1.0)[..., None]
    least = stairs[:, None, :]
    left = cases - count
    tails = betainc(
        np.clip(least, 1, np.maximum(left, 1)), np.maximum(left - least, 0) + 1, share
    )
    tails = np.where(least <= 0, 1.0, np.where(least > left, 0.0, tails))
    return np.einsum("rmk,rmk->rm", weights, tails)


def _peak(values: np.ndarray) -> np.ndarray:
    """Per row the height of the highest parabola through three neighbours of a grid.

    Beyond either end the angles mirror the range, and so do the values.
    """
    before = np.concatenate((values[:, 1:2], values[:, :-1]), axis=1)
    after = np.concatenate((values[:, 1:], values[:, -2:-1]), axis=1)
    row, column = np.nonzero((values >= before) & (values >= after))
    left, top, right = (part[row, column] for part in (before, values, after))
    bend = np.maximum(2 * top - left - right, TINY)
    heights = top + (right - left) ** 2 / (8 * bend)
    return np.maximum.reduceat(heights, np.flatnonzero(np.diff(row, prepend=-1)))


def _peaks(stairs: np.ndarray, delta: np.ndarray, cases: int) -> np.ndarray:
    """The greatest chance of each staircase over the nuisance rate, to 1e-4."""
    grid = _grid(cases)
    together = max(1, CELLS // (grid.size * (cases + 1)))
    parts = [slice(row, row + together) for row in range(0, len(stairs), together)]
    found = [_peak(_chance(stairs[some], delta[some], cases, grid)) for some in parts]
    return np.concatenate([*found, np.zeros(0)])


def _greatest(stairs: np.ndarray, delta: np.ndarray, cases: int) -> np.ndarray:
    """The greatest chance of each staircase over the nuisance rate, to 1e-8."""
    grid = _grid(cases)
    together = max(1, CELLS // (grid.size * (cases + 1)))
    parts = [slice(row, row + together) for row in range(0, len(stairs), together)]
    found = [_refined(stairs[some], delta[some], cases, grid) for some in parts]
    return np.concatenate([*found, np.zeros(0)])


def _refined(
    stairs: np.ndarray, delta: np.ndarray, cases: int, grid: np.ndarray
) -> np.ndarray:
    """The greatest chance of each staircase, its hills looked at more closely."""
    values = _chance(stairs, delta, cases, grid)
    best = values.max(axis=1)
    near = np.pad(values, ((0, 0), (1, 1)), constant_values=-1.0)
    is_top = (values >= near[:, :-2]) & (values >= near[:, 2:])
    row, column = np.nonzero(is_top & (values > ALIKE * best[:, None]))
    middle, step = grid[column], grid[1]
    for reach in (step / 2, step / 16):
        places = middle[:, None] + reach * np.linspace(-1, 1, 5)
        inner = np.clip(places, 0.0, 1.0)
        found = _chance(stairs[row], delta[row], cases, inner)
        np.maximum.at(best, row, found.max(axis=1))
        middle = _top_of(inner, found)
    found = _chance(stairs[row], delta[row], cases, middle[:, None])
    np.maximum.at(best, row, found[:, 0])
    return np.minimum(best, 1.0)


def _top_of(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Per row where the parabola through the highest point and its neighbours is."""
    here = np.arange(len(values))
    column = np.clip(values.argmax(axis=1), 1, values.shape[1] - 2)
    left, top, right = (values[here, column + one] for one in (-1, 0, 1))
    width = places[here, column + 1] - places[here, column]
    bend = np.maximum(2 * top - left - right, TINY)
    shift = np.clip((right - left) / (2 * bend), -1, 1)
    return np.clip(places[here, column] + shift * width, 0.0, 1.0)


# Answers that are not known may have been yes or no, and where the measure allows it
# "not applicable": then the pair is none. Worst cases, not probabilities (Horowitz and
# Manski 2000, JASA 95:77).


class KnownPairs(NamedTuple):
    """The pairs of one measure, by what is known of the answers before and after."""

    both: int
    only_before: int
    only_after: int
    neither: int
    yes_unknown: int = 0  # compliant before, not known after
    no_unknown: int = 0
    unknown_yes: int = 0
    unknown_no: int = 0
    unknown_unknown: int = 0
    may_not_apply: bool = False


def all_pairs_survive_unknown(
    known: Sequence[KnownPairs], *, confidence: float = 0.95, minimum: int = 10
) -> np.ndarray:
    """Whether every filling-in of the answers gives the verdict of what is known.

    Every number of pairs that may apply is tried, and for each the fillings-in that
    speak most for and most against a rise; all others lie between them.

    >>> firm = KnownPairs(8, 0, 12, 0, yes_unknown=1)
    >>> shaky = KnownPairs(10, 0, 6, 3, yes_unknown=1)
    >>> all_pairs_survive_unknown([firm, shaky]).tolist()
    [True, False]
    """
    found = np.zeros(len(known), dtype=bool)
    for place, one in enumerate(known):
        tables = np.unique(_fillings(one), axis=1)
        cells = one.both, one.only_before, one.only_after, one.neither
        options = {"confidence": confidence, "minimum": minimum}
        wanted = judge_pairs(*cells, **options)
        judged = judge_pairs(np.zeros(tables.shape[1]), *tables, **options)
        found[place] = np.all(judged == wanted)
    return found


def _fillings(known: KnownPairs) -> np.ndarray:
    """The extremes of every filling-in, as pairs down, up and unchanged: (3, m).

    At worst an unknown answer makes a pair that went down, where that may be: yes (or
    unknown) before and no (or unknown) after; else one that did not change.
    """
    both, down, up, neither, yes_unknown, no_unknown, unknown_yes, unknown_no = known[
        :8
    ]
    either, open_ = both + neither, known.unknown_unknown
    found = []
    for may, cannot, way in (
        (yes_unknown + unknown_no + open_, no_unknown + unknown_yes, (1, 0)),
        (no_unknown + unknown_yes + open_, yes_unknown + unknown_no, (0, 1)),
    ):
        least = (0, 0) if known.may_not_apply else (may, cannot)
        more, same = np.meshgrid(
            np.arange(least[0], may + 1), np.arange(least[1], cannot + 1)
        )
        moved = down + way[0] * more, up + way[1] * more, either + same
        found.append(np.stack([part.ravel() for part in moved]))
    return np.concatenate(found, axis=1)


def expected_by_chance_pairs(
    only_before: Sequence[int],
    only_after: Sequence[int],
    cases: Sequence[int],
    *,
    confidence: float = 0.95,
) -> float:
    """How many of these paired measures would stand out if nothing had changed.

    The sum of the attained sizes where as many pairs go up as down, and as many change
    as did. Above 100 pairs that of Tango's test at the same level, a little more.

    >>> round(expected_by_chance_pairs([3, 0], [5, 0], [20, 12]), 4)
    0.0392
    """
    size = 1 - check_confidence(confidence)
    found = 0.0
    for before, after, number in zip(only_before, only_after, cases, strict=True):
        if number:
            changed = (before + after) / (2 * number)
            found += float(_attained(changed, int(number), size))
    return found


def _attained(changed: float, cases: int, size: float) -> float:
    """How often a verdict falls where this share goes up and as many go down."""
    beyond = _improved(cases, size)
    down, up = np.nonzero(beyond)
    rest = cases - down - up
    logs = log_choose(cases)[rest] + rest * np.log(max(1 - 2 * changed, TINY))
    moved = down + up
    logs += moved * np.log(max(changed, TINY))
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, cases + 1.0)))))
    logs += factorials[moved] - factorials[down] - factorials[up]
    return 2 * float(np.exp(logs).sum())


@lru_cache(64)
def _improved(cases: int, size: float) -> np.ndarray:
    """Which tables of so many pairs are "improved", by down and up.

    Against every difference the score rises with those that went up, so the p-value
    falls with them: for each number down there is a least number up.
    """
    down = np.arange(cases + 1)
    top = cases - down
    deviate = normal_quantile(1 - size)
    guess = least_extreme(lambda up: tango_score(down, up, cases, 0.0) > deviate, top)
    if cases > FEW:
        return _from(guess)
    low, high = np.minimum(down + 1, top + 1), top + 1
    probe = np.stack([guess - 1, guess, guess + 1])
    while (open_ := np.flatnonzero(low < high)).size:
        up = np.clip(probe[:, open_], low[open_], top[open_])
        tables = np.broadcast_to(down[open_], up.shape).ravel(), up.ravel()
        beyond = np.reshape(_are_improved(*tables, cases=cases, size=size), up.shape)
        found = np.where(beyond, up, cases + 2).min(axis=0)
        high[open_] = np.minimum(high[open_], found)
        passed = np.where(beyond, -1, up).max(axis=0)
        low[open_] = np.maximum(low[open_], passed + 1)
        probe = ((low + high) // 2)[None]
    return _from(high)


def _from(least: np.ndarray) -> np.ndarray:
    """The tables there can be with so many up, or more, by down and up."""
    number = np.arange(least.size)
    return (number >= least[:, None]) & (number + number[:, None] < least.size)


def _are_improved(
    down: np.ndarray, up: np.ndarray, *, cases: int, size: float
) -> np.ndarray:
    """Which of these tables have a p-value of "not improved" under half of `size`."""
    parts = [slice(one, one + TOGETHER) for one in range(0, down.size, TOGETHER)]
    found = [
        _not_improved(_Tables(down[some], up[some], cases), enough=size / 2)
        for some in parts
    ]
    return 2 * np.concatenate(found) < size
