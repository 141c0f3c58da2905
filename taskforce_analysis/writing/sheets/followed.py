"""The sheet of recommendations: one row each, its status and its measures."""

from collections.abc import Iterator

from taskforce_analysis.writing.recommending import by_theme, cells_of, columns_of
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.sheets.records import Cell, Field, Sheet

_CHARACTERS = 14  # per share of the width in a document


def recommendations_sheet(sentences: Sentences) -> list[Sheet]:
    """The sheet; none where the measurement has no recommendations."""
    word = sentences.language.word
    if not sentences.results.recommendations:
        return []
    lines = (word("recommendations.sheet_line"),)
    name, title = word("recommendations.sheet"), word("recommendations.heading")
    rows = tuple(_rows(sentences))
    return [Sheet("recommendations", name, title, lines, _fields(sentences), rows)]


def _fields(sentences: Sentences) -> tuple[Field, ...]:
    own = [
        Field(one.label, max(10, one.width * _CHARACTERS))
        for one in columns_of(sentences)
    ]
    measures = sentences.language.word("recommendations.measures")
    theme = sentences.word("column.theme")
    return (Field(theme, 30), *own, Field(measures, 40))


def _rows(sentences: Sentences) -> Iterator[tuple[Cell, ...]]:
    none = sentences.word("none")
    for theme, items in by_theme(sentences):
        for one in items:
            cells = [cell.replace("\n", " ") for cell in cells_of(sentences, one)]
            measures = "; ".join(map(sentences.measure, one.measures))
            yield tuple(cell or none for cell in (theme, *cells, measures))
