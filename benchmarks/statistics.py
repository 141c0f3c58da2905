"""The comparison of rates against its peers, side by side in the same run.

    python benchmarks/statistics.py

98 municipalities by 30 measures, from 10 to 25 cases in each phase; then comparisons
of many cases, one at a time, with the greatest memory that is held at once. SciPy's
Boschloo gives a p-value and no interval; statsmodels' Newcombe gives an approximate
interval and no p-value. The slow peer runs on a part of the rows and is scaled, and
that is said.
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
REST = [path for path in sys.path if Path(path).resolve() != HERE]
sys.path[:] = [str(HERE.parent), str(HERE.parent / "tests"), *REST]

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from witnesses.p_values import (  # pyright: ignore[reportMissingImports]
    exact_p_values,
)

from taskforce_analysis.methods.comparison import compare_rates

ROWS = 98 * 30
PART = 300  # rows for the peers that work one row at a time


def made_rows(rows: int, *, seed: int = 1) -> np.ndarray:
    """Counts before and after: compliant and applicable, shape (4, rows)."""
    random = np.random.default_rng(seed)
    before, after = random.integers(10, 26, (2, rows))
    rate = random.random(rows)
    later = np.clip(rate + random.normal(0, 0.2, rows), 0, 1)
    return np.array(
        [random.binomial(before, rate), before, random.binomial(after, later), after]
    )


def seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """The shortest of some runs, in seconds of this process."""
    best = np.inf
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return float(best)


def boschloo_loop(counts: np.ndarray) -> None:
    from scipy.stats import boschloo_exact

    for x1, n1, x2, n2 in counts.T:
        boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]])


def newcombe_loop(counts: np.ndarray) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    for x1, n1, x2, n2 in counts.T:
        confint_proportions_2indep(x2, n2, x1, n1, method="newcomb")


def megabytes(work: Callable[[], object]) -> float:
    """The greatest memory that was held at once, beyond what was held before."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return most


# Many cases: near the middle and near the end, where casework lies.
MANY = (
    (19, 20, 1990, 2000),
    (20, 20, 1999, 2000),
    (1000, 2000, 1050, 2000),
    (1900, 2000, 1960, 2000),
    (10_000, 20_000, 10_400, 20_000),
    (15_000, 20_000, 11_500, 15_000),
    (50_000, 100_000, 50_600, 100_000),
)


def main() -> None:
    print("| work | processor time | memory |\n|---|---|---|")
    counts = made_rows(ROWS)
    compare_rates(*counts[:, :10])
    ours = seconds(lambda: compare_rates(*counts))
    held = megabytes(lambda: compare_rates(*counts))
    print(f"| {ROWS} comparisons, interval and p | {ours:.2f} s | {held:.0f} MB |")
    p_only = seconds(lambda: exact_p_values(*counts), times=1)
    print(f"| {ROWS} one-sided p-values in both directions | {p_only:.2f} s | |")
    for name, loop in (
        ("SciPy boschloo_exact, p only", boschloo_loop),
        ("statsmodels Newcombe, interval only", newcombe_loop),
    ):
        loop(counts[:, :3])
        taken = seconds(lambda loop=loop: loop(counts[:, :PART]), times=1) * ROWS / PART
        times = f"scaled from {PART} rows; {taken / ours:.1f} x ours"
        print(f"| {name} | {taken:.2f} s, {times} | |")
    for rows in (1_000, 10_000, 100_000):
        many = made_rows(rows, seed=2)
        taken = seconds(lambda many=many: compare_rates(*many), times=1)
        each = f"{taken / rows * 1e3:.2f} ms each"
        print(f"| {rows} comparisons | {taken:.2f} s, {each} | |")
    for table in MANY:
        taken = seconds(lambda table=table: compare_rates(*table))
        held = megabytes(lambda table=table: compare_rates(*table))
        what = f"one comparison, {table[0]} of {table[1]} and {table[2]} of {table[3]}"
        print(f"| {what} | {taken:.2f} s | {held:.0f} MB |", flush=True)
    forty = np.array([[x, 8000, x + 200, 8000] for x in range(4000, 4040)]).T
    taken = seconds(lambda: compare_rates(*forty), times=1)
    held = megabytes(lambda: compare_rates(*forty[:, :4]))
    print(
        f"| forty rows of 8,000 and 8,000 | {taken:.2f} s | {held:.0f} MB (of four) |"
    )


if __name__ == "__main__":
    main()
