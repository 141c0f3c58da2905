"""From two phases' counts to a difference, how sure it is, and a verdict.

Counts are paired by measure; the difference, its exact interval and its p-value come
from methods/ and cohere by construction; the verdict follows from either. What a
verdict must carry with it (a shifted denominator, a condition, another selection) is
a code in `reservation`, and a measure that only one phase has stays in the table. In:
`tables.tally`, the form, what is declared, and the answers for what single cases tell.
Out: `tables.comparison`. Nothing is counted, worded or drawn here.
"""

from taskforce_analysis.comparing.composing import (
    chance_findings,
    compare,
    comparison_issues,
    index_issues,
)
from taskforce_analysis.comparing.sensitivity import strata_issues

__all__ = [
    "chance_findings",
    "compare",
    "comparison_issues",
    "index_issues",
    "strata_issues",
]
