"""Quarters, months or years made of dates: whether the level has moved over time.

There the first against the last is no finding: a table of the periods by measure, and
a sentence only where the run chart says that the level has moved (Anhøj and Olesen
2014), asked of the periods that have cases enough for a percentage.
"""

from collections.abc import Iterator, Sequence

from taskforce_analysis.methods.trend import RunChart, run_chart
from taskforce_analysis.reporting.blocks import Column, Table
from taskforce_analysis.reporting.sentences import Sentences, within
from taskforce_analysis.reporting.table_rows import PhaseRate, State, phase_rates
from taskforce_analysis.results import Results

_FEWEST_PERIODS = 10  # with cases enough, before a run chart is asked
_MOST_NAMED = 3
_MOST_COLUMNS = 4
_MOST_DRAWN = 2  # on page one
_FEWEST_DRAWN = 3  # periods with a percentage: fewer show no course
_MOST_RECENT, _MOST_LACKING = 4, 2


def is_series(results: Results) -> bool:
    """Whether the phases are periods made of dates, and more than two."""
    return not results.form.phases and len(results.phases) > 2


def series_items(sentences: Sentences, group: str) -> list[str]:
    """For which measures the level has moved, or that none shows it."""
    tested = {
        measure: _runs(rates)
        for measure, rates in _rates(sentences.results, group).items()
    }
    known = {name: runs for name, runs in tested.items() if runs is not None}
    if not known:
        fewest = sentences.language.number(_FEWEST_PERIODS)
        minimum = sentences.language.number(sentences.results.settings.minimum_percent)
        values = {"fewest": fewest, "minimum": minimum, "units": sentences.units}
        return [sentences.word("series.untested", **values)]
    moved = [name for name, runs in known.items() if runs.signal]
    count = sentences.language.number(len(known))
    if not moved:
        return [sentences.word("series.none", count=count)]
    named = sentences.language.listed([*map(sentences.quoted, moved[:_MOST_NAMED])])
    return [sentences.word("series.moved", named=named, count=count)]


def series_attention(sentences: Sentences, group: str) -> str:
    """The measures kept least often in the last periods, counted together."""
    results = sentences.results
    last = set(results.phases[-_MOST_RECENT:])
    sums = {}
    for measure, rates in _rates(results, group).items():
        own = [rate for rate in rates if rate.phase in last]
        whole = sum(rate.applicable for rate in own)
        is_told = all(rate.has_counts for rate in own)
        if is_told and whole >= results.settings.minimum_percent:
            sums[measure] = (sum(rate.compliant for rate in own), whole)
    lacking = sorted(
        (part / whole, place, name)
        for place, (name, (part, whole)) in enumerate(sums.items())
        if part < whole
    )
    if not lacking:
        return ""
    parts = [
        sentences.word(
            "brief.lacking",
            measure=sentences.quoted(name),
            count=sentences.language.count_of(*sums[name]),
        )
        for _, _, name in lacking[:_MOST_LACKING]
    ]
    count, listed = sentences.language.cardinal(len(last)), sentences.language.listed
    return within(
        lambda most: sentences.word(
            "series.attention", named=listed(parts[:most]), count=count
        ),
        len(parts),
    )


def trend_measures(sentences: Sentences, group: str) -> list[str]:
    """What the course is told of: the chosen, those that moved, else the fullest."""
    results = sentences.results
    rates = _rates(results, group)
    chosen = results.measurement.primary or results.form.primary
    cases = {name: sum(rate.applicable for rate in own) for name, own in rates.items()}
    moved = series_told(sentences, group, list(rates))
    order = sorted(
        (name for name in rates if cases[name]),
        key=lambda name: (name not in chosen, name not in moved, -cases[name]),
    )
    return order[:_MOST_DRAWN]


def drawn_measures(sentences: Sentences, group: str) -> list[str]:
    """Those of them with periods enough that have a percentage to draw."""
    rates = _rates(sentences.results, group)
    return [
        name
        for name in trend_measures(sentences, group)
        if sum(rate.is_shown for rate in rates[name]) >= _FEWEST_DRAWN
    ]


def series_told(
    sentences: Sentences, group: str, measures: Sequence[str]
) -> dict[str, str]:
    """By measure a sentence, where the run chart says that its level has moved."""
    number, found = sentences.language.number, {}
    rates = _rates(sentences.results, group)
    for measure in measures:
        runs = _runs(rates.get(measure, ()))
        if runs is not None and runs.signal:
            found[measure] = sentences.word(
                "series.shift",
                measure=sentences.quoted(measure),
                run=number(runs.longest_run),
                crossings=number(runs.crossings),
            )
    return found


def series_tables(
    sentences: Sentences, group: str, measures: Sequence[str], *, caption: str
) -> Iterator[Table]:
    """The periods by measure, counts and share; a few measures to a table."""
    results = sentences.results
    rates = phase_rates(results, group, compares=False)
    for start in range(0, len(measures), _MOST_COLUMNS):
        own = measures[start : start + _MOST_COLUMNS]
        columns = (
            Column(sentences.word("column.period"), 1.5),
            *(Column(sentences.measure(one), 2.0, numeric=True) for one in own),
        )
        rows = []
        for phase in results.phases:
            absent = PhaseRate(phase=phase, state=State.ABSENT)
            sides = [rates.get((one, phase), absent) for one in own]
            rows.append((sentences.phase(phase), *map(sentences.side, sides)))
        yield Table(caption, columns, tuple(rows))


def series_lines(sentences: Sentences, group: str) -> list[str]:
    """A line per measure, its counts from the first period to the last."""
    language, lines = sentences.language, []
    for measure, rates in _rates(sentences.results, group).items():
        if any(rate.applicable for rate in rates):
            counts = " -> ".join(
                language.count_of(rate.compliant, rate.applicable)
                if rate.has_counts
                else sentences.side(rate)
                for rate in rates
            )
            lines.append(f"{sentences.measure(measure)}: {counts}.")
    return lines


def _rates(results: Results, group: str) -> dict[str, list[PhaseRate]]:
    """A group's rates by measure, in the order of time."""
    rates = phase_rates(results, group, compares=False)
    return {
        measure: [
            rates[measure, phase]
            for phase in results.phases
            if (measure, phase) in rates
        ]
        for measure in results.form.measure_ids
    }


def _runs(rates: Sequence[PhaseRate]) -> RunChart | None:
    """The run chart of the periods with a percentage; None where they are few."""
    shown = [rate.rate for rate in rates if rate.is_shown and rate.rate is not None]
    return run_chart(shown) if len(shown) >= _FEWEST_PERIODS else None
