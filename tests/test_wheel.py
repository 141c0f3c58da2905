"""The wheel holds what it needs, and works where the checkout is out of sight.

The environment is an empty one that borrows the packages installed here, but not this
package: what is imported comes from the wheel, and only what the wheel asks for by
name, directly or through others, is lent.
"""

import json
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow
OWN = "taskforce-analysis"


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


def needed(requirements: Iterator[Requirement] | list[Requirement]) -> dict[str, str]:
    """The installed packages that these call for, each with all that it calls for."""
    found: dict[str, str] = {}
    waiting = list(requirements)
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        extras = one.extras or {""}
        if name in found or not applies(one, {""}):
            continue
        installed = distribution(name)
        assert one.specifier.contains(installed.version), name
        found[name] = installed.version
        waiting += [each for each in asked_by(installed) if applies(each, extras)]
    return found


def asked_by(installed: Distribution) -> list[Requirement]:
    return [Requirement(line) for line in installed.requires or ()]


def applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": one}) for one in extras)


def lend(packages: dict[str, str], site: Path) -> None:
    """Link every file of these packages into an environment's folder."""
    for name in packages:
        files = distribution(name).files or ()
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            source = Path(str(distribution(name).locate_file(top)))
            if not (site / top).exists():
                (site / top).symlink_to(source)


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


@pytest.mark.skipif(os.name == "nt", reason="links need rights that Windows withholds")
def test_wheel_runs_its_demo_in_an_empty_environment(wheel: Path, tmp_path: Path):
    venv.create(tmp_path / "empty", symlinks=True, with_pip=False)
    python = tmp_path / "empty" / "bin" / "python"
    (site,) = (tmp_path / "empty").glob("lib/python*/site-packages")
    install = ("-m", "pip", "--python", python, "install", "--no-deps", "--no-index")
    call(sys.executable, *install, wheel, cwd=tmp_path)
    asked = call(python, "-c", ASKED, cwd=tmp_path)
    lent = needed([Requirement(line) for line in json.loads(asked)])
    assert {"pandas", "matplotlib", "numpy"} <= lent.keys()
    assert not {OWN, "pytest", "polars", "jupyterlab"} & lent.keys()
    lend(lent, site)
    work = tmp_path / "arbejde æøå"
    work.mkdir()
    where = "import taskforce_analysis as ta; print(ta.__file__)"
    home = Path(call(python, "-c", where, cwd=work).strip()).resolve()
    assert home.is_relative_to(site.resolve())
    call(python.with_name("taskforce"), "demo", cwd=work)
    kinds = {path.suffix for path in work.rglob("*") if path.is_file()}
    assert kinds >= {".docx", ".xlsx", ".png"}
    assert "demo" in call(python, "-m", "taskforce_analysis", "--help", cwd=work)


ASKED = """
import json
from importlib.metadata import requires
asked = requires("taskforce-analysis")
print(json.dumps([one for one in asked if "extra ==" not in one]))
"""
