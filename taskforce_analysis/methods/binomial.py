"""Binomial probabilities for many sample sizes at once, as arrays.

Rows are comparisons, and each row has its own number of cases. The possible counts lie
along the second axis and the candidate rates along the third, so that tails are running
sums over contiguous blocks. Numpy alone does it, except for samples so unequal that the
incomplete beta function is cheaper than a table.
"""

from functools import cache

import numpy as np

TINY = 1e-300  # stands in for a rate of 0 under the logarithm
NOTHING = -300.0  # e^-300 is nought here; below e^-700 the exponential is slow
FAR = 40.0  # a tail with so much information against it is under e^-40 (Chernoff 1952)


@cache
def log_choose(cases: int) -> np.ndarray:
    """The logarithms of the binomial coefficients of `cases`, length cases + 1.

    >>> np.exp(log_choose(4)).round(6).tolist()
    [1.0, 4.0, 6.0, 4.0, 1.0]
    """
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, cases + 1.0)))))
    return factorials[-1] - factorials - factorials[::-1]


def _coefficients(cases: np.ndarray) -> np.ndarray:
    """`log_choose` of every row, padded with coefficients of nought: (k, rows)."""
    largest = int(cases.max())
    if largest < len(_small()):
        return _small()[: largest + 1, cases.astype(int)]
    sizes, place = np.unique(cases.astype(int), return_inverse=True)
    table = np.full((largest + 1, sizes.size), -1e9)
    for row, size in enumerate(sizes):
        table[: size + 1, row] = log_choose(int(size))
    return table[:, place]


@cache
def _small() -> np.ndarray:
    """The coefficients of all sizes under 128, one per column."""
    table = np.full((128, 128), -1e9)
    for size in range(128):
        table[: size + 1, size] = log_choose(size)
    return table


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


def upper_tails(cases: np.ndarray, rates: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The chance of at least `least`: (rows,), (rows, m), (rows, k) -> (k, rows, m).

    >>> upper_tails(np.array([2.0]), np.array([[0.5]]), np.array([[1]]))[0, 0].tolist()
    [0.75]
    """
    if cases.max() > 8 * least.shape[1]:
        return _beta_tails(cases, rates, least.T)
    table = probabilities(cases, rates)
    for count in range(len(table) - 1, 0, -1):
        table[count - 1] += table[count]
    tails = table[np.minimum(least.T, len(table) - 1), np.arange(cases.size)]
    tails[len(table) == least.T] = 0.0
    return tails


def _beta_tails(cases: np.ndarray, rates: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The same by the incomplete beta function, for few tails of many cases."""
    from scipy.special import betainc

    first = np.clip(least, 1, cases)[:, :, None]
    share, size = (first - 0.5) / cases[:, None], cases[:, None]
    far = size * (
        share * np.log(share / np.maximum(rates, TINY))
        + (1 - share) * np.log((1 - share) / np.maximum(1 - rates, TINY))
    )
    found = (rates > share).astype(float)
    near = np.nonzero(far < FAR)
    _, row, _ = near
    first = first[near[0], row, 0]
    found[near] = betainc(first, cases[row] - first + 1, rates[row, near[2]])
    found[least <= 0] = 1.0
    found[least > cases] = 0.0
    return found
