"""Which sheets of a workbook are read, and what their surroundings say.

Hidden sheets, guides, examples, templates and lists are told and not read. Hidden rows
and columns are told and read. A sheet without a table is told; where it looks like one
whose header is lost, it is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np

from taskforce_analysis.locating.grid import Grid, grid_of, kind_of
from taskforce_analysis.locating.lexicon import MISSING, UNRECOGNISED, WORDS, Lexicon
from taskforce_analysis.locating.notes import Notes
from taskforce_analysis.reading.cells import Kind, Sheet, address, column_letters
from taskforce_analysis.spelling import folded_key, silent_key

GENERIC = ("ark", "sheet", "data", "sager", "sag", "tabel", "table", "maling")

_ANYWHERE = frozenset(
    {
        "vejledning",
        "vejledninger",
        "udfyldningsvejledning",
        "instruktion",
        "instruktioner",
        "eksempel",
        "eksempler",
        "skabelon",
        "skabeloner",
        "guide",
        "example",
        "examples",
        "template",
        "templates",
        "readme",
        "forklaring",
        "svarmuligheder",
    }
)
_ALONE = frozenset(
    {
        "lister",
        "liste",
        "list",
        "lists",
        "valglister",
        "valgliste",
        "ordliste",
        "opslag",
        "stamdata",
    }
)
_CODE_BOOKS = frozenset(
    {
        "kodebog",
        "kodebøger",
        "koder",
        "kodeliste",
        "codebook",
        "codes",
    }
)
_WORD = re.compile(r"[^\W\d_]+")
FAR = 100


@lru_cache(maxsize=64)
def is_guide(name: str) -> bool:
    """Whether a sheet's name says that it is a guide, an example or a list.

    >>> is_guide("Vejledning"), is_guide("Lister"), is_guide("Eksempelkøbing Kommune")
    (True, True, False)
    """
    words = _WORD.findall(silent_key(name))
    return not _ANYWHERE.isdisjoint(words) or (len(words) == 1 and words[0] in _ALONE)


@lru_cache(maxsize=64)
def is_code_book(name: str) -> bool:
    """Whether a sheet's name says that it explains codes."""
    return not _CODE_BOOKS.isdisjoint(_WORD.findall(silent_key(name)))


def code_book_of(sheet: Sheet) -> dict[str, str]:
    """The answers that a code book gives to codes: a number, and a word to its right.

    Empty where the book does not say one thing about each code.
    """
    known = {silent_key(word): answer for word, answer in WORDS.items()}
    grid = grid_of(sheet)
    found: dict[str, str] = {}
    for row in grid.rows.tolist():
        pairs = grid.line(row).pair.tolist()
        for left, right in pairwise(pairs):
            code = grid.text(left).strip().removesuffix(".0")
            answer = known.get(silent_key(grid.text(right)))
            if answer and code.isdigit() and found.setdefault(code, answer) != answer:
                return {}
    return found


@dataclass(frozen=True, eq=False)
class Chosen:
    """The sheets of a workbook that are read, as grids, and those that are not."""

    grids: tuple[Grid, ...]
    ignored: tuple[str, ...]
    code_book: Mapping[str, str]


def chosen_sheets(sheets: tuple[Sheet, ...], notes: Notes) -> Chosen:
    """The sheets to read; each other one that holds something is noted."""
    grids, ignored = [], []
    code_book: dict[str, str] = {}
    for sheet in sheets:
        if not len(sheet):
            continue
        here = notes.on(notes.file or "", sheet.name)
        if sheet.hidden:
            here.add("SHEET_HIDDEN")
            ignored.append(sheet.name)
        elif is_guide(sheet.name) or is_code_book(sheet.name):
            here.add("SHEET_IGNORED")
            ignored.append(sheet.name)
        else:
            grids.append(grid_of(sheet))
        if is_code_book(sheet.name):
            code_book = code_book or code_book_of(sheet)
    held = tuple(grid for grid in grids if len(grid.row))
    return Chosen(held, tuple(ignored), code_book)


def note_surroundings(grid: Grid, notes: Notes) -> None:
    """Note hidden rows and columns that hold something, and stray blanks far away."""
    sheet = grid.sheet
    if sheet.hidden_rows:
        rows = np.unique(grid.row)
        hidden = [row for row in rows.tolist() if row in sheet.hidden_rows]
        code = "ROW_FILTERED" if sheet.filtered else "ROW_HIDDEN"
        for first, last in runs(hidden):
            notes.add(code, f"{first}:{last}", count=last - first + 1)
    if sheet.hidden_columns:
        columns = np.unique(grid.column)
        for column in columns.tolist():
            if column in sheet.hidden_columns:
                notes.add("COLUMN_HIDDEN", column_letters(column))
    _note_far_blanks(grid, notes)


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in a row as pairs of the first and the last.

    >>> runs([5, 6, 7, 9])
    [(5, 7), (9, 9)]
    """
    found = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        found.append((members[0], members[-1]))
    return found


def _note_far_blanks(grid: Grid, notes: Notes) -> None:
    sheet = grid.sheet
    if len(sheet) == len(grid.row) or not len(grid.row):
        return
    bottom, right = int(grid.row.max()), int(grid.column.max())
    far = (sheet.row > bottom + FAR) | (sheet.column > right + FAR)
    places = np.flatnonzero(far & (sheet.kind == Kind.TEXT))
    if len(places):
        cell = address(int(sheet.row[places[0]]), int(sheet.column[places[0]]))
        notes.add("CELL_STRAY", cell, count=len(places))


def looks_like_answers(grid: Grid, words: Lexicon) -> bool:
    """Whether a sheet without a header has at least two columns of answers."""
    found = 0
    for column in np.unique(grid.column).tolist()[:FAR]:
        pairs = grid.pair[grid.column == column]
        known = [
            words.read(kind_of(pair), grid.text(pair)).answer
            if kind_of(pair) in (Kind.TEXT, Kind.BOOLEAN)
            else UNRECOGNISED
            for pair in pairs.tolist()[:FAR]
        ]
        answered = [one for one in known if one not in (UNRECOGNISED, MISSING)]
        found += 2 * len(answered) > len(known)
    return found >= 2


def looks_like_table(grid: Grid) -> bool:
    """Whether a sheet has two rows or more with several cells."""
    counts = np.bincount(grid.position, minlength=1)
    return bool((counts > 1).sum() > 1)


def named_by_sheet(name: str) -> bool:
    """Whether a sheet is called after a municipality or the like, not Ark1 or Data.

    >>> named_by_sheet("Nordby Kommune"), named_by_sheet("Ark1"), named_by_sheet("Data")
    (True, False, False)
    """
    plain = folded_key(name).strip("0123456789()")
    return bool(plain) and plain not in GENERIC
