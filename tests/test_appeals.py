"""Appeals: the share overturned as Ankestyrelsen counts it, and the 75 per cent target.

Ankestyrelsen's own example: of 129 cases 19 were remitted, 5 changed and 105 upheld, so
24 of 129, 19 per cent; what was dismissed or referred is not among the 129.
"""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from taskforce_analysis.languages import load_language
from taskforce_analysis.results import Results, run

OUTCOMES = {
    "Hjemvist": 19,
    "Ændret/ophævet": 5,
    "Stadfæstet": 105,
    "Afvist/henvist": 11,
}


def book_of(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def cases(path: Path) -> Path:
    """One row per appeal, in both phases."""
    rows: list[list[Any]] = [
        [
            "Klagesagens løbenummer",
            "Måling",
            "Paragraf",
            "Ankestyrelsens afgørelse",
            "Hvad blev klagesagens udfald?",
            "Har kommunen fået medhold?",
        ]
    ]
    for phase, year in (("Analyse", 2018), ("Status", 2021)):
        for outcome, count in OUTCOMES.items():
            upheld = {"Stadfæstet": "Ja", "Afvist/henvist": "Ikke relevant"}
            for number in range(count):
                case = f"K{year}-{outcome[:2]}-{number}"
                told = upheld.get(outcome, "Nej")
                rows.append([case, phase, "§ 41", date(year, 5, 2), outcome, told])
    return book_of(path, rows)


def aggregated(path: Path) -> Path:
    """A row for the measure, a column for each outcome and phase."""
    head = [f"{phase} {one}" for phase in ("Analyse", "Status") for one in OUTCOMES]
    counts = [*OUTCOMES.values(), *OUTCOMES.values()]
    return book_of(path, [["Målepunkt", *head], ["Klagesagens udfald", *counts]])


def overturned(results: Results) -> list[tuple[int, ...]]:
    """Compliant, applicable and not applicable of each phase."""
    rows = results.tally[results.tally["measure"] == "overturned"]
    names = ("compliant", "applicable", "not_applicable")
    return [tuple(int(row[name]) for name in names) for _, row in rows.iterrows()]


def test_the_example_of_ankestyrelsen_is_19_per_cent(tmp_path: Path):
    results = run(cases(tmp_path / "klager.xlsx"), form="klagesager")
    assert overturned(results) == [(24, 129, 11), (24, 129, 11)]
    rate = results.tally.set_index("measure")["rate"]["overturned"].iloc[0]
    assert load_language("da").percent(rate) == "19\u00a0%"
    assert not {"ANSWER_UNKNOWN", "ANSWER_NORMALISED"} & set(results.issues["code"])


def test_medhold_is_judged_against_75_per_cent(tmp_path: Path):
    results = run(cases(tmp_path / "klager.xlsx"), form="klagesager")
    row = results.tally[results.tally["measure"] == "municipality_upheld"].iloc[0]
    assert (row["compliant"], row["applicable"]) == (105, 129)
    assert results.form.measure("municipality_upheld").target == 0.75


def test_a_workbook_of_counts_says_the_same(tmp_path: Path):
    results = run(aggregated(tmp_path / "klager.xlsx"), form="klagesager")
    assert overturned(results) == [(24, 129, 11), (24, 129, 11)]


def test_appeals_are_called_by_their_name(tmp_path: Path):
    from taskforce_analysis.reporting.sentences import Sentences

    results = run(cases(tmp_path / "klager.xlsx"), form="klagesager")
    sentences = Sentences(results, load_language("da"))
    assert (sentences.units, sentences.units_of("1")) == ("klagesager", "klagesag")
