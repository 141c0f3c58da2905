"""Days: medians with open cases, the share inside the limit, and limits that differ."""

from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from made_days import timed_answers, timed_form, took

from taskforce_analysis.errors import FormError
from taskforce_analysis.measurements import (
    Measurement,
    PhasePlan,
    load_measurement,
)
from taskforce_analysis.results import run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.summarising import (
    drawing_issues,
    limit_issues,
    limits,
    overdue,
    summarise_days,
)
from taskforce_analysis.tables import with_groups

FORM = timed_form()
PHASES: dict[str, Any] = {"before": "analysis", "after": "status"}


FEW = Settings(minimum_percent=1)  # so that a median can be told of a handful


def summarised(rows, settings=FEW, *, by=(), **more):
    answers = with_groups(timed_answers(rows), by)
    return summarise_days(answers, FORM, **PHASES, settings=settings, **more)


def test_fewer_than_ten_cases_are_counts_only():
    nine, ten = took("analysis", range(1, 10)), took("status", range(1, 11))
    table = summarised(nine + ten, settings=Settings())
    told = ["median", "median_low", "median_high", "lower_quartile", "upper_quartile"]
    assert table["cases"].tolist() == [9, 10, 19]
    assert table[told].notna().any(axis=1).tolist() == [False, True, False]
    assert table["median"].tolist()[1] == 5.5
    assert table["rate"].tolist()[:2] == [1, 1]


def test_the_median_of_finished_cases_is_the_ordinary_one():
    table = summarised(took("analysis", [30, 10, 20, 50]))
    row = table.iloc[0]
    assert (row["cases"], row["open"]) == (4, 0)
    assert row["median"] == 25 == median([10, 20, 30, 50])
    assert (row["lower_quartile"], row["upper_quartile"]) == (15, 40)


def test_an_open_case_keeps_its_days_until_the_measurement():
    # Of 10, 20, 30 and one still open after 182: the curve is 3/4, 1/2, 1/4.
    row = summarised(took("analysis", [10, 20, 30, None])).iloc[0]
    assert (row["cases"], row["open"]) == (4, 1)
    assert row["median"] == 25
    assert row["upper_quartile"] == 30
    left_out = summarised(took("analysis", [10, 20, 30])).iloc[0]
    assert left_out["median"] == 20


def test_a_median_that_was_never_reached_is_no_number():
    row = summarised(took("analysis", [10, None, None])).iloc[0]
    assert np.isnan(row["median"])
    assert np.isnan(row["median_high"])


@pytest.mark.parametrize(("cases", "known"), [(39, False), (40, True)])
def test_the_ninetieth_percentile_needs_forty_cases(cases, known):
    row = summarised(took("analysis", range(1, cases + 1))).iloc[0]
    assert np.isnan(row["percentile_90"]) is not known
    if known:
        assert row["percentile_90"] == 36.5


def test_only_cases_that_had_the_time_count_inside_the_limit():
    # Measured after 70 days: 8 weeks (56 days) have run out, 12 weeks (84) have not.
    ripe = took("analysis", [50, 60, None], "8 weeks", measured="2020-03-11")
    unripe = took("analysis", [5, None], "12 weeks", measured="2020-03-11")
    row = summarised(ripe + unripe).iloc[0]
    assert (row["cases"], row["open"]) == (5, 2)
    assert (row["compliant"], row["applicable"]) == (1, 3)
    assert row["rate"] == pytest.approx(1 / 3)
    # One and a half times 56 days is 84, which nobody has had yet.
    assert row["applicable_longer"] == 0
    assert np.isnan(row["rate_longer"])


def test_the_share_inside_one_and_a_half_times_the_limit():
    # 1.5 times 56 days is 84.
    row = summarised(took("analysis", [50, 56, 57, 84, 85, None])).iloc[0]
    assert (row["compliant"], row["applicable"]) == (2, 6)
    assert (row["compliant_longer"], row["applicable_longer"]) == (4, 6)


def test_the_difference_of_the_medians_is_a_row_of_its_own():
    before, after = range(60, 80, 2), range(40, 60, 2)
    table = summarised(took("analysis", before) + took("status", after))
    assert table["basis"].tolist() == ["crude", "crude", "difference"]
    row = table.iloc[2]
    assert (row["before"], row["phase"]) == ("analysis", "status")
    assert row["median"] == -20
    assert row["median_low"] < -20 < row["median_high"] < 0
    assert (row["cases"], row["applicable"]) == (20, 20)
    assert np.isnan(row["rate"])


def test_days_of_cases_drawn_by_decision_only_describe():
    plan = Measurement(
        phases={
            "analysis": PhasePlan(drawn_on="decision"),
            "status": PhasePlan(drawn_on="receipt"),
        }
    )
    rows = took("analysis", range(20, 40)) + took("status", range(10, 30))
    table = summarised(rows, measurement=plan)
    assert table["drawn_on"].tolist() == ["decision", "receipt", "decision"]
    assert table["median"].tolist() == [29.5, 19.5, -10]
    assert table["median_low"].isna().tolist() == [True, False, True]
    found = drawing_issues(table)
    assert [(one.code, one.phase) for one in found] == [
        ("DRAWN_BY_DECISION", "analysis")
    ]


def test_how_the_cases_were_drawn_is_unknown_unless_it_is_said():
    table = summarised(took("analysis", [10]))
    assert table["drawn_on"].tolist() == ["unknown"]
    assert drawing_issues(table) == []


def test_a_case_without_a_limit_has_no_part_in_the_days():
    rows = took("analysis", [10, 20]) + took("analysis", [500], "ingen frist fastsat")
    row = summarised(rows).iloc[0]
    assert (row["cases"], row["median"]) == (2, 15)


def test_groups_have_their_own_days():
    rows = took("analysis", [10], municipality="A") + took(
        "analysis", [30], municipality="B"
    )
    table = summarised(rows, by=["municipality"])
    assert dict(zip(table["group"], table["median"], strict=True)) == {"A": 10, "B": 30}


def test_without_deadlines_all_three_tables_are_empty():
    answers = timed_answers([])
    assert len(summarise_days(answers, FORM, **PHASES)) == 0
    assert len(limits(answers)) == len(overdue(answers)) == 0
    assert limit_issues(answers, FORM, **PHASES) == []


def test_answers_without_further_columns_still_have_days():
    answers = timed_answers(took("analysis", [10, 20]))
    bare = answers.drop(columns=["limit", "allowed", "over", "elapsed", "open"])
    row = summarise_days(bare, FORM, **PHASES, settings=FEW).iloc[0]
    assert (row["median"], row["applicable_longer"]) == (15, 0)
    assert len(limits(bare)) == len(overdue(bare)) == 0


def test_the_limits_applied_with_the_days_they_allowed():
    rows = [
        {"phase": "analysis", "start": day, "end": day, "limit": "1 month"}
        for day in ("2023-01-15", "2023-02-15")
    ]
    table = limits(timed_answers(rows + took("analysis", [10])))
    found = table[["limit", "shortest", "longest"]].to_numpy().tolist()
    assert found == [["1 month", 28, 31], ["8 weeks", 56, 56]]


def test_days_over_the_limit_are_counted_without_who_it_was():
    rows = took("analysis", [56, 57, 60, 60, None])
    table = overdue(timed_answers(rows))
    found = table[["over", "open", "count"]].to_numpy().tolist()
    assert found == [[1, False, 1], [4, False, 2], [182 - 56, True, 1]]
    assert "case_id" not in table


def test_a_limit_that_changed_between_the_phases_is_named():
    rows = took("analysis", [10], "12 weeks", paragraph="§ 41") + took(
        "status", [10], "10 weeks", paragraph="§ 41"
    )
    (issue,) = limit_issues(timed_answers(rows), FORM, **PHASES)
    assert (issue.code, issue.measure) == ("LIMIT_DIFFERS", "decision_in_time")
    assert issue.found == "analysis -> status: 12 weeks -> 10 weeks"


def test_other_provisions_in_the_second_phase_are_no_other_limit():
    rows = took("analysis", [10], "12 weeks", paragraph="§ 41") + took(
        "status", [10], "8 weeks", paragraph="§ 42"
    )
    assert limit_issues(timed_answers(rows), FORM, **PHASES) == []


def test_a_provision_is_followed_into_barnets_lov():
    # § 41 of serviceloven is § 86 of barnets lov: domain knowledge in laws.toml.
    rows = took("analysis", [10], "12 weeks", paragraph="SEL § 41") + took(
        "status", [10], "8 weeks", paragraph="§ 86"
    )
    (issue,) = limit_issues(timed_answers(rows), FORM, **PHASES)
    assert issue.found == "analysis -> status: 12 weeks -> 8 weeks"


def test_municipalities_with_different_limits_are_told():
    rows = [
        *took("analysis", [10], "12 weeks", paragraph="§ 41", municipality="A"),
        *took("analysis", [10], "8 weeks", paragraph="§ 41", municipality="B"),
        *took("analysis", [10], "8 weeks", paragraph="§ 41", municipality="C"),
    ]
    answers = timed_answers(rows)
    parted = with_groups(answers, ["municipality"])
    (issue,) = limit_issues(parted, FORM, **PHASES)
    assert issue.found == "analysis: 8 weeks | 12 weeks"
    assert limit_issues(answers, FORM, **PHASES) == []


DAYS = st.lists(
    st.one_of(st.integers(0, 180), st.none()), min_size=1, max_size=60
).filter(lambda days: any(one is not None for one in days))


@settings(deadline=None, max_examples=25)
@given(DAYS)
def test_the_quartiles_agree_with_another_program(days):
    row = summarised(took("analysis", days)).iloc[0]
    ended = [one is not None for one in days]
    fitter = KaplanMeierFitter().fit([182 if d is None else d for d in days], ended)
    curve = fitter.survival_function_["KM_estimate"]
    for share, name in ((0.25, "lower_quartile"), (0.5, "median")):
        reached = curve.index[curve <= 1 - share + 1e-9]
        passed = curve.index[curve < 1 - share - 1e-9]
        if len(reached):
            first = passed[0] if len(passed) else reached[0]
            assert row[name] == (reached[0] + first) / 2
        else:
            assert np.isnan(row[name])


@settings(deadline=None, max_examples=10)
@given(st.permutations(list(range(1, 13))))
def test_the_order_of_the_cases_changes_nothing(days):
    rows = took("analysis", days) + took("status", [None, *days[:5], None])
    fixed = took("analysis", sorted(days)) + took("status", [None, None, *days[:5]])
    pd.testing.assert_frame_equal(summarised(rows), summarised(fixed))


def test_a_measurement_says_by_which_day_its_cases_were_drawn(tmp_path):
    path = tmp_path / "maaling.toml"
    path.write_text('[phases.analysis]\ndrawn_on = "receipt"\n', "utf-8")
    assert load_measurement(path).phase("analysis").drawn_on == "receipt"
    path.write_text('[phases.analysis]\ndrawn_on = "afgørelse"\n', "utf-8")
    with pytest.raises(FormError, match=r"drawn_on: known: receipt, decision"):
        load_measurement(path)


def test_a_run_has_the_tables_and_the_warnings():
    plan = load_measurement(data_folder("example") / "maaling.toml")
    phases = {
        name: replace(phase, drawn_on="decision") for name, phase in plan.phases.items()
    }
    results = run(measurement=replace(plan, phases=phases))
    assert results.days["basis"].tolist() == ["crude", "crude", "difference"]
    told = results.issues[results.issues["measure"] == "decision_in_time"]
    found = dict(zip(told["code"], told["found"], strict=True))
    # data/example: § 41 had 12 weeks until 2019 and 10 weeks from 2020.
    assert found["LIMIT_DIFFERS"] == "analysis -> status: 12 weeks -> 10 weeks"
    assert "DRAWN_BY_DECISION" in found
    assert len(results.limits) == 4
    rate = results.tally.query("measure == 'decision_in_time' and basis == 'crude'")
    assert results.days["rate"].tolist()[:2] == rate["rate"].tolist()
