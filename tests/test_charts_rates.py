"""Rates, for two phases and for several, and the target."""

from dataclasses import replace

import pytest
from drawn import intervals_of, points_of, texts_of
from fake_results import fake_results

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.errors import UsageError

QUARTERS = ("2019-K1", "2019-K2", "2019-K3")


def test_both_phases_stand_with_counts():
    figure = draw("rates", fake_results(2))
    assert texts_of(figure, "cell")[:3] == ["Analyse", "8 ud af 20", "40\xa0%"]
    assert points_of(figure, "point-analysis") == pytest.approx([0.15, 0.4])
    assert points_of(figure, "point-status") == pytest.approx([0.7, 0.8])


def test_one_phase_alone():
    figure = draw("rates", fake_results(1), phases=["status"])
    assert points_of(figure, "point-status") == [0.7]
    assert "Analyse" not in drawing_of(figure).note


def test_several_phases_each_have_a_line():
    results = fake_results(1, phases=QUARTERS)
    figure = draw("rates", results)
    rates = {row.phase: row.rate for row in results.tally.itertuples()}
    for quarter in QUARTERS:
        shown = points_of(figure, f"point-{quarter}")
        assert shown == pytest.approx([rates[quarter]])


def test_an_unknown_phase_is_refused():
    with pytest.raises(UsageError, match=r'phase is called "statsu". Nearest: "stat'):
        draw("rates", fake_results(1), phases=["statsu"])


def test_the_target_is_a_line_and_the_note_says_so():
    figure = draw("rates", fake_results(1))
    assert intervals_of(figure, "target") == [(0.9, 0.9)]
    assert "Stiplet streg: målet." in drawing_of(figure).note
    without = draw("rates", fake_results(2), measures=["m2"])
    assert intervals_of(without, "target") == []
    assert "målet" not in drawing_of(without).note


def test_no_comparison_is_made():
    figure = draw("rates", fake_results(12))
    assert not texts_of(figure, "aside")
    assert "Forskel" not in drawing_of(figure).data.columns


def test_a_measure_that_nobody_answered_is_not_called_irrelevant():
    results = fake_results(12)
    none = results.tally["applicable"] == 0
    unanswered = results.tally.assign(
        missing=results.tally["missing"].mask(none, results.tally["units"]),
        not_applicable=results.tally["not_applicable"].mask(none, 0),
    )
    assert "0 relevante" in texts_of(draw("rates", results), "cell")
    told = texts_of(draw("rates", replace(results, tally=unanswered)), "cell")
    assert "ingen tæller med" in told
    assert "0 relevante" not in told
