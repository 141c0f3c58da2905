"""The sheets with rates: the comparison, the chart drawn from it, and the tally.

Rates are shares shown as per cent; differences are in percentage points, for Excel has
no format that would turn a share into points.
"""

from math import isnan
from typing import Any

from taskforce_analysis.reporting.comparison_rows import (
    compared_rows,
    deciding,
    is_primary,
    is_withheld,
    tally_rows,
)
from taskforce_analysis.reporting.explanations import method_label
from taskforce_analysis.reporting.report_tables import basis_label
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.tables import SCORES
from taskforce_analysis.tables import tally as declared_tally
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.sheets.book import BookColumn, BookSheet, Cell

_SIDES = ("before", "after")


def comparison_sheet(sentences: Sentences) -> BookSheet:
    """Every row of the comparison, with its verdict and its reservations in words."""
    results, word = sentences.results, sentences.word
    rows = [row for group in sentences.groups for row in compared_rows(results, group)]
    return BookSheet(
        "comparison",
        word("sheet.comparison"),
        word("caption.comparison"),
        (word("sheet_lines.comparison"), word("sheet_lines.marks")),
        (*group_columns(sentences), *_about(sentences), *_compared_columns(sentences)),
        tuple(_compared(sentences, row) for row in rows),
    )


def _about(sentences: Sentences) -> list[BookColumn]:
    widths = {"theme": 22, "measure": 46, "legal_basis": 20, "basis": 24, "primary": 12}
    return [
        BookColumn(sentences.word(f"column.{name}"), widths[name]) for name in widths
    ]


def _compared_columns(sentences: Sentences) -> list[BookColumn]:
    results, word = sentences.results, sentences.word
    phases = [sentences.phase(name) for name in (results.before, results.after)]
    sides = {"compliant": "count", "applicable": "count", "rate": "percent"}
    points = ("points", "points_low", "points_high")
    return [
        *(
            BookColumn(word(f"column.{name}", phase=phase), 13, sides[name])
            for phase in phases
            for name in sides
        ),
        *(BookColumn(word(f"column.{name}"), 15, "points") for name in points),
        *(
            BookColumn(word(f"column.{one}"), 13, "exact")
            for one in ("p_value", "p_adjusted")
        ),
        BookColumn(word("column.method"), 26),
        BookColumn(word("column.verdict"), 30),
        BookColumn(word("column.reservation"), 60),
    ]


def _compared(sentences: Sentences, row: Any) -> tuple[Cell, ...]:
    measure = sentences.results.form.measure(str(row.measure))
    theme = sentences.results.form.theme_of(measure)
    basis = ", ".join(plain(one.text) for one in measure.legal_basis)
    chosen = is_primary(row)
    return (
        *group_cell(sentences, row),
        plain(sentences.language.label(theme)) if theme else sentences.word("none"),
        sentences.measure(measure.id),
        basis or sentences.word("none"),
        basis_label(sentences, str(row.basis)),
        sentences.word("yes" if chosen else "no"),
        *(cell for side in _SIDES for cell in _side(sentences, row, side)),
        *_difference(sentences, row),
        sentences.verdict(row),
        _told_beside(sentences, row) or sentences.word("none"),
    )


def _told_beside(sentences: Sentences, row: Any) -> str:
    if not row.headline:
        return sentences.aside(row)
    return " ".join([*sentences.reservations(row), *sentences.asides(row)])


def _side(sentences: Sentences, row: Any, side: str) -> list[Cell]:
    mark = _mark(sentences, row)
    if is_withheld(row):
        return [mark, mark, mark]
    applicable = int(getattr(row, f"applicable_{side}"))
    return [
        int(getattr(row, f"compliant_{side}")),
        applicable,
        rate_cell(sentences, getattr(row, f"rate_{side}"), applicable),
    ]


def _difference(sentences: Sentences, row: Any) -> tuple[Cell, ...]:
    # Of a whole scale it is Cliff's delta, which is no number of points.
    if not sentences.has_difference(row) or row.basis == "ordered":
        mark = _mark(sentences, row)
        return (mark, mark, mark, mark, mark, mark)
    limits = (row.difference, row.difference_low, row.difference_high)
    is_adjusted = row.adjustment != "none" and not isnan(row.p_adjusted)
    unadjusted, none = sentences.word("mark.unadjusted"), sentences.word("mark.none")
    return (
        *(float(share) * 100 for share in limits),
        none if isnan(row.p_value) else float(row.p_value),
        float(row.p_adjusted) if is_adjusted else unadjusted,
        method_label(str(row.method), sentences.language),
    )


def _mark(sentences: Sentences, row: Any) -> str:
    if is_withheld(row):
        return sentences.word("mark.withheld")
    return sentences.word("mark.few" if row.verdict == "too_few" else "mark.none")


def chart_sheet(sentences: Sentences) -> BookSheet:
    """One row per measure of the first group: both rates, each bar down and up."""
    word, results = sentences.word, sentences.results
    before, after = map(sentences.phase, (results.before, results.after))
    columns = (
        BookColumn(word("column.measure"), 46),
        *_bar_columns(sentences, before),
        *_bar_columns(sentences, after),
    )
    return BookSheet(
        "chart",
        word("sheet.chart"),
        word("caption.chart", before=before, after=after),
        (word("sheet_lines.chart"), *_of_one(sentences), word("sheet_lines.marks")),
        columns,
        tuple(_charted(sentences)),
    )


def _of_one(sentences: Sentences) -> list[str]:
    """Whose rates are drawn, and where the others' stand."""
    if len(sentences.groups) == 1:
        return []
    shown = sentences.group(sentences.groups[0])
    values = {"group": shown, "sheet": sentences.word("sheet.tally")}
    return [sentences.language.word("groups.charted", **values)]


def _bar_columns(sentences: Sentences, phase: str) -> list[BookColumn]:
    names = ("rate", "error_minus", "error_plus")
    headers = [sentences.word(f"column.{name}", phase=phase) for name in names]
    return [BookColumn(header, 14, "percent") for header in headers]


def _charted(sentences: Sentences) -> list[tuple[Cell, ...]]:
    results = sentences.results
    group, tally = sentences.groups[0], results.tally
    own = tally[tally["headline"] & (tally["group"] == group)]
    rates = {(row.measure, row.phase): row for row in own.itertuples(index=False)}
    return [
        (
            sentences.as_judged(row),
            *_bar(sentences, rates.get((row.measure, row.before))),
            *_bar(sentences, rates.get((row.measure, row.after))),
        )
        for row in deciding(results.comparison, group).itertuples(index=False)
    ]


def _bar(sentences: Sentences, row: Any) -> list[Cell]:
    none = sentences.word("mark.none")
    if row is None:
        return [none, none, none]
    rate = rate_cell(sentences, row.rate, row.applicable)
    if isinstance(rate, str):
        return [rate, rate, rate]
    return [rate, max(0.0, rate - row.rate_low), max(0.0, row.rate_high - rate)]


def tally_sheet(sentences: Sentences) -> BookSheet:
    """Every row of the tally: all kinds of answers, the rate and its bounds."""
    word = sentences.word
    rows = [
        row
        for group in sentences.groups
        for row in tally_rows(sentences.results, _of(sentences, group))
    ]
    return BookSheet(
        "tally",
        word("sheet.tally"),
        word("caption.answers"),
        (word("sheet_lines.tally"), word("sheet_lines.marks")),
        (*group_columns(sentences), *_tally_columns(sentences)),
        tuple(_tallied(sentences, row) for row in rows),
    )


def _tally_columns(sentences: Sentences) -> list[BookColumn]:
    word = sentences.word
    shares = ("rate_only", "low", "high", "lowest", "highest", "target")
    return [
        BookColumn(word("column.measure"), 46),
        BookColumn(word("column.phase"), 14),
        BookColumn(word("column.basis"), 24),
        BookColumn(sentences.units.capitalize(), 10, "count"),
        *(BookColumn(word(f"score.{kind}"), 12, "count") for kind in SCORES),
        BookColumn(word("column.applicable_count"), 11, "count"),
        *(BookColumn(word(f"column.{name}"), 11, "percent") for name in shares),
        BookColumn(word("column.against_target"), 24),
    ]


def _of(sentences: Sentences, group: str) -> Any:
    tally = sentences.results.tally
    return tally[tally["group"] == group][declared_tally.names]


def _tallied(sentences: Sentences, row: Any) -> tuple[Cell, ...]:
    shares = ("rate", "rate_low", "rate_high", "rate_lowest", "rate_highest")
    against = row.against_target if isinstance(row.against_target, str) else ""
    none = sentences.word("none")
    return (
        *group_cell(sentences, row),
        sentences.measure(row.measure),
        sentences.phase(row.phase),
        basis_label(sentences, str(row.basis)),
        int(row.units),
        *(int(getattr(row, kind)) for kind in SCORES),
        int(row.applicable),
        *(
            rate_cell(sentences, getattr(row, share), row.applicable)
            for share in shares
        ),
        none if isnan(row.target) else float(row.target),
        sentences.word(f"target.{against}") if against else none,
    )


def rate_cell(sentences: Sentences, rate: float, applicable: int) -> Cell:
    """A rate, or the mark that says why there is none."""
    if not applicable or isnan(rate):
        return sentences.word("mark.none")
    if not sentences.has_percent(applicable):
        return sentences.word("mark.few")
    return float(rate)


def group_columns(sentences: Sentences) -> tuple[BookColumn, ...]:
    """The column of groups, where there are several."""
    several = len(sentences.groups) > 1
    return (BookColumn(sentences.word("column.group"), 22),) if several else ()


def group_cell(sentences: Sentences, row: Any) -> tuple[str, ...]:
    """A row's group for that column."""
    if len(sentences.groups) == 1:
        return ()
    return (sentences.group(str(row.group)),)
