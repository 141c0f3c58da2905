"""What a tag in a municipality's own template stands for.

`taskforce:summary`, `taskforce:table:follow_up`, `taskforce:figure:change`: a chapter
by name, or a theme's table, a measure's sentence, a chart by what it is about. The
heading of a chapter is the template's own matter, and so is all that has no tag.
"""

from collections.abc import Callable

from taskforce_analysis.errors import unknown_name
from taskforce_analysis.reporting import tabulating
from taskforce_analysis.reporting.blocks import Block, Heading, Paragraph, Picture
from taskforce_analysis.reporting.groups import group_label
from taskforce_analysis.reporting.outline import (
    change_pictures,
    chapters,
    theme_table,
    theme_told,
    title_of,
    told_whole,
)
from taskforce_analysis.reporting.rows import crude
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import subtitle

PREFIX = "taskforce:"
NOTICE = "notice"
_ABOUT_ONE = ("days", "plan")  # charts that need more than results to be drawn


def blocks_at(tag: str, sentences: Sentences) -> list[Block]:
    """The blocks that a tag, given without its prefix, stands for.

    Raises UsageError for one that does not exist, with the nearest that does.
    """
    kind, _, about = tag.partition(":")
    if tag not in known_tags(sentences):
        known = [f"{PREFIX}{one}" for one in known_tags(sentences)]
        raise unknown_name("part of the report", f"{PREFIX}{tag}", known)
    if about:
        makers: dict[str, Callable[[Sentences, str], list[Block]]] = {
            "table": _tables,
            "sentences": _told,
            "sentence": _sentence,
            "figure": _figure,
        }
        return makers[kind](sentences, about)
    if tag == "title":
        return [Paragraph(title_of(sentences))]
    if tag == "subtitle":
        return [Paragraph(subtitle(sentences.results, sentences))]
    blocks = chapters(sentences)[tag]
    return [one for one in blocks if not (isinstance(one, Heading) and one.level == 1)]


def known_tags(sentences: Sentences) -> tuple[str, ...]:
    """Every tag, without its prefix, that these results have a part for."""
    from taskforce_analysis.charts import charts

    form = sentences.results.form
    themes = [theme.id for theme in form.themes]
    return (
        "title",
        "subtitle",
        *chapters(sentences),
        *(f"table:{name}" for name in themes),
        *(f"sentences:{name}" for name in themes),
        *(f"sentence:{name}" for name in form.measure_ids),
        *(f"figure:{name}" for name in charts if name not in _ABOUT_ONE),
    )


def _tables(sentences: Sentences, theme: str) -> list[Block]:
    return [
        theme_table(sentences, theme, rows)
        for group in sentences.groups
        for name, rows in tabulating.theme_rows(sentences.results, group)
        if name == theme
    ]


def _told(sentences: Sentences, theme: str) -> list[Block]:
    return [
        theme_told(sentences, rows)
        for group in sentences.groups
        for name, rows in tabulating.theme_rows(sentences.results, group)
        if name == theme
    ]


def _sentence(sentences: Sentences, measure: str) -> list[Block]:
    told = []
    for group in sentences.groups:
        rows = crude(sentences.results.comparison, group)
        own = rows[rows["measure"] == measure]
        named = (
            f"{group_label(sentences, group)}: " if len(sentences.groups) > 1 else ""
        )
        told += [
            Paragraph(f"{named}{told_whole(sentences, row)}", about=measure)
            for row in own.itertuples(index=False)
        ]
    return list(told)


def _figure(sentences: Sentences, chart: str) -> list[Block]:
    from taskforce_analysis.charts import charts

    if chart == "change":
        return change_pictures(sentences)
    return [Picture(chart, charts[chart].label[sentences.language.id])]
