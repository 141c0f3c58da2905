"""The slides: a finding as title, native charts of the comparison's own figures."""

import re
import zipfile
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from fake_results import fake_results
from pptx import Presentation
from pptx.util import Cm, Emu, Pt
from results_to_write import results_to_write

from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import FileError, UsageError
from taskforce_analysis.languages import load_language
from taskforce_analysis.recommendations import Recommendation
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import rates_lacking
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.notat import as_text, compose_notat

LANGUAGES = ("da", "en")
COUNT = re.compile(r"(\d+) (?:ud af|of) (\d+)")


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


@pytest.fixture(scope="module")
def made(results, tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("slides")
    return {
        language: Presentation(
            str(write(results, folder / f"{language}.pptx", language=language))
        )
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def slides(made) -> list[Any]:
    return list(made["da"].slides)


def slides_of(results: Results, path: Path, **options: Any) -> list[Any]:
    return list(Presentation(str(write(results, path, **options))).slides)


def charts_of(slides) -> list[Any]:
    return [shape for slide in slides for shape in slide.shapes if shape.has_chart]


def tables_of(slides) -> list[Any]:
    return [
        shape.table for slide in slides for shape in slide.shapes if shape.has_table
    ]


def text_of(slide: Any) -> str:
    return " ".join(
        shape.text_frame.text for shape in slide.shapes if shape.has_text_frame
    )


def labels_of(series: Any, count: int) -> list[str]:
    return [series.points[at].data_label.text_frame.text for at in range(count)]


def test_there_are_five_slides_on_sixteen_by_nine(made):
    for deck in made.values():
        assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
        assert len(list(deck.slides)) == 5
        assert all(slide.shapes.title.text_frame.text for slide in deck.slides)


def test_the_titles_say_what_was_found(slides):
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[1] == (
        "»Der er fulgt op rettidigt« er opfyldt oftere; »Der er foretaget en "
        "helhedsvurdering« og »Afgørelsen er truffet inden for kommunens frist« "
        "(med forbehold) kan ikke afgøres"
    )
    assert titles[2].endswith(": opfyldt i 3 ud af 12 sager")
    assert titles[3].startswith("Af fem anbefalinger er to gennemført eller forankret")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bars_are_the_rates_and_counts_of_the_comparison(results, made, language):
    chart = charts_of(made[language].slides)[0].chart
    compared = results.comparison[results.comparison["headline"]]
    primary = compared[compared["primary"].fillna(False)]
    words = load_language(language)
    names = [words.label(results.form.measure(name)) for name in primary["measure"]]
    categories = list(chart.plots[0].categories)
    for name, category in zip(names, categories, strict=True):
        assert category.startswith(name)
    for side, series in zip(("before", "after"), chart.plots[0].series, strict=True):
        assert list(series.values) == pytest.approx(list(primary[f"rate_{side}"]))
        told = [COUNT.fullmatch(label) for label in labels_of(series, len(names))]
        assert [tuple(map(int, one.groups())) for one in told if one] == list(
            zip(
                primary[f"compliant_{side}"], primary[f"applicable_{side}"], strict=True
            )
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_on_a_slide_is_one_of_the_comparison(results, made, language):
    rows = results.comparison[results.comparison["headline"]]
    known = {
        (str(row[f"compliant_{side}"]), str(row[f"applicable_{side}"]))
        for _, row in rows.iterrows()
        for side in ("before", "after")
    }
    told = {
        pair
        for slide in made[language].slides
        for pair in COUNT.findall(text_of(slide))
    }
    assert told
    assert told <= known


def test_attention_goes_to_what_the_fewest_cases_keep(results, slides):
    chart = charts_of(slides)[1].chart
    rows = results.comparison[results.comparison["headline"]]
    rows = rows[rows["applicable_after"] >= 10]
    shares = sorted(rows["compliant_after"] / rows["applicable_after"])
    assert list(chart.plots[0].series[0].values) == pytest.approx(shares[:2])
    # Page one and the committee's paper name the same, in the same order.
    drawn = list(chart.plots[0].categories)
    text = as_text(compose_notat(results, load_language("da")))
    listed = text.partition("opfyldt i den mindste del")[2].split("\n\n")[0]
    items = [line for line in listed.splitlines() if line.startswith("- ")]
    named = re.findall(r"»(.+?)«", text.partition("opmærksomhed kræver ")[2])[:2]
    assert [line[2:].rpartition(": ")[0] for line in items[:2]] == drawn
    assert named == drawn


def test_a_deadline_by_an_invented_limit_never_calls_for_attention(results):
    sentences = Sentences(results, load_language("da"))
    named = [name for name, _ in rates_lacking(sentences, "all")]
    extra = results.issues.iloc[:1].assign(code="LIMITS_INVENTED", measure=named[0])
    judged = replace(results, issues=extra)
    without = rates_lacking(Sentences(judged, load_language("da")), "all")
    assert named[0] not in [name for name, _ in without]


def test_a_changed_limit_stands_beside_its_finding(slides):
    assert "den tidligere frist på 12 uger" in text_of(slides[1])


def test_charts_have_alt_text_and_notes(slides):
    for shape in charts_of(slides):
        described = shape._element.nvGraphicFramePr.cNvPr
        assert len(described.get("descr")) > 100
    told = slides[1].notes_slide.notes_text_frame.text
    assert "14 ud af 20" in told
    assert "p-værdi" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_series_are_named_in_the_order_of_their_bars_above_the_chart(
    results, made, language
):
    for slide in made[language].slides:
        for shape in charts_of([slide]):
            assert not shape.chart.has_legend
            series = shape.chart.plots[0].series
            names = [one.name for one in series]
            boxes = [one for one in slide.shapes if one.has_text_frame]
            named = [one for one in boxes if one.text_frame.text in names]
            assert [one.text_frame.text for one in named] == names
            assert [one.left for one in named] == sorted(one.left for one in named)
            assert max(one.top + one.height for one in named) <= shape.top
            patches = [one for one in boxes if one.name.startswith("Rectangle")]
            colours = [str(one.fill.fore_color.rgb) for one in patches]
            drawn = [str(one.format.fill.fore_color.rgb) for one in series]
            assert colours == drawn
            # Each patch stands at the left of its own name.
            for patch, name in zip(patches, named, strict=True):
                assert 0 < name.left - patch.left - patch.width < Cm(0.5)


def test_the_recommendations_have_a_source_and_a_reservation_of_their_own(slides):
    said = text_of(slides[3])
    assert "Kilde: Kommunens oversigt over anbefalingerne." in said
    assert "Status er oplyst af den ansvarlige." in said
    assert "Gennemgang af" not in said
    head = [cell.text_frame.text for cell in tables_of(slides)[0].rows[0].cells]
    assert head == ["Nr.", "Anbefaling", "Status", "Initiativ"]


def test_what_the_title_says_by_name_is_not_said_again_under_the_chart(slides):
    assert text_of(slides[1]).count("»Der er fulgt op rettidigt«") == 1
    assert text_of(slides[1]).count("kommunens frist«") == 2  # with its reservation


def test_one_measurement_alone_shows_what_the_fewest_cases_keep(tmp_path: Path):
    alone = run(
        data_folder("example") / "status.xlsx", form="boernehandicap", force=True
    )
    slides = slides_of(alone, tmp_path / "a.pptx")
    (series,) = charts_of(slides)[0].chart.plots[0].series
    assert list(series.values) == sorted(series.values)
    assert labels_of(series, 2) == ["3 ud af 12", "9 ud af 20"]
    # Nothing was compared, so nothing is said of comparing.
    assert "tilfældige betyder" not in text_of(slides[-1])


def test_long_titles_fit_the_band(made):
    for slide in made["da"].slides:
        title = slide.shapes.title
        size = title.text_frame.paragraphs[0].runs[0].font.size
        # A sign of bold Arial is some 0.53 of its size across.
        rows = ceil(len(title.text_frame.text) * 0.53 * size / title.width)
        assert rows * 1.2 * size <= title.height


def test_each_recommendation_stands_with_its_status(results, slides):
    table = tables_of(slides)[0]
    rows = [[cell.text_frame.text for cell in row.cells] for row in table.rows][1:]
    assert [row[0] for row in rows] == [one.number for one in results.recommendations]
    assert all(row[2] for row in rows)


def test_without_recommendations_there_is_no_slide_of_them(results, tmp_path: Path):
    bare = slides_of(replace(results, recommendations=()), tmp_path / "a.pptx")
    assert len(bare) == 4
    assert tables_of(bare) == []


def test_many_recommendations_fit_on_the_slide(results, tmp_path: Path):
    advice = tuple(
        Recommendation(
            number=str(at),
            text="Kommunen bør " + "følge op " * 30,
            theme="",
            status="anchored" if at <= 20 else "started",
        )
        for at in range(1, 26)
    )
    many = slides_of(replace(results, recommendations=advice), tmp_path / "a.pptx")
    rows = [row.cells[0].text_frame.text for row in tables_of(many)[0].rows][1:]
    assert {str(at) for at in range(21, 26)} <= set(rows)
    assert "Yderligere 13 anbefalinger" in text_of(many[3])


def test_a_measure_with_few_cases_is_not_drawn(tmp_path: Path):
    results = results_to_write()
    slides = slides_of(results, tmp_path / "a.pptx")
    compared = results.comparison.set_index("measure")
    few = compared[compared["applicable_after"] < 10].index
    labels = {results.form.measure(name).label for name in few}
    drawn = {
        name for one in charts_of(slides) for name in one.chart.plots[0].categories
    }
    assert labels
    assert not labels & drawn


def test_what_is_withheld_is_neither_drawn_nor_passed_over(results, tmp_path: Path):
    public = replace(results, settings=Settings(publish="strict"))
    slides = slides_of(public, tmp_path / "a.pptx")
    hidden = disclose(public).comparison
    hidden = hidden[hidden["reservation"].str.contains("withheld", na=False)]
    labels = {results.form.measure(name).label for name in hidden["measure"]}
    drawn = {
        name for one in charts_of(slides) for name in one.chart.plots[0].categories
    }
    assert labels
    assert not labels & drawn
    assert f"Tallene for {len(labels)} målepunkter er tilbageholdt." in text_of(
        slides[1]
    )


def test_the_same_results_give_the_same_bytes(results, tmp_path: Path):
    first, second = (write(results, tmp_path / name) for name in ("a.pptx", "b.pptx"))
    assert first.read_bytes() == second.read_bytes()


def test_one_measure_is_named(tmp_path: Path):
    slides = slides_of(results_to_write(1), tmp_path / "en.pptx")
    assert slides[1].shapes.title.text_frame.text.startswith("»")
    series = charts_of(slides)[0].chart.plots[0].series
    assert labels_of(series[1], 1) == ["14 ud af 20"]


def test_nothing_stands_outside_the_slide(made):
    deck = made["da"]
    for slide in deck.slides:
        for shape in slide.shapes:
            assert Emu(0) <= shape.left <= shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def test_each_slide_has_its_number_and_its_source(made):
    for slide in made["da"].slides:
        fields = slide._element.xpath('.//a:fld[@type="slidenum"]')
        assert len(fields) == 1
        assert "Kilde: " in text_of(slide)


def template(path: Path) -> Path:
    """A municipality's master: other measures, other layouts, a slide left in it."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(9144000), Emu(5143500)
    old = deck.slides.add_slide(deck.slide_layouts[1])
    title: Any = old.shapes.title
    title.text_frame.text = "Gammelt dias"
    plain = path.with_suffix(".pptx")
    deck.save(str(plain))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                kinds = (b"presentation.main+xml", b"template.main+xml")
                content = content.replace(*kinds)
            target.writestr(name, content)
    return path


def test_a_municipalitys_own_potx_gives_its_master(results, tmp_path: Path):
    own = template(tmp_path / "skabelon.potx")
    path = write(results, tmp_path / "a.pptx", template=own)
    deck = Presentation(str(path))
    assert deck.slide_width == 9144000
    texts = [text_of(slide) for slide in deck.slides]
    assert len(texts) == 5
    assert not any("Gammelt dias" in text for text in texts)
    for slide in deck.slides:  # a title of many words is smaller than the master's 44
        title: Any = slide.shapes.title
        run = title.text_frame.paragraphs[0].runs[0]
        assert run.font.size is None or run.font.size <= Pt(30)
        assert run.font.size or len(run.text) < 36
    assert b"template.main+xml" not in zipfile.ZipFile(path).read("[Content_Types].xml")


def test_what_is_no_template_is_refused(results, tmp_path: Path):
    with pytest.raises(FileError):
        write(results, tmp_path / "a.pptx", template=tmp_path / "mangler.potx")
    (tmp_path / "tekst.potx").write_text("ikke en præsentation", "utf-8")
    with pytest.raises(UsageError, match="no PowerPoint presentation"):
        write(results, tmp_path / "a.pptx", template=tmp_path / "tekst.potx")
    assert not (tmp_path / "a.pptx").exists()


def test_an_index_that_decides_takes_the_place_of_its_measures(results, tmp_path: Path):
    index = ("holistic_assessment", "follow_up_timely", "reasons")
    plan = replace(results.measurement, primary=(), index=index)
    told = run(measurement=plan)
    slides = slides_of(told, tmp_path / "a.pptx")
    row = told.comparison[told.comparison["basis"] == "index"].iloc[0]
    plot = charts_of(slides)[0].chart.plots[0]
    for side, series in zip(("before", "after"), plot.series, strict=True):
        assert series.values[0] == pytest.approx(row[f"mean_{side}"])
    assert len(slides) == 5


def test_of_groups_each_is_named_in_a_chart(tmp_path: Path):
    results = fake_results(6, groups=("all", "Nord", "Syd"))
    slides = slides_of(results, tmp_path / "a.pptx")
    drawn = {
        name for one in charts_of(slides) for name in one.chart.plots[0].categories
    }
    assert drawn == {"Nord", "Syd"}


def test_a_scale_is_drawn_step_by_step(tmp_path: Path):
    results = fake_results(0, scaled=3)
    slides = slides_of(results, tmp_path / "a.pptx")
    scale = [grade.label for grade in results.form.measures[0].scale]
    plots = [one.chart.plots[0] for one in charts_of(slides)]
    assert [[series.name for series in plot.series] for plot in plots] == [scale] * 2
    given = results.distribution
    for plot, phase in zip(plots, reversed(results.phases), strict=True):
        own = given[given["phase"] == phase]
        for series, grade in zip(
            plot.series, results.form.measures[0].scale, strict=True
        ):
            counted = own[own["answer"] == grade.id]["count"].sum()
            assert sum(value or 0 for value in series.values) == counted


def test_periods_are_drawn_as_counts(tmp_path: Path):
    quarters = tuple(f"202{year}-Q{at}" for year in (1, 2) for at in (1, 2, 3, 4))
    results = fake_results(3, phases=quarters)
    results = replace(results, form=replace(results.form, phases=()))
    slides = slides_of(results, tmp_path / "a.pptx")
    plot = charts_of(slides)[0].chart.plots[0]
    assert next(iter(plot.categories)) == "1. kvartal 2021"
    name = slides[1].shapes.title.text_frame.text
    measure = next(one for one in results.form.measures if one.label in name)
    own = results.tally[results.tally["measure"] == measure.id]
    assert sum(value or 0 for value in plot.series[0].values) == own["compliant"].sum()
