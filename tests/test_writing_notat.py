"""The committee's paper: the headings, the same counts, and nothing too sure."""

import re
from pathlib import Path

import docx
import pytest
from fake_results import fake_results
from results_to_write import results_to_write

from taskforce_analysis.languages import load_language
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.notat import as_text, compose_notat

DA = load_language("da")
HEADINGS = (
    "Beslutningstema",
    "Indstilling",
    "Sagsfremstilling",
    "Retsgrundlag",
    "Økonomi",
    "Høring",
    "Bilag",
)
COUNTS = re.compile(r"(\d+) ud af (\d+)")
TOO_SURE = re.compile(
    r"p-værdi|\bp =|signifi|\beffekt|virker|fremgang|usikker\b|på grund af",
    re.IGNORECASE,
)


def text_of(results: Results) -> str:
    return as_text(compose_notat(results, DA))


@pytest.fixture(scope="module")
def example() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def test_the_headings_are_those_of_an_agenda_in_their_order(tmp_path: Path):
    path = write(results_to_write(), tmp_path / "notat.docx", kind="notat")
    document = docx.Document(str(path))
    styled = [(one.style.name, one.text) for one in document.paragraphs if one.style]
    assert [text for name, text in styled if name == "Heading 1"] == list(HEADINGS)
    assert document.tables == []
    assert len(document.inline_shapes) == 0


def test_the_counts_are_those_of_the_comparison(example):
    told = set(COUNTS.findall(text_of(example)))
    shown = example.comparison[
        example.comparison["basis"].isin(["crude", "condition", "unconditional"])
    ]
    counted = {
        (str(row[f"compliant_{side}"]), str(row[f"applicable_{side}"]))
        for _, row in shown.iterrows()
        for side in ("before", "after")
    }
    assert told == counted


def test_nothing_is_said_that_the_cases_cannot_carry(example):
    assert TOO_SURE.search(text_of(example)) is None
    assert "De viser ikke hvorfor." in text_of(example)
    assert "Målestokken kan derfor have flyttet sig" in text_of(example)


def test_the_text_has_signs_that_every_system_keeps(tmp_path: Path):
    path = write(results_to_write(), tmp_path / "notat.txt", kind="notat")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    text = path.read_text("utf-8-sig")
    assert not {"\u00a0", "\u2212"} & set(text)
    assert "Retsgrundlag" in text.splitlines()


def test_what_the_tool_cannot_know_is_left_to_be_filled_in():
    assert text_of(results_to_write()).count("[Udfyldes af forvaltningen]") >= 2


def test_a_long_form_is_cut_and_says_so():
    text = text_of(fake_results(40))
    assert "målepunkter står i bilaget" in text
    assert len(text) < 9000
