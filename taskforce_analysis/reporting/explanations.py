"""What a reader must be told beside the figures: selection, reading guide, method.

How the cases were chosen decides which sentences may be written; where it is not
declared, the report says so. How far reviewers agree stands with it. The method note
names method, source, level and version, and what the level does not promise.
"""

from collections.abc import Iterable
from math import isnan
from typing import TYPE_CHECKING

from taskforce_analysis import methods
from taskforce_analysis.languages import Language, round_half_up
from taskforce_analysis.measurements import DRAWN
from taskforce_analysis.planning.locking import departures, margins_of
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.series import is_series
from taskforce_analysis.reporting.table_rows import (
    DECIDED,
    ComparisonRow,
    comparison_rows,
    index_rows,
    method_label,
)
from taskforce_analysis.results import Results
from taskforce_analysis.spelling import distinct
from taskforce_analysis.texts import plain
from taskforce_analysis.themes import common_themes
from taskforce_analysis.versions import package_version

if TYPE_CHECKING:
    from taskforce_analysis.results.records import Agreed

CENSUS = "census"  # as the method of a row


def selection(results: Results, language: Language) -> list[str]:
    """How each phase's cases were chosen, and what follows for what may be said."""
    sentences = Sentences(results, language)
    said = _ways(sentences)
    ways = [results.measurement.phase(phase).selection for phase in results.phases]
    has_verdicts = _has_verdicts(results)
    said += _about(sentences, ways) if has_verdicts else []
    if len({way for way in ways if way != "unknown"}) > 1:
        key = "insisted" if results.settings.insist else "differs"
        said.append(sentences.word(f"selection.{key}"))
    if results.comparison["basis"].str.startswith("law:").any():
        said.append(language.word("sentences.law_mixed"))
    said += [*_clusters(sentences), *(_reviewing(sentences) if has_verdicts else [])]
    return [*said, *_chosen_because_low(sentences), *_locked(sentences)]


def _ways(sentences: Sentences) -> list[str]:
    """How each phase's cases were chosen; once, where of all no more is known."""
    phases = sentences.results.phases
    told = [_phase_selection(sentences, phase) for phase in phases]
    if is_series(sentences.results):  # made of dates, nothing is declared one by one
        return list(dict.fromkeys(told))
    labels = [sentences.phase(phase) for phase in phases]
    plan = sentences.results.measurement.phase(phases[0])
    if {*told} == {sentences.word(f"selection.{plan.selection}")}:
        labels, told = [sentences.language.listed(labels)], told[:1]
    return [f"{label}: {text}" for label, text in zip(labels, told, strict=True)]


def _has_verdicts(results: Results) -> bool:
    """Whether anything could be compared; of one measurement alone its rates stand."""
    rows = results.comparison
    return not len(rows) or bool(rows["verdict"].isin(DECIDED).any())


def _about(sentences: Sentences, ways: list[str]) -> list[str]:
    """What the figures are about: practice, the stock, or the cases themselves."""
    results = sentences.results
    said = []
    if sentences.pairs:
        said.append(sentences.counted("selection.about_pairs", sentences.pairs))
    if any(way not in (*DRAWN, "all") for way in ways):
        is_unknown = not any(way not in (*DRAWN, "all", "unknown") for way in ways)
        about = "about_unknown" if is_unknown else "about_cases"
        keys = ("as_if_random", about)
        return [*said, " ".join(sentences.word(f"selection.{key}") for key in keys)]
    if (results.comparison["method"] == "two_stocks").any():
        said.append(sentences.word("selection.about_stock"))
    return [sentences.word("selection.about_practice"), *said]


def _phase_selection(sentences: Sentences, phase: str) -> str:
    plan = sentences.results.measurement.phase(phase)
    language = sentences.language
    said = [sentences.word(f"selection.{plan.selection}")]
    if plan.drawn_by:
        said.append(sentences.word("selection.drawn_by", who=plain(plan.drawn_by)))
    if plan.population is not None:
        number = language.number(plan.population)
        said.append(sentences.counted("selection.population", number))
        # Said already where the cases are declared to be all there were.
        if number == sentences.units_in("all", phase) and plan.is_random:
            said.append(sentences.word("selection.all_of_them"))
    if plan.period:
        first, last = (language.date(day) for day in plan.period)
        said.append(sentences.word("selection.period", first=first, last=last))
    if plan.measured:
        day = language.date(plan.measured)
        said.append(sentences.word("selection.measured", day=day))
    return " ".join(said)


def _clusters(sentences: Sentences) -> list[str]:
    known = sentences.results.comparison["clusters"].dropna()
    if not len(known):
        return []
    number = sentences.language.number(int(known.max()))
    told = [sentences.language.counted("sentences.clusters", number)]
    rows = sentences.results.comparison
    rows = rows[rows["headline"] & rows["clusters"].notna()]
    if all("clusters_apart" in str(codes).split() for codes in rows["reservation"]):
        told.append(sentences.language.word("sentences.clusters_apart"))
    return told


def _reviewing(sentences: Sentences) -> list[str]:
    """What cases reviewed in both phases say; a plan that names some says nothing."""
    results, number = sentences.results, sentences.language.number
    again = len(results.reviewed_again)
    lacking = len(distinct(results.measurement.bridge_cases)) - again
    key = "no_bridge_found" if lacking > 0 else "no_bridge"
    said = [sentences.word(f"reviewing.{key}")]
    if again:
        said = [sentences.counted("reviewing.bridged", number(again))]
        said += agreement(results.bridged[-1:], sentences.language)
    if lacking > 0:
        said.append(sentences.counted("reviewing.bridge_missing", number(lacking)))
    return said


def agreement(agreed: "Iterable[Agreed]", language: Language) -> list[str]:
    """The sentences about each record of `agreeing.Agreed`, as one text per record.

    How often the same comes first, then about what. Gwet's AC1 is told over all
    measures only, for on one measure it rests on too few cases.
    """
    return [" ".join(_agreed(record, language)) for record in agreed]


def _agreed(record: "Agreed", language: Language) -> list[str]:
    same = language.count_of(record.same, record.pairs)
    said = [language.word("method_note.agreed", same=same)]
    known = record.agreement
    if known is None or record.measure:
        return said
    parts = {"positive": float(known.positive), "negative": float(known.negative)}
    if not any(map(isnan, parts.values())):
        shares = {name: language.percent(share) for name, share in parts.items()}
        said.append(language.word("sentences.agreement_parts", **shares))
    beyond = float(known.ac1)
    if not isnan(beyond):
        value = language.number(beyond, 2)
        said.append(language.word("method_note.beyond_chance", value=value))
    return said


def _chosen_because_low(sentences: Sentences) -> list[str]:
    low = [
        sentences.measure(name)
        for name in sentences.results.measurement.chosen_because_low
        if name in sentences.results.form.measure_ids
    ]
    if not low:
        return []
    listed = sentences.language.listed(low)
    return [sentences.word("reservation.chosen_because_low_listed", measures=listed)]


def _locked(sentences: Sentences) -> list[str]:
    """Whether the plan that was locked before the measurement was kept."""
    locked, found = sentences.results.measurement.locked, departures(sentences.results)
    if locked is None or found is None:
        return []
    day = sentences.language.date(locked.date)
    parts = [sentences.language.word(f"locked.part_{name}") for name in found]
    key = "locked.departed" if parts else "locked.kept"
    listed = sentences.language.listed(parts)
    return [sentences.language.word(key, day=day, parts=listed)]


def reading_guide(results: Results, language: Language) -> list[str]:
    """How the tables and figures are to be read, one short sentence each."""
    sentences = Sentences(results, language)
    level = sentences.language.percent_exact(results.settings.confidence)
    minimum = language.number(results.settings.minimum_percent)
    values = {"level": level, "minimum": minimum, "units": sentences.units}
    first = ("counts", "difference") if _has_verdicts(results) else ("counts",)
    told = [sentences.word(f"guide.{key}", **values) for key in first]
    if len(first) == 1:  # there is nothing more to read
        return told
    told.append(" ".join(verdict_guide(sentences)))
    rows = [row for row in comparison_rows(results) if row.is_headline]
    adjusted = {row.adjustment: row for row in rows if sentences.has_own_level(row)}
    is_planned = any(row.role != "unplanned" for row in rows)
    which = "" if is_planned else "_all"
    if joint := adjusted.get("bonferroni"):
        told.append(sentences.word(f"guide.joint{which}", **sentences.joint(joint)))
    if "holm" in adjusted:
        told.append(sentences.word(f"guide.stepwise{which}", level=level))
    if (results.comparison["basis"] == "unconditional").any():
        told.append(sentences.word("guide.twin", units=sentences.units))
    if (index := _index(sentences)) and index.is_compared:
        told.append(sentences.word("index.guide"))
    unplanned = "unplanned_adjusted" if adjusted else "unplanned"
    last = "two_wordings" if is_planned else unplanned
    return [*told, sentences.word(f"guide.{last}")]


def verdict_guide(sentences: Sentences) -> list[str]:
    """What the words of the verdicts mean, and what none of them says."""
    results = sentences.results
    rows = [row for row in comparison_rows(results) if row.is_headline]
    is_unplanned = bool(rows) and all(row.role == "unplanned" for row in rows)
    keys = ("found" if is_unplanned else "verdicts", "uncertain", "cause")
    return [sentences.word(f"guide.{key}", units=sentences.units) for key in keys]


def _index(sentences: Sentences) -> ComparisonRow | None:
    """The index's row of the first group, where a plan has one."""
    groups = sentences.groups or ("all",)
    rows = index_rows(sentences.results, groups[0])
    return rows[0] if rows else None


def method(results: Results, language: Language) -> list[str]:
    """The method note: methods with their sources, level, chance, software."""
    sentences = Sentences(results, language)
    settings = results.settings
    half = sentences.half()
    level = sentences.language.percent_exact(settings.confidence)
    told = [
        sentences.word("method.rates", level=level, method=_rate_methods(sentences)),
        *(
            sentences.word("method.differences", level=level, method=name)
            for name in _difference_methods(sentences)
        ),
        *_census(sentences),
        sentences.word("method.promise", half=half),
        *found_by_chance(sentences),
        *_primary(sentences),
        *_margins(sentences),
        sentences.word(f"method.partly_{settings.partly}"),
        sentences.word(
            "method.bounds_of_pairs" if settings.paired else "method.bounds"
        ),
        sentences.word("method.curves") if len(results.days) else "",
        *_consulted(sentences),
        *_themes(sentences),
        sentences.word("method.software", version=package_version()),
    ]
    return [text for text in told if text]


def _consulted(sentences: Sentences) -> list[str]:
    """The sources beside the cases, one sentence each; nothing of them was read."""
    language = sentences.language
    told = []
    for one in sentences.results.measurement.consulted:
        parts = [plain(one.name)]
        if one.number is not None:
            parts.append(sentences.word("consulted.number", number=one.number))
        if one.day:
            parts.append(language.date(one.day))
        kind, used = sentences.word(f"consulted.{one.kind}"), plain(one.used_for)
        text = sentences.word("consulted.source", kind=kind, told=", ".join(parts))
        more = sentences.word("consulted.used_for", text=used)
        told.append(f"{text} {more}" if used else text)
    return [*told, *([sentences.word("consulted.unread")] if told else [])]


def _themes(sentences: Sentences) -> list[str]:
    """Which of the eight themes those of the form belong to, where they are others."""
    common, form = common_themes(), sentences.results.form
    homes: dict[str, list[str]] = {}
    for theme in form.themes:
        if theme.common and theme.label != common[theme.common].label:
            label = sentences.language.label(common[theme.common])
            homes.setdefault(label, []).append(plain(sentences.language.label(theme)))
    pairs = [
        sentences.word("method.theme", home=home, themes=sentences.language.listed(own))
        for home, own in homes.items()
    ]
    return [sentences.word("method.themes", pairs=" ".join(pairs))] if pairs else []


def _rate_methods(sentences: Sentences) -> str:
    used = sentences.results.tally["interval"].unique()
    return sentences.language.listed(
        [cited(name, sentences.language) for name in used if name not in ("", CENSUS)]
    )


def _difference_methods(sentences: Sentences) -> list[str]:
    rows = sentences.results.comparison
    decide = rows["headline"] | rows["basis"].isin(["crude", "unconditional", "stock"])
    used = rows.loc[decide & rows["difference"].notna(), "method"].unique()
    named = [name for name in used if name not in ("", CENSUS)]
    return [cited(name, sentences.language) for name in named]


def _census(sentences: Sentences) -> list[str]:
    """That nothing is open of the cases themselves, where all were reviewed."""
    entry = methods.method(CENSUS)
    if entry is None or not (sentences.results.comparison["method"] == CENSUS).any():
        return []
    return [sentences.word("method.census", reference=entry.reference)]


def cited(name: str, language: Language) -> str:
    """A method's label and, in square brackets, its source."""
    label, entry = method_label(name, language), methods.method(name)
    return f"{label} [{entry.reference}]" if entry and entry.reference else label


def found_by_chance(sentences: Sentences) -> list[str]:
    """How many rows would stand out had nothing changed; absent where not computed."""
    expected, compared = sentences.results.chance_findings, _compared(sentences)
    if not expected or compared < 2:  # one has no others beside it
        return []
    values = {
        "expected": _expected(sentences.language, expected),
        "compared": sentences.language.number(compared),
    }
    return [sentences.word("method.chance", **values)]


def chance_in_brief(sentences: Sentences) -> list[str]:
    """The same in whole measures: so many in ten such reviews, or in a hundred."""
    expected, compared = sentences.results.chance_findings, _compared(sentences)
    if not expected or compared < 2:
        return []
    cardinal = sentences.language.cardinal
    for reviews in (1, 10, 100):
        if number := round(expected * reviews):
            key = "brief.chance" if reviews > 1 else "brief.chance_now"
            values = {"number": cardinal(number), "reviews": cardinal(reviews)}
            values["compared"] = sentences.language.number(compared)
            return [sentences.word(key + "_one" * (number == 1), **values)]
    return [sentences.word("brief.chance_few")]


def _compared(sentences: Sentences) -> int:
    """How many measures have a verdict, over all groups; an index is none of them."""
    rows = sentences.results.comparison
    alone = rows["headline"] & (rows["basis"] != "index")
    return int(rows.loc[alone, "verdict"].isin(DECIDED).sum())


def _expected(language: Language, number: float) -> str:
    """A number with a decimal, or that it is under the least that has one."""
    if round_half_up(number, 1):
        return language.number(number, 1)
    return language.word("p_below", number=language.number(0.1, 1))


def _primary(sentences: Sentences) -> list[str]:
    results = sentences.results
    if index := results.measurement.index:
        is_known = results.measurement.chose_beforehand(index, results.before)
        key = "index.chosen_beforehand" if is_known else "index.chosen"
        if (row := _index(sentences)) and not row.is_compared:
            key = "index.chosen_in_vain"
        return [sentences.word(key, measures=sentences.index_members())]
    chosen = results.measurement.primary or results.form.primary
    known = [name for name in chosen if name in results.form.measure_ids]
    # One measure that is left to decide has nothing to be adjusted for.
    rows = [row for row in comparison_rows(results) if row.adjustment != "none"]
    kinds = {row.adjustment for row in rows if sentences.has_own_level(row)}
    which = "" if known else "_all"
    adjusted = [
        sentences.word(f"method.adjustment_{kind}{which}") for kind in sorted(kinds)
    ]
    if not known:
        return [sentences.word("method.no_primary"), *adjusted]
    listed = sentences.language.listed([sentences.measure(name) for name in known])
    others = set(results.comparison["measure"]) - set(known)
    told = [sentences.word(f"method.{_how_chosen(results, known)}", measures=listed)]
    if others:
        told.append(sentences.word("method.others"))
    if len(known) == 1:  # there is nothing to adjust for
        return told
    unadjusted = [] if rows else [sentences.word("method.adjustment_none")]
    return [*told, *(adjusted or unadjusted)]


def _margins(sentences: Sentences) -> list[str]:
    """How much lower each rate may be, and whether a locked plan shows it was set."""
    results = sentences.results
    rows = results.comparison
    told = rows[rows["headline"] & (rows["basis"] != "index")]
    margins = margins_of(results.form, results.measurement)
    margins = {name: margins[name] for name in told["measure"] if name in margins}
    if not margins:
        return []
    named: dict[float, list[str]] = {}
    for name, margin in margins.items():
        named.setdefault(margin, []).append(sentences.quoted(name))
    if len(named) == 1 and {*margins} == {*told["measure"]}:
        named = {one: [sentences.word("method.every_measure")] for one in named}
    said = [
        sentences.counted(
            "method.margin",
            sentences.size(one),
            measures=sentences.language.listed(own),
        )
        for one, own in named.items()
    ]
    is_known = results.measurement.set_beforehand(margins, results.before)
    key = "margins" if is_known else "margins_declared"
    return [sentences.word(f"method.{key}", margins="; ".join(said))]


def _how_chosen(results: Results, measures: list[str]) -> str:
    """Whether a locked plan shows that the measures were chosen beforehand."""
    is_known = results.measurement.chose_beforehand(measures, results.before)
    return "primary" if is_known else "primary_declared"
