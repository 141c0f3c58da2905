"""Recommendations in the outputs: status as stated, figures beside it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from taskforce_analysis import cli
from taskforce_analysis.forms import LegalBasis, load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.planning.templates import recommendations_template
from taskforce_analysis.recommendation_files import load_recommendations
from taskforce_analysis.recommendations import load_vocabulary
from taskforce_analysis.reporting.blocks import Heading, Listing, Paragraph, Table
from taskforce_analysis.reporting.recommendations_chapter import (
    recommendation_blocks,
    recommendation_items,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write

DA = load_language("da")


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def blocks_of(results: Results):
    return recommendation_blocks(Sentences(results, DA))


def test_each_theme_has_its_table_with_the_status_as_stated(results):
    found = [one for one in blocks_of(results) if isinstance(one, Table)]
    rows = {row[0]: row for table in found for row in table.rows}
    assert len(rows) == 5
    assert {number: row[5].partition("\n")[0] for number, row in rows.items()} == {
        "1": "Gennemført",
        "2": "Igangsat",
        "3": "Forankret",
        "4": "Udskudt",
        "5": "Ikke igangsat",
    }


def test_goals_and_result_stand_beside_initiative_and_status(results):
    found = [one for one in blocks_of(results) if isinstance(one, Table)]
    first = found[0].rows[0]
    assert "Mål for medarbejderen: Alle bruger skabelonen" in first[1]
    assert "Mål for borgeren: Familien mødes af én plan." in first[1]
    assert first[5] == "Gennemført\nVirkning: Skabelonen er i brug i alle team."


def test_a_theme_of_the_taskforce_tells_what_it_is_judged_by(results):
    one = replace(results.recommendations[0], theme="casework", evidence=("K1",))
    blocks = blocks_of(replace(results, recommendations=(one,)))
    told = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert any(text.startswith("Kvalitetskriterier, gengivet") for text in told)
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert table.rows[0][-1] == "K1"


def test_the_figures_stand_beside_and_set_no_status(results):
    told = [one for one in blocks_of(results) if isinstance(one, Listing)]
    assert "14 ud af 20 sager" in told[0].items[0]
    worse = results.comparison.assign(verdict="worsened")
    changed = replace(results, comparison=worse)
    before, after = (
        [one.rows for one in blocks_of(one) if isinstance(one, Table)]
        for one in (results, changed)
    )
    assert before == after


def test_what_is_not_done_is_listed_for_continued_attention(results):
    blocks = blocks_of(results)
    assert Heading("Fortsat opmærksomhed", level=2) in blocks
    still = blocks[-1]
    assert isinstance(still, Listing)
    numbers = [item.split(":")[0] for item in still.items]
    assert numbers == ["Anbefaling 2", "Anbefaling 4", "Anbefaling 5"]


def test_without_recommendations_there_is_no_chapter(results):
    assert blocks_of(replace(results, recommendations=())) == []


def test_the_workbook_has_a_sheet_of_them(results, tmp_path: Path):
    book = openpyxl.load_workbook(write(results, tmp_path / "a.xlsx"))
    cells = [cell.value for row in book["Anbefalinger"] for cell in row]
    assert "Forankret" in cells
    assert {"Virkning", "Skabelonen er i brug i alle team."} <= set(cells)


def test_the_template_reads_back_without_a_question(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="0"):
        cli.main(["template", "--recommendations", "--out", "a.xlsx"])
    assert (tmp_path / "a.xlsx").read_bytes() == recommendations_template()
    book = openpyxl.load_workbook("a.xlsx")
    sheet: Any = book["Anbefalinger"]
    assert [cell.value for cell in sheet[1]] == [
        spellings[0] for spellings in load_vocabulary().columns.values()
    ]
    sheet["A2"], sheet["B2"], sheet["C2"] = 1, "Opfølgning", "Følg op."
    book.save("a.xlsx")
    loaded = load_recommendations("a.xlsx", load_form("boernehandicap"))
    assert loaded.found == ()
    assert loaded.recommendations[0].theme == "follow_up"


SENTENCES = {
    "da": "Anbefaling 3 er forankret: Kommunen bør følge rettidigt op på indsatsen. "
    "Initiativet er »Påmindelser i fagsystemet«, ansvarlig er Afdelingsleder og "
    "fristen er 31. december 2019. Målingen viser, at »Der er fulgt op rettidigt« "
    "er opfyldt oftere end før. Den viser også, at »Der er ved opfølgningen taget "
    "stilling til, om indsatsen skal ændres« kan være opfyldt både oftere og "
    "sjældnere end før.",
    "en": "The initiative is “Påmindelser i fagsystemet”, Afdelingsleder answers "
    "for it and the date is 31 December 2019. The measurement shows that",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_recommendation_is_told_in_whole_sentences(results, language):
    sentences = Sentences(results, load_language(language))
    blocks = recommendation_items(sentences, results.recommendations)
    (listing,) = [one for one in blocks if isinstance(one, Listing)]
    (third,) = [one for one in listing.items if " 3 " in one[:20]]
    assert SENTENCES[language] in third.replace("\u00a0", " ")


def test_provisions_are_joined_in_the_readers_language_and_laws_keep_their_names(
    results,
):
    bases = [
        LegalBasis(text="forvaltningsloven §§ 22 og 24"),
        LegalBasis(text="lov om retssikkerhed og administration § 4, stk. 1 og stk. 2"),
    ]
    english = Sentences(results, load_language("en")).cited(bases)
    assert english == [
        "forvaltningsloven §§ 22 and 24",
        "lov om retssikkerhed og administration § 4, stk. 1 and stk. 2",
    ]
    assert Sentences(results, DA).cited(bases)[0] == "forvaltningsloven §§ 22 og 24"
