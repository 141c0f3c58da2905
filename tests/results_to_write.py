"""Results for the writers' tests: the typed ones, with the exact figures of one row.

The first measure is 8 of 20 before and 14 of 20 after, whose exact interval and p-value
are known (Chan and Zhang 1999; docs/methods.md): -0.0237 to 0.5804, p 0.0703.
"""

from dataclasses import replace
from typing import Any

import pandas as pd
from fake_results import fake_results

from taskforce_analysis import tables
from taskforce_analysis.issues import Issue, issues_table
from taskforce_analysis.results import Results, Source

EXACT = {"difference_low": -0.0237, "difference_high": 0.5804, "p_value": 0.0703}
HOSTILE = '=HYPERLINK("http://a.invalid","x")<script>alert(1)</script>\u202e\x07'


def results_to_write(measures: int = 12, **options: Any) -> Results:
    """The typed results with the first measure's exact figures and three issues."""
    results = fake_results(measures, **options)
    comparison = changed(results.comparison, "m1", **EXACT, method="chan_zhang")
    return replace(results, comparison=comparison, issues=issues_table(found()))


def found() -> list[Issue]:
    return [
        Issue("ANSWER_UNKNOWN", "status.xlsx", "Data", "F7", case_id="Sag 17"),
        Issue("ROW_HIDDEN", "analysis.xlsx", "Data", "A9", count=2),
        Issue("SHEET_IGNORED", "status.xlsx", "Noter", found="text of 12 characters"),
    ]


def hostile_results() -> Results:
    """Results whose names from the workbooks try to be formulas and markup."""
    results = results_to_write()
    source = Source(file=HOSTILE, sha256="0" * 64, size=1, sheets=(HOSTILE,))
    odd = Issue("ROW_HIDDEN", HOSTILE, HOSTILE, "A1", expected=HOSTILE)
    return replace(results, sources=(source,), issues=issues_table([odd]))


def changed(frame: pd.DataFrame, measure: str, **values: Any) -> pd.DataFrame:
    """The comparison with other values in the row that decides a measure."""
    frame = frame.copy()
    place = (frame["measure"] == measure) & frame["headline"]
    frame.loc[place, list(values)] = list(values.values())
    return tables.check(frame, tables.comparison)


def with_row(results: Results, measure: str, **values: Any) -> Results:
    """The results with other values in a measure's row of the comparison."""
    return replace(results, comparison=changed(results.comparison, measure, **values))


def with_copy(results: Results, measure: str, **values: Any) -> Results:
    """The results with one more row: a measure's own with other values."""
    comparison = results.comparison
    own = comparison[comparison["headline"] & (comparison["measure"] == measure)]
    rows = pd.concat([comparison, own.assign(**{"headline": False, **values})])
    return replace(results, comparison=tables.check(rows, tables.comparison))
