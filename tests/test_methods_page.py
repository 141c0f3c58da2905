"""The tables of docs/methods.md that no script writes are those of the functions."""

import re
from pathlib import Path

import pytest

from taskforce_analysis.methods.planning import (
    attained_sizes,
    cases_needed,
    power,
    smallest_change,
    strategies,
)

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"


def numbers_under(heading: str) -> dict[int, list[float]]:
    """The rows of the first table under a heading, by the number they begin with."""
    text = PAGE.read_text("utf-8").split(f"### {heading}\n", 1)[1].split("\n### ", 1)[0]
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", text.split("\n## ", 1)[0], re.MULTILINE)
    return {
        int(cases): [float(one) for one in re.findall(r"\d+(?:\.\d+)?", rest)]
        for cases, rest in rows
    }


def test_what_is_expected_by_chance():
    found = numbers_under("How many stand out by chance")
    assert sorted(found) == [10, 20, 30]
    for cases, sizes in found.items():
        rows = [(cases, cases, rate) for rate in (0.5, 0.7, 0.8, 0.9, 0.95)]
        assert sizes == pytest.approx(attained_sizes(rows).tolist(), abs=0.0005)
    twelve = 1 - (1 - attained_sizes([(20, 20, 0.5)])[0] / 2) ** 12
    assert f"cases give a {twelve:.0%}".replace("%", " per cent") in text_of_the_page()


def test_the_power():
    found = numbers_under("Power")
    assert sorted(found) == [10, 15, 20, 30, 40]
    for cases, row in found.items():
        *chances, points = row
        exact = [power(0.4, after, cases) for after in (0.5, 0.6, 0.7, 0.8, 0.9)]
        assert chances == pytest.approx(exact, abs=0.005)
        assert points == pytest.approx(100 * smallest_change(0.4, cases), abs=0.5)
    needed = cases_needed(0.4, 0.7)
    assert f"70 per cent, {needed} cases in each phase" in text_of_the_page()


def test_the_strategies():
    """The ranges of the table, to two hundredths, for they are drawn."""
    page = PAGE.read_text("utf-8")
    found_by_all = strategies(0.4, 0.7, 20)
    for name, moved in (("any", 4), ("any", 2), ("index", 4), ("index", 2)):
        row = {"any": "at least one of the four", "index": "an index of the four"}[name]
        line = next(line for line in page.splitlines() if row in line)
        cell = line.split("|")[2 if moved == 4 else 3]
        told = sorted(float(part) for part in cell.split(" to "))
        found = next(
            one for one in found_by_all if (one.name, one.moved) == (name, moved)
        )
        assert told == pytest.approx([found.low, found.high], abs=0.02)


def text_of_the_page() -> str:
    """The page on one line."""
    return " ".join(PAGE.read_text("utf-8").split())
