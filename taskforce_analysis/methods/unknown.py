"""What is not known, filled in every way there is.

A blank, an answer that could not be read or could not be given may have been yes or no,
and where the measure allows it also "not applicable". The bounds of a rate over every
filling-in, and whether the verdict survives all of them, are worst cases, not
probabilities (Horowitz and Manski 2000, JASA 95:77).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.comparison import judge
from taskforce_analysis.methods.counts import Interval, vectorised


class Known(NamedTuple):
    """One phase: compliant, not compliant and not known; some may not apply."""

    compliant: int
    noncompliant: int
    unknown: int
    may_not_apply: bool = False


def rate_bounds(
    compliant: ArrayLike,
    noncompliant: ArrayLike,
    unknown: ArrayLike,
    *,
    may_not_apply: ArrayLike = False,
) -> Interval:
    """The lowest and highest rate over every filling-in of what is not known.

    That some do not apply never goes further than no or yes, except that with nothing
    known there may be no rate at all; then the bounds are 0 and 1 where anything is
    unknown, and not a number where nothing is.

    >>> rate_bounds(14, 4, 2)
    Interval(low=0.7, high=0.8)
    """
    return vectorised(_bounds, compliant, noncompliant, unknown, may_not_apply)


def _bounds(
    yes: np.ndarray, no: np.ndarray, unknown: np.ndarray, _: np.ndarray
) -> Interval:
    """The bounds of arrays: all unknown are no, or all are yes."""
    cases = np.where(yes + no + unknown == 0, np.nan, yes + no + unknown)
    return Interval(yes / cases, (yes + unknown) / cases)


def survives_unknown(
    before: Known, after: Known, *, confidence: float = 0.95, minimum: int = 10
) -> bool:
    """Whether every filling-in of both phases gives the verdict of what is known.

    Every number of cases that may apply is tried, and for each the fillings-in that
    speak most for and most against a rise; all others lie between them.

    >>> survives_unknown(Known(4, 16, 0), Known(18, 0, 2))
    True
    >>> survives_unknown(Known(6, 14, 1), Known(13, 7, 1))
    False
    """
    pairs = [(before, after)]
    return bool(all_survive_unknown(pairs, confidence=confidence, minimum=minimum)[0])


def all_survive_unknown(
    pairs: Sequence[tuple[Known, Known]],
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> np.ndarray:
    """`survives_unknown` for many pairs of phases, judged in one call; booleans.

    >>> all_survive_unknown([(Known(6, 14, 1), Known(13, 7, 1))]).tolist()
    [False]
    """
    tables = [_tables(before, after) for before, after in pairs]
    if not tables:
        return np.zeros(0, dtype=bool)
    rows = np.concatenate(tables, axis=1)
    distinct, place = np.unique(rows, axis=1, return_inverse=True)
    found = np.asarray(judge(*distinct, confidence=confidence, minimum=minimum))
    verdicts = found[np.ravel(place)]
    ends = np.cumsum([table.shape[1] for table in tables])
    parts = np.split(verdicts, ends[:-1])
    return np.array([bool(np.all(part == part[0])) for part in parts])


def _tables(before: Known, after: Known) -> np.ndarray:
    """The known table first, then the extremes of every filling-in; four rows."""
    known = [
        [before.compliant],
        [before.compliant + before.noncompliant],
        [after.compliant],
        [after.compliant + after.noncompliant],
    ]
    first, second = _fillings(before), _fillings(after)
    numbers = first.applicable.size, second.applicable.size
    one, two = (places.ravel() for places in np.indices(numbers))
    sizes = first.applicable[one], second.applicable[two]
    against = [first.most[one], sizes[0], second.fewest[two], sizes[1]]
    favour = [first.fewest[one], sizes[0], second.most[two], sizes[1]]
    return np.concatenate([np.array(known), against, favour], axis=1)


class _Fillings(NamedTuple):
    """Per number of unknown cases that apply: applicable cases, and the compliant."""

    applicable: np.ndarray
    fewest: np.ndarray
    most: np.ndarray


def _fillings(phase: Known) -> _Fillings:
    """The extremes for every number of unknown cases that may apply."""
    least = 0 if phase.may_not_apply else phase.unknown
    answered = np.arange(least, phase.unknown + 1)
    known = phase.compliant + phase.noncompliant
    fewest = np.full(answered.size, phase.compliant)
    return _Fillings(known + answered, fewest, phase.compliant + answered)
