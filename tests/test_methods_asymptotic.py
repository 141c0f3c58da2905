"""Tango: the same cases in both phases."""

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.asymptotic import tango


def test_the_worked_example_of_fagerland_lydersen_and_laake():
    """Bentur et al. 2009 in Fagerland et al. 2014: 1, 1, 7, 12."""
    low, high, p_value = tango(1, 7, 1, 12)
    assert (low, high) == pytest.approx((-0.517232276, -0.0260030317), abs=1e-8)
    assert p_value == pytest.approx(0.0338948535, abs=1e-9)


def test_nothing_changed_and_everything_changed():
    assert tango(5, 0, 0, 5).p_value == 1
    assert tango(0, 0, 10, 0).high == 1
    assert np.isnan(tango(0, 0, 0, 0)).all()


def test_a_negative_count_is_refused():
    with pytest.raises(UsageError, match="a negative count"):
        tango(1, -1, 1, 1)
