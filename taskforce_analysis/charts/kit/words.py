"""The words of a figure: caption, sentences, cells, alt text and data, all alike.

Around a figure stand its title, Anm. (at most two lines: the level of the lines, what
was left out), what each superscript beside a verdict means, and Kilde. Methods and how
the cases were chosen stand in the document. The same sentences serve every chart. A
percentage that rests on too few cases, and what is withheld, is left out of the figure,
the alt text and the data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taskforce_analysis.charts.kit.scene import MeasureRow, Scene
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    Estimate,
    PhaseRate,
    State,
    beside,
)

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

LEFT_OUT = ("not_applicable", "missing", "not_assessable", "not_due", "unrecognised")
SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹"
_ROWS_TOLD = 12  # more rows than this are not in the alt text, but in the data


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What belongs to a figure in words and numbers; exists to travel with it.

    `data` holds the figures behind the picture with the reader's column names; `note`
    and `source` stand under the figure. `pages` is how many pages the chart fills.
    """

    title: str
    alt: str
    note: str
    source: str
    data: "pd.DataFrame" = field(repr=False)
    language: str = "da"
    pages: int = 1


@dataclass(frozen=True, kw_only=True)
class Caption:
    """The title over a figure and the texts under it, in the reader's language.

    `shown_title` may be empty where `title` is told all the same; `below` are the lines
    between the note and the source.
    """

    title: str
    shown_title: str
    note: str
    below: tuple[str, ...]
    source: str
    language: str

    def foot(self, *, notes: bool) -> tuple[str, ...]:
        """What stands under the figure; nothing without the notes."""
        texts = (self.note, *self.below, self.source)
        return tuple(text for text in texts if text and notes)

    def drawing(self, *, alt: str, data: "pd.DataFrame", pages: int = 1) -> Drawing:
        """What travels with the figure, also where the figure does not show it."""
        return Drawing(
            title=self.title,
            alt=alt,
            note=" ".join([self.note, *self.below]).strip(),
            source=self.source,
            data=data,
            language=self.language,
            pages=pages,
        )


def caption_of(
    results: "Results",
    language: Language,
    *,
    title: str,
    instead: str | None,
    sentences: Iterable[str],
    below: Sequence[str] = (),
    source: str = "",
) -> Caption:
    """The caption with the sentences as one note; the cases reviewed are the source.

    `instead` replaces the title, "" leaves it out.
    """
    said = (*sentences, _reversed_sentence(results, language))
    note = " ".join(sentence for sentence in said if sentence)
    return Caption(
        title=instead or title,
        shown_title=title if instead is None else instead,
        note=language.word("charts.note", text=note) if note else "",
        below=tuple(below),
        source=source or Sentences(results, language).source(),
        language=language.id,
    )


def _reversed_sentence(results: "Results", language: Language) -> str:
    """Which labels ask what no is the right answer to, so that nobody counts yes."""
    asked = set(results.tally["measure"])
    labels = [
        f"»{language.label(one)}«"
        for one in results.form.measures
        if one.is_label_reversed and one.id in asked
    ]
    if not labels:
        return ""
    return language.word("draft.label_reversed", measures=language.listed(labels))


def change_sentences(scene: Scene) -> list[str]:
    """What stands under a figure with differences."""
    return [
        cases_sentence(scene),
        intervals_sentence(scene),
        adjusted_sentence(scene),
        index_sentence(scene),
        few_sentence(scene),
        outside_sentence(scene),
        primary_sentence(scene),
    ]


def rate_sentences(scene: Scene) -> list[str]:
    """What stands under a figure with rates alone."""
    return [
        cases_sentence(scene),
        intervals_sentence(scene),
        few_sentence(scene),
        outside_sentence(scene),
        primary_sentence(scene),
    ]


def cases_sentence(scene: Scene) -> str:
    """How many cases each phase has, where the source does not say the same.

    It does of all groups and phases: "Gennemgåede sager: Analyse 20, Status 20.".
    """
    if scene.group == "all" and scene.phases == scene.results.phases:
        return ""
    told = [
        f"{label} {_number_of(phase, scene)}"
        for phase, label in zip(scene.phases, scene.labels, strict=True)
    ]
    return scene.word("cases", cases=", ".join(told))


def _number_of(phase: str, scene: Scene) -> str:
    units = [row.units for row in scene.tally if row.phase == phase]
    if not units and phase in set(scene.results.withheld["phase"]):
        return scene.word("state.withheld")
    return scene.language.number(max(units, default=0))


def few_sentence(scene: Scene) -> str:
    """That only counts are shown below so many cases, where that is the case."""
    states = {rate.state for row in scene.rows for rate in row.rates}
    least = scene.language.number(scene.results.settings.minimum_percent)
    told = [scene.word("few", count=least)] if State.FEW in states else []
    return " ".join(
        [*told, *([scene.word("withheld")] if State.WITHHELD in states else [])]
    )


def outside_sentence(scene: Scene) -> str:
    """What does not count in the shares; in the document stands how many it is."""
    left_out = sum(row.count(name) for row in scene.tally for name in LEFT_OUT)
    return scene.word("outside") if left_out else ""


def primary_sentence(scene: Scene) -> str:
    """What is dark and what is grey, where there are both."""
    kinds = {row.primary for row in scene.rows}
    return scene.word("primary") if len(kinds) > 1 else ""


def intervals_sentence(scene: Scene) -> str:
    """The level of the lines; their methods are named in the method note."""
    level = scene.language.percent(scene.results.settings.confidence)
    return scene.word("intervals", level=level)


def adjusted_sentence(scene: Scene) -> str:
    """At which level the differences were decided: those named to, else all."""
    whole = scene.results.settings.confidence
    rows = [row for row in scene.comparison if row.adjustment != "none"]
    own = [row for row in rows if row.confidence != whole]
    if not own:  # there is nothing to adjust for
        return ""
    which = "_all" if all(row.role == "unplanned" for row in own) else ""
    if any(row.adjustment == "holm" for row in own):
        return scene.word(f"stepwise{which}")
    level = own[0].confidence
    return scene.word(
        f"joint{which}",
        level=scene.language.percent_exact(level),
        whole=scene.language.percent_exact(whole),
        count=scene.language.cardinal(round((1 - whole) / (1 - level))),
    )


def index_sentence(scene: Scene) -> str:
    """What the uppermost row is, where a plan has an index, and at which level."""
    levels = [row.confidence for row in scene.comparison if row.is_index]
    if not levels:
        return ""
    return scene.word("index_note", level=scene.language.percent_exact(levels[0]))


def _codes_beside(row: ComparisonRow) -> list[str]:
    """What a verdict carries in a figure: first that the unknown could turn it."""
    if row.is_withheld:
        return []
    return [*(["not_robust"] if row.is_unsure else []), *row.reservations]


def _signs_of(rows: Iterable[MeasureRow]) -> dict[str, str]:
    """The codes that verdicts carry in a figure, each with its superscript."""
    codes = [code for row in rows if row.change for code in _codes_beside(row.change)]
    return dict(zip(dict.fromkeys(codes), SUPERSCRIPTS, strict=False))


def sign_sentences(scene: Scene) -> list[str]:
    """What each superscript means; a code without words of its own gets the general.

    Where it says that one measure is asked of some cases, it tells of how many.
    """
    return [
        " ".join(
            [sign, scene.word(f"mark.{_known(scene, code)}"), *_asked(scene, code)]
        )
        for code, sign in _signs_of(scene.rows).items()
    ]


def _asked(scene: Scene, code: str) -> list[str]:
    """In how many cases each measure with this code was asked, before and after."""
    if code not in ("conditional", "condition_changed"):
        return []
    labels = {
        row.measure.id: row.label
        for row in scene.rows
        if row.change and code in row.change.reservations
    }
    counts = {
        name: " \u2192 ".join(
            scene.language.count_of(side.compliant, side.applicable)
            for side in row.sides
        )
        for name in labels
        for row in beside(scene.results, scene.group, name)
        if row.basis == "condition"
    }
    # Of several the table of the theme tells it, measure by measure.
    alone = counts.values() if len(labels) == 1 else ()
    return [scene.word("asked", counts=one) for one in alone]


def _known(scene: Scene, code: str) -> str:
    return code if scene.language.has(f"charts.mark.{code}") else "other"


def rate_cells(rate: PhaseRate, language: Language) -> tuple[str, str]:
    """The count and the percentage: ("8 ud af 20", "40 %")."""
    if not rate.applicable:
        return language.word(f"charts.state.{rate.state}"), ""
    count = language.count_of(rate.compliant, rate.applicable)
    if rate.is_mean:
        count = language.word("charts.mean_of", units=language.number(rate.applicable))
    if rate.rate is None:
        return count, language.word("no_rate")
    return count, language.percent(rate.rate)


def counts_then(row: MeasureRow, language: Language) -> str:
    """The counts of all phases in a row: "8 ud af 20 → 14 ud af 20"."""
    return " → ".join(rate_cells(rate, language)[0] for rate in row.rates)


def _span(difference: Estimate, language: Language) -> str:
    """The difference with its limits in points: "+30 (−2 til +58)"."""
    value, low, high = map(language.signed, difference)
    return language.word("charts.span", value=value, low=low, high=high)


def _verdict(
    change: ComparisonRow, language: Language, signs: Mapping[str, str]
) -> str:
    """The verdict with its superscripts, and the reason where there is none."""
    own = {signs[code] for code in _codes_beside(change) if code in signs}
    beside = " ".join(sorted(own, key=SUPERSCRIPTS.index))
    label = language.word(change.verdict_key)
    if change.is_exploratory and change.verdict == "uncertain":
        label = language.word("report.verdict_open")  # what grey means is in the note
    verdict = f"{label} {beside}".strip()
    key = f"charts.reason.{change.decided_by}"
    reason = language.word(key) if language.has(key) else ""
    return f"{verdict}: {reason}" if reason else verdict


def aside(row: MeasureRow, scene: Scene) -> tuple[str, ...]:
    """The words beside a row: the difference where it is shown, and the verdict."""
    if row.change is None:
        return ()
    verdict = _verdict(row.change, scene.language, _signs_of(scene.rows))
    found = row.change.shown_difference
    return (_span(found, scene.language), verdict) if found else (verdict,)


def alt_of(title: str, scene: Scene, *, verdicts: bool) -> str:
    """The figure in words: the title, the verdicts counted, and the rows if few."""
    counted = scene.word("alt.measures", count=scene.language.number(len(scene.rows)))
    told = [_told(row, scene, verdicts=verdicts) for row in scene.rows]
    if len(told) > _ROWS_TOLD:
        told = [scene.word("alt.table")]
    parts = [f"{title}.", counted, *(_verdicts(scene) if verdicts else ()), *told]
    return " ".join(part for part in parts if part)


def _verdicts(scene: Scene) -> list[str]:
    found = [
        scene.language.word(row.change.verdict_key) for row in scene.rows if row.change
    ]
    number = scene.language.number
    return [f"{one}: {number(found.count(one))}." for one in dict.fromkeys(found)]


def _told(row: MeasureRow, scene: Scene, *, verdicts: bool) -> str:
    parts = [
        f"{label} {_in_brackets(rate_cells(rate, scene.language))}"
        for label, rate in zip(scene.labels, row.rates, strict=True)
    ]
    if verdicts and row.change:
        if found := row.change.shown_difference:
            told = _span(found, scene.language)
            parts.append(scene.word("alt.difference", span=told))
        verdict = _verdict(row.change, scene.language, signs={})
        parts.append(verdict[:1].lower() + verdict[1:])
    return f"{row.label}: {', '.join(parts)}."


def _in_brackets(cells: tuple[str, str]) -> str:
    count, percent = cells
    return f"{count} ({percent})" if any(one.isdigit() for one in percent) else count


# The figures behind a picture, a row per measure. Rates and differences are shares;
# what is withheld or was not asked is empty, exactly as in the picture.


def rates_frame(scene: Scene) -> "pd.DataFrame":
    """Theme, measure, and per phase the counts, the rate and its interval."""
    import pandas as pd

    columns: dict[str, pd.Series] = {
        scene.word("column.theme"): pd.Series([row.theme for row in scene.rows]),
        scene.word("column.measure"): pd.Series([row.label for row in scene.rows]),
    }
    for number, label in enumerate(scene.labels):
        rates = [row.rates[number] for row in scene.rows]
        for name, values in _rate_columns(rates).items():
            columns[f"{scene.word(f'column.{name}')}, {label}"] = values
    return pd.DataFrame(columns)


def _rate_columns(rates: Sequence[PhaseRate]) -> "dict[str, pd.Series]":
    import pandas as pd

    spans = [rate.interval for rate in rates]
    counts = {
        "compliant": [rate.compliant if rate.has_counts else None for rate in rates],
        "applicable": [rate.applicable if rate.has_counts else None for rate in rates],
    }
    shares = {
        "rate": [rate.rate for rate in rates],
        "rate_low": [span and span.low for span in spans],
        "rate_high": [span and span.high for span in spans],
    }
    return {
        name: pd.Series(values, dtype="Int64") for name, values in counts.items()
    } | {name: pd.Series(values, dtype="float64") for name, values in shares.items()}


def change_frame(scene: Scene) -> "pd.DataFrame":
    """The rates with the difference, its interval and the verdict beside."""
    frame = rates_frame(scene)
    changes = [row.change for row in scene.rows]
    shown = [one and one.shown_difference for one in changes]
    columns = {
        "difference": [one and one.value for one in shown],
        "difference_low": [one and one.low for one in shown],
        "difference_high": [one and one.high for one in shown],
    }
    for name, shares in columns.items():
        frame[scene.word(f"column.{name}")] = shares
    verdicts = [scene.language.word(one.verdict_key) if one else "" for one in changes]
    return frame.assign(**{scene.word("column.verdict"): verdicts})
