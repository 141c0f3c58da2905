"""The same tally from every engine, in long and in wide form, to the last count."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from taskforce_analysis import tables
from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import Form
from taskforce_analysis.synthetic import (
    Nation,
    national_answers,
    national_cases,
    national_form,
)
from taskforce_analysis.tallying import distribution, durations, tally
from tests.made_answers import made_answers, small_form, yes_no

FORM = national_form(5)
NATION = Nation(municipalities=4, cases=15, seed=3, missing=0.1)
MOVING = "ignore:Dask support is moving out of Narwhals:FutureWarning"


@pytest.fixture(scope="module")
def long() -> pd.DataFrame:
    answers = tables.check(national_answers(FORM, NATION), tables.answers)
    # Two laws, and a deadline measure's days, so that everything is counted.
    early = answers["case_id"].str[-1] < "5"
    answers["law"] = early.map({True: "SEL", False: "BL"})
    answers["days"] = pd.Series(range(len(answers)), dtype="Int64") % 40
    answers["open"] = answers["answer"].eq("no").map({True: "yes", False: "no"})
    return tables.check(answers, tables.answers)


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    cases = national_cases(FORM, NATION)
    return cases.astype(dict.fromkeys(cases.columns, "str"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, long: pd.DataFrame, wide: pd.DataFrame) -> Path:
    made = tmp_path_factory.mktemp("engines")
    long.to_parquet(made / "long.parquet")
    wide.to_parquet(made / "wide.parquet")
    return made


@pytest.fixture(scope="module")
def dask_frames(folder: Path) -> Iterator[Callable[[str], Any]]:
    dataframe = pytest.importorskip("dask.dataframe")
    from dask.distributed import Client, LocalCluster

    cluster = LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        local_directory=str(folder / "dask"),
    )
    with cluster, Client(cluster) as client:
        pids: Any = client.run(os.getpid)
        assert len({*pids.values(), os.getpid()}) == 3
        yield lambda name: dataframe.read_parquet(folder / f"{name}.parquet")


def java() -> str:
    """Why Spark cannot run here; empty where it can."""
    if not shutil.which("java"):
        return "Spark needs Java 17 or newer, and there is none"
    call = ["java", "-version"]
    told = subprocess.run(call, capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    newer = version is not None and int(version[1]) >= 17
    return "" if newer else "Spark needs Java 17 or newer"


@pytest.fixture(scope="module")
def spark_frames(folder: Path) -> Iterator[Callable[[str], Any]]:
    pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
    if reason := java():
        pytest.skip(reason)
    home = str(Path(pyspark.__file__).parent)
    wanted = {
        "SPARK_HOME": home,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    before = dict(os.environ)
    os.environ.update(wanted)  # without them Spark hangs
    from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports]

    builder = SparkSession.builder.master("local-cluster[2,1,1024]")  # type: ignore[attr-defined]
    for name, value in {
        "spark.ui.enabled": "false",
        # A small job is done sooner without compiling or replanning its parts.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield lambda name: session.read.parquet(str(folder / f"{name}.parquet"))
    session.stop()
    os.environ.clear()
    os.environ.update(before)


def polars_frame(path: Path) -> Any:
    return pytest.importorskip("polars").read_parquet(path)


def polars_lazy(path: Path) -> Any:
    return pytest.importorskip("polars").scan_parquet(path)


def arrow_table(path: Path) -> Any:
    return pytest.importorskip("pyarrow.parquet").read_table(path)


def duck_relation(path: Path) -> Any:
    return pytest.importorskip("duckdb").read_parquet(str(path))


def pandas_categories(path: Path) -> Any:
    frame = pd.read_parquet(path)
    texts = [name for name in frame if frame[name].dtype == "str"]
    return frame.astype(dict.fromkeys(texts, "category"))


def pandas_objects(path: Path) -> Any:
    frame = pd.read_parquet(path)
    texts = [name for name in frame if frame[name].dtype == "str"]
    return frame.astype(dict.fromkeys(texts, "object"))


FRAMES = [
    arrow_table,
    duck_relation,
    pandas_categories,
    pandas_objects,
    polars_frame,
    polars_lazy,
]


def agree(frame: Any, expected: pd.DataFrame, **options: Any) -> None:
    pd.testing.assert_frame_equal(tally(frame, FORM, **options), expected)


@pytest.mark.parametrize("frame_of", FRAMES)
@pytest.mark.parametrize("by", [(), ("municipality",), ("municipality", "cluster")])
def test_every_engine_gives_the_same_tally(frame_of, by, folder, long, wide) -> None:
    agree(frame_of(folder / "long.parquet"), tally(long, FORM, by=by), by=by)
    agree(frame_of(folder / "wide.parquet"), tally(wide, FORM, by=by), by=by)


@pytest.mark.parametrize("frame_of", FRAMES)
def test_every_engine_reads_the_groups_that_answers_have(
    frame_of, tmp_path, long
) -> None:
    by = ["municipality", "cluster"]
    tables.with_groups(long, by).to_parquet(tmp_path / "parted.parquet")
    agree(frame_of(tmp_path / "parted.parquet"), tally(long, FORM, by=by))


@pytest.mark.parametrize("frame_of", FRAMES)
def test_every_engine_gives_the_same_distribution(frame_of, folder, long) -> None:
    for function in (distribution, durations):
        found = function(frame_of(folder / "long.parquet"), by=["municipality"])
        expected = function(long, by=["municipality"])
        assert len(expected) > 20
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.filterwarnings(MOVING)
def test_dask_on_two_workers_gives_the_same_tally(dask_frames, long, wide) -> None:
    by = ["municipality"]
    agree(dask_frames("long"), tally(long, FORM, by=by), by=by)
    agree(dask_frames("wide"), tally(wide, FORM, by=by), by=by)


@pytest.mark.slow
def test_spark_on_two_workers_gives_the_same_tally(spark_frames, long, wide) -> None:
    by = ["municipality"]
    agree(spark_frames("long"), tally(long, FORM, by=by), by=by)
    agree(spark_frames("wide"), tally(wide, FORM, by=by), by=by)


def test_wide_and_long_say_the_same(long, wide) -> None:
    crude = tally(long.drop(columns="law"), FORM, by=["municipality"])
    pd.testing.assert_frame_equal(tally(wide, FORM, by=["municipality"]), crude)


def plain(values: dict[str, Any], form: Form | None = None) -> pd.Series:
    frame = pd.DataFrame({"phase": "analysis", **values})
    return tally(frame, form or small_form()).iloc[0]


def test_wide_cells_are_answers_nothing_is_missing_and_the_rest_unrecognised() -> None:
    row = plain({"plan": ["yes", "partly", "no", None, "not_applicable", "Måske"]})
    assert (row["compliant"], row["noncompliant"]) == (1, 2)
    assert (row["missing"], row["not_applicable"], row["unrecognised"]) == (1, 1, 1)


def test_a_column_that_a_phase_leaves_empty_was_not_asked_there() -> None:
    frame = pd.DataFrame(
        {"phase": ["analysis", "status"], "plan": ["yes", None]}, dtype="str"
    )
    assert tally(frame, small_form())["phase"].tolist() == ["analysis"]


def test_conditions_of_conditions_are_followed_in_wide_columns() -> None:
    form = small_form(
        {"id": "plan"},
        {"id": "goals", "applies_when": {"measure": "plan", "is": ["yes"]}},
        {"id": "dates", "applies_when": {"measure": "goals", "is": ["yes"]}},
    )
    frame = pd.DataFrame(
        {
            "phase": "analysis",
            "plan": ["yes", "yes", "no", None],
            "goals": ["yes", "no", None, "yes"],
            "dates": ["no", "yes", "yes", "yes"],
        }
    )
    rows: Any = tally(frame, form).set_index(["measure", "basis"])
    counted = ["compliant", "noncompliant", "not_applicable"]
    assert rows.loc[("goals", "crude"), counted].tolist() == [2, 1, 1]
    # Only the first and the last case have goals; the third was never asked for them.
    assert rows.loc[("dates", "crude"), counted].tolist() == [1, 1, 2]
    assert rows.loc[("goals", "unconditional"), counted].tolist() == [2, 2, 0]


def test_cases_are_told_from_decisions() -> None:
    columns = {"case": ["Sagsnr."], "phase": ["Måling"], "decision": ["Afgørelse"]}
    form = small_form(columns=columns)
    answers = made_answers(("analysis", "plan", yes_no(3, 1)))
    answers["case_id"] = ["S1", "S1", "S2", "S3"]
    row = tally(answers, form).iloc[0]
    assert (row["units"], row["cases"]) == (4, 3)
    duckdb = pytest.importorskip("duckdb")
    pd.testing.assert_frame_equal(
        tally(duckdb.from_df(answers), form), tally(answers, form)
    )


def test_rows_of_another_form_are_left_out() -> None:
    answers = made_answers(("analysis", "plan", yes_no(3, 1)))
    other = answers.assign(form="other", measure="elsewhere")
    both = pd.concat([answers, other], ignore_index=True)
    assert tally(both, small_form())["units"].tolist() == [4]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"measure": "elsewhere"}, "measures that the form does not have"),
        ({"phase": None}, "rows without a phase"),
    ],
)
def test_what_cannot_be_counted_is_refused(change: dict[str, Any], told: str) -> None:
    answers = made_answers(("analysis", "plan", yes_no(1, 1))).assign(**change)
    with pytest.raises(UsageError, match=told):
        tally(answers, small_form())


def test_a_lacking_column_and_what_is_no_frame_are_told() -> None:
    answers = made_answers(("analysis", "plan", yes_no(1, 1)))
    with pytest.raises(UsageError, match="no column score"):
        tally(answers.drop(columns=["score", "answer"]), small_form())
    with pytest.raises(UsageError, match="no column score, and no unit_id"):
        tally(answers.drop(columns=["score", "unit_id"]), small_form())
    with pytest.raises(UsageError, match="no column is a measure"):
        tally(answers.drop(columns="measure"), small_form())
    with pytest.raises(UsageError, match="the answers are no frame"):
        tally([1, 2], small_form())  # type: ignore[arg-type]
