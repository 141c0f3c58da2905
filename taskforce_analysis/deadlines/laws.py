"""Which law a case is decided under, and what a paragraph of the old law became.

The law follows the date of the decision, not the phase of the measurement: children's
cases are decided under serviceloven until 2023 and under barnets lov from 2024. The
dates, the regimes of an area and the moved paragraphs stand in definitions/laws.toml.
"""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.calendar import as_days, is_single
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.schemas import read_definition
from taskforce_analysis.shipped import definitions_folder


@cache
def law_table() -> dict[str, Any]:
    """The content of definitions/laws.toml: laws, regimes and moved paragraphs."""
    return read_definition(definitions_folder("deadlines").parent / "laws.toml")


def law_of(dates: Any) -> Any:
    """SEL or BL for each decision date in a child's case; None where it is blank.

    Takes one date, or a Series or array of dates; gives a text, or a Series of texts.

    >>> law_of(date(2023, 12, 31)), law_of(date(2024, 1, 1))
    ('SEL', 'BL')
    """
    return regime_of(dates, area="children")


def regime_of(dates: Any, *, area: str = "merudgifter") -> Any:
    """The regime that an area's case is decided under, by the date of the decision.

    Merudgifter to children have three: cases of two of them are not one population.
    Raises UsageError for an unknown area.

    >>> [regime_of(day) for day in ("2023-12-31", "2025-08-31", "2025-09-01")]
    ['SEL § 41', 'BL § 86 merudgiftsydelse', 'BL § 86 kompensationsydelse']
    """
    days = as_days(dates)
    found = np.full(days.shape, None, object)
    for regime in regimes(area):
        since = np.datetime64(regime.get("from", date.min), "D")
        until = np.datetime64(regime.get("to", date.max), "D")
        found[(days >= since) & (days <= until)] = regime["id"]
    if is_single(dates):
        return found[0]
    index = dates.index if isinstance(dates, pd.Series) else None
    return pd.Series(found, index=index, dtype="str")


def regimes(area: str) -> list[dict[str, Any]]:
    """The regimes of an area in time's order: id, label, law, from, to.

    >>> [regime["id"] for regime in regimes("children")]
    ['SEL', 'BL']
    """
    known = {regime["area"] for regime in law_table()["regimes"]}
    if area not in known:
        raise unknown_name("area", area, known)
    return [one for one in law_table()["regimes"] if one["area"] == area]
