"""Bridge cases: reviewed in both phases, or told that they were not.

Every workbook is made here, and every count was counted by hand. The form has two
measures, A and B; a row is case, municipality and the two answers.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbooks import write

from taskforce_analysis.cli import main
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.explanations import selection
from taskforce_analysis.results import Results, prepare, run, stored
from taskforce_analysis.settings import Settings
from taskforce_analysis.writing.parquet import to_parquet

FORM = """
id = "prove"
title = "Prøve"
version = "1"
unit = "sag"
[columns]
case = ["Sagsnr."]
phase = ["Måling"]
[[attributes]]
id = "municipality"
label = "Kommune"
columns = ["Kommune"]
[[phases]]
id = "first"
label = "Første"
[[phases]]
id = "middle"
label = "Midt"
[[phases]]
id = "last"
label = "Sidste"
[[measures]]
id = "a"
label = "A"
columns = ["A"]
[[measures]]
id = "b"
label = "B"
columns = ["B"]
"""
HEADER = ["Sagsnr.", "Kommune", "A", "B"]
FIXED = "Målestokken kan derfor have flyttet sig mellem målingerne."
Rows = list[list[Any]]


def own(letter: str) -> Rows:
    """Ten cases of a phase alone: 4 of 10 keep A, all keep B."""
    return [
        [f"{letter}-{number}", "Nordby", "Ja" if number < 4 else "Nej", "Ja"]
        for number in range(10)
    ]


def measured(folder: Path, cases: list[Any], **phases: list[Rows]) -> Path:
    """A measurement file, its form, and a workbook for each list of rows."""
    (folder / "form.toml").write_text(FORM, "utf-8")
    text = f'form = "form.toml"\nbridge_cases = {json.dumps(cases)}\n'
    for phase, books in phases.items():
        names = [f"{phase}{number}.xlsx" for number in range(len(books))]
        for name, rows in zip(names, books, strict=True):
            header = HEADER if len(rows[0]) == 4 else [HEADER[0], *HEADER[2:]]
            write(folder / name, {"Data": [header, *rows]})
        text += f'[phases.{phase}]\nfiles = {names}\nselection = "random"\n'
    path = folder / "maaling.toml"
    path.write_text(text, "utf-8")
    return path


def two(folder: Path, cases: list[Any], first: Rows, last: Rows) -> Results:
    """The comparison of two phases of ten own cases each, and these rows beside."""
    path = measured(folder, cases, first=[own("F") + first], last=[own("L") + last])
    return run(measurement=path)


def missing(results: Results) -> int:
    found = results.issues[results.issues["code"] == "BRIDGE_MISSING"]
    assert set(found["severity"]) <= {"warning"}
    return sum(found["count"].tolist())


def counts(results: Results, measure: str = "a") -> list[tuple[int, int]]:
    """Compliant and applicable of a measure in each compared phase."""
    rows = results.comparison.query("basis == 'crude' and measure == @measure")
    (row,) = rows.to_dict("records")
    return [
        (row[f"compliant_{side}"], row[f"applicable_{side}"])
        for side in ("before", "after")
    ]


def said(results: Results) -> str:
    return " ".join(selection(results, load_language("da"))).replace("\u00a0", " ")


def test_cases_that_are_in_neither_workbook_praise_nothing(tmp_path: Path):
    results = two(tmp_path, ["S-001", "S-002"], [], [])
    assert missing(results) == 2
    assert results.reviewed_again == ()
    assert FIXED in said(results)
    assert "er gennemgået på ny" not in said(results)
    # They were named; that they were not is not so.
    assert "Ingen sager er oplyst" not in said(results)
    assert (
        "2 sager, der skulle gennemgås igen, er ikke fundet med svar i begge målinger."
        in said(results)
    )
    assert counts(results) == [(4, 10), (4, 10)]


def test_cases_that_are_in_both_are_told_and_left_out_of_the_later(tmp_path: Path):
    first = [["S-1", "Nordby", "Ja", "Ja"], ["S-2", "Nordby", "Nej", "Ikke relevant"]]
    last = [["S-1", "Nordby", "Ja", "Nej"], ["S-2", "Nordby", "Ja", "Ikke relevant"]]
    results = two(tmp_path, ["S-1", "S-2"], first, last)
    assert missing(results) == 0
    assert counts(results) == [(5, 12), (4, 10)]
    assert FIXED not in said(results)
    assert "2 sager er gennemgået på ny" in said(results)
    assert "ens i 2 ud af 4 svar" in said(results)
    assert "CASES_PAIRED" not in set(results.issues["code"])


ROW = ["S-1", "Nordby", "Ja", "Ja"]


@pytest.mark.parametrize(
    ("first", "last", "found", "phase"),
    [
        ([ROW], [], [(5, 11), (4, 10)], "last"),
        # Not a repetition: an ordinary case of the later phase.
        ([], [ROW], [(4, 10), (5, 11)], "first"),
        # Nothing was answered in one phase, or not the same measure in both.
        ([ROW], [["S-1", "Nordby", None, None]], [(5, 11), (4, 10)], "last"),
        ([["S-1", "Nordby", None, "-"]], [ROW], [(4, 10), (5, 11)], "first"),
        (
            [["S-1", "Nordby", "Ja", None]],
            [["S-1", "Nordby", None, "Ja"]],
            [(5, 11), (4, 10)],
            None,
        ),
        # Another case: another municipality's.
        ([ROW], [["S-1", "Søby", "Ja", "Ja"]], [(5, 11), (5, 11)], None),
    ],
    ids=["gone", "new", "blank after", "blank before", "no common", "elsewhere"],
)
def test_what_is_not_answered_in_both_counts_as_any_case(
    tmp_path: Path,
    first: Rows,
    last: Rows,
    found: list[tuple[int, int]],
    phase: str | None,
):
    results = two(tmp_path, ["S-1"], first, last)
    assert missing(results) == 1
    (issue,) = results.issue_cells.query("code == 'BRIDGE_MISSING'").to_dict("records")
    assert issue["case_id"] == "S-1"
    assert issue["phase"] == phase if phase else pd.isna(issue["phase"])
    assert counts(results) == found
    assert FIXED in said(results)


def test_one_of_two_is_found(tmp_path: Path):
    results = two(tmp_path, ["S-1", "S-2"], [ROW], [ROW])
    assert (missing(results), results.reviewed_again) == (1, ("S-1",))
    assert "1 sag er gennemgået på ny" in said(results)
    assert "ens i 2 ud af 2 svar" in said(results)
    assert "1 sag, der skulle gennemgås igen, er ikke fundet" in said(results)
    assert counts(results) == [(5, 11), (4, 10)]


@pytest.mark.parametrize(
    ("planned", "first", "last", "found"),
    [
        (" s-1 ", "S-1", "S-1", 1),
        ("S-1", "s\u20111", " S-1", 1),  # a hyphen that does not break
        ("7", 7, "7", 1),
        ("7", 7.0, 7, 1),
        ("007", "007", "007", 1),
        ("007", "007", 7, 0),  # a lost zero is another number, and is told
        ("7", "007", "007", 0),
        ("010135-0000", "010135-0000", "010135 0000", 1),
        ("0101350000", 101350000, "010135-0000", 1),
        ("101350000", 101350000, 101350000, 1),
        ("020135-0000", "010135-0000", "010135-0000", 0),
    ],
)
def test_an_id_is_compared_as_the_workbook_is_read(
    tmp_path: Path, planned: str, first: Any, last: Any, found: int
):
    rows = [[one, "Nordby", "Ja", "Ja"] for one in (first, last)]
    results = two(tmp_path, [planned], rows[:1], rows[1:])
    assert (len(results.reviewed_again), missing(results)) == (found, 1 - found)
    assert counts(results)[1] == ((4, 10) if found else (5, 11))


def test_a_cpr_number_in_the_plan_goes_nowhere(tmp_path: Path):
    cases = ["010135-0000", "0201350000", "301350000"]
    results = two(tmp_path, cases, [], [])
    assert missing(results) == 3
    write_folder(results, tmp_path / "ud")
    told = (tmp_path / "ud" / "oprindelse.json").read_text("utf-8")
    told += results.issue_cells.to_csv() + repr(results.measurement)
    assert not any(one in told for one in ("0101350000", "010135-0000", "0201350000"))
    assert "301350000" not in results.issue_cells.to_csv()


def test_the_same_id_in_two_municipalities_is_two_cases(tmp_path: Path):
    nordby, soeby = ["1", "Nordby", "Ja", "Ja"], ["1", "Søby", "Ja", "Ja"]
    results = two(tmp_path, ["1"], [nordby], [nordby, soeby])
    assert missing(results) == 0
    assert counts(results) == [(5, 11), (5, 11)]  # Søby's own case stays
    both = two(tmp_path, ["1"], [nordby, soeby], [nordby, soeby])
    assert missing(both) == 1  # which of them?
    assert counts(both) == [(6, 12), (6, 12)]
    named = two(tmp_path, ["Søby 1"], [nordby, soeby], [nordby, soeby])
    assert (missing(named), named.reviewed_again) == (0, ("Søby 1",))
    assert counts(named) == [(6, 12), (5, 11)]
    each = two(tmp_path, ["Søby 1", "nordby 1"], [nordby, soeby], [nordby, soeby])
    assert (missing(each), counts(each)) == (0, [(6, 12), (4, 10)])


def test_a_municipality_may_be_named_though_no_other_has_the_id(tmp_path: Path):
    assert missing(two(tmp_path, ["Nordby S-1"], [ROW], [ROW])) == 0
    assert missing(two(tmp_path, ["Søby S-1"], [ROW], [ROW])) == 1
    assert two(tmp_path, ["S-1", "Nordby S-1"], [ROW], [ROW]).reviewed_again == ("S-1",)


def test_a_phase_that_does_not_say_where_has_the_same_case(tmp_path: Path):
    nowhere = ["S-1", None, "Nej", "Ja"]
    results = two(tmp_path, ["S-1"], [ROW], [nowhere])
    assert (missing(results), counts(results)) == (0, [(5, 11), (4, 10)])
    two_of_them = two(tmp_path, ["S-1"], [ROW, ["S-1", "Søby", "Ja", "Ja"]], [nowhere])
    assert missing(two_of_them) == 1


def test_files_without_a_municipality_that_share_an_id(tmp_path: Path):
    def rows(*ids: str) -> Rows:
        return [[one, "Ja", "Ja"] for one in ids]

    first = [rows("F-1", "S-1", "1"), rows("F-2", "1")]
    once = [rows("L-1", "S-1"), rows("L-2")]
    results = run(measurement=measured(tmp_path, ["S-1"], first=first, last=once))
    assert (missing(results), counts(results)) == (0, [(5, 5), (2, 2)])
    twice = [rows("L-1", "S-1"), rows("L-2", "S-1")]
    results = run(measurement=measured(tmp_path, ["S-1"], first=first, last=twice))
    assert (missing(results), counts(results)) == (1, [(5, 5), (4, 4)])


def test_the_same_id_twice_in_a_phase_is_not_one_case(tmp_path: Path):
    rows = [ROW, ["S-1", "Nordby", "Nej", "Nej"]]
    path = measured(tmp_path, ["S-1"], first=[[*own("F"), ROW]], last=[own("L") + rows])
    results = run(measurement=path, force=True)
    assert (missing(results), counts(results)) == (1, [(5, 11), (5, 12)])
    pasted = two(tmp_path, ["S-1"], [ROW], [ROW, ROW])
    assert (missing(pasted), counts(pasted)) == (0, [(5, 11), (4, 10)])


@pytest.mark.parametrize("publish", ["open", "strict"])
def test_what_is_published_says_the_same_and_names_no_case(
    tmp_path: Path, publish: str
):
    results = two(tmp_path, ["S-1", "S-2"], [ROW], [ROW])
    shown = disclose(replace(results, settings=Settings(publish=publish)))
    assert "1 sag er gennemgået på ny" in said(shown)
    assert "1 sag, der skulle gennemgås igen, er ikke fundet" in said(shown)
    assert missing(shown) == 1
    assert shown.issues["case_id"].isna().all()


@pytest.mark.parametrize("taken_in", [True, False])
def test_answers_that_were_stored(tmp_path: Path, monkeypatch, taken_in: bool):
    pytest.importorskip("duckdb")
    nordby, soeby = ["1", "Nordby", "Ja", "Ja"], ["1", "Søby", "Nej", "Ja"]
    rows = [[*own("F"), nordby, soeby], [*own("L"), nordby, soeby]]
    cases = ["Søby 1", "S-2", "010135-0000"]
    path = measured(tmp_path, cases, first=rows[:1], last=rows[1:])
    to_parquet(prepare(measurement=path), tmp_path / "landet.parquet")
    if not taken_in:  # single answers stay where they lie, and are not looked through
        monkeypatch.setattr(stored, "TAKEN_IN", 1)
    results = run(tmp_path / "landet.parquet", measurement=path)
    assert missing(results) == (2 if taken_in else 3)
    assert "010135" not in repr(results.measurement)
    assert counts(results) == [(5, 12), (5, 11) if taken_in else (5, 12)]
    assert (FIXED in said(results)) is not taken_in


def test_a_third_phase_is_none_of_the_two(tmp_path: Path):
    path = measured(
        tmp_path,
        ["S-1"],
        first=[[*own("F"), ROW]],
        middle=[[*own("M"), ROW]],
        last=[own("L")],
    )
    results = run(measurement=path)
    assert (results.before, results.after, missing(results)) == ("first", "last", 1)
    assert counts(results) == [(5, 11), (4, 10)]
    other = run(measurement=path, after="middle")
    assert (missing(other), counts(other)) == (0, [(5, 11), (4, 10)])


def test_bridge_cases_are_no_suspicious_pairs(tmp_path: Path):
    shared = [[f"Sag {number}", "Nordby", "Ja", "Ja"] for number in range(5)]
    results = two(tmp_path, ["Sag 0", "sag 1"], shared, shared)
    (issue,) = results.issues.query("code == 'CASES_PAIRED'").to_dict("records")
    assert issue["count"] == 3
    assert missing(results) == 0


def test_one_phase_alone_cannot_know(tmp_path: Path):
    path = measured(tmp_path, ["S-1"], first=[own("F")])
    assert "BRIDGE_MISSING" not in {one.code for one in prepare(measurement=path).found}


@pytest.mark.parametrize("command", ["check", "compare", "report", "papers", "per"])
def test_the_terminal_tells_it(tmp_path: Path, capsys, command: str):
    path = measured(tmp_path, ["S-1", "S-2"], first=[own("F")], last=[own("L")])
    words = [command, str(path)]
    if command == "per":
        words = ["report", str(path), "--per", "municipality"]
    if command not in ("check", "compare"):
        words += ["--out", str(tmp_path / "ud")]
    with pytest.raises(SystemExit, match="0"):
        main(words)
    assert "BRIDGE_MISSING [2 steder]" in capsys.readouterr().out


def test_a_check_of_one_phase_tells_nothing(tmp_path: Path, capsys):
    path = measured(tmp_path, ["S-1"], first=[own("F")])
    with pytest.raises(SystemExit, match="0"):
        main(["check", str(path)])
    assert "BRIDGE_MISSING" not in capsys.readouterr().out


def test_it_is_told_beside_the_errors_that_stop_a_comparison(tmp_path: Path, capsys):
    wrong = [["L-9", "Nordby", "Jaa", "Ja"]]
    path = measured(tmp_path, ["S-1"], first=[own("F")], last=[wrong])
    with pytest.raises(SystemExit, match="1"):
        main(["compare", str(path)])
    told = capsys.readouterr().out
    assert "ANSWER_UNKNOWN" in told
    assert "BRIDGE_MISSING" in told
