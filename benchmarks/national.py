"""How long from 196 workbooks to national and municipal reports, and where does it go?

    python -P benchmarks/national.py                 98 municipalities, 98 reports
    python -P benchmarks/national.py --growth        reading to comparison, 1, 10, 100
    python -P benchmarks/national.py --processes     when do several processes pay?

The floors are what the same parts cost with nothing around them: the files' bytes read
and inflated, and one saved figure and one saved Word file as empty as they can be.
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import gc
import io
import resource
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from typing import Any

from taskforce_analysis.synthetic import Nation, national_form, write_workbooks

MEASURES = 12


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def make(folder: Path, municipalities: int) -> list[Path]:
    nation = Nation(municipalities=municipalities, cases=20)
    return write_workbooks(national_form(MEASURES), folder, nation)


def read(paths: list[Path], processes: int = 1) -> Any:
    from taskforce_analysis.reading.many import read_many

    return read_many(paths, processes=processes)


def prepared(paths: list[Path]) -> Any:
    from taskforce_analysis.results import prepare

    return prepare(*paths, form=national_form(MEASURES))


def compared(ready: Any) -> Any:
    from taskforce_analysis.results import compare_prepared

    return compare_prepared(ready, by=["municipality"])


def workbook(results: Any, out: Path) -> Any:
    from taskforce_analysis.writing import write

    return write(results, out / "landet.xlsx")


def figure(name: str, results: Any, out: Path) -> Any:
    from taskforce_analysis.charts import draw
    from taskforce_analysis.writing.figure import export

    return export(draw(name, results), out / name)


@cache
def everything(files: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The files of each municipality."""
    homes: dict[str, tuple[str, ...]] = {}
    for name in files:
        home = Path(name).stem.rpartition("_")[0]
        homes[home] = (*homes.get(home, ()), name)
    return homes


def report(home: str, *, files: tuple[str, ...], out: str) -> float:
    """One municipality's Word report, from its two workbooks; in any process."""
    from taskforce_analysis.results import run
    from taskforce_analysis.writing import write

    start = time.perf_counter()
    results = run(*everything(files)[home], form=national_form(MEASURES))
    write(results, Path(out) / f"{home}.docx")
    return time.perf_counter() - start


def reports(paths: list[Path], out: Path, processes: int) -> list[float]:
    files = tuple(map(str, paths))
    work = partial(report, files=files, out=str(out))
    homes = list(everything(files))
    if processes == 1:
        return list(map(work, homes))
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return list(pool.map(work, homes, chunksize=2))


def floor_of_reading(paths: list[Path]) -> int:
    size = 0
    for path in paths:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            size += sum(len(archive.read(name)) for name in archive.namelist())
    return size


def floor_of_figure(out: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.3, 5))
    figure.add_subplot().plot([0, 1])
    for suffix in ("png", "svg", "pdf"):
        figure.savefig(out / f"floor.{suffix}", dpi=300)


def floor_of_report(out: Path) -> None:
    import docx
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.3, 5))
    figure.add_subplot().plot([0, 1])
    figure.savefig(out / "floor.png", dpi=300)
    made = docx.Document()
    made.add_picture(str(out / "floor.png"))
    made.add_table(2 * MEASURES, 6)
    made.save(str(out / "floor.docx"))


class Rows:
    """The lines of the table, each printed as it is made, and their sums."""

    def __init__(self) -> None:
        self.whole = self.least = 0.0
        print("| part | time | its floor |")
        print("|---|---|---|", flush=True)

    def add(self, name: str, took: float, floor: float = 0.0) -> None:
        self.whole += took
        self.least += floor
        shown = f"{floor:.2f} s" if floor else ""
        print(f"| {name} | {took:.2f} s | {shown} |", flush=True)


def national(folder: Path, options: argparse.Namespace) -> None:
    paths = make(folder / "books", options.municipalities)
    out = folder / "out"
    out.mkdir()
    reports(paths[:2], out, 1)  # what is loaded on first use is no part of it
    rows = Rows()
    floor, _ = timed(partial(floor_of_reading, paths))
    took, ready = timed(partial(prepared, paths))
    rows.add(f"read and check {len(paths)} workbooks", took, floor)
    took, results = timed(partial(compared, ready))
    rows.add(f"{len(results.comparison)} comparisons, all tables", took)
    took, _ = timed(partial(workbook, results, out))
    rows.add("the national workbook", took)
    floor, _ = timed(partial(floor_of_figure, out))
    for name in ("heatmap", "funnel"):
        took, _ = timed(partial(figure, name, results, out))
        rows.add(f"{name} as png, svg, pdf", took, floor)
    number = min(options.reports, options.municipalities)
    floors = [timed(partial(floor_of_report, out))[0] for _ in range(5)]
    took, _ = timed(partial(reports, paths[: 2 * number], out, options.workers))
    share = statistics.median(floors) * number / options.workers
    rows.add(f"{number} Word reports in {options.workers} processes", took, share)
    ratio = f"{rows.least:.2f} s: {rows.whole / rows.least:.1f} times"
    print(f"| all | {rows.whole:.2f} s | {ratio} |")
    print(f"\nPeak memory of the first process: {peak():.0f} MB.")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def growth(folder: Path) -> None:
    print("| municipalities | workbooks | read | check | compare | peak memory |")
    print("|---|---|---|---|---|---|")
    for size in (1, 10, 100):
        paths = make(folder / str(size), size)
        reading, _ = timed(partial(read, paths))
        checking, ready = timed(partial(prepared, paths))
        comparing, _ = timed(partial(compared, ready))
        print(
            f"| {size} | {len(paths)} | {reading:.2f} s | {checking - reading:.2f} s "
            f"| {comparing:.2f} s | {peak():.0f} MB |",
            flush=True,
        )


def processes(folder: Path, repeats: int) -> None:
    print("| workbooks | size | one process | two processes |")
    print("|---|---|---|---|")
    for municipalities in (98, 500, 2000):
        paths = make(folder / f"p{municipalities}", municipalities)
        size = sum(path.stat().st_size for path in paths) / 1e6
        one, two = (
            statistics.median(timed(partial(read, paths, n))[0] for _ in range(repeats))
            for n in (1, 2)
        )
        print(
            f"| {len(paths)} | {size:.1f} MB | {one:.2f} s | {two:.2f} s |", flush=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--municipalities", type=int, default=98)
    parser.add_argument("--reports", type=int, default=98, help="how many are written")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--processes", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.growth:
            growth(folder)
        elif options.processes:
            processes(folder, options.repeats)
        else:
            national(folder, options)


if __name__ == "__main__":
    sys.exit(main())
