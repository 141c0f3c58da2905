"""Errors say place, finding and remedy, and arrive whole from another process."""

import pickle

import pandas as pd
import pytest

from taskforce_analysis.errors import (
    DataError,
    TaskforceError,
    file_error,
    invalid_definition,
    nearest,
    unknown_name,
    wrong_use,
)

ERRORS = (
    file_error("FILE_CORRUPT", "mappe/analyse.xlsx", sheet="Data"),
    invalid_definition("form.toml", "measures[0].id", "the key is missing"),
    unknown_name("chart", "chnage", ["change", "rates"]),
    wrong_use("no workbook is named", "Give at least one file"),
)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_survives_a_process(error: TaskforceError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_a_data_error_brings_its_table_along() -> None:
    table = pd.DataFrame({"code": ["CELL_ERROR"]})
    copy = pickle.loads(pickle.dumps(DataError("1 issue", code="X", issues=table)))
    assert copy.issues["code"].tolist() == ["CELL_ERROR"]
    assert copy.exit_status == 1


def test_place_finding_and_remedy() -> None:
    assert str(ERRORS[0]) == (
        'analyse.xlsx, sheet "Data": the file is damaged. '
        "Open it in Excel and save a new copy"
    )
    assert str(ERRORS[2]) == 'no chart is called "chnage". Nearest: "change"'


def test_a_cpr_number_in_a_name_is_covered() -> None:
    error = file_error("FILE_EMPTY", "sag 010135-0000.xlsx", sheet="010135-0000")
    assert "0101" not in str(error)
    assert "0101" not in str(unknown_name("form", "010135-0000", ["a"]))


def test_nothing_near_lists_what_there_is() -> None:
    assert nearest("zzz", ["change"]) is None
    assert str(unknown_name("chart", "zzz", ["rates", "change"])).endswith(
        "Known: change, rates"
    )
