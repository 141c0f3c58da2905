"""From counts to verdicts: the known answers, the reasons, and the laws."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from taskforce_analysis.comparing import (
    chance_findings,
    compare,
    comparison_issues,
    strata_issues,
)
from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import Form
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.methods.comparison import compare_rates
from taskforce_analysis.methods.planning import attained_sizes
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import with_groups
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


def test_answers_in_other_groups_than_the_tally_are_refused() -> None:
    answers = made_answers(
        ("analysis", "plan", yes_no(8, 12)),
        ("status", "plan", yes_no(14, 6)),
        team=["A", "B"] * 10,
    )
    form, asked = small_form(), Settings(by=("team",), paired=True)
    tallied = tally(answers, form, by=["team"])
    found = compare(tallied, form, **PHASES, answers=answers, settings=asked)
    assert (
        found.loc[found["basis"] == "crude", "applicable_before"].tolist() == [10] * 2
    )
    parted, alone = with_groups(answers, ["team"]), Settings(paired=True)
    same = compare(tallied, form, **PHASES, answers=parted, settings=alone)
    assert found.equals(same)
    with pytest.raises(UsageError, match="not in the groups of the tally"):
        compare(tallied, form, **PHASES, answers=answers)


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


TIPPING = {"m1": (4, 13), "m2": (3, 13), "m3": (10, 11), "m4": (12, 13)}
TIPPING |= {"m5": (5, 13), "m6": (18, 11)}


def of_twenty(
    counts: dict[str, tuple[int, int]],
    primary: Sequence[str] = (),
    *,
    plan: Measurement | None = None,
    more: Any = None,
    **chosen: Any,
) -> pd.DataFrame:
    """The headline rows of measures with so many of 20 before and after."""
    form = small_form(*({"id": name} for name in counts), primary=[*primary])
    blocks = [
        (phase, name, yes_no(yes, 20 - yes))
        for name, both in counts.items()
        for phase, yes in zip(PHASES.values(), both, strict=True)
    ]
    answers = made_answers(*blocks, **(more or {}))
    options: Any = {"settings": Settings(**chosen), "measurement": plan}
    table = compare(tally(answers, form), form, **PHASES, answers=answers, **options)
    return table[table["headline"]].set_index("measure")


def test_primary_measures_have_simultaneous_intervals() -> None:
    table: Any = of_twenty(TIPPING, ["m1", "m2", "m3", "m4"])
    primary, rest = table.loc["m1":"m4"], table.loc["m5":]
    assert set(primary["confidence"]) == {0.9875}
    assert set(primary["adjustment"]) == {"bonferroni"}
    assert set(table["decided_by"]) == {"interval"}
    alone: Any = compare_rates(4, 20, 13, 20, confidence=0.9875)
    assert primary.loc["m1", "difference_low"] == pytest.approx(alone.low, abs=1e-9)
    assert primary.loc["m1", "difference_high"] == pytest.approx(alone.high, abs=1e-9)
    four = (4 * primary["p_value"]).clip(upper=1)
    assert primary["p_adjusted"].tolist() == pytest.approx(four.tolist())
    assert (
        rest[["adjustment", "confidence"]].to_numpy().tolist() == [["none", 0.95]] * 2
    )
    assert rest["p_adjusted"].tolist() == rest["p_value"].tolist()
    assert table["role"].tolist() == ["primary"] * 4 + ["exploratory"] * 2
    assert set(of_twenty(TIPPING)["role"]) == {"unplanned"}


def test_the_holm_words_case_is_decided_by_what_it_prints() -> None:
    # Each had an interval off 0 (+3 to +62) beside "kan ikke afgøres".
    counts = {"m1": (8, 14), "m8": (5, 12), "m11": (6, 13), "m12": (4, 11)}
    for kind in ("auto", "holm", "bonferroni"):
        table: Any = of_twenty(counts, [*counts], adjustment=kind)
        assert set(table["verdict"]) == {"uncertain"}
        assert (table["difference_low"] <= 0).all()
        assert set(table["confidence"]) == {0.9875}  # none is rejected at step one


def test_holm_prints_the_interval_of_the_step_that_decided() -> None:
    table: Any = of_twenty(TIPPING, ["m1", "m2", "m3", "m4"], adjustment="holm")
    levels = table["confidence"].to_dict()
    assert levels["m2"] == 0.9875  # the smallest p-value: 0.05 / 4
    assert levels["m1"] == pytest.approx(1 - 0.05 / 3)
    assert (levels["m3"], levels["m4"]) == (0.975, 0.975)  # the first left open
    # (z of p / z of the row's own share of 5 %) squared, worked out apart: cases.
    teams = {"cluster": [f"S{1 + number % 5}" for number in range(20)]}
    told: Any = of_twenty(
        TIPPING, ["m1", "m2", "m3", "m4"], adjustment="holm", more=teams
    )
    assert told.loc["m1", "tipping"] == pytest.approx(1.40, abs=0.005)
    assert told.loc["m2", "tipping"] == pytest.approx(1.68, abs=0.005)
    joint: Any = of_twenty(TIPPING, ["m1", "m2", "m3", "m4"], more=teams)
    ours = (ndtri(table.loc["m1", "p_value"] / 2) / ndtri(0.0125 / 2)) ** 2
    assert joint.loc["m1", "tipping"] == pytest.approx(ours)


@pytest.mark.parametrize("kind", ["auto", "holm", "bonferroni", "none"])
@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2))
def test_interval_and_adjusted_p_value_say_the_same(
    kind: str, given: list[tuple[int, int]]
) -> None:
    counts = {f"m{place}": both for place, both in enumerate(given[:5])}
    table: Any = of_twenty(counts, [*counts][: len(counts) - 1], adjustment=kind)
    excludes = (table["difference_low"] > 0) | (table["difference_high"] < 0)
    assert excludes.tolist() == (table["p_adjusted"] < 0.05).tolist()
    assert excludes.tolist() == table["verdict"].ne("uncertain").tolist()
    is_bare = table["adjustment"] == "none"
    assert (table["p_adjusted"] == table["p_value"])[is_bare].all()


def test_too_few_and_not_comparable_are_counted_in_no_adjustment() -> None:
    form = small_form(
        *({"id": name} for name in ("plan", "goals", "few", "new")),
        primary=["plan", "goals", "few", "new"],
    )
    answers = made_answers(
        ("analysis", "plan", yes_no(4, 16)),
        ("status", "plan", yes_no(14, 6)),
        ("analysis", "goals", yes_no(8, 12)),
        ("status", "goals", yes_no(14, 6)),
        ("analysis", "few", yes_no(0, 9)),
        ("status", "few", yes_no(20, 0)),
        ("status", "new", yes_no(14, 6)),
    )
    table: Any = compare(tally(answers, form), form, **PHASES).set_index("measure")
    assert table["adjustment"].tolist() == ["bonferroni", "bonferroni", "none", "none"]
    assert table["confidence"].tolist() == [0.975, 0.975, 0.95, 0.95]
    assert table["primary"].all()
    plans = {
        "analysis": PhasePlan(selection="all"),
        "status": PhasePlan(selection="random"),
    }
    none: Any = of_twenty(TIPPING, ["m1", "m2"], plan=Measurement(phases=plans))
    assert set(none["adjustment"]) == {"none"}
    assert set(none["verdict"]) == {"not_comparable"}


def test_a_twin_is_judged_at_the_level_of_its_row() -> None:
    form = small_form(
        {"id": "asked"},
        {"id": "plan", "applies_when": {"measure": "asked", "is": ["yes"]}},
        primary=["asked", "plan"],
    )
    # Out of all 4/20 to 11/20: p 0.0253, off 0 at 95 %, and not at 97.5 %.
    answers = made_answers(
        ("analysis", "asked", yes_no(18, 2)),
        ("status", "asked", yes_no(12, 8)),
        ("analysis", "plan", yes_no(4, 14, ("not_applicable", 2))),
        ("status", "plan", yes_no(11, 1, ("not_applicable", 8))),
    )
    tallied = tally(answers, form)
    table: Any = compare(tallied, form, **PHASES).set_index(["measure", "basis"])
    row, twin = table.loc[("plan", "crude")], table.loc[("plan", "unconditional")]
    assert (twin["compliant_before"], twin["compliant_after"]) == (4, 11)
    assert row["confidence"] == twin["confidence"] == 0.975
    assert twin["p_value"] == pytest.approx(0.0253, abs=5e-5)
    assert twin["p_adjusted"] == pytest.approx(2 * twin["p_value"])
    assert twin["difference_low"] <= 0 < row["difference_low"]
    assert (row["verdict"], row["decided_by"]) == ("uncertain", "unconditional")
    alone: Any = compare(
        tallied, form, **PHASES, settings=Settings(adjustment="none")
    ).set_index(["measure", "basis"])
    assert alone.loc[("plan", "crude"), "verdict"] == "improved"


def test_whether_the_unknown_could_overturn_is_judged_at_the_row_s_level() -> None:
    # 4/20 to 13/20 has p 0.0045; with five blanks as no, 13/25, it has 0.032.
    form = small_form({"id": "plan", "partly": True}, {"id": "goals"})
    sides = [
        ("analysis", "plan", yes_no(4, 16)),
        ("status", "plan", yes_no(13, 7, ("missing", 5))),
        ("analysis", "goals", yes_no(8, 12)),
        ("status", "goals", yes_no(8, 12)),
    ]
    answers = made_answers(*sides)
    lowest: Any = compare_rates(4, 20, 13, 25)
    assert 0.025 < lowest.p_value < 0.05
    for chosen, level in ((("plan",), 0.95), (("plan", "goals"), 0.975)):
        plan = Measurement(primary=chosen)
        table: Any = compare(
            tally(answers, form), form, **PHASES, answers=answers, measurement=plan
        ).set_index("measure")
        row = table.loc["plan"]
        assert row["confidence"] == level
        assert bool(row["robust"]) == (lowest.p_value < 1 - level)


def test_pairs_only_when_asked() -> None:
    # The counts of Bentur 2009 as in Fagerland et al. 2014: 1, 1, 7, 12. Tango's own
    # interval there is 0.0260 to 0.5172; the exact one is a little wider.
    before = ["yes"] * 2 + ["no"] * 19
    after = ["yes"] + ["no"] + ["yes"] * 7 + ["no"] * 12
    row: Any = crude(compared(before, after, paired=True))
    assert row["method"] == "exact_pairs"
    assert row["difference_low"] == pytest.approx(0.0201, abs=5e-5)
    assert row["difference_high"] == pytest.approx(0.5373, abs=5e-4)
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


def test_a_kind_of_cases_that_one_phase_lacks_is_told() -> None:
    answers = made_answers(
        ("analysis", "plan", yes_no(8, 12)), ("status", "plan", yes_no(14, 6))
    )
    answers["area"] = ["A"] * 10 + ["B"] * 10 + ["A"] * 20
    options = Settings(strata=("area",))
    table: Any = compare(
        tally(answers, small_form(), settings=options),
        small_form(),
        **PHASES,
        settings=options,
        answers=answers,
    )
    rows: Any = table.set_index("basis")
    # Of area A alone: 8 of 10 and 14 of 20.
    assert rows.loc["stratified", "difference"] == pytest.approx(-0.1)
    assert math.isnan(rows.loc["standardised", "difference"])
    (issue,) = strata_issues(table, answers, options)
    assert (issue.code, issue.measure, issue.count) == ("STRATUM_MISSING", "plan", 10)
    assert issue.found is None
    assert strata_issues(table, answers, Settings()) == []


def test_a_stratified_difference_has_no_interval_without_width() -> None:
    area = {"area": ["A"] * 10 + ["B"] * 10}
    table: Any = compared(yes_no(20, 0), yes_no(20, 0), more=area, strata=("area",))
    row: Any = table.set_index("basis").loc["stratified"]
    assert row["difference"] == 0
    assert math.isnan(row["difference_low"])


def test_where_every_case_was_reviewed_the_difference_is_known() -> None:
    plans = {
        name: PhasePlan(selection="all", population=20) for name in PHASES.values()
    }
    plan = Measurement(phases=plans)
    # Also of a measure that does not apply to all of them; not where one is blank.
    before, after = yes_no(8, 12), yes_no(12, 4, ("not_applicable", 4))
    row: Any = compared(before, after, measurement=plan).set_index("basis").loc["stock"]
    assert row["method"] == "census"
    figures = row[["difference", "difference_low", "difference_high", "p_value"]]
    assert figures.tolist() == pytest.approx([0.35, 0.35, 0.35, 0])
    blank = compared(yes_no(8, 11, ("missing", 1)), after, measurement=plan)
    assert blank["basis"].tolist() == ["crude"]


def test_stock_needs_every_case_to_be_applicable() -> None:
    plans = {
        name: PhasePlan(selection="random", population=60) for name in PHASES.values()
    }
    measurement = Measurement(phases=plans)
    table: Any = compared(yes_no(8, 12), yes_no(14, 6), measurement=measurement)
    assert table["basis"].tolist() == ["crude", "stock"]
    # Two of 60 more at least; of practice -0.0237 to 0.5804, p 0.07.
    stock: Any = table.set_index("basis").loc["stock"]
    assert stock["method"] == "two_stocks"
    assert stock["difference_low"] == pytest.approx(2 / 60)
    assert stock["difference_high"] == pytest.approx(32 / 60)
    assert stock["p_value"] == pytest.approx(0.0280, abs=5e-5)
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
    # R effectsize 0.8.3: counts 3,6,7,4 and 1,3,7,9 from the worst.
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
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((0, 0.69))
    assert row["p_value"] == pytest.approx(0.0553, abs=5e-5)


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


def test_what_could_be_assessed_is_compared_and_told() -> None:
    # Cases without information on follow-up fell from 10 of 20 to none.
    before = yes_no(8, 2, ("not_assessable", 10))
    table: Any = compared(before, yes_no(16, 4))
    rows: Any = table.set_index("basis")
    row, whole = rows.loc["assessable"], rows.loc["crude"]
    assert (row["compliant_before"], row["applicable_before"]) == (10, 20)
    assert (row["compliant_after"], row["applicable_after"]) == (20, 20)
    assert row["p_value"] == pytest.approx(compare_rates(10, 20, 20, 20).p_value)
    assert pd.isna(row["verdict"])
    assert (bool(row["headline"]), row["adjustment"]) == (False, "none")
    assert whole["reservation"] == "assessable_changed"
    assert whole["difference"] == 0
    assert "assessable" not in set(compared(yes_no(8, 2), yes_no(16, 4))["basis"])


def test_what_could_be_assessed_is_compared_also_where_it_counts_as_a_breach() -> None:
    form = small_form({"id": "plan", "not_assessable_counts_as": "noncompliant"})
    answers = made_answers(
        ("analysis", "plan", yes_no(8, 2, ("not_assessable", 10))),
        ("status", "plan", yes_no(8, 12)),
    )
    breach = answers["answer"] == "not_assessable"
    answers["score"] = answers["score"].mask(breach, "noncompliant")
    wide = answers.pivot_table("answer", ["phase", "unit_id"], "measure", "first")
    for frame in (answers, wide.reset_index()):
        tallied = tally(frame, form)
        table: Any = compare(tallied, form, **PHASES)
        rows: Any = table.set_index("basis")
        row, whole = rows.loc["assessable"], rows.loc["crude"]
        assert (row["compliant_before"], row["applicable_before"]) == (10, 20)
        assert (row["compliant_after"], row["applicable_after"]) == (20, 20)
        assert (whole["compliant_before"], whole["applicable_before"]) == (8, 20)
        assert whole["reservation"] == "assessable_changed"


@pytest.mark.parametrize(("after", "no_worse"), [(19, True), (15, False)])
def test_a_fall_of_the_margin_is_ruled_out_by_the_interval(after, no_worse) -> None:
    form = small_form({"id": "plan", "margin": 0.25})
    row: Any = crude(compared(yes_no(18, 2), yes_no(after, 20 - after), form))
    assert row["margin"] == 0.25
    assert bool(row["no_worse"]) is no_worse
    assert bool(row["difference_low"] > -0.25) is no_worse
    plan = Measurement(margin={"plan": 0.9})
    wide: Any = crude(compared(yes_no(18, 2), yes_no(9, 11), measurement=plan))
    assert wide["no_worse"]
    few: Any = crude(compared(yes_no(4, 2), yes_no(4, 2), form))
    assert pd.isna(few["no_worse"])
    assert pd.isna(crude(compared(yes_no(18, 2), yes_no(19, 1)))["no_worse"])


def test_no_caseworker_in_both_phases_is_told() -> None:
    both = {"cluster": [f"S{1 + number % 4}" for number in range(20)]}
    assert crude(compared(yes_no(4, 16), yes_no(16, 4), more=both))["reservation"] == ""
    form = small_form({"id": "plan"})
    answers = made_answers(
        ("analysis", "plan", yes_no(4, 16)), ("status", "plan", yes_no(16, 4))
    )
    apart = answers.assign(
        cluster=answers["phase"].map({"analysis": "S1", "status": "S2"}).astype("str")
    )
    row = crude(compare(tally(apart, form), form, **PHASES, answers=apart))
    assert (row["reservation"], row["clusters"]) == ("clusters_apart", 2)
    assert row["verdict"] == "improved"


def test_chance_findings_are_at_the_level_at_which_each_row_is_decided() -> None:
    table: Any = compared(yes_no(8, 12), yes_no(14, 6))
    assert 0 < chance_findings(table) < 0.05
    assert chance_findings(table.iloc[:0]) == 0
    # 55 % pooled at 20 and 20: a wrong verdict comes 3.9 % of the time at 95 %.
    ten = {f"m{number}": (11, 11) for number in range(10)}
    every = of_twenty(ten).reset_index()
    share = float(attained_sizes([(20, 20, 0.55)])[0])
    joint = float(attained_sizes([(20, 20, 0.55)], confidence=0.9875)[0])
    assert chance_findings(every) == pytest.approx(10 * share)
    planned = of_twenty(ten, ["m0", "m1", "m2", "m3"]).reset_index()
    assert chance_findings(planned) == pytest.approx(6 * share + 4 * joint)


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
