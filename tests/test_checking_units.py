"""Who a row is about, and which rows are one unit: ids, duplicates, several files."""

import pytest
from made_sheets import (
    ERROR,
    HEADER,
    PLAIN,
    A,
    B,
    C,
    answers,
    book,
    codes,
    column,
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

from taskforce_analysis.reading.cells import Area


def named(*ids):
    """The four cases with other ids."""
    lines = rows()
    for line, one in zip(lines[1:], ids, strict=True):
        line[0] = one
    return lines


def ids(checked):
    return list(dict.fromkeys(checked.answers["case_id"]))


def test_the_same_id_twice_in_a_phase_is_an_error_at_the_later_row():
    checked = read(named("S-1", "s-1 ", "S-3", "S-4"))
    issue = only(checked, "CASE_DUPLICATE")
    assert (issue.cell, issue.case_id, issue.severity) == ("A3", "s-1", "error")
    assert len(checked.answers) == 12


def test_three_rows_of_one_case_are_two_duplicates():
    checked = read(named("S-1", "S-1", "S-1", "S-4"))
    assert told(checked, "CASE_DUPLICATE") == [("A3", 1)]
    again = rows(["S-1", "x", "Før", "Nej", "Nej", "Nej"], ["S-1", "y", "Før", "Nej"])
    assert told(read([row[:1] + row[2:] for row in again]), "CASE_DUPLICATE") == [
        ("A6", 2)
    ]


def test_the_same_ids_in_both_phases_are_told_and_not_paired():
    checked = read(named("S-1", "S-2", "S-1", "S-2"))
    issue = only(checked, "CASES_PAIRED")
    assert (issue.count, issue.cell, issue.severity) == (2, None, "warning")
    assert len(checked.answers) == 12


@pytest.mark.parametrize(
    ("again", "count"),
    [(["s-1"], 1), (["S-1", "Nordby S-2"], 0), (["Søby S-1"], 2), ([], 2)],
)
def test_bridge_cases_are_meant_to_stand_in_both_phases(again, count):
    checked = read(named("S-1", "S-2", "S-1", "S-2"), bridge_cases=again)
    assert sum(issue.count for issue in checked.found) == count
    assert checked.bridge_cases == tuple(again)


def test_a_bridge_case_that_is_a_cpr_number_has_its_running_number():
    lines = named("010135-0000", 201350000, "S-3", "S-4")
    again = ["S-3", "0101350000", "201350000", "301350000"]
    assert read(lines, bridge_cases=again).bridge_cases == (
        "S-3",
        "#1",
        "#2",
        "301350000",  # of nobody here: as it is written
    )
    (running,) = read(lines, bridge_cases=["030135-0000"]).bridge_cases
    assert running == "#3"


def test_a_case_without_an_id_counts_and_is_told():
    checked = read(named("S-1", None, "S-3", None))
    assert told(checked, "CASE_ID_MISSING") == [("A3", 2)]
    assert ids(checked) == ["S-1", "?1", "S-3", "?2"]


def test_an_error_cell_is_no_id():
    checked = read(named("S-1", ERROR, "S-3", "S-4"))
    assert told(checked, "CELL_ERROR") == [("A3", 1)]
    assert len(checked.answers) == 12


def test_rounded_ids_tell_no_cases_apart():
    checked = read(named(1.234567890123457e16, 1.234567890123457e16, 12, 13))
    assert told(checked, "ID_PRECISION") == [("A2", 2)]
    assert ids(checked) == ["?1", "?2", "12", "13"]
    assert errors(checked) == set()
    assert told(read(named(1234567890123456, 2, 3, 4)), "ID_PRECISION") == [("A2", 1)]


def test_numbers_and_texts_mixed_are_told_at_the_fewer():
    checked = read(named("S-1", 2, "3", "S-4"))
    assert told(checked, "ID_MIXED_TYPES") == [("A3", 1)]
    assert told(read(named(1, 2, "S-3", 4.0)), "ID_MIXED_TYPES") == [("A4", 1)]
    assert codes(read(named(1, 2, 3, 4.0))) == []


@pytest.mark.parametrize(
    "cpr",
    [
        ("010135-0000", "020135-0000", "030135-0000", "040135-0000"),
        (101350000, 201350000, 301350000, 401350000),
        ("0101350000", "610135 0000", "sag 030135-0000", "040135\u20110000"),
    ],
    ids=["texts", "numbers", "mixed"],
)
def test_cpr_numbers_become_running_numbers(cpr):
    checked = read(named(*cpr))
    assert ids(checked) == ["#1", "#2", "#3", "#4"]
    assert told(checked, "CPR_FOUND") == [("A2", 4)]
    shown = repr(checked.found) + checked.answers.to_csv()
    assert not any(str(one)[-8:] in shown for one in cpr)


def test_one_cpr_number_has_one_running_number_over_all_files():
    first = book(named("010135-0000", "020135-0000", "S-3", "S-4"), file="x.xlsx")
    again = [HEADER, [101350000, "Nordby", "Efter", "Ja", "Ja", "Ja"]]
    checked = read(first, book(again, file="y.xlsx"))
    assert "#1" in set(checked.answers[checked.answers["phase"] == "after"]["case_id"])
    assert only(checked, "CASES_PAIRED").count == 1


def test_files_that_all_number_their_cases_from_one():
    lines = [["Sagsnr.", "Måling", A, B, C], [1, "Før", "Ja", "Nej", "Ja"]]
    other = [lines[0], [1, "Før", "Ja", "Nej", "Nej"]]
    checked = read(book(lines, file="x.xlsx"), book(other, file="y.xlsx"))
    assert list(dict.fromkeys(checked.answers["unit_id"])) == ["x.xlsx 1", "y.xlsx 1"]
    assert errors(checked) == set()


def test_municipalities_that_all_number_their_cases_from_one():
    lines = [HEADER[:6], [1, "Nordby", "Før", "Ja", "Nej", "Ja"]]
    lines += [[1, "Søby", "Før", "Ja", "Nej", "Ja"]]
    checked = read(lines)
    assert ids(checked) == ["Nordby 1", "Søby 1"]
    assert errors(checked) == set()


def test_one_file_per_phase_keeps_the_ids_as_they_are():
    lines = [["Sagsnr.", "Måling", A, B, C], [1, "Før", "Ja", "Nej", "Ja"]]
    later = [lines[0], [1, "Efter", "Ja", "Nej", "Ja"]]
    checked = read(book(lines, file="x.xlsx"), book(later, file="y.xlsx"))
    assert list(dict.fromkeys(checked.answers["unit_id"])) == ["1"]


def test_a_case_with_two_decisions_is_two_units():
    form = form_of(
        columns={"case": "Sagsnr.", "phase": "Måling", "decision": "Afgørelse nr."},
        measures=[measure("a", A)],
    )
    lines = [["Sagsnr.", "Afgørelse nr.", "Måling", A]]
    lines += [
        ["S-1", 1, "Før", "Ja"],
        ["S-1", 2, "Før", "Nej"],
        ["S-1", 2, "Før", "Ja"],
    ]
    checked = read(lines, form=form)
    assert list(checked.answers["unit_id"])[:2] == ["S-1 / 1", "S-1 / 2"]
    assert list(checked.answers["case_id"])[:2] == ["S-1", "S-1"]
    assert told(checked, "CASE_DUPLICATE") == [("A4", 1)]


def test_merged_cases_and_groups_are_filled():
    lines = rows()
    lines[2][1] = lines[2][2] = lines[4][1] = None
    merged = (Area(2, 2, 3, 2), Area(2, 3, 3, 3), Area(4, 2, 5, 2))
    checked = read(book(sheet(lines, merged=merged)))
    assert scores(checked) == PLAIN
    found = [("B2:B3", 2), ("C2:C3", 2), ("B4:B5", 2)]
    assert [(one.cell, one.count) for one in checked.found] == found
    assert codes(checked) == ["MERGED_FILLED"]
    assert column(checked, "a", "municipality") == ["Nordby"] * 4


def test_empty_merged_cells_fill_nothing():
    lines = rows()
    lines[1][1] = lines[2][1] = None
    assert codes(read(book(sheet(lines, merged=(Area(2, 2, 3, 2),))))) == []


def test_an_id_that_is_a_number_is_shown_as_one():
    assert ids(read(named(1.0, 2, 3, 4))) == ["1", "2", "3", "4"]
    assert answers(read(named(1.0, 2, 3, 4)))["1", "a"] == "yes"
