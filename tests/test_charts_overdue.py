"""Cases over the limit: a mark per case, or bands that hide the single case."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import cuts, meetings, texts_of
from hypothesis import given
from hypothesis import strategies as st
from made_days import timed_results, took
from matplotlib.lines import Line2D

from taskforce_analysis.charts import alt_text, draw, drawing_of
from taskforce_analysis.charts.figures.overdue import Late, banded, stacked
from taskforce_analysis.errors import UsageError
from taskforce_analysis.settings import Settings

# Eight weeks are 56 days; the open case is 126 days over after 182.
BEFORE = took("analysis", [40, 57, 60, 60, 70, 100, 150, None])
AFTER = took("status", [10, 50, 58, 60, 75, 80, 90])


def marks_of(figure, gid):
    found = [one for one in figure.findobj(Line2D) if one.get_gid() == gid]
    return [float(x) for one in found for x in np.ravel(one.get_xdata())]


def late(over):
    days = np.sort(np.array(over, dtype="int64"))
    return Late(
        phase="status",
        label="Status",
        over=days,
        is_open=np.zeros(len(days), dtype=bool),
        applicable=len(days),
    )


def spread(bands):
    return [(band.first, band.last, band.count) for band in bands]


def test_each_case_over_the_limit_is_a_mark():
    figure = draw("overdue", timed_results(BEFORE + AFTER))
    assert marks_of(figure, "decided-analysis") == [1, 4, 4, 14, 44, 94]
    assert marks_of(figure, "open-analysis") == [126]
    assert marks_of(figure, "decided-status") == [2, 4, 19, 24, 34]
    assert texts_of(figure, "label") == [
        "Analyse: 7 ud af 8 over fristen",
        "Status: 5 ud af 7 over fristen",
    ]
    note = drawing_of(figure).note
    assert "Hvert mærke er en sag" in note
    assert "Åbne mærker: ikke afgjort" in note


def test_few_cases_are_put_together_in_bands():
    few = took("status", [10, 58, 90])
    figure = draw("overdue", timed_results(BEFORE + few))
    assert marks_of(figure, "decided-status") == []
    data = drawing_of(figure).data
    own = data[data["Måling"] == "Status"]
    assert own["Dage ud over fristen"].tolist() == ["1 til 7 dage", "29 til 56 dage"]
    assert own["Sager"].tolist() == [1, 1]
    shown = draw("overdue", timed_results(BEFORE + few), shown_as="marks")
    assert marks_of(shown, "decided-status") == [2, 34]


def test_what_is_published_is_always_in_bands_of_enough_cases():
    results = timed_results(BEFORE + AFTER, settings=Settings(publish="open"))
    figure = draw("overdue", results, shown_as="marks")
    assert marks_of(figure, "decided-analysis") == []
    data = drawing_of(figure).data
    assert data["Sager"].min() >= 5
    assert "den enkelte sag ikke kan ses" in drawing_of(figure).note


def test_very_many_cases_are_in_bands():
    many = took("analysis", range(57, 182)) + took("analysis", range(57, 157))
    figure = draw("overdue", timed_results(many + AFTER))
    assert marks_of(figure, "decided-analysis") == []
    assert drawing_of(figure).data["Sager"].sum() == 225 + 5


@pytest.mark.parametrize(
    ("over", "least", "expected"),
    [
        ([], 1, []),
        ([], 5, []),
        ([1, 7, 8, 449], 1, [(1, 7, 2), (8, 14, 1), (449, None, 1)]),
        ([1, 2, 3, 4], 5, [(1, None, 4)]),
        # Four in the first band; the two that are left join it.
        ([1, 2, 20, 21, 30, 60], 3, [(1, 112, 6)]),
        ([1, 2, 3, 30, 60, 61], 3, [(1, 7, 3), (29, 112, 3)]),
    ],
)
def test_bands_are_put_together_until_they_hold_enough(over, least, expected):
    assert spread(banded(late(over), least)) == expected


@given(st.lists(st.integers(1, 2000), max_size=60), st.integers(1, 12))
def test_no_case_is_lost_and_no_band_is_too_small(over, least):
    bands = banded(late(over), least)
    assert sum(band.count for band in bands) == len(over)
    if len(over) >= least:
        assert all(band.count >= least for band in bands)
    for first, second in pairwise(bands):
        assert first.last is not None
        assert first.last < second.first


@given(
    st.lists(st.integers(1, 300), max_size=80),
    st.floats(0.5, 20, allow_nan=False),
)
def test_marks_on_one_level_stand_apart(over, apart):
    days = np.sort(np.array(over, dtype="int64"))
    levels = stacked(days, apart=apart)
    for level in set(levels.tolist()):
        own = days[levels == level]
        assert (np.diff(own) >= apart).all()


def test_the_order_of_the_cases_cannot_be_seen():
    turned = list(reversed(BEFORE + AFTER))
    first, second = (
        drawing_of(draw("overdue", timed_results(rows)))
        for rows in (BEFORE + AFTER, turned)
    )
    assert first.data.equals(second.data)
    assert first.alt == second.alt


def test_no_case_over_the_limit_is_told():
    figure = draw("overdue", timed_results(took("status", range(1, 21))))
    assert marks_of(figure, "decided-status") == []
    assert "Status: 0 ud af 20 over fristen." in alt_text(figure)


def test_the_alt_text_tells_the_bands():
    text = alt_text(draw("overdue", timed_results(BEFORE + AFTER)))
    assert "Status: 5 ud af 7 over fristen: 1 til 7 dage: 2" in text


def test_an_unknown_way_to_show_is_refused():
    with pytest.raises(UsageError, match='Nearest: "bands"'):
        draw("overdue", timed_results(AFTER), shown_as="band")


@pytest.mark.parametrize("shown_as", ["marks", "bands"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_nothing_meets_and_nothing_is_cut(shown_as, language):
    results = timed_results(BEFORE + AFTER)
    figure = draw("overdue", results, shown_as=shown_as, language=language)
    assert meetings(figure) == []
    assert cuts(figure) == []
    assert figure.get_size_inches()[0] * 2.54 == pytest.approx(16)
