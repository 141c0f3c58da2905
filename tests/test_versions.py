"""A package below its bound is refused before anything is read, in three lines."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import taskforce_analysis as ta
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.versions import OLDEST, require_packages, software_versions

EXAMPLE = data_folder("example")


@pytest.fixture
def old_pandas(tmp_path, root) -> dict[str, str]:
    """Surroundings in which the installer's record says pandas 2.2.3."""
    record = tmp_path / "pandas-2.2.3.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Name: pandas\nVersion: 2.2.3\n", "utf-8")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])}


def refusal(call: list[str], surroundings: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *call],
        env=surroundings,
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.strip()


SAID = {
    "da": "pandas 2.2.3 er for gammel og kan give andre tal. "
    'Der skal bruges 3.0 eller nyere. Installér den med: pip install "pandas>=3.0"',
    "en": "pandas 2.2.3 is too old and may give other figures. "
    '3.0 or newer is needed. Install it with: pip install "pandas>=3.0"',
}


@pytest.mark.parametrize(("language", "said"), SAID.items())
def test_the_command_line_refuses_to_start(old_pandas, tmp_path, language, said):
    call = ["-m", "taskforce_analysis", "check", str(EXAMPLE / "analyse.xlsx")]
    call += ["--language", language]
    assert refusal(call, old_pandas, tmp_path) == said


def test_a_script_is_refused_at_its_first_call_and_not_at_its_import(tmp_path, root):
    code = (
        "import pandas; pandas.__version__ = '2.2.3'\n"
        "import sys, taskforce_analysis as ta\n"
        "try: ta.run('nowhere.xlsx')\n"
        "except ta.UsageError as error: print(error, file=sys.stderr); sys.exit(2)"
    )
    assert refusal(["-c", code], os.environ | {"PYTHONPATH": str(root)}, tmp_path) == (
        "pandas 2.2.3 is too old: 3.0 or newer is needed. "
        'Install it with pip install "pandas>=3.0"'
    )


@pytest.mark.parametrize(
    ("package", "found"),
    [("numpy", "1.26.4"), ("scipy", "1.9.3"), ("matplotlib", "3.9.2")],
)
def test_what_is_loaded_tells_its_own_version(monkeypatch, package, found):
    monkeypatch.setitem(sys.modules, package, SimpleNamespace(__version__=found))
    with pytest.raises(ta.UsageError, match=rf"^{package} {found} is too old: "):
        ta.load_form("viso")


@pytest.mark.parametrize("found", ["3.0.0", "3.10.1", "4.0.0rc1", "3.0.0.dev0+12", "?"])
def test_what_is_new_enough_or_tells_nothing_is_used(monkeypatch, found):
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(__version__=found))
    require_packages()


def test_a_package_without_a_record_is_not_held_against_its_bound(monkeypatch):
    monkeypatch.setitem(OLDEST, "no-such-package", "1.0")
    require_packages()


def test_the_provenance_tells_the_versions_that_figures_come_from():
    told = software_versions()
    assert set(told) == {
        "taskforce-analysis",
        "python",
        "numpy",
        "pandas",
        "scipy",
        "matplotlib",
    }
    assert all(told.values())
