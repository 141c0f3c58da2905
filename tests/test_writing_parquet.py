"""The gathered answers as one file: whole, checked, and only where that makes sense."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.results import Prepared, prepare
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing.parquet import to_parquet


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(measurement=data_folder("example") / "maaling.toml")


def test_the_answers_are_all_there(prepared, tmp_path: Path):
    pytest.importorskip("pyarrow", reason="the extra duckdb is not installed")
    path = to_parquet(prepared, tmp_path / "a.parquet")
    stored = pd.read_parquet(path)
    pd.testing.assert_frame_equal(
        stored, prepared.checked.answers, check_dtype=False, check_like=True
    )
    assert [one.name for one in tmp_path.iterdir()] == ["a.parquet"]


def test_counts_instead_of_cases_are_refused(tmp_path: Path):
    published = prepare(measurement=data_folder("published") / "maaling.toml")
    assert len(published.checked.counts)
    with pytest.raises(UsageError, match="counts instead of cases"):
        to_parquet(published, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_it_says_what_to_install(prepared, tmp_path: Path, monkeypatch):
    def lacking(self, *_arguments, **_options):
        raise ImportError("pyarrow")

    (tmp_path / "a.parquet").write_bytes(b"old")
    monkeypatch.setattr(pd.DataFrame, "to_parquet", lacking)
    with pytest.raises(UsageError, match=r"pip install .*duckdb"):
        to_parquet(prepared, tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == b"old"


def test_a_table_that_is_not_the_answers_is_refused(prepared, tmp_path: Path):
    spoiled = prepared.checked.answers.drop(columns="score")
    wrong = replace(prepared, checked=replace(prepared.checked, answers=spoiled))
    with pytest.raises(ValueError, match="score"):
        to_parquet(wrong, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []
