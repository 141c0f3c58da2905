"""The sheets with figures: the comparison and the tally.

Rates are shares shown as per cent; differences are in percentage points, for Excel has
no format that would turn a share into points.
"""

from math import isnan
from typing import Any

from taskforce_analysis.reporting.asides import aside, asides
from taskforce_analysis.reporting.groups import group_label
from taskforce_analysis.reporting.rows import is_withheld
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.tabulating import (
    basis_label,
    compared_rows,
    method_name,
    ordered,
)
from taskforce_analysis.tables import tally as declared_tally
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.sheets.records import Cell, Field, Sheet

KINDS = (
    "compliant",
    "noncompliant",
    "not_applicable",
    "not_assessable",
    "not_due",
    "missing",
    "unrecognised",
)
_SIDES = ("before", "after")


def comparison_sheet(sentences: Sentences) -> Sheet:
    """Every row of the comparison, with its verdict and its reservations in words."""
    results, word = sentences.results, sentences.word
    rows = [row for group in sentences.groups for row in compared_rows(results, group)]
    return Sheet(
        "comparison",
        word("sheet.comparison"),
        word("caption.comparison"),
        (word("sheet_lines.comparison"), word("sheet_lines.marks")),
        (*group_field(sentences), *_about(sentences), *_compared_fields(sentences)),
        tuple(_compared(sentences, row) for row in rows),
    )


def _about(sentences: Sentences) -> list[Field]:
    widths = {"theme": 22, "measure": 46, "legal_basis": 20, "basis": 24, "primary": 12}
    return [Field(sentences.word(f"column.{name}"), widths[name]) for name in widths]


def _compared_fields(sentences: Sentences) -> list[Field]:
    results, word = sentences.results, sentences.word
    phases = [sentences.phase(name) for name in (results.before, results.after)]
    sides = {"compliant": "count", "applicable": "count", "rate": "percent"}
    points = ("points", "points_low", "points_high")
    return [
        *(
            Field(word(f"column.{name}", phase=phase), 13, sides[name])
            for phase in phases
            for name in sides
        ),
        *(Field(word(f"column.{name}"), 15, "points") for name in points),
        *(
            Field(word(f"column.{one}"), 13, "exact")
            for one in ("p_value", "p_adjusted")
        ),
        Field(word("column.method"), 26),
        Field(word("column.verdict"), 30),
        Field(word("column.reservation"), 60),
    ]


def _compared(sentences: Sentences, row: Any) -> tuple[Cell, ...]:
    measure = sentences.results.form.measure(str(row.measure))
    theme = sentences.results.form.theme_of(measure)
    basis = ", ".join(plain(one.text) for one in measure.legal_basis)
    chosen = str(row.primary) == "True"
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
    crude_row = row.basis == "crude"
    said = [*sentences.reservations(row), *asides(sentences, row)] if crude_row else []
    return " ".join(said) if crude_row else aside(sentences, row)


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
        method_name(sentences, str(row.method)),
    )


def _mark(sentences: Sentences, row: Any) -> str:
    if is_withheld(row):
        return sentences.word("mark.withheld")
    return sentences.word("mark.few" if row.verdict == "too_few" else "mark.none")


def rate_cell(sentences: Sentences, rate: float, applicable: int) -> Cell:
    """A rate, or the mark that says why there is none."""
    if not applicable or isnan(rate):
        return sentences.word("mark.none")
    if not sentences.has_percent(applicable):
        return sentences.word("mark.few")
    return float(rate)


def tally_sheet(sentences: Sentences) -> Sheet:
    """Every row of the tally: all kinds of answers, the rate and its bounds."""
    word = sentences.word
    rows = [
        row
        for group in sentences.groups
        for row in ordered(sentences.results, _of(sentences, group))
    ]
    return Sheet(
        "tally",
        word("sheet.tally"),
        word("caption.answers"),
        (word("sheet_lines.tally"), word("sheet_lines.marks")),
        (*group_field(sentences), *_tally_fields(sentences)),
        tuple(_tallied(sentences, row) for row in rows),
    )


def _tally_fields(sentences: Sentences) -> list[Field]:
    word = sentences.word
    shares = ("rate_only", "low", "high", "lowest", "highest", "target")
    return [
        Field(word("column.measure"), 46),
        Field(word("column.phase"), 14),
        Field(word("column.basis"), 24),
        Field(sentences.units.capitalize(), 10, "count"),
        *(Field(word(f"score.{kind}"), 12, "count") for kind in KINDS),
        Field(word("column.applicable_count"), 11, "count"),
        *(Field(word(f"column.{name}"), 11, "percent") for name in shares),
        Field(word("column.against_target"), 24),
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
        *(int(getattr(row, kind)) for kind in KINDS),
        int(row.applicable),
        *(
            rate_cell(sentences, getattr(row, share), row.applicable)
            for share in shares
        ),
        none if isnan(row.target) else float(row.target),
        sentences.word(f"target.{against}") if against else none,
    )


def group_field(sentences: Sentences) -> tuple[Field, ...]:
    """The column of groups, where there are several."""
    several = len(sentences.groups) > 1
    return (Field(sentences.word("column.group"), 22),) if several else ()


def group_cell(sentences: Sentences, row: Any) -> tuple[str, ...]:
    """A row's group for that column."""
    if len(sentences.groups) == 1:
        return ()
    return (group_label(sentences, str(row.group)),)
