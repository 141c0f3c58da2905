"""Aggregated forms: counts per measure and phase, without the cases."""

import pytest
from made_sheets import (
    A,
    B,
    C,
    book,
    codes,
    errors,
    form_of,
    measure,
    only,
    read,
    sheet,
    told,
)

from taskforce_analysis.locating.aggregates import (
    Number,
    is_consistent,
    resolved,
    role_of,
    typed_number,
)
from taskforce_analysis.reading.cells import Area

HEADER = [
    "Målepunkt",
    "Før antal",
    "Før Ja",
    "Før %",
    "Efter antal",
    "Efter Ja",
    "Efter %",
]


def counts(checked):
    """Compliant and noncompliant by phase and measure."""
    frame = checked.counts
    keys = zip(frame["phase"], frame["measure"], strict=True)
    pairs = zip(frame["compliant"], frame["noncompliant"], strict=True)
    return dict(zip(keys, pairs, strict=True))


def whole(*lines, form=None):
    return read([HEADER, *lines], form=form)


PLAIN = [
    [A, 20, 8, 0.4, 20, 14, 0.7],
    [B, 10, 5, 0.5, 12, 9, 0.75],
    [C, 9, 3, 0.3333333333, 10, 10, 1],
]
COUNTED = {
    ("before", "a"): (8, 12),
    ("after", "a"): (14, 6),
    ("before", "b"): (5, 5),
    ("after", "b"): (9, 3),
    ("before", "c"): (3, 6),
    ("after", "c"): (10, 0),
}


def test_counts_per_measure_and_phase():
    checked = whole(*PLAIN)
    assert counts(checked) == COUNTED
    assert codes(checked) == ["AGGREGATE_FORM"]
    assert len(checked.answers) == 0
    assert checked.layouts[0].layout == "aggregated"
    assert set(checked.counts["units"]) == {20, 10, 9, 12}


def test_percentages_may_be_whole_numbers_or_danish_text():
    lines = [[A, 20, 8, 40, 20, 14, "70 %"], [B, 9, 3, "33,3 %", 12, 9, "75,0%"]]
    checked = whole(*lines)
    assert counts(checked)["before", "b"] == (3, 6)
    assert told(checked, "NUMBER_TEXT") == [("G2", 2), ("D3", 1)]
    assert errors(checked) == {"MEASURE_MISSING"}


def test_percentages_without_counts_are_refused():
    checked = whole([A, None, None, 40, None, None, 70], *PLAIN[1:])
    assert told(checked, "AGGREGATE_NO_COUNTS") == [("B2", 1), ("E2", 1)]
    first = next(one for one in checked.found if one.code == "AGGREGATE_NO_COUNTS")
    assert (first.measure, first.phase, first.severity) == ("a", "before", "error")
    assert ("before", "a") not in counts(checked)


def test_a_base_and_a_percentage_are_not_enough_either():
    checked = whole([A, 20, None, 40, 20, 14, 70], *PLAIN[1:])
    assert told(checked, "AGGREGATE_NO_COUNTS") == [("B2", 1)]


@pytest.mark.parametrize(
    "line",
    [
        [A, 20, 8, 0.8],
        [A, 20, 8, "45 %"],
        [A, 6, 8, None],
        [A, 20, 8.5, None],
        [A, -20, 8, None],
        [A, 20, "8,5", None],
    ],
    ids=["share", "text", "part over whole", "half a case", "negative", "half in text"],
)
def test_counts_that_do_not_fit_are_refused(line):
    checked = whole(line, *PLAIN[1:])
    assert only(checked, "AGGREGATE_INCONSISTENT").cell == "B2"
    assert ("before", "a") not in counts(checked)


def test_more_answers_than_met_their_condition_are_refused():
    asked = {"applies_when": {"measure": "a", "is": ["yes"]}, "twin": True}
    form = form_of(measures=[measure("a", A), measure("b", B, **asked)])
    # Of 12 that were followed up, and of 10, the second question has 13 and 10 answers.
    lines = [[A, 20, 12, None, 15, 10, None], [B, 13, 4, None, 10, 10, None]]
    checked = whole(*lines, form=form)
    issue = only(checked, "AGGREGATE_INCONSISTENT")
    assert (issue.measure, issue.phase, issue.severity) == ("b", "before", "error")
    assert (issue.file, issue.cell) == ("a.xlsx", "B3")
    assert set(counts(checked)) == {("before", "a"), ("after", "a"), ("after", "b")}


def test_a_text_that_is_no_number_is_of_the_wrong_type():
    checked = whole([A, "ca. 20", 8, None], *PLAIN[1:])
    assert only(checked, "ANSWER_TYPE").cell == "B2"


def test_titles_totals_and_unknown_rows():
    lines = [["Samlet opgørelse"], [], HEADER, *PLAIN, ["I alt", 39, 16]]
    checked = read([*lines, ["Noget andet", 3, 2], [], ["Note: foreløbige tal"]])
    assert counts(checked) == COUNTED
    assert told(checked, "MEASURE_UNMATCHED") == [("A8", 1)]


def test_loose_names_are_told_and_broken_ones_too():
    checked = whole(["1. " + A, *PLAIN[0][1:]], *PLAIN[1:])
    assert counts(checked) == COUNTED
    assert only(checked, "HEADER_NORMALISED").cell == "A2"


def test_phases_stand_over_their_counts():
    top = [None, "Før", None, "Efter"]
    sub = ["Målepunkt", "Antal", "Opfyldt", "Antal", "Opfyldt"]
    lines = [[A, 20, 8, 20, 14], [B, 10, 5, 12, 9], [C, 9, 3, 10, 10]]
    merged = (Area(1, 2, 1, 3), Area(1, 4, 1, 5))
    assert counts(read([top, sub, *lines])) == COUNTED
    assert counts(read(book(sheet([top, sub, *lines], merged=merged)))) == COUNTED


def test_phases_stand_beside_the_measure():
    lines = [
        ["Kommune", "Målepunkt", "Måling", "Antal sager", "Opfyldt", "Ikke opfyldt"]
    ]
    lines += [["Nordby", A, "Før", 20, 8, 12], ["Nordby", A, "Efter", 20, 14, 6]]
    lines += [["Søby", A, "Før", 10, 2, 8], ["Søby", A, "?", 10, 2, 8]]
    checked = read(lines, form=form_of(measures=[measure("a", A)]))
    assert counts(checked) == {("before", "a"): (10, 20), ("after", "a"): (14, 6)}
    assert only(checked, "PHASE_UNKNOWN").cell == "C5"
    blank = [*lines[:4], ["Søby", A, None, 10, 2, 8]]
    again = read(blank, form=form_of(measures=[measure("a", A)]))
    assert only(again, "PHASE_MISSING").cell == "C5"


def test_phases_may_be_the_sheets():
    def page(name, part):
        return sheet(
            [["Målepunkt", "Antal", "Ja", "Nej"], [A, 20, part, 20 - part]], name
        )

    form = form_of(measures=[measure("a", A)])
    checked = read(book(page("Førmåling", 8), page("Eftermåling", 14)), form=form)
    assert counts(checked) == {("before", "a"): (8, 12), ("after", "a"): (14, 6)}


def test_counts_without_a_phase():
    lines = [["Målepunkt", "Antal", "Opfyldt"], [A, 20, 8], [B, 20, 8], [C, 20, 8]]
    checked = read(lines)
    assert told(checked, "PHASE_MISSING") == [("B2", 3)]
    assert len(checked.counts) == 0


def test_a_single_measure_is_enough():
    checked = whole(PLAIN[0], form=form_of(measures=[measure("a", A)]))
    assert counts(checked) == {("before", "a"): (8, 12), ("after", "a"): (14, 6)}


def test_a_computed_measure_may_be_counted_under_its_label():
    timed = {"kind": "deadline", "from": "Fra", "to": "Til", "limit": "4 weeks"}
    form = form_of(measures=[{"id": "d", "label": "Fristen er holdt", **timed}])
    checked = whole(["Fristen er holdt", 20, 8, 0.4, 20, 14, 0.7], form=form)
    assert counts(checked)["before", "d"] == (8, 12)
    assert codes(checked) == ["AGGREGATE_FORM"]


def test_yes_to_a_question_worded_the_other_way_round_is_not_compliant():
    form = form_of(measures=[measure("a", "Er der mangler?", compliant=["no"])])
    asked = whole(["Er der mangler?", 20, 8, None, 20, 14], form=form)
    assert counts(asked)["before", "a"] == (12, 8)
    labelled = whole(["Mærke a", 20, 8, None, 20, 14], form=form)
    assert counts(labelled)["before", "a"] == (8, 12)


def test_other_counts_are_kept():
    header = ["Målepunkt", "Før i alt", "Før Ja", "Før Nej", "Før ikke relevant"]
    header += ["Før uoplyst", "Før kan ikke vurderes"]
    form = form_of(measures=[measure("a", A)])
    checked = read([header, [A, 30, 11, 13, 3, 2, 1]], form=form)
    row = checked.counts.iloc[0]
    assert (row["not_applicable"], row["missing"], row["not_assessable"]) == (3, 2, 1)
    assert row["units"] == 30
    odd = read([header, [A, 25, 11, 13, 3, 2, 1]], form=form)
    assert only(odd, "AGGREGATE_INCONSISTENT").cell == "B2"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (7, 8, 0)),
        ({"compliant": ["none", "minor"]}, (12, 3, 0)),
        ({"left_out": ["minor"]}, (7, 3, 5)),
    ],
)
def test_counts_of_grades_are_added_up_as_the_measure_says(facts, expected):
    names = ("none", "minor", "major")
    scale = [{"id": one, "label": f"Mangel {one}"} for one in names]
    graded = measure("a", A, kind="graded", scale="flaw", **facts)
    form = form_of(scales={"flaw": scale}, measures=[graded])
    header = ["Målepunkt", *(f"Før antal mangel {one}" for one in names)]
    row = read([header, [A, 7, 5, 3]], form=form).counts.iloc[0]
    scores = ("compliant", "noncompliant", "not_applicable")
    assert tuple(row[list(scores)]) == expected


def test_measures_as_rows_whose_cases_have_no_header_cannot_be_read():
    lines = [[None, "x", "y"], [A, "Ja", "Nej"], [B, "Ja", "Ja"], [C, "Nej", "Ja"]]
    checked = read(book(sheet(lines, "Før")))
    issue = only(checked, "LAYOUT_TRANSPOSED")
    assert (issue.cell, issue.severity) == ("A1", "error")
    assert codes(checked) == ["LAYOUT_TRANSPOSED"]


def test_a_list_of_measures_is_no_table():
    assert codes(read([[A, "x"], [B, "y"], [C, "z"]])) == ["HEADER_NOT_FOUND"]


def test_the_layout_may_be_named():
    lines = [["Navn", "Før antal", "Før Ja"], [A, 20, 8]]
    form = form_of(measures=[measure("a", A)])
    assert counts(read(lines, form=form, layout="aggregated")) == {
        ("before", "a"): (8, 12)
    }
    assert codes(read([["x"]], form=form, layout="aggregated")) == ["NO_TABLE"]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Antal relevante sager", "applicable"),
        ("Antal sager", "total"),
        ("Antal ja", "yes"),
        ("Antal nej", "noncompliant"),
        ("Ikke opfyldt", "noncompliant"),
        ("Opfyldt", "compliant"),
        ("Opfyldt i pct.", "rate"),
        ("Ikke relevant", "not_applicable"),
        ("Ikke besvaret", "missing"),
        ("Bemærkning", ""),
    ],
)
def test_headers_of_counts(header, role):
    assert role_of(header) == role


@pytest.mark.parametrize(
    ("text", "value"),
    [("24", 24), ("1.234", 1234), ("45,8 %", 45.8), ("45.8", 45.8), ("-3", -3)],
)
def test_numbers_typed_as_text(text, value):
    found = typed_number(text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["ca. 20", "20,", "1.23.4", "", "20 sager"])
def test_texts_that_are_no_numbers(text):
    assert typed_number(text) is None


@pytest.mark.parametrize(
    ("part", "whole", "printed", "fits"),
    [
        (75, 121, Number(62, 0, is_percent=False, is_text=False), True),
        (9, 14, Number(64.3, 1, is_percent=True, is_text=True), True),
        (9, 14, Number(64, 0, is_percent=True, is_text=True), True),
        (9, 14, Number(65, 0, is_percent=True, is_text=True), False),
        (9, 14, Number(64.5, 1, is_percent=True, is_text=True), False),
        (1, 2, Number(0.5, 1, is_percent=False, is_text=False), True),
        (10, 10, Number(1, 0, is_percent=False, is_text=False), True),
        (9, 10, Number(1, 0, is_percent=False, is_text=False), False),
        (0, 10, Number(0, 0, is_percent=False, is_text=False), True),
    ],
)
def test_a_printed_share_fits_within_its_rounding(part, whole, printed, fits):
    known = resolved({"total": whole, "compliant": part})
    assert known is not None
    assert is_consistent({"total": whole}, known, printed) is fits


def test_a_share_of_no_case_is_not_judged():
    known = resolved({"total": 0, "compliant": 0})
    assert known is not None
    assert is_consistent({}, known, Number(0.4, 1, is_percent=False, is_text=False))


def test_yes_and_no_of_a_reversed_question_change_places():
    found = resolved({"yes": 3, "noncompliant": 5}, reversed_question=True)
    assert found is not None
    assert (found["compliant"], found["noncompliant"]) == (5, 3)


def test_counts_of_nothing_known_are_no_counts():
    """The user says aggregated, but nothing in the sheet says what is counted."""
    lines = [[None, "Emne", "Antal"], [None, "Andet", 3], [None, "Mere", 4]]
    checked = read(lines, layout="aggregated")
    assert len(checked.counts) == 0
    assert codes(checked) == ["HEADER_NOT_FOUND"]


def test_broken_letters_of_a_question_in_counts_are_named():
    question = "Er målene nået?"
    form = form_of(measures=[measure("a", A), measure("b", question)])
    broken = question.encode().decode("cp1252")
    table = [["Målepunkt", "Måling", "Antal", "Opfyldt"], [A, "Før", 4, 3]]
    checked = read([*table, [broken, "Før", 4, 1]], form=form)
    assert only(checked, "HEADER_MOJIBAKE").cell == "A3"
