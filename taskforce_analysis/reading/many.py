"""Many workbooks: in the order they were named, in several processes if it pays.

A file that cannot be read is told among the others and stops nothing. The processes
start anew (as on Windows), take the files as they come free, and hand back cells; with
few or small files starting them costs more than they give, and all is read here.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from taskforce_analysis.errors import FileError, file_error
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Workbook

if TYPE_CHECKING:
    from multiprocessing.context import SpawnContext

# Bytes. A process costs a third of a second to start, which two free cores earn back
# from some 3 MB of small workbooks on: benchmarks/national.py --processes.
PAYS_FROM = 5_000_000
MOST = 8


class Unread(NamedTuple):
    """A file that could not be read, as it travels between processes."""

    code: str
    path: str
    sheet: str | None = None
    cell: str | None = None
    kind: str = ""

    @property
    def error(self) -> FileError:
        """The error that reading the file raised."""
        return file_error(
            self.code, self.path, sheet=self.sheet, cell=self.cell, kind=self.kind
        )


def read_many(
    paths: Sequence[Path],
    *,
    processes: int = 1,
    step: Callable[[], object] | None = None,
) -> list[Workbook | Unread]:
    """Each path's workbook, or why it was not read, in the order of the paths.

    `step` is called as each file is done. The result is the same for any number of
    processes; more than one needs a main module that may be imported twice.
    """
    found: list[Workbook | Unread] = []
    for one in _read_each(paths, min(processes, max(len(paths), 1))):
        found.append(one)
        if step:
            step()
    return found


def processes_for(paths: Sequence[Path]) -> int:
    """How many processes it pays to read these files in; 1 for a few small ones."""
    size = sum(path.stat().st_size for path in paths if path.is_file())
    if len(paths) < 2 or size < PAYS_FROM:
        return 1
    return min(os.cpu_count() or 1, MOST, len(paths))


def _read_each(paths: Sequence[Path], processes: int) -> Iterator[Workbook | Unread]:
    if processes < 2:
        yield from map(read_one, paths)
        return
    done = 0
    try:
        for one in _in_processes(paths, processes):
            done += 1
            yield one
    except no_process():
        yield from map(read_one, paths[done:])


def no_process() -> tuple[type[Exception], ...]:
    """What is raised where the system starts no process, or has ended one.

    What was left to do is then done here: on a locked-down host, or in a browser.
    """
    from concurrent.futures import BrokenExecutor

    return BrokenExecutor, ImportError, NotImplementedError, OSError


def _in_processes(paths: Sequence[Path], processes: int) -> Iterator[Workbook | Unread]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context: SpawnContext = get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(processes, context) as pool:
        share = max(len(paths) // (processes * 8), 1)
        yield from pool.map(read_one, paths, chunksize=share)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    # A child that only reads needs none of the threads that BLAS starts.
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def read_one(path: Path) -> Workbook | Unread:
    """One workbook, or why it was not read; for a process of its own."""
    try:
        return read_cells(path)
    except FileError as error:
        return Unread(error.code, str(path), error.sheet, error.cell, error.kind)
