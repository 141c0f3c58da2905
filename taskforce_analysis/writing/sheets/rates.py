"""The sheets with rates: the comparison, the chart drawn from it, and the tally.

Rates are shares shown as per cent; differences are in percentage points, for Excel has
no format that would turn a share into points.
"""

from taskforce_analysis.reporting.report_tables import basis_label
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    PhaseRate,
    State,
    TallyRow,
    compared_rows,
    deciding,
    index_rows,
    method_label,
    phase_rates,
    tally_rows,
)
from taskforce_analysis.tables import SCORES
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.sheets.book import BookColumn, BookSheet, Cell


def comparison_sheet(sentences: Sentences) -> BookSheet:
    """Every row of the comparison, with its verdict and its reservations in words."""
    results, word = sentences.results, sentences.word
    rows = [
        row
        for group in sentences.groups
        for row in (*index_rows(results, group), *compared_rows(results, group))
    ]
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
        BookColumn(word("column.level"), 13),
        *(
            BookColumn(word(f"column.{one}"), 13, "exact")
            for one in ("p_value", "p_adjusted")
        ),
        BookColumn(word("column.method"), 26),
        BookColumn(word("column.verdict"), 30),
        BookColumn(word("column.reservation"), 60),
    ]


def _compared(sentences: Sentences, row: ComparisonRow) -> tuple[Cell, ...]:
    if row.is_index:
        return _compared_index(sentences, row)
    measure = sentences.results.form.measure(row.measure)
    theme = sentences.results.form.theme_of(measure)
    basis = ", ".join(sentences.cited(measure.legal_basis))
    return (
        *group_cell(sentences, row.group),
        plain(sentences.language.label(theme)) if theme else sentences.word("none"),
        sentences.measure(measure.id),
        basis or sentences.word("none"),
        basis_label(sentences, row.basis),
        sentences.word("yes" if row.is_primary else "no"),
        *(cell for side in row.sides for cell in _side(sentences, side)),
        *_difference(sentences, row),
        sentences.verdict(row),
        _told_beside(sentences, row) or sentences.word("none"),
    )


def _compared_index(sentences: Sentences, row: ComparisonRow) -> tuple[Cell, ...]:
    """The line of an index: its counts are of cases that keep all that applies."""
    word, units = sentences.word, sentences.units
    none = word("none")
    name = "row" if row.is_headline else "whole_row"
    told = sentences.index(row) if row.is_headline else sentences.index_whole(row)
    return (
        *group_cell(sentences, row.group),
        none,
        word(f"index.{name}", units=units),
        none,
        word("index.basis"),
        word("yes" if row.is_primary else "no"),
        *(cell for side in row.sides for cell in _side(sentences, side)),
        *_difference(sentences, row),
        sentences.verdict(row),
        told or none,
    )


def _told_beside(sentences: Sentences, row: ComparisonRow) -> str:
    if not row.is_headline:
        return sentences.aside(row)
    return " ".join([*sentences.reservations(row), *sentences.asides(row)])


def _side(sentences: Sentences, side: PhaseRate) -> list[Cell]:
    rate = rate_cell(sentences, side.rate, side)
    if side.state is State.WITHHELD:
        return [rate, rate, rate]
    return [side.compliant, side.applicable, rate]


def _difference(sentences: Sentences, row: ComparisonRow) -> tuple[Cell, ...]:
    found = row.shown_difference
    # Of a whole scale it is Cliff's delta, which is no number of points.
    if found is None or row.basis == "ordered":
        return (_mark(sentences, row),) * 7
    unadjusted, none = sentences.word("mark.unadjusted"), sentences.word("mark.none")
    if row.is_known:  # without interval, level and p-value
        label = method_label(row.method, sentences.language)
        return (found.value * 100, *[none] * 5, label)
    return (
        *(share * 100 for share in found),
        sentences.language.percent_exact(row.confidence),
        none if row.p_value is None else row.p_value,
        unadjusted if row.p_adjusted is None else row.p_adjusted,
        method_label(row.method, sentences.language),
    )


def _mark(sentences: Sentences, row: ComparisonRow) -> str:
    """Why there is no difference."""
    if row.is_withheld:
        return sentences.word("mark.withheld")
    return sentences.word("mark.few" if row.is_too_few else "mark.none")


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
    results, group = sentences.results, sentences.groups[0]
    rates = phase_rates(results, group, compares=True)
    return [
        (
            sentences.as_judged(row),
            *(
                cell
                for side in row.sides
                for cell in _bar(sentences, rates.get((row.measure, side.phase)))
            ),
        )
        for row in deciding(results, group)
    ]


def _bar(sentences: Sentences, rate: PhaseRate | None) -> list[Cell]:
    """A rate and how far its interval goes down and up."""
    if rate is None:
        return [sentences.word("mark.none")] * 3
    if rate.interval is None:
        return [rate_cell(sentences, None, rate)] * 3
    share, low, high = rate.interval
    return [share, max(0.0, share - low), max(0.0, high - share)]


def tally_sheet(sentences: Sentences) -> BookSheet:
    """Every row of the tally: all kinds of answers, the rate and its bounds.

    Without bounds where pairs are compared, for they would be those of other cases.
    """
    word = sentences.word
    rows = [
        row
        for group in sentences.groups
        for row in tally_rows(sentences.results, group)
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
    bounds = () if sentences.results.settings.paired else ("lowest", "highest")
    shares = ("rate_only", "low", "high", *bounds, "target")
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


def _tallied(sentences: Sentences, row: TallyRow) -> tuple[Cell, ...]:
    none, rate = sentences.word("none"), row.rate
    limits = rate.interval[1:] if rate.interval else (None, None)
    bounds = (row.rate_lowest, row.rate_highest)
    bounds = () if sentences.results.settings.paired else bounds
    shares = (rate.rate, *limits, *bounds)
    return (
        *group_cell(sentences, row.group),
        sentences.measure(row.measure),
        sentences.phase(row.phase),
        basis_label(sentences, row.basis),
        row.units,
        *map(row.count, SCORES),
        row.applicable,
        *(rate_cell(sentences, share, rate) for share in shares),
        none if row.target is None else row.target,
        sentences.word(f"target.{row.against_target}") if row.against_target else none,
    )


def rate_cell(sentences: Sentences, share: float | None, rate: PhaseRate) -> Cell:
    """A share that belongs to a rate, or the mark that says why there is none."""
    if rate.is_shown and share is not None:
        return share
    marks = {State.WITHHELD: "withheld", State.FEW: "few"}
    return sentences.word(f"mark.{marks.get(rate.state, 'none')}")


def group_columns(sentences: Sentences) -> tuple[BookColumn, ...]:
    """The column of groups, where there are several."""
    several = len(sentences.groups) > 1
    return (BookColumn(sentences.word("column.group"), 22),) if several else ()


def group_cell(sentences: Sentences, group: str) -> tuple[str, ...]:
    """A row's group for that column."""
    return () if len(sentences.groups) == 1 else (sentences.group(group),)
