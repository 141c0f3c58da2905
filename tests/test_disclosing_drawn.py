"""What is withheld is in no line, colour or bar: figures are read back as SVG.

Two sets of results that differ in nothing but what is withheld must give the same
figure, path by path and colour by colour.
"""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from taskforce_analysis.charts import available_charts, draw
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.disclosing.blocks import hidden_rates
from taskforce_analysis.disclosing.details import compared_among, is_among
from taskforce_analysis.errors import UsageError
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

PLAN = data_folder("example") / "maaling.toml"


@pytest.fixture(scope="module")
def truth() -> Results:
    return run(measurement=PLAN, settings=Settings(publish="strict", threshold=3))


def turned(results: Results) -> Results:
    """The same with met and not met exchanged in every rate that is withheld."""
    hidden = hidden_rates(results).rates
    tally, compared = results.tally.copy(), results.comparison.copy()
    rows = is_among(tally, hidden)
    met, unmet = (tally.loc[rows, name] for name in ("compliant", "noncompliant"))
    tally.loc[rows, "compliant"], tally.loc[rows, "noncompliant"] = unmet, met
    tally.loc[rows, "rate"] = 1 - tally.loc[rows, "rate"]
    both = compared_among(compared, hidden)
    for side in ("before", "after"):
        own = (
            compared.loc[both, f"applicable_{side}"]
            - compared.loc[both, f"compliant_{side}"]
        )
        compared.loc[both, f"compliant_{side}"] = own
        compared.loc[both, f"rate_{side}"] = 1 - compared.loc[both, f"rate_{side}"]
    compared.loc[both, "difference"] *= -1
    given = results.distribution
    swapped = {"yes": "no", "no": "yes"}
    kept = ~is_among(given, hidden)
    answers = given["answer"].where(kept, given["answer"].replace(swapped))
    return replace(
        results,
        tally=tally,
        comparison=compared,
        distribution=given.assign(answer=answers),
    )


def svg_of(name: str, results: Results) -> str:
    figure: Any = draw(name, results)
    made = BytesIO()
    figure.savefig(made, format="svg", metadata={"Date": None})
    # Names inside the file are drawn by lot.
    text = re.sub(r"#?\b[mp][0-9a-f]{8,}\b", "", made.getvalue().decode("utf-8"))
    return re.sub(r'id="[^"]*"|url\([^)]*\)', "", text)


@pytest.mark.parametrize("name", available_charts())
def test_figures_are_the_same_whatever_is_withheld(truth: Results, name: str):
    other = turned(truth)
    rows = is_among(truth.tally, hidden_rates(truth).rates)
    assert rows.sum() > 10
    assert (truth.tally["compliant"] != other.tally["compliant"]).any()
    shown, turned_shown = disclose(truth), disclose(other)
    assert shown.tally.equals(turned_shown.tally)
    try:
        first = svg_of(name, shown)
    except UsageError as error:
        with pytest.raises(UsageError, match=re.escape(str(error).splitlines()[0])):
            svg_of(name, turned_shown)
        return
    assert first == svg_of(name, turned_shown)
