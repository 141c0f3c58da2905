"""The small rooms: agreement, clusters, unknown answers, stocks and adjustment."""

from itertools import product

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.adjustment import (
    bonferroni,
    bonferroni_confidence,
    hochberg,
    holm,
)
from taskforce_analysis.methods.agreement import agreement_of
from taskforce_analysis.methods.clusters import (
    tipping_correlation,
    tipping_design_effect,
)
from taskforce_analysis.methods.stock import hypergeometric, stock_difference
from taskforce_analysis.methods.unknown import Known, rate_bounds, survives_unknown
from taskforce_analysis.methods.verdict import judge


def test_agreement_by_hand():
    """40 both, 5 and 3 alone, 2 neither; Gwet 2008: q = 0.88, chance 0.2112."""
    found = agreement_of(40, 5, 3, 2)
    wanted = (0.84, 80 / 88, 4 / 12, (0.84 - 0.2112) / (1 - 0.2112))
    assert found == pytest.approx(wanted)


def test_agreement_without_cases_is_not_a_number():
    assert np.isnan(agreement_of(0, 0, 0, 0)).all()
    assert np.isnan(agreement_of(20, 0, 0, 0).negative)
    with pytest.raises(UsageError, match="a negative count"):
        agreement_of(-1, 0, 0, 2)


def test_the_design_effect_that_tips():
    """P = 0.01 is z = 2.575829; the square of it over 1.959964 is 1.7272."""
    assert tipping_design_effect(0.01) == pytest.approx(1.7272, abs=1e-4)
    assert tipping_design_effect(0.05) == pytest.approx(1.0)
    assert tipping_design_effect(1.0) == 0
    assert tipping_correlation(1.7272, 20 / 6) == pytest.approx(0.7272 / (20 / 6 - 1))
    assert np.isnan(tipping_correlation(2.0, 1))


def test_the_bounds_of_a_rate():
    assert rate_bounds(14, 4, 2) == (0.7, 0.8)
    assert np.isnan(rate_bounds(0, 0, 0)).all()


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
    assert survives_unknown(before, after) == (every == {seen})


def test_the_whole_stock_leaves_nothing_open():
    assert hypergeometric(14, 20, 20) == (0.7, 0.7)
    low, high = stock_difference((8, 20, 20), (14, 20, 20))
    assert (low, high) == pytest.approx((0.3, 0.3))


def test_a_stock_smaller_than_the_sample_is_refused():
    with pytest.raises(UsageError, match="a stock smaller than the sample"):
        hypergeometric(14, 20, 19)
    assert np.isnan(hypergeometric(0, 0, 5)).all()


def test_what_is_not_a_number_is_not_counted():
    p_values = [0.01, np.nan, 0.04]
    for adjust, wanted in ((holm, 0.02), (bonferroni, 0.02), (hochberg, 0.02)):
        assert adjust(p_values)[0] == pytest.approx(wanted)
        assert np.isnan(adjust(p_values)[1])
    assert holm([]).size == 0
    assert bonferroni_confidence(0.95, 5) == pytest.approx(0.99)
