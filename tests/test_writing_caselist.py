"""The internal list: who is on it, why, and marked on every page."""

from dataclasses import replace
from pathlib import Path

import docx
import pytest

from taskforce_analysis.errors import UsageError
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


def test_each_failed_measure_of_the_phase_has_a_row(results):
    answers = results.answers
    failed = answers[
        (answers["phase"] == "status") & (answers["score"] == "noncompliant")
    ]
    rows = rows_of(results, "status")
    assert len(rows) == len(failed)
    assert {row[0] for row in rows} == set(failed["unit_id"])
    assert not any(row[0].startswith("A-") for row in rows)


def test_days_over_the_limit_stand_at_the_deadline(results):
    answers = results.answers.set_index(["phase", "unit_id", "measure"])
    over = answers.loc[("status", "S-05", "decision_in_time"), "over"]
    label = results.form.measure("decision_in_time").label
    told = {row[:2]: row for row in rows_of(results, "status")}
    assert told["S-05", label] == (
        "S-05",
        label,
        "retssikkerhedsloven § 3, stk. 2",
        str(over),
    )


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
