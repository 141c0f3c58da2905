"""How many rows would stand out by chance alone, had nothing changed.

It is the sum of the attained sizes at each row's pooled rate, not the number of rows
times 0.05: exact tests of few cases err less often than their level allows.
"""

from typing import TYPE_CHECKING

from taskforce_analysis.methods.planning import expected_by_chance
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

DECIDED = ("improved", "worsened", "uncertain")


def chance_findings(comparison: "pd.DataFrame", settings: Settings) -> float:
    """The expected number of crude rows beyond chance if no rate had changed."""
    rows = comparison[
        (comparison["basis"] == "crude") & comparison["verdict"].isin(DECIDED)
    ]
    if not len(rows):
        return 0.0
    compliant = rows["compliant_before"] + rows["compliant_after"]
    applicable = rows["applicable_before"] + rows["applicable_after"]
    return float(
        expected_by_chance(
            rows["applicable_before"].to_numpy(),
            rows["applicable_after"].to_numpy(),
            (compliant / applicable).to_numpy(),
            confidence=settings.confidence,
        )
    )
