"""The sheet of days: how long it took in each phase, and the difference.

The rows are those of the report's chapter about days. A day that so many cases had not
reached has no number, and the cell says so.
"""

from math import isnan
from typing import Any

from taskforce_analysis.measurements import DRAWN_ON
from taskforce_analysis.reporting.days_chapter import days_rows
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.tables import FOR_PERCENTILE
from taskforce_analysis.writing.sheets.book import BookColumn, BookSheet, Cell
from taskforce_analysis.writing.sheets.rates import (
    group_cell,
    group_columns,
    rate_cell,
)

_LIMITS = ("median_low", "median_high")
_BY_DECISION = DRAWN_ON[1]
_QUARTILES = ("lower_quartile", "upper_quartile")


def days_sheet(sentences: Sentences) -> list[BookSheet]:
    """The sheet; none where no deadline was computed from dates."""
    rows = [row for group in sentences.groups for row in days_rows(sentences, group)]
    if not rows:
        return []
    word = sentences.language.word
    name, caption = word("timing.heading"), word("timing.caption")
    lines = (word("timing.sheet_line"), sentences.word("sheet_lines.marks"))
    cells = tuple(_cells(sentences, row) for row in rows)
    return [BookSheet("days", name, caption, lines, _columns(sentences), cells)]


def _columns(sentences: Sentences) -> tuple[BookColumn, ...]:
    word, own = sentences.word, sentences.language.word
    days = ("median_days", *_LIMITS, *_QUARTILES, "percentile_90")
    return (
        *group_columns(sentences),
        BookColumn(word("column.measure"), 46),
        BookColumn(word("column.phase"), 14),
        BookColumn(own("timing.cases"), 10, "count"),
        BookColumn(own("timing.open"), 12, "count"),
        *(BookColumn(own(f"timing.{name}"), 14, "days") for name in days),
        BookColumn(own("timing.in_time"), 13, "count"),
        BookColumn(word("column.applicable_count"), 13, "count"),
        BookColumn(word("column.rate_only"), 11, "percent"),
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


def _none(sentences: Sentences, count: int) -> list[Cell]:
    return [sentences.word("mark.none")] * count
