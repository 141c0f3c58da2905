"""Verdicts as a reader meets them: from workbook to the sentence, case by case.

Each test types the answers of one or two measures, and expects what may be said of
them: no more than the cases carry, and all that they do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import comb
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from workbooks import write as write_workbook

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.charts.kit.scene import scene_of
from taskforce_analysis.cli.terminal import say_comparison, say_reservations
from taskforce_analysis.comparing.composing import _of_like_members
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.forms import form_from
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import Locked, Measurement, PhasePlan
from taskforce_analysis.reporting.blocks import Picture, Table
from taskforce_analysis.reporting.contents import how_to_read, outline
from taskforce_analysis.reporting.explanations import method as method_note
from taskforce_analysis.reporting.explanations import reading_guide, selection
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import index_texts, summary_items
from taskforce_analysis.reporting.table_rows import deciding
from taskforce_analysis.results import Results, compare_prepared, prepare, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.writing import write
from taskforce_analysis.writing.notat import as_text, compose_notat
from taskforce_analysis.writing.table import sentence
from tests.drawn import texts_of
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
    assert "for sagerne selv er forskellen kendt: »plan« +20 procentpoint" in said
    assert "Vurderingerne handler om den praksis, sagerne kommer fra." in said
    assert "the difference is known: \u201cplan\u201d +20 percentage points" in told(
        results, ENGLISH
    )
    paper = as_text(compose_notat(results, DANISH)).replace("\u00a0", " ")
    assert "forskellen kendt" in paper
    sampled = told(measured(tmp_path, asked, population=60))
    assert "kendt" not in sampled


@pytest.mark.parametrize(
    ("way", "population", "interval"),
    [
        ("random", 60, "hypergeometric"),
        ("all", None, "census"),
        ("random", None, ""),
        ("criteria", 60, ""),
    ],
)
def test_the_rate_of_a_stock_has_the_interval_of_a_stock(
    tmp_path, way, population, interval
):
    asked = {"plan": (ja_nej(3, 17), ja_nej(20, 0))}
    results = measured(tmp_path, asked, ways=way, population=population)
    stocks: Any = results.tally[results.tally["basis"] == "stock"]
    rows: Any = stocks.set_index("phase")
    assert set(rows["interval"]) == ({interval} if interval else set())
    text = " ".join(map(str, outline(results, DANISH).blocks))
    text = text.replace("\\xa0", " ")
    told = "ligger andelen blandt kommunens 60 sager fra"
    assert (told in text) is (interval == "hypergeometric")
    if interval == "hypergeometric":
        whole = comb(60, 20)
        kept = [
            one
            for one in range(3, 44)
            for lower in [sum(comb(one, i) * comb(60 - one, 20 - i) for i in range(4))]
            for upper in [whole - lower + comb(one, 3) * comb(60 - one, 17)]
            if min(lower, upper) / whole > 0.025
        ]
        limits = rows.loc["analysis", ["rate_low", "rate_high"]].tolist()
        assert limits == pytest.approx([kept[0] / 60, kept[-1] / 60])
        assert f"fra {round(100 * kept[0] / 60)} % til" in text
        assert "Buonaccorsi" in " ".join(method_note(results, DANISH))
    elif interval:
        assert rows.loc["analysis", ["rate_low", "rate_high"]].tolist() == [0.15, 0.15]


def test_one_phase_alone_tells_the_rate_of_its_stock(tmp_path):
    rows = [["Sagsnr.", "Måling", "plan"]]
    rows += [[f"A-{at}", "Analyse", one] for at, one in enumerate(ja_nej(3, 17))]
    path = write_workbook(tmp_path / "a.xlsx", {"Sager": rows})
    plan = Measurement(
        phases={"analysis": PhasePlan(selection="random", population=60)}
    )
    results = run(path, form=small_form(), measurement=plan, force=True)
    text = " ".join(map(str, outline(results, DANISH).blocks))
    text = text.replace("\\xa0", " ")
    assert "ligger andelen blandt kommunens 60 sager fra" in text


@pytest.mark.parametrize(
    ("way", "population", "said", "unsaid"),
    [
        ("random", None, "Vurderingerne handler om den praksis", "som om sagerne"),
        ("random", 60, "kun regnes på kommunens sager", "som om sagerne"),
        ("all", 15, "Vurderingerne handler om den praksis", "kun regnes"),
        ("criteria", 60, "ikke afgjort, om vurderingerne også", "vides ikke"),
        ("unknown", None, "vides ikke, om vurderingerne også", "ikke afgjort"),
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


def test_a_terminal_says_that_the_differences_of_all_cases_are_known(tmp_path, capsys):
    asked = {"plan": (ja_nej(6, 9), ja_nej(9, 6)), "reasons": (ja_nej(0, 15),) * 2}
    for ways, is_known in (("all", True), ("random", False)):
        say_comparison(measured(tmp_path, asked, ways=ways), DANISH)
        said = capsys.readouterr().out
        assert ("For sagerne selv er forskellene kendt" in said) is is_known


@pytest.mark.parametrize(
    ("after", "said"),
    [(ja_nej(20, 0), "eller mere er udelukket"), (ja_nej(10, 10), "er ikke udelukket")],
)
def test_a_margin_is_told_on_the_terminal_and_in_the_notat(
    tmp_path, capsys, after, said
):
    asked = {"plan": (ja_nej(18, 2), after)}
    for margin, is_told in ((0.2, True), (None, False)):
        results = measured(tmp_path, asked, plan={"margin": margin})
        say_comparison(results, DANISH)
        for text in (capsys.readouterr().out, as_text(compose_notat(results, DANISH))):
            assert (said in " ".join(text.split())) is is_told


def test_a_row_that_its_twin_holds_back_names_the_twin(tmp_path, capsys):
    # Of those asked 9 of 18 became 9 of 10, of all 20 nothing has moved.
    path = write_workbook(
        tmp_path / "sager.xlsx",
        {
            "Sager": [
                ["Sagsnr.", "Måling", "plan", "goals"],
                *(
                    [f"{label[0]}-{at}", label, *answers]
                    for label, kept, met in (("Analyse", 18, 9), ("Status", 10, 9))
                    for at, answers in enumerate(
                        [["Ja", "Ja"]] * met
                        + [["Ja", "Nej"]] * (kept - met)
                        + [["Nej", "Ikke relevant"]] * (20 - kept)
                    )
                ),
            ]
        },
    )
    condition = {"measure": "plan", "is": ["yes"]}
    form = small_form({"id": "plan"}, {"id": "goals", "applies_when": condition})
    results = run(path, form=form)
    say_comparison(results, DANISH)
    wanted = "ud af alle sager 9 ud af 20 før og 9 ud af 20 nu; begge dele skal vise"
    paper = as_text(compose_notat(results, DANISH))
    for text in (capsys.readouterr().out, paper):
        assert wanted in " ".join(text.split())
    guide = " ".join(reading_guide(results, DANISH))
    assert "Viser de to ikke det samme, kan det ikke afgøres" in guide


def test_a_paired_report_says_how_many_cases_are_the_same(tmp_path):
    asked = {"plan": (ja_nej(6, 9), ja_nej(12, 3))}
    results = measured(tmp_path, asked, paired=True)
    text = " ".join(selection(results, DANISH))
    assert "De samme 15 sager er gennemgået i begge målinger" in text


@pytest.mark.parametrize(("blank", "shown"), [(0, True), (1, False), (12, True)])
def test_pairs_published_beside_all_cases_tell_of_no_few(tmp_path, blank, shown):
    """All cases less the pairs: those blank later, 6 that complied before and 6 not."""
    before = [*ja_nej(6, 6)] * 2
    after = [*ja_nej(9, 3), *ja_nej(12 - blank, 0), *[""] * blank]
    asked = {"plan": (before, after), "reasons": (before, [*ja_nej(9, 3)] * 2)}
    chosen: dict[str, Any] = {"paired": True, "publish": "open"}
    published = disclose(measured(tmp_path, asked, **chosen))
    rows = published.comparison.set_index(["measure", "basis"])
    verdict = rows["verdict"]["plan", "crude"]
    assert (verdict != "withheld") is shown
    assert rows["applicable_before"]["plan", "crude"] == (24 - blank if shown else 0)
    assert rows["verdict"]["reasons", "crude"] != "withheld"
    tallied = published.tally.set_index(["phase", "measure", "basis"])
    assert tallied["applicable"]["analysis", "plan", "crude"] == 24
    write(published, tmp_path / "r.html", language="da")  # and it can be written


@pytest.mark.parametrize("paired", [True, False])
def test_beside_pairs_no_bounds_of_other_cases_are_printed(tmp_path, paired):
    # Two pairs more have no answer in the later phase, and one no case there at all.
    before, after = ja_nej(6, 9), [*ja_nej(12, 1), "", ""]
    results = measured(tmp_path, {"plan": (before, after)}, paired=paired)
    headings = [
        column.label
        for block in outline(results, DANISH).blocks
        if isinstance(block, Table)
        for column in block.columns
    ]
    assert ("Mulig andel" in headings) is not paired
    assert ("Mulig andel" in " ".join(method_note(results, DANISH))) is not paired
    write(results, tmp_path / "r.xlsx", language="da")
    sheet = load_workbook(tmp_path / "r.xlsx")[DANISH.word("report.sheet.tally")]
    cells = {str(cell) for row in sheet.values for cell in row}
    names = {DANISH.word(f"report.column.{name}") for name in ("lowest", "highest")}
    assert names & cells == (set() if paired else names)


@pytest.mark.parametrize(
    ("day", "margins", "is_known"),
    [
        (date(2018, 1, 1), {"plan": 0.1}, True),
        (date(2018, 1, 1), {"plan": 0.2}, False),
        (date(2018, 1, 1), {}, False),
        (date(2019, 1, 1), {"plan": 0.1}, False),  # the phase was measured by then
        (None, {}, False),
    ],
)
def test_a_margin_is_set_beforehand_where_an_older_plan_shows_it(
    tmp_path, day, margins, is_known
):
    locked = day and Locked(date=day, form="small", version="1", margins=margins)
    asked = {"plan": (ja_nej(18, 2), ja_nej(19, 1))}
    results = measured(tmp_path, asked, plan={"margin": {"plan": 0.1}})
    plan = results.measurement
    phases = {
        **plan.phases,
        "analysis": replace(plan.phase("analysis"), measured=date(2018, 6, 1)),
    }
    results = replace(results, measurement=replace(plan, locked=locked, phases=phases))
    said = [text for text in method_note(results, DANISH) if "falde" in text]
    assert len(said) == 1
    assert "under 10 procentpoint for hvert målepunkt" in said[0].replace("\u00a0", " ")
    assert said[0].startswith("Sat på forhånd") is is_known
    assert ("ikke efterprøvet" in said[0]) is not is_known
    said = " ".join(method_note(measured(tmp_path, asked), DANISH))
    assert "falde" not in said


def test_margins_are_told_by_size(tmp_path):
    asked = {name: (ja_nej(18, 2), ja_nej(19, 1)) for name in ("a", "b", "c")}
    plan = {"margin": {"a": 0.1, "b": 0.05, "c": 0.1}}
    said = " ".join(method_note(measured(tmp_path, asked, plan=plan), DANISH))
    wanted = "under 10 procentpoint for »a« og »c«; under 5 procentpoint for »b«"
    assert wanted in said.replace("\u00a0", " ")


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


def test_the_terminal_tells_what_makes_a_verdict_doubtful_beside_it(tmp_path, capsys):
    # Ten kept of twenty became fifteen; one answer that is missing could turn it.
    before, after = ["Ja"] * 10 + ["Nej"] * 10, ["Ja"] * 15 + ["Nej"] * 5
    asked = {"plan": ([*before, ""], [*after, "Nej"])}
    plan = {"chosen_because_low": ("plan",)}
    results = measured(tmp_path, asked, plan=plan, paired=True)
    say_comparison(results, DANISH)
    (line,) = capsys.readouterr().out.splitlines()
    (row,) = deciding(results, "all")
    assert row.is_unsure
    caveats = Sentences(results, DANISH).caveats(row)
    assert len(caveats) == 2
    assert line.endswith(f"Forbehold: {'; '.join(caveats)}.")


def test_a_limit_near_nothing_is_not_printed_as_nothing(tmp_path, capsys):
    # Higher by 30 points, from a little above 0: "from 0" would be "cannot be decided".
    results = measured(tmp_path, {"plan": (ja_nej(11, 9), ja_nej(17, 3))})
    say_comparison(results, DANISH)
    line = capsys.readouterr().out
    (row,) = deciding(results, "all")
    sentences = Sentences(results, DANISH)
    assert row.shown_difference is not None
    assert 0 < abs(row.shown_difference.low) < 0.005
    assert f"(fra {sentences.limit(row.shown_difference.low)} til" in line
    assert "fra 0 til" not in line


# An index of several measures.


def kept(*shares: int) -> list[list[str]]:
    """Twenty answers to as many measures; each is kept from another case onwards."""
    found = []
    for at, share in enumerate(shares):
        answers = ja_nej(share, 20 - share)
        found.append(answers[5 * at :] + answers[: 5 * at])
    return found


INDEX = ("a", "b", "c", "d")
FALLEN, RISEN = kept(8, 7, 9, 8, 10), kept(15, 14, 16, 13, 11)
ASKED: Asked = dict(zip((*INDEX, "e"), zip(FALLEN, RISEN, strict=True), strict=True))


@pytest.fixture(scope="module")
def indexed(tmp_path_factory) -> Results:
    return measured(tmp_path_factory.mktemp("index"), ASKED, plan={"index": INDEX})


def test_an_index_decides_and_no_measure_does(indexed):
    rows = indexed.comparison.set_index(["measure", "basis"])
    index = rows.loc[("index", "index")]
    # 8 + 7 + 9 + 8 of 80 requirements before, 15 + 14 + 16 + 13 after.
    assert index["mean_before"] == pytest.approx(32 / 80)
    assert index["mean_after"] == pytest.approx(58 / 80)
    assert index["verdict"] == "improved"
    assert (rows["role"] == "exploratory").sum() == 5
    assert not rows.loc[rows["role"] == "exploratory", "primary"].any()
    # Chance is counted over the five measures, and not over the index.
    assert indexed.chance_findings < 5 * 0.05


def test_the_summary_tells_the_index_and_counts_no_measure(indexed):
    said = told(indexed)
    assert "Overholdes flere af kravene end før? Indekset samler »a«, »b«, »c«" in said
    assert (
        "I gennemsnit er 73 % af kravene opfyldt i hver sag i statusmålingen (20 "
        "sager) mod 40 % i analysemålingen (20 sager). Gennemsnittet er 33 "
        "procentpoint højere"
    ) in said
    assert "Blandt de sager alene, hvor alle kravene gælder" in said
    assert "har en højere andel" not in said
    assert "On average, 73% of the requirements were kept" in told(indexed, ENGLISH)


def test_the_paper_the_terminal_and_the_table_tell_the_index(indexed, capsys):
    paper = as_text(compose_notat(indexed, DANISH)).replace("\u00a0", " ")
    say_comparison(indexed, DANISH)
    line = capsys.readouterr().out.replace("\u00a0", " ").splitlines()[0]
    for text in (paper, line):
        assert "I gennemsnit er 73 % af kravene opfyldt i hver sag" in text
    tables = [b for b in outline(indexed, DANISH).blocks if isinstance(b, Table)]
    first = [cell.replace("\u00a0", " ") for cell in tables[0].rows[0]]
    assert first[:3] == ["Flere krav under ét", "40 % (20 sager)", "73 % (20 sager)"]
    assert tables[0].rows[1][4] == "Kontrol uden vurdering"


def test_an_index_over_the_same_cases_twice_has_no_interval(tmp_path, capsys):
    twice = measured(tmp_path, ASKED, plan={"index": INDEX}, paired=True)
    say_comparison(twice, DANISH)
    line = capsys.readouterr().out.splitlines()[0]
    assert "kan ikke sammenligne dem parvis" in line
    tables = [b for b in outline(twice, DANISH).blocks if isinstance(b, Table)]
    assert [row[3] for row in tables[0].rows] == [DANISH.word("no_rate")] * 2
    assert "afgør" not in (tables[0].note or "")
    assert "Intervallet (96,4" not in " ".join(reading_guide(twice, DANISH))


def test_an_index_over_counts_alone_is_told_as_not_comparable(tmp_path, capsys):
    lines: list[list[Any]] = [["Målepunkt", "Måling", "Ja", "Nej"]]
    lines += [["a", "Analyse", 8, 12], ["a", "Status", 15, 5]]
    lines += [["b", "Analyse", 7, 13], ["b", "Status", 14, 6]]
    path = write_workbook(tmp_path / "antal.xlsx", {"Antal": lines})
    form = small_form({"id": "a"}, {"id": "b"})
    results = run(path, form=form, measurement=Measurement(index=("a", "b")))
    index = results.comparison.set_index("basis").loc["index"]
    assert (index["verdict"], index["decided_by"]) == ("not_comparable", "needs_cases")
    assert "INDEX_NEEDS_CASES" in set(results.issues["code"])
    say_comparison(results, DANISH)
    assert "kan derfor ikke regnes ud" in capsys.readouterr().out.splitlines()[0]
    method = " ".join(method_note(results, DANISH))
    assert "skulle afgøre, men det kan ikke sammenlignes" in method
    tables = [b for b in outline(results, DANISH).blocks if isinstance(b, Table)]
    assert DANISH.word("report.index.caption") not in {one.caption for one in tables}


def test_the_first_figure_has_the_index_on_top_and_the_measures_grey(indexed):
    scene = scene_of(indexed, DANISH, with_index=True)
    assert [row.primary for row in scene.rows] == [True, *[False] * 5]
    drawing = drawing_of(draw("change", indexed))
    told_of = drawing.data[scene.word("column.measure")].tolist()
    assert told_of[0] == DANISH.word("charts.index")
    assert "96,4" in drawing.note


@pytest.mark.parametrize("language", [DANISH, ENGLISH])
def test_the_figure_of_page_one_has_the_index_above_what_it_is_made_of(
    indexed, language
):
    pictures = [b for b in outline(indexed, language).blocks if isinstance(b, Picture)]
    first = pictures[0]
    assert first.chart == "change"
    drawing = drawing_of(draw("change", indexed, language=language, **first.options))
    rows = drawing.data[language.word("charts.column.measure")].tolist()
    assert rows == [language.word("charts.index"), *INDEX]
    # What it says is said once, and the figure's own caption is about it too.
    caption = language.word("report.caption.index", before="X", after="X").split("X")
    assert first.caption.startswith(caption[0])
    text = "\n".join(map(str, outline(indexed, language).blocks))
    sentences = Sentences(indexed, language)
    for said in index_texts(sentences, "all"):
        assert text.count(repr(said)[1:-1]) == 1, said
    # A part of the members alone is drawn without it.
    scene = scene_of(indexed, language, measures=INDEX[:2], with_index=True)
    assert [row.measure.id for row in scene.rows] == ["a", "b"]


@pytest.mark.parametrize("ways", [("random", "criteria"), "random"])
def test_the_control_of_an_index_has_no_interval_where_nothing_compares(tmp_path, ways):
    results = measured(tmp_path, ASKED, plan={"index": INDEX}, ways=ways)
    rows = results.comparison.set_index("basis")
    names = ["difference", "difference_low", "difference_high", "p_value"]
    is_compared = ways == "random"
    assert rows.loc["index:whole", names].notna().all() == is_compared
    assert (rows.loc["index", "verdict"] != "not_comparable") == is_compared
    assert rows.loc["index:whole", "mean_after"] == pytest.approx(58 / 80)
    assert ("Blandt de sager alene" in told(results)) == is_compared


def test_the_workbook_and_the_slides_have_the_index(indexed, tmp_path):
    write(indexed, tmp_path / "r.xlsx", language="da")
    sheet = load_workbook(tmp_path / "r.xlsx")[DANISH.word("report.sheet.comparison")]
    cells = {str(cell) for row in sheet.values for cell in row}
    assert "Flere krav under ét" in cells
    write(indexed, tmp_path / "r.pptx", language="da")
    titles = [
        slide.shapes.title.text
        for slide in Presentation(str(tmp_path / "r.pptx")).slides
        if slide.shapes.title
    ]
    assert any("krav" in title for title in titles), titles


def test_where_a_requirement_applies_to_other_cases_the_index_is_not_compared(tmp_path):
    away = ["Ikke relevant"] * 8
    asked = {**ASKED, "d": (ja_nej(8, 12), [*ja_nej(7, 5), *away])}
    said = told(measured(tmp_path, asked, plan={"index": INDEX}))
    assert "Et af kravene er relevant i en anden del af sagerne end før" in said
    assert "ud over det tilfældige" not in said


def test_an_index_is_withheld_with_any_of_its_members(tmp_path):
    # Two cases alone keep d before: strict takes it out, and the index with it.
    asked = {**ASKED, "d": (ja_nej(2, 18), ja_nej(13, 7))}
    open_ = measured(tmp_path, asked, plan={"index": INDEX}, publish="strict")
    shown = disclose(open_)
    index = shown.comparison[shown.comparison["measure"] == "index"]
    assert set(index["reservation"]) == {"withheld"}
    assert index[["mean_before", "mean_after", "difference"]].isna().all(axis=None)
    said = told(shown)
    assert "Indekset er tilbageholdt" in said
    assert "I gennemsnit" not in said


def paper_of(results: Results, language: Any = DANISH) -> str:
    """The committee's paper and the report's lists and tables, as plain text."""
    blocks = " ".join(map(str, outline(results, language).blocks))
    paper = as_text(compose_notat(results, language))
    return f"{blocks}\n{paper}".replace("\\xa0", " ").replace("\u00a0", " ")


def test_of_a_census_there_is_no_interval_and_no_p_value(tmp_path):
    asked = {"plan": (ja_nej(6, 9), ja_nej(9, 6)), "reasons": (ja_nej(0, 15),) * 2}
    results = measured(tmp_path, asked, ways="all", population=15)
    rows: Any = results.comparison[results.comparison["basis"] == "stock"]
    assert rows["difference"].tolist() == pytest.approx([0.2, 0])
    blocks = outline(results, DANISH).blocks
    tables = [block for block in blocks if isinstance(block, Table)]
    known = [row for table in tables for row in table.rows if "kendt" in row]
    assert [row[3:7] for row in known] == [
        ("0,2000", "kendt", "–", "–"),
        ("0,0000", "kendt", "–", "–"),
    ]
    notes = [text for text in method_note(results, DANISH) if "Ankestyrelsen" in text]
    assert len(notes) == 1
    assert notes[0].startswith("Alle sager er gennemgået.")


def test_without_a_plan_nothing_is_told_as_chosen(tmp_path):
    asked = {"plan": (ja_nej(4, 16), ja_nej(16, 4)), "heard": (ja_nej(9, 11),) * 2}
    said = paper_of(measured(tmp_path, asked))
    assert "Hvert er vurderet for sig, og blandt mange skiller nogle sig ud" in said
    assert "Målepunkter med stjerne (*) er udpeget til at afgøre" not in said
    assert "ingen er udvalgt på forhånd" in said
    assert "Udvalgte målepunkter" not in said
    declared = paper_of(measured(tmp_path, asked, plan={"primary": ("plan",)}))
    assert "Målepunkter med stjerne (*) er udpeget til at afgøre" in declared
    # No locked plan shows that they were chosen before the cases were seen.
    assert "De målepunkter, der er udpeget til at afgøre" in declared
    assert "De målepunkter, der er valgt på forhånd" not in declared


def test_a_level_of_its_own_stands_above_the_intervals_of_the_paper(tmp_path):
    names = ("a", "b", "c", "d")
    asked = {name: (ja_nej(4, 16), ja_nej(16, 4)) for name in names}
    said = paper_of(measured(tmp_path, asked, plan={"primary": names}))
    assert "(95 %, hvor intet andet står)" in said
    assert re.search(r"\+60 \(\+\d+ til \+\d+; 98,75 %\)", said)


def test_what_calls_for_attention_is_of_the_pairs_where_they_are_compared(tmp_path):
    # 10 pairs; ten more cases stand in the later phase alone, and keep nothing.
    before, after = ja_nej(5, 5), [*ja_nej(6, 4), *["Nej"] * 10]
    rows: list[list[Any]] = [["Sagsnr.", "Måling", "plan"]]
    for label, given in (("Analyse", before), ("Status", after)):
        rows += [[f"S-{at}", label, one] for at, one in enumerate(given)]
    path = write_workbook(tmp_path / "sager.xlsx", {"Sager": rows})
    results = run(path, form=small_form(), settings=Settings(paired=True))
    said = told(results)
    assert "opmærksomhed kræver »plan« (6 ud af 10)" in said
    assert "Sammenligningen er af de 10 sager" in said
    assert "6 ud af 20" not in paper_of(results)
    (drawn,) = scene_of(results, DANISH).rows
    assert [rate.applicable for rate in drawn.rates] == [10, 10]
    assert all(rate.interval for rate in drawn.rates)


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        (ja_nej(14, 6), ja_nej(14, 6), True),
        (ja_nej(15, 5), ja_nej(15, 5), False),  # three out of four
        (ja_nej(1, 19), ja_nej(13, 7), False),  # just told as better
        (ja_nej(18, 2), ja_nej(5, 15), True),
        (ja_nej(4, 5), ja_nej(4, 5), False),  # too few for a percentage
    ],
)
def test_only_what_is_low_and_not_told_as_better_calls_for_attention(
    tmp_path, before, after, is_told
):
    results = measured(tmp_path, {"plan": (before, after)})
    assert ("opmærksomhed kræver" in told(results)) == is_told
    text = as_text(compose_notat(results, DANISH))
    assert ("brug for opmærksomhed på de krav" in text) == is_told


def test_every_chosen_measure_has_its_star_in_the_annex_too(tmp_path):
    asked = {name: (ja_nej(8, 12), ja_nej(12, 8)) for name in ("a", "b", "c")}
    results = measured(tmp_path, asked, plan={"primary": ("a", "c")})
    blocks = outline(results, DANISH).blocks
    (annex,) = (
        one
        for one in blocks
        if isinstance(one, Table) and one.caption.startswith("Tal, forskelle")
    )
    starred = [row[0] for row in annex.rows]
    assert [name.replace("\u00a0", "").replace(" ", "") for name in starred] == [
        "a*",
        "b",
        "c*",
    ]


def test_what_nobody_was_asked_is_a_line_of_the_terminal_that_counts_it(
    tmp_path, capsys
):
    none = ["Ikke relevant"] * 20
    asked = {"a": (ja_nej(8, 12), ja_nej(12, 8)), "b": (none, none), "c": (none, none)}
    say_comparison(measured(tmp_path, asked), DANISH)
    said = capsys.readouterr().out
    assert "8 ud af 20 -> 12 ud af 20" in said
    assert "2 målepunkter er ikke relevante" in said
    assert "0 ud af 0" not in said


def test_a_number_that_chance_brings_is_never_nothing(tmp_path):
    asked = {name: (ja_nej(10, 0), ja_nej(10, 0)) for name in ("a", "b")}
    results = replace(measured(tmp_path, asked), chance_findings=1e-9)
    said = " ".join(method_note(results, DANISH))
    assert "under 0,1 af de 2" in said
    assert "0,0 af" not in said


def test_a_difference_over_strata_says_where_some_are_in_one_phase_alone(tmp_path):
    rows: list[list[Any]] = [["Sagsnr.", "Måling", "plan", "Team"]]
    for label, other in (("Analyse", "B"), ("Status", "C")):
        met = 4 if label == "Analyse" else 8
        rows += [
            [f"{label}-{at}", label, "Ja" if at < met else "Nej", "A"]
            for at in range(10)
        ]
        rows += [[f"{label}-{at}", label, "Ja", other] for at in range(10, 15)]
    path = write_workbook(tmp_path / "sager.xlsx", {"Sager": rows})
    team = {"id": "team", "label": "Team", "columns": ["Team"]}
    form = small_form(attributes=[team])
    said = paper_of(run(path, form=form, settings=Settings(strata=("team",))))
    assert (
        "Blandt de slags sager, der findes i begge målinger, er forskellen +40" in said
    )
    assert "Med samme sammensætning" not in said
    assert "mantel_haenszel" not in said
    whole = [[*row[:3], row[3] if at else "Team"] for at, row in enumerate(rows)]
    whole = [[*row[:3], "A" if row[3] in "BC" else row[3]] for row in whole]
    path = write_workbook(tmp_path / "hele.xlsx", {"Sager": whole})
    said = paper_of(run(path, form=form, settings=Settings(strata=("team",))))
    assert "Med samme sammensætning af sager i begge målinger" in said


def shown_texts(path: Path) -> list[str]:
    """Every text that a reader meets in a file: cell by cell, shape by shape."""
    match path.suffix:
        case ".docx":
            document = docx.Document(str(path))
            cells = (c.text for t in document.tables for r in t.rows for c in r.cells)
            return [*(one.text for one in document.paragraphs), *cells]
        case ".pptx":
            slides = Presentation(str(path)).slides
            shapes: list[Any] = [one for slide in slides for one in slide.shapes]
            texts = [s.text_frame.text for s in shapes if s.has_text_frame]
            tables = [s.table for s in shapes if s.has_table]
            return texts + [c.text for t in tables for r in t.rows for c in r.cells]
        case ".xlsx":
            book = load_workbook(path)
            return [str(c.value) for sheet in book for r in sheet.rows for c in r]
        case ".svg" | ".html":
            return re.split(r"<[^>]*>", path.read_text("utf-8"))
    return path.read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("language", "decided", "apart"),
    [
        ("da", "Højere andel i de gennemgåede sager", "ikke udvalgt på forhånd"),
        ("en", "Higher in the cases reviewed", "not chosen beforehand"),
    ],
)
def test_where_nothing_was_chosen_no_verdict_stands_without_saying_so(
    tmp_path, capsys, language, decided, apart
):
    """Whichever paper a reader sees, and that one alone."""
    asked = {"plan": (ja_nej(5, 15), ja_nej(18, 2)), "reasons": (ja_nej(9, 11),) * 2}
    results, words = measured(tmp_path, asked), load_language(language)
    kinds = {
        "report": ("docx", "xlsx", "html", "pptx"),
        "table": ("docx", "xlsx", "html"),
        "notat": ("docx",),
    }
    places = {}
    for kind, suffixes in kinds.items():
        for suffix in suffixes:
            path = tmp_path / f"{kind}.{suffix}"
            write(results, path, kind=kind, language=words)
            places[path.name] = shown_texts(path)
    say_comparison(results, words)
    places["terminal"] = capsys.readouterr().out.splitlines()
    figure = draw("change", results, language=words)
    places["alt"] = [drawing_of(figure).alt]
    places["figure"] = [one.replace("\n", " ") for one in texts_of(figure)]
    places["sentence"] = [sentence(results, "plan", language=words)]
    places["notebook"] = re.split(r"<[^>]*>", results._repr_html_())
    said = set()
    for place, texts in places.items():
        for text in texts:
            if decided in text.replace("\u00a0", " "):
                said.add(place)
                assert apart in text, place
    assert said >= {*places} - {"report.pptx", "alt", "sentence", "notebook"}
    (told_of,) = places["sentence"]
    whose = "målepunktet er" if language == "da" else "the measure was"
    assert f"; {whose} {apart}. " in told_of.replace("\u00a0", " ")


def test_every_chosen_measure_that_moved_is_named_be_the_sentence_long(tmp_path):
    names = [f"et målepunkt med et navn på {number} ord i alt" for number in "abcd"]
    asked = {f"m{at}": (ja_nej(2, 28), ja_nej(28, 2)) for at in range(4)}
    results = measured(tmp_path, asked, plan={"primary": tuple(asked)})
    measures = tuple(
        replace(one, label=name)
        for one, name in zip(results.form.measures, names, strict=True)
    )
    said = told(replace(results, form=replace(results.form, measures=measures)))
    assert all(name in said for name in names)
    assert "andet" not in said
    assert "andre" not in said


@pytest.mark.parametrize(
    ("plan", "adjustment", "said"),
    [
        (
            ("plan", "reasons"),
            "auto",
            "samlet med 95 % for de to udpegede målepunkter (97,5 % for hvert)",
        ),
        (("plan", "reasons"), "holm", "Hvert interval har sit eget niveau"),
        (("plan",), "auto", "Intervallerne har niveau 95 %."),
    ],
)
def test_the_committee_is_told_what_an_odd_level_is_for(
    tmp_path, plan, adjustment, said
):
    asked = {"plan": (ja_nej(5, 15), ja_nej(18, 2)), "reasons": (ja_nej(9, 11),) * 2}
    chosen = {"plan": {"primary": plan}, "adjustment": adjustment}
    paper = as_text(compose_notat(measured(tmp_path, asked, **chosen), DANISH))
    paper = paper.replace("\u00a0", " ")
    assert paper.count(said) == 1


def test_an_index_tells_its_mean_and_what_its_level_is_for(indexed):
    texts = index_texts(Sentences(indexed, DANISH), "all")
    said = texts[0].replace("\u00a0", " ")
    assert "Gennemsnittet er " in said or "om gennemsnittet er ændret" in said
    assert "Andelen er" not in said
    level = DANISH.percent_exact(next(iter(deciding_level(indexed))))
    odd = level.replace("\u00a0", " ") != "95 %"
    why = f"Niveauet er {level} og ikke 95 %, fordi sagerne".replace("\u00a0", " ")
    assert (why in said) is odd


def deciding_level(results: Results) -> set[float]:
    """The levels at which an index is decided."""
    rows = results.comparison
    return set(rows.loc[rows["basis"] == "index", "confidence"])


def test_a_single_measure_without_a_plan_is_told_as_not_chosen(tmp_path):
    asked = {"plan": (ja_nej(4, 16), ja_nej(16, 4))}
    results = measured(tmp_path, asked)
    assert "målepunktet er ikke udvalgt på forhånd" in told(results)
    assert "the measure was not chosen beforehand" in told(results, ENGLISH)
    planned = measured(tmp_path, asked, plan={"primary": ("plan",)})
    assert "ikke udvalgt" not in told(planned)


@pytest.mark.parametrize("adjustment", ["holm", "bonferroni"])
def test_without_a_plan_an_adjustment_is_of_all_that_are_compared(tmp_path, adjustment):
    names = ("a", "b", "c")
    asked = {name: (ja_nej(4, 16), ja_nej(16, 4)) for name in names}
    results = measured(tmp_path, asked, adjustment=adjustment)
    said = " ".join([*reading_guide(results, DANISH), *method_note(results, DANISH)])
    assert "tager højde for, hvor mange der sammenlignes" in said
    note = drawing_of(draw("change", results, language=DANISH)).note
    assert ("98,33" in note) is (adjustment == "bonferroni")
    said += note
    assert "udpegede" not in said
    assert "målepunkter afgør" not in said
    assert "gælder hvert målepunkt for sig" not in said


def test_a_phase_whose_cases_were_all_seen_is_told_as_known(tmp_path):
    asked = {"plan": (ja_nej(8, 12), ja_nej(14, 6))}
    results = measured(tmp_path, asked, population=20)
    known = "De er alle gennemgået, så for dem er andelen kendt."
    assert " ".join(selection(results, DANISH)).count(known) == 2
    apart = measured(tmp_path, asked, population=60)
    assert known not in " ".join(selection(apart, DANISH))
    # A stock that was seen whole is compared with one of which cases were drawn.
    ways = ("all", "random")
    insisted = measured(tmp_path, asked, ways=ways, population=20, insist=True)
    plan = insisted.measurement
    phases = {
        **plan.phases,
        "status": replace(plan.phase("status"), population=60),
    }
    results = run(
        tmp_path / "sager.xlsx",
        form=small_form(),
        measurement=replace(plan, phases=phases),
        settings=Settings(insist=True),
    )
    assert "Regnes der kun på de sager, kommunen havde" in paper_of(results)


def test_the_terminal_asks_nothing_of_pairs_that_are_compared(tmp_path, capsys):
    asked = {"plan": (ja_nej(8, 12), ja_nej(14, 6))}
    for paired in (True, False):
        results = measured(tmp_path, asked, paired=True)
        say_reservations(results.issues, results.form, DANISH, paired=paired)
        assert ("CASES_PAIRED" in capsys.readouterr().out) is not paired


def test_a_verdict_that_turns_with_delvist_says_so_where_it_stands(tmp_path):
    given = ["Ja"] * 4 + ["Delvist"] * 8 + ["Nej"] * 8
    later = ["Ja"] * 14 + ["Delvist"] * 2 + ["Nej"] * 4
    rows: list[list[Any]] = [["Sagsnr.", "Måling", "plan"]]
    for label, own in (("Analyse", given), ("Status", later)):
        rows += [[f"{label}-{at}", label, one] for at, one in enumerate(own)]
    path = write_workbook(tmp_path / "sager.xlsx", {"Sager": rows})
    form = small_form({"id": "plan", "partly": True})
    results = run(path, form=form, measurement=Measurement(primary=("plan",)))
    (row,) = deciding(results, "all")
    assert (row.verdict, row.stands_under_partly) == ("improved", False)
    doubt = "afhænger af, om delvist tæller som opfyldt"
    assert doubt in told(results)
    assert paper_of(results).count("Højere andel ud over det tilfældige (med forb") == 1
    assert f"Forbehold: {doubt}" in as_text(compose_notat(results, DANISH))


def quarters(folder: Path) -> Results:
    """Five quarters of a dozen cases each, from 4 to all of them kept."""
    rows: list[list[Any]] = [["Sagsnr.", "Afgjort", "plan"]]
    for at, met in enumerate((4, 6, 9, 11, 12)):
        day = date(2020 + at // 4, 1 + 3 * (at % 4), 3)
        rows += [
            [f"S-{at}-{case}", day, one]
            for case, one in enumerate(ja_nej(met, 12 - met))
        ]
    path = write_workbook(folder / "sager.xlsx", {"Sager": rows})
    form = form_from(
        {
            "id": "small",
            "title": "Et lille skema",
            "version": "1",
            "unit": "sag",
            "columns": {"case": ["Sagsnr."]},
            "phases_from": {"attribute": "decided", "by": "quarter"},
            "attributes": [
                {
                    "id": "decided",
                    "label": "Afgjort",
                    "columns": ["Afgjort"],
                    "type": "date",
                }
            ],
            "measures": [{"id": "plan", "label": "plan", "columns": ["plan"]}],
        },
        file="small.toml",
    )
    return run(path, form=form)


def test_of_periods_the_terminal_says_no_more_than_the_report(tmp_path, capsys):
    results = quarters(tmp_path)
    say_comparison(results, DANISH)
    said = capsys.readouterr().out
    assert "plan: 4 ud af 12 -> 6 ud af 12 -> 9 ud af 12 -> 11 ud af 12 -> " in said
    assert "kan ikke afgøres, om niveauet har flyttet sig" in said
    assert "ud over det tilfældige" not in said
    asked = compare_prepared(
        prepare(tmp_path / "sager.xlsx", form=results.form),
        before="2020-Q1",
        after="2020-Q4",
    )
    say_comparison(asked, DANISH)
    assert "4 ud af 12 -> 11 ud af 12" in capsys.readouterr().out


def test_a_scale_with_cases_enough_is_told_as_compared(tmp_path):
    names = ("I høj grad", "Slet ikke")
    scale = [{"id": name, "label": name} for name in names]
    measure = {
        "id": "plan",
        "kind": "ordered",
        "scale": "grad",
        "compliant": [names[0]],
    }
    for size, is_tested in ((20, True), (6, False)):
        rows: list[list[Any]] = [["Sagsnr.", "Måling", "plan"]]
        for label, met in (("Analyse", 4), ("Status", 6)):
            rows += [[f"{label}-{at}", label, names[at >= met]] for at in range(size)]
        path = write_workbook(tmp_path / f"{size}.xlsx", {"Sager": rows})
        results = run(path, form=small_form(measure, scales={"grad": scale}))
        said = " ".join(how_to_read(Sentences(results, DANISH)))
        assert ("er andelen og hele skalaen sammenlignet" in said) is is_tested
        assert ("afprøvet forskelle på så få" in said) is not is_tested


def test_the_terminal_tells_no_count_of_what_is_withheld(tmp_path, capsys):
    rows: list[list[Any]] = [["Sagsnr.", "Måling", "plan", "Team"]]
    for label, met in (("Analyse", 4), ("Status", 14)):
        rows += [
            [f"{label}-{at}", label, "Ja" if at < met else "Nej", "AB"[at > 17]]
            for at in range(20)
        ]
    path = write_workbook(tmp_path / "sager.xlsx", {"Sager": rows})
    team = {"id": "team", "label": "Team", "columns": ["Team"]}
    settings = Settings(by=("team",), publish="open")
    say_comparison(
        disclose(run(path, form=small_form(attributes=[team]), settings=settings)),
        DANISH,
    )
    said = capsys.readouterr().out
    assert "A: plan: Tilbageholdt." in said
    assert "0 ud af 0" not in said


def test_every_measure_that_was_chosen_is_named_in_the_summary(tmp_path):
    """Four labels are too long for one sentence with their counts, and none is lost."""
    names = [f"krav om en skriftlig begrundelse nummer {at}" for at in range(1, 5)]
    asked: Asked = {name: (ja_nej(4, 16), ja_nej(16, 4)) for name in names}
    for worse in range(3):  # so many of them fall
        for name in names[:worse]:
            asked = {**asked, name: (ja_nej(16, 4), ja_nej(4, 16))}
        asked = {**asked, names[3]: (ja_nej(8, 12), ja_nej(10, 10))}
        results = measured(tmp_path, asked, plan={"primary": tuple(names)})
        for said in (told(results), told(results, ENGLISH)):
            assert [name for name in names if name not in said] == []
            assert "andre" not in said
        paper = as_text(compose_notat(results, DANISH))
        assert len(summary_items(Sentences(results, DANISH), "all")) <= 5
        summary = paper.partition("Indstilling")[0]
        assert [name for name in names if name not in summary] == []


@pytest.mark.parametrize(
    ("names", "told_of_level"),
    [
        (
            ("a", "b", "c", "d"),
            "gælder samlet med 95 % for de fire udpegede målepunkter",
        ),
        (("a",), "Intervallerne har niveau 95 %."),
        ((), "Intervallerne har niveau 95 %."),
    ],
)
def test_the_level_of_the_papers_intervals_stands_below_them_once(
    tmp_path, names, told_of_level
):
    asked = {name: (ja_nej(16, 4), ja_nej(8, 12)) for name in ("a", "b", "c", "d")}
    results = measured(tmp_path, asked, plan={"primary": names})
    text = as_text(compose_notat(results, DANISH))
    assert text.count(told_of_level) == 1
    assert text.count("niveau") + text.count("samlet med") == 1
    # A fall is told in words, for a long minus does not survive every system.
    assert "40 procentpoint lavere (fra" in text
    assert "-40" not in text


def test_what_could_not_be_assessed_is_counted_beside_the_verdict(tmp_path, capsys):
    unseen = [*ja_nej(4, 6), *["Kan ikke vurderes"] * 10]
    results = measured(tmp_path, {"plan": (unseen, ja_nej(16, 4))})
    told_of = "kunne ikke vurderes i 0 ud af 20 sager mod 10 ud af 20 før"
    say_comparison(results, DANISH)
    for text in (capsys.readouterr().out, as_text(compose_notat(results, DANISH))):
        assert told_of in text.replace("\u00a0", " ")
    theme = " ".join(map(str, outline(results, DANISH).blocks))
    assert theme.replace("\\xa0", " ").count("kunne ikke vurderes i 0 ud af 20") <= 2


def test_an_index_of_two_has_the_level_of_the_run_and_explains_none(tmp_path):
    two = measured(tmp_path, ASKED, plan={"index": INDEX[:2]})
    (text, *_) = index_texts(Sentences(two, DANISH), "all")
    assert "(niveau 95 %)" in text.replace("\u00a0", " ")
    assert "Niveauet er" not in text


@pytest.mark.parametrize("plan", [{}, {"primary": ("plan", "heard")}])
def test_what_cannot_be_compared_is_not_told_as_too_few(tmp_path, capsys, plan):
    asked = {"plan": (ja_nej(4, 16), ja_nej(16, 4)), "heard": (ja_nej(9, 11),) * 2}
    results = measured(tmp_path, asked, ways=("random", "criteria"), plan=plan)
    paper = as_text(compose_notat(results, DANISH))
    assert "for sagerne er udvalgt på forskellige måder." in paper
    assert "for få" not in paper + told(results)
    # Nothing is said of how to read what is not there.
    guide = " ".join(how_to_read(Sentences(results, DANISH)))
    for text in (paper, guide):
        assert "Usikkerheden er beregnet" not in text
        assert "Vurderingerne handler om" not in text
        assert "interval" not in text.lower()
    assert "the cases were selected in different ways" in told(results, ENGLISH)
    few = measured(tmp_path, {"plan": (ja_nej(2, 3), ja_nej(3, 2))}, plan={})
    assert "Der er for få sager til at vurdere" in told(few)


def test_a_chosen_measure_without_a_verdict_is_told_beside_those_that_have_one(
    tmp_path,
):
    few = [*ja_nej(2, 3), *["Ikke relevant"] * 15]
    asked = {"plan": (few, few), "heard": (ja_nej(4, 16), ja_nej(16, 4))}
    results = measured(tmp_path, asked, plan={"primary": ("plan",)})
    assert "Der er for få sager til at vurdere »plan«." in told(results)
    assert "noget er ændret" not in told(results)


def test_an_index_of_unlike_requirements_is_not_compared(tmp_path):
    """A requirement that only one phase asks: three would be set against two."""
    asked: dict[str, tuple[list[str], list[str]]] = {
        "a": (ja_nej(2, 18), ja_nej(2, 18)),
        "b": (ja_nej(2, 18), ja_nej(2, 18)),
        "c": ([""] * 20, ja_nej(20, 0)),
    }
    results = measured(tmp_path, asked, plan={"index": ("a", "b", "c")})
    row = results.comparison.set_index("basis").loc["index"]
    assert (row["verdict"], row["decided_by"]) == ("not_comparable", "member_missing")
    assert "Et af kravene har ingen svar, der kan tælles, i den ene måling" in told(
        results
    )
    assert "ud over det tilfældige" not in told(results)


def test_an_index_whose_rule_changed_is_not_compared(tmp_path):
    asked = {"a": (ja_nej(8, 12),) * 2, "b": (ja_nej(2, 18), ja_nej(20, 0))}
    results = measured(tmp_path, asked, plan={"index": ("a", "b")})
    rows = results.comparison.copy()
    rows.loc[rows["measure"] == "b", ["verdict", "decided_by"]] = (
        "not_comparable",
        "rule_changed",
    )
    index: list[Any] = [{"group": "all", "basis": "index", "verdict": "improved"}]
    (found,) = _of_like_members(index, rows, results.measurement)
    assert (found["verdict"], found["decided_by"]) == ("not_comparable", "rule_changed")


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_index_of_cases_all_alike_is_told_without_an_interval(tmp_path, language):
    asked = {"a": (ja_nej(0, 12), ja_nej(12, 0)), "b": (ja_nej(0, 12), ja_nej(12, 0))}
    results = measured(tmp_path, asked, plan={"index": ("a", "b")})
    words = load_language(language)
    said = told(results, words)
    assert ("100 procentpoint højere" in said) or ("100 percentage points" in said)
    assert ("Intervallet kan ikke regnes ud" in said) or ("No interval can" in said)
    assert as_text(compose_notat(results, words))


def test_a_single_measure_that_cannot_be_decided_is_not_called_incomparable(tmp_path):
    said = told(measured(tmp_path, {"a": (ja_nej(8, 12), ja_nej(14, 6))}))
    assert "Sagerne er for få til at afgøre, om »a« er ændret" in said
    assert "kan ikke sammenlignes" not in said


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_word_of_a_row_is_lacking_in_a_language(language):
    """Whatever a row may say has its words, in both languages."""
    words = load_language(language)
    for key in ("clusters_apart", "tipping", "partly_same", "partly_differs"):
        assert words.has(f"sentences.{key}"), key
