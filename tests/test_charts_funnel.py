"""The funnel: limits, points, and who is named."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import cuts, meetings, texts_of
from fake_results import fake_results, wilson
from matplotlib.lines import Line2D

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.errors import UsageError
from taskforce_analysis.settings import Settings

MANY = tuple(f"Kommune {number}" for number in range(1, 99))


def lines_of(figure, gid):
    found = [one for one in figure.findobj(Line2D) if one.get_gid() == gid]
    return [one for one in found if isinstance(one, Line2D)]


def outside(results, measure):
    rows = results.tally[
        (results.tally["measure"] == measure) & (results.tally["phase"] == "status")
    ]
    centre = rows["compliant"].sum() / rows["applicable"].sum()
    limits = [wilson(r.compliant, r.applicable, 0.95) for r in rows.itertuples()]
    return {
        group
        for group, (low, high) in zip(rows["group"], limits, strict=True)
        if not low <= centre <= high
    }


def test_a_group_is_named_exactly_when_its_interval_leaves_out_the_rate_of_all():
    results = fake_results(2, groups=MANY)
    figure = draw("funnel", results, measure="m2")
    expected = outside(results, "m2")
    words = " ".join(texts_of(figure, "name")).replace(" og ", ", ").split(", ")
    assert expected
    assert sum(word.count("Kommune") for word in words) == len(expected)
    data = drawing_of(figure).data
    named = set(data.loc[data["Uden for grænserne"] == 1, "Kommune"])
    assert named == expected


def test_every_group_is_a_point_at_its_counts():
    results = fake_results(1, groups=MANY[:5])
    rows = results.tally[results.tally["phase"] == "status"]
    drawn = {
        (float(np.ravel(line.get_xdata())[0]), float(np.ravel(line.get_ydata())[0]))
        for line in lines_of(draw("funnel", results), "group")
    }
    assert drawn == set(zip(rows["applicable"], rows["rate"], strict=True))


def test_names_of_many_do_not_meet():
    figure = draw("funnel", fake_results(2, groups=MANY), measure="m2")
    assert meetings(figure) == []
    assert cuts(figure) == []


def test_groups_with_too_few_cases_are_not_shown():
    settings = Settings(minimum_percent=15)
    results = fake_results(1, groups=MANY[:40], settings=settings)
    figure = draw("funnel", results)
    assert min(drawing_of(figure).data["Relevante sager"]) >= 15


def test_fewer_than_three_groups_are_no_funnel():
    with pytest.raises(UsageError, match="fewer than three groups have cases enough"):
        draw("funnel", fake_results(1))


def test_groups_that_are_not_drawn_are_counted():
    settings = Settings(minimum_percent=15)
    results = fake_results(1, groups=MANY[:40], settings=settings)
    rows = results.tally[results.tally["phase"] == "status"]
    left = int((rows["applicable"] < 15).sum())
    note = drawing_of(draw("funnel", results)).note.replace("\u00a0", " ")
    assert left > 0
    assert f"Ikke tegnet: {left} kommuner med under 15 relevante sager." in note


def test_the_field_ends_at_the_largest_group_where_none_is_named():
    even = fake_results(1, groups=MANY[:5])
    same = even.tally.assign(compliant=10, applicable=20, rate=0.5)
    figure = draw("funnel", replace(even, tally=same))
    assert texts_of(figure, "name") == []
    assert figure.axes[0].get_xlim()[1] < 20 * 1.2
