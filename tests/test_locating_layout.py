"""Where the tables lie, and which way round a sheet is."""

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
    only,
    read,
    rows,
    scores,
    sheet,
    told,
)

from taskforce_analysis.locating.grid import grid_of
from taskforce_analysis.locating.headers import header_words_of
from taskforce_analysis.locating.layout import find_tables
from taskforce_analysis.reading.cells import Area


def turned(lines):
    """Rows as columns."""
    width = max(map(len, lines))
    whole = [[*line, *[None] * (width - len(line))] for line in lines]
    return [list(column) for column in zip(*whole, strict=True)]


def moved(lines, down, right):
    """The same cells further down and to the right."""
    return [[]] * down + [[None] * right + line for line in lines]


def found(lines, **options):
    return find_tables(grid_of(sheet(lines)), header_words_of(form_of()), **options)


def test_a_header_in_the_first_row():
    (table,) = found(rows()).tables
    assert (table.layout, table.top, table.bottom, table.last) == ("wide", 1, 1, 5)
    assert [one.text for one in table.headings] == HEADER


@pytest.mark.parametrize(("down", "right"), [(4, 2), (30, 0), (0, 20)])
def test_the_table_may_begin_anywhere(down, right):
    checked = read(moved(rows(), down, right))
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_case_and_phase_may_be_headed_in_the_row_above_the_measures():
    upper = [*HEADER[:3], "Sagsoplysning", None, None, HEADER[6]]
    lower = [None, None, None, A, B, C]
    merged = (*(Area(1, c, 2, c) for c in (1, 2, 3, 7)), Area(1, 4, 1, 6))
    checked = read(book(sheet([upper, lower, *rows()[1:]], merged=merged)))
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_one_heading_above_and_one_below_the_others():
    upper = ["Sagsnr.", None, None, None, None, None]
    middle = [None, "Kommune", "Måling", A, B, None]
    lower = [None, None, None, None, None, C]
    checked = read([upper, middle, lower, *rows()[1:]])
    assert scores(checked) == PLAIN


def test_numbers_above_the_questions_are_nothing():
    numbers = [None, None, None, 1, 2, 3]
    checked = read([numbers, *rows()])
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_headers_that_all_have_numbers_are_found_too():
    header = [f"{n}. {name}" for n, name in enumerate(HEADER, start=1)]
    checked = read(rows(header=header))
    assert scores(checked) == PLAIN
    assert set(codes(checked)) == {"HEADER_NORMALISED"}


def test_stacked_tables():
    lines = [*rows()[:3], [], [], HEADER, *rows()[3:]]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "TABLES_STACKED") == [("A6", 1)]
    assert codes(checked) == ["TABLES_STACKED"]
    assert checked.layouts[0].layout == "stacked"


def test_stacked_tables_may_have_other_orders_of_columns():
    order = [5, 4, 3, 2, 1, 0]
    second = [[row[place] for place in order] for row in [HEADER, *rows()[3:]]]
    checked = read([*rows()[:3], *second])
    assert scores(checked) == PLAIN
    assert codes(checked) == ["TABLES_STACKED"]


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_tables_side_by_side(gap):
    first, second = [HEADER, *rows()[1:3]], [HEADER, *rows()[3:]]
    whole = [[*row, *[None] * (7 - len(row))] for row in first]
    lines = [
        [*left, *[None] * gap, *right]
        for left, right in zip(whole, second, strict=True)
    ]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert only(checked, "LAYOUT_DETECTED").found == "side_by_side"
    assert errors(checked) == set()


def test_tables_beside_each_other_that_begin_in_different_rows():
    cells = [[*row, *[None] * (8 - len(row))] for row in [*rows()[:3], [], []]]
    second = [[], [], HEADER, *rows()[3:]]
    lines = [[*left, *right] for left, right in zip(cells, second, strict=True)]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert codes(checked) == ["LAYOUT_DETECTED"]


def test_one_case_column_too_many_is_no_second_table():
    lines = [[*row[:6], row[0]] for row in rows()]
    assert told(read(lines), "HEADER_DUPLICATE") == [("G1", 1)]


def test_a_transposed_sheet():
    checked = read(turned(rows()))
    assert scores(checked) == PLAIN
    assert only(checked, "LAYOUT_DETECTED").found == "transposed"
    first = checked.answers.iloc[0]
    assert (first["case_id"], first["measure"], first["cell"]) == ("S-1", "a", "B4")


def test_a_transposed_sheet_with_a_title_themes_and_hidden_cases():
    lines = [[None, *line] for line in turned(rows())]
    lines[3][0] = "Sagsoplysning"
    made = sheet([["Sagsmåling"], [], *lines], hidden_columns=frozenset((3,)))
    checked = read(book(made))
    assert scores(checked) == PLAIN
    assert told(checked, "COLUMN_HIDDEN") == [("C", 1)]


def test_issues_of_a_transposed_sheet_point_at_the_sheets_cells():
    lines = rows()
    lines[2][4] = "Jaa"
    made = sheet(turned(lines), merged=(Area(3, 2, 3, 3),), hidden_rows=frozenset((4,)))
    checked = read(book(made))
    assert told(checked, "ANSWER_UNKNOWN") == [("C5", 1)]
    assert told(checked, "ROW_HIDDEN") == [("4:4", 1)]
    assert told(checked, "MERGED_FILLED") == [("B3", 2)]


LONG = ["Sagsnr.", "Kommune", "Måling", "Målepunkt", "Svar"]


def long(header=LONG):
    lines = [header]
    for row in rows()[1:]:
        whole = [*row, None]
        for name, answer in zip((A, B, C), whole[3:6], strict=True):
            lines.append([*row[:3], name, answer])
    return lines


def test_the_long_layout():
    checked = read(long())
    assert scores(checked) == PLAIN
    assert only(checked, "LAYOUT_DETECTED").found == "long"
    assert codes(checked) == ["LAYOUT_DETECTED"]
    cells = checked.answers.set_index(["unit_id", "measure"])["cell"]
    assert (cells["S-1", "a"], cells["S-2", "c"]) == ("E2", "E7")


def test_the_columns_of_the_long_layout_are_known_by_what_they_hold():
    checked = read(long([*LONG[:3], "Emne", "Udfald"]))
    assert scores(checked) == PLAIN


def test_a_long_table_with_one_case():
    assert len(scores(read(long()[:4]))) == 3


def test_a_long_table_that_answers_twice():
    checked = read([*long(), ["S-1", "Nordby", "Før", A, "Nej"]])
    assert scores(checked) == PLAIN
    issue = only(checked, "CASE_DUPLICATE")
    assert (issue.cell, issue.severity) == ("A14", "error")


def test_unknown_loose_and_broken_questions_of_a_long_table():
    lines = long()
    lines[1][3] = "2. " + A
    lines[2][3] = "Er sagen belyst?"
    lines[3][3] = C.replace("å", "\ufffd")
    checked = read([*lines, [None, None, None, "Er sagen belyst?"]])
    assert told(checked, "HEADER_NORMALISED") == [("D2", 1)]
    assert told(checked, "MEASURE_UNMATCHED") == [("D3", 1)]
    assert told(checked, "HEADER_MOJIBAKE") == [("D4", 1)]
    assert scores(checked)["S-1", "c"] == "compliant"


def test_other_columns_of_answers_in_a_long_table_are_ignored():
    lines = [[*line, "R1" if n == 0 else "Nej"] for n, line in enumerate(long())]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "COLUMN_IGNORED") == [("F1", 1)]


def test_a_long_table_without_answers_has_no_header_for_them():
    lines = [[*line[:4], "x"] for line in long()]
    lines[0][4] = "Tal"
    checked = read(lines)
    assert told(checked, "HEADER_NOT_FOUND") == [("A1", 1)]


def test_a_table_named_long_that_is_none():
    checked = read(rows(), layout="long")
    assert "HEADER_NOT_FOUND" in codes(checked)


def test_a_named_layout_is_taken_at_its_word():
    assert scores(read(turned(rows()), layout="transposed")) == PLAIN
    assert scores(read(rows(), layout="wide")) == PLAIN


def test_an_empty_grid_has_no_tables():
    assert found([["x"]]).tables == ()
    assert found([["x"]]).name == ""


def test_a_grid_turned_twice_is_itself():
    grid = grid_of(sheet(rows()))
    again = grid.turn().turn()
    assert (again.pair == grid.pair).all()
    assert grid.turn().address(1, 2) == grid.address(2, 1) == "A2"
    assert again.span(Area(1, 1, 2, 2)) == "A1:B2"


def test_an_empty_sheet_has_an_empty_grid():
    grid = grid_of(sheet([[" ", "\u200b"]]))
    assert len(grid.rows) == 0
    assert grid.matrix([1, 2]).shape == (0, 2)
    assert grid.text(-1) == ""


def test_a_long_table_whose_questions_are_all_unknown_has_no_cases():
    lines = [LONG, ["S-1", "Nordby", "Før", "Noget", "Ja"], ["S-2", None, "Før"]]
    checked = read(lines)
    assert told(checked, "MEASURE_UNMATCHED") == [("D2", 1)]
    assert "NO_CASES" in codes(checked)


def test_a_row_without_a_question_in_a_long_table_answers_nothing():
    checked = read([*long(), ["S-1", "Nordby", "Før", None, "Ja"]])
    assert scores(checked) == PLAIN
