"""The same cases in both phases."""

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.paired import mcnemar_exact, mcnemar_mid_p, tango


def test_the_worked_example_of_fagerland_lydersen_and_laake():
    """Bentur et al. 2009 in Fagerland et al. 2014: 1, 1, 7, 12."""
    low, high, p_value = tango(1, 7, 1, 12)
    assert (low, high) == pytest.approx((-0.517232276, -0.0260030317), abs=1e-8)
    assert p_value == pytest.approx(0.0338948535, abs=1e-9)
    assert mcnemar_exact(7, 1) == 0.0703125
    assert mcnemar_mid_p(7, 1) == pytest.approx(0.0390625, abs=1e-15)


def test_six_against_one():
    """R 4.2.2 binom.test(6, 7)."""
    assert mcnemar_exact(6, 1) == 0.125
    assert mcnemar_exact(0, 0) == 1


def test_nothing_changed_and_everything_changed():
    assert tango(5, 0, 0, 5).p_value == 1
    assert tango(0, 0, 10, 0).high == 1
    assert np.isnan(tango(0, 0, 0, 0)).all()


def test_a_negative_count_is_refused():
    with pytest.raises(UsageError, match="a negative count"):
        tango(1, -1, 1, 1)


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
def test_few_changes_by_hand(changes, exact, mid):
    """Sums of binomial coefficients over powers of two."""
    assert mcnemar_exact(*changes) == pytest.approx(exact)
    assert mcnemar_mid_p(*changes) == pytest.approx(mid)
