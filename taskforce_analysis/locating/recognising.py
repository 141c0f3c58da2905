"""Which way round a sheet is, told from where its headers and measures stand.

Headers along a row are one row per case; measures down a column with a case header are
transposed; measures down a column beside cases are long; measures down a column with
counts beside them are aggregated.
"""

import re
from dataclasses import dataclass

import numpy as np

from taskforce_analysis.locating.grid import Grid
from taskforce_analysis.locating.headers import Known, find_known
from taskforce_analysis.locating.tables import Heading, Table
from taskforce_analysis.locating.vocabulary import EXACT, Match, Meaning, Vocabulary
from taskforce_analysis.spelling import silent_key

QUESTIONS = ("målepunkt", "målepunkter", "spørgsmål", "krav", "measure", "question")
ANSWERS = ("svar", "besvarelse", "answer", "vurdering", "resultat")
_WORD = re.compile(r"[^\W\d_]+|%")
_COUNTED = frozenset(("alt", "antal", "relevante", "sager", "n"))
_COMPLIED = frozenset(("opfyldt", "ja", "overholdt", "procent", "andel", "pct", "%"))


def recognise(grid: Grid, known: Known, vocabulary: Vocabulary) -> str:
    """The name of the layout, from what the fullest row and column list."""
    column = listing(grid, known, vocabulary)
    row = _heading(grid, known, vocabulary)
    if row.has_case and not row.measures and _asks_by_row(grid, row.place):
        return "long"
    alone = known.best_row == known.best_column == 1
    if alone or (column.measures + column.has_case < 2 and row.measures):
        return "aggregated" if alone and column.measures and counts_in(grid) else "wide"
    if column.has_case and known.best_column > known.best_row:
        return "transposed"
    if not column.measures or row.measures > 1:
        return "wide"
    counted = known.best_column > 1 or counts_in(grid)
    return "long" if row.has_case else ("aggregated" if counted else "wide")


@dataclass(frozen=True)
class _Line:
    """What the fullest column or row of a grid lists: measures, and cases."""

    place: int
    measures: int
    has_case: bool


def listing(grid: Grid, known: Known, vocabulary: Vocabulary) -> _Line:
    """What the fullest column lists."""
    return _line(grid, known, vocabulary, places=grid.column)


def _heading(grid: Grid, known: Known, vocabulary: Vocabulary) -> _Line:
    return _line(grid, known, vocabulary, places=grid.row)


def _line(
    grid: Grid, known: Known, vocabulary: Vocabulary, *, places: np.ndarray
) -> _Line:
    if not known.cells.any():
        return _Line(1, 0, has_case=False)
    place = int(np.bincount(places[known.cells]).argmax())
    pairs = set(grid.pair[known.cells & (places == place)].tolist())
    matches = [vocabulary.match(grid.text(pair)) for pair in pairs]
    found = [match for match in matches if match]
    listed = sum(bool(match.listed) for match in found)
    return _Line(place, listed, any(match.has("case") for match in found))


def _asks_by_row(grid: Grid, row: int) -> bool:
    keys = {silent_key(grid.text(pair)) for pair in grid.line(row).pair.tolist()}
    return not keys.isdisjoint(QUESTIONS) and not keys.isdisjoint(ANSWERS)


def counts_in(grid: Grid) -> bool:
    """Whether a grid has the headings of counts: antal, and opfyldt or the like."""
    texts = [grid.text(pair) for pair in np.unique(grid.pair).tolist() if pair & 7 == 1]
    words = {word for text in texts if len(text) < 60 for word in _WORD.findall(text)}
    plain = {word.casefold() for word in words}
    return bool(plain & _COUNTED) and bool(plain & _COMPLIED)


def aggregate_table(grid: Grid, vocabulary: Vocabulary) -> Table:
    """The table of an aggregated form: rows that begin with a measure, all above."""
    known = find_known(grid, vocabulary)
    column = listing(grid, known, vocabulary).place
    own = grid.column == column
    asked = [
        row
        for row, pair in zip(
            grid.row[own].tolist(), grid.pair[own].tolist(), strict=True
        )
        if (match := vocabulary.match(grid.text(pair))) and match.listed
    ]
    above = asked[0] - 1 if asked else int(grid.rows[0])
    columns = np.unique(grid.column).tolist()
    headings = tuple(
        Heading(one, above, "", Match((Meaning("question"),), EXACT, ""))
        if one == column
        else Heading(one, above, "")
        for one in columns
    )
    return Table(grid, "aggregated", above, above, int(grid.rows[-1]), headings)
