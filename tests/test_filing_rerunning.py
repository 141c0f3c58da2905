"""The same inputs give the same bytes elsewhere; what is not the same is told why."""

import hashlib
import json
import shutil
from importlib.resources import files
from pathlib import Path

import docx
import pytest

from taskforce_analysis import cli
from taskforce_analysis.errors import FileError, UsageError
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import NAME, provenance_of, write_told
from taskforce_analysis.filing.rerunning import Cause, rerun_folder
from taskforce_analysis.results import run
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")


def shipped_form(name: str) -> str:
    """A shipped form's own text."""
    folder = Path(str(files("taskforce_analysis"))) / "definitions" / "forms"
    return (folder / f"{name}.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "rapport"
    write_folder(run(measurement=EXAMPLE / "maaling.toml"), folder)
    return folder


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Path:
    """The folder at another place, with the inputs in it."""
    folder = tmp_path / "et andet sted" / "kopi"
    shutil.copytree(written, folder)
    for name in ("analyse.xlsx", "status.xlsx", "anbefalinger.xlsx"):
        shutil.copy(EXAMPLE / name, folder)
    return folder


def change_provenance(folder: Path, **values: object) -> None:
    path = folder / NAME
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**told, **values}), "utf-8")


def test_a_copied_folder_gives_the_same_bytes_elsewhere(copied, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)
    found = rerun_folder(copied)
    assert found.is_same
    assert found.causes == ()
    assert {"rapport.docx", "rapport.xlsx", "tal.json"} <= set(found.same)


def test_language_template_force_and_own_form_are_told_and_honoured(tmp_path: Path):
    inside = tmp_path / "filer"
    inside.mkdir()
    for name in ("analyse.xlsx", "status_med_fejl.xlsx"):
        shutil.copy(EXAMPLE / name, inside)
    form = shipped_form("boernehandicap").replace('title = "', 'title = "Eget: ', 1)
    (inside / "eget.toml").write_text(form, "utf-8")
    template = docx.Document()
    template.sections[0].header.paragraphs[0].text = "Eksempelkøbing Kommune"
    template.save(str(inside / "skabelon.docx"))
    folder = inside / "rapport"
    results = run(
        inside / "analyse.xlsx",
        inside / "status_med_fejl.xlsx",
        form=inside / "eget.toml",
        layout="wide",
        phases={"status_med_fejl.xlsx": "status"},
        force=True,
    )
    write_folder(results, folder, language="en", template=inside / "skabelon.docx")
    told = json.loads((folder / NAME).read_text("utf-8"))
    known = ("language", "forced", "layout", "phases", "group")
    assert [told[name] for name in known] == [
        "en",
        True,
        "wide",
        {"status_med_fejl.xlsx": "status"},
        "",
    ]
    assert told["form"]["file"] == "eget.toml"
    content = (inside / "skabelon.docx").read_bytes()
    assert told["template"] == {
        "file": "skabelon.docx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    assert str(tmp_path) not in (folder / NAME).read_text("utf-8")
    assert rerun_folder(folder).is_same
    (inside / "skabelon.docx").write_bytes(content + b" ")
    with pytest.raises(UsageError, match=r"skabelon\.docx is not the file"):
        rerun_folder(folder)


def test_a_form_that_was_matched_is_matched_again(tmp_path: Path):
    for name in ("analyse.xlsx", "status.xlsx"):
        shutil.copy(EXAMPLE / name, tmp_path)
    results = run(tmp_path / "analyse.xlsx", tmp_path / "status.xlsx")
    write_folder(results, tmp_path / "rapport")
    told = json.loads((tmp_path / "rapport" / NAME).read_text("utf-8"))
    assert told["form_was_matched"]
    assert rerun_folder(tmp_path / "rapport").is_same


def test_a_report_for_one_group_alone_says_why_it_differs(copied, monkeypatch):
    monkeypatch.setattr(
        "taskforce_analysis.filing.rerunning._written",
        lambda *_, **__: ({}, json.loads((copied / NAME).read_text("utf-8"))),
    )
    change_provenance(copied, group="Eksempelkøbing")
    assert rerun_folder(copied).causes == (Cause("group", "Eksempelkøbing", "", ""),)


def test_what_differs_is_told_with_its_cause(copied, monkeypatch):
    def other(results, folder, **_):
        folder.mkdir()
        (folder / "tal.json").write_text("{}")
        write_told(provenance_of(results, folder), folder / NAME)

    where = "taskforce_analysis.filing.rerunning"
    monkeypatch.setattr(f"{where}.write_folder", other)
    then = json.loads((copied / NAME).read_text("utf-8"))
    form = {**then["form"], "version": "0"}
    made = {**then["versions"], "numpy": "0.1"}
    settings = {**then["settings"], "threshold": 5, "gone": "x"}
    change_provenance(
        copied, versions=made, form=form, settings=settings, letters="Georgia"
    )
    found = rerun_folder(copied)
    assert found.different == ("tal.json",)
    assert "rapport.docx" in found.lacking
    assert Cause("version", "numpy", "0.1", then["versions"]["numpy"]) in found.causes
    assert Cause("settings", "gone", "x", "") in found.causes
    assert Cause("letters", "", "Georgia", then["letters"]) in found.causes
    version = then["form"]["version"]
    assert Cause("form", "boernehandicap", "0", version) in found.causes


def test_an_input_that_is_another_file_is_refused(copied):
    shutil.copy(copied / "analyse.xlsx", copied / "status.xlsx")
    with pytest.raises(UsageError, match=r"status\.xlsx is not the file"):
        rerun_folder(copied)


def test_an_input_that_is_not_there_is_named(written):
    with pytest.raises(FileError, match=r"analyse\.xlsx"):
        rerun_folder(written)


def test_a_folder_without_provenance_is_refused(tmp_path: Path):
    with pytest.raises(FileError, match="oprindelse"):
        rerun_folder(tmp_path)


def test_a_broken_provenance_is_refused(tmp_path: Path):
    (tmp_path / NAME).write_text("[]")
    with pytest.raises(UsageError, match="cannot be read"):
        rerun_folder(tmp_path)


def test_the_command_tells_the_cause_and_ends_with_one(copied, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    shutil.copy(copied / "analyse.xlsx", copied / "status.xlsx")
    with pytest.raises(SystemExit, match="2"):
        cli.main(["rerun", str(copied)])
    assert "--inputs" in capsys.readouterr().err
