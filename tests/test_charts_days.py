"""The share decided by day: curves, open cases, limits, and what is said below."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawn import cuts, meetings, texts_of
from fake_results import fake_results
from made_days import timed_results, took
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from taskforce_analysis.charts import alt_text, draw, drawing_of
from taskforce_analysis.errors import UsageError
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.settings import Settings

BEFORE = took("analysis", [10, 20, 30, 40, 50, 60, 70, 80, 90, None])
AFTER = took("status", [5, 5, 10, 15, 20, 25, 30, 35, 40, 45])


def lines_of(figure: Figure, gid: str) -> list[Line2D]:
    found = figure.findobj(Line2D)
    return [one for one in found if isinstance(one, Line2D) and one.get_gid() == gid]


def points_of(figure: Figure, gid: str) -> list[tuple[float, float]]:
    return [
        (float(x), round(float(y), 9))
        for line in lines_of(figure, gid)
        for x, y in zip(
            np.ravel(line.get_xdata()), np.ravel(line.get_ydata()), strict=True
        )
    ]


class Narrow(SimpleNamespace):
    """Numpy of 32 bits, which repeats nothing by the 64 bits of a frame's counts."""

    intp = np.int32

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def repeat(self, values, counts):
        if not np.can_cast(counts.dtype, self.intp):
            raise TypeError
        return np.repeat(values, counts)


@pytest.mark.parametrize("chart", ["days", "overdue"])
def test_days_are_drawn_where_numpy_counts_in_32_bits(chart, monkeypatch):
    results = timed_results(BEFORE + AFTER)
    known = draw(chart, results)
    monkeypatch.setattr(f"taskforce_analysis.charts.figures.{chart}.np", Narrow())
    assert texts_of(draw(chart, results)) == texts_of(known)


def test_a_curve_is_the_share_decided_by_each_day():
    figure = draw("days", timed_results(BEFORE + AFTER))
    shown = points_of(figure, "curve-status")
    assert shown[:4] == [(0, 0), (5, 0.2), (10, 0.3), (15, 0.4)]
    assert shown[-1] == (45, 1.0)
    # Nine of ten decided after 90 days; the tenth is followed for 182.
    assert points_of(figure, "curve-analysis")[-1] == (182, 0.9)


def test_open_cases_are_marked_where_they_were_last_seen():
    early = took("analysis", [10, 20, 30, 40, 50, 60, 70, 80, 90])
    late = took("analysis", [None], measured="2020-01-26")  # open after 25 days
    figure = draw("days", timed_results(early + late + AFTER))
    assert points_of(figure, "open-analysis") == [(25, 0.2)]
    assert lines_of(figure, "open-status") == []
    assert texts_of(figure, "key") == [
        "Analyse: 10 sager, heraf 1 ikke afgjort (åbne mærker)",
        "Status: 10 sager",
    ]


def test_the_phases_differ_by_more_than_colour():
    figure = draw("days", timed_results(BEFORE + AFTER))
    (before,), (after,) = (
        lines_of(figure, f"curve-{phase}") for phase in ("analysis", "status")
    )
    assert before.get_linestyle() != after.get_linestyle()
    assert before.get_color() != after.get_color()


def test_the_limit_is_a_line_with_its_name():
    figure = draw("days", timed_results(BEFORE + AFTER))
    assert [line.get_xdata()[0] for line in lines_of(figure, "limit")] == [56]  # type: ignore[index]
    assert texts_of(figure, "limit-label") == ["8 uger"]
    english = draw("days", timed_results(BEFORE + AFTER), language="en")
    assert texts_of(english, "limit-label") == ["8 weeks"]


def test_a_limit_of_one_phase_names_the_phase():
    changed = took("status", range(1, 11), "1 month")
    figure = draw("days", timed_results(BEFORE + changed))
    labels = texts_of(figure, "limit-label")
    assert labels == ["Analyse: 8 uger", "Status: 1 måned"]


def test_many_limits_do_not_meet():
    limits = ("4 weeks", "6 weeks", "8 weeks", "40 arbejdsdage", "2 months", "4 months")
    rows = [row for limit in limits for row in took("analysis", [10, 50], limit)]
    figure = draw("days", timed_results(rows + AFTER))
    assert len(texts_of(figure, "limit-label")) == 6
    assert meetings(figure) == []
    assert cuts(figure) == []


def test_a_phase_with_few_cases_has_no_curve():
    figure = draw("days", timed_results(took("analysis", [10, 20, 30]) + AFTER))
    assert lines_of(figure, "curve-analysis") == []
    assert len(lines_of(figure, "curve-status")) == 1
    assert "Ved under 10 sager vises ingen kurve." in drawing_of(figure).note
    assert set(drawing_of(figure).data["Måling"]) == {"Status"}


def test_the_medians_are_told_in_the_alt_text_and_not_in_the_note():
    drawing = drawing_of(draw("days", timed_results(BEFORE + AFTER)))
    assert "halvdelen afgjort inden for 55 dage" in drawing.alt
    assert "halvdelen afgjort inden for 22,5 dage" in drawing.alt
    assert "22,5" not in drawing.note
    assert "Kaplan" not in drawing.note


def test_cases_drawn_by_decision_are_only_described():
    phases = {name: PhasePlan(drawn_on="decision") for name in ("analysis", "status")}
    results = timed_results(BEFORE + AFTER, measurement=Measurement(phases=phases))
    note = drawing_of(draw("days", results)).note
    assert "Sagerne er trukket efter, hvornår de blev afgjort" in note


def test_what_is_not_known_about_the_draw_is_said():
    note = drawing_of(draw("days", timed_results(BEFORE + AFTER))).note
    assert "Det er ikke oplyst, om sagerne er trukket efter" in note


def test_the_alt_text_tells_the_curves():
    text = alt_text(draw("days", timed_results(BEFORE + AFTER)))
    assert "Analyse: 10 sager, heraf 1 ikke afgjort" in text
    assert "halvdelen afgjort inden for 22,5 dage" in text


def test_the_figures_behind_the_curves():
    data = drawing_of(draw("days", timed_results(BEFORE + AFTER))).data
    status = data[data["Måling"] == "Status"]
    assert status["Dage"].tolist()[:2] == [5, 10]
    assert status["Afgjorte sager"].tolist()[:2] == [2, 1]
    assert status["Andel afgjort"].tolist()[:2] == pytest.approx([0.2, 0.3])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measure": "decision"}, 'no measure is called "decision"'),
        ({"measure": "notice"}, 'no measure with days is called "notice"'),
        ({"group": "Nordby"}, 'no group is called "Nordby"'),
    ],
)
def test_what_does_not_exist_is_refused(options: dict[str, Any], message: str):
    with pytest.raises(UsageError, match=message):
        draw("days", timed_results(AFTER), **options)


def test_without_deadlines_there_is_nothing_to_draw():
    with pytest.raises(UsageError, match="no measure has days"):
        draw("days", fake_results(2))


def test_each_group_has_its_own_curve():
    rows = [{**row, "municipality": "Nordby"} for row in AFTER] + [
        {**row, "municipality": "Havnsø"} for row in BEFORE
    ]
    results = timed_results(rows, settings=Settings(by=("municipality",)))
    figure = draw("days", results, group="Nordby")
    assert len(lines_of(figure, "curve-status")) == 1
    assert lines_of(figure, "curve-analysis") == []


def test_a_curve_is_drawn_into_axes_of_ones_own():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert draw("days", timed_results(BEFORE + AFTER), ax=right) is figure
    assert len(lines_of(figure, "curve-status")) == 1
    assert not left.has_data()


@pytest.mark.parametrize("language", ["da", "en"])
def test_nothing_meets_and_nothing_is_cut(language: str):
    figure = draw("days", timed_results(BEFORE + AFTER), language=language)
    assert meetings(figure) == []
    assert cuts(figure) == []
    assert figure.get_size_inches()[0] * 2.54 == pytest.approx(16)
