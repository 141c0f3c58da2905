"""What can be read off one comparison row before anything is said about it."""

from math import isnan
from typing import TYPE_CHECKING, Any

from taskforce_analysis.languages import round_half_up
from taskforce_analysis.results import Results

if TYPE_CHECKING:
    import pandas as pd

WITHHELD = "withheld"


def is_withheld(row: Any) -> bool:
    """Whether disclosure control has withheld this row whole."""
    return WITHHELD in codes_of(row)


def codes_of(row: Any) -> list[str]:
    """The reservation codes of a row, which are parted by blanks."""
    text = row.reservation
    return text.casefold().replace(",", " ").split() if isinstance(text, str) else []


def left_open(applicable: int, *, confidence: float) -> float:
    """The rate that none of so many cases does not exclude (Clopper-Pearson at 0).

    Hanley and Lippman-Hand 1983, JAMA 249:1743: if nothing goes wrong, is everything
    all right?

    >>> round(left_open(20, confidence=0.95), 4)
    0.1684
    """
    return 1 - ((1 - confidence) / 2) ** (1 / applicable)


def settled(share: float) -> float:
    """A share without the binary dust of a subtraction, so that halves round up.

    >>> 0.7 - 0.375, settled(0.7 - 0.375)
    (0.32499999999999996, 0.325)
    """
    return round(share, 12)


def may_be_shown(row: Any, results: Results) -> bool:
    """Whether a row says nothing that the selection of the cases does not carry.

    Cases that were not drawn at random say nothing of all the municipality's cases.
    """
    phases = (str(row.before), str(row.after))
    drawn = all(results.measurement.phase(phase).is_random for phase in phases)
    return row.basis != "stock" or drawn


def has_reservation(row: Any) -> bool:
    """Whether a decided row carries more than its condition, which the twin shows."""
    if row.verdict not in ("improved", "worsened", "uncertain"):
        return False
    return str(row.robust) == "False" or bool({*codes_of(row)} - {"conditional"})


def decimals_of(share: float) -> int:
    """No decimals, unless a difference that is not 0 would then read as 0."""
    if share == 0 or isnan(share):
        return 0
    for decimals in range(3):
        if round_half_up(settled(share) * 100, decimals) != 0:
            return decimals
    return 0


def uncounted(tally: "pd.DataFrame") -> set[tuple[str, ...]]:
    """Where a measure was asked but no answer counts: group, measure, phase, basis."""
    asked = tally["units"] > tally["not_applicable"]
    rows = tally[asked & (tally["applicable"] == 0)]
    keys = ("group", "measure", "phase", "basis")
    return set(zip(*(rows[key].astype(str) for key in keys), strict=True))


def crude(comparison: "pd.DataFrame", group: str) -> "pd.DataFrame":
    """A group's crude rows: those that decide."""
    return comparison[(comparison["basis"] == "crude") & (comparison["group"] == group)]


def finding_key(row: Any) -> str:
    """The key of a verdict's sentence: with what decided it, where that matters."""
    if (
        row.verdict == "uncertain"
        and not row.difference_low <= 0 <= row.difference_high
    ):
        return f"uncertain_{row.decided_by}"
    if row.verdict == "not_comparable":
        return f"not_comparable_{row.decided_by}"
    return row.verdict
