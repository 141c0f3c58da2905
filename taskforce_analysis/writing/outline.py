"""The report as blocks, in the order in which a reader needs them.

Whether it is internal; what came out; one chapter part per theme with its table and
sentences; the figure; how to read it; how it was done; and in the appendices the exact
figures, all answers, the issues and the provenance.
"""

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import appendices, full_tables, tabulating
from taskforce_analysis.writing.asides import asides
from taskforce_analysis.writing.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
)
from taskforce_analysis.writing.notes import method, reading_guide, selection
from taskforce_analysis.writing.recommending import recommendation_blocks
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.summary import subtitle, summary
from taskforce_analysis.writing.texts import plain
from taskforce_analysis.writing.timing import timing

MOST_FIGURES = 6  # one figure for all groups where there are more


def outline(results: Results, language: Language) -> Report:
    """The whole report, as plain text in frozen blocks."""
    sentences = Sentences(results, language)
    groups = sentences.groups
    blocks = [
        *_opening(sentences, groups),
        *(block for group in groups for block in _themes(sentences, group, groups)),
        *_figure(sentences),
        *(block for group in groups[:1] for block in timing(sentences, group)),
        *recommendation_blocks(sentences, groups[0] if groups else "all"),
        *_explanations(sentences, groups),
        *_appendix(sentences, groups),
    ]
    return Report(
        title=title_of(sentences),
        subtitle=subtitle(results, sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=tuple(blocks),
    )


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
        said += [
            word("disclosure.rows" if rows else "disclosure.none", count=count),
            word("disclosure.choice", threshold=threshold),
        ]
    return " ".join(said)


def _opening(sentences: Sentences, groups: tuple[str, ...]) -> list[Block]:
    said = [item for group in groups[:1] for item in summary(sentences, group)]
    return [
        Paragraph(notice(sentences), role="notice"),
        Heading(sentences.word("heading.summary")),
        Paragraph(said[0]),
        Listing(tuple(said[1:])),
        Paragraph(sentences.word("summary.reads_as")),
    ]


def _themes(sentences: Sentences, group: str, groups: tuple[str, ...]) -> list[Block]:
    blocks: list[Block] = [Heading(_chapter(sentences, group, groups))]
    for theme, rows in tabulating.theme_rows(sentences.results, group):
        name = _theme_label(sentences, theme)
        caption = sentences.word("caption.theme", theme=name, units=sentences.units)
        told = [
            " ".join([sentences.told(row), *asides(sentences, row)])
            for row in rows
            if row.basis == "crude"
        ]
        blocks += [
            Heading(name, level=2),
            tabulating.theme_table(sentences, caption, rows),
            Listing(tuple(told)),
        ]
    if len(blocks) == 1:
        blocks.append(Paragraph(sentences.word("summary.one_phase")))
    return blocks


def _chapter(sentences: Sentences, group: str, groups: tuple[str, ...]) -> str:
    heading = sentences.word("heading.themes")
    return heading if len(groups) == 1 else f"{heading}: {_group(sentences, group)}"


def _group(sentences: Sentences, group: str) -> str:
    return sentences.word("all_groups") if group == "all" else plain(group)


def _theme_label(sentences: Sentences, theme: str) -> str:
    for one in sentences.results.form.themes:
        if one.id == theme:
            return plain(sentences.language.label(one))
    return sentences.word("heading.no_theme")


def _figure(sentences: Sentences) -> list[Block]:
    if not len(sentences.results.comparison):
        return []
    before, after = map(
        sentences.phase, (sentences.results.before, sentences.results.after)
    )
    heading = Heading(sentences.word("heading.figure"))
    return [heading, *_pictures(sentences, before, after)]


def _pictures(sentences: Sentences, before: str, after: str) -> list[Block]:
    caption = sentences.word("caption.change", before=before, after=after)
    groups = sentences.groups
    if len(groups) == 1:
        return [Picture("change", caption)]
    if len(groups) > MOST_FIGURES:
        told = sentences.language.word("per_group.figure", after=after)
        return [Picture("heatmap", told)]
    return [
        Picture("change", f"{caption}: {_group(sentences, group)}", {"group": group})
        for group in groups
    ]


def _explanations(sentences: Sentences, groups: tuple[str, ...]) -> list[Block]:
    results, language = sentences.results, sentences.language
    parts = (
        ("guide", reading_guide(results, language)),
        ("selection", selection(results, language)),
        ("method", method(results, language, groups[0] if groups else "all")),
    )
    return [
        block
        for name, said in parts
        for block in (Heading(sentences.word(f"heading.{name}")), Listing(tuple(said)))
    ]


def _appendix(sentences: Sentences, groups: tuple[str, ...]) -> list[Block]:
    word = sentences.word
    blocks: list[Block] = [Heading(word("heading.exact"))]
    for group in groups:
        of = "" if len(groups) == 1 else f": {_group(sentences, group)}"
        exact = full_tables.exact_table(sentences, word("caption.exact") + of, group)
        answers = full_tables.answers_table(
            sentences, word("caption.answers") + of, group
        )
        blocks += [*([exact] if exact.rows else []), answers]
    issues = appendices.issues_table(sentences, word("caption.issues"))
    empty = Paragraph(word("no_issues"))
    return [
        *blocks,
        Heading(word("heading.issues")),
        issues if issues.rows else empty,
        *_told_of_issues(sentences),
        Heading(word("heading.provenance")),
        appendices.sources_table(sentences, word("caption.sources")),
        appendices.settings_table(sentences, word("caption.settings")),
    ]


def _told_of_issues(sentences: Sentences) -> list[Block]:
    if not sentences.results.is_disclosed:
        return []
    return [Paragraph(sentences.language.word("disclosure.issues"), role="small")]
