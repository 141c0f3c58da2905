"""An attack on published results: nothing that was withheld can be worked out.

The attacker knows the method and sees everything that is published together: the
totals of the whole municipality, the breakdown's JSON, its comparison and its answers.
From that the least and the most that each withheld count can be is reasoned out
(bounds propagation to a fixed point; an exact linear program holds it to account).
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from taskforce_analysis import tables
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.forms import Condition, Form, Measure, Phase
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.writing.json import json_rows, results_contract

SCORES = list(tables.SCORES)
PHASES = ("analysis", "status")
THRESHOLDS = (3, 5, 10)
MOST_WITHHELD = {3: 0.9, 5: 0.97, 10: 0.995}
NO_ANSWERS = pd.DataFrame(columns=["group", "phase", "measure"])


def made_form() -> Form:
    """Five measures; the last is asked only where the first is met."""
    own = [Measure(id=f"m{i}", label=f"M{i}", columns=(f"M{i}",)) for i in range(5)]
    asked = Condition(measure="m0", answers=("yes",))
    own[-1] = replace(own[-1], applies_when=asked)
    return Form(
        id="f",
        title="F",
        version="1",
        unit="sag",
        case=("Sag",),
        phases=tuple(Phase(id=one, label=one) for one in PHASES),
        measures=tuple(own),
    )


FORM = made_form()


def made_tally(seeds: Iterable[int]) -> pd.DataFrame:
    """Many data sets in one table: each is a municipality whose cases are parted."""
    return with_rates(pd.DataFrame([row for seed in seeds for row in made_rows(seed)]))


def made_rows(seed: int) -> list[dict]:
    """Two to six groups of unlike size, two to five measures, two phases, some laws."""
    random = np.random.default_rng(seed)
    asked = FORM.measures if random.random() < 0.5 else FORM.measures[:2]
    groups = [f"d{seed} · g{i}" for i in range(random.integers(2, 7))]
    with_laws = random.random() < 0.3
    rows = []
    for phase in PHASES:
        odds = {measure.id: drawn_odds(random) for measure in asked}
        for group in groups:
            size = int(random.choice((1, 3, 6, 12, 25, 60, 120)))
            place = {"form": "f", "group": group, "phase": phase, "cases": size}
            first = None
            for measure in asked:
                found = drawn(random, size, odds[measure.id], measure, first)
                counts = found["crude"]
                first = counts if first is None else first
                if with_laws:
                    part = random.binomial(counts, 0.5)
                    found |= {"law:SEL": part, "law:BL": counts - part}
                rows += [
                    {**place, "measure": measure.id, "basis": basis}
                    | dict(zip(SCORES, map(int, own), strict=True))
                    for basis, own in found.items()
                    if own.sum()
                ]
    return rows


def drawn_odds(random: np.random.Generator) -> list[float]:
    rare = random.choice((0.0, 0.0, 0.02, 0.1))
    met = random.choice((0.05, 0.5, 0.8, 0.97, 1.0))
    other = random.choice((0.0, 0.0, 0.1, 0.4))
    known = 1 - other
    return [met * known, (1 - met) * known, other * (1 - rare), 0, 0, other * rare, 0]


def drawn(random, size: int, odds, measure: Measure, first):
    """A measure's counts; where it is conditional, also its condition's and twin's."""
    if measure.applies_when is None:
        return {"crude": random.multinomial(size, odds)}
    counts = random.multinomial(first[0], odds)
    unmet = np.zeros(len(SCORES), dtype=int)
    unmet[1] = first[1]
    counts[2] += first[1:].sum()
    twin = counts + unmet
    twin[2] -= first[1]
    met = first.copy()
    met[1], met[2] = first[1] + first[2], 0
    return {"crude": counts, "condition": met, "unconditional": twin}


def with_rates(frame: pd.DataFrame) -> pd.DataFrame:
    """The counts as a tally: the rates follow from them, the intervals are left out."""
    applicable = frame["compliant"] + frame["noncompliant"]
    rate = frame["compliant"] / applicable.where(applicable > 0)
    filled = frame.assign(
        units=frame[SCORES].sum(axis=1),
        applicable=applicable,
        rate=rate,
        **dict.fromkeys(("rate_low", "rate_high", "rate_lowest", "rate_highest"), rate),
        confidence=0.95,
        interval="wilson",
        target=np.nan,
        against_target="",
        headline=frame["basis"] == "crude",
    )
    return tables.check(filled, tables.tally)


def made_results(tallied: pd.DataFrame, settings: Settings) -> Results:
    """The tables of a run; the comparison's methods are not needed to attack it."""
    empty = tables.build([], tables.issues)
    return Results(
        form=FORM,
        form_was_matched=False,
        measurement=Measurement(),
        settings=settings,
        sources=(),
        phases=PHASES,
        before=PHASES[0],
        after=PHASES[1],
        answers=tables.build([], tables.answers),
        issues=empty,
        issue_cells=empty,
        tally=tallied,
        comparison=compared(tallied),
        distribution=given_in(tallied),
        durations=tables.build([], tables.durations),
    )


def given_in(tallied: pd.DataFrame) -> pd.DataFrame:
    """How often each answer was given: here the answer is the score's own name."""
    key = ["form", "group", "phase", "measure"]
    crude = tallied[tallied["basis"] == "crude"]
    long = crude.melt(key, SCORES, var_name="answer", value_name="count")
    return tables.check(long[long["count"] > 0], tables.distribution)


def compared(tallied: pd.DataFrame) -> pd.DataFrame:
    key = ["form", "group", "measure", "basis"]
    first, second = (tallied[tallied["phase"] == phase] for phase in PHASES)
    both = first.merge(second, on=key, suffixes=("_before", "_after"))
    frame = both.reindex(columns=tables.comparison.names)
    numbers = [c.name for c in tables.comparison.columns if c.dtype == "float64"]
    frame[numbers] = frame[numbers].astype("float64")
    frame = frame.assign(
        before=PHASES[0],
        after=PHASES[1],
        difference=both["rate_after"] - both["rate_before"],
        primary=False,
        verdict="too_few",
        decided_by="interval",
        adjustment="none",
        method="chan_zhang",
        reservation="",
        headline=both["basis"] == "crude",
    )
    return tables.check(frame, tables.comparison)


class Attack:
    """What the attacker knows, and the bounds that follow from it."""

    def __init__(self, whole: list[dict], parts: dict, given: pd.DataFrame) -> None:
        self.total = {self.key(row): self.counts(row) for row in whole}
        self.known = {self.key(row): self.counts(row) for row in parts["tally"]}
        self.units = {
            key[:2]: sum(counts)
            for key, counts in self.known.items()
            if not key[3].startswith("law:")
        }
        self._check_comparison(parts["comparison"])
        places = given[["group", "phase", "measure"]].itertuples(index=False, name=None)
        self.answered = set(places)

    @staticmethod
    def key(row: dict) -> tuple[str, str, str, str]:
        return row["group"], row["phase"], row["measure"], row["basis"]

    @staticmethod
    def counts(row: dict) -> list[int]:
        return [int(row[name]) for name in SCORES]

    def _check_comparison(self, rows: list[dict]) -> None:
        """A compared row that is shown tells of no place that is not."""
        for row, side in product(rows, ("before", "after")):
            key = (row["group"], row[side], row["measure"], row["basis"])
            told = [
                row[f"{name}_{side}"] for name in ("compliant", "applicable", "rate")
            ]
            if row["verdict"] == "withheld":
                assert [*told, row["difference"], row["p_value"]] == [None] * 5
            else:
                assert key in self.known

    def bounds(self, keys: list[tuple], total: list[int]):
        """The hidden rows of one whole, and the least and most of their counts."""
        hidden = [key for key in keys if key not in self.known]
        shown = [self.known[key] for key in keys if key in self.known]
        rest = np.array(total) - np.array(shown or [[0] * len(SCORES)]).sum(axis=0)
        sized = [self.units[key[:2]] for key in keys if key[:2] in self.units]
        # Of the groups without a number the sum is known, and that each has a case.
        most = sum(total) - sum(sized) - (len(keys) - len(sized)) + 1
        spans = [
            (self.units.get(one[:2], 1), self.units.get(one[:2], most))
            for one in hidden
        ]
        least, largest = np.array(spans or [(0, 0)])[: len(hidden)].T
        return hidden, *propagated(rest, least, largest)


def propagated(rest: np.ndarray, least: np.ndarray, most: np.ndarray):
    """Bounds of a table with known column sums and bounded row sums."""
    low = np.zeros((len(least), len(rest)), dtype=int)
    high = np.tile(rest, (len(least), 1))
    while True:
        before = low, high
        low = np.maximum(low, rest - (high.sum(axis=0) - high))
        high = np.minimum(high, rest - (low.sum(axis=0) - low))
        beside = high.sum(axis=1, keepdims=True) - high
        low = np.maximum(low, least[:, None] - beside)
        beside = low.sum(axis=1, keepdims=True) - low
        high = np.minimum(high, most[:, None] - beside)
        # The other rows hold only so many, whatever the column.
        low = np.maximum(low, rest - (rest.sum() - least)[:, None])
        if (low == before[0]).all() and (high == before[1]).all():
            return low, high


class Outcome(NamedTuple):
    """How many rates there were, how many of them small, shown, or found out."""

    rates: int
    small: int
    shown: int
    small_shown: int
    recovered: int


def attacked(seeds: Iterable[int], *, threshold: int, publish: str = "open") -> Outcome:
    """Many data sets: each published by group beside its totals, and then attacked."""
    tallied = made_tally(seeds)
    by = ("municipality", "area")
    asked = Settings(publish=publish, threshold=threshold, by=by)
    outside = disclose(made_results(tallied, asked))
    attack = Attack(totals(tallied), results_contract(outside), outside.distribution)
    truth = {Attack.key(row): Attack.counts(row) for row in json_rows(tallied)}
    for key, counts in truth.items():
        assert attack.known.get(key, counts) == counts
        if key[3] == "crude" and key not in attack.known:
            assert key[:3] not in attack.answered
    plain = {key: own for key, own in truth.items() if not key[3].startswith("law:")}
    known = [own for key, own in attack.known.items() if key in plain]
    return Outcome(
        rates=len(plain),
        small=sum(_has_small(own, threshold) for own in plain.values()),
        shown=len(known),
        small_shown=sum(_has_small(own, threshold) for own in attack.known.values()),
        recovered=recovered(attack, plain, threshold),
    )


def whole_of(group: str) -> str:
    return group.partition(" · ")[0]


def totals(tallied: pd.DataFrame) -> list[dict]:
    """The whole municipalities' counts, which are always shown."""
    key = ["group", "phase", "measure", "basis"]
    named = tallied.assign(group=tallied["group"].map(whole_of))
    return json_rows(named.groupby(key, as_index=False)[SCORES].sum())


def _has_small(counts: list[int], threshold: int) -> bool:
    return any(0 < count < threshold for count in counts)


def recovered(attack: Attack, truth: dict, threshold: int) -> int:
    """How many withheld counts the attacker finds out, or finds out to be small.

    What the shown total tells by itself is not found out: that all cases were alike,
    that a kind of answer was rare, that the whole municipality has few cases.
    """
    found = 0
    for whole, keys in together(truth).items():
        total = np.array(attack.total[whole])
        hidden, low, high = attack.bounds(keys, attack.total[whole])
        if not hidden:
            continue
        counts = np.array([truth[key] for key in hidden])
        assert (low <= counts).all()
        assert (counts <= high).all()
        positive = (counts > 0) & (total != total.sum())
        alone = np.minimum(total, total.sum() - len(keys) + 1)
        small = (counts < threshold) & (high < threshold)
        told = (low == high) | (small & ((alone >= threshold) | (low > 0)))
        found += int((positive & told).sum())
    return found


def together(truth: dict) -> dict[tuple, list]:
    """The rows that add up to the same total."""
    found: dict[tuple, list] = {}
    for key in truth:
        found.setdefault((whole_of(key[0]), *key[1:]), []).append(key)
    return found


def checked(outcome: Outcome, threshold: int) -> None:
    assert outcome.recovered == 0
    assert outcome.small_shown == 0
    withheld = 1 - outcome.shown / outcome.rates
    assert withheld < MOST_WITHHELD[threshold], outcome


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_nothing_withheld_is_worked_out(threshold: int):
    checked(attacked(range(150), threshold=threshold), threshold)


@pytest.mark.slow
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_nothing_withheld_is_worked_out_from_a_thousand_data_sets(
    threshold: int, record_property
):
    outcome = attacked(range(1000, 2000), threshold=threshold)
    checked(outcome, threshold)
    share = 1 - outcome.shown / outcome.rates
    needed = outcome.small / outcome.rates
    record_property("withheld", f"{share:.1%}")
    record_property("small", f"{needed:.1%}")


def test_strict_withholds_as_much_and_is_not_worked_out_either():
    checked(attacked(range(60), threshold=5, publish="strict"), 10)


def test_the_attack_finds_what_is_not_hidden_by_others():
    """Held to account: with only the small rates withheld, it finds many of them."""
    tallied = made_tally(range(40))
    rows = {Attack.key(row): Attack.counts(row) for row in json_rows(tallied)}
    plain = {key: own for key, own in rows.items() if not key[3].startswith("law:")}
    shown = [row for row in json_rows(tallied) if not _has_small(Attack.counts(row), 5)]
    attack = Attack(totals(tallied), {"tally": shown, "comparison": []}, NO_ANSWERS)
    assert recovered(attack, plain, 5) > 100


def test_the_bounds_are_those_of_an_exact_linear_program():
    for seed in range(25):
        random = np.random.default_rng(seed)
        table = random.integers(0, 9, (int(random.integers(2, 5)), 4))
        least, rest = table.sum(axis=1), table.sum(axis=0)
        low, high = propagated(rest, least, least)
        for place in np.ndindex(*table.shape):
            span = by_linear_program(table.shape, rest, least, place)
            assert (low[place], high[place]) == pytest.approx(span)


def by_linear_program(shape, rest, sizes, place) -> tuple[float, float]:
    """The least and the most of one cell of a table with these sums, by linprog."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    sums = [*(np.isin(cells, line).ravel() for line in cells)]
    sums += [*(np.isin(cells, line).ravel() for line in cells.T)]
    goal = (cells == cells[place]).ravel().astype(float)
    known = {"A_eq": np.array(sums, dtype=float), "b_eq": [*sizes, *rest]}
    return linprog(goal, **known).fun, -linprog(-goal, **known).fun
