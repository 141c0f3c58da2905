"""Charts by name: discovery, options, the reader's settings, the notebook, pages."""

import inspect
import runpy
import subprocess
import sys
from dataclasses import MISSING, replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from drawn import cuts, meetings, texts_of
from fake_results import fake_results
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import taskforce_analysis as ta
import taskforce_analysis.charts.figures
from taskforce_analysis.charts import (
    alt_text,
    available_charts,
    chart,
    charts,
    draw,
    draw_pages,
    drawing_of,
    label_of,
    options_of,
)
from taskforce_analysis.charts.drawing import record_of
from taskforce_analysis.charts.kit.options import ChartOptions, options_in
from taskforce_analysis.charts.kit.paper import PageFigure
from taskforce_analysis.charts.kit.style import styled
from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import Phase
from taskforce_analysis.languages import available_languages, load_language
from taskforce_analysis.results import run
from taskforce_analysis.shipped import data_folder

ROOT = Path(__file__).resolve().parents[1]
NAMES = available_charts()
GROUPS = ("Eksempelkøbing", "Nordby", "Vesterlund Kommune og Omegn", "Østervang")
QUARTERS = tuple(
    f"{year}-K{part}" for year in (2018, 2019, 2020) for part in range(1, 5)
)
MADE: dict[str, Any] = {
    "measures": {},
    "groups": {"groups": GROUPS},
    "phases": {"phases": QUARTERS},
}


@cache
def example():
    return run(measurement=data_folder("example") / "maaling.toml")


def results_for(name, measures=12, **options):
    """What the chart says it needs: made here, or out of the example's workbooks."""
    needs = str(charts[name].facts["needs"])
    if needs not in MADE:
        return example()
    return fake_results(measures, **options, **MADE[needs])


def test_every_file_of_the_room_is_one_chart():
    files = Path(taskforce_analysis.charts.figures.__file__).parent.glob("*.py")
    assert sorted(one.stem for one in files if one.stem != "__init__") == NAMES


def charts_read_for(code):
    """The charts' files that a fresh interpreter has read after this code."""
    told = (
        f"import sys; from taskforce_analysis.charts import charts; {code}\n"
        "print(*(one for one in sys.modules if '.charts.figures.' in one))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    return {name.rpartition(".")[2] for name in ran.stdout.split()}


@pytest.mark.parametrize("code", ["charts['change']", "'change' in charts"])
def test_only_the_file_of_a_chart_is_read_for_it(code):
    assert charts_read_for(code) == {"change"}


def test_all_files_are_read_to_list_the_charts():
    assert set(NAMES) <= charts_read_for("list(charts)")


def test_an_own_chart_is_drawn_and_listed_and_its_name_is_taken(monkeypatch):
    monkeypatch.setattr(charts, "_entries", dict(charts._entries))

    @chart("mine", asked=ChartOptions, label={"da": "Min"})
    def mine(results, language, asked):
        return results.form.id, language.id, asked.title

    assert draw("mine", fake_results(1), title="x") == (
        "prøveskema",
        "da",
        "x",
    )
    assert {"mine", "change"} <= set(available_charts())
    with pytest.raises(ValueError, match="two charts are called mine"):
        chart("mine", asked=ChartOptions)(mine)
    assert label_of("mine", load_language("da")) == "Min"
    assert label_of("mine", load_language("en")) == "mine"


OWN = """
from taskforce_analysis.charts import available_charts, chart
from taskforce_analysis.charts.kit.options import ChartOptions
from taskforce_analysis.writing import available_writers, writer

own = chart("change", asked=ChartOptions)
for decorator in (own, writer("report", ".xlsx", label={})):
    try:
        decorator(lambda *_: None)
    except ValueError as error:
        print(error)
print("change" in available_charts(), ".xlsx" in available_writers()["report"])
"""


def test_an_own_chart_or_writer_cannot_take_a_name_of_ours_that_is_not_read_yet():
    ran = subprocess.run(
        [sys.executable, "-c", OWN], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == [
        "two charts are called change",
        "two writers are called report.xlsx",
        "True True",
    ]


@pytest.mark.parametrize("name", ["kit", "kit.words", "__init__", ""])
def test_what_is_no_chart_is_not_taken_for_one(name):
    assert name not in charts
    with pytest.raises(UsageError, match=f'no chart is called "{name}"'):
        draw(name, fake_results(1))


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_has_a_label_in_every_language(name):
    for language in map(load_language, available_languages()):
        assert label_of(name, language) == language.word(f"charts.{name}.label")


@pytest.mark.parametrize("name", NAMES)
def test_every_option_has_words_and_a_default_and_the_errors_are_told(name):
    options = options_in(record_of(name))
    assert [one.name for one in options[:2]] == ["title", "notes"]
    assert [one.name for one in options] == options_of(name)
    assert all(one.means and one.default is not MISSING for one in options)
    assert "UsageError" in (charts[name].function.__doc__ or "")


def test_an_unknown_chart_names_the_nearest():
    with pytest.raises(UsageError, match=r'chart is called "chnage". Nearest: "ch'):
        draw("chnage", fake_results(1))


def test_an_unknown_option_names_the_nearest():
    with pytest.raises(UsageError, match=r'no option of change .*"titel".*"title"'):
        draw("change", fake_results(1), titel="x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group": "Nordbi"}, 'no group is called "Nordbi"'),
        ({"theme": "followup"}, 'Nearest: "follow_up"'),
        ({"measures": ["m99"]}, 'no measure is called "m99"'),
        ({"page": 7}, r"there is no page 7\. Choose a page from 1 to 1"),
        ({"language": "dk"}, 'no language is called "dk"'),
        ({"measures": "m99"}, 'no measure is called "m99"'),
        ({"size": 3}, r"a figure of 3 cm cannot be laid out. Give a width from 12"),
        ({"size": (16, 1)}, r"the texts of the figure need .* cm. Give a larger"),
        ({"size": (16, 9, 9)}, r"a size is a width, or a width and a height"),
        ({"colours": "blåå"}, "a colour is not known"),
        ({"labels": {"m99": "x"}}, 'no measure, phase or theme is called "m99"'),
        ({"labels": "x"}, "Give None or a dict of labels by id"),
        ({"order": ["m99"]}, 'no measure is called "m99"'),
        ({"notes": "no"}, r"notes cannot be that\. Give True or False"),
        ({"page": True}, r"page cannot be that\. Give a whole number or None"),
        ({"title": 3}, r"title cannot be that\. Give text or None"),
        ({"measures": [3]}, "Give None or text, or several"),
    ],
)
def test_what_does_not_exist_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        draw("change", fake_results(2), **options)


def test_one_name_where_several_may_stand_is_one_name():
    results = fake_results(3)
    one, other = (draw("rates", results, measures=m) for m in ("m1", ["m1"]))
    assert texts_of(one) == texts_of(other)
    assert len(texts_of(one, "label")) == 1
    several = draw("rates", results, measures=np.array(["m1", "m2"]))
    assert len(texts_of(several, "label")) == 2
    draw("plan", results, cases=np.int64(20), power=1 / 2)


@pytest.mark.parametrize(
    ("name", "option", "near"),
    [
        ("difference", {"order": "sise"}, "size"),
        ("heatmap", {"value": "rates"}, "rate"),
        ("overdue", {"shown_as": "band"}, "bands"),
    ],
)
def test_a_value_that_is_not_among_the_few_names_the_nearest(name, option, near):
    with pytest.raises(UsageError, match=f'Nearest: "{near}"'):
        draw(name, results_for(name, 1), **option)


def test_several_groups_need_a_choice():
    results = fake_results(2, groups=("Nordby", "Havnsø"))
    with pytest.raises(UsageError, match=r"several groups\. Choose: group='Nordby'"):
        draw("change", results)
    assert isinstance(draw("change", results, group="Havnsø"), Figure)


@pytest.mark.parametrize("name", NAMES)
def test_what_travels_with_a_figure(name):
    drawing = drawing_of(draw(name, results_for(name, 3), language="da"))
    assert drawing.alt.startswith(f"{drawing.title}.")
    assert drawing.note.startswith("Anm.: ")
    assert drawing.source.startswith("Kilde: ")
    assert ".xlsx" not in drawing.source
    assert len(drawing.data) > 0


@pytest.mark.parametrize("name", NAMES)
def test_title_and_notes_can_be_left_out_and_still_travel(name):
    figure = draw(name, results_for(name, 2), title="", notes=False)
    assert not texts_of(figure, "title")
    assert not texts_of(figure, "foot")
    assert drawing_of(figure).title
    assert drawing_of(figure).note
    assert drawing_of(figure).source


def test_every_chart_is_a_function_with_its_options_as_arguments():
    script = runpy.run_path(str(ROOT / "docs" / "make_chart_functions.py"))
    assert script["PATH"].read_text("utf-8") == script["source"]()
    for name in NAMES:
        function = getattr(ta.charts, name)
        results = results_for(name, 2)
        figure, same = function(results, title="Min"), draw(name, results, title="Min")
        assert texts_of(figure) == texts_of(same)
        own = [
            one for one in inspect.signature(function).parameters if one != "language"
        ]
        assert own == ["results", *options_of(name)]
        assert "    - `title`: " in (function.__doc__ or "")


def test_labels_order_and_width_are_those_asked_for():
    results = fake_results(3)
    figure = ta.charts.rates(
        results,
        measures=["m1", "m2"],
        order=["m2", "m1"],
        labels={"m2": "Mit navn", "analysis": "Før"},
        size=20,
    )
    assert texts_of(figure, "label")[0] == "Mit navn"
    assert round(figure.get_size_inches()[0] * 2.54, 2) == 20
    assert "Før" in alt_text(figure)
    assert results.form.measure("m2").label != "Mit navn"


def test_a_height_gives_air_and_colours_are_the_phases_own():
    figure = ta.charts.trend(fake_results(1), size=(16, 25), colours=["#aa0000"])
    assert round(figure.get_size_inches()[1] * 2.54, 2) == 25
    plain = ta.charts.rates(fake_results(1))
    own = ta.charts.rates(fake_results(1), colours=["#aa0000", "#0000aa"])
    assert colours_of(own) - colours_of(plain) >= {"#aa0000", "#0000aa"}


def colours_of(figure: Figure) -> set[str]:
    drawn: list[Any] = figure.findobj(Collection)
    return {to_hex(one) for each in drawn for one in each.get_edgecolor()}


def test_a_chart_may_stand_in_a_part_of_ones_own_figure():
    whole = Figure(figsize=(12, 5))
    parts: Any = whole.subfigures(1, 2)
    left, right = parts
    for part in (left, right):
        ta.charts.change(fake_results(1), subfigure=part)
    assert len(left.axes) == len(right.axes) == 2
    assert not whole.texts
    with pytest.raises(UsageError, match="the size is that of your own figure"):
        ta.charts.change(fake_results(1), subfigure=left, size=20)


def test_a_chart_of_one_measure_takes_it_as_measures():
    results = results_for("days", 2)
    name = drawing_of(ta.charts.days(results)).title
    (first, *_) = results.durations["measure"].unique()
    assert drawing_of(ta.charts.days(results, measures=first)).title == name
    with pytest.raises(UsageError, match=r"the chart is of one measure\. Name one"):
        ta.charts.days(results, measures=["a", "b"])


def test_a_title_of_ones_own():
    figure = draw("change", fake_results(1), title="Min titel")
    assert texts_of(figure, "title") == ["Min titel"]
    assert alt_text(figure).startswith("Min titel. ")


def test_a_foreign_figure_has_no_alt_text():
    assert alt_text(Figure()) == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_is_as_wide_as_a_word_page(name):
    width = draw(name, results_for(name, 2)).get_size_inches()[0]
    assert width * 2.54 == pytest.approx(16.0)


def test_the_readers_settings_are_left_and_do_not_count():
    odd: Any = {"font.size": 22.0, "lines.linewidth": 9.0, "axes.facecolor": "red"}
    plain = draw("change", fake_results(2))
    with mpl.rc_context(odd):
        before = dict(mpl.rcParams)
        figure = draw("change", fake_results(2))
        assert dict(mpl.rcParams) == before
    assert figure.get_size_inches() == pytest.approx(plain.get_size_inches())
    sizes = {text.get_fontsize() for text in figure.texts}
    assert sizes == {9.0, 11.0}


def test_pyplot_is_not_imported():
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from fake_results import fake_results\n"
        "from taskforce_analysis.charts import draw\n"
        "draw('change', fake_results(1))\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"


def test_a_notebook_shows_the_picture_with_its_alt_text():
    figure = draw("change", fake_results(1))
    assert isinstance(figure, PageFigure)
    data, metadata = figure._repr_mimebundle_()
    assert data["image/png"].startswith("iVBORw0KGgo")
    assert data["text/plain"] == drawing_of(figure).alt
    assert metadata["image/png"]["alt"] == drawing_of(figure).alt


def test_pages_hold_every_measure_once_and_fit():
    results = fake_results(40)
    pages = draw_pages("change", results)
    labels = [label for page in pages for label in texts_of(page, "label")]
    assert sorted(labels) == sorted(one.label for one in results.form.measures)
    assert len(pages) == drawing_of(pages[0]).pages == 4
    assert max(page.get_size_inches()[1] * 2.54 for page in pages) <= 24.001


def test_a_chart_without_pages_is_one_figure():
    assert len(draw_pages("plan", fake_results(1), cases=[10])) == 1


# Every chart meets 1, 12 and 40 measures, every label length and both languages, in the
# letters that are installed here and in those that are everywhere.
SIZES = [
    (1, "short", "da", ""),
    (12, "normal", "da", ""),
    (12, "normal", "en", "DejaVu Sans"),
    (40, "long", "en", ""),
    (40, "long", "da", "DejaVu Sans"),
]


@pytest.mark.parametrize(("measures", "labels", "language", "family"), SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_no_two_texts_meet_and_none_is_cut(name, measures, labels, language, family):
    results = results_for(name, measures, labels=labels)
    with styled(family=family):
        figure = draw(name, results, language=language)
    assert meetings(figure) == []
    assert cuts(figure) == []


@pytest.mark.parametrize(
    "name", ["change", "rates", "answers", "difference", "heatmap"]
)
def test_nothing_meets_on_a_page_of_long_labels(name):
    options: Any = {"groups": GROUPS} if name == "heatmap" else {}
    results = fake_results(40, labels="long", **options)
    figure = draw(name, results, page=2)
    assert meetings(figure) == []
    assert cuts(figure) == []
    assert figure.get_size_inches()[1] * 2.54 <= 24.001


def hostile(results):
    """Labels that no figure can show as they stand."""
    odd = "Sagsbehandlingsfristoverskridelsesunderretningsordning" * 3
    measures = tuple(
        replace(one, label=f"$x_1$ <b>\n{one.label}\u202e\x0b {odd}")
        for one in results.form.measures
    )
    phases = (
        Phase(id="analysis", label="Analysemåling, efteråret 2018 (første gang)"),
        Phase(id="status", label="Statusmåling, foråret 2021 (anden gennemgang)"),
    )
    themes = tuple(
        replace(one, label=f"{one.label} og {odd}") for one in results.form.themes
    )
    form = replace(results.form, measures=measures, phases=phases, themes=themes)
    return replace(results, form=form)


@pytest.mark.parametrize("name", ["change", "rates", "difference", "answers", "themes"])
def test_odd_labels_do_no_harm(name):
    figure = draw(name, hostile(fake_results(6)))
    assert meetings(figure) == []
    assert cuts(figure) == []
    assert all("\u202e" not in text and "\x0b" not in text for text in texts_of(figure))
    assert any(text.startswith("$x_1$ <b>") for text in texts_of(figure, "label"))


@pytest.mark.parametrize("name", [one for one in NAMES if "ax" in options_of(one)])
def test_a_chart_draws_into_axes_of_ones_own(name):
    figure = Figure(figsize=(6.3, 5))
    left, right = figure.subplots(1, 2)
    assert draw(name, results_for(name, 3), ax=right) is figure
    assert right.has_data()
    assert not left.has_data()
    assert figure.get_size_inches().tolist() == [6.3, 5]


@pytest.mark.parametrize(
    "name", ["rates", "difference", "answers", "themes", "heatmap"]
)
def test_what_is_withheld_is_in_no_chart(name):
    results = results_for(name, 1)
    hidden = results.comparison.assign(reservation="withheld")
    figure = draw(name, replace(results, comparison=hidden))
    drawing = drawing_of(figure)
    told = " ".join([*texts_of(figure), drawing.alt, drawing.data.to_csv(sep=" ")])
    for row in results.tally.itertuples():
        assert f"{row.compliant} ud af {row.applicable}" not in told
        assert f" {row.compliant} " not in drawing.data.to_csv(sep=" ", index=False)
