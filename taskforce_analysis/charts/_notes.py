"""The words under a figure: Anm. with what the reader must know, then Kilde.

Cases per phase, what was left out of the percentages, the method and its level named
once, what a mark beside a verdict means. The same sentences serve every chart.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from taskforce_analysis.charts._rows import FEW, WITHHELD, Row
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

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
