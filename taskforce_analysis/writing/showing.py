"""The comparison, and the issues, as tables in a notebook in the reader's language.

The rows are those of the report's tables, so that a notebook and a Word document
cannot say different things; great_tables draws them, which the extra `notebooks` has.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import (
    DataError,
    package_missing,
    unknown_name,
    wrong_use,
)
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import ON_RECORD, RANKS, rank_of, worth_reading
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.reporting.blocks import Table
from taskforce_analysis.reporting.report_tables import theme_table
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import IssueRow, issue_rows, theme_rows
from taskforce_analysis.results import Prepared, Results
from taskforce_analysis.tables import issues as ISSUES  # noqa: N812 - a table
from taskforce_analysis.texts import plain
from taskforce_analysis.writing.table import Sort, rows_of

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

_ISSUE = ("severity", "file", "sheet", "cell", "phase", "measure", "count", "text")
_ISSUE += ("expected", "remedy")
MOST_NAMED = 3  # cells, measures and the like that a row names; the others are counted


def show(
    results: Results,
    *,
    language: "str | Language | None" = None,
    group: str | None = None,
    measures: str | Sequence[str] | None = None,
    sort: Sort = "form",
) -> "GT":
    """A great_tables table: one row per measure, grouped by theme.

    `group` is one of the groups that `by` made; without it each group is shown under
    its name. `measures` chooses rows and their order, `sort` orders them by the form,
    by the difference or by the rate after; either leaves the themes out. Counts come
    first, per cent only from `minimum_percent` applicable cases; the difference stands
    with its own interval. Needs great-tables, of the extra `notebooks`. Raises
    UsageError for a group or measure that is not there, and where the package is not
    installed.
    """
    import pandas as pd

    try:
        from great_tables import GT, loc, style
    except ModuleNotFoundError:
        raise package_missing("great-tables", extra="notebooks") from None
    words, results = load_language(language), disclose(results)
    sentences = Sentences(results, words)
    if measures is None and sort == "form":
        tables = list(_tables(sentences, _chosen(sentences, group)))
    else:
        rows = rows_of(
            results, sentences.groups, group=group, measures=measures, sort=sort
        )
        tables = [("", theme_table(sentences, "", rows))]
    labels = [column.label for column in tables[0][1].columns]
    frame = pd.DataFrame(
        [(theme, *row) for theme, table in tables for row in table.rows],
        columns=["theme", *range(len(labels))],
    ).rename(columns=str)
    themed = measures is None and sort == "form"
    frame = frame if themed else frame.drop(columns="theme")
    theme = "theme" if themed else None
    shown = GT(frame, groupname_col=theme, id="taskforce", locale=words.id)
    return (
        shown.cols_label(dict(zip(map(str, range(len(labels))), labels, strict=True)))
        .cols_align("left")
        .tab_header(plain(results.measurement.title or results.form.title))
        .tab_source_note(sentences.source())
        .tab_style(style.css("white-space: pre-line"), loc.body())
    )


def _chosen(sentences: Sentences, group: str | None) -> tuple[str, ...]:
    if group is not None and group not in sentences.groups:
        raise unknown_name("group", group, sentences.groups)
    return sentences.groups if group is None else (group,)


def _tables(
    sentences: Sentences, groups: tuple[str, ...]
) -> Iterator[tuple[str, Table]]:
    """Each theme's heading and table, group by group."""
    results, label = sentences.results, sentences.language.label
    themes = {theme.id: plain(label(theme)) for theme in results.form.themes}
    for group in groups:
        name = sentences.group(group) if len(groups) > 1 else ""
        for theme, rows in theme_rows(results, group):
            parts = [part for part in (name, themes.get(theme, "")) if part]
            yield ": ".join(parts), theme_table(sentences, theme, rows)


def explain(
    issues: "pd.DataFrame | Results | Prepared | DataError",
    *,
    form: Form | None = None,
    language: "str | Language | None" = None,
) -> "pd.DataFrame":
    """What is odd, in words: what was seen where, and what to do now.

    First what must be corrected, cell by cell; then what changes a figure and the rest,
    a row for each kind in each file. `issues` is `Results`, what `prepare` gives, a
    DataError or its table; `form` gives the measures and phases their labels where the
    table alone is given. The result is a plain DataFrame, so that a notebook's own
    table view can sort and search it. Raises UsageError for what is no table of issues.
    """
    import pandas as pd

    words = load_language(language)
    if isinstance(issues, Results | Prepared):
        form = form or issues.form
        table = worth_reading(issues.issues, publish=issues.settings.publish)
    else:
        if isinstance(issues, DataError):
            own = issues.form if isinstance(issues.form, Form) else None
            form, table = form or own, issues.issues
        else:
            table = issues
        if not set(ISSUES.names) <= set(getattr(table, "columns", ())):
            raise wrong_use(
                "this is no table of issues",
                "Give Results, what prepare gives, a DataError, or the .issues of one",
            )
    heads = [words.word(f"display.{name}") for name in _ISSUE]
    folded: dict[tuple[str, ...], list[IssueRow]] = {}
    for number, row in enumerate(issue_rows(table)):
        rank = rank_of(row.code, row.severity)
        apart = str(number) if rank == RANKS[0] or row.code in ON_RECORD else ""
        folded.setdefault((rank, row.code, row.file, apart), []).append(row)
    ordered = sorted(folded.items(), key=lambda one: RANKS.index(one[0][0]))
    shown = [
        [_said(rows, name, words, form=form) for name in _ISSUE] for _, rows in ordered
    ]
    return pd.DataFrame(shown, columns=heads)


def _said(
    rows: Sequence[IssueRow], name: str, words: Language, *, form: Form | None
) -> object:
    """What one column says of issues of one kind."""
    first = rows[0]
    if name in ("text", "remedy"):
        own = f" ({first.found})" if name == "text" and first.code in ON_RECORD else ""
        return words.word(f"issues.{first.code}.{name}") + own
    if name == "severity":
        return words.word(f"display.rank.{rank_of(first.code, first.severity)}")
    if name == "count":
        return sum(row.count for row in rows)
    told = [str(getattr(row, name)) for row in rows]
    if name == "cell":
        told = [words.place(one) for one in told]
    if name in ("measure", "phase") and form is not None:
        labels = {one.id: words.label(one) for one in (*form.measures, *form.phases)}
        told = [labels.get(one, words.period(one)) for one in told]
    several = [one for one in dict.fromkeys(told) if one]
    more = f" ... ({len(several)})" if len(several) > MOST_NAMED else ""
    return ", ".join(several[:MOST_NAMED]) + more
