"""A made-up country to count on: cases of many municipalities, twice, from a seed.

Nothing in it is real. It behaves as the real thing does, though: a municipality's
cases resemble each other, a caseworker's still more, rates drift between the phases
and not everywhere alike, and what is missing goes by caseworker and, in some
municipalities, by measure. Benchmarks and tests count on it; so may a demonstration.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.checking.scoring import in_order, score_lookup
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form, form_from
from taskforce_analysis.locating.lexicon import answer_word
from taskforce_analysis.schemas import Toml, read_definition
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.tables import ALL, SCORES

if TYPE_CHECKING:
    import pandas as pd


__all__ = [
    "Nation",
    "national_answers",
    "national_cases",
    "national_form",
    "write_workbooks",
]

ANSWERS = ("yes", "partly", "no", "not_applicable", "missing")
YES, PARTLY, NO, NOT_APPLICABLE, MISSING = range(5)


@dataclass(frozen=True, kw_only=True)
class Nation:
    """How large the made-up country is and how much its parts differ; from one seed.

    `cases` are those of a municipality in a phase. `between_municipalities` and
    `between_caseworkers` are standard deviations on the logit scale, `drift` the mean
    rise from phase to phase on it; `missing` is the share of answers not given.
    """

    municipalities: int = 98
    cases: int = 20
    caseworkers: int = 4
    between_municipalities: float = 0.7
    between_caseworkers: float = 0.5
    drift: float = 0.4
    missing: float = 0.03
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a country without municipalities, cases or caseworkers."""
        if min(self.municipalities, self.cases, self.caseworkers) < 1:
            raise wrong_use("the country is empty", "Give whole numbers from 1")


def national_form(measures: int = 12) -> Form:
    """A form of so many measures in three themes; every fifth depends on another.

    >>> len(national_form(12).measures)
    12
    """
    frame = _words()["form"]
    themes = [theme["id"] for theme in frame["themes"]]
    asked = [_measure(number, themes) for number in range(1, measures + 1)]
    return form_from({**frame, "measures": asked}, file="national.toml")


@cache
def _words() -> Toml:
    return read_definition(definitions_folder("synthetic.toml"))


def _measure(number: int, themes: Sequence[str]) -> Toml:
    words = _words()["measure"]
    condition = {"measure": f"measure_{number - 1:02d}", "is": ["yes"]}
    return {
        "id": f"measure_{number:02d}",
        "label": words["label"].format(number=number),
        "columns": [text.format(number=number) for text in words["columns"]],
        "theme": themes[number % len(themes)],
        **({"applies_when": condition, "twin": True} if number % 5 == 0 else {}),
    }


@dataclass(frozen=True, eq=False)
class _Units:
    """Who each unit is, as numbers: one entry per unit."""

    municipality: np.ndarray
    phase: np.ndarray
    caseworker: np.ndarray
    number: np.ndarray


def national_cases(form: Form, nation: Nation | None = None) -> "pd.DataFrame":
    """One row per case and one column of answers per measure, as categories.

    `form phase municipality cluster case_id unit_id file` and the form's measures.
    Only measures that are answered are made, not those computed from others.
    """
    import pandas as pd

    nation = nation or Nation()
    units = _units(form, nation)
    columns = _identity(units, form, nation)
    for measure, codes in _answers(form, nation, units):
        columns[measure] = _category(np.where(codes == MISSING, -1, codes), ANSWERS[:4])
    return pd.DataFrame(columns)


def national_answers(form: Form, nation: Nation | None = None) -> "pd.DataFrame":
    """The same cases in long form: the columns of `tables.answers`, as categories.

    Rows stand by measure. `tables.check` makes plain texts of the categories.
    """
    import pandas as pd

    nation = nation or Nation()
    units = _units(form, nation)
    known = pd.DataFrame(_identity(units, form, nation))
    known["group"] = _same_for_all(ALL, units)
    given = dict(_answers(form, nation, units))
    scores = _scores(form, given)
    long = pd.concat([known] * len(given), ignore_index=True)
    long["measure"] = _category(
        np.repeat(np.arange(len(given), dtype=np.int16), len(known)), list(given)
    )
    long["answer"] = _category(np.concatenate(list(given.values())), ANSWERS)
    long["score"] = _category(np.concatenate([scores[m] for m in given]), SCORES)
    long["days"] = pd.array([None], dtype="Int64").repeat(len(long))
    return long.assign(sheet="Data", cell=None)


def _units(form: Form, nation: Nation) -> _Units:
    shape = (nation.municipalities, max(len(form.phases), 1), nation.cases)
    municipality, phase, number = (place.ravel() for place in np.indices(shape))
    draws = np.random.default_rng([nation.seed, 1])
    caseworker = draws.integers(nation.caseworkers, size=len(number))
    return _Units(municipality, phase, caseworker, number)


def _identity(units: _Units, form: Form, nation: Nation) -> "dict[str, pd.Categorical]":
    name = _words()["document"]["municipality"]
    places = [name.format(number=n) for n in range(1, nation.municipalities + 1)]
    phases = list(form.phase_ids)
    people = [f"S{n}" for n in range(1, nation.municipalities * nation.caseworkers + 1)]
    files = [f"{p.replace(' ', '_')}_{phase}.xlsx" for p in places for phase in phases]
    file = units.municipality * len(phases) + units.phase
    person = units.municipality * nation.caseworkers + units.caseworker
    ids = [f"{p[8:]}-{n:04d}" for p in places for n in range(1, nation.cases + 1)]
    case = _category(units.municipality * nation.cases + units.number, ids)
    return {
        "form": _same_for_all(form.id, units),
        "phase": _category(units.phase, phases),
        "municipality": _category(units.municipality, places),
        "cluster": _category(person, people),
        "case_id": case,
        "unit_id": case,
        "file": _category(file, files),
    }


def _same_for_all(text: str, units: _Units) -> "pd.Categorical":
    return _category(np.zeros(len(units.phase), dtype=np.int8), [text])


def _category(codes: np.ndarray, names: Iterable[str]) -> "pd.Categorical":
    import pandas as pd

    dtype = pd.CategoricalDtype(list(names))
    return pd.Categorical.from_codes(codes, dtype=dtype)  # pyright: ignore[reportArgumentType, reportCallIssue]


def _answers(
    form: Form, nation: Nation, units: _Units
) -> Iterator[tuple[str, np.ndarray]]:
    made: dict[str, np.ndarray] = {}
    order = {measure.id: place for place, measure in enumerate(form.measures)}
    for measure in in_order(form):
        if measure.is_computed:
            continue
        draws = np.random.default_rng([nation.seed, 2, order[measure.id]])
        codes = _drawn(draws, nation, units, partly=measure.partly)
        condition = measure.applies_when
        if condition and condition.measure in made:
            codes = codes.copy()
            given = made[condition.measure]
            met = np.isin(given, [ANSWERS.index(a) for a in condition.answers])
            codes[~met & (given != MISSING)] = NOT_APPLICABLE
        made[measure.id] = codes
    yield from ((name, made[name]) for name in order if name in made)


def _drawn(
    draws: np.random.Generator, nation: Nation, units: _Units, *, partly: bool
) -> np.ndarray:
    people = nation.municipalities * nation.caseworkers
    person = units.municipality * nation.caseworkers + units.caseworker
    place = draws.normal(0, nation.between_municipalities, nation.municipalities)
    hand = draws.normal(0, nation.between_caseworkers, people)
    rise = draws.normal(nation.drift, nation.drift, nation.municipalities)
    logit = draws.normal(0.4, 0.8) + place[units.municipality] + hand[person]
    logit = logit + units.phase * rise[units.municipality]
    chance = draws.random(len(logit))
    codes = np.where(chance < 1 / (1 + np.exp(-logit)), YES, NO).astype(np.int8)
    if partly:
        codes[(codes == NO) & (draws.random(len(codes)) < 0.3)] = PARTLY
    codes[draws.random(len(codes)) < draws.beta(1.5, 12)] = NOT_APPLICABLE
    # Some forget more than others, and some municipalities never asked this.
    forgets = draws.gamma(1, nation.missing, people)[person]
    codes[draws.random(len(codes)) < forgets] = MISSING
    silent = draws.random(nation.municipalities) < nation.missing / 2
    codes[silent[units.municipality]] = MISSING
    return codes


def _scores(form: Form, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    scores: dict[str, np.ndarray] = {}
    for measure in in_order(form):
        if measure.id not in given:
            continue
        lookup = score_lookup(measure, ANSWERS, Settings())
        scores[measure.id] = lookup.astype(np.int8)[given[measure.id]]
    return scores


def write_workbooks(
    form: Form, folder: str | Path, nation: Nation | None = None
) -> list[Path]:
    """A workbook per municipality and phase, labelled synthetic; their paths."""
    import xlsxwriter

    folder, cases = Path(folder), national_cases(form, nation)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, part in cases.groupby("file", observed=True, sort=False):
        paths.append(folder / str(name))
        with xlsxwriter.Workbook(paths[-1]) as book:
            book.set_properties({"title": _words()["document"]["title"]})
            page = book.add_worksheet("Data")
            for number, row in enumerate(_rows(part, form)):
                page.write_row(number, 0, row)
    return paths


def _rows(part: "pd.DataFrame", form: Form) -> Iterator[list[str]]:
    measures = [m for m in form.measures if not m.is_computed]
    labels = {phase.id: phase.label for phase in form.phases}
    asked = [measure.columns[0] for measure in measures]
    given = ANSWERS[:MISSING]
    names = ["case_id", "municipality", "phase", "cluster"]
    place = form.attributes[0].columns[0]
    yield [form.case[0], place, form.phase[0], form.cluster[0], *asked]
    for row in part[[*names, *(m.id for m in measures)]].itertuples(index=False):
        case, municipality, phase, cluster, *answers = row
        words = [answer_word(one) if one in given else "" for one in answers]
        yield [case, municipality, labels[phase], cluster, *words]
