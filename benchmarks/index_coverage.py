"""How often the index errs where the means are alike and the spread is not.

The index's p-value is exact where the scores' distribution is the same in both phases.
Where only the means are alike it may err more often: most where the measures of a case
go their own ways in one phase and together in the other. This goes through rates from
0.1 to 0.95, correlations from 0 to 0.6, and 10, 20 and 40 cases, with three ways of
hanging together, and prints the greatest errors on one side, also where nothing
differs. Every outcome is gone through where there are few enough; else measurements
are drawn.

    python benchmarks/index_coverage.py
    python benchmarks/index_coverage.py --quick
    python benchmarks/index_coverage.py --unchanged      nothing differs, more measures
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
REST = [path for path in sys.path if Path(path).resolve() != HERE]
sys.path[:] = [str(HERE.parent), *REST]

import argparse
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from math import comb

import numpy as np
from scipy.special import betaln, gammaln, ndtr, ndtri

from taskforce_analysis.methods.index import (
    WHOLE,
    compare_scores,
    index_confidence,
)
from taskforce_analysis.methods.planning import index_power, kept_chances

RATES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CORRELATIONS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
NEAR = 0.3 + 1e-9
COUNTED = ((2, 10, 10), (2, 10, 20), (2, 10, 40), (2, 20, 20), (2, 20, 40), (2, 40, 40))
COUNTED += ((3, 10, 10), (3, 10, 20), (3, 10, 40), (3, 20, 20), (4, 10, 10))
DRAWN = ((4, 20, 20), (4, 20, 40), (4, 10, 40), (5, 20, 20), (5, 10, 40))
DRAWN += ((6, 10, 10), (6, 20, 20), (6, 20, 40), (6, 10, 40))
DRAWN_RATES = (0.85, 0.9, 0.95)
DRAWN_CORRELATIONS = ((0.0, 0.3), (0.3, 0.0), (0.0, 0.6))
DRAWS = 3_000
UNCHANGED = ((4, 20), (4, 40), (5, 20), (6, 10), (6, 20), (6, 40))
CONFIDENCES = (0.90, 0.95, 0.99, 0.999)

Chances = Callable[[float, float, int], np.ndarray]


def of_a_piece(rate: float, correlation: float, measures: int) -> np.ndarray:
    """With the chance `correlation` all measures of a case are alike."""
    return kept_chances([rate] * measures, correlation)


def beta_binomial(rate: float, correlation: float, measures: int) -> np.ndarray:
    """Every case has a rate of its own."""
    if not correlation:
        return of_a_piece(rate, 0.0, measures)
    kept, size = np.arange(measures + 1), 1 / correlation - 1
    ways = np.array([comb(measures, number) for number in kept])
    yes, no = rate * size, (1 - rate) * size
    return ways * np.exp(betaln(kept + yes, measures - kept + no) - betaln(yes, no))


def one_factor(rate: float, correlation: float, measures: int) -> np.ndarray:
    """A normal carefulness behind every measure; `correlation` as at a rate of 0.5."""
    hidden = np.sin(np.pi * correlation / 2)
    z = np.linspace(-8, 8, 801)
    weight = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    own = ndtr((ndtri(rate) - np.sqrt(hidden) * z) / np.sqrt(1 - hidden))
    kept = np.arange(measures + 1)
    ways = np.array([comb(measures, number) for number in kept])
    chances = own[:, None] ** kept * (1 - own[:, None]) ** (measures - kept)
    return ways * (weight @ chances)


SHAPES: dict[str, Chances] = {
    "of a piece": of_a_piece,
    "own rate per case": beta_binomial,
    "normal factor": one_factor,
}


def outcomes(measures: int, cases: int) -> np.ndarray:
    """Every number of cases that can keep 0, 1, 2 ... of the measures."""
    found = [
        (*most, cases - sum(most))
        for most in product(range(cases + 1), repeat=measures)
        if sum(most) <= cases
    ]
    return np.array(found)


@lru_cache(maxsize=2)
def p_values(measures: int, first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
    """The p-values of "not risen" and "not fallen" of every pair of outcomes.

    By going through all outcomes, and in another way than the package does.
    """
    before, after = outcomes(measures, first), outcomes(measures, second)
    scores = np.arange(measures + 1)
    parts = []
    for counts, cases in ((before, first), (after, second)):
        total, squares = counts @ scores, counts @ scores**2
        variance = (squares - total**2 / cases) / (cases - 1) / cases
        parts.append((total / cases, variance))
    (mean1, spread1), (mean2, spread2) = parts
    difference = (mean2[None, :] - mean1[:, None]).ravel()
    error = np.sqrt((spread1[:, None] + spread2[None, :]).clip(0)).ravel()
    error[error < 1e-9] = 0
    difference[np.abs(difference) < 1e-9] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(difference == 0, 0.0, (difference / error).round(9))
    base = (first + second + 1) ** np.arange(measures + 1)
    pooled = ((before @ base)[:, None] + (after @ base)[None, :]).ravel()
    ways = [-gammaln(counts + 1.0).sum(axis=1) for counts in (before, after)]
    logs = ways[0][:, None] + ways[1][None, :]
    factorials = gammaln(np.arange(first + second + 1) + 1.0)
    for one, other in zip(before.T, after.T, strict=True):
        logs += factorials[one[:, None] + other[None, :]]
    logs += gammaln(first + 1) + gammaln(second + 1) - factorials[-1]
    weight = np.exp(logs)  # of one pool they come to 1
    shape = (len(before), len(after))
    up = _tails(pooled, -value, weight.ravel()).reshape(shape)
    down = _tails(pooled, value, weight.ravel()).reshape(shape)
    return up, down


def _tails(pooled: np.ndarray, value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """For each row, the weight of those in its pool with this value or less."""
    order = np.lexsort((value, pooled))
    pooled, value, sums = pooled[order], value[order], np.cumsum(weight[order])
    new = np.concatenate(([True], pooled[1:] != pooled[:-1]))
    before = np.concatenate(([0.0], sums))[np.flatnonzero(new)]
    last = np.append(new[1:] | (value[1:] != value[:-1]), True)
    ends = np.flatnonzero(last)
    end = ends[np.searchsorted(ends, np.arange(pooled.size))]
    found = np.empty(pooled.size)
    found[order] = sums[end] - before[np.cumsum(new) - 1]
    return found


def outcome_chances(measures: int, cases: int, each: np.ndarray) -> np.ndarray:
    """The chance of every outcome."""
    counts = outcomes(measures, cases)
    logs = np.log(np.maximum(each, 1e-300))
    return np.exp(
        gammaln(cases + 1) - gammaln(counts + 1.0).sum(axis=1) + counts @ logs
    )


def settings() -> Iterator[tuple[str, float, float, float]]:
    """The shape, the rate, and the correlations before and after."""
    for shape, rate in product(SHAPES, RATES):
        for one, other in product(CORRELATIONS, repeat=2):
            yield shape, rate, one, other


def counted(measures: int, first: int, second: int) -> list[tuple[float, ...]]:
    """Per setting: distance of the correlations, and the error for each share."""
    wanted = [
        (1 - level) / 2
        for confidence in CONFIDENCES
        for level in (
            confidence,
            index_confidence(confidence, measures, (first, second)),
        )
    ]
    tails = p_values(measures, first, second)
    speaks = [[tail < share for tail in tails] for share in wanted]
    kept = {}
    for shape, rate, one in product(SHAPES, RATES, CORRELATIONS):
        each = SHAPES[shape](rate, one, measures)
        kept[shape, rate, one] = [
            outcome_chances(measures, cases, each) for cases in (first, second)
        ]
    rows = []
    for shape, rate, one, other in settings():
        before, after = kept[shape, rate, one][0], kept[shape, rate, other][1]
        errors = [max(float(before @ side @ after) for side in both) for both in speaks]
        rows.append((shape, rate, one, other, *errors))
    return rows


def drawn(measures: int, first: int, second: int) -> list[tuple[float, ...]]:
    """The same where there are too many outcomes: at high rates, where it errs most."""
    whole = np.arange(measures + 1) * WHOLE // measures
    level = index_confidence(0.95, measures, (first, second))
    rows = []
    for rate, (one, other) in product(DRAWN_RATES, DRAWN_CORRELATIONS):
        random = np.random.default_rng(1)
        before, after = (
            random.multinomial(cases, each / each.sum(), DRAWS)
            for cases, each in (
                (first, beta_binomial(rate, one, measures)),
                (second, beta_binomial(rate, other, measures)),
            )
        )
        found = [
            compare_scores(np.repeat(whole, b), np.repeat(whole, a))
            for b, a in zip(before, after, strict=True)
        ]
        p_value = np.array([one.p_value for one in found])
        rises = np.array([one.difference > 0 for one in found])
        errors = [
            max(float((rises & small).mean()), float((~rises & small).mean()))
            for small in (p_value < 1 - confidence for confidence in (0.95, level))
        ]
        rows.append(("own rate per case", rate, one, other, *errors))
    return rows


def line(key: tuple[int, int, int], rows: list[tuple], places: tuple[int, int]) -> str:
    """The greatest errors: at 2.5 per cent as it stands, tightened, and far apart.

    First where nothing differs, at 2.5 per cent.
    """
    alike = [row for row in rows if row[2] == row[3]]
    near = [row for row in rows if abs(row[2] - row[3]) <= NEAR]
    far = [row for row in rows if abs(row[2] - row[3]) > NEAR]
    same = f"{max(row[4 + places[0]] for row in alike):.4f}" if alike else ""
    plain, tightened = (max(row[4 + place] for row in near) for place in places)
    beyond = max(row[4 + places[1]] for row in far)
    worst = max(near, key=lambda row: row[4 + places[1]])
    measures, first, second = key
    return (
        f"| {measures} | {first} and {second} | {same} | {plain:.4f} |"
        f" {tightened:.4f} | {worst[1]}, {worst[2]} and {worst[3]} | {beyond:.4f} |"
    )


def unchanged(measures: int, cases: int) -> str:
    """The greatest share of draws found to have risen where nothing differs.

    At the index's own level, over all rates and correlations; a fall comes as often.
    """
    found = max(
        index_power([rate] * measures, [rate] * measures, cases, correlation=one)
        for rate, one in product(RATES, CORRELATIONS)
    )
    level = (1 - index_confidence(0.95, measures, (cases, cases))) / 2
    return f"| {measures} | {cases} and {cases} | {found:.4f} | {level:.4f} |"


def main() -> None:
    """Print the table, line by line as it is worked out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="what takes seconds")
    parser.add_argument("--unchanged", action="store_true", help="nothing differs")
    options = parser.parse_args()
    if options.unchanged:
        print(
            "| measures | cases | nothing differs, drawn | level |\n|---|---|---|---|"
        )
        for key in UNCHANGED:
            print(unchanged(*key), flush=True)
        return
    print(
        "| measures | cases | nothing differs, at 2.5 % | at 2.5 % | tightened |"
        " where | far apart, tightened |"
    )
    print("|---|---|---|---|---|---|---|")
    for key in COUNTED[:4] if options.quick else COUNTED:
        place = 2 * CONFIDENCES.index(0.95)
        print(line(key, counted(*key), (place, place + 1)), flush=True)
    for key in () if options.quick else DRAWN:
        print(line(key, drawn(*key), (0, 1)) + " drawn", flush=True)


if __name__ == "__main__":
    main()
