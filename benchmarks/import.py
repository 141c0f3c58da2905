"""What does it cost to import the package, and what does the command line load?

    python -P benchmarks/import.py

Each call is a fresh interpreter, the peers by turns in the same run. Python's own start
is told beside and taken off where a line says so.
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import statistics
import subprocess
import time

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = str(ROOT / "data" / "example" / "analyse.xlsx")
MODULE = [sys.executable, "-m", "taskforce_analysis"]
CALLS = {
    "python": [sys.executable, "-c", "pass"],
    "import pandas": [sys.executable, "-c", "import pandas"],
    "import taskforce_analysis": [sys.executable, "-c", "import taskforce_analysis"],
    "its tally as well": [
        sys.executable,
        "-c",
        "from taskforce_analysis import tally",
    ],
    "import scipy.stats": [sys.executable, "-c", "import scipy.stats"],
    "taskforce --help": [*MODULE, "--help"],
    "taskforce check, 20 cases": [*MODULE, "check", EXAMPLE, "--json"],
}


def seconds(call: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(call, capture_output=True, check=True, cwd=ROOT)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    found: dict[str, list[float]] = {name: [] for name in CALLS}
    for round_ in range(repeats + 1):
        for name, call in CALLS.items():
            took = seconds(call)
            if round_:  # the first compiles what was not compiled
                found[name].append(took)
    medians = {name: statistics.median(times) for name, times in found.items()}
    print("| call | time | above Python's start | to import pandas |")
    print("|---|---|---|---|")
    for name, median in medians.items():
        above = f"{1000 * (median - medians['python']):.0f} ms"
        ratio = f"{median / medians['import pandas']:.2f}"
        print(f"| {name} | {1000 * median:.0f} ms | {above} | {ratio} |")


if __name__ == "__main__":
    main()
