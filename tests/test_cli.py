"""The command line's contract: exit codes, one JSON object, no traceback, no value."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbooks import write

from taskforce_analysis import cli, tables
from taskforce_analysis.cli.terminal import say_error
from taskforce_analysis.errors import file_error
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")
PAIR = [str(EXAMPLE / "analyse.xlsx"), str(EXAMPLE / "status.xlsx")]
WRONG = [str(EXAMPLE / "analyse_med_fejl.xlsx"), str(EXAMPLE / "status_med_fejl.xlsx")]


class Said:
    """What a call said and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Call the command line in this process, in Danish."""
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")

    def run(*words: str) -> Said:
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(int(str(left.value.code)), said.out, said.err)

    return run


def test_check_json_follows_the_contract(call) -> None:
    said = call("check", *PAIR, "--form", "boernehandicap", "--json")
    assert said.status == 0
    answer = said.json
    assert answer["version"] == 1
    assert answer["form"] == "boernehandicap"
    assert answer["phases"] == ["analysis", "status"]
    assert [file["name"] for file in answer["files"]] == ["analyse.xlsx", "status.xlsx"]
    assert all(len(file["sha256"]) == 64 for file in answer["files"])
    assert list(answer["tally"][0]) == tables.tally.names
    assert list(answer["issues"][0]) == tables.issues.names
    assert "comparison" not in answer


def test_compare_json_has_the_known_interval(call) -> None:
    # Without a plan nothing is named to decide, and the level is the settings' own.
    row = holistic(call("compare", *PAIR, "--form", "boernehandicap", "--json"))
    assert row["difference"] == pytest.approx(0.3)
    assert row["difference_low"] == pytest.approx(-0.0237, abs=5e-5)
    assert row["difference_high"] == pytest.approx(0.5804, abs=5e-5)
    assert row["p_value"] == pytest.approx(0.0703, abs=5e-5)
    assert list(row) == tables.comparison.names


def test_compare_json_has_the_level_of_three_measures_together_by_a_plan(call) -> None:
    # 1 - 0.05 / 3, of the same counts: wider on both sides, and the same p-value.
    row = holistic(call("compare", str(EXAMPLE / "maaling.toml"), "--json"))
    assert row["difference_low"] == pytest.approx(-0.0923, abs=5e-5)
    assert row["difference_high"] > 0.5804
    assert row["p_value"] == pytest.approx(0.0703, abs=5e-5)


def holistic(said: Said) -> dict[str, Any]:
    """The row of the holistic assessment, which the example has as 8 and 14 of 20."""
    assert said.status == 0
    asked = ("holistic_assessment", "crude")
    (row,) = (
        one
        for one in said.json["comparison"]
        if (one["measure"], one["basis"]) == asked
    )
    counts = ("compliant_before", "compliant_after", "applicable_before")
    assert [row[name] for name in counts] == [8, 14, 20]
    assert row["applicable_after"] == 20
    return row


def test_errors_in_the_data_are_exit_one_without_a_tally(call) -> None:
    said = call("check", *WRONG, "--form", "boernehandicap", "--json")
    assert said.status == 1
    assert not said.json.get("tally")
    assert any(issue["severity"] == "error" for issue in said.json["issues"])
    said = call("compare", *WRONG, "--form", "boernehandicap", "--json")
    assert said.status == 1
    assert not said.json.get("comparison")


def test_force_gives_the_tally_all_the_same(call) -> None:
    said = call("check", *WRONG, "--form", "boernehandicap", "--json", "--force")
    assert said.status == 1
    assert said.json["tally"]


@pytest.fixture
def unread(tmp_path: Path) -> Path:
    """Twelve cases in each phase; before, three decisions were on 31 February."""
    header = ["Sagsnr.", "Fase", "Paragraf", "Modtaget", "Afgørelsesdato"]
    # By hand: eight weeks from 1 March 2018 end on 26 April, from 1 March 2020 too.
    days = {
        2018: [date(2018, 4, 26)] * 5 + [date(2018, 5, 1)] * 4 + ["31-02-2018"] * 3,
        2020: [date(2020, 4, 26)] * 6 + [date(2020, 5, 1)] * 5 + [None],
    }
    phases = {2018: "Analyse", 2020: "Status"}
    lines = [
        [f"{year}-{n}", phases[year], "SEL § 42", date(year, 3, 1), day]
        for year, ends in days.items()
        for n, day in enumerate(ends)
    ]
    write(tmp_path / "sager.xlsx", {"Sager": [header, *lines]})
    plan = tmp_path / "maaling.toml"
    plan.write_text(
        'form = "boernehandicap"\ntitle = "t"\nmunicipality = "Nordby"\n'
        '[phases.analysis]\nfiles = ["sager.xlsx"]\nmeasured = "2019-06-01"\n'
        '[phases.status]\nfiles = ["sager.xlsx"]\nmeasured = "2021-06-01"\n',
        "utf-8",
    )
    return plan


def test_an_unreadable_decision_is_an_error_at_its_cells(call, unread: Path) -> None:
    said = call("compare", unread, "--json")
    assert said.status == 1
    assert not said.json.get("comparison")
    told = {
        one["code"]: (one["severity"], one["cell"], one["count"])
        for one in said.json["issues"]
        if one["code"].startswith("DATE_")
    }
    assert told == {
        "DATE_INVALID": ("error", "E11", 3),
        "DATE_OPEN": ("warning", "E25", 1),
    }
    said = call("compare", unread)
    assert "Fejl: DATE_INVALID [sager.xlsx, Sager, E11, 3 steder]" in said.out
    assert "31-02" not in said.out + said.err


def test_forced_an_unreadable_decision_is_no_late_one(call, unread: Path) -> None:
    said = call("compare", unread, "--json", "--force")
    assert said.status == 1
    counted = {
        row["phase"]: (row["compliant"], row["applicable"], row["unrecognised"])
        for row in said.json["tally"]
        if row["measure"] == "decision_in_time"
    }
    assert counted == {"analysis": (5, 9, 3), "status": (6, 12, 0)}


def test_an_annotated_copy_has_the_severity_of_the_issue(
    call, unread: Path, tmp_path: Path
) -> None:
    out = tmp_path / "markeret.xlsx"
    book = unread.parent / "sager.xlsx"
    call("check", book, "--form", "boernehandicap", "--annotate", out)
    sheet = openpyxl.load_workbook(out)["Sager"]
    colours = [sheet[cell].fill.start_color.rgb for cell in ("E11", "E13", "E25")]
    assert colours[0] == colours[1] != colours[2]


def test_no_text_of_a_cell_is_shown(call) -> None:
    said = call("check", *WRONG, "--form", "boernehandicap")
    assert said.status == 1
    assert "ANSWER_UNKNOWN" in said.out
    import re

    assert not re.search(r"\d{6}-?\d{4}", said.out + said.err)


def test_a_file_that_is_not_there_is_exit_two(call, tmp_path: Path) -> None:
    said = call("check", tmp_path / "nej.xlsx", "--json")
    assert said.status == 2
    assert said.json["error"] == {
        "code": "FILE_NOT_FOUND",
        "file": "nej.xlsx",
        "sheet": None,
        "cell": None,
    }


@pytest.mark.parametrize(
    "words",
    [
        ["zz"],
        ["check"],
        ["check", PAIR[0], "--form", "boernehandikap"],
        ["check", PAIR[0], "--nope"],
        ["compare", *PAIR, "--confidence", "høj"],
        ["compare", *PAIR, "--phase", "status"],
        ["chart", "chnage", *PAIR],
        ["form", "show", "zz"],
        ["--language", "klingon", "form", "list"],
    ],
)
def test_a_wrong_call_is_exit_two(call, words: list[str]) -> None:
    assert call(*words).status == 2
    if words[0] in ("check", "compare"):
        said = call(*words, "--json")
        assert said.status == 2
        assert said.json["error"]["code"] == "USAGE"


@pytest.mark.parametrize("level", ["2", "0,6", "60 %", "99,95"])
@pytest.mark.parametrize("words", [["compare", *PAIR], ["plan", "--before", "0,4"]])
def test_a_level_outside_the_bounds_is_refused(call, words: list[str], level: str):
    words = [*words, *(["--after", "0,7"] if words[0] == "plan" else [])]
    danish = call("--language", "da", *words, "--confidence", level)
    assert danish.status == 2
    assert danish.err == (
        "Sikkerhedsniveauet skal ligge mellem 0,90 og 0,999. "
        "Skriv for eksempel 0,95 for 95 %.\n"
    )
    english = call("--language", "en", *words, "--confidence", level)
    assert "The confidence does not lie between 0.90 and 0.999." in english.err


def test_a_level_of_a_measurement_file_is_refused(call, tmp_path: Path) -> None:
    path = tmp_path / "maaling.toml"
    path.write_text("[settings]\nconfidence = 0.6\n", "utf-8")
    said = call("compare", path, *PAIR)
    assert said.status == 2
    assert said.err.startswith("Sikkerhedsniveauet skal ligge mellem 0,90 og 0,999.")


def test_a_near_miss_names_the_nearest(call) -> None:
    assert "nærmeste er »change«" in call("chart", "chnage", *PAIR).err
    said = call("form", "show", "boernehandikap").err
    assert "nærmeste er »boernehandicap«" in said


def test_compare_says_counts_and_verdicts_in_danish(call) -> None:
    said = call("compare", str(EXAMPLE / "maaling.toml"))
    assert said.status == 0
    assert "8 ud af 20 -> 14 ud af 20" in said.out
    assert "Kan ikke afgøres" in said.out


def test_language_may_stand_anywhere(call) -> None:
    first = call("--language", "en", "compare", str(EXAMPLE / "maaling.toml"))
    last = call("compare", str(EXAMPLE / "maaling.toml"), "--language=en")
    assert first.out == last.out
    assert "8 of 20" in first.out


def test_help_speaks_danish_and_english(call) -> None:
    assert "Sammenlign to målinger" in call("--help").out
    assert "Compare two measurements" in call("--language", "en", "--help").out


@pytest.mark.parametrize(
    ("names", "spoken"),
    [
        ({}, "Sammenlign"),
        ({"LC_ALL": "C.UTF-8"}, "Sammenlign"),
        ({"LANG": "en_GB.UTF-8"}, "Compare"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "da_DK.UTF-8"}, "Sammenlign"),
    ],
)
def test_the_surroundings_choose_the_language(
    names: dict[str, str],
    spoken: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert spoken in capsys.readouterr().out


def test_a_folder_is_read_whole(call, tmp_path: Path) -> None:
    for name in PAIR:
        shutil.copy(name, tmp_path)
    said = call("check", tmp_path, "--json")
    assert said.status == 0
    assert len(said.json["files"]) == 2
    empty = tmp_path / "tom"
    empty.mkdir()
    assert call("check", empty).status == 2


def test_report_writes_the_whole_set_and_verify_holds_it(call, tmp_path: Path) -> None:
    said = call("report", str(EXAMPLE / "maaling.toml"), "--out", tmp_path / "ud")
    assert said.status == 0
    names = {path.name for path in (tmp_path / "ud").iterdir()}
    assert {"rapport.docx", "rapport.xlsx", "rapport.html", "tal.json"} <= names
    assert {"figur1.png", "figur1.svg", "figur1.pdf", "oprindelse.json"} <= names
    assert call("verify", tmp_path / "ud").status == 0
    (tmp_path / "ud" / "tal.json").write_text("{}", "utf-8")
    said = call("verify", tmp_path / "ud")
    assert (said.status, "tal.json" in said.out) == (1, True)


def test_a_report_that_fails_leaves_what_was_there(call, tmp_path: Path) -> None:
    kept = tmp_path / "ud" / "rapport.docx"
    kept.parent.mkdir()
    kept.write_text("den gamle", "utf-8")
    said = call("report", *WRONG, "--form", "boernehandicap", "--out", tmp_path / "ud")
    assert said.status == 1
    assert kept.read_text("utf-8") == "den gamle"
    assert list((tmp_path / "ud").iterdir()) == [kept]


def test_forms_are_listed_and_shown(call) -> None:
    assert "boernehandicap" in call("form", "list").out
    assert "serviceloven" in call("form", "show", "boernehandicap").out


def test_version(call) -> None:
    said = call("--version")
    assert (said.status, said.out.strip()) == (0, "0.2.0")


def test_the_module_runs_as_the_command_does(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "taskforce_analysis", "form", "list"]
    done = subprocess.run(
        words, capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert "boernehandicap" in done.stdout


def test_an_error_as_json_has_code_and_place(capsys):
    error = file_error("FILE_ENCRYPTED", "data/raw/sag 010135-0000.xlsx")
    say_error(error, load_language("da"), as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "error": {
            "code": "FILE_ENCRYPTED",
            "file": "sag ██████-████.xlsx",
            "sheet": None,
            "cell": None,
        },
    }


def test_a_plan_tells_what_several_measures_and_an_index_find(call) -> None:
    words = ["plan", "--before", "0,4", "--after", "0,7"]
    found = call(*words, "--json").json
    assert (found["measures"], found["adjusted_cases_needed"]) == (4, 61)
    assert round(found["adjusted_power"], 2) == 0.25
    kinds = {(one["name"], one["moved"]): one["low"] for one in found["strategies"]}
    assert kinds["index", 4] > kinds["any", 4]
    assert kinds["index", 2] < kinds["any", 2]
    assert found["finds_most"] == "index"


def test_a_fall_is_planned_as_the_rise_of_what_is_not_kept(call) -> None:
    words = ["plan", "--cases", "6", "--primary", "a,b", "--json"]
    rise = call(*words, "--before", "0,1", "--after", "0,8").json
    fall = call(*words, "--before", "0,9", "--after", "0,2").json
    assert fall["adjusted_power"] == pytest.approx(rise["adjusted_power"])
    assert fall["finds_most"] == rise["finds_most"]


def test_a_plan_says_so_in_words(call) -> None:
    said = call("plan", "--before", "0,4", "--after", "0,7", "--cases", "10").out
    assert "4 målepunkter udvalgt på forhånd" in said
    assert "et indeks over alle 4 finder det i" in said
    one = call("plan", "--before", "0,4", "--after", "0,7", "--primary", "a").out
    assert "udvalgt" not in one


def test_a_key_of_a_plan_that_is_wrong_is_told_in_the_reader_s_language(call, tmp_path):
    path = tmp_path / "maaling.toml"
    path.write_text('form = "boernehandicap"\nindex = ["reasons"]\n', "utf-8")
    said = call("--language", "da", "compare", str(path))
    assert said.status == 2
    assert said.err.startswith("maaling.toml: index: Et indeks skal have to til seks")
    assert "different" not in said.err


def test_a_plan_of_an_index_of_stocks_and_of_a_margin_is_told_and_locked(
    call, tmp_path
) -> None:
    lock = tmp_path / "plan.toml"
    words = ["plan", "--before", "0,2", "--after", "0,8", "--cases", "8"]
    members = "appeal_guidance,holistic_assessment"
    words += ["--index", members, "--population", "12", "--margin", "0,25"]
    found = call(*words, "--json").json
    assert found["index_measures"] == found["measures"] == 2
    low, high = found["index_cases_needed"]
    assert 5 <= low <= high <= 12
    # More is seen of 12 cases than of endless practice.
    assert found["stock_power"] > found["power"] + 0.05
    assert 0 < found["margin_power"] < 1
    asked = [*words, "--lock", str(lock), "--form", "boernehandicap"]
    said = call("--language", "da", *asked, "--adjustment", "holm").out
    said = said.replace("\u00a0", " ")
    assert f"Et indeks over alle 2 kræver {low}" in said
    assert "blandt 12 i hver måling" in said
    assert "ikke er faldet med 25 procentpoint" in said
    plan = load_measurement(lock)
    assert list(plan.index) == members.split(",")
    assert plan.locked
    assert (plan.locked.index, plan.locked.primary) == (plan.index, ())
    assert plan.locked.adjustment == plan.settings.adjustment == "holm"
    assert plan.margin == 0.25
    assert plan.locked.margins["appeal_guidance"] == 0.25


def test_an_index_beside_primary_measures_is_no_plan(call) -> None:
    words = ["plan", "--before", "0,4", "--after", "0,7", "--index", "a,b"]
    assert call(*words, "--primary", "c").status == 2
    assert call(*words[:-1], "a").status == 2
