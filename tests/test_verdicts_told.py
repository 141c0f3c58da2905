"""Verdicts as a reader meets them: from workbook to the sentence, case by case.

Each test types the answers of one or two measures, and expects what may be said of
them: no more than the cases carry, and all that they do.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from workbooks import write as write_workbook

from taskforce_analysis.cli.terminal import say_comparison
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.reporting.explanations import reading_guide, selection
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import summary_items
from taskforce_analysis.reporting.table_rows import deciding
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.writing.notat import as_text, compose_notat
from tests.made_answers import small_form

DANISH, ENGLISH = load_language("da"), load_language("en")
Asked = Mapping[str, tuple[Sequence[str], Sequence[str]]]


def ja_nej(yes: int, no: int) -> list[str]:
    """So many Ja, then so many Nej."""
    return ["Ja"] * yes + ["Nej"] * no


def measured(
    folder: Path,
    asked: Asked,
    *,
    ways: str | Sequence[str] = "random",
    population: int | None = None,
    plan: Mapping[str, Any] | None = None,
    **chosen: Any,
) -> Results:
    """The results of these answers by measure, in the phases Analyse and Status."""
    ways = [ways] * 2 if isinstance(ways, str) else ways
    labels = ("Analyse", "Status")
    rows: list[list[Any]] = [["Sagsnr.", "Måling", *asked]]
    for side, label in enumerate(labels):
        answers = zip(*(one[side] for one in asked.values()), strict=True)
        # Paired cases have their numbers in common.
        mark = "S" if chosen.get("paired") else label[0]
        rows += [[f"{mark}-{at}", label, *own] for at, own in enumerate(answers)]
    path = write_workbook(folder / "sager.xlsx", {"Sager": rows})
    phases = {
        name: PhasePlan(selection=way, population=population)
        for name, way in zip(("analysis", "status"), ways, strict=True)
    }
    return run(
        path,
        form=small_form(*({"id": name} for name in asked)),
        measurement=Measurement(phases=phases, **(plan or {})),
        settings=Settings(**chosen),
    )


def told(results: Results, language: Any = DANISH) -> str:
    """All that the summary says."""
    items = summary_items(Sentences(results, language), "all")
    return " ".join(item.text for item in items).replace("\u00a0", " ")


def test_where_all_cases_were_reviewed_the_headline_says_that_it_is_known(tmp_path):
    asked = {"plan": (ja_nej(6, 9), ja_nej(9, 6)), "reasons": (ja_nej(0, 15),) * 2}
    results = measured(tmp_path, asked, ways="all", population=15)
    said = told(results)
    assert "For sagerne selv er forskellene kendt." in said
    assert (
        "for dem er forskellen kendt: +20 procentpoint. Om den praksis, sagerne kommer "
        "fra, gælder: det kan ikke afgøres, om andelen er ændret"
    ) in said
    # Nothing is left open by none of all.
    assert "udelukker ikke" not in said
    assert "for them the difference is known: +20 percentage points" in told(
        results, ENGLISH
    )
    paper = as_text(compose_notat(results, DANISH)).replace("\u00a0", " ")
    assert "for dem er forskellen kendt: +20 procentpoint" in paper
    sampled = told(measured(tmp_path, asked, population=60))
    assert "kendt" not in sampled
    assert "0 ud af 15 i Status udelukker ikke en andel på op til" in sampled


@pytest.mark.parametrize(
    ("way", "population", "said", "unsaid"),
    [
        ("random", None, "Vurderingerne handler om den praksis", "som om sagerne"),
        ("random", 60, "kun regnes på kommunens sager", "som om sagerne"),
        ("all", 15, "Vurderingerne handler om den praksis", "kun regnes"),
        ("criteria", 60, "Tallene handler om de gennemgåede sager selv", "praksis"),
        ("unknown", None, "Tallene handler om de gennemgåede sager selv", "praksis"),
    ],
)
def test_each_report_says_what_its_figures_are_about(
    tmp_path, way, population, said, unsaid
):
    asked = {"plan": (ja_nej(6, 9), ja_nej(9, 6))}
    results = measured(tmp_path, asked, ways=way, population=population)
    text = " ".join(selection(results, DANISH))
    assert said in text
    assert unsaid not in text


def test_a_paired_report_says_how_many_cases_are_the_same(tmp_path):
    asked = {"plan": (ja_nej(6, 9), ja_nej(12, 3))}
    results = measured(tmp_path, asked, paired=True)
    text = " ".join(selection(results, DANISH))
    assert "De samme 15 sager er gennemgået i begge målinger" in text


def test_a_row_without_a_verdict_is_not_robust_either(tmp_path):
    asked = {"plan": (ja_nej(0, 15), ja_nej(15, 0))}
    rows = measured(tmp_path, asked, ways="all").comparison.set_index("basis")
    assert rows.loc["crude", "robust"] == True  # noqa: E712 - NA is neither
    assert rows["robust"].isna().tolist() == [False, True]


FOUR = {name: (ja_nej(6, 14), ja_nej(13, 7)) for name in ("a", "b", "c", "d")}
CHOSEN = {"primary": ("a", "b", "c")}


def test_an_exploratory_measure_never_has_the_words_of_a_decided_one(tmp_path):
    asked = {**FOUR, "d": (ja_nej(8, 12), ja_nej(14, 6))}
    results = measured(tmp_path, asked, plan=CHOSEN)
    rows = {row.measure: row for row in deciding(results, "all")}
    assert {row.verdict for row in rows.values()} == {"uncertain"}
    danish, english = Sentences(results, DANISH), Sentences(results, ENGLISH)
    assert "Kan ikke afgøres" in danish.verdict(rows["a"])
    assert danish.verdict(rows["d"]).startswith("Kan være både højere og lavere")
    assert "afgøre" not in danish.told(rows["d"])
    assert "decided" not in english.verdict(rows["d"]) + english.told(rows["d"])


def test_the_guide_explains_each_kind_of_level_where_it_is_used(tmp_path):
    simultaneous = measured(tmp_path, FOUR, plan=CHOSEN)
    text = " ".join(reading_guide(simultaneous, DANISH)).replace("\u00a0", " ")
    assert "Hvor tre målepunkter afgør" in text
    assert "(98,33 %)" in text
    stepwise = measured(tmp_path, FOUR, plan=CHOSEN, adjustment="holm")
    text = " ".join(reading_guide(stepwise, DANISH))
    assert "gælder ikke samlet" in text
    assert "Hvor tre" not in text
    assert "niveau" not in " ".join(reading_guide(measured(tmp_path, FOUR), DANISH))


def test_the_terminal_prints_a_level_that_is_not_the_settings(tmp_path, capsys):
    say_comparison(measured(tmp_path, FOUR, plan=CHOSEN), DANISH)
    lines = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert ["niveau 98,33 %" in line for line in lines] == [True, True, True, False]
