"""The data description, read back: its sums are the results', and no case is in it."""

import hashlib
import re
from pathlib import Path

import pytest
from results_to_write import hostile_results

from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write

EXAMPLE = data_folder("example")
SCORES = ("compliant", "noncompliant", "not_applicable", "not_assessable", "missing")


@pytest.fixture(scope="module")
def results() -> Results:
    return run(measurement=EXAMPLE / "maaling.toml")


@pytest.fixture(scope="module")
def text(results: Results, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("md") / "databeskrivelse.md"
    write(results, path, kind="description")
    return path.read_text("utf-8")


def table(text: str, caption: str) -> list[list[str]]:
    """The rows of the table under a caption, the header first."""
    lines = text.partition(f"{caption}:\n\n")[2].partition("\n\n")[0].split("\n")
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in (lines[0], *lines[2:])
    ]


def test_the_sums_are_those_of_the_results(text: str, results: Results):
    head, *rows = table(text, "Svar på hvert målepunkt i hver måling")
    assert head[:2] == ["Målepunkt", "Måling"]
    tally = results.tally[results.tally["basis"] == "crude"]
    assert len(rows) == len(tally) == 2 * results.answers["measure"].nunique()
    counts = [[int(cell) for cell in row[2:]] for row in rows]
    assert all(sum(row[:-1]) == row[-1] for row in counts)
    for place, score in enumerate(SCORES):
        assert sum(row[place] for row in counts) == tally[score].sum()
    assert sum(row[-1] for row in counts) == tally["units"].sum()


def test_missing_and_not_assessable_are_summed_by_phase(text: str, results: Results):
    # Counted from the answers; the description has them from the tally.
    own = results.answers[results.answers["phase"] == "analysis"]
    missing = int((own["score"] == "missing").sum())
    unknown = int((own["score"] == "not_assessable").sum())
    told = f"Analyse: {missing} svar mangler, og {unknown} kunne ikke vurderes"
    assert f"{told}, ud af {len(own)} svar." in text


def test_each_variable_stands_with_question_answers_law_and_condition(text: str):
    head, *rows = table(text, "Målepunkterne, som de står i måleskemaet")
    known = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    own = known["holistic_assessment"]
    assert own["Spørgsmål i kilden"] == "Er der foretaget en helhedsvurdering?"
    assert (own["Opfyldt ved"], own["Retsgrundlag"]) == (
        "Ja",
        "retssikkerhedsloven § 5",
    )
    assert any(row["Stilles"].startswith("kun når »") for row in known.values())


def test_the_sources_stand_by_name_checksum_and_size_without_a_place(text: str):
    content = (EXAMPLE / "status.xlsx").read_bytes()
    rows = {row[0]: row for row in table(text, "Filer")[1:]}
    assert rows["status.xlsx"][1] == hashlib.sha256(content).hexdigest()
    assert rows["status.xlsx"][2].replace(".", "") == str(len(content))
    assert str(EXAMPLE) not in text


def test_no_case_and_no_free_text_is_in_it(text: str, results: Results):
    for case in results.answers["case_id"].unique():
        assert str(case) not in text
    assert "slettes senest" in text
    assert "Ingen sag er nævnt" in text


def test_what_is_published_tells_what_is_withheld(results: Results, tmp_path: Path):
    plan = data_folder("example") / "maaling.toml"
    public = run(
        measurement=plan, settings=results.settings.__class__(publish="strict")
    )
    path = write(public, tmp_path / "a.md", kind="description")
    assert "Nogle tal er tilbageholdt" in path.read_text("utf-8")


def test_in_english_and_with_names_that_would_be_markup(tmp_path: Path):
    path = write(
        hostile_results(), tmp_path / "a.md", kind="description", language="en"
    )
    text = path.read_text("utf-8")
    assert text.startswith("# Data description")
    assert "<script>" not in text.replace("\\<", "")
    assert "\\<script\\>" in text
