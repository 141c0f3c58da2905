"""One table of the measures that are asked for, alone in a file, and one sentence.

    write(results, "tabel.docx", kind="table", measures=["reasons", "action_plan"])

The rows are those of the report's own tables, so that a table that stands alone cannot
say anything else. As .png it is drawn, for what takes pictures only.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import several_groups, unknown_name
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.reporting.blocks import Report, Table
from taskforce_analysis.reporting.contents import author_of, subtitle_of, title_of
from taskforce_analysis.reporting.report_tables import theme_table
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import index_texts
from taskforce_analysis.reporting.table_rows import ComparisonRow, deciding, theme_rows
from taskforce_analysis.results import Results
from taskforce_analysis.tables import ALL, INDEX, names_in
from taskforce_analysis.writing import writer

if TYPE_CHECKING:
    from taskforce_analysis.writing.sheets.book import BookSheet

Sort: TypeAlias = Literal["form", "difference", "rate"]
SORTS = ("form", "difference", "rate")
LABEL = {"da": "Tabel", "en": "Table"}


def sentence(
    results: Results,
    measure: str,
    *,
    group: str | None = None,
    language: str | Language | None = None,
) -> str:
    """What a report says of one measure: counts, difference, verdict, reservations.

    "index" asks for that of the plan. Of several groups it begins with the name. Raises
    UsageError for a group or measure that is not there, and where none of several
    groups is chosen.

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> "8 ud af 20" in sentence(results, "holistic_assessment")
    True
    """
    shown = disclose(results)
    sentences = Sentences(shown, load_language(language))
    if measure == INDEX and results.measurement.index:
        if group is None and len(sentences.groups) > 1:
            raise several_groups(sentences.groups)
        own = group or next(iter(sentences.groups), ALL)
        return " ".join(index_texts(sentences, own))
    (row,) = rows_of(shown, sentences.groups, group=group, measures=(measure,))
    told = sentences.told_with_asides(row)
    return told if row.group == ALL else f"{sentences.group(row.group)}: {told}"


def rows_of(
    results: Results,
    groups: Sequence[str],
    *,
    group: str | None = None,
    measures: str | Sequence[str] | None = None,
    sort: str = SORTS[0],
) -> list[ComparisonRow]:
    """The rows of a table: of the measures asked for, in the order asked for.

    Raises UsageError for a group, measure or sort that does not exist.
    """
    if group is not None and group not in groups:
        raise unknown_name("group", group, groups)
    if sort not in SORTS:
        raise unknown_name("sort", sort, SORTS)
    chosen = [results.form.measure(name).id for name in names_in(measures or ())]
    if group is None and len(groups) > 1:
        raise several_groups(groups)
    own = group or groups[0]
    decided = {row.measure: row for row in deciding(results, own)}
    rows = [row for _, inside in theme_rows(results, own) for row in inside]
    rows = [decided.get(row.measure, row) for row in rows]
    if chosen:
        known = {row.measure: row for row in rows}
        rows = [known[name] for name in dict.fromkeys(chosen) if name in known]
    if sort == "form":
        return rows
    return sorted(rows, key=lambda row: _size(row, sort), reverse=True)


def _size(row: ComparisonRow, sort: str) -> float:
    """What a row is sorted by; what is not known comes last."""
    if sort == "rate":
        return -1.0 if row.after.rate is None else row.after.rate
    found = row.shown_difference
    return -2.0 if found is None else found.value


def _report(
    results: Results,
    language: Language,
    *,
    measures: str | Sequence[str] | None,
    sort: str,
    group: str | None,
) -> Report:
    sentences = Sentences(results, language)
    rows = rows_of(results, sentences.groups, group=group, measures=measures, sort=sort)
    made = theme_table(sentences, "", rows)
    caption = sentences.of_group(language.word("one_table.caption"), rows[0].group)
    table = Table(caption, made.columns, made.rows, made.note, sentences.source())
    return Report(
        title=title_of(sentences),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=(table,),
    )


@writer("table", ".docx", label=LABEL)
@writer("table", ".html", label=LABEL)
@writer("table", ".xlsx", label=LABEL)
@writer("table", ".png", label=LABEL)
def write_table(
    results: Results,
    path: Path,
    language: Language,
    *,
    measures: str | Sequence[str] | None = None,
    sort: Sort = "form",
    group: str | None = None,
) -> None:
    """Write the one table, by suffix: Word, page, sheet, or a picture 16 cm wide.

    `measures` are those of its rows, in the order of `sort`; `group` is whose they are.
    """
    report = _report(results, language, measures=measures, sort=sort, group=group)
    (table,) = (block for block in report.blocks if isinstance(block, Table))
    if path.suffix == ".docx":
        from taskforce_analysis.writing.docx import save_report

        save_report(report, path, results=results, language=language)
    elif path.suffix == ".html":
        from taskforce_analysis.writing.html import page_of

        path.write_text(page_of(report, results, language), "utf-8", newline="\n")
    elif path.suffix == ".xlsx":
        from taskforce_analysis.writing.sheets.book import write_book

        sheet = _sheet_of(table, language)
        properties = {"title": report.title[:255], "author": report.author[:255]}
        write_book([sheet], path, properties=properties, alt="")
    else:
        from taskforce_analysis.charts.kit.grid import picture_of

        path.write_bytes(picture_of(table, language))


def _sheet_of(table: Table, language: Language) -> "BookSheet":
    from taskforce_analysis.writing.sheets.book import BookColumn, BookSheet

    return BookSheet(
        "table",
        language.word("one_table.sheet"),
        table.caption,
        tuple(text for text in (table.note, table.source) if text),
        tuple(BookColumn(one.label, 10 * one.width) for one in table.columns),
        table.rows,
    )
