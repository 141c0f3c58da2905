"""The columns of the answers table: texts by number, addresses, what comes again."""

import numpy as np
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from taskforce_analysis.checking import assembling
from taskforce_analysis.checking.assembling import text_column


def listed(texts) -> list[str | None]:
    return [None if pd.isna(one) else one for one in texts]


@pytest.mark.parametrize(
    ("values", "numbers", "expected"),
    [
        ([], [-1, -1], [None, None]),
        (["a"], [0, 0, 0], ["a", "a", "a"]),
        (["a"], [0, -1], ["a", None]),
        (["a", "b"], [1, 0, 1], ["b", "a", "b"]),
        (["a", "b"], [1, -1], ["b", None]),
        (["a"], [], []),
    ],
)
def test_texts_by_their_numbers(values, numbers, expected):
    column = text_column(values, np.array(numbers, dtype=np.int64))
    assert column.dtype == "str"
    assert listed(column) == expected


def test_a_long_column_of_one_text(monkeypatch):
    monkeypatch.setattr(assembling, "PIECE", 3)
    for count in (2, 3, 7):
        column = text_column(["Nordby"], np.zeros(count, dtype=np.int64))
        assert listed(column) == ["Nordby"] * count


@pytest.mark.parametrize("few", [0, 10_000])
@pytest.mark.parametrize("long", [2, 1 << 18])
def test_addresses(few, long, monkeypatch):
    monkeypatch.setattr(assembling, "FEW", few)
    monkeypatch.setattr(assembling, "LONG", long)
    row = np.array([2, 2, 0, 1_048_576, 2], dtype=np.int32)
    column = np.array([1, 28, 0, 16_384, 1], dtype=np.int32)
    expected = [
        f"{get_column_letter(c)}{r}" if r else None
        for r, c in zip(row.tolist(), column.tolist(), strict=True)
    ]
    assert listed(assembling._addresses(row, column)) == expected


def test_no_addresses():
    empty = np.zeros(0, dtype=np.int32)
    assert listed(assembling._addresses(empty, empty)) == []
