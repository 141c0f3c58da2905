"""What the headers of a sheet mean: the form's words for them, and where they stand.

A header may have several meanings: a date column is an attribute and the end of a
deadline, and one sub-header may stand under several themes. What matches only without
footnotes, numbers and question marks is loose and told; what matches only after broken
letters were mended is refused with the name that it should have had.

A header row holds at least two known headers, and at least half as many as the best
row has. Rows that complete each other (case and municipality merged over two rows,
measures in the lower one) are one header. What stands above a heading is its theme.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple

import numpy as np

from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.locating.grid import Grid, grid_of
from taskforce_analysis.reading.cells import TEXT, Workbook
from taskforce_analysis.spelling import loose_key, repaired, same_but_lost, silent_key

EXACT, LOOSE, BROKEN = "exact", "loose", "broken"
SINGLE = ("case", "decision", "phase", "reviewer", "cluster", "corrected", "ignored")
FIRST_ROWS = 60
FEW = 3
CANDIDATE_ROWS, CANDIDATE_COLUMNS = 40, 5
LONGEST = 300


class Meaning(NamedTuple):
    """What a column holds: a role, and the id of the measure or attribute."""

    role: str
    id: str = ""


@dataclass(frozen=True)
class HeaderMatch:
    """The meanings of a header, how they were found and the form's own spelling."""

    meanings: tuple[Meaning, ...]
    how: str
    spelling: str

    def has(self, role: str) -> bool:
        """Whether one of the meanings has this role."""
        return role in self._roles

    @cached_property
    def _roles(self) -> frozenset[str]:
        return frozenset(meaning.role for meaning in self.meanings)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The ids of the measures that are answered under this header."""
        return tuple(one.id for one in self.meanings if one.role == "measure")

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The ids of the measures that a row of counts may be about."""
        return tuple(
            one.id for one in self.meanings if one.role in ("measure", "label")
        )


Index = dict[str, HeaderMatch]


@dataclass(eq=False)
class HeaderWords:
    """A form's headers by their keys; exists so that each text is looked up once."""

    form: Form
    silent: Index
    loose: Index
    themes: dict[str, str]
    seen: dict[str, HeaderMatch | None] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)
    # headers by their cells
    decided: "dict[tuple[_Cell, ...], tuple[ColumnHeading, ...]]" = field(
        default_factory=dict
    )

    @cached_property
    def grades(self) -> dict[str, str]:
        """The id of each grade of the form's scales, by every spelling of it."""
        return {
            silent_key(spelling): grade.id
            for measure in self.form.measures
            for grade in measure.scale
            for spelling in (grade.label, *grade.spellings)
        }

    def match(self, text: str) -> HeaderMatch | None:
        """What a header means, or None."""
        if text not in self.seen:
            self.seen[text] = self._find(text)
        return self.seen[text]

    def _find(self, text: str) -> HeaderMatch | None:
        key = silent_key(text)
        found = self.silent.get(key) or self.loose.get(loose_key(text))
        if found or (text.isascii() and "?" not in text.rstrip("? ")):
            return found
        return self._mended(text, key)

    def _mended(self, text: str, key: str) -> HeaderMatch | None:
        lost = same_but_lost(key, self.silent)
        keys = [lost] if lost else [silent_key(one) for one in repaired(text)]
        found = next((self.silent[one] for one in keys if one in self.silent), None)
        return found and HeaderMatch(found.meanings, BROKEN, found.spelling)

    def is_header(self, text: str) -> bool:
        """Whether a text is a header, exactly; quick, for every text of a sheet."""
        if text not in self.known:
            self.known[text] = silent_key(text) in self.silent
        return self.known[text]

    def theme(self, text: str) -> str:
        """The id of the theme of this name; empty when it is none."""
        return self.themes.get(silent_key(text), "")

    def under(self, theme: str, text: str) -> HeaderMatch | None:
        """What a sub-header means under a theme's name, where the two decide it."""
        named = self.match(text)
        inside = [
            meaning
            for meaning in (named.meanings if named else ())
            if meaning.role == "measure"
            and self.form.measure(meaning.id).theme == self.theme(theme)
        ]
        if named and len(inside) == 1:
            return HeaderMatch(tuple(inside), named.how, named.spelling)
        joined = (f"{theme}{mark}{text}" for mark in (" ", ": ", " - ", ", ", " / "))
        return next(filter(None, map(self.match, joined)), None)

    def inside(self, text: str) -> HeaderMatch | None:
        """The measure whose question a header ends with, after the name of a group.

        Survey tools write `Gruppe.Spørgsmål` and `Gruppe [Spørgsmål]`.
        """
        found = map(self.match, last_questions(text))
        return next((one for one in found if one and one.measures), None)

    def nearest(
        self, text: str, *, besides: Iterable[str] = (), cutoff: float = 0.5
    ) -> str | None:
        """The measure headers that come nearest to a text; None when none does.

        `besides` are measures whose headers are not meant, `cutoff` how alike is near.
        """
        taken = set(besides)
        if (inside := self.inside(text)) and taken.isdisjoint(inside.measures):
            return inside.spelling
        keys = {
            key: match.spelling
            for key, match in self.silent.items()
            if match.measures and not taken.issuperset(match.measures)
        }
        near = get_close_matches(silent_key(text), keys, n=3, cutoff=cutoff)
        return " | ".join(dict.fromkeys(keys[key] for key in near)) or None


def last_questions(text: str) -> list[str]:
    """What a header may ask, where the name of a group stands before it.

    >>> last_questions("Sagen.Er der fulgt op?"), last_questions("Sagen [Er der Ja?]")
    (['Er der fulgt op?'], ['Er der Ja?'])
    """
    within = re.search(r"\[([^\[\]]{3,})\]\s*\Z", text)
    found = [within[1]] if within else []
    places = [match.end() for match in re.finditer(r"[.:>|/]\s*(?=\S..)", text)]
    return found + [text[place:] for place in places]


def header_words_of(form: Form) -> HeaderWords:
    """The header words of a form, with what each means."""
    silent = _index(form, silent_key)
    loose = _index(form, loose_key)
    themes = {
        silent_key(name): theme.id
        for theme in form.themes
        for name in (theme.label, *theme.columns)
    }
    return HeaderWords(form, silent, loose, themes)


def _index(form: Form, key_of: Callable[[str], str]) -> Index:
    how = EXACT if key_of is silent_key else LOOSE
    found: Index = {}
    for spelling, meaning in _spellings(form):
        key = key_of(spelling)
        if key not in found:
            found[key] = HeaderMatch((meaning,), how, spelling)
        elif meaning not in found[key].meanings:
            meanings = (*found[key].meanings, meaning)
            found[key] = HeaderMatch(meanings, how, found[key].spelling)
    for label, meaning in map(_label, form.measures):
        found.setdefault(key_of(label), HeaderMatch((meaning,), how, label))
    return found


def _spellings(form: Form) -> list[tuple[str, Meaning]]:
    found = [
        (spelling, Meaning(role)) for role in SINGLE for spelling in getattr(form, role)
    ]
    for attribute in form.attributes:
        meaning = Meaning("attribute", attribute.id)
        found += [(spelling, meaning) for spelling in attribute.columns]
    for measure in form.measures:
        for role, spellings in (
            ("measure", measure.columns),
            ("start", measure.start),
            ("end", measure.end),
            ("earlier", measure.limit.or_by if measure.limit else ()),
        ):
            series = role == "end" and measure.kind == "follow_up"
            found += [
                (spelling, Meaning(role, f"{measure.id}#{n}" if series else measure.id))
                for n, spelling in enumerate(spellings)
            ]
    return found


def _label(measure: Measure) -> tuple[str, Meaning]:
    # A label says what complies; a question worded the other way round says no to it.
    asks_the_same = bool(measure.columns) and measure.compliant == ("yes",)
    return measure.label, Meaning("measure" if asks_the_same else "label", measure.id)


@dataclass(frozen=True, eq=False)
class HeaderCells:
    """For each cell of a grid whether its text is a header.

    `best_row` and `best_column` are the most of them in any row or column.
    """

    cells: np.ndarray
    best_row: int
    best_column: int


class HeaderRows(NamedTuple):
    """The header rows of one table, from the first to the last: nearly always one."""

    top: int
    bottom: int

    @property
    def numbers(self) -> range:
        """The rows by number."""
        return range(self.top, self.bottom + 1)


def find_header_cells(grid: Grid, header_words: HeaderWords) -> HeaderCells:
    """Which cells hold a header; loosely only where few do so exactly."""
    known = _cells_with(grid, header_words.is_header, grid.pair)
    best = _best(known, grid.position)
    if best < FEW and len(grid.row):
        first = (grid.position < FIRST_ROWS) | (grid.column <= FIRST_ROWS)
        loosely = _cells_with(
            grid, lambda text: header_words.match(text) is not None, grid.pair[first]
        )
        known = known | loosely
        best = _best(known, grid.position)
    return HeaderCells(known, best, _best(known, grid.column))


def _cells_with(
    grid: Grid, test: Callable[[str], bool], among: np.ndarray
) -> np.ndarray:
    chosen = np.zeros(len(grid.texts), dtype=bool)
    chosen[among[(among & 7) == TEXT] >> 3] = True
    for place in np.flatnonzero(chosen).tolist():
        chosen[place] = test(grid.texts[place])
    return chosen[grid.pair >> 3] & ((grid.pair & 7) == TEXT)


def _best(known: np.ndarray, lines: np.ndarray) -> int:
    return int(np.bincount(lines[known]).max()) if known.any() else 0


def find_header_rows(grid: Grid, known: HeaderCells) -> list[HeaderRows]:
    """The headers of the grid from above; rows that belong together are one."""
    counts = np.bincount(grid.position[known.cells], minlength=len(grid.rows))
    if known.best_row < 2:
        # A single known header heads a table where anything stands beside it.
        rows = grid.rows[counts > 0].tolist()
        wide = [row for row in rows if len(grid.line(row).column) > 1]
        return [HeaderRows(wide[0], wide[0])] if wide else []
    enough = max(2, (known.best_row + 1) // 2)
    found: list[HeaderRows] = []
    for row in grid.rows[counts >= enough].tolist():
        last = found[-1] if found else None
        if last and row == last.bottom + 1 and _completes(grid, known, last):
            found[-1] = HeaderRows(last.top, row)
        else:
            found.append(HeaderRows(row, row))
    return [_stretched(grid, known, header) for header in found]


def _completes(grid: Grid, known: HeaderCells, header: HeaderRows) -> bool:
    # Whether the row below a header heads other columns than the header does.
    above = {c for row in header.numbers for c in _known_columns(grid, known, row)}
    return not above & _known_columns(grid, known, header.bottom + 1)


def _stretched(grid: Grid, known: HeaderCells, header: HeaderRows) -> HeaderRows:
    # A heading merged over both header rows stands in the upper one, alone there.
    for row in (header.top - 1, header.bottom + 1):
        own = _known_columns(grid, known, row)
        all_text = bool(((grid.line(row).pair & 7) == TEXT).all())
        if own and all_text and _is_free(grid, header, own):
            header = HeaderRows(min(header.top, row), max(header.bottom, row))
    return header


def _known_columns(grid: Grid, known: HeaderCells, row: int) -> set[int]:
    first, last = np.searchsorted(grid.row, [row, row + 1])
    return set(grid.column[first:last][known.cells[first:last]].tolist())


def _is_free(grid: Grid, header: HeaderRows, columns: set[int]) -> bool:
    lines = [grid.line(row).column.tolist() for row in header.numbers]
    return columns.isdisjoint(column for line in lines for column in line)


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """One column's heading: where it stands, its text, what it means.

    `row` is the last header row, and `text` empty, where a column has none. `theme` is
    what stands above it; `needs_theme` says that the text alone does not decide.
    """

    column: int
    row: int
    text: str
    match: HeaderMatch | None = None
    theme: str = ""
    needs_theme: bool = False


def headings_of(
    grid: Grid, header: HeaderRows, header_words: HeaderWords
) -> tuple[ColumnHeading, ...]:
    """The headings in a header's rows from left to right, with what they mean."""
    cells: dict[int, _Cell] = {}
    for row in header.numbers:
        line = grid.line(row)
        for column, pair in zip(line.column.tolist(), line.pair.tolist(), strict=True):
            text = grid.text(pair)
            if (
                column not in cells
                or header_words.match(text)
                or not header_words.match(cells[column].text)
            ):
                cells[column] = _Cell(column, row, text)
    ordered = tuple(cells[column] for column in sorted(cells))
    known = header_words.decided.get(ordered)  # most workbooks of a run begin alike
    if known is not None:
        return known
    found = [ColumnHeading(*one, header_words.match(one.text)) for one in ordered]
    times = Counter(one.text for one in ordered)
    if all(_is_decided(one.match, times[one.text]) for one in found):
        return header_words.decided.setdefault(ordered, tuple(found))
    return tuple(_with_theme(grid, header_words, found, times=times))


class _Cell(NamedTuple):
    column: int
    row: int
    text: str


def _is_decided(match: HeaderMatch | None, times: int) -> bool:
    if match is None:
        return False
    return len(match.measures) <= 1 and not (match.measures and times > 1)


def _with_theme(
    grid: Grid,
    header_words: HeaderWords,
    headings: Sequence[ColumnHeading],
    *,
    times: Mapping[str, int],
) -> Iterable[ColumnHeading]:
    for heading in headings:
        match = heading.match
        if _is_decided(match, times[heading.text]):
            yield heading
            continue
        theme = _theme_above(grid, heading, header_words)
        under = header_words.under(theme, heading.text) if theme else None
        repeated = bool(theme) and times[heading.text] > 1
        alone = match if match and len(match.measures) <= 1 else None
        yield replace(
            heading,
            theme=theme,
            match=under or alone,
            needs_theme=under is not None or repeated,
        )


def _theme_above(grid: Grid, heading: ColumnHeading, header_words: HeaderWords) -> str:
    # What is merged over several columns is a theme; any other text, up or to the
    # left of there, only where the form knows it as one.
    for row in (heading.row - 1, heading.row - 2):
        for area in grid.merged:
            if area.top <= row <= area.bottom and (
                area.left <= heading.column <= area.right > area.left
            ):
                return grid.text_at(area.top, area.left)
        line = grid.line(row)
        left = np.searchsorted(line.column, heading.column, side="right") - 1
        text = grid.text(int(line.pair[left])) if left >= 0 else ""
        if header_words.theme(text):
            return text
    return ""


def header_candidates(workbook: Workbook) -> list[str]:
    """The texts that may be headers: of the first rows and columns of each sheet.

    Which of them are headers only a form can tell; none of them is ever shown.
    """
    found: dict[str, None] = {}
    for sheet in workbook.sheets:
        grid = grid_of(sheet)
        if sheet.hidden or not len(grid.row):
            continue
        columns = grid.column - grid.column.min()
        near = (grid.position < CANDIDATE_ROWS) | (columns < CANDIDATE_COLUMNS)
        pairs = np.unique(grid.pair[near & ((grid.pair & 7) == TEXT)])
        texts = map(grid.text, pairs.tolist())
        found |= dict.fromkeys(text for text in texts if len(text) <= LONGEST)
    return list(found)
