"""The made-up country is the same from the same seed, and behaves as a real one."""

import pandas as pd
import pytest

from taskforce_analysis import tables
from taskforce_analysis.checking import check
from taskforce_analysis.errors import UsageError
from taskforce_analysis.reading import read_cells
from taskforce_analysis.synthetic import (
    Nation,
    national_answers,
    national_cases,
    national_form,
    write_workbooks,
)
from taskforce_analysis.tallying import tally

SMALL = Nation(municipalities=3, cases=8, seed=5)


def test_the_same_seed_makes_the_same_country() -> None:
    form = national_form(5)
    first = national_cases(form, SMALL)
    pd.testing.assert_frame_equal(first, national_cases(form, SMALL))
    other = national_cases(form, Nation(municipalities=3, cases=8, seed=6))
    assert not first.equals(other)
    assert len(first) == 3 * 2 * 8


def test_answers_are_the_declared_table() -> None:
    answers = tables.check(national_answers(national_form(5), SMALL), tables.answers)
    assert len(answers) == 3 * 2 * 8 * 5
    assert set(answers["phase"]) == {"analysis", "status"}


def test_workbooks_read_back_give_the_same_tally(tmp_path) -> None:
    form = national_form(6)
    paths = write_workbooks(form, tmp_path, SMALL)
    checked = check([read_cells(path) for path in paths], form)
    assert [i.code for i in checked.found if i.severity == "error"] == []
    read = tally(checked.answers, form, by=["municipality"])
    made = tally(national_answers(form, SMALL), form, by=["municipality"])
    pd.testing.assert_frame_equal(read, made)


def spread_to_chance(answered: pd.DataFrame) -> float:
    """The variance of the municipalities' rates to what chance alone would give."""
    analysis = answered[answered["phase"] == "analysis"]
    yes = (analysis["measure_01"] == "yes").groupby(
        analysis["municipality"], observed=True
    )
    rates, number = yes.mean(), yes.size()
    return float(rates.var() / (rates * (1 - rates) / number).mean())


def test_cases_of_a_municipality_resemble_each_other() -> None:
    form = national_form(1)
    cases = national_cases(form, Nation(municipalities=60, cases=200, missing=0))
    answered = cases[cases["measure_01"].isin(["yes", "no"])]
    assert spread_to_chance(answered) > 4
    alike = Nation(
        municipalities=60,
        cases=200,
        between_municipalities=0,
        between_caseworkers=0,
        drift=0,
        missing=0,
    )
    cases = national_cases(form, alike)
    answered = cases[cases["measure_01"].isin(["yes", "no"])]
    assert spread_to_chance(answered) < 2


def test_a_country_without_cases_is_refused() -> None:
    with pytest.raises(UsageError, match="the country is empty"):
        Nation(cases=0)
