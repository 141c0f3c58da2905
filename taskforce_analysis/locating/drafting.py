"""A form drafted from an unknown workbook, to be corrected by hand.

    print(draft_form(read_cells("ukendt.xlsx")))

The header is the row above the first answers; what a column holds is told from its
cells: answers, dates, few texts, many texts. Names of known columns help. What the
workbook shows is written as it is: headers, phases, the grades of a scale. What can
only be guessed, above all which answer complies, is marked as a guess. The draft loads
the workbook that it was made from.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.locating.grid import NOTHING, Grid, grid_of, kind_of
from taskforce_analysis.locating.lexicon import answer_words
from taskforce_analysis.privacy import has_cpr, redact
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook
from taskforce_analysis.schemas import Toml, read_definition
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.spelling import folded_key, loose_key, silent_key, visible

MOST_COLUMNS = 400
FEW_VALUES = 8
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\Z|\d{4}-\d\d-\d\d")

_SLUG = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


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

    `values` are the distinct texts by frequency, the most frequent first.
    """

    header: str
    theme: str
    values: tuple[str, ...]
    cells: int
    answered: int
    dated: int
    repeats: int

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
        asks = _says("graded", self.header)
        few = 1 < len(self.values) <= FEW_VALUES and self.repeats == len(self.values)
        return asks and few and not self.is_answers

    @property
    def has_partly(self) -> bool:
        """Whether Delvist is among the answers."""
        return any(_says("partly", value) for value in self.values)


@dataclass(frozen=True)
class Survey:
    """An unknown sheet: its name and its columns under the header that was found."""

    sheet: str
    columns: tuple[UnknownColumn, ...]

    @property
    def headers(self) -> frozenset[str]:
        """The keys of the headers, to tell whether two sheets are alike."""
        return frozenset(loose_key(column.header) for column in self.columns)


@dataclass(frozen=True)
class Roles:
    """The columns of a survey by what they seem to be for."""

    by_role: Mapping[str, Sequence[UnknownColumn]]
    attributes: Sequence[UnknownColumn]
    measures: Sequence[UnknownColumn]
    phases: tuple[str, ...]


def draft_form(workbook: Workbook) -> str:
    """The text of a form's TOML file, drafted from a workbook's headers and answers.

    Raises UsageError when no sheet has a column of answers.
    """
    surveys = [_survey(sheet) for sheet in workbook.sheets if not sheet.hidden]
    chosen = _alike([one for one in surveys if one is not None])
    if not chosen:
        finding = "no column of the workbook holds answers"
        raise wrong_use(finding, "Give a workbook with answers such as yes and no")
    roles = _roles_of(chosen)
    parts = [_head(), _columns(roles), _attributes(roles), _phases(roles)]
    parts += [_themes(roles), _scales(roles), _measures(roles)]
    return "\n".join(line for part in parts for line in part) + "\n"


# What the columns seem to hold


def _survey(sheet: Sheet) -> Survey | None:
    # None where no column has answers.
    grid = grid_of(sheet)
    columns = np.unique(grid.column).tolist()[:MOST_COLUMNS]
    cells = grid.matrix(columns)
    answers = _answers(grid, cells)
    header = _header_row(answers, cells)
    if header is None:
        return None
    found = [
        _column(grid, column, cells[:, place], header=header, answers=answers[:, place])
        for place, column in enumerate(columns)
        if cells[header, place] != NOTHING
    ]
    return Survey(sheet.name, tuple(found))


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
    return np.isin(cells, found)


def _header_row(answers: np.ndarray, cells: np.ndarray) -> int | None:
    # The row that most answer columns have their last text in, above any answer.
    above: Counter[int] = Counter()
    for column in np.flatnonzero(answers.sum(axis=0) > 0).tolist():
        first = int(answers[:, column].argmax())
        held = np.flatnonzero(cells[:first, column] != NOTHING)
        if len(held):
            above[int(held[-1])] += 1
    return above.most_common(1)[0][0] if above else None


def _column(
    grid: Grid, column: int, pairs: np.ndarray, *, header: int, answers: np.ndarray
) -> UnknownColumn:
    below = pairs[header + 1 :]
    held = below[below != NOTHING].tolist()
    texts = Counter(
        visible(grid.text(pair)) for pair in held if kind_of(pair) is Kind.TEXT
    )
    shown = [text for text, _ in texts.most_common() if not has_cpr(text)]
    empty = {text for text in texts if silent_key(text) in answer_words().marks}
    dates = [pair for pair in held if _is_date(grid, pair)]
    return UnknownColumn(
        header=visible(grid.text(int(pairs[header]))),
        theme=_theme(grid, int(grid.rows[header]), column),
        values=tuple(text for text in shown if text not in empty),
        cells=len(held) - sum(texts[text] for text in empty),
        answered=int(answers[header + 1 :].sum()),
        dated=len(dates),
        repeats=sum(count > 1 for text, count in texts.items() if text in shown),
    )


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
    fullest = max(surveys, key=lambda one: len(one.columns))
    return tuple(
        one
        for one in surveys
        if 2 * len(one.headers & fullest.headers) > len(fullest.headers)
    )


def _roles_of(surveys: Sequence[Survey]) -> Roles:
    # What each column of like sheets is for; the first with a header counts.
    columns: dict[tuple[str, str], UnknownColumn] = {}
    for column in (column for one in surveys for column in one.columns):
        columns.setdefault((column.theme, loose_key(column.header)), column)
    by_role: dict[str, list[UnknownColumn]] = {}
    attributes, measures = [], []
    for column in columns.values():
        role = _role(column)
        if role:
            by_role.setdefault(role, []).append(column)
        elif column.is_answers or column.is_scale:
            measures.append(column)
        elif column.is_dates or column.repeats > 0:
            attributes.append(column)
    if "case" not in by_role and attributes + measures:
        by_role["case"] = [UnknownColumn(_text("case"), "", (), 0, 0, 0, 0)]
    return Roles(by_role, attributes, measures, _phase_names(by_role, surveys))


def _role(column: UnknownColumn) -> str:
    key = folded_key(loose_key(column.header))
    for role, names in _drafting()["columns"].items():
        if key in map(folded_key, names) and not (column.is_answers or column.is_dates):
            return role
    personal = _says("personal", column.header) and not column.is_answers
    return "personal" if personal else ""


def _phase_names(
    by_role: dict[str, list[UnknownColumn]], surveys: Sequence[Survey]
) -> tuple[str, ...]:
    for column in by_role.get("phase", []):
        if column.values:
            return tuple(sorted(column.values, key=_time))
    names = [one.sheet for one in surveys if _says("phase", one.sheet)]
    return tuple(sorted(names, key=_time) or _drafting()["text"]["phases"])


def _time(name: str) -> tuple[bool, str]:
    later = re.match(_drafting()["known"]["later"], silent_key(name))
    return later is not None, silent_key(name)


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
    yield f"unit = {_quoted(_text('unit'))}"


def _columns(roles: Roles) -> Iterator[str]:
    yield "\n[columns]"
    for role in _drafting()["columns"]:
        found = roles.by_role.get(role)
        if found:
            yield f"{role} = {_listed(column.header for column in found)}"
    if "personal" in roles.by_role:
        yield f"# {_text('personal')}"


def _attributes(roles: Roles) -> Iterator[str]:
    taken: set[str] = set()
    for column in roles.attributes:
        yield "\n[[attributes]]"
        is_place = re.match(
            _drafting()["known"]["municipality"], silent_key(column.header)
        )
        name = "municipality" if is_place else slug(column.header, taken)
        yield f"id = {_quoted(name)}"
        yield f"label = {_quoted(column.header)}"
        yield f"columns = {_listed([column.header])}"
        if column.is_dates:
            yield 'type = "date"'


def _phases(roles: Roles) -> Iterator[str]:
    known = ("analysis", "status")
    for place, name in enumerate(roles.phases):
        ids = known if len(roles.phases) == len(known) else ()
        yield f"\n[[phases]]{'' if place else _guess('order')}"
        yield f"id = {_quoted(ids[place] if ids else f'phase_{place + 1}')}"
        yield f"label = {_quoted(name)}"
        yield f"spellings = {_listed([name])}"


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
        tuple(sorted(column.values)) for column in roles.measures if column.is_scale
    )
    return {
        values: f"{_text('scale')}_{place}"
        for place, values in enumerate(scales, start=1)
    }


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
        yield f"label = {_quoted(column.header)}{_guess('wording')}"
        yield f"columns = {_listed([column.header])}"
        if column.theme:
            yield f"theme = {_quoted(themes[column.theme])}"
        if column.is_scale:
            values = tuple(sorted(column.values))
            yield 'kind = "ordered"'
            yield f"scale = {_quoted(scales[values])}"
            yield f"compliant = {_listed([slug(values[0], set())])}{_guess()}"
        else:
            answer = "no" if _says("reversed", column.header) else "yes"
            yield f"compliant = {_listed([answer])}{_guess()}"
            if column.has_partly:
                yield "partly = true"
