"""Whether a verdict stands under both readings of delvist.

Delvist counts as not compliant unless the settings say otherwise. The other reading is
counted here from the answers themselves, and the two verdicts are held together.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis.comparing.verdicts import alpha_of
from taskforce_analysis.forms import Form
from taskforce_analysis.methods.comparison import compare_rates
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of
from taskforce_analysis.tallying import with_groups

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = ("improved", "worsened", "uncertain")


def stands_under_partly(
    rows: "pd.DataFrame", answers: "pd.DataFrame", *, form: Form, settings: Settings
) -> "pd.Series[bool]":
    """Per row whether the other reading gives the same verdict; empty without delvist.

    The other reading is judged by the same share of the level as the row itself.
    """
    import pandas as pd

    stands = pd.Series(pd.array([None] * len(rows), dtype="boolean"), index=rows.index)
    marked = {m.id for m in form.measures if m.partly}
    grouped = with_groups(answers[answers["answer"] == "partly"], settings.by)
    counts = grouped.groupby(["group", "measure", "phase"], observed=True).size()
    step = -1 if settings.partly == "compliant" else 1
    asked = (rows["basis"] == "crude") & rows["measure"].isin(marked)
    for row in rows_of(rows[asked]):
        moved = [
            int(counts.get((row.group, row.measure, phase), 0)) * step
            for phase in (row.before, row.after)
        ]
        if row.verdict in VERDICTS and any(moved):
            stands[row.Index] = _same(row, moved, settings)
    return stands


def _same(row: Any, moved: list[int], settings: Settings) -> bool:
    found = compare_rates(
        row.compliant_before + moved[0],
        row.applicable_before,
        row.compliant_after + moved[1],
        row.applicable_after,
        confidence=settings.confidence,
    )
    share = row.p_value / row.p_adjusted if row.p_adjusted else 1.0
    beyond = found.p_value < alpha_of(settings) * share
    names = {1.0: "improved", -1.0: "worsened"}
    other = names.get(float(np.sign(found.difference)), "uncertain")
    return (other if beyond else "uncertain") == row.verdict
