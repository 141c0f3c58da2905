"""What headers mean, and which rows are headers."""

import pytest
from made_sheets import (
    HEADER,
    PLAIN,
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
    rows,
    scores,
    sheet,
    told,
)

from taskforce_analysis.locating.headers import header_candidates
from taskforce_analysis.reading.cells import Area

THEMES = [{"id": "x", "label": "Sagsoplysning"}, {"id": "y", "label": "Opfølgning"}]
SAME = "Er kravet opfyldt?"


def headed(*names):
    """The four cases under other headers, from the fourth column on."""
    return rows(header=[*HEADER[:3], *names])


@pytest.mark.parametrize(
    "name",
    [
        "ER DER FULGT OP?",
        "Er  der fulgt\u00a0op?",
        "Er der\nfulgt op?",
        "Er der ful\u00adgt op?",
        "  Er der fulgt op? :",
    ],
)
def test_headers_are_matched_silently(name):
    checked = read(headed(name, B, C))
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_decomposed_letters_and_dashes_are_silent():
    form = form_of(measures=[measure("a", "Før-samtale"), measure("b", B)])
    lines = [["Sagsnr.", "Måling", "Fo\u0308r\u2013samtale".replace("o\u0308", "ø"), B]]
    lines += [["S-1", "Før", "Ja", "Ja"]]
    assert read(lines, form=form).found == ()


@pytest.mark.parametrize(
    "name",
    [
        "Er der fulgt op",
        "Er der fulgt op? *",
        "Er der fulgt op?¹",
        "Er der fulgt op? (2)",
        "3. Er der fulgt op?",
        "2.1 Er der fulgt op?",
        "Spm. 4: Er der fulgt op?",
        "a) Er der fulgt op?",
    ],
)
def test_footnotes_numbers_and_lost_question_marks_are_told(name):
    checked = read(headed(name, B, C))
    assert scores(checked) == PLAIN
    issue = only(checked, "HEADER_NORMALISED")
    assert (issue.cell, issue.measure, issue.expected) == ("D1", "a", A)


@pytest.mark.parametrize(
    "broken",
    [
        C.encode().decode("cp1252"),
        C.encode("cp850").decode("cp1252"),
        C.replace("å", "\ufffd"),
        C.replace("å", "?"),
    ],
)
def test_broken_letters_are_an_error_with_the_right_name(broken):
    checked = read(headed(A, B, broken))
    issue = only(checked, "HEADER_MOJIBAKE")
    assert (issue.cell, issue.expected, issue.severity) == ("F1", C, "error")
    assert "MEASURE_MISSING" not in codes(checked)


def themed():
    return form_of(
        themes=THEMES,
        measures=[
            measure("a", SAME, theme="x"),
            measure("b", SAME, theme="y"),
            measure("c", C, theme="y"),
        ],
    )


def two_rows(first="Sagsoplysning", second="Opfølgning"):
    themes = [None, None, None, first, second]
    return [themes, [*HEADER[:3], SAME, SAME, C], *rows()[1:]]


def test_the_same_header_under_two_themes_is_told_apart_by_them():
    checked = read(two_rows(), form=themed())
    assert scores(checked) == PLAIN
    assert told(checked, "HEADER_NEEDS_THEME") == [("D2", 1), ("E2", 1)]
    assert errors(checked) == set()


def test_merged_themes_stand_over_all_their_columns():
    merged = (Area(1, 5, 1, 6),)
    checked = read(book(sheet(two_rows(), merged=merged)), form=themed())
    assert scores(checked) == PLAIN


def test_a_theme_and_a_header_may_be_one_spelling_of_the_form():
    form = form_of(
        themes=THEMES,
        measures=[
            measure("a", f"Sagsoplysning: {SAME}"),
            measure("b", f"Opfølgning - {SAME}"),
            measure("c", C),
        ],
    )
    assert scores(read(two_rows(), form=form)) == PLAIN


def test_an_unknown_theme_leaves_the_header_unmatched():
    checked = read(two_rows("Andet", "Tredje"), form=themed())
    assert told(checked, "MEASURE_UNMATCHED") == [("D2", 1), ("E2", 1)]


def test_two_header_rows_with_different_sub_headers_need_no_theme():
    lines = [[None] * 3 + ["Sagsoplysning", None, "Opfølgning"], *rows()]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_the_label_of_a_question_worded_the_other_way_round_is_no_header():
    form = form_of(measures=[measure("a", "Er der mangler?", compliant=["no"])])
    lines = [["Sagsnr.", "Måling", "Mærke a"], ["S-1", "Før", "Ja"]]
    issue = only(read(lines, form=form), "MEASURE_UNMATCHED")
    assert (issue.cell, issue.expected) == ("C1", "Er der mangler?")


def test_the_label_of_a_plain_question_is_a_header():
    lines = headed("Mærke a", B, C)
    assert scores(read(lines)) == PLAIN


def test_a_sub_header_that_the_form_does_not_know_needs_its_theme_too():
    lines = two_rows()
    lines[1][3] = lines[1][4] = "Er det i orden?"
    checked = read(lines, form=themed())
    assert told(checked, "HEADER_NEEDS_THEME") == [("D2", 1), ("E2", 1)]
    assert told(checked, "MEASURE_UNMATCHED") == [("D2", 1), ("E2", 1)]


def test_a_known_header_keeps_its_meaning_over_a_note_below_it():
    lower = [None, None, "(fase)", None, B, C, None]
    upper = [*HEADER[:4], None, None, None]
    checked = read([upper, lower, *rows()[1:]])
    assert scores(checked) == PLAIN


def test_a_spelling_that_stands_twice_in_a_form_is_one():
    form = form_of(measures=[measure("a", A, A.upper()), measure("b", B, C)])
    lines = [["Sagsnr.", "Måling", A, B], ["S-1", "Før", "Ja", "Ja"]]
    assert read(lines, form=form).found == ()


def test_headers_are_the_texts_near_the_top_and_the_left():
    hidden = sheet([["Hemmelig"]], "Gammel", hidden=True)
    found = header_candidates(book(sheet(rows()), hidden))
    assert {A, "Sagsnr.", "S-1"} <= set(found)
    assert "Hemmelig" not in found
