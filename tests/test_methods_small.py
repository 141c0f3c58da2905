"""The small rooms: agreement, clusters, unknown answers, stocks and adjustment."""

from itertools import product

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.agreement import agreement_of
from taskforce_analysis.methods.comparison import (
    bonferroni,
    bonferroni_confidence,
    hochberg,
    holm,
    judge,
)
from taskforce_analysis.methods.stock import hypergeometric, stock_difference
from taskforce_analysis.methods.strata import tipping_correlation, tipping_design_effect
from taskforce_analysis.methods.unknown import Known, rate_bounds, survives_unknown


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


def test_what_cannot_be_is_refused_in_whole_sentences():
    with pytest.raises(
        UsageError, match=r"^a negative count of cases\. Give counts of"
    ):
        agreement_of(0, 0, 0, -1)
    with pytest.raises(UsageError, match=r" of cases\. Give counts of 0 or more$"):
        agreement_of(0, 0, 0, -1)
    stock = (
        r"^a stock smaller than the sample\. Give the number of all cases there are$"
    )
    with pytest.raises(UsageError, match=stock):
        hypergeometric(14, 20, 19)


def test_one_case_agreed_upon():
    assert agreement_of(1, 0, 0, 0)[:2] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("effect", "size", "wanted"), [(1.5, 2, 0.5), (0.5, 3, 0.0), (9.0, 2, 1.0)]
)
def test_a_correlation_stays_between_none_and_all(effect, size, wanted):
    assert tipping_correlation(effect, size) == wanted


@pytest.mark.parametrize(
    ("yes", "no", "unknown", "wanted"),
    [
        (0, 1, 0, (0.0, 0.0)),
        (1, 1, 2, (0.25, 0.75)),
        (1, 2, 1, (0.25, 0.5)),
        (0, 0, 2, (0.0, 1.0)),
    ],
)
def test_the_bounds_of_few_cases(yes, no, unknown, wanted):
    assert rate_bounds(yes, no, unknown) == wanted
    assert rate_bounds(yes, no, unknown, may_not_apply=True) == wanted


def stock_limits(compliant: int, applicable: int, stock: int, *, tail: float):
    """Every number of compliant cases in the stock that neither tail rejects."""
    from scipy.stats import hypergeom

    kept = [
        number
        for number in range(compliant, stock - applicable + compliant + 1)
        if hypergeom.sf(compliant - 1, stock, number, applicable) > tail
        and hypergeom.cdf(compliant, stock, number, applicable) > tail
    ]
    return kept[0] / stock, kept[-1] / stock


@pytest.mark.parametrize(
    "counts", [(14, 20, 60), (0, 5, 9), (5, 5, 9), (1, 3, 200), (3, 4, 5), (2, 2, 3)]
)
def test_a_part_of_the_stock_by_trying_every_number(counts):
    assert hypergeometric(*counts) == pytest.approx(stock_limits(*counts, tail=0.025))


def test_stocks_of_unlike_sizes_in_one_call():
    found = hypergeometric([14, 1, np.nan], [20, 3, 4], [60, 200, 9])
    for place, counts in enumerate([(14, 20, 60), (1, 3, 200)]):
        wanted = stock_limits(*counts, tail=0.025)
        assert (found.low[place], found.high[place]) == pytest.approx(wanted)
    assert np.isnan(found.low[2])


@pytest.mark.parametrize(("confidence", "tail"), [(0.95, 0.0125), (0.8, 0.05)])
def test_the_limits_of_two_stocks_share_the_error(confidence, tail):
    first, second = (
        stock_limits(*one, tail=tail) for one in ((8, 20, 60), (14, 20, 45))
    )
    found = stock_difference((8, 20, 60), (14, 20, 45), confidence=confidence)
    wanted = (second[0] - first[1], second[1] - first[0])
    assert (found.low, found.high) == pytest.approx(wanted)


def test_adjusting_one_p_value_or_none_that_is_given():
    assert bonferroni_confidence(0.95, 1) == pytest.approx(0.95)
    for adjust in (holm, bonferroni, hochberg):
        assert adjust(np.array([0.01, None, 0.04])).tolist()[0] == pytest.approx(0.02)
    assert hochberg([0.9, 0.95]).tolist() == [0.95, 0.95]


def test_the_least_number_for_a_verdict_counts_for_its_survival_too():
    """9 cases are too few by the rule of 10; with a rule of 5 they carry a verdict."""
    before, after = Known(0, 9, 1), Known(9, 0, 1)
    assert not survives_unknown(before, after)
    assert survives_unknown(before, after, minimum=5)
    assert survives_unknown(Known(0, 1, 0), Known(1, 0, 0))
