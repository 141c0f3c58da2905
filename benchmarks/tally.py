"""How long does it take to tally millions of answers, in each engine, and in how much?

    python benchmarks/tally.py                      10 million answers, every peer
    python benchmarks/tally.py --answers 100000000 --only duckdb,ours-duckdb

Every peer reads the same Parquet file in a process of its own and counts rows per
phase, municipality, measure and score, as its users write it by hand. Ours is the whole
tally: the count, rates, intervals, bounds and the conditional twins' own count left out
by a form without conditions. The bound is one pass over one byte per answer. Processor
time is told beside the time, for it holds where other work shares the cores.

pandas-object are plain Python strings, as before pandas 3; pandas-string its own texts.
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(p for p in sys.path if Path(p).resolve() != HERE)]

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

MEASURES = 12
MUNICIPALITIES = 98
KEYS = ["phase", "municipality", "measure", "score"]
COLUMNS = [*KEYS, "form"]
LARGEST = 10_000_000  # more answers are so many links to one file
QUERY = """select phase, municipality, measure, score, count(*) as number
from read_parquet('{path}') group by all"""


def make(folder: Path, answers: int) -> None:
    """The answers table as Parquet, a million rows at a time, long and wide."""
    from taskforce_analysis.synthetic import national_answers, national_cases

    kinds = {"long": national_answers, "wide": national_cases}
    once = min(answers, LARGEST)
    for kind, made in kinds.items():
        path = folder / f"{kind}.parquet"
        write_parts(path, made, once)
        for number in range(1, answers // once):
            path.with_name(f"{kind}-{number}.parquet").hardlink_to(path)


def write_parts(path: Path, made: Callable[..., Any], answers: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from taskforce_analysis.synthetic import Nation

    form, per_part = plain_form(), min(answers, 1_176_000)
    cases = max(per_part // (2 * MUNICIPALITIES * MEASURES), 1)
    parts = max(round(answers / per_part), 1)
    writer = None
    for seed in range(parts):
        frame = made(form, Nation(cases=cases, seed=seed))
        texts = [name for name in frame if name != "days"]
        frame = frame.astype(dict.fromkeys(texts, "str"))
        frame["case_id"] = f"{seed}-" + frame["case_id"]
        frame["unit_id"] = frame["case_id"]
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, rows.schema)
        writer.write_table(rows.cast(writer.schema))
    assert writer is not None
    writer.close()


def plain_form() -> Any:
    from dataclasses import replace

    from taskforce_analysis.synthetic import national_form

    form = national_form(MEASURES)
    measures = tuple(replace(one, applies_when=None) for one in form.measures)
    return replace(form, measures=measures)


def ours(open_frame: Callable[[Path], Any]) -> Callable[[Path], int]:
    def run(path: Path) -> int:
        from taskforce_analysis.tallying import tally

        found = tally(open_frame(path), plain_form(), by=["municipality"])
        return int(found["units"].sum())

    return run


def duckdb_relation(path: Path) -> Any:
    import duckdb

    return duckdb.read_parquet(str(path))


def polars_scan(path: Path) -> Any:
    import polars as pl

    return pl.scan_parquet(path)


def arrow_table(path: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path, columns=COLUMNS)


def dask_frame(path: Path) -> Any:
    import warnings

    import dask.dataframe as dd

    warnings.simplefilter("ignore")
    return dd.read_parquet(path, columns=COLUMNS)


def read_pandas(path: Path, kind: str) -> Any:
    import pandas as pd
    import pyarrow.parquet as pq

    if kind == "category":
        table = pq.read_table(path, columns=COLUMNS, read_dictionary=COLUMNS)
        return table.to_pandas()
    frame = pd.read_parquet(path, columns=COLUMNS)
    return frame.astype("object") if kind == "object" else frame


def pandas_by(kind: str) -> Callable[[Path], int]:
    def run(path: Path) -> int:
        frame = read_pandas(path, kind)
        return int(frame.groupby(KEYS, observed=True).size().sum())

    return run


def duckdb_hand(path: Path) -> int:
    import duckdb

    rows = duckdb.execute(QUERY.format(path=path)).fetchall()
    return sum(row[-1] for row in rows)


def polars_read(path: Path) -> Any:
    import polars as pl

    return pl.read_parquet(path, columns=COLUMNS)


def polars_lazy(path: Path) -> int:
    return int(polars_scan(path).group_by(KEYS).len().collect()["len"].sum())


def polars_eager(path: Path) -> int:
    return int(polars_read(path).group_by(KEYS).len()["len"].sum())


def arrow_hand(path: Path) -> int:
    counted = arrow_table(path).group_by(KEYS).aggregate([([], "count_all")])
    return sum(counted["count_all"].to_pylist())


def dask_hand(path: Path) -> int:
    return int(dask_frame(path).groupby(KEYS).size().compute().sum())


def polars_melt(path: Path) -> int:
    import polars as pl

    names = plain_form().measure_ids
    long = pl.scan_parquet(path).unpivot(
        list(names), index=["phase", "municipality"], variable_name="measure"
    )
    keys = ["phase", "municipality", "measure", "value"]
    return int(long.group_by(keys).len().collect()["len"].sum())


def duckdb_melt(path: Path) -> int:
    import duckdb

    names = ", ".join(plain_form().measure_ids)
    found = duckdb.execute(
        f"select phase, municipality, measure, answer, count(*) from (unpivot "
        f"(select phase, municipality, {names} from read_parquet('{path}')) "
        f"on {names} into name measure value answer) group by all"
    ).fetchall()
    return sum(row[-1] for row in found)


def bound(path: Path) -> int:
    import numpy as np
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(path).metadata.num_rows
    codes = np.zeros(rows, dtype=np.uint8)
    start = time.perf_counter()
    total = int(codes.max()) + rows
    bound.seconds = time.perf_counter() - start
    return total


PEERS: dict[str, tuple[str, Callable[[Path], int]]] = {
    "bound": ("long", bound),
    "duckdb": ("long", duckdb_hand),
    "ours-duckdb": ("long", ours(duckdb_relation)),
    "polars-lazy": ("long", polars_lazy),
    "ours-polars-lazy": ("long", ours(polars_scan)),
    "polars-eager": ("long", polars_eager),
    "ours-polars-eager": ("long", ours(polars_read)),
    "pandas-category": ("long", pandas_by("category")),
    "ours-category": ("long", ours(lambda path: read_pandas(path, "category"))),
    "pandas-string": ("long", pandas_by("string")),
    "ours-string": ("long", ours(lambda path: read_pandas(path, "string"))),
    "pandas-object": ("long", pandas_by("object")),
    "ours-object": ("long", ours(lambda path: read_pandas(path, "object"))),
    "arrow": ("long", arrow_hand),
    "ours-arrow": ("long", ours(arrow_table)),
    "dask": ("long", dask_hand),
    "ours-dask": ("long", ours(dask_frame)),
    "duckdb-wide": ("wide", duckdb_melt),
    "ours-duckdb-wide": ("wide", ours(duckdb_relation)),
    "polars-wide": ("wide", polars_melt),
    "ours-polars-wide": ("wide", ours(polars_scan)),
}
PANDAS = ("category", "string", "object")
HAND = {
    name: name.removeprefix("ours-")
    for name in PEERS
    if name.startswith("ours-") and not name.endswith(PANDAS)
} | {f"ours-{kind}": f"pandas-{kind}" for kind in PANDAS}


def child(name: str, folder: Path, repeats: int) -> None:
    """Measure one peer here; what it needs is imported before the clock starts."""
    kind, function = PEERS[name]
    several = (folder / f"{kind}-1.parquet").exists()
    path = folder / (f"{kind}*.parquet" if several else f"{kind}.parquet")
    counted, times, worked = function(path), [], []
    for _ in range(repeats):
        start, before = time.perf_counter(), time.process_time()
        function(path)
        whole, work = time.perf_counter() - start, time.process_time() - before
        times.append(getattr(function, "seconds", whole))
        worked.append(getattr(function, "seconds", work))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"seconds": times, "worked": worked, "peak": peak, "counted": counted}
    print(json.dumps(found))


def measure(names: list[str], folder: Path, repeats: int) -> dict[str, Any]:
    """Each peer's times and peak memory; the peers take turns, two repeats a turn."""
    found: dict[str, Any] = {
        name: {"seconds": [], "worked": [], "peak": 0} for name in names
    }
    for name in names * max((repeats + 1) // 2, 1):
        call = [
            sys.executable,
            "-P",
            __file__,
            "--child",
            name,
            "--folder",
            str(folder),
        ]
        call += ["--repeats", str(min(repeats, 2))]
        made = subprocess.run(call, capture_output=True, check=True)
        turn = json.loads(made.stdout.splitlines()[-1])
        for kind in ("seconds", "worked"):
            found[name][kind] += turn[kind]
        found[name]["counted"] = turn["counted"]
        found[name]["peak"] = max(found[name]["peak"], turn["peak"])
    return found


def table(found: dict[str, Any]) -> str:
    first = next(iter(found.values()))
    answers, repeats = first["counted"], len(first["seconds"])
    head = ["how", "time", "to hand-written", "processor time", "to hand-written"]
    head += ["to pandas categories", "peak memory"]
    lines = [
        (
            f"{answers:,} answers from Parquet, {MEASURES} measures, "
            f"{MUNICIPALITIES} municipalities; medians of {repeats} repeats"
        ),
        "",
        f"| {' | '.join(head)} |",
        "|---" * len(head) + "|",
    ]
    for name, one in found.items():
        hand = found.get(HAND.get(name, ""))
        cells = [name]
        for kind in ("seconds", "worked"):
            cells.append(f"{1000 * statistics.median(one[kind]):.1f} ms")
            cells.append(f"{ratio(one, hand, kind):.2f}" if hand else "")
        times = ratio(found.get("pandas-category"), one, "seconds")
        cells.append(f"{times:.1f} times faster" if times else "")
        lines.append(f"| {' | '.join(cells)} | {one['peak']:.0f} MB |")
    return "\n".join(lines)


def ratio(one: Any, other: Any, kind: str) -> float:
    """How many times longer one took than the other; 0 where there is no such one."""
    if one is None:
        return 0.0
    return statistics.median(one[kind]) / statistics.median(other[kind])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", help="names of peers, parted by commas")
    parser.add_argument("--growth", action="store_true", help="1, 10 and 100 times")
    parser.add_argument("--folder", type=Path, help="where the files are or will be")
    parser.add_argument("--child")
    parser.add_argument("--make", type=int)
    options = parser.parse_args()
    if options.make:
        make(options.folder, options.make)
        return
    if options.child:
        child(options.child, options.folder, options.repeats)
        return
    names = options.only.split(",") if options.only else list(PEERS)
    sizes = [100_000, 1_000_000, 10_000_000] if options.growth else [options.answers]
    for size in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = options.folder or Path(temporary)
            if not (folder / "long.parquet").exists():
                # In a process of its own, whose memory no peer inherits.
                call = [sys.executable, "-P", __file__, "--folder", str(folder)]
                subprocess.run([*call, "--make", str(size)], check=True)
            found = measure(names, folder, options.repeats)
            print(table(found), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
