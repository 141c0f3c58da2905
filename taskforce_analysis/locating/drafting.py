"""A form drafted from unknown workbooks, to be corrected by hand.

    form = draft_form("ukendt.xlsx")
    form.save("mit_skema.toml")

The header is the first row above all answers whose cells are texts like headers: no
number, date, answer or id. Where no such row is found nothing is drafted, for a case
that is taken for headers would be lost. What a column holds is told from its cells:
answers, dates, few texts, many texts. Names of known columns help. What the workbooks
show is written as it is: headers, phases, the grades of a scale. What can only be
guessed, above all which answer complies, is marked as a guess and says why. The draft
loads the workbooks that it was made from: one column a role, phases from the values of
a column, else from the names of sheets, else of files.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple

import numpy as np

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.boundary import guarded
from taskforce_analysis.displaying import View, view
from taskforce_analysis.errors import (
    shown_name,
    unknown_column,
    unknown_name,
    wrong_use,
)
from taskforce_analysis.forms import Form, form_from
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.locating.columns import is_personal_header
from taskforce_analysis.locating.grid import NOTHING, Grid, grid_of, kind_of
from taskforce_analysis.locating.layout import ANSWERS, QUESTIONS
from taskforce_analysis.locating.lexicon import BITS, answer_words
from taskforce_analysis.privacy import has_cpr, redact
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook
from taskforce_analysis.reading.given import Given, workbooks_in
from taskforce_analysis.schemas import Toml, read_definition
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.spelling import folded_key, loose_key, silent_key, visible

MOST_COLUMNS = 400
FEW_VALUES = 8
MOST_PHASES = 12
LEAST_ANSWERS = 1 / 3  # of a column's cells, for it to say where the headers are
ROLES = ("case", "phase", "decision", "reviewer", "cluster", "ignored")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\Z|\d{4}-\d\d-\d\d")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

_SLUG = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True)
class Guess:
    """One thing that a draft says: of what kind, what, and by which sign.

    `kind` and `why` are keys of [draft] in a language; `facts` fill in the latter.
    """

    kind: str
    said: str
    why: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, repr=False)
class DraftForm(Form):
    """A form made of guesses: as any other, with what was guessed and why.

    Exists so that it can be looked at, saved as a TOML file and corrected there.
    """

    text: str = field(default="", compare=False)
    guesses: tuple[Guess, ...] = field(default=(), compare=False)

    @guarded
    def save(self, path: str | PurePath, *, replace: bool = False) -> Path:
        """Write the draft as a TOML file that `load_form` reads; returns its path.

        UsageError where a file lies there that is not this draft, for it may have been
        corrected; `replace` writes over it.
        """
        path = Path(path)
        if path.suffix.lower() != ".toml":
            raise wrong_use("a form is a TOML file", 'Name it "mit_skema.toml"')
        is_there = path.is_file() and path.read_bytes() != self.text.encode()
        if is_there and not replace:
            finding = f"{shown_name(path)} is there, and may have been corrected"
            remedy = "Give another name, or replace=True (--replace) to write over it"
            raise wrong_use(finding, remedy)
        with whole_file(path) as temporary:
            temporary.write_text(self.text, encoding="utf-8")
        return path

    def _view(self) -> View:
        """Each guess, and why."""
        shown = load_language()
        heads = [shown.word(f"draft.head.{one}") for one in ("part", "guess", "why")]
        return view(shown.word("draft.told"), self._rows(shown), heads=heads)

    def __str__(self) -> str:
        """Each guess in a line, for a terminal."""
        shown = load_language()
        lines = [f"{part}: {said} ({why})" for part, said, why in self._rows(shown)]
        return "\n".join([shown.word("draft.told"), *lines])

    def _rows(self, shown: Language) -> list[tuple[str, str, str]]:
        return [
            (
                shown.word(f"draft.kind.{one.kind}"),
                one.said,
                shown.word(f"draft.why.{one.why}", **one.facts),
            )
            for one in self.guesses
        ]


@cache
def _drafting() -> Toml:
    return read_definition(definitions_folder("draft.toml"))


def _says(kind: str, text: str) -> bool:
    """Whether a text says one of the known words of a kind."""
    return re.search(_drafting()["known"][kind], silent_key(text)) is not None


def _text(name: str) -> str:
    return _drafting()["text"][name]


def _guess(of: str = "") -> str:
    return " ".join(filter(None, ("   #", _text("guess"), of and _text(of))))


@cache
def _answer_keys() -> frozenset[str]:
    shared = answer_words()
    return frozenset({*map(silent_key, shared.words), *shared.near})


@dataclass(frozen=True)
class UnknownColumn:
    """A column of an unknown sheet: its header, the theme above, and its cells.

    `values` are the distinct texts by frequency, the most frequent first; of a column
    without texts the few numbers that it holds.
    """

    header: str
    theme: str = ""
    values: tuple[str, ...] = ()
    cells: int = 0
    answered: int = 0
    dated: int = 0
    repeats: int = 0
    distinct: int = 0
    numbered: bool = False  # whether each cell has a digit
    spellings: tuple[str, ...] = ()  # of the same header in other sheets
    codes: Mapping[str, str] = field(default_factory=dict)  # words that a form maps

    @property
    def is_answers(self) -> bool:
        """Whether most of the cells are answers."""
        return 0 < self.cells <= 2 * self.answered

    @property
    def is_dates(self) -> bool:
        """Whether most of the cells are dates."""
        return 0 < self.cells <= 2 * self.dated

    @property
    def is_scale(self) -> bool:
        """Whether it asks something that is answered by a few other words."""
        asks = _says("graded", self.header) and not self.is_marks
        few = 1 < len(self.values) <= FEW_VALUES and self.repeats == len(self.values)
        return asks and few and not self.is_answers

    @property
    def is_marks(self) -> bool:
        """Whether the cells are single signs, x or 1, that may mean anything."""
        return bool(self.values) and all(len(value) == 1 for value in self.values)

    @property
    def asks(self) -> bool:
        """Whether the header is worded as a question."""
        return self.header.rstrip("* ").endswith("?")

    @property
    def has_partly(self) -> bool:
        """Whether Delvist is among the answers."""
        return any(_says("partly", value) for value in self.values)


@dataclass(frozen=True)
class Survey:
    """An unknown sheet: its names and its columns under the header that was found."""

    file: str
    sheet: str
    columns: tuple[UnknownColumn, ...]

    @property
    def headers(self) -> frozenset[str]:
        """The keys of the headers, to tell whether two sheets are alike."""
        return frozenset(loose_key(column.header) for column in self.columns)


@dataclass(frozen=True)
class Phases:
    """The phases in time, each by what it is called; `why` says where they stand."""

    spellings: tuple[tuple[str, ...], ...]
    why: str


@dataclass(frozen=True)
class Roles:
    """The columns of a survey by what they seem to be for.

    `left_out` are those that seem to hold what identifies a person, `unanswered` the
    questions whose cells are no known answers.
    """

    by_role: Mapping[str, Sequence[UnknownColumn]]
    attributes: Sequence[UnknownColumn]
    measures: Sequence[UnknownColumn]
    phases: Phases
    left_out: Sequence[UnknownColumn]
    unanswered: Sequence[UnknownColumn] = ()


def draft_form(
    source: Given,
    phases: Sequence[str] | None = None,
    *,
    phase: str | None = None,
    case: str | None = None,
) -> DraftForm:
    """A form drafted from headers and answers of workbooks or tables in memory.

    `source` is what `run` takes. `phases` names the phases in the order in time, as the
    column, the sheets or the files call them; `phase` and `case` name the columns of
    phases and cases. The draft loads what it was made from; what it makes says that it
    is a draft, until `draft = true` is deleted in the file that `.save(path)` writes.
    Raises UsageError when no sheet has a column of answers, or no row of headers above
    them, and for a column that is not there.

    >>> import pandas as pd
    >>> cases = pd.DataFrame({"Sagsnr.": [1, 2], "Er der fulgt op?": [True, False]})
    >>> draft_form(cases).measures[0].label
    'Er der fulgt op?'
    """
    books = workbooks_in(source)
    sheets = [(book, one) for book in books for one in book.sheets if not one.hidden]
    chosen = _alike([found for one in sheets if (found := _survey(*one)) is not None])
    if not any(column.is_answers for one in chosen for column in one.columns):
        raise _no_answers(sheets, chosen)
    named = {"phase": phase, "case": case}
    roles = _roles_of(chosen, phases, {r: name for r, name in named.items() if name})
    parts = [_head(), _columns(roles), _attributes(roles), _phases(roles)]
    parts += [_themes(roles), _scales(roles), _measures(roles)]
    text = "\n".join(line for part in parts for line in part) + "\n"
    form = form_from(tomllib.loads(text), file="draft")
    known = {one.name: getattr(form, one.name) for one in fields(form)}
    return DraftForm(**known, text=text, guesses=tuple(_guesses(roles)))


def _no_answers(
    sheets: Sequence[tuple[Workbook, Sheet]], surveys: Sequence[Survey]
) -> Exception:
    """Why nothing is drafted: no answers, other words, or no row of headers."""
    asked = [column for one in surveys for column in one.columns if column.asks]
    if asked:
        names = ", ".join(dict.fromkeys(f'"{redact(one.header)}"' for one in asked))
        return wrong_use(
            f"no column of the workbook holds answers; as questions stand {names}, "
            "but their cells are no known answers",
            "Write yes and no in the cells, or map the words with codes in a form",
        )
    if not surveys and any(_has_answers(sheet) for _, sheet in sheets):
        return wrong_use(
            "no row of headers was found above the answers",
            "Put the headers in one row, texts alone, right above the first case",
        )
    finding = "no column of the workbook holds answers"
    return wrong_use(finding, "Give a workbook with answers such as yes and no")


# What the columns seem to hold


def _survey(book: Workbook, sheet: Sheet) -> Survey | None:
    # None where no row of headers is found.
    grid = grid_of(sheet)
    columns = np.unique(grid.column).tolist()[:MOST_COLUMNS]
    cells = grid.matrix(columns)
    answers = _answers(grid, cells)
    # The names of a table in memory are known, and never searched for.
    header = 0 if book.columns and len(cells) else _header_row(grid, answers, cells)
    if header is None:
        return None
    places = [at for at, _ in enumerate(columns) if cells[header, at] != NOTHING]
    below = slice(header + 1, None)
    own = [
        _column(grid, cells[header, at], cells[below, at], answers=answers[below, at])
        for at in places
    ]
    listed = _listed_questions(own)
    if listed:
        asked, answered = (places[at] for at in listed)
        said = cells[below, asked], cells[below, answered]
        kept = [one for at, one in enumerate(own) if at not in listed]
        parts = _by_question(grid, *said, answers=answers[below, answered])
        return Survey(book.file, sheet.name, (*kept, *parts))
    row = int(grid.rows[header])
    found = [
        replace(one, theme=_theme(grid, row, columns[at]))
        for one, at in zip(own, places, strict=True)
    ]
    return Survey(book.file, sheet.name, tuple(found))


def _has_answers(sheet: Sheet) -> bool:
    grid = grid_of(sheet)
    columns = np.unique(grid.column).tolist()[:MOST_COLUMNS]
    return len(np.unique(grid.row)) > 2 and bool(
        _answers(grid, grid.matrix(columns)).any()
    )


def _listed_questions(columns: Sequence[UnknownColumn]) -> tuple[int, int] | None:
    """Where a long table's questions and answers stand; None for other tables."""
    keys = [silent_key(one.header) for one in columns]
    asked = [
        at for at, key in enumerate(keys) if key in QUESTIONS and columns[at].values
    ]
    answered = [
        at for at, key in enumerate(keys) if key in ANSWERS and columns[at].is_answers
    ]
    return (asked[0], answered[0]) if asked and answered else None


def _by_question(
    grid: Grid, asked: np.ndarray, given: np.ndarray, *, answers: np.ndarray
) -> list[UnknownColumn]:
    """A column for each question of a long table, in the order they come in."""
    pairs = [one for one in dict.fromkeys(asked.tolist()) if one != NOTHING]
    return [
        _column(grid, one, given[asked == one], answers=answers[asked == one])
        for one in pairs[:MOST_COLUMNS]
    ]


def _answers(grid: Grid, cells: np.ndarray) -> np.ndarray:
    pairs = np.unique(cells)
    found = [
        pair
        for pair in pairs[pairs >= 0].tolist()
        if kind_of(pair) is Kind.BOOLEAN
        or (
            kind_of(pair) is Kind.TEXT and silent_key(grid.text(pair)) in _answer_keys()
        )
    ]
    answers = np.isin(cells, found)
    for place in range(cells.shape[1]):
        own = cells[:, place]
        answers[:, place] |= np.isin(own, _coded(grid, own))
    return answers


def _coded(grid: Grid, pairs: np.ndarray) -> list[int]:
    """The cells of a column that answer by codes: yes and no, Opfyldt, TRUE, 1 and 0.

    Of the latter only under a question that nothing else answers.
    """
    held = list(dict.fromkeys(pairs[pairs >= 0].tolist()))
    keys = {pair: silent_key(grid.text(pair)) for pair in held}
    words = {*answer_words().truth, *_words_in(keys.values())}
    coded = [pair for pair in held if keys[pair] in words]
    numbers = _counted(grid, held, Kind.NUMBER)
    numbers |= Counter(key for key in keys.values() if key.isdecimal())
    asks = any("?" in text for text in _counted(grid, held, Kind.TEXT))
    if asks and numbers and set(numbers) <= set(BITS):
        coded += [pair for pair in held if keys[pair] in BITS]
    return coded


def _words_in(keys: Iterable[str]) -> dict[str, str]:
    """What a column's words mean where they are one of the known pairs of words."""
    there = set(keys)
    return {
        word: answer
        for pair in _drafting()["codes"]
        if there & set(pair)
        for word, answer in zip(pair, ("yes", "no"), strict=True)
    }


# Where the headers stand


def _header_row(grid: Grid, answers: np.ndarray, cells: np.ndarray) -> int | None:
    """The place of the row of headers; None where there is none, or none is sure.

    Of rows that may be headers it is the one with the most signs of them, questions and
    well-known names, and of two with as many the upper one: what stands below headers
    is read and told, what stands above them would be lost.
    """
    held = cells != NOTHING
    share = answers.sum(axis=0) / np.maximum(held.sum(axis=0), 1)
    asked = share >= LEAST_ANSWERS
    answered = answers[:, asked].any(axis=1)
    if not answered.any():
        return None
    table = asked | (held[answered].mean(axis=0) >= 0.5)
    wide = 2 * held[:, table].sum(axis=1) >= table.sum()
    if not (answered & wide).any():
        return None
    first = int((answered & wide).argmax())
    own, columns = cells[:, table], np.unique(grid.column)[: len(table)][table]
    found = {
        row: _signs(grid, own[row])
        for row in range(first)
        if (cells[row, asked] != NOTHING).any()
        and _may_name(
            grid, _without_spans(grid, own[row], row=row, columns=columns), own[first:]
        )
    }
    if not found:
        return None
    best = max(found, key=lambda row: (found[row], -row))
    # A row of numbers above would be a case, unless these are headers for sure.
    lost = [row for row in range(best) if wide[row] and row not in found]
    return None if lost and not found[best] else best


def _without_spans(
    grid: Grid, cells: np.ndarray, *, row: int, columns: np.ndarray
) -> np.ndarray:
    """A row without cells that span several columns: themes, which name no column."""
    number = int(grid.rows[row])
    spanned = np.zeros(len(columns), dtype=bool)
    for area in grid.merged:
        if area.left < area.right and area.top <= number <= area.bottom:
            spanned |= (area.left <= columns) & (columns <= area.right)
    return np.where(spanned, NOTHING, cells)


def _may_name(grid: Grid, row: np.ndarray, below: np.ndarray) -> bool:
    """Whether a row may name its columns: texts, most columns, and none like a case."""
    places = np.flatnonzero(row != NOTHING)
    if 2 * len(places) < len(row) or len(places) < min(2, len(row)):
        return False
    again = below[(below != row).any(axis=1)]  # headers may be repeated further down
    return not any(_is_data(grid, int(row[at]), again[:, at]) for at in places)


def _is_data(grid: Grid, pair: int, below: np.ndarray) -> bool:
    """Whether a cell is no header: a number, date, answer, mark, or as those below."""
    if kind_of(pair) is not Kind.TEXT or _is_date(grid, pair):
        return True
    shared, key = answer_words(), silent_key(grid.text(pair))
    words = {*_answer_keys(), *shared.marks, *shared.unclear, *shared.truth}
    if key in words or not any(map(str.isalpha, key)) or pair in below:
        return True
    shape, held = _shape(key), below[below != NOTHING].tolist()
    alike = sum(_shape(silent_key(grid.text(one))) == shape for one in held)
    return any(map(str.isdigit, key)) and 2 * alike > len(held)


def _shape(key: str) -> str:
    return _DIGITS.sub("0", key)


def _signs(grid: Grid, row: np.ndarray) -> int:
    """How many cells say that they are headers: questions in words, known names."""
    texts = [visible(grid.text(one)) for one in row[row != NOTHING].tolist()]
    return sum(
        (len(text.split()) > 2 and text.rstrip("* ").endswith("?"))
        or folded_key(loose_key(text)) in _known_names()
        for text in texts
    )


@cache
def _known_names() -> frozenset[str]:
    named = (one for names in _drafting()["columns"].values() for one in names)
    return frozenset(map(folded_key, (*named, *QUESTIONS, *ANSWERS)))


def _column(
    grid: Grid, header: int, below: np.ndarray, *, answers: np.ndarray
) -> UnknownColumn:
    held = below[below != NOTHING].tolist()
    texts = _counted(grid, held, Kind.TEXT)
    numbers = _counted(grid, held, Kind.NUMBER)
    shown = [text for text, _ in texts.most_common() if not has_cpr(text)]
    empty = {text for text in texts if silent_key(text) in answer_words().marks}
    dates = [pair for pair in held if _is_date(grid, pair)]
    values = tuple(text for text in shown if text not in empty)
    if not texts and 1 < len(numbers) <= FEW_VALUES:
        values = tuple(sorted(numbers))
    return UnknownColumn(
        header=visible(grid.text(int(header))),
        values=values,
        cells=len(held) - sum(texts[text] for text in empty),
        answered=int(answers.sum()),
        dated=len(dates),
        repeats=sum(count > 1 for text, count in texts.items() if text in shown),
        distinct=len(set(held)),
        numbered=bool(held) and all(any(map(str.isdigit, t)) for t in texts),
        codes=_words_in(map(silent_key, texts)),
    )


def _counted(grid: Grid, pairs: Sequence[int], kind: Kind) -> Counter[str]:
    return Counter(visible(grid.text(pair)) for pair in pairs if kind_of(pair) is kind)


def _is_date(grid: Grid, pair: int) -> bool:
    kind = kind_of(pair)
    typed = kind is Kind.TEXT and _DATE.match(visible(grid.text(pair))) is not None
    return kind is Kind.DATE or typed


def _theme(grid: Grid, row: int, column: int) -> str:
    for area in grid.merged:
        over = area.left <= column <= area.right and area.left < area.right
        if over and area.bottom == row - 1:
            return visible(grid.text_at(area.top, area.left))
    return ""


def _alike(surveys: Sequence[Survey]) -> tuple[Survey, ...]:
    # The fullest sheet and those that share most of its headers.
    if not surveys:
        return ()
    answered = [x for x in surveys if any(one.is_answers for one in x.columns)]
    fullest = max(answered or surveys, key=lambda one: len(one.columns))
    return tuple(
        one
        for one in surveys
        if 2 * len(one.headers & fullest.headers) > len(fullest.headers)
    )


def _roles_of(
    surveys: Sequence[Survey],
    phases: Sequence[str] | None,
    asked_for: Mapping[str, str],
) -> Roles:
    # What each column of like sheets is for; the first with a header counts, and
    # before it that which the caller names.
    columns = _joined(surveys)
    chosen = {role: _called(name, columns) for role, name in asked_for.items()}
    named: dict[str, list[UnknownColumn]] = {r: [one] for r, one in chosen.items()}
    for column in columns:
        role = _role(column)
        is_chosen = any(column is one for one in chosen.values())
        if role and not is_chosen and role not in chosen:
            named.setdefault(role, []).append(column)
    by_role = {
        role: [_best(role, found)] if role != "ignored" else found
        for role, found in named.items()
        if role != "personal"
    }
    by_role["case"] = by_role.get("case") or [_case_in(columns, taken=by_role)]
    taken = {id(one) for found in by_role.values() for one in found}
    left_out = named.get("personal", [])
    taken |= set(map(id, left_out))
    found = _phases_of(by_role, surveys, phases)
    if found.why == "proposed":
        _refuse_unnamed([*by_role.get("phase", []), *columns])
    if found.why != "column":
        by_role.pop("phase", None)
    free = [one for one in columns if id(one) not in taken]
    asked = [one for one in free if one.is_answers or one.is_scale]
    is_asked = set(map(id, asked))
    attributes = [
        one for one in free if id(one) not in is_asked and (one.is_dates or one.repeats)
    ]
    # A team is both: what the cases cluster by, and an attribute to make groups of.
    unanswered = [
        one for one in free if one.asks and one.values and id(one) not in is_asked
    ]
    attributes = [*by_role.get("cluster", []), *attributes]
    return Roles(by_role, attributes, asked, found, left_out, unanswered)


def _called(name: str, columns: Sequence[UnknownColumn]) -> UnknownColumn:
    for column in columns:
        if silent_key(name) in map(silent_key, _names(column)):
            return column
    raise unknown_column(name, [column.header for column in columns])


def _joined(surveys: Sequence[Survey]) -> list[UnknownColumn]:
    """The columns of all sheets, those of one header as one.

    Where a header is only nearly the same in another sheet, both spellings are kept.
    """
    found: dict[tuple[str, str], UnknownColumn] = {}
    for survey in surveys:
        own = {(one.theme, silent_key(one.header)) for one in survey.columns}
        for column in survey.columns:
            key = (column.theme, silent_key(column.header))
            near = next(
                (
                    other
                    for other in found
                    if other not in own
                    and (other[0], loose_key(other[1]))
                    == (key[0], loose_key(column.header))
                ),
                key,
            )
            if near in found:
                found[near] = _merged(found[near], column)
            else:
                found[key] = column
    return list(found.values())


def _merged(first: UnknownColumn, other: UnknownColumn) -> UnknownColumn:
    known = {silent_key(one) for one in (first.header, *first.spellings)}
    added = () if silent_key(other.header) in known else (other.header,)
    return replace(
        first,
        spellings=(*first.spellings, *added),
        values=tuple(dict.fromkeys((*first.values, *other.values))),
        cells=first.cells + other.cells,
        answered=first.answered + other.answered,
        dated=first.dated + other.dated,
        repeats=max(first.repeats, other.repeats),
        distinct=max(first.distinct, other.distinct),
        numbered=first.numbered and other.numbered,
        codes={**first.codes, **other.codes},
    )


def _role(column: UnknownColumn) -> str:
    key = folded_key(loose_key(column.header))
    if column.is_answers or column.is_dates:
        return ""
    for role, names in _drafting()["columns"].items():
        if key in map(folded_key, names):
            return role
    is_personal = is_personal_header(column.header) or _says("personal", column.header)
    return "personal" if is_personal else ""


def _best(role: str, found: Sequence[UnknownColumn]) -> UnknownColumn:
    """The one column of a role: of cases the most different, else as they are known."""
    if len(found) == 1:
        return found[0]
    if role == "case":
        return max(found, key=lambda one: one.distinct)
    names = [*map(folded_key, _drafting()["columns"][role])]
    return min(found, key=lambda one: names.index(folded_key(loose_key(one.header))))


def _case_in(
    columns: Sequence[UnknownColumn], taken: Mapping[str, Sequence[UnknownColumn]]
) -> UnknownColumn:
    """The first column that numbers its rows; else one that is to be added."""
    others = {id(one) for found in taken.values() for one in found}
    for one in columns:
        numbers = one.numbered and one.cells > 1 and one.distinct == one.cells
        if numbers and not (one.is_dates or one.is_answers or id(one) in others):
            return one
    return UnknownColumn(_text("case"))


def _phases_of(
    by_role: Mapping[str, Sequence[UnknownColumn]],
    surveys: Sequence[Survey],
    asked: Sequence[str] | None,
) -> Phases:
    found = _phases_in_column(by_role) or _phases_around(surveys)
    if not asked:
        return found
    known = {silent_key(one): one for names in found.spellings for one in names}
    if found.why == "proposed":  # nothing says what they are called
        return Phases(tuple((name,) for name in asked), "asked")
    for name in asked:
        if silent_key(name) not in known:
            raise unknown_name("phase", name, [one[0] for one in found.spellings])
    return Phases(tuple((known[silent_key(name)],) for name in asked), found.why)


def _refuse_unnamed(columns: Iterable[UnknownColumn]) -> None:
    """UsageError for a column of phases whose cells name none, where nothing else does.

    Its rows would all be of one phase, and each case be there twice.
    """
    names = set(map(folded_key, _drafting()["columns"]["phase"]))
    for column in columns:
        if folded_key(loose_key(column.header)) not in names:
            continue
        name = redact(column.header)
        remedy = (
            "Write in each row which phase it is, such as 2022 or 2024, or name "
            'another column: phase="..."'
        )
        if column.is_dates:
            finding = f'the column of phases, "{name}", holds dates, no names'
            raise wrong_use(finding, remedy)
        if len(column.values) > MOST_PHASES:
            finding = f'the column of phases, "{name}", names more than twelve'
            raise wrong_use(finding, remedy)
        if not column.cells:
            raise wrong_use(f'the column of phases, "{name}", is empty', remedy)


def _phases_in_column(
    by_role: Mapping[str, Sequence[UnknownColumn]],
) -> Phases | None:
    for column in by_role.get("phase", []):
        names = {silent_key(one): one for one in reversed(column.values)}
        if 0 < len(names) <= MOST_PHASES:
            ordered = sorted(names.values(), key=_time)
            return Phases(tuple((one,) for one in ordered), "column")
    return None


def _phases_around(surveys: Sequence[Survey]) -> Phases:
    """The phases that sheets are called after, else files; else two are proposed."""
    sheets = list(dict.fromkeys(one.sheet for one in surveys))
    named = [one for one in sheets if _says("phase", one)]
    if len(named) > 1:
        return Phases(tuple((one,) for one in sorted(named, key=_time)), "sheets")
    files = list(dict.fromkeys(one.file for one in surveys))
    if len(files) > 1:
        apart = _apart([PurePath(one).stem for one in files])
        said = all(_says("phase", one) for one in apart)
        ordered = sorted(apart, key=_time) if said else apart
        return Phases(tuple((one,) for one in ordered), "files")
    first, *later = _drafting()["text"]["phases"]
    if named and _time(named[0]).order > 0:
        return Phases(((first,), (later[0], named[0])), "proposed")
    # So that the workbook is read: as the first of the two.
    own = named[0] if named else PurePath(files[0]).stem
    alike = silent_key(own) in {silent_key(one) for one in (first, *later)}
    return Phases(
        ((first,) if alike else (first, own), *((x,) for x in later)), "proposed"
    )


def _apart(stems: Sequence[str]) -> list[str]:
    """What tells the names of files apart: their own words, else the whole names.

    >>> _apart(["sager_2022", "sager_2024"]), _apart(["a b", "b a"])
    (['2022', '2024'], ['a b', 'b a'])
    """
    words = [_WORD.findall(stem) for stem in stems]
    shared = set.intersection(*(set(map(silent_key, one)) for one in words))
    own = [" ".join(w for w in one if silent_key(w) not in shared) for one in words]
    return own if all(own) and len(set(map(silent_key, own))) == len(own) else [*stems]


class _Time(NamedTuple):
    """What a phase's name is sorted by: words of before and after, year, month, rest.

    `rest` is its numbers and words in turn, a number before a word.
    """

    order: int
    year: int
    month: int
    rest: tuple[tuple[bool, int, str], ...]


def _time(name: str) -> _Time:
    """Where a phase stands in time by its name.

    >>> sorted(["Runde 10", "Runde 9"], key=_time)
    ['Runde 9', 'Runde 10']
    >>> sorted(["1. kvartal 2022", "4. kvartal 2021", "maj 2021"], key=_time)
    ['maj 2021', '4. kvartal 2021', '1. kvartal 2022']
    """
    key, known = silent_key(name), _drafting()["known"]
    order = bool(re.match(known["later"], key)) - bool(re.match(known["earlier"], key))
    year = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", key)
    rest = key.replace(year[0], " ", 1) if year else key
    parts = tuple(
        (False, int(one), "") if one.isdecimal() else (True, 0, one)
        for one in re.findall(r"\d+|[^\W\d_]+", rest)
    )
    return _Time(order, int(year[0]) if year else 0, _month(rest), parts)


def _month(key: str) -> int:
    """The month that a text names, or in which the quarter ends; 0 where neither."""
    quarter = re.search(_drafting()["known"]["quarter"], key)
    if quarter:
        return 3 * int(next(filter(None, quarter.groups())))
    months = [load_language(one).word("months").split() for one in ("da", "en")]
    for word in _WORD.findall(key):
        for names in months if len(word) > 2 else ():
            for number, month in enumerate(names, start=1):
                if month.casefold().startswith(word):
                    return number
    return 0


# How it is written


def _quoted(text: str) -> str:
    return json.dumps(redact(text), ensure_ascii=False)


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def slug(text: str, taken: set[str]) -> str:
    """An id made of a text's first words, unlike those that are taken.

    >>> slug("Er der foretaget en børnefaglig undersøgelse?", set())
    'foretaget_en_boernefaglig_undersoegelse'
    """
    words = re.findall(r"[a-z0-9]+", silent_key(text).translate(_SLUG))
    opening, other = _drafting()["known"]["opening"], _text("measure")
    while len(words) > 1 and re.fullmatch(opening, words[0]):
        words = words[1:]
    stem = "_".join(words[:6]) or other
    stem = stem if stem[0].isalpha() else f"{other}_{stem}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


def _head() -> Iterator[str]:
    for line in _drafting()["text"]["head"]:
        yield f"# {line}"
    for key in ("id", "title"):
        yield f"{key} = {_quoted(_text(key))}"
    yield 'version = "1"'
    yield f"draft = true   # {_text('draft')}"
    yield f"unit = {_quoted(_text('unit'))}"


def _columns(roles: Roles) -> Iterator[str]:
    yield "\n[columns]"
    for role in ROLES:
        if found := roles.by_role.get(role):
            yield f"{role} = {_listed(name for one in found for name in _names(one))}"
    if roles.left_out:
        yield f"# {_text('personal')}"


def _names(column: UnknownColumn) -> tuple[str, ...]:
    return (column.header, *column.spellings)


def _attributes(roles: Roles) -> Iterator[str]:
    taken: set[str] = set()
    for column in roles.attributes:
        yield "\n[[attributes]]"
        yield f"id = {_quoted(_attribute_id(column, taken))}"
        yield f"label = {_quoted(column.header)}"
        yield f"columns = {_listed(_names(column))}"
        if column.is_dates:
            yield 'type = "date"'


def _attribute_id(column: UnknownColumn, taken: set[str]) -> str:
    for name in ("municipality", "team", "area"):
        known = re.match(_drafting()["known"][name], silent_key(column.header))
        if known and name not in taken and not column.is_dates:
            taken.add(name)
            return name
    return slug(column.header, taken)


def _phases(roles: Roles) -> Iterator[str]:
    for place, (names, name) in enumerate(
        zip(roles.phases.spellings, _phase_ids(roles), strict=True)
    ):
        yield f"\n[[phases]]{'' if place else _guess('order')}"
        yield f"id = {_quoted(name)}"
        yield f"label = {_quoted(names[0])}"
        yield f"spellings = {_listed(names)}"


def _phase_ids(roles: Roles) -> tuple[str, ...]:
    known, found = ("analysis", "status"), roles.phases.spellings
    # An id is a spelling too, and may not be that of the other phase.
    swapped = silent_key(_drafting()["text"]["phases"][1]) == silent_key(found[0][0])
    if len(found) == len(known) and not swapped:
        return known
    return tuple(f"phase_{place}" for place in range(1, len(found) + 1))


def _theme_ids(roles: Roles) -> dict[str, str]:
    taken: set[str] = set()
    names = dict.fromkeys(column.theme for column in roles.measures if column.theme)
    return {name: slug(name, taken) for name in names}


def _themes(roles: Roles) -> Iterator[str]:
    for name, theme in _theme_ids(roles).items():
        yield "\n[[themes]]"
        yield f"id = {_quoted(theme)}"
        yield f"label = {_quoted(name)}"


def _scale_names(roles: Roles) -> dict[tuple[str, ...], str]:
    scales = dict.fromkeys(
        _graded(column) for column in roles.measures if column.is_scale
    )
    return {
        values: f"{_text('scale')}_{place}"
        for place, values in enumerate(scales, start=1)
    }


def _graded(column: UnknownColumn) -> tuple[str, ...]:
    """The steps of a scale, the best first as far as they are known."""
    known = _drafting()["text"]["grades"]
    ranks = {silent_key(name): place for place, name in enumerate(known)}
    return tuple(
        sorted(column.values, key=lambda one: (ranks.get(silent_key(one), 99), one))
    )


def _scales(roles: Roles) -> Iterator[str]:
    for values, name in _scale_names(roles).items():
        taken: set[str] = set()
        for value in values:
            yield f"\n[[scales.{name}]]"
            yield f"id = {_quoted(slug(value, taken))}"
            yield f"label = {_quoted(value)}"


def _measures(roles: Roles) -> Iterator[str]:
    taken: set[str] = set()
    themes, scales = _theme_ids(roles), _scale_names(roles)
    for column in roles.measures:
        yield "\n[[measures]]"
        yield f"id = {_quoted(slug(column.header, taken))}"
        yield f"label = {_quoted(_kept(column))}{_guess('wording')}"
        yield f"columns = {_listed(_names(column))}"
        if column.theme:
            yield f"theme = {_quoted(themes[column.theme])}"
        if column.is_scale:
            values = _graded(column)
            yield 'kind = "ordered"'
            yield f"scale = {_quoted(scales[values])}"
            yield f"compliant = {_listed([slug(values[0], set())])}{_guess()}"
        else:
            answer = "no" if _is_reversed(column) else "yes"
            yield f"compliant = {_listed([answer])}{_guess()}"
            if column.has_partly:
                yield "partly = true"
            if column.codes:
                pairs = (
                    f"{_quoted(w)} = {_quoted(a)}" for w, a in column.codes.items()
                )
                yield f"codes = {{ {', '.join(pairs)} }}{_guess()}"


def _is_reversed(column: UnknownColumn) -> bool:
    return not column.is_scale and _says("reversed", column.header)


def _kept(column: UnknownColumn) -> str:
    """What is kept where the answer complies, in words: a label never says less.

    A question that is worded the other way round is turned, or its answer is named.
    """
    if not _is_reversed(column):
        return column.header
    there = re.match(_drafting()["known"]["there"], column.header, re.IGNORECASE)
    if there:
        return _text("there_not").format(rest=there[1])
    return _text("no_to").format(question=column.header)


def _guesses(roles: Roles) -> Iterator[Guess]:
    """Each guess with its sign, in the order of the file."""
    for role in ROLES:
        for one in roles.by_role.get(role, ()):
            why = "header" if one.cells else "no_case"
            is_known = _role(one) == role
            yield Guess(
                role,
                redact(one.header),
                why if is_known or not one.cells else "numbered",
            )
    for one in roles.left_out:
        yield Guess("left_out", redact(one.header), "personal")
    for one in roles.unanswered:
        yield Guess("left_out", redact(one.header), "unanswered")
    names = ", ".join(redact(one[0]) for one in roles.phases.spellings)
    yield Guess("phases", names, roles.phases.why)
    if len(roles.phases.spellings) > 2:
        first, last = (redact(roles.phases.spellings[at][0]) for at in (0, -1))
        told = {"first": first, "last": last}
        yield Guess("compared", f"{first} / {last}", "ends", told)
    for one in roles.attributes:
        why = "dates" if one.is_dates else "few"
        yield Guess("attribute", redact(one.header), why)
    yield from map(_guess_of, roles.measures)


def _guess_of(measure: UnknownColumn) -> Guess:
    why = "answers"
    told: Mapping[str, object] = {"answered": measure.answered, "cells": measure.cells}
    if measure.is_scale:
        why, told = "scale", {"best": redact(_graded(measure)[0])}
    elif _is_reversed(measure):
        why = "reversed"
    elif measure.codes:
        codes = ", ".join(f"{word} = {one}" for word, one in measure.codes.items())
        why, told = "coded", {**told, "codes": codes}
    return Guess("measure", redact(_kept(measure)), why, told)
