"""What chance alone brings: measures that did not change, and cases that resemble.

Ten measures of which four are primary, 20 cases in each phase and nothing changed: the
number that stand out as stated and as found. And six caseworkers in each phase whose
own cases resemble each other by 0.2: how often a wrong "improved" comes, and how often
one that stands by its tipping figure. Drawn from a fixed seed, in seconds.

    python benchmarks/nothing_changed.py
"""

import sys
from pathlib import Path

# Not this folder: a script here is called statistics, as a module of Python's own is.
HERE = Path(__file__).resolve().parent
REST = [path for path in sys.path if Path(path).resolve() != HERE]
sys.path[:] = [str(HERE.parent), *REST]

import numpy as np

from taskforce_analysis.methods.comparison import compare_rates
from taskforce_analysis.methods.planning import adjusted_confidence, attained_sizes
from taskforce_analysis.methods.strata import tipping_design_effect

CASES, DRAWS, PRIMARY = 20, 200_000, 4
RATES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.5, 0.6, 0.7, 0.8, 0.9)
CASEWORKERS, CORRELATION = 6, 0.2


def p_values() -> tuple[np.ndarray, np.ndarray]:
    """The p-value and the difference of every pair of counts."""
    count = np.arange(CASES + 1)
    found = compare_rates(count[:, None], CASES, count, CASES)
    return found.p_value, found.difference


def stand_outs() -> tuple[float, float]:
    """The expected number of measures beyond chance, as stated and as found."""
    p_value, _ = p_values()
    random = np.random.default_rng(1)
    levels = [adjusted_confidence(0.95, PRIMARY)] * PRIMARY
    levels += [0.95] * (len(RATES) - PRIMARY)
    stated = found = 0.0
    for rate, level in zip(RATES, levels, strict=True):
        stated += float(attained_sizes([(CASES, CASES, rate)], confidence=level)[0])
        before, after = random.binomial(CASES, rate, (2, DRAWS))
        found += float((p_value[before, after] < 1 - level).mean())
    return stated, found


def caseworkers(rate: float) -> tuple[float, float, float]:
    """The wrong "improved": all; those that stand; and the design effect of it."""
    p_value, difference = p_values()
    random = np.random.default_rng(2)
    spread = 1 / CORRELATION - 1
    cases = np.bincount(np.arange(CASES) % CASEWORKERS)
    effect = 1 + ((cases**2).sum() / CASES - 1) * CORRELATION
    rates = random.beta(spread * rate, spread * (1 - rate), (2, DRAWS, CASEWORKERS))
    before, after = random.binomial(cases, rates).sum(axis=-1)
    wrong = (p_value < 0.05) & (difference > 0)
    stands = np.zeros_like(wrong)
    stands[wrong] = [tipping_design_effect(p) >= effect for p in p_value[wrong]]
    return (
        float(wrong[before, after].mean()),
        float(stands[before, after].mean()),
        float(effect),
    )


if __name__ == "__main__":
    print("Ten unchanged measures, four primary, stated and found: ", end="")
    print("{:.3f} {:.3f}".format(*stand_outs()))
    for rate in (0.5, 0.7, 0.9):
        print(f"Six caseworkers, rate {rate}: ", end="")
        print(
            "wrong {:.4f}, that stands {:.4f} (effect {:.2f})".format(
                *caseworkers(rate)
            )
        )
