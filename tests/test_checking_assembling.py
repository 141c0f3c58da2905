"""The columns of the answers table: texts by number, addresses, what comes again."""

import numpy as np
import pandas as pd
import pytest
from made_sheets import HEADER, book, form_of, read, rows
from openpyxl.utils import get_column_letter
from pandas.testing import assert_frame_equal

from taskforce_analysis import tables
from taskforce_analysis.checking import assembling
from taskforce_analysis.checking.assembling import text_column
from taskforce_analysis.differing import differ
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying import tally


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


@pytest.mark.parametrize(
    ("values", "numbers", "expected"),
    [
        ([], [-1, -1], [None, None]),
        (["Nordby"], [0, 0], ["Nordby", "Nordby"]),
        (["S-1", "S-2", "S-1"], [0, 2, 1, -1], ["S-1", "S-1", "S-2", None]),
    ],
)
def test_texts_of_a_long_table_are_categories(values, numbers, expected, monkeypatch):
    monkeypatch.setattr(assembling, "LONG", 2)
    column = text_column(values, np.array(numbers, dtype=np.int64))
    assert column.dtype == "category"
    assert listed(column) == expected


@pytest.mark.parametrize("by", [None, "municipality"])
def test_a_long_table_says_what_a_short_one_does(by, monkeypatch):
    lines = [HEADER, *(["S-1", "Nordby", "Før", "Ja", "", "x"] for _ in range(2))]
    lines += [["S-1", "Sydby", "Efter", "Nej", "Ja", "Ja"], ["", "", "Efter", "Ja"]]
    told = [rows(), lines, [*rows(), ["S-9", "Østby", "Før", "Ja", "Nej", "IR"]]]
    books = [book(one, file=f"{number}.xlsx") for number, one in enumerate(told)]
    options = Settings(by=(by,) if by else ())
    short = read(*books, settings=options)
    monkeypatch.setattr(assembling, "LONG", 4)
    long = read(*books, settings=options)
    kinds = long.answers.dtypes.astype(str).to_dict()
    whole = {"cell": "str", "days": "Int64"} | ({"group": "str"} if by else {})
    assert kinds == dict.fromkeys(kinds, "category") | whole
    assert_frame_equal(tables.as_texts(long.answers), short.answers)
    assert long.found == short.found
    first, second = (
        tally(one.answers, form_of(), settings=options) for one in (long, short)
    )
    assert_frame_equal(first, second)
    assert differ(long.answers, short.answers).empty


@pytest.mark.parametrize("few", [0, 10_000])
def test_addresses(few, monkeypatch):
    monkeypatch.setattr(assembling, "FEW", few)
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
