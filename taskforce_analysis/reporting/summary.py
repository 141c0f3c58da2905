"""The first lines of a report: what came out, no surer than the cases allow.

How many measures went which way, the measures that decide, and the rest named. With
measures chosen beforehand those are told; otherwise those that stand out, both ways.
"""

from collections import Counter
from typing import Any, NamedTuple

from taskforce_analysis.reporting.rows import crude, is_withheld
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.tabulating import cases_of
from taskforce_analysis.results import Results
from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.texts import plain

BEYOND = ("improved", "worsened")
_MOST_TOLD = 8


class Said(NamedTuple):
    """One sentence, and the measure that it is about, if it is about one."""

    text: str
    measure: str = ""


def summary(sentences: Sentences, group: str) -> list[str]:
    """The summary sentences of one group, most important first."""
    return [one.text for one in summary_items(sentences, group)]


def summary_items(
    sentences: Sentences, group: str, *, most: int = _MOST_TOLD
) -> list[Said]:
    """The summary sentences, at most so many on a measure, with what they are about."""
    results = sentences.results
    rows = list(crude(results.comparison, group).itertuples(index=False))
    said = [Said(sentences.word("summary.cases", cases=cases_of(sentences, group)))]
    if not rows:
        return [*said, Said(sentences.word("summary.one_phase"))]
    told = told_first(rows)
    said += [Said(count_of_verdicts(sentences, rows))] if len(rows) > 1 else []
    said += [Said(sentences.told(row), str(row.measure)) for row in told[:most]]
    if len(told) > most:
        said.append(Said(sentences.word("summary.more")))
    return said


def told_first(rows: "list[Any]") -> "list[Any]":
    """The rows that a summary tells: those chosen beforehand, else those beyond chance.

    With neither, the summary tells the undecided ones: silence would read as no change.
    """
    rows = [row for row in rows if not is_withheld(row)]
    chosen = [row for row in rows if str(row.primary) == "True"]
    beyond = [row for row in rows if row.verdict in BEYOND]
    return chosen or beyond or [row for row in rows if row.verdict == "uncertain"]


def count_of_verdicts(sentences: Sentences, rows: "list[Any]") -> str:
    """How many measures got each verdict, in one sentence."""
    language = sentences.language
    seen = Counter(row.verdict for row in rows if not is_withheld(row))
    decided = any(seen[verdict] for verdict in (*BEYOND, "uncertain"))
    parts = []
    for verdict in VERDICTS:
        if seen[verdict]:
            number = language.number(seen[verdict])
            parts.append(sentences.counted(f"summary.{verdict}", number))
        elif decided and verdict in BEYOND:
            parts.append(sentences.word(f"summary.{verdict}_none"))
    hidden = sum(map(is_withheld, rows))
    if hidden:
        parts.append(language.counted("disclosure.summary", language.number(hidden)))
    if hidden == len(rows):
        total = language.number(hidden)
        return language.counted("disclosure.all_withheld", total)
    key = "summary.verdicts" if decided else "summary.no_verdicts"
    total = language.number(len(rows))
    return sentences.word(key, all=total, verdicts=language.listed(parts))


def subtitle(results: Results, sentences: Sentences) -> str:
    """The form's title, for whom, and which phases."""
    form = results.form
    english = sentences.language.id == "en" and form.title_en
    parts = [form.title_en if english else form.title, results.measurement.municipality]
    return ", ".join(plain(part) for part in parts if part)
