"""Whole or not at all: one file, and a set of files that is killed on the way.

And packages with fixed times and the same order.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from taskforce_analysis import atomic
from taskforce_analysis.atomic import (
    EARLIEST,
    made_at,
    parts_of_libraries,
    repack,
    whole_file,
    whole_set,
    working_folder,
)
from taskforce_analysis.errors import FileError

NAMES = ("rapport.docx", "figur1.png", "sub/tal.json")

# A child is killed at the n-th thing that it asks of the system; then the folder is
# looked at as it is, without any repair. One process, for starting one takes long.
KILLED = """
import json, os, random, sys
from pathlib import Path
from taskforce_analysis.atomic import whole_set

folder, seed, times = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
names = ("rapport.docx", "figur1.png", "sub/tal.json")

def write(version, last=None):
    seen = 0
    def count(event, _):
        nonlocal seen
        if event.split(".")[0] in ("open", "os", "shutil", "tempfile", "ctypes"):
            seen += 1
            if seen == last:
                os._exit(9)
    if last is not None:
        sys.addaudithook(count)
    with whole_set(folder) as stage:
        for name in names:
            (stage / name).parent.mkdir(exist_ok=True)
            (stage / name).write_text(str(version))
    os._exit(seen % 256 if last == 0 else 0)

def child(version, last):
    pid = os.fork()
    if not pid:
        write(version, last)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

child(1, None)
(folder / "eget.txt").write_text("mine")
points = child(2, 0)
seen = []
rng = random.Random(seed)
for version in range(3, 3 + times):
    status = child(version, rng.randint(1, points))
    found = {name: (folder / name).read_text() for name in names}
    seen.append([version, status, sorted(set(found.values())),
                 (folder / "eget.txt").read_text()])
print(json.dumps([points, seen]))
"""


def swap_in(
    folder: Path,
    files: Mapping[str, Callable[[Path], object]],
    *,
    former: Iterable[str] = (),
) -> None:
    """A set of files, each made by a function of its own."""
    with whole_set(folder, former=former) as stage:
        for name, fill in files.items():
            fill(stage / name)


def filled(folder: Path, version: str) -> None:
    swap_in(folder, {name: writes(version) for name in ("a.txt", "b.txt")})


def writes(text: str):
    return lambda path: path.write_text(text)


def contents(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_a_file_appears_whole(tmp_path: Path):
    path = tmp_path / "new" / "a.txt"
    with whole_file(path) as temporary:
        assert temporary.parent == path.parent
        assert temporary.suffix == ".txt"
        temporary.write_text("new")
        assert not path.exists()
    assert contents(tmp_path) == {"new/a.txt": "new"}


def test_a_block_that_raises_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write_half() -> None:
        with whole_file(path) as temporary:
            temporary.write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write_half()
    assert contents(tmp_path) == {"a.txt": "old"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_new_file_may_be_read_as_other_new_files(tmp_path: Path):
    (tmp_path / "plain.txt").touch()
    with whole_file(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_set_replaces_the_last_and_keeps_what_is_not_its_own(tmp_path: Path):
    folder = tmp_path / "output"
    swap_in(folder, {"a.txt": writes("1"), "figur2.txt": writes("1")})
    (folder / "mine").mkdir()
    (folder / "mine" / "note.txt").write_text("mine")
    (folder / "empty").mkdir()
    swap_in(folder, {"a.txt": writes("2")}, former=["a.txt", "figur2.txt"])
    assert contents(folder) == {"a.txt": "2", "mine/note.txt": "mine"}
    assert (folder / "empty").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_a_set_that_fails_leaves_the_last_one(tmp_path: Path):
    folder = tmp_path / "output"
    filled(folder, "old")

    def fails(path: Path) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        swap_in(folder, {"a.txt": writes("new"), "b.txt": fails})
    assert contents(tmp_path) == {"output/a.txt": "old", "output/b.txt": "old"}


def test_without_an_exchange_two_renames_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    folder = tmp_path / "output"
    filled(folder, "old")
    filled(folder, "new")
    assert contents(tmp_path) == {"output/a.txt": "new", "output/b.txt": "new"}


def test_a_run_killed_between_two_renames_is_undone(tmp_path: Path):
    folder = tmp_path / "output"
    filled(folder, "old")
    folder.rename(tmp_path / ".output-old")
    (tmp_path / ".output-new").mkdir()
    atomic.recover(folder)
    assert contents(tmp_path) == {"output/a.txt": "old", "output/b.txt": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_the_folder_that_one_stands_in_is_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    filled(Path(), "1")
    swap_in(Path(), {"a.txt": writes("2")}, former=["b.txt"])
    assert tmp_path.stat().st_ino == before
    assert contents(tmp_path) == {"a.txt": "2"}


def test_an_interrupted_move_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    filled(Path(), "old")
    monkeypatch.setattr(atomic, "_finish_moves", lambda *_: None)
    filled(Path(), "new")
    assert (tmp_path / "a.txt").read_text() == "old"
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    atomic.recover(Path())
    assert contents(tmp_path) == {"a.txt": "new", "b.txt": "new"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_killed_at_twenty_points_it_is_the_old_set_or_the_new(tmp_path: Path):
    command = [sys.executable, "-W", "ignore", "-c", KILLED]
    arguments = [str(tmp_path / "output"), "20260101", "20"]
    said = subprocess.check_output([*command, *arguments], text=True)
    points, seen = json.loads(said)
    assert points > 20
    assert {status for _, status, _, _ in seen} >= {9}
    last = "2"
    for version, status, found, mine in seen:
        assert found in ([last], [str(version)])
        assert status or found == [str(version)]
        assert mine == "mine"
        (last,) = found


def refused(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_file_that_is_open_elsewhere_stays_and_is_told(tmp_path: Path, monkeypatch):
    path = tmp_path / "rapport.xlsx"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", refused)
    with (
        pytest.raises(FileError, match=r"^rapport\.xlsx: .*Close it in Excel") as e,
        whole_file(path) as temporary,
    ):
        temporary.write_text("new")
    assert e.value.code == "FILE_NOT_WRITABLE"
    assert contents(tmp_path) == {"rapport.xlsx": "old"}


def test_a_folder_that_is_closed_to_writing_is_not_exchanged(
    tmp_path: Path, monkeypatch
):
    filled(tmp_path / "set", "old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileError, match=r"^set: this may not be written"):
        filled(tmp_path / "set", "new")
    assert set(contents(tmp_path).values()) == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path):
    (tmp_path / "taken").write_text("mine")
    with (
        pytest.raises(FileError, match=r"^a\.txt: this may not be written"),
        whole_file(tmp_path / "taken" / "a.txt"),
    ):
        pass
    assert contents(tmp_path) == {"taken": "mine"}


def test_a_set_is_flushed_once_per_file_and_before_it_is_seen(tmp_path, monkeypatch):
    seen = []
    kept = atomic._flush

    def flush(path):
        seen.append((path.name, (tmp_path / "ud").exists()))
        kept(path)

    monkeypatch.setattr(atomic, "_flush", flush)
    with whole_set(tmp_path / "ud") as stage:
        for name in ("a.txt", "b.txt"):
            with whole_file(stage / name) as temporary:
                temporary.write_text(name)
    assert seen == [("a.txt", False), ("b.txt", False)]


def packed(path: Path, when: tuple[int, int, int, int, int, int]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name in ("b.xml", "a.xml"):
            package.writestr(zipfile.ZipInfo(name, when), name * 100)
    return path


def test_two_packages_of_different_times_become_the_same(tmp_path: Path):
    repack(packed(tmp_path / "a", (2020, 1, 2, 3, 4, 6)), tmp_path / "c")
    repack(packed(tmp_path / "b", (2024, 5, 6, 7, 8, 10)), tmp_path / "d")
    assert (tmp_path / "c").read_bytes() == (tmp_path / "d").read_bytes()
    with zipfile.ZipFile(tmp_path / "c") as package:
        assert package.namelist() == ["b.xml", "a.xml"]
        assert package.read("a.xml") == b"a.xml" * 100
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("value", "year"), [("1735689600", 2025), ("", 1980), ("soon", 1980), ("0", 1980)]
)
def test_the_time_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str, year: int
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert made_at().year == year
    assert made_at() >= EARLIEST


def left_by(process: int, path: Path) -> Path:
    """What a run that was killed while it wrote `path` left behind."""
    with whole_file(path) as temporary:
        name = temporary.name
        temporary.write_text("done")
    own = name.replace(f"-{os.getpid()}-", f"-{process}-")
    left = path.with_name(own)
    left.write_text("half of it")
    return left


@pytest.mark.skipif(os.name != "posix", reason="elsewhere it waits for a day")
def test_what_a_killed_run_left_is_removed_by_the_next_write(tmp_path: Path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    path = tmp_path / "rapport.docx"
    left = left_by(dead.pid, path)
    other = left_by(dead.pid, tmp_path / "andet.docx")
    running = left_by(os.getppid(), path)
    own = tmp_path / ".rapport-min egen.docx"
    own.write_text("mine")
    with whole_file(path) as temporary:
        temporary.write_text("again")
    assert not left.exists()
    # What another run is writing, another file's and what is not ours stays.
    assert running.exists()
    assert other.exists()
    assert own.exists()
    assert path.read_text() == "again"


def test_another_machines_half_file_is_left_for_a_day(tmp_path: Path):
    path = tmp_path / "a.txt"
    elsewhere = [tmp_path / f".a-0123abcd-17-abcdefg{number}.txt" for number in (1, 2)]
    for one in elsewhere:
        one.write_text("half")
    os.utime(elsewhere[0], (0, 0))
    with whole_file(path) as temporary:
        temporary.write_text("whole")
    assert [one.exists() for one in elsewhere] == [False, True]


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise there")
def test_a_half_written_file_is_its_owners_alone_and_a_private_one_stays_so(tmp_path):
    modes = {}
    for private in (False, True):
        path = tmp_path / f"{private}.txt"
        with whole_file(path, private=private) as temporary:
            temporary.write_text("x")
            assert temporary.stat().st_mode & 0o077 == 0
        modes[private] = path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    assert modes == {False: 0o666 & ~mask, True: 0o600}


@pytest.mark.skipif(os.name != "posix", reason="a link asks for rights there")
def test_a_linked_folder_stays_a_link(tmp_path: Path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "egen.txt").write_text("mine")
    link = tmp_path / "rapport"
    link.symlink_to(tmp_path / "share")
    for text in ("first", "second"):
        with whole_set(link) as stage:
            (stage / "a.txt").write_text(text)
        assert link.is_symlink()
        assert (tmp_path / "share" / "a.txt").read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rapport", "share"]
    assert (tmp_path / "share" / "egen.txt").read_text() == "mine"


def test_parts_lie_in_a_folder_of_ones_own_and_what_was_left_is_removed(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with working_folder() as folder:
        assert folder.parent == tmp_path
        assert os.name != "posix" or folder.stat().st_mode & 0o077 == 0
        own = folder.name
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / own.replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    left.mkdir()
    (left / "del.xml").write_text("et svar")
    other = tmp_path / "taskforce-noter"
    other.mkdir()
    with working_folder() as folder:
        assert {*tmp_path.iterdir()} == {folder, other}


def test_what_a_library_writes_beside_lies_there_too(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with parts_of_libraries():
        with tempfile.NamedTemporaryFile() as file:
            assert Path(file.name).parent.parent == tmp_path
        assert Path(tempfile.gettempdir()).name.startswith(".taskforce-")
    assert tempfile.gettempdir() == str(tmp_path)
    assert not [*tmp_path.iterdir()]
