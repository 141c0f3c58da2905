"""What a cell says as an answer: silently, told, or not at all."""

from datetime import date

import pytest
from made_sheets import (
    ERROR,
    PLAIN,
    UNCALCULATED,
    A,
    answers,
    book,
    codes,
    column,
    form_of,
    measure,
    only,
    read,
    rows,
    scores,
    sheet,
    told,
)

from taskforce_analysis.locating.lexicon import lexicon_of
from taskforce_analysis.reading.cells import Kind


def given(*values, form=None):
    """A check of cases 1, 2, ... with these answers to the first measure."""
    form = form or form_of(measures=[measure("a", A)])
    lines = [["Sagsnr.", "Måling", A]]
    lines += [[f"S-{n}", "Før", value] for n, value in enumerate(values, start=1)]
    return read(lines, form=form)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("JA", "yes"),
        (" ja\u00a0", "yes"),
        ("J\u200ba", "yes"),
        ("Ja\n", "yes"),
        ("nej.", "no"),
        ("ikke \u00a0 relevant", "not_applicable"),
        ("Kan ikke vurderes", "not_assessable"),
    ],
)
def test_words_are_matched_silently(text, answer):
    checked = given(text, "Nej")
    assert column(checked, "a", "answer")[0] == answer
    assert checked.found == ()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("J", "yes"),
        ("n", "no"),
        ("IR", "not_applicable"),
        ("i.r.", "not_applicable"),
        ("ikke rel.", "not_applicable"),
        ("Ikke-relevant", "not_applicable"),
        ("Irrelevant", "not_applicable"),
        ("Nej*", "no"),
        ("Ja¹", "yes"),
        ("Nej (2)", "no"),
        ("\uff2a\uff41", "yes"),
        ("Nej - se note", "no"),
        ("Ja - jf. journal", "yes"),
        ("Ja (se bemærkning)", "yes"),
        ("Nej, jf. notat af 1.3.2018", "no"),
        ("Ja jf. § 50", "yes"),
    ],
)
def test_clear_variants_are_accepted_and_told(text, answer):
    checked = given(text, "Nej")
    assert column(checked, "a", "answer")[0] == answer
    issue = only(checked, "ANSWER_NORMALISED")
    assert (issue.cell, issue.case_id, issue.phase) == ("C2", "S-1", "before")
    assert (issue.measure, issue.severity) == ("a", "warning")


@pytest.mark.parametrize(
    "text",
    [
        "Jaa",
        "Ja/Nej",
        "Ja (delvist)",
        "Ja, men for sent",
        "Ja - se note, men for sent",
        "Både og",
        "Delvist",
        "Ja?",
        "x",
        "NA",
        "J\u0430",  # a Cyrillic letter
        "#N/A",
        "Yes",
        ".",
    ],
)
def test_everything_else_is_unknown_and_never_guessed(text):
    checked = given(text, "Nej")
    assert column(checked, "a", "answer")[0] == "unrecognised"
    issue = only(checked, "ANSWER_UNKNOWN")
    assert (issue.cell, issue.severity) == ("C2", "error")
    assert issue.found == f"text of {len(text)} characters"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Jaa", "Ja"),
        ("Nje", "Nej"),
        ("Ka", "Ja"),
        ("Ikke relevnt", "Ikke relevant"),
        ("NA", "Ja | Nej | Ikke relevant | Kan ikke vurderes"),
        ("hvad", "Ja | Nej | Ikke relevant | Kan ikke vurderes"),
    ],
)
def test_a_near_miss_gets_a_suggestion(text, suggestion):
    assert only(given(text, "Nej"), "ANSWER_UNKNOWN").expected == suggestion


@pytest.mark.parametrize(
    "mark", ["-", "\u2013", "?", "n/a", "Ved ikke", "Uoplyst", "Ikke oplyst"]
)
def test_marks_for_missing_are_missing_and_told(mark):
    checked = given(mark, "Nej")
    assert column(checked, "a") == ["missing", "noncompliant"]
    assert told(checked, "ANSWER_MISSING_MARK") == [("C2", 1)]


@pytest.mark.parametrize(
    "values",
    [
        (1, 0, "Ikke relevant"),
        (1.0, 0.0, None),
        ("1", "0", "Kan ikke vurderes"),
        (1, "0", "-"),
        (True, False, None),
        ("SAND", "FALSK", None),
        ("True", "false", None),
        (True, "FALSK", None),
    ],
)
def test_a_column_of_codes_is_read_and_told_once(values):
    checked = given(*values)
    assert column(checked, "a")[:2] == ["compliant", "noncompliant"]
    assert told(checked, "ANSWER_CODED") == [("C2", 2)]


@pytest.mark.parametrize(
    "values",
    [
        (1, "Nej", 0),  # codes among words
        (1, "FALSK", 0),  # two systems
        (1, 1, None),  # ones and blanks: is a blank a no?
    ],
)
def test_codes_that_do_not_agree_are_unknown(values):
    checked = given(*values)
    assert column(checked, "a")[0] == "unrecognised"
    assert "ANSWER_CODED" not in codes(checked)
    assert ("C2", 2) in told(checked, "ANSWER_UNKNOWN") or len(values) == 3


def test_ones_alone_are_codes_where_every_case_is_answered():
    assert column(given(1, 1, 1), "a") == ["compliant"] * 3


@pytest.mark.parametrize("value", [2, 3, "4", -1])
def test_another_small_number_is_unknown(value):
    assert codes(given(value, "Nej")) == ["ANSWER_UNKNOWN"]


@pytest.mark.parametrize("value", [34, 0.5, date(2018, 2, 1)])
def test_other_numbers_and_dates_are_of_the_wrong_type(value):
    checked = given(value, "Nej")
    assert codes(checked) == ["ANSWER_TYPE"]
    assert column(checked, "a")[0] == "unrecognised"


def test_error_cells_and_formulas_without_values_are_errors_never_blanks():
    checked = given(ERROR, UNCALCULATED, "Ja")
    assert told(checked, "CELL_ERROR") == [("C2", 1)]
    assert told(checked, "FORMULA_NOT_CALCULATED") == [("C3", 1)]
    assert column(checked, "a") == ["unrecognised", "unrecognised", "compliant"]


def test_a_cpr_number_in_an_answer_is_an_error_and_told_once():
    checked = given("Ja 010135-0000", 101350000, "Ja")
    found = [(one.cell, one.severity) for one in checked.found]
    assert found == [("C2", "error"), ("C3", "error")]
    assert codes(checked) == ["CPR_FOUND"]


def test_numbers_are_answers_where_the_form_says_so():
    form = form_of(measures=[measure("a", A, codes={"1": "yes", "2": "no"})])
    checked = given(1, "2", "Ja", form=form)
    assert column(checked, "a") == ["compliant", "noncompliant", "compliant"]
    assert checked.found == ()
    assert codes(given(3, form=form)) == ["ANSWER_UNKNOWN"]


CODE_BOOK = [["Kode", "Svar"], [1, "Ja"], [2, "Nej"], ["9", "Ikke relevant"]]


def test_a_code_book_explains_numbers():
    lines = [["Sagsnr.", "Måling", A], ["S-1", "Før", 1], ["S-2", "Før", 2]]
    lines += [["S-3", "Før", "9"]]
    form = form_of(measures=[measure("a", A)])
    checked = read(book(sheet(lines), sheet(CODE_BOOK, "Kodebog")), form=form)
    assert column(checked, "a") == ["compliant", "noncompliant", "not_applicable"]
    assert told(checked, "ANSWER_CODED") == [("C2", 3)]


def test_a_code_book_that_contradicts_itself_explains_nothing():
    lines = [["Sagsnr.", "Måling", A], ["S-1", "Før", 2], ["S-2", "Før", 3]]
    odd = [*CODE_BOOK, [2, "Ja"]]
    form = form_of(measures=[measure("a", A)])
    checked = read(book(sheet(lines), sheet(odd, "Kodebog")), form=form)
    assert told(checked, "ANSWER_UNKNOWN") == [("C2", 2)]


def test_partly_is_known_where_the_measure_has_it():
    form = form_of(measures=[measure("a", A, partly=True)])
    checked = given("Delvist", "Ja (delvist)", "Ja", form=form)
    assert column(checked, "a", "answer") == ["partly", "partly", "yes"]
    assert codes(checked) == ["ANSWER_NORMALISED"]


SCALE = [
    {"id": "none", "label": "Ingen mangel", "spellings": ["Ingen"]},
    {"id": "minor", "label": "Uden betydning"},
    {"id": "major", "label": "Med betydning", "label_en": "Material"},
]
GRADED = {"kind": "graded", "scale": "flaw"}


def graded(**facts):
    return form_of(
        scales={"flaw": SCALE}, measures=[measure("a", A, **GRADED, **facts)]
    )


def test_a_scale_has_words_of_its_own():
    checked = given("ingen", "Uden betydning", "IR", "-", form=graded())
    found = column(checked, "a", "answer")
    assert found == ["none", "minor", "not_applicable", "missing"]
    assert codes(given("Ja", 1, True, form=graded())) == [
        "ANSWER_UNKNOWN",
        "ANSWER_TYPE",
    ]
    assert only(given("Uden betydnng", form=graded()), "ANSWER_UNKNOWN").expected == (
        "Uden betydning"
    )


def test_each_distinct_cell_is_looked_up_once():
    lexicon = lexicon_of(form_of().measure("a"))
    assert lexicon.read(Kind.TEXT, "Ja") is lexicon.read(Kind.TEXT, "Ja")


def test_a_merged_answer_is_an_error_and_not_spread():
    lines = rows()
    lines[2][3] = None
    checked = read(book(sheet(lines, merged=(area(2, 4, 3, 4),))))
    issue = only(checked, "MERGED_ANSWER")
    assert (issue.cell, issue.measure) == ("D2:D3", "a")
    assert answers(checked)["S-2", "a"] == "missing"


def test_merged_cells_without_an_answer_or_a_case_are_nothing():
    lines = rows([], ["Note: se vejledningen"])
    merged = (area(2, 7, 3, 7), area(7, 1, 7, 6), area(3, 6, 3, 7), area(1, 1, 1, 2))
    checked = read(book(sheet(lines, merged=merged)))
    assert scores(checked) == PLAIN
    assert checked.found == ()


def area(*corners):
    from taskforce_analysis.reading.cells import Area

    return Area(*corners)


def test_coded_columns_may_stand_beside_columns_of_words():
    form = form_of(measures=[measure("a", A), measure("b", "Er sagen oplyst?")])
    lines = [["Sagsnr.", "Måling", A, "Er sagen oplyst?"]]
    lines += [["S-1", "Før", 1, "Ja"], ["S-2", "Før", 0, "Nej"]]
    checked = read(lines, form=form)
    assert column(checked, "a") == column(checked, "b") == ["compliant", "noncompliant"]
    assert told(checked, "ANSWER_CODED") == [("C2", 2)]


@pytest.mark.parametrize("other", [2, "3", -1])
def test_ones_and_zeros_beside_another_small_number_are_no_codes(other):
    checked = given(1, 0, other)
    assert column(checked, "a") == ["unrecognised"] * 3
    assert told(checked, "ANSWER_UNKNOWN") == [("C2", 3)]
