"""The same input gives the same bytes; a set of outputs is swapped in whole, or not.

Each run is a process of its own: another folder, hash seed, locale and time zone.
"""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from taskforce_analysis.filing.provenance import NAME, verify_folder
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")
FIRST = {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Europe/Copenhagen"}
SECOND = {"PYTHONHASHSEED": "77", "LC_ALL": "da_DK.UTF-8", "TZ": "Pacific/Auckland"}
KILLS = int(os.environ.get("TASKFORCE_KILLS", "20"))


def report(inputs: Path, out: Path, environment: dict[str, str], *more: str):
    """`taskforce report` in a process of its own, in Danish."""
    command = [sys.executable, "-m", "taskforce_analysis", "--language", "da", "report"]
    command += [str(inputs / "maaling.toml"), "--out", str(out), *more]
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd=out.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> list[Path]:
    """Two sets of the same inputs: two runs, folders, hash seeds, locales and zones."""
    made = []
    for name, environment in (("et", FIRST), ("et andet sted", SECOND)):
        home = tmp_path_factory.mktemp(name)
        inputs = Path(shutil.copytree(EXAMPLE, home / "ind"))
        found = report(inputs, home / "ud", environment)
        assert found.returncode == 0, found.stderr
        made.append(home / "ud")
    return made


def test_two_runs_give_the_same_bytes(runs):
    first, second = map(sums, runs)
    kinds = {Path(name).suffix for name in first}
    assert kinds == {
        ".docx",
        ".xlsx",
        ".html",
        ".svg",
        ".pdf",
        ".png",
        ".json",
        ".csv",
        ".txt",
    }
    assert first == second


@pytest.mark.slow
def test_the_epoch_is_honoured(runs, tmp_path):
    environment = {**FIRST, "SOURCE_DATE_EPOCH": "1700000000"}
    found = report(EXAMPLE, tmp_path / "ud", environment)
    assert found.returncode == 0, found.stderr
    dated = {
        name
        for name, one in sums(tmp_path / "ud").items()
        if sums(runs[0])[name] != one
    }
    assert {Path(name).suffix for name in dated} >= {".docx", ".xlsx", ".pdf"}
    assert "tal.json" not in dated


def test_a_folder_is_verified_until_something_changes(runs, tmp_path):
    folder = Path(shutil.copytree(runs[0], tmp_path / "ud"))
    found = verify_folder(folder)
    assert not found.changed
    assert not found.gone
    assert len(found.unchanged) == len(sums(folder)) - 1
    with (folder / "rapport.docx").open("ab") as file:
        file.write(b"x")
    (folder / "tal.json").unlink()
    found = verify_folder(folder)
    assert (found.changed, found.gone) == (["rapport.docx"], ["tal.json"])
    command = [sys.executable, "-m", "taskforce_analysis", "verify", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "rapport.docx" in told.stdout


def test_the_provenance_names_no_folder_and_what_was_left_out(runs):
    text = (runs[0] / NAME).read_text("utf-8")
    assert str(runs[0].parent) not in text
    told = json.loads(text)
    inputs = {one["file"]: one for one in told["inputs"]}
    for name in ("analyse.xlsx", "status.xlsx"):
        path = EXAMPLE / name
        assert inputs[name]["sha256"] == sha256(path.read_bytes()).hexdigest()
        assert (inputs[name]["units"], inputs[name]["ignored"]) == (20, ["Vejledning"])
        codes = {left["code"] for left in inputs[name]["left_out"]}
        assert codes >= {"SHEET_IGNORED", "FREE_TEXT_IGNORED", "ROW_IS_TOTAL"}
        assert "COLUMN_HIDDEN" not in codes  # it was read all the same
    assert len(told["form"]["sha256"]) == 64


STEPS = """
import json, os, signal, sys
from pathlib import Path
from taskforce_analysis.atomic import whole_set

WATCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link",
           "os.chmod", "shutil.rmtree", "tempfile.mkstemp", "os.listdir"}

def swap(folder, step, point):
    seen = 0

    def count(event, _arguments):
        nonlocal seen
        if event not in WATCHED:
            return
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    names = [f"fil{number}" for number in range(6)]
    names += ["former"] if step == "old" else []
    sys.addaudithook(count)
    with whole_set(folder, former=["former"]) as stage:
        for name in names:
            (stage / name).write_text(step * 1000)
    return seen

def in_a_child(folder, step, point):
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.write(into, str(swap(folder, step, point)).encode())
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    os.close(into)
    return [os.waitstatus_to_exitcode(status), os.fdopen(out).read()]

print(json.dumps([in_a_child(*job) for job in json.load(sys.stdin)]))
"""


def swapped(jobs: list[tuple[Path, str, int]]) -> list:
    """Each job's exit code and its number of steps; killed at a step but 0."""
    told = json.dumps([(str(folder), step, point) for folder, step, point in jobs])
    found = subprocess.run(
        [sys.executable, "-c", STEPS],
        input=told,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(found.stdout)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_killed_anywhere_the_old_set_or_the_new_one_is_there(tmp_path):
    folder, trial = tmp_path / "ud", tmp_path / "prøve"
    swapped([(folder, "old", 0)])
    (folder / "andet.txt").write_text("own")
    old = sums(folder)
    shutil.copytree(folder, trial)
    total = int(swapped([(trial, "new", 0)])[0][1])
    new = sums(trial)
    assert old.keys() - new.keys() == {"former"}
    points = [Random(number).randint(1, total) for number in range(KILLS)]
    places = [tmp_path / f"drab{number}" / "ud" for number in range(KILLS)]
    for place in places:
        shutil.copytree(folder, place)
    jobs = zip(places, points, strict=True)
    codes = [
        one[0] for one in swapped([(place, "new", point) for place, point in jobs])
    ]
    assert codes == [-9] * KILLS
    found = [sums(place) for place in places]
    assert all(one in (old, new) for one in found), "a mix"
    assert old in found
    # The next run finishes or undoes what was left, and leaves nothing beside it.
    swapped([(place, "new", 0) for place in places])
    assert all(sums(place) == new for place in places)
    beside = {tuple(one.name for one in place.parent.iterdir()) for place in places}
    assert beside == {("ud",)}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on a file's size")
def test_a_full_disk_leaves_the_old_set(runs, tmp_path):
    folder = Path(shutil.copytree(runs[0], tmp_path / "ud"))
    before = sums(folder)
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "from taskforce_analysis.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    plan, out = str(EXAMPLE / "maaling.toml"), str(folder)
    command = [sys.executable, "-c", script, "report", plan, "--out", out]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2, found.stdout
    assert sums(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["ud"]
