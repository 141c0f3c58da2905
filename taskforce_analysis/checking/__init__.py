"""From cells to answers: what each workbook says, and everything that is odd about it.

    checked = check([read_cells("analyse.xlsx"), read_cells("status.xlsx")], form)

Nothing is raised for what stands in the cells: every problem is an issue with file,
sheet and cell, and all of them are collected. What cannot be read is unrecognised.
"""

from taskforce_analysis.checking.checks import Checked, LayoutFound, check
from taskforce_analysis.locating.books import headers_of

__all__ = ["Checked", "LayoutFound", "check", "headers_of"]
