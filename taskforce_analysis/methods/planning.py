"""Before a measurement: what can so many cases show?

Power is worked out exactly for the method the tool uses, from every outcome there can
be. With 20 cases in each phase a rise from 40 to 70 per cent is found less than half
the time. Power does not rise evenly with the cases, so "cases needed" is where it stays
up.
"""

from collections.abc import Iterable
from math import isnan
from statistics import NormalDist

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods.rates import normal_quantile
from taskforce_analysis.methods.size import attained_sizes, chance_of_improved

STAYS = 5  # cases more, for which the power must stay up too


def power(
    rate_before: float,
    rate_after: float,
    applicable_before: int,
    applicable_after: int | None = None,
    *,
    confidence: float = 0.95,
) -> float:
    """How often a true change gets the right verdict; rates are shares.

    `applicable_after` is the same as before where it is left out.

    >>> round(power(0.4, 0.7, 20), 3), round(power(0.4, 0.7, 10), 3)
    (0.447, 0.247)
    """
    _check_rates(rate_before, rate_after)
    before = int(applicable_before)
    cases = (before, before if applicable_after is None else int(applicable_after))
    return _power(rate_before, rate_after, cases, confidence)


def _check_rates(*rates: float) -> None:
    """UsageError unless every rate is a share."""
    if not all(0 <= rate <= 1 for rate in rates):
        raise wrong_use("a rate outside 0 to 1", "Give shares, as 0.4 for 40 per cent")


def cases_needed(
    rate_before: float,
    rate_after: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    most: int = 200,
) -> int | None:
    """The cases in each phase from which on the power is at least `power`.

    None where more than `most` would be needed, or the rates are equal. A dip within
    the next five cases sends the search on.

    >>> cases_needed(0.4, 0.8)
    23
    """
    _check_rates(rate_before, rate_after)
    if rate_before == rate_after:
        return None

    def enough(cases: int) -> bool:
        return _power(rate_before, rate_after, (cases, cases), confidence) >= power

    cases = max(2, int(_rough(rate_before, rate_after, power, confidence)) - 2)
    if cases > most:
        return None
    while cases > 2 and enough(cases):
        cases = max(2, cases - STAYS)
    held = 0
    while held <= STAYS and cases <= most + STAYS:
        held = held + 1 if enough(cases) else 0
        cases += 1
    first = cases - held
    return first if held > STAYS and first <= most else None


def _power(
    before: float, after: float, cases: tuple[int, int], confidence: float
) -> float:
    """The power, by turning a fall into a rise."""
    if after < before:
        before, after = 1 - before, 1 - after
    return chance_of_improved(before, after, *cases, confidence=confidence)


def _rough(before: float, after: float, power: float, confidence: float) -> float:
    """The textbook number of cases in each phase, to start from."""
    deviates = normal_quantile(confidence) + NormalDist().inv_cdf(power)
    spread = before * (1 - before) + after * (1 - after)
    return max(deviates, 0) ** 2 * spread / (after - before) ** 2


def smallest_change(
    rate_before: float,
    applicable_before: int,
    applicable_after: int | None = None,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float:
    """The smallest rise, as a share, that is found with at least this power.

    Not a number where even a rise to 100 per cent is not.

    >>> round(smallest_change(0.4, 20), 3)
    0.428
    """
    _check_rates(rate_before)
    before = int(applicable_before)
    cases = (before, before if applicable_after is None else int(applicable_after))
    if _power(rate_before, 1.0, cases, confidence) < power:
        return float("nan")
    low, high = rate_before, 1.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        found = _power(rate_before, middle, cases, confidence) >= power
        low, high = (low, middle) if found else (middle, high)
    return high - rate_before


def expected_by_chance(
    applicable_before: Iterable[int],
    applicable_after: Iterable[int],
    rates: Iterable[float],
    *,
    confidence: float = 0.95,
) -> float:
    """How many of these measures would stand out if nothing had changed.

    The sum of the attained sizes at each measure's pooled rate (a share). Measures
    without cases in either phase, or without a rate, add nothing.

    >>> round(expected_by_chance([20, 20, 0], [20, 20, 5], [0.5, 0.9, 0.5]), 3)
    0.078
    """
    rows = [
        (int(before), int(after), float(rate))
        for before, after, rate in zip(
            applicable_before, applicable_after, rates, strict=True
        )
        if before and after and not isnan(rate)
    ]
    return float(attained_sizes(rows, confidence=confidence).sum())
