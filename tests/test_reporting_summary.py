"""The summary: what came out, and of several groups each under its name."""

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pptx
import pytest
from fake_results import fake_results
from results_to_write import results_to_write

from taskforce_analysis.errors import UsageError
from taskforce_analysis.filing.per_group import part_of
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.blocks import Heading, Paragraph, Picture, Table
from taskforce_analysis.reporting.contents import chapters
from taskforce_analysis.reporting.explanations import method
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import count_of_verdicts, summary_items
from taskforce_analysis.reporting.table_rows import deciding
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.notat import as_text, compose_notat
from taskforce_analysis.writing.sheets.words import cover_sheet
from taskforce_analysis.writing.showing import show

DANISH = load_language("da")
TWO = ("Nordby", "Havnsø")
NINE = tuple(f"Landsby {number}" for number in range(1, 10))


@pytest.fixture(scope="module")
def two() -> Results:
    return fake_results(3, groups=TWO)


@pytest.fixture(scope="module")
def nine() -> Results:
    return fake_results(3, groups=NINE)


@pytest.fixture(scope="module")
def parts_of_law() -> Results:
    """The example by paragraph, so that the days have groups as well."""
    plan = data_folder("example") / "maaling.toml"
    settings = Settings(by=("paragraph",), minimum_verdict=3)
    return run(measurement=plan, settings=settings)


def chapter(results: Results, name: str) -> list:
    return chapters(Sentences(results, DANISH))[name]


def count_of(sentences: Sentences) -> str:
    return count_of_verdicts(sentences, deciding(sentences.results, "all"))


def summary_of(sentences: Sentences) -> list[str]:
    return [item.text for item in summary_items(sentences, "all")]


def test_the_summary_tells_what_was_chosen_beforehand():
    """Two were chosen: m1 cannot be decided, m2 rose from 3 to 16 of 20."""
    said = summary_of(Sentences(results_to_write(), load_language("da")))
    assert said[0] == (
        "20 sager fra analysemålingen og 20 sager fra statusmålingen er gennemgået "
        "efter samme skema; de er udvalgt efter kriterier, ikke tilfældigt."
    )
    assert said[1] == (
        "Ét af de to udvalgte krav er opfyldt oftere end før: »Sagen "
        "er tilstrækkeligt oplyst« (16 ud af 20 sager mod 3 ud af 20)."
    )
    assert said[2] == (
        "Sagerne er for få til at afgøre, om »Der er foretaget en helhedsvurdering« "
        "er ændret."
    )
    assert said[3].startswith("Fortsat opmærksomhed kræver »")
    assert len(said) == 4


def test_without_chosen_measures_the_summary_tells_both_directions():
    sentences = Sentences(results_to_write(primary=0), load_language("da"))
    said = summary_of(sentences)
    assert "oftere end før for »Sagen er tilstrækkeligt oplyst«" in said[1]
    assert "sjældnere end før for »Der er foretaget partshøring«" in said[2]
    assert all("ikke udvalgt på forhånd" in text for text in said[1:3])


def test_the_summary_has_at_most_five_sentences_and_counts_what_is_withheld():
    """Whatever is withheld no sentence tells as if it were not there."""
    results = results_to_write()
    for hidden in range(len(results.comparison) + 1):
        codes = ["withheld"] * hidden + [""] * (len(results.comparison) - hidden)
        rows = results.comparison.assign(reservation=codes)
        said = summary_of(Sentences(replace(results, comparison=rows), DANISH))
        assert 2 <= len(said) <= 5
        assert ("tilbageholdt" in said[1]) == (hidden > 0)


def test_a_doubtful_comparison_is_never_told_without_its_doubt():
    results = results_to_write()
    rows = results.comparison
    doubt = "chosen_because_low"
    one = rows["measure"] == "m2"
    rows = rows.assign(reservation=rows["reservation"].mask(one, doubt))
    said = summary_of(Sentences(replace(results, comparison=rows), DANISH))
    (told,) = [text for text in said if "oftere end før" in text]
    assert "(16 ud af 20 sager mod 3 ud af 20; udvalgt, fordi det lå lavt)" in told


def test_the_count_of_verdicts_leaves_out_what_no_measure_got():
    results = results_to_write()
    rows = results.comparison.assign(role="unplanned", primary=False)
    few = replace(results, comparison=rows.assign(verdict="too_few"))
    hidden = replace(results, comparison=rows.assign(reservation="withheld"))
    for language, scarce, gone in (
        (
            "da",
            "Ingen af de 12 målepunkter er vurderet: 12 har for få sager.",
            "Tallene for alle 12 målepunkter er tilbageholdt.",
        ),
        (
            "en",
            "None of the 12 measures has a verdict: 12 have too few cases.",
            "The figures of all 12 measures are withheld.",
        ),
    ):
        words = load_language(language)
        assert count_of(Sentences(few, words)) == scarce
        assert count_of(Sentences(hidden, words)) == gone


def test_one_verdict_and_none_are_told_in_words_that_fit():
    results = results_to_write(3)
    rows = results.comparison.assign(verdict=["improved", "uncertain", "uncertain"])
    changed = replace(results, comparison=rows)
    assert count_of(Sentences(changed, load_language("en"))) == (
        "Of the 2 measures named to decide, 1 has a higher rate beyond chance, none "
        "has a lower rate beyond chance and 1 cannot be decided. The other measures "
        "are supplementary and are not counted here."
    )


@pytest.mark.parametrize(
    ("language", "verdict", "told"),
    [
        ("da", "improved", "har en højere andel ud over det tilfældige"),
        ("da", "worsened", "har en lavere andel ud over det tilfældige"),
        ("da", "uncertain", "kan ikke afgøres"),
        ("da", "too_few", "har for få sager til en vurdering"),
        ("en", "improved", "has a higher rate beyond chance"),
        ("en", "not_comparable", "cannot be compared"),
    ],
)
def test_a_single_measure_is_not_told_as_one_of_several(language, verdict, told):
    results = results_to_write(3)
    rows = results.comparison.assign(verdict=verdict)
    first = [True, False, False]
    planned = rows.assign(primary=first, role=["primary", "exploratory", "exploratory"])
    words = load_language(language)
    (head, _, _) = count_of(
        Sentences(replace(results, comparison=planned), words)
    ).partition(f" {told}. ")
    assert (
        head
        == {
            "da": "Det målepunkt, der er udpeget til at afgøre,",
            "en": "The one measure named to decide",
        }[language]
    )
    alone = rows[first].assign(primary=False, role="unplanned")
    said = count_of(Sentences(replace(results, comparison=alone), words))
    only = {"da": "Det eneste målepunkt", "en": "The only measure"}[language]
    if verdict in ("improved", "worsened"):  # a claim is told as what was found
        told = told.replace("ud over det tilfældige", "i de gennemgåede sager")
        told = told.replace("beyond chance", "in the cases reviewed")
        held = {"da": "; det er ikke udvalgt", "en": "; it was not chosen"}[language]
        told += f"{held} {'på forhånd' if language == 'da' else 'beforehand'}"
    assert said.startswith(f"{only} {told}.")


def test_the_summary_tells_each_of_a_few_groups_under_its_name(two):
    blocks = chapter(two, "summary")
    heads = [one.text for one in blocks if isinstance(one, Heading) and one.level == 2]
    assert sorted(heads) == sorted(TWO)
    told = [one.text for one in blocks if isinstance(one, Paragraph)]
    begun = [text for text in told if "er gennemgået efter samme skema" in text]
    assert len(begun) == 2


def test_one_group_is_not_named():
    blocks = chapter(fake_results(3), "summary")
    assert not [one for one in blocks if isinstance(one, Heading) and one.level == 2]


def test_of_many_groups_each_has_a_row_and_none_is_ranked(nine):
    (said,) = [one for one in chapter(nine, "summary") if isinstance(one, Paragraph)]
    assert said.text.startswith("Der er 9 grupper.")
    table, picture = [
        one for one in chapter(nine, "results") if isinstance(one, (Table, Picture))
    ]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == list(NINE)
    assert {row[1:3] for row in table.rows} == {("20", "20")}
    assert {sum(map(int, row[3:])) for row in table.rows} == {3}
    assert isinstance(picture, Picture)
    assert picture.chart == "heatmap"


def test_the_days_have_a_table_and_a_curve_per_group(parts_of_law):
    shown = parts_of_law.days[
        (parts_of_law.days["basis"] == "crude") & (parts_of_law.days["cases"] >= 10)
    ]
    blocks = chapter(parts_of_law, "timing")
    named = [one for one in blocks if isinstance(one, Heading) and one.level == 2]
    pictures = [one for one in blocks if isinstance(one, Picture)]
    assert {one.text for one in named} == set(shown["group"])
    assert {one.options["group"] for one in pictures} == set(shown["group"])


def test_the_method_counts_the_measures_of_all_groups(two):
    results = replace(two, chance_findings=0.2)
    told = " ".join(method(results, DANISH))
    decided = (
        two.comparison["verdict"].isin(["improved", "worsened", "uncertain"]).sum()
    )
    assert decided == 6
    assert "0,2 " in told
    assert f" {decided} " in told


def test_the_committees_paper_has_a_line_per_group(nine):
    text = as_text(compose_notat(nine, DANISH))
    assert all(f"- {name}: 20 sager fra analysemålingen" in text for name in NINE)
    assert "Der er 9 grupper. Resultaterne for hver af dem står i rapporten." in text


def test_the_cover_and_the_chart_of_the_workbook_name_the_group(two, tmp_path: Path):
    book = openpyxl.load_workbook(write(two, tmp_path / "a.xlsx"))
    cover = [str(cell.value) for cell in book["Forside"]["A"]]
    assert (
        sum(line.startswith(tuple(f"{name}:" for name in TWO)) for line in cover) == 2
    )
    line = str(book["Figur"]["A3"].value)
    assert line.startswith(f"Figuren viser {Sentences(two, DANISH).groups[0]}.")
    assert line.endswith("står i arket Optælling.")


def title_of(slide) -> str:
    return "" if slide.shapes.title is None else slide.shapes.title.text


def test_each_of_a_few_groups_has_its_slides_and_many_have_none(
    two, nine, tmp_path: Path
):
    few, many = (
        [title_of(slide) for slide in pptx.Presentation(str(path)).slides]
        for path in (write(two, tmp_path / "a.pptx"), write(nine, tmp_path / "b.pptx"))
    )
    assert few[1].startswith("Der er 2 grupper.")  # and where each is told
    assert len(many) == 4


def test_a_notebooks_table_shows_every_group_and_refuses_one_that_is_not_there(two):
    text = show(two).as_raw_html()
    assert all(name in text for name in TWO)
    only = show(two, group="Havnsø").as_raw_html()
    assert "Nordby" not in only
    with pytest.raises(UsageError, match="Havnsø"):
        show(two, group="Havnsö")


def test_the_part_of_a_group_expects_its_own_findings_by_chance(parts_of_law):
    parts = [
        part_of(
            parts_of_law, group, per="paragraph", inside=parts_of_law
        ).chance_findings
        for group in parts_of_law.comparison["group"].unique()
    ]
    assert max(parts) > 0
    assert sum(parts) == pytest.approx(parts_of_law.chance_findings)


def test_a_group_of_many_has_a_line_on_the_cover(nine):
    lines = cover_sheet(Sentences(nine, DANISH)).lines
    assert [line.partition(":")[0] for line in lines[2:-1]] == sorted(NINE)


def test_without_a_plan_at_most_three_are_named_and_what_chance_would_bring():
    results = results_to_write()
    rows = results.comparison.assign(role="unplanned", primary=False, reservation="")
    known = rows["difference"].notna()
    rows["verdict"] = known.map({True: "improved", False: "not_comparable"})
    rows["p_value"] = [0.001 * (12 - place) for place in range(len(rows))]
    bare = replace(results, comparison=rows, chance_findings=0.3)
    said = summary_of(Sentences(bare, DANISH))
    told = next(text for text in said if "ikke udvalgt på forhånd" in text)
    labels = {one.id: one.label for one in results.form.measures}
    ids = rows["measure"][known].tolist()
    named = re.findall("»(.*?)«", told)
    most = [labels[name] for name in ids[:-4:-1]]
    assert named == most[: len(named)]  # the clearest first
    rest = len(most) - len(named)
    assert f"og {rest} andre" in told.replace("\u00a0", " ")
    assert any("ti sådanne gennemgange af 9 målepunkter" in text for text in said)
    assert any("omkring tre, der skiller sig ud ved et" in text for text in said)
