"""The issues of published results: that there was something, never where or in whom."""

from typing import TYPE_CHECKING

from taskforce_analysis import tables

if TYPE_CHECKING:
    import pandas as pd

# What they say is a figure of a group: that it is small, or has moved.
OF_FIGURES = ("SMALL_CELL", "DENOMINATOR_ZERO", "APPLICABLE_SHIFT")
PLACES = ("sheet", "cell", "case_id", "phase", "group", "measure", "found", "expected")


def published_issues(issues: "pd.DataFrame") -> "pd.DataFrame":
    """One row per code and file, without cell, case, group and measure.

    `count` is how many kinds of places there were, not how many cases.
    """
    kept = issues[~issues["code"].isin(OF_FIGURES)]
    keys = ["severity", "code", "file"]
    sizes = kept.groupby(keys, dropna=False, sort=False).size()
    counted = sizes.rename("count").reset_index()
    return tables.check(counted.assign(**dict.fromkeys(PLACES)), tables.issues)
