"""The report as blocks, in the order in which a reader needs them.

Whether it is internal; what came out; one chapter part per theme with its table and
sentences; the figure; how to read it; how it was done; and in the appendices the exact
figures, all answers, the issues and the provenance.
"""

from typing import Any

from taskforce_analysis.disclosing import reckoned_with
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting import full_tables, tabulating
from taskforce_analysis.reporting.asides import asides
from taskforce_analysis.reporting.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
    Table,
)
from taskforce_analysis.reporting.groups import (
    MOST_FIGURES,
    group_label,
    summary_blocks,
    timing_blocks,
)
from taskforce_analysis.reporting.notes import method, reading_guide, selection
from taskforce_analysis.reporting.recommending import recommendation_blocks
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import subtitle
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain


def outline(results: Results, language: Language) -> Report:
    """The whole report, as plain text in frozen blocks."""
    sentences = Sentences(results, language)
    return Report(
        title=title_of(sentences),
        subtitle=subtitle(results, sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=tuple(block for part in chapters(sentences).values() for block in part),
    )


def chapters(sentences: Sentences) -> dict[str, list[Block]]:
    """The report's chapters by name, in the order in which they stand."""
    groups = sentences.groups
    themes = [block for group in groups for block in _themes(sentences, group, groups)]
    return {
        "notice": [Paragraph(notice(sentences), role="notice")],
        "summary": _opening(sentences),
        "results": themes,
        "figure": _figure(sentences),
        "timing": timing_blocks(sentences),
        "recommendations": recommendation_blocks(sentences),
        **_explanations(sentences),
        **_appendix(sentences, groups),
    }


def title_of(sentences: Sentences) -> str:
    """The report's title: what it is, and the measurement's own title."""
    own = plain(sentences.results.measurement.title)
    title = sentences.word("title")
    return f"{title}: {own}" if own else title


def author_of(results: Results) -> str:
    """Who stands as the author: the municipality, else the software."""
    return plain(results.measurement.municipality) or "taskforce_analysis"


def notice(sentences: Sentences) -> str:
    """Whether the output is internal, and if not, what has been withheld."""
    settings = sentences.results.settings
    threshold = sentences.language.number(settings.threshold)
    said = [sentences.word(f"publish.{settings.publish}", threshold=threshold)]
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


def _opening(sentences: Sentences) -> list[Block]:
    return [
        Heading(sentences.word("heading.summary")),
        *summary_blocks(sentences),
        Paragraph(sentences.word("summary.reads_as")),
    ]


def _themes(sentences: Sentences, group: str, groups: tuple[str, ...]) -> list[Block]:
    blocks: list[Block] = [Heading(_chapter(sentences, group, groups))]
    for theme, rows in tabulating.theme_rows(sentences.results, group):
        name = theme_label(sentences, theme)
        table, told = theme_table(sentences, theme, rows), theme_told(sentences, rows)
        blocks += [Heading(name, level=2), table, told]
    if len(blocks) == 1:
        blocks.append(Paragraph(sentences.word("summary.one_phase")))
    return blocks


def theme_table(sentences: Sentences, theme: str, rows: "list[Any]") -> Table:
    """A theme's table with its caption."""
    name = theme_label(sentences, theme)
    caption = sentences.word("caption.theme", theme=name, units=sentences.units)
    return tabulating.theme_table(sentences, caption, rows)


def theme_told(sentences: Sentences, rows: "list[Any]") -> Listing:
    """What is told of a theme's measures, one item each."""
    crude = [row for row in rows if row.basis == "crude"]
    told = tuple(told_whole(sentences, row) for row in crude)
    return Listing(told, tuple(str(row.measure) for row in crude))


def told_whole(sentences: Sentences, row: Any) -> str:
    """All that is told of a measure, and what stands beside its verdict."""
    return " ".join([sentences.told(row), *asides(sentences, row)])


def _chapter(sentences: Sentences, group: str, groups: tuple[str, ...]) -> str:
    heading = sentences.word("heading.themes")
    label = group_label(sentences, group)
    return heading if len(groups) == 1 else f"{heading}: {label}"


def theme_label(sentences: Sentences, theme: str) -> str:
    """A theme's label; a heading of its own for the measures without one."""
    for one in sentences.results.form.themes:
        if one.id == theme:
            return plain(sentences.language.label(one))
    return sentences.word("heading.no_theme")


def _figure(sentences: Sentences) -> list[Block]:
    if not len(sentences.results.comparison):
        return []
    return [Heading(sentences.word("heading.figure")), *change_pictures(sentences)]


def change_pictures(sentences: Sentences) -> list[Block]:
    """The change, group by group; one map where the groups are many."""
    before, after = map(
        sentences.phase, (sentences.results.before, sentences.results.after)
    )
    caption = sentences.word("caption.change", before=before, after=after)
    groups = sentences.groups
    if len(groups) == 1:
        return [Picture("change", caption)]
    if len(groups) > MOST_FIGURES:
        told = sentences.language.word("per_group.figure", after=after)
        return [Picture("heatmap", told)]
    labels = {group: group_label(sentences, group) for group in groups}
    return [
        Picture("change", f"{caption}: {label}", {"group": group})
        for group, label in labels.items()
    ]


def _explanations(sentences: Sentences) -> dict[str, list[Block]]:
    results, language = sentences.results, sentences.language
    parts = (
        ("guide", reading_guide(results, language)),
        ("selection", selection(results, language)),
        ("method", method(results, language)),
    )
    return {
        name: [Heading(sentences.word(f"heading.{name}")), Listing(tuple(said))]
        for name, said in parts
    }


def _appendix(sentences: Sentences, groups: tuple[str, ...]) -> dict[str, list[Block]]:
    word = sentences.word
    issues = full_tables.issues_table(sentences, word("caption.issues"))
    empty = Paragraph(word("no_issues"))
    return {
        "exact": _exact(sentences, groups),
        "issues": [
            Heading(word("heading.issues")),
            issues if issues.rows else empty,
            *_told_of_issues(sentences),
        ],
        "provenance": [
            Heading(word("heading.provenance")),
            full_tables.sources_table(sentences, word("caption.sources")),
            full_tables.settings_table(sentences, word("caption.settings")),
        ],
    }


def _exact(sentences: Sentences, groups: tuple[str, ...]) -> list[Block]:
    word = sentences.word
    blocks: list[Block] = [Heading(word("heading.exact"))]
    for group in groups:
        of = "" if len(groups) == 1 else f": {group_label(sentences, group)}"
        exact = full_tables.exact_table(sentences, word("caption.exact") + of, group)
        answers = full_tables.answers_table(
            sentences, word("caption.answers") + of, group
        )
        blocks += [*([exact] if exact.rows else []), answers]
    return blocks


def _told_of_issues(sentences: Sentences) -> list[Block]:
    if not sentences.results.is_disclosed:
        return []
    return [Paragraph(sentences.language.word("disclosure.issues"), role="small")]
