"""What an unknown sheet's columns seem to hold, before there is a form for it.

The header is the row above the first answers; what a column holds is told from its
cells: answers, dates, few texts, many texts. Names of known columns help.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.privacy import has_cpr
from taskforce_analysis.reading.cells import Kind, Sheet
from taskforce_analysis.reading.grid import NOTHING, Grid, grid_of, kind_of
from taskforce_analysis.reading.words import (
    MARKS,
    NEAR,
    NEAR_PARTLY,
    PARTLY,
    WORDS,
)
from taskforce_analysis.spelling import loose_key, silent_key, visible

MOST_COLUMNS = 400
FEW_VALUES = 8
_ANSWERS = {silent_key(word) for word in (*WORDS, *PARTLY)} | {*NEAR, *NEAR_PARTLY}
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\Z|\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Seen:
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
    columns: tuple[Seen, ...]

    @property
    def headers(self) -> frozenset[str]:
        """The keys of the headers, to tell whether two sheets are alike."""
        return frozenset(loose_key(column.header) for column in self.columns)


def survey(sheet: Sheet) -> Survey | None:
    """What the columns of a sheet seem to hold; None where no column has answers."""
    grid = grid_of(sheet)
    columns = np.unique(grid.column).tolist()[:MOST_COLUMNS]
    cells = grid.matrix(columns)
    answers = _answers(grid, cells)
    header = _header_row(answers, cells)
    if header is None:
        return None
    found = [
        _seen(grid, column, cells[:, place], header=header, answers=answers[:, place])
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


def _seen(
    grid: Grid, column: int, pairs: np.ndarray, *, header: int, answers: np.ndarray
) -> Seen:
    below = pairs[header + 1 :]
    held = below[below != NOTHING].tolist()
    texts = Counter(
        visible(grid.text(pair)) for pair in held if kind_of(pair) is Kind.TEXT
    )
    shown = [text for text, _ in texts.most_common() if not has_cpr(text)]
    marks = sum(count for text, count in texts.items() if silent_key(text) in MARKS)
    dates = [pair for pair in held if _is_date(grid, pair)]
    return Seen(
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
            line = grid.line(area.top)
            place = np.flatnonzero(line.column == area.left)
            return visible(grid.text(int(line.pair[place[0]]))) if len(place) else ""
    return ""


def alike(surveys: Sequence[Survey]) -> tuple[Survey, ...]:
    """The fullest sheet and those that share most of its headers."""
    if not surveys:
        return ()
    fullest = max(surveys, key=lambda one: len(one.columns))
    return tuple(
        one
        for one in surveys
        if 2 * len(one.headers & fullest.headers) > len(fullest.headers)
    )
