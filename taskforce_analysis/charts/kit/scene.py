"""What a chart of measures shows: a row per measure, in the form's order of themes.

A scene is gathered once per figure from the tally and the comparison, nothing computed:
the group, the phases and the rows, with the language that their words are taken from.
What there is to tell of a rate or a comparison is read in reporting.table_rows, so that
every chart tells it as the sentences and tables do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskforce_analysis.errors import several_groups, unknown_name, wrong_use
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    PhaseRate,
    State,
    TallyRow,
    deciding,
    index_rows,
    once,
    phase_rates,
    tallied,
)
from taskforce_analysis.tables import names_in

if TYPE_CHECKING:
    from taskforce_analysis.results import Results


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """One measure with its rates in the order of time, and its change if compared."""

    measure: Measure
    label: str
    theme: str
    primary: bool
    rates: tuple[PhaseRate, ...]
    change: ComparisonRow | None

    @property
    def is_asked(self) -> bool:
        """Whether any of the phases asked it."""
        return any(rate.state is not State.ABSENT for rate in self.rates)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The rows of a chart with everything that their words are taken from."""

    results: "Results"
    language: Language
    group: str
    phases: tuple[str, ...]
    rows: tuple[MeasureRow, ...]

    @property
    def labels(self) -> list[str]:
        """The labels of the phases shown; a period is told as a reader would."""
        declared = {one.id: one for one in self.results.form.phases}
        return [
            self.language.label(declared[phase])
            if phase in declared
            else self.language.period(phase)
            for phase in self.phases
        ]

    @property
    def compared_labels(self) -> tuple[str, str]:
        """The labels of the two phases that are compared; UsageError for one alone."""
        if len(self.phases) < 2:
            finding = "there is one measurement alone, and no change to draw"
            raise wrong_use(finding, "Draw rates")
        return self.labels[0], self.labels[-1]

    @property
    def tally(self) -> list[TallyRow]:
        """The tally's rows of what is shown: its group, phases and measures."""
        shown = {row.measure.id for row in self.rows}
        return [
            row
            for row in tallied(self.results, self.group)
            if (row.headline if self.compares else row.basis == "crude")
            and row.phase in self.phases
            and row.measure in shown
        ]

    @property
    def comparison(self) -> list[ComparisonRow]:
        """The comparison's rows of what is shown: its group and measures."""
        return [row.change for row in self.rows if row.change]

    @property
    def compares(self) -> bool:
        """Whether the phases shown are the two that are compared."""
        return {*self.phases} == {self.results.before, self.results.after}

    @property
    def group_word(self) -> str:
        """What one group is called: a municipality, unless cases are parted else."""
        return self.word(f"{self._groups}_one")

    @property
    def groups_word(self) -> str:
        """What several groups are called."""
        return self.word(f"{self._groups}_many")

    @property
    def _groups(self) -> str:
        by = self.results.settings.by
        return "municipality" if by in ((), ("municipality",)) else "group"

    def word(self, key: str, **values: object) -> str:
        """A text of the charts' own section of the language."""
        return self.language.word(f"charts.{key}", **values)


def scene_of(
    results: "Results",
    language: Language,
    *,
    phases: Sequence[str] | None = None,
    group: str | None = None,
    theme: str | None = None,
    measures: Sequence[str] | None = None,
    with_index: bool = False,
) -> Scene:
    """The scene of a chart of measures; `theme` and `measures` (ids) choose rows.

    `with_index` puts a plan's index above all rows, where all its members are shown.
    Without `phases` the compared two; without `group` the only one, or "all". Raises
    UsageError for what does not exist, and where no measure is left.
    """
    for phase in phases or ():
        if phase not in results.phases:
            raise unknown_name("phase", phase, results.phases)
    wanted = phases or (results.before, results.after)
    ordered = tuple(phase for phase in results.phases if phase in wanted)
    group = _group_of(results, group)
    chosen = _chosen_measures(results.form, theme=theme, measures=measures)
    rows = [*_rows(results, language, chosen, phases=ordered, group=group)]
    if measures is None:  # what a form has and nobody was asked is no finding
        rows = [row for row in rows if row.is_asked] or rows
    # Where an index decides, it stands above the measures that it is made of.
    is_whole = {*results.measurement.index} <= {one.id for one in chosen}
    if with_index and theme is None and is_whole and len(ordered) > 1:
        rows = [*_index_rows(results, language, group), *rows]
    return Scene(
        results=results,
        language=language,
        group=group,
        phases=ordered,
        rows=tuple(rows),
    )


def _index_rows(
    results: "Results", language: Language, group: str
) -> Iterator[MeasureRow]:
    """The row of the index; the one beside it stands in the tables."""
    for row in index_rows(results, group):
        if row.is_headline:
            label = language.word("charts.index")
            yield MeasureRow(
                measure=Measure(id=row.measure, label=label),
                label=label,
                theme="",
                primary=True,
                rates=row.sides,
                change=row,
            )


@once
def groups_in(results: "Results") -> list[str]:
    """The groups in their order, also those of which all is withheld."""
    tables = (results.comparison, results.tally, results.withheld)
    named = (name for table in tables for name in table["group"].unique())
    return list(dict.fromkeys(named))


def _group_of(results: "Results", group: str | None) -> str:
    known = groups_in(results)
    if group is not None and group not in known:
        raise unknown_name("group", group, known)
    if group is None and "all" not in known and len(known) > 1:
        raise several_groups(known)
    return group or ("all" if "all" in known else known[0] if known else "all")


def _chosen_measures(
    form: Form, *, theme: str | None, measures: Sequence[str] | None
) -> list[Measure]:
    """The measures in the order of the form's themes, then those without a theme."""
    order = [one.id for one in form.themes]
    if theme is not None and theme not in order:
        raise unknown_name("theme", theme, order)
    chosen = [form.measure(one) for one in names_in(measures or form.measure_ids)]
    chosen = [one for one in chosen if theme in (None, one.theme)]
    if not chosen:
        raise wrong_use("no measure is left to draw", "Choose others")
    places = {name: place for place, name in enumerate(order)}
    return sorted(chosen, key=lambda one: places.get(one.theme, len(order)))


def _rows(
    results: "Results",
    language: Language,
    measures: Sequence[Measure],
    *,
    phases: Sequence[str],
    group: str,
) -> Iterator[MeasureRow]:
    # A row by the earlier limit is only of use where both phases are judged by it.
    compares = {*phases} == {results.before, results.after}
    rates = phase_rates(results, group, compares=compares)
    compared = {row.measure: row for row in deciding(results, group)}
    moved = {one.measure for one in results.changed_limits if one.group == group}
    any_primary = any(row.is_primary for row in compared.values())
    any_primary |= bool(index_rows(results, group))
    for measure in measures:
        own, theme = compared.get(measure.id), results.form.theme_of(measure)
        yield MeasureRow(
            measure=measure,
            label=_label(measure, own, language, compares=compares)
            if measure.id in moved and len(phases) > 1
            else language.label(measure),
            theme=language.label(theme) if theme else "",
            primary=bool(own and own.is_primary) or not any_primary,
            rates=tuple(
                rates.get((measure.id, phase))
                or PhaseRate(phase=phase, state=State.ABSENT)
                for phase in phases
            ),
            change=own,
        )


def _label(
    measure: Measure,
    row: ComparisonRow | None,
    language: Language,
    *,
    compares: bool,
) -> str:
    """A measure whose limit changed: that is said beside its name, in every figure."""
    alike = compares and row is not None and row.is_judged_alike
    key = "charts.as_judged" if alike else "charts.as_moved"
    return language.word(key, measure=language.label(measure))
