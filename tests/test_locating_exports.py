"""What survey tools export: codes, second header rows, a column per answer option."""

from datetime import date

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
    only,
    read,
    rows,
    scores,
    sheet,
    told,
)

from taskforce_analysis.forms import match_form
from taskforce_analysis.forms.loading import load_form


def headed(*names):
    return rows(header=[*HEADER[:3], *names])


@pytest.mark.parametrize(
    "code",
    ["G01Q04. ", "Q1. ", "Q1_2: ", "s_3. ", "Q4 - ", "Q4 ", "G01Q04[SQ001]. ", "q12: "],
)
def test_a_question_code_before_a_question_is_left_out_and_told(code):
    checked = read(headed(f"{code}{A}", B, C))
    assert scores(checked) == PLAIN
    assert only(checked, "HEADER_NORMALISED").cell == "D1"


@pytest.mark.parametrize("name", [f"G1Q1[comment]. {A} [Kommentar]", f"{A} [Andet]"])
def test_a_field_of_free_text_beside_a_question_is_no_question(name):
    lines = rows(header=[*HEADER[:6], name])
    for line, text in zip(lines[1:], "abcd", strict=True):
        line += [text]
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert codes(checked) == ["COLUMN_IGNORED"]


@pytest.mark.parametrize(
    "name",
    [
        f"Sagen.{A}",
        f"Sagen. Og mere. {A}",
        f"Sagen [{A}]",
        f"Sagen: {A}",
        f"Sagen > {A}",
    ],
)
def test_a_question_after_the_name_of_a_group_is_named(name):
    checked = read(headed(name, B, C))
    issue = only(checked, "MEASURE_UNMATCHED")
    assert (issue.cell, issue.expected) == ("D1", A)


@pytest.mark.parametrize(
    "names",
    [
        ["s_1", "s_2", "s_3", "s_4", "s_5", "s_6"],
        [f'{{"ImportId":"QID{n}"}}' for n in range(6)],
        ["caseid_1", "home", "phase", "v1", "v2", "v3"],
        ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6"],
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_names_of_variables_below_the_header_are_told_once_and_skipped(names, times):
    lines = rows()
    lines[1:1] = [names] * times
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert told(checked, "ROW_IS_HEADER") == [("A2", times)]
    assert errors(checked) == set()


def test_codes_among_the_answers_are_no_header():
    lines = rows()
    lines[1][3:6] = ["A1", "A2", "A1"]
    checked = read(lines)
    assert "ROW_IS_HEADER" not in codes(checked)
    assert told(checked, "ANSWER_UNKNOWN")


@pytest.mark.parametrize("answer", ["Ja;", "ja ;", "Ja,"])
def test_one_answer_with_the_mark_of_a_list(answer):
    lines = rows()
    lines[1][3] = answer
    checked = read(lines)
    assert scores(checked) == PLAIN
    assert only(checked, "ANSWER_NORMALISED").cell == "D2"


@pytest.mark.parametrize("answer", ["Ja;Nej", "Ja;Nej;", ";"])
def test_several_answers_are_none(answer):
    lines = rows()
    lines[1][3] = answer
    assert only(read(lines), "ANSWER_UNKNOWN").cell == "D2"


def test_a_column_per_answer_option_is_one_error():
    header = ["Sagsnr.", "Måling", A, None, None, B, None, None]
    options = [None, None, *["Ja", "Nej", "Ikke relevant"] * 2]
    lines = [header, options, ["S-1", "Før", "x", None, None, None, "x", None]]
    assert [(one.code, one.cell) for one in read(lines).found] == [
        ("LAYOUT_OPTIONS", "C1")
    ]


@pytest.mark.parametrize("shape", ["{} [{}]", "{} - {}", "{} ({})", "{}: {}"])
def test_options_behind_each_question_are_one_error(shape):
    asked = [shape.format(name, one) for name in (A, B) for one in ("Ja", "Nej")]
    lines = [["Sagsnr.", "Måling", C, *asked], ["S-1", "Før", "Ja", 1, 0, 0, 1]]
    checked = read([*lines, ["S-2", "Før", "Nej", 1, 0, 0, 1]])
    assert told(checked, "LAYOUT_OPTIONS") == [("D1", 1)]


def test_a_form_is_recognised_through_broken_letters_and_group_names():
    form = load_form("boernehandicap")
    headers = [one for measure in form.measures for one in measure.columns[:1]]
    for bent in (
        [one.encode("cp850").decode("cp1252", "replace") for one in headers],
        [f"Vurdering.{one}" for one in headers],
        [f"Vurdering [{one}]" for one in headers],
    ):
        assert match_form(bent).form.id == "boernehandicap"


CODED = [
    ["Sagsnr.", "Måling", A, B, C],
    ["S-1", "Før", 1, 2, 3],
    ["S-2", "Før", 2, 1, 1],
]
CHOICES = "1, Ja | 2, Nej | 3, Ikke relevant"
DICTIONARY = [
    ["Variable / Field Name", "Field Type", "Choices, Calculations, OR Slider Labels"],
    ["a", "radio", CHOICES],
    ["b", "text", None],
]


def test_raw_codes_with_a_code_book_in_one_cell():
    checked = read(book(CODED, sheet([["Navn", CHOICES]], "Kodebog")))
    assert scores(checked)["S-1", "a"] == "compliant"
    assert scores(checked)["S-1", "c"] == "not_applicable"
    assert set(codes(checked)) == {"SHEET_IGNORED", "ANSWER_CODED"}


def test_raw_codes_with_a_data_dictionary_in_a_file_of_its_own():
    checked = read(book(CODED), book(DICTIONARY, file="dictionary.csv"))
    assert scores(checked)["S-2", "a"] == "noncompliant"
    assert only(checked, "FILE_IGNORED").file == "dictionary.csv"
    assert errors(checked) == set()


def test_a_dictionary_that_says_two_things_of_a_code_is_none():
    lines = [*DICTIONARY, ["c", "radio", "1, Nej | 2, Ja"]]
    checked = read(book(CODED), book(lines, file="dictionary.csv"))
    assert "ANSWER_UNKNOWN" in errors(checked)


BOOKS = {
    "a row for each code": [
        ["Variabel", "Kode", "Tekst"],
        [A, 1, "Ja"],
        [A, 2, "Nej"],
        [B, 1, "Nej"],
        [B, 2, "Ja"],
        [C, 1, "Ja"],
        [C, 3, "Ikke relevant"],
    ],
    "the variable once, its codes below": [
        [A, 1, "Ja"],
        [None, 2, "Nej"],
        [B],
        [None, 1, "Nej"],
        [None, 2, "Ja"],
        ["c"],
        [1, "Ja"],
        [3, "Ikke relevant"],
    ],
    "all codes in one cell": [
        ["Name", "Label", "Choices"],
        ["q1", f"G01Q04. {A}", "1, Ja | 2, Nej"],
        ["q2", B, "1, Nej | 2, Ja"],
        ["c", "", "1, Ja | 3, Ikke relevant"],
    ],
}


@pytest.mark.parametrize("kind", BOOKS)
def test_a_code_may_mean_another_thing_under_each_question(kind):
    checked = read(book(CODED, sheet(BOOKS[kind], "Kodebog")))
    assert scores(checked) == {
        ("S-1", "a"): "compliant",
        ("S-1", "b"): "compliant",
        ("S-1", "c"): "not_applicable",
        ("S-2", "a"): "noncompliant",
        ("S-2", "b"): "noncompliant",
        ("S-2", "c"): "compliant",
    }
    assert set(codes(checked)) == {"SHEET_IGNORED", "ANSWER_CODED"}


def test_codes_of_letters_and_of_numbers_are_read_by_the_code_book():
    lines = [CODED[0], ["S-1", "Før", "A1", "Y", "A2"], ["S-2", "Før", "A2", "N", "A1"]]
    told = [[C, "A1", "Ja"], ["", "A2", "Nej"], [A, "A1", "Nej"], ["", "A2", "Ja"]]
    told += [[B, "Y", "Ja"], ["", "N", "Nej"]]
    checked = read(book(lines, sheet(told, "Codebook")))
    assert scores(checked)["S-1", "a"] == "noncompliant"
    assert scores(checked)["S-1", "b"] == "compliant"
    assert scores(checked)["S-1", "c"] == "noncompliant"
    assert errors(checked) == set()


def test_a_question_that_contradicts_itself_in_a_code_book_stays_unknown():
    told_twice = [[A, 1, "Ja"], [A, 1, "Nej"], [B, 1, "Ja"], [B, 2, "Nej"]]
    checked = read(book(CODED, sheet(told_twice, "Kodebog")))
    assert scores(checked)["S-1", "b"] == "noncompliant"
    assert scores(checked)["S-1", "a"] == "unrecognised"
    assert told(checked, "ANSWER_UNKNOWN")[0][0] == "C2"


def test_ids_that_became_dates_are_told():
    lines = rows()
    lines[1][0], lines[2][0] = date(2022, 3, 1), date(2022, 3, 2)
    checked = read(lines)
    assert told(checked, "ID_IS_DATE") == [("A2", 2)]
    assert list(checked.answers["case_id"].unique())[:2] == ["01-03-2022", "02-03-2022"]


def test_a_municipality_per_sheet_is_told_once_for_each_sheet():
    lines = [["Sagsnr.", "Måling", A, B, C], ["S-1", "Før", "Ja", "Ja", "Ja"]]
    two = [*lines, [None], *lines]
    checked = read(book(sheet(two, "Nordby"), sheet(lines, "Sydby")))
    found = [one.sheet for one in checked.found if one.code == "LAYOUT_DETECTED"]
    assert sorted(filter(None, found)) == ["Nordby", "Sydby"]


DRIFTED = {
    "a word before each": "Spm: {}",
    "a word behind each": "{} (Ja/Nej)",
    "a tail": "{} - uddyb",
}


@pytest.mark.parametrize("shape", DRIFTED.values(), ids=DRIFTED)
def test_headers_that_all_drifted_alike_are_told_one_by_one(shape):
    header = [shape.format(one) for one in ("Sagsnr.", "Måling", A, B, C)]
    lines = [[row[0], *row[2:6]] for row in rows()[1:]]
    found = read([header, *lines]).found
    assert [(one.code, one.cell, one.expected) for one in found] == [
        ("HEADER_NOT_FOUND", None, None),
        ("MEASURE_UNMATCHED", "C1", A),
        ("MEASURE_UNMATCHED", "D1", B),
        ("MEASURE_UNMATCHED", "E1", C),
    ]


def test_answers_without_any_header_are_no_headers():
    lines = [[row[0], *row[2:6]] for row in rows()[1:]]
    assert codes(read(lines)) == ["HEADER_NOT_FOUND"]


@pytest.mark.parametrize("marks", ['"{}"', "»{}«", "'{}'"])
def test_quotation_marks_around_every_header_are_left_out_and_told(marks):
    header = [marks.format(one) for one in HEADER]
    checked = read(rows(header=header))
    assert scores(checked) == PLAIN
    assert codes(checked) == ["HEADER_NORMALISED"]
