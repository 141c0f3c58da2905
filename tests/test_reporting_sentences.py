"""The sentences, verdict by verdict, typed out in full."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_to_write import results_to_write, with_copy, with_row

from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.reporting.explanations import method, reading_guide, selection
from taskforce_analysis.reporting.sentences import Sentences, decimals_of
from taskforce_analysis.reporting.summary import summary_items
from taskforce_analysis.reporting.table_rows import comparison_rows
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings

FORBIDDEN = re.compile(
    r"\b(signifikan\w*|effekt\w*|virker|fremgang\w*|usikker|på grund af|"
    r"significan\w*|effect\w*|because of)\b|!",
    re.IGNORECASE,
)


def told(results: Results, measure: str, *, language: str = "da") -> str:
    sentences = Sentences(results, load_language(language))
    (row,) = [
        row
        for row in comparison_rows(results)
        if row.measure == measure and row.basis == "crude"
    ]
    return sentences.told(row).replace("\u00a0", " ")


def test_an_undecided_row_names_the_range_and_is_not_no_change():
    assert told(results_to_write(), "m1") == (
        "Der er foretaget en helhedsvurdering: 14 ud af 20 sager (70 %) i "
        "statusmålingen mod 8 ud af 20 sager (40 %) i analysemålingen. "
        "Det kan ikke afgøres, om andelen er "
        "ændret: fra 2 procentpoint lavere til 58 højere kan ikke udelukkes. Det er "
        "ikke det samme som ingen ændring."
    )


def test_an_undecided_row_in_english():
    assert told(results_to_write(), "m1", language="en").endswith(
        "14 of 20 cases (70%) in the status measurement against 8 of 20 cases (40%) in "
        "the analysis measurement. It "
        "cannot be decided whether the rate has changed: from 2 percentage points "
        "lower to 58 higher is not excluded. That is not the same as no change."
    )


def test_a_higher_rate_beyond_chance():
    results = with_row(
        results_to_write(), "m2", difference_low=0.3481, difference_high=0.8449
    )
    assert told(results, "m2").endswith(
        "Andelen er 65 procentpoint højere, og det er ud over det tilfældige. "
        "Intervallet (95 %) går fra 35 til 84 procentpoint højere."
    )


def test_a_lower_rate_beyond_chance():
    results = with_row(
        results_to_write(),
        "m3",
        difference_low=-0.7321,
        difference_high=-0.2149,
        role="primary",
    )
    assert told(results, "m3").endswith(
        "Andelen er 50 procentpoint lavere, og det er ud over det tilfældige. "
        "Intervallet (95 %) går fra 21 til 73 procentpoint lavere."
    )


def test_too_few_cases_have_counts_and_no_percentage():
    text = told(results_to_write(), "m9")
    assert "2 ud af 2 sager i statusmålingen mod 1 ud af 3 sager i analyse" in text
    assert "%" not in text
    assert text.endswith("Den kræver mindst 10 i hver måling.")


def test_a_measure_of_one_phase_is_told_by_itself():
    results = with_row(results_to_write(), "m8", decided_by="only_one_phase")
    assert told(results, "m8") == (
        "Barnets plan er revideret efter opfølgningen: 11 ud af 20 sager (55 %) i "
        "statusmålingen. Målepunktet findes kun i den ene måling og kan derfor ikke "
        "sammenlignes."
    )


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("selection_differs", "udvalgt på forskellige måder"),
        ("rule_changed", "Reglen er ændret"),
        ("something_new", "kan ikke sammenlignes på dette punkt"),
    ],
)
def test_why_two_phases_are_not_compared(reason: str, text: str):
    row = {"verdict": "not_comparable", "decided_by": reason}
    assert text in told(with_row(results_to_write(), "m2", **row), "m2")


def test_none_of_twenty_says_what_it_leaves_open():
    # 1 - 0.025 ** (1 / 20) = 0.168 (Clopper and Pearson at 0 of 20)
    text = told(results_to_write(), "m5")
    assert "0 ud af 20 i statusmålingen udelukker ikke en andel på op til 17 %." in text
    text = told(results_to_write(), "m4")
    assert (
        "20 ud af 20 i analysemålingen udelukker ikke en andel helt ned til 83" in text
    )


def test_a_simultaneous_interval_stands_with_both_levels():
    row = {"adjustment": "bonferroni", "confidence": 0.9875}
    improved = {**row, "verdict": "improved", "difference_low": 0.01}
    text = told(with_row(results_to_write(), "m1", **improved), "m1")
    assert "Intervallet (98,75 %; samlet 95 % for de fire) går fra" in text
    open_ = {**row, "verdict": "uncertain"}
    text = told(with_row(results_to_write(), "m1", **open_), "m1")
    assert "kan ikke udelukkes (98,75 %; samlet 95 % for de fire)." in text
    step = {"adjustment": "holm", "confidence": round(1 - 0.05 / 3, 12)}
    text = told(with_row(results_to_write(), "m1", **step), "m1")
    assert "kan ikke udelukkes (98,33 %)." in text


def test_reservations_follow_the_verdict():
    text = told(results_to_write(), "m12")
    assert "Forbehold: Målepunktet er relevant i en anden del af sagerne" in text
    assert text.endswith("Kendte man dem, kunne den blive en anden.")


def test_a_withheld_row_shows_no_figure():
    text = told(with_row(results_to_write(), "m1", reservation="withheld"), "m1")
    assert text == "Der er foretaget en helhedsvurdering: Tallene er tilbageholdt."


def test_percentages_are_withheld_below_the_minimum():
    results = replace(results_to_write(), settings=Settings(minimum_percent=21))
    assert "%" not in told(results, "m2").partition("Andelen")[0]


@pytest.mark.parametrize(
    ("share", "decimals"), [(0.3, 0), (0.0, 0), (-0.004, 1), (0.0004, 2), (0.005, 0)]
)
def test_a_limit_off_zero_never_reads_as_zero(share: float, decimals: int):
    assert decimals_of(share) == decimals


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_range_names_both_limits(one: float, other: float):
    low, high = sorted((round(one, 4), round(other, 4)))
    results = with_row(
        results_to_write(1), "m1", difference_low=low, difference_high=high
    )
    sentences = Sentences(results, load_language("da"))
    (row,) = comparison_rows(results)
    assert row.difference
    text = sentences.range(row.difference)
    assert sentences.size(low) in text
    assert sentences.size(high) in text
    assert ("lavere" in text and "højere" in text) == (low < 0 < high)


def test_a_conditional_measure_is_told_out_of_all_cases_too():
    values = {"compliant_after": 7, "applicable_after": 20, "applicable_before": 20}
    results = with_copy(results_to_write(), "m1", basis="unconditional", **values)
    (twin,) = [text for text in asides_of(results) if text.startswith("Ud af alle")]
    assert twin.replace("\u00a0", " ") == (
        "Ud af alle sager: 7 ud af 20 (35 %) i statusmålingen mod 8 ud af 20 (40 %) "
        "i analysemålingen."
    )


def test_cases_not_drawn_at_random_say_nothing_of_the_municipality_s_cases():
    results = with_copy(results_to_write(), "m1", basis="stock", verdict="")
    assert not any(
        "kommunen havde i de to perioder" in text for text in asides_of(results)
    )
    plan = PhasePlan(selection="random")
    phases = {"analysis": plan, "status": plan}
    drawn = replace(results, measurement=Measurement(phases=phases))
    assert any("kommunen havde i de to perioder" in text for text in asides_of(drawn))


def test_how_alike_the_cases_of_a_caseworker_may_be():
    results = with_row(results_to_write(), "m1", clusters=6, tipping=2.31)
    assert not any("sagsbehandler" in text for text in asides_of(results))
    results = with_row(results, "m1", verdict="improved")
    assert "at variansen bliver 2,3 gange så stor." in asides_of(results)[0]


def test_the_other_reading_of_partly_is_told():
    results = with_row(results_to_write(), "m1", stands_under_partly=False)
    assert "hvis delvist tæller som opfyldt" in asides_of(results)[0]
    results = with_row(results_to_write(), "m1", stands_under_partly=True)
    assert asides_of(results)[0].startswith("Vurderingen er den samme, uanset om")


def asides_of(results: Results) -> list[str]:
    row = comparison_rows(results)[0]
    return Sentences(results, load_language("da")).asides(row)


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_sentence_claims_more_than_the_cases_carry(language: str):
    words = load_language(language)
    results = results_to_write()
    sentences = Sentences(results, words)
    said = [sentences.told(row) for row in comparison_rows(results)]
    said += [
        *(item.text for item in summary_items(sentences, "all")),
        *reading_guide(results, words),
    ]
    said += [*selection(results, words), *method(results, words)]
    assert [text for text in said if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_text_of_the_report_claims_more(language: str):
    words = load_language(language).words
    ours = {key: text for key, text in words.items() if key.startswith("report.")}
    assert {key for key, text in ours.items() if FORBIDDEN.search(text)} == set()


@pytest.mark.parametrize(
    ("language", "part", "limit"),
    [
        ("da", "0 ud af 1 sag i", "fra 1 procentpoint lavere til 58 højere"),
        ("en", "0 of 1 case in", "from 1 percentage point lower to 58 higher"),
    ],
)
def test_one_is_told_as_one(language: str, part: str, limit: str):
    few = {"compliant_before": 0, "applicable_before": 1, "verdict": "too_few"}
    results = with_row(results_to_write(), "m1", **few)
    assert part in told(results, "m1", language=language).replace("\u00a0", " ")
    results = with_row(results_to_write(), "m1", difference_low=-0.01)
    said = told(results, "m1", language=language).replace("\u00a0", " ")
    assert limit in said


def test_no_answer_that_counts_is_not_the_same_as_not_applicable():
    results = results_to_write()
    none = results.tally["applicable"] == 0
    tally = results.tally.assign(
        missing=results.tally["missing"].mask(none, results.tally["units"]),
        not_applicable=results.tally["not_applicable"].mask(none, 0),
    )
    assert "ingen relevante sager" in told(results, "m11")
    missing = told(replace(results, tally=tally), "m11")
    assert "ingen sager kan tælles med" in missing
    assert "ingen relevante sager" not in missing
