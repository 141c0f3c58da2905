"""Which group a row belongs to: all, or the values of the attributes asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    return answers.assign(group=label.where(label != "", "-"))
