"""Reports beside a new one: which may be published with it, and which may not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_results import fake_results

from taskforce_analysis.cli import main
from taskforce_analysis.filing.clashing import clashing_reports, clashing_with_parts
from taskforce_analysis.filing.provenance import NAME, write_provenance
from taskforce_analysis.languages import load_language
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

PLAN = str(data_folder("example") / "maaling.toml")
OPEN = Settings(publish="open", by=("paragraph", "team"))


def lying_there(home: Path, name: str, **changes) -> Path:
    """A folder with the provenance of a report on the same cases."""
    folder = home / name
    folder.mkdir()
    made = replace(fake_results(2), settings=replace(OPEN, **changes))
    write_provenance(made, folder)
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        {"by": ("paragraph",)},
        {"by": ("paragraph", "team", "area")},
        {"by": ()},
        {"by": ("municipality",), "publish": "internal"},
        {"confidence": 0.9},
    ],
)
def test_what_goes_on_from_the_other_may_stand_beside_it(tmp_path: Path, changes):
    lying_there(tmp_path, "før", **changes)
    results = replace(fake_results(2), settings=OPEN)
    assert clashing_reports(results, tmp_path / "ud") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"by": ("team",)},
        {"by": ("team", "paragraph")},
        {"by": ("municipality", "paragraph")},
        {"threshold": 3},
        {"publish": "strict"},
        {"partly": "compliant"},
    ],
)
def test_another_breakdown_or_choice_is_told_of(tmp_path: Path, changes):
    former = lying_there(tmp_path, "før", **changes)
    results = replace(fake_results(2), settings=OPEN)
    assert clashing_reports(results, tmp_path / "ud") == [former.resolve()]
    # The one that is about to be replaced may have been passed on already.
    assert clashing_reports(results, former) == [former.resolve()]


def test_other_cases_internal_results_and_what_cannot_be_read_are_passed_over(
    tmp_path: Path,
):
    results = replace(fake_results(2), settings=OPEN)
    former = lying_there(tmp_path, "før", by=("team",))
    internal = replace(results, settings=Settings(by=("paragraph",)))
    assert clashing_reports(internal, tmp_path / "ud") == []
    told = json.loads((former / NAME).read_text("utf-8"))
    for one in told["inputs"]:
        one["sha256"] = "f" * 64
    (former / NAME).write_text(json.dumps(told), "utf-8")
    assert clashing_reports(results, tmp_path / "ud") == []
    (former / NAME).write_text("{", "utf-8")
    assert clashing_reports(results, tmp_path / "ud") == []


@pytest.mark.slow
def test_the_command_line_warns_of_a_report_by_something_else(tmp_path: Path, capsys):
    asked = ["--language", "da", "report", PLAN, "--publish", "open"]
    for by, out in (("paragraph", "a"), ("municipality", "b")):
        assert said_so_far(capsys) == ""
        with pytest.raises(SystemExit) as left:
            main([*asked, "--by", by, "--out", str(tmp_path / out)])
        assert left.value.code == 0
    told = json.loads((tmp_path / "a" / NAME).read_text("utf-8"))
    assert told["withheld"] > 100
    assert told["settings"]["threshold"] == 5
    said = load_language("da").word("disclosure.former", folder=tmp_path / "a")
    assert said in said_so_far(capsys)


def said_so_far(capsys) -> str:
    """What stands on standard error; the bar that shows progress needs a terminal."""
    return capsys.readouterr().err


def part(home: Path, name: str, per: str, town: str) -> Path:
    """The provenance of one of the reports of a run with one for each group."""
    folder = home / name / town
    folder.mkdir(parents=True)
    made = fake_results(2)
    settings = replace(OPEN, by=())
    choices = replace(made.choices, group=town, per=per)
    write_provenance(replace(made, settings=settings, choices=choices), folder)
    return folder


def test_reports_for_each_group_are_a_breakdown_and_told_of_once(tmp_path: Path):
    for town in ("Nordby", "Havnsø"):
        part(tmp_path, "hver", "team", town)
    by_paragraph = replace(fake_results(2), settings=replace(OPEN, by=("paragraph",)))
    home = tmp_path.resolve()
    assert clashing_reports(by_paragraph, tmp_path / "ud") == [home / "hver"]
    by_team = replace(fake_results(2), settings=replace(OPEN, by=("team",)))
    assert clashing_reports(by_team, tmp_path / "ud") == []


def test_reports_for_each_group_are_warned_of_what_lies_beside_them(tmp_path: Path):
    part(tmp_path, "hver", "team", "Nordby")
    part(tmp_path, "hver", "team", "Havnsø")
    assert clashing_with_parts(tmp_path / "hver") == []
    former = lying_there(tmp_path, "før", by=("paragraph",))
    assert clashing_with_parts(tmp_path / "hver") == [former.resolve()]
