"""Counts as they come in and limits as they go out: the shapes all methods share.

A method takes ints, floats or arrays that broadcast against each other. Inside it sees
one-dimensional float arrays only; what it gives back has the caller's shape again, and
plain floats where only plain numbers came in. Nothing applicable means not a number.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use


class Interval(NamedTuple):
    """The limits of a rate (in [0, 1]) or of a difference (in [-1, 1])."""

    low: Any
    high: Any


class Comparison(NamedTuple):
    """The limits of a difference, after minus before, and the p-value of no change."""

    low: Any
    high: Any
    p_value: Any


def vectorised(function: Callable[..., Any], *values: ArrayLike) -> Any:
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


def _as_given(array: np.ndarray, shape: tuple[int, ...]) -> Any:
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
    return np.where(applicable == 0, np.nan, applicable)


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
