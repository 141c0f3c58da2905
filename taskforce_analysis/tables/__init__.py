"""The declared tables: what passes from one stage to the next.

Each table is a plain DataFrame whose columns, types, key and meaning stand in
declared.py and nowhere else; the data dictionary is printed from them. `check` is
called at every hand-over. Rates are shares in [0, 1]; percent exists only in a
Language.
"""

from taskforce_analysis.tables.declared import (
    ANSWERS,
    DECLARED,
    SCORES,
    VERDICTS,
    answers,
    comparison,
    days,
    distribution,
    durations,
    issues,
    limits,
    overdue,
    reviews,
    tally,
    withheld,
)
from taskforce_analysis.tables.handing import build, check, rows_of
from taskforce_analysis.tables.records import (
    COUNT,
    DAYS,
    FLAG,
    SHARE,
    TEXT,
    Column,
    Table,
)

__all__ = [
    "ANSWERS",
    "COUNT",
    "DAYS",
    "DECLARED",
    "FLAG",
    "SCORES",
    "SHARE",
    "TEXT",
    "VERDICTS",
    "Column",
    "Table",
    "answers",
    "build",
    "check",
    "comparison",
    "days",
    "distribution",
    "durations",
    "issues",
    "limits",
    "overdue",
    "reviews",
    "rows_of",
    "tally",
    "withheld",
]
