"""More awkward workbooks: what stands below the cases, sums beside them, odd dates.

The cases of `made_sheets.rows` lie on one sheet per phase, without a column for it, so
that only the case's number tells a case from what is written below the table.
"""

from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from made_sheets import PLAIN, A, B, C, column, errors, form_of, measure, rows, scores
from workbooks import Parts, pack, parts

from taskforce_analysis.checking import Checked, check
from taskforce_analysis.reading import read_cells

FORM = form_of()
ONE = form_of(measures=[measure("a", A)])
HEADER = ["Sagsnr.", A, B, C]
BEFORE, AFTER = (
    [[row[0], *row[3:6]] for row in rows()[1:] if row[2] == phase]
    for phase in ("Før", "Efter")
)
# A third case, so that there are enough numbers to tell a word from.
THIRD = ["S-5", "Nej", "Nej", "Ja"]
EXPECTED = PLAIN | {
    ("S-5", measure): score
    for measure, score in zip(
        ("a", "b", "c"), ("noncompliant", "noncompliant", "compliant"), strict=True
    )
}


def checked(folder: Path, below: list[list[Any]]) -> Checked:
    sheets = {"Før": [HEADER, *BEFORE, THIRD, *below], "Efter": [HEADER, *AFTER]}
    return check([read_cells(pack(folder / "a.xlsx", parts(sheets)))], FORM)


def counts(found: Checked) -> dict[tuple[str, str], tuple[int, int]]:
    rows: Any = found.counts.itertuples()
    return {(one.phase, one.measure): (one.compliant, one.noncompliant) for one in rows}


BELOW: dict[str, tuple[list[list[Any]], list[tuple[str, str]]]] = {
    "the words to answer with": (
        [[], ["Svarmuligheder:", "Ja", "Nej", "Ikke relevant"]],
        [("ROW_WITHOUT_CASE", "A6")],
    ),
    "the words to answer with, at once": (
        [["Gyldige svar", "Ja", "Nej", "Ikke relevant"]],
        [("ROW_WITHOUT_CASE", "A5")],
    ),
    "what the words mean": (
        [[], ["Ja", "Kravet er opfyldt"], ["Nej", "Kravet er ikke opfyldt"]],
        [("ROW_WITHOUT_CASE", "A6"), ("ROW_WITHOUT_CASE", "A7")],
    ),
    "the words below one another": (
        [[], [None, "Ja"], [None, "Nej"]],
        [("ROW_WITHOUT_CASE", "B6"), ("ROW_WITHOUT_CASE", "B7")],
    ),
    "who filled it in": (
        [[], ["Udfyldt af:", "sekretariatet, 1. februar 2018"]],
        [("ROW_WITHOUT_CASE", "A6")],
    ),
    "counts of each word": (
        [["Ja", 1, 0, 2], ["Nej", 2, 2, 0], ["Ikke relevant", 0, 1, 0]],
        [("ROW_IS_TOTAL", "A5"), ("ROW_IS_TOTAL", "A6"), ("ROW_IS_TOTAL", "A7")],
    ),
    "a share under a name of its own": (
        [["Opfyldelsesgrad", "33,3 %", 0, 1.0]],
        [("ROW_IS_TOTAL", "A5")],
    ),
    "a total as Excel writes it": (
        [["Førmåling Total", 3, 3, 2]],
        [("ROW_IS_TOTAL", "A5")],
    ),
}


@pytest.mark.parametrize("kind", BELOW)
def test_what_stands_below_the_cases_is_told_and_not_counted(kind, tmp_path):
    below, expected = BELOW[kind]
    found = checked(tmp_path, below)
    assert scores(found) == EXPECTED
    assert [(one.code, one.cell) for one in found.found] == expected


@pytest.mark.parametrize(
    "below",
    [
        [["Er målet nået?", "Ja", "Nej", "Ja"]],
        [[], ["Konklusion", "Ja", "Ja", "Ja"]],
        [["Ekstra sag", "Jaa", "Nje", "Kun delvist"]],
    ],
    ids=["at once", "apart", "misspelled"],
)
def test_a_name_among_numbers_that_is_answered_may_be_a_case(below, tmp_path):
    found = checked(tmp_path, below)
    assert [(one.code, one.cell) for one in found.found] == [
        ("ROW_UNCLEAR", f"A{4 + len(below)}")
    ]
    assert errors(found) == {"ROW_UNCLEAR"}
    assert scores(found) == EXPECTED


@pytest.mark.parametrize(
    "names",
    [("S-1", "S-2", "Hansen"), ("Hansen", "Jensen", "S-3", "Olsen"), ("7", "8", None)],
    ids=["few cases", "names above", "no name"],
)
def test_names_are_cases_where_not_all_others_have_numbers(names, tmp_path):
    lines = [HEADER, *([name, "Ja", "Ja", "Ja"] for name in names)]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"Før": lines})))], FORM)
    assert column(found, "a") == ["compliant"] * len(names)


def test_what_stands_between_the_header_and_the_cases_is_told(tmp_path):
    lines = [
        HEADER,
        ["Lovgrundlag", "SEL § 70", "RSL § 10", "SEL § 140"],
        *BEFORE,
        THIRD,
    ]
    sheets = {"Før": lines, "Efter": [HEADER, *AFTER]}
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts(sheets)))], FORM)
    assert scores(found) == EXPECTED
    assert [(one.code, one.cell) for one in found.found] == [("ROW_WITHOUT_CASE", "A2")]


def test_a_column_beside_the_measures_of_a_transposed_sheet_is_told(tmp_path):
    lines = rows(["S-5", "Nordby", "Før", "Nej", "Nej", "Ja"])
    lines.insert(1, ["Lovgrundlag", None, None, "§ 70", "§ 10", "§ 140"])
    turned = [list(line) for line in zip_longest(*lines)]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": turned})))], FORM)
    assert scores(found) == EXPECTED
    assert [(one.code, one.cell) for one in found.found] == [
        ("LAYOUT_DETECTED", None),
        ("ROW_WITHOUT_CASE", "B1"),
    ]


LONG = [["Sagsnr.", "Kommune", "Måling", "Målepunkt", "Svar"]] + [
    [*row[:3], question, answer]
    for row in rows()[1:]
    for question, answer in zip((A, B, C), row[3:6], strict=True)
]


def test_a_row_of_a_long_table_that_was_pasted_twice_counts_once(tmp_path):
    found = check(
        [read_cells(pack(tmp_path / "a.xlsx", parts({"D": [*LONG, LONG[1]]})))], FORM
    )
    assert scores(found) == PLAIN
    assert [(one.code, one.cell) for one in found.found] == [
        ("LAYOUT_DETECTED", None),
        ("ROW_DUPLICATE", "A14"),
    ]


def test_spellings_of_a_case_in_a_long_table_are_one_case(tmp_path):
    lines = [list(line) for line in LONG]
    lines[2][:3] = ["s-1 ", "NORDBY kommune", "FØR\u00a0"]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], FORM)
    assert scores(found) == PLAIN
    assert errors(found) == set()


def test_municipalities_of_a_long_table_may_number_their_cases_alike(tmp_path):
    lines = [LONG[0], *([1, home, "Før", A, "Ja"] for home in ("Nordby", "Sydby"))]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], ONE)
    assert column(found, "a") == ["compliant", "compliant"]
    assert errors(found) == set()


def test_a_name_with_a_phase_of_its_own_is_a_case(tmp_path):
    lines = rows(["Hansen", "Nordby", "Før", "Ja", "Ja", "Ja"])
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], FORM)
    assert scores(found)["Hansen", "a"] == "compliant"
    assert found.found == ()


def test_a_legend_under_case_and_phase_is_told(tmp_path):
    lines = rows([], ["Ja", "opfyldt", "Nej = ikke opfyldt"])
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], FORM)
    assert scores(found) == PLAIN
    assert [(one.code, one.cell) for one in found.found] == [("ROW_WITHOUT_CASE", "A7")]


def test_a_numbered_case_with_an_unknown_phase_stays_an_error(tmp_path):
    lines = rows([], ["S-5", "Nordby", "Midtvejs"])
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], FORM)
    assert errors(found) == {"PHASE_UNKNOWN"}


def test_a_total_in_the_column_of_the_phase(tmp_path):
    lines = rows([None, None, "Efter Total", 2, 2, 2], [None, None, "Hovedtotal", 4])
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], FORM)
    assert scores(found) == PLAIN
    assert [(one.code, one.cell) for one in found.found] == [
        ("ROW_IS_TOTAL", "C6"),
        ("ROW_IS_TOTAL", "C7"),
    ]


WORDS = ["Ja", "Nej"]


@pytest.mark.parametrize(
    ("words", "gap", "expected"),
    [
        (["Svarmuligheder", *WORDS], 1, [("COLUMN_IGNORED", "I1")]),
        (WORDS, 1, [("COLUMN_IGNORED", "I1")]),
        ([None, *WORDS], 0, [("CELL_STRAY", "H2"), ("CELL_STRAY", "H3")]),
        ([None, None, *WORDS], 3, [("CELL_STRAY", "K3"), ("CELL_STRAY", "K4")]),
    ],
    ids=["under a name", "from the first row", "at once", "further down"],
)
def test_words_to_choose_from_beside_the_table(words, gap, expected, tmp_path):
    lines = [[*row, *[None] * (7 - len(row) + gap)] for row in rows()]
    beside = [
        [*line, word] for line, word in zip_longest(lines, words) if line is not None
    ]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": beside})))], FORM)
    assert scores(found) == PLAIN
    assert [(one.code, one.cell) for one in found.found] == expected


def test_a_column_of_answers_without_a_header_is_no_list_of_words(tmp_path):
    lines = [
        [*row, *[None] * (8 - len(row)), "Ja" if at else None]
        for at, row in enumerate(rows())
    ]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"D": lines})))], FORM)
    assert [(one.code, one.cell) for one in found.found] == [("HEADER_EMPTY", "I1")]


@pytest.mark.parametrize(
    "beside",
    [
        [
            ["Rækkenavne", "Ja", "Nej", "Hovedtotal"],
            ["Før", 1, 1, 2],
            ["Efter", 2, 0, 2],
        ],
        [[None, "Ja", "Nej"], [A, 3, 1], [B, 1, 2]],
    ],
    ids=["by phase", "by measure"],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_that_counts_the_words_is_left_out(beside, first, tmp_path):
    pages = {"Overblik": beside, "Data": rows()}
    sheets = pages if first else dict(reversed(pages.items()))
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts(sheets)))], FORM)
    assert scores(found) == PLAIN
    assert [(one.code, one.sheet) for one in found.found] == [
        ("SHEET_IGNORED", "Overblik")
    ]


LISTED = ["Målepunkt", "Måling", "Kommune", "Antal relevante", "Antal opfyldt"]


def test_all_cases_and_those_that_apply_are_counted_apart(tmp_path):
    header = ["Målepunkt", "Måling", "Antal relevante", "Antal opfyldt", "Sager i alt"]
    lines = [header, [A, "Før", 14, 9, 20], [A, "Efter", 16, 12, 20]]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert counts(found) == {("before", "a"): (9, 5), ("after", "a"): (12, 4)}
    assert errors(found) == set()


@pytest.mark.parametrize(
    ("relevant", "others"), [(14, 13), (15, 20)], ids=["fewer in all", "do not add up"]
)
def test_more_that_apply_than_there_are(relevant, others, tmp_path):
    header = [
        "Målepunkt",
        "Måling",
        "Antal relevante",
        "Opfyldt",
        "Ikke opfyldt",
        "Sager",
    ]
    lines = [header, [A, "Før", relevant, 9, 5, others]]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert "AGGREGATE_INCONSISTENT" in errors(found)
    assert len(found.counts) == 0


def test_two_columns_of_one_count_that_differ(tmp_path):
    header = ["Målepunkt", "Måling", "Antal relevante", "Opfyldt", "Mål for opfyldt"]
    lines = [header, [A, "Før", 14, 9, 80], [A, "Efter", 16, 12, 12]]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert counts(found) == {("after", "a"): (12, 4)}
    told = [one.cell for one in found.found if one.code == "AGGREGATE_INCONSISTENT"]
    assert told == ["E2"]


def test_counts_of_each_municipality_are_added_and_their_totals_left_out(tmp_path):
    lines = [
        LISTED,
        [A, "Før", "Nordby", 8, 5],
        [A, "Før", "Sydby", 6, 4],
        [A, "Før", "I alt", 14, 9],
    ]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert counts(found) == {("before", "a"): (9, 5)}
    assert [one.cell for one in found.found if one.code == "ROW_IS_TOTAL"] == ["A4"]


def test_totals_alone_are_counted(tmp_path):
    lines = [LISTED, [A, "Før", "I alt", 14, 9], [A, "Efter", "I alt", 16, 12]]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert counts(found) == {("before", "a"): (9, 5), ("after", "a"): (12, 4)}


@pytest.mark.parametrize(
    ("again", "code"),
    [(9, "ROW_DUPLICATE"), (8, "AGGREGATE_INCONSISTENT")],
    ids=["pasted twice", "other counts"],
)
def test_counts_that_stand_twice_are_not_added(again, code, tmp_path):
    lines = [LISTED, *([A, "Før", "Nordby", 14, one] for one in (9, again))]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert counts(found) == {("before", "a"): (9, 5)}
    assert [one.cell for one in found.found if one.code == code] == ["A3"]


def test_counts_under_headings_of_their_own_are_added(tmp_path):
    header = ["Målepunkt", "Måling", "Antal relevante", "Antal opfyldt"]
    lines = [header, ["Nordby"], [A, "Før", 8, 5], ["Sydby"], [A, "Før", 8, 5]]
    path = pack(tmp_path / "a.xlsx", parts({"Samlet": lines}))
    found = check([read_cells(path)], ONE)
    assert counts(found) == {("before", "a"): (10, 6)}


def test_a_cpr_number_behind_a_colour_of_the_theme(tmp_path):
    raw: Parts = parts({"Data": rows()})
    page = str(raw["xl/worksheets/sheet1.xml"])
    footer = "<oddFooter>&amp;L&amp;K01+000010135-0000</oddFooter>"
    raw["xl/worksheets/sheet1.xml"] = page.replace(
        "</sheetData>", f"</sheetData><headerFooter>{footer}</headerFooter>"
    )
    found = check([read_cells(pack(tmp_path / "a.xlsx", raw))], FORM)
    assert [(one.code, one.cell) for one in found.found] == [("CPR_FOUND", "footer")]


@pytest.mark.parametrize(
    "text",
    [
        "010135-0000<br/>se sagen",
        "0101<b>35-</b>\n<i>0000</i>",
        "<b>Sag</b> 010135-0000",
    ],
    ids=["before a break", "in pieces", "after a word"],
)
def test_a_cpr_number_between_the_elements_of_a_drawing(text, tmp_path):
    raw: Parts = parts({"Data": rows()})
    raw["xl/drawings/vmlDrawing1.vml"] = f"<xml><div>{text}</div></xml>"
    found = check([read_cells(pack(tmp_path / "a.xlsx", raw))], FORM)
    assert [(one.code, one.cell, one.count) for one in found.found] == [
        ("CPR_FOUND", "xl/drawings/vmlDrawing1.vml", 1)
    ]


def test_a_numbered_case_apart_that_nobody_answered_about_counts(tmp_path):
    lines = [row[:2] + row[3:] for row in rows([], ["S-9", "Nordby", None])]
    found = check([read_cells(pack(tmp_path / "a.xlsx", parts({"Før": lines})))], FORM)
    assert scores(found)["S-9", "a"] == "missing"
    assert found.found == ()
