"""The score statistic of a difference, and the intervals that invert it.

Under a difference that is assumed, the two rates are estimated together, with that
difference between them (Miettinen and Nurminen 1985, Farrington and Manning 1990). The
observed difference less the assumed one, over the standard error at those rates, is the
score statistic. It orders the outcomes of the exact method, and compared with the
normal distribution it gives the intervals of Mee and of Miettinen and Nurminen.
"""

import numpy as np


def restricted_rate(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """The most likely first rate when the second is `delta` higher; arrays broadcast.

    The closed root of the cubic of Miettinen and Nurminen 1985, appendix 1.

    >>> restricted_rate(8.0, 20.0, 14.0, 20.0, 0.0).round(9).item()
    0.55
    """
    total, yes = n1 + n2, x1 + x2
    thrice = 3 * total
    square = yes * (-1 / thrice) + ((n2 + 2 * n1) * delta - total) / thrice
    linear = (yes - x1 * (2 * delta)) / thrice + (n1 * delta - total) * delta / thrice
    squared = square * square
    shift = square * (squared - 1.5 * linear) + x1 * (delta * (1 - delta) / (2 * total))
    size = np.copysign(np.sqrt(np.maximum(squared - linear, 0)), shift)
    cube = size * size * size
    ratio = shift / np.where(cube == 0, 1.0, cube)
    angle = np.arccos(np.minimum(np.maximum(ratio, -1.0), 1.0))
    root = 2 * size * np.cos((np.pi + angle) / 3) - square
    root = np.where(yes == 0, 0.0, np.where(yes == total, 1.0, root))
    return np.minimum(np.maximum(root, np.maximum(0, -delta)), np.minimum(1, 1 - delta))


def score_statistic(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """The score statistic of the difference, second less first, against `delta`.

    Infinite where the assumed difference rules the outcome out; 0 where they agree.

    >>> score_statistic(8.0, 20.0, 14.0, 20.0, 0.0).round(6).item()
    1.906925
    """
    first = restricted_rate(x1, n1, x2, n2, delta)
    second = np.minimum(np.maximum(first + delta, 0.0), 1.0)
    variance = first * (1 - first) / n1 + second * (1 - second) / n2
    gap = (x2 * n1 - x1 * n2) / (n1 * n2) - delta
    gap = np.where(np.abs(gap) < 1e-14, 0.0, gap)
    return gap / np.sqrt(np.maximum(variance, 1e-300))
