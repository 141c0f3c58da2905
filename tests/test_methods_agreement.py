"""How far two reviewers agree."""

import numpy as np
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.methods.agreement import agreement_of


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


def test_a_negative_count_is_refused_in_a_whole_sentence():
    wanted = r"^a negative count of cases\. Give counts of 0 or more$"
    with pytest.raises(UsageError, match=wanted):
        agreement_of(0, 0, 0, -1)


def test_one_case_agreed_upon():
    assert agreement_of(1, 0, 0, 0)[:2] == (1.0, 1.0)
