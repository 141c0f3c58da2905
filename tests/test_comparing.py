"""From counts to verdicts: the known answers, the reasons, and the laws."""

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis.comparing import chance_findings, compare, comparison_issues
from taskforce_analysis.forms import Form
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying import tally
from tests.made_answers import made_answers, small_form, yes_no

PHASES: Any = {"before": "analysis", "after": "status"}


def compared(
    before: list[str],
    after: list[str],
    form: Form | None = None,
    *,
    measurement: Measurement | None = None,
    more: Any = None,
    **chosen: Any,
) -> pd.DataFrame:
    """The comparison of one measure, `plan`, with these answers."""
    form = form or small_form()
    answers = made_answers(
        ("analysis", "plan", before), ("status", "plan", after), **(more or {})
    )
    options = Settings(**chosen)
    return compare(
        tally(answers, form, settings=options),
        form,
        **PHASES,
        settings=options,
        measurement=measurement,
        answers=answers,
    )


def crude(table: pd.DataFrame) -> Any:
    """The only crude row."""
    rows: Any = table[table["basis"] == "crude"]
    assert len(rows) == 1
    return rows.iloc[0]


def test_eight_of_twenty_and_fourteen_of_twenty() -> None:
    row: Any = crude(compared(yes_no(8, 12), yes_no(14, 6)))
    # R exact2x2 2.0.0 and statistics.md: -0.0237 to 0.5804, p 0.0703.
    assert row["difference"] == pytest.approx(0.3, abs=1e-12)
    assert row["difference_low"] == pytest.approx(-0.0237, abs=5e-5)
    assert row["difference_high"] == pytest.approx(0.5804, abs=5e-5)
    assert row["p_value"] == pytest.approx(0.0703, abs=5e-5)
    assert row["verdict"] == "uncertain"
    assert row["decided_by"] == "interval"
    assert row["robust"]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (yes_no(4, 16), yes_no(16, 4), "improved"),
        (yes_no(16, 4), yes_no(4, 16), "worsened"),
        (yes_no(8, 12), yes_no(8, 12), "uncertain"),
        (yes_no(4, 5), yes_no(16, 4), "too_few"),
    ],
)
def test_verdicts(before: list[str], after: list[str], verdict: str) -> None:
    assert crude(compared(before, after))["verdict"] == verdict


def test_non_monotone_p_values_do_not_fool_the_verdict() -> None:
    # Roehmel 2005: p is 0.0426 at difference 0, yet -0.031 has p 0.081.
    table: Any = compared(yes_no(16, 12), yes_no(7, 0), minimum_verdict=5)
    row: Any = crude(table)
    assert row["difference_low"] <= -0.031
    assert row["p_value"] >= 0.081
    assert row["verdict"] == "uncertain"


def test_a_measure_of_one_phase_stays_as_not_comparable() -> None:
    form = small_form({"id": "plan"}, {"id": "goals"})
    answers = made_answers(
        ("analysis", "plan", yes_no(8, 12)),
        ("status", "plan", yes_no(14, 6)),
        ("status", "goals", yes_no(14, 6)),
    )
    table: Any = compare(tally(answers, form), form, **PHASES).set_index("measure")
    assert table.loc["goals", "verdict"] == "not_comparable"
    assert table.loc["goals", "decided_by"] == "only_one_phase"
    assert table.loc["goals", "applicable_before"] == 0
    assert math.isnan(table.loc["goals", "difference"])


def test_other_selection_is_not_comparable_unless_insisted() -> None:
    plans = {
        "analysis": PhasePlan(selection="all"),
        "status": PhasePlan(selection="random"),
    }
    measurement = Measurement(phases=plans)
    sides = yes_no(4, 16), yes_no(16, 4)
    row: Any = crude(compared(*sides, measurement=measurement))
    assert (row["verdict"], row["decided_by"]) == (
        "not_comparable",
        "selection_differs",
    )
    row: Any = crude(compared(*sides, measurement=measurement, insist=True))
    assert (row["verdict"], row["reservation"]) == ("improved", "insisted")


def test_a_changed_rule_is_compared_only_within_each_law() -> None:
    form = small_form({"id": "plan", "rule_changed": "2024-01-01"})
    laws = {"law": ["SEL"] * 10 + ["BL"] * 10}
    table: Any = compared(yes_no(4, 16), yes_no(16, 4), form, more=laws)
    rows: Any = table.set_index("basis")
    assert rows.loc["crude", "verdict"] == "not_comparable"
    assert rows.loc["crude", "decided_by"] == "rule_changed"
    assert rows.loc["law:SEL", "applicable_before"] == 10
    insisted = compared(yes_no(4, 16), yes_no(16, 4), form, more=laws, insist=True)
    assert insisted.set_index("basis")["verdict"].to_dict()["crude"] == "improved"


def test_unknown_answers_can_overturn_a_verdict() -> None:
    few = crude(compared(yes_no(4, 16), yes_no(16, 4, ("missing", 1))))
    many = crude(compared(yes_no(4, 16), yes_no(16, 4, ("missing", 20))))
    assert (few["verdict"], bool(few["robust"])) == ("improved", True)
    assert (many["verdict"], bool(many["robust"])) == ("improved", False)


def test_shift_of_not_applicable_is_a_reservation_and_an_issue() -> None:
    before = yes_no(4, 16)
    after = yes_no(12, 2, ("not_applicable", 6))
    assert "applicable_shift" in crude(compared(before, after))["reservation"]
    answers = made_answers(("analysis", "plan", before), ("status", "plan", after))
    found = comparison_issues(tally(answers, small_form()), small_form(), **PHASES)
    assert [(one.code, one.measure) for one in found] == [("APPLICABLE_SHIFT", "plan")]


def test_conditional_verdict_needs_its_unconditional_twin() -> None:
    form = small_form(
        {"id": "asked"},
        {"id": "plan", "applies_when": {"measure": "asked", "is": ["yes"]}},
    )
    answers = made_answers(
        ("analysis", "asked", yes_no(20, 0)),
        ("status", "asked", yes_no(10, 20)),
        ("analysis", "plan", yes_no(8, 12)),
        ("status", "plan", yes_no(10, 0, ("not_applicable", 20))),
    )
    table: Any = compare(tally(answers, form), form, **PHASES).set_index(
        ["measure", "basis"]
    )
    row: Any = table.loc[("plan", "crude")]
    assert row["p_value"] < 0.05
    assert (row["verdict"], row["decided_by"]) == ("uncertain", "unconditional")
    assert table.loc[("plan", "unconditional"), "applicable_after"] == 30


def test_primary_measures_are_adjusted_by_holm() -> None:
    form = small_form(
        {"id": "plan"}, {"id": "goals"}, {"id": "rest"}, primary=["plan", "goals"]
    )
    blocks = [
        (phase, measure, yes_no(yes, 20 - yes))
        for measure in ("plan", "goals", "rest")
        for phase, yes in (("analysis", 6), ("status", 14))
    ]
    answers = made_answers(*blocks)
    table: Any = compare(tally(answers, form), form, **PHASES).set_index("measure")
    p_value = table.loc["plan", "p_value"]
    assert p_value < 0.05
    assert table.loc["plan", "p_adjusted"] == pytest.approx(2 * p_value)
    assert table.loc["rest", "p_adjusted"] == pytest.approx(p_value)
    assert table["adjustment"].to_dict() == {
        "plan": "holm",
        "goals": "holm",
        "rest": "none",
    }
    assert table["decided_by"].to_dict()["plan"] == "p_adjusted"


def test_pairs_only_when_asked() -> None:
    # Tango 1998; the counts of Bentur 2009 as in Fagerland et al. 2014: 1, 1, 7, 12.
    before = ["yes"] * 2 + ["no"] * 19
    after = ["yes"] + ["no"] + ["yes"] * 7 + ["no"] * 12
    row: Any = crude(compared(before, after, paired=True))
    assert row["method"] == "tango"
    assert row["difference_low"] == pytest.approx(0.0260, abs=5e-5)
    assert row["difference_high"] == pytest.approx(0.5172, abs=5e-5)
    assert crude(compared(before, after))["method"] == "chan_zhang"


def test_strata_give_rows_without_a_verdict() -> None:
    area = {"area": ["A"] * 10 + ["B"] * 10}
    table: Any = compared(yes_no(8, 12), yes_no(14, 6), more=area, strata=("area",))
    rows: Any = table.set_index("basis")
    assert rows["verdict"].isna().to_dict() == {
        "crude": False,
        "stratified": True,
        "standardised": True,
    }
    # Stratum A 8/10 -> 10/10, B 0/10 -> 4/10: weights 5 and 5, differences 0.2, 0.4.
    assert rows.loc["stratified", "difference"] == pytest.approx(0.3)
    assert rows.loc["standardised", "difference"] == pytest.approx(0.3)


def test_stock_needs_every_case_to_be_applicable() -> None:
    plans = {
        name: PhasePlan(selection="random", population=60) for name in PHASES.values()
    }
    measurement = Measurement(phases=plans)
    table: Any = compared(yes_no(8, 12), yes_no(14, 6), measurement=measurement)
    assert table["basis"].tolist() == ["crude", "stock"]
    # Outside the difference of the limits at 95 % (R: 0.3 to 0.533, 0.5 to 0.85).
    stock: Any = table.set_index("basis").loc["stock"]
    assert stock["difference_low"] == pytest.approx(-8 / 60)
    assert stock["difference_high"] == pytest.approx(39 / 60)
    table: Any = compared(
        yes_no(8, 12, ("missing", 1)), yes_no(14, 6), measurement=measurement
    )
    assert table["basis"].tolist() == ["crude"]


def test_ordered_answers_get_cliffs_delta() -> None:
    names = ["high", "some", "less", "none"]
    form = small_form(
        {
            "id": "plan",
            "kind": "ordered",
            "scale": "grad",
            "compliant": ["high", "some"],
        },
        scales={"grad": [{"id": name, "label": name} for name in names]},
    )
    # R effectsize 0.8.3 and exactRankTests: counts 3,6,7,4 and 1,3,7,9 from the worst.
    before = ["none"] * 3 + ["less"] * 6 + ["some"] * 7 + ["high"] * 4
    after = ["none"] * 1 + ["less"] * 3 + ["some"] * 7 + ["high"] * 9
    answers = made_answers(("analysis", "plan", before), ("status", "plan", after))
    answers["score"] = (
        answers["answer"]
        .isin(["high", "some"])
        .map({True: "compliant", False: "noncompliant"})
    )
    table: Any = compare(tally(answers, form), form, **PHASES, answers=answers)
    row: Any = table.set_index("basis").loc["ordered"]
    assert row["difference"] == pytest.approx(0.345)
    assert row["p_value"] == pytest.approx(0.0563862528, abs=1e-9)


def test_clusters_tell_what_design_effect_would_tip() -> None:
    teams = {"cluster": [f"S{1 + number % 4}" for number in range(20)]}
    row: Any = crude(compared(yes_no(4, 16), yes_no(16, 4), more=teams))
    assert row["clusters"] == 4
    assert row["tipping"] > 1
    assert pd.isna(crude(compared(yes_no(8, 12), yes_no(9, 11), more=teams))["tipping"])


def test_delvist_is_read_both_ways() -> None:
    form = small_form({"id": "plan", "partly": True})
    before, after = yes_no(4, 16), yes_no(4, 2, ("partly", 14))
    row: Any = crude(compared(before, after, form))
    assert row["verdict"] == "uncertain"
    assert not row["stands_under_partly"]


def test_chance_findings_are_fewer_than_the_level_says() -> None:
    table: Any = compared(yes_no(8, 12), yes_no(14, 6))
    assert 0 < chance_findings(table, Settings()) < 0.05
    assert chance_findings(table.iloc[:0], Settings()) == 0


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.integers(0, 15), st.integers(0, 15)),
    st.tuples(st.integers(0, 15), st.integers(0, 15)),
)
def test_laws_of_the_comparison(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    row: Any = crude(compared(yes_no(*first), yes_no(*second)))
    mirrored = crude(compared(yes_no(*second), yes_no(*first)))
    if not sum(first) or not sum(second):
        assert row["verdict"] in ("too_few", "not_comparable")
        return
    assert row["difference"] == pytest.approx(-mirrored["difference"])
    assert row["difference_low"] == pytest.approx(
        -mirrored["difference_high"], abs=1e-9
    )
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    excludes = row["difference_low"] > 0 or row["difference_high"] < 0
    assert excludes == (row["p_value"] < 0.05)
