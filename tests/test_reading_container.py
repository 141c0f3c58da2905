"""The preflight: what is no workbook, what is damaged, what is too large or unsafe."""

import io
import os
import struct
import traceback
import zipfile
from datetime import date
from pathlib import Path

import pytest
from workbooks import MAIN, OFFICE, Page, Parts, pack, parts, write

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import container, read_cells
from taskforce_analysis.reading.cells import Finding, iterate

ROWS = [["Sagsnr.", "Svar"], ["S-1", "Ja"]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def raw() -> Parts:
    return parts({"Data": ROWS})


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "a.xlsx"


def refusal(path: Path) -> str:
    with pytest.raises(FileError, match=r"a\.xlsx") as caught:
        read_cells(path)
    return caught.value.code


def texts(path: Path) -> list[str]:
    return [text for *_, text in iterate(read_cells(path).sheets[0])]


def test_a_sound_workbook(path, raw):
    workbook = read_cells(pack(path, raw))
    assert workbook.file == "a.xlsx"
    assert workbook.size == path.stat().st_size
    assert workbook.findings == ()
    assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"Sagsnr.;Svar\nS-1;Ja\n", "FILE_NOT_WORKBOOK"),
        (b"<html><table></table></html>", "FILE_NOT_WORKBOOK"),
        (b"PK", "FILE_CORRUPT"),
        (b"PK\x05\x06" + bytes(18), "FILE_NOT_WORKBOOK"),
        (b"%PDF-1.7", "FILE_NOT_WORKBOOK"),
        (OLE + bytes(500), "FILE_NOT_WORKBOOK"),
        (OLE + "WordDocument".encode("utf-16-le"), "FILE_NOT_WORKBOOK"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED"),
        (OLE + "\tDRMContent".encode("utf-16-le"), "FILE_ENCRYPTED"),
    ],
)
def test_what_is_no_workbook_at_all(path, content, code):
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_file_that_is_not_there(path, tmp_path):
    assert refusal(path) == "FILE_NOT_FOUND"
    with pytest.raises(FileError, match="no such file"):
        read_cells(tmp_path / "a\0.xlsx")


def test_a_folder_is_no_workbook(path):
    path.mkdir()
    assert refusal(path) == "FILE_NOT_WORKBOOK"


def test_a_file_that_may_not_be_opened(path, monkeypatch):
    def locked(_: Path) -> bytes:
        raise PermissionError

    path.write_bytes(b"PK")
    monkeypatch.setattr(Path, "read_bytes", locked)
    assert refusal(path) == "FILE_NOT_READABLE"


def test_a_file_larger_than_all_its_parts_may_be(path, monkeypatch):
    monkeypatch.setattr(container, "LARGEST_TOTAL", 10)
    path.write_bytes(b"PK" + bytes(20))
    assert refusal(path) == "FILE_TOO_LARGE"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off(path, raw, share):
    data = pack(path, raw).read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert refusal(path) == "FILE_CORRUPT"


@pytest.mark.parametrize("before", [b"", b"\r\n--mail--\r\n", bytes(3000)])
@pytest.mark.parametrize("after", [b"", b"\0", b"x" * 1024, b"y" * 100_000])
def test_bytes_around_the_zip_do_no_harm(path, raw, before, after):
    data = pack(path, raw).read_bytes()
    path.write_bytes(before + data + after)
    assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_names_are_unique_without_case(path, raw):
    raw["XL/Workbook.xml"] = raw["xl/workbook.xml"]
    assert refusal(pack(path, raw)) == "FILE_CORRUPT"


def test_names_in_another_case_are_found(path, raw):
    turned = {name.swapcase(): content for name, content in raw.items()}
    assert texts(pack(path, turned)) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_names_with_backslashes_are_found(path, raw):
    turned = {name.replace("/", "\\"): content for name, content in raw.items()}
    assert texts(pack(path, turned)) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_a_member_that_points_out_of_the_folder_goes_nowhere(path, raw, tmp_path):
    raw["../../evil.txt"] = "x"
    raw["folder/"] = b""
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]
    assert list(tmp_path.parent.glob("**/evil.txt")) == []


def test_too_many_members(path, raw, monkeypatch):
    monkeypatch.setattr(container, "MOST_MEMBERS", 5)
    assert refusal(pack(path, raw)) == "FILE_TOO_LARGE"


def directory_entry(data: bytearray, name: bytes) -> int:
    """Where the zip's directory speaks of the member."""
    return data.rindex(name) - 46


@pytest.mark.parametrize(
    ("offset", "pattern", "code"),
    [
        (8, struct.pack("<H", 0x0001), "FILE_ENCRYPTED"),
        (8, struct.pack("<H", 0x0040), "FILE_ENCRYPTED"),
        (10, struct.pack("<H", 12), "FILE_CORRUPT"),  # a method that is not deflate
        (10, struct.pack("<H", 0), "FILE_CORRUPT"),
        (16, b"\1\2\3\4", "FILE_CORRUPT"),  # CRC
        (20, struct.pack("<I", 10), "FILE_CORRUPT"),  # packed size
        (20, struct.pack("<I", 1 << 30), "FILE_CORRUPT"),
        (24, struct.pack("<I", 10), "FILE_CORRUPT"),  # unpacked size
        (24, struct.pack("<I", 300_000_000), "FILE_TOO_LARGE"),
        (42, struct.pack("<I", 5), "FILE_CORRUPT"),  # where the member begins
        (42, struct.pack("<I", 1 << 30), "FILE_CORRUPT"),
    ],
)
def test_a_directory_that_says_something_else(path, raw, offset, pattern, code):
    data = bytearray(pack(path, raw).read_bytes())
    place = directory_entry(data, b"xl/worksheets/sheet1.xml") + offset
    data[place : place + len(pattern)] = pattern
    path.write_bytes(data)
    assert refusal(path) == code


def test_a_member_under_another_name_than_the_directory_gives(path, raw):
    data = bytearray(pack(path, raw).read_bytes())
    place = data.index(b"xl/styles.xml")
    data[place : place + 9] = b"xl/stiles"
    path.write_bytes(data)
    assert refusal(path) == "FILE_CORRUPT"


def test_parts_that_are_stored_uncompressed(path, raw):
    pack(path, raw, method=zipfile.ZIP_STORED)
    assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_names_that_are_not_utf8(path, raw):
    raw["xl/\xe6.xml"] = "<a/>"
    data = pack(path, raw).read_bytes()
    path.write_bytes(data.replace("\xe6".encode(), b"\xff\xfe"))
    assert refusal(path) == "FILE_CORRUPT"


def blanks(count: int) -> str:
    return f'<worksheet xmlns="{MAIN}">{" " * count}<sheetData/></worksheet>'


def test_a_part_that_unpacks_to_far_more_than_it_is(path, raw):
    raw["xl/worksheets/sheet1.xml"] = blanks(1_500_000)
    assert refusal(pack(path, raw)) == "FILE_TOO_LARGE"


def test_a_part_that_lies_about_its_size(path, raw):
    raw["xl/worksheets/sheet1.xml"] = blanks(3_000_000)
    data = bytearray(pack(path, raw).read_bytes())
    place = directory_entry(data, b"xl/worksheets/sheet1.xml") + 24
    data[place : place + 4] = struct.pack("<I", 900_000)
    path.write_bytes(data)
    assert refusal(path) == "FILE_TOO_LARGE"


def test_real_bytes_are_counted_over_all_parts(path, raw, monkeypatch):
    data = pack(path, raw).read_bytes()
    box = container.Container(path, data)
    monkeypatch.setattr(container, "LARGEST_TOTAL", 100)
    with pytest.raises(FileError, match="unpacks to more"):
        box.read("xl/styles.xml")


def test_a_part_that_is_not_there(path, raw):
    box = container.Container(path, pack(path, raw).read_bytes())
    assert box.size("xl/nothing.xml") == 0
    assert 5 not in box
    with pytest.raises(FileError, match="damaged"):
        box.read("xl/nothing.xml")


def test_a_single_tag_without_end(path, raw, monkeypatch):
    monkeypatch.setattr(container, "LONGEST_TAG", 1000)
    monkeypatch.setattr(container, "CHUNK", 500)
    comment = f"<!--{'x' * 5000}--><worksheet"
    raw["xl/worksheets/sheet1.xml"] = blanks(0).replace("<worksheet", comment)
    assert refusal(pack(path, raw)) == "FILE_TOO_LARGE"


CELLLESS = (
    "docProps/core.xml",
    "customXml/item1.xml",
    "xl/drawings/old.vml",
    "xl/theme/theme1.xml",
)
DOCTYPES = [
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "docProps/core.xml",
        "_rels/.rels",
        "[Content_Types].xml",
        "customXml/item1.xml",
        "xl/drawings/old.vml",
        "xl/theme/theme1.xml",
    ],
)
def test_declarations_in_any_part_and_encoding(path, raw, doctype, coding, part):
    text = str(raw.get(part, "<?xml version='1.0'?><a/>"))
    declared = f"<?xml version='1.0' encoding='{coding.removesuffix('-be')}'?>{doctype}"
    _, _, rest = text.partition("?>")
    mark = "\ufeff" if coding.endswith("-be") else ""
    raw[part] = (mark + declared + rest).encode(coding)
    pack(path, raw)
    if part in CELLLESS:
        assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]
        assert read_cells(path).findings == (Finding("PART_IGNORED", None, part),)
    else:
        assert refusal(path) == "FILE_UNSAFE_XML"


def test_a_document_is_no_workbook(path):
    raw = parts({"Data": ROWS})
    word = str(raw["[Content_Types].xml"]).replace("spreadsheetml", "wordprocessingml")
    raw["[Content_Types].xml"] = word
    assert refusal(pack(path, raw)) == "FILE_NOT_WORKBOOK"


def test_a_zip_of_other_things(path):
    assert refusal(pack(path, {"a.txt": "x"})) == "FILE_NOT_WORKBOOK"
    assert refusal(pack(path, {"mimetype": "application/epub+zip"})) == (
        "FILE_NOT_WORKBOOK"
    )


def test_a_package_that_names_no_document(path, raw):
    del raw["_rels/.rels"]
    assert refusal(pack(path, raw)) == "FILE_NOT_WORKBOOK"


def test_a_workbook_that_the_types_do_not_name(path, raw):
    types = str(raw["[Content_Types].xml"])
    raw["[Content_Types].xml"] = types.replace("/xl/workbook.xml", "/xl/other.xml")
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_a_document_that_no_one_names_a_workbook(path, raw):
    raw["xl/main.xml"] = raw.pop("xl/workbook.xml")
    raw["_rels/.rels"] = str(raw["_rels/.rels"]).replace("workbook.xml", "main.xml")
    assert refusal(pack(path, raw)) == "FILE_NOT_WORKBOOK"


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
def test_a_named_part_that_is_gone(path, raw, part):
    del raw[part]
    assert refusal(pack(path, raw)) == "FILE_CORRUPT"


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "docProps/core.xml",
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
    ],
)
@pytest.mark.parametrize("content", ["", "x", "<a>", "<a/>", "<a></b>"])
def test_a_part_that_is_something_else(path, raw, part, content):
    raw[part] = content
    pack(path, raw)
    if "core" in part:
        assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]
        ignored = (Finding("PART_IGNORED", None, part),)
        assert read_cells(path).findings == (() if content == "<a/>" else ignored)
    else:
        assert refusal(path) == "FILE_CORRUPT"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("calcChain", "xl/calcChain.xml"),
        ("theme", "xl/theme/theme1.xml"),
        ("styles", "xl/styles.xml"),
        ("sharedStrings", "xl/sharedStrings.xml"),
    ],
)
def test_a_lost_part_that_no_cell_needs_is_told(path, kind, target):
    raw = parts({"Data": Page(ROWS, inline=True)})
    raw.pop(target, None)
    links = str(raw["xl/_rels/workbook.xml.rels"])
    if kind not in links:
        link = f'<Relationship Id="x" Type="{OFFICE}/{kind}" Target="{target[3:]}"/>'
        links = links.replace("</Relationships>", f"{link}</Relationships>")
    raw["xl/_rels/workbook.xml.rels"] = links
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]
    assert read_cells(path).findings == (Finding("PART_IGNORED", None, target),)


@pytest.mark.parametrize(
    ("part", "lost"),
    [("docProps/app.xml", "docProps/app.xml"), ("xl/tables/table1_1.xml", None)],
)
def test_a_lost_part_beside_the_cells_is_told(path, part, lost):
    raw = parts({"Data": Page(ROWS, tables=["A1:B2"])}, properties={"a": "b"})
    del raw[part], raw["docProps/custom.xml"]
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]
    found = {one.place for one in read_cells(path).findings}
    assert found == {lost or part, "docProps/custom.xml"}


def test_lost_styles_of_a_cell_that_is_shown_in_one(path):
    raw = parts({"Data": [["a", 5, date(2018, 2, 1)]]})
    del raw["xl/styles.xml"]
    assert refusal(pack(path, raw)) == "FILE_CORRUPT"


@pytest.mark.parametrize("shared", [b"", b"\xff\x00 010135-0000", b"<a>"])
def test_what_a_mac_left_behind_is_told(path, raw, shared):
    raw["__MACOSX/xl/worksheets/._sheet1.xml"] = shared
    raw["__MACOSX/_rels/._.rels"] = b"\0\5\x16\7"
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]
    found = read_cells(path).findings
    assert sum(one.code == "PART_IGNORED" for one in found) == 2
    assert sum(one.code == "CPR_FOUND" for one in found) == (b"0000" in shared)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/_rels/workbook.xml.rels", 'Id="rId2"', 'Id="rId1"'),
        ("_rels/.rels", 'Id="rId2"', 'Id="rId1"'),
        ("xl/_rels/workbook.xml.rels", "/styles", "/sharedStrings"),
        ("xl/workbook.xml", "</sheets>", "<sheet name='x' r:id='rId1'/></sheets>"),
        ("_rels/.rels", "extended-properties", "officeDocument"),
    ],
)
def test_a_package_that_can_be_read_in_two_ways(path, raw, part, old, new):
    raw[part] = str(raw[part]).replace(old, new, 1)
    assert refusal(pack(path, raw)) == "FILE_CORRUPT"


def test_names_of_parts_may_be_percent_encoded(path, raw):
    raw["xl/worksheets/ark%20%C3%A9n.xml"] = raw.pop("xl/worksheets/sheet1.xml")
    for target in ("ark én.xml", "ark%20%C3%A9n.xml", "ARK%20%c3%a9n.xml"):
        bent = dict(raw)
        links = str(bent["xl/_rels/workbook.xml.rels"])
        bent["xl/_rels/workbook.xml.rels"] = links.replace("sheet1.xml", target)
        assert texts(pack(path, bent)) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_a_worksheet_that_is_called_null_is_lost(path, raw):
    links = str(raw["xl/_rels/workbook.xml.rels"])
    raw["xl/_rels/workbook.xml.rels"] = links.replace("worksheets/sheet1.xml", "NULL")
    assert refusal(pack(path, raw)) == "FILE_CORRUPT"


def test_only_a_regular_file_is_opened(path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    os.mkfifo(path)
    assert refusal(path) == "FILE_NOT_WORKBOOK"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyError, "FILE_CORRUPT"),
        (RecursionError, "FILE_CORRUPT"),
        (MemoryError, "FILE_TOO_LARGE"),
    ],
)
def test_whatever_goes_wrong_is_told_of_its_own_file(
    path, raw, monkeypatch, error, code
):
    def fail(*_: object) -> None:
        raise error("what a cell says")

    monkeypatch.setattr("taskforce_analysis.reading.ooxml.read_sheet", fail)
    pack(path, raw)
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert (caught.value.code, caught.value.file) == (code, "a.xlsx")
    assert "what a cell says" not in "".join(traceback.format_exception(caught.value))


def test_targets_that_excel_itself_leaves_open(path, raw):
    link = '<Relationship Id="x" Type="a/image" Target="../NULL"/>'
    link += '<Relationship Id="y" Type="a/hyperlink" Target="#Data!A1"/>'
    link += (
        '<Relationship Id="z" Type="a/b" Target="http://x.dk" TargetMode="External"/>'
    )
    links = str(raw["xl/_rels/workbook.xml.rels"])
    raw["xl/_rels/workbook.xml.rels"] = links.replace("</R", f"{link}</R")
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_an_owner_file_is_left_alone(tmp_path):
    path = tmp_path / "~$a.xlsx"
    path.write_bytes(b"\x05Bente" + bytes(159))
    workbook = read_cells(path)
    assert workbook.sheets == ()
    assert [finding.code for finding in workbook.findings] == ["FILE_IGNORED"]


@pytest.mark.parametrize("name", ["~$a.xlsx", ".~lock.a.xlsx#", "._a.xlsx"])
def test_owner_files_of_other_programs(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    found = read_cells(tmp_path / name).findings
    assert [finding.code for finding in found] == ["FILE_IGNORED"]


def test_a_long_chain_of_parts(path, raw):
    link = '<Relationship Id="x" Type="a/drawing" Target="d{}.xml"/>'
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    links += 'relationships">{}</Relationships>'
    for number in range(1200):
        raw[f"xl/worksheets/d{number}.xml"] = "<a/>"
        name = f"xl/worksheets/_rels/d{number}.xml.rels"
        raw[name] = links.format(link.format((number + 1) % 1200))
    raw["xl/worksheets/_rels/sheet1.xml.rels"] = links.format(link.format(0))
    assert texts(pack(path, raw)) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_a_workbook_may_be_called_like_an_owner_file(tmp_path):
    path = write(tmp_path / "~$a.xlsx", {"Data": ROWS})
    assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.XLSM", "a.xltx"])
def test_a_fitting_name(tmp_path, name):
    assert read_cells(write(tmp_path / name, {"Data": ROWS})).findings == ()


@pytest.mark.parametrize("name", ["a.xls", "a.zip", "a"])
def test_a_name_that_says_something_else(tmp_path, name):
    found = read_cells(write(tmp_path / name, {"Data": ROWS})).findings
    assert [(one.code, one.expected) for one in found] == [("FILE_EXTENSION", ".xlsx")]


def test_a_zip_comment_of_any_length(path, raw):
    buffer = io.BytesIO(pack(path, raw).read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"c" * 60_000
    path.write_bytes(buffer.getvalue())
    assert texts(path) == ["Sagsnr.", "Svar", "S-1", "Ja"]


def test_a_cpr_number_in_a_remark_of_the_zip_is_found(raw, path):
    pack(path, raw)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"til 010135-0000"
        archive.filelist[0].comment = b"se 010135\n0000"
    found = [one for one in read_cells(path).findings if one.code == "CPR_FOUND"]
    assert [(one.place, one.count) for one in found] == [("zip", 2)]


def test_an_endless_tag_beside_the_cells(path, raw, monkeypatch):
    monkeypatch.setattr(container, "LONGEST_TAG", 1000)
    raw["customXml/item1.xml"] = f"<!--x--><a b='{'x' * 5000}"
    assert refusal(pack(path, raw)) == "FILE_TOO_LARGE"
