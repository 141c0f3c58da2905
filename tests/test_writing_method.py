"""How the figures were made: form, cells read otherwise, agreement, no values."""

from dataclasses import replace
from pathlib import Path

import docx
import pytest

from taskforce_analysis.agreeing import Agreed
from taskforce_analysis.languages import load_language
from taskforce_analysis.methods.agreement import agreement_of
from taskforce_analysis.reporting.blocks import Listing, Table
from taskforce_analysis.reporting.explanations import agreement, selection
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.method import compose_method_note

DA = load_language("da")
POOLED = Agreed("", 20, 18, agreement_of(16, 1, 1, 2))


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def tables_of(results: Results) -> dict[str, Table]:
    blocks = compose_method_note(results, DA).blocks
    return {one.caption: one for one in blocks if isinstance(one, Table)}


def test_each_measure_stands_with_its_law_and_guidance(results):
    rows = tables_of(results)["Måleskemaets målepunkter"].rows
    assert len(rows) == len(results.form.measures)
    told = {row[0]: row for row in rows}
    holistic = told[results.form.measure("holistic_assessment").label]
    assert holistic[1:3] == ("retssikkerhedsloven § 5", "Ja")


def test_each_cell_that_was_read_otherwise_is_told_without_its_text(results):
    cells = results.issue_cells
    odd = cells[cells["code"] == "ANSWER_NORMALISED"]
    rows = tables_of(results)["Celler, hvor noget er tolket, omsat eller udeladt"].rows
    places = [row[0] for row in rows]
    for row in odd.itertuples():
        assert f"{row.file}, ark {row.sheet}, celle {row.cell}" in places
    assert not any("text of" in cell for row in rows for cell in row)


def test_agreement_is_told_raw_first_then_beyond_chance(results):
    assert agreement([POOLED], DA)[0] == (
        "To bedømmelser af samme sag er ens i 18 ud af 20 svar. "
        "Enigheden er 94\u00a0% om ja og 67\u00a0% om nej. "
        "Enigheden ud over det tilfældige er 0,87 (Gwets AC1)."
    )
    told = compose_method_note(
        replace(results, agreed=(Agreed("reasons", 4, 3, None), POOLED)), DA
    )
    listed = [
        item for one in told.blocks if isinstance(one, Listing) for item in one.items
    ]
    assert any("18 ud af 20" in item for item in listed)
    captions = [one.caption for one in told.blocks if isinstance(one, Table)]
    assert "Hvor ofte to bedømmere svarede ens" in captions


def listed_in(results: Results) -> str:
    blocks = compose_method_note(results, DA).blocks
    listings = [block for block in blocks if isinstance(block, Listing)]
    return " ".join(item for one in listings for item in one.items)


def test_it_says_what_the_figures_are_about_and_how_the_intervals_hold(results):
    told = listed_in(results)
    assert "Ikke alle sager er trukket tilfældigt" in told
    assert "intervaller, der gælder samlet (Bonferroni)" in told


def test_an_index_is_told_with_its_method(results):
    plan = results.measurement
    index = ("holistic_assessment", "follow_up_timely", "reasons")
    told = listed_in(run(measurement=replace(plan, primary=(), index=index)))
    assert "Et indeks over »Der er foretaget en helhedsvurdering«" in told
    assert "studentiseret permutationstest over hele sager" in told


def test_a_check_beside_the_verdict_is_told_with_its_method(results):
    plan = results.measurement
    drawn = {
        name: replace(one, selection="random") for name, one in plan.phases.items()
    }
    beside = run(measurement=replace(plan, phases=drawn))
    assert (beside.comparison["basis"] == "stock").any()
    told = "Kontrol ved siden af vurderingen, kommunens sager i alt: "
    assert told in listed_in(beside)
    assert told not in listed_in(results)


def test_bridge_cases_are_told_in_the_selection_note(results):
    plan = replace(results.measurement, bridge_cases=("A-1", "A-2"))
    again = {"bridged": (POOLED,), "reviewed_again": ("A-1", "A-2")}
    told = " ".join(selection(replace(results, measurement=plan, **again), DA))
    assert "2 sager er gennemgået på ny" in told
    assert "ens i 18 ud af 20 svar" in told
    assert "Målestokken kan derfor" in " ".join(selection(results, DA))


def test_it_is_written_as_word_with_its_headings(results, tmp_path: Path):
    path = write(results, tmp_path / "metodenotat.docx", kind="method")
    paragraphs = docx.Document(str(path)).paragraphs
    headings = [
        one.text for one in paragraphs if one.style and one.style.name == "Heading 1"
    ]
    assert headings[1:4] == [
        "Bedømmere og enighed",
        "Måleskema og vejledning",
        "Svar, der er læst anderledes, end de er skrevet",
    ]
