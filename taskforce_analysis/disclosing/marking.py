"""The comparison of published results: withheld rows keep their place, not a figure.

A row is withheld whole where one of its phases is. What was computed over several
rows at once goes too, where one of them is withheld: the rest would tell of it.
"""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis import tables
from taskforce_analysis.disclosing.choosing import Places
from taskforce_analysis.disclosing.details import is_among

if TYPE_CHECKING:
    import pandas as pd

WITHHELD = "withheld"
KEPT = ("form", "group", "measure", "basis", "primary", "before", "after")
KEPT += ("confidence", "adjustment")
_EMPTY = {"int64": 0, "float64": np.nan, "Int64": None, "boolean": None, "str": ""}
_SAID: dict[str, str] = dict.fromkeys(
    ("verdict", "decided_by", "reservation"), WITHHELD
)


def marked(frame: "pd.DataFrame", hidden: np.ndarray) -> "pd.DataFrame":
    """The comparison with these rows withheld, and what they would be told by."""
    frame = frame.copy()
    for column in tables.comparison.columns:
        if column.name not in KEPT:
            value = _SAID.get(column.name, _EMPTY[column.dtype])
            frame.loc[hidden, column.name] = value
    family = (frame["basis"] == "crude") & (frame["adjustment"] != "none")
    told = set(frame.loc[family & hidden, "group"])
    frame.loc[family & frame["group"].isin(told), "p_adjusted"] = np.nan
    return tables.check(frame, tables.comparison)


def hidden_rows(frame: "pd.DataFrame", places: Places) -> np.ndarray:
    """Per row of the comparison whether one of its two phases is withheld."""
    sides = [frame.assign(phase=frame[side]) for side in ("before", "after")]
    return is_among(sides[0], places) | is_among(sides[1], places)
