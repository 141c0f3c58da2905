"""Before a measurement: a workbook to fill in, cases to draw, a plan to lock."""

from taskforce_analysis.boundary import guarded
from taskforce_analysis.planning import caselists, locking, sampling, template
from taskforce_analysis.planning.caselists import CaseList
from taskforce_analysis.planning.locking import Plan
from taskforce_analysis.planning.sampling import Draw

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

case_list = guarded(caselists.case_list)
departures = guarded(locking.departures)
draw_cases = guarded(sampling.draw_cases)
draw_workbook = guarded(sampling.draw_workbook)
locked_plan = guarded(locking.locked_plan)
template_workbook = guarded(template.template_workbook)
