"""How long it took: one table and one picture per deadline, where there are dates.

The share inside the limit is the result; the days describe. An open case counts until
the day of measurement, so a median may be reached while a quartile is not.
"""

from collections.abc import Iterator

from taskforce_analysis.reporting.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from taskforce_analysis.reporting.report_tables import source_line
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import DaysRow, days_rows


def days_blocks(sentences: Sentences) -> list[Block]:
    """The chapter about days: empty where no deadline was computed from dates.

    Several groups have a table each, and curves unless they are many.
    """
    word, groups = sentences.language.word, sentences.groups or ("all",)
    blocks = [block for group in groups for block in _of_group(sentences, group)]
    if not blocks:
        return []
    without = Paragraph(word("groups.no_curves"), role="small")
    under = [without] if sentences.has_many_groups else []
    return [Heading(word("timing.heading")), *blocks, *under]


def _of_group(sentences: Sentences, group: str) -> Iterator[Block]:
    rows = days_rows(sentences.results, group)
    if not rows:
        return
    if len(sentences.groups) > 1:
        yield Heading(sentences.group(group), level=2)
    yield _days_table(sentences, group, rows)
    if sentences.has_many_groups:
        return
    for name in dict.fromkeys(row.measure for row in rows):
        measure = sentences.measure(name)
        caption = sentences.language.word("timing.picture", measure=measure)
        options = {"measure": name, "group": group}
        yield Picture("days", sentences.of_group(caption, group), options)


def _days_table(sentences: Sentences, group: str, rows: list[DaysRow]) -> Table:
    """Median with interval, quartiles and open cases, per measure and phase."""
    word = sentences.language.word
    level = sentences.language.percent_exact(sentences.results.settings.confidence)
    columns = (
        Column(sentences.word("column.measure"), 2.6),
        Column(sentences.word("column.phase"), 1.0),
        Column(word("timing.cases"), 0.8, numeric=True),
        Column(word("timing.open"), 0.8, numeric=True),
        Column(word("timing.median", level=level), 1.8, numeric=True),
        Column(word("timing.quartiles"), 1.3, numeric=True),
    )
    caption = sentences.of_group(word("timing.caption"), group)
    cells = tuple(_cells(sentences, row) for row in rows)
    note = sentences.word("note.begins", text=word("timing.note"))
    return Table(caption, columns, cells, note, source_line(sentences))


def _cells(sentences: Sentences, row: DaysRow) -> tuple[str, ...]:
    word, number = sentences.language.word, sentences.language.number
    differs = row.is_difference
    median = _days(sentences, row.median)
    if row.has_limits:
        median += f" ({_span(sentences, row.median_low, row.median_high)})"
    return (
        sentences.measure(row.measure),
        word("timing.difference") if differs else sentences.phase(row.phase),
        number(row.cases),
        number(row.open),
        median,
        "" if differs else _span(sentences, row.lower_quartile, row.upper_quartile),
    )


def _span(sentences: Sentences, low: float | None, high: float | None) -> str:
    first, last = _days(sentences, low), _days(sentences, high)
    return sentences.word("interval", low=first, high=last)


def _days(sentences: Sentences, days: float | None) -> str:
    if days is None:
        return sentences.language.word("timing.not_reached")
    return sentences.language.number(days, 0 if float(days).is_integer() else 1)
