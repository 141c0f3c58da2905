"""The same cases reviewed twice: only when the user says so.

Equal case numbers in both phases prove nothing ("Sag 1" to "Sag 20" are other cases),
so pairing is never inferred. With it, only cases that are compliant or noncompliant in
both phases count; difference, interval and p-value are Tango's (1998), which cohere.
"""

from typing import TYPE_CHECKING, Any

from taskforce_analysis.methods.paired import tango
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of
from taskforce_analysis.tallying import with_groups

if TYPE_CHECKING:
    import pandas as pd

SCORED = ("compliant", "noncompliant")


def with_pairs(
    rows: "pd.DataFrame", answers: "pd.DataFrame", settings: Settings
) -> "pd.DataFrame":
    """The crude rows computed anew from the pairs; the other rows as they were."""
    grouped = with_groups(answers, settings.by)
    scored = grouped[grouped["score"].isin(SCORED)]
    for row in rows_of(rows[rows["basis"] == "crude"]):
        own = scored[
            (scored["measure"] == row.measure) & (scored["group"] == row.group)
        ]
        first, second = (
            own[own["phase"] == phase].set_index("case_id")["score"] == "compliant"
            for phase in (row.before, row.after)
        )
        both = first.index.intersection(second.index)
        found = _paired(first[both], second[both], settings)
        rows.loc[row.Index, list(found)] = list(found.values())
    return rows


def _paired(
    first: "pd.Series[bool]", second: "pd.Series[bool]", settings: Settings
) -> dict[str, Any]:
    before, after = first.to_numpy(), second.to_numpy()
    pairs = len(before)
    counts = (before & after, before & ~after, ~before & after, ~before & ~after)
    found = tango(*(int(one.sum()) for one in counts), confidence=settings.confidence)
    rates = [side.mean() if pairs else float("nan") for side in (before, after)]
    return {
        "compliant_before": int(before.sum()),
        "compliant_after": int(after.sum()),
        "applicable_before": pairs,
        "applicable_after": pairs,
        "rate_before": rates[0],
        "rate_after": rates[1],
        "difference": rates[1] - rates[0],
        "difference_low": found.low,
        "difference_high": found.high,
        "p_value": found.p_value,
        "method": "tango",
    }
