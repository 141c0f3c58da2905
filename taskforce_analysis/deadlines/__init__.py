"""Deadlines from the dates themselves: the last lawful day, kept or not, and days.

In come dates as columns, and a limit or the rules of a law or municipality; out come
one outcome per case, its days, and what was odd about its dates. `calendar` says how
long a limit is and which days count, `rules` which limit the law or a municipality sets
for a paragraph and when, `judging` whether it was kept, `follow_ups` the same for a
series. Dates typed as texts or serials
are read in `locating`, not here, and no workbook is opened. `changes` says whether two
phases were judged by the same limits.
"""

from taskforce_analysis.deadlines.calendar import Limit, last_lawful_day, parse_limit
from taskforce_analysis.deadlines.changes import (
    Change,
    changes_of,
    each_once,
    is_same_limit,
)
from taskforce_analysis.deadlines.follow_ups import FollowUp, follow_up_series
from taskforce_analysis.deadlines.judging import OUTCOMES, Judged, judge
from taskforce_analysis.deadlines.rules import (
    Rule,
    RuleSet,
    available_deadlines,
    load_deadlines,
)

__all__ = [
    "OUTCOMES",
    "Change",
    "FollowUp",
    "Judged",
    "Limit",
    "Rule",
    "RuleSet",
    "available_deadlines",
    "changes_of",
    "each_once",
    "follow_up_series",
    "is_same_limit",
    "judge",
    "last_lawful_day",
    "load_deadlines",
    "parse_limit",
]
