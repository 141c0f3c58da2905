"""What may be said of a difference: improved, worsened, uncertain or too few cases.

The verdict follows from the p-value of the tool's method, and so from its interval too:
they agree by construction. It needs no limits, which makes it quick where thousands of
outcomes are judged, as for power or for every filling-in of what is unknown.
"""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.asymptotic import miettinen_nurminen
from taskforce_analysis.methods.comparison import is_large
from taskforce_analysis.methods.counts import check_confidence, check_counts, vectorised
from taskforce_analysis.methods.exact import canonical
from taskforce_analysis.methods.scanning import greatest_p


def judge(
    compliant_before: ArrayLike,
    applicable_before: ArrayLike,
    compliant_after: ArrayLike,
    applicable_after: ArrayLike,
    *,
    confidence: float = 0.95,
    minimum: int = 10,
) -> Any:
    """The verdict: "improved", "worsened", "uncertain" or "too_few".

    Too few where either phase has fewer than `minimum` applicable cases.

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
    large = is_large(n1, n2)
    found = np.full(x1.size, fill_value=False)
    if np.any(large):
        counts = (part[large] for part in (x1, n1, x2, n2))
        found[large] = miettinen_nurminen(*counts).p_value < size
    if not np.all(large):
        rows, place = canonical(*(part[~large] for part in (x1, n1, x2, n2)))
        found[~large] = (2 * greatest_p(rows, enough=size / 2) < size)[place]
    return found
