"""The first lines of a report: what came out, no surer than the cases allow.

How many measures went which way, the measures that decide, and the rest named. With
measures chosen beforehand those are told and counted; otherwise at most three that
stand out, as not chosen, and how many chance alone would bring.
Several groups are each told by name, and none stands for the rest; where they are many,
each has a line, and a sentence says where the rest stands.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from taskforce_analysis.reporting.blocks import Block, Heading, Listing, Paragraph
from taskforce_analysis.reporting.explanations import chance
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import (
    BEYOND,
    DECIDED,
    ComparisonRow,
    deciding,
    index_rows,
)
from taskforce_analysis.tables import VERDICTS

_MOST_TOLD = 8
_MOST_UNPLANNED = 3
_IN_A_LINE = 2  # the cases, and how many measures went which way


class SummaryItem(NamedTuple):
    """One sentence, and the measure that it is about, if it is about one."""

    text: str
    measure: str = ""


def summary_blocks(sentences: Sentences) -> list[Block]:
    """The summary: each group under its name, or a line each where they are many."""
    if sentences.has_many_groups:
        rest = sentences.language.word("groups.rest")
        return [Listing(lines_by_group(sentences)), Paragraph(rest)]
    blocks: list[Block] = []
    for group in sentences.groups or ("all",):
        if len(sentences.groups) > 1:
            blocks.append(Heading(sentences.group(group), level=2))
        first, *others = summary_items(sentences, group)
        texts = tuple(item.text for item in others)
        measures = tuple(item.measure for item in others)
        blocks += [Paragraph(first.text), Listing(texts, measures)]
    return blocks


def lines_by_group(sentences: Sentences) -> tuple[str, ...]:
    """A line per group: its cases, and how many measures went which way."""
    lines = []
    for group in sentences.groups or ("all",):
        items = summary_items(sentences, group, most=1)[:_IN_A_LINE]
        said = " ".join(item.text for item in items)
        lines.append(f"{sentences.group(group)}: {said}")
    return tuple(lines)


def elsewhere(sentences: Sentences) -> str:
    """How many groups there are, and where the results of each stand."""
    count = sentences.language.number(len(sentences.groups))
    return sentences.language.word("groups.elsewhere", count=count)


def summary_items(
    sentences: Sentences, group: str, *, most: int = _MOST_TOLD
) -> list[SummaryItem]:
    """The summary of one group, most important first, at most so many on a measure."""
    rows = deciding(sentences.results, group)
    cases = sentences.word("summary.cases", cases=sentences.cases(group))
    if not rows:
        one_phase = sentences.word("summary.one_phase")
        return [SummaryItem(cases), SummaryItem(one_phase)]
    items = [SummaryItem(cases)]
    if index := index_texts(sentences, group):
        rest = [sentences.word("index.summary"), sentences.word("summary.more")]
        return [*items, *map(SummaryItem, [*index, *rest])]
    if len(rows) > 1:
        items.append(SummaryItem(count_of_verdicts(sentences, rows)))
    told = summary_rows(rows)
    stand_out = _standing_out(told)
    shown = stand_out or told[:most]
    items += [SummaryItem(sentences.told(row), row.measure) for row in shown[:most]]
    if stand_out:
        items += [SummaryItem(text) for text in chance(sentences)]
    if len(told) > len(shown):
        items.append(SummaryItem(sentences.word("summary.more")))
    untold = {row.measure for row in rows} - {row.measure for row in shown[:most]}
    items += [
        SummaryItem(sentences.unseen(row), row.measure)
        for row in rows
        if row.measure in untold and row.is_assessable_changed
    ][:most]
    return items


def index_texts(sentences: Sentences, group: str) -> list[str]:
    """What is told of a plan's index, which decides; nothing without one."""
    return [
        text
        for row in index_rows(sentences.results, group)
        for text in [
            sentences.index(row) if row.is_headline else sentences.index_whole(row)
        ]
        if text
    ]


def _standing_out(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """Without a plan the few that stand out most, as what they are: not chosen.

    Of many compared some stand out by chance, and were named because they do.
    """
    if len(rows) < 2 or any(row.role != "unplanned" for row in rows):
        return []
    beyond = [row for row in rows if row.is_beyond_chance and row.p_value is not None]
    beyond.sort(key=lambda row: row.p_value or 0.0)
    return [replace(row, role="exploratory") for row in beyond[:_MOST_UNPLANNED]]


def summary_rows(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """The rows that a summary tells: those chosen beforehand, else those beyond chance.

    With neither, the summary tells the undecided ones: silence would read as no change.
    """
    shown = [row for row in rows if not row.is_withheld]
    chosen = [row for row in shown if row.is_primary]
    beyond = [row for row in shown if row.is_beyond_chance]
    return chosen or beyond or [row for row in shown if row.verdict == "uncertain"]


def count_of_verdicts(sentences: Sentences, rows: Sequence[ComparisonRow]) -> str:
    """How many measures got each verdict, in one sentence.

    And what the verdicts are about where all cases were reviewed; whose limit changed.
    """
    language = sentences.language
    shown = [row for row in rows if not row.is_withheld]
    hidden = len(rows) - len(shown)
    if hidden == len(rows):
        total = language.number(hidden)
        return language.counted("disclosure.all_withheld", total)
    planned = [row for row in shown if not row.is_exploratory]
    has_plan = bool(planned) and len(planned) < len(shown)
    seen = Counter(row.verdict for row in planned or shown)
    decided = any(seen[verdict] for verdict in DECIDED)
    parts = []
    for verdict in VERDICTS:
        if seen[verdict]:
            number = language.number(seen[verdict])
            parts.append(sentences.counted(f"summary.{verdict}", number))
        elif decided and verdict in BEYOND:
            parts.append(sentences.word(f"summary.{verdict}_none"))
    if hidden:
        parts.append(language.counted("disclosure.summary", language.number(hidden)))
    key = "summary.verdicts" if decided else "summary.no_verdicts"
    key += "_of_plan" if has_plan else ""
    total = language.number(len(planned) + hidden if planned else len(rows))
    said = [sentences.word(key, all=total, verdicts=language.listed(parts))]
    if has_plan:
        said.append(sentences.word("summary.exploratory"))
    decisions = [row for row in shown if row.is_decided]
    if decisions and all(map(sentences.known, decisions)):
        said.append(sentences.word("summary.census"))
    moved = [row for row in shown if row.is_limit_changed]
    for row in moved[:_MOST_TOLD]:
        alike = "alike" if row.basis == "limit:before" else "moved"
        values = {"measure": sentences.measure(row.measure)}
        values["changes"] = sentences.changes(row)
        said.append(sentences.word(f"summary.limit_{alike}", **values))
    return " ".join(said)
