"""Municipalities and other groups, caseworkers, reviewers, and the sheets' names."""

import pytest
from made_sheets import (
    ERROR,
    PLAIN,
    A,
    B,
    C,
    book,
    codes,
    column,
    form_of,
    measure,
    read,
    rows,
    scores,
    sheet,
    told,
)

from taskforce_analysis.checking.row_facts import GroupNames

NFD = "A\u030astrup"


def placed(*names):
    """The four cases in other municipalities."""
    lines = rows()
    for line, name in zip(lines[1:], names, strict=True):
        line[1] = name
    return lines


def test_spellings_of_one_group_are_one_and_told():
    checked = read(placed("Nordby Kommune", "nordby kommune", "Nordby", "Nordby  "))
    assert column(checked, "a", "municipality") == ["Nordby Kommune"] * 4
    assert told(checked, "GROUP_NORMALISED") == [("B3", 3)]


def test_composed_and_decomposed_letters_are_the_same_silently():
    checked = read(placed("Åstrup", NFD, "Åstrup", NFD))
    assert set(column(checked, "a", "municipality")) == {"Åstrup"}
    assert checked.found == ()


def test_the_first_spelling_holds_over_all_files():
    first = book(placed(*["Nordby"] * 4)[:3], file="x.xlsx")
    second = book([rows()[0], *placed(*["NORDBY"] * 4)[3:]], file="y.xlsx")
    checked = read(first, second)
    assert set(column(checked, "a", "municipality")) == {"Nordby"}
    assert [(one.file, one.cell) for one in checked.found] == [
        ("y.xlsx", "B2"),
        ("y.xlsx", "B3"),
    ]


def test_a_blank_group_is_nothing_and_an_error_cell_is_an_error():
    checked = read(placed("Nordby", None, ERROR, "Søby"))
    assert column(checked, "a", "municipality") == ["Nordby", None, None, "Søby"]
    assert told(checked, "CELL_ERROR") == [("B4", 1)]


def test_a_cpr_number_in_a_group_is_covered():
    checked = read(placed("Nordby", "sag 010135-0000", "Nordby", 7))
    assert "0000" not in checked.answers.to_csv()
    assert told(checked, "CPR_FOUND") == [("B3", 1)]
    assert column(checked, "a", "municipality")[3] == "7"


def persons():
    return form_of(
        columns={
            "case": "Sagsnr.",
            "phase": "Måling",
            "cluster": "Team",
            "corrected": "Rettet efter tilsyn",
        },
        measures=[measure("a", A)],
    )


def test_caseworkers_become_numbers_and_corrections_are_kept():
    lines = [["Sagsnr.", "Måling", "Team", "Rettet efter tilsyn", A]]
    lines += [["S-1", "Før", "Anna", "Ja", "Nej"], ["S-2", "Før", "Bo", None, "Ja"]]
    lines += [
        ["S-3", "Efter", "ANNA ", "nej", "Ja"],
        ["S-4", "Efter", ERROR, "?", "Ja"],
    ]
    checked = read(lines, form=persons())
    assert column(checked, "a", "cluster") == ["S1", "S2", "S1", None]
    assert column(checked, "a", "corrected") == ["yes", None, "no", None]
    assert column(checked, "a")[0] == "noncompliant"
    assert "Anna" not in checked.answers.to_csv()


def test_a_form_with_people_reads_a_sheet_without_them():
    lines = [["Sagsnr.", "Måling", A], ["S-1", "Før", "Ja"]]
    answers = read(lines, form=persons()).answers
    assert answers[["cluster", "corrected"]].isna().all(axis=None)


def test_people_are_known_by_number_and_agreement_by_its_name():
    known = GroupNames()
    assert [known.number_of(one, "R") for one in ("Anna", "Bo", "anna ")] == [
        "R1",
        "R2",
        "R1",
    ]
    assert known.number_of("Konsensus", "R") == "consensus"


NO_TOWN = ["Sagsnr.", "Måling", A, B, C]


def on_sheets(first, second):
    lines = [[row[0], *row[2:6]] for row in rows()]
    return read(
        book(sheet([NO_TOWN, *lines[1:3]], first), sheet([NO_TOWN, *lines[3:]], second))
    )


def test_a_sheet_called_after_a_municipality_gives_it():
    checked = on_sheets("Nordby Kommune", "Søby kommune")
    assert scores(checked) == PLAIN
    assert checked.found == ()
    assert column(checked, "a", "municipality")[0] == "Nordby Kommune"


def test_sheets_with_names_of_their_own_are_municipalities_and_told():
    checked = on_sheets("Nordby", "Søby")
    assert set(column(checked, "a", "municipality")) == {"Nordby", "Søby"}
    assert codes(checked) == ["LAYOUT_DETECTED"]


@pytest.mark.parametrize("names", [("Ark1", "Ark2"), ("Førmåling", "Efter 2021")])
def test_other_sheets_are_no_municipalities(names):
    lines = [NO_TOWN, ["S-1", None, "Ja", "Ja", "Ja"]]
    made = [sheet(lines, names[0]), sheet([NO_TOWN, ["S-2", "Efter", "Ja"]], names[1])]
    checked = read(book(*made), phases=None)
    assert checked.answers["municipality"].isna().all()
