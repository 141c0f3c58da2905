"""The answers of deadline measures with their days, as numbers.

checking leaves beside each of these answers, as text, whether the case is open, its
limit, the days that it allowed, the days over it, and the days from the start to the
date of measurement. A case that the measure does not apply to has no part in the days.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taskforce_analysis.tallying import with_groups

if TYPE_CHECKING:
    import pandas as pd

KEY = ["form", "group", "phase", "measure"]
NUMBERS = ("allowed", "over", "elapsed")
LEFT_OUT = ("not_applicable", "missing", "unrecognised")


def timed(answers: "pd.DataFrame", by: Sequence[str] = ()) -> "pd.DataFrame":
    """The answers that have days and apply, with `closed` and the numbers as numbers.

    What checking did not say is empty. `by` names the attributes of the groups.
    """
    import pandas as pd

    chosen = answers["days"].notna() & ~answers["score"].isin(LEFT_OUT)
    rows = with_groups(answers[chosen], by)
    blank = pd.Series(index=rows.index, dtype="str")
    numbers = {
        name: pd.to_numeric(rows.get(name, blank), errors="coerce").astype("float64")
        for name in NUMBERS
    }
    closed = rows.get("open", blank).ne("yes")
    limit = rows.get("limit", blank).astype("str")
    return rows.assign(closed=closed, limit=limit, **numbers)
