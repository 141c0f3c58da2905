"""The comparison of rates against its peers, side by side in the same run.

    python benchmarks/statistics.py

98 municipalities by 30 measures, from 10 to 25 cases in each phase. SciPy's Boschloo
gives a p-value and no interval; statsmodels' Newcombe gives an approximate interval and
no p-value. The slow peer runs on a part of the rows and is scaled, and that is said.
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


def main() -> None:
    counts = made_rows(ROWS)
    compare_rates(*counts[:, :10])
    ours = seconds(lambda: compare_rates(*counts))
    print(f"{ROWS} comparisons, interval and p: {ours:.2f} s")
    p_only = seconds(lambda: exact_p_values(*counts), times=1)
    print(f"{ROWS} one-sided p-values in both directions: {p_only:.2f} s")
    for name, loop in (
        ("SciPy boschloo_exact, p only", boschloo_loop),
        ("statsmodels Newcombe, interval only", newcombe_loop),
    ):
        loop(counts[:, :3])
        taken = seconds(lambda loop=loop: loop(counts[:, :PART]), times=1) * ROWS / PART
        print(
            f"{name}: {taken:.2f} s, scaled from {PART} rows; {taken / ours:.1f} x ours"
        )
    for rows in (1_000, 10_000, 100_000):
        many = made_rows(rows, seed=2)
        taken = seconds(lambda many=many: compare_rates(*many), times=1)
        print(f"{rows} comparisons: {taken:.2f} s, {taken / rows * 1e3:.2f} ms each")
    for table in ((19, 20, 1990, 2000), (10, 20, 1200, 2000), (20, 20, 1999, 2000)):
        taken = seconds(lambda table=table: compare_rates(*table))
        print(f"one comparison of {table[1]} against {table[3]}: {taken:.2f} s")
    tracemalloc.start()
    compare_rates(*counts)
    print(f"peak memory of {ROWS}: {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
