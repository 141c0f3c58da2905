"""Several groups in one report: each is told by its name, and none stands for the rest.

Where there is one group, nothing is named. Up to `MOST_FIGURES` groups have sentences
and pictures of their own; where there are more, each has a line, and a sentence says
where the rest stands.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from taskforce_analysis.reporting.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Table,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import Said, summary_items
from taskforce_analysis.reporting.timing import timing
from taskforce_analysis.texts import plain

MOST_FIGURES = 6  # one figure for all groups where there are more
_SHORT = 2  # the cases, and how many measures went which way


class Told(NamedTuple):
    """A group's name in the report, empty for the only one, and what is said of it."""

    label: str
    said: list[Said]


def group_label(sentences: Sentences, group: str) -> str:
    """A group's name as the reader knows it; that of all cases is a word of its own."""
    return sentences.word("all_groups") if group == "all" else plain(group)


def are_many(sentences: Sentences) -> bool:
    """Whether there are too many groups to tell each of them whole."""
    return len(sentences.groups) > MOST_FIGURES


def told_by_group(sentences: Sentences) -> list[Told]:
    """The summary of each group, the groups in their order."""
    groups = sentences.groups or ("all",)
    if len(groups) == 1:
        return [Told("", summary_items(sentences, groups[0]))]
    return [
        Told(group_label(sentences, group), summary_items(sentences, group))
        for group in groups
    ]


def summary_blocks(sentences: Sentences) -> list[Block]:
    """The summary: each group under its name, or a line each where they are many."""
    if are_many(sentences):
        rest = sentences.language.word("groups.rest")
        return [Listing(lines_by_group(sentences)), Paragraph(rest)]
    return [block for one in told_by_group(sentences) for block in _whole(one)]


def _whole(told: Told) -> Iterator[Block]:
    first, *others = told.said
    if told.label:
        yield Heading(told.label, level=2)
    yield Paragraph(first.text)
    yield Listing(
        tuple(one.text for one in others), tuple(one.measure for one in others)
    )


def lines_by_group(sentences: Sentences) -> tuple[str, ...]:
    """A line per group: its cases, and how many measures went which way."""
    told = {
        group_label(sentences, group): summary_items(sentences, group, most=1)
        for group in sentences.groups or ("all",)
    }
    return tuple(
        f"{label}: {' '.join(one.text for one in said[:_SHORT])}"
        for label, said in told.items()
    )


def elsewhere(sentences: Sentences) -> str:
    """How many groups there are, and where the results of each stand."""
    count = sentences.language.number(len(sentences.groups))
    return sentences.language.word("groups.elsewhere", count=count)


def timing_blocks(sentences: Sentences) -> list[Block]:
    """The chapter about days: a table per group, and curves unless groups are many."""
    groups = sentences.groups or ("all",)
    if len(groups) == 1:
        return timing(sentences, groups[0])
    blocks = [block for group in groups for block in _timed(sentences, group)]
    if not blocks:
        return []
    heading = Heading(sentences.language.word("timing.heading"))
    without = Paragraph(sentences.language.word("groups.no_curves"), role="small")
    return [heading, *blocks, *([without] if are_many(sentences) else [])]


def _timed(sentences: Sentences, group: str) -> Iterator[Block]:
    label = group_label(sentences, group)
    shown = (Table,) if are_many(sentences) else (Table, Picture)
    for block in timing(sentences, group):
        if isinstance(block, Heading):
            yield Heading(label, level=2)
        elif isinstance(block, shown):
            yield replace(block, caption=f"{block.caption}: {label}")
