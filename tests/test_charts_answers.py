"""The whole distribution: bars to 100 %, and scales around their middle."""

from collections import defaultdict
from dataclasses import replace

import pytest
from drawn import texts_of
from fake_results import fake_results
from matplotlib.patches import Rectangle

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.charts.figures.answers import grade_colours
from taskforce_analysis.charts.kit.style import contrast, readable_on
from taskforce_analysis.errors import UsageError


def bars_of(axes):
    """The bars' segments by height: (start, width) in order."""
    found = defaultdict(list)
    for patch in axes.patches:
        if isinstance(patch, Rectangle) and patch.get_width():
            found[round(patch.get_y(), 4)].append((patch.get_x(), patch.get_width()))
    return [sorted(found[height]) for height in sorted(found)]


def test_a_bar_is_filled_to_the_end_and_tells_its_counts():
    figure = draw("answers", fake_results(12))
    for bar in bars_of(figure.axes[0]):
        assert bar[0][0] == 0.0
        assert sum(width for _, width in bar) == pytest.approx(1.0)
    assert len(bars_of(figure.axes[0])) == 23  # one of 24 was not asked
    counts = [int(text) for text in texts_of(figure, "count")]
    assert sum(counts) == 23 * 20


def test_one_measure_stands_as_typed():
    figure = draw("answers", fake_results(1))
    first, second = bars_of(figure.axes[0])
    assert [round(place, 9) for part in first for place in part] == [0, 0.4, 0.4, 0.6]
    assert [round(place, 9) for part in second for place in part] == [0, 0.7, 0.7, 0.3]
    assert texts_of(figure, "key") == ["Opfyldt", "Ikke opfyldt"]


def test_what_has_no_percentage_is_in_sight():
    figure = draw("answers", fake_results(12))
    keys = texts_of(figure, "key")
    assert keys == [
        "Opfyldt",
        "Ikke opfyldt",
        "Ikke relevant",
        "Kan ikke vurderes",
        "Ikke besvaret",
    ]
    hatched = {patch.get_hatch() for patch in figure.axes[0].patches}
    assert {"////", "...."} <= hatched


def test_partly_is_parted_from_what_it_counts_as():
    results = fake_results(1)
    rows = results.distribution
    partly = rows.iloc[[1]].assign(answer="partly", count=5)
    import pandas as pd

    object.__setattr__(results, "distribution", pd.concat([rows, partly]))
    figure = draw("answers", results)
    assert texts_of(figure, "key") == ["Opfyldt", "Delvist opfyldt", "Ikke opfyldt"]
    assert texts_of(figure, "count")[:3] == ["8", "5", "7"]


def test_a_scale_diverges_around_its_middle():
    results = fake_results(2, scaled=2)
    figure = draw("answers", results, scaled=True)
    rows = results.distribution.set_index(["measure", "phase", "answer"])["count"]
    first = bars_of(figure.axes[0])[0]
    low = sum(rows.get(("m3", "analysis", grade), 0) for grade in ("g2", "g3"))
    assert first[0][0] == pytest.approx(-low / 20)
    key = texts_of(figure, "key")
    assert key[:4] == ["Slet ikke", "I mindre grad", "I nogen grad", "I høj grad"]


def test_without_a_choice_the_measures_without_a_scale_are_drawn():
    both = fake_results(2, scaled=1)
    assert len(texts_of(draw("answers", both), "label")) == 2
    assert len(texts_of(draw("answers", both, measures=["m3"]), "label")) == 1


def test_a_kind_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no measure of this kind is there"):
        draw("answers", fake_results(1), scaled=True)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_the_colours_of_a_scale_are_distinct_and_readable(count):
    colours = grade_colours(count)
    assert len(set(colours)) == len(colours) == count
    assert all(contrast(readable_on(one), one) >= 4.5 for one in colours)


def test_the_figures_behind_are_the_counts():
    data = drawing_of(draw("answers", fake_results(1))).data
    assert data["Måling"].tolist() == ["Analyse", "Status"]
    assert data["Opfyldt"].tolist() == [8, 14]
    assert data["Ikke opfyldt"].tolist() == [12, 6]


def test_every_step_of_a_scale_is_in_the_legend_used_or_not():
    results = fake_results(0, scaled=2)
    scale = results.form.measures[0].scale
    ends = {scale[0].id, scale[-1].id}
    given = results.distribution
    unused = replace(results, distribution=given[~given["answer"].isin(ends)])
    figure = draw("answers", unused)
    assert texts_of(figure, "key")[: len(scale)] == [one.label for one in scale[::-1]]
    data = drawing_of(figure).data
    assert (data[[scale[0].label, scale[-1].label]] == 0).all(axis=None)
