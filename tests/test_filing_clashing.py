"""Publications beside a new one: which may be published with it, and which may not."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from fake_results import fake_results

from taskforce_analysis.cli import main
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.filing.clashing import (
    Clash,
    clashing_reports,
    remove_report,
)
from taskforce_analysis.filing.provenance import (
    INTERNAL,
    NAME,
    Account,
    internal_of,
    provenance_of,
    read_provenance,
    read_whole,
    write_told,
)
from taskforce_analysis.languages import load_language
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

PLAN = str(data_folder("example") / "maaling.toml")
OPEN = Settings(publish="open", by=("paragraph", "team"))


def lying_there(home: Path, name: str, **changes) -> Path:
    """A folder with the provenance of a report on the same cases."""
    folder = home / name
    folder.mkdir()
    made = replace(fake_results(2), settings=replace(OPEN, **changes))
    tell(made, folder)
    return folder


def tell(results: Results, folder: Path, internal: Path | None = None) -> None:
    """The provenance of a folder, and what stays in the house of a published one."""
    told = provenance_of(disclose(results), folder)
    if results.settings.publish == "internal":
        write_told(told, folder / NAME)
        return
    account = Account.of(results)
    write_told(account.published(told), folder / NAME)
    write_told(account.whole(told), internal or internal_of(folder))


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
    assert clashing_reports(results, tmp_path / "ud") == [
        Clash(former.resolve(), "breakdown")
    ]
    # The one that is about to be replaced may have been passed on already.
    assert clashing_reports(results, former) == [Clash(former.resolve(), "breakdown")]


def test_other_forms_internal_results_and_what_cannot_be_read_are_passed_over(
    tmp_path: Path,
):
    results = replace(fake_results(2), settings=OPEN)
    former = lying_there(tmp_path, "før", by=("team",))
    internal = replace(results, settings=Settings(by=("paragraph",)))
    assert clashing_reports(internal, tmp_path / "ud") == []
    other = replace(results, form=replace(results.form, id="et_andet"))
    assert clashing_reports(other, tmp_path / "ud") == []
    (former / NAME).write_text("{", "utf-8")
    assert clashing_reports(results, tmp_path / "ud") == []


def test_without_the_file_that_stays_in_the_house_nobody_can_say(tmp_path: Path):
    results = replace(fake_results(2), settings=OPEN)
    former = lying_there(tmp_path, "før")
    assert clashing_reports(results, tmp_path / "ud") == []
    internal_of(former).unlink()
    found = clashing_reports(results, tmp_path / "ud")
    assert found == [Clash(former.resolve(), "unknown")]
    plan = replace(results.measurement, municipality="En anden Kommune")
    elsewhere = replace(results, measurement=plan)
    assert clashing_reports(elsewhere, tmp_path / "ud") == []


@pytest.fixture(scope="module")
def example() -> Results:
    return run(measurement=PLAN, settings=Settings(publish="open"))


def without_one(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.loc[rows["phase"] == "status", "unit_id"].iloc[0]
    return rows[(rows["phase"] != "status") | (rows["unit_id"] != first)]


def renumbered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(unit_id="nr. " + rows["unit_id"])


def corrected(rows: pd.DataFrame) -> pd.DataFrame:
    other = {"yes": "no", "no": "yes"}
    first = rows["answer"].where(rows.index != rows.index[0])
    return rows.assign(answer=first.fillna(other.get(rows["answer"].iloc[0], "yes")))


def others(rows: pd.DataFrame) -> pd.DataFrame:
    return renumbered(rows).assign(score="compliant", days=None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([], ""),
        ([renumbered], ""),
        ([without_one], "cases"),
        ([corrected], "cases"),
        ([renumbered, without_one], "cases"),
        ([others], ""),
    ],
)
def test_cases_are_known_again_whatever_they_are_called(
    example, tmp_path: Path, changes, reason
):
    """All of the same cases may be published again, other ones too; some may not."""
    former = tmp_path / "før"
    former.mkdir()
    tell(example, former)
    rows = example.answers
    for change in changes:
        rows = change(rows)
    found = clashing_reports(replace(example, answers=rows), tmp_path / "ud")
    assert found == ([Clash(former.resolve(), reason)] if reason else [])


def test_a_publication_is_no_oracle(example, tmp_path: Path):
    """Who has the workbooks cannot see by the published checksums that it was they."""
    tell(example, tmp_path)
    inside, outside = read_whole(tmp_path), read_provenance(tmp_path)
    text = (tmp_path / NAME).read_text("utf-8")
    for one in example.sources:
        assert one.sha256 not in text
        assert one.file not in text
    assert '"size"' not in text
    assert outside.get("salted")
    again = tmp_path / "igen"
    again.mkdir()
    tell(example, again)
    sums = [
        {one["sha256"] for one in told["inputs"]}
        for told in (outside, read_provenance(again))
    ]
    assert not sums[0] & sums[1]
    assert {one["sha256"] for one in inside["inputs"]} >= {
        one.sha256 for one in example.sources
    }


@pytest.mark.slow
def test_a_publication_that_differs_by_one_case_is_refused(tmp_path: Path, capsys):
    words = load_language("da")
    lists = [tmp_path / f"{name}.csv" for name in ("alle", "færre")]
    rows = ["Sagsnr.;Måling;Er der foretaget partshøring?"]
    rows += [
        f"{phase[0]}{number};{phase};{'Ja' if number % 3 else 'Nej'}"
        for phase in ("Analyse", "Status")
        for number in range(12)
    ]
    for path, told in zip(lists, (rows, rows[:-1]), strict=True):
        path.write_text("\n".join(told), "utf-8")

    def report(path: Path, out: str, *more: str) -> int:
        asked = [str(path), "--form", "boernehandicap", "--publish", "open", "--force"]
        with pytest.raises(SystemExit) as left:
            main(["report", *asked, *more, "--out", str(tmp_path / out)])
        return int(left.value.code or 0)

    assert report(lists[0], "a") == 0
    said_so_far(capsys)
    assert report(lists[1], "b") == 2
    said = said_so_far(capsys)
    assert words.word("disclosure.clash.cases", folder="a") in said
    assert words.word("disclosure.refused") in said
    assert not (tmp_path / "b").exists()
    assert report(lists[1], "b", "--insist") == 0
    assert report(lists[0], "c", "--replace") == 0
    assert words.word("disclosure.removed", folder="b") in said_so_far(capsys)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["a", "a.intern.json", "alle.csv", "c", "c.intern.json", "færre.csv"]


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
    beside = home / f"{name}.{town}{INTERNAL}"
    tell(replace(made, settings=settings, choices=choices), folder, beside)
    return folder


def test_reports_for_each_group_are_a_breakdown_and_told_of_once(tmp_path: Path):
    for town in ("Nordby", "Havnsø"):
        part(tmp_path, "hver", "team", town)
    by_paragraph = replace(fake_results(2), settings=replace(OPEN, by=("paragraph",)))
    home = tmp_path.resolve()
    assert clashing_reports(by_paragraph, tmp_path / "ud") == [
        Clash(home / "hver", "breakdown")
    ]
    by_team = replace(fake_results(2), settings=replace(OPEN, by=("team",)))
    assert clashing_reports(by_team, tmp_path / "ud") == []


def test_reports_for_each_group_are_held_to_what_lies_beside_them(tmp_path: Path):
    part(tmp_path, "hver", "team", "Nordby")
    whole = replace(fake_results(2), settings=replace(OPEN, by=()))
    assert clashing_reports(whole, tmp_path / "hver", per="team") == []
    former = lying_there(tmp_path, "før", by=("paragraph",))
    found = clashing_reports(whole, tmp_path / "hver", per="team")
    assert found == [Clash(former.resolve(), "breakdown")]


def test_what_is_removed_takes_its_account_along_and_leaves_other_files(tmp_path: Path):
    part(tmp_path, "hver", "team", "Nordby")
    (tmp_path / "hver" / "Nordby" / "egen.txt").write_text("x")
    former = lying_there(tmp_path, "før")
    for folder in (former, tmp_path / "hver"):
        remove_report(folder)
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert sorted(left) == ["hver", "hver/Nordby", "hver/Nordby/egen.txt"]


@pytest.mark.slow
def test_published_papers_leave_an_account_and_later_ones_are_held_to_it(
    tmp_path: Path,
):
    out = tmp_path / "papirer"
    account = tmp_path / "papirer.papirer.intern.json"

    def status(*call: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main([*call])
        return int(ended.value.code or 0)

    assert status("papers", PLAN, "--out", str(out)) == 0
    assert not account.exists()
    assert status("papers", PLAN, "--publish", "open", "--out", str(out)) == 0
    assert account.stat().st_mode & 0o077 == 0
    other = ["--out", str(tmp_path / "anden")]
    assert status("papers", PLAN, "--publish", "strict", *other) == 2
    assert not (tmp_path / "anden").exists()
    assert status("report", PLAN, "--publish", "open", "--by", "team", *other) == 0
    remove_report(out)
    assert not account.exists()
    assert not out.exists()
