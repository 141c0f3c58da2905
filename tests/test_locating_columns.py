"""What a table's columns are, and everything that can be odd about them."""

import pytest
from made_sheets import (
    ERROR,
    HEADER,
    PLAIN,
    UNCALCULATED,
    A,
    B,
    C,
    answers,
    book,
    codes,
    errors,
    only,
    read,
    rows,
    scores,
    sheet,
    told,
)

from taskforce_analysis.reading.cells import Area


def headed(*names):
    """The four cases under other headers, from the fourth column on."""
    return rows(header=[*HEADER[:3], *names])


def test_an_unknown_header_over_answers_is_unmatched_with_the_nearest():
    checked = read(headed(A, "Er sagen belyst?", C))
    issue = only(checked, "MEASURE_UNMATCHED")
    assert (issue.cell, issue.expected, issue.severity) == ("E1", B, "error")


def test_a_header_that_is_nearly_a_measure_is_unmatched_whatever_stands_below():
    lines = headed(A, "Er sagen oplist?", C)
    for line in lines[1:]:
        line[4] = "x"
    assert told(read(lines), "MEASURE_UNMATCHED") == [("E1", 1)]


def test_headers_that_are_numbers_are_unmatched():
    checked = read(headed(1, 2, 3))
    assert told(checked, "MEASURE_UNMATCHED") == [("D1", 1), ("E1", 1), ("F1", 1)]


def test_the_same_header_twice_is_told_at_the_later_one():
    checked = read(headed(A, A, C))
    issue = only(checked, "HEADER_DUPLICATE")
    assert (issue.cell, issue.measure, issue.severity) == ("E1", "a", "error")
    assert answers(checked)["S-2", "a"] == "no"


def test_an_attribute_or_a_phase_twice_is_a_duplicate_too():
    lines = [[*row[:6], *row[1:3]] for row in rows()]
    assert told(read(lines), "HEADER_DUPLICATE") == [("G1", 1), ("H1", 1)]


def test_answers_without_a_header():
    checked = read(headed(A, None, C))
    assert told(checked, "HEADER_EMPTY") == [("E1", 1)]
    assert "HEADER_EMPTY" in errors(checked)


def test_a_blank_column_inside_the_table_is_nothing():
    lines = [[*row[:3], None, *row[3:]] for row in rows()]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_an_unknown_column_that_holds_no_answers_is_ignored():
    checked = read([[*row[:6], None, "Beløb"] for row in rows()[:1]] + rows()[1:])
    assert told(checked, "COLUMN_IGNORED") == [("H1", 1)]
    assert errors(checked) == set()


def test_a_headless_column_with_other_things_is_ignored():
    lines = [
        HEADER,
        *([*row[:6], *[None] * (7 - len(row[:6])), 7] for row in rows()[1:]),
    ]
    assert told(read(lines), "COLUMN_IGNORED") == [("H1", 1)]


def test_a_few_cells_beside_the_table_are_stray():
    lines = rows()
    lines[2] = [*lines[2], None, None, None, "hej"]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "CELL_STRAY") == [("J3", 1)]


def test_a_cell_far_under_the_table_is_stray():
    lines = [*rows(), *[[]] * 30, [None] * 9 + ["hej"]]
    assert told(read(lines), "CELL_STRAY") == [("J36", 1)]


def test_a_blank_text_far_away_is_stray():
    lines = [*rows(), *[[]] * 200, [None] * 9 + [" "]]
    checked = read(lines)
    assert told(checked, "CELL_STRAY") == [("J206", 1)]
    assert scores(checked) == PLAIN


@pytest.mark.parametrize(
    "name", ["Navn", "Barnets navn", "CPR-nr.", "Adresse", "Tlf.", "E-mail"]
)
def test_a_column_of_persons_is_told_and_never_read(name):
    lines = rows(header=[*HEADER[:6], name])
    lines = [lines[0], *([*row, "Canary"] for row in lines[1:])]
    checked = read(lines)
    assert told(checked, "PERSONAL_COLUMN") == [("G1", 1)]
    assert scores(checked) == PLAIN


def test_a_caseworker_that_the_form_does_not_name_is_personal():
    lines = rows(header=[*HEADER[:6], "Sagsbehandler"])
    assert told(read(lines), "PERSONAL_COLUMN") == [("G1", 1)]


def test_remarks_are_told_and_not_read():
    lines = rows()
    lines[1].append("ring til moderen")
    checked = read(lines)
    issue = only(checked, "FREE_TEXT_IGNORED")
    assert (issue.cell, issue.found) == ("G2", None)


def test_broken_cells_in_columns_that_are_not_read_refuse_nothing():
    lines = [[*row, *[None] * (7 - len(row))] for row in rows()]
    lines[0].append("Beløb")
    lines[1][6], lines[2][6] = ERROR, UNCALCULATED
    lines[1].append(ERROR)
    lines[2].append(12)
    lines[3].append(13)
    checked = read(lines)
    assert errors(checked) == set()
    assert told(checked, "CELL_ERROR") == [("G2", 1), ("H2", 1)]
    assert told(checked, "FORMULA_NOT_CALCULATED") == [("G3", 1)]


def test_hidden_columns_and_rows_are_told_and_read():
    hidden = sheet(
        rows(), hidden_columns=frozenset((4, 30)), hidden_rows=frozenset((2, 3, 5, 90))
    )
    checked = read(book(hidden))
    assert scores(checked) == PLAIN
    assert told(checked, "COLUMN_HIDDEN") == [("D", 1)]
    assert told(checked, "ROW_HIDDEN") == [("2:3", 2), ("5:5", 1)]


def test_filtered_rows_are_told_and_read():
    filtered = sheet(rows(), hidden_rows=frozenset((3,)), filtered=True)
    checked = read(book(filtered))
    assert scores(checked) == PLAIN
    assert told(checked, "ROW_FILTERED") == [("3:3", 1)]


def test_a_long_header_is_no_personal_column_for_its_words():
    name = "Bemærk, at navn og adresse fremgår af sagen og ikke skal skrives her"
    checked = read(rows(header=[*HEADER[:6], name]))
    assert told(checked, "COLUMN_IGNORED") == [("G1", 1)]


def test_a_blank_text_beside_the_table_is_nothing():
    lines = rows()
    lines[1] = [*lines[1], None, " "]
    assert read(lines).found == ()


def test_an_area_merged_over_several_columns_is_not_filled():
    lines = rows()
    lines[2][0] = lines[2][1] = None
    checked = read(book(sheet(lines, merged=(Area(2, 1, 3, 2),))))
    assert told(checked, "CASE_ID_MISSING") == [("A3", 1)]
    assert "MERGED_FILLED" not in codes(checked)
