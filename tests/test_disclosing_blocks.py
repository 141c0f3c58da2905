"""No published view determines a hidden small count, but where its total says it.

Two ways, neither of which reckons bounds. Every table of three groups is published, and
those that look alike are laid side by side: a hidden small count must not be the same
in all of them. Of larger families, which are too many, each is published with all that
can be made of it by exchanging two cases: one of these must look alike, and differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint, milp
from test_disclosing_attack import SCORES, made_results, with_rates

from taskforce_analysis.disclosing import blocks, disclose, inferred
from taskforce_analysis.settings import Settings

THRESHOLDS = (3, 5)
Table = tuple[tuple[int, ...], ...]  # per group the units with each answer
BY = ("municipality", "area")


def views_of(made: Iterable[Table], threshold: int) -> list[tuple]:
    """What is published of each table: its sizes, its total, and the groups shown."""
    made = list(made)
    settings = Settings(publish="open", threshold=threshold, by=BY)
    shown = disclose(made_results(with_rates(rows_for(made)), settings)).tally
    known: dict[int, list[tuple]] = defaultdict(list)
    for group, *counts in shown[["group", *SCORES]].itertuples(index=False):
        number, place = (int(part[1:]) for part in str(group).split(" · "))
        known[number].append((place, *counts))
    return [
        (
            tuple(map(sum, table)),
            tuple(map(sum, zip(*table, strict=True))),
            tuple(sorted(known[number])),
        )
        for number, table in enumerate(made)
    ]


def rows_for(made: Iterable[Table]) -> pd.DataFrame:
    """The crude rows of a tally: each table is a municipality, each group an area."""
    rows = [
        {"form": "f", "group": f"d{number} · g{place}", "phase": "status"}
        | {"measure": "m0", "basis": "crude", "cases": sum(own)}
        | dict.fromkeys(SCORES, 0)
        | dict(zip(SCORES, own, strict=False))
        for number, table in enumerate(made)
        for place, own in enumerate(table)
    ]
    return pd.DataFrame(rows)


def told_by_total(table: Table, kind: int) -> bool:
    """Whether none or all of the family's units have the answer."""
    total = sum(own[kind] for own in table)
    return total in (0, sum(map(sum, table)))


def hidden_small(
    table: Table, view: tuple, threshold: int
) -> Iterator[tuple[int, int]]:
    """The groups and answers whose small count is hidden, and not told by the total."""
    shown = {place for place, *_ in view[2]}
    for place, own in enumerate(table):
        for kind, count in enumerate(own):
            is_hidden = place not in shown and 0 < count < threshold
            if is_hidden and not told_by_total(table, kind):
                yield place, kind


def determined(made: list[Table], threshold: int) -> list[tuple]:
    """The hidden small counts that are the same in all tables that look alike."""
    alike: dict[tuple, list[Table]] = defaultdict(list)
    for table, view in zip(made, views_of(made, threshold), strict=True):
        alike[view].append(table)
    return [
        (view, place, kind)
        for view, those in alike.items()
        for place, kind in hidden_small(those[0], view, threshold)
        if len({table[place][kind] for table in those}) == 1
    ]


def tables_of(groups: int, most: int, kinds: int) -> list[Table]:
    """Every table of so many groups of one to `most` units each."""
    ways = [
        own for own in product(range(most + 1), repeat=kinds) if 0 < sum(own) <= most
    ]
    return list(product(ways, repeat=groups))


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_no_table_of_three_groups_of_up_to_six_cases_is_found_out(threshold: int):
    made = tables_of(3, 6, 2)
    assert len(made) == 27**3
    assert determined(made, threshold) == []


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_none_is_found_out_where_a_case_may_have_no_answer(threshold: int):
    assert determined(tables_of(3, 3, 3), threshold) == []


def test_hiding_groups_one_by_one_would_be_found_out(monkeypatch):
    """Held to account: with blocks of one group many counts are determined."""
    monkeypatch.setattr(blocks, "LEAST", 1)
    assert len(determined(tables_of(3, 4, 2), 3)) > 10


def families(seed: int, many: int) -> Iterator[Table]:
    """Families of four to eight groups, of unlike size, many of them nearly alike."""
    random = np.random.default_rng(seed)
    for _ in range(many):
        groups = int(random.integers(4, 9))
        sizes = random.choice((1, 2, 3, 4, 5, 6, 8, 12, 20), groups)
        if random.random() < 0.5:
            sizes = np.maximum(sizes, 5)
        odds = random.choice((0.05, 0.5, 0.9, 0.98))
        rare = random.choice((0.0, 0.0, 0.1))
        kinds = [odds * (1 - rare), (1 - odds) * (1 - rare), rare]
        yield tuple(tuple(map(int, random.multinomial(size, kinds))) for size in sizes)


def exchanges(table: Table, place: int, kind: int) -> Iterator[Table]:
    """The table with one case of a group exchanged for one of another group."""
    for other, gives in product(range(len(table)), (True, False)):
        giver, taker = (place, other) if gives else (other, place)
        for back in range(len(table[0])):
            if other == place or back == kind:
                continue
            rows = [list(own) for own in table]
            for one, given, got in ((giver, kind, back), (taker, back, kind)):
                rows[one][given] -= 1
                rows[one][got] += 1
            if min(map(min, rows)) >= 0:
                yield tuple(map(tuple, rows))


def found_out(made: list[Table], threshold: int) -> tuple[int, list[tuple]]:
    """How many hidden small counts there are, and those that nothing alike leaves open.

    What looks alike is published like everything else: nothing is taken for granted.
    """
    asked, others, wanted = [], [], []
    for table, view in zip(made, views_of(made, threshold), strict=True):
        for place, kind in hidden_small(table, view, threshold):
            asked.append((view, table[place][kind], place, kind))
            ways = list(exchanges(table, place, kind))
            wanted += [len(asked) - 1] * len(ways)
            others += ways
    open_ones = set()
    for number, table, view in zip(
        wanted, others, views_of(others, threshold), strict=True
    ):
        own, count, place, kind = asked[number]
        if view == own and table[place][kind] != count:
            open_ones.add(number)
    left = [one for number, one in enumerate(asked) if number not in open_ones]
    return len(asked), left


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_of_larger_families_something_else_always_looks_alike(threshold: int):
    made = list(families(threshold, 60))
    asked, left = found_out(made, threshold)
    assert left == []
    assert asked > 100
    shown = [len(view[2]) for view in views_of(made, threshold)]
    parts = [0 < known < len(table) for known, table in zip(shown, made, strict=True)]
    assert any(parts)


ALIKE = ((1, 0), (1, 0), (5, 0), (5, 0), (15, 5), (15, 5), (15, 5))


def test_a_block_that_answers_alike_takes_the_whole_family_along(monkeypatch):
    """Hidden by itself, it would tell what the two groups of one case answered."""
    asked, left = found_out([ALIKE], 3)
    assert (asked, left) == (2, [])
    monkeypatch.setattr(
        blocks, "_are_alike", lambda one: np.zeros(len(one.rates), bool)
    )
    assert len(found_out([ALIKE], 3)[1]) == 2


def test_a_block_that_leaves_few_takes_the_whole_family_along():
    """Two of the first three are not met: each group would have none to two of them."""
    few = ((4, 1), (4, 1), (5, 0), (6, 4), (6, 4), (6, 4))
    more = ((4, 1), (4, 1), (4, 1), (6, 4), (6, 4), (6, 4))
    shown = [{place for place, *_ in view[2]} for view in views_of([few, more], 3)]
    assert shown == [set(), {3, 4, 5}]


def test_where_nothing_is_small_nothing_is_hidden():
    (view,) = views_of([((5, 5), (6, 6), (7, 7))], 5)
    assert len(view[2]) == 3


def test_what_can_be_inferred_is_what_a_program_finds():
    """The limits that are told in the house are those of HiGHS, table by table."""
    settings, checked = Settings(publish="open", threshold=3, by=BY), 0
    for table in families(7, 12):
        made = made_results(with_rates(rows_for([table])), settings)
        told = inferred(made).set_index(["group", "score"])
        hidden = sorted(told.index.unique("group"), key=lambda name: int(name[-1]))
        counts = np.array([table[int(name.split("g")[1])] for name in hidden])
        for place, name in enumerate(hidden):
            for column, score in enumerate(SCORES[:2]):
                row = told.loc[(name, score)]
                assert row["count"] == counts[place, column]
                assert (row["least"], row["most"]) == by_program(counts, place, column)
                checked += 1
    assert checked > 40


def by_program(counts: np.ndarray, place: int, column: int) -> tuple[int, int]:
    """The least and the most of a count in a table of which the sums are known."""
    cells = np.arange(counts.size).reshape(counts.shape)
    lines = [np.isin(cells, one).ravel() for one in (*cells, *cells.T)]
    sums = [*counts.sum(axis=1), *counts.sum(axis=0)]
    goal = (cells == cells[place, column]).ravel().astype(float)
    matrix = np.array(lines, dtype=float)
    known = LinearConstraint(matrix, sums, sums)  # type: ignore[arg-type]
    most, least = (
        milp(sign * goal, constraints=known, integrality=np.ones(counts.size))
        for sign in (-1, 1)
    )
    return round(least.fun), round(-most.fun)
