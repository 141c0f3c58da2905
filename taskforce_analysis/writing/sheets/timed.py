"""The sheet of days: how long it took in each phase, and the difference.

The rows are those of the report's chapter about days. A day that so many cases had not
reached has no number, and the cell says so.
"""

from collections.abc import Iterator
from math import isnan
from typing import Any

from taskforce_analysis.measurements import DRAWN_ON
from taskforce_analysis.reporting.recommending import by_theme, cells_of, columns_of
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.timing import days_rows
from taskforce_analysis.tables import FOR_PERCENTILE
from taskforce_analysis.writing.sheets.figures import group_cell, group_field, rate_cell
from taskforce_analysis.writing.sheets.records import Cell, Field, Sheet

# FOLDED writing.sheets.timed
#
# The sheet of days: how long it took in each phase, and the difference.
#
# The rows are those of the report's chapter about days. A day that so many cases had
# not reached has no number, and the cell says so.

_LIMITS = ("median_low", "median_high")
_BY_DECISION = DRAWN_ON[1]
_QUARTILES = ("lower_quartile", "upper_quartile")


def days_sheet(sentences: Sentences) -> list[Sheet]:
    """The sheet; none where no deadline was computed from dates."""
    rows = [row for group in sentences.groups for row in days_rows(sentences, group)]
    if not rows:
        return []
    word = sentences.language.word
    name, caption = word("timing.heading"), word("timing.caption")
    lines = (word("timing.sheet_line"), sentences.word("sheet_lines.marks"))
    cells = tuple(_cells(sentences, row) for row in rows)
    return [Sheet("days", name, caption, lines, _fields(sentences), cells)]


def _fields(sentences: Sentences) -> tuple[Field, ...]:
    word, own = sentences.word, sentences.language.word
    days = ("median_days", *_LIMITS, *_QUARTILES, "percentile_90")
    return (
        *group_field(sentences),
        Field(word("column.measure"), 46),
        Field(word("column.phase"), 14),
        Field(own("timing.cases"), 10, "count"),
        Field(own("timing.open"), 12, "count"),
        *(Field(own(f"timing.{name}"), 14, "days") for name in days),
        Field(own("timing.in_time"), 13, "count"),
        Field(word("column.applicable_count"), 13, "count"),
        Field(word("column.rate_only"), 11, "percent"),
    )


def _cells(sentences: Sentences, row: Any) -> tuple[Cell, ...]:
    differs = row.basis == "difference"
    name = "timing.difference"
    return (
        *group_cell(sentences, row),
        sentences.measure(str(row.measure)),
        sentences.language.word(name) if differs else sentences.phase(str(row.phase)),
        int(row.cases),
        int(row.open),
        _days(sentences, row.median),
        *_interval(sentences, row),
        *(_none(sentences, 6) if differs else _of_phase(sentences, row)),
    )


def _none(sentences: Sentences, count: int) -> list[Cell]:
    return [sentences.word("mark.none")] * count


def _interval(sentences: Sentences, row: Any) -> list[Cell]:
    limits = [getattr(row, name) for name in _LIMITS]
    if row.drawn_on == _BY_DECISION or (
        row.basis == "difference" and all(map(isnan, limits))
    ):
        return _none(sentences, len(limits))
    return [_days(sentences, one) for one in limits]


def _of_phase(sentences: Sentences, row: Any) -> list[Cell]:
    few = sentences.word("mark.few")
    many = row.cases >= FOR_PERCENTILE
    return [
        *(_days(sentences, getattr(row, name)) for name in _QUARTILES),
        _days(sentences, row.percentile_90) if many else few,
        int(row.compliant),
        int(row.applicable),
        rate_cell(sentences, row.rate, int(row.applicable)),
    ]


def _days(sentences: Sentences, days: float) -> Cell:
    return sentences.word("mark.not_reached") if isnan(days) else round(float(days), 1)


# FOLDED writing.sheets.followed
#
# The sheet of recommendations: one row each, its status and its measures.

_CHARACTERS = 14  # per share of the width in a document


def recommendations_sheet(sentences: Sentences) -> list[Sheet]:
    """The sheet; none where the measurement has no recommendations."""
    word = sentences.language.word
    if not sentences.results.recommendations:
        return []
    lines = (word("recommendations.sheet_line"),)
    name, title = word("recommendations.sheet"), word("recommendations.heading")
    rows = tuple(_rows(sentences))
    return [
        Sheet("recommendations", name, title, lines, _followed_fields(sentences), rows)
    ]


def _followed_fields(sentences: Sentences) -> tuple[Field, ...]:
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
