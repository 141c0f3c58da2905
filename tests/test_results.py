"""The whole chain on the example workbooks, and what stops it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from taskforce_analysis import tables
from taskforce_analysis.errors import DataError, FileError, UsageError
from taskforce_analysis.forms import load_form
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.methods.comparison import compare_rates
from taskforce_analysis.results import Results, prepare, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")
PAIR = EXAMPLE / "analyse.xlsx", EXAMPLE / "status.xlsx"


@pytest.fixture(scope="module")
def results() -> Results:
    """The example, with its measurement file."""
    return run(measurement=EXAMPLE / "maaling.toml")


def test_the_example_gives_every_measure(results: Results) -> None:
    crude = results.comparison[results.comparison["basis"] == "crude"]
    assert crude["measure"].tolist() == list(results.form.measure_ids)
    assert (results.before, results.after) == ("analysis", "status")
    assert results.issues["severity"].unique().tolist() == ["warning"]


def test_the_example_holds_eight_and_fourteen_of_twenty(results: Results) -> None:
    counts = ["compliant_before", "applicable_before", "compliant_after"]
    rows = results.comparison[results.comparison["basis"] == "crude"]
    same = rows[(rows[counts] == [8, 20, 14]).all(axis=1)]
    assert len(same) >= 1
    row = same.iloc[0]
    assert row["difference"] == pytest.approx(0.3)
    # It is one of three primary measures, whose intervals hold together at 95 %.
    whole: Any = compare_rates(8, 20, 14, 20, confidence=1 - 0.05 / 3)
    assert row["confidence"] == pytest.approx(0.983333, abs=1e-6)
    assert row["difference_low"] == pytest.approx(whole.low, abs=1e-6)
    assert row["difference_high"] == pytest.approx(whole.high, abs=1e-6)
    assert row["p_value"] == pytest.approx(0.0703, abs=5e-5)
    assert row["p_adjusted"] == pytest.approx(3 * row["p_value"])


def test_form_is_matched_when_none_is_named(results: Results) -> None:
    prepared = prepare(*PAIR)
    assert prepared.form_was_matched
    assert prepared.form.id == results.form.id


def test_a_form_may_be_given_as_an_object_or_a_path() -> None:
    form = load_form("boernehandicap")
    assert prepare(*PAIR, form=form).form is form


def test_order_of_files_changes_nothing(results: Results) -> None:
    plan = load_measurement(EXAMPLE / "maaling.toml")
    turned = run(*reversed(PAIR), measurement=plan)
    assert turned.tally.equals(results.tally)
    assert turned.comparison.equals(results.comparison)


def test_errors_are_all_collected_and_quote_nothing() -> None:
    pair = EXAMPLE / "analyse_med_fejl.xlsx", EXAMPLE / "status_med_fejl.xlsx"
    with pytest.raises(DataError, match=r"issues? must be corrected first") as caught:
        run(*pair, form="boernehandicap")
    issues = caught.value.issues
    codes = set(issues.loc[issues["severity"] == "error", "code"])
    assert {"ANSWER_UNKNOWN", "CELL_ERROR", "CASE_DUPLICATE", "CPR_FOUND"} <= codes


def test_force_counts_what_could_not_be_read() -> None:
    pair = EXAMPLE / "analyse_med_fejl.xlsx", EXAMPLE / "status_med_fejl.xlsx"
    forced = run(*pair, form="boernehandicap", force=True)
    assert forced.tally["unrecognised"].sum() > 0
    assert (forced.issues["severity"] == "error").any()


def test_one_phase_cannot_be_compared() -> None:
    with pytest.raises(DataError, match="PHASE_ONLY_ONE"):
        run(PAIR[0], form="boernehandicap")


def test_a_missing_file_among_several_is_an_issue(tmp_path: Path) -> None:
    prepared = prepare(*PAIR, tmp_path / "findes_ikke.xlsx")
    assert ("FILE_NOT_FOUND", "findes_ikke.xlsx") in [
        (one.code, one.file) for one in prepared.found
    ]


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        run(tmp_path / "findes_ikke.xlsx")
    with pytest.raises(UsageError, match="no workbook is named"):
        run()


def test_an_unknown_phase_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no phase"):
        run(measurement=EXAMPLE / "maaling.toml", before="nu")


def test_groups_by_attribute(results: Results) -> None:
    grouped = run(measurement=EXAMPLE / "maaling.toml", by=["paragraph"])
    assert "all" not in set(grouped.tally["group"])
    whole, parts = (
        table[table["basis"] == "crude"]["units"].sum()
        for table in (results.tally, grouped.tally)
    )
    assert whole == parts
    for name in ("tally", "answers", "distribution", "durations", "days", "limits"):
        groups = set(getattr(grouped, name)["group"])
        assert groups, name
        assert groups <= set(grouped.comparison["group"]), name
    assert set(grouped.answers["group"]) == set(grouped.answers["paragraph"])
    assert set(results.answers["group"]) == {"all"}


def test_settings_given_win_over_the_measurement_files() -> None:
    chosen = Settings(confidence=0.9)
    results = run(measurement=EXAMPLE / "maaling.toml", settings=chosen)
    shown = results.comparison.groupby("adjustment")["confidence"].unique()
    assert shown["none"].tolist() == [0.9]
    assert shown["bonferroni"] == pytest.approx([1 - 0.1 / 3])  # three are primary
    assert set(results.tally["confidence"]) == {0.9}


def test_rebild_is_not_comparable_unless_insisted() -> None:
    plan = data_folder("published") / "maaling.toml"
    rows = run(measurement=plan).comparison.set_index("measure")
    assert set(rows["verdict"]) == {"not_comparable"}
    both = rows[(rows["applicable_before"] > 0) & (rows["applicable_after"] > 0)]
    counts = ["compliant_before", "applicable_before"]
    counts += ["compliant_after", "applicable_after"]
    assert both[counts].to_numpy().tolist() == [[22, 28, 10, 10]]  # 19 of 22 and 3 of 6
    assert both["decided_by"].tolist() == ["selection_differs"]
    insisted = run(measurement=plan, settings=Settings(insist=True)).comparison
    assert "insisted" in set(insisted["reservation"])
    assert "uncertain" in set(insisted["verdict"])


def test_a_file_name_with_a_cpr_number_is_covered(tmp_path: Path) -> None:
    path = tmp_path / "status 010135-0000.xlsx"
    shutil.copy(PAIR[1], path)
    prepared = prepare(PAIR[0], path)
    assert all("010135" not in source.file for source in prepared.sources)
    assert "CPR_FOUND" in {one.code for one in prepared.found}


def test_nothing_but_excel_s_own_lock_file_is_refused(tmp_path: Path):
    (tmp_path / "~$analyse.xlsx").write_bytes(b"\x05" + b" " * 164)
    with pytest.raises(DataError, match="NO_CASES"):
        run(tmp_path / "~$analyse.xlsx", form="boernehandicap")


def test_tables_name_phases_for_a_legend():
    results = run(measurement=data_folder("example") / "maaling.toml")
    labels = {one.id: one.label for one in results.form.phases}
    tally, compared = results.tally, results.comparison
    assert tally["phase_label"].tolist() == [labels[one] for one in tally["phase"]]
    assert set(compared["before_label"]) == {labels["analysis"]}
    assert set(compared["after_label"]) == {labels["status"]}
    # What is handed back, labels and all, is the same table.
    assert "phase_label" not in tables.check(tally, tables.tally)
