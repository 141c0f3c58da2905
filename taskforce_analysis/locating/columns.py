"""What is each column of a table, and what is odd about its heading?

A heading that the form knows, spelled as it spells it, is nothing to tell. One that is
known otherwise is told, one over answers that the form does not know is refused, and so
is an answer that is merged over several cases; whatever else there is, is told and not
read. Merged cells that describe cases (a group, a phase) count for each of their rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.issues import WARNING, Notes
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.grid import BROKEN_CELLS, kind_of
from taskforce_analysis.locating.headers import (
    BROKEN,
    EXACT,
    LOOSE,
    ColumnHeading,
)
from taskforce_analysis.locating.layout import SheetTable
from taskforce_analysis.locating.lexicon import MISSING, UNRECOGNISED
from taskforce_analysis.locating.rows import is_legend
from taskforce_analysis.reading.cells import TEXT, Area, Kind
from taskforce_analysis.spelling import silent_key

IGNORED = "ignored"
STRAY = 2
VERY_NEAR = 0.8
# What may be filled where it is merged over several rows.
FILLED = ("case", "decision", "phase", "reviewer", "cluster", "attribute")
FILLED_DATES = ("start", "end", "earlier")

LONGEST_PERSONAL = 40
_PERSONAL = frozenset(
    {
        "navn",
        "navne",
        "fornavn",
        "efternavn",
        "mellemnavn",
        "cpr",
        "cprnr",
        "cprnummer",
        "personnr",
        "personnummer",
        "adresse",
        "adresser",
        "telefon",
        "telefonnr",
        "telefonnummer",
        "tlf",
        "tlfnr",
        "mobil",
        "mobilnr",
        "email",
        "emailadresse",
        "mail",
        "mailadresse",
        "epost",
        "sagsbehandler",
        "sagsbehandlere",
        "sagsbehandlerens",
        "rådgiver",
        "fødselsdato",
        "fødselsdag",
        "name",
        "address",
        "phone",
        "caseworker",
    }
)
# What survey tools call the field of free text beside a question.
_COMMENT = re.compile(
    r"\[(?:comment|kommentar|other|andet|text|tekst)\]", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, eq=False)
class TableColumns:
    """The columns of a table that notes are made about; rows and cells of its cases."""

    table: SheetTable
    rows: np.ndarray
    cells: np.ndarray
    applied: AppliedForm
    notes: Notes

    def at(self, number: int) -> str:
        """The address of a heading, or where it should have been."""
        heading = self.table.headings[number]
        return self.table.grid.address(heading.row, heading.column)


def note_columns(columns: TableColumns) -> None:
    """Note what is odd about each heading; cells are the case rows'."""
    for number, heading in enumerate(columns.table.headings):
        if _is_plain(columns, number, heading):
            continue
        if heading.match:
            _note_known(columns, number, heading)
        elif heading.text:
            _note_unknown(columns, number, heading)
        else:
            _note_headless(columns, number)


def _is_plain(columns: TableColumns, number: int, heading: ColumnHeading) -> bool:
    match = heading.match
    if match is None or match.how != EXACT or heading.needs_theme:
        return False
    odd = match.has(IGNORED) or match.has("label")
    return not odd and all(
        columns.table.by_meaning[one] == number for one in match.meanings
    )


def _note_known(columns: TableColumns, number: int, heading: ColumnHeading) -> None:
    match = heading.match
    assert match is not None
    measure = match.measures[0] if match.measures else None
    facts = {"measure": measure, "expected": match.spelling}
    if match.how == BROKEN:
        columns.notes.add("HEADER_MOJIBAKE", columns.at(number), **facts)
    if match.how == LOOSE:
        columns.notes.add("HEADER_NORMALISED", columns.at(number), **facts)
    if heading.needs_theme:
        columns.notes.add("HEADER_NEEDS_THEME", columns.at(number), **facts)
    if match.listed and not match.measures:
        # The label of a question that is worded the other way round: ja or nej?
        expected = columns.applied.label[match.listed[0]]
        columns.notes.add("MEASURE_UNMATCHED", columns.at(number), expected=expected)
    repeated = [
        meaning
        for meaning in match.meanings
        if meaning.role != IGNORED and columns.table.by_meaning[meaning] != number
    ]
    if repeated:
        columns.notes.add("HEADER_DUPLICATE", columns.at(number), **facts)
    if match.has(IGNORED):
        for cell in _cells_of_kind(columns, number, TEXT):
            columns.notes.add("FREE_TEXT_IGNORED", cell)
        _note_broken(columns, number)


def _cells_of_kind(columns: TableColumns, number: int, kind: int) -> Iterator[str]:
    pairs = columns.cells[:, number]
    for row in np.flatnonzero((pairs >= 0) & ((pairs & 7) == kind)).tolist():
        yield columns.table.address(int(columns.rows[row]), number)


def _note_broken(columns: TableColumns, number: int) -> None:
    # What is not read may be broken: told, but no reason to refuse the workbook.
    for kind, code in BROKEN_CELLS.items():
        for cell in _cells_of_kind(columns, number, kind):
            columns.notes.add(code, cell, severity=WARNING)


def _note_unknown(columns: TableColumns, number: int, heading: ColumnHeading) -> None:
    text, header_words = heading.text, columns.applied.header_words
    asked = [one.id for one in columns.table.by_meaning if one.role == "measure"]
    if heading.needs_theme:
        columns.notes.add("HEADER_NEEDS_THEME", columns.at(number))
    is_long = columns.table.layout == "long"
    is_word = columns.applied.answer_words.word(Kind.TEXT, text) != UNRECOGNISED
    if _COMMENT.search(text):
        columns.notes.add("COLUMN_IGNORED", columns.at(number))
        _note_broken(columns, number)
        return
    is_list = (is_legend(text) or is_word) and _lists_words(columns, number)
    if not (is_long or is_list) and (
        _holds_answers(columns, number)
        or header_words.nearest(text, besides=asked, cutoff=VERY_NEAR)
    ):
        near = header_words.nearest(text, besides=asked)
        columns.notes.add("MEASURE_UNMATCHED", columns.at(number), expected=near)
    elif is_personal_header(text):
        columns.notes.add("PERSONAL_COLUMN", columns.at(number))
    else:
        columns.notes.add("COLUMN_IGNORED", columns.at(number))
    _note_broken(columns, number)


def is_personal_header(text: str) -> bool:
    """Whether a column's header says that it holds what identifies a person.

    >>> is_personal_header("Barnets navn"), is_personal_header("Kommunenavn")
    (True, False)
    """
    key = silent_key(text).replace("e-mail", "email").replace("e-post", "epost")
    if len(key) > LONGEST_PERSONAL:
        return False
    return not _PERSONAL.isdisjoint(_WORD.findall(key.replace("-", "")))


def _note_headless(columns: TableColumns, number: int) -> None:
    if _holds_answers(columns, number) and not _lists_words(columns, number):
        columns.notes.add("HEADER_EMPTY", columns.at(number))
        return
    table = columns.table
    rows = table.rows[table.cells[:, number] >= 0]
    if len(rows) > STRAY:
        columns.notes.add("COLUMN_IGNORED", columns.at(number))
        return
    for row in rows.tolist():
        columns.notes.add("CELL_STRAY", table.address(row, number))


def _lists_words(columns: TableColumns, number: int) -> bool:
    # The words to choose from, beside the table: each once, in its first rows.
    pairs = columns.cells[:, number]
    held = pairs[pairs >= 0]
    return len(np.unique(held)) == len(held) <= len(pairs) // 2


def _holds_answers(columns: TableColumns, number: int) -> bool:
    pairs, counts = np.unique(columns.cells[:, number], return_counts=True)
    words = columns.applied.answer_words
    answered = others = 0
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        if pair < 0:
            continue
        answer = words.word(kind_of(pair), columns.table.grid.text(pair))
        answered += count if answer not in (UNRECOGNISED, MISSING) else 0
        others += count if answer == UNRECOGNISED else 0
    return answered > 0 and answered >= others


def filled_cells(table: SheetTable, notes: Notes) -> np.ndarray:
    """The cells below the header with merged groups, phases and cases filled in."""
    cells = table.cells
    areas = [
        area
        for area in table.grid.merged
        if area.bottom > area.top and table.bottom < area.top <= table.last
    ]
    if not areas:
        return cells
    cells = cells.copy()
    for area in sorted(areas, key=lambda one: (one.top, one.left)):
        number = _filled_heading(table, area)
        if number is not None:
            _fill(table, cells, area=area, number=number, notes=notes)
    return cells


def _filled_heading(table: SheetTable, area: Area) -> int | None:
    if area.left != area.right or area.left not in table.columns:
        return None
    number = table.columns.index(area.left)
    match = table.headings[number].match
    if match is None or match.measures:
        return None
    if any(match.has(role) for role in (*FILLED, *FILLED_DATES)):
        return number
    return None


def _fill(
    table: SheetTable, cells: np.ndarray, *, area: Area, number: int, notes: Notes
) -> None:
    first, last = np.searchsorted(table.rows, [area.top, area.bottom + 1])
    if first == last or table.rows[first] != area.top or cells[first, number] < 0:
        return
    cells[first:last, number] = cells[first, number]
    height = area.bottom - area.top + 1
    notes.add("MERGED_FILLED", table.grid.span(area), count=height)


def note_merged_answers(table: SheetTable, rows: np.ndarray, notes: Notes) -> None:
    """Refuse every merged area that holds one answer for several cells of cases."""
    if not table.grid.merged:
        return
    asked = {table.columns[number]: number for number in table.holding("measure")}
    for area in table.grid.merged:
        number = asked.get(area.left)
        if number is None or not table.bottom < area.top <= table.last:
            continue
        within = rows[(rows >= area.top) & (rows <= area.bottom)]
        start = np.searchsorted(table.rows, area.top)
        held = start < len(table.rows) and table.rows[start] == area.top
        if len(within) and held and table.cells[start, number] >= 0:
            match = table.headings[number].match
            measure = match.measures[0] if match else None
            notes.add("MERGED_ANSWER", table.grid.span(area), measure=measure)
