"""Which rates are withheld: those with a small cell, and those that would tell them.

A place is a group, a phase and a measure; all rows of a place go together, for each
tells of the others. A measure that is made of others, or asked only where another is
met, goes with them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from taskforce_analysis.disclosing.exposing import grown, grown_sizes, is_small
from taskforce_analysis.forms import Form
from taskforce_analysis.tables import SCORES

if TYPE_CHECKING:
    import pandas as pd

PLACE = ["group", "phase", "measure"]
SHOWN_TOGETHER = ("crude", "unconditional")
Name = TypeVar("Name")
Place = tuple[str, str, str]
Places = set[Place]
Counts = dict[Place, dict[str, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Cells:
    """The counts of a tally by place and basis, and how many cases each place has."""

    counts: Counts
    cases: dict[Place, int]

    @property
    def places(self) -> Places:
        """Every group, phase and measure that the tally has."""
        return set(self.counts)


class Hidden(NamedTuple):
    """The places that are withheld, and the groups whose size is, by phase."""

    places: Places
    unsized: set[tuple[str, str]]


NOTHING = Hidden(set(), set())


def cells_of(tally: "pd.DataFrame") -> Cells:
    """The counts of a tally's plain rows and their twins."""
    rows = tally[tally["basis"].isin(SHOWN_TOGETHER)]
    numbers = rows[list(SCORES)].to_numpy()
    counts: Counts = {}
    cases: dict[Place, int] = {}
    found = zip(*(rows[name] for name in PLACE), strict=True)
    for place, basis, own, number in zip(
        found, rows["basis"], numbers, rows["cases"], strict=True
    ):
        counts.setdefault(place, {})[str(basis)] = own
        cases[place] = int(number)
    return Cells(counts, cases)


def small_places(cells: Cells, threshold: int) -> Places:
    """The places with a count from one to one below the threshold in any row.

    The cases that do not meet a condition, its twin's count less the crude one, too.
    """
    return {
        place
        for place, rows in cells.counts.items()
        if 0 < cells.cases[place] < threshold
        or any(is_small(row, threshold).any() for row in (*rows.values(), _unmet(rows)))
    }


def _unmet(rows: dict[str, np.ndarray]) -> np.ndarray:
    crude = rows.get("crude")
    if crude is None or "unconditional" not in rows:
        return np.zeros(1)
    return rows["unconditional"] - crude


def small_groups(cells: Cells, threshold: int) -> set[tuple[str, str]]:
    """The groups, by phase, that have fewer cases than the threshold."""
    return {
        place[:2]
        for place, rows in cells.counts.items()
        for row in rows.values()
        if is_small(np.array([row.sum(), cells.cases[place]]), threshold).any()
    }


def protected(
    tally: "pd.DataFrame",
    form: Form,
    *,
    families: Mapping[str, str],
    threshold: int,
    above: Hidden = NOTHING,
) -> Hidden:
    """The places to withhold among the groups of a breakdown.

    `families` gives each group the name of the whole that its family adds up to, and
    `above` what is withheld of these wholes: what lies inside goes with them.
    """
    cells = cells_of(tally)
    unsized = _unsized(cells, families, threshold)
    unsized |= {
        place[:2]
        for place in cells.places
        if (families[place[0]], place[1]) in above.unsized
    }
    whole = {place for place in cells.places if place[:2] in unsized}
    inside = {
        place for place in cells.places if (families[place[0]], *place[1:]) in above[0]
    }
    chosen = small_places(cells, threshold)
    while True:
        asked = with_kin(chosen | whole | inside, cells.places, form)
        after = _grown(cells, asked, families, unsized=unsized, threshold=threshold)
        if after | inside == chosen:
            return Hidden(chosen, unsized)
        chosen = after | inside


def kin_of(form: Form) -> dict[str, set[str]]:
    """Each measure with those whose being withheld takes it along.

    What is made of others tells of them and they of it; the twin of a measure that is
    asked only where another is met tells how often that was.
    """
    kin: dict[str, set[str]] = {name: {name} for name in form.measure_ids}
    for measure in form.measures:
        for part in {*measure.of} & kin.keys():
            kin[measure.id].add(part)
            kin[part].add(measure.id)
        if measure.applies_when is not None:
            kin[measure.id].add(measure.applies_when.measure)
    return kin


def with_kin(places: Places, known: Places, form: Form) -> Places:
    """The places with those that go along with them, as far as they are known."""
    kin, found = kin_of(form), places & known
    while True:
        more = {
            place
            for place in known - found
            if any((*place[:2], name) in found for name in kin[place[2]])
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
    chosen: Places,
    families: Mapping[str, str],
    *,
    unsized: set[tuple[str, str]],
    threshold: int,
) -> Places:
    """The chosen places, and those that it takes to hide them from sums over groups."""
    together: dict[tuple[str, str, str], list[Place]] = {}
    for place in cells.counts:
        group, phase, measure = place
        together.setdefault((phase, measure, families[group]), []).append(place)
    found: Places = set()
    for places in together.values():
        hidden = np.array([place in chosen for place in places])
        # The only group there is, is the whole.
        if len(places) > 1 and hidden.any():
            blind = np.array([place[:2] in unsized for place in places])
            counts = _stacked(cells, places)
            more = grown(counts, hidden, blind & hidden, threshold=threshold)
            found |= set(_where(places, more))
    return found


def _stacked(cells: Cells, places: list[Place]) -> list[np.ndarray]:
    empty = np.zeros(len(SCORES), dtype=int)
    bases = dict.fromkeys(basis for place in places for basis in cells.counts[place])
    return [
        np.array([cells.counts[place].get(basis, empty) for place in places])
        for basis in bases
    ]


def _where(names: Iterable[Name], marks: np.ndarray) -> list[Name]:
    return [name for name, is_in in zip(names, marks, strict=True) if is_in]
