"""R as a witness, where it is installed; everything else is in the references."""

import os
import shutil
import subprocess

import pytest
from witnesses.p_values import fisher, hochberg, mcnemar_exact
from witnesses.paired import tango

from taskforce_analysis.methods.comparison import holm
from taskforce_analysis.methods.rates import clopper_pearson, wilson
from taskforce_analysis.methods.survival import quantile_time

RSCRIPT = shutil.which("Rscript")
IN_CI = "CI" in os.environ  # which installs R: there its absence is an error
pytestmark = pytest.mark.skipif(not (RSCRIPT or IN_CI), reason="R is not installed")


def ask_r(expression: str) -> list[float]:
    """The numbers that an R expression gives."""
    code = f"cat(format({expression}, digits = 15))"
    command = [str(RSCRIPT), "--vanilla", "-e", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(part.replace("NA", "nan")) for part in found.stdout.split()]


@pytest.mark.parametrize(("x", "n"), [(14, 20), (0, 20), (1, 1), (81, 263)])
def test_one_rate(x, n):
    exact = ask_r(f"binom.test({x}, {n})$conf.int")
    assert clopper_pearson(x, n) == pytest.approx(exact, abs=1e-9)
    score = ask_r(f"prop.test({x}, {n}, correct = FALSE)$conf.int")
    assert wilson(x, n) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize("counts", [(8, 20, 14, 20), (2, 7, 6, 13), (0, 16, 15, 72)])
def test_fisher(counts):
    x1, n1, x2, n2 = counts
    table = f"matrix(c({x1}, {n1 - x1}, {x2}, {n2 - x2}), 2)"
    assert fisher(*counts) == pytest.approx(ask_r(f"fisher.test({table})$p.value")[0])


def test_pairs():
    table = "matrix(c(1, 7, 1, 12), 2)"
    wanted = ask_r(f"mcnemar.test({table}, correct = FALSE)$p.value")[0]
    assert tango(1, 7, 1, 12).p_value == pytest.approx(wanted, abs=1e-12)
    assert mcnemar_exact(6, 1) == pytest.approx(ask_r("binom.test(6, 7)$p.value")[0])


def test_adjustment():
    given = [0.0016, 0.0301, 0.312, 0.0043]
    listed = ", ".join(map(str, given))
    for adjust in (holm, hochberg):
        wanted = ask_r(f"p.adjust(c({listed}), '{adjust.__name__}')")
        assert adjust(given) == pytest.approx(wanted, abs=1e-12)


def test_the_limits_of_a_median():
    """The package survival; one call, for R takes seconds to load it."""
    asked = "as.numeric(requireNamespace('survival', quietly = TRUE))"
    if not (IN_CI or ask_r(asked)[0]):
        pytest.skip("R's package survival is not installed")
    drawn = ([1, 2], [5, 5, 5], [3, 9, 14, 20, 21, 30, 41], [*range(1, 21)])
    listed = ", ".join(f"c({', '.join(map(str, days))})" for days in drawn)
    fit = "survival::survfit(survival::Surv(days) ~ 1, conf.type = 'log-log')"
    names = "c('median', '0.95LCL', '0.95UCL')"
    each = f"function(days) summary({fit})$table[{names}]"
    wanted = ask_r(f"unlist(lapply(list({listed}), {each}))")
    found = [
        limit for days in drawn for limit in quantile_time(days, [True] * len(days))
    ]
    assert found == pytest.approx(wanted, nan_ok=True)
