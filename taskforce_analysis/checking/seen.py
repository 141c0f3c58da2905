"""The texts of a workbook that may be headers, for recognising its form."""

import numpy as np

from taskforce_analysis.reading.cells import Kind, Workbook
from taskforce_analysis.reading.grid import grid_of

FIRST = 40
LONGEST = 300


def headers_of(workbook: Workbook) -> list[str]:
    """The texts that may be headers: of the first rows and columns of each sheet.

    Which of them are headers only a form can tell; none of them is ever shown.
    """
    found: dict[str, None] = {}
    for sheet in workbook.sheets:
        grid = grid_of(sheet)
        if sheet.hidden or not len(grid.row):
            continue
        near = (grid.position < FIRST) | (grid.column - grid.column.min() < FIRST // 8)
        pairs = np.unique(grid.pair[near & ((grid.pair & 7) == Kind.TEXT)])
        texts = map(grid.text, pairs.tolist())
        found |= dict.fromkeys(text for text in texts if len(text) <= LONGEST)
    return list(found)
