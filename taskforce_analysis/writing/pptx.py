"""Three or four slides for a meeting, with charts that can be edited as charts.

What was measured; the measures that decide, before and after; what the measures of
each theme show; how to read it. The charts hold aggregates alone: below the smallest
number for a percentage a measure is not drawn, and nothing withheld is in them.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.groups import (
    are_many,
    elsewhere,
    group_label,
    lines_by_group,
)
from taskforce_analysis.writing.notes import selection
from taskforce_analysis.writing.outline import author_of, notice, title_of
from taskforce_analysis.writing.rows import crude
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.summary import count_of_verdicts, subtitle
from taskforce_analysis.writing.tabulating import cases_of

if TYPE_CHECKING:
    from taskforce_analysis.writing.slides.charts import SlideChart


@writer("report", ".pptx", label={"da": "Præsentation", "en": "Slides"})
def write_pptx(results: Results, path: Path, language: Language) -> None:
    """Write the slides as .pptx: native charts of the aggregates, with notes."""
    from taskforce_analysis.writing.slides.charts import rates_chart, verdicts_chart
    from taskforce_analysis.writing.slides.deck import Deck

    sentences = Sentences(results, language)
    deck = Deck(title_of(sentences), author_of(results), language)
    deck.opening(subtitle(results, sentences), _opening(sentences))
    if len(sentences.groups) > 1 and not are_many(sentences):
        deck.text(sentences.word("heading.summary"), list(lines_by_group(sentences)))
    for group in () if are_many(sentences) else sentences.groups:
        rows = list(crude(results.comparison, group).itertuples(index=False))
        for chart in (rates_chart(sentences, rows), verdicts_chart(sentences, rows)):
            if chart.categories:
                deck.chart(_named(chart, sentences, group))
    deck.text(language.word("pptx.reading"), _reading(sentences))
    deck.save(path)


def _named(chart: "SlideChart", sentences: Sentences, group: str) -> "SlideChart":
    if len(sentences.groups) == 1:
        return chart
    return replace(chart, title=f"{chart.title}: {group_label(sentences, group)}")


def _opening(sentences: Sentences) -> list[str]:
    if len(sentences.groups) > 1:
        return [elsewhere(sentences), notice(sentences)]
    group = next(iter(sentences.groups), "all")
    rows = list(crude(sentences.results.comparison, group).itertuples(index=False))
    cases = sentences.word("summary.cases", cases=cases_of(sentences, group))
    return [cases, _told(sentences, rows), notice(sentences)]


def _told(sentences: Sentences, rows: "list[Any]") -> str:
    if not rows:
        return sentences.word("summary.one_phase")
    if len(rows) == 1:
        return sentences.told(rows[0])
    return count_of_verdicts(sentences, rows)


def _reading(sentences: Sentences) -> list[str]:
    values = {"level": sentences.percent_exact(sentences.results.settings.confidence)}
    keys = ("verdicts", "uncertain", "cause")
    guide = [sentences.word(f"guide.{key}", **values) for key in keys]
    return [*guide, *selection(sentences.results, sentences.language)]
