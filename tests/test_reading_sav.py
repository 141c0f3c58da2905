"""An SPSS file: questions and labels as cells, or what must be installed first."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import read_cells, sav
from taskforce_analysis.reading.cells import Finding, Kind, iterate

LABELS: dict[str, dict[int | float, str]] = {"q1": {1: "Ja", 2: "Nej", 9: "Ved ikke"}}


def saved(path: Path, *, compress: bool = False, note: str = "") -> Path:
    frame: Any = pd.DataFrame(
        {
            "id": ["S-1", "S-2", " ", "S-4"],
            "q1": [1.0, 2.0, None, 9.0],
            "dag": [date(2018, 2, 1), date(1582, 10, 15), None, date(2018, 2, 2)],
            "tid": [datetime(2018, 2, 1, 12), None, None, None],  # noqa: DTZ001
            "tal": [1.5, 2.0, -3.0, 4.0],
        }
    )
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={"q1": "Er der fulgt op?"},
        variable_value_labels=LABELS,
        missing_ranges={"q1": [9]},
        compress=compress,
        note=note,
    )
    return path


@pytest.mark.parametrize("compress", [False, True], ids=["sav", "zsav"])
def test_labels_are_what_the_cells_say(compress, tmp_path):
    path = saved(tmp_path / ("a.zsav" if compress else "a.sav"), compress=compress)
    book = read_cells(path)
    (sheet,) = book.sheets
    assert book.findings == ()
    by_column: dict[int, list[tuple[int, Kind, str]]] = {}
    for row, column, kind, text in iterate(sheet):
        by_column.setdefault(column, []).append((row, kind, text))
    text, when, number = Kind.TEXT, Kind.DATE, Kind.NUMBER
    assert by_column == {
        1: [(1, text, "id"), (2, text, "S-1"), (3, text, "S-2"), (5, text, "S-4")],
        2: [
            (1, text, "Er der fulgt op?"),
            (2, text, "Ja"),
            (3, text, "Nej"),
            (5, text, "Ved ikke"),
        ],
        3: [
            (1, text, "dag"),
            (2, when, "43132"),
            (3, when, "-115858"),
            (5, when, "43133"),
        ],
        4: [(1, text, "tid"), (2, when, "43132.5")],
        5: [
            (1, text, "tal"),
            (2, number, "1.5"),
            (3, number, "2"),
            (4, number, "-3"),
            (5, number, "4"),
        ],
    }


def test_a_time_alone_is_a_share_of_a_day():
    assert sav._cell(43_200.0, "TIME") == (Kind.DATE, "0.5")


def test_a_cpr_number_in_a_note_is_told(tmp_path):
    path = saved(tmp_path / "a.sav", note="010135-0000")
    assert read_cells(path).findings == (Finding("CPR_FOUND", None, "notes"),)


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert caught.value.file == path.name
    return caught.value.code


def test_a_damaged_file_and_one_that_is_too_wide(tmp_path, monkeypatch):
    path = saved(tmp_path / "a.sav")
    monkeypatch.setattr(sav, "LAST_COLUMN", 4)
    assert refusal(path) == "FILE_TOO_LARGE"
    path.write_bytes(path.read_bytes()[:300])
    assert refusal(path) == "FILE_CORRUPT"


def test_without_the_extra_it_is_told_how_to_install_it(tmp_path, monkeypatch):
    path = saved(tmp_path / "a.sav")
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    assert refusal(path) == "FILE_NEEDS_EXTRA"


def test_another_name_is_told(tmp_path):
    path = saved(tmp_path / "a.sav").rename(tmp_path / "a.xlsx")
    found = Finding("FILE_EXTENSION", expected=".sav")
    assert read_cells(path).findings == (found,)
