"""How long it took: one table and one picture per deadline, where there are dates.

The share inside the limit is the result; the days describe. An open case counts until
the day of measurement, so a median may be reached while a quartile is not.
"""

from math import isnan
from typing import Any

from taskforce_analysis.reporting.blocks import Block, Column, Heading, Picture, Table
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.tabulating import source_line
from taskforce_analysis.tables import rows_of

FEWEST = 10


def timing(sentences: Sentences, group: str) -> list[Block]:
    """The chapter about days: empty where no deadline was computed from dates."""
    shown = days_rows(sentences, group)
    if not shown:
        return []
    pictures = [
        Picture("days", _caption(sentences, name), {"measure": name, "group": group})
        for name in dict.fromkeys(str(row.measure) for row in shown)
    ]
    heading = Heading(sentences.language.word("timing.heading"))
    return [heading, days_table(sentences, shown), *pictures]


def days_rows(sentences: Sentences, group: str) -> list[Any]:
    """The phases of a group that have enough cases, and differences of two such."""
    days = sentences.results.days
    rows = list(rows_of(days[days["group"] == group]))
    enough = {
        (row.measure, row.phase)
        for row in rows
        if row.basis == "crude" and row.cases >= FEWEST
    }
    return [
        row
        for row in rows
        if (row.measure, row.phase) in enough
        and (row.basis == "crude" or (row.measure, row.before) in enough)
    ]


def _caption(sentences: Sentences, name: str) -> str:
    measure = sentences.measure(name)
    return sentences.language.word("timing.picture", measure=measure)


def days_table(sentences: Sentences, rows: list[Any]) -> Table:
    """Median with interval, quartiles and open cases, per measure and phase."""
    word = sentences.language.word
    level = sentences.percent_exact(sentences.results.settings.confidence)
    columns = (
        Column(sentences.word("column.measure"), 2.6),
        Column(sentences.word("column.phase"), 1.0),
        Column(word("timing.cases"), 0.8, numeric=True),
        Column(word("timing.open"), 0.8, numeric=True),
        Column(word("timing.median", level=level), 1.8, numeric=True),
        Column(word("timing.quartiles"), 1.3, numeric=True),
    )
    cells = tuple(_cells(sentences, row) for row in rows)
    note = sentences.word("note.begins", text=word("timing.note"))
    return Table(word("timing.caption"), columns, cells, note, source_line(sentences))


def _cells(sentences: Sentences, row: Any) -> tuple[str, ...]:
    word, number = sentences.language.word, sentences.language.number
    differs = row.basis == "difference"
    name = word("timing.difference") if differs else sentences.phase(str(row.phase))
    return (
        sentences.measure(str(row.measure)),
        name,
        number(int(row.cases)),
        number(int(row.open)),
        _with_interval(sentences, row),
        "" if differs else _span(sentences, row.lower_quartile, row.upper_quartile),
    )


def _with_interval(sentences: Sentences, row: Any) -> str:
    median = _days(sentences, row.median)
    if isnan(row.median_low) and isnan(row.median_high):
        return median
    return f"{median} ({_span(sentences, row.median_low, row.median_high)})"


def _span(sentences: Sentences, low: float, high: float) -> str:
    first, last = _days(sentences, low), _days(sentences, high)
    return sentences.word("interval", low=first, high=last)


def _days(sentences: Sentences, days: float) -> str:
    if isnan(days):
        return sentences.language.word("timing.not_reached")
    return sentences.language.number(days, 0 if float(days).is_integer() else 1)
