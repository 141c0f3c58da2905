"""How many caseworkers or teams stand behind the cases, and what that could mean.

Cases of one caseworker may resemble each other, which makes few cases fewer. The
tipping design effect, (z / 1.96) squared, says by how much before a verdict tips; no
cluster-robust test is made, for with a handful of caseworkers none holds its level.
"""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.methods.clusters import tipping_design_effect
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of
from taskforce_analysis.tallying import with_groups

if TYPE_CHECKING:
    import pandas as pd


def with_clusters(
    rows: "pd.DataFrame", answers: "pd.DataFrame", settings: Settings
) -> "pd.DataFrame":
    """The rows with `clusters` and, for a verdict that could tip, `tipping`."""
    import pandas as pd

    rows["clusters"] = pd.array([None] * len(rows), dtype="Int64")
    rows["tipping"] = np.nan
    if "cluster" not in answers or not len(answers):
        return rows
    known = with_groups(answers[answers["cluster"].fillna("") != ""], settings.by)
    scored = known[known["score"].isin(["compliant", "noncompliant"])]
    numbers = scored.groupby(["group", "measure"], observed=True)["cluster"].nunique()
    for row in rows_of(rows[rows["basis"] == "crude"]):
        place = (row.group, row.measure)
        if place not in numbers.index:
            continue
        rows.loc[row.Index, "clusters"] = int(numbers[place])
        if row.verdict in ("improved", "worsened"):
            rows.loc[row.Index, "tipping"] = tipping_design_effect(
                row.p_value, confidence=settings.confidence
            )
    return rows
