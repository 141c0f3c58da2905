"""A national figure stands beside an own one only where all of them count the same."""

import csv
from dataclasses import replace

import pytest

from taskforce_analysis.languages import load_language
from taskforce_analysis.published import Scope, apart, beside, caveat, national_figures
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder

CHILDREN = Scope(
    law="SEL",
    provision="§ 52",
    population="afgørelser om familiebehandling eller anbringelse",
    period="2021",
)


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def test_own_counts_stand_beside_what_is_printed(results):
    table = beside(results, CHILDREN)
    assert dict(zip(table["measure"], table["printed"], strict=True)) == {
        "child_assessment_rule": "73 pct.",
        "child_interview": "61 pct.",
    }
    tally = results.tally.set_index(["measure", "phase", "basis"])
    own = tally.loc[("child_interview", "status", "crude")]
    shown = table[table["measure"] == "child_interview"].iloc[0]
    assert (shown["compliant"], shown["applicable"]) == (
        own["compliant"],
        own["applicable"],
    )


def test_there_is_no_difference_no_verdict_and_no_rank(results):
    columns = ["group", "measure", "compliant", "applicable", "rate"]
    columns += ["publication", "wording", "printed", "base", "source"]
    assert list(beside(results, CHILDREN).columns) == columns


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("law", "BL"),
        ("provision", "§ 41"),
        ("population", "alle sager"),
        ("period", "2018"),
    ],
)
def test_one_difference_is_enough(results, name, value):
    scope = replace(CHILDREN, **{name: value})
    assert beside(results, scope).empty
    left = apart(results, scope)
    same_edition = left[left["publication"] == "Børnesagsbarometret 2021"]
    assert set(same_edition["differs_in"]) == {name}


def test_another_unit_is_no_match(results):
    counted = replace(results, form=replace(results.form, unit="afgørelse"))
    assert beside(counted, CHILDREN).empty


def test_every_figure_is_one_of_the_published_ones():
    path = data_folder("published") / "published_figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        known = {row["id"]: row for row in csv.DictReader(file, delimiter=";")}
    for row in national_figures().to_dict("records"):
        assert row["printed"].removesuffix(" pct.") in known[row["id"]]["value"]
        assert row["source"] == known[row["id"]]["source"]
        assert row["base"] == known[row["id"]]["base"]


def test_the_caveat_is_there_in_both_languages():
    assert "rangordne" in caveat()
    assert "rank" in caveat(load_language("en"))
