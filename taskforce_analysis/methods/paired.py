"""The same cases in both phases: only those that changed speak.

Of n pairs, b were compliant only before and c only after; the difference after minus
before is (c - b) / n. Whether they really are the same cases is for the user to say,
equal case numbers alone prove nothing.

The test is exact and unconditional: the chance of every table (b, c) is trinomial, the
tables are ordered by Tango's score against an assumed difference, and the p-value is
the chance of those at least as extreme, at the share of changed cases where it is
greatest. The p-value of "not improved" is the greatest over all differences up to 0; a
limit is the outermost difference not rejected. Both are found by looking at all steps
of 1/500: within a step the order stays that of its upper end, any order being exact,
and the chance of the extreme tables only grows with the difference, for they hold with
each table also those with more cases up or fewer down. Interval and p-value cannot
disagree. (Tango's own interval and McNemar's test err 2.9 % on a side at 17 pairs.)

Below: the verdict, answers that are not known, and what chance alone would give.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import pairs
from taskforce_analysis.methods.counts import (
    NOTHING,
    TINY,
    Comparison,
    check_confidence,
    crossed_cases,
    least_extreme,
    log_choose,
    normal_quantile,
    vectorised,
)

STEPS = 500  # orders to a difference of 1
HEAP = 32  # steps that are passed over together where they can be
CELLS = 400_000  # of a table of chances; bounds the memory
ALL_AT_ONCE = (
    32  # up to so many pairs all tables of a number may be worked out at once,
)
MANY = 24  # where so many of them are asked for
TIE = 1e-9  # relative: scores this near count as equal
NEAR = 0.999  # steps whose first figure reaches this share of the greatest are refined


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
    (-0.538, -0.0201, 0.0353)
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
    cases = crossed_cases(both, before, after, neither)
    found = np.full((3, cases.size), np.nan)
    for place, table in _tables(before, after, cases):
        own, swapped = table, table.swapped
        p_values = _not_improved(own), _not_improved(swapped)
        found[:, place] = (
            _lower_limit(own, tail, rejected=2 * p_values[0] < size),
            -_lower_limit(swapped, tail, rejected=2 * p_values[1] < size),
            min(1.0, 2 * min(p_values)),
        )
    return Comparison(*found)


def judge_pairs(
    both: ArrayLike,
    only_before: ArrayLike,
    only_after: ArrayLike,
    neither: ArrayLike,
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> Any:
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
    cases = crossed_cases(both, before, after, neither)
    found = np.full(cases.size, "too_few", dtype="<U9")
    enough = np.where(cases >= least, cases, np.nan)
    for place, table in _tables(before, after, enough):
        rises = table.after > table.before
        seen = table if rises else table.swapped
        if 2 * _not_improved(seen, enough=size / 2) >= size:
            found[place] = "uncertain"
        else:
            found[place] = "improved" if rises else "worsened"
    return found


class _Table(NamedTuple):
    """So many pairs down, so many up, of so many; and whether all such are worked out.

    `together` is a matter of speed alone.
    """

    before: int
    after: int
    cases: int
    together: bool

    @property
    def swapped(self) -> "_Table":
        """The phases exchanged: the difference has the other sign."""
        return self._replace(before=self.after, after=self.before)


def _tables(
    before: np.ndarray, after: np.ndarray, cases: np.ndarray
) -> Iterator[tuple[int, _Table]]:
    """The tables that have cases, each with its place."""
    sizes, place, count = np.unique(cases, return_inverse=True, return_counts=True)
    many = (count[place] >= MANY) & (sizes[place] <= ALL_AT_ONCE)
    for row in np.flatnonzero(~np.isnan(cases)):
        one = int(before[row]), int(after[row]), int(cases[row]), bool(many[row])
        yield int(row), _Table(*one)


# One table, one side.


@lru_cache(4096)
def _not_improved(table: _Table, enough: float = 2.0) -> float:
    """The p-value of "not improved": the greatest over all steps up to 0.

    1 where no more cases went up than down, for there it is half or more. Where that
    at 0 alone reaches `enough`, it will do.
    """
    if table.after <= table.before:
        return 1.0
    at_nought = float(_greatest(table, np.zeros(1))[0])
    if at_nought >= enough:
        return at_nought
    first = _by_step(table, STEPS, over=NEAR * at_nought)
    chosen = np.flatnonzero(first >= NEAR * first.max())
    return float(_greatest(table, _ends()[chosen]).max())


@lru_cache(4096)
def _lower_limit(table: _Table, tail: float, *, rejected: bool) -> float:
    """The least difference not rejected: the first such step, and where in it.

    `rejected` says whether all differences up to 0 are.
    """
    before, after, cases, _ = table
    if before == cases:
        return -1.0
    last = int(np.ceil(STEPS * (after - before) / cases - 1e-9)) + STEPS
    first = _by_step(table, last, over=tail, only_first=True)
    first = first[STEPS + 1 if rejected else 0 :]
    step = last - first.size + 1 + int((first > tail).argmax())
    low = _passes(_staircases(table, _ends()[step]), step, cases, tail)
    low = min(low, (after - before) / cases)
    return max(low, 1e-12) if rejected else min(low, 0.0)


def _by_step(
    table: _Table, last: int, *, over: float, only_first: bool = False
) -> np.ndarray:
    """The one-sided p-values at the ends of the steps up to `last`, good to 1e-4.

    Steps are left out, as 0, where all that is extreme in a heap of them has no more
    than a chance of `over` at its end; `only_first`: also those after the first heap
    that has one of more.
    """
    before, after, cases, together = table
    if together:
        return _all_tables(cases)[: last + 1, before, after]
    ends = _ends()[: last + 1]
    stairs = _staircases(table, ends)
    starts = np.arange(0, last + 1, HEAP)
    tops = np.minimum(starts + HEAP - 1, last)
    heaps = np.minimum.reduceat(stairs, starts, axis=0)
    worth = _peaks(heaps, ends[tops], cases) > 0.999 * over
    found = np.zeros(last + 1)
    for start, top in zip(starts[worth], tops[worth] + 1, strict=True):
        found[start:top] = _peaks(stairs[start:top], ends[start:top], cases)
        if only_first and np.any(found[start:top] > over):
            break
    return found


def _passes(stairs: np.ndarray, step: int, cases: int, tail: float) -> float:
    """Where in a step the chance of its staircase comes up to `tail`, to 1e-7.

    Its logarithm is all but straight over a step; its start where it is over there.
    """
    low, high = _ends()[max(step - 1, 0)], _ends()[step]
    rows = np.repeat(stairs, 2, axis=0)
    for _ in range(3):
        both = _peaks(rows, np.array([low, high]), cases)
        under, over = np.log(np.maximum(both, TINY) / tail)
        if under >= 0 or over <= 0:
            return float(low if under >= 0 else high)
        middle = low - under * (high - low) / (over - under)
        room = (high - low) / 1000
        low, high = max(low, middle - room), min(high, middle + room)
    return float((low + high) / 2)


@cache
def _ends() -> np.ndarray:
    """The upper end of every step from -1 to 1; where one rate is sure, just inside."""
    return np.clip(np.arange(-STEPS, STEPS + 1) / STEPS, 1e-9 - 1, 1 - 1e-9)


@lru_cache(32)
def _all_tables(cases: int) -> np.ndarray:
    """The one-sided p-value at every step of every table: (steps, before, after).

    Of so many pairs; good to 1e-4. The tables in order of the score, their chances
    added up.
    """
    before, after = np.meshgrid(*[np.arange(cases + 1)] * 2, indexing="ij")
    possible = before + after <= cases
    before, after = before[possible], after[possible]
    ways = log_choose(cases)[before]
    ways = ways + [log_choose(cases - b)[c] for b, c in zip(before, after, strict=True)]
    cells = np.stack([before, after, cases - before - after, ways], axis=1)
    found = np.ones((2 * STEPS + 1, cases + 1, cases + 1))
    for place, delta in enumerate(_ends()):
        score = tango_score(before, after, cases, delta)
        order = np.argsort(-score, kind="stable")
        falling = -score[order]
        logs = np.log(np.maximum(_rates(delta, _grid(cases)), TINY))
        sums = cells[order] @ np.concatenate([logs, np.ones((1, logs.shape[1]))])
        np.cumsum(np.exp(np.maximum(sums, NOTHING, out=sums)), axis=0, out=sums)
        tied = falling + TIE * np.maximum(1.0, np.abs(falling))
        places = np.searchsorted(falling, tied, side="right") - 1
        found[place, before[order], after[order]] = _peak(sums)[places]
    return found


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


def _staircases(table: _Table, delta: float | np.ndarray) -> np.ndarray:
    """Per difference, for each b the least c at least as extreme: (m, cases + 1)."""
    before, after, cases, _ = table
    assumed = np.reshape(delta, (-1, 1))
    seen = tango_score(before, after, cases, assumed)
    enough = seen - TIE * np.maximum(1.0, np.abs(seen))
    down = np.arange(cases + 1)
    top = np.broadcast_to(cases - down, (assumed.size, down.size))
    return least_extreme(
        lambda up: tango_score(down, up, cases, assumed) >= enough, top
    )


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
    return np.concatenate(
        [_peak(_chance(stairs[some], delta[some], cases, grid)) for some in parts]
    )


def _greatest(table: _Table, delta: np.ndarray) -> np.ndarray:
    """The one-sided p-value against each difference, to 1e-8."""
    stairs, cases = _staircases(table, delta), table.cases
    grid = _grid(cases)
    values = _chance(stairs, delta, cases, grid)
    here, step = np.arange(delta.size), grid[1]
    best = values.max(axis=1)
    for highest in np.argsort(-values, axis=1)[:, :2].T:  # two hills may be alike
        middle = grid[highest]
        for reach in (step, step / 4, step / 16, step / 64):
            places = middle[:, None] + reach * np.linspace(-1, 1, 9)
            inner = np.clip(places, 0.0, 1.0)
            found = _chance(stairs, delta, cases, inner)
            column = found.argmax(axis=1)
            middle = inner[here, column]
            best = np.maximum(best, found[here, column])
    return np.minimum(best, 1.0)


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
        # One by one, for the first that differs is enough.
        found[place] = all(
            judge_pairs(0, down, up, rest, **options) == wanted
            for down, up, rest in tables.T
        )
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
    as did. Above 32 pairs that of Tango's test at the same level, a little more.

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
    before, after = np.meshgrid(*[np.arange(cases + 1)] * 2, indexing="ij")
    possible = before + after <= cases
    if cases <= ALL_AT_ONCE:
        beyond = 2 * _all_tables(cases)[: STEPS + 1].max(axis=0) < size
    else:
        beyond = tango_score(before, after, cases, 0.0) > normal_quantile(1 - size)
    beyond &= possible & (after > before)
    down, up = before[beyond], after[beyond]
    rest = cases - down - up
    logs = log_choose(cases)[rest] + rest * np.log(max(1 - 2 * changed, TINY))
    moved = down + up
    logs += moved * np.log(max(changed, TINY))
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, cases + 1.0)))))
    logs += factorials[moved] - factorials[down] - factorials[up]
    return 2 * float(np.exp(logs).sum())
