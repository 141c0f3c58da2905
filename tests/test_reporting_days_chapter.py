"""The chapter about days: the table says what the days table holds, and no more."""

from dataclasses import replace

import pytest

from taskforce_analysis import tables
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.blocks import Heading, Paragraph, Picture, Table
from taskforce_analysis.reporting.days_chapter import days_blocks
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder


@pytest.fixture(scope="module")
def results() -> Results:
    """The example, whose decisions have dates."""
    return run(measurement=data_folder("example") / "maaling.toml")


def test_each_phase_has_a_row_with_both_limits(results: Results) -> None:
    heading, table, limit, picture = days_blocks(
        Sentences(results, load_language("da"))
    )
    assert isinstance(heading, Heading)
    assert isinstance(table, Table)
    assert isinstance(picture, Picture)
    assert [row[1] for row in table.rows] == ["Analyse 2018", "Status 2021"]
    # Kaplan-Meier by hand: 16 cases in each phase, one of them open on the day.
    shares = ("8\u00a0ud\u00a0af\u00a015 (53\u00a0%)",) * 2
    median = "25 (18 til 164)"
    assert table.rows[0][2:] == ("8 uger og 12 uger", *shares, "1", median)
    assert table.rows[1][2] == "8 uger og 10 uger"
    assert table.rows[1][6] == "19,5 (16 til 25)"
    assert isinstance(limit, Paragraph)
    assert "er ændret fra 12 uger til 10 uger" in limit.text
    assert picture.options == {"measure": "decision_in_time", "group": "all"}


def test_a_median_that_is_not_reached_is_said(results: Results) -> None:
    days = results.days.assign(median_high=float("nan"))
    sentences = Sentences(replace(results, days=days), load_language("en"))
    table = days_blocks(sentences)[1]
    assert isinstance(table, Table)
    assert table.rows[0][6] == "25 (18 to not reached)"


def test_few_cases_and_no_dates_have_no_chapter(results: Results) -> None:
    few = results.days[results.days["basis"] == "crude"].assign(cases=9)
    none = tables.build([], tables.days)
    for days in (few, none):
        sentences = Sentences(replace(results, days=days), load_language("da"))
        assert days_blocks(sentences) == []
