"""The same cases in both phases: only those that changed speak.

Counts are of cases: compliant in both phases, only before, only after, in neither.
Tango's score interval and its test cohere (Fagerland et al. 2014). McNemar's exact and
mid-p tests are here for comparison. Whether the cases really are the same is for the
user to say; equal case numbers alone prove nothing.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods import pairs
from taskforce_analysis.methods.counts import Comparison, vectorised
from taskforce_analysis.methods.rates import normal_quantile


@pairs.register(
    "tango",
    label={
        "da": "Tangos scoreinterval og test for parrede sager",
        "en": "Tango's score interval and test for paired cases",
    },
    reference="Tango 1998, Stat Med 17:891; Fagerland et al. 2014, Stat Med 33:2850",
    meant_for="the same cases in both phases",
)
def tango(
    both: ArrayLike,
    only_before: ArrayLike,
    only_after: ArrayLike,
    neither: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Tango's score interval of the paired difference, after minus before, and its p.

    Tango 1998. The p-value is McNemar's, without continuity correction.

    >>> low, high, p_value = tango(1, 7, 1, 12)
    >>> round(low, 6), round(high, 6), round(p_value, 6)
    (-0.517232, -0.026003, 0.033895)
    """
    z = normal_quantile(confidence)
    return vectorised(partial(_tango, z=z), both, only_before, only_after, neither)


def _tango(
    both: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    neither: np.ndarray,
    *,
    z: float,
) -> Comparison:
    """Tango's limits for arrays; the upper one is the lower one, phases swapped."""
    from scipy.special import ndtr

    if np.any(np.minimum.reduce([both, before, after, neither]) < 0):
        raise wrong_use("a negative count of cases", "Give counts of 0 or more")
    cases = both + before + after + neither
    cases = np.where(cases == 0, np.nan, cases)
    seen = _tango_score(before, after, cases, np.zeros(cases.size))
    low = _lower(before, after, cases, z)
    high = -_lower(after, before, cases, z)
    low = np.where(seen > z, np.maximum(low, 1e-12), np.minimum(low, 0))
    high = np.where(seen < -z, np.minimum(high, -1e-12), np.maximum(high, 0))
    return Comparison(low, high, 2 * ndtr(-np.abs(seen)))


def _lower(
    before: np.ndarray, after: np.ndarray, cases: np.ndarray, z: float
) -> np.ndarray:
    """Where the score, which falls with the assumed difference, comes down to z."""
    low, high = np.full(cases.size, -1.0), (after - before) / cases
    for _ in range(60):
        middle = (low + high) / 2
        beyond = _tango_score(before, after, cases, middle) > z
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return high


def _tango_score(
    before: np.ndarray, after: np.ndarray, cases: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """The score of the paired difference against `delta`; Tango 1998, eq. 3."""
    linear = -after - before + (2 * cases - after + before) * delta
    constant = -before * delta * (1 - delta)
    root = np.sqrt(np.maximum(linear**2 - 8 * cases * constant, 0))
    only_before = (root - linear) / (4 * cases)
    variance = cases * (2 * only_before + delta * (1 - delta))
    gap = after - before - cases * delta
    gap = np.where(np.abs(gap) < 1e-12, 0.0, gap)
    return gap / np.sqrt(np.maximum(variance, 1e-300))


@pairs.register(
    "mcnemar_exact",
    label={"da": "McNemars eksakte test", "en": "McNemar's exact test"},
    reference="McNemar 1947, Psychometrika 12:153",
    meant_for="comparing methods; the same cases in both phases",
)
def mcnemar_exact(only_before: ArrayLike, only_after: ArrayLike) -> float | np.ndarray:
    """The exact two-sided binomial p-value of the cases that changed.

    >>> mcnemar_exact(7, 1)
    0.0703125
    """
    return vectorised(partial(_mcnemar, share=1.0), only_before, only_after)


@pairs.register(
    "mcnemar_mid_p",
    label={"da": "McNemars mid-p-test", "en": "McNemar mid-p test"},
    reference="Fagerland, Lydersen and Laake 2013, BMC Med Res Methodol 13:91",
    meant_for="comparing methods; the same cases in both phases",
)
def mcnemar_mid_p(only_before: ArrayLike, only_after: ArrayLike) -> float | np.ndarray:
    """The same with half the chance of what was seen.

    >>> mcnemar_mid_p(7, 1)
    0.0390625
    """
    return vectorised(partial(_mcnemar, share=0.5), only_before, only_after)


def _mcnemar(before: np.ndarray, after: np.ndarray, *, share: float) -> np.ndarray:
    """Twice the chance of so few or fewer, counting `share` of so few exactly."""
    from scipy.special import betainc

    fewer, changed = np.minimum(before, after), before + after
    rest = np.maximum(changed - fewer, 1)
    at_most = np.where(changed > 0, betainc(rest, fewer + 1, 0.5), 1.0)
    below = np.where(fewer > 0, betainc(rest + 1, np.maximum(fewer, 1), 0.5), 0.0)
    return np.minimum(1.0, 2 * (below + share * (at_most - below)))
