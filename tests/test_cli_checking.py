"""Two reviewers' workbooks become one, and two versions of one are told apart."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from taskforce_analysis import cli
from taskforce_analysis.results import prepare
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")

HEADS = ["Sagsnr.", "Måling", "Er der foretaget en helhedsvurdering?", "Partshøring"]
MEASURES = ["holistic_assessment", "party_hearing"]


def reviewed(path: Path, rows: list[list[str]]) -> Path:
    """A workbook of one reviewer."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in [HEADS, *rows]:
        sheet.append(row)
    book.save(path)
    return path


def form_file(folder: Path) -> Path:
    """A form of two measures."""
    path = folder / "lille.toml"
    lines = [
        'id = "lille"\ntitle = "Lille"\nversion = "1"\nunit = "sag"',
        '[columns]\ncase = ["Sagsnr."]\nphase = ["Måling"]\nreviewer = ["Bedømmer"]',
        '[[phases]]\nid = "analysis"\nlabel = "Analyse"',
        '[[phases]]\nid = "status"\nlabel = "Status"',
    ]
    for name, head in zip(MEASURES, HEADS[2:], strict=True):
        lines.append(
            f'[[measures]]\nid = "{name}"\nlabel = "{head}"\ncolumns = ["{head}"]'
        )
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two reviews: B reviewed two of three cases and differs once."""
    first = [["S1", "Analyse", "Ja", "Nej"], ["S2", "Analyse", "Ja", "Ja"]]
    first += [["S3", "Status", "Nej", "Ja"]]
    second = [["S1", "Analyse", "Ja", "Ja"], ["S2", "Analyse", "Ja", "Ja"]]
    paths = reviewed(tmp_path / "A.xlsx", first), reviewed(tmp_path / "B.xlsx", second)
    return [str(path) for path in paths]


def merge(*words: object) -> int:
    """Call `taskforce merge` and return its exit status."""
    with pytest.raises(SystemExit) as left:
        cli.main(["merge", *map(str, words)])
    return int(str(left.value.code))


def test_only_disagreements_are_listed_and_a_settled_list_closes_them(
    files: list[str], tmp_path: Path
) -> None:
    form, out = form_file(tmp_path), tmp_path / "konsensus.xlsx"
    assert merge(*files, "--form", form, "--out", out) == 0
    book = openpyxl.load_workbook(out)
    rows = list(book.worksheets[0].values)
    assert [row[:6] for row in rows[1:]] == [
        ("S1", "Analyse", "Konsensus", "Partshøring", "Nej", "Ja")
    ]
    book.worksheets[0]["G2"] = "Ja"
    book.save(out)
    reviewers = {"A.xlsx": "A", "B.xlsx": "B"}
    settled = prepare(*files, out, form=form, reviewers=reviewers)
    assert "REVIEW_DISAGREES" not in {issue.code for issue in settled.found}
    answers = settled.checked.answers.set_index(["case_id", "measure"])["answer"]
    assert answers.to_dict() == {
        ("S1", "holistic_assessment"): "yes",
        ("S2", "holistic_assessment"): "yes",
        ("S3", "holistic_assessment"): "no",
        ("S1", "party_hearing"): "yes",
        ("S2", "party_hearing"): "yes",
        ("S3", "party_hearing"): "yes",
    }
    again = tmp_path / "igen.xlsx"
    assert merge(*files, out, "--form", form, "--out", again) == 0
    assert len(list(openpyxl.load_workbook(again).worksheets[0].values)) == 1


def test_before_it_is_settled_the_answer_is_not_guessed(
    files: list[str], tmp_path: Path
) -> None:
    reviewers = {"A.xlsx": "A", "B.xlsx": "B"}
    read = prepare(*files, form=form_file(tmp_path), reviewers=reviewers)
    assert "REVIEW_DISAGREES" in {issue.code for issue in read.found}
    answers = read.checked.answers.set_index(["case_id", "measure"])["answer"]
    assert answers.to_dict()[("S1", "party_hearing")] == "unrecognised"


def test_one_workbook_has_no_one_to_disagree_with(files: list[str]) -> None:
    assert merge(files[0]) == 2


@pytest.fixture
def call(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")

    def run(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return int(str(left.value.code)), said.out + said.err

    return run


def test_two_equal_versions_have_no_changes(call, tmp_path: Path):
    shutil.copy(EXAMPLE / "status.xlsx", tmp_path / "ny.xlsx")
    form = ("--form", "boernehandicap")
    status, out = call("diff", EXAMPLE / "status.xlsx", tmp_path / "ny.xlsx", *form)
    assert (status, out.strip()) == (0, "Ingen svar er ændret.")


def test_changes_are_told_and_counted(call):
    pair = (EXAMPLE / "analyse.xlsx", EXAMPLE / "status.xlsx")
    status, out = call("diff", *pair, "--form", "boernehandicap")
    assert status == 0
    assert "A-01: sagen er væk (20 svar)" in out
    assert "800 svar er ændret, 40 sager berørt." in out


def test_what_was_decided_is_told_beside_what_it_changes(call, tmp_path: Path):
    """A case that is left out, and a corrected answer: why, who and when."""
    for path in EXAMPLE.glob("*.xlsx"):
        shutil.copy(path, tmp_path)
    text = (EXAMPLE / "maaling.toml").read_text("utf-8")
    decided = """
[[exclude]]
place = "status"
case = "S-05"
why = "hører ikke til"
by = "AB"
date = 2021-04-02
[[corrections]]
case = "S-02"
measure = "holistic_assessment"
answer = "Ja"
why = "læst igen"
by = "CD"
date = 2021-04-03

"""
    first = text.index("[phases")
    plan = tmp_path / "maaling.toml"
    plan.write_text(text[:first] + decided + text[first:], "utf-8")
    _, out = call("diff", EXAMPLE / "maaling.toml", plan)
    label = "Der er foretaget en helhedsvurdering"
    lines = out.splitlines()
    assert lines[0].startswith(f"S-02, {label}: Nej -> Ja (celle G7; optælling: ")
    assert lines[1].startswith("S-05: sagen er væk (")
    corrected, excluded = sorted(lines[3:])
    assert corrected.startswith(f"S-02, {label}, er rettet i forhold til regnearket: ")
    assert corrected.endswith("læst igen, CD, 2021-04-03")
    assert excluded == "S-05 er ladt ude: hører ikke til, AB, 2021-04-02"
    # What was decided is in the report, and comes out of its provenance again.
    status, _ = call("report", plan, "--out", tmp_path / "rapport")
    assert status == 0
    status, out = call("rerun", tmp_path / "rapport")
    assert (status, "byte for byte" in out) == (0, True)


def test_a_computed_answer_has_no_cell(call, tmp_path: Path):
    """The deadline of an open case depends on the day of measurement alone."""
    pair = (EXAMPLE / "status.xlsx", EXAMPLE / "maaling.toml")
    _, out = call("diff", *pair)
    (line,) = [one for one in out.splitlines() if one.startswith("S-20, Afgørelsen")]
    assert "celle" not in line
    assert "nan" not in out


def test_diff_as_json_is_one_object(call):
    pair = (EXAMPLE / "status.xlsx", EXAMPLE / "status.xlsx")
    _, out = call("diff", *pair, "--form", "boernehandicap", "--json")
    assert json.loads(out) == {"version": 1, "form": "boernehandicap", "changes": []}
