"""The recommendations theme by theme: what was recommended, and how far it has come.

The status is what someone wrote; the figures of a recommendation's measures stand
beside it and never set it. What still calls for attention is a list to be edited.
"""

from typing import Any

from taskforce_analysis.recommendations import Recommendation, load_vocabulary
from taskforce_analysis.reporting.blocks import (
    Block,
    Column,
    Heading,
    Listing,
    Paragraph,
    Table,
)
from taskforce_analysis.reporting.groups import are_many, group_label
from taskforce_analysis.reporting.rows import crude, is_withheld
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.texts import plain

DONE = ("carried_out", "anchored")


def recommendation_blocks(sentences: Sentences) -> list[Block]:
    """The chapter of recommendations; empty where the measurement has none."""
    told = sentences.results.recommendations
    if not told:
        return []
    word = sentences.language.word
    blocks: list[Block] = [
        Heading(word("recommendations.heading")),
        Paragraph(word("recommendations.reads_as")),
    ]
    for theme, items in by_theme(sentences):
        blocks.append(Heading(theme, level=2))
        blocks.append(_table(sentences, theme, items))
        blocks += _measured(sentences, items)
    left = [one for one in told if one.status not in DONE]
    still = Listing(
        tuple(_still(sentences, one) for one in left),
        tuple(plain(one.number) for one in left),
    )
    return [
        *blocks,
        Heading(word("recommendations.attention"), level=2),
        Paragraph(word("recommendations.edit")),
        *([still] if left else []),
    ]


def by_theme(sentences: Sentences) -> list[tuple[str, list[Recommendation]]]:
    """The recommendations under each theme's label, in the order of the themes."""
    told = sentences.results.recommendations
    themes = load_vocabulary().choices["theme"]
    found = [
        (plain(sentences.language.label(theme)), theme.id)
        for theme in themes
        if any(one.theme == theme.id for one in told)
    ]
    if any(not one.theme for one in told):
        found.append((sentences.language.word("recommendations.no_theme"), ""))
    return [(name, [one for one in told if one.theme == id_]) for name, id_ in found]


def status_label(sentences: Sentences, one: Recommendation) -> str:
    """A recommendation's status in words."""
    return sentences.language.label(load_vocabulary().word("status", one.status))


def cells_of(sentences: Sentences, one: Recommendation) -> tuple[str, ...]:
    """Number, text, initiative, who, by when, status, evidence, as text."""
    language = sentences.language
    page = language.word("recommendations.page", page=plain(one.page))
    words = load_vocabulary()
    evidence = [language.label(words.word("evidence", name)) for name in one.evidence]
    return (
        plain(one.number),
        "\n".join([plain(one.text), *([page] if one.page else [])]),
        plain(one.initiative),
        plain(one.responsible),
        language.date(one.due) if one.due else "",
        status_label(sentences, one),
        ", ".join(evidence),
    )


def columns_of(sentences: Sentences) -> tuple[Column, ...]:
    """The headings of `cells_of`, with their widths."""
    widths = {
        "number": 0.7,
        "text": 3.4,
        "initiative": 2.4,
        "responsible": 2.3,
        "due": 1.7,
        "status": 1.6,
        "evidence": 2.2,
    }
    word = sentences.language.word
    return tuple(
        Column(word(f"recommendations.column.{name}"), width)
        for name, width in widths.items()
    )


def _table(sentences: Sentences, theme: str, items: list[Recommendation]) -> Table:
    caption = sentences.language.word("recommendations.caption", theme=theme)
    rows = tuple(cells_of(sentences, one) for one in items)
    return Table(caption, columns_of(sentences), rows)


def _figures(
    sentences: Sentences, group: str, items: list[Recommendation]
) -> dict[str, str]:
    """The counts and verdict of each measure that the theme's items name, once."""
    wanted = {name for one in items for name in one.measures}
    rows = crude(sentences.results.comparison, group).itertuples(index=False)
    return {
        str(row.measure): _told(sentences, row)
        for row in rows
        if row.measure in wanted and not is_withheld(row)
    }


def _measured(sentences: Sentences, items: list[Recommendation]) -> list[Block]:
    """What the theme's measures show, by group; of many, where it stands."""
    word, groups = sentences.language.word, sentences.groups or ("all",)
    if are_many(sentences):
        named = any(one.measures for one in items)
        return [Paragraph(word("groups.rest"))] if named else []
    blocks: list[Block] = []
    for group in groups:
        figures = _figures(sentences, group, items)
        told = word("recommendations.figures")
        label = f"{group_label(sentences, group)}. " if len(groups) > 1 else ""
        if figures:
            blocks.append(Paragraph(f"{label}{told}"))
            blocks.append(Listing(tuple(figures.values()), tuple(figures)))
    return blocks


def _told(sentences: Sentences, row: Any) -> str:
    return f"{sentences.counts(row)} {sentences.verdict(row)}."


def _still(sentences: Sentences, one: Recommendation) -> str:
    return sentences.language.word(
        "recommendations.still",
        number=plain(one.number),
        text=plain(one.text),
        status=status_label(sentences, one),
    )
