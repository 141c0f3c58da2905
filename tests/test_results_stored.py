"""Stored answers give the same comparison as the workbooks they were gathered from."""

import sqlite3
import sys
from pathlib import Path

import pandas as pd
import pytest

from taskforce_analysis.cli import main
from taskforce_analysis.errors import FileError, UsageError
from taskforce_analysis.results import Results, prepare, run
from taskforce_analysis.results.stored import is_stored, open_stored, stored_name
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing.parquet import to_parquet

duckdb = pytest.importorskip("duckdb")
PLAN = data_folder("example") / "maaling.toml"


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("stored") / "landet.parquet"
    return to_parquet(prepare(measurement=PLAN), path)


@pytest.fixture(scope="module")
def from_workbooks() -> Results:
    return run(measurement=PLAN)


def agree(found: Results, expected: Results) -> None:
    for table in ("answers", "tally", "comparison", "distribution", "durations"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(expected, table))


def test_parquet_gives_what_the_workbooks_give(stored, from_workbooks) -> None:
    found = run(stored, measurement=PLAN)
    agree(found, from_workbooks)
    (source,) = found.sources
    assert (source.file, len(source.sha256)) == ("landet.parquet", 64)


def test_databases_give_what_the_workbooks_give(
    stored: Path, from_workbooks: Results, tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute(f"create table answers as from '{stored}'")
    found = run(f"duckdb:///{tmp_path / 'a.duckdb'}", measurement=PLAN)
    agree(found, from_workbooks)
    connection = sqlite3.connect(tmp_path / "a.db")
    pd.read_parquet(stored).to_sql("cases", connection, index=False)
    connection.close()
    found = run(f"sqlite:///{tmp_path / 'a.db'}?table=cases", measurement=PLAN)
    agree(found, from_workbooks)
    assert found.sources[0].file == "database (cases)"


def test_many_answers_are_counted_where_they_lie(
    stored: Path, from_workbooks: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taskforce_analysis.results.stored.TAKEN_IN", 10)
    found = run(stored, measurement=PLAN)
    assert len(found.answers) == 0
    for table in ("tally", "distribution", "durations"):
        pd.testing.assert_frame_equal(
            getattr(found, table), getattr(from_workbooks, table)
        )
    counted = ["compliant_before", "difference", "p_value", "verdict"]
    told = ["crude", "condition", "unconditional", "limit:before", "limit:after"]
    told += ["assessable"]
    crude = from_workbooks.comparison["basis"].isin(told)
    pd.testing.assert_frame_equal(
        found.comparison.loc[found.comparison["basis"] != "stock", counted],
        from_workbooks.comparison.loc[crude, counted],
    )


def test_gather_then_compare_on_the_command_line(tmp_path: Path, capsys) -> None:
    out = tmp_path / "landet.parquet"
    with pytest.raises(SystemExit) as left:
        main(["gather", str(PLAN), "-o", str(out)])
    assert left.value.code == 0
    with pytest.raises(SystemExit) as left:
        main(["compare", str(out), "--json"])
    assert left.value.code == 0
    assert '"comparison"' in capsys.readouterr().out


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(other)
    with pytest.raises(UsageError, match="has no column phase, measure, score"):
        run(other)


def test_stored_answers_stand_alone(stored: Path) -> None:
    with pytest.raises(UsageError, match="stand with other files"):
        run(stored, "a.xlsx")


def test_what_cannot_be_opened_is_told_without_the_address(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        open_stored(tmp_path / "none.parquet")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 but no more")
    with pytest.raises(FileError, match="damaged"):
        open_stored(broken)
    with pytest.raises(FileError, match="no such file"):
        open_stored(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(UsageError, match="the table's name holds other signs"):
        open_stored('sqlite:///a.db?table=x";drop')
    (tmp_path / "empty.db").touch()
    with pytest.raises(UsageError, match="cannot be opened") as caught:
        open_stored(f"sqlite:///{tmp_path / 'empty.db'}?table=secret")
    assert "secret" not in str(caught.value)


def test_a_database_is_named_without_its_address() -> None:
    url = "postgresql://user:word@server/base?table=x"
    assert is_stored(url)
    assert stored_name(url) == "database (x)"


CPR, COVERED = "010135-0000", "██████-████"


def with_cpr(stored: Path, case: str | int) -> pd.DataFrame:
    """The stored answers, with one case numbered so, and the number in a text."""
    frame = pd.read_parquet(stored)
    first = frame["case_id"] == frame["case_id"].iloc[0]
    running = "#" + frame["case_id"].rank(method="dense").astype(int).astype(str)
    for name in ("case_id", "unit_id"):
        frame[name] = running.mask(first, str(case))
    frame["municipality"] = frame["municipality"].mask(first, f"By {CPR}")
    return frame


def told(results: Results) -> list[tuple[str, int]]:
    cells = results.issue_cells
    own = cells[cells["code"] == "CPR_FOUND"]
    return sorted(own[["found", "count"]].itertuples(index=False, name=None))


def test_a_stored_cpr_number_becomes_a_running_number(
    stored: Path, from_workbooks: Results, tmp_path: Path
) -> None:
    frame = with_cpr(stored, CPR)
    frame.to_parquet(tmp_path / "a.parquet")
    found = run(tmp_path / "a.parquet", measurement=PLAN)
    ids = found.answers["case_id"]
    # Cases were numbered #1 and on before, so the next number is one more.
    taken = frame["case_id"].nunique()
    assert ids[frame["case_id"] == CPR].unique().tolist() == [f"#{taken + 1}"]
    assert ids.nunique() == taken
    assert (found.answers["unit_id"] == ids).all()
    assert f"By {COVERED}" in set(found.answers["municipality"])
    shown = found.answers.to_csv() + found.issues.to_csv() + found.issue_cells.to_csv()
    assert CPR not in shown
    pd.testing.assert_frame_equal(found.tally, from_workbooks.tally)


def test_a_cpr_number_stored_as_a_number_is_one_too(
    stored: Path, tmp_path: Path
) -> None:
    frame = with_cpr(stored, 101350000)  # as Excel and databases drop the first 0
    for name in ("case_id", "unit_id"):
        frame[name] = frame[name].str.removeprefix("#").astype("int64")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.register("made", frame)
        connection.execute("create table answers as from made")
    found = run(f"duckdb:///{tmp_path / 'a.duckdb'}", measurement=PLAN)
    assert "#1" in set(found.answers["case_id"])
    assert not found.answers["case_id"].str.contains("10135").any()
    assert told(found) == [("column case_id", 1), ("column municipality", 1)]


def test_a_cpr_number_in_a_group_that_stays_in_its_engine_is_covered(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cpr(stored, CPR).to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr("taskforce_analysis.results.stored.TAKEN_IN", 10)
    found = run(tmp_path / "a.parquet", measurement=PLAN, by=["municipality"])
    assert f"By {COVERED}" in set(found.tally["group"])
    assert CPR not in found.tally.to_csv() + found.distribution.to_csv()


def test_a_cpr_number_in_a_csv_file_becomes_a_running_number(tmp_path: Path) -> None:
    head = "Sagsnr.;Måling;Er der foretaget en helhedsvurdering?"
    rows = [f"{CPR};Analyse;Ja", f"{CPR[:6]}0001;Analyse;Nej", "12;Status;Ja"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([head, *rows]), "cp1252")
    prepared = prepare(path, form="boernehandicap")
    cases = set(prepared.checked.answers["case_id"])
    assert cases == {"#1", "#2", "12"}
    assert "CPR_FOUND" in set(prepared.issues["code"])
    assert "010135" not in prepared.issues.to_csv()


def test_without_duckdb_the_user_is_told_what_to_install(stored, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError, match="needs DuckDB"):
        open_stored(stored)


@pytest.mark.parametrize(
    "scheme", ["duckdb:///{path}", "postgresql://127.0.0.1:1/{path}"]
)
def test_a_database_that_is_none_is_told(tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "landet.duckdb"
    path.write_bytes(b"this is no database" * 200)
    with pytest.raises(UsageError, match="cannot be opened"):
        open_stored(scheme.format(path=path))
