"""An attack by linear programming on what is published, from the cases to the tables.

Cases are made up, counted here, disclosed, and published by each breakdown of a chain
and for each group. The attacker knows every published count as an equation over how
many cases of each finest group were answered in each way, and how many cases each has,
and asks for the least and the most of every withheld small count. Nothing here is the
package's own reckoning but `disclose`, which is attacked.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from test_disclosing_attack import PHASES, made_results, with_rates

from taskforce_analysis import tables
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.filing.per_group import part_of
from taskforce_analysis.forms import Condition, Form, Measure, MeasureLimit, Phase
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import ALL, APART, SCORES

BY = ("municipality", "area", "team")
RATE = ["group", "phase", "measure"]
FORM = Form(
    id="f",
    title="F",
    version="1",
    unit="sag",
    case=("Sag",),
    phases=tuple(Phase(id=one, label=one) for one in PHASES),
    measures=(
        Measure(id="plan", label="Plan", columns=("Plan",)),
        Measure(
            id="goals",
            label="Mål",
            columns=("Mål",),
            partly=True,
            applies_when=Condition(measure="plan", answers=("yes",)),
        ),
        Measure(id="heard", label="Hørt", columns=("Hørt",)),
        Measure(
            id="in_time",
            label="Til tiden",
            kind="deadline",
            start=("Modtaget",),
            end=("Truffet",),
            limit=MeasureLimit(text="4 weeks"),
        ),
    ),
)
OUT = "not_applicable"
SCORE = {"yes": "compliant", "no": "noncompliant", "partly": "noncompliant", OUT: OUT}
# How a case may be answered: per family of measures that tell of one another.
WAYS: dict[str, list[tuple[str, ...]]] = {
    "plan": [("yes", "yes"), ("yes", "partly"), ("yes", "no"), ("no", OUT), (OUT, OUT)],
    "heard": [("yes",), ("no",)],
    "in_time": [("early",), ("longer",), ("late",)],
}
Place = tuple[str, str, str]  # measure, table or basis, count


def counted_in(family: str, way: tuple[str, ...]) -> list[Place]:
    """The published counts that a case adds one to."""
    if family == "heard":
        (heard,) = way
        return [("heard", "crude", SCORE[heard]), ("heard", "answers", heard)]
    if family == "in_time":
        met = way == ("early",)
        found = [("in_time", "crude", "compliant" if met else "noncompliant")]
        found += [("in_time", "answers", "yes" if met else "no")]
        days = ["cases", "applicable", "applicable_longer"]
        days += ["compliant"] * met + ["compliant_longer"] * (way != ("late",))
        return found + [("in_time", "days", name) for name in days]
    plan, goals = way
    asked = {"yes": "compliant", "no": "noncompliant", OUT: "noncompliant"}[plan]
    twin = "noncompliant" if plan == "no" else SCORE[goals]
    return [
        ("plan", "crude", SCORE[plan]),
        ("plan", "answers", plan),
        ("goals", "crude", SCORE[goals]),
        ("goals", "answers", goals),
        ("goals", "condition", asked),
        ("goals", "unconditional", twin),
    ]


class Cases(NamedTuple):
    """How many cases of a team, in a phase, were answered in each way of a family."""

    team: str
    phase: str
    family: str
    ways: tuple[int, ...]


def made_cases(seed: int) -> Iterator[Cases]:
    """One municipality of two to eight areas of one to three teams each."""
    random = np.random.default_rng(seed)
    teams = [
        APART.join((f"d{seed}", f"a{area}", f"t{team}"))
        for area in range(random.integers(2, 9))
        for team in range(random.integers(1, 4))
    ]
    sizes = random.choice((1, 4, 8, 15, 25, 60), len(teams))
    # In every other municipality no team is small: there more is shown.
    sizes = np.maximum(sizes, 12) if seed % 2 else sizes
    for phase in PHASES:
        odds = {}
        for family, ways in WAYS.items():
            weight = random.choice((0.0, 0.05, 0.3, 1.0, 4.0), len(ways))
            weight[0] += 1
            odds[family] = weight / weight.sum()
        for team, size in zip(teams, sizes, strict=True):
            for family, own in odds.items():
                drawn = random.multinomial(size, own)
                yield Cases(team, phase, family, tuple(map(int, drawn)))


@dataclass
class Published:
    """What is so of a breakdown, and which rates of it are published."""

    truth: dict[tuple[str, str], Counter[Place]] = field(default_factory=dict)
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: set[tuple[str, str, str, str]] = field(default_factory=set)


def part(team: str, depth: int) -> str:
    return APART.join(team.split(APART)[:depth])


def published(cases: list[Cases], depth: int, settings: Settings) -> Published:
    """A breakdown by the first attributes as it is published, and the truth of it."""
    found = Published()
    for one in cases:
        key = part(one.team, depth), one.phase
        found.sizes[key] += sum(one.ways) if one.family == "heard" else 0
        own = found.truth.setdefault(key, Counter())
        for way, count in zip(WAYS[one.family], one.ways, strict=True):
            own.update(dict.fromkeys(counted_in(one.family, way), count))
    own = replace(settings, by=BY[:depth])
    shown = disclose(results_of(found, own))
    for frame, basis in ((shown.tally, None), (shown.distribution, "answers")):
        for row in frame.to_dict("records"):
            group, phase, measure = (str(row[name]) for name in RATE)
            name = basis or str(row["basis"])
            found.shown.add((group, phase, measure, name))
            count = row["count" if basis else "compliant"]
            place = (measure, name, row["answer"] if basis else "compliant")
            assert count == found.truth[group, phase][place]
    crude = shown.days[shown.days["basis"] == "crude"]
    found.shown |= {
        (group, phase, measure, "days")
        for group, phase, measure in crude[RATE].astype(str).to_numpy()
    }
    check_parts(shown, found)
    return found


def check_parts(shown: Results, found: Published) -> None:
    """A report for one group alone shows what the breakdown shows of it, no more."""
    group = next(iter(found.truth))[0]
    name = shown.settings.by[-1]
    inside = replace(shown, answers=shown.answers.assign(**dict.fromkeys(BY, "")))
    own = part_of(shown, group, per=name, inside=inside)
    for table in ("tally", "distribution", "days", "durations", "overdue"):
        rows, whole = getattr(own, table), getattr(shown, table)
        mine = whole[whole["group"] == group].assign(group=ALL)
        pd.testing.assert_frame_equal(rows, mine.reset_index(drop=True))


def results_of(found: Published, settings: Settings) -> Results:
    rows, given, days = [], [], []
    for (group, phase), own in found.truth.items():
        key = {"form": "f", "group": group, "phase": phase}
        rates = dict.fromkeys((name, basis) for name, basis, _ in own)
        for measure, basis in rates:
            named = key | {"measure": measure}
            counts = {
                count: number
                for (name, kind, count), number in own.items()
                if (name, kind) == (measure, basis)
            }
            if basis == "answers":
                given += [
                    {**named, "answer": answer, "count": number}
                    for answer, number in counts.items()
                    if number
                ]
            elif basis == "days":
                days.append(
                    {**named, "basis": "crude", "before": "", "open": 0} | counts
                )
            else:
                size = {"basis": basis, "cases": found.sizes[group, phase]}
                rows.append(named | size | dict.fromkeys(SCORES, 0) | counts)
    made = made_results(with_rates(pd.DataFrame(rows)), settings)
    whole = pd.DataFrame(days).reindex(columns=tables.days.names)
    numbers = [one.name for one in tables.days.columns if one.dtype == "int64"]
    whole[numbers] = whole[numbers].fillna(0)
    return replace(
        made,
        form=FORM,
        answers=made.answers.assign(**dict.fromkeys(BY, "")),
        distribution=tables.build(given, tables.distribution),
        days=tables.check(whole, tables.days),
    )


@dataclass(frozen=True)
class Attack:
    """What is known of one municipality, phase and family; unknown are its cases."""

    teams: list[str]
    family: str
    equations: np.ndarray
    totals: np.ndarray

    def span(self, goal: np.ndarray) -> tuple[int, int]:
        """The least and the most that a sum of the unknowns can be, whole."""
        known = {"A_eq": self.equations, "b_eq": self.totals, "method": "highs"}
        least, most = linprog(goal, **known), linprog(-goal, **known)
        assert least.status == most.status == 0
        return int(np.ceil(least.fun - 1e-6)), int(np.floor(-most.fun + 1e-6))

    def row(self, group: str, depth: int, place: Place | None) -> np.ndarray:
        """Which unknowns a count of a group is the sum of; without a place its size."""
        inside = np.array([part(team, depth) == group for team in self.teams])
        ways = WAYS[self.family]
        hits = [place is None or place in counted_in(self.family, way) for way in ways]
        return np.outer(inside, hits).ravel().astype(float)


def attack_on(
    levels: list[Published], town: str, phase: str, family: str, *, depths: int
) -> Attack:
    """What is known by the wholes, and by so many breakdowns beside them."""
    teams = [
        name
        for name, when in levels[-1].truth
        if when == phase and part(name, 1) == town
    ]
    attack = Attack(teams, family, np.zeros((0, 0)), np.zeros(0))
    lines = [attack.row(team, 3, None) for team in teams]
    totals: list[float] = [levels[-1].sizes[team, phase] for team in teams]
    for depth, level in enumerate(levels[:depths], start=1):
        for (group, when), truth in level.truth.items():
            if when != phase or part(group, 1) != town:
                continue
            for place in {
                one for way in WAYS[family] for one in counted_in(family, way)
            }:
                if (group, phase, *place[:2]) in level.shown:
                    lines.append(attack.row(group, depth, place))
                    totals.append(truth[place])
    return replace(attack, equations=np.array(lines), totals=np.array(totals))


class Outcome(NamedTuple):
    """How many hidden small counts there were, were known, or known to within one."""

    hidden: int
    recovered: int
    narrow: int
    shown: float


def attacked(sets: range, settings: Settings, *, most: int = 10**6) -> Outcome:
    """The attack on many municipalities, and on at most so many of their counts."""
    cases = [one for seed in sets for one in made_cases(seed)]
    levels = [published(cases, depth, settings) for depth in (1, 2, 3)]
    hidden = recovered = narrow = 0
    for town, phase in levels[0].truth:
        for family in WAYS:
            whole = attack_on(levels, town, phase, family, depths=1)
            every = attack_on(levels, town, phase, family, depths=3)
            for depth, group, place in small_and_hidden(
                levels, town, phase, family, settings.threshold
            ):
                if hidden == most:
                    break
                goal = every.row(group, depth, place)
                low, high = every.span(goal)
                assert low <= levels[depth - 1].truth[group, phase][place] <= high
                hidden += 1
                if high - low <= 1:
                    least, largest = whole.span(goal)
                    recovered += low == high and least < largest
                    narrow += largest - least > 1
    rates = sum(len(level.truth) for level in levels[1:]) * 6
    shown = sum(
        basis in ("crude", "condition", "unconditional")
        for level in levels[1:]
        for *_, basis in level.shown
    )
    return Outcome(hidden, recovered, narrow, shown / rates)


def small_and_hidden(
    levels: list[Published], town: str, phase: str, family: str, threshold: int
) -> Iterator[tuple[int, str, Place]]:
    """The small counts of the two breakdowns that were withheld, each in its group."""
    places = dict.fromkeys(
        one for way in WAYS[family] for one in counted_in(family, way)
    )
    for depth, level in enumerate(levels[1:], start=2):
        for (group, when), truth in level.truth.items():
            if when != phase or part(group, 1) != town:
                continue
            for place in places:
                is_shown = (group, phase, *place[:2]) in level.shown
                assert not (is_shown and 0 < truth[place] < threshold)
                if not is_shown and 0 < truth[place] < threshold:
                    yield depth, group, place


@pytest.mark.parametrize("publish", ["open", "strict"])
@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_a_linear_program_recovers_no_withheld_count(threshold: int, publish: str):
    found = attacked(
        range(60), Settings(publish=publish, threshold=threshold), most=250
    )
    assert found.hidden == 250
    assert (found.recovered, found.narrow) == (0, 0)
    assert found.shown > 0


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("publish", ["open", "strict"])
@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_a_linear_program_recovers_none_of_a_thousand_sets(
    threshold: int, publish: str, record_property
):
    settings = Settings(publish=publish, threshold=threshold)
    made = [
        attacked(range(start, start + 50), settings) for start in range(0, 1000, 50)
    ]
    assert sum(one.hidden for one in made) > 10_000
    assert sum(one.recovered for one in made) == sum(one.narrow for one in made) == 0
    record_property("shown", f"{sum(one.shown for one in made) / len(made):.1%}")


def test_the_program_finds_what_is_hidden_alone(monkeypatch):
    """Held to account: where only the small counts themselves are left out."""

    def careless(results: Results) -> Results:
        small = results.tally[list(SCORES)].isin(range(1, 5)).any(axis=1)
        return replace(
            results,
            is_disclosed=True,
            tally=results.tally[~small],
            distribution=results.distribution.iloc[:0],
            days=results.days.iloc[:0],
        )

    monkeypatch.setattr(f"{__name__}.disclose", careless)
    found = attacked(range(6), Settings(publish="open", threshold=5), most=200)
    assert found.recovered > 20
