"""Which group a row belongs to: all, or the values of the attributes asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taskforce_analysis.privacy import has_cpr, redact

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"


def with_groups(answers: "pd.DataFrame", by: Sequence[str]) -> "pd.DataFrame":
    """The answers with `group` made of the attributes; "all" where there are none."""
    if not by:
        return answers.assign(group=ALL)
    label = answers[by[0]].fillna("")
    for name in by[1:]:
        label = label + " · " + answers[name].fillna("")
    return answers.assign(group=_covered(label.where(label != "", "-")))


def _covered(label: "pd.Series[str]") -> "pd.Series[str]":
    # What lies in an engine was not checked, and a group is shown.
    odd = {text: redact(text) for text in label.unique() if has_cpr(text)}
    return label.replace(odd) if odd else label
