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
from taskforce_analysis.agreeing import Bridges, agree, disagreements, find_bridges

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


def sought(frame: pd.DataFrame, *cases: str, after: str = "status") -> Bridges:
    return find_bridges(frame, BRIDGED, cases, before="analysis", after=after)


SIX = judged(
    ("analysis", "A-1", "m1", "yes"),
    ("analysis", "A-2", "m1", "yes"),
    ("analysis", "A-3", "m1", "no"),
    ("status", "A-1", "m1", "yes"),
    ("status", "A-2", "m1", "no"),
    ("status", "S-1", "m1", "no"),
)


def test_the_same_case_in_both_phases_is_two_reviews():
    found = sought(SIX, "A-1", "A-2", "A-3")
    agreed = agree(found.reviews, BRIDGED)
    assert [(one.measure, one.same, one.pairs) for one in agreed] == [
        ("m1", 1, 2),
        ("", 1, 2),
    ]
    assert found.cases == ("A-1", "A-2")
    assert found.lacking == (("A-3", "status"),)
    assert found.again.tolist() == [3, 4]


def test_without_bridge_cases_nothing_is_said():
    found = sought(SIX)
    assert (found.cases, found.lacking, found.again.tolist()) == ((), (), [])
    assert agree(found.reviews, BRIDGED) == ()


def test_a_case_is_in_both_phases_only_where_they_are_two():
    found = sought(SIX, "A-1", after="analysis")
    assert (found.cases, found.lacking) == ((), (("A-1", ""),))
    assert len(found.again) == 0


def test_a_case_named_twice_is_one_case():
    assert sought(SIX, "A-1", " a-1", "A-1.").cases == ("A-1",)


def test_what_follows_from_other_answers_is_no_answer():
    form = form_of(
        measures=[
            measure("a", A),
            measure("b", B),
            {"id": "c", "label": "c", "kind": "all_of", "of": ["a", "b"]},
        ]
    )
    header = ["Sagsnr.", "Måling", A, B]
    lines = [["S-1", phase, "Ja", "Nej"] for phase in ("Før", "Efter")]
    checked = read([header, *lines], form=form)
    assert len(checked.answers) == 6
    found = find_bridges(checked.answers, form, ["S-1"], before="before", after="after")
    assert [(one.measure, one.pairs) for one in agree(found.reviews, form)] == [
        ("a", 1),
        ("b", 1),
        ("", 2),
    ]
    assert len(found.again) == 3  # all of it is left out


def test_stored_answers_that_do_not_say_whose_they_are_hold_no_bridge_case():
    frame = SIX.assign(case_id=pd.array([None] * 6, dtype="str"))
    assert sought(frame, "A-1").cases == ()


def test_answers_by_decision_are_paired_by_decision():
    columns = {"case": "Sagsnr.", "phase": "Måling", "decision": "Afgørelse"}
    form = form_of(columns=columns, measures=[measure("a", A)])
    lines = [
        ["Sagsnr.", "Måling", "Afgørelse", A],
        ["S-1", "Før", "I", "Ja"],
        ["S-1", "Før", "II", "Ja"],
        ["S-1", "Efter", "II", "Nej"],
        ["S-1", "Efter", "III", "Nej"],
    ]
    answered = read(lines, form=form).answers
    found = find_bridges(answered, form, ["S-1"], before="before", after="after")
    assert found.cases == ("S-1",)
    assert [(one.pairs, one.same) for one in agree(found.reviews, form)] == [(1, 0)] * 2
    assert answered.loc[found.again, "unit_id"].tolist() == ["S-1 / II"]


def test_a_case_of_another_municipality_is_another_case():
    header = ["Sagsnr.", "Kommune", "Måling", A]
    lines = [
        ["1", "Nordby", "Før", "Ja"],
        ["1", "Nordby", "Efter", "Ja"],
        ["1", "Søby", "Efter", "Ja"],
        ["2", None, "Før", "Ja"],
        ["2", "Søby", "Efter", "Nej"],
    ]
    form = form_of(measures=[measure("a", A)])
    answered = read([header, *lines], form=form).answers

    def seek(*cases: str, twice: set[tuple[str, str]] | None = None) -> Bridges:
        return find_bridges(
            answered, form, cases, before="before", after="after", twice=twice or ()
        )

    found = seek("1", "2")
    assert found.cases == ("1", "2")
    again = answered.loc[found.again]
    assert again["municipality"].tolist() == ["Nordby", "Søby"]
    assert again["unit_id"].tolist() == ["Nordby 1", "Søby 2"]
    assert seek("2", twice={("before", "2")}).lacking == (("2", "before"),)


def test_ids_of_a_database_may_be_those_of_several_municipalities():
    frame = judged(
        *(
            (phase, case, "m1", "yes")
            for phase in ("analysis", "status")
            for case in ("N", "S")
        )
    ).assign(case_id="1", unit_id="1", municipality=["Nordby", "Søby"] * 2)
    assert sought(frame, "1").lacking == (("1", ""),)
    found = sought(frame, "Søby 1")
    assert (found.cases, found.again.tolist()) == (("Søby 1",), [3])
