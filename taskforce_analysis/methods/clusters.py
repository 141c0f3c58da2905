"""Cases of one caseworker resemble each other: how much may they, before it matters?

With a handful of caseworkers no cluster-robust test holds its error. What can be said
is how large the design effect would have to be for the finding to fall: the square of
its normal deviate over the one the confidence demands. Turned into a correlation
between cases of the same caseworker, a reader can judge whether that is likely.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import vectorised
from taskforce_analysis.methods.rates import normal_quantile


def tipping_design_effect(
    p_value: ArrayLike, *, confidence: float = 0.95
) -> float | np.ndarray:
    """The design effect at which a two-sided p-value would reach 1 - confidence.

    Under 1 where the finding does not stand even with independent cases. Kish 1965.

    >>> round(tipping_design_effect(0.01), 3)
    1.727
    """
    demanded = normal_quantile(confidence)
    return vectorised(partial(_tipping, demanded=demanded), p_value)


def _tipping(p_value: np.ndarray, *, demanded: float) -> np.ndarray:
    """The design effects of an array of p-values."""
    from scipy.special import ndtri

    return (ndtri(np.maximum(p_value, 1e-300) / 2) / demanded) ** 2


def tipping_correlation(
    design_effect: ArrayLike, cluster_size: ArrayLike
) -> float | np.ndarray:
    """The correlation within clusters that gives this design effect.

    `cluster_size` is the mean number of cases of a caseworker. Not a number where it is
    1 or less; 1 at most, for then no correlation could tip the finding; 0 at least.

    >>> tipping_correlation(2.0, 6)
    0.2
    """
    return vectorised(_correlation, design_effect, cluster_size)


def _correlation(effect: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The correlations of arrays."""
    others = np.where(size > 1, size - 1, np.nan)
    return np.clip((effect - 1) / others, 0, 1)
