"""The synthetic cases of data/example: what is answered in each, and when.

Every case is invented. How many cases comply stands in example_cases.toml, measure by
measure; the seed only decides which.
"""

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SEED = 20181001
CASES = 20
YES, NO, APART = "Ja", "Nej", "Ikke relevant"

NO_LIMIT = "§ 52, stk. 3, nr. 3"  # the municipality has fixed no time limit for it
BOTH = f"§ 42 og {NO_LIMIT}"  # a benefit and a measure, as the Taskforce asks for too
PARAGRAPHS = ("§ 41",) * 5 + ("§ 42",) * 3 + (NO_LIMIT,) * 4 + (BOTH,) * 8
SUPPORT = tuple(range(8, 20))  # the cases about a measure for the child
ALL = tuple(range(CASES))
LIMITED = tuple(case for case in ALL[:-1] if PARAGRAPHS[case] != NO_LIMIT)


@dataclass(frozen=True)
class Column:
    """A measure's header and, per phase, how many of which cases comply.

    `before` and `after` are (yes, no); the rest of `among` are "Ikke relevant", as are
    all other cases. `given` narrows the cases to those with an answer elsewhere.
    """

    id: str
    theme: str
    header: str
    before: tuple[int, int]
    after: tuple[int, int]
    among: tuple[int, ...]
    given: tuple[str, ...]


FRISTER = "Tidsfrister"
_SPECIFIED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _column_from(row: dict[str, Any]) -> Column:
    made = {name: tuple(row[name]) for name in ("before", "after")}
    made["among"] = SUPPORT if row.get("among") == "support" else ALL
    made["given"] = tuple(row.get("given", ()))
    return Column(**{**row, **made})


COLUMNS = tuple(_column_from(row) for row in _SPECIFIED["columns"])


@dataclass(frozen=True)
class Phase:
    """One measurement: its name in the workbook, its cases' ids, dates and lateness."""

    file: str
    name: str
    prefix: str
    first: date
    late: int
    oddities: dict[tuple[int, str], object] = field(default_factory=dict)
    open_cases: dict[int, date] = field(default_factory=dict)

    @property
    def is_before(self) -> bool:
        return self.prefix == "A"


# What real workbooks hold: abbreviations, a blank, a mark, a reference, another word.
ANALYSIS = Phase(
    "analyse.xlsx",
    "Analyse",
    "A",
    date(2017, 7, 3),
    7,
    {
        (2, "reasons"): "J",
        (4, "holistic"): "abbreviate",
        (9, "holistic"): "abbreviate",
        (6, "hearing"): "abbreviate",
        (11, "information"): "Kan ikke vurderes",
        (13, "parents"): None,
        (15, "followed"): "note",
        (16, "guidance"): "-",
    },
    {19: date(2018, 9, 20)},
)
STATUS = Phase(
    "status.xlsx",
    "Status",
    "S",
    date(2020, 1, 6),
    4,
    {
        (1, "holistic"): "abbreviate",
        (3, "hearing"): None,
        (5, "flaw"): "abbreviate",
        (8, "plan"): "abbreviate",
        (12, "parents"): "note",
        (17, "guidance"): "Uoplyst",
    },
    {19: date(2020, 6, 3)},
)


Answers = dict[str, list[object]]


def answers_of(phase: Phase) -> Answers:
    """Per column the answers of the 20 cases, as a careful reviewer writes them."""
    chance = random.Random(SEED + len(phase.name))
    late = dict.fromkeys(ALL, NO)
    for case in chance.sample(LIMITED, phase.late - (not phase.is_before)):
        late[case] = YES
    late[ALL[-1]] = NO if phase.is_before else YES
    given: Answers = {"late": [late[case] for case in ALL]}
    for column in COLUMNS:
        given[column.id] = _answered(column, phase, given=given, chance=chance)
    for (case, name), oddity in phase.oddities.items():
        given[name][case] = _odd(given[name][case], oddity)
    return given


def _answered(
    column: Column, phase: Phase, *, given: Answers, chance: random.Random
) -> list[object]:
    yes, no = column.before if phase.is_before else column.after
    among = [case for case in column.among if _asked(column, given, case)]
    if yes + no < len(among):
        among = [case for case in among if case not in phase.open_cases]
    chosen = sorted(chance.sample(among, yes + no))
    order = chance.sample(chosen, len(chosen))
    likely = _likely(column, given)
    complies = sorted(order, key=lambda case: not likely(case))[:yes]
    answers: list[object] = [APART] * CASES
    for case in chosen:
        answers[case] = YES if case in complies else NO
    return answers


def _asked(column: Column, given: Answers, case: int) -> bool:
    return not column.given or given[column.given[0]][case] == column.given[1]


def _likely(column: Column, given: Answers) -> Callable[[int], bool]:
    # A flaw of material importance is a flaw; a decision with one is rarely right.
    return {
        "material": lambda case: given["flaw"][case] == YES,
        "correct": lambda case: given["material"][case] == NO,
    }.get(column.id, lambda _: True)


def _odd(answer: object, oddity: object) -> object:
    if oddity == "abbreviate":
        return {YES: "J", NO: "N", APART: "IR"}[str(answer)]
    return f"{answer} - se note" if oddity == "note" else oddity


def dates_of(phase: Phase, late: Sequence[object]) -> Iterator[tuple[date, object]]:
    """Per case when the application came and when it was decided, if it was."""
    chance = random.Random(SEED - len(phase.name))
    for case in ALL:
        received = phase.first + timedelta(days=14 * case + chance.randrange(5))
        received = phase.open_cases.get(case, received)
        days = chance.randrange(*((150, 210) if late[case] == YES else (15, 26)))
        decided = _workday(received + timedelta(days=days))
        yield _workday(received), None if case in phase.open_cases else decided


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
