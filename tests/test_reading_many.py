"""Files come in the order they were named, from any number of processes."""

import os
from pathlib import Path
from typing import Any

import pytest

from taskforce_analysis.reading.cells import Workbook, iterate
from taskforce_analysis.reading.many import (
    PAYS_FROM,
    Unread,
    _one_thread_each,
    processes_for,
    read_many,
)
from tests.workbooks import write


def folder_of(path: Path) -> list[Path]:
    paths = [
        write(path / f"{name}.xlsx", {"Data": [["Sagsnr."], [name]]}) for name in "cab"
    ]
    bad = path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    return [*paths[:2], bad, paths[2], path / "none.xlsx"]


def texts(read: list[Workbook | Unread]) -> list[str]:
    return [
        one.code
        if isinstance(one, Unread)
        else [text for *_, text in iterate(one.sheets[0])][-1]
        for one in read
    ]


def test_two_processes_give_what_one_gives_in_the_same_order(tmp_path: Path) -> None:
    paths, steps = folder_of(tmp_path), []
    expected = ["c", "a", "FILE_NOT_WORKBOOK", "b", "FILE_NOT_FOUND"]
    alone = read_many(paths, step=lambda: steps.append(1))
    assert texts(alone) == expected
    assert len(steps) == len(paths)
    assert texts(read_many(paths, processes=2)) == expected


class Deadly(type(Path())):  # the class of this system's paths
    """A path that ends the process that it is sent to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os._exit, (1,))


def test_what_a_dead_process_left_is_read_here(tmp_path: Path) -> None:
    paths = folder_of(tmp_path)
    expected = texts(read_many(paths))
    assert texts(read_many([*paths[:-1], Deadly(paths[-1])], processes=2)) == expected


@pytest.mark.parametrize("error", [PermissionError, ImportError, NotImplementedError])
def test_where_no_process_may_start_all_is_read_here(tmp_path, monkeypatch, error):
    def refuse(*_: object, **__: object) -> None:
        raise error

    paths = folder_of(tmp_path)
    expected = texts(read_many(paths))
    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    assert texts(read_many(paths, processes=2)) == expected


def test_an_unread_file_becomes_the_error_that_reading_it_raised(tmp_path) -> None:
    (found,) = read_many([tmp_path / "none.xlsx"])
    assert isinstance(found, Unread)
    assert (found.error.code, found.error.file) == ("FILE_NOT_FOUND", "none.xlsx")


def test_few_small_files_are_read_here(tmp_path: Path) -> None:
    small = tmp_path / "small.xlsx"
    small.write_bytes(b"x")
    assert processes_for([small, small]) == 1
    large = tmp_path / "large.xlsx"
    with large.open("wb") as opened:
        opened.truncate(PAYS_FROM + 1)
    assert processes_for([large]) == 1
    assert processes_for([large, small]) <= 2


@pytest.mark.parametrize("before", [None, "3"])
def test_the_number_of_threads_is_set_back(monkeypatch, before):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if before:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", before)
    with _one_thread_each():
        assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before
