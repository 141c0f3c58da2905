"""Two phases' tally rows side by side, one row per group, measure and basis.

Every measure of the form has a crude row in every group, also where a phase, or both,
did not ask it: its counts are 0 there and `asked_before` or `asked_after` is false.
"""

from itertools import product
from typing import TYPE_CHECKING

from taskforce_analysis.forms import Form

if TYPE_CHECKING:
    import pandas as pd

KEY = ["form", "group", "measure", "basis"]
COUNTED = ["compliant", "applicable", "not_applicable", "units", "unknown", "rate"]


def pair(
    tallied: "pd.DataFrame", form: Form, *, before: str, after: str
) -> "pd.DataFrame":
    """The tally's rows of two phases joined; counts end in _before and _after."""
    unknown = tallied[["missing", "not_assessable", "unrecognised"]].sum(axis=1)
    counted = tallied.assign(unknown=unknown)
    first, second = (
        counted.loc[counted["phase"] == phase, [*KEY, *COUNTED]].assign(asked=1)
        for phase in (before, after)
    )
    paired = _rows(tallied, form)
    for side, frame in (("before", first), ("after", second)):
        named = frame.rename(columns={n: f"{n}_{side}" for n in [*COUNTED, "asked"]})
        paired = paired.merge(named, on=KEY, how="left")
    counts = [f"{n}_{side}" for n in COUNTED[:5] for side in ("before", "after")]
    paired[counts] = paired[counts].fillna(0).astype("int64")
    for side in ("before", "after"):
        asked = paired[f"asked_{side}"]
        paired[f"asked_{side}"] = asked.eq(1) & (paired[f"units_{side}"] > 0)
    return paired.assign(before=before, after=after)


def _rows(tallied: "pd.DataFrame", form: Form) -> "pd.DataFrame":
    import pandas as pd

    groups = list(dict.fromkeys(tallied["group"])) or ["all"]
    crude = pd.DataFrame(
        [(form.id, *row, "crude") for row in product(groups, form.measure_ids)],
        columns=KEY,
    )
    more = tallied.loc[tallied["basis"] != "crude", KEY].drop_duplicates()
    return pd.concat([crude, more], ignore_index=True)
