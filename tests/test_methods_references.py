"""Every row of the reference tables that has a method here, at its kind's tolerance.

tests/data/stat_reference.csv holds published worked examples and results of R packages,
each with its source. There the difference is group 1 less group 2, so that group 2 is
the phase before.
"""

import csv
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from witnesses.one_rate import agresti_coull, jeffreys, mid_p
from witnesses.p_values import barnard, boschloo, fisher, fisher_mid_p, hochberg
from witnesses.two_rates import (
    agresti_caffo,
    agresti_min,
    mee,
    miettinen_nurminen,
    newcombe,
)

from taskforce_analysis.methods.comparison import bonferroni, holm
from taskforce_analysis.methods.exact import exact_difference
from taskforce_analysis.methods.rates import clopper_pearson, hypergeometric, wilson

DATA = Path(__file__).parent / "data"
with (DATA / "stat_reference.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))
with (DATA / "stat_reference_other.csv").open(encoding="utf-8") as file:
    OTHERS = list(csv.DictReader(file))

ONE_RATE = {
    "wilson": (wilson, 1e-9),
    "clopper_pearson": (clopper_pearson, 1e-9),
    "jeffreys_equal_tailed": (jeffreys, 1e-9),
    "agresti_coull": (agresti_coull, 1e-9),
    "midp_central": (mid_p, 1e-9),
}
TWO_RATES = {
    "newcombe_diff": (newcombe, 1e-9),
    "agresti_caffo_diff": (agresti_caffo, 1e-9),
    "miettinen_nurminen_diff": (miettinen_nurminen, 1e-7),
    "mee_diff": (mee, 1e-7),
    "exact_score_diff_central_ChanZhang": (exact_difference, 2e-4),
    "exact_score_diff_square_AgrestiMin": (agresti_min, 2e-4),
}
P_VALUES = {
    "fisher_exact_2s_OR_cmle_ci": (fisher, 1e-9),
    "fisher_midp_2s": (fisher_mid_p, 1e-9),
    "boschloo_2s_central": (boschloo, 1e-6),
    "boschloo_2s_minlike": (partial(boschloo, convention="minlike"), 1e-6),
    "boschloo_1s_greater": (partial(boschloo, alternative="worsened"), 1e-6),
    "barnard_zpooled_2s": (barnard, 1e-5),
    "barnard_zpooled_1s_greater": (partial(barnard, alternative="worsened"), 1e-5),
}
# Ours is greater, and why: StatXact gives the p-value at no difference alone, ours the
# greatest over every difference up to 0 (Röhmel 2005); it does not change the verdict.
WIDER = {("exact_score_diff_central_ChanZhang", "6", "13", "2", "7", "pvalue"): 0.67161}
# The grid of 4,000 rates behind this row passes beside the greatest chance.
SHARPER = {("boschloo_2s_minlike", "10", "18", "15", "19", "pvalue"): 0.133899239}


def decimals(text: str) -> float:
    """Half a unit of the last printed decimal; nothing for what is not rounded."""
    text = text.strip().lower()
    if "e" in text:
        digits, power = text.split("e")
        return decimals(digits) * 10.0 ** int(power)
    return 0.5 * 10.0 ** -len(text.partition(".")[2]) if "." in text else 0.0


def key(row: dict[str, str], field: str) -> tuple[str, ...]:
    return (*(row[name] for name in ("method", "x1", "n1", "x2", "n2")), field)


def wanted(row: dict[str, str], field: str) -> float:
    known: dict[tuple[str, ...], float] = {**WIDER, **SHARPER}
    return known.get(key(row, field), float(row[field]))


def name(row: dict[str, str]) -> str:
    return "-".join(row[part] for part in ("method", "x1", "n1", "x2", "n2", "level"))


def rows_of(methods: dict) -> list:
    return [
        pytest.param(row, id=f"{line}-{name(row)}")
        for line, row in enumerate(ROWS, start=2)
        if row["method"] in methods
    ]


def compare(row: dict[str, str], found: tuple, tolerance: float) -> None:
    for field, value in zip(("lower", "upper", "pvalue"), found, strict=False):
        if row[field].strip():
            room = max(tolerance, decimals(row[field]) * 1.01)
            assert value == pytest.approx(wanted(row, field), abs=room, rel=0), field


@pytest.mark.parametrize("row", rows_of(ONE_RATE))
def test_an_interval_of_one_rate_is_the_reference(row):
    method, tolerance = ONE_RATE[row["method"]]
    found = method(int(row["x1"]), int(row["n1"]), confidence=float(row["level"]))
    compare(row, found, tolerance)


@pytest.mark.parametrize("row", rows_of(TWO_RATES))
def test_a_comparison_of_two_rates_is_the_reference(row):
    method, tolerance = TWO_RATES[row["method"]]
    counts = [int(row[part]) for part in ("x2", "n2", "x1", "n1")]
    found = method(*counts, confidence=float(row["level"]))
    compare(row, found, tolerance)


@pytest.mark.parametrize("row", rows_of(P_VALUES))
def test_a_p_value_is_the_reference(row):
    method, tolerance = P_VALUES[row["method"]]
    counts = [int(row[part]) for part in ("x2", "n2", "x1", "n1")]
    room = max(tolerance, decimals(row["pvalue"]) * 1.01)
    assert method(*counts) == pytest.approx(wanted(row, "pvalue"), abs=room, rel=0)


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(";")]


ADJUSTMENTS = {"holm": holm, "hochberg": hochberg, "bonferroni": bonferroni}


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in OTHERS
        if row["topic"] == "p_adjust" and row["output"] in ADJUSTMENTS
    ],
)
def test_adjusted_p_values_are_those_of_r(row):
    found = ADJUSTMENTS[row["output"]](numbers(row["inputs"]))
    assert found == pytest.approx(numbers(row["value"]), abs=1e-12)


@pytest.mark.parametrize(
    "row", [row for row in OTHERS if row["topic"] == "hypergeom_exact_ci"]
)
def test_limits_in_a_stock_are_those_of_r(row):
    given = dict(part.split("=") for part in row["inputs"].split(";"))
    counts = (int(given[part]) for part in ("x", "n", "N"))
    found = hypergeometric(*counts, confidence=float(given["level"]))
    assert found == pytest.approx(numbers(row["value"])[2:], abs=1e-8)


def test_the_sharper_row_is_the_greater_chance_of_the_same_outcomes():
    """R's grid of 4,000 rates, and a finer one about its best, for 10/18 and 15/19."""
    from scipy.stats import binom, fisher_exact

    p = np.array(
        [
            [fisher_exact([[i, 18 - i], [j, 19 - j]])[1] for j in range(20)]
            for i in range(19)
        ]
    )
    extreme = p <= p[10, 15] * (1 + 1e-7)

    def chance(rates):
        first = binom.pmf(np.arange(19)[:, None], 18, rates)
        return np.einsum(
            "ip,ij,jp->p", first, extreme, binom.pmf(np.arange(20)[:, None], 19, rates)
        )

    coarse = np.linspace(0, 1, 4001)
    best = coarse[chance(coarse).argmax()]
    fine = chance(np.linspace(best - 1e-3, best + 1e-3, 40_001)).max()
    assert fine == pytest.approx(0.133899239, abs=1e-8)
    assert chance(coarse).max() > 0.133898
