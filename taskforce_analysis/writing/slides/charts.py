"""What the slides' charts show: rates before and after, and verdicts by theme."""

from dataclasses import dataclass
from typing import Any

from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.writing.rows import is_withheld
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.texts import plain

_MOST_DRAWN = 6
SIDES = ("before", "after")


@dataclass(frozen=True)
class Series:
    """One series: its name, a value per category (None is not drawn), its labels."""

    name: str
    values: tuple[float | None, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SlideChart:
    """A chart on a slide of its own: what it shows, its alt text and its notes.

    `ranks` are the places of the series among all there may be, for their colours.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    number_format: str
    stacked: bool
    ranks: tuple[int, ...]
    alt: str
    under: str
    notes: tuple[str, ...]


def rates_chart(sentences: Sentences, rows: list[Any]) -> SlideChart:
    """The rates of the measures chosen beforehand, else of the first, per phase."""
    language = sentences.language
    shown = [row for row in rows if not is_withheld(row)]
    chosen = [row for row in shown if str(row.primary) == "True"] or shown
    drawn = [row for row in chosen if _is_drawn(sentences, row)][:_MOST_DRAWN]
    primary = any(str(row.primary) == "True" for row in drawn)
    phases = {"before": sentences.results.before, "after": sentences.results.after}
    names = {side: sentences.phase(phases[side]) for side in SIDES}
    minimum = language.number(sentences.results.settings.minimum_percent)
    counted = " ".join(map(sentences.counts, drawn))
    told = list(map(sentences.told, chosen))
    if len(drawn) < len(chosen):
        told.append(language.word("pptx.few", minimum=minimum))
    return SlideChart(
        title=language.word(f"pptx.chart_{'primary' if primary else 'first'}"),
        categories=tuple(sentences.measure(str(row.measure)) for row in drawn),
        series=tuple(
            _rates(sentences, drawn, side=side, name=names[side]) for side in SIDES
        ),
        axis=language.word("pptx.axis"),
        number_format=language.word("percent", number="0"),
        stacked=False,
        ranks=(0, 1),
        alt=language.word("pptx.alt_rates", **names, told=counted),
        under=" ".join(_verdict(sentences, row) for row in drawn),
        notes=tuple(told),
    )


def verdicts_chart(sentences: Sentences, rows: list[Any]) -> SlideChart:
    """How many measures of each theme got each verdict."""
    language = sentences.language
    shown = [row for row in rows if not is_withheld(row)]
    homes = _by_theme(sentences, shown)
    present = {row.verdict for row in shown}
    verdicts = [verdict for verdict in VERDICTS if verdict in present]
    series = tuple(_counted(sentences, verdict, homes) for verdict in verdicts)
    told = tuple(
        f"{name}: "
        + language.listed([f"{one.labels[at]} {one.name.lower()}" for one in series])
        + "."
        for at, name in enumerate(homes)
    )
    return SlideChart(
        title=language.word("pptx.chart_verdicts"),
        categories=tuple(homes),
        series=series,
        axis=language.word("pptx.number"),
        number_format="0",
        stacked=True,
        ranks=tuple(VERDICTS.index(verdict) for verdict in verdicts),
        alt=language.word("pptx.alt_verdicts", told=" ".join(told)),
        under=sentences.word("summary.reads_as"),
        notes=told,
    )


def _is_drawn(sentences: Sentences, row: Any) -> bool:
    counts = (row.applicable_before, row.applicable_after)
    return all(map(sentences.has_percent, counts))


def _rates(sentences: Sentences, rows: list[Any], *, side: str, name: str) -> Series:
    counts = [
        (
            int(getattr(row, f"compliant_{side}")),
            int(getattr(row, f"applicable_{side}")),
        )
        for row in rows
    ]
    return Series(
        name,
        tuple(part / whole for part, whole in counts),
        tuple(sentences.language.count_of(*pair) for pair in counts),
    )


def _verdict(sentences: Sentences, row: Any) -> str:
    return f"{sentences.measure(str(row.measure))}: {sentences.verdict(row)}."


def _by_theme(sentences: Sentences, rows: list[Any]) -> dict[str, list[str]]:
    """The verdicts of each theme's measures, by the theme's label, in order."""
    form, language = sentences.results.form, sentences.language
    labels = {theme.id: plain(language.label(theme)) for theme in form.themes}
    labels[""] = sentences.word("heading.no_theme")
    found: dict[str, list[str]] = {label: [] for label in labels.values()}
    for row in rows:
        found[labels[form.measure(str(row.measure)).theme]].append(row.verdict)
    return {label: verdicts for label, verdicts in found.items() if verdicts}


def _counted(sentences: Sentences, verdict: str, homes: dict[str, list[str]]) -> Series:
    counts = [verdicts.count(verdict) for verdicts in homes.values()]
    return Series(
        sentences.language.word(f"verdict.{verdict}"),
        tuple(count or None for count in counts),
        tuple(sentences.language.number(count) for count in counts),
    )
