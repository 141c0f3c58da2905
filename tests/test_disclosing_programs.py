"""An attack by linear programming on what is published, from the cases to the tables.

Cases are made up row by row, read and counted by the whole chain, disclosed, and
published by each breakdown of a chain. The attacker knows how many cases each of the
finest groups has, and every published figure as an equation over how many of them were
answered in each way: rates and their twins, conditions, parts by law, rows by either
limit, how many could be assessed, composites and their parts, the index, the answers,
the days, their quantiles and their heaps. Whole numbers are asked for (HiGHS, by
SciPy's milp): the least and the most of every withheld small count. Nothing here is the
package's own reckoning but `disclose`, which is attacked; what is so of the made-up
cases is counted anew, and held to what the chain counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from taskforce_analysis import tables
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.filing.per_group import part_of
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.results import Prepared, Results, prepare
from taskforce_analysis.settings import Settings
from taskforce_analysis.summarising import summarise
from taskforce_analysis.tables import ALL, APART, SCORES, with_groups
from taskforce_analysis.tallying import changed_limits, distribution, durations, tally

BY = ("municipality", "area", "team")
HEADS = ("Kommune", "Område", "Team")
PHASES = ("analysis", "status")
BASIS = (
    '[{ text = "SEL § 1", to = 2023-12-31 }, { text = "BL § 1", from = 2024-01-01 }]'
)
ATTRIBUTES = (*zip(BY, HEADS, strict=True), ("paragraph", "Paragraf"))
ASKED = {
    "plan": "",
    "goals": 'partly = true\napplies_when = { measure = "plan", is = ["yes"] }',
    "heard": "",
    "told": "",
}
FORM = "\n".join(
    [
        *('id = "f"', 'title = "F"', 'version = "1"', 'unit = "sag"'),
        *('law_date = "decided"', "[columns]", 'case = ["Sag"]', 'phase = ["Fase"]'),
        *(
            f'[[attributes]]\nid = "{name}"\nlabel = "{head}"\ncolumns = ["{head}"]'
            for name, head in ATTRIBUTES
        ),
        '[[attributes]]\nid = "decided"\nlabel = "Afgjort"\ncolumns = ["Afgjort"]',
        'type = "date"',
        *(f'[[phases]]\nid = "{one}"\nlabel = "{one}"' for one in PHASES),
        *(
            f'[[measures]]\nid = "{name}"\nlabel = "{name}"\ncolumns = ["{name}?"]\n'
            f"legal_basis = {BASIS}\n{more}"
            for name, more in ASKED.items()
        ),
        '[[measures]]\nid = "both"\nlabel = "both"\nkind = "all_of"',
        'of = ["heard", "told"]',
        '[[measures]]\nid = "in_time"\nlabel = "in_time"\nkind = "deadline"',
        'from = ["Modtaget"]\nto = ["Afgjort"]',
        f'limit = {{ by = "paragraph", from = "frister.toml" }}\nlegal_basis = {BASIS}',
    ]
)
LIMITS = """
id = "l"
title = "L"
source = "opdigtet"
[[rules]]
id = "a"
paragraph = "§ 41"
limit = "8 uger"
to = 2019-12-31
[[rules]]
id = "b"
paragraph = "§ 41"
limit = "6 uger"
from = 2020-01-01
[[rules]]
id = "c"
paragraph = "§ 42"
limit = "5 uger"
"""
MEASURED = {"analysis": date(2019, 6, 1), "status": date(2024, 12, 1)}
DECIDED = {"SEL": {"analysis": date(2018, 6, 1), "status": date(2023, 12, 1)}}
DECIDED |= {"BL": {"status": date(2024, 2, 1)}}
# The limits in days: of a paragraph by the earlier phase and by the later.
ALLOWED = {"§ 41": (56, 42), "§ 42": (35, 35)}
OPEN = 200  # days that a case has lasted which is not decided
LASTED = (20, 40, 50, 70, OPEN)
BANDS = (1, 8, 15, 29, 57, 113, 225, 449)  # of days over the limit
OF_DAYS = ("cases", "open", "compliant", "applicable")
OF_DAYS += ("compliant_longer", "applicable_longer")
SIDES = (("before", "analysis"), ("after", "status"))
# Rows that are of all cases of a group, or of those of a law.
ROWS = ("crude", "answers", "condition", "unconditional", "assessable", "days")
ROWS += ("limit:before", "limit:after", "law:SEL", "law:BL")
WORDS = {"yes": "Ja", "no": "Nej", "partly": "Delvist"}
WORDS |= {"not_applicable": "Ikke relevant", "not_assessable": "Kan ikke vurderes"}
SCORE = {"yes": "compliant", "no": "noncompliant", "partly": "noncompliant"}
MEMBERS = ("heard", "plan")
PLAN = "\n".join(
    [
        *('form = "form.toml"', 'limits = "frister.toml"', f"index = {[*MEMBERS]}"),
        *(f"[phases.{one}]\nmeasured = {day}" for one, day in MEASURED.items()),
    ]
)
Place = tuple[str, str, str]  # measure, table or basis, count
Group = tuple[str, str]  # group, phase


class Answers(NamedTuple):
    """How a case was answered: one way of many."""

    plan: str
    goals: str
    heard: str
    told: str
    law: str


class Time(NamedTuple):
    """How long a case took: one way of many."""

    paragraph: str
    days: int
    law: str


OUT = "not_applicable"
ASKED_WAYS = (("yes", "yes"), ("yes", "partly"), ("yes", "no"), ("no", OUT), (OUT, OUT))


@cache
def ways_of(phase: str) -> tuple[Answers | Time, ...]:
    """All ways in which a case of a phase may be answered, and then may last."""
    laws = [law for law, days in DECIDED.items() if phase in days]
    heard = product(("yes", "no", "not_assessable"), ("yes", "no"), [*laws, ""])
    answers = [Answers(*asked, *rest) for rest in heard for asked in ASKED_WAYS]
    times = [Time(*one) for one in product(ALLOWED, (20, 40, 50, 70), laws)]
    return (*answers, *times, *(Time(one, OPEN, "") for one in ALLOWED))


@cache
def places_of(way: Answers | Time, phase: str) -> Counter[Place]:
    """What of the published counts a case of a phase adds to, and how much."""
    return Counter(_times(way, phase) if isinstance(way, Time) else _answered(way))


def _answered(way: Answers) -> Iterator[Place]:
    pair = {way.heard, way.told}
    both = "no" if "no" in pair else "yes" if pair == {"yes"} else "not_assessable"
    given = {**dict(zip(ASKED, way, strict=False)), "both": both}
    scores = {name: SCORE.get(answer, answer) for name, answer in given.items()}
    for name, score in scores.items():
        yield name, "crude", score
        yield name, "answers", given[name]
        if way.law and name != "both":
            yield name, f"law:{way.law}", score
        is_unseen = score == "not_assessable"
        yield name, "assessable", "noncompliant" if is_unseen else "compliant"
    yield "goals", "condition", "compliant" if way.plan == "yes" else "noncompliant"
    yield "goals", "unconditional", scores["plan" if way.plan == "no" else "goals"]
    asked = [scores[name] for name in MEMBERS if scores[name] in SCORE.values()]
    for basis in (["index"] if asked else []) + ["index:whole"] * (len(asked) == 2):
        yield "index", basis, "applicable"
        yield from [("index", basis, "compliant")] * ("noncompliant" not in asked)
        kept = asked.count("compliant") * (len(MEMBERS) // len(asked))
        yield from [("index", basis, "kept")] * kept


def _times(way: Time, phase: str) -> Iterator[Place]:
    by_limit: dict[str, int] = dict(zip(PHASES, ALLOWED[way.paragraph], strict=True))
    scores = {
        when: "compliant" if way.days <= allowed else "noncompliant"
        for when, allowed in by_limit.items()
    }
    is_met = scores[phase] == "compliant"
    yield "in_time", "crude", scores[phase]
    yield "in_time", "answers", "yes" if is_met else "no"
    yield "in_time", "limit:before", scores["analysis"]
    yield "in_time", "limit:after", scores["status"]
    yield "in_time", "assessable", "compliant"
    if way.law:
        yield "in_time", f"law:{way.law}", scores[phase]
    is_open = way.days == OPEN
    in_longer = way.days <= 1.5 * by_limit[phase]
    named = {"cases": True, "applicable": True, "applicable_longer": True}
    named |= {"open": is_open, "compliant": is_met, "compliant_longer": in_longer}
    for name, is_so in named.items():
        yield from [("in_time", "days", name)] * is_so
    yield "in_time", "open" if is_open else "ended", str(way.days)
    if not is_met:
        band = max(one for one in BANDS if one <= way.days - by_limit[phase])
        yield "in_time", f"over:{is_open}", str(band)


class Cases(NamedTuple):
    """How many cases of a team, in a phase, were answered, and lasted, in each way."""

    team: str
    phase: str
    counts: tuple[int, ...]


def made_cases(seed: int) -> Iterator[Cases]:
    """One municipality of two to six areas of one to three teams each."""
    random = np.random.default_rng(seed)
    teams = [
        APART.join((f"d{seed}", f"a{area}", f"t{team}"))
        for area in range(random.integers(2, 7))
        for team in range(random.integers(1, 4))
    ]
    sizes = random.choice((1, 4, 8, 15, 25, 60), len(teams))
    # In every other municipality no team is small: there more is shown.
    sizes = np.maximum(sizes, 12) if seed % 2 else sizes
    for phase in PHASES:
        odds = odds_of(random, ways_of(phase))
        for team, size in zip(teams, sizes, strict=True):
            yield Cases(team, phase, drawn(random, int(size), ways_of(phase), odds))


def odds_of(random: np.random.Generator, ways: Sequence[Answers | Time]) -> np.ndarray:
    """Per way a weight: the product of those of its parts, many of them rare."""
    parts = {(type(way), *part) for way in ways for part in enumerate(way)}
    known = random.choice((0.0, 0.05, 0.3, 1.0, 4.0), len(parts))
    weights = dict(zip(sorted(parts, key=str), known, strict=True))
    for kind, names in ((Answers, ("yes", "yes", "yes", "yes", "SEL")),):
        weights |= {
            (kind, *part): weights[kind, *part] + 1 for part in enumerate(names)
        }
    weights |= {(Time, *part): 1.0 for part in enumerate(("§ 41", 20, "SEL"))}
    return np.array(
        [
            np.prod([weights[type(way), *part] for part in enumerate(way)])
            for way in ways
        ]
    )


def drawn(
    random: np.random.Generator,
    size: int,
    ways: Sequence[Answers | Time],
    odds: np.ndarray,
) -> tuple[int, ...]:
    """So many cases: each answered in one way, and of its law lasting in another."""
    laws = np.array([way.law for way in ways])
    timed = np.array([isinstance(way, Time) for way in ways])
    own = np.where(timed, 0, odds)
    counts = random.multinomial(size, own / own.sum())
    for law in dict.fromkeys(laws):
        rest = np.where(timed & (laws == law), odds, 0)
        rest = rest if rest.sum() else (timed & (laws == law)).astype(float)
        many = counts[~timed & (laws == law)].sum()
        counts = counts + random.multinomial(many, rest / rest.sum())
    return tuple(map(int, counts))


def rows_of_cases(cases: Iterable[Cases]) -> Iterator[dict[str, object]]:
    """The workbook's rows: each case by a way of answering and one of lasting."""
    for one in cases:
        ways = ways_of(one.phase)
        listed = [
            way for way, many in zip(ways, one.counts, strict=True) for _ in range(many)
        ]
        answers = sorted((way for way in listed if isinstance(way, Answers)), key=_law)
        times = sorted((way for way in listed if isinstance(way, Time)), key=_law)
        for number, (way, time) in enumerate(zip(answers, times, strict=True)):
            ends = DECIDED[time.law][one.phase] if time.law else MEASURED[one.phase]
            given = dict(zip(ASKED, way, strict=False))
            yield {
                "Sag": f"{one.team}-{one.phase}-{number}",
                "Fase": one.phase,
                **dict(zip(HEADS, one.team.split(APART), strict=True)),
                "Paragraf": time.paragraph,
                "Modtaget": ends - timedelta(days=time.days),
                "Afgjort": ends if time.law else None,
                **{f"{name}?": WORDS[answer] for name, answer in given.items()},
            }


def _law(way: Answers | Time) -> str:
    return way.law


@dataclass
class Made:
    """Municipalities with their cases, read by the whole chain."""

    cases: list[Cases]
    prepared: Prepared

    def results(self, depth: int) -> Results:
        """What is so of a breakdown by the first attributes, counted by the chain."""
        own, by = self.prepared, BY[:depth]
        answers, form = with_groups(own.checked.answers, by), own.form
        before, after = PHASES
        timed = summarise(
            answers, form, before=before, after=after, measurement=own.measurement
        )
        counted = tally(answers, form)
        empty = tables.build([], tables.issues)
        return Results(
            form=form,
            form_was_matched=False,
            measurement=own.measurement,
            settings=Settings(by=by),
            sources=(),
            phases=PHASES,
            before=before,
            after=after,
            answers=answers,
            issues=empty,
            issue_cells=empty,
            tally=counted,
            comparison=compared(counted, self.truth(depth)),
            distribution=distribution(answers),
            durations=durations(answers),
            days=timed.days,
            limits=timed.limits,
            overdue=timed.overdue,
            changed_limits=changed_limits(answers, form, before=before, after=after),
        )

    def truth(self, depth: int) -> dict[Group, Counter[Place]]:
        """What is so of a breakdown, counted anew."""
        found: dict[Group, Counter[Place]] = {}
        for one in self.cases:
            own = found.setdefault((part(one.team, depth), one.phase), Counter())
            for way, many in zip(ways_of(one.phase), one.counts, strict=True):
                for place, times in places_of(way, one.phase).items() if many else ():
                    own[place] += times * many
        return found


def made(folder: Path, seeds: Iterable[int]) -> Made:
    folder.mkdir(exist_ok=True, parents=True)
    texts = {"form.toml": FORM, "frister.toml": LIMITS, "maaling.toml": PLAN}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    cases = [one for seed in seeds for one in made_cases(seed)]
    plan = load_measurement(folder / "maaling.toml")
    prepared = prepare(pd.DataFrame(rows_of_cases(cases)), measurement=plan)
    assert not prepared.has_errors
    return Made(cases, prepared)


def part(team: str, depth: int) -> str:
    return APART.join(team.split(APART)[:depth]) or ALL


def compared(
    tallied: pd.DataFrame, truth: Mapping[Group, Counter[Place]]
) -> pd.DataFrame:
    """The rows of two phases without the methods' figures, which all are p-values here.

    A p-value beside known numbers of cases tells the counts: it stands for all figures.
    """
    key = ["form", "group", "measure", "basis"]
    first, second = (tallied[tallied["phase"] == phase] for phase in PHASES)
    both = first.merge(second, on=key, suffixes=("_before", "_after"))
    index = [
        {"form": "f", "group": group, "measure": "index", "basis": basis}
        | {
            f"{name}_{side}": truth[group, phase]["index", basis, name]
            for name in ("compliant", "applicable")
            for side, phase in zip(("before", "after"), PHASES, strict=True)
        }
        | {
            f"mean_{side}": truth[group, phase]["index", basis, "kept"]
            for side, phase in zip(("before", "after"), PHASES, strict=True)
        }
        for group in dict.fromkeys(group for group, _ in truth)
        for basis in ("index", "index:whole")
    ]
    finer = both[both["basis"] == "crude"]
    more = [finer.assign(basis=name) for name in ("stratified", "standardised")]
    frame = pd.concat([both, *more, pd.DataFrame(index)], ignore_index=True)
    frame = frame.reindex(columns=tables.comparison.names)
    numbers = [one.name for one in tables.comparison.columns if one.dtype == "float64"]
    frame[numbers] = frame[numbers].astype("float64")
    texts = {"verdict": "uncertain", "decided_by": "interval", "adjustment": "none"}
    return tables.check(
        frame.assign(
            before=PHASES[0],
            after=PHASES[1],
            p_value=0.5,
            primary=False,
            headline=frame["basis"].isin(["crude", "index"]),
            role="",
            method="chan_zhang",
            reservation="",
            **texts,
        ),
        tables.comparison,
    )


class Line(NamedTuple):
    """One thing that is known: the sum of a group's counts lies in a span."""

    group: str
    phase: str
    depth: int
    places: tuple[tuple[Place, float], ...]  # and how much each counts
    low: float
    high: float


@dataclass
class Level:
    """A breakdown: what is so, what is told of it, and which rates are shown."""

    depth: int
    truth: dict[Group, Counter[Place]]
    lines: list[Line]
    shown: set[tuple[str, str, str, str]]  # group, phase, measure, table or basis


def level_of(made: Made, depth: int, whole: Results, settings: Settings) -> Level:
    """A breakdown as it is published; what it tells is held to what is so."""
    own = replace(settings, by=BY[:depth])
    shown = disclose(replace(whole, settings=own))
    truth = made.truth(depth)
    lines = [
        Line(group, phase, depth, tuple(places), low, high)
        for group, phase, places, low, high in told_by(shown)
    ]
    for one in lines:
        so = sum(times * truth[one.group, one.phase][at] for at, times in one.places)
        assert one.low - 1e-6 <= so <= one.high + 1e-6, one
    known = {
        (one.group, one.phase, *place[:2])
        for one in lines
        for place, _ in one.places
        if one.low == one.high
    }
    check_comparison(shown, known)
    check_bases(shown)
    check_parts(shown)
    return Level(depth, truth, lines, known)


Told = tuple[str, str, list[tuple[Place, float]], float, float]


def told_by(shown: Results) -> Iterator[Told]:
    """All that the published tables tell of a single phase, line by line."""
    for row in rows_of(shown.tally):
        yield from (exactly(row, row.basis, name) for name in SCORES)
    key = ["group", "phase", "measure", "answer"]
    given = shown.distribution.set_index(key)["count"]
    for group, phase, measure in dict.fromkeys(one[:3] for one in given.index):
        for answer in WORDS:
            count = given.get((group, phase, measure, answer), 0)
            yield group, phase, [((measure, "answers", answer), 1)], count, count
    for row in rows_of(shown.days[shown.days["basis"] == "crude"]):
        yield from (exactly(row, "days", name) for name in OF_DAYS)
        yield from of_quantiles(row)
    yield from of_heaps(shown)
    for row in rows_of(shown.overdue):
        place = (row.measure, f"over:{row.open}", str(row.over))
        yield row.group, row.phase, [(place, 1)], row.count, row.count
    index = shown.comparison[shown.comparison["measure"] == "index"]
    for row in rows_of(index[index["verdict"] != "withheld"]):
        for (side, phase), name in product(SIDES, ("compliant", "applicable", "kept")):
            column = f"mean_{side}" if name == "kept" else f"{name}_{side}"
            place, count = (row.measure, row.basis, name), getattr(row, column)
            yield row.group, phase, [(place, 1)], count, count


def exactly(row: Any, table: str, name: str) -> Told:
    """That a row's column is what it is."""
    count, place = getattr(row, name), (row.measure, table, name)
    return row.group, row.phase, [(place, 1)], count, count


def of_quantiles(row: Any) -> Iterator[Told]:
    """A quarter has ended by the lower quartile and not before it, and so on."""
    shares = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
    for name, share in shares.items():
        day = getattr(row, name)
        if np.isnan(day):
            continue
        for is_by, low, high in (
            (np.less_equal, share * row.cases, np.inf),
            (np.less, 0, share * row.cases),
        ):
            days = [
                ((row.measure, "ended", str(one)), 1.0)
                for one in LASTED
                if is_by(one, day)
            ]
            yield row.group, row.phase, days, low, high


def of_heaps(shown: Results) -> Iterator[Told]:
    """The days in heaps, each under its last day."""
    key = ["group", "phase", "measure", "open"]
    for found, rows in shown.durations.groupby(key):
        group, phase, measure = map(str, found[:3])  # type: ignore[index]
        is_open = bool(rows["open"].iloc[0])
        before = -1
        table = "open" if is_open else "ended"
        for row in rows_of(rows.sort_values("days")):
            inside = [one for one in LASTED if before < one <= row.days]
            # Of a group without a case in a heap nothing is said: others may end it.
            places = [((measure, table, str(one)), 1.0) for one in inside]
            yield group, phase, places, row.count, row.count
            before = row.days


def check_comparison(shown: Results, known: set[tuple[str, str, str, str]]) -> None:
    """A row that is withheld has no figure; one that is not has all its counts shown.

    So a p-value, or a bound, tells nothing that its counts do not.
    """
    figures = [one.name for one in tables.comparison.columns if one.dtype == "float64"]
    for row in rows_of(shown.comparison):
        if row.verdict == "withheld":
            told = {
                name: getattr(row, name) for name in figures if name != "confidence"
            }
            assert all(map(np.isnan, told.values()))
            counts = [f"{n}_{s}" for n in ("compliant", "applicable") for s, _ in SIDES]
            assert not any(getattr(row, name) for name in counts)
        else:
            for side, phase in SIDES:
                assert (row.group, phase, row.measure, row.basis) in known, (side, row)


def check_bases(shown: Results) -> None:
    """Which rows a withheld rate has is the same in all groups, whatever is so."""
    named: dict[tuple[str, str], dict[str, set[str]]] = {}
    of_law = shown.withheld["basis"].str.startswith("law:")
    for row in rows_of(shown.withheld[~of_law]):
        own = named.setdefault((row.phase, row.measure), {})
        own.setdefault(row.group, set()).add(row.basis)
    for groups in named.values():
        assert len(set(map(frozenset, groups.values()))) == 1
    # A row that either phase may bring is told of no group whose other phase is hidden.
    crude = shown.withheld[shown.withheld["basis"] == "crude"]
    gone = set(zip(crude["group"], crude["measure"], strict=True))
    brought = shown.tally[shown.tally["basis"].isin(["limit:before", "limit:after"])]
    assert not gone & set(zip(brought["group"], brought["measure"], strict=True))
    unseen = shown.tally[shown.tally["basis"] == "assessable"].query(
        "noncompliant == 0"
    )
    assert not gone & set(zip(unseen["group"], unseen["measure"], strict=True))


def check_parts(shown: Results) -> None:
    """A report for one group alone shows what the breakdown shows of it, no more."""
    if not (shown.settings.by and len(shown.tally)):
        return
    group, name = shown.tally["group"].iloc[0], shown.settings.by[-1]
    inside = replace(shown, answers=shown.answers.assign(**dict.fromkeys(BY, "")))
    own = part_of(shown, group, per=name, inside=inside)
    for table in ("tally", "distribution", "days", "durations", "overdue"):
        rows, whole = getattr(own, table), getattr(shown, table)
        mine = whole[whole["group"] == group].assign(group=ALL)
        pd.testing.assert_frame_equal(rows, mine.reset_index(drop=True))


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows one by one, each with its columns by name."""
    yield from frame.itertuples()


class Attack:
    """What is known of some teams in one phase; unknown are their cases, whole."""

    def __init__(
        self, teams: Sequence[str], phase: str, sizes: Mapping[str, int]
    ) -> None:
        self.teams, self.phase, self.ways = teams, phase, ways_of(phase)
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []
        laws = {way.law for way in self.ways}
        for team in teams:
            inside = np.array([one == team for one in teams])
            answers = np.array([isinstance(way, Answers) for way in self.ways])
            self._add(np.outer(inside, answers), sizes[team], sizes[team])
            for law in laws:  # the same cases were answered and lasted
                own = np.array([way.law == law for way in self.ways])
                self._add(np.outer(inside, own * np.where(answers, 1, -1)), 0, 0)

    def _add(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row.ravel().astype(float))
        self.low.append(low)
        self.high.append(high)

    def learn(self, lines: Iterable[Line]) -> None:
        """Take in what is told of groups of these teams in this phase."""
        for one in lines:
            if one.phase == self.phase:
                row = self.row(one.group, one.depth, one.places)
                if row.any():
                    self._add(row, one.low, one.high)

    def row(
        self, group: str, depth: int, places: Iterable[tuple[Place, float]]
    ) -> np.ndarray:
        """How much each unknown counts in the sum of a group's counts."""
        inside = np.array([part(team, depth) == group for team in self.teams])
        hits = sum(times * _hits(self.phase, place) for place, times in places)
        return np.outer(inside, hits)

    def spans(self, goals: Sequence[np.ndarray]) -> np.ndarray:
        """The least and the most of each sum of unknowns; a wide one may be wider.

        Any two tables that look alike show that a count is not known: a few are sought
        by lot for all goals at once, and only what they leave narrow is asked for.
        """
        matrix = csr_array(np.array(self.rows))
        known = (matrix, np.array(self.low), np.array(self.high))
        constraint = LinearConstraint(*known)  # type: ignore[arg-type]
        every = np.array([goal.ravel() for goal in goals])
        found: list[np.ndarray] = []

        def solve(goal: np.ndarray, gap: float = 0.0) -> None:
            made = milp(
                goal,
                integrality=np.ones(len(goal)),
                constraints=constraint,
                bounds=Bounds(0, np.inf),
                options={"mip_rel_gap": gap},
            )
            assert made.status == 0, made.message
            found.append(every @ np.round(made.x))

        random = np.random.default_rng(len(every))
        for _ in range(2):
            signs = random.choice((-1.0, 1.0), len(every))
            solve(signs @ every, gap=0.2)
            solve(-signs @ every, gap=0.2)
        for at, goal in enumerate(every):
            seen = [one[at] for one in found]
            if max(seen) - min(seen) <= 1:
                solve(goal)
                solve(-goal)
        return np.array([np.min(found, axis=0), np.max(found, axis=0)]).T


@cache
def _hits(phase: str, place: Place) -> np.ndarray:
    return np.array([places_of(way, phase)[place] for way in ways_of(phase)])


class Outcome(NamedTuple):
    """How many hidden small counts there were, were known, or known to within one."""

    hidden: int
    recovered: int
    narrow: int
    shown: int
    rates: int

    def __add__(self, other: "Outcome") -> "Outcome":  # type: ignore[override]
        return Outcome(*(one + two for one, two in zip(self, other, strict=True)))


NOTHING = Outcome(0, 0, 0, 0, 0)


def attacked(
    made: Made, wholes: Sequence[Results], settings: Settings, *, most: int
) -> Outcome:
    """All breakdowns of the chain side by side, and at most so many counts of each."""
    levels = [level_of(made, at, one, settings) for at, one in enumerate(wholes)]
    outcome = NOTHING
    is_strict = settings.publish == "strict"
    sizes = {(one.team, one.phase): size_of(one) for one in made.cases}
    towns = dict.fromkeys(part(one.team, 1) for one in made.cases)
    # In strict a municipality's own figures are withheld too; the nation is a whole.
    for phase, chosen in product(
        PHASES, [[*towns]] if is_strict else [[t] for t in towns]
    ):
        teams = [
            one.team
            for one in made.cases
            if one.phase == phase and part(one.team, 1) in chosen
        ]
        own = {team: sizes[team, phase] for team in teams}
        attacks = [Attack(teams, phase, own) for _ in range(2)]
        first = 1 if is_strict else 2
        for attack, told in zip(attacks, (levels[:first], levels), strict=True):
            attack.learn(
                line
                for level in told
                for line in level.lines
                if (is_strict if level.depth == 0 else part(line.group, 1) in chosen)
            )
        outcome += outcome_of(attacks, levels[first:], settings, most=most)
    counted = [key for level in levels[1:] for key in level.shown if key[3] == "crude"]
    rates = sum(len(level.truth) for level in levels[1:]) * (len(ASKED) + 2)
    return outcome._replace(shown=len(counted), rates=rates)


def size_of(one: Cases) -> int:
    answers = [isinstance(way, Answers) for way in ways_of(one.phase)]
    return int(np.array(one.counts)[answers].sum())


def outcome_of(
    attacks: Sequence[Attack], levels: Sequence[Level], settings: Settings, *, most: int
) -> Outcome:
    whole, every = attacks
    small = [
        one
        for level in levels
        for one in small_and_hidden(level, every, settings.threshold)
    ]
    random = np.random.default_rng(len(small))
    chosen = [small[at] for at in random.permutation(len(small))[:most]]
    if not chosen:
        return NOTHING
    goals = [every.row(group, depth, [(place, 1)]) for depth, group, place, _ in chosen]
    low, high = every.spans(goals).T
    counts = np.array([count for *_, count in chosen])
    near = np.flatnonzero(high - low <= 1)
    assert ((low <= counts) & (counts <= high))[near].all()
    if not len(near):
        return Outcome(len(chosen), 0, 0, 0, 0)
    # What the shown wholes tell by themselves is not found out.
    least, largest = whole.spans([goals[at] for at in near]).T
    recovered = (low == high)[near] & (least < largest)
    narrow = largest - least > 1
    return Outcome(len(chosen), int(recovered.sum()), int(narrow.sum()), 0, 0)


def small_and_hidden(
    level: Level, attack: Attack, threshold: int
) -> Iterator[tuple[int, str, Place, int]]:
    """The small counts of a breakdown that were withheld, each in its group."""
    groups = {part(team, level.depth) for team in attack.teams}
    places = dict.fromkeys(
        place for way in attack.ways for place in places_of(way, attack.phase)
    )
    for (group, phase), truth in level.truth.items():
        if phase != attack.phase or group not in groups:
            continue
        for place in places:
            is_shown = (group, phase, *place[:2]) in level.shown
            is_small = 0 < truth[place] < threshold
            if is_small and place[1] in ROWS:
                assert not is_shown, (group, phase, place)
                yield level.depth, group, place, truth[place]


@pytest.mark.slow
@pytest.mark.parametrize("publish", ["open", "strict"])
@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_a_program_recovers_no_withheld_count(
    threshold: int, publish: str, nations: list[tuple[Made, list[Results]]]
):
    settings = Settings(publish=publish, threshold=threshold)
    found = NOTHING
    for one, wholes in nations:
        found += attacked(one, wholes, settings, most=8)
    assert found.hidden > 20
    assert (found.recovered, found.narrow) == (0, 0)
    assert found.shown > 0


@pytest.fixture(scope="module")
def nations(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[Made, list[Results]]]:
    found = []
    for seeds in ((0,), (1, 2, 3), (5,)):
        own = made(tmp_path_factory.mktemp("nation"), seeds)
        found.append((own, [own.results(depth) for depth in range(4)]))
    return found


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(6 * 3600)
def test_a_program_recovers_none_of_a_thousand_sets(tmp_path: Path, record_property):
    found = {
        Settings(publish=publish, threshold=threshold): NOTHING
        for publish, threshold in product(("open", "strict"), (3, 5, 10))
    }
    for start in range(0, 1000, 5):
        one = made(tmp_path / str(start), range(start, start + 5))
        wholes = [one.results(depth) for depth in range(4)]
        for settings in found:
            found[settings] += attacked(one, wholes, settings, most=3)
    for settings, own in found.items():
        assert own.hidden > 1000
        assert (own.recovered, own.narrow) == (0, 0), settings
        name = f"shown, {settings.publish}, {settings.threshold}"
        record_property(name, f"{own.shown / own.rates:.1%}")


def test_the_program_finds_what_is_hidden_alone(nations, monkeypatch):
    """Held to account: where only the small counts themselves are left out."""

    def careless(results: Results) -> Results:
        small = results.tally[list(SCORES)].isin(range(1, 5)).any(axis=1)
        return replace(
            results,
            is_disclosed=True,
            tally=results.tally[~small],
            distribution=results.distribution.iloc[:0],
            comparison=results.comparison.iloc[:0],
            durations=results.durations.iloc[:0],
            overdue=results.overdue.iloc[:0],
            days=results.days.iloc[:0],
        )

    monkeypatch.setattr(f"{__name__}.disclose", careless)
    settings = Settings(publish="open", threshold=5)
    found = NOTHING
    for one, wholes in nations:
        found += attacked(one, wholes, settings, most=20)
    assert found.recovered > 5
