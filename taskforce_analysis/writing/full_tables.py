"""The appendix's tables: the exact figures and every kind of answer, as text.

Four decimals and p-values for those who check; beside them how many answers of every
kind there were, and what the unknown ones could have changed.
"""

from math import isnan, nan
from typing import Any

from taskforce_analysis.writing.blocks import Column, Table
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.tabulating import (
    SHOWN,
    compared_rows,
    exact_label,
    method_name,
    ordered,
    source_line,
)

_ALWAYS = ("compliant", "noncompliant", "not_applicable", "not_assessable", "missing")
_SOMETIMES = ("not_due", "unrecognised")


def exact_table(sentences: Sentences, caption: str, group: str) -> Table:
    """The exact figures behind the verdicts, as shares with four decimals.

    The method has a column of its own only where there are several.
    """
    word = sentences.word
    # A check that could not be made says nothing; a measure's own row says why.
    rows = [
        row
        for row in compared_rows(sentences.results, group)
        if str(row.basis).startswith(SHOWN) or sentences.has_difference(row)
    ]
    used = {str(row.method) for row in rows if sentences.has_difference(row)}
    names = sorted(method_name(sentences, name) for name in used)
    level = sentences.percent_exact(sentences.results.settings.confidence)
    columns = (
        Column(word("column.measure"), 4.2),
        Column(word("column.exact_difference"), 1.9, numeric=True),
        Column(word("column.interval", level=level), 3.2, numeric=True),
        Column(word("column.p_value"), 1.7, numeric=True),
        Column(word("column.p_adjusted"), 2.0, numeric=True),
        Column(word("column.method"), 2.9),
    )
    width = len(columns) if len(names) > 1 else len(columns) - 1
    cells = tuple(_exact_cells(sentences, row)[:width] for row in rows)
    listed = sentences.language.listed(names)
    note = word("note.exact") + (word("note.method", methods=listed) if names else "")
    return Table(caption, columns[:width], cells, note, source_line(sentences))


def _exact_cells(sentences: Sentences, row: Any) -> tuple[str, ...]:
    none = sentences.language.word("no_rate")
    if not sentences.has_difference(row):
        return (exact_label(sentences, row), *[none] * 5)
    low, high = (four(sentences, x) for x in (row.difference_low, row.difference_high))
    adjusted = row.p_adjusted if row.adjustment != "none" else nan
    return (
        exact_label(sentences, row),
        four(sentences, row.difference),
        sentences.word("interval", low=low, high=high),
        sentences.language.p_value(row.p_value),
        sentences.language.p_value(adjusted),
        method_name(sentences, str(row.method)),
    )


def four(sentences: Sentences, share: float) -> str:
    """A share with four decimals: 0,3000; a dash where it is not a number."""
    if isnan(share):
        return sentences.language.word("no_rate")
    return sentences.language.number(share, 4)


def answers_table(sentences: Sentences, caption: str, group: str) -> Table:
    """Every kind of answer per measure and phase, and the bounds of the rate."""
    tally = sentences.results.tally
    tally = tally[(tally["group"] == group) & (tally["basis"] == "crude")]
    kinds = [*_ALWAYS, *(kind for kind in _SOMETIMES if tally[kind].sum())]
    columns = (
        Column(sentences.word("column.measure"), 3.3),
        Column(sentences.word("column.phase"), 1.4),
        *(Column(sentences.word(f"score.{kind}"), 1.7, numeric=True) for kind in kinds),
        Column(sentences.word("column.bounds"), 1.7, numeric=True),
    )
    cells = tuple(
        (
            sentences.measure(row.measure),
            sentences.phase(row.phase),
            *(sentences.language.number(int(getattr(row, kind))) for kind in kinds),
            bounds(sentences, row),
        )
        for row in ordered(sentences.results, tally)
    )
    note = sentences.word("note.bounds")
    return Table(caption, columns, cells, note, source_line(sentences))


def bounds(sentences: Sentences, row: Any) -> str:
    """Lowest and highest rate whatever the unknown answers were: "40–55 %"."""
    known = sentences.has_percent(row.applicable) and not isnan(row.rate_lowest)
    if not known:
        return sentences.language.word("no_rate")
    low, high = (
        sentences.language.percent(x) for x in (row.rate_lowest, row.rate_highest)
    )
    return low if low == high else sentences.word("interval", low=low, high=high)
