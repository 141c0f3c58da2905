"""Before a measurement, and between its phases: what is made for the work itself.

Before: an empty workbook to fill in (templates.py), cases to draw (caselists.py,
sampling.py), a plan to lock and to hold the measurement against (locking.py). Between:
the user's own workbook with its problems marked (annotating.py), and what two reviewers
have to settle (settling.py). In: forms, case lists, issues. Out: workbooks and texts
for those who review. Nothing here is a report.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskforce_analysis.planning.caselists import CaseList, case_list
    from taskforce_analysis.planning.locking import Plan, departures, locked_plan
    from taskforce_analysis.planning.sampling import Draw, draw_cases, draw_workbook
    from taskforce_analysis.planning.templates import template_workbook

_HOME = {
    "CaseList": "caselists",
    "Draw": "sampling",
    "Plan": "locking",
    "case_list": "caselists",
    "departures": "locking",
    "draw_cases": "sampling",
    "draw_workbook": "sampling",
    "locked_plan": "locking",
    "template_workbook": "templates",
}

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


def __getattr__(name: str) -> object:
    """Load a name from its module when it is first asked for, guarded."""
    if name not in _HOME:
        raise AttributeError(f"planning has no {name}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    if not isinstance(value, type):
        value = import_module("taskforce_analysis.boundary").guarded(value)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion."""
    return __all__
