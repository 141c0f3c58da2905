"""Which rows are cases, and what the others are."""

import pytest
from made_sheets import (
    ERROR,
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

from taskforce_analysis.locating.rows import is_total


def test_titles_above_and_notes_below_are_nothing_to_tell():
    lines = [["Sagsmåling 2018"], ["Udfyldt af forvaltningen"], [], *rows()]
    lines += [[], ["Note: * se vejledningen"], ["Udfyldt af", "Anna"]]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert checked.found == ()


@pytest.mark.parametrize(
    "row",
    [
        ["I alt", None, None, 3, 1, 2],
        ["Andel ja", None, None, 0.75, 0.5, "67 %"],
        [None, "Total", None, 3, 1, 2],
        ["Gennemsnit", None, None, ERROR, ERROR, ERROR],
        ["SUM:", None, None, None, None, None],
    ],
    ids=["i alt", "andel", "other column", "errors", "empty"],
)
def test_a_total_is_told_and_not_counted(row):
    checked = read(rows(row))
    assert scores(checked) == PLAIN
    place = "B6" if row[0] is None else "A6"
    assert told(checked, "ROW_IS_TOTAL") == [(place, 1)]
    assert errors(checked) == set()


def test_a_case_called_total_is_a_case_when_it_is_answered():
    checked = read(rows(["Sum 4", "Nordby", "Før", "Ja", "Ja", "Ja"]))
    assert len(scores(checked)) == len(PLAIN) + 3
    assert checked.found == ()


def test_a_total_among_the_cases_is_told():
    lines = rows()
    lines.insert(3, ["I alt", None, None, 1, 0, 1])
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "ROW_IS_TOTAL") == [("A4", 1)]


def test_numbers_without_a_label_are_of_the_wrong_type_and_no_case():
    checked = read(rows([None, None, None, 3, 34, 2]))
    assert scores(checked) == PLAIN
    assert told(checked, "ANSWER_TYPE") == [("D6", 1), ("E6", 1), ("F6", 1)]
    assert codes(checked) == ["ANSWER_TYPE"]


def test_a_label_among_the_cases_is_no_case():
    lines = rows()
    lines.insert(3, ["Familieafdelingen"])
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "ROW_WITHOUT_CASE") == [("A4", 1)]


def test_prepared_rows_that_were_never_filled_in_are_no_cases():
    ids = read(rows(["S-5"], ["S-6"]))
    phases = read(rows([None, None, "Efter"], [None, "Nordby", "Efter"]))
    assert scores(ids) == scores(phases) == PLAIN
    assert told(ids, "ROW_WITHOUT_CASE") == [("A6", 2)]
    assert [one.cell for one in phases.found] == ["C6", "B7"]


def test_a_case_with_an_id_and_a_phase_counts_also_when_nothing_is_answered():
    checked = read(rows(["S-5", None, "Efter"]))
    assert scores(checked)["S-5", "a"] == "missing"
    assert checked.found == ()


def test_without_a_phase_column_an_unanswered_case_needs_more_than_an_id():
    header = ["Sagsnr.", "Kommune", A, B, C]
    lines = [header, ["S-1", "Nordby", "Ja", "Ja", "Ja"], ["S-2", "Nordby"], ["S-3"]]
    checked = read(book(sheet(lines, "Før")))
    assert set(checked.answers["case_id"]) == {"S-1", "S-2"}
    assert told(checked, "ROW_WITHOUT_CASE") == [("A4", 1)]


def test_a_legend_under_the_header_is_no_case():
    lines = rows()
    lines.insert(1, [None, None, None, *["Ja/Nej/Ikke relevant"] * 3])
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "ROW_WITHOUT_CASE") == [("D2", 1)]


def test_a_row_that_lost_its_id_and_its_phase_is_still_a_case():
    checked = read(rows([None, None, None, "Ja", "Ja", "Nej"]))
    assert told(checked, "CASE_ID_MISSING") == [("A6", 1)]
    assert told(checked, "PHASE_MISSING") == [("C6", 1)]


def test_the_header_repeated_among_the_cases():
    lines = rows()
    lines.insert(3, HEADER)
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "ROW_IS_HEADER") == [("A4", 1)]
    assert checked.layouts[0].layout == "wide"


def test_blank_rows_among_the_cases_are_nothing():
    lines = rows()
    lines[3:3] = [[], []]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert checked.found == ()


def test_a_row_pasted_twice_counts_once():
    checked = read(rows(rows()[2]))
    assert scores(checked) == PLAIN
    issue = only(checked, "ROW_DUPLICATE")
    assert (issue.cell, issue.case_id, issue.phase) == ("A6", "S-2", "before")
    assert issue.severity == "warning"


def test_a_form_of_dates_alone_has_cases_too():
    deadline = {
        "id": "d",
        "label": "Frist",
        "kind": "deadline",
        "from": "Modtaget",
        "to": "Truffet",
        "limit": "4 weeks",
    }
    form = form_of(measures=[deadline])
    lines = [["Sagsnr.", "Måling", "Modtaget", "Truffet"], ["S-1", "Før", "1.2.2018"]]
    checked = read([*lines, ["S-2"]], form=form)
    assert set(checked.answers["case_id"]) == {"S-1"}
    assert told(checked, "ROW_WITHOUT_CASE") == [("A3", 1)]


@pytest.mark.parametrize(
    "text", ["I alt", "Ialt", "Total", "Antal ja", "% ja", "Gennemsnit:", "Sum"]
)
def test_labels_of_totals(text):
    assert is_total(text)


@pytest.mark.parametrize("text", ["S-1", "Sumatra", "Totalt ukendt" * 9, "1"])
def test_other_labels(text):
    assert not is_total(text)


def test_a_table_without_a_case_column_is_told_once():
    lines = [row[1:] for row in rows()]
    checked = read(lines)
    issue = only(checked, "CASE_ID_MISSING")
    assert (issue.cell, issue.count) == ("A1", 4)
    assert len(checked.answers) == 12


def test_a_single_known_header_is_enough_for_a_header():
    form = form_of(columns={"case": "Sagsnr."}, measures=[measure("a", A)])
    lines = [["Sagsnr.", "Noget"], ["S-1", "Ja"], ["S-2", "Nej"]]
    checked = read(book(sheet(lines, "Før")), form=form)
    assert told(checked, "MEASURE_UNMATCHED") == [("B1", 1)]
