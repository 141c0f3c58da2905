"""What all tests share: the checkout's place, and how hard hypothesis tries."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from taskforce_analysis import languages

ROOT = Path(__file__).resolve().parents[1]

# A test that fails inside the library shows where; tests/test_boundary.py unsets it.
os.environ["TASKFORCE_TRACEBACK"] = "1"

# Not the project's own: environments, caches, outputs, and the user's real cases.
NOT_OURS = {
    ".git",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "output",
    "raw",
    "site",
}

# No deadline: a slow machine is not a wrong result. CI draws the same cases each time.
settings.register_profile(
    "taskforce",
    deadline=None,
    max_examples=50,
    database=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("taskforce")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout's folder."""
    return ROOT


@pytest.fixture(scope="session")
def package() -> Path:
    """The package's folder in the checkout."""
    return ROOT / "taskforce_analysis"


@pytest.fixture(scope="session")
def tracked_files() -> list[Path]:
    """The files that git tracks, or would, found without git."""
    folders = [path for path in ROOT.iterdir() if path.name not in NOT_OURS]
    files = [path for path in folders if path.is_file()]
    for folder in (path for path in folders if path.is_dir()):
        files += [path for path in folder.rglob("*") if path.is_file()]
    ours = [
        path
        for path in files
        if not NOT_OURS.intersection(path.relative_to(ROOT).parts)
        and not path.name.startswith(".coverage")
    ]
    return sorted(ours)


def pytest_runtest_teardown() -> None:
    """What one test chooses to speak, no other speaks."""
    languages._CHOSEN.clear()
