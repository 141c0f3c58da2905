"""Which method a comparison gets, the verdict that follows, and whether it stands."""

from itertools import product

import numpy as np
import pytest
from witnesses.p_values import hochberg
from witnesses.two_rates import miettinen_nurminen

from taskforce_analysis.methods.comparison import (
    Known,
    all_survive_unknown,
    bonferroni,
    compare_rates,
    holm,
    judge,
)
from taskforce_analysis.methods.exact import confined_difference


def test_each_row_says_its_method():
    counts = (
        [8, 110, 0, 2],
        [20, 250, 0, 300_000],
        [14, 150, 1, 19],
        [20, 250, 2, 300_000],
    )
    found = compare_rates(*counts)
    assert found.method.tolist() == ["chan_zhang", "chan_zhang", "", "berger_boos"]
    assert found.difference[:2] == pytest.approx([0.3, 0.16])
    beyond = confined_difference(2, 300_000, 19, 300_000)
    assert (found.low[3], found.p_value[3]) == (beyond.low, beyond.p_value)
    assert np.isnan([found.difference[2], found.low[2], found.p_value[2]]).all()
    wanted = ["uncertain", "improved", "too_few", "improved"]
    assert judge(*counts).tolist() == wanted


def test_a_single_comparison_gives_plain_numbers():
    found = compare_rates(8, 20, 14, 20)
    assert [type(part) for part in found] == [float, float, float, float, str]


def test_the_score_interval_would_err_at_20_against_2000():
    """Near 100 % the score interval is wrong on one side four times too often."""
    exact = compare_rates(19, 20, 2000, 2000)
    score = miettinen_nurminen(19, 20, 2000, 2000)
    assert exact.method == "chan_zhang"
    assert exact.p_value > score.p_value


def test_the_verdicts():
    found = judge([4, 16, 8, 0], [20, 20, 20, 9], [16, 4, 14, 9], [20, 20, 20, 9])
    assert found.tolist() == ["improved", "worsened", "uncertain", "too_few"]


def test_the_verdict_of_a_table_whose_p_value_is_not_monotone():
    assert judge(16, 28, 7, 7, minimum=5) == "uncertain"
    assert judge(6, 25, 13, 25) == "uncertain"


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_verdict_follows_from_the_interval(confidence):
    x1, x2 = np.meshgrid(np.arange(11), np.arange(13))
    found = compare_rates(x1, 10, x2, 12, confidence=confidence)
    wanted = np.select(
        [found.low > 0, found.high < 0], ["improved", "worsened"], "uncertain"
    )
    assert np.array_equal(judge(x1, 10, x2, 12, confidence=confidence), wanted)


@pytest.mark.parametrize(
    ("counts", "p_value"),
    [((100, 101, 400, 400), 0.186), ((200, 201, 2000, 2000), 0.074)],
)
def test_all_of_many_is_no_rise_by_itself(counts, p_value):
    """The score test says 0.047 and 0.0016."""
    found = compare_rates(*counts)
    assert found.method == "chan_zhang"
    assert found.p_value == pytest.approx(p_value, abs=0.0005)
    assert found.low < 0
    assert judge(*counts) == "uncertain"
    assert miettinen_nurminen(*counts).p_value < 0.05


def test_a_verdict_of_many_cases_survives_what_is_not_known():
    firm = Known(150, 150, 0), Known(240, 40, 3, may_not_apply=True)
    shaky = Known(150, 150, 2, may_not_apply=True), Known(175, 125, 30)
    assert all_survive_unknown([firm, shaky]) == [True, False]


def test_a_single_case_in_each_phase_can_be_judged_and_none_cannot():
    assert judge(0, 1, 1, 1, minimum=1) == "uncertain"
    assert judge(0, 1, 1, 1, minimum=0) == "uncertain"
    assert judge(0, 0, 1, 1, minimum=0) == "too_few"


def test_what_is_not_a_number_is_not_counted():
    p_values = [0.01, np.nan, 0.04]
    for adjust, wanted in ((holm, 0.02), (bonferroni, 0.02), (hochberg, 0.02)):
        assert adjust(p_values)[0] == pytest.approx(wanted)
        assert np.isnan(adjust(p_values)[1])
    assert holm([]).size == 0


def test_adjusting_where_a_p_value_is_missing_or_great():
    for adjust in (holm, bonferroni, hochberg):
        assert adjust(np.array([0.01, None, 0.04])).tolist()[0] == pytest.approx(0.02)
    assert hochberg([0.9, 0.95]).tolist() == [0.95, 0.95]


def fillings(phase: Known):
    """Every (compliant, applicable) that the unknown answers could have given."""
    for yes, no in product(range(phase.unknown + 1), repeat=2):
        left = phase.unknown - yes - no
        if left == 0 or (left > 0 and phase.may_not_apply):
            known = phase.compliant + phase.noncompliant
            yield phase.compliant + yes, known + yes + no


@pytest.mark.parametrize("may_not_apply", [False, True])
@pytest.mark.parametrize("unknown", [(0, 0), (1, 0), (0, 2), (2, 3), (4, 1)])
@pytest.mark.parametrize("known", [(3, 12, 12, 2), (5, 8, 10, 4), (12, 2, 3, 10)])
def test_a_verdict_survives_where_every_filling_in_gives_it(
    known, unknown, may_not_apply
):
    before = Known(known[0], known[1], unknown[0], may_not_apply)
    after = Known(known[2], known[3], unknown[1], may_not_apply)
    seen = judge(known[0], known[0] + known[1], known[2], known[2] + known[3])
    every = {
        judge(*one, *other) for one in fillings(before) for other in fillings(after)
    }
    found = all_survive_unknown([(before, after)])
    assert found == [every == {seen}]


@pytest.mark.parametrize("counts", [(13, 1, 3, 12, 18, 3), (14, 0, 2, 22, 5, 2)])
def test_a_verdict_may_fall_though_the_fewest_and_the_most_cases_give_it(counts):
    """An exact p-value need not rise evenly from one number of cases to the next."""
    before, after = (
        Known(*part, may_not_apply=True) for part in (counts[:3], counts[3:])
    )
    seen = judge(counts[0], sum(counts[:2]), counts[3], sum(counts[3:5]))
    ends = {
        judge(
            counts[0] + up,
            sum(counts[:2]) + one,
            counts[3] + new,
            sum(counts[3:5]) + two,
        )
        for one in (0, counts[2])
        for two in (0, counts[5])
        for up, new in ((one, 0), (0, two))
    }
    assert ends == {seen}
    assert all_survive_unknown([(before, after)]) == [False]


def test_the_least_number_for_a_verdict_counts_for_its_survival_too():
    """9 cases are too few by the rule of 10; with a rule of 5 they carry a verdict."""
    before, after = Known(0, 9, 1), Known(9, 0, 1)
    few = (Known(0, 1, 0), Known(1, 0, 0))
    assert all_survive_unknown([(before, after), few]) == [False, True]
    assert all_survive_unknown([(before, after)], minimum=5) == [True]


def test_too_many_fillings_in_to_try_are_no_claim():
    """22 cases may apply or not in each phase: 529 numbers, of which 441 are tried."""
    firm = Known(0, 40, 22, may_not_apply=True), Known(40, 0, 22, may_not_apply=True)
    loose = Known(8, 12, 22, may_not_apply=True), Known(14, 6, 22, may_not_apply=True)
    one_phase = Known(2, 48, 40, may_not_apply=True), Known(45, 5, 0)
    assert all_survive_unknown([firm, loose, one_phase]) == [None, False, True]
    assert all_survive_unknown([]) == []


def test_of_many_cases_few_fillings_in_are_tried():
    """Of 30 by 30 cases that may apply nine numbers; clear, close and none."""
    clear = (
        Known(60, 240, 30, may_not_apply=True),
        Known(180, 120, 30, may_not_apply=True),
    )
    close = (
        Known(120, 180, 30, may_not_apply=True),
        Known(150, 150, 30, may_not_apply=True),
    )
    alike = Known(150, 150, 0), Known(150, 150, 0)
    assert all_survive_unknown([clear, close, alike]) == [None, False, True]
