"""The parts of a report by name, for a municipality's own template.

A tag names one of them: `taskforce:summary`, `taskforce:table:follow_up`,
`taskforce:figure:change`. The heading of a chapter is then the template's own matter,
and so is all that has no tag.
"""

from collections.abc import Iterator

from taskforce_analysis.charts import charts, label_of
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.reporting.blocks import (
    Block,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from taskforce_analysis.reporting.contents import (
    change_pictures,
    chapters,
    parts_by_tag,
    subtitle_of,
    title_of,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import deciding
from taskforce_analysis.reporting.themes_chapter import theme_blocks, themes_of

PREFIX = "taskforce:"
_ABOUT_ONE = ("days", "plan")  # charts that need more than results to be drawn


def known_tags(sentences: Sentences) -> tuple[str, ...]:
    """Every tag, without its prefix, that these results have a part for."""
    form = sentences.results.form
    themes = [theme.id for theme in form.themes]
    return (
        "title",
        "subtitle",
        *chapters(sentences),
        *parts_by_tag(sentences),
        *(f"table:{name}" for name in themes),
        *(f"sentences:{name}" for name in themes),
        *(f"sentence:{name}" for name in form.measure_ids),
        *(f"figure:{name}" for name in charts if name not in _ABOUT_ONE),
    )


def blocks_at(tag: str, sentences: Sentences) -> list[Block]:
    """The blocks that a tag, given without its prefix, stands for.

    Raises UsageError for one that does not exist, with the nearest that does.
    """
    tags = known_tags(sentences)
    if tag not in tags:
        known = [f"{PREFIX}{name}" for name in tags]
        raise unknown_name("part of the report", f"{PREFIX}{tag}", known)
    lines = {"title": title_of, "subtitle": subtitle_of}
    if tag in lines:
        return [Paragraph(lines[tag](sentences))]
    kind, _, about = tag.partition(":")
    if kind == "sentence":
        return _sentence(sentences, about)
    if kind == "figure" and about:
        return _picture(sentences, about)
    if kind in ("table", "sentences"):
        return list(_of_theme(sentences, about, is_table=kind == "table"))
    blocks = {**chapters(sentences), **parts_by_tag(sentences)}[tag]
    return [one for one in blocks if not (isinstance(one, Heading) and one.level == 1)]


def _of_theme(sentences: Sentences, theme: str, *, is_table: bool) -> Iterator[Block]:
    """A theme's tables, or what is told of them, in each group."""
    is_asked = theme in dict(themes_of(sentences))
    for group in sentences.groups if is_asked else ():
        for block in theme_blocks(sentences, group, theme):
            if isinstance(block, Table) == is_table:
                yield block


def _sentence(sentences: Sentences, measure: str) -> list[Block]:
    """What is told of one measure, a paragraph per group."""
    blocks: list[Block] = []
    for group in sentences.groups:
        named = f"{sentences.group(group)}: " if len(sentences.groups) > 1 else ""
        blocks += [
            Paragraph(f"{named}{sentences.told_with_asides(row)}", about=measure)
            for row in deciding(sentences.results, group)
            if row.measure == measure
        ]
    return blocks


def _picture(sentences: Sentences, chart: str) -> list[Block]:
    if chart == "change":
        return change_pictures(sentences)
    return [Picture(chart, label_of(chart, sentences.language))]
