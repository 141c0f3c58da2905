"""The sheets with words: what the workbook is, how to read it, what it was made of."""

from collections.abc import Iterator
from dataclasses import replace

from taskforce_analysis.reporting.contents import notice, subtitle_of, title_of
from taskforce_analysis.reporting.explanations import method, reading_guide, selection
from taskforce_analysis.reporting.recommendations_chapter import (
    recommendation_cells,
    recommendation_columns,
    recommendations_by_theme,
)
from taskforce_analysis.reporting.report_tables import (
    issue_measure,
    issue_remedy,
    issue_text,
    setting_rows,
    used_sheets,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import lines_by_group, summary_items
from taskforce_analysis.reporting.table_rows import IssueRow, issue_rows
from taskforce_analysis.results import Source
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.sheets.book import BookColumn, BookSheet, Cell

_CHARACTERS = 14  # per share of the width in a document


def cover_sheet(sentences: Sentences) -> BookSheet:
    """What the workbook is, for whom, and what came out, in one column of text."""
    lines = (
        subtitle_of(sentences),
        notice(sentences),
        *_told(sentences),
        sentences.word("summary.reads_as"),
    )
    return BookSheet("cover", sentences.word("sheet.cover"), title_of(sentences), lines)


def _told(sentences: Sentences) -> list[str]:
    if len(sentences.groups) > 1:
        return list(lines_by_group(sentences))
    group = next(iter(sentences.groups), "all")
    return [item.text for item in summary_items(sentences, group)]


def contents_sheet(sentences: Sentences, sheets: list[BookSheet]) -> BookSheet:
    """Which sheets there are, each name a link to its sheet."""
    word = sentences.word
    columns = (
        BookColumn(word("column.sheet"), 22, "link"),
        BookColumn(word("column.contents"), 80),
    )
    rows = tuple((sheet.name, sheet.title) for sheet in sheets)
    lines = (word("sheet_lines.one_table"),)
    return BookSheet(
        "contents",
        word("sheet.contents"),
        word("heading.contents"),
        lines,
        columns,
        rows,
    )


def notes_sheet(sentences: Sentences) -> BookSheet:
    """How to read the figures, how the cases were chosen, how it was computed."""
    word = sentences.word
    told = [
        (word(f"heading.{name}"), text)
        for name, said in _said(sentences).items()
        for text in said
    ]
    rows = tuple((number, *one) for number, one in enumerate(told, start=1))
    columns = (
        BookColumn(word("column.number"), 8, "ordinal"),
        BookColumn(word("column.subject"), 26),
        BookColumn(word("column.note"), 100),
    )
    lines = (word("sheet_lines.one_table"),)
    return BookSheet(
        "notes", word("sheet.notes"), word("caption.notes"), lines, columns, rows
    )


def _said(sentences: Sentences) -> dict[str, list[str]]:
    results, language = sentences.results, sentences.language
    marks = ["few", "none", "withheld", "unadjusted"]
    marks += ["not_reached"] if len(results.days) else []
    return {
        "guide": reading_guide(results, language),
        "selection": selection(results, language),
        "method": method(results, language),
        "marks": [sentences.word(f"mark_means.{name}") for name in marks],
    }


# What a report tells within other cells, a workbook in columns that can be filtered.
_TOLD = ("goal_staff", "goal_citizen", "result")


def recommendations_sheet(sentences: Sentences) -> list[BookSheet]:
    """The sheet; none where the measurement has no recommendations."""
    word = sentences.language.word
    if not sentences.results.recommendations:
        return []
    lines = (word("recommendations.sheet_line"),)
    name, title = word("recommendations.sheet"), word("recommendations.heading")
    rows = tuple(_followed(sentences))
    return [
        BookSheet(
            "recommendations", name, title, lines, _followed_columns(sentences), rows
        )
    ]


def _followed_columns(sentences: Sentences) -> tuple[BookColumn, ...]:
    own = [
        BookColumn(one.label, max(10, one.width * _CHARACTERS))
        for one in recommendation_columns(sentences)
    ]
    word = sentences.language.word
    more = [BookColumn(word(f"recommendations.column.{name}"), 30) for name in _TOLD]
    measures = BookColumn(word("recommendations.measures"), 40)
    return (BookColumn(sentences.word("column.theme"), 30), *own, *more, measures)


def _followed(sentences: Sentences) -> Iterator[tuple[Cell, ...]]:
    none = sentences.word("none")
    for theme, items in recommendations_by_theme(sentences):
        for one in items:
            more = [plain(getattr(one, name)) for name in _TOLD]
            bare = replace(one, **dict.fromkeys(_TOLD, ""))
            cells = recommendation_cells(sentences, bare)
            measures = "; ".join(map(sentences.measure, one.measures))
            told = (cell.replace("\n", " ") for cell in (*cells, *more, measures))
            yield tuple(cell or none for cell in (theme, *told))


def issues_sheet(sentences: Sentences) -> BookSheet:
    """What was odd about the workbooks; a cell's address, never a case's id."""
    word = sentences.word
    headers = {"severity": 12, "code": 26, "finding": 50, "file": 24, "sheet": 18}
    headers |= {"cell": 12, "measure": 40}
    columns = (
        *(BookColumn(word(f"column.{name}"), width) for name, width in headers.items()),
        BookColumn(word("column.count"), 8, "count"),
        BookColumn(word("column.found"), 26),
        BookColumn(word("column.expected"), 60),
    )
    rows = tuple(_issue(sentences, row) for row in issue_rows(sentences.results.issues))
    lines = (word("sheet_lines.issues" if rows else "no_issues"),)
    return BookSheet(
        "issues", word("sheet.issues"), word("caption.issues"), lines, columns, rows
    )


def _issue(sentences: Sentences, row: IssueRow) -> tuple[Cell, ...]:
    none = sentences.word("none")
    return (
        sentences.word(f"severity.{row.severity}"),
        row.code,
        issue_text(sentences, row),
        *(
            value or none
            for value in (row.file, row.sheet, sentences.language.place(row.cell))
        ),
        issue_measure(sentences, row) or none,
        row.count,
        row.found or none,
        issue_remedy(sentences, row).replace("\n", " ") or none,
    )


def files_sheet(sentences: Sentences) -> BookSheet:
    """The files that went in; in the house with checksums and what was used."""
    word = sentences.word
    columns = (
        BookColumn(word("column.file"), 34),
        BookColumn(word("column.sha256"), 70),
        BookColumn(word("column.size"), 12, "count"),
        BookColumn(word("column.sheets"), 40),
        BookColumn(sentences.units.capitalize(), 10, "count"),
    )
    rows = tuple(_file(sentences, source) for source in sentences.results.sources)
    if sentences.results.is_disclosed:
        columns, rows = columns[::4], tuple(row[::4] for row in rows)
    lines = (word("sheet_lines.one_table"),)
    return BookSheet(
        "files", word("sheet.files"), word("caption.sources"), lines, columns, rows
    )


def _file(sentences: Sentences, source: Source) -> tuple[Cell, ...]:
    sheets = used_sheets(sentences, source) or sentences.word("none")
    units = sentences.word("mark.withheld") if source.units is None else source.units
    return plain(source.file), source.sha256, source.size, sheets, units


def settings_sheet(sentences: Sentences) -> BookSheet:
    """Every setting of the run and the versions of the software."""
    word = sentences.word
    columns = (
        BookColumn(word("column.setting"), 42),
        BookColumn(word("column.value"), 42),
    )
    rows = tuple(setting_rows(sentences))
    lines = (word("sheet_lines.one_table"),)
    return BookSheet(
        "settings",
        word("sheet.settings"),
        word("caption.settings"),
        lines,
        columns,
        rows,
    )
