"""Two rates: the difference, what may be said of it, and whether that stands.

The method is exact at every size. Interval and p-value cohere: the interval excludes 0
exactly when the p-value is under 1 - confidence, so the verdict follows from either. Of
more than 400,000 cases together the nuisance rate is confined to what the larger sample
leaves room for, which keeps the error within its bound; such a row says so.

Below: several measures at once, whose p-values allow for their number, and answers that
are not known, filled in every way there is.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import (
    Shaped,
    both_known,
    check_confidence,
    check_counts,
    vectorised,
)
from taskforce_analysis.methods.exact import (
    FEW,
    canonical,
    confined_difference,
    exact_difference,
    is_improved,
)

EXACT, CONFINED = "chan_zhang", "berger_boos"
UNCONFINED = 400_000  # cases together, up to which every nuisance rate is looked at
TRIED, FEW_TRIED = 441, 9  # numbers of cases that may apply, in both phases


class Difference(NamedTuple):
    """After minus before, its limits, the two-sided p-value and the method's name."""

    difference: Shaped
    low: Shaped
    high: Shaped
    p_value: Shaped
    method: Shaped


def compare_rates(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Difference:
    """The difference of two rates by the tool's method; `method` is "" without cases.

    >>> found = compare_rates(8, 20, 14, 20)
    >>> round(found.low, 4), round(found.high, 4), found.method
    (-0.0237, 0.5804, 'chan_zhang')
    """
    check_confidence(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    return vectorised(partial(_compared, confidence=confidence), *counts)


def _compared(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    confidence: float,
) -> Difference:
    """The comparisons of arrays, each by its own method."""
    known = both_known(x1, n1, x2, n2)
    beyond = (n1 + n2 > UNCONFINED) & known
    low, high, p_value = (np.full(x1.size, np.nan) for _ in range(3))
    for rows, method in (
        (known & ~beyond, exact_difference),
        (beyond, confined_difference),
    ):
        if np.any(rows):
            counts = (x1[rows], n1[rows], x2[rows], n2[rows])
            found = method(*counts, confidence=confidence)
            low[rows], high[rows], p_value[rows] = found
    whole = np.where(known, n1 * n2, np.nan)
    name = np.select([beyond, known], [CONFINED, EXACT], "")
    return Difference((x2 * n1 - x1 * n2) / whole, low, high, p_value, name)


def judge(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> Shaped:
    """The verdict: "improved", "worsened", "uncertain" or "too_few".

    Too few where either phase has fewer than `minimum` applicable cases. It needs no
    limits, which makes it quick where thousands of outcomes are judged, as for power.

    >>> judge(4, 20, 16, 20), judge(8, 20, 14, 20), judge(0, 5, 5, 5)
    ('improved', 'uncertain', 'too_few')
    """
    check_confidence(confidence)
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    rule = partial(_judge, size=1 - confidence, least=max(minimum, 1))
    return vectorised(rule, *counts)


def _judge(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    size: float,
    least: int,
) -> np.ndarray:
    """The verdicts of arrays: the direction that was seen, if its p-value is small."""
    check_counts(x1, n1)
    check_counts(x2, n2)
    enough = (np.minimum(n1, n2) >= least) & ~np.isnan(x1 + x2)
    fell = x2 * n1 < x1 * n2
    up, down = (x1, n1, x2, n2), (n1 - x1, n1, n2 - x2, n2)
    seen = np.where(fell, np.stack(down), np.stack(up))[:, enough]
    found = np.full(x1.size, fill_value=False)
    found[enough] = _speaks(*seen, size=size)
    words = [found & fell, found, enough]
    return np.select(words, ["worsened", "improved", "uncertain"], "too_few")


def _speaks(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, *, size: float
) -> np.ndarray:
    """Whether twice the p-value of "not improved" is under `size`."""
    rows, place = canonical(x1, n1, x2, n2)
    found, beyond = np.zeros(rows.size, dtype=bool), rows.n1 + rows.n2 > UNCONFINED
    for some, confined in ((~beyond, False), (beyond, True)):
        found[some] = is_improved(rows.take(some), size, confined=confined)
    return found[place]


# Several measures at once. Twelve unchanged ones give one chance in four or five of at
# least one wrong "improved". P-values that are not a number belong to no test and are
# not counted. What a test may spend of the whole error is its share: its interval at
# 1 - share excludes 0 exactly when its adjusted p-value is under the whole.


def bonferroni(p_values: ArrayLike) -> np.ndarray:
    """Each p-value times the number of tests, at most 1. Bonferroni 1936.

    Less power than Holm's, but intervals at 1 - error / number hold all at once.

    >>> bonferroni([0.01, 0.04, 0.5]).round(6).tolist()
    [0.03, 0.12, 1.0]
    """
    given = np.asarray(p_values, dtype=float)
    return np.minimum(given * np.count_nonzero(~np.isnan(given)), 1.0)


def bonferroni_shares(p_values: ArrayLike, *, error: float = 0.05) -> np.ndarray:
    """What each test may spend of `error`: its even part. Bonferroni 1936.

    >>> bonferroni_shares([0.01, 0.04, 0.5, 0.9]).tolist()
    [0.0125, 0.0125, 0.0125, 0.0125]
    """
    given = np.asarray(p_values, dtype=float)
    tests = np.count_nonzero(~np.isnan(given))
    return np.where(np.isnan(given), np.nan, error / max(tests, 1))


def holm(p_values: ArrayLike) -> np.ndarray:
    """Holm's step-down adjustment: the smallest times m, the next times m - 1, ...

    Never smaller than the adjusted one before it, at most 1. Holm 1979, Scand J Stat
    6:65.

    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    order = np.argsort(given, kind="stable")[: np.count_nonzero(~np.isnan(given))]
    factors = order.size - np.arange(order.size)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factors), 1.0)
    return adjusted


def holm_shares(p_values: ArrayLike, *, error: float = 0.05) -> np.ndarray:
    """What each test may spend of `error` at the step at which Holm's decides it.

    Rejected as number j of m: error / (m - j + 1). From the first that is not rejected
    on, all have that step's; equal p-values have the first one's number. Each row's
    interval then says what its verdict says, but they do not hold all at once.

    >>> holm_shares([0.001, 0.04, 0.02, 0.9]).round(6).tolist()
    [0.0125, 0.016667, 0.016667, 0.016667]
    """
    given = np.asarray(p_values, dtype=float)
    shares = np.full(given.shape, np.nan)
    known = given[~np.isnan(given)]
    ordered = np.sort(known)
    first = np.searchsorted(ordered, ordered)
    steps = error / (ordered.size - first)
    open_from = np.argmax(np.append(ordered >= steps, True))
    last = np.minimum(np.searchsorted(ordered, known), open_from)
    shares[~np.isnan(given)] = error / (ordered.size - last)
    return shares


# What is not known may have been yes or no, and where the measure allows it also "not
# applicable". Every filling-in is a worst case, not a probability (Horowitz and Manski
# 2000, JASA 95:77).


class Known(NamedTuple):
    """One phase: compliant, not compliant and not known; some may not apply."""

    compliant: int
    noncompliant: int
    unknown: int
    may_not_apply: bool = False


def all_survive_unknown(
    pairs: Sequence[tuple[Known, Known]],
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> list[bool | None]:
    """Whether every filling-in of both phases gives the verdict of what is known.

    Of each pair (before, after); all are judged in one call. Every number of cases that
    may apply is tried, and for each the fillings-in that speak most for and most
    against a rise; all others lie between them. An exact p-value may rise though a case
    more speaks against it, so no number follows from another: where there are more than
    TRIED of both phases together (of many cases FEW_TRIED), some are tried, and None
    says that none of these differs.

    >>> firm = Known(4, 16, 0), Known(18, 0, 2)
    >>> shaky = Known(6, 14, 1), Known(13, 7, 1)
    >>> all_survive_unknown([firm, shaky])
    [True, False]
    """
    verdict = partial(judge, confidence=confidence, minimum=minimum)
    filled = [_fillings(before, after) for before, after in pairs]
    known = np.array([_counts(*pair) for pair in pairs]).reshape(-1, 4).T
    wanted = np.atleast_1d(verdict(*known))
    stands = np.ones(len(pairs), dtype=bool)
    # The ends first: where a verdict changes there, no other filling-in is needed.
    for part in ("ends", "others"):
        open_ = np.flatnonzero(stands)
        tables = [getattr(filled[one], part) for one in open_.tolist()]
        rows = np.concatenate([*tables, np.zeros((4, 0))], axis=1)
        owner = np.repeat(open_, [table.shape[1] for table in tables])
        distinct, place = np.unique(rows, axis=1, return_inverse=True)
        found = np.atleast_1d(verdict(*distinct))[np.ravel(place)]
        stands[owner[found != wanted[owner]]] = False
    return [
        None if stood and not one.whole else bool(stood)
        for stood, one in zip(stands, filled, strict=True)
    ]


class _Fillings(NamedTuple):
    """The extremes of the fillings-in that are tried, as tables: (4, m)."""

    ends: np.ndarray  # with the fewest and the most cases that may apply
    others: np.ndarray
    whole: bool  # whether every number of cases that may apply is among them


def _counts(before: Known, after: Known) -> list[int]:
    """The table of what is known: compliant and applicable, before and after."""
    phases = (before, after)
    return [
        n for one in phases for n in (one.compliant, one.compliant + one.noncompliant)
    ]


def _fillings(before: Known, after: Known) -> _Fillings:
    """Of every number of cases that may apply what speaks most against and for a rise.

    Of some numbers, where there are too many.
    """
    yes, first, later, second = _counts(before, after)
    tried = FEW_TRIED if (first + 1) * (second + 1) > FEW else TRIED
    numbers = [_applying(phase) for phase in (before, after)]
    whole = numbers[0].size * numbers[1].size <= tried
    if not whole:
        numbers = [_spread(one, round(tried**0.5)) for one in numbers]
    one, two = (number.ravel() for number in np.meshgrid(*numbers, indexing="ij"))
    applicable = first + one, second + two
    none = np.zeros(one.size, dtype=int)
    against = [yes + one, applicable[0], later + none, applicable[1]]
    favour = [yes + none, applicable[0], later + two, applicable[1]]
    tables = np.concatenate([against, favour], axis=1)
    is_end = [
        np.isin(n, (own[0], own[-1]))
        for n, own in zip((one, two), numbers, strict=True)
    ]
    ends = np.tile(is_end[0] & is_end[1], 2)
    return _Fillings(tables[:, ends], tables[:, ~ends], whole)


def _applying(phase: Known) -> np.ndarray:
    """How many of the unknown cases may be applicable."""
    return np.arange(0 if phase.may_not_apply else phase.unknown, phase.unknown + 1)


def _spread(numbers: np.ndarray, most: int) -> np.ndarray:
    """At most so many of these, the first and the last among them."""
    count = min(numbers.size, most)
    return numbers[np.linspace(0, numbers.size - 1, count).round().astype(int)]
