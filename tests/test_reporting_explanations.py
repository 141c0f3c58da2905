"""What the report is obliged to say about selection, reviewing and method."""

from dataclasses import replace
from datetime import date

import pytest
from results_to_write import results_to_write, with_copy

from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import SELECTIONS, Measurement, PhasePlan
from taskforce_analysis.reporting.explanations import method, reading_guide, selection
from taskforce_analysis.reporting.report_tables import basis_label
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings

DANISH = load_language("da")


def measured(before: PhasePlan, after: PhasePlan, **values: object) -> Results:
    phases = {"analysis": before, "status": after}
    plan = Measurement(phases=phases, **values)  # type: ignore[arg-type]
    return replace(results_to_write(), measurement=plan)


def said_of(results: Results) -> str:
    return " ".join(selection(results, DANISH))


@pytest.mark.parametrize("way", SELECTIONS)
def test_every_way_of_selecting_is_told(way: str):
    text = said_of(measured(PhasePlan(selection=way), PhasePlan(selection=way)))
    assert text.startswith("Analyse og Status: ")
    as_if = "Usikkerheden er beregnet, som om sagerne var trukket tilfældigt" in text
    assert as_if == (way not in ("random", "stratified", "all"))


def test_without_a_measurement_selection_is_unknown():
    text = said_of(replace(results_to_write(), measurement=Measurement()))
    assert "Analyse og Status: Det er ikke oplyst, hvordan sagerne er udvalgt." in text


def test_population_period_and_who_drew_are_told():
    plan = PhasePlan(
        selection="random",
        population=1143,
        period=(date(2017, 7, 1), date(2018, 6, 30)),
        drawn_by="Ankestyrelsen",
        measured=date(2018, 10, 1),
    )
    assert selection(measured(plan, plan), DANISH)[0] == (
        "Analyse: Sagerne er trukket tilfældigt. Udvalgt af: Ankestyrelsen. Der var "
        "1.143 sager at vælge imellem. Perioden er 1. juli 2017 til 30. juni 2018. "
        "Målt pr. 1. oktober 2018."
    )


def test_different_ways_are_told_and_so_is_insisting():
    results = measured(PhasePlan(selection="random"), PhasePlan(selection="criteria"))
    assert "Sagerne er udvalgt på forskellige måder i målingerne." in said_of(results)
    insisted = replace(results, settings=Settings(insist=True))
    assert "De er sammenlignet efter ønske." in said_of(insisted)


def test_the_standard_may_have_moved_unless_cases_were_reviewed_again():
    plan = PhasePlan(selection="random")
    assert "Målestokken kan derfor have flyttet sig" in said_of(measured(plan, plan))
    planned = measured(plan, plan, bridge_cases=("a", "b", "c", "d"))
    lacking = (
        "sager, der skulle gennemgås igen, er ikke fundet med svar i begge målinger."
    )
    assert "Målestokken kan derfor have flyttet sig" in said_of(planned)
    assert f"4 {lacking}" in said_of(planned)
    assert "er gennemgået på ny" not in said_of(planned)
    some = replace(planned, reviewed_again=("a", "b"))
    assert "2 sager er gennemgået på ny" in said_of(some)
    assert f"2 {lacking}" in said_of(some)
    assert "kan derfor have flyttet sig" not in said_of(some)
    bridged = replace(planned, reviewed_again=("a", "b", "c", "d"))
    assert "4 sager er gennemgået på ny" in said_of(bridged)
    assert "skulle gennemgås igen" not in said_of(bridged)


def test_measures_picked_because_they_were_low_are_named():
    plan = PhasePlan(selection="random")
    text = said_of(measured(plan, plan, chosen_because_low=("m2", "m3")))
    assert (
        "Udvalgt, fordi de lå lavt: Sagen er tilstrækkeligt oplyst og Der er foretaget "
        "partshøring. En del af stigningen må ventes af sig selv."
    ) in text


def test_mixed_laws_are_told():
    results = with_copy(results_to_write(), "m1", basis="law:SEL")
    assert "afgjort efter forskellige love" in said_of(results)


@pytest.mark.parametrize(
    ("basis", "danish", "english"),
    [
        ("law:SEL", "heraf efter serviceloven", "of these under serviceloven"),
        (
            "law:BL 2025-09-01",
            "heraf efter barnets lov fra 1. september 2025",
            "of these under barnets lov from 1 September 2025",
        ),
        ("law:En egen lov", "heraf efter En egen lov", "of these under En egen lov"),
    ],
)
def test_a_law_is_named_in_full_with_the_day_of_its_rule(basis, danish, english):
    results = results_to_write()
    told = [
        basis_label(Sentences(results, load_language(one)), basis)
        for one in ("da", "en")
    ]
    assert told == [danish, english]


def test_the_method_note_names_method_source_level_and_version():
    text = " ".join(method(results_to_write(), DANISH)).replace("\u00a0", " ")
    assert "Andelene har intervaller på 95 %: Wilsons interval [Wilson 1927" in text
    assert "Chan and Zhang 1999" in text
    assert "Grænsen på 2,5 % i hver retning gælder ét målepunkt" in text
    assert "Beregnet med taskforce_analysis, version " in text


def test_the_level_follows_the_settings():
    results = replace(results_to_write(), settings=Settings(confidence=0.99))
    text = " ".join(method(results, DANISH)).replace("\u00a0", " ")
    assert "intervaller på 99 %" in text
    assert "Grænsen på 0,5 % i hver retning" in text


def test_how_many_would_stand_out_by_chance():
    results = replace(results_to_write(), chance_findings=0.236)
    assert (
        "Selv hvis intet var ændret, måtte det ventes, at 0,2 af de 7 sammenlignede "
        "målepunkter skilte sig ud."
    ) in method(results, DANISH)


def test_an_unknown_method_is_named_as_it_is():
    results = results_to_write()
    tally = results.tally.assign(interval="min_metode")
    assert "95\u00a0%: min_metode." in method(replace(results, tally=tally), DANISH)[0]


def test_the_reading_guide_warns_against_judging_by_overlap():
    text = " ".join(reading_guide(results_to_write(), DANISH))
    assert "ud fra, om to målingers intervaller overlapper" in text
    assert "Det er ikke det samme som ingen ændring." in text


def test_one_measure_is_not_told_of_as_several():
    told = method(replace(results_to_write(1), chance_findings=0.025), DANISH)
    text = " ".join(told)
    assert (
        "Angivet som udvalgt; ikke efterprøvet: Der er foretaget en helhedsvurdering."
        in text
    )
    assert "supplerende" not in text
    assert "Holm" not in text
    assert "skilte sig ud" not in text


def test_all_cases_of_one_caseworker_are_told_of_as_one():
    results = results_to_write()
    rows = results.comparison.assign(clusters=1)
    said = said_of(replace(results, comparison=rows))
    assert "Sagerne hører alle til samme sagsbehandler eller team." in said
