"""What stands in the report: its parts by name, as blocks in the order of a reader.

Whether it is internal; what came out; one chapter part per theme with its table and
sentences; the figure; how to read it; how it was done; and in the appendices the exact
figures, all answers, the issues and the provenance.
"""

from taskforce_analysis.disclosing import reckoned_with
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
)
from taskforce_analysis.reporting.days_chapter import days_blocks
from taskforce_analysis.reporting.explanations import method, reading_guide, selection
from taskforce_analysis.reporting.recommendations_chapter import recommendation_blocks
from taskforce_analysis.reporting.report_tables import (
    answers_table,
    exact_table,
    index_table,
    issues_table,
    settings_table,
    sources_table,
    theme_table,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import index_texts, summary_blocks
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    index_rows,
    last_phase,
    theme_rows,
)
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain

NOTICE = "notice"


def outline(results: Results, language: Language) -> Report:
    """The whole report, as plain text in frozen blocks."""
    sentences = Sentences(results, language)
    return Report(
        title=title_of(sentences),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=tuple(block for part in chapters(sentences).values() for block in part),
    )


def title_of(sentences: Sentences) -> str:
    """The report's title: what it is, and the measurement's own title."""
    own = plain(sentences.results.measurement.title)
    title = sentences.word("title")
    return f"{title}: {own}" if own else title


def subtitle_of(sentences: Sentences) -> str:
    """The form's title, and for whom."""
    form, measurement = sentences.results.form, sentences.results.measurement
    english = sentences.language.id == "en" and form.title_en
    parts = [form.title_en if english else form.title, measurement.municipality]
    return ", ".join(plain(part) for part in parts if part)


def author_of(results: Results) -> str:
    """Who stands as the author: the municipality, else the software."""
    return plain(results.measurement.municipality) or "taskforce_analysis"


def chapters(sentences: Sentences) -> dict[str, list[Block]]:
    """The report's chapters by name, in the order in which they stand."""
    results, language, word = sentences.results, sentences.language, sentences.word
    issues = issues_table(sentences)
    explained = {
        "guide": reading_guide(results, language),
        "selection": selection(results, language),
        "method": method(results, language),
    }
    return {
        NOTICE: [Paragraph(notice(sentences), role="notice")],
        "summary": [
            Heading(word("heading.summary")),
            *summary_blocks(sentences),
            Paragraph(word("summary.reads_as")),
        ],
        "results": _themes(sentences),
        "figure": _figure(sentences),
        "timing": days_blocks(sentences),
        "recommendations": recommendation_blocks(sentences),
        **{
            name: [Heading(word(f"heading.{name}")), Listing(tuple(said))]
            for name, said in explained.items()
        },
        "exact": _exact(sentences),
        "issues": [
            Heading(word("heading.issues")),
            issues if issues.rows else Paragraph(word("no_issues")),
            *_withheld_issues(sentences),
        ],
        "provenance": [
            Heading(word("heading.provenance")),
            sources_table(sentences),
            settings_table(sentences),
            *_unconfirmed(sentences),
        ],
    }


def notice(sentences: Sentences) -> str:
    """Whether the output is internal, and if not, what has been withheld."""
    settings = sentences.results.settings
    threshold = sentences.language.number(settings.threshold)
    said = [sentences.word(f"publish.{settings.publish}", threshold=threshold)]
    if (sentences.results.issues["code"] == "LIMITS_INVENTED").any():
        said.append(sentences.word("limits_invented"))
    if sentences.results.is_disclosed:
        rows, word = len(sentences.results.withheld), sentences.language.word
        count = sentences.language.number(rows)
        kept = sentences.language.counted("disclosure.rows", count)
        said += [
            kept if rows else word("disclosure.none"),
            word("disclosure.choice", threshold=threshold),
            reckoned_with(sentences.results, sentences.language),
        ]
    return " ".join(said)


def _unconfirmed(sentences: Sentences) -> list[Block]:
    """The provisions and limits that the report leans on and no source confirms."""
    leaned_on = tuple(map(plain, sentences.results.unconfirmed))
    if not leaned_on:
        return []
    return [Paragraph(sentences.word("unconfirmed")), Listing(leaned_on)]


def _themes(sentences: Sentences) -> list[Block]:
    """Group by group, each theme's table and what is told of its measures."""
    blocks: list[Block] = []
    for group in sentences.groups:
        heading = sentences.of_group(sentences.word("heading.themes"), group)
        blocks.append(Heading(heading))
        if index := index_rows(sentences.results, group):
            blocks.append(index_table(sentences, index))
            blocks.append(Listing(tuple(index_texts(sentences, group))))
        themes = list(theme_rows(sentences.results, group))
        for theme, rows in themes:
            blocks.append(Heading(sentences.theme(theme), level=2))
            blocks.append(theme_table(sentences, theme, rows))
            blocks.append(theme_told(sentences, rows))
        if not themes:
            blocks.append(Paragraph(sentences.word("summary.one_phase")))
    return blocks


def theme_told(sentences: Sentences, rows: list[ComparisonRow]) -> Listing:
    """What is told of a theme's measures, one item each."""
    headlines = [row for row in rows if row.is_headline]
    told = tuple(map(sentences.told_with_asides, headlines))
    return Listing(told, tuple(row.measure for row in headlines))


def _figure(sentences: Sentences) -> list[Block]:
    results = sentences.results
    if not len(results.comparison) and main_chart(results) == "change":
        return []
    return [Heading(sentences.word("heading.figure")), *change_pictures(sentences)]


def main_chart(results: Results) -> str:
    """The chart that shows what came out: of one phase alone there is no change."""
    compared = {results.before, results.after} & {*results.phases}
    return "change" if len(compared) > 1 else "rates"


def change_pictures(sentences: Sentences) -> list[Block]:
    """The change, group by group; one map where the groups are many."""
    results, groups = sentences.results, sentences.groups
    before, after = (
        sentences.phase(results.before),
        sentences.phase(last_phase(results)),
    )
    if sentences.has_many_groups:
        caption = sentences.language.word("per_group.figure", after=after)
        return [Picture("heatmap", caption)]
    chart = main_chart(results)
    caption = sentences.word(f"caption.{chart}", before=before, after=after)
    if len(groups) == 1:
        return [Picture(chart, caption)]
    return [
        Picture(chart, sentences.of_group(caption, group), {"group": group})
        for group in groups
    ]


def _exact(sentences: Sentences) -> list[Block]:
    blocks: list[Block] = [Heading(sentences.word("heading.exact"), turned=True)]
    for group in sentences.groups:
        exact = exact_table(sentences, group)
        blocks += [*([exact] if exact.rows else []), answers_table(sentences, group)]
    return blocks


def _withheld_issues(sentences: Sentences) -> list[Block]:
    if not sentences.results.is_disclosed:
        return []
    return [Paragraph(sentences.language.word("disclosure.issues"), role="small")]
