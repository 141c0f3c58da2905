"""How often each interval holds the truth, worked out from every outcome there can be.

For every two numbers of cases from 5 to 30, and for 20 against 381 and against 2,000,
the chance of every outcome is summed over a grid of true rates: nothing is simulated.
The table is written between the markers of docs/methods.md.

    python benchmarks/coverage.py            # some two hours on one core
    python benchmarks/coverage.py --to 12    # a quick look; writes nothing
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
REST = [path for path in sys.path if Path(path).resolve() != HERE]
sys.path[:] = [str(HERE.parent), str(HERE.parent / "tests"), *REST]

import argparse
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import witnesses  # pyright: ignore[reportMissingImports]

from taskforce_analysis.methods import method
from taskforce_analysis.methods.counts import probabilities
from taskforce_analysis.methods.exact import exact_difference
from taskforce_analysis.methods.outcomes import Rows
from taskforce_analysis.methods.rates import clopper_pearson, wilson
from taskforce_analysis.methods.scanning import greatest_p

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"
START, END = "<!-- coverage: start -->", "<!-- coverage: end -->"
RATES = np.round(np.linspace(0, 1, 101), 10)
COMMON = np.linspace(0, 1, 1001)
LARGE = ((20, 381), (20, 2000))
HEADING = (
    "| method | cases | least coverage | mean coverage | greatest miss on one side |"
    " greatest error of the verdict in one direction | incoherent tables |"
)
SLOW = (
    witnesses.two_rates.agresti_min
)  # 50 ms a table: up to these sizes, and two pairs
SLOW_LAST, SLOW_MORE = 15, ((7, 23), (20, 20))


def label(name: str) -> str:
    """What reports call a method of the tool."""
    entry = method(name)
    assert entry is not None
    return entry.label["en"]


EXACT = label("chan_zhang")
DIFFERENCES = {
    EXACT: exact_difference,
    **witnesses.DIFFERENCES,
}
INTERVALS = {
    label("wilson"): wilson,
    label("clopper_pearson"): clopper_pearson,
    **witnesses.INTERVALS,
}


class Found(NamedTuple):
    """What one method did at one pair of sizes."""

    least: float  # coverage
    mean: float
    below: float  # greatest chance that the interval lies wholly above the truth
    above: float
    improved: float  # greatest chance of a wrong verdict, in either direction
    worsened: float
    incoherent: int  # tables in which interval and p-value disagree


def all_tables(n1: int, n2: int) -> tuple[np.ndarray, ...]:
    i, j = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
    return i.ravel(), np.full(i.size, n1), j.ravel(), np.full(i.size, n2)


def chances(cases: int, rates: np.ndarray) -> np.ndarray:
    return probabilities(np.array([float(cases)]), rates[None, :])[:, 0, :]


def coverage(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chance of missing on either side, per pair of true rates (before, after)."""
    first, second = (chances(size - 1, RATES) for size in low.shape)
    truth = RATES[None, :] - RATES[:, None]
    below, above = np.zeros(truth.shape), np.zeros(truth.shape)
    for i, weight in enumerate(first):
        over = low[i][:, None, None] > truth + 1e-9
        under = high[i][:, None, None] < truth - 1e-9
        below += weight[:, None] * np.einsum("jb,jab->ab", second, over)
        above += weight[:, None] * np.einsum("jb,jab->ab", second, under)
    return below, above


def verdict_error(region: np.ndarray) -> float:
    """The greatest chance of this region where both true rates are the same."""
    first, second = (chances(size - 1, COMMON) for size in region.shape)
    return float(np.einsum("ip,ij,jp->p", first, region.astype(float), second).max())


def examine(interval: Callable[..., tuple], n1: int, n2: int) -> Found:
    found = interval(*all_tables(n1, n2))
    low, high = (np.reshape(part, (n1 + 1, n2 + 1)) for part in found[:2])
    below, above = coverage(low, high)
    held = 1 - below - above
    excluded = (low > 0) | (high < 0)
    p_value = found[2].reshape(low.shape) if len(found) == 3 else None
    wrong = 0 if p_value is None else np.sum(excluded != (p_value < 1 - 0.95))
    return Found(
        float(held.min()),
        float(held.mean()),
        float(below.max()),
        float(above.max()),
        verdict_error(low > 0),
        verdict_error(high < 0),
        int(wrong),
    )


def examine_large(n1: int, n2: int, *, steps: int = 41) -> Found:
    """The default at very unequal sizes, by the outcomes whose limit is passed.

    The lower limit rises with the number after, so for each number before the least
    number after whose lower limit exceeds the difference is found by halving.
    """
    truths = np.round(np.linspace(-1, 1, steps), 10)[1:-1]
    worst, total, count = np.zeros(2), 0.0, 0
    missed = {}
    for truth in truths:
        missed[truth] = chance_above(n1, n2, float(truth))
    least = 1.0
    for truth in truths:
        below, above = missed[truth], missed[-truth][::-1]
        worst = np.maximum(worst, (below.max(), above.max()))
        held = 1 - below - above
        least, total, count = (
            min(least, held.min()),
            total + held.sum(),
            count + held.size,
        )
    none = missed[0.0]
    wrong = incoherent(n1, n2)
    return Found(
        least, total / count, worst[0], worst[1], none.max(), none[::-1].max(), wrong
    )


def incoherent(n1: int, n2: int, *, together: int = 1000) -> int:
    """In how many tables the default's interval and p-value disagree.

    Each is worked out, and half of them once: a table's mirror image has its limits
    turned round.
    """
    tables = np.array(all_tables(n1, n2))[:, : ((n1 + 1) * (n2 + 1) + 1) // 2]
    wrong = 0
    for first in range(0, tables.shape[1], together):
        some = tables[:, first : first + together]
        low, high, p_value = exact_difference(*some)
        disagree = ((low > 0) | (high < 0)) != (p_value < 1 - 0.95)
        wrong += int(np.sum(disagree * (1 + np.any(some != mirrored(some), axis=0))))
    return wrong


def mirrored(tables: np.ndarray) -> np.ndarray:
    """The tables with yes and no exchanged."""
    x1, n1, x2, n2 = tables
    return np.array([n1 - x1, n1, n2 - x2, n2])


def chance_above(n1: int, n2: int, truth: float) -> np.ndarray:
    """The chance that the lower limit exceeds the true difference, over true rates."""
    i = np.arange(n1 + 1.0)
    low, high = np.zeros(n1 + 1), np.full(n1 + 1, n2 + 1.0)
    while np.any(low < high):
        middle = np.minimum(np.floor((low + high) / 2), n2)
        rows = Rows(i, np.full(i.size, float(n1)), middle, np.full(i.size, float(n2)))
        rejected = greatest_p(rows, up_to=truth, enough=0.025 + 1e-9) <= 0.025
        open_ = low < high
        high = np.where(open_ & rejected, middle, high)
        low = np.where(open_ & ~rejected, middle + 1, low)
    before = np.linspace(max(0, -truth), min(1, 1 - truth), 201)
    first, second = chances(n1, before), chances(n2, np.clip(before + truth, 0, 1))
    tails = np.vstack([np.cumsum(second[::-1], axis=0)[::-1], np.zeros(before.size)])
    return np.sum(first * tails[high.astype(int)], axis=0)


def one_rate(interval: Callable[..., tuple], sizes: range) -> tuple[float, float]:
    """The least and the mean coverage of an interval of one rate."""
    rates = np.linspace(0, 1, 2001)[1:-1]
    held = []
    for size in sizes:
        counts = np.arange(size + 1)
        low, high = interval(counts, size)
        inside = (low[:, None] <= rates) & (rates <= high[:, None])
        held.append(np.sum(chances(size, rates) * inside, axis=0))
    return float(np.min(held)), float(np.mean(held))


def summary(rows: list[Found]) -> str:
    parts = np.array([row[:6] for row in rows])
    least, mean = parts[:, 0].min(), parts[:, 1].mean()
    side, error = parts[:, 2:4].max(), parts[:, 4:6].max()
    wrong = sum(row.incoherent for row in rows)
    return f"{least:.4f} | {mean:.4f} | {side:.4f} | {error:.6f} | {wrong}"


def table(last: int) -> str:
    lines = [
        HEADING,
        "|---|---|---|---|---|---|---|",
    ]
    pairs = [(a, b) for a in range(5, last + 1) for b in range(a, last + 1)]
    for name, interval in DIFFERENCES.items():
        some = [pair for pair in pairs if pair[1] <= SLOW_LAST or pair in SLOW_MORE]
        sizes = some if interval is SLOW else pairs
        began = time.perf_counter()
        found = summary([examine(interval, *pair) for pair in sizes])
        text = f"5 to {last}"
        if interval is SLOW and last > SLOW_LAST:
            text = f"5 to {SLOW_LAST}, (7, 23) and (20, 20)"
        lines.append(f"| {name} | {text} | {found} |")
        print(lines[-1], f"{time.perf_counter() - began:.0f} s", flush=True)
    for pair in LARGE if last >= 30 else ():
        began = time.perf_counter()
        found = summary([examine_large(*pair)])
        lines.append(f"| {EXACT} | {pair} | {found} |")
        print(lines[-1], f"{time.perf_counter() - began:.0f} s", flush=True)
    lines += [
        "",
        "| one rate | cases | least coverage | mean coverage |",
        "|---|---|---|---|",
    ]
    for name, interval in INTERVALS.items():
        least, mean = one_rate(interval, range(5, last + 1))
        lines.append(f"| {name} | 5 to {last} | {least:.4f} | {mean:.4f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument(
        "--to", type=int, default=30, help="the largest number of cases"
    )
    last = parser.parse_args().to
    text = table(last)
    if last < 30 or not PAGE.exists():
        print(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(START)
    PAGE.write_text(
        f"{head}{START}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
