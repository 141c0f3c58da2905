"""Merged cells below a header: what describes cases is filled, answers are refused."""

import numpy as np

from taskforce_analysis.checking.notes import Notes
from taskforce_analysis.reading.cells import Area
from taskforce_analysis.reading.tables import Table

FILLED = ("case", "decision", "phase", "reviewer", "cluster", "attribute")
FILLED_DATES = ("start", "end", "earlier")


def filled_cells(table: Table, notes: Notes) -> np.ndarray:
    """The cells below the header with merged groups, phases and cases filled in."""
    cells = table.cells
    areas = [area for area in table.grid.merged if _is_below(table, area)]
    if not areas:
        return cells
    cells = cells.copy()
    for area in sorted(areas, key=lambda one: (one.top, one.left)):
        place = _filled_heading(table, area)
        if place is not None:
            _fill(table, cells, area=area, place=place, notes=notes)
    return cells


def _is_below(table: Table, area: Area) -> bool:
    return area.bottom > area.top and table.bottom < area.top <= table.last


def _filled_heading(table: Table, area: Area) -> int | None:
    if area.left != area.right or area.left not in table.columns:
        return None
    place = table.columns.index(area.left)
    match = table.headings[place].match
    if match is None or match.measures:
        return None
    if any(match.has(role) for role in (*FILLED, *FILLED_DATES)):
        return place
    return None


def _fill(
    table: Table, cells: np.ndarray, *, area: Area, place: int, notes: Notes
) -> None:
    first, last = np.searchsorted(table.rows, [area.top, area.bottom + 1])
    if first == last or table.rows[first] != area.top or cells[first, place] < 0:
        return
    cells[first:last, place] = cells[first, place]
    height = area.bottom - area.top + 1
    notes.add("MERGED_FILLED", table.grid.span(area), count=height)


def note_merged_answers(table: Table, rows: np.ndarray, notes: Notes) -> None:
    """Refuse every merged area that holds one answer for several cells of cases."""
    if not table.grid.merged:
        return
    asked = {table.columns[place]: place for place in table.holding("measure")}
    for area in table.grid.merged:
        place = asked.get(area.left)
        if place is None or not table.bottom < area.top <= table.last:
            continue
        within = rows[(rows >= area.top) & (rows <= area.bottom)]
        start = np.searchsorted(table.rows, area.top)
        held = start < len(table.rows) and table.rows[start] == area.top
        if len(within) and held and table.cells[start, place] >= 0:
            match = table.headings[place].match
            measure = match.measures[0] if match else None
            notes.add("MERGED_ANSWER", table.grid.span(area), measure=measure)
