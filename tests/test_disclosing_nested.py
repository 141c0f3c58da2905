"""An attack on breakdowns inside one another, each published by a run of its own.

A nation is parted by municipality, these by area and the areas by team. Each run is
disclosed alone, as if the others were not there; the attacker holds all of them
together and propagates bounds through the whole tree to a fixed point.
"""

from dataclasses import dataclass, replace
from itertools import cycle, pairwise, product
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from test_disclosing_attack import (
    FORM,
    PHASES,
    SCORES,
    drawn,
    drawn_odds,
    made_results,
    with_rates,
)

from taskforce_analysis.disclosing import blocks, disclose
from taskforce_analysis.disclosing.breakdowns import chain_of, labels_of
from taskforce_analysis.settings import Settings

ATTRIBUTES = ("municipality", "area", "team")
THRESHOLDS = (3, 5, 10)
MOST_WITHHELD = {3: 0.98, 5: 0.995, 10: 0.999}
KEY = ["form", "group", "phase", "measure", "basis"]
APART = " · "


def made_nation(seeds) -> pd.DataFrame:
    """The finest tally: one municipality per seed, parted twice."""
    return with_rates(pd.DataFrame([row for seed in seeds for row in made_rows(seed)]))


def made_rows(seed: int) -> list[dict]:
    """One to four areas of one to three teams, unlike in size, two to five measures."""
    random = np.random.default_rng(seed)
    asked = FORM.measures if random.random() < 0.5 else FORM.measures[:2]
    groups = [
        f"d{seed} · a{area} · t{team}"
        for area in range(random.integers(1, 5))
        for team in range(random.integers(1, 4))
    ]
    rows = []
    for phase in PHASES:
        odds = {measure.id: drawn_odds(random) for measure in asked}
        for group in groups:
            size = int(random.choice((1, 3, 6, 12, 25, 60, 120)))
            place = {"form": "f", "group": group, "phase": phase, "cases": size}
            first = None
            for measure in asked:
                found = drawn(random, size, odds[measure.id], measure, first)
                first = found["crude"] if first is None else first
                rows += [
                    {**place, "measure": measure.id, "basis": basis}
                    | dict(zip(SCORES, map(int, own), strict=True))
                    for basis, own in found.items()
                ]
    return rows


def part_of(group: str, depth: int) -> str:
    return APART.join(group.split(APART)[:depth])


def coarser(finest: pd.DataFrame, depth: int) -> pd.DataFrame:
    """The tally of a run by the first attributes alone."""
    named = finest.assign(group=[part_of(one, depth) for one in finest["group"]])
    return with_rates(named.groupby(KEY, as_index=False)[["cases", *SCORES]].sum())


@dataclass(frozen=True)
class Seen:
    """A run's groups with all that is so, and which of it the run shows."""

    truth: dict[tuple, np.ndarray]
    shown: set[tuple]
    named: set[tuple]

    @property
    def sized(self) -> set[tuple]:
        return {key[:2] for key in self.shown}


def published(finest: pd.DataFrame, depth: int, settings: Settings) -> Seen:
    """What a run by the first `depth` attributes gives away; it knows of no other."""
    tallied = coarser(finest, depth)
    asked = replace(settings, by=ATTRIBUTES[:depth])
    results = disclose(made_results(tallied, asked)) if depth else None
    if results is None:
        return Seen(counts_of(tallied), {*counts_of(tallied)}, named_in(tallied))
    compared = [results.comparison.assign(phase=phase) for phase in PHASES]
    named = named_in(results.tally, results.withheld, *compared)
    return Seen(counts_of(tallied), {*counts_of(results.tally)}, named)


def named_in(*frames: pd.DataFrame) -> set[tuple]:
    """The groups, by phase, that a reader is told are there: each has a case."""
    pairs = (one[["group", "phase"]] for one in frames)
    return {pair for one in pairs for pair in one.itertuples(index=False, name=None)}


def counts_of(tallied: pd.DataFrame) -> dict[tuple, np.ndarray]:
    keys = tallied[KEY[1:]].itertuples(index=False, name=None)
    return dict(zip(keys, tallied[SCORES].to_numpy(), strict=True))


@dataclass
class Layer:
    """One breakdown of one phase, measure and basis: per group the bounds of counts.

    The last column is the number of cases; `home` is each group's place among those
    of the layer above.
    """

    names: list[str]
    truth: np.ndarray
    is_shown: np.ndarray
    is_sized: np.ndarray
    is_named: np.ndarray
    home: np.ndarray
    low: np.ndarray
    high: np.ndarray


def layers_of(seen: list[Seen], place: tuple) -> list[Layer]:
    """The tree of the groups that one phase, measure and basis has, top first."""
    layers: list[Layer] = []
    for depth, one in enumerate(seen):
        keys = [key for key in one.truth if key[1:] == place]
        names = [key[0] for key in keys]
        counts = np.array([one.truth[key] for key in keys])
        truth = np.column_stack([counts, counts.sum(axis=1)])
        shown = np.array([key in one.shown for key in keys])
        sized = shown | np.array([key[:2] in one.sized for key in keys])
        known = np.column_stack([np.tile(shown[:, None], len(SCORES)), sized])
        least = np.zeros_like(truth)
        named = np.array([key[:2] in one.named for key in keys])
        least[:, -1] = named & (counts.sum(axis=1) > 0)
        above = layers[-1].names if depth else [""]
        home = np.array([above.index(part_of(one, depth - 1)) for one in names])
        low, high = np.where(known, truth, least), np.where(known, truth, 10**6)
        layers.append(Layer(names, truth, shown, sized, named, home, low, high))
    return layers


def propagate(layers: list[Layer]) -> None:
    """Tighten every bound by the sums over groups and over kinds of answer."""
    while True:
        before = [(one.low.copy(), one.high.copy()) for one in layers]
        for one in layers:
            within_rows(one)
        for above, below in pairwise(layers):
            between(above, below)
        if all(
            (one.low == low).all() and (one.high == high).all()
            for one, (low, high) in zip(layers, before, strict=True)
        ):
            return


def within_rows(one: Layer) -> None:
    low, high = one.low, one.high
    low[:, -1] = np.maximum(low[:, -1], low[:, :-1].sum(axis=1))
    high[:, -1] = np.minimum(high[:, -1], high[:, :-1].sum(axis=1))
    beside = high[:, :-1].sum(axis=1, keepdims=True) - high[:, :-1]
    low[:, :-1] = np.maximum(low[:, :-1], low[:, -1:] - beside)
    beside = low[:, :-1].sum(axis=1, keepdims=True) - low[:, :-1]
    high[:, :-1] = np.minimum(high[:, :-1], high[:, -1:] - beside)


def between(above: Layer, below: Layer) -> None:
    home = below.home
    least, most = np.zeros_like(above.low), np.zeros_like(above.high)
    np.add.at(least, home, below.low)
    np.add.at(most, home, below.high)
    above.low[:] = np.maximum(above.low, least)
    above.high[:] = np.minimum(above.high, most)
    below.low[:] = np.maximum(below.low, above.low[home] - (most[home] - below.high))
    below.high[:] = np.minimum(below.high, above.high[home] - (least[home] - below.low))
    # The other groups hold only so many, whatever the kind of answer.
    others = above.high[home][:, -1:] - below.low[:, -1:]
    below.low[:, :-1] = np.maximum(below.low[:, :-1], above.low[home][:, :-1] - others)


def found_out(layers: list[Layer], threshold: int) -> int:
    """How many withheld counts are known, or known to be small, in the whole tree.

    What a shown whole and the names of its parts tell by themselves is not found out:
    that all cases were alike, that a kind of answer was rare, that there are few cases.
    """
    total, teams = 0, teams_of(layers)
    for depth, one in enumerate(layers):
        for place in np.flatnonzero(~one.is_shown).tolist():
            own, low, high = (
                side[place, :-1] for side in (one.truth, one.low, one.high)
            )
            assert (low <= own).all()
            assert (own <= high).all()
            shown = around(layers, depth, place, known="is_shown")
            sized = around(layers, depth, place, known="is_sized")
            told, size = shown.truth[:-1], sized.truth[-1]
            own_teams = teams[depth][place]
            most = np.minimum(told, size - teams[sized.depth][sized.place] + own_teams)
            least = np.maximum(told - (shown.truth[-1] - own_teams), 0)
            small = (own < threshold) & (high < threshold)
            known = (low == high) | (small & ((most >= threshold) | (low > least)))
            total += int(((own > 0) & (told != shown.truth[-1]) & known).sum())
    return total


def teams_of(layers: list[Layer]) -> list[np.ndarray]:
    """How many groups, of which none holds another, are named in each group."""
    counts = [layers[-1].is_named.astype(int)]
    for above, below in reversed(list(pairwise(layers))):
        inside = np.bincount(below.home, counts[0], len(above.names))
        counts.insert(0, np.maximum(inside, above.is_named))
    return [one.astype(int) for one in counts]


class Whole(NamedTuple):
    """A group that another lies in, and its counts."""

    depth: int
    place: int
    truth: np.ndarray


def around(layers: list[Layer], depth: int, place: int, *, known: str) -> Whole:
    """The nearest group around one whose figures, or whose size, are known."""
    for above in range(depth - 1, -1, -1):
        place = int(layers[above + 1].home[place])
        if getattr(layers[above], known)[place]:
            return Whole(above, place, layers[above].truth[place])
    raise AssertionError("the nation's figures are always shown")


class Attacked(NamedTuple):
    """How much was found out, the share withheld in the finest run, and all runs."""

    found: int
    withheld: float
    seen: list[Seen]


def attacked(finest: pd.DataFrame, settings: Settings) -> Attacked:
    """What is found out when all four runs lie side by side."""
    seen = [published(finest, depth, settings) for depth in range(4)]
    places = dict.fromkeys(key[1:] for key in seen[-1].truth)
    total = 0
    for place in places:
        layers = layers_of(seen, place)
        propagate(layers)
        total += found_out(layers, settings.threshold)
    own = seen[-1]
    return Attacked(total, 1 - len(own.shown) / len(own.truth), seen)


@pytest.mark.parametrize("publish", ["open", "strict"])
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_nothing_is_worked_out_from_nested_breakdowns(threshold: int, publish: str):
    settings = Settings(publish=publish, threshold=threshold)
    found, withheld, seen = attacked(made_nation(range(60)), settings)
    assert found == 0
    assert withheld < MOST_WITHHELD[threshold]
    # In open the municipalities' own figures are shown; in strict not all are.
    assert (len(seen[1].shown) == len(seen[1].truth)) == (publish == "open")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("publish", ["open", "strict"])
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_nothing_is_worked_out_from_a_thousand_nested_data_sets(
    threshold: int, publish: str, record_property
):
    settings = Settings(publish=publish, threshold=threshold)
    nations = [range(start, start + 50) for start in range(1000, 2000, 50)]
    made = [attacked(made_nation(seeds), settings) for seeds in nations]
    assert sum(one.found for one in made) == 0
    withheld = sum(one.withheld for one in made) / len(made)
    assert withheld < MOST_WITHHELD[threshold]
    record_property("withheld", f"{withheld:.1%}")


def test_the_attack_finds_what_single_groups_would_leave(monkeypatch):
    """Held to account: where each is hidden alone, the others tell of many."""
    real = blocks.small_rates

    asked = cycle((True, False))  # of the groups, and then of their sums

    def of_groups_alone(counts, threshold):
        return real(counts, threshold) & next(asked)

    monkeypatch.setattr(blocks, "LEAST", 1)
    monkeypatch.setattr(blocks, "small_rates", of_groups_alone)
    settings = Settings(publish="open", threshold=5)
    found, _, _ = attacked(made_nation(range(60)), settings)
    assert found > 50


def test_the_bounds_hold_what_an_exact_linear_program_allows():
    """Propagation is the attacker's reasoning: it may be wider, never narrower."""
    settings, checked = Settings(publish="open", threshold=5), 0
    finest = made_nation(range(3))
    seen = [published(finest, depth, settings) for depth in (0, 1, 2, 3)]
    layers = layers_of(seen, ("status", "m0", "crude"))
    equations, totals = equations_of(layers)
    # Each team that is named has a case.
    each = -np.repeat(np.eye(len(layers[-1].names)), len(SCORES), axis=1)
    has = (layers[-1].truth[:, -1] > 0) & layers[-1].is_named
    known = {"A_eq": equations, "b_eq": totals, "bounds": leaves(layers)}
    known |= {"A_ub": each, "b_ub": -has.astype(float)}
    propagate(layers)
    found = leaves(layers)
    for cell in range(len(found)):
        goal = np.zeros(len(found))
        goal[cell] = 1
        least, most = linprog(goal, **known).fun, -linprog(-goal, **known).fun
        assert found[cell][0] <= least + 1e-6
        assert most <= found[cell][1] + 1e-6
        checked += int(most > least + 1e-6)
    assert checked > 20


def leaves(layers: list[Layer]) -> list[tuple[int, int]]:
    """The bounds of the finest groups' counts, group by group."""
    low, high = layers[-1].low[:, :-1].ravel(), layers[-1].high[:, :-1].ravel()
    return list(zip(low.tolist(), high.tolist(), strict=True))


def equations_of(layers: list[Layer]) -> tuple[np.ndarray, list[int]]:
    """What is known of sums of the finest counts: shown groups, and known sizes."""
    kinds, names = len(SCORES), layers[-1].names
    rows, totals = [], []
    for depth, one in enumerate(layers):
        for place, name in enumerate(one.names):
            inside = np.array([part_of(leaf, depth) == name for leaf in names])
            if one.is_sized[place]:
                rows.append(np.repeat(inside, kinds))
                totals.append(one.truth[place, -1])
            for kind in range(kinds) if one.is_shown[place] else ():
                rows.append(np.outer(inside, np.arange(kinds) == kind).ravel())
                totals.append(one.truth[place, kind])
    return np.array(rows, dtype=float), totals


def test_the_chain_begins_with_the_municipality():
    chain = chain_of(("paragraph", "municipality", "team"))
    assert chain[0] == ("municipality",)
    assert chain[1] == ("municipality", "paragraph")
    assert chain[2] == ("municipality", "paragraph", "team")
    labels = labels_of(["§ 41 · Nord · T1"], ("paragraph", "municipality", "team"))
    assert labels == {"§ 41 · Nord · T1": ["Nord", "Nord · § 41", "Nord · § 41 · T1"]}


def test_groups_whose_names_do_not_tell_their_parts_are_shown_all_or_not_at_all():
    finest = made_nation(range(30))
    first = finest["group"].iloc[0]
    finest["group"] = finest["group"].replace({first: f"{first} · og mere"})
    asked = Settings(publish="open", by=ATTRIBUTES)
    shown = counts_of(disclose(made_results(finest, asked)).tally)
    every = counts_of(finest)
    for place in {key[1:] for key in every}:
        here = {key for key in every if key[1:] == place}
        assert here & shown.keys() in (here, set())


def test_a_run_alone_withholds_what_the_finer_run_reckons_with():
    """The coarser breakdown's pattern is its own, whichever run asks for it."""
    finest = made_nation(range(40))
    for publish, depth in product(("open", "strict"), (2, 3)):
        settings = Settings(publish=publish)
        above = published(finest, depth - 1, settings)
        below = published(finest, depth, settings)
        gone = set(above.truth) - above.shown
        inside = {
            key for key in below.shown if (part_of(key[0], depth - 1), *key[1:]) in gone
        }
        assert inside == set()
