"""The sheet of days: how long it took in each phase, and the difference.

The rows are those of the report's chapter about days. A day that so many cases had not
reached has no number, and the cell says so.
"""

from taskforce_analysis.measurements import DRAWN_ON
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import DaysRow, days_rows
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
    groups = sentences.groups
    rows = [row for group in groups for row in days_rows(sentences.results, group)]
    if not rows:
        return []
    word = sentences.language.word
    name, caption = word("timing.sheet"), word("timing.sheet_title")
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


def _cells(sentences: Sentences, row: DaysRow) -> tuple[Cell, ...]:
    differs = row.is_difference
    name = "timing.difference"
    return (
        *group_cell(sentences, row.group),
        sentences.measure(row.measure),
        sentences.language.word(name) if differs else sentences.phase(row.phase),
        row.cases,
        row.open,
        _days(sentences, row.median),
        *_interval(sentences, row),
        *(_none(sentences, 6) if differs else _of_phase(sentences, row)),
    )


def _interval(sentences: Sentences, row: DaysRow) -> list[Cell]:
    if row.drawn_on == _BY_DECISION or (row.is_difference and not row.has_limits):
        return _none(sentences, len(_LIMITS))
    return [_days(sentences, one) for one in (row.median_low, row.median_high)]


def _of_phase(sentences: Sentences, row: DaysRow) -> list[Cell]:
    few = sentences.word("mark.few")
    many = row.cases >= FOR_PERCENTILE
    return [
        _days(sentences, row.lower_quartile),
        _days(sentences, row.upper_quartile),
        _days(sentences, row.percentile_90) if many else few,
        row.rate.compliant,
        row.rate.applicable,
        rate_cell(sentences, row.rate.rate, row.rate),
    ]


def _days(sentences: Sentences, days: float | None) -> Cell:
    return sentences.word("mark.not_reached") if days is None else round(days, 1)


def _none(sentences: Sentences, count: int) -> list[Cell]:
    return [sentences.word("mark.none")] * count
