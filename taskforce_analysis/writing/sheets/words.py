"""The sheets with words: cover, contents, notes, issues, files and settings."""

from typing import Any

from taskforce_analysis.reporting.full_tables import (
    issue_measure,
    issue_remedy,
    issue_rows,
    issue_text,
    known,
    setting_rows,
    used_sheets,
)
from taskforce_analysis.reporting.groups import lines_by_group, told_by_group
from taskforce_analysis.reporting.notes import method, reading_guide, selection
from taskforce_analysis.reporting.outline import notice, title_of
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import subtitle
from taskforce_analysis.results import Source
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.sheets.records import Cell, Field, Sheet


def cover(sentences: Sentences) -> Sheet:
    """What the workbook is, for whom, and what came out, in one column of text."""
    results = sentences.results
    lines = (
        subtitle(results, sentences),
        notice(sentences),
        *_told(sentences),
        sentences.word("summary.reads_as"),
    )
    return Sheet("cover", sentences.word("sheet.cover"), title_of(sentences), lines)


def _told(sentences: Sentences) -> list[str]:
    if len(sentences.groups) > 1:
        return list(lines_by_group(sentences))
    return [one.text for told in told_by_group(sentences) for one in told.said]


def contents(sentences: Sentences, sheets: list[Sheet]) -> Sheet:
    """Which sheets there are, each name a link to its sheet."""
    word = sentences.word
    fields = (
        Field(word("column.sheet"), 22, "link"),
        Field(word("column.contents"), 80),
    )
    rows = tuple((sheet.name, sheet.title) for sheet in sheets)
    lines = (word("sheet_lines.one_table"),)
    return Sheet(
        "contents",
        word("sheet.contents"),
        word("heading.contents"),
        lines,
        fields,
        rows,
    )


def notes(sentences: Sentences) -> Sheet:
    """How to read the figures, how the cases were chosen, how it was computed."""
    word = sentences.word
    told = [
        (word(f"heading.{name}"), text)
        for name, said in _said(sentences).items()
        for text in said
    ]
    rows = tuple((number, *one) for number, one in enumerate(told, start=1))
    fields = (
        Field(word("column.number"), 8, "ordinal"),
        Field(word("column.subject"), 26),
        Field(word("column.note"), 100),
    )
    lines = (word("sheet_lines.one_table"),)
    return Sheet(
        "notes", word("sheet.notes"), word("caption.notes"), lines, fields, rows
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


def issues(sentences: Sentences) -> Sheet:
    """What was odd about the workbooks; a cell's address, never a case's id."""
    word = sentences.word
    headers = {"severity": 12, "code": 26, "finding": 50, "file": 24, "sheet": 18}
    headers |= {"cell": 12, "measure": 40}
    fields = (
        *(Field(word(f"column.{name}"), width) for name, width in headers.items()),
        Field(word("column.count"), 8, "count"),
        Field(word("column.found"), 26),
        Field(word("column.expected"), 60),
    )
    rows = tuple(_issue(sentences, row) for row in issue_rows(sentences.results))
    lines = (word("sheet_lines.issues" if rows else "no_issues"),)
    return Sheet(
        "issues", word("sheet.issues"), word("caption.issues"), lines, fields, rows
    )


def _issue(sentences: Sentences, row: Any) -> tuple[Cell, ...]:
    none = sentences.word("none")
    return (
        sentences.word(f"severity.{row.severity}"),
        str(row.code),
        issue_text(sentences, row),
        *(known(value) or none for value in (row.file, row.sheet, row.cell)),
        issue_measure(sentences, row) or none,
        int(row.times),
        known(row.found) or none,
        issue_remedy(sentences, row).replace("\n", " ") or none,
    )


def files(sentences: Sentences) -> Sheet:
    """The files that went in, with checksums and what was used of them."""
    word = sentences.word
    fields = (
        Field(word("column.file"), 34),
        Field(word("column.sha256"), 70),
        Field(word("column.size"), 12, "count"),
        Field(word("column.sheets"), 40),
        Field(sentences.units.capitalize(), 10, "count"),
    )
    rows = tuple(_file(sentences, source) for source in sentences.results.sources)
    lines = (word("sheet_lines.one_table"),)
    return Sheet(
        "files", word("sheet.files"), word("caption.sources"), lines, fields, rows
    )


def _file(sentences: Sentences, source: Source) -> tuple[Cell, ...]:
    sheets = used_sheets(sentences, source) or sentences.word("none")
    units = sentences.word("mark.withheld") if source.units is None else source.units
    return plain(source.file), source.sha256, source.size, sheets, units


def settings(sentences: Sentences) -> Sheet:
    """Every setting of the run and the versions of the software."""
    word = sentences.word
    fields = (Field(word("column.setting"), 42), Field(word("column.value"), 42))
    rows = tuple(setting_rows(sentences))
    lines = (word("sheet_lines.one_table"),)
    return Sheet(
        "settings",
        word("sheet.settings"),
        word("caption.settings"),
        lines,
        fields,
        rows,
    )
