"""The wheel holds what it needs, and works where nothing else is installed."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def call(*command: str | Path, cwd: Path) -> str:
    surroundings = os.environ | {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONUTF8": "1",
    }
    surroundings.pop("PYTHONPATH", None)
    done = subprocess.run(
        command,
        cwd=cwd,
        env=surroundings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    flags = ("--wheel", "--no-isolation", "--outdir", out)
    call(sys.executable, "-m", "build", *flags, cwd=root)
    (built,) = out.glob("*.whl")
    return built


def test_wheel_holds_definitions_examples_and_licence(root: Path, wheel: Path):
    held = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(root).as_posix()
        for path in (root / "taskforce_analysis").rglob("*")
        if path.suffix in {".py", ".toml", ".typed"}
    }
    shipped = {
        f"taskforce_analysis/{path.relative_to(root).as_posix()}"
        for folder in ("data/example", "data/published")
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name.rpartition("/")[2] for name in shipped} >= {"maaling.toml"}
    assert sources | shipped <= held
    assert any(name.endswith("licenses/LICENSE") for name in held)
    assert not any(name.startswith(("tests/", "data/", "output/")) for name in held)


def test_wheel_runs_its_demo_in_an_empty_environment(
    root: Path, wheel: Path, tmp_path: Path
):
    venv.create(tmp_path / "empty", symlinks=os.name != "nt", with_pip=True)
    scripts = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    flags = ("--quiet", "--constraint", root / "constraints.txt")
    call(python, "-m", "pip", "install", *flags, wheel, cwd=tmp_path)
    call(python, "-m", "pip", "check", cwd=tmp_path)
    work = tmp_path / "arbejde æøå"
    work.mkdir()
    call(scripts / "taskforce", "demo", cwd=work)
    kinds = {path.suffix for path in work.rglob("*") if path.is_file()}
    assert kinds >= {".docx", ".xlsx", ".png"}
    assert "demo" in call(python, "-m", "taskforce_analysis", "--help", cwd=work)
