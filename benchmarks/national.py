"""How long from 196 workbooks to national and municipal reports, and where does it go?

    python -P benchmarks/national.py                 98 municipalities, 98 reports
    python -P benchmarks/national.py --growth        reading to comparison, 1, 10, 100
    python -P benchmarks/national.py --processes     when do several processes pay?
    python -P benchmarks/national.py --large         67,200 cases in 40 workbooks

The floors are what the same parts cost with nothing around them: the files' bytes read
and inflated, the intervals and p-values of the same counts, the workbook's values
written plainly, and one saved figure and one saved Word file as empty as they can be.
Processor time, the children's too, holds where other work shares the cores.
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
from typing import Any, NamedTuple

from taskforce_analysis.synthetic import Nation, national_form, write_workbooks

MEASURES = 12


class Timed(NamedTuple):
    """What some work took in seconds, how much a processor worked, what it made."""

    took: float
    worked: float
    made: Any


def timed(work: Callable[[], Any]) -> Timed:
    gc.collect()
    start, before = time.perf_counter(), processor_time()
    made = work()
    return Timed(time.perf_counter() - start, processor_time() - before, made)


def processor_time() -> float:
    """Of this process and of those that it started and that have ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def make(folder: Path, municipalities: int, cases: int = 20) -> list[Path]:
    nation = Nation(municipalities=municipalities, cases=cases)
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


def floor_of_comparing(results: Any) -> Any:
    from taskforce_analysis.methods.comparison import compare_rates

    rows = results.comparison
    names = ("compliant_before", "applicable_before")
    names += ("compliant_after", "applicable_after")
    return compare_rates(*(rows[name].to_numpy() for name in names))


def values_of(path: Path) -> list[list[tuple[Any, ...]]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def floor_of_workbook(sheets: list[list[tuple[Any, ...]]], out: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(out / "floor.xlsx") as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


class Rows:
    """The lines of the table, each printed as it is made, and their sums."""

    def __init__(self) -> None:
        self.sums = [0.0] * 4
        print("| part | time | its floor | processor time | its floor |")
        print("|---|---|---|---|---|", flush=True)

    def add(self, name: str, part: Timed, floor: Timed, *, share: float = 1) -> None:
        """One part; its floor is so many times one `floor`, `share` of the time."""
        cells = [part.took, floor.took * share, part.worked, floor.worked]
        self.sums = [a + b for a, b in zip(self.sums, cells, strict=True)]
        self.tell(name, cells)

    def tell(self, name: str, cells: list[float]) -> None:
        shown = " | ".join(f"{cell:.2f} s" for cell in cells)
        print(f"| {name} | {shown} |", flush=True)

    def total(self) -> None:
        self.tell("all", self.sums)
        took, least, worked, least_work = self.sums
        told = f"{took / least:.1f} times the time and {worked / least_work:.1f} times"
        print(f"\n{told} the processor time of the floors.")


def national(folder: Path, options: argparse.Namespace) -> None:
    paths = make(folder / "books", options.municipalities)
    out = folder / "out"
    out.mkdir()
    reports(paths[:2], out, 1)  # what is loaded on first use is no part of it
    rows = Rows()
    floor = timed(partial(floor_of_reading, paths))
    ready = timed(partial(prepared, paths))
    rows.add(f"read and check {len(paths)} workbooks", ready, floor)
    compared_ = timed(partial(compared, ready.made))
    results = compared_.made
    floor = timed(partial(floor_of_comparing, results))
    rows.add(f"{len(results.comparison)} comparisons, all tables", compared_, floor)
    written = timed(partial(workbook, results, out))
    values = values_of(out / "landet.xlsx")
    floor = timed(partial(floor_of_workbook, values, out))
    rows.add("the national workbook", written, floor)
    floor = timed(partial(floor_of_figure, out))
    for name in ("heatmap", "funnel"):
        drawn = timed(partial(figure, name, results, out))
        rows.add(f"{name} as png, svg, pdf", drawn, floor)
    municipal(paths, out, rows, options)
    rows.total()
    print(f"Peak memory of the first process: {peak():.0f} MB.")


def municipal(
    paths: list[Path], out: Path, rows: Rows, options: argparse.Namespace
) -> None:
    number = min(options.reports, options.municipalities)
    floors = [timed(partial(floor_of_report, out)) for _ in range(5)]
    took, worked = (
        statistics.median(column) * number
        for column in zip(*(floor[:2] for floor in floors), strict=True)
    )
    made = timed(partial(reports, paths[: 2 * number], out, options.workers))
    label = f"{number} Word reports in {options.workers} processes"
    rows.add(label, made, Timed(took, worked, None), share=1 / options.workers)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def growth(folder: Path) -> None:
    print("Processor time.\n")
    print("| municipalities | workbooks | read | check | compare | peak memory |")
    print("|---|---|---|---|---|---|")
    for size in (1, 10, 100):
        paths = make(folder / str(size), size)
        reading = timed(partial(read, paths)).worked
        checking = timed(partial(prepared, paths))
        comparing = timed(partial(compared, checking.made)).worked
        print(
            f"| {size} | {len(paths)} | {reading:.2f} s "
            f"| {checking.worked - reading:.2f} s | {comparing:.2f} s "
            f"| {peak():.0f} MB |",
            flush=True,
        )


def large(folder: Path) -> None:
    """Many cases: all of one phase against all of the other, measure by measure."""
    # Made in another process, so that the peak is that of reading and comparing.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        paths = pool.submit(make, folder / "books", 20, 1680).result()
    print("| work | processor time | peak memory |\n|---|---|---|")
    ready = timed(partial(prepared, paths))
    told = f"read and check 67,200 cases in {len(paths)} workbooks"
    print(f"| {told} | {ready.worked:.1f} s | {peak():.0f} MB |", flush=True)
    results = timed(partial(whole, ready.made))
    told = f"compare {len(results.made.comparison)} rows"
    print(f"| {told} | {results.worked:.1f} s | {peak():.0f} MB |", flush=True)


def whole(ready: Any) -> Any:
    from taskforce_analysis.results import compare_prepared

    return compare_prepared(ready)


def processes(folder: Path, repeats: int) -> None:
    head = ["workbooks", "size", "one process", "two processes"]
    head += ["processor time, one", "processor time, two"]
    print(f"| {' | '.join(head)} |\n{'|---' * len(head)}|")
    for municipalities in (98, 500, 2000):
        paths = make(folder / f"p{municipalities}", municipalities)
        size = sum(path.stat().st_size for path in paths) / 1e6
        found = [
            [timed(partial(read, paths, number))[:2] for number in (1, 2)]
            for _ in range(repeats)
        ]
        cells = [
            f"{statistics.median(turn[which][kind] for turn in found):.2f} s"
            for kind in (0, 1)
            for which in (0, 1)
        ]
        line = f"| {len(paths)} | {size:.1f} MB | {' | '.join(cells)} |"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--municipalities", type=int, default=98)
    parser.add_argument("--reports", type=int, default=98, help="how many are written")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--processes", action="store_true")
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.growth:
            growth(folder)
        elif options.processes:
            processes(folder, options.repeats)
        elif options.large:
            large(folder)
        else:
            national(folder, options)


if __name__ == "__main__":
    sys.exit(main())
