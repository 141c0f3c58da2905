"""The slides: native charts of the comparison's own figures, alt text, notes."""

from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from results_to_write import results_to_write

from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


@pytest.fixture(scope="module")
def slides(results, tmp_path_factory):
    path = tmp_path_factory.mktemp("slides") / "a.pptx"
    return list(Presentation(str(write(results, path))).slides)


def charts_of(slides) -> list[Any]:
    return [shape for slide in slides for shape in slide.shapes if shape.has_chart]


def test_there_are_four_slides_each_with_a_title(slides):
    assert len(slides) == 4
    assert all(slide.shapes.title.text_frame.text for slide in slides)


def test_the_bars_are_the_rates_of_the_comparison(results, slides):
    chart = charts_of(slides)[0].chart
    compared = results.comparison[results.comparison["headline"]]
    primary = compared[compared["primary"].fillna(False)]
    labels = [results.form.measure(name).label for name in primary["measure"]]
    # The limit of the example's § 41 went from 12 to 10 weeks.
    labels[-1] += " (begge målinger efter fristen i analysemålingen: 12 uger)"
    before, after = (list(series.values) for series in chart.plots[0].series)
    assert list(chart.plots[0].categories) == labels
    assert before == pytest.approx(list(primary["rate_before"]))
    assert after == pytest.approx(list(primary["rate_after"]))
    label = chart.plots[0].series[0].points[0].data_label.text_frame.text
    assert label == "8 ud af 20"


def test_each_measure_is_counted_once_by_its_verdict(results, slides):
    chart = charts_of(slides)[1].chart
    compared = results.comparison[results.comparison["headline"]]
    counted = {
        series.name: sum(value or 0 for value in series.values)
        for series in chart.plots[0].series
    }
    assert sum(counted.values()) == compared["primary"].sum()
    assert counted["Højere andel ud over det tilfældige"] == 1


def test_charts_have_alt_text_and_notes(slides):
    for shape in charts_of(slides):
        described = shape._element.nvGraphicFramePr.cNvPr
        assert len(described.get("descr")) > 100
    told = slides[1].notes_slide.notes_text_frame.text
    assert "14 ud af 20" in told
    assert "p-værdi" not in told


def test_a_measure_with_few_cases_is_not_drawn(tmp_path: Path):
    results = results_to_write()
    slides = Presentation(str(write(results, tmp_path / "a.pptx"))).slides
    plot = charts_of(slides)[0].chart.plots[0]
    compared = results.comparison.set_index("measure")
    fewest = compared[["applicable_before", "applicable_after"]].min(axis=1)
    few = {results.form.measure(name).label for name in fewest[fewest < 10].index}
    assert few
    assert not few & set(plot.categories)


def test_the_same_results_give_the_same_bytes(results, tmp_path: Path):
    first, second = (write(results, tmp_path / name) for name in ("a.pptx", "b.pptx"))
    assert first.read_bytes() == second.read_bytes()


def test_one_measure_is_told_and_not_counted(tmp_path: Path):
    path = write(results_to_write(1), tmp_path / "en.pptx")
    first: Any = Presentation(str(path)).slides[0]
    texts = " ".join(one.text_frame.text for one in first.shapes if one.has_text_frame)
    assert "14 ud af 20 sager (70" in texts
    assert "målepunkter har" not in texts
