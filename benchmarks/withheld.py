"""What does it cost that nobody who knows the method can work a small count out?

    python -P benchmarks/withheld.py            1,000 tables at thresholds 3, 5 and 10
    python -P benchmarks/withheld.py 100

Made-up families of three to eight groups, of one measure that is met or not. Of each
threshold: the share of groups with a small count; of those that are withheld here, in
blocks from what is public; and of those that the fewest possible would be, chosen by
the counts themselves (every choice is tried). In the last an outsider who knows no
method finds no small count, for none is the only one that the sums allow; one who knows
it does, for which groups were chosen tells of their counts. Beside it stands what
Tau-Argus chooses where pytauargus is installed: its optimal suppression of the first of
the same tables, by HiGHS.
"""

import sys
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import replace
from itertools import combinations
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from taskforce_analysis import tables
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.forms import Form, Measure, Phase
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying import tally

THRESHOLDS = (3, 5, 10)
BY = ("municipality", "area")
FORM = Form(
    id="f",
    title="F",
    version="1",
    unit="sag",
    case=("Sag",),
    phases=(Phase(id="status", label="Status"),),
    measures=(Measure(id="met", label="Opfyldt", columns=("Opfyldt",)),),
)
WITNESSED = 200  # tables that Tau-Argus is asked about; it starts anew for each


def made_tables(many: int) -> list[np.ndarray]:
    """Tables of groups by met and not met, of unlike size, many nearly alike."""
    found = []
    for seed in range(many):
        random = np.random.default_rng(seed)
        sizes = random.choice((4, 8, 12, 20, 40, 80), int(random.integers(3, 9)))
        met = random.binomial(sizes, random.choice((0.1, 0.5, 0.8, 0.95)))
        found.append(np.column_stack([met, sizes - met]))
    return found


def published(made: Sequence[np.ndarray]) -> Results:
    """All tables as the results of one run: each is a municipality with its areas."""
    places = [
        (f"d{number} · g{group}", score)
        for number, table in enumerate(made)
        for group, counts in enumerate(table)
        for score, many in zip(("compliant", "noncompliant"), counts, strict=True)
        for _ in range(many)
    ]
    rows = pd.DataFrame(places, columns=["group", "score"])
    answers = rows.assign(form="f", phase="status", measure="met")
    empty = tables.build([], tables.issues)
    return Results(
        form=FORM,
        form_was_matched=False,
        measurement=Measurement(),
        settings=Settings(by=BY),
        sources=(),
        phases=("status",),
        before="status",
        after="status",
        answers=tables.build([], tables.answers),
        issues=empty,
        issue_cells=empty,
        tally=tally(answers, FORM),
        comparison=tables.build([], tables.comparison),
        distribution=tables.build([], tables.distribution),
        durations=tables.build([], tables.durations),
    )


def small_in(table: np.ndarray, threshold: int) -> np.ndarray:
    """Which groups have a small count that the total does not tell by itself."""
    told = np.isin(table.sum(axis=0), (0, table.sum()))
    small = (table > 0) & (table < threshold) & ~told
    return np.asarray(small.any(axis=1))


def fewest(table: np.ndarray, threshold: int) -> int:
    """The fewest groups to hide so that no hidden small count is the only possible."""
    small = small_in(table, threshold)
    others = np.flatnonzero(~small).tolist()
    for more in range(len(others) + 1):
        for chosen in combinations(others, more):
            hidden = small.copy()
            hidden[list(chosen)] = True
            if not small.any() or is_safe(table[hidden], threshold):
                return int(hidden.sum())
    return len(table)


def is_safe(hidden: np.ndarray, threshold: int) -> bool:
    """Whether each small count may be another one, by the sums of rows and columns."""
    sizes, rest = hidden.sum(axis=1, keepdims=True), hidden.sum(axis=0)
    least = np.maximum(0, sizes + rest - rest.sum())
    small = (hidden > 0) & (hidden < threshold)
    return bool((least < np.minimum(sizes, rest))[small].all())


def by_tau_argus(table: np.ndarray, threshold: int) -> int | None:
    """How many groups Tau-Argus hides something of; None where it is not installed."""
    try:
        from pytauargus import protect  # type: ignore[import-not-found]
    except ImportError:
        return None
    met = np.tile(["met", "unmet"], len(table))
    groups = np.repeat([f"g{number}" for number in range(len(table))], 2)
    counts = table.ravel()
    rows = {
        "group": np.repeat(groups, counts).tolist(),
        "answer": np.repeat(met, counts).tolist(),
        "units": [1] * int(counts.sum()),
    }
    with TemporaryDirectory() as folder, chdir(folder):  # it keeps a log where it runs
        made = protect(
            rows,
            ["group", "answer"],
            response="units",
            safety_rules=f"FREQ({threshold},20)",
            suppress="OPT(1)",
            workdir=folder,
        )
    cells = made.tables[0].dataframe().assign(shown=made.tables[0].safe(None))
    gone = cells[cells["shown"].isna() & (cells["group"] != "Total")]
    return gone["group"].nunique()


def main() -> None:
    made = made_tables(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    whole, groups = published(made), sum(map(len, made))
    print("| threshold | small | the fewest | in blocks | Tau-Argus |")
    print("|---|---|---|---|---|")
    for threshold in THRESHOLDS:
        asked = replace(whole.settings, publish="open", threshold=threshold)
        shown = len(disclose(replace(whole, settings=asked)).tally)
        small = sum(int(small_in(table, threshold).sum()) for table in made)
        least = sum(fewest(table, threshold) for table in made)
        first = made[:WITNESSED]
        theirs = [by_tau_argus(table, threshold) for table in first]
        known = [one for one in theirs if one is not None]
        told = f"{sum(known) / sum(map(len, first)):.1%}" if known else "not installed"
        shares = " | ".join(
            f"{one / groups:.1%}" for one in (small, least, groups - shown)
        )
        print(f"| {threshold} | {shares} | {told} |")


if __name__ == "__main__":
    main()
