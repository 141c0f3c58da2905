"""How far two reviewers agree about the same cases.

Raw agreement comes first ("18 of 20"), then agreement about yes and about no, for raw
agreement flatters where nearly all is compliant (Feinstein and Cicchetti 1990). Gwet's
AC1 allows for chance without kappa's paradoxes, and is worth giving only when measures
are pooled.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.methods.counts import Shaped, crossed_cases, or_nan, vectorised


class Agreement(NamedTuple):
    """Shares in [0, 1]; AC1 may be below 0. Not a number where nothing is counted."""

    observed: Shaped
    positive: Shaped
    negative: Shaped
    ac1: Shaped


def agreement_of(
    both: ArrayLike, only_first: ArrayLike, only_second: ArrayLike, neither: ArrayLike
) -> Agreement:
    """The agreement of two reviewers, from counts of cases found compliant.

    Cicchetti and Feinstein 1990, J Clin Epidemiol 43:551; Gwet 2008, Br J Math Stat
    Psychol 61:29.

    >>> found = agreement_of(16, 1, 1, 2)
    >>> [round(share, 3) for share in found]
    [0.9, 0.941, 0.667, 0.866]
    """
    return vectorised(_agreement, both, only_first, only_second, neither)


def _agreement(
    both: np.ndarray, first: np.ndarray, second: np.ndarray, neither: np.ndarray
) -> Agreement:
    """The agreement of arrays of counts."""
    cases = crossed_cases(both, first, second, neither)
    observed = (both + neither) / cases
    share = (2 * both + first + second) / (2 * cases)
    chance = 2 * share * (1 - share)
    return Agreement(
        observed,
        2 * both / or_nan(2 * both + first + second),
        2 * neither / or_nan(2 * neither + first + second),
        (observed - chance) / (1 - chance),
    )
