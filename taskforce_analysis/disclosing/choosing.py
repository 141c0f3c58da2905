"""Which rates are withheld: those with a small cell, and those that would tell them.

A rate is that of a group, a phase and a measure; all its rows go together, for each
tells of the others. A measure that is made of others, or asked only where another is
met, goes with them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from taskforce_analysis.disclosing.exposing import grown, grown_sizes, is_small
from taskforce_analysis.forms import Form
from taskforce_analysis.tables import SCORES

if TYPE_CHECKING:
    import pandas as pd

RATE = ["group", "phase", "measure"]
BY_LIMIT = ("limit:before", "limit:after")
SHOWN_TOGETHER = ("crude", "condition", "unconditional", *BY_LIMIT)
Name = TypeVar("Name")
Rate = tuple[str, str, str]
Rates = set[Rate]
Counts = dict[Rate, dict[str, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Cells:
    """The counts of a tally by rate and basis, and how many cases each rate has."""

    counts: Counts
    cases: dict[Rate, int]

    @property
    def rates(self) -> Rates:
        """Every group, phase and measure that the tally has."""
        return set(self.counts)


class Hidden(NamedTuple):
    """The rates that are withheld, and the groups whose size is, by phase."""

    rates: Rates
    unsized: set[tuple[str, str]]


NOTHING = Hidden(set(), set())


def cells_of(tally: "pd.DataFrame") -> Cells:
    """The counts of a tally's plain rows, conditions, twins, and those by a limit."""
    rows = tally[tally["basis"].isin(SHOWN_TOGETHER)]
    numbers = rows[list(SCORES)].to_numpy()
    counts: Counts = {}
    cases: dict[Rate, int] = {}
    found = zip(*(rows[name] for name in RATE), strict=True)
    for rate, basis, own, number in zip(
        found, rows["basis"], numbers, rows["cases"], strict=True
    ):
        counts.setdefault(rate, {})[str(basis)] = own
        cases[rate] = int(number)
    return Cells(counts, cases)


def small_rates(cells: Cells, threshold: int) -> Rates:
    """The rates with a count from one to one below the threshold in any row.

    So has one where such a count is the difference of two of its rows: the cases that
    do not meet a condition, those that took longer than one limit and not the other.
    """
    return {
        rate
        for rate, rows in cells.counts.items()
        if 0 < cells.cases[rate] < threshold
        or any(
            is_small(row, threshold).any()
            for row in (*rows.values(), *_between(rows), *_between_limits(rows))
        )
    }


def _between(rows: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What two rows of a conditional measure tell together.

    The cases that do not meet the condition are the twin's count less the crude one;
    those that meet it and are not relevant all the same, the crude row's ikke relevant
    less the cases that do not meet it. Where the limit changed both are counted by the
    earlier one, and so is the row that they are held to.
    """
    found: list[np.ndarray] = []
    own = rows.get("limit:before", rows.get("crude"))
    if own is not None and "unconditional" in rows:
        found.append(rows["unconditional"] - own)
    if own is not None and "condition" in rows:
        unmet = rows["condition"][SCORES.index("noncompliant")]
        found.append(np.array([own[SCORES.index("not_applicable")] - unmet]))
    return found


def _between_limits(rows: dict[str, np.ndarray]) -> list[np.ndarray]:
    known = [rows[one] for one in ("crude", *BY_LIMIT) if one in rows]
    return [np.abs(one - other) for one, other in combinations(known, 2)]


def with_all_by_limit(tally: "pd.DataFrame") -> "pd.DataFrame":
    """The tally with rows by either limit for every group, where any has them.

    A group whose limit did not change has none of its own: they are its crude ones, and
    whoever adds the groups up knows that.
    """
    import pandas as pd

    of_all = ["phase", "measure", "basis"]
    asked = tally.loc[tally["basis"].isin(BY_LIMIT), of_all].drop_duplicates()
    if not len(asked):
        return tally
    crude = tally[tally["basis"] == "crude"].drop(columns="basis")
    filled = crude.merge(asked, on=["phase", "measure"])
    both = pd.concat([tally, filled[tally.columns]], ignore_index=True)
    return both.drop_duplicates([*RATE, "basis"], ignore_index=True)


def small_groups(cells: Cells, threshold: int) -> set[tuple[str, str]]:
    """The groups, by phase, that have fewer cases than the threshold."""
    return {
        rate[:2]
        for rate, rows in cells.counts.items()
        for row in rows.values()
        if is_small(np.array([row.sum(), cells.cases[rate]]), threshold).any()
    }


def protected(
    tally: "pd.DataFrame",
    form: Form,
    *,
    families: Mapping[str, str],
    threshold: int,
    above: Hidden = NOTHING,
) -> Hidden:
    """The rates to withhold among the groups of a breakdown.

    `families` gives each group the name of the whole that its family adds up to, and
    `above` what is withheld of these wholes: what lies inside goes with them.
    """
    cells = cells_of(tally)
    unsized = _unsized(cells, families, threshold)
    unsized |= {
        rate[:2]
        for rate in cells.rates
        if (families[rate[0]], rate[1]) in above.unsized
    }
    whole = {rate for rate in cells.rates if rate[:2] in unsized}
    inside = {
        rate for rate in cells.rates if (families[rate[0]], *rate[1:]) in above.rates
    }
    chosen = small_rates(cells, threshold)
    while True:
        asked = with_kin(chosen | whole | inside, cells.rates, form)
        after = _grown(cells, asked, families, unsized=unsized, threshold=threshold)
        if after | inside == chosen:
            return Hidden(chosen, unsized)
        chosen = after | inside


def kin_of(form: Form) -> dict[str, set[str]]:
    """Each measure with those whose being withheld takes it along.

    What is made of others tells of them and they of it; a measure that is asked only
    where another is met tells how often that was.
    """
    kin: dict[str, set[str]] = {name: {name} for name in form.measure_ids}
    for measure in form.measures:
        for part in {*measure.of} & kin.keys():
            kin[measure.id].add(part)
            kin[part].add(measure.id)
        if measure.applies_when is not None:
            kin[measure.id].add(measure.applies_when.measure)
    return kin


def with_kin(rates: Rates, known: Rates, form: Form) -> Rates:
    """The rates with those that go along with them, as far as they are known."""
    kin, found = kin_of(form), rates & known
    while True:
        more = {
            rate
            for rate in known - found
            if any((*rate[:2], name) in found for name in kin[rate[2]])
        }
        if not more:
            return found
        found = found | more


def _unsized(
    cells: Cells, families: Mapping[str, str], threshold: int
) -> set[tuple[str, str]]:
    """The groups, by phase, whose number of cases is not shown anywhere."""
    small = small_groups(cells, threshold)
    sizes: dict[tuple[str, str], dict[str, int]] = {}
    for (group, phase, _), rows in cells.counts.items():
        own = sizes.setdefault((phase, families[group]), {})
        own[group] = max(own.get(group, 0), *(int(row.sum()) for row in rows.values()))
    found: set[tuple[str, str]] = set()
    for (phase, _), own in sizes.items():
        if len(own) > 1:
            hidden = np.array([(group, phase) in small for group in own])
            counts = np.array(list(own.values()))
            more = grown_sizes(counts, hidden, threshold=threshold)
            found |= {(group, phase) for group in _where(own, more)}
    return found


def _grown(
    cells: Cells,
    chosen: Rates,
    families: Mapping[str, str],
    *,
    unsized: set[tuple[str, str]],
    threshold: int,
) -> Rates:
    """The chosen rates, and those that it takes to hide them from sums over groups."""
    together: dict[tuple[str, str, str], list[Rate]] = {}
    for rate in cells.counts:
        group, phase, measure = rate
        together.setdefault((phase, measure, families[group]), []).append(rate)
    found: Rates = set()
    for rates in together.values():
        hidden = np.array([rate in chosen for rate in rates])
        # The only group there is, is the whole.
        if len(rates) > 1 and hidden.any():
            blind = np.array([rate[:2] in unsized for rate in rates])
            counts = _stacked(cells, rates)
            more = grown(counts, hidden, blind & hidden, threshold=threshold)
            found |= set(_where(rates, more))
    return found


def _stacked(cells: Cells, rates: list[Rate]) -> list[np.ndarray]:
    empty = np.zeros(len(SCORES), dtype=int)
    bases = dict.fromkeys(basis for rate in rates for basis in cells.counts[rate])
    return [
        np.array([cells.counts[rate].get(basis, empty) for rate in rates])
        for basis in bases
    ]


def _where(names: Iterable[Name], marks: np.ndarray) -> list[Name]:
    return [name for name, is_in in zip(names, marks, strict=True) if is_in]
