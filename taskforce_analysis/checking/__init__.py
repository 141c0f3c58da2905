"""The rows of cases to answers and issues: what each workbook says, and what is odd.

    checked = check([read_cells("analyse.xlsx"), read_cells("status.xlsx")], form)

In come workbooks as cells, whose tables `locating` finds, and a form; out come the
answers table with scores and days, single reviews, counts, and an issue for everything
odd. Nothing is raised for what stands in the cells: every problem is an issue with
file, sheet and cell, all of them are collected, and what cannot be read is
unrecognised, never guessed. No name, CPR number or text of a cell leaves the room;
`case_ids` and `row_facts` see to it. Nothing here counts over cases or compares.
"""

from taskforce_analysis.checking.whole_check import Checked, LayoutFound, check

__all__ = ["Checked", "LayoutFound", "check"]
