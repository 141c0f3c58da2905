"""Which rule applies to which case: a table that was worked out by hand."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from taskforce_analysis.checking.laws import law_on
from taskforce_analysis.deadlines import RuleSet, judge, load_deadlines
from taskforce_analysis.forms import load_form
from taskforce_analysis.paragraphs import parse_provisions

TABLE = Path(__file__).parent / "data" / "law_cases.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines(), delimiter=";"))


OWN_KINDS = ("basis", "regime", "spelling", "own limit")
OWN_LIMITS = """
id = "egne"
title = "Egne frister"
source = "opdigtet"
[[rules]]
id = "own_86"
law = "BL"
paragraph = "§ 86"
what = "first_follow_up"
limit = "1 år"
[[rules]]
id = "own_32"
law = "BL"
paragraph = "§ 32"
what = "first_follow_up"
limit = "6 måneder"
"""


def rows(kind: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["kind"] == kind]


def named(row: dict[str, str]) -> str:
    return " ".join(
        row[key] for key in ("asked", "paragraph", "decided", "from", "to", "measured")
    )


DEADLINES = [row for row in ROWS if row["kind"] not in OWN_KINDS]
BASES, REGIMES = rows("basis"), rows("regime")


def test_the_table_is_large_and_reasoned():
    assert len(ROWS) >= 80
    assert len(BASES) >= 40
    assert all(len(row["reasoning"]) > 6 for row in ROWS)
    assert len({tuple(row.values()) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", DEADLINES, ids=named)
def test_the_rule_of_a_case_and_whether_it_was_kept(row):
    hold(row, load_deadlines(row["asked"].partition(":")[0]))


@pytest.mark.parametrize("row", rows("own limit"), ids=named)
def test_a_limit_of_the_municipality_s_own_is_used_where_the_law_has_none(
    row, tmp_path
):
    (tmp_path / "egne.toml").write_text(OWN_LIMITS, "utf-8")
    law = load_deadlines(row["asked"].partition(":")[0])
    hold(row, replace(law, local=(load_deadlines(tmp_path / "egne.toml"),)))


def hold(row: dict[str, str], rules: RuleSet) -> None:
    """Whether a case comes out as the table says, by the rule that it names."""
    duty = row["asked"].partition(":")[2]
    judged = judge(
        row["from"],
        row["to"] or None,
        rules,
        what=duty,
        paragraphs=[row["paragraph"]],
        decided=row["decided"] or None,
        measured=row["measured"],
    ).cases.iloc[0]
    known = [rule for one in (rules, *rules.local) for rule in one.rules]
    told = {rule.id: {rule.id, rule.provision} for rule in known}
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


@pytest.mark.parametrize("row", REGIMES, ids=named)
def test_whose_rule_became_another_within_its_law(row):
    form, _, name = row["asked"].partition(".")
    day, cited = date.fromisoformat(row["decided"]), parse_provisions(row["paragraph"])
    law = law_on(load_form(form).measure(name), day, cited)
    assert law == row["provision"]
    assert ("changed" if " " in law else "unchanged") == row["verdict"]


@pytest.mark.parametrize("row", rows("spelling"), ids=named)
def test_what_a_cell_cites_however_it_is_written(row):
    cited = " + ".join(map(str, parse_provisions(row["paragraph"])))
    assert cited == row["provision"]
    assert ("read" if cited else "not read") == row["verdict"]
