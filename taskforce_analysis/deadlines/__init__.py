"""Deadlines from the dates themselves: the last lawful day, kept or not, and days.

`limits` says how long, `calendar` which days count, `rules` and `loading` which limit
the law or a municipality sets for which paragraph and when, `laws` which law a case is
decided under, `judging` whether it was kept, `follow_ups` the same for a series. Dates
typed as texts or serials are read in checking, not here.
"""

from taskforce_analysis.deadlines.calendar import (
    Limit,
    count_working_days,
    is_working_day,
    last_lawful_day,
    parse_limit,
)
from taskforce_analysis.deadlines.dates import days_taken
from taskforce_analysis.deadlines.follow_ups import FollowUp, follow_up_series
from taskforce_analysis.deadlines.judging import OUTCOMES, Judged, judge
from taskforce_analysis.deadlines.loading import available_deadlines, load_deadlines
from taskforce_analysis.deadlines.paragraphs import (
    corresponding,
    law_of,
    regime_of,
    regimes,
)
from taskforce_analysis.deadlines.rules import Rule, RuleSet

__all__ = [
    "OUTCOMES",
    "FollowUp",
    "Judged",
    "Limit",
    "Rule",
    "RuleSet",
    "available_deadlines",
    "corresponding",
    "count_working_days",
    "days_taken",
    "follow_up_series",
    "is_working_day",
    "judge",
    "last_lawful_day",
    "law_of",
    "load_deadlines",
    "parse_limit",
    "regime_of",
    "regimes",
]
