"""Two reviews of the same cases: one answer, how far they agree, and bridge cases."""

import pandas as pd
import pytest
from fake_results import fake_results
from made_sheets import (
    A,
    B,
    answers,
    book,
    codes,
    form_of,
    measure,
    only,
    read,
    sheet,
    told,
)

from taskforce_analysis import tables
from taskforce_analysis.agreeing import agree, bridge, disagreements

FORM = form_of(
    columns={"case": "Sagsnr.", "phase": "Måling", "reviewer": "Bedømmer"},
    measures=[measure("a", A), measure("b", B)],
)
HEADER = ["Sagsnr.", "Måling", "Bedømmer", A, B]


def reviewed(*lines):
    return read([HEADER, *lines], form=FORM)


TWO = [
    ["S-1", "Før", "Anna", "Ja", "Nej"],
    ["S-1", "Før", "Bo", "Ja", "Ja"],
    ["S-2", "Før", "Anna", "Nej", "Ikke relevant"],
    ["S-2", "Før", "Bo", "Nej", "Ikke relevant"],
    ["S-3", "Før", "Anna", "Ja", "Ja"],
]


def test_what_reviewers_agree_on_is_the_answer():
    checked = reviewed(*TWO)
    found = answers(checked)
    assert found["S-1", "a"] == "yes"
    assert found["S-2", "b"] == "not_applicable"
    assert found["S-3", "b"] == "yes"
    assert len(checked.answers) == 6


def test_what_they_disagree_on_is_told_and_unrecognised():
    checked = reviewed(*TWO)
    assert answers(checked)["S-1", "b"] == "unrecognised"
    issue = only(checked, "REVIEW_DISAGREES")
    assert (issue.cell, issue.case_id, issue.measure) == ("E3", "S-1", "b")
    assert (issue.found, issue.severity) == ("R1, R2", "warning")


def test_reviewers_are_numbers_in_a_table_of_their_own():
    checked = reviewed(*TWO)
    assert set(checked.reviews["reviewer"]) == {"R1", "R2"}
    assert len(checked.reviews) == 10
    assert tables.check(checked.reviews, tables.reviews).equals(checked.reviews)
    assert "Anna" not in checked.reviews.to_csv() + checked.answers.to_csv()


def test_a_row_of_consensus_settles_it():
    checked = reviewed(*TWO, ["S-1", "Før", "Konsensus", None, "Ja"])
    assert answers(checked)["S-1", "b"] == "yes"
    assert answers(checked)["S-1", "a"] == "yes"
    assert codes(checked) == []
    assert len(disagreements(checked.reviews)) == 0


def test_a_cell_that_a_reviewer_left_empty_is_not_reviewed():
    lines = [["S-1", "Før", "Anna", "Ja", None], ["S-1", "Før", "Bo", None, None]]
    checked = reviewed(*lines)
    assert answers(checked) == {("S-1", "a"): "yes", ("S-1", "b"): "missing"}
    assert checked.found == ()


def test_one_reviewer_twice_about_one_case_is_a_duplicate():
    checked = reviewed(*TWO, ["S-3", "Før", "anna", "Nej", "Ja"])
    assert told(checked, "CASE_DUPLICATE") == [("A7", 1)]


def test_two_files_are_two_reviews_when_the_caller_says_so():
    plain = ["Sagsnr.", "Måling", A, B]
    first = book([plain, ["S-1", "Før", "Ja", "Nej"]], file="anna.xlsx")
    second = book([plain, ["S-1", "Før", "Ja", "Ja"]], file="bo.xlsx")
    names = {"anna.xlsx": "Anna", "bo.xlsx": "Bo"}
    checked = read(first, second, form=FORM, reviewers=names)
    assert codes(checked) == ["REVIEW_DISAGREES"]
    (row,) = disagreements(checked.reviews).to_dict("records")
    assert (row["first"], row["second"]) == ("R1", "R2")
    assert (row["answer_first"], row["answer_second"]) == ("no", "yes")
    assert (row["cell_first"], row["cell_second"]) == ("D2", "D2")


def test_a_list_of_settled_disagreements_closes_them():
    settled = [["Sagsnr.", "Måling", "Bedømmer", "Målepunkt", "R1", "R2", "Svar"]]
    settled += [["S-1", "Før", "Konsensus", B, "Nej", "Ja", "Nej"]]
    books = book([HEADER, *TWO], file="a.xlsx"), book(sheet(settled), file="k.xlsx")
    checked = read(*books, form=FORM)
    assert answers(checked)["S-1", "b"] == "no"
    assert "REVIEW_DISAGREES" not in codes(checked)


def test_agreement_by_measure_and_over_all():
    lines = [
        [f"S-{n}", "Før", who, *pair]
        for n, (one, other) in enumerate(
            [
                (("Ja", "Ja"), ("Ja", "Ja")),
                (("Ja", "Nej"), ("Nej", "Nej")),
                (("Nej", "IR"), ("Nej", "Ja")),
                (("Ja", None), ("Ja", "Ja")),
            ]
        )
        for who, pair in (("Anna", one), ("Bo", other))
    ]
    found = agree(reviewed(*lines).reviews, FORM)
    assert [(one.measure, one.pairs, one.same) for one in found] == [
        ("a", 4, 3),
        ("b", 3, 2),
        ("", 7, 5),
    ]
    assert found[0].agreement is not None
    assert found[0].agreement.observed == pytest.approx(3 / 4)
    assert found[1].agreement is not None
    assert found[1].agreement.observed == pytest.approx(1)
    assert found[2].agreement is not None
    assert found[2].agreement.observed == pytest.approx(5 / 6)


def test_answers_that_do_not_apply_have_no_agreement_about_compliance():
    lines = [["S-1", "Før", who, "IR", None] for who in ("Anna", "Bo")]
    (one, _) = agree(reviewed(*lines).reviews, FORM)
    assert (one.pairs, one.same, one.agreement) == (1, 1, None)


def test_without_a_second_reviewer_there_is_nothing_to_agree_on():
    assert agree(reviewed(TWO[0]).reviews, FORM) == ()
    assert agree(read([["Sagsnr.", "Måling", A]], form=FORM).reviews, FORM) == ()


def test_a_row_without_a_reviewer_beside_one_with():
    checked = reviewed(TWO[0], ["S-1", "Før", None, "Ja", "Ja"])
    assert answers(checked)["S-1", "b"] in {"no", "yes"}


# Cases reviewed in both phases

BRIDGED = fake_results(3).form


def judged(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return tables.build(
        (
            {
                "form": BRIDGED.id,
                "phase": phase,
                "group": "all",
                "case_id": case,
                "unit_id": case,
                "measure": measure,
                "answer": answer,
                "score": "compliant" if answer == "yes" else "noncompliant",
            }
            for phase, case, measure, answer in rows
        ),
        tables.answers,
    )


def test_the_same_case_in_both_phases_is_two_reviews():
    found = bridge(
        judged(
            ("analysis", "A-1", "m1", "yes"),
            ("analysis", "A-2", "m1", "yes"),
            ("analysis", "A-3", "m1", "no"),
            ("status", "A-1", "m1", "yes"),
            ("status", "A-2", "m1", "no"),
            ("status", "S-1", "m1", "no"),
        ),
        BRIDGED,
        ["A-1", "A-2", "A-3"],
        before="analysis",
        after="status",
    )
    assert [(one.measure, one.same, one.pairs) for one in found] == [
        ("m1", 1, 2),
        ("", 1, 2),
    ]


def test_without_bridge_cases_nothing_is_said():
    frame = judged(("analysis", "A-1", "m1", "yes"), ("status", "A-1", "m1", "yes"))
    assert bridge(frame, BRIDGED, [], before="analysis", after="status") == ()
    first = frame[frame["phase"] == "analysis"]
    assert bridge(first, BRIDGED, ["A-1"], before="analysis", after="status") == ()
