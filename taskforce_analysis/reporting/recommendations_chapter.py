"""The recommendations theme by theme: what was recommended, and how far it has come.

The status is what someone wrote; the figures of a recommendation's measures stand
beside it and never set it. What still calls for attention is a list to be edited.
"""

from collections.abc import Sequence

from taskforce_analysis.recommendations import Recommendation, load_vocabulary
from taskforce_analysis.reporting.blocks import (
    Block,
    Column,
    Heading,
    Listing,
    Paragraph,
    Table,
)
from taskforce_analysis.reporting.sentences import Sentences, lowered
from taskforce_analysis.reporting.table_rows import ComparisonRow, deciding
from taskforce_analysis.texts import plain
from taskforce_analysis.themes import common_themes

_DONE = ("carried_out", "anchored")


def recommendation_blocks(sentences: Sentences) -> list[Block]:
    """The chapter of recommendations; empty where the measurement has none."""
    recommended = sentences.results.recommendations
    if not recommended:
        return []
    word = sentences.language.word
    blocks: list[Block] = [
        Heading(word("recommendations.heading")),
        Paragraph(word("recommendations.reads_as")),
    ]
    for theme, items in recommendations_by_theme(sentences):
        caption = word("recommendations.caption", theme=theme)
        rows = tuple(recommendation_cells(sentences, item) for item in items)
        table = Table(caption, recommendation_columns(sentences), rows)
        blocks += [Heading(theme, level=2), *_criteria(sentences, items), table]
        blocks += _measured(sentences, items)
    blocks += [
        Heading(word("recommendations.attention"), level=2),
        Paragraph(word("recommendations.edit")),
    ]
    left = [item for item in recommended if item.status not in _DONE]
    if left:
        still = tuple(_still(sentences, item) for item in left)
        blocks.append(Listing(still, tuple(plain(item.number) for item in left)))
    return blocks


def homes(sentences: Sentences) -> dict[str, list[Recommendation]]:
    """The recommendations by the form's theme that each belongs to, "" for none.

    Its own theme where the form has that; else that of the first measure it names.
    """
    form = sentences.results.form
    known = {theme.id: theme.id for theme in form.themes}
    found: dict[str, list[Recommendation]] = {}
    for item in sentences.results.recommendations:
        measured = (form.measure(name).theme for name in item.measures)
        theme = next((name for name in measured if name), known.get(item.theme, ""))
        found.setdefault(theme, []).append(item)
    return found


def recommendation_items(
    sentences: Sentences, items: Sequence[Recommendation]
) -> list[Block]:
    """Recommendations where their theme is, each with what the figures show."""
    if not items:
        return []
    word = sentences.language.word
    rows = {
        row.measure: row
        for group in sentences.groups[:1]
        for row in deciding(sentences.results, group)
    }
    texts: list[str] = []
    for item in items:  # a measure that several name is told with the first
        own = [rows.pop(name) for name in item.measures if name in rows]
        texts.append(_told(sentences, item, own))
    numbers = tuple(plain(item.number) for item in items)
    return [
        Heading(word("recommendations.here"), level=3),
        Listing(tuple(texts), numbers),
    ]


def _told(
    sentences: Sentences, item: Recommendation, rows: Sequence[ComparisonRow]
) -> str:
    """A recommendation in a line: status, text, who does what, what is measured."""
    word = sentences.language.word
    said = [
        word(
            "recommendations.item",
            number=plain(item.number),
            status=lowered(_status(sentences, item)),
            text=_ended(plain(item.text)),
        )
    ]
    doing = {
        "initiative": plain(item.initiative).rstrip("."),
        "responsible": plain(item.responsible).rstrip("."),
    }
    parts = [
        word(f"recommendations.{name}", text=text)
        for name, text in doing.items()
        if text
    ]
    if item.due:
        parts.append(word("recommendations.by", day=sentences.language.date(item.due)))
    if parts:
        told = sentences.language.listed(parts)
        said.append(_ended(told[:1].upper() + told[1:]))
    shown = [_shown(sentences, row) for row in rows if not row.is_withheld]
    if shown:
        # Each in a sentence of its own: together they would be too long to hold.
        keys = ["figures_show"] + ["figures_show_too"] * (len(shown) - 1)
        for key, measured in zip(keys, shown, strict=True):
            said.append(word(f"recommendations.{key}", measured=measured))
    return " ".join(said)


def _shown(sentences: Sentences, row: ComparisonRow) -> str:
    """What a row shows, within a sentence, with what makes it doubtful."""
    key = f"recommendations.shows.{row.verdict_key.removeprefix('verdict.')}"
    text = sentences.language.word(key, measure=sentences.quoted(row.measure))
    caveats = sentences.caveats(row) if row.is_decided else []
    return f"{text} ({'; '.join(caveats)})" if caveats else text


def _ended(text: str) -> str:
    """A text as a sentence: with a full stop, unless it ends in a mark of its own."""
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."


def elsewhere_blocks(sentences: Sentences) -> list[Block]:
    """The recommendations that no section of a theme has: a chapter of their own."""
    is_alone = len(sentences.groups) == 1 and not sentences.has_many_groups
    found = homes(sentences)
    items = found.get("", []) if is_alone else list(sentences.results.recommendations)
    if not items:
        return []
    key = "others" if len(items) < len(sentences.results.recommendations) else "heading"
    _, *listed = recommendation_items(sentences, items)
    return [Heading(sentences.language.word(f"recommendations.{key}")), *listed]


def recommendations_by_theme(
    sentences: Sentences,
) -> list[tuple[str, list[Recommendation]]]:
    """The recommendations under each theme's label, in the order of the themes."""
    recommended = sentences.results.recommendations
    labels = {
        theme.id: plain(sentences.language.label(theme))
        for theme in load_vocabulary().choices["theme"]
    }
    labels[""] = sentences.language.word("recommendations.no_theme")
    homes = [
        (label, [item for item in recommended if item.theme == theme])
        for theme, label in labels.items()
    ]
    return [(label, items) for label, items in homes if items]


def recommendation_columns(sentences: Sentences) -> tuple[Column, ...]:
    """The headings of `recommendation_cells`, with their widths."""
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


def recommendation_cells(sentences: Sentences, item: Recommendation) -> tuple[str, ...]:
    """Number, text, initiative, who, by when, status, evidence, as text."""
    language = sentences.language
    page = language.word("recommendations.page", page=plain(item.page))
    goals = [
        language.word(f"recommendations.{name}", text=plain(text))
        for name, text in (("staff", item.goal_staff), ("citizen", item.goal_citizen))
        if text
    ]
    result = language.word("recommendations.result", text=plain(item.result))
    return (
        plain(item.number),
        "\n".join([plain(item.text), *goals, *([page] if item.page else [])]),
        plain(item.initiative),
        plain(item.responsible),
        language.date(item.due) if item.due else "",
        "\n".join([_status(sentences, item), *([result] if item.result else [])]),
        ", ".join(_evidence(sentences, name) for name in item.evidence),
    )


def _evidence(sentences: Sentences, name: str) -> str:
    """A kind of evidence by its label; a source of the measurement by its own name."""
    kinds = {word.id: word for word in load_vocabulary().choices["evidence"]}
    return sentences.language.label(kinds[name]) if name in kinds else plain(name)


def _criteria(sentences: Sentences, items: list[Recommendation]) -> list[Block]:
    """What the Taskforce judges a theme by, where it says so."""
    theme = common_themes().get(items[0].theme)
    if theme is None or not theme.criteria:
        return []
    english = sentences.language.id == "en"
    told = "; ".join(theme.criteria_en if english else theme.criteria)
    return [Paragraph(sentences.language.word("recommendations.criteria", told=told))]


def _status(sentences: Sentences, item: Recommendation) -> str:
    return sentences.language.label(load_vocabulary().word("status", item.status))


def _measured(sentences: Sentences, items: list[Recommendation]) -> list[Block]:
    """What the measures that a theme names show, by group; of many, where it stands."""
    word = sentences.language.word
    wanted = {name for item in items for name in item.measures}
    if sentences.has_many_groups:
        return [Paragraph(word("groups.rest"))] if wanted else []
    blocks: list[Block] = []
    for group in sentences.groups or ("all",):
        figures = {
            row.measure: f"{sentences.counts(row)} {sentences.verdict(row)}."
            for row in deciding(sentences.results, group)
            if row.measure in wanted and not row.is_withheld
        }
        label = f"{sentences.group(group)}. " if len(sentences.groups) > 1 else ""
        if figures:
            blocks.append(Paragraph(f"{label}{word('recommendations.figures')}"))
            blocks.append(Listing(tuple(figures.values()), tuple(figures)))
    return blocks


def _still(sentences: Sentences, item: Recommendation) -> str:
    return sentences.language.word(
        "recommendations.still",
        number=plain(item.number),
        text=plain(item.text),
        status=_status(sentences, item),
    )
