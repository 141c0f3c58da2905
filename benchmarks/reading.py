"""Reading workbooks: this package beside pandas with calamine and with openpyxl.

    python benchmarks/reading.py [--rows 100000] [--repeats 5] [--quick] [--old]

Every measurement is a process of its own: it imports, reads once to warm up where the
work is small, and then reads; its time is the processor's, its peak memory the
process's. The readers take turns, so that a busy machine is busy for all. Prints a
table in Markdown: medians, and ratios to pandas with calamine.

This package has two readers for the rows of a sheet, a fast and a plain one; what the
fast one buys is seen where the plain one reads everything.

LibreOffice, where it is installed, makes an .xls and an .ods of the same cells; those
are read beside the engines of pandas that are installed (`--old`: nothing else is).
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import json
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

ANSWERS = ("Ja", "Nej", "Ikke relevant", "")
SMALL_FILES, SMALL_ROWS, COLUMNS = 196, 20, 40
PEERS = ("pandas + calamine", "pandas + openpyxl")
OURS, CHECKED = "this package, read", "this package, read and checked"
PARSED = "this package, read by its plain reader"
OLD_ROWS = 20_000
OLD_ENGINES = {"xls": "xlrd", "ods": "odf"}  # beside calamine, which reads both


def make(path: Path, rows: int, seed: int) -> None:
    """A workbook like an analyst's: id, phase, municipality, two dates, answers."""
    import xlsxwriter

    chance = random.Random(seed)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        measures = [f"Er betingelse {n} opfyldt?" for n in range(1, COLUMNS - 4)]
        known = ["Sagsnr.", "Måling", "Kommune", "Afgørelsesdato", "Opfølgningsdato"]
        sheet.write_row(0, 0, known + measures)
        for row in range(1, rows + 1):
            sheet.write_string(row, 0, f"S-{row:06d}")
            sheet.write_string(row, 1, chance.choice(("Førmåling", "Eftermåling")))
            sheet.write_string(row, 2, f"Kommune {seed}")
            for column in (3, 4):
                sheet.write_number(row, column, 43_000 + chance.randrange(900), day)
            for column, answer in enumerate(
                chance.choices(ANSWERS, (60, 25, 10, 5), k=COLUMNS - 5), 5
            ):
                if answer:
                    sheet.write_string(row, column, answer)


def make_form(path: Path) -> None:
    """The form that these workbooks follow."""
    lines = [
        *('id = "benchmark"', 'title = "Prøve"', 'version = "1"', 'unit = "sag"'),
        *("[columns]", 'case = ["Sagsnr."]', 'phase = ["Måling"]'),
    ]
    for name, label, kind in (
        ("municipality", "Kommune", ""),
        ("decided", "Afgørelsesdato", 'type = "date"'),
        ("followed_up", "Opfølgningsdato", 'type = "date"'),
    ):
        lines += ["[[attributes]]", f'id = "{name}"', f'label = "{label}"']
        lines += [f'columns = ["{label}"]', kind]
    for name, label in (("before", "Førmåling"), ("after", "Eftermåling")):
        lines += ["[[phases]]", f'id = "{name}"', f'label = "{label}"']
        lines += [f'spellings = ["{label}"]']
    lines += ["[[themes]]", 'id = "all"', 'label = "Alle"']
    for number in range(1, COLUMNS - 4):
        label = f"Er betingelse {number} opfyldt?"
        lines += ["[[measures]]", f'id = "m{number}"', f'label = "{label}"']
        lines += [f'columns = ["{label}"]', 'theme = "all"']
    path.write_text("\n".join(lines), "utf-8")


def reader(name: str, folder: Path) -> Callable[[list[Path]], Any]:
    """The function that reads files in the way of this name, all in one run."""
    if name.startswith("pandas + "):
        import pandas as pd

        engine: Any = name.partition(" + ")[2]
        return lambda paths: [pd.read_excel(path, engine=engine) for path in paths]
    from taskforce_analysis.reading import read_cells

    if name == PARSED:
        from taskforce_analysis.reading.scanning import Sifter

        Sifter.scan = lambda self, data: data
    if name != CHECKED:
        return lambda paths: [read_cells(path) for path in paths]
    from taskforce_analysis.checking import check
    from taskforce_analysis.forms import load_form

    form = load_form(str(folder / "form.toml"))
    return lambda paths: check([read_cells(path) for path in paths], form)


def run_child(name: str, folder: Path, files: list[Path]) -> None:
    """What a child process does: read all files, and tell seconds and mebibytes."""
    read = reader(name, folder)
    if len(files) > 1:
        read(files[:20])
    start = time.process_time()
    read(files)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "peak": peak_memory()}))


def peak_memory() -> float:
    """The process's peak resident memory in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent had when it forked
        peak = status.read_text("utf-8").partition("VmHWM:")[2].split()[0]
        return int(peak) / (1 << 10)
    if find_spec("resource") is None:
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def measure(name: str, folder: Path, pattern: str) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, "--child", name, str(folder), pattern]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(said)


def make_old(folder: Path, kind: str) -> Path | None:
    """The same cells as an older workbook; None where LibreOffice is not installed."""
    office = shutil.which("soffice")
    if office is None:
        return None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", kind, "--outdir"]
    command += [str(folder), str(folder / "old.xlsx")]
    subprocess.run(command, capture_output=True, check=True)
    return folder / f"old.{kind}"


def compare(
    title: str,
    folder: Path,
    pattern: str,
    *,
    names: list[str],
    options: argparse.Namespace,
) -> None:
    """Measure all readers in turn and print their rows."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(options.repeats):
        for name in names:
            found[name].append(measure(name, folder, pattern))
    seconds = {n: statistics.median(r["seconds"] for r in found[n]) for n in names}
    peaks = {n: statistics.median(r["peak"] for r in found[n]) for n in names}
    for name in names:
        ratio, memory = (part[name] / part[PEERS[0]] for part in (seconds, peaks))
        print(
            f"| {title} | {name} | {seconds[name]:.3f} s | {ratio:.2f} "
            f"| {peaks[name]:.0f} MiB | {memory:.2f} |"
        )


def main() -> None:
    """Make the workbooks, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="without openpyxl")
    parser.add_argument("--old", action="store_true", help="only .xls and .ods")
    parser.add_argument("--child", nargs=3, metavar=("READER", "FOLDER", "PATTERN"))
    options = parser.parse_args()
    if options.child:
        name, folder, pattern = options.child
        run_child(name, Path(folder), sorted(Path(folder).glob(pattern)))
        return
    ours = [OURS, CHECKED, PEERS[0]]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_form(folder / "form.toml")
        print("| work | reader | processor time | ratio | peak memory | ratio |")
        print("|---|---|---|---|---|---|")
        if not options.old:
            names = [*ours, PARSED, *(PEERS[1:] if not options.quick else ())]
            for number in range(SMALL_FILES):
                make(folder / f"small-{number:03d}.xlsx", SMALL_ROWS, number)
            make(folder / "large.xlsx", options.rows, 0)
            title = f"{SMALL_FILES} workbooks of {SMALL_ROWS} by {COLUMNS}"
            compare(title, folder, "small-*.xlsx", names=names, options=options)
            title = f"{options.rows:,} by {COLUMNS}"
            compare(title, folder, "large.xlsx", names=names, options=options)
        make(folder / "old.xlsx", OLD_ROWS, 0)
        for kind, engine in OLD_ENGINES.items():
            if make_old(folder, kind) is None:
                continue
            title = f".{kind} of {OLD_ROWS:,} by {COLUMNS}"
            names = [*ours, *([f"pandas + {engine}"] if find_spec(engine) else [])]
            compare(title, folder, f"old.{kind}", names=names, options=options)


if __name__ == "__main__":
    main()
