"""What a table's columns are, and everything that is odd about their headings."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.issues import WARNING
from taskforce_analysis.locating.grid import kind_of
from taskforce_analysis.locating.lexicon import MISSING, UNRECOGNISED
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.locating.personal import is_personal_header
from taskforce_analysis.locating.records import Frame
from taskforce_analysis.locating.rows import is_legend
from taskforce_analysis.locating.tables import Heading, Table
from taskforce_analysis.locating.vocabulary import BROKEN, EXACT, LOOSE, Meaning
from taskforce_analysis.reading.cells import TEXT, Area, Kind
from taskforce_analysis.spelling import silent_key

# FOLDED checking.columns
#
# What a table's columns are, and everything that is odd about their headings.

IGNORED = "ignored"
STRAY = 2
VERY_NEAR = 0.8
BROKEN_CELLS = {
    Kind.ERROR: "CELL_ERROR",
    Kind.UNCALCULATED: "FORMULA_NOT_CALCULATED",
}


def roles_of(table: Table) -> dict[Meaning, int]:
    """Each meaning with the number of the first heading that has it."""
    places: dict[Meaning, int] = {}
    for place, heading in enumerate(table.headings):
        for meaning in heading.match.meanings if heading.match else ():
            places.setdefault(meaning, place)
    return places


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of a table that notes are made about."""

    table: Table
    places: Mapping[Meaning, int]
    rows: np.ndarray
    cells: np.ndarray
    frame: Frame
    notes: Notes

    def at(self, place: int) -> str:
        """The address of a heading, or where it should have been."""
        heading = self.table.headings[place]
        return self.table.grid.place(heading.row, heading.column)


def note_columns(columns: Columns) -> None:
    """Note what is odd about each heading; cells are the case rows'."""
    for place, heading in enumerate(columns.table.headings):
        if _is_plain(columns, place, heading):
            continue
        if heading.match:
            _note_known(columns, place, heading)
        elif heading.text:
            _note_unknown(columns, place, heading)
        else:
            _note_headless(columns, place)


def _is_plain(columns: Columns, place: int, heading: Heading) -> bool:
    match = heading.match
    if match is None or match.how != EXACT or heading.needs_theme:
        return False
    odd = match.has(IGNORED) or match.has("label")
    return not odd and all(columns.places[one] == place for one in match.meanings)


def _note_known(columns: Columns, place: int, heading: Heading) -> None:
    match = heading.match
    assert match is not None
    measure = match.measures[0] if match.measures else None
    facts = {"measure": measure, "expected": match.spelling}
    if match.how == BROKEN:
        columns.notes.add("HEADER_MOJIBAKE", columns.at(place), **facts)
    if match.how == LOOSE:
        columns.notes.add("HEADER_NORMALISED", columns.at(place), **facts)
    if heading.needs_theme:
        columns.notes.add("HEADER_NEEDS_THEME", columns.at(place), **facts)
    if match.listed and not match.measures:
        # The label of a question that is worded the other way round: ja or nej?
        expected = columns.frame.label[match.listed[0]]
        columns.notes.add("MEASURE_UNMATCHED", columns.at(place), expected=expected)
    repeated = [
        meaning
        for meaning in match.meanings
        if meaning.role != IGNORED and columns.places[meaning] != place
    ]
    if repeated:
        columns.notes.add("HEADER_DUPLICATE", columns.at(place), **facts)
    if match.has(IGNORED):
        _note_free_text(columns, place)
        _note_broken(columns, place)


def _note_free_text(columns: Columns, place: int) -> None:
    pairs = columns.cells[:, place]
    rows = np.flatnonzero((pairs >= 0) & ((pairs & 7) == TEXT))
    for row in rows.tolist():
        cell = columns.table.place(int(columns.rows[row]), place)
        columns.notes.add("FREE_TEXT_IGNORED", cell)


def _note_unknown(columns: Columns, place: int, heading: Heading) -> None:
    text = heading.text
    asked = [one.id for one in columns.places if one.role == "measure"]
    if heading.needs_theme:
        columns.notes.add("HEADER_NEEDS_THEME", columns.at(place))
    is_long = columns.table.layout == "long"
    is_word = columns.frame.words.read(Kind.TEXT, text).answer != UNRECOGNISED
    is_list = (is_legend(text) or is_word) and _lists_words(columns, place)
    if not (is_long or is_list) and (
        _holds_answers(columns, place) or _is_nearly_measure(columns, text, asked)
    ):
        near = columns.frame.vocabulary.nearest(text, besides=asked)
        columns.notes.add("MEASURE_UNMATCHED", columns.at(place), expected=near)
    elif is_personal_header(text):
        columns.notes.add("PERSONAL_COLUMN", columns.at(place))
    else:
        columns.notes.add("COLUMN_IGNORED", columns.at(place))
    _note_broken(columns, place)


def _note_broken(columns: Columns, place: int) -> None:
    # What is not read may be broken: told, but no reason to refuse the workbook.
    pairs = columns.cells[:, place]
    for kind, code in BROKEN_CELLS.items():
        for row in np.flatnonzero((pairs >= 0) & ((pairs & 7) == kind)).tolist():
            cell = columns.table.place(int(columns.rows[row]), place)
            columns.notes.add(code, cell, severity=WARNING)


def _is_nearly_measure(columns: Columns, text: str, asked: list[str]) -> bool:
    from difflib import get_close_matches

    index = columns.frame.vocabulary.silent
    keys = [
        key
        for key, match in index.items()
        if match.measures and not set(asked).issuperset(match.measures)
    ]
    return bool(get_close_matches(silent_key(text), keys, n=1, cutoff=VERY_NEAR))


def _note_headless(columns: Columns, place: int) -> None:
    if _holds_answers(columns, place) and not _lists_words(columns, place):
        columns.notes.add("HEADER_EMPTY", columns.at(place))
        return
    table = columns.table
    rows = table.rows[table.cells[:, place] >= 0]
    if len(rows) > STRAY:
        columns.notes.add("COLUMN_IGNORED", columns.at(place))
        return
    for row in rows.tolist():
        columns.notes.add("CELL_STRAY", table.place(row, place))


def _lists_words(columns: Columns, place: int) -> bool:
    # The words to choose from, beside the table: each once, in its first rows.
    pairs = columns.cells[:, place]
    held = pairs[pairs >= 0]
    return len(np.unique(held)) == len(held) <= len(pairs) // 2


def _holds_answers(columns: Columns, place: int) -> bool:
    pairs, counts = np.unique(columns.cells[:, place], return_counts=True)
    words = columns.frame.words
    answered = others = 0
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        if pair < 0:
            continue
        kind, text = kind_of(pair), columns.table.grid.text(pair)
        is_word = kind in (Kind.TEXT, Kind.BOOLEAN)
        answer = words.read(kind, text).answer if is_word else UNRECOGNISED
        answered += count if answer not in (UNRECOGNISED, MISSING) else 0
        others += count if answer == UNRECOGNISED else 0
    return answered > 0 and answered >= others


# FOLDED checking.merging
#
# Merged cells below a header: what describes cases is filled, answers are refused.

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
