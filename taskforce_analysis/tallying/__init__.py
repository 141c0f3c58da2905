"""From answers to counts and rates, with an honest denominator.

One grouped count gives every score its own column; compliant and noncompliant alone
make the denominator. Beside the rate stand its interval and its bounds over every
filling-in of what is not known. A conditional measure gets a row that says how many
cases met its condition and, where the form asks for it, its unconditional twin; a case
mix under two laws gets a row per law, a limit that changed a row by either. The count
runs in whichever engine holds the answers; only its small result is brought home. In:
the answers, long or wide, and the rows of aggregated workbooks. Out: `tables.tally`,
and the tables that answers and days are drawn from. Nothing is compared here.
"""

from taskforce_analysis.tallying.limits import (
    ChangedLimit,
    changed_limit_issues,
    changed_limits,
)
from taskforce_analysis.tallying.rating import (
    distribution,
    durations,
    scores_beside,
    stock_of,
    tally,
    tally_issues,
    with_stocks,
)
from taskforce_analysis.tallying.stale import refuse_stale

__all__ = [
    "ChangedLimit",
    "changed_limit_issues",
    "changed_limits",
    "distribution",
    "durations",
    "refuse_stale",
    "scores_beside",
    "stock_of",
    "tally",
    "tally_issues",
    "with_stocks",
]
