"""Days until a decision, where some cases are still open on the day of measurement.

An open case has lasted at least so long: leaving it out, or counting it as done,
would make the time too short. Kaplan and Meier's curve keeps it in for as long as it
was seen. Durations are numbers of days; `closed` says which have ended.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.methods.counts import normal_quantile


class Survival(NamedTuple):
    """The share still open just after each time at which cases ended."""

    times: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    ended: np.ndarray


def kaplan_meier(
    durations: ArrayLike, closed: ArrayLike, *, confidence: float = 0.95
) -> Survival:
    """The share of cases still open over time, with Greenwood's log-log limits.

    The limits are not a number where the share is 0, as R's survfit has it: Greenwood's
    variance has no value there, and a limit of 0 would be one without width.
    UsageError where durations and `closed` do not match, or a duration is below 0
    or none at all.
    Kaplan and Meier 1958, JASA 53:457; Kalbfleisch and Prentice 1980.

    >>> curve = kaplan_meier([9, 13, 13, 18, 23], [True, True, False, True, True])
    >>> curve.times.tolist(), curve.share.round(3).tolist()
    ([9.0, 13.0, 18.0, 23.0], [0.8, 0.6, 0.3, 0.0])
    """
    days = np.asarray(durations, dtype=float)
    done = np.asarray(closed, dtype=bool)
    known = np.isfinite(days) & (days >= 0)
    if days.shape != done.shape or days.ndim != 1 or not known.all():
        raise wrong_use(
            "durations that cannot be", "Give days of 0 or more, each closed or not"
        )
    times, ended = np.unique(days[done], return_counts=True)
    at_risk = days.size - np.searchsorted(np.sort(days), times, side="left")
    share = np.cumprod(1 - ended / at_risk)
    left = np.maximum(at_risk - ended, 1e-300)
    spread = np.sqrt(np.cumsum(ended / (at_risk * left)))
    inner = share > 0  # it is below 1 wherever a case ended
    logs = np.log(np.where(inner, share, 0.5))
    factor = np.exp(normal_quantile(confidence) * np.where(inner, spread, 0) / -logs)
    low = np.where(inner, np.exp(logs * factor), np.nan)
    high = np.where(inner, np.exp(logs / factor), np.nan)
    return Survival(times, share, low, high, at_risk, ended)


class TimeQuantile(NamedTuple):
    """The days by which a share of the cases has ended; not a number if never seen."""

    time: float
    low: float
    high: float


def quantile_time(
    durations: ArrayLike,
    closed: ArrayLike,
    *,
    share: float = 0.5,
    confidence: float = 0.95,
) -> TimeQuantile:
    """The days by which `share` of the cases has ended, with limits.

    The limits are where the curve's own limits pass the share; not a number where they
    never do, as where the curve comes to 0 before its upper limit has passed. A curve
    that rests on the share passes it midway, so that the median of an even number of
    ended cases is the ordinary one. Brookmeyer and Crowley 1982, Biometrics 38:29.

    >>> quantile_time([9, 13, 13, 18, 23], [True, True, False, True, True]).time
    18.0
    """
    curve = kaplan_meier(durations, closed, confidence=confidence)
    return TimeQuantile(*(_passes(curve.times, part, share) for part in curve[1:4]))


def _passes(times: np.ndarray, open_share: np.ndarray, share: float) -> float:
    """When the open share falls to 1 - share; not a number where it never does."""
    reached = times[open_share <= 1 - share + 1e-12]
    passed = times[open_share < 1 - share - 1e-12]
    if not reached.size:
        return float("nan")
    return float((reached[0] + passed[0]) / 2 if passed.size else reached[0])


class MedianDifference(NamedTuple):
    """Median days after less before, with limits; negative is faster."""

    difference: float
    low: float
    high: float


def median_difference(
    before: tuple[ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike],
    *,
    confidence: float = 0.95,
) -> MedianDifference:
    """The difference of the median days; each phase is (durations, closed).

    The limits join the distances to each median's own limits, as Newcombe joins Wilson
    intervals (Zou and Donner 2008, Stat Med 27:1693); not a number where a median or
    the limit that is needed is not reached.

    >>> closed = [True] * 5
    >>> median_difference(([9, 13, 14, 18, 23], closed), ([5, 6, 8, 9, 12], closed))[0]
    -6.0
    """
    first = quantile_time(*before, confidence=confidence)
    second = quantile_time(*after, confidence=confidence)
    difference = second.time - first.time
    low = np.hypot(second.time - second.low, first.high - first.time)
    high = np.hypot(second.high - second.time, first.time - first.low)
    return MedianDifference(
        difference, float(difference - low), float(difference + high)
    )
