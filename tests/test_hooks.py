"""The hook that keeps personal data out of git.

Numbers are put together here from two halves, so that this file holds none.
"""

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

HOOK = Path(__file__).resolve().parents[1] / ".hooks" / "refuse_personal_data.py"
BIRTH, SERIAL = "010135", "1234"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refuse_personal_data", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_workbook(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("xl/sharedStrings.xml", f"<si><t>{text}</t></si>")


@pytest.mark.parametrize("separator", ["", " ", "-", "\u00a0"])
def test_a_number_is_refused_and_not_printed(hook, capsys, tmp_path, separator):
    path = tmp_path / "noter.txt"
    path.write_text(f"sag {BIRTH}{separator}{SERIAL}", "utf-8")
    assert hook.main([str(path)], inside=tmp_path) == 1
    said = capsys.readouterr().out
    assert "noter.txt: holds 1 CPR-like number(s)" in said
    assert SERIAL not in said


def test_a_number_inside_a_workbook_is_refused(hook, tmp_path):
    path = tmp_path / "analyse.xlsx"
    write_workbook(path, f"{BIRTH}-{SERIAL}")
    assert hook.main([str(path)], inside=tmp_path) == 1


def test_two_cells_do_not_make_a_number(hook, tmp_path):
    path = tmp_path / "analyse.xlsx"
    write_workbook(path, f"{BIRTH}</t></si><si><t>{SERIAL}")
    assert hook.main([str(path)], inside=tmp_path) == 0


def test_a_number_in_a_file_name_is_refused_and_covered(hook, capsys, tmp_path):
    path = tmp_path / f"sag {BIRTH}-{SERIAL}.txt"
    path.write_text("", "utf-8")
    assert hook.main([str(path)], inside=tmp_path) == 1
    assert SERIAL not in capsys.readouterr().out


@pytest.mark.parametrize("number", ["010135-0000", "3112364000", "0.0101351234"])
def test_an_invented_number_or_a_fraction_is_let_through(hook, tmp_path, number):
    path = tmp_path / "noter.txt"
    path.write_text(f"sag {number}", "utf-8")
    assert hook.main([str(path)], inside=tmp_path) == 0


def test_what_lies_under_raw_is_refused(hook, capsys, tmp_path):
    raw = tmp_path / "data" / "raw"
    names = [str(raw / "analyse.xlsx"), str(raw / ".gitkeep")]
    assert hook.main(names, inside=tmp_path) == 1
    assert capsys.readouterr().out.count("lies under data/raw") == 1


def test_no_file_of_the_project_is_refused(hook, capsys, tracked_files):
    assert hook.main([str(path) for path in tracked_files]) == 0, (
        capsys.readouterr().out
    )
