"""Outputs appear whole or not at all, and the same content gives the same bytes.

One file is written under a temporary name in its own folder and moved into place. A
set of files is made in a folder beside the one it is meant for, and the two folders
are exchanged in one step where the system can (Linux, macOS), else by two renames that
the next run repairs. Whoever looks, at any moment, finds the old set or the new one.

A Word or Excel file is a zip with a time per member and a time of its making. Both come
from SOURCE_DATE_EPOCH (reproducible-builds.org) or, without it, are the earliest that a
zip can hold, so that no run differs from the last by the clock.
"""

import ctypes
import os
import platform
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from errno import EDQUOT, ENOSPC, EROFS
from glob import escape
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir, mkstemp
from threading import Lock

from taskforce_analysis.errors import file_error

# What the reader of the message can mend: rights, a file open elsewhere, a taken name.
FULL = (ENOSPC, EDQUOT)  # no room, or none that is left to this user
REFUSALS = (PermissionError, NotADirectoryError, FileExistsError)

_STAGE = "-new"  # how the name of a set's folder ends until it is in place
_READY = ".ready"  # lies in a stage that is complete
_RENAME_EXCHANGE = _RENAME_SWAP = 2
_HERE = -100  # AT_FDCWD

# Whose half-written file it is: of which machine, and of which process on it.
_HOST = sha256(platform.node().encode()).hexdigest()[:8]
_PARTIAL = re.compile(r"-(?P<host>[0-9a-f]{8})-(?P<process>\d{1,9})-\w{8}")
DAY = 86400  # seconds

_PARTS = "taskforce"  # begins the name of a folder of parts
_MOVING = Lock()  # one at a time may say where libraries lay their parts

_PACKED = (".png", ".jpeg", ".jpg", ".gif")  # compressing them again gains nothing
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


@contextmanager
def whole_file(path: str | Path, *, private: bool = False) -> Iterator[Path]:
    """A temporary path beside `path`; what is written there is moved into place.

    The folder is made if it is not there. When the block raises, the temporary file is
    removed and what was at `path` before stays; what a killed run left of an earlier
    one is removed. `private` is for its owner alone, as the temporary one always is.
    Raises FileError where the file may not be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with whole_file(Path(folder) / "a.txt") as temporary:
    ...         _ = temporary.write_text("whole")
    ...     (Path(folder) / "a.txt").read_text()
    'whole'
    """
    path = Path(path)
    with _writing(path):
        temporary = _beside(path)
    try:
        yield temporary
        if not private:
            _like_a_new_file(temporary)
        if not _is_stage(path.parent):  # a set is flushed when all of it is there
            _flush(temporary)
        with _writing(path):
            temporary.replace(path)
    except OSError as error:
        if error.errno in FULL:
            raise file_error("FILE_DISK_FULL", path) from None
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """A refusal by the system is told as an error about the file, with what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise file_error("FILE_DISK_FULL", path) from None
        if isinstance(error, REFUSALS) or error.errno == EROFS:
            raise file_error("FILE_NOT_WRITABLE", path) from None
        raise


def _beside(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{escape(path.stem)}-*{escape(path.suffix)}"):
        if _is_left_behind(left, path):
            with suppress(OSError):
                left.unlink()
    own = f".{path.stem}-{_HOST}-{os.getpid()}-"
    handle, name = mkstemp(prefix=own, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    return Path(name)


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for the parts of an output, for its owner alone; gone on leaving.

    It lies in the machine's folder of temporary files. What a killed run left there is
    removed.

    >>> with working_folder() as folder:
    ...     folder.is_dir()
    True
    >>> folder.is_dir()
    False
    """
    home, name = Path(gettempdir()), Path(_PARTS)
    for left in home.glob(f".{_PARTS}-*"):
        if not left.is_symlink() and _is_left_behind(left, name):
            shutil.rmtree(left, ignore_errors=True)
    own = f".{_PARTS}-{_HOST}-{os.getpid()}-"
    with TemporaryDirectory(prefix=own, dir=home) as folder:
        yield Path(folder)


@contextmanager
def parts_of_libraries() -> Iterator[None]:
    """What a library writes beside its output lies in a folder that is swept.

    Some write each sheet to a temporary file first, which a killed run would leave.
    """
    with _MOVING, working_folder() as folder:
        former, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = former


def _is_left_behind(left: Path, path: Path) -> bool:
    """Whether a file is half of one that was to be at `path`, and nobody is writing.

    Of another machine's process nobody knows here: its file is left for a day.
    """
    told = _PARTIAL.fullmatch(
        left.name[len(path.stem) + 1 : len(left.name) - len(path.suffix)]
    )
    if told is None:
        return False
    if told["host"] == _HOST and os.name == "posix":
        return not _is_running(int(told["process"]))
    with suppress(OSError):
        return time.time() - left.stat().st_mtime > DAY
    return False


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _like_a_new_file(path: Path) -> None:
    """A temporary file is its owner's alone; a report is meant to be shared."""
    mask = os.umask(0)
    os.umask(mask)
    with suppress(OSError):
        path.chmod(0o666 & ~mask)


def _flush(path: Path) -> None:
    """On the disk before the name points at it; a full disk fails here, not later."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def whole_set(folder: str | Path, *, former: Iterable[str] = ()) -> Iterator[Path]:
    """An empty folder to fill; on leaving, its files replace those of `folder`.

    When the block raises, `folder` stays as it was. Files of `folder` that have no
    namesake in the new set are kept, unless `former` names them. A folder that a
    process stands in cannot be exchanged under its feet: there each file is moved by
    itself, and an interrupted move is finished by the next run. Raises FileError where
    the folder may not be written in.
    """
    folder = _real(folder)
    stage = _stage_of(folder)
    with _writing(folder):
        _make(stage, folder)
    try:
        yield stage
        for path in _files_in(stage):
            _flush(stage / path)
        with _writing(folder):
            if _is_stood_in(folder):
                _move_each(stage, folder, former)
            else:
                _keep_others(folder, stage, former)
                _put_in_place(stage, folder)
    finally:
        if not (stage / _READY).exists():
            shutil.rmtree(stage, ignore_errors=True)


def _make(stage: Path, folder: Path) -> None:
    # The exchange itself would replace a folder that is closed to writing.
    if folder.exists() and not os.access(folder, os.W_OK):
        raise PermissionError
    folder.parent.mkdir(parents=True, exist_ok=True)
    recover(folder)
    stage.mkdir()


def recover(folder: str | Path) -> None:
    """Finish or undo what a killed run left beside a folder; nothing else is touched.

    `whole_set` calls it first; call it also before a set is read.
    """
    folder = _real(folder)
    stage, old = _stage_of(folder), _old_of(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)
    if (stage / _READY).exists():
        _finish_moves(stage, folder)
    for left in (stage, old):
        shutil.rmtree(left, ignore_errors=True)


def _real(folder: str | Path) -> Path:
    """The folder itself, where a link names it: the link stays what it is."""
    return (
        Path(folder).resolve() if Path(folder).is_symlink() else Path(folder).absolute()
    )


def _stage_of(folder: Path) -> Path:
    if _is_stood_in(folder):
        return folder / f".taskforce{_STAGE}"
    return folder.parent / f".{folder.name}{_STAGE}"


def _is_stage(folder: Path) -> bool:
    return folder.name.startswith(".") and folder.name.endswith(_STAGE)


def _old_of(folder: Path) -> Path:
    return folder.parent / f".{folder.name}-old"


def _is_stood_in(folder: Path) -> bool:
    here = Path.cwd().resolve()
    return folder.resolve() in (here, *here.parents)


def _files_in(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder) for path in found)


def _keep_others(folder: Path, stage: Path, former: Iterable[str]) -> None:
    """Link what the folder holds besides the set: the exchange loses nothing."""
    if not folder.is_dir():
        return
    taken = {*_files_in(stage), *map(Path, former)}
    for path in _files_in(folder):
        if path not in taken:
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            _link(folder / path, stage / path)
    for path in (one for one in folder.rglob("*") if one.is_dir()):
        (stage / path.relative_to(folder)).mkdir(parents=True, exist_ok=True)
    shutil.copystat(folder, stage)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _put_in_place(stage: Path, folder: Path) -> None:
    if not folder.exists():
        stage.rename(folder)
        return
    if exchange(stage, folder):
        return
    old = _old_of(folder)
    folder.rename(old)
    try:
        stage.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once; False where that cannot be done.

    Python has no name for it: Linux has renameat2 with RENAME_EXCHANGE (since 3.15)
    and macOS renamex_np with RENAME_SWAP. Some file systems cannot either.
    """
    try:
        return _swap(os.fsencode(one), os.fsencode(other)) == 0
    except (OSError, AttributeError):
        return False


def _swap(one: bytes, other: bytes) -> int:
    library = ctypes.CDLL(None)
    if sys.platform == "darwin":
        return library.renamex_np(one, other, _RENAME_SWAP)
    return library.renameat2(_HERE, one, _HERE, other, _RENAME_EXCHANGE)


def _move_each(stage: Path, folder: Path, former: Iterable[str]) -> None:
    """The set is complete once `.ready` is there, with the names that are to go."""
    gone = sorted({str(Path(name)) for name in former} - {*map(str, _files_in(stage))})
    with whole_file(stage / _READY) as temporary:
        temporary.write_text("\n".join(gone), "utf-8")
    _finish_moves(stage, folder)


def _finish_moves(stage: Path, folder: Path) -> None:
    ready = stage / _READY
    for name in _files_in(stage):
        if name != Path(_READY):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).replace(folder / name)
    for name in ready.read_text("utf-8").splitlines():
        (folder / name).unlink(missing_ok=True)
    ready.unlink()


def made_at() -> datetime:
    """The time that stands in an output as that of its making, in UTC.

    >>> made_at() >= EARLIEST
    True
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text.isdigit():
        return EARLIEST
    return max(EARLIEST, datetime.fromtimestamp(int(text), UTC))


def repack(source: Path, target: Path) -> None:
    """Write a zip anew with its members in the same order and at a fixed time."""
    moment = time.gmtime(made_at().timestamp())[:6]
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, moment)
            packed = name.endswith(_PACKED)
            member.compress_type = (
                zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            )
            member.create_system = 0  # the same on Windows as elsewhere
            new.writestr(member, old.read(name))
