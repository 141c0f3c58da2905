"""Before a measurement: a workbook to fill in, cases to draw, a plan to lock."""

from taskforce_analysis.planning.caselists import CaseList, case_list
from taskforce_analysis.planning.locking import Plan, departures, locked_plan
from taskforce_analysis.planning.sampling import Draw, draw_cases, draw_workbook
from taskforce_analysis.planning.template import template_workbook

__all__ = [
    "CaseList",
    "Draw",
    "Plan",
    "case_list",
    "departures",
    "draw_cases",
    "draw_workbook",
    "locked_plan",
    "template_workbook",
]
