"""The internal list: who is on it, why, and marked on every page."""

import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.blocks import Table
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import available_writers, write
from taskforce_analysis.writing.caselist import compose_caselist

DA = load_language("da")


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def rows_of(results: Results, phase: str) -> tuple[tuple[str, ...], ...]:
    blocks = compose_caselist(results, DA, phase=phase).blocks
    return next(block.rows for block in blocks if isinstance(block, Table))


def faults_of(results: Results, phase: str) -> dict[str, list[str]]:
    """By case the measures that its answers do not comply with, in the form's order."""
    answers = results.answers
    failed = answers[(answers["phase"] == phase) & (answers["score"] == "noncompliant")]
    order = list(results.form.measure_ids)
    return {
        str(case): sorted(own["measure"], key=order.index)
        for case, own in failed.groupby("unit_id")
    }


def test_each_case_with_a_fault_has_one_row(results):
    rows = rows_of(results, "status")
    faults = faults_of(results, "status")
    assert [row[0] for row in rows] == sorted(faults)
    for case, told, _, _ in rows:
        lines = told.split("\n")
        assert len(lines) == len(faults[case])
        numbers = [line.partition(". ")[0] for line in lines]
        several = [str(at) for at in range(1, len(lines) + 1)]
        assert len(lines) == 1 or numbers == several


@pytest.mark.parametrize(
    ("language", "key", "flaw"),
    [
        ("da", "label_not", "Sagen har mindst én retlig mangel"),
        ("en", "label_not_en", "The case has at least one legal flaw"),
    ],
)
def test_a_fault_is_told_as_what_is_wrong(results, language, key, flaw):
    blocks = compose_caselist(results, load_language(language), phase="status").blocks
    (table,) = [block for block in blocks if isinstance(block, Table)]
    told = {
        re.sub(r"^\d+\. ", "", one) for row in table.rows for one in row[1].split("\n")
    }
    assert told <= {getattr(measure, key) for measure in results.form.measures}
    assert flaw in told


def test_a_form_without_words_for_a_fault_says_that_it_is_not_met(results):
    measure = replace(results.form.measure("no_legal_flaw"), label_not="")
    others = [one for one in results.form.measures if one.id != measure.id]
    form = replace(results.form, measures=(*others, measure))
    told = " ".join(row[1] for row in rows_of(replace(results, form=form), "status"))
    assert f"Ikke opfyldt: {measure.label}" in told


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("da", "de sager i statusmålingen (2021)"),
        ("en", "the status measurement (2021)"),
    ],
)
def test_it_names_the_measurement_as_a_reader_would(results, language, named):
    blocks = compose_caselist(results, load_language(language), phase="status").blocks
    assert any(named in getattr(block, "text", "") for block in blocks)


def test_days_and_law_have_the_number_of_their_fault(results):
    answers = results.answers.set_index(["phase", "unit_id", "measure"])
    over = answers.loc[("status", "S-05", "decision_in_time"), "over"]
    faults = faults_of(results, "status")["S-05"]
    at = faults.index("decision_in_time") + 1
    case = next(row for row in rows_of(results, "status") if row[0] == "S-05")
    if len(faults) == 1:
        assert case[2:] == ("retssikkerhedsloven § 3, stk. 2", str(over))
    else:
        assert f"{at}. retssikkerhedsloven § 3, stk. 2" in case[2].split("\n")
        assert f"{at}. {over}" in case[3].split("\n")


def test_a_case_has_the_law_of_its_own_day(results):
    """The same form measures cases before and after barnets lov came into force."""
    day = results.answers["decision_date"].where(
        results.answers["unit_id"] != "S-05", "2024-03-01"
    )
    moved = replace(results, answers=results.answers.assign(decision_date=day))
    form = load_form("boernehandicap")
    told = {row[0]: row[2] for row in rows_of(replace(moved, form=form), "status")}
    assert "serviceloven" not in told["S-05"]
    assert any("serviceloven" in law for case, law in told.items() if case != "S-05")


def test_every_page_says_that_it_is_internal(results, tmp_path: Path):
    path = write(results, tmp_path / "liste.docx", kind="caselist")
    document = docx.Document(str(path))
    header = document.sections[0].header.paragraphs[0].text
    assert header.startswith("INTERNT: må ikke offentliggøres")


def test_it_is_never_made_for_publication(results, tmp_path: Path):
    public = replace(results, settings=Settings(publish="open"))
    with pytest.raises(UsageError, match="internal and cannot be published"):
        write(public, tmp_path / "liste.docx", kind="caselist")
    assert list(tmp_path.iterdir()) == []


def test_it_is_no_part_of_the_report():
    assert available_writers()["caselist"] == [".docx"]


def test_an_unknown_phase_is_refused(results, tmp_path: Path):
    with pytest.raises(UsageError, match='no phase "2030"'):
        write(results, tmp_path / "liste.docx", kind="caselist", phase="2030")
