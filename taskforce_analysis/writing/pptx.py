"""Three or four slides for a meeting, with charts that can be edited as charts.

What was measured; the measures that decide, before and after; what the measures of
each theme show; how to read it. The charts hold aggregates alone: below the smallest
number for a percentage a measure is not drawn, and nothing withheld is in them.
"""

from pathlib import Path

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.notes import selection
from taskforce_analysis.writing.outline import author_of, notice, title_of
from taskforce_analysis.writing.rows import crude
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.summary import count_of_verdicts, subtitle
from taskforce_analysis.writing.tabulating import cases_of


@writer("report", ".pptx", label={"da": "Præsentation", "en": "Slides"})
def write_pptx(results: Results, path: Path, language: Language) -> None:
    """Write the slides as .pptx: native charts of the aggregates, with notes."""
    from taskforce_analysis.writing.slides.charts import rates_chart, verdicts_chart
    from taskforce_analysis.writing.slides.deck import Deck

    sentences = Sentences(results, language)
    groups = sentences.groups
    group = groups[0] if groups else "all"
    deck = Deck(title_of(sentences), author_of(results), language)
    deck.opening(subtitle(results, sentences), _opening(sentences, group))
    rows = list(crude(results.comparison, group).itertuples(index=False))
    if rows:
        deck.chart(rates_chart(sentences, rows))
        deck.chart(verdicts_chart(sentences, rows))
    deck.text(language.word("pptx.reading"), _reading(sentences))
    deck.save(path)


def _opening(sentences: Sentences, group: str) -> list[str]:
    rows = list(crude(sentences.results.comparison, group).itertuples(index=False))
    cases = sentences.word("summary.cases", cases=cases_of(sentences, group))
    told = count_of_verdicts(sentences, rows) if rows else ""
    told = told or sentences.word("summary.one_phase")
    return [cases, told, notice(sentences)]


def _reading(sentences: Sentences) -> list[str]:
    values = {"level": sentences.percent_exact(sentences.results.settings.confidence)}
    keys = ("verdicts", "uncertain", "cause")
    guide = [sentences.word(f"guide.{key}", **values) for key in keys]
    return [*guide, *selection(sentences.results, sentences.language)]
