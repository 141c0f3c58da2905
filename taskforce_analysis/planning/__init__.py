"""Before a measurement, and between its phases: what is made for the work itself.

Before: an empty workbook to fill in (templates.py), cases to draw (caselists.py,
sampling.py), a plan to lock and to hold the measurement against (locking.py). Between:
the user's own workbook with its problems marked (annotating.py), and what two reviewers
have to settle (settling.py). In: forms, case lists, issues. Out: workbooks and texts
for those who review. Nothing here is a report.
"""

from taskforce_analysis.boundary import guarded
from taskforce_analysis.planning import caselists, locking, sampling, templates
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
template_workbook = guarded(templates.template_workbook)
