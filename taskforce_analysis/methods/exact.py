"""The exact unconditional interval and test of a difference between two rates.

Two one-sided tests are inverted (Chan and Zhang 1999) with the score statistic and the
greatest p-value over the nuisance rate. The p-value of "not improved" is the greatest
over all differences up to 0, and a limit is the outermost difference not rejected, so
interval and p-value never disagree: 0 is outside exactly when p < 1 - confidence.

Read on in outcomes.py (one assumed difference) and in scanning.py (all of them); where
the cases are many, in many_cases.py, which seeks the same in another way. Of so many
that even this takes minutes, only those nuisance rates are looked at which the larger
sample leaves room for, and the chance that the true one is another is added (Berger and
Boos 1994): at any size a verdict errs at most as often as it says.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods import differences
from taskforce_analysis.methods.counts import (
    Comparison,
    both_known,
    check_confidence,
    vectorised,
)
from taskforce_analysis.methods.many_cases import (
    LEFT_OUT,
    SAME,
    Table,
    lower,
    p_not_improved,
)
from taskforce_analysis.methods.outcomes import Rows, size_class
from taskforce_analysis.methods.rates import clopper_pearson
from taskforce_analysis.methods.scanning import EDGE, greatest_p, lowest_not_rejected

BLOCK = 400_000  # counts worked on together; bounds the memory
FEW = 45_000  # outcomes of a comparison, up to which all comparisons go side by side


@differences.register(
    "chan_zhang",
    label={
        "da": "eksakt ubetinget interval og test (Chan og Zhang)",
        "en": "exact unconditional interval and test (Chan and Zhang)",
    },
    reference="Chan and Zhang 1999, Biometrics 55:1202; Röhmel 2005, Biom J 47:37",
    meant_for="two phases with other cases in each; up to 400,000 cases together",
)
def exact_difference(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """The exact interval of the difference, after minus before, and its two-sided p.

    Limits to 1e-6, the supremum over the nuisance rate to 1e-7. The p-value is twice
    the smaller of the two one-sided ones, at most 1. Chan and Zhang 1999, Röhmel 2005.

    >>> low, high, p_value = exact_difference(8, 20, 14, 20)
    >>> round(low, 4), round(high, 4), round(p_value, 4)
    (-0.0237, 0.5804, 0.0703)
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    level = {"size": 1 - check_confidence(confidence), "confined": False}
    return vectorised(partial(_exact, **level), *counts)


@differences.register(
    "berger_boos",
    label={
        "da": "eksakt ubetinget interval og test, den fælles andel afgrænset "
        "(Berger og Boos)",
        "en": "exact unconditional interval and test, nuisance rate confined "
        "(Berger and Boos)",
    },
    reference="Berger and Boos 1994, JASA 89:1012; Chan and Zhang 1999",
    meant_for="two phases with other cases in each; more than 400,000 cases together",
)
def confined_difference(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """The same, over the nuisance rates that the larger sample leaves room for.

    They are its Clopper-Pearson interval at 1 - 1e-6, and 1e-6 is added to every
    one-sided p-value. Berger and Boos 1994.

    >>> low, high, p_value = confined_difference(8, 20, 14, 20)
    >>> round(low, 4), round(high, 4), round(p_value, 4)
    (-0.0241, 0.5804, 0.0703)
    """
    counts = (compliant_before, applicable_before, compliant_after, applicable_after)
    level = {"size": 1 - check_confidence(confidence), "confined": True}
    return vectorised(partial(_exact, **level), *counts)


def _exact(
    x1: np.ndarray,
    n1: np.ndarray,
    x2: np.ndarray,
    n2: np.ndarray,
    *,
    size: float,
    confined: bool,
) -> Comparison:
    """The comparison of arrays: both directions are lower limits of mirror images."""
    known = np.flatnonzero(both_known(x1, n1, x2, n2))
    tables = Rows(x1, n1, x2, n2).take(known)
    both = zip(tables, tables.mirrored, strict=True)
    rows, place = canonical(*(np.concatenate(pair) for pair in both))
    low, p_value = np.empty(rows.size), np.empty(rows.size)
    many = _are_many(rows) | confined
    few = np.flatnonzero(~many)
    for block in blocks(rows.take(few)):
        some = few[block]
        low[some], p_value[some] = _lower(rows.take(some), tail=size / 2, size=size)
    for one in np.flatnonzero(many).tolist():
        table = _table(rows, one, confined=confined)
        low[one], p_value[one] = lower(table, tail=size / 2, size=size)
    own, image = np.split(place, 2)
    found = np.full((3, x1.size), np.nan)
    found[0, known], found[1, known] = low[own], -low[image]
    found[2, known] = np.minimum(1, 2 * np.minimum(p_value[own], p_value[image]))
    return Comparison(*found)


def _are_many(rows: Rows) -> np.ndarray:
    """Which comparisons have so many outcomes that each is worked out by itself."""
    return (rows.n1 + 1) * (rows.n2 + 1) > FEW


def _table(rows: Rows, place: int, *, confined: bool) -> Table:
    """One row; confined to the rates that its larger sample leaves room for."""
    x1, n1, x2, n2 = (float(part[place]) for part in rows)
    table = Table(x1, n1, x2, n2)
    if not confined:
        return table
    low, high = clopper_pearson(table.x2, table.n2, confidence=1 - LEFT_OUT)
    return table._replace(rates=(float(low), float(high)))


def is_improved(rows: Rows, size: float, *, confined: bool) -> np.ndarray:
    """Which of these canonical rows have a p-value of "not improved" under size / 2."""
    found = np.zeros(rows.size, dtype=bool)
    many = _are_many(rows) | confined
    few = np.flatnonzero(~many)
    if few.size:
        found[few] = 2 * greatest_p(rows.take(few), enough=size / 2) < size
    for one in np.flatnonzero(many).tolist():
        limit = size / 2 - (LEFT_OUT if confined else 0.0)
        table = _table(rows, one, confined=confined)
        # Whether it is exceeded is all that is asked: how far under it is no matter.
        found[one] = p_not_improved(table, enough=limit * SAME, known=limit) <= limit
    return found


def canonical(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray
) -> tuple[Rows, np.ndarray]:
    """Each table once, the smaller sample first, and the place of every row in it.

    Swapping the phases and turning yes into no leaves the difference as it is.
    """
    turn = (n1 > n2) | ((n1 == n2) & (x1 > n2 - x2))
    own, turned = np.stack([x1, n1, x2, n2]), np.stack([n2 - x2, n2, n1 - x1, n1])
    table = np.where(turn, turned, own)[[3, 1, 0, 2]]  # like sizes side by side
    order = np.lexsort(table[::-1])
    table = table[:, order]
    new = np.any(np.diff(table, axis=1, prepend=-1) != 0, axis=0)
    place = np.empty(order.size, dtype=int)
    place[order] = np.cumsum(new) - 1
    larger, smaller, first, second = table[:, new]
    return Rows(first, smaller, second, larger), place


def blocks(rows: Rows) -> Iterator[np.ndarray]:
    """Places of rows that are worked on together: those of one size, not too many.

    A row's result must not depend on its company.
    """
    classes = size_class(rows) if rows.size else np.zeros(0)
    for one in np.unique(classes):
        place = np.flatnonzero(classes == one)
        together = max(1, int(BLOCK / 2**one))
        yield from np.split(place, range(together, place.size, together))


def _lower(rows: Rows, *, tail: float, size: float) -> tuple[np.ndarray, np.ndarray]:
    """The lower limits, and the p-values of "not improved" where they are under 1/2."""
    p_value = greatest_p(rows, enough=0.5)
    rejected = 2 * p_value < size
    start = np.where(rejected, 0.0, EDGE)
    low = lowest_not_rejected(rows, tail, start)
    low = np.where(rejected, np.maximum(low, 1e-12), np.minimum(low, 0.0))
    return np.where(rows.difference <= -1, -1.0, low), p_value
