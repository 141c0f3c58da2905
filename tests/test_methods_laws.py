"""Laws that every registered method and every witness keeps, whatever the counts."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import witnesses
from hypothesis import given, settings
from hypothesis import strategies as st
from witnesses.paired import tango

from taskforce_analysis import methods
from taskforce_analysis.methods import REGISTERING, available_methods, method
from taskforce_analysis.methods.paired import exact_pairs
from taskforce_analysis.methods.rates import hypergeometric
from taskforce_analysis.methods.stock import stock_difference

OWN = available_methods()
INTERVALS = {name: methods.intervals[name].function for name in methods.intervals}
INTERVALS |= {one.__name__: one for one in witnesses.INTERVALS.values()}
DIFFERENCES = {name: methods.differences[name].function for name in methods.differences}
DIFFERENCES |= {one.__name__: one for one in witnesses.DIFFERENCES.values()}
TESTS = {one.__name__: one for one in witnesses.TESTS.values()}
APPROXIMATE = {"agresti_min": 1e-6, "berger_boos": 1e-6}
# Wald's interval about a rate drawn towards the middle may miss the rate itself.
DRAWN_IN = {"agresti_coull", "agresti_caffo"}
# The middle half of a posterior need not hold a rate of 0 or 1.
INSIDE = {"jeffreys"}


def examples(name: str) -> int:
    return {"agresti_min": 6, "chan_zhang": 20, "berger_boos": 2}.get(name, 40)


@st.composite
def counts(draw, largest=20):
    applicable = draw(st.integers(1, largest))
    return draw(st.integers(0, applicable)), applicable


confidences = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@pytest.mark.parametrize("name", INTERVALS)
@settings(deadline=None, max_examples=60)
@given(one=counts(300), confidence=confidences)
def test_an_interval_of_one_rate(name, one, confidence):
    interval, (x, n) = INTERVALS[name], one
    low, high = interval(x, n, confidence=confidence)
    assert isinstance(low, float)
    assert 0 <= low <= high <= 1
    if name not in DRAWN_IN and not (name in INSIDE and x in (0, n)):
        assert low - 1e-12 <= x / n <= high + 1e-12
    other = interval(n - x, n, confidence=confidence)
    assert (other.low, other.high) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    wider = interval(x, n, confidence=confidence + 0.005)
    assert wider.low <= low + 1e-12
    assert wider.high >= high - 1e-12
    many = interval(np.array([x, x]), np.array([n, n]), confidence=confidence)
    assert many.low.tolist() == [low, low]


@pytest.mark.parametrize("name", DIFFERENCES)
def test_an_interval_of_a_difference(name):
    @settings(deadline=None, max_examples=examples(name))
    @given(before=counts(), after=counts(), confidence=confidences)
    def law(before, after, confidence):
        interval, room = DIFFERENCES[name], APPROXIMATE.get(name, 1e-7)
        found = interval(*before, *after, confidence=confidence)
        low, high, *p_value = found
        seen = after[0] / after[1] - before[0] / before[1]
        assert -1 - 1e-12 <= low <= high <= 1 + 1e-12
        if name not in DRAWN_IN:
            assert low - room <= seen <= high + room
        swapped = interval(*after, *before, confidence=confidence)
        assert swapped[:2] == pytest.approx((-high, -low), abs=room)
        turned = [(n - x, n) for x, n in (before, after)]
        complement = interval(*turned[0], *turned[1], confidence=confidence)
        assert complement[:2] == pytest.approx((-high, -low), abs=room)
        wider = interval(*before, *after, confidence=confidence + 0.005)
        assert wider[0] <= low + room
        assert wider[1] >= high - room
        if p_value:
            assert ((low > 0) or (high < 0)) == (p_value[0] < 1 - confidence)
            assert swapped[2] == pytest.approx(p_value[0], abs=1e-9)
        table = [np.array([part, part]) for part in (*before, *after)]
        many = interval(*table, confidence=confidence)
        assert many[0] == pytest.approx([low, low], abs=room)

    law()


@pytest.mark.parametrize("name", TESTS)
@settings(deadline=None, max_examples=40)
@given(before=counts(15), after=counts(15))
def test_a_p_value(name, before, after):
    test = TESTS[name]
    found = test(*before, *after)
    assert 0 <= found <= 1
    assert test(*after, *before) == pytest.approx(found, abs=1e-9)
    turned = [(n - x, n) for x, n in (before, after)]
    assert test(*turned[0], *turned[1]) == pytest.approx(found, abs=1e-9)
    many = test(*(np.array([part, part]) for part in (*before, *after)))
    assert many == pytest.approx([found, found], abs=1e-12)


@pytest.mark.parametrize("paired", [exact_pairs, tango])
@settings(deadline=None, max_examples=40)
@given(cases=st.tuples(*[st.integers(0, 12)] * 4).filter(any), confidence=confidences)
def test_pairs(paired, cases, confidence):
    both, before, after, neither = cases
    low, high, p_value = paired(*cases, confidence=confidence)
    assert -1 <= low <= high <= 1
    assert low - 1e-9 <= (after - before) / sum(cases) <= high + 1e-9
    assert ((low > 0) or (high < 0)) == (p_value < 1 - confidence)
    swapped = paired(both, after, before, neither, confidence=confidence)
    assert swapped == pytest.approx((-high, -low, p_value), abs=1e-9)
    turned = paired(neither, after, before, both, confidence=confidence)
    assert turned == pytest.approx((-high, -low, p_value), abs=1e-9)
    wider = paired(*cases, confidence=confidence + 0.005)
    assert wider.low <= low + 1e-7  # which the exact limits of pairs promise
    assert wider.high >= high - 1e-7


@st.composite
def draws(draw):
    compliant, applicable = draw(counts(15))
    return compliant, applicable, applicable + draw(st.integers(0, 60))


@settings(deadline=None, max_examples=40)
@given(before=draws(), after=draws(), confidence=confidences)
def test_two_stocks(before, after, confidence):
    low, high, p_value = stock_difference(before, after, confidence=confidence)
    seen = after[0] / after[1] - before[0] / before[1]
    assert -1 <= low <= high <= 1
    assert low - 1e-9 <= seen <= high + 1e-9
    assert ((low > 0) or (high < 0)) == (p_value < 1 - confidence)
    swapped = stock_difference(after, before, confidence=confidence)
    assert swapped == pytest.approx((-high, -low, p_value), abs=1e-9)
    turned = [(n - x, n, stock) for x, n, stock in (before, after)]
    complement = stock_difference(*turned, confidence=confidence)
    assert complement == pytest.approx((-high, -low, p_value), abs=1e-9)
    wider = stock_difference(before, after, confidence=confidence + 0.005)
    assert wider.low <= low + 1e-9
    assert wider.high >= high - 1e-9


@settings(deadline=None, max_examples=60)
@given(one=counts(30), more=st.integers(0, 60), confidence=confidences)
def test_a_stock(one, more, confidence):
    (x, n), stock = one, one[1] + more
    low, high = hypergeometric(x, n, stock, confidence=confidence)
    assert x / stock <= low + 1e-12 <= x / n + 1e-9
    assert x / n - 1e-9 <= high <= (stock - (n - x)) / stock + 1e-12


@pytest.mark.parametrize("name", OWN)
def test_every_method_has_both_labels_a_reference_and_a_size(name):
    found = method(name)
    assert found is not None
    assert set(found.label) == {"da", "en"}
    assert any(sign.isdigit() for sign in found.reference)
    assert found.facts["meant_for"]


def test_the_look_up_imports_every_module_that_enters_methods():
    folder = Path(str(methods.__file__)).parent
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.py")}
    entering = {stem for stem, text in texts.items() if ".register(\n" in text}
    assert entering == set(REGISTERING)
    assert method("mantel_haenszel") is None


def test_only_what_the_chain_calls_is_registered():
    assert OWN == [
        "berger_boos",
        "census",
        "chan_zhang",
        "clopper_pearson",
        "exact_pairs",
        "hypergeometric",
        "studentized_permutation",
        "two_stocks",
        "welch",
        "wilson",
    ]


@pytest.mark.parametrize("module", ["rates", "trend"])
def test_the_methods_that_checking_needs_load_no_scipy(module):
    code = (
        f"import sys, taskforce_analysis.methods.{module} as m; "
        "getattr(m, 'wilson', lambda *a: 0)(14, 20); print('scipy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"
