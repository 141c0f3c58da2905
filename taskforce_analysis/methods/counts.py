"""Counts as they come in, limits as they go out, and how likely a count is.

A method takes ints, floats or arrays that broadcast against each other. Inside it sees
one-dimensional float arrays only; what it gives back has the caller's shape again, and
plain floats where only plain numbers came in. Nothing applicable means not a number.

Binomial probabilities are made for many sample sizes at once: the possible counts lie
along the first axis, the samples along the second and the rates along the third, so
that tails are running sums over contiguous blocks.
"""

from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use

TINY = 1e-300  # stands in for a rate of 0 under the logarithm, and for a width of 0
NOTHING = -300.0  # e^-300 is nought here; below e^-700 the exponential is slow


# In the caller's shape: a number of numbers, an array of arrays. numpy has no type for
# that either, and one of both would forbid `round(found.low, 4)`.
Shaped: TypeAlias = Any


class Interval(NamedTuple):
    """The limits of a rate (in [0, 1]) or of a difference (in [-1, 1])."""

    low: Shaped
    high: Shaped


class Comparison(NamedTuple):
    """The limits of a difference, after minus before, and the p-value of no change."""

    low: Shaped
    high: Shaped
    p_value: Shaped


def vectorised(
    function: Callable[..., np.ndarray | tuple[np.ndarray, ...]], *values: ArrayLike
) -> Shaped:
    """Call `function` on equally long float arrays and give the caller's shape back.

    `function` returns an array or a NamedTuple of arrays.

    >>> vectorised(lambda a, b: a / b, 1, [2, 4]).tolist()
    [0.5, 0.25]
    """
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))
    shape = arrays[0].shape
    found = function(*(array.ravel() for array in arrays))
    if isinstance(found, tuple):
        return type(found)(*(_as_given(part, shape) for part in found))
    return _as_given(found, shape)


def _as_given(array: np.ndarray, shape: tuple[int, ...]) -> Shaped:
    """The array in the caller's shape; a plain number where there is no shape."""
    return array.reshape(shape) if shape else array.item()


def check_counts(compliant: np.ndarray, applicable: np.ndarray) -> None:
    """UsageError unless 0 <= compliant <= applicable, all whole, in every row."""
    known = ~(np.isnan(compliant) | np.isnan(applicable))
    part, whole = compliant[known], applicable[known]
    if np.any((part < 0) | (part > whole)):
        raise wrong_use(
            "more compliant cases than applicable ones, or fewer than none",
            "Give counts with 0 <= compliant <= applicable",
        )
    if np.any(part % 1) or np.any(whole % 1):
        raise wrong_use("a count that is not whole", "Give whole numbers of cases")


def known_cases(compliant: np.ndarray, applicable: np.ndarray) -> np.ndarray:
    """The applicable cases, checked, and not a number where there are none."""
    check_counts(compliant, applicable)
    return or_nan(applicable)


def both_known(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray
) -> np.ndarray:
    """Whether both phases have applicable cases, per row; the counts are checked."""
    check_counts(x1, n1)
    check_counts(x2, n2)
    return (n1 > 0) & (n2 > 0) & ~np.isnan(x1 + x2)


def crossed_cases(*cells: np.ndarray) -> np.ndarray:
    """All cases of a two by two table, checked; not a number where there are none."""
    if np.any(np.minimum.reduce(cells) < 0):
        raise wrong_use("a negative count of cases", "Give counts of 0 or more")
    return or_nan(sum(cells[1:], start=cells[0]))


def or_nan(count: np.ndarray) -> np.ndarray:
    """The count, not a number where it is 0."""
    return np.where(count == 0, np.nan, count)


def least_extreme(
    extreme: Callable[[np.ndarray], np.ndarray], top: np.ndarray
) -> np.ndarray:
    """Per place the least whole number that is extreme, by halving; above top if none.

    Of the numbers from 0 to `top`; with each that is extreme all above it are.

    >>> least_extreme(lambda count: count >= np.array([2, 9]), np.array([5, 5]))
    array([2, 6])
    """
    low, high = np.zeros(top.shape, dtype=int), top + 1
    while np.any(low < high):
        middle = (low + high) // 2
        open_, enough = low < high, extreme(np.minimum(middle, top))
        high = np.where(open_ & enough, middle, high)
        low = np.where(open_ & ~enough, middle + 1, low)
    return high


def check_confidence(confidence: float) -> float:
    """The confidence as given; UsageError unless it lies between 0 and 1.

    >>> check_confidence(0.95)
    0.95
    """
    if not 0 < confidence < 1:
        raise wrong_use(
            f"a confidence of {confidence}", "Give a share between 0 and 1, as 0.95"
        )
    return confidence


def normal_quantile(confidence: float) -> float:
    """The normal deviate that leaves half of 1 - confidence above it.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return -NormalDist().inv_cdf((1 - check_confidence(confidence)) / 2)


@cache
def log_choose(cases: int) -> np.ndarray:
    """The logarithms of the binomial coefficients of `cases`, length cases + 1.

    >>> np.exp(log_choose(4)).round(6).tolist()
    [1.0, 4.0, 6.0, 4.0, 1.0]
    """
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, cases + 1.0)))))
    return factorials[-1] - factorials - factorials[::-1]


def probabilities(cases: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """The probability of each count: cases (rows,), rates (rows, m) -> (k, rows, m).

    >>> probabilities(np.array([2.0]), np.array([[0.5]]))[:, 0, 0].round(12).tolist()
    [0.25, 0.5, 0.25]
    """
    yes = np.log(np.maximum(rates, TINY))
    no = np.log(np.maximum(1 - rates, TINY))
    coefficients = _coefficients(cases)
    found = np.arange(coefficients.shape[0])[:, None, None] * (yes - no)
    found += coefficients[:, :, None]
    found += cases[:, None] * no
    return np.exp(np.maximum(found, NOTHING, out=found), out=found)


def _coefficients(cases: np.ndarray) -> np.ndarray:
    """`log_choose` of every row, padded with coefficients of nought: (k, rows)."""
    largest = int(cases.max())
    if largest < len(_small()):
        return _small()[: largest + 1, cases.astype(int)]
    sizes, column = np.unique(cases.astype(int), return_inverse=True)
    return _columns(sizes, largest)[:, column]


@cache
def _small() -> np.ndarray:
    """The coefficients of all sizes under 128, one per column."""
    return _columns(np.arange(128), 127)


def _columns(sizes: np.ndarray, largest: int) -> np.ndarray:
    """The coefficients of these sizes, one per column, each padded to the largest."""
    table = np.full((largest + 1, sizes.size), -1e9)
    for column, size in enumerate(sizes):
        table[: size + 1, column] = log_choose(int(size))
    return table
