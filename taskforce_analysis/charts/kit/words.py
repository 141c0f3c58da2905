"""A rate, a difference and a verdict in words: the same in figure, alt text and data.

A percentage that rests on too few cases is withheld in all three.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from taskforce_analysis.charts.kit.layout import Block
from taskforce_analysis.charts.kit.scene import (
    ABSENT,
    FEW,
    NONE,
    UNCOUNTED,
    WITHHELD,
    Change,
    Rate,
    Row,
    Scene,
)
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results


# FOLDED charts._notes
#
# The words under a figure: Anm. with what the reader must know, then Kilde.
#
# Cases per phase, what was left out of the percentages, the method and its level
# named once, what a mark beside a verdict means. The same sentences serve every
# chart.

LEFT_OUT = ("not_applicable", "missing", "not_assessable", "not_due", "unrecognised")
SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹"
_FILES_NAMED = 3


def note_of(language: Language, sentences: Iterable[str]) -> str:
    """The sentences as one note; empty without any."""
    text = " ".join(sentence for sentence in sentences if sentence)
    return language.word("charts.note", text=text) if text else ""


def source_of(results: "Results", language: Language) -> str:
    """Where the figures come from: the workbooks, or how many, and the municipality."""
    names = [source.file for source in results.sources]
    files = language.listed(names)
    if len(names) > _FILES_NAMED:
        files = language.word("charts.workbooks", count=language.number(len(names)))
    place = results.measurement.municipality
    key = "charts.source_place" if place else "charts.source"
    return language.word(key, files=files, municipality=place)


def cases_sentence(scene: Scene) -> str:
    """How many cases each phase has: "Gennemgåede sager: Analyse 20, Status 20."."""
    units = scene.tally.groupby("phase")["units"].max().dropna()
    told = [
        f"{label} {_number_of(units.get(phase), phase, scene)}"
        for phase, label in zip(scene.phases, scene.labels, strict=True)
    ]
    return scene.word("cases", cases=", ".join(told))


def _number_of(units: float | None, phase: str, scene: Scene) -> str:
    if units is None and phase in set(scene.results.withheld["phase"]):
        return scene.word("state.withheld")
    return scene.language.number(int(units or 0))


def left_out_sentence(scene: Scene) -> str:
    """What does not count in the percentages, with how many answers of each kind."""
    known = scene.tally[scene.tally["units"].ge(0)]
    sums = {name: int(known[name].sum()) for name in LEFT_OUT}
    told = [
        scene.language.counted(f"charts.left_out.{name}", scene.language.number(count))
        for name, count in sums.items()
        if count
    ]
    if not told:
        return scene.word("nothing_left_out")
    return scene.word("left_out_these", kinds=scene.language.listed(told))


def few_sentence(scene: Scene) -> str:
    """That only counts are shown below so many cases, where that is the case."""
    few = any(rate.state == FEW for row in scene.rows for rate in row.rates)
    least = scene.results.settings.minimum_percent
    hidden = any(rate.state == WITHHELD for row in scene.rows for rate in row.rates)
    told = [scene.word("few", count=scene.language.number(least))] if few else []
    return " ".join([*told, *([scene.word("withheld")] if hidden else [])])


def primary_sentence(scene: Scene) -> str:
    """What is dark and what is grey, where there are both."""
    kinds = {row.primary for row in scene.rows}
    return scene.word("primary") if len(kinds) > 1 else ""


def intervals_sentence(scene: Scene, *, difference: bool = False) -> str:
    """The level and the methods of the lines, named once."""
    compared = scene.comparison["method"] if difference else []
    return scene.word(
        "intervals.both" if difference else "intervals.rates",
        level=scene.language.percent(scene.results.settings.confidence),
        rates=_methods(scene.language, scene.tally["interval"]),
        differences=_methods(scene.language, compared),
    )


def adjusted_sentence(scene: Scene) -> str:
    """What decided where several measures were adjusted for, where any were."""
    rows = scene.results.comparison
    own = rows[(rows["group"] == scene.group) & (rows["basis"] == "crude")]
    if (own["adjustment"] != "none").sum() < 2:  # there is nothing to adjust for
        return ""
    kinds = dict.fromkeys(scene.comparison["adjustment"])
    names = [str(kind).title() for kind in kinds if kind and kind != "none"]
    return scene.word("adjusted", method=scene.language.listed(names)) if names else ""


def selection_sentence(scene: Scene) -> str:
    """That the cases were not drawn at random, unless they are declared to be."""
    plans = [scene.results.measurement.phase(phase) for phase in scene.phases]
    return "" if all(plan.is_random for plan in plans) else scene.word("not_random")


def change_sentences(scene: Scene) -> list[str]:
    """What stands under a figure with differences."""
    return [
        cases_sentence(scene),
        left_out_sentence(scene),
        intervals_sentence(scene, difference=True),
        adjusted_sentence(scene),
        few_sentence(scene),
        primary_sentence(scene),
        selection_sentence(scene),
    ]


def rate_sentences(scene: Scene) -> list[str]:
    """What stands under a figure with rates alone."""
    return [
        cases_sentence(scene),
        left_out_sentence(scene),
        intervals_sentence(scene),
        few_sentence(scene),
        primary_sentence(scene),
        selection_sentence(scene),
    ]


def target_sentence(scene: Scene) -> str:
    """What the target's line means, where a measure has a target."""
    targets = any(row.measure.target is not None for row in scene.rows)
    return scene.word("target") if targets else ""


def _methods(language: Language, names: Iterable[str]) -> str:
    unique = [name for name in dict.fromkeys(names) if name]
    return language.listed([method_label(language, name) for name in unique])


def method_label(language: Language, name: str) -> str:
    """A method's name as its registration gives it in this language."""
    from taskforce_analysis.methods import differences, intervals, load_methods

    load_methods()
    for registry in (intervals, differences):
        if name in registry:
            label = registry[name].label
            return label.get(language.id, label["da"])
    return name


def marks_of(rows: Iterable[Row]) -> dict[str, str]:
    """The codes that verdicts carry in a figure, each with its superscript."""
    codes = [code for row in rows if row.change for code in row.change.marks]
    return dict(zip(dict.fromkeys(codes), SUPERSCRIPTS, strict=False))


def mark_sentences(scene: Scene) -> list[str]:
    """What each superscript means; a code without words of its own gets the general."""
    return [
        f"{sign} " + scene.word(f"mark.{_known(scene, code)}")
        for code, sign in marks_of(scene.rows).items()
    ]


def _known(scene: Scene, code: str) -> str:
    return code if scene.language.has(f"charts.mark.{code}") else "other"


# FOLDED charts._cells
#
# A rate, a difference and a verdict in words: the same in figure, alt text and data.
#
# A percentage that rests on too few cases is withheld in all three.

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


# FOLDED charts._frames
#
# The figures behind a picture, as a table under the reader's own headings.
#
# A row per measure. Rates and differences are shares; what is withheld or was not
# asked is empty, exactly as in the picture.


def rates_frame(scene: Scene) -> "pd.DataFrame":
    """Theme, measure, and per phase the counts, the rate and its interval."""
    import pandas as pd

    columns: dict[str, Any] = {
        scene.word("column.theme"): [row.theme for row in scene.rows],
        scene.word("column.measure"): [row.label for row in scene.rows],
    }
    for number, label in enumerate(scene.labels):
        rates = [row.rates[number] for row in scene.rows]
        for name, values in _rate_columns(rates).items():
            columns[f"{scene.word(f'column.{name}')}, {label}"] = values
    return pd.DataFrame(columns)


def _rate_columns(rates: list[Rate]) -> dict[str, Any]:
    import pandas as pd

    asked = [rate.state not in (ABSENT, WITHHELD) for rate in rates]
    counts = {
        name: pd.array(
            [
                getattr(rate, name) if was else None
                for rate, was in zip(rates, asked, strict=True)
            ],
            dtype="Int64",
        )
        for name in ("compliant", "applicable")
    }
    return counts | {
        "rate": [rate.rate for rate in rates],
        "rate_low": [rate.low for rate in rates],
        "rate_high": [rate.high for rate in rates],
    }


def change_frame(scene: Scene) -> "pd.DataFrame":
    """The rates with the difference, its interval and the verdict beside."""
    frame = rates_frame(scene)
    changes = [row.change for row in scene.rows]
    for name in ("difference", "low", "high"):
        shares = [
            getattr(one, name) if one and one.is_shown else None for one in changes
        ]
        heading = name if name == "difference" else f"difference_{name}"
        frame[scene.word(f"column.{heading}")] = shares
    verdicts = [
        verdict_label(one.verdict, scene.language) if one else "" for one in changes
    ]
    return frame.assign(**{scene.word("column.verdict"): verdicts})
