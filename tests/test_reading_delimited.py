"""A .csv file reads as the same sheet as a workbook, and no number is guessed."""

from pathlib import Path

import pytest

from taskforce_analysis.checking import check
from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Finding, Kind, iterate
from tests.made_sheets import PLAIN, form_of, measure, rows, scores

TEXT = "Sagsnr.;Værdi;Nr\nS-1;12,5;007\nS-2;;7\n"
CELLS = [
    (1, 1, Kind.TEXT, "Sagsnr."),
    (1, 2, Kind.TEXT, "Værdi"),
    (1, 3, Kind.TEXT, "Nr"),
    (2, 1, Kind.TEXT, "S-1"),
    (2, 2, Kind.NUMBER, "12.5"),
    (2, 3, Kind.TEXT, "007"),
    (3, 1, Kind.TEXT, "S-2"),
    (3, 3, Kind.TEXT, "7"),
]


def read(path: Path, data: bytes) -> list:
    path.write_bytes(data)
    (sheet,) = read_cells(path).sheets
    return list(iterate(sheet))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_danish_csv_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.csv", TEXT.encode(encoding)) == CELLS


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_line_end(tmp_path: Path, end: str) -> None:
    assert read(tmp_path / "a.csv", TEXT.replace("\n", end).encode()) == CELLS


def test_commas_part_cells_only_where_no_semicolon_does(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", b'a,b\n1.5,"x, y"\n')
    assert [text for *_, text in found] == ["a", "b", "1.5", "x, y"]
    assert found[2][2] is Kind.NUMBER


def test_long_numbers_stay_texts(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", b"id\n1234567890123456\n")
    assert found[1][2:] == (Kind.TEXT, "1234567890123456")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"a;b\n\x00\x01;\x02\n", "FILE_NOT_WORKBOOK"),
        (b"a;b\n\x81;x\n", "FILE_NOT_WORKBOOK"),
        (b'a\n"' + b"x" * 200_000, "FILE_CORRUPT"),
    ],
)
def test_what_is_no_csv_is_told(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"a\.csv") as caught:
        read_cells(path)
    assert caught.value.code == code


def test_a_csv_passes_the_same_checks_as_a_workbook(tmp_path: Path) -> None:
    lines = [";".join("" if one is None else str(one) for one in row) for row in rows()]
    path = tmp_path / "sager.csv"
    path.write_bytes("\n".join(lines).encode("cp1252"))
    checked = check([read_cells(path)], form_of())
    assert scores(checked) == PLAIN
    assert [issue.code for issue in checked.found if issue.severity == "error"] == []


@pytest.mark.parametrize("suffix", [".txt", ".tsv"])
def test_a_table_as_text_under_another_name(tmp_path: Path, suffix: str) -> None:
    text = TEXT.replace(";", "\t").encode("utf-16")
    assert read(tmp_path / f"a{suffix}", text) == CELLS


def test_a_text_without_a_table_is_said_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Til orientering\nHilsen", "utf-8")
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert (caught.value.code, caught.value.kind) == ("FILE_NOT_WORKBOOK", "text")


@pytest.mark.parametrize(
    "text",
    [";" * 1_000_000, "a;b\n" + ";" * 20_000, "a;b\n" * 1_048_577],
    ids=["header", "row", "rows"],
)
def test_more_than_a_sheet_has_is_refused_at_once(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert caught.value.code == "FILE_TOO_LARGE"


def test_a_header_may_begin_as_a_zip_does(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", b"PK;b\n1;2\n")[0] == (1, 1, Kind.TEXT, "PK")
    assert read(tmp_path / "a.csv", b"PK")[0] == (1, 1, Kind.TEXT, "PK")


@pytest.mark.parametrize("encoding", ["cp850", "cp865", "mac_roman"])
def test_letters_of_other_machines_are_named(tmp_path: Path, encoding: str) -> None:
    lines = [["Sagsnr.", "Måling", "Er ÅRET godt, ærø?"], ["S-1", "Før", "Ja"]]
    path = tmp_path / "a.csv"
    text = "\n".join(";".join(line) for line in lines)
    path.write_bytes(text.encode(encoding))
    form = form_of(measures=[measure("a", "Er ÅRET godt, ærø?")])
    found = check([read_cells(path)], form).found
    broken = [one.expected for one in found if one.code == "HEADER_MOJIBAKE"]
    assert "Er ÅRET godt, ærø?" in broken


@pytest.mark.parametrize("name", ["cp850", "mac_roman"])
@pytest.mark.parametrize("text", ["Nørby", "Vesterårs", "BRØNDBY", "SKÅNE"])
def test_letters_of_other_machines_in_the_cells_alone_are_told(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"Sagsnr.;By\nS-1;Ry\nS-2;{text}\nS-3;{text}\n".encode(name))
    if (name, text) == ("mac_roman", "BRØNDBY"):  # a sign that Windows has too
        assert read_cells(path).findings == ()
        return
    found = Finding("TEXT_MOJIBAKE", "csv", "B3", 2, expected=name)
    assert read_cells(path).findings == (found,)


def test_signs_that_are_no_broken_letters_are_not_told(tmp_path: Path) -> None:
    text = "Sagsnr.;By\nS-1;3¾ år – \u203asådan\u2039 † Œuvre, ørred’s\n"
    for encoding in ("cp1252", "utf-8"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        assert read_cells(path).findings == ()


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_names_the_mark_is_no_row(tmp_path: Path, first: str) -> None:
    data = f"{first}\r\n{TEXT}".encode()
    assert read(tmp_path / "a.csv", data) == CELLS


def test_the_mark_that_is_named_parts_the_cells(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", b"sep=|\na;b|c\n1|2\n")
    assert [text for *_, text in found] == ["a;b", "c", "1", "2"]
