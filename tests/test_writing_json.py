"""The contract with scripts, key by key."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from results_to_write import HOSTILE, hostile_results, results_to_write

from taskforce_analysis import tables
from taskforce_analysis.forms import Form
from taskforce_analysis.results import Source
from taskforce_analysis.writing import write
from taskforce_analysis.writing.json import contract, results_contract


@dataclass(frozen=True)
class Read:
    """What is known before anything is compared."""

    form: Form
    sources: tuple[Source, ...]


def test_the_object_has_the_contract_s_keys_in_order():
    answer: Any = results_contract(results_to_write())
    assert list(answer) == [
        "version",
        "form",
        "phases",
        "files",
        "tally",
        "comparison",
        "issues",
    ]
    assert answer["version"] == 1
    assert answer["phases"] == ["analysis", "status"]
    assert answer["files"][0] == {"name": "analysis.xlsx", "sha256": "0" * 64}


def test_rows_have_the_tables_own_columns():
    answer: Any = results_contract(results_to_write())
    assert list(answer["tally"][0]) == tables.tally.names
    assert list(answer["comparison"][0]) == tables.comparison.names
    assert list(answer["issues"][0]) == tables.issues.names


def test_the_known_figures_come_out_unrounded():
    answer: Any = results_contract(results_to_write())
    row = answer["comparison"][0]
    assert round(row["difference"], 12) == 0.3
    assert (row["difference_low"], row["difference_high"]) == (-0.0237, 0.5804)
    assert row["p_value"] == 0.0703
    assert row["primary"] is True


def test_what_is_no_number_is_null():
    answer: Any = results_contract(results_to_write())
    row = answer["comparison"][6]
    assert row["rate_before"] is row["difference"] is row["p_value"] is None
    assert answer["issues"][1]["case_id"] is None
    json.dumps(answer, allow_nan=False)


def test_check_gives_no_comparison_and_with_errors_no_tally():
    results = results_to_write()
    read = Read(results.form, results.sources)
    answer: Any = contract(read, tally=None, issues=results.issues)
    assert "comparison" not in answer
    assert answer["tally"] == []
    assert len(answer["issues"]) == 3


def test_the_phases_are_those_of_the_data_in_time_order():
    results = results_to_write()
    read = Read(results.form, results.sources)
    turned = results.tally[::-1]
    assert contract(read, tally=turned, issues=results.issues)["phases"] == [
        "analysis",
        "status",
    ]
    later = results.tally[results.tally["phase"] == "status"]
    assert contract(read, tally=later, issues=results.issues)["phases"] == ["status"]


def test_the_file_holds_the_same_without_a_case(tmp_path: Path):
    results = results_to_write()
    path = write(results, tmp_path / "a.json")
    written = json.loads(path.read_text("utf-8"))
    told: Any = results_contract(results)
    assert told["issues"][0]["case_id"] == "Sag 17"
    assert written["issues"][0]["case_id"] is None
    assert written["comparison"] == told["comparison"]


def test_invisible_characters_are_written_as_escapes(tmp_path: Path):
    text = write(hostile_results(), tmp_path / "a.json").read_text("utf-8")
    assert "\\u202e" in text
    assert "\u202e" not in text
    assert json.loads(text)["files"][0]["name"] == HOSTILE


def test_the_same_bytes_twice(tmp_path: Path):
    source = Source(file="å.xlsx", sha256="1" * 64, size=3)
    results = replace(results_to_write(), sources=(source,))
    first = write(results, tmp_path / "a.json").read_bytes()
    assert write(results, tmp_path / "b.json").read_bytes() == first
    assert "å.xlsx".encode() in first
