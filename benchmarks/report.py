"""The whole report beside a straight-line script with the same libraries and outputs.

    python benchmarks/report.py [--repeats 5] [--where]

Ours is `taskforce report` of the two 20-case example workbooks. The script reads them
with the same reader, counts, computes Newcombe intervals by formula and writes what
ours writes: Word with a table per theme and two pictures, Excel, a web page with the
same pictures, two figures as png (300 dpi), svg and pdf with text and csv, and JSON.
Each run is a process of its own and they take turns. `--where` tells where our time
goes, by what was imported and called.
"""

import sys
from pathlib import Path
from typing import Any

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from math import sqrt

EXAMPLE = HERE.parent / "data" / "example"
FILES = ("analyse.xlsx", "status.xlsx")
Z = 1.959964
PAGES = 2


def ours(out: Path) -> None:
    """`taskforce report` as a user calls it."""
    from taskforce_analysis.cli import main

    main(["report", str(EXAMPLE / "maaling.toml"), "--out", str(out)])


def straight(out: Path) -> None:
    """What an analyst writes for one report: from top to bottom, nothing checked."""
    import pandas as pd

    out.mkdir()
    frames = [pd.read_excel(EXAMPLE / name, engine="calamine") for name in FILES]
    first = next(
        number
        for number, column in enumerate(frames[0].columns)
        if frames[0][column].isin(["Ja", "Nej"]).any()
    )
    names = [name for name in frames[0].columns[first:] if name in frames[1]]
    rows = [compared(one, *(counted(frame[one]) for frame in frames)) for one in names]
    table = pd.DataFrame(rows)
    for number in range(PAGES):
        draw(table.iloc[number::PAGES], out / f"figur{number + 1}")
    write_word(table, out)
    write_excel(table, out)
    write_page(table, out)
    (out / "tal.json").write_text(table.to_json(orient="records"), "utf-8")


def counted(answers):
    """How many comply, and of how many."""
    given = answers.astype("str").str.strip().str.casefold()
    return int((given == "ja").sum()), int(given.isin(["ja", "nej", "delvist"]).sum())


def wilson(met: int, size: int) -> tuple[float, float]:
    """Wilson's interval by formula."""
    if not size:
        return 0.0, 1.0
    rate, room = met / size, Z * Z / size
    half = Z * sqrt(rate * (1 - rate) / size + room / (4 * size)) / (1 + room)
    middle = (rate + room / 2) / (1 + room)
    return max(0.0, middle - half), min(1.0, middle + half)


def compared(name: str, before: tuple[int, int], after: tuple[int, int]) -> dict:
    """Rates, difference and Newcombe's interval of one measure."""
    sides = [one[0] / one[1] if one[1] else 0.0 for one in (before, after)]
    (l1, u1), (l2, u2) = wilson(*before), wilson(*after)
    change = sides[1] - sides[0]
    return {
        "measure": name,
        "before": f"{before[0]} ud af {before[1]}",
        "after": f"{after[0]} ud af {after[1]}",
        "rate_before": sides[0],
        "rate_after": sides[1],
        "difference": change,
        "low": change - sqrt((sides[1] - l2) ** 2 + (u1 - sides[0]) ** 2),
        "high": change + sqrt((u2 - sides[1]) ** 2 + (sides[0] - l1) ** 2),
    }


def draw(table, path: Path) -> None:
    """Two panels, a line per measure, saved as png, svg and pdf."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["pdf.fonttype"] = 42
    figure = Figure(figsize=(6.3, 0.8 + 0.55 * len(table)))
    rates, changes = figure.subplots(1, 2, sharey=True)
    places = range(len(table))
    rates.plot(table["rate_before"], places, "o", mfc="white", color="#5b7db1")
    rates.plot(table["rate_after"], places, "o", color="#12436d")
    bars = [table["difference"] - table["low"], table["high"] - table["difference"]]
    changes.errorbar(table["difference"], places, xerr=bars, fmt="o", color="#12436d")
    labels = [
        f"{row.measure[:40]}\n{row.before} → {row.after}" for row in table.itertuples()
    ]
    rates.set_yticks(list(places), labels, fontsize=8)
    rates.set_title("Andel")
    changes.set_title("Forskel")
    rates.invert_yaxis()
    figure.tight_layout()
    for suffix in ("png", "svg", "pdf"):
        figure.savefig(path.with_suffix(f".{suffix}"), dpi=300)
    path.with_suffix(".txt").write_text("Andel og forskel", "utf-8")
    table.to_csv(path.with_suffix(".csv"), sep=";", decimal=",")


def write_word(table, out: Path) -> None:
    """Tables of five measures each, the list of issues' size again, two pictures."""
    from docx import Document
    from docx.shared import Cm

    document = Document()
    document.add_heading("Statusmåling", 0)
    for start in range(0, 2 * len(table), 5):
        some = table.iloc[start % len(table) :][:5]
        document.add_heading(f"Tema {start // 5 + 1}", 1)
        grid = document.add_table(rows=1 + len(some), cols=5)
        cells = iter(grid._cells)
        for text in ("Målepunkt", "Analyse", "Status", "Forskel", "Interval"):
            next(cells).text = text
        for row in some.itertuples():
            span = f"{row.low:.2f} til {row.high:.2f}"
            told = (row.measure, row.before, row.after, f"{row.difference:.2f}", span)
            for text in told:
                next(cells).text = text
    for number in range(PAGES):
        document.add_picture(str(out / f"figur{number + 1}.png"), width=Cm(16))
    document.save(str(out / "rapport.docx"))


def write_excel(table, out: Path) -> None:
    """The figures on a sheet, their counts on another, and a chart."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(out / "rapport.xlsx")) as book:
        for name in ("Sammenligning", "Optælling", "Noter"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(table.columns))
            for number, row in enumerate(table.itertuples(index=False), start=1):
                sheet.write_row(number, 0, row)
        chart: Any = book.add_chart({"type": "bar"})
        last = len(table)
        chart.add_series({"values": ["Sammenligning", 1, 3, last, 3]})
        chart.add_series({"values": ["Sammenligning", 1, 4, last, 4]})
        book.worksheets()[0].insert_chart("K2", chart)


def write_page(table, out: Path) -> None:
    """A web page with the table and the pictures in it."""
    pictures = [(out / f"figur{n + 1}.svg").read_text("utf-8") for n in range(PAGES)]
    body = table.to_html(index=False) + "".join(pictures)
    (out / "rapport.html").write_text(f"<html><body>{body}</body></html>", "utf-8")


PEERS = {"taskforce report": ours, "straight-line script": straight}


def seconds(name: str, folder: Path) -> float:
    """One run in a process of its own, from its start to its end."""
    started = time.perf_counter()
    call = [sys.executable, str(Path(__file__)), "--run", name, str(folder)]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def measured(repeats: int) -> dict[str, list[float]]:
    """The seconds of each, taking turns; the first turn warms the disk and is left."""
    taken: dict[str, list[float]] = {name: [] for name in PEERS}
    for turn in range(repeats + 1):
        for name in PEERS:
            with tempfile.TemporaryDirectory() as folder:
                found = seconds(name, Path(folder) / "ud")
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
    medians = {n: statistics.median(t) for n, t in measured(chosen.repeats).items()}
    peer = medians["straight-line script"]
    print("| | seconds, median | ratio |\n|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} | {median / peer:.2f} |")
    print(json.dumps(medians))


if __name__ == "__main__":
    main()
