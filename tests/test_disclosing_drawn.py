"""What is withheld is in no line, colour or bar: figures are read back as SVG.

Two sets of results that differ in nothing but what is withheld must give the same
figure, path by path and colour by colour.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pandas as pd
import pytest

from taskforce_analysis.charts import available_charts, draw
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.disclosing.blocks import Rates, hidden_rates
from taskforce_analysis.disclosing.details import compared_among, is_among
from taskforce_analysis.errors import UsageError
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

QUANTILES = ("median", "lower_quartile", "upper_quartile", "percentile_90")
PLAN = data_folder("example") / "maaling.toml"


@pytest.fixture(scope="module", params=["whole", "by team"])
def truth(request: pytest.FixtureRequest) -> Results:
    """In strict, and of a breakdown in open."""
    if request.param == "whole":
        asked = Settings(publish="strict", threshold=3)
    else:
        asked = Settings(publish="open", threshold=3, by=("team",))
    return run(measurement=PLAN, settings=asked)


def turned(results: Results) -> Results:
    """The same with met and not met exchanged in every rate that is withheld.

    And every case of such a rate has lasted so many days longer.
    """
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
        days=longer(results.days, QUANTILES, hidden),
        durations=longer(results.durations, ("days",), hidden),
        overdue=longer(results.overdue, ("over",), hidden),
    )


def longer(frame: pd.DataFrame, names: Iterable[str], hidden: Rates) -> pd.DataFrame:
    """A table of days with a hundred more in every row that is withheld."""
    rows = is_among(frame, hidden)
    return frame.assign(
        **{name: frame[name].where(~rows, frame[name] + 100) for name in names}
    )


def svg_of(name: str, results: Results) -> str:
    first = (
        {"group": results.comparison["group"].iloc[0]} if results.settings.by else {}
    )
    of_all = name in ("heatmap", "funnel", "plan")
    figure: Any = draw(name, results, **({} if of_all else first))
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
    for table in ("tally", "days", "durations", "overdue", "distribution"):
        assert getattr(shown, table).equals(getattr(turned_shown, table)), table
    assert not truth.days.equals(other.days)
    try:
        first = svg_of(name, shown)
    except UsageError as error:
        with pytest.raises(UsageError, match=re.escape(str(error).splitlines()[0])):
            svg_of(name, turned_shown)
        return
    assert first == svg_of(name, turned_shown)
