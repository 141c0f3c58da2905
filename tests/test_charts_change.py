"""The chart of changes: what stands where, read back from the figure."""

from dataclasses import replace
from math import isnan

import pandas as pd
import pytest
from drawn import intervals_of, points_of, texts_of
from fake_results import Counted, fake_results, newcombe

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.errors import UsageError
from taskforce_analysis.languages import load_language
from taskforce_analysis.results import run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder


@pytest.fixture(scope="module")
def figure():
    return draw("change", fake_results(12))


def test_one_measure_stands_as_typed():
    figure = draw("change", fake_results(1))
    assert texts_of(figure, "label") == ["Der er foretaget en helhedsvurdering"]
    assert texts_of(figure, "cell") == [
        "Analyse",
        "8 ud af 20",
        "40\xa0%",
        "Status",
        "14 ud af 20",
        "70\xa0%",
    ]
    assert texts_of(figure, "aside") == ["+30 (−1 til +54) Kan ikke afgøres"]


def test_points_and_intervals_stand_at_the_values():
    figure = draw("change", fake_results(1))
    assert points_of(figure, "point-analysis") == [0.4]
    assert points_of(figure, "point-status") == [0.7]
    assert points_of(figure, "point-difference") == [pytest.approx(0.3)]
    # Wilson for 8 of 20 and 14 of 20: Newcombe 1998, Stat Med 17:857, method 3.
    ends = intervals_of(figure, "interval-analysis")[0]
    assert ends == pytest.approx((0.2188, 0.6134), abs=5e-5)
    ends = intervals_of(figure, "interval-status")[0]
    assert ends == pytest.approx((0.4810, 0.8545), abs=5e-5)
    between = newcombe(Counted(8, 20), Counted(14, 20), 0.95)
    assert intervals_of(figure, "interval-difference") == [pytest.approx(between)]


def test_below_the_minimum_there_are_counts_alone(figure):
    cells = texts_of(figure, "cell")
    for count in ("4 ud af 8", "1 ud af 3", "2 ud af 2"):
        assert cells[cells.index(count) + 1] == "–"
    assert 0.5 not in points_of(figure, "point-analysis")
    shown = points_of(figure, "point-status")
    assert shown.count(1.0) == 1  # 20 of 20, not 2 of 2
    assert load_language("da").word("verdict.too_few") in texts_of(figure, "aside")


def test_the_minimum_is_the_settings():
    results = fake_results(12, settings=Settings(minimum_percent=3))
    cells = texts_of(draw("change", results), "cell")
    assert cells[cells.index("4 ud af 8") + 1] == "50\xa0%"
    assert cells[cells.index("2 ud af 2") + 1] == "–"


def test_no_relevant_case_and_no_measurement_are_told_apart(figure):
    cells = texts_of(figure, "cell")
    assert cells.count("0 relevante") == 3
    assert cells.count("ikke målt") == 1
    assert "0 ud af 0" not in cells


def test_nought_and_all_are_drawn_at_the_edges(figure):
    assert min(points_of(figure, "point-analysis")) == 0.0
    assert max(points_of(figure, "point-analysis")) == 1.0
    # Wilson for 0 of 20 ends at z squared / (20 + z squared), with z 1.96.
    first = intervals_of(figure, "interval-analysis")[0]
    assert first == pytest.approx((0.0, 3.8415 / 23.8415), abs=1e-5)


def test_the_verdict_stands_in_words_with_its_reason_and_marks(figure):
    asides = texts_of(figure, "aside")
    assert "+65 (+35 til +80) Højere andel ud over det tilfældige" in asides
    assert (
        "−50 (−70 til −22) Lavere andel i de gennemgåede sager; ikke udvalgt på forhånd"
        in asides
    )
    assert "Kan ikke sammenlignes: kun målt én gang" in asides
    assert "+30 (−1 til +54) Kan ikke afgøres" in asides
    assert "+19 (−11 til +46) Både højere og lavere er muligt ¹" in asides
    assert any(
        "+57 (+25 til +75) Højere andel i de gennemgåede sager; ikke" in one
        for one in asides
    )
    foot = texts_of(figure, "foot")[0]
    assert "¹ Vurderingen kan skifte" in foot
    assert "² Andelen af sager, hvor målepunktet er relevant, er ændret" in foot


def test_a_verdict_is_told_by_the_mark_as_well(figure):
    filled = {True: [], False: []}
    for axes in figure.axes:
        for line in axes.lines:
            if line.get_gid() == "point-difference":
                full = line.get_markerfacecolor() == line.get_markeredgecolor()
                filled[full] += list(line.get_xdata())
    assert sorted(filled[True]) == pytest.approx([-0.5, 14 / 17 - 0.25, 0.65])
    assert sorted(filled[False]) == pytest.approx([0, 0, 15 / 19 - 0.6, 0.3])


def test_phases_differ_in_shape_and_filling_not_in_colour_alone(figure):
    looks = {
        line.get_gid(): (line.get_marker(), line.get_markerfacecolor() == "#FFFFFF")
        for line in figure.axes[0].lines
    }
    assert looks["point-analysis"] == ("o", True)
    assert looks["point-status"] == ("D", False)


def test_primary_measures_are_bold_and_dark_the_others_grey(figure):
    labels = [text for text in figure.texts if text.get_gid() == "label"]
    assert [text.get_fontweight() for text in labels[:3]] == ["bold", "bold", "normal"]
    assert labels[0].get_color() == "#1A1A1A"
    assert labels[2].get_color() == "#595959"


def test_without_primary_measures_none_is_greyed():
    figure = draw("change", fake_results(3, primary=0))
    labels = [text for text in figure.texts if text.get_gid() == "label"]
    assert {text.get_color() for text in labels} == {"#1A1A1A"}
    assert "Fed skrift" not in drawing_of(figure).note


def test_the_note_is_short_and_leaves_methods_to_the_document(figure):
    note = drawing_of(figure).note
    assert note.count("95\xa0%-sikkerhedsintervaller") == 1
    assert "Ved under 10 relevante sager vises kun antal." in note
    assert "Uden ikke relevante og ubesvarede sager." in note
    assert "Wilson" not in note
    assert "Chan og Zhang" not in note


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_note_on_page_one_fills_at_most_two_lines(language):
    results = run(measurement=data_folder("example") / "maaling.toml")
    measures = list(results.measurement.primary)
    note = drawing_of(draw("change", results, language=language, measures=measures))
    # Counted on the page: 122 signs of a note in a line of 16 cm.
    assert len(note.note) <= 2 * 122


def test_a_note_tells_nothing_left_out_where_all_answers_count():
    assert "ubesvarede" not in drawing_of(draw("change", fake_results(1))).note


def test_the_source_is_a_readers():
    drawing = drawing_of(draw("change", fake_results(3)))
    told = "Kilde: Gennemgang af 20 og 20 sager i Eksempelkøbing Kommune."
    assert drawing.source == told
    assert "Gennemgåede sager" not in drawing.note


def test_what_nobody_was_asked_has_no_row_unless_it_is_named():
    results = fake_results(3)
    for name in ("tally", "comparison"):
        rows = getattr(results, name)
        results = replace(results, **{name: rows[rows["measure"] != "m2"]})
    label = results.form.measure("m2").label
    assert label not in texts_of(draw("change", results), "label")
    named = draw("change", results, measures=["m1", "m2"])
    assert label in texts_of(named, "label")


def test_many_phases_are_counted_together_in_the_source():
    phases = ("a", "b", "c", "d")
    source = drawing_of(draw("trend", fake_results(1, phases=phases))).source
    assert "Gennemgang af 80 sager fra a til d i Eksempelkøbing Kommune." in source


def test_of_one_group_the_note_tells_how_many_cases():
    results = fake_results(2, groups=("Nordby", "Havnsø"))
    note = drawing_of(draw("change", results, group="Havnsø")).note
    assert "Gennemgåede sager: Analyse 20, Status 20." in note


def test_rows_stand_under_their_themes_in_the_forms_order(figure):
    assert texts_of(figure, "theme") == [
        "Udredning, vurdering og afgørelse",
        "Opfølgning",
        "Inddragelse",
        "Tidsfrister",
    ]


def test_a_theme_and_measures_can_be_chosen_in_an_order_of_ones_own():
    results = fake_results(12)
    figure = draw("change", results, theme="follow_up", measures=["m5", "m4", "m1"])
    labels = ["Klagevejledningen er korrekt", "Afgørelsen er begrundet"]
    assert texts_of(figure, "label") == labels


def test_alt_text_tells_each_row_of_few_and_points_to_the_table_of_many(figure):
    told = drawing_of(figure).alt
    assert "Højere andel ud over det tilfældige: 1." in told
    assert (
        "Der er foretaget en helhedsvurdering: Analyse 8 ud af 20 (40\xa0%), Status "
        "14 ud af 20 (70\xa0%), forskel i procentpoint +30 (−1 til +54), kan ikke "
        "afgøres." in told
    )
    assert "Analyse 4 ud af 8, Status" in told
    many = drawing_of(draw("change", fake_results(40))).alt
    assert "Tallene for hvert målepunkt står i den tabel" in many
    assert len(many) < 500


def test_the_figures_behind_withhold_what_the_picture_withholds(figure):
    data = drawing_of(figure).data.set_index("Målepunkt").to_dict("index")
    few = data["Barnet eller den unge er inddraget"]
    assert few["Opfyldt, Analyse"] == 1
    withheld = ("Andel, Analyse", "Andel, Status", "Forskel")
    assert [isnan(few[name]) for name in withheld] == [True, True, True]
    once = data["Barnets plan er revideret efter opfølgningen"]
    assert pd.isna(once["Opfyldt, Analyse"])
    assert pd.isna(once["Relevante sager, Analyse"])
    assert once["Andel, Status"] == pytest.approx(0.55)
    assert once["Vurdering"] == "Kan ikke sammenlignes"


def test_english():
    figure = draw("change", fake_results(1), language="en")
    assert texts_of(figure, "aside") == ["+30 (−1 to +54) Cannot be decided"]
    assert texts_of(figure, "cell")[:3] == ["Analysis", "8 of 20", "40%"]
    assert drawing_of(figure).note.startswith("Note: Lines: 95% confidence intervals.")
    told = "Source: Review of 20 and 20 cases in Eksempelkøbing Kommune."
    assert drawing_of(figure).source == told


def test_what_disclosure_control_took_out_is_nowhere():
    results = fake_results(1)
    tally = results.tally.astype({"compliant": "Int64", "applicable": "Int64"})
    tally.loc[0, ["compliant", "applicable"]] = pd.NA
    compared = results.comparison.assign(difference=float("nan"))
    object.__setattr__(results, "tally", tally)
    object.__setattr__(results, "comparison", compared)
    figure = draw("change", results)
    drawing = drawing_of(figure)
    assert texts_of(figure, "cell")[1] == "vises ikke"
    assert points_of(figure, "point-analysis") == []
    everywhere = " ".join([*texts_of(figure), drawing.alt, drawing.data.to_csv()])
    assert "8 ud af 20" not in everywhere
    assert "40\xa0%" not in everywhere
    assert isnan(drawing.data["Andel, Analyse"][0])
    assert "vises ikke." in drawing.note


def test_a_comparison_that_is_withheld_takes_its_rates_along():
    results = fake_results(1)
    object.__setattr__(
        results, "comparison", results.comparison.assign(reservation="withheld")
    )
    figure = draw("change", results)
    assert texts_of(figure, "cell") == ["Analyse", "vises ikke", "Status", "vises ikke"]
    assert texts_of(figure, "aside") == ["Vises ikke"]
    assert "20 (" not in drawing_of(figure).alt
    assert not points_of(figure, "point-difference")


@pytest.mark.parametrize("name", ["change", "difference", "themes"])
def test_one_measurement_alone_has_no_change_to_draw(name):
    with pytest.raises(UsageError, match="one measurement alone"):
        draw(name, fake_results(2, phases=("status",)))


def test_the_legend_says_what_a_filled_and_an_open_square_mean(figure):
    assert texts_of(figure, "key") == [
        "Forskel: højere eller lavere",
        "Forskel: både højere og lavere er muligt",
    ]
    # Only what is there: one measure, which cannot be decided.
    open_alone = texts_of(draw("change", fake_results(1)), "key")
    assert open_alone == ["Forskel: både højere og lavere er muligt"]


def test_the_chosen_ones_stand_first_under_their_own_heading_where_asked():
    results = fake_results(12, primary=0)
    chosen = results.comparison["measure"].isin(["m4", "m9"])
    kinds = results.comparison.assign(primary=chosen.where(chosen, pd.NA))
    results = replace(results, comparison=kinds)
    plain = texts_of(draw("change", results), "label")
    figure = draw("change", results, chosen_first=True)
    first = [results.form.measure(name).label for name in ("m4", "m9")]
    assert texts_of(figure, "label")[:2] == first
    assert texts_of(figure, "label")[2:] == [one for one in plain if one not in first]
    assert texts_of(figure, "theme")[0] == "Udpeget til at afgøre"
    # The themes of the data stay those of the form.
    themes = set(drawing_of(figure).data["Tema"])
    assert "Udpeget til at afgøre" not in themes


def test_without_chosen_ones_none_stands_first():
    results = fake_results(4, primary=0)
    asked = draw("change", results, chosen_first=True)
    assert texts_of(asked, "theme") == texts_of(draw("change", results), "theme")
