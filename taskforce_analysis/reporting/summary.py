"""The first lines of a report: what came out, no surer than the cases allow.

At most five sentences: what was reviewed; what is kept more often, by name; what less
often, or cannot be decided though it was chosen; what still calls for attention; how
far the recommendations have come. Whatever makes a measure's comparison doubtful
stands in the same sentence. Without a plan the few that stand out are told as what
they are: not chosen, and how many chance alone would bring. Of several groups each is
told by name, and none stands for the rest.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from taskforce_analysis.reporting.blocks import Block, Heading, Paragraph
from taskforce_analysis.reporting.explanations import chance_in_brief
from taskforce_analysis.reporting.sentences import Sentences, is_short, within
from taskforce_analysis.reporting.series import (
    is_series,
    series_attention,
    series_items,
)
from taskforce_analysis.reporting.table_rows import (
    BEYOND,
    DECIDED,
    ComparisonRow,
    PhaseRate,
    State,
    deciding,
    index_rows,
    rates_now,
)
from taskforce_analysis.tables import VERDICTS

_MOST_SENTENCES = 5
_MOST_NAMED = 3
_MOST_LACKING = 2  # measures that still call for attention
_KEPT_ENOUGH = 0.75  # of the cases: from here on none calls for attention
_FINISHED = ("carried_out", "anchored")
_STATUSES = ("finished", "started", "postponed", "not_started")  # the furthest first


class SummaryItem(NamedTuple):
    """One sentence, and the measure that it is about, if it is about one."""

    text: str
    measure: str = ""


def summary_blocks(sentences: Sentences) -> list[Block]:
    """The summary: each group under its name; of many, how many they are."""
    if sentences.has_many_groups:
        return [Paragraph(elsewhere(sentences))]
    blocks: list[Block] = []
    for group in sentences.groups or ("all",):
        if len(sentences.groups) > 1:
            blocks.append(Heading(sentences.group(group), level=2))
        blocks += [
            Paragraph(item.text, about=item.measure)
            for item in summary_items(sentences, group)
        ]
    return blocks


def lines_by_group(sentences: Sentences) -> tuple[str, ...]:
    """A line per group: its cases, and how many measures went which way."""
    lines = []
    for group in sentences.groups or ("all",):
        rows = deciding(sentences.results, group)
        said = [reviewed(sentences, group)]
        said += [count_of_verdicts(sentences, rows)] if len(rows) > 1 else []
        lines.append(f"{sentences.group(group)}: {' '.join(said)}")
    return tuple(lines)


def elsewhere(sentences: Sentences) -> str:
    """How many groups there are, and where the results of each stand."""
    count = sentences.language.number(len(sentences.groups))
    return sentences.language.word("groups.elsewhere", count=count)


def summary_items(sentences: Sentences, group: str) -> list[SummaryItem]:
    """The summary of one group, at most five sentences in the order of a reader."""
    rows = deciding(sentences.results, group)
    said = [reviewed(sentences, group)]
    last = [attention(sentences, group), *recommended(sentences)]
    if is_series(sentences.results):
        said += series_items(sentences, group)
    elif not rows or len(sentences.results.phases) == 1:
        said.append(sentences.word("brief.one_phase"))
    else:
        room = _MOST_SENTENCES - 1 - len([text for text in last if text])
        told = index_texts(sentences, group)
        said += told[:room] or _fitted(_findings(sentences, rows), room)
    return [SummaryItem(text) for text in [*said, *last] if text]


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


def verdict_with_reservations(sentences: Sentences, row: ComparisonRow) -> str:
    """A row's verdict, and in the same breath what makes it doubtful."""
    if row.is_withheld:
        return sentences.verdict(row)
    word = sentences.language.word
    verdict = word(row.verdict_key)
    if twin := sentences.deciding_twin(row):
        verdict = word("notat.twin", verdict=verdict, **twin)
    caveats = sentences.caveats(row)
    if caveats:
        verdict = word("notat.verdict", verdict=verdict, caveats="; ".join(caveats))
    return ". ".join([verdict, *(one.rstrip(".") for one in sentences.no_worse(row))])


def reviewed(sentences: Sentences, group: str) -> str:
    """How many cases of which measurements were reviewed, and how they were chosen."""
    phases = sentences.results.phases
    plans = {sentences.results.measurement.phase(one).selection for one in phases}
    key = plans.pop() if len(plans) == 1 else "differs"
    chosen = sentences.word(f"chosen.{key}")
    cases = sentences.cases(group, dated=True)
    said = sentences.word("brief.reviewed", cases=cases, chosen=chosen)
    if sentences.pairs and len(sentences.groups) == 1:
        said = f"{said} {sentences.counted('brief.pairs', sentences.pairs)}"
    return said


def _fitted(told: Sequence[str], room: int) -> list[str]:
    """These sentences in at most so many, so that none of what was found is lost."""
    *first, last = told
    if len(told) <= room or not first:
        return [*told]
    joined = f"{first[-1].rstrip('.')}; {last[:1].lower()}{last[1:]}"
    return _fitted([*first[:-1], joined], room)


def _findings(sentences: Sentences, rows: Sequence[ComparisonRow]) -> list[str]:
    """What is kept more often, what less often, and what cannot be decided."""
    shown = [row for row in rows if not row.is_withheld]
    hidden = len(rows) - len(shown)
    if not shown:
        return [_all_withheld(sentences, hidden)]
    chosen = [row for row in shown if row.is_primary]
    if not any(row.is_decided for row in shown):
        return [_not_judged(sentences, shown, hidden=hidden)]
    stands_out = any(row.is_beyond_chance for row in shown)
    if not chosen and (stands_out or len(shown) > 1):
        said = _standing_out(sentences, shown, hidden=hidden)
    else:
        said = _decided(sentences, chosen or shown, hidden=hidden)
    return [*said, *_known(sentences, shown)]


def _not_judged(
    sentences: Sentences, rows: Sequence[ComparisonRow], *, hidden: int
) -> str:
    """Why none of these measures has a verdict: one reason where they share it."""
    reasons = {row.decided_by if not row.is_compared else "too_few" for row in rows}
    (key, *others) = sorted(reasons)
    values = {"withheld": _withheld(sentences, hidden), "units": sentences.units}
    known = f"brief.not_judged_{key}".replace(":", "_")
    if others or not sentences.language.has(f"report.{known}"):
        known = "brief.not_judged"
    return sentences.word(known, **values)


def _known(sentences: Sentences, rows: Sequence[ComparisonRow]) -> list[str]:
    """Where every case was reviewed: the differences of the cases, which are known."""
    decided = [row for row in rows if row.is_decided]
    known = [(row, sentences.known(row)) for row in decided]
    if not known or not all(points for _, points in known):
        return []
    known.sort(key=lambda one: not one[0].is_primary)  # those that decide first
    parts = [
        sentences.word(
            "brief.known_one", measure=sentences.quoted(row.measure), points=points
        )
        for row, points in known
    ]
    return [_folded(sentences, parts, "brief.known")]


def _folded(sentences: Sentences, parts: Sequence[str], key: str, **values: str) -> str:
    """A sentence that names as many of these as it can carry, and counts the rest."""

    def told(most: int) -> str:
        named, rest = [*parts[:most]], len(parts) - most
        if rest > 0:
            number = sentences.language.number(rest)
            named.append(sentences.counted("brief.others", number))
        listed = sentences.language.listed(named)
        return sentences.word(key, named=listed, **values)

    return within(told, _MOST_NAMED)


def _naming(
    sentences: Sentences, rows: Sequence[ComparisonRow], key: str, **values: str
) -> str:
    """A sentence that names all: as many with their counts as it can carry.

    What was chosen to decide is never folded into a number, be the sentence long.
    """
    parts, names = _changes(sentences, rows), _doubted(sentences, rows)

    def told(most: int) -> str:
        listed = sentences.language.listed([*parts[:most], *names[most:]])
        return sentences.word(key, named=listed, **values)

    fitting = (told(most) for most in range(len(parts), 0, -1))
    return next(filter(is_short, fitting), told(0))


def _decided(
    sentences: Sentences, rows: Sequence[ComparisonRow], *, hidden: int
) -> list[str]:
    """What the measures chosen beforehand show, or the only one that there is."""
    found = {verdict: _of(rows, verdict) for verdict in (*BEYOND, "uncertain")}
    untold = _withheld(sentences, hidden)
    cardinal = sentences.language.cardinal
    counts = {"all": cardinal(len(rows)), "withheld": untold}
    said = []
    for verdict in BEYOND:
        own = found[verdict]
        if own:
            key = f"brief.{verdict}"
            if len(rows) == 1:
                key += "_only"
            elif len(own) == 1:
                key += "_one"
            count = cardinal(len(own))
            told = _naming(sentences, own, key, count=count, **counts)
            said.append(told[:1].upper() + told[1:])
    if not said and len(rows) == 1:
        alone = rows[0].verdict if rows[0].is_decided else "not_compared"
        alone = "too_few" if rows[0].is_too_few else alone
        name = sentences.quoted(rows[0].measure)
        told = sentences.meaning(rows[0]) or sentences.word(
            f"meaning.{alone}", measure=name
        )
        return [f"{told.rstrip('.')}{untold}."]
    if not said:
        said.append(sentences.word("brief.none", **counts))
    if found["uncertain"] and len(rows) > 1:
        named = sentences.language.listed(_doubted(sentences, found["uncertain"]))
        keys = ("undecided", "undecided_short")
        told = [sentences.word(f"brief.{key}", named=named) for key in keys]
        said.append(next(filter(is_short, told), told[-1]))
    return said


def _standing_out(
    sentences: Sentences, rows: Sequence[ComparisonRow], *, hidden: int
) -> list[str]:
    """Without a plan the few that stand out most, and how many chance would bring."""
    told = sorted(
        (row for row in rows if row.is_beyond_chance),
        key=lambda row: 1.0 if row.p_value is None else row.p_value,
    )[:_MOST_NAMED]
    number = sentences.language.number
    compared = len([row for row in rows if row.is_decided])
    counts = {"all": number(compared), "withheld": _withheld(sentences, hidden)}
    said = []
    for verdict in BEYOND:
        if own := _of(told, verdict):
            key = f"brief.unplanned_{verdict}"
            key += "_one" if len(own) == 1 else ""
            said.append(_folded(sentences, _changes(sentences, own), key, **counts))
    if not said:
        key = "brief.unplanned_none"
        return [sentences.counted(key, counts["all"], **counts)]
    # The number is that of all groups together, which is told with the method.
    return [*said, *(chance_in_brief(sentences) if len(sentences.groups) == 1 else [])]


def _of(rows: Iterable[ComparisonRow], verdict: str) -> list[ComparisonRow]:
    return [row for row in rows if row.verdict == verdict]


def _withheld(sentences: Sentences, hidden: int) -> str:
    """What a sentence about the measures that are shown says of the others."""
    if not hidden:
        return ""
    return sentences.counted("brief.withheld", sentences.language.number(hidden))


def _all_withheld(sentences: Sentences, hidden: int) -> str:
    total = sentences.language.number(hidden)
    return sentences.language.counted("disclosure.all_withheld", total)


def _changes(sentences: Sentences, rows: Sequence[ComparisonRow]) -> list[str]:
    """The measures by name, each with both counts and what makes it doubtful."""
    parts = []
    for row in rows:
        counts = {
            "after": sentences.count(row.after, units=not parts),
            "before": sentences.count(row.before),
        }
        caveats = "; ".join(sentences.caveats(row))
        key = "brief.named_reserved" if caveats else "brief.named"
        name = sentences.quoted(row.measure)
        parts.append(sentences.word(key, measure=name, caveats=caveats, **counts))
    return parts


def _doubted(sentences: Sentences, rows: Sequence[ComparisonRow]) -> list[str]:
    """The measures by name, each with what makes its comparison doubtful."""
    names = []
    for row in rows:
        name, caveats = sentences.quoted(row.measure), "; ".join(sentences.caveats(row))
        names.append(f"{name} ({caveats})" if caveats else name)
    return names


def attention(sentences: Sentences, group: str) -> str:
    """What still calls for attention, in a sentence; "" where nothing does."""
    results = sentences.results
    if is_series(results):
        return series_attention(sentences, group)
    lacking = rates_lacking(sentences, group)
    if not lacking:
        return ""
    parts = [
        sentences.word(
            "brief.lacking",
            measure=sentences.quoted(name),
            count=sentences.count(rate),
        )
        for name, rate in lacking
    ]
    first = lacking[0][0]
    graded = bool(results.form.measure(first).scale)
    key = "brief.attention_graded" if graded else "brief.attention"
    steps, listed = sentences.steps(first), sentences.language.listed
    return within(
        lambda most: sentences.word(key, named=listed(parts[:most]), steps=steps),
        len(parts),
    )


def rates_lacking(sentences: Sentences, group: str) -> list[tuple[str, PhaseRate]]:
    """What calls for attention in every paper: at most two measures, lowest first.

    Those that the last measurement keeps in fewer than three cases out of four, and
    the lowest deadline for the second of them, where the two hold none. Not what has
    too few cases for a percentage, was just told as better, cannot be compared, or is
    judged by invented limits. Steps of a scale have no bar, for they are counts.
    """
    results = sentences.results
    kinds = {one.id: one for one in results.form.measures}
    rows = deciding(results, group)
    apart = {row.measure for row in summary_rows(rows) if row.verdict == "improved"}
    apart |= {row.measure for row in rows if row.verdict == "not_comparable"}
    issues = results.issues
    apart |= {*issues.loc[issues["code"] == "LIMITS_INVENTED", "measure"]}
    rates = rates_now(results, group)
    found = [
        (name, rate)
        for name in results.form.measure_ids
        if (rate := rates.get(name)) is not None
        and name not in apart
        and _is_lacking(rate, graded=bool(kinds[name].scale))
    ]
    found.sort(key=lambda one: one[1].compliant / one[1].applicable)
    told = found[:_MOST_LACKING]
    limits = [one for one in found if kinds[one[0]].kind == "deadline"]
    if limits and limits[0] not in told:
        told[-1] = limits[0]
    return told


def _is_lacking(rate: PhaseRate, *, graded: bool) -> bool:
    """Whether few do; steps of a scale are counts, which few cases have too."""
    if graded:
        is_told = rate.is_shown or rate.state is State.FEW
        return is_told and rate.compliant < rate.applicable
    return rate.is_shown and rate.compliant < _KEPT_ENOUGH * rate.applicable


def recommended(sentences: Sentences) -> list[str]:
    """How far the recommendations have come, in one sentence; none without any."""
    items = sentences.results.recommendations
    if not items:
        return []
    cardinal = sentences.language.cardinal
    seen = Counter(
        "finished" if item.status in _FINISHED else item.status for item in items
    )
    parts = []
    for status in (name for name in _STATUSES if seen[name]):
        single = "_one" if seen[status] == 1 else ""
        key = f"recommendations.so_many.{status}{single}"
        parts.append(sentences.language.word(key, number=cardinal(seen[status])))
    listed = sentences.language.listed(parts)
    if len(items) == 1:
        return [sentences.word("brief.recommendation", parts=listed)]
    total = cardinal(len(items))
    return [sentences.word("brief.recommendations", all=total, parts=listed)]


def summary_rows(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """The rows that a summary tells: those chosen beforehand, else those beyond chance.

    With neither, the summary tells the undecided ones: silence would read as no change.
    """
    shown = [row for row in rows if not row.is_withheld]
    chosen = [row for row in shown if row.is_primary]
    beyond = [row for row in shown if row.is_beyond_chance]
    return chosen or beyond or [row for row in shown if row.verdict == "uncertain"]


def page_one_rows(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """The rows of the figure on page one: at most five, and three without a plan."""
    chosen = [row for row in rows if row.is_primary and not row.is_withheld]
    if chosen:
        return chosen[:5]
    told = [row for row in rows if row.is_decided and not row.is_withheld]
    told.sort(key=lambda row: 1.0 if row.p_value is None else row.p_value)
    return told[:3]


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
    is_found = any(row.is_told_as_found for row in planned or shown)
    which = "_of_plan" if has_plan else "_found" * is_found
    beyond = sentences.word(f"summary.{'found' if is_found else 'beyond'}")
    total = len(planned) + hidden if planned else len(rows)
    if total == 1:
        (verdict,) = seen
        own = sentences.word(f"summary.{verdict}_single", beyond=beyond)
        said = [sentences.word(f"summary.single{which}", verdict=own)]
    else:
        key, parts = _verdicts(sentences, seen, hidden=hidden, beyond=beyond)
        values = {"all": language.number(total), "verdicts": language.listed(parts)}
        said = [sentences.word(f"{key}{which}", **values)]
    if has_plan:
        said.append(sentences.word("summary.exploratory"))
    decisions = [row for row in shown if row.is_decided]
    if decisions and all(map(sentences.known, decisions)):
        said.append(sentences.word("summary.census"))
    moved = [row for row in shown if row.is_limit_changed]
    for row in moved[:_MOST_NAMED]:
        alike = "alike" if row.basis == "limit:before" else "moved"
        values = {"measure": sentences.measure(row.measure)}
        values["changes"] = sentences.changes(row)
        said.append(sentences.word(f"summary.limit_{alike}", **values))
    return " ".join(said)


def _verdicts(
    sentences: Sentences, seen: Counter[str], *, hidden: int, beyond: str
) -> tuple[str, list[str]]:
    """The key of a sentence about several measures, and how many got each verdict.

    `beyond` is what is said of those that stand out: beyond chance, or merely found.
    """
    language = sentences.language
    decided = any(seen[verdict] for verdict in DECIDED)
    parts = []
    for verdict in VERDICTS:
        if seen[verdict]:
            number = language.number(seen[verdict])
            key = f"summary.{verdict}"
            parts.append(sentences.counted(key, number, beyond=beyond))
        elif decided and verdict in BEYOND:
            parts.append(sentences.word(f"summary.{verdict}_none", beyond=beyond))
    if hidden:
        parts.append(language.counted("disclosure.summary", language.number(hidden)))
    return "summary.verdicts" if decided else "summary.no_verdicts", parts
