"""Packages with fixed times and the same order."""

import zipfile
from pathlib import Path

import pytest

from taskforce_analysis.atomic import EARLIEST, made_at, repack


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
