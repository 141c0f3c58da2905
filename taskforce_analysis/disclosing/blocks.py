"""Which rates are withheld: groups stand in blocks, shown or hidden whole.

A rate is that of a group, a phase and a measure. The groups of a breakdown are put into
blocks of at least three beforehand, from what is public alone: how many units of each
were reviewed, and the order of the form. A block with a count from one to one below the
threshold is hidden whole, in that phase and for that measure: every row and table made
of the same answers, and of those that tell of them. Groups that have fewer units than
the threshold stand in one block; where nearly all of its units were answered alike, the
whole family is hidden. Which others are hidden with a small count therefore says
nothing of the counts: two cases of what is hidden may always have changed places (the
proof is in docs/databeskyttelse.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from taskforce_analysis.disclosing.breakdowns import (
    By,
    Labels,
    chain_of,
    is_protected,
    labels_of,
)
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.results import Results
from taskforce_analysis.tables import APART, SCORES, with_groups

RATE = ["group", "phase", "measure"]
BY_LIMIT = ("limit:before", "limit:after")
OF_DAYS = ("cases", "open", "compliant", "applicable", "compliant_longer")
OF_DAYS += ("applicable_longer",)
PARTED = ("crude", *BY_LIMIT, "unconditional", "answers")
LEAST = 3  # groups of a block: with two, each would know the other's figures
Rate = tuple[str, str, str]
Rates = set[Rate]
Sizes = Mapping[str, Mapping[tuple[str, str], int]]


class Hidden(NamedTuple):
    """The rates to withhold, and the groups, by phase, that are not even named.

    That a group is there says that it has a case; the names of the parts of one that
    is withheld whole would say how many it has at least.
    """

    rates: Rates
    unnamed: set[tuple[str, str]]


def is_small(counts: np.ndarray, threshold: int) -> np.ndarray:
    """Whether a count lies from one to one below the threshold; none is not small.

    >>> is_small(np.array([0, 1, 4, 5]), 5).tolist()
    [False, True, True, False]
    """
    return (counts > 0) & (counts < threshold)


@dataclass(frozen=True, eq=False)
class Counts:
    """All that is counted of each rate, table by table; exists to be summed and read.

    `tables` are by basis, or named answers, days and cases: a row per rate and a column
    per count, without a number where a rate has no such row.
    """

    rates: list[Rate]
    tables: dict[str, np.ndarray]

    @property
    def units(self) -> np.ndarray:
        """How many units each rate is of."""
        return np.nan_to_num(self.tables["crude"]).sum(axis=1).astype(int)

    def at(self, marks: np.ndarray) -> "Counts":
        """Those of the marked rates."""
        rates = [rate for rate, is_in in zip(self.rates, marks, strict=True) if is_in]
        return Counts(rates, {name: own[marks] for name, own in self.tables.items()})

    def summed(self, names: Sequence[Rate]) -> "Counts":
        """The sums of those that are given the same name."""
        place = {name: number for number, name in enumerate(dict.fromkeys(names))}
        into = np.array([place[name] for name in names], dtype=int)

        def sums(own: np.ndarray) -> np.ndarray:
            total, known = np.zeros((2, len(place), own.shape[1]))
            np.add.at(total, into, np.nan_to_num(own))
            np.add.at(known, into, ~np.isnan(own))
            return np.where(known > 0, total, np.nan)

        return Counts([*place], {name: sums(own) for name, own in self.tables.items()})


def hidden_rates(results: Results) -> Hidden:
    """What is withheld of a breakdown: level by level, from the coarsest it goes with.

    Each level is decided by its own figures, so that a run of its own withholds the
    same; what lies inside a hidden group goes with it.
    """
    counts, by = counts_of(results), results.settings.by
    kin, threshold = kin_of(results.form), results.settings.threshold
    groups = sorted({group for group, _, _ in counts.rates})
    labels = labels_of(groups, by)
    if labels is None:
        # Groups whose names do not tell their parts add up to who knows what.
        found = _hidden(counts, dict.fromkeys(groups, ""), kin, threshold=threshold)
        gone = {(phase, measure) for _, phase, measure in found}
        return Hidden({rate for rate in counts.rates if rate[1:] in gone}, set())
    hidden, unnamed = Rates(), set[tuple[str, str]]()
    for depth, names in enumerate(chain_of(by)):
        if not is_protected(names, results.settings):
            continue
        parents = {
            one[depth]: one[depth - 1] if depth else "" for one in labels.values()
        }
        level = _level(counts, labels, depth)
        level = _counted_anew(level, names, results)
        inside = {one for one in level.rates if (parents[one[0]], *one[1:]) in hidden}
        shown = {one[:2] for one in level.rates if one not in inside}
        unnamed = {one[:2] for one in inside} - shown
        order = _order_of(names, results.form)
        hidden = inside | _hidden(level, parents, kin, threshold=threshold, order=order)
    finest = {own[-1]: group for group, own in labels.items()}
    return Hidden(
        {(finest[group], phase, measure) for group, phase, measure in hidden},
        {(finest[group], phase) for group, phase in unnamed},
    )


def counts_of(results: Results) -> Counts:
    """What is counted of each rate of the results, in every table but parts by law.

    A group whose limit did not change has no rows by either: they are its crude ones.
    """
    tally = results.tally[~results.tally["basis"].str.startswith("law:")]
    rates: list[Rate] = list(
        dict.fromkeys(tally[RATE].itertuples(index=False, name=None))
    )
    place = {rate: number for number, rate in enumerate(rates)}
    found: dict[str, np.ndarray] = {"cases": np.zeros((len(rates), 1))}
    for basis, rows in tally.groupby("basis"):
        own = [place[rate] for rate in rows[RATE].itertuples(index=False, name=None)]
        counted = found[str(basis)] = np.full((len(rates), len(SCORES)), np.nan)
        counted[own] = rows[list(SCORES)].to_numpy(dtype=float)
        np.maximum.at(found["cases"][:, 0], own, rows["cases"].to_numpy(dtype=float))
    kinds = {
        name: at for at, name in enumerate(sorted(set(results.distribution["answer"])))
    }
    found["parts"] = _beside_parts(rates, found["crude"], results.form)
    found["answers"] = np.zeros((len(rates), len(kinds)))
    given = results.distribution[[*RATE, "answer", "count"]]
    for group, phase, measure, answer, count in given.itertuples(index=False):
        where = place[group, phase, measure]
        found["answers"][where, kinds[answer]] += count
    found["days"] = np.full((len(rates), len(OF_DAYS)), np.nan)
    days = results.days[results.days["basis"] == "crude"]
    known = days[RATE].itertuples(index=False, name=None)
    found["days"][[place[rate] for rate in known]] = days[[*OF_DAYS]].to_numpy(float)
    for basis in {*BY_LIMIT} & found.keys():
        known = np.asarray(~np.isnan(found[basis]).all(axis=1))
        changed = {rate[1:] for rate, is_in in zip(rates, known, strict=True) if is_in}
        filled = np.array([rate[1:] in changed for rate in rates]) & ~known
        found[basis][filled] = found["crude"][filled]
    return Counts(rates, found)


def _beside_parts(rates: Sequence[Rate], crude: np.ndarray, form: Form) -> np.ndarray:
    """What a composite's counts leave of those of each of its parts.

    Where two measures are asked and both are to be kept, the cases that keep the one
    alone are its own count less that of both.
    """
    place = {rate: number for number, rate in enumerate(rates)}
    most = max((len(one.of) for one in form.measures), default=0)
    found = np.full((len(rates), most, len(SCORES)), np.nan)
    parts = {one.id: one.of for one in form.measures if one.of}
    for number, (group, phase, name) in enumerate(rates):
        for at, other in enumerate(parts.get(name, ())):
            if (group, phase, other) in place:
                found[number, at] = crude[place[group, phase, other]] - crude[number]
    return found.reshape(len(rates), -1)


def small_rates(counts: Counts, threshold: int) -> np.ndarray:
    """Per rate whether one of its counts is small, or the difference of two of them.

    Two rows of a measure tell such: the cases that do not meet a condition, those that
    took longer than one limit and not the other, those that have not ended.
    """
    found = np.zeros(len(counts.rates), dtype=bool)
    for own in (*counts.tables.values(), *_between(counts.tables)):
        small = is_small(np.abs(np.nan_to_num(own)), threshold)
        found |= small.any(axis=tuple(range(1, small.ndim)))
    return found


def _between(known: Mapping[str, np.ndarray]) -> Iterator[np.ndarray]:
    """What two rows, or two counts, of the same answers leave of each other.

    The cases that do not meet the condition are the twin's count less the crude one;
    those that meet it and are not relevant all the same, the crude row's ikke relevant
    less the cases that do not meet it. Where the limit changed both are counted by the
    earlier one, and so is the row that they are held to.
    """
    own = known["crude"]
    if "limit:before" in known:
        own = np.where(np.isnan(known["limit:before"]), own, known["limit:before"])
    if "unconditional" in known:
        yield known["unconditional"] - own
    if "condition" in known:
        unmet = known["condition"][:, SCORES.index("noncompliant")]
        yield own[:, SCORES.index("not_applicable")] - unmet
    limits = [known[one] for one in ("crude", *BY_LIMIT) if one in known]
    yield from (one - other for one, other in combinations(limits, 2))
    days = dict(zip(OF_DAYS, known["days"].T, strict=True))
    yield days["cases"] - days["open"]
    yield days["applicable"] - days["compliant"]
    yield days["applicable_longer"] - days["compliant_longer"]
    yield days["compliant_longer"] - days["compliant"]


def kin_of(form: Form) -> dict[str, str]:
    """Each measure's family, by the first of its members: who tells of one another.

    What is made of others tells of them and they of it; one that is asked only where
    another is met tells how often that was, and the other how often it was asked; and
    two that read the same column are the same answers.

    >>> from taskforce_analysis.forms import load_form
    >>> kin_of(load_form("boernehandicap"))["concrete_goals"]
    'action_plan'
    """
    first = {name: name for name in form.measure_ids}
    pairs = [
        (measure.id, other)
        for measure in form.measures
        for other in measure.rests_on
        if other in first
    ]
    pairs += [
        (one.id, other.id)
        for one, other in combinations(form.measures, 2)
        if _reads_alike(one, other)
    ]
    for pair in pairs:
        kept, left = sorted((first[name] for name in pair), key=form.measure_ids.index)
        first = {name: kept if own == left else own for name, own in first.items()}
    return first


def _reads_alike(one: Measure, other: Measure) -> bool:
    both = {*one.start} & {*other.start} and {*one.end} & {*other.end}
    return bool(both or {*one.columns} & {*other.columns})


def blocks_of(
    sizes: Sizes, *, threshold: int, order: Callable[[str], object] = str
) -> list[list[str]]:
    """The groups in blocks, by their numbers of units in each phase and measure.

    Those below the threshold anywhere come first and stand together, with as many more
    as make three times the threshold; then the smaller ones, and alike ones in the
    order of the form. A block has at least three groups with units in every phase and
    measure that was asked at all; where there are not that many, all are one block.

    >>> sizes = {"a": 9, "b": 2, "c": 30, "d": 4, "e": 7, "f": 8, "g": 3}
    >>> asked = {name: {("status", "m"): size} for name, size in sizes.items()}
    >>> blocks_of(asked, threshold=5)
    [['b', 'g', 'd', 'e'], ['f', 'a', 'c']]
    """
    asked = {place for own in sizes.values() for place, size in own.items() if size}
    below = {name for name, own in sizes.items() if _is_below(own, threshold)}
    ranked = sorted(
        sizes,
        key=lambda name: (
            name not in below,
            min((sizes[name].get(place, 0) for place in asked), default=0),
            order(name),
        ),
    )

    def is_full(block: list[str]) -> bool:
        held = [[sizes[name].get(place, 0) for name in block] for place in asked]
        enough = LEAST * threshold if below & {*block} else 0
        return all(
            sum(size > 0 for size in own) >= LEAST and sum(own) >= enough
            for own in held
        )

    blocks: list[list[str]] = [[]]
    for name in ranked:
        if name not in below and is_full(blocks[-1]):
            blocks.append([])
        blocks[-1].append(name)
    if len(blocks) > 1 and not is_full(blocks[-1]):
        last = blocks.pop()
        blocks[-1] += last
    return blocks


def _is_below(own: Mapping[tuple[str, str], int], threshold: int) -> bool:
    return any(0 < size < threshold for size in own.values())


def _hidden(
    counts: Counts,
    parents: Mapping[str, str],
    kin: Mapping[str, str],
    *,
    threshold: int,
    order: Callable[[str], object] = str,
) -> Rates:
    """The rates of the blocks that hold a small count, family by family.

    All of a family's are hidden where what is hidden would tell of few taken together,
    for its sums are known by what is shown; and where a block with a group of few is
    nearly all alike, for what these answered would be known.
    """
    wholes = [(parents[group], phase, kin[name]) for group, phase, name in counts.rates]
    sums = [(parents[group], phase, name) for group, phase, name in counts.rates]
    groups: dict[tuple[str, str], set[str]] = {}
    for (family, phase, _), (group, _, _) in zip(wholes, counts.rates, strict=True):
        groups.setdefault((family, phase), set()).add(group)
    # The only group there is, is the whole, which is shown where there is one.
    counted = np.array([not one[0] or len(groups[one[:2]]) > 1 for one in wholes])
    home = _homes(counts, wholes, threshold=threshold, order=order)

    def of_blocks_with(marks: np.ndarray) -> np.ndarray:
        known = {
            block for block, is_in in zip(home, marks & counted, strict=True) if is_in
        }
        return np.array([block in known for block in home], dtype=bool)

    hidden = of_blocks_with(small_rates(counts, threshold))
    first = of_blocks_with(is_small(counts.units, threshold))
    gone: set[Rate] = set()
    for marks, tells in (
        (hidden, lambda one: small_rates(one, threshold)),
        (first, _are_alike),
    ):
        named = [name for name, is_in in zip(sums, marks, strict=True) if is_in]
        left = counts.at(marks).summed(named)
        told = zip(left.rates, tells(left), strict=True)
        gone |= {(*name[:2], kin[name[2]]) for name, is_in in told if is_in}
    whole = np.array([one in gone for one in wholes], dtype=bool)
    return {*counts.at(hidden | whole).rates}


def _homes(
    counts: Counts,
    wholes: Sequence[Rate],
    *,
    threshold: int,
    order: Callable[[str], object],
) -> list[tuple[object, ...]]:
    """Per rate the block that it stands in: of which whole, and its number there."""
    sizes: dict[tuple[str, str], dict[str, dict[tuple[str, str], int]]] = {}
    for (family, _, kin), rate, units in zip(
        wholes, counts.rates, counts.units, strict=True
    ):
        own = sizes.setdefault((family, kin), {}).setdefault(rate[0], {})
        own[rate[1], rate[2]] = int(units)
    number = {
        (*whole, group): at
        for whole, own in sizes.items()
        for at, block in enumerate(blocks_of(own, threshold=threshold, order=order))
        for group in block
    }
    return [
        (*whole, number[whole[0], whole[2], rate[0]])
        for whole, rate in zip(wholes, counts.rates, strict=True)
    ]


def _are_alike(counts: Counts) -> np.ndarray:
    """Per sum whether all units but one at most have one answer.

    That one other answer counts too keeps it from being known where all are hidden.
    """
    parted = [own for name, own in counts.tables.items() if name in PARTED]
    most = np.nan_to_num(np.hstack(parted)).max(axis=1, initial=0)
    return most >= counts.units - 1


def _level(counts: Counts, labels: Labels, depth: int) -> Counts:
    """The counts of the groups of a coarser breakdown: the sums over their parts."""
    return counts.summed(
        [(labels[group][depth], phase, name) for group, phase, name in counts.rates]
    )


def _counted_anew(level: Counts, names: By, results: Results) -> Counts:
    """A case with decisions in several groups is one case of the coarser group."""
    answers = results.answers
    if not (results.form.decision and len(answers)):
        return level
    own = with_groups(answers, names)[[*RATE, "file", "case_id"]].drop_duplicates()
    cases = own.groupby(RATE).size().to_dict()
    before = level.tables["cases"][:, 0]
    known = [
        cases.get(rate, one) for rate, one in zip(level.rates, before, strict=True)
    ]
    counted = np.array(known, dtype=float).reshape(-1, 1)
    return replace(level, tables={**level.tables, "cases": counted})


def _order_of(names: By, form: Form) -> Callable[[str], object]:
    """A group's place: where the form offers its names, then by these themselves."""
    offered = {one.id: one.choices for one in form.attributes}
    known = [offered.get(name, ()) for name in names]

    def place(group: str) -> object:
        parts = group.split(APART)
        return [
            (choices.index(part) if part in choices else len(choices), part)
            for part, choices in zip(parts, known, strict=False)
        ]

    return place
