"""Tables in memory, uploads, folders and lists as inputs: the same as the workbook."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import taskforce_analysis as ta
from taskforce_analysis.forms import Form
from taskforce_analysis.reading.cells import Kind, iterate
from taskforce_analysis.reading.given import leaves_of, read_frame, workbooks_in
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")
FORM = """
id = "own"
title = "Eget skema"
version = "1"
unit = "sag"
[columns]
case = ["Sagsnr."]
[[attributes]]
id = "team"
label = "Team"
columns = ["Team"]
[[phases]]
id = "analysis"
label = "Analyse"
[[phases]]
id = "status"
label = "Status"
[[measures]]
id = "heard"
label = "Der er partshørt"
columns = ["Er der partshørt?"]
[[measures]]
id = "in_time"
kind = "deadline"
label = "Afgjort i tide"
from = ["Modtaget"]
to = ["Afgjort"]
limit = "8 weeks"
"""


@pytest.fixture
def form(tmp_path: Path) -> Form:
    path = tmp_path / "own.toml"
    path.write_text(FORM, "utf-8")
    return ta.load_form(path)


def before() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Sagsnr.": [1, 2, 3],
            "Er der partshørt?": ["Ja", "Nej", "IR"],
            "Modtaget": pd.to_datetime(["2021-01-04"] * 3),
            "Afgjort": pd.to_datetime(["2021-02-01", "2021-06-01", ""]),
        }
    )


def after() -> pd.DataFrame:
    return before().assign(**{"Er der partshørt?": [True, True, None]})


def counts(results: ta.Results, measure: str) -> list[tuple[str, int, int]]:
    rows = results.tally.query("measure == @measure and basis == 'crude'")
    named = ["phase", "compliant", "noncompliant"]
    return [tuple(row) for row in rows[named].itertuples(index=False)]


def test_two_tables_are_before_and_after(form):
    results = ta.run(before(), after(), form=form, force=True)
    assert counts(results, "heard") == [("analysis", 1, 1), ("status", 2, 0)]
    assert counts(results, "in_time") == [("analysis", 1, 1), ("status", 1, 1)]
    assert [source.file for source in results.sources] == ["DataFrame 1", "DataFrame 2"]


@pytest.mark.parametrize(
    "engine", [pl.from_pandas, pa.Table.from_pandas], ids=["polars", "pyarrow"]
)
def test_any_engine_gives_the_same_content(form, engine):
    frames = [before(), after().astype({"Er der partshørt?": "boolean"})]
    ours = ta.run(*frames, form=form, force=True)
    theirs = ta.run(*map(engine, frames), form=form, force=True)
    pd.testing.assert_frame_equal(ours.comparison, theirs.comparison)
    assert ours.sources == theirs.sources


def test_another_content_has_another_digest():
    other = before().replace("Nej", "Ja")
    digests = {read_frame(one).sha256 for one in (before(), other, before())}
    assert len(digests) == 2


def test_the_index_is_left_out_unless_it_has_a_name(form):
    odd = before().set_axis([7, 9, 7], axis=0)
    assert read_frame(odd).sha256 == read_frame(before()).sha256
    named = before().set_index("Sagsnr.")
    assert read_frame(named).sha256 == read_frame(before()).sha256


def test_categories_are_texts_and_a_phase_column_is_named(form):
    both = pd.concat([before().assign(When="Analyse"), after().assign(When="Status")])
    both = both.astype({"When": "category"})
    results = ta.run(both, form=form, phase="When", force=True)
    assert counts(results, "heard") == [("analysis", 1, 1), ("status", 2, 0)]
    assert dict(results.choices.columns) == {"phase": "When"}


def test_case_names_the_column_of_cases(form):
    frames = [one.rename(columns={"Sagsnr.": "Nummer"}) for one in (before(), after())]
    results = ta.run(*frames, form=form, case="Nummer", force=True)
    assert set(results.answers["case_id"]) == {"1", "2", "3"}


def test_a_column_that_is_not_there_is_told_with_the_nearest(form):
    with pytest.raises(
        ta.UsageError, match=r'no column is called "Modtagt".*"Modtaget"'
    ):
        ta.run(before(), form=form, phase="Modtagt")
    with pytest.raises(ta.UsageError, match="There are 4 columns"):
        ta.run(before(), form=form, phase="qqq")


def test_a_long_table_with_our_own_names(form):
    rows = [
        {"case_id": case, "phase": phase, "measure": "heard", "answer": answer}
        for phase, answers in (("analysis", ["yes", "no"]), ("status", ["yes", "yes"]))
        for case, answer in enumerate(answers)
    ]
    long = pd.DataFrame(rows)
    results = ta.run(long, form=form, phase="phase", force=True)
    assert counts(results, "heard") == [("analysis", 1, 1), ("status", 2, 0)]


def test_a_wide_table_with_our_own_names(form):
    named = {"Sagsnr.": "case_id", "Er der partshørt?": "heard"}
    answers = {"Ja": "yes", "Nej": "no", "IR": "not_applicable"}
    own = before().rename(columns=named).replace(answers)
    results = ta.run(own, after(), form=form, force=True)
    assert counts(results, "heard") == [("analysis", 1, 1), ("status", 2, 0)]


def test_answers_that_were_handed_out_can_be_counted_again():
    first = ta.run(measurement=EXAMPLE / "maaling.toml")
    again = ta.run(first.answers, form=first.form, measurement=first.measurement)
    pd.testing.assert_frame_equal(
        first.tally.drop(columns="cases"), again.tally.drop(columns="cases")
    )


def test_a_place_is_told_as_row_and_column(form):
    wrong = before().assign(**{"Er der partshørt?": ["Ja", "Måske det", "Nej"]})
    checked = ta.check(wrong, form, phases={"DataFrame 1": "analysis"})
    issue = next(one for one in checked.found if one.code == "ANSWER_UNKNOWN")
    assert (issue.file, issue.sheet) == ("DataFrame 1", None)
    assert issue.cell == "row 2, column Er der partshørt?"
    heard = checked.answers.query("measure == 'heard'")
    assert heard["cell"].tolist()[2] == "row 3, column Er der partshørt?"
    assert heard["sheet"].isna().all()


def test_a_column_that_the_form_does_not_know_is_numbered(form):
    secret = before().assign(Zqnavnsen=["Ja", "Ja", "Nej"])
    with pytest.raises(ta.DataError) as told:
        ta.run(secret, after(), form=form)
    issues = told.value.issues
    assert "column 5" in set(issues["cell"])
    assert (
        not issues.astype("str")
        .apply(lambda one: one.str.contains("Zqn"))
        .any(axis=None)
    )


def test_places_in_one_column_are_folded(form):
    wrong = before().assign(**{"Er der partshørt?": ["Jaja", "Tja", "Nå"]})
    with pytest.raises(ta.DataError) as told:
        ta.run(wrong, before(), form=form)
    found = told.value.issues.query("code == 'ANSWER_UNKNOWN'")
    assert found[["cell", "count"]].to_numpy().tolist() == [
        ["row 1, column Er der partshørt?", 3]
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Ja", (Kind.TEXT, "Ja")),
        (True, (Kind.BOOLEAN, "1")),
        (np.bool_(False), (Kind.BOOLEAN, "0")),
        (3, (Kind.NUMBER, "3")),
        (3.0, (Kind.NUMBER, "3")),
        (0.5, (Kind.NUMBER, "0.5")),
        (Decimal(2), (Kind.NUMBER, "2")),
        (float("inf"), (Kind.ERROR, "#NUM!")),
        (date(2021, 1, 4), (Kind.DATE, "44200")),
        (datetime(2021, 1, 4, 12, tzinfo=UTC), (Kind.DATE, "44200.5")),
        (date(1835, 1, 1), (Kind.TEXT, "1835-01-01 00:00:00")),
        (PurePosixPath("a/b"), (Kind.TEXT, "a/b")),
    ],
)
def test_a_value_is_the_cell_that_a_workbook_would_hold(value, cell):
    frame = pd.DataFrame({"a": pd.Series([value], dtype="object")})
    (_, found) = iterate(read_frame(frame).sheets[0])
    assert found[2:] == cell


@pytest.mark.parametrize("value", [None, float("nan"), pd.NaT, pd.NA, ""])
def test_no_value_is_no_cell(value):
    frame = pd.DataFrame({"a": pd.Series([value], dtype="object")})
    assert len(read_frame(frame).sheets[0]) == 1


def test_a_column_twice_is_told_and_levels_are_joined(form):
    twice = before()
    twice.insert(2, "Er der partshørt?", ["Ja"] * 3, allow_duplicates=True)
    checked = ta.check(twice, form, phases={"DataFrame 1": "analysis"})
    assert "HEADER_DUPLICATE" in {one.code for one in checked.found}
    levels = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("A", "B")]))
    assert read_frame(levels).columns == ("A: B",)


def test_an_open_file_with_a_name_is_read():
    path = EXAMPLE / "analyse.xlsx"
    with path.open("rb") as opened:
        (book,) = workbooks_in(opened)
    upload = io.BytesIO(path.read_bytes())
    upload.name = "analyse.xlsx"
    widget = {"name": "analyse.xlsx", "content": memoryview(path.read_bytes())}
    read = ta.read_cells(path)
    for other in (book, *workbooks_in([upload, widget])):
        assert (other.file, other.sha256) == (read.file, read.sha256)


def test_text_that_was_opened_as_text_is_read(form):
    upload = io.StringIO("Sagsnr.;Er der partshørt?\n1;Ja\n")
    upload.name = "analyse.csv"
    checked = ta.check(upload, form)
    assert checked.answers["answer"].tolist()[0] == "yes"


def test_a_folder_holds_workbooks_and_csv(tmp_path, form):
    for name in ("analyse", "status"):
        text = "Sagsnr.;Er der partshørt?\n1;Ja\n2;Nej\n"
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    results = ta.run(tmp_path, form=form, force=True)
    assert [source.file for source in results.sources] == ["analyse.csv", "status.csv"]
    assert leaves_of([tmp_path, [str(tmp_path)]]) == 2 * leaves_of(tmp_path)


def test_a_url_a_name_that_no_file_can_have_and_an_empty_folder(tmp_path):
    assert leaves_of("postgresql://server/cases") == ["postgresql://server/cases"]
    assert leaves_of("a" * 5000) == [Path("a" * 5000)]  # read_cells says what is wrong
    with pytest.raises(ta.UsageError, match="there is no workbook in the folder"):
        leaves_of(tmp_path)


def test_what_only_looks_like_a_table_is_none():
    class Alike:
        columns = ("a",)

    with pytest.raises(ta.UsageError, match="Alike"):
        leaves_of(Alike())
    with pytest.raises(ta.UsageError, match=r"text|str"):
        read_frame("analyse.xlsx")


def test_a_measurement_may_stand_among_the_files():
    named = ta.run(EXAMPLE / "maaling.toml")
    assert (
        named.measurement.title == ta.load_measurement(EXAMPLE / "maaling.toml").title
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (3, "something of type int is no workbook or table. Give a path"),
        (None, "something of type NoneType is no workbook"),
        (np.zeros(3), "something of type ndarray is no workbook"),
        (ta.Settings(), "a Settings is no workbook or table"),
        ({"analysis": before()}, r"Give the tables one after another: run\(before"),
        (b"PK", "bytes have no name"),
        (io.BytesIO(b"PK"), "the open file has no name.*file.name ="),
        ([], "no workbook is named"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_can(given, told):
    with pytest.raises(ta.UsageError, match=told):
        ta.run(given)


def test_swapped_arguments_are_told(form):
    with pytest.raises(ta.UsageError, match=r"Write check\(workbooks, form\)"):
        ta.check(form, before())  # type: ignore[arg-type]


def test_read_cells_says_what_takes_a_table():
    with pytest.raises(ta.UsageError, match=r"Give tables.* to run or check as they"):
        ta.read_cells(before())  # type: ignore[arg-type]


def test_a_wide_table_is_tallied_with_the_forms_own_words(form):
    frame = pd.DataFrame({"phase": ["analysis"] * 4, "heard": ["Ja", "Nej", "IR", "x"]})
    (row,) = ta.tally(frame, form).query("measure == 'heard'").to_dict("records")
    assert (row["compliant"], row["noncompliant"], row["not_applicable"]) == (1, 1, 1)
    assert row["unrecognised"] == 1


def test_partly_where_none_is_offered_names_the_key(form):
    partly = before().assign(**{"Er der partshørt?": ["Ja", "Delvist", "Nej"]})
    with pytest.raises(ta.DataError) as told:
        ta.run(partly, after(), form=form)
    (expected,) = told.value.issues.query("code == 'ANSWER_UNKNOWN'")["expected"]
    assert expected.endswith("Delvist: partly = true")
