"""A rate, a difference and a verdict in words: the same in figure, alt text and data.

A percentage that rests on too few cases is withheld in all three.
"""

from collections.abc import Mapping

from taskforce_analysis.charts._layout import Block
from taskforce_analysis.charts._notes import SUPERSCRIPTS, marks_of
from taskforce_analysis.charts._rows import (
    ABSENT,
    FEW,
    NONE,
    UNCOUNTED,
    WITHHELD,
    Change,
    Rate,
    Row,
)
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.languages import Language

ASIDE = 3.75  # the width of the verdict's words: two lines for the longest
_TOLD = 12


def rate_cells(rate: Rate, language: Language) -> tuple[str, str]:
    """The count and the percentage: ("8 ud af 20", "40 %")."""
    if rate.state in (ABSENT, NONE, UNCOUNTED, WITHHELD):
        return language.word(f"charts.state.{rate.state}"), ""
    count = language.count_of(rate.compliant, rate.applicable)
    few = rate.state == FEW
    return count, language.word("no_rate") if few else language.percent(rate.rate)


def counts_then(row: Row, language: Language) -> str:
    """The counts of all phases in a row: "8 ud af 20 → 14 ud af 20"."""
    return " → ".join(rate_cells(rate, language)[0] for rate in row.rates)


def span(change: Change, language: Language) -> str:
    """The difference with its limits in points: "+30 (−2 til +58)"."""
    values = {"value": change.difference, "low": change.low, "high": change.high}
    signed = {name: language.signed(share) for name, share in values.items()}
    return language.word("charts.span", **signed)


def verdict_label(verdict: str, language: Language) -> str:
    """A verdict in words; that it is withheld, where disclosure control said so."""
    key = f"verdict.{verdict}"
    return language.word(key if language.has(key) else "charts.withheld_verdict")


def verdict_words(change: Change, language: Language, signs: Mapping[str, str]) -> str:
    """The verdict with its marks, and the reason where there is none."""
    marks = " ".join(
        sorted(
            {signs[code] for code in change.marks if code in signs},
            key=SUPERSCRIPTS.index,
        )
    )
    verdict = f"{verdict_label(change.verdict, language)} {marks}".strip()
    key = f"charts.reason.{change.decided_by}"
    reason = language.word(key) if language.has(key) else ""
    return f"{verdict}: {reason}" if reason else verdict


def rate_block(row: Row, scene: Scene, beside: tuple[str, ...] = ()) -> Block:
    """A measure with a line per phase: its label, the count and the percentage."""
    cells = [rate_cells(rate, scene.language) for rate in row.rates]
    lines = zip(scene.labels, cells, strict=True)
    return Block(
        label=row.label,
        theme=row.theme,
        strong=row.primary,
        lines=tuple((label, *cell) for label, cell in lines),
        aside=beside,
    )


def aside(row: Row, scene: Scene) -> tuple[str, ...]:
    """The words beside a row: the difference where it is shown, and the verdict."""
    if row.change is None:
        return ()
    words = verdict_words(row.change, scene.language, marks_of(scene.rows))
    return (
        (span(row.change, scene.language), words) if row.change.is_shown else (words,)
    )


def alt_of(title: str, scene: Scene, *, verdicts: bool) -> str:
    """The figure in words: the title, the verdicts counted, and the rows if few."""
    counted = scene.word("alt.measures", count=scene.language.number(len(scene.rows)))
    told = [_told(row, scene, verdicts=verdicts) for row in scene.rows]
    if len(told) > _TOLD:
        told = [scene.word("alt.table")]
    parts = [f"{title}.", counted, *(_verdicts(scene) if verdicts else ()), *told]
    return " ".join(part for part in parts if part)


def _verdicts(scene: Scene) -> list[str]:
    found = [row.change.verdict for row in scene.rows if row.change]
    number = scene.language.number
    return [
        f"{verdict_label(one, scene.language)}: {number(found.count(one))}."
        for one in dict.fromkeys(found)
    ]


def _told(row: Row, scene: Scene, *, verdicts: bool) -> str:
    parts = [
        f"{label} {_in_brackets(rate_cells(rate, scene.language))}"
        for label, rate in zip(scene.labels, row.rates, strict=True)
    ]
    if verdicts and row.change:
        if row.change.is_shown:
            points = span(row.change, scene.language)
            parts.append(scene.word("alt.difference", span=points))
        words = verdict_words(row.change, scene.language, {})
        parts.append(words[:1].lower() + words[1:])
    return f"{row.label}: {', '.join(parts)}."


def _in_brackets(cells: tuple[str, str]) -> str:
    count, percent = cells
    return f"{count} ({percent})" if any(one.isdigit() for one in percent) else count
