"""What starts, starts with no more than it needs; each in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

# Prints what was loaded when the command line has done its work and leaves.
SAY = """
import sys
from taskforce_analysis.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    sys.stderr.write(" ".join(sys.modules))
    raise
"""


def loaded(*arguments: str) -> set[str]:
    call = [sys.executable, "-c", SAY, *arguments]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_checking_a_workbook_loads_nothing_that_draws_or_tests(root: Path) -> None:
    modules = loaded("check", str(root / "data/example/analyse.xlsx"), "--json")
    assert {"pandas", "narwhals"} <= modules
    heavy = {"matplotlib", "scipy", "docx", "pptx", "statsmodels"}
    assert modules & heavy == set()


@pytest.mark.parametrize("arguments", [("--help",), ("gather", "--help")])
def test_help_loads_no_library_of_numbers_or_frames(arguments: tuple[str, ...]) -> None:
    modules = loaded(*arguments)
    heavy = {"numpy", "pandas", "narwhals", "scipy", "matplotlib", "duckdb"}
    assert modules & heavy == set()
