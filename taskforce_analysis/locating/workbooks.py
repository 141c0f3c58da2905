"""Which sheets of a workbook hold cases, and what does the whole of it give?

Hidden sheets, guides, examples, templates and lists are told and not read; of the
others, those are read that hold the most: measures, else a list of cases. Hidden rows
and columns are told and read. A sheet without a table is told; where it looks like one
whose header is lost, it is an error.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.aggregates import MeasureCounts, read_aggregate
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.cases import CaseRows, CodeBook, locate_cases
from taskforce_analysis.locating.grid import Grid, grid_of, kind_of
from taskforce_analysis.locating.layout import SheetLayout, SheetTable, find_tables
from taskforce_analysis.locating.lexicon import (
    MISSING,
    UNRECOGNISED,
    Lexicon,
)
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import (
    SHEETS_PROPERTY,
    Kind,
    Sheet,
    Workbook,
    address,
    column_letters,
)
from taskforce_analysis.spelling import folded_key, loose_key, silent_key

TOLD_LAYOUTS = ("side_by_side", "transposed", "long")
MUNICIPALITY = "municipality"
NOTHING, LIST, MEASURES = range(3)
FAR = 100
FEW_OPTIONS = 2
_CODE = re.compile(r"[a-z]{0,3}\d{1,4}|[a-z]")
_CHOICE = re.compile(rf"({_CODE.pattern})\s*[,=:]\s*(\S.*)", re.IGNORECASE)
_OPTION = re.compile(r"(.{3,}?)\s*(?:[\[(:/|]|-)\s*([^\[\]():/|]{2,40}?)\s*[\])]?\Z")

# Words in the names of sheets: of those that nobody named, of guides (anywhere in the
# name, or alone in it) and of code books.
_GENERIC = ("ark", "sheet", "data", "sager", "sag", "tabel", "table", "maling")
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
        "labels",
        "værdier",
    }
)
_WORD = re.compile(r"[^\W\d_]+")

_SHORTEST_CPR = 9
_CPR_DIGITS = re.compile(r"\d(?:\d{3}|[eE])")  # what no CPR number is without


@dataclass(frozen=True, eq=False)
class OpenedWorkbook:
    """What a workbook holds: case rows by table, counts, and what was used."""

    file: str
    case_rows: tuple[CaseRows, ...]
    counts: tuple[MeasureCounts, ...]
    sheets: tuple[str, ...]
    ignored: tuple[str, ...]
    layout: str


@dataclass(frozen=True, eq=False)
class _Choice:
    """The sheets of a workbook that may be read, as grids, and those that are not."""

    grids: tuple[Grid, ...]
    ignored: tuple[str, ...]
    code_book: CodeBook


@dataclass(frozen=True, eq=False)
class _Opening:
    """A workbook being opened."""

    workbook: Workbook
    choice: _Choice
    applied: AppliedForm
    notes: Notes

    def on(self, grid: Grid) -> Notes:
        """The notes of a sheet."""
        return self.notes.on(self.workbook.file, grid.sheet.name)


@dataclass(frozen=True, eq=False)
class _SheetRead:
    """What was read from one sheet."""

    grid: Grid
    layout: str
    case_rows: tuple[CaseRows, ...] = ()
    counts: tuple[MeasureCounts, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there are headers, but no case under them."""
        return bool(self.case_rows) and not any(map(len, self.case_rows))


def open_workbook(
    workbook: Workbook,
    applied: AppliedForm,
    notes: Notes,
    *,
    code_book: CodeBook | None = None,
) -> OpenedWorkbook:
    """The tables of a workbook; what is odd about sheets and columns is noted.

    `code_book` is one that lies in a file of its own.
    """
    here = notes.on(workbook.file)
    for finding in workbook.findings:
        notes.on(workbook.file, finding.sheet).add(
            finding.code,
            finding.place,
            count=finding.count,
            expected=finding.expected or None,
        )
    choice = _chosen(workbook, applied, here)
    if code_book and choice.code_book == CodeBook():
        choice = replace(choice, code_book=code_book)
    opening = _Opening(workbook, choice, applied, here)
    layouts = [
        (grid, find_tables(grid, applied.header_words, layout=applied.layout))
        for grid in opening.choice.grids
    ]
    best = max((_worth(layout) for _, layout in layouts), default=NOTHING)
    used = [one for one in layouts if best > NOTHING and _worth(one[1]) == best]
    reads = _read_sheets(opening, used)
    left = [grid for grid, _ in layouts if all(read.grid is not grid for read in reads)]
    _note_left(opening, left, anything=bool(reads))
    return _opened(opening, _with_cases(opening, reads), left)


# Which sheets may be read


def _chosen(workbook: Workbook, applied: AppliedForm, notes: Notes) -> _Choice:
    # Each sheet that holds something and is not read is noted, but for the tool's own.
    ours = workbook.properties.get(SHEETS_PROPERTY, "").split(";")
    grids, ignored = [], []
    code_book = CodeBook()
    for sheet in workbook.sheets:
        if sheet.name in ours or not len(sheet):
            continue
        here = notes.on(workbook.file, sheet.name)
        if sheet.hidden:
            here.add("SHEET_HIDDEN")
            ignored.append(sheet.name)
        elif is_guide(sheet.name) or is_code_book(sheet.name):
            here.add("SHEET_IGNORED")
            ignored.append(sheet.name)
        else:
            grids.append(grid_of(sheet))
        if is_code_book(sheet.name):
            own = code_book_of(sheet, applied.answer_words)
            code_book = own if code_book == CodeBook() else code_book
    held = tuple(grid for grid in grids if len(grid.row))
    return _Choice(held, tuple(ignored), code_book)


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


def code_book_of(sheet: Sheet, words: Lexicon) -> CodeBook:
    """The labels that a code book gives to codes: a code, and an answer to its right.

    Or both in one cell, as REDCap writes them: `1, Ja | 2, Nej`. What stands before
    them, or in the last row that has none, is the name of the variable that they are
    for. A variable that says two things about a code says nothing.
    """
    grid = grid_of(sheet)
    names: list[str] = []
    told: dict[str, dict[str, str]] = {}
    for row in grid.rows.tolist():
        texts = [grid.text(pair) for pair in grid.line(row).pair.tolist()]
        labels = list(_labels(texts, words))
        own = texts[: labels[0].at] if labels else texts
        names = own or names
        for _, code, label in labels:
            for name in ("", *names):
                for key in {silent_key(name), loose_key(name)}:
                    book = told.setdefault(key, {})
                    if silent_key(book.setdefault(code, label)) != silent_key(label):
                        book[code] = ""
    clear = {name: book for name, book in told.items() if all(book.values())}
    return CodeBook(clear.pop("", {}), clear)


class _Label(NamedTuple):
    """What a code means, and which cell of a row says so."""

    at: int
    code: str
    label: str


def _labels(texts: Sequence[str], words: Lexicon) -> Iterator[_Label]:
    for at, text in enumerate(texts):
        beside = [(text.removesuffix(".0"), one) for one in texts[at + 1 : at + 2]]
        for code, label in beside + _choices(text):
            key = silent_key(code)
            is_answer = words.read(Kind.TEXT, label).answer != UNRECOGNISED
            if is_answer and _CODE.fullmatch(key):
                yield _Label(at, key, label)


def _choices(text: str) -> list[tuple[str, str]]:
    """Each code with its label, where a cell lists them.

    >>> _choices("1, Ja | 2, Nej"), _choices("Ja, nej")
    ([('1', 'Ja'), ('2', 'Nej')], [])
    """
    found = [_CHOICE.fullmatch(one.strip()) for one in text.split("|")]
    return [(one[1], one[2]) for one in found if one] if all(found) else []


def data_dictionary(book: Workbook, words: Lexicon) -> CodeBook | None:
    """The codes that a file of its own explains, as REDCap's; None for any other file.

    >>> data_dictionary(Workbook("a.csv", "", 1, ()), Lexicon({}, {}, {})) is None
    True
    """
    for sheet in book.sheets:
        grid = grid_of(sheet)
        first = grid.line(int(grid.rows[0])).pair.tolist() if len(grid.rows) else []
        headers = {silent_key(grid.text(pair)) for pair in first}
        asks = any(one.startswith("choices") for one in headers)
        if asks and "field type" in headers:
            return code_book_of(sheet, words)
    return None


# What the sheets hold


def _worth(layout: SheetLayout) -> int:
    if layout.name == "aggregated":
        return MEASURES
    worth = NOTHING
    for table in layout.tables:
        matches = [heading.match for heading in table.headings if heading.match]
        asked = ("measure", "start", "question")
        if any(match.has(role) for match in matches for role in asked):
            return MEASURES
        if any(match.has("case") for match in matches):
            worth = LIST
    return MEASURES if layout.name == "long" else worth


def _read_sheets(
    opening: _Opening, used: Sequence[tuple[Grid, SheetLayout]]
) -> list[_SheetRead]:
    # Counts beside cases sum up these cases; they would be counted twice.
    summed = [one for one in used if one[1].name == "aggregated"]
    reads = [_read_sheet(opening, *one) for one in used if one not in summed]
    if not any(len(cases) for read in reads if read for cases in read.case_rows):
        reads += [_read_sheet(opening, *one) for one in summed]
    order = {id(grid): number for number, (grid, _) in enumerate(used)}
    return sorted(filter(None, reads), key=lambda read: order[id(read.grid)])


def _read_sheet(
    opening: _Opening, grid: Grid, layout: SheetLayout
) -> _SheetRead | None:
    notes = opening.on(grid)
    _note_surroundings(grid, notes)
    if layout.name == "aggregated":
        return _read_counts(opening, grid, layout.tables[0])
    if layout.name in TOLD_LAYOUTS:
        notes.add("LAYOUT_DETECTED", found=layout.name)
    found = []
    for table in layout.tables:
        if options := _first_of_options(table, opening.applied):
            notes.add("LAYOUT_OPTIONS", options)
            continue
        _note_repeated(table, layout.tables, notes)
        cases = locate_cases(
            table,
            opening.applied,
            notes,
            date1904=opening.workbook.date1904,
            code_book=opening.choice.code_book,
        )
        if cases is not None:
            found.append(cases)
    return _SheetRead(grid, layout.name, tuple(found))


def _read_counts(opening: _Opening, grid: Grid, table: SheetTable) -> _SheetRead | None:
    notes, applied = opening.on(grid), opening.applied
    counts = read_aggregate(table, applied, file=opening.workbook.file, notes=notes)
    if counts is not None:
        return _SheetRead(grid, "aggregated", (), tuple(counts))
    if _looks_like_answers(grid.turn(), applied.answer_words):
        notes.add("LAYOUT_TRANSPOSED", table.first_cell)
        return _SheetRead(grid, "transposed")
    return None


def _first_of_options(table: SheetTable, applied: AppliedForm) -> str | None:
    """The first heading whose answer options have a column each; None where none has.

    The options stand in a row below the questions, or behind each of them.
    """
    words = applied.answer_words
    held = table.cells[:1]
    asked = [
        heading.match is not None and bool(heading.match.measures)
        for heading in table.headings
    ]
    is_word = [
        len(held) > 0
        and held[0, number] >= 0
        and words.word(
            kind_of(int(held[0, number])), table.grid.text(int(held[0, number]))
        )
        not in (UNRECOGNISED, MISSING)
        for number in range(len(table.headings))
    ]
    firsts = []
    for number in range(len(table.headings) - 1):
        after = table.headings[number + 1]
        below = (
            asked[number] and is_word[number] and is_word[number + 1] and not after.text
        )
        if below or _same_question(table, number, applied):
            firsts.append(number)
    if len(firsts) < FEW_OPTIONS:
        return None
    heading = table.headings[firsts[0]]
    return table.grid.address(heading.row, heading.column)


def _same_question(table: SheetTable, number: int, applied: AppliedForm) -> bool:
    # Whether this heading and the next are one question, each with an answer behind it.
    found = [_OPTION.match(one.text) for one in table.headings[number : number + 2]]
    pair = [(match[1], match[2]) for match in found if match]
    if len(pair) < 2 or silent_key(pair[0][0]) != silent_key(pair[1][0]):
        return False
    words, match = applied.answer_words, applied.header_words.match(pair[0][0])
    known = [words.word(Kind.TEXT, answer) for _, answer in pair]
    return bool(match and match.measures) and not {UNRECOGNISED, MISSING} & set(known)


def _note_repeated(
    table: SheetTable, tables: Sequence[SheetTable], notes: Notes
) -> None:
    if not table.repeats:
        return
    same = [heading.text for heading in table.headings if heading.text]
    first = [heading.text for heading in tables[0].headings if heading.text]
    code = "TABLES_STACKED" if table.apart or same != first else "ROW_IS_HEADER"
    notes.add(code, table.first_cell)


def _note_left(opening: _Opening, left: Sequence[Grid], *, anything: bool) -> None:
    if not anything:
        tabular = [grid for grid in left if _looks_like_table(grid)]
        for grid in tabular:
            opening.on(grid).add("HEADER_NOT_FOUND")
            _note_unmatched(grid, opening.applied, opening.on(grid))
        read = opening.workbook.sheets or not opening.workbook.findings
        if not tabular and read:
            opening.notes.add("NO_TABLE")
        return
    for grid in left:
        lost = _looks_like_answers(grid, opening.applied.answer_words)
        opening.on(grid).add("HEADER_NOT_FOUND" if lost else "SHEET_IGNORED")


def _note_unmatched(grid: Grid, applied: AppliedForm, notes: Notes) -> None:
    """Note what stands over each column of answers, where no header is known at all.

    All of them may have drifted alike: a word before each, all cut at one length.
    """
    for column in _answer_columns(grid, applied.answer_words):
        own = grid.column == column
        row, pair = int(grid.row[own][0]), int(grid.pair[own][0])
        text = grid.text(pair)
        if applied.answer_words.word(kind_of(pair), text) == UNRECOGNISED:
            near = applied.header_words.nearest(text)
            notes.add("MEASURE_UNMATCHED", grid.address(row, column), expected=near)


def _answer_columns(grid: Grid, words: Lexicon) -> list[int]:
    """The columns that hold mostly answers."""
    found = []
    for column in np.unique(grid.column).tolist()[:FAR]:
        pairs = grid.pair[grid.column == column].tolist()[:FAR]
        known = [words.word(kind_of(pair), grid.text(pair)) for pair in pairs]
        answered = [one for one in known if one not in (UNRECOGNISED, MISSING)]
        if 2 * len(answered) > len(known):
            found.append(column)
    return found


def _looks_like_answers(grid: Grid, words: Lexicon) -> bool:
    # Whether a sheet without a header has at least two columns of answers.
    return len(_answer_columns(grid, words)) > 1


def _looks_like_table(grid: Grid) -> bool:
    # Whether a sheet has two rows or more with several cells.
    counts = np.bincount(grid.position, minlength=1)
    return bool((counts > 1).sum() > 1)


def _with_cases(opening: _Opening, reads: Sequence[_SheetRead]) -> list[_SheetRead]:
    empty = [read for read in reads if read.is_empty]
    code = "NO_CASES" if len(empty) == len(reads) else "SHEET_IGNORED"
    for read in empty:
        opening.on(read.grid).add(code)
    return list(reads) if code == "NO_CASES" else [r for r in reads if not r.is_empty]


def _opened(
    opening: _Opening, reads: Sequence[_SheetRead], left: Sequence[Grid]
) -> OpenedWorkbook:
    found = [cases for read in reads for cases in read.case_rows]
    first = {cases.sheet: cases for cases in reversed(found)}  # once for each sheet
    named = {one: _municipality(opening, first[one], reads) for one in first}
    return OpenedWorkbook(
        file=opening.workbook.file,
        case_rows=tuple(
            replace(cases, municipality=named[cases.sheet]) for cases in found
        ),
        counts=tuple(row for read in reads for row in read.counts),
        sheets=tuple(read.grid.sheet.name for read in reads),
        ignored=(*opening.choice.ignored, *(grid.sheet.name for grid in left)),
        layout=" + ".join(dict.fromkeys(read.layout for read in reads)),
    )


def _municipality(
    opening: _Opening, cases: CaseRows, reads: Sequence[_SheetRead]
) -> str:
    # A sheet is called after a municipality where it says so, or several sheets are
    # called neither Ark1 nor after a phase.
    applied, name = opening.applied, cases.sheet.strip()
    attributes = {attribute.id for attribute in applied.form.attributes}
    lacks = cases.heading_of("attribute", MUNICIPALITY) is None
    if MUNICIPALITY not in attributes or not lacks or applied.phases.match(name):
        return ""
    if name.casefold().endswith("kommune"):
        return name
    within = applied.phases.within(name)
    several = len(reads) > 1 and named_by_sheet(name) and not within
    if several:
        opening.notes.on(cases.file, cases.sheet).add("LAYOUT_DETECTED", found="sheets")
    return name if several else ""


def named_by_sheet(name: str) -> bool:
    """Whether a sheet is called after a municipality or the like, not Ark1 or Data.

    >>> named_by_sheet("Nordby Kommune"), named_by_sheet("Ark1"), named_by_sheet("Data")
    (True, False, False)
    """
    plain = folded_key(name).strip("0123456789()")
    return bool(plain) and plain not in _GENERIC


# What lies around the tables


def _note_surroundings(grid: Grid, notes: Notes) -> None:
    """Note hidden rows and columns that hold something, and stray blanks far away."""
    sheet = grid.sheet
    if sheet.hidden_rows:
        rows = np.unique(grid.row)
        hidden = [row for row in rows.tolist() if row in sheet.hidden_rows]
        code = "ROW_FILTERED" if sheet.filtered else "ROW_HIDDEN"
        for first, last in _runs(hidden):
            notes.add(code, f"{first}:{last}", count=last - first + 1)
    if sheet.hidden_columns:
        columns = np.unique(grid.column)
        for column in columns.tolist():
            if column in sheet.hidden_columns:
                notes.add("COLUMN_HIDDEN", column_letters(column))
    _note_far_blanks(grid, notes)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in a row as pairs of the first and the last.

    >>> _runs([5, 6, 7, 9])
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


def note_cpr(sheet: Sheet, notes: Notes) -> None:
    """Note every cell with a CPR-like number that nobody has noted yet."""
    found = [
        place for place, text in enumerate(sheet.texts) if len(text) >= _SHORTEST_CPR
    ]
    if not _CPR_DIGITS.search("\0".join([sheet.texts[place] for place in found])):
        return
    texts = [place for place in found if has_cpr(sheet.texts[place])]
    numbers = [place for place in found if is_cpr_number(sheet.texts[place])]
    if not texts and not numbers:
        return
    is_text = sheet.kind == Kind.TEXT
    hits = (np.isin(sheet.value, texts) & is_text) | (
        np.isin(sheet.value, numbers) & ~is_text & (sheet.kind != Kind.ERROR)
    )
    noted = {
        issue.cell
        for issue in notes.found
        if issue.code == "CPR_FOUND"
        and (issue.file, issue.sheet) == (notes.file, notes.sheet)
    }
    for place in np.flatnonzero(hits).tolist():
        cell = address(int(sheet.row[place]), int(sheet.column[place]))
        if cell not in noted:
            notes.add("CPR_FOUND", cell)
