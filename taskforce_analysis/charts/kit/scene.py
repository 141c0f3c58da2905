"""What a chart of measures shows: a row per measure, in the form's order of themes.

A scene is gathered once per figure from the tally and the comparison, nothing computed:
the group, the phases and the rows, with the language that their words are taken from.
`Rate` knows why it has no percentage (not asked, no relevant case, too few, withheld),
so that every chart tells it alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from taskforce_analysis.errors import unknown_name, wrong_use
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

# The states of a rate: with a percentage, from too few cases for one, without a case
# that is relevant, without one that could be counted, not asked, and withheld.
SHOWN, FEW, NONE, UNCOUNTED = "shown", "few", "none", "uncounted"
ABSENT, WITHHELD = "absent", "withheld"

_TALLIED = ("measure", "phase", "units", "not_applicable", "compliant", "applicable")
_TALLIED += ("rate", "rate_low", "rate_high")
_COMPARED = (
    *("measure", "basis", "primary", "applicable_before", "applicable_after"),
    *("difference", "difference_low", "difference_high"),
    *("role", "verdict", "decided_by", "robust", "reservation"),
)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One measure in one phase; shares in [0, 1], not a number where not shown."""

    phase: str
    state: str
    compliant: int = 0
    applicable: int = 0
    rate: float = nan
    low: float = nan
    high: float = nan

    @property
    def is_shown(self) -> bool:
        """Whether there are cases enough for a percentage."""
        return self.state == SHOWN


@dataclass(frozen=True, kw_only=True)
class Change:
    """The comparison of one measure: the difference as a share, and the verdict.

    `codes` are the reservations that the verdict carries.
    """

    difference: float
    low: float
    high: float
    verdict: str
    decided_by: str
    codes: tuple[str, ...]
    is_shown: bool
    role: str = ""


_NOT_TOLD = Change(
    difference=nan,
    low=nan,
    high=nan,
    verdict=WITHHELD,
    decided_by=WITHHELD,
    codes=(),
    is_shown=False,
)


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """One measure with its rates in the order of time, and its change if compared."""

    measure: Measure
    label: str
    theme: str
    primary: bool
    rates: tuple[Rate, ...]
    change: Change | None


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
        """The labels of the phases shown; one that comes from the data is its id."""
        declared = {one.id: one for one in self.results.form.phases}
        return [
            self.language.label(declared[phase]) if phase in declared else phase
            for phase in self.phases
        ]

    @property
    def tally(self) -> "pd.DataFrame":
        """The tally's rows of what is shown: its group, phases and measures."""
        rows = self._shown(self.results.tally)
        return rows[rows["phase"].isin(self.phases)]

    @property
    def comparison(self) -> "pd.DataFrame":
        """The comparison's rows of what is shown: its group and measures."""
        return self._shown(self.results.comparison)

    def _shown(self, table: "pd.DataFrame") -> "pd.DataFrame":
        shown = [row.measure.id for row in self.rows]
        rows = _own_rows(table, self.group, compares=self.compares)
        return rows[rows["measure"].isin(shown)]

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
) -> Scene:
    """The scene of a chart of measures; `theme` and `measures` (ids) choose rows.

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
    rows = _rows(results, language, chosen, phases=ordered, group=group)
    return Scene(
        results=results,
        language=language,
        group=group,
        phases=ordered,
        rows=tuple(rows),
    )


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
        raise wrong_use(
            "the results hold several groups", f"Choose: group={known[0]!r}"
        )
    return group or ("all" if "all" in known else known[0] if known else "all")


def _chosen_measures(
    form: Form, *, theme: str | None, measures: Sequence[str] | None
) -> list[Measure]:
    """The measures in the order of the form's themes, then those without a theme."""
    order = [one.id for one in form.themes]
    if theme is not None and theme not in order:
        raise unknown_name("theme", theme, order)
    chosen = [form.measure(name) for name in measures or form.measure_ids]
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
    chosen: dict[str, Any] = {"group": group, "compares": compares}
    tally = {
        (one["measure"], one["phase"]): one
        for one in _dicts(results.tally, _TALLIED, **chosen)
    }
    compared = {
        one["measure"]: one
        for one in _dicts(results.comparison, _COMPARED, group=group, compares=True)
    }
    moved = {one.measure for one in results.changed_limits if one.group == group}
    any_primary = any(one["primary"] for one in compared.values())
    withheld = _withheld(results, group)
    least = results.settings.minimum_percent
    for measure in measures:
        own = compared.get(measure.id)
        untold = own is not None and WITHHELD in _codes(own)
        theme = results.form.theme_of(measure)
        yield MeasureRow(
            measure=measure,
            label=_label(measure, own, language, compares=compares)
            if measure.id in moved and len(phases) > 1
            else language.label(measure),
            theme=language.label(theme) if theme else "",
            primary=bool(own and own["primary"]) or not any_primary,
            rates=tuple(
                Rate(phase=phase, state=WITHHELD)
                if untold or (measure.id, phase) in withheld
                else rate_of(tally.get((measure.id, phase)), phase, least)
                for phase in phases
            ),
            change=_change(own, least) if own else None,
        )


def _label(
    measure: Measure,
    row: Mapping[Any, Any] | None,
    language: Language,
    *,
    compares: bool,
) -> str:
    """A measure whose limit changed: that is said beside its name, in every figure."""
    alike = compares and row is not None and row["basis"] == "limit:before"
    key = "charts.as_judged" if alike else "charts.as_moved"
    return language.word(key, measure=language.label(measure))


def _own_rows(table: "pd.DataFrame", group: str, *, compares: bool) -> "pd.DataFrame":
    """A group's row of each measure: the one that decides, or the crude one."""
    own = table["headline"] if compares else table["basis"] == "crude"
    return table[own & (table["group"] == group)]


def _dicts(
    table: "pd.DataFrame", names: Sequence[str], *, group: str, compares: bool
) -> list[dict[str, Any]]:
    rows = _own_rows(table, group, compares=compares)
    # Column by column, which is many times faster than row by row.
    columns = [rows[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _withheld(results: "Results", group: str) -> set[tuple[str, str]]:
    """The measures and phases that disclosure control took out of a group."""
    rows = results.withheld
    own = rows[(rows["group"] == group) & (rows["basis"] == "crude")]
    return set(own[["measure", "phase"]].itertuples(index=False, name=None))


def is_withheld(row: Mapping[Any, Any]) -> bool:
    """Whether disclosure control has taken the row's counts out."""
    import pandas as pd

    counts = (row[name] for name in ("units", "compliant", "applicable"))
    return any(pd.isna(count) or count < 0 for count in counts)


def rate_of(row: Mapping[Any, Any] | None, phase: str, least: int) -> Rate:
    """The rate of a tally row, or why there is none; None is a measure not asked."""
    if row is not None and is_withheld(row):
        return Rate(phase=phase, state=WITHHELD)
    if row is None or not row["units"]:
        return Rate(phase=phase, state=ABSENT)
    counts = {name: int(row[name]) for name in ("compliant", "applicable")}
    if not counts["applicable"]:
        is_asked = row["units"] > row["not_applicable"]
        return Rate(phase=phase, state=UNCOUNTED if is_asked else NONE)
    if counts["applicable"] < least:
        return Rate(phase=phase, state=FEW, **counts)
    found = {"rate": row["rate"], "low": row["rate_low"], "high": row["rate_high"]}
    return Rate(phase=phase, state=SHOWN, **counts, **found)


def _change(row: Mapping[Any, Any], least: int) -> Change:
    codes = _codes(row)
    if WITHHELD in codes:
        return _NOT_TOLD
    if str(row["robust"]) == "False":  # it may also be not known, where none is due
        codes = ["not_robust", *codes]
    enough = min(row["applicable_before"], row["applicable_after"]) >= least
    return Change(
        difference=row["difference"],
        low=row["difference_low"],
        high=row["difference_high"],
        verdict=row["verdict"],
        decided_by=row["decided_by"],
        codes=tuple(codes),
        role=str(row["role"]),
        is_shown=enough
        and row["verdict"] != "not_comparable"
        and not isnan(row["difference"]),
    )


def _codes(row: Mapping[Any, Any]) -> list[str]:
    return str(row["reservation"] or "").split()
