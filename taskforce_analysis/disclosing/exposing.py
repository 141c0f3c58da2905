"""What an outsider can work out about withheld counts, and what must go with them.

The outsider knows the totals over all groups, every group that is shown, and how many
cases each group has unless the whole group is withheld. What is left is a table with
known margins, whose cells can be bounded (Frechet 1940); a count is exposed when the
bounds meet, or when they keep it below the threshold.
"""

from typing import NamedTuple

import numpy as np


class Bounds(NamedTuple):
    """The least and the most that each withheld count can be."""

    low: np.ndarray
    high: np.ndarray


def is_small(counts: np.ndarray, threshold: int) -> np.ndarray:
    """Whether a count lies from one to one below the threshold; none is not small.

    >>> is_small(np.array([0, 1, 4, 5]), 5).tolist()
    [False, True, True, False]
    """
    return (counts > 0) & (counts < threshold)


def bounds(counts: np.ndarray, hidden: np.ndarray, unsized: np.ndarray) -> Bounds:
    """The bounds of the hidden groups' counts (groups by kinds of answer).

    `hidden` marks the groups that are withheld; `unsized` those of them whose number
    of cases is not known either, but for its sum.
    """
    own, blind = counts[hidden], unsized[hidden]
    size, rest = own.sum(axis=1), own.sum(axis=0)
    whole = rest.sum()
    most = np.where(blind, size[blind].sum() - blind.sum() + 1, size)
    least = np.where(blind, np.minimum(1, size), size)
    high = np.minimum(most[:, None], rest)
    low = np.maximum(0, rest - (whole - least)[:, None])
    return Bounds(low, high)


def exposed(
    counts: np.ndarray, hidden: np.ndarray, unsized: np.ndarray, *, threshold: int
) -> int:
    """How many hidden counts can be worked out, or be told to be small.

    A kind of answer that is itself small in the total, which is shown, cannot be
    bounded above the threshold; there the count must still be able to be none.
    """
    if not hidden.any():
        return 0
    own = counts[hidden]
    low, high = bounds(counts, hidden, unsized)
    told = (low == high) & (own > 0)
    small = is_small(own, threshold) & (high < threshold)
    shown_small = is_small(counts.sum(axis=0), threshold)
    return int((told | (small & (~shown_small | (low > 0)))).sum())


def grown(
    tables: list[np.ndarray],
    hidden: np.ndarray,
    unsized: np.ndarray,
    *,
    threshold: int,
) -> np.ndarray:
    """The hidden groups, and as many more as it takes that nothing is exposed.

    `tables` are the same groups' counts in several ways. One group after the other
    is added: the one that leaves least exposed, and of those the smallest.
    """
    hidden = hidden.copy()
    sizes = tables[0].sum(axis=1)

    def left(chosen: np.ndarray) -> int:
        return sum(exposed(one, chosen, unsized, threshold=threshold) for one in tables)

    while left(hidden) and not hidden.all():
        choices = []
        for place in np.flatnonzero(~hidden):
            tried = hidden.copy()
            tried[place] = True
            choices.append((left(tried), int(sizes[place]), int(place)))
        hidden[min(choices)[2]] = True
    return hidden


def grown_sizes(sizes: np.ndarray, hidden: np.ndarray, *, threshold: int) -> np.ndarray:
    """The groups whose number of cases is hidden, and more until none can be told.

    Of two or more hidden groups the sum is known, and that each has a case.
    """
    hidden = hidden.copy()
    for place in np.lexsort((np.arange(len(sizes)), sizes)):
        count = int(hidden.sum())
        enough = count > 1 and sizes[hidden].sum() - count + 1 >= threshold
        if not count or enough:
            break
        hidden[place] = True
    return hidden
