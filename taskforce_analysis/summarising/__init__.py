"""From answers to days: how long it took, how far over the limit, and which limit.

A yes or no says whether a deadline was kept; the days say by how much. Cases that are
still open count for as long as they were seen. Where the limits differ, or where cases
were drawn by the day of decision, an issue says what the figures cannot be used for.
"""

from taskforce_analysis.summarising.limits import limit_issues, limits, overdue
from taskforce_analysis.summarising.summary import Summary, summarise
from taskforce_analysis.summarising.times import drawing_issues, summarise_days

__all__ = [
    "Summary",
    "drawing_issues",
    "limit_issues",
    "limits",
    "overdue",
    "summarise",
    "summarise_days",
]
