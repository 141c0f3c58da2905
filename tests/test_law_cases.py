"""Which rule applies to which case: a table that was worked out by hand."""

import csv
from datetime import date
from pathlib import Path

import pytest

from taskforce_analysis.checking.laws import law_on
from taskforce_analysis.deadlines import judge, load_deadlines
from taskforce_analysis.forms import load_form
from taskforce_analysis.paragraphs import parse_provisions

TABLE = Path(__file__).parent / "data" / "law_cases.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines(), delimiter=";"))


def rows(kind: str) -> list[dict[str, str]]:
    others = ("basis", "regime")
    own = (
        (kind,) if kind in others else {row["kind"] for row in ROWS}.difference(others)
    )
    return [row for row in ROWS if row["kind"] in own]


def named(row: dict[str, str]) -> str:
    return " ".join(
        row[key] for key in ("asked", "paragraph", "decided", "to", "measured")
    )


DEADLINES, BASES = rows("deadline"), rows("basis")


def test_the_table_is_large_and_reasoned():
    assert len(ROWS) >= 80
    assert len(BASES) >= 40
    assert all(len(row["reasoning"]) > 6 for row in ROWS)
    assert len({tuple(row.values()) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", DEADLINES, ids=named)
def test_the_rule_of_a_case_and_whether_it_was_kept(row):
    file, _, duty = row["asked"].partition(":")
    rules = load_deadlines(file)
    judged = judge(
        row["from"],
        row["to"] or None,
        rules,
        what=duty,
        paragraphs=[row["paragraph"]],
        decided=row["decided"] or None,
        measured=row["measured"],
    ).cases.iloc[0]
    told = {rule.id: {rule.id, rule.provision} for rule in rules.rules}
    assert judged["outcome"] == row["verdict"]
    assert row["provision"] in told.get(judged["rule"], {""})


@pytest.mark.parametrize("row", BASES, ids=named)
def test_the_provision_that_a_question_rests_on_in_a_case(row):
    form, _, name = row["asked"].partition(".")
    day, cited = date.fromisoformat(row["decided"]), parse_provisions(row["paragraph"])
    measure = load_form(form).measure(name)
    bases = measure.bases_on(day, cited)
    assert " + ".join(basis.cited for basis in bases) == row["provision"]
    silent = "no rule" if measure.lacks_rule(day, cited) else "not asked"
    assert ("asked" if bases else silent) == row["verdict"]


REGIMES = rows("regime")


@pytest.mark.parametrize("row", REGIMES, ids=named)
def test_whose_rule_became_another_within_its_law(row):
    form, _, name = row["asked"].partition(".")
    day, cited = date.fromisoformat(row["decided"]), parse_provisions(row["paragraph"])
    law = law_on(load_form(form).measure(name), day, cited)
    assert law == row["provision"]
    assert ("changed" if " " in law else "unchanged") == row["verdict"]
