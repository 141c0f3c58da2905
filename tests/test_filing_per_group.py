"""One report per group and one for all; what fails in one does not stop the rest."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from taskforce_analysis.cli import main
from taskforce_analysis.disclosing import may_stand_beside
from taskforce_analysis.errors import UsageError
from taskforce_analysis.filing.per_group import folder_names, part_of, write_per_group
from taskforce_analysis.filing.provenance import verify_folder
from taskforce_analysis.results import (
    Prepared,
    Results,
    compare_prepared,
    prepare,
    run,
)
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

PLAN = data_folder("example") / "maaling.toml"


def test_a_groups_part_is_what_a_run_of_it_alone_would_be():
    results = run(measurement=PLAN, settings=Settings(by=("paragraph",)))
    own = part_of(results, "§ 41", per="paragraph", inside=results)
    tally = results.tally[results.tally["group"] == "§ 41"]
    assert own.tally["compliant"].tolist() == tally["compliant"].tolist()
    assert set(own.tally["group"]) == set(own.comparison["group"]) == {"all"}
    assert own.settings.by == ()
    assert sum(source.units or 0 for source in own.sources) < 40
    assert own.measurement.title.endswith(": § 41")
    # The population is that of all cases; how many the group had nobody has told.
    assert results.measurement.phase("status").population == 151
    assert own.measurement.phase("status").population is None
    assert (own.choices.group, own.choices.per) == ("§ 41", "paragraph")


def test_a_folders_name_leads_nowhere_else():
    names = folder_names(
        ["../../etc", "a/b", "", "010135-0000", "aux", "x" * 200, "alle"]
    )
    assert all(Path(name).name == name and name for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any("0101" in name or len(name) > 70 for name in names)
    assert "alle" not in names


def test_an_attribute_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="municipality"):
        write_per_group(prepare(measurement=PLAN), tmp_path, per="municipalty")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Reports by municipality, where one cannot be written: a file is in its place."""
    folder = tmp_path_factory.mktemp("per")
    (folder / "Eksempelkøbing").write_text("in the way")
    told = []
    reports = write_per_group(
        prepare(measurement=PLAN), folder, tell=lambda one, of: told.append((one, of))
    )
    return folder, reports, told


def test_one_that_fails_is_told_and_does_not_stop_the_rest(made):
    folder, reports, told = made
    failed = {one.folder.name: bool(one.error) for one in reports}
    assert failed == {
        "alle": False,
        "Eksempelkøbing": True,
    }, [one.error for one in reports]
    assert not verify_folder(folder / "alle").changed
    assert [of for _, of in told] == [2, 2]


def test_the_command_line_gives_1_where_one_failed(made, tmp_path, capsys):
    folder = Path(shutil.copytree(made[0], tmp_path / "ud"))
    with pytest.raises(SystemExit) as left:
        main(["report", str(PLAN), "--per", "municipality", "--out", str(folder)])
    assert left.value.code == 1
    assert "Eksempelkøbing" in capsys.readouterr().err


def test_per_and_by_do_not_go_together(tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(["report", str(PLAN), "--per", "municipality", "--by", "paragraph"])
    assert left.value.code == 2
    assert "--per" in capsys.readouterr().err


def as_published(**asked) -> Prepared:
    prepared = prepare(measurement=PLAN)
    return replace(prepared, settings=Settings(publish="open", **asked))


def test_a_breakdown_that_the_groups_reports_would_tell_of_is_refused(tmp_path: Path):
    """By paragraph and law, beside one for each law: the paragraphs add up to each."""
    crossed = as_published(by=("municipality", "paragraph"))
    with pytest.raises(UsageError, match='Begin by with "paragraph"'):
        write_per_group(crossed, tmp_path, per="paragraph")
    assert list(tmp_path.iterdir()) == []


def test_what_begins_with_the_groups_may_stand_beside_their_reports():
    """And so may two breakdowns that hang together, and anything that is internal."""
    for by in (("paragraph",), ("paragraph", "municipality"), ()):
        results = compare_prepared(as_published(by=by))
        assert may_stand_beside(results, "paragraph") == ("municipality" not in by)
    crossed = compare_prepared(as_published(by=("paragraph",)))
    assert may_stand_beside(crossed, "municipality")
    internal = replace(crossed, settings=Settings(by=("municipality", "paragraph")))
    assert may_stand_beside(internal, "paragraph")


def test_groups_made_of_whole_groups_of_the_other_are_told_apart():
    results = compare_prepared(as_published(by=("paragraph",)))
    nested = results.answers["paragraph"].map(lambda name: f"Hold {name}")
    answers = results.answers.assign(team=nested)
    assert not may_stand_beside(replace(results, answers=answers), "team")
    mixed = answers.assign(team=answers["unit_id"].str[-1])
    assert may_stand_beside(replace(results, answers=mixed), "team")


def test_where_no_process_may_start_the_reports_are_made_one_after_another(
    tmp_path, monkeypatch
):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "no process may be started here")

    def write(results: Results, path: Path, **options: object) -> None:
        path.write_text(f"{results.choices.group} {options['language']}", "utf-8")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    monkeypatch.setattr("taskforce_analysis.filing.per_group.write_folder", write)
    told = []
    made = write_per_group(
        prepare(measurement=PLAN),
        tmp_path,
        language="en",
        tell=lambda one, of: told.append((one, of)),
    )
    assert told == [(one, 2) for one in made]
    assert [(one.folder.read_text("utf-8"), one.error) for one in made] == [
        (" en", ""),
        ("Eksempelkøbing en", ""),
    ]


def test_what_is_left_where_a_process_was_ended_is_made_here(tmp_path, monkeypatch):
    """The process that draws ends at once, as one that the system stops does."""
    monkeypatch.setattr(
        "taskforce_analysis.filing.per_group.write_folder", Ended(os.getpid())
    )
    made = write_per_group(prepare(measurement=PLAN), tmp_path)
    assert [one.error for one in made] == ["", "InterruptedError"]


@dataclass(frozen=True)
class Ended:
    """Writes nothing: ends any process but one, where all but the whole fails."""

    alive: int

    def __call__(self, _results, path, **_options) -> None:
        if os.getpid() != self.alive:
            os._exit(1)
        if path.name != "alle":
            raise InterruptedError
