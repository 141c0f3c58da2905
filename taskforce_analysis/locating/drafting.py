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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.locating.grid import NOTHING, Grid, grid_of, kind_of
from taskforce_analysis.locating.lexicon import MARKS, NEAR, NEAR_PARTLY, PARTLY, WORDS
from taskforce_analysis.privacy import has_cpr, redact
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook
from taskforce_analysis.spelling import folded_key, loose_key, silent_key, visible

MOST_COLUMNS = 400
FEW_VALUES = 8
_ANSWERS = {silent_key(word) for word in (*WORDS, *PARTLY)} | {*NEAR, *NEAR_PARTLY}
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\Z|\d{4}-\d\d-\d\d")

GUESS = "# gæt: kontrollér"
_KNOWN = {
    "case": "sagsnr sagsnummer sagnr sag journalnr journalnummer løbenr nr id",
    "phase": "måling fase målefase periode",
    "decision": "afgørelsenr afgørelsesnr",
    "reviewer": "bedømmer gennemgåetaf",
    "cluster": "sagsbehandler team rådgiver",
    "ignored": "bemærkning bemærkninger kommentar kommentarer noter note",
}
_PERSONAL = re.compile(
    r"\b(navn|fornavn|efternavn|cpr\w*|personn\w+|adresse|telefon\w*|tlf|mobil|e-?mail)\b"
)
_REVERSED = re.compile(r"mangel|mangler|overskred|overskrid|fejl|udebl|undlad|forsømt")
_PHASE_WORDS = re.compile(r"før|efter|analyse|status|måling|fase|baseline")
_SLUG = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


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
        asks = (
            self.header.rstrip("* ").endswith("?") or "grad" in self.header.casefold()
        )
        few = 1 < len(self.values) <= FEW_VALUES and self.repeats == len(self.values)
        return asks and few and not self.is_answers

    @property
    def has_partly(self) -> bool:
        """Whether Delvist is among the answers."""
        return any(silent_key(value).startswith("delvis") for value in self.values)


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

    by_role: dict[str, list[UnknownColumn]]
    attributes: list[UnknownColumn]
    measures: list[UnknownColumn]
    phases: tuple[str, ...]


def draft_form(workbook: Workbook) -> str:
    """The text of a form's TOML file, drafted from a workbook's headers and answers.

    Raises UsageError when no sheet has a column of answers.
    """
    surveys = [_survey(sheet) for sheet in workbook.sheets if not sheet.hidden]
    chosen = _alike([one for one in surveys if one is not None])
    if not chosen:
        finding = "no column of the workbook holds answers"
        raise wrong_use(finding, "Give a workbook with answers such as Ja and Nej")
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
        or (kind_of(pair) is Kind.TEXT and silent_key(grid.text(pair)) in _ANSWERS)
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
    marks = sum(count for text, count in texts.items() if silent_key(text) in MARKS)
    dates = [pair for pair in held if _is_date(grid, pair)]
    return UnknownColumn(
        header=visible(grid.text(int(pairs[header]))),
        theme=_theme(grid, int(grid.rows[header]), column),
        values=tuple(text for text in shown if silent_key(text) not in MARKS),
        cells=len(held) - marks,
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
        by_role["case"] = [UnknownColumn("Sagsnr.", "", (), 0, 0, 0, 0)]
    return Roles(by_role, attributes, measures, _phase_names(by_role, surveys))


def _role(column: UnknownColumn) -> str:
    key = folded_key(loose_key(column.header))
    for role, names in _KNOWN.items():
        known = {folded_key(name) for name in names.split()}
        if key in known and not (column.is_answers or column.is_dates):
            return role
    personal = _PERSONAL.search(silent_key(column.header)) and not column.is_answers
    return "personal" if personal else ""


def _phase_names(
    by_role: dict[str, list[UnknownColumn]], surveys: Sequence[Survey]
) -> tuple[str, ...]:
    for column in by_role.get("phase", []):
        if column.values:
            return tuple(sorted(column.values, key=_time))
    names = [one.sheet for one in surveys if _PHASE_WORDS.search(silent_key(one.sheet))]
    return tuple(sorted(names, key=_time)) or ("Analyse", "Status")


def _time(name: str) -> tuple[bool, str]:
    later = ("efter", "status", "anden", "opfølg")
    return silent_key(name).startswith(later), silent_key(name)


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
    while len(words) > 1 and words[0] in ("er", "der", "har", "blev", "i"):
        words = words[1:]
    stem = "_".join(words[:6]) or "punkt"
    stem = stem if stem[0].isalpha() else f"punkt_{stem}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


def _head() -> Iterator[str]:
    yield "# Udkast til et skema, lavet ud fra et regneark. Ret det, før det bruges:"
    yield "# især linjerne med gæt. En etiket (label) siger det, der er opfyldt."
    yield 'id = "mit_skema"'
    yield 'title = "Mit måleskema"'
    yield 'version = "1"'
    yield 'unit = "sag"'


def _columns(roles: Roles) -> Iterator[str]:
    yield "\n[columns]"
    for role in _KNOWN:
        found = roles.by_role.get(role)
        if found:
            yield f"{role} = {_listed(column.header for column in found)}"
    if "personal" in roles.by_role:
        yield "# En kolonne med personoplysninger er udeladt og læses ikke."


def _attributes(roles: Roles) -> Iterator[str]:
    taken: set[str] = set()
    for column in roles.attributes:
        yield "\n[[attributes]]"
        is_place = silent_key(column.header).startswith("kommune")
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
        yield f"\n[[phases]]{'' if place else '   ' + GUESS + ' rækkefølgen i tid'}"
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
    return {values: f"skala_{place}" for place, values in enumerate(scales, start=1)}


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
        yield f"label = {_quoted(column.header)}   {GUESS} ordlyden"
        yield f"columns = {_listed([column.header])}"
        if column.theme:
            yield f"theme = {_quoted(themes[column.theme])}"
        if column.is_scale:
            values = tuple(sorted(column.values))
            yield 'kind = "ordered"'
            yield f"scale = {_quoted(scales[values])}"
            yield f"compliant = {_listed([slug(values[0], set())])}   {GUESS}"
        else:
            answer = "no" if _REVERSED.search(silent_key(column.header)) else "yes"
            yield f"compliant = {_listed([answer])}   {GUESS}"
            if column.has_partly:
                yield "partly = true"
