"""The whole report beside a straight-line script with the same libraries and outputs.

    python benchmarks/report.py [--repeats 5] [--where]

Ours is `taskforce report` of the two 20-case example workbooks. The script is the
folder by_hand: written for this one measurement, top to bottom, nothing checked, with
the same libraries and the same set of files (its docstring lists them), each figure
drawn as ours is. It has intervals by formula where ours are exact. Each run is a
process of its own and they take turns; processor time stands beside the time, for it
suffers less from other work. `--where` tells where our time goes, by what was imported
and called.
"""

import sys
from pathlib import Path
from typing import NamedTuple

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import resource
import statistics
import subprocess
import tempfile
import time

EXAMPLE = HERE.parent / "data" / "example"
FILES = ("analyse.xlsx", "status.xlsx")


def ours(out: Path) -> None:
    """`taskforce report` as a user calls it."""
    from taskforce_analysis.cli import main

    main(["report", str(EXAMPLE / "maaling.toml"), "--out", str(out)])


def straight(out: Path) -> None:
    """What an analyst writes for one report: from top to bottom, nothing checked."""
    from benchmarks.by_hand.report import report

    report(EXAMPLE, FILES, out)


PEERS = {"taskforce report": ours, "straight-line script": straight}


class Taken(NamedTuple):
    """What a run took: seconds from start to end, and seconds of a processor."""

    time: float
    processor: float


def one_run(name: str, folder: Path) -> Taken:
    """One run in a process of its own, from its start to its end."""
    call = [sys.executable, str(Path(__file__)), "--run", name, str(folder)]
    started, used = time.perf_counter(), processor()
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    return Taken(time.perf_counter() - started, processor() - used)


def processor() -> float:
    """Seconds of a processor that the ended runs have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(repeats: int) -> dict[str, list[Taken]]:
    """What each took, by turns; the first turn warms the disk and is left."""
    taken: dict[str, list[Taken]] = {name: [] for name in PEERS}
    for turn in range(repeats + 1):
        for name in PEERS:
            with tempfile.TemporaryDirectory() as folder:
                found = one_run(name, Path(folder) / "ud")
            if turn:
                taken[name].append(found)
    return taken


def where() -> None:
    """Our functions by the time that was spent in and under them."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        try:
            profile.runcall(ours, Path(folder) / "ud")
        except SystemExit:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def main() -> None:
    """Measure, and print a table in Markdown and one line of JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument("--where", action="store_true")
    asked.add_argument("--run", nargs=2, metavar=("NAME", "FOLDER"))
    chosen = asked.parse_args()
    if chosen.run:
        PEERS[chosen.run[0]](Path(chosen.run[1]))
        return
    if chosen.where:
        where()
        return
    medians = {
        name: Taken(*map(statistics.median, zip(*taken, strict=True)))
        for name, taken in measured(chosen.repeats).items()
    }
    peer = medians["straight-line script"]
    print("| | seconds | ratio | processor seconds | ratio |\n|---|---|---|---|---|")
    for name, one in medians.items():
        parts = (one.time, one.time / peer.time)
        parts += (one.processor, one.processor / peer.processor)
        print(f"| {name} | " + " | ".join(f"{part:.2f}" for part in parts) + " |")


if __name__ == "__main__":
    main()
