"""The witnesses themselves: phases that are empty or tiny, and sums by hand."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from witnesses.p_values import barnard, boschloo, mcnemar_exact, mcnemar_mid_p
from witnesses.two_rates import agresti_min

from taskforce_analysis.methods.exact import exact_difference

P_VALUES = [barnard, boschloo, partial(boschloo, convention="minlike")]
GAPS = np.array(
    [
        [1, 0, 4, np.nan, 3, 0, 2],
        [4, 0, 4, 3, 9, 1, 3],
        [4, 1, 0, 1, np.nan, 1, 1],
        [5, 2, 0, 3, 9, 1, 1],
    ]
)


@pytest.mark.parametrize("method", P_VALUES)
def test_tables_without_cases_have_no_p_value_and_leave_the_others_alone(method):
    found = method(*GAPS)
    assert found.dtype == float
    assert np.flatnonzero(np.isnan(found)).tolist() == [1, 2, 3, 4]
    for place in (0, 5, 6):
        assert found[place] == method(*GAPS[:, place])


def test_tables_without_cases_have_no_agresti_min_interval():
    found = agresti_min(*GAPS, confidence=0.8)
    for limit in found:
        assert limit.dtype == float
        assert np.flatnonzero(np.isnan(limit)).tolist() == [1, 2, 3, 4]
    for place in (0, 5, 6):
        alone = agresti_min(*GAPS[:, place], confidence=0.8)
        assert (found.low[place], found.high[place]) == alone


@pytest.mark.parametrize("method", P_VALUES)
@pytest.mark.parametrize("counts", [(0, 1, 0, 1), (4, 4, 9, 9), (0, 3, 0, 7)])
def test_rates_of_none_or_all_alike_have_the_p_value_one(method, counts):
    """Every outcome is at least as extreme as none at all."""
    assert method(*counts) == pytest.approx(1, abs=1e-12)


def test_barnard_of_one_case_and_one_by_hand():
    """Only (0, 1) is as extreme: (1 - p) p is greatest at 1/2; two-sided it is 2/4."""
    assert barnard(0, 1, 1, 1, alternative="improved") == pytest.approx(0.25)
    assert barnard(0, 1, 1, 1) == pytest.approx(0.5)
    assert barnard(0, 1, 1, 1, alternative="worsened") == pytest.approx(1)


def test_another_program_for_barnard_and_boschloo():
    """The package barnard-exact 0.1.0, which sorts out ties in whole numbers."""
    reason = "barnard-exact is not installed"
    other = pytest.importorskip("barnard_exact", reason=reason)
    for n1, n2 in ((4, 9), (7, 7), (12, 11)):
        for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
            table = [[x1, n1 - x1], [x2, n2 - x2]]
            pooled = other.barnard_test(table)
            assert barnard(x1, n1, x2, n2) == pytest.approx(pooled, abs=1e-10)
            minlike = boschloo(x1, n1, x2, n2, convention="minlike")
            wanted = pytest.approx(other.boschloo_test(table), abs=1e-10)
            assert minlike == wanted
            # Twice one side's, over all differences: never below the two sides at 0.
            assert exact_difference(x1, n1, x2, n2).p_value >= pooled - 1e-7


def test_mcnemar_of_seven_and_one():
    """Bentur et al. 2009 in Fagerland et al. 2014: 1, 1, 7, 12."""
    assert mcnemar_exact(7, 1) == 0.0703125
    assert mcnemar_mid_p(7, 1) == pytest.approx(0.0390625, abs=1e-15)


def test_mcnemar_of_six_and_one():
    """R 4.2.2 binom.test(6, 7)."""
    assert mcnemar_exact(6, 1) == 0.125
    assert mcnemar_exact(0, 0) == 1


@pytest.mark.parametrize(
    ("changes", "exact", "mid"),
    [
        ((0, 0), 1.0, 1.0),
        ((1, 0), 1.0, 0.5),
        ((2, 0), 0.5, 0.25),
        ((1, 1), 1.0, 1.0),
        ((3, 1), 0.625, 0.375),
        ((0, 5), 0.0625, 0.03125),
    ],
)
def test_mcnemar_of_few_changes_by_hand(changes, exact, mid):
    """Sums of binomial coefficients over powers of two."""
    assert mcnemar_exact(*changes) == pytest.approx(exact)
    assert mcnemar_mid_p(*changes) == pytest.approx(mid)
