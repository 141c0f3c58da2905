"""The marked copy: every problem cell coloured and told, and no value repeated."""

import re
from pathlib import Path

import openpyxl
import pytest

from taskforce_analysis.errors import UsageError
from taskforce_analysis.issues import Issue
from taskforce_analysis.languages import load_language
from taskforce_analysis.planning.annotating import annotate
from taskforce_analysis.results import prepare
from taskforce_analysis.shipped import data_folder

WRONG = data_folder("example") / "status_med_fejl.xlsx"


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The example workbook with errors, marked."""
    out = tmp_path_factory.mktemp("ud") / "mærket.xlsx"
    annotate(WRONG, prepare(WRONG, form="boernehandicap").found, out)
    return openpyxl.load_workbook(out)


def test_every_issue_is_listed_with_a_link(marked: openpyxl.Workbook) -> None:
    found = prepare(WRONG, form="boernehandicap").found
    rows = list(marked["Bemærkninger"].iter_rows(min_row=2))
    own = [one for one in found if one.file == WRONG.name]
    assert sorted(str(row[1].value) for row in rows) == sorted(one.code for one in own)
    errors = [row for row in rows if row[0].value == "Fejl"]
    assert errors == rows[: len(errors)]
    for row in errors:
        link = row[3].hyperlink
        assert link is not None
        assert str(link.location).endswith(str(row[3].value).partition(":")[0])


def test_each_error_cell_is_coloured_and_told(marked: openpyxl.Workbook) -> None:
    words = load_language("da")
    for row in marked["Bemærkninger"].iter_rows(min_row=2, values_only=True):
        if row[0] == "Fejl":
            cell = marked[str(row[2])][str(row[3])]
            assert cell.fill.start_color.rgb == "00F8B4AB"
            assert cell.comment is not None
            assert words.word(f"issues.{row[1]}.remedy") in cell.comment.text


def test_no_cpr_number_is_repeated(marked: openpyxl.Workbook) -> None:
    told = [
        cell.comment.text
        for sheet in marked
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    ]
    told += [str(cell) for row in marked["Bemærkninger"].values for cell in row]
    assert told
    assert not any(re.search(r"\d{6}-?\d{4}", text) for text in told)


def test_the_users_own_values_stay(marked: openpyxl.Workbook) -> None:
    original = openpyxl.load_workbook(WRONG)
    for sheet in original:
        copied = marked[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                assert copied[cell.coordinate].value == cell.value


def test_rows_and_columns_are_marked_at_their_first_cell(tmp_path: Path) -> None:
    found = [
        Issue("ROW_HIDDEN", WRONG.name, "Sagsmåling", "6:7"),
        Issue("COLUMN_HIDDEN", WRONG.name, "Sagsmåling", "D"),
        Issue("CPR_FOUND", WRONG.name, "Sagsmåling", "footer"),
        Issue("CELL_ERROR", "en anden.xlsx", "Sagsmåling", "B6"),
    ]
    out = annotate(WRONG, found, tmp_path / "ud.xlsx", language="en")
    sheet = openpyxl.load_workbook(out)["Sagsmåling"]
    marked = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment
    }
    assert marked == {"A6", "A7", "D1"}


def test_the_original_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would replace the original"):
        annotate(WRONG, [], WRONG)
    with pytest.raises(UsageError, match=r"OUT\.xlsx"):
        annotate(WRONG, [], tmp_path / "ud.docx")
