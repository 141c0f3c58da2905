"""How long it took: one table and one picture, where there are dates.

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
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import (
    DaysRow,
    PhaseRate,
    days_rows,
    deciding,
)

_FORMER = 4  # the column of the former limit


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
    rows = [row for row in days_rows(sentences.results, group) if not row.is_difference]
    if not rows:
        return
    if len(sentences.groups) > 1:
        yield Heading(sentences.group(group), level=2)
    yield _days_table(sentences, group, rows)
    for text in _limits_told(sentences, group, rows):
        yield Paragraph(text)
    if sentences.has_many_groups:
        return
    name = _drawn(sentences, rows)
    measure = sentences.measure(name)
    caption = sentences.language.word("timing.picture", measure=measure)
    options = {"measure": name, "group": group}
    yield Picture("days", sentences.of_group(caption, group), options)


def _drawn(sentences: Sentences, rows: list[DaysRow]) -> str:
    """The measure whose curve is drawn: one that was chosen, else the first."""
    results = sentences.results
    chosen = results.measurement.primary or results.form.primary
    names = list(dict.fromkeys(row.measure for row in rows))
    return next((name for name in names if name in chosen), names[0])


def _days_table(sentences: Sentences, group: str, rows: list[DaysRow]) -> Table:
    """Per measure and phase the limits in force, the share inside them, the median.

    Where a limit changed the share inside the former one stands beside it.
    """
    word = sentences.language.word
    level = sentences.language.percent_exact(sentences.results.settings.confidence)
    former = _by_former(sentences, group)
    is_changed = any((row.measure, row.phase) in former for row in rows)
    columns = [
        Column(sentences.word("column.measure"), 2.4),
        Column(sentences.word("column.phase"), 1.1),
        Column(word("timing.limits"), 1.7),
        Column(word("timing.in_time"), 1.4, numeric=True),
        Column(word("timing.in_former"), 1.4, numeric=True),
        Column(word("timing.open"), 0.9, numeric=True),
        Column(word("timing.median", level=level), 1.7, numeric=True),
    ]
    shown = [at for at in range(len(columns)) if at != _FORMER or is_changed]
    cells = [_cells(sentences, row, former) for row in rows]
    caption = sentences.of_group(word("timing.caption"), group)
    return Table(
        caption,
        tuple(columns[at] for at in shown),
        tuple(tuple(row[at] for at in shown) for row in cells),
        sentences.word("note.begins", text=word("timing.note")),
    )


def _by_former(sentences: Sentences, group: str) -> dict[tuple[str, str], PhaseRate]:
    """Where a limit changed, the rates of both phases inside the former one."""
    return {
        (row.measure, side.phase): side
        for row in deciding(sentences.results, group)
        if row.is_limit_changed and row.is_judged_alike and not row.is_withheld
        for side in row.sides
    }


def _cells(
    sentences: Sentences, row: DaysRow, former: dict[tuple[str, str], PhaseRate]
) -> tuple[str, ...]:
    number = sentences.language.number
    median = _days(sentences, row.median)
    if row.has_limits:
        median += f" ({_span(sentences, row.median_low, row.median_high)})"
    by_former = former.get((row.measure, row.phase))
    return (
        sentences.measure(row.measure),
        sentences.heading_of(row.phase),
        _limits_of(sentences, row),
        sentences.side(row.rate),
        sentences.side(by_former) if by_former else sentences.language.word("no_rate"),
        number(row.open),
        median,
    )


def _limits_of(sentences: Sentences, row: DaysRow) -> str:
    """The limits that a phase's cases were held to, the shortest first."""
    limits = sentences.results.limits
    own = limits[
        (limits["group"] == row.group)
        & (limits["phase"] == row.phase)
        & (limits["measure"] == row.measure)
    ].sort_values("shortest", kind="stable")
    texts = [sentences.language.limit(str(one)) for one in own["limit"]]
    return sentences.language.listed(texts) or sentences.language.word("no_rate")


def _limits_told(
    sentences: Sentences, group: str, rows: list[DaysRow]
) -> Iterator[str]:
    """Where a limit changed: from what to what, and that one of them judges both."""
    timed = {row.measure for row in rows}
    for row in deciding(sentences.results, group):
        if row.measure in timed and row.is_limit_changed and not row.is_withheld:
            key = "alike" if row.is_judged_alike else "moved"
            yield sentences.language.word(
                f"timing.limit_{key}",
                measure=sentences.quoted(row.measure),
                changes=sentences.changes(row),
            )


def _span(sentences: Sentences, low: float | None, high: float | None) -> str:
    first, last = _days(sentences, low), _days(sentences, high)
    return sentences.word("interval", low=first, high=last)


def _days(sentences: Sentences, days: float | None) -> str:
    if days is None:
        return sentences.language.word("timing.not_reached")
    return sentences.language.number(days, 0 if float(days).is_integer() else 1)
