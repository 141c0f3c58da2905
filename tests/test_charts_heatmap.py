"""Municipalities by measures: fields, frames, bands and pages."""

import numpy as np
import pytest
from drawn import texts_of
from fake_results import fake_results
from matplotlib.text import Text

from taskforce_analysis.charts import draw, draw_pages, drawing_of
from taskforce_analysis.charts.figures.heatmap import shade_of
from taskforce_analysis.charts.kit.style import contrast, readable_on
from taskforce_analysis.errors import UsageError
from taskforce_analysis.settings import Settings

GROUPS = ("Eksempelkøbing", "Nordby", "Havnsø")


def percents(results, phase):
    tally = results.tally[results.tally["phase"] == phase]
    return [int(100 * rate + 0.5) for rate in tally["rate"]]


def test_each_field_tells_its_percentage():
    results = fake_results(4, groups=GROUPS)
    fields = texts_of(draw("heatmap", results), "field")
    assert sorted(fields) == sorted(str(one) for one in percents(results, "status"))


def test_another_phase_can_be_chosen():
    results = fake_results(2, groups=GROUPS)
    fields = texts_of(draw("heatmap", results, phase="analysis"), "field")
    assert sorted(fields) == sorted(str(one) for one in percents(results, "analysis"))


def test_below_the_minimum_a_field_tells_its_counts_without_a_shade():
    settings = Settings(minimum_percent=21)
    results = fake_results(1, groups=GROUPS, settings=settings)
    figure = draw("heatmap", results)
    row = results.tally[results.tally["phase"] == "status"].iloc[0]
    assert f"{row.compliant}/{row.applicable}" in texts_of(figure, "field")
    [grounds] = figure.axes[0].collections
    colours = {tuple(one) for one in np.asarray(grounds.get_facecolor())}
    assert colours == {(1.0, 1.0, 1.0, 1.0)}


def test_changes_beyond_chance_are_framed_and_bold():
    results = fake_results(12, groups=GROUPS)
    figure = draw("heatmap", results, value="change")
    rows = results.comparison
    beyond = rows["verdict"].isin(["improved", "worsened"])
    beyond = (beyond & rows["primary"]).sum()  # the others are not told as decided
    texts = [text for axes in figure.axes for text in axes.texts]
    bold = [text for text in texts if text.get_fontweight() == "bold"]
    framed = [
        len(one.get_paths())
        for axes in figure.axes
        for one in axes.collections
        if max(np.atleast_1d(one.get_linewidth())) > 1.2
    ]
    assert len(bold) == sum(framed) == beyond > 0
    assert all(text.get_text()[0] in "+−" for text in bold)


def test_measures_are_numbered_and_named_below():
    figure = draw("heatmap", fake_results(2, groups=GROUPS))
    assert texts_of(figure, "number") == ["1", "2"]
    foot = texts_of(figure, "foot")[0]
    assert "1\xa0Der er foretaget en helhedsvurdering; 2\xa0Sagen er" in foot


def test_more_measures_than_fit_go_on_beneath():
    figure = draw("heatmap", fake_results(30, groups=GROUPS))
    assert len(figure.axes) == 3
    assert texts_of(figure, "number") == [str(number) for number in range(1, 31)]


def test_pages_hold_every_group_by_every_measure_once():
    groups = [f"Kommune {number}" for number in range(1, 46)]
    pages = draw_pages("heatmap", fake_results(3, groups=groups))
    fields = sum(len(texts_of(page, "field")) for page in pages)
    assert fields == 45 * 3
    assert len(pages) == 2
    assert max(page.get_size_inches()[1] * 2.54 for page in pages) <= 24.001


@pytest.mark.parametrize("value", ["rate", "change"])
def test_every_shade_can_be_written_on(value):
    for step in range(101):
        colour = shade_of(value, step / 100)
        assert contrast(readable_on(colour), colour) >= 4.5


def test_an_unknown_value_is_refused():
    with pytest.raises(UsageError, match=r'value is called "rates". Nearest: "rate"'):
        draw("heatmap", fake_results(1), value="rates")


def test_all_cases_together_have_a_name_in_the_reader_s_language():
    for language, name, title in (
        ("da", "Alle", "Procent opfyldt for hvert målepunkt: Status"),
        ("en", "All", "Per cent met for each measure: Status"),
    ):
        figure = draw("heatmap", fake_results(2), language=language)
        assert drawing_of(figure).title == title
        assert name in {text.get_text() for text in figure.findobj(Text)}
        assert "1 kommuner" not in drawing_of(figure).alt
