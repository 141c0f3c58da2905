"""The sheet that the native chart is drawn from: rates and how long their bars are."""

from typing import Any

from taskforce_analysis.reporting.groups import group_label
from taskforce_analysis.reporting.rows import crude
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.writing.sheets.figures import rate_cell
from taskforce_analysis.writing.sheets.records import Cell, Field, Sheet


def chart_sheet(sentences: Sentences) -> Sheet:
    """One row per measure of the first group: both rates, each bar down and up."""
    word, results = sentences.word, sentences.results
    before, after = map(sentences.phase, (results.before, results.after))
    fields = (
        Field(word("column.measure"), 46),
        *_fields(sentences, before),
        *_fields(sentences, after),
    )
    return Sheet(
        "chart",
        word("sheet.chart"),
        word("caption.chart", before=before, after=after),
        (word("sheet_lines.chart"), *_of_one(sentences), word("sheet_lines.marks")),
        fields,
        tuple(_rows(sentences)),
    )


def _of_one(sentences: Sentences) -> list[str]:
    """Whose rates are drawn, and where the others' stand."""
    if len(sentences.groups) == 1:
        return []
    shown = group_label(sentences, sentences.groups[0])
    values = {"group": shown, "sheet": sentences.word("sheet.tally")}
    return [sentences.language.word("groups.charted", **values)]


def _fields(sentences: Sentences, phase: str) -> list[Field]:
    names = ("rate", "error_minus", "error_plus")
    headers = [sentences.word(f"column.{name}", phase=phase) for name in names]
    return [Field(header, 14, "percent") for header in headers]


def _rows(sentences: Sentences) -> list[tuple[Cell, ...]]:
    results = sentences.results
    group, tally = sentences.groups[0], results.tally
    own = tally[(tally["basis"] == "crude") & (tally["group"] == group)]
    rates = {(row.measure, row.phase): row for row in own.itertuples(index=False)}
    return [
        (
            sentences.measure(str(row.measure)),
            *_bar(sentences, rates.get((row.measure, row.before))),
            *_bar(sentences, rates.get((row.measure, row.after))),
        )
        for row in crude(results.comparison, group).itertuples(index=False)
    ]


def _bar(sentences: Sentences, row: Any) -> list[Cell]:
    none = sentences.word("mark.none")
    if row is None:
        return [none, none, none]
    rate = rate_cell(sentences, row.rate, row.applicable)
    if isinstance(rate, str):
        return [rate, rate, rate]
    return [rate, max(0.0, rate - row.rate_low), max(0.0, row.rate_high - rate)]
