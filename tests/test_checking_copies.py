"""The same file twice is told and counted once; teams that count alike are not one."""

from datetime import date

import pytest
from made_sheets import (
    HEADER,
    PLAIN,
    A,
    B,
    book,
    form_of,
    measure,
    only,
    read,
    rows,
    scores,
)

from taskforce_analysis.checking.copies import COUNTED, LEFT_OUT

DATED = {"id": "when", "label": "Dato", "columns": ["Dato"], "type": "date"}
TEAM = [["Sagsnr.", "Måling", A, B], *([f"Sag {n}", "Før", "Ja", "Ja"] for n in (1, 2))]


def units(checked):
    return len(
        set(zip(checked.answers["phase"], checked.answers["unit_id"], strict=True))
    )


def test_a_copy_is_told_and_counted_once():
    checked = read(book(rows()), book(rows(), file="a - Kopi.xlsx"))
    assert scores(checked) == PLAIN
    told = only(checked, "FILE_DUPLICATE")
    assert (told.file, told.expected, told.found) == (
        "a - Kopi.xlsx",
        "a.xlsx",
        LEFT_OUT,
    )
    assert [one.units for one in checked.layouts] == [4, 0]


def test_a_copy_under_another_phase_is_none():
    lines = [[cell for n, cell in enumerate(line) if n != 2] for line in rows()[:3]]
    names = {"a.xlsx": "before", "b.xlsx": "after"}
    checked = read(book(lines), book(lines, file="b.xlsx"), phases=names)
    assert units(checked) == 4
    assert "FILE_DUPLICATE" not in {issue.code for issue in checked.found}


@pytest.mark.parametrize(
    ("extra", "header", "found"),
    [
        ([], [], COUNTED),
        ([date(2018, 2, 1)], ["Dato"], LEFT_OUT),
    ],
)
def test_running_numbers_alone_do_not_tell_cases(extra, header, found):
    lines = [[*line, *(header if n == 0 else extra)] for n, line in enumerate(TEAM)]
    form = form_of(attributes=[DATED], measures=[measure("a", A), measure("b", B)])
    other = [*lines[:1], *lines[:0:-1]]  # the same rows in another order
    checked = read(book(lines), book(other, file="b.xlsx"), form=form)
    assert only(checked, "FILE_DUPLICATE").found == found
    assert units(checked) == (4 if found == COUNTED else 2)


@pytest.mark.parametrize(
    ("ids", "count"),
    [
        (["2022-0413", "2022-1107"], 2),
        (["A", "B"], 4),
        (["1", "2"], 4),
        (["S-001", "S-003"], 4),
        ([7001.0, 9002.0], 2),
    ],
)
def test_ids_of_their_own_tell_that_cases_are_the_same(ids, count):
    lines = [list(line) for line in TEAM]
    lines[1][0], lines[2][0] = ids
    other = [lines[0], lines[2], lines[1]]
    assert units(read(book(lines), book(other, file="b.xlsx"))) == count


def test_a_file_with_some_of_the_rows_of_another_is_a_copy():
    lines = [["S-1001", *line[1:]] if line[0] == "S-1" else line for line in rows()]
    checked = read(book(lines), book(lines[:2], file="b.xlsx"))
    assert only(checked, "FILE_DUPLICATE").file == "b.xlsx"
    assert units(checked) == 4


def test_rows_that_differ_in_one_cell_are_no_copies():
    other = rows()
    other[1][6:] = ["andet"]
    checked = read(book(rows()), book(other, file="b.xlsx"))
    assert "FILE_DUPLICATE" not in {issue.code for issue in checked.found}


def test_two_reviews_of_the_same_cases_are_no_copies():
    checked = read(
        book(rows()),
        book(rows(), file="b.xlsx"),
        reviewers={"a.xlsx": "x", "b.xlsx": "y"},
    )
    assert "FILE_DUPLICATE" not in {issue.code for issue in checked.found}
    assert len(checked.reviews)


def test_a_copy_of_counts_is_counted_once():
    table = [
        ["Målepunkt", "Måling", "Antal", "Opfyldt"],
        [A, "Før", 4, 3],
        [B, "Før", 4, 1],
    ]
    once, twice = read(book(table)), read(book(table), book(table, file="b.xlsx"))
    assert only(twice, "FILE_DUPLICATE").file == "b.xlsx"
    assert twice.counts.equals(once.counts)
    assert list(once.counts["compliant"]) == [3, 1]


def test_headers_alone_are_no_copy():
    checked = read(book([HEADER]), book([HEADER], file="b.xlsx"))
    assert "FILE_DUPLICATE" not in {issue.code for issue in checked.found}


def test_a_table_without_a_case_column_may_be_a_copy_too():
    lines = [line[1:] for line in TEAM]
    checked = read(book(lines), book(lines[:2], file="b.xlsx"))
    assert only(checked, "FILE_DUPLICATE").found == COUNTED


def test_other_counts_of_the_same_measures_are_no_copy():
    table = [["Målepunkt", "Måling", "Antal", "Opfyldt"], [A, "Før", 4, 3]]
    other = [table[0], [A, "Før", 4, 2]]
    checked = read(book(table), book(other, file="b.xlsx"))
    assert "FILE_DUPLICATE" not in {issue.code for issue in checked.found}
    assert list(checked.counts["compliant"]) == [5]
