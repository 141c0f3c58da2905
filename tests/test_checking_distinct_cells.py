"""Distinct cells by number, in the order in which they come."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis.checking.distinct_cells import distinct


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(-1, 40), max_size=60))
def test_distinct_cells_in_the_order_in_which_they_come(cells):
    ordered, codes = distinct(np.array(cells, dtype=np.int32))
    assert ordered == [one for one in dict.fromkeys(cells) if one >= 0]
    assert [ordered[code] if code >= 0 else -1 for code in codes.tolist()] == cells


def test_distinct_cells_of_a_block_keep_its_shape():
    ordered, codes = distinct(np.array([[9, -1], [3, 9]], dtype=np.int32))
    assert ordered == [9, 3]
    assert codes.tolist() == [[0, -1], [1, 0]]
