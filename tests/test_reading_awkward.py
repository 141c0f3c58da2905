"""Awkward workbooks, from the file on disk to the answers: each kind with its outcome.

Every workbook holds the four cases of `made_sheets.rows`, whose scores are written out
as PLAIN there; what stands around and between them must not move a count. Where a
workbook cannot say what it means, the error must stand at the right cell.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from made_sheets import (
    HEADER,
    PLAIN,
    A,
    B,
    C,
    codes,
    column,
    errors,
    form_of,
    rows,
    scores,
    told,
)
from workbooks import (
    MAIN,
    OFFICE,
    Error,
    Formula,
    Page,
    Parts,
    Xml,
    pack,
    parts,
)

from taskforce_analysis.checking import Checked, check
from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import read_cells

CASES = rows()[1:]
SUMS = [["Målepunkt", "Måling", "Antal relevante", "Antal opfyldt"]] + [
    [label, phase, 2, 1] for label in (A, B, C) for phase in ("Før", "Efter")
]


def checked(folder: Path, sheets: dict[str, Any], **facts: Any) -> Checked:
    return check([read_cells(pack(folder / "a.xlsx", parts(sheets, **facts)))], FORM)


FORM = form_of()


def answered(change: Callable[[str], Any]) -> list[list[Any]]:
    """The rows with each answer to the first measure written in another way."""
    return [HEADER, *([*row[:3], change(row[3]), *row[4:]] for row in CASES)]


def is_yes(text: str) -> bool:
    return text == "Ja"


AWKWARD: dict[str, tuple[dict[str, Any], list[tuple[str, str | None]]]] = {
    "a sheet that sums up the cases": (
        {"Data": rows(), "Opsummering": SUMS},
        [("SHEET_IGNORED", None)],
    ),
    "a sheet that sums up both phases": (
        {"Data": rows(), "Samlet": [[row[0], *row[2:]] for row in SUMS[::2]]},
        [("SHEET_IGNORED", None)],
    ),
    "a pivot table": (
        {"P": [["Antal af Sagsnr.", "Navne"], ["", "Ja"], [A, 3]], "Data": rows()},
        [("SHEET_IGNORED", None)],
    ),
    "counts of each question below": (
        {"Data": rows([], ["Målepunkt", "Ja", "Nej"], [A, 3, 1], [B, 1, 2])},
        [("ROW_IS_TOTAL", "A7"), ("ROW_IS_TOTAL", "A8"), ("ROW_IS_TOTAL", "A9")],
    ),
    "counts of each question at once below": (
        {"Data": rows([A, 3, 1], [B, 1, 2])},
        [("ROW_IS_TOTAL", "A6"), ("ROW_IS_TOTAL", "A7")],
    ),
    "a question's counts under the answers": (
        {"Data": rows([A, None, 1, 3, 1, 2])},
        [("ROW_IS_TOTAL", "A6")],
    ),
    "a note below with a number under the phase": (
        {"Data": rows([], ["Sagerne er trukket tilfældigt", None, 2])},
        [("ROW_WITHOUT_CASE", "A7")],
    ),
    "counts above": ({"Data": [SUMS[0], [A, "", 4, 3], [], *rows()]}, []),
    "counts to the right": (
        {
            "Data": [
                [*row, *[None] * (9 - len(row)), beside[0], *beside[2:]]
                for row, beside in zip(rows(), SUMS, strict=False)
            ]
        },
        [("COLUMN_IGNORED", cell) for cell in ("J1", "K1", "L1")],
    ),
    "an example first": (
        {"Data": [HEADER, ["Eksempel", "Nordby", "Før", "Ja", "Ja", "Ja"], *CASES]},
        [("ROW_IS_EXAMPLE", "A2")],
    ),
    "an example first, shortened": (
        {"Data": [HEADER, ["Eks. 1", None, "Efter", "Nej", "Ja", "Ja"], *CASES]},
        [("ROW_IS_EXAMPLE", "A2")],
    ),
    "the words to choose from below the header": (
        {"Data": [HEADER, [None, None, None, *["Ja/Nej"] * 3], *CASES]},
        [("ROW_WITHOUT_CASE", "D2")],
    ),
    "a totals row with formulas": (
        {
            "Data": Page(
                rows(["I alt", None, None, Formula("SUBTOTAL(103,D2:D5)", 4)]),
                tables=["A1:G6"],
            )
        },
        [("ROW_IS_TOTAL", "A6")],
    ),
    "a filter": (
        {"Data": Page(rows(), hidden_rows=[3], filter="A1:G5")},
        [("ROW_FILTERED", "3:3")],
    ),
    "a very hidden copy": (
        {"Data": rows(), "X": Page(rows(), state="veryHidden")},
        [("SHEET_HIDDEN", None)],
    ),
    "a copy": (
        {"Data": rows(), "Data (2)": rows()},
        [("ROW_DUPLICATE", f"A{row}") for row in range(2, 6)],
    ),
    "answers by formulas": (
        {"Data": answered(lambda one: Formula("IF(1,2)", one))},
        [],
    ),
    "answers from another workbook": (
        {"Data": answered(lambda one: Formula("[1]Ark1!A1", one))},
        [],
    ),
    "a formula that shows nothing": (
        {"Data": [*rows()[:2], [*CASES[1][:5], Formula('IF(1,"")', "")], *CASES[2:]]},
        [],
    ),
    "true and false": ({"Data": answered(is_yes)}, [("ANSWER_CODED", "D2")]),
    "ones and zeros": (
        {"Data": answered(lambda one: int(is_yes(one)))},
        [("ANSWER_CODED", "D2")],
    ),
    "runs and phonetic guides in the cells": (
        {
            "Data": answered(
                lambda one: Xml(
                    '<c r="{r}" t="inlineStr"><is><r><t>'
                    f"{one[0]}</t></r><r><t>{one[1:]}</t></r>"
                    '<rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
                )
            )
        },
        [],
    ),
    "texts in the cells": ({"Data": Page(rows(), inline=True)}, []),
    "a format up to the last column": (
        {"Data": [HEADER, [*CASES[0], Xml('<c r="XFD2" s="1"/>')], *CASES[1:]]},
        [],
    ),
    "tables beside one another, other order": (
        {
            "Data": [
                ["Sagsnr.", "Måling", A, B, None, "Sagsnr.", "Måling", C],
                *(
                    [one[0], *one[2:5], None, other[0], other[2], other[5]]
                    for one, other in zip(CASES, reversed(CASES), strict=True)
                ),
            ]
        },
        [("LAYOUT_DETECTED", None)],
    ),
    "invisible signs in the header": (
        {"Data": [[*HEADER[:3], f"\u200b{A}", f"{B}\u00ad", f"{C}_x000D_"], *CASES]},
        [],
    ),
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_what_stands_around_the_cases_moves_no_count(kind, tmp_path):
    sheets, expected = AWKWARD[kind]
    found = checked(tmp_path, sheets)
    assert scores(found) == PLAIN
    assert len(found.counts) == 0
    assert [(issue.code, issue.cell) for issue in found.found] == expected
    assert errors(found) == set()


REFUSED: dict[str, tuple[list[list[Any]], str, str | None]] = {
    "half an answer": (answered(lambda one: f"{one}, delvist"), "ANSWER_UNKNOWN", "D2"),
    "an answer with a date": (
        answered(lambda one: f"{one} 12.03.2018"),
        "ANSWER_UNKNOWN",
        "D2",
    ),
    "marks": (
        answered(lambda one: "x" if is_yes(one) else None),
        "ANSWER_UNKNOWN",
        "D2",
    ),
    "ones as dates": (
        answered(lambda one: date(1900, 1, 1 + is_yes(one))),
        "ANSWER_TYPE",
        "D2",
    ),
    "a phase that is true": (
        [HEADER, [*CASES[0][:2], True, *CASES[0][3:]], *CASES[1:]],
        "PHASE_UNKNOWN",
        "C2",
    ),
    "a phase that is a date": (
        [HEADER, [*CASES[0][:2], date(1900, 1, 1), *CASES[0][3:]], *CASES[1:]],
        "PHASE_UNKNOWN",
        "C2",
    ),
    "a header told apart by a footnote": (
        [[*HEADER[:4], f"{A} *", C], *CASES],
        "HEADER_DUPLICATE",
        "E1",
    ),
    "a header that is an error": (
        [[*HEADER[:5], Error("#REF!")], *CASES],
        "MEASURE_UNMATCHED",
        "F1",
    ),
    "counts without a label": (rows([None, None, None, 3, 1, 2]), "ANSWER_TYPE", "D6"),
    "the same case, typed differently": (
        rows(["s\u20111 ", "Nordby", "Før", "Nej", "Ja", "Ja"]),
        "CASE_DUPLICATE",
        "A6",
    ),
    "numbers and texts as cases": (
        [HEADER, ["1", *CASES[0][1:]], [1.0, *CASES[0][1:3], "Nej"]],
        "CASE_DUPLICATE",
        "A3",
    ),
    "a line that says why there are no answers": (
        rows(["S-5", "Nordby", "Før", "Sagen er ikke gennemgået"]),
        "ANSWER_UNKNOWN",
        "D6",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_may_mean_two_things_is_an_error_at_its_cell(kind, tmp_path):
    lines, code, cell = REFUSED[kind]
    found = checked(tmp_path, {"Data": lines})
    assert code in errors(found)
    assert told(found, code)[0][0] == cell


def test_a_strict_workbook(tmp_path):
    strict = "http://purl.oclc.org/ooxml"
    raw: Parts = {
        name: str(text)
        .replace(MAIN, f"{strict}/spreadsheetml/main")
        .replace(OFFICE, f"{strict}/officeDocument/relationships")
        for name, text in parts({"Data": rows()}).items()
    }
    found = check([read_cells(pack(tmp_path / "a.xlsx", raw))], FORM)
    assert (scores(found), found.found) == (PLAIN, ())


def test_counts_alone_are_still_read(tmp_path):
    found = checked(tmp_path, {"Opsummering": SUMS, "Data": [HEADER]})
    assert set(found.counts["units"]) == {2}
    assert "AGGREGATE_FORM" in codes(found)
    assert len(found.answers) == 0


def test_cases_that_are_all_called_examples_are_cases(tmp_path):
    lines = [["Eksempel 1", *CASES[0][1:]]]
    found = checked(tmp_path, {"Data": [HEADER, *lines]})
    assert column(found, "a") == ["compliant"]


WHEN = form_of(
    attributes=[
        {"id": "decided", "label": "Dato", "type": "date", "columns": ["Dato"]},
    ]
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (date(2018, 2, 1), "2018-02-01"),
        (datetime(2018, 2, 1, 23, 59), "2018-02-01"),  # noqa: DTZ001
        (43132, "2018-02-01"),
        ("1/2-18", "2018-02-01"),
        ("2018.02.01", "2018-02-01"),
        ("1. feb. 2018", "2018-02-01"),
        ("d. 1. februar 2018", "2018-02-01"),
        ("den 1/2-2018", "2018-02-01"),
        ("torsdag den 1. februar 2018", "2018-02-01"),
        ("tors. 1/2-18", "2018-02-01"),
        ("2018-2-1", "2018-02-01"),
        ("2018/02/1", "2018-02-01"),
        ("2018-02-01T10:30:00+01:00", "2018-02-01"),
        ("2018-021", None),
        ("2018021", None),
        ("mandag", None),
        (20180201, "2018-02-01"),
        ("02/13/2018", "2018-02-13"),
        ("1. kvartal 2018", None),
        ("feb 1, 2018", None),
        ("43132", None),
        (60, None),
        (True, None),
    ],
)
def test_dates_as_they_are_written(written, expected, tmp_path):
    lines = [["Sagsnr.", "Måling", "Dato", A], ["S-1", "Før", written, "Ja"]]
    path = pack(tmp_path / "a.xlsx", parts({"Data": lines}))
    found = check([read_cells(path)], WHEN)
    assert column(found, "a", "decided") == [expected]


def test_one_date_that_is_month_first_decides_for_all(tmp_path):
    dates = ("02/13/2018", "03/04/2018", "05/05/2018")
    lines = [[f"S-{n}", "Før", one, "Ja"] for n, one in enumerate(dates)]
    sheets = {"Data": [["Sagsnr.", "Måling", "Dato", A], *lines]}
    path = pack(tmp_path / "a.xlsx", parts(sheets))
    found = check([read_cells(path)], WHEN)
    expected = ["2018-02-13", "2018-03-04", "2018-05-05"]
    assert column(found, "a", "decided") == expected
    assert told(found, "DATE_MONTH_FIRST") == [("C2", 2)]


def test_a_quotation_mark_that_is_never_closed(tmp_path):
    path = tmp_path / "a.csv"
    lines = [";".join(str(cell or "") for cell in row) for row in rows()]
    lines[2] = lines[2].replace("Nordby", '"Nordby')
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(FileError, match="the file is damaged") as caught:
        read_cells(path)
    assert caught.value.code == "FILE_CORRUPT"
