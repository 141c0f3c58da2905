"""Under which law each answer was given, and phases under more than one."""

from datetime import date

import pytest
from made_sheets import A, B, codes, column, errors, form_of, measure, only, read

LAWS = [
    {"text": "SEL § 70", "to": "2023-12-31"},
    {"text": "BL § 95", "from": "2024-01-01"},
]


def by_law(*dates):
    form = form_of(
        law_date="decided",
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[
            measure("a", A, legal_basis=LAWS),
            measure("b", B, legal_basis=[{"text": "RSL § 5"}]),
        ],
    )
    lines = [["Sagsnr.", "Måling", "Dato", A, B]]
    lines += [
        [f"S-{n}", phase, day, "Ja", "Ja"] for n, (phase, day) in enumerate(dates)
    ]
    return read(lines, form=form)


def test_the_law_follows_the_date_of_the_decision():
    checked = by_law(("Før", "31.12.2023"), ("Efter", "1.1.2024"), ("Efter", None))
    assert column(checked, "a", "law") == ["SEL", "BL", None]
    assert column(checked, "b", "law") == [None, None, None]
    issue = only(checked, "LAW_MIXED")
    assert (issue.phase, issue.count, issue.found) == (None, 1, "SEL 1, BL 1")


def test_a_phase_under_two_laws_is_told():
    days = ["31.12.2023", "1.1.2024", "1.2.2024"]
    checked = by_law(*[("Før", day) for day in days], ("Efter", "1.3.2024"))
    issue = only(checked, "LAW_MIXED")
    assert (issue.phase, issue.count, issue.found) == ("before", 1, "SEL 1, BL 2")


def test_one_law_is_nothing_to_tell():
    assert codes(by_law(("Før", "1.1.2024"), ("Efter", "1.3.2024"))) == ["DATE_TEXT"]


@pytest.mark.parametrize("value", ["31-02-2018", "i maj", date(2081, 1, 1), True])
def test_a_decision_date_that_cannot_be_read_has_no_law(value):
    checked = by_law(("Før", date(2023, 5, 1)), ("Før", value), ("Efter", value))
    assert column(checked, "a", "law") == ["SEL", None, None]
    assert errors(checked) == set()  # no verdict depends on it


def test_a_date_that_no_provision_covers_has_no_law():
    gap = [
        {"text": "SEL § 1", "to": "2020-01-01"},
        {"text": "BL § 1", "from": "2024-01-01"},
    ]
    form = form_of(
        law_date="decided",
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[measure("a", A, legal_basis=gap)],
    )
    lines = [["Sagsnr.", "Måling", "Dato", A], ["S-1", "Før", "1.5.2022", "Ja"]]
    assert column(read(lines, form=form), "a", "law") == [None]
