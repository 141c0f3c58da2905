"""Old and foreign workbooks, made here byte by byte, and what becomes of a crash."""

import io
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from test_reading_fuzz import MUTANTS, cut, double, flip, truncate, values, zero
from workbooks import Parts, pack

from taskforce_analysis.errors import FileError
from taskforce_analysis.issues import FILE_ERRORS
from taskforce_analysis.languages import available_languages, load_language
from taskforce_analysis.reading import _whole, ods, read_cells
from taskforce_analysis.reading.cells import Area, Finding, Kind, Workbook, iterate
from taskforce_analysis.reading.compound import CompoundFile
from taskforce_analysis.reading.many import Unread, read_many

TEXT, NUMBER, DATE = Kind.TEXT, Kind.NUMBER, Kind.DATE
BOOLEAN, ERROR, UNCALCULATED = Kind.BOOLEAN, Kind.ERROR, Kind.UNCALCULATED
CPR = "010135-0000"
LEGACY_MUTANTS = max(MUTANTS // 12, 200) if MUTANTS < 24_000 else 2_000
FREE, LAST = 0xFFFF_FFFF, 0xFFFF_FFFE


def record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def label(row: int, column: int, text: str) -> bytes:
    body = struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1")
    return record(0x204, body)


def footer(text: str) -> bytes:
    return record(0x15, struct.pack("<HB", len(text), 0) + text.encode("latin-1"))


BOF_GLOBALS = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
BOF_SHEET = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
EOF = record(0x0A)
ERROR_CELL = record(0x205, struct.pack("<HHHBB", 1, 1, 0, 0x2A, 1))
TRUE_CELL = record(0x205, struct.pack("<HHHBB", 1, 2, 0, 1, 0))
NUMBER_CELL = record(0x203, struct.pack("<HHHd", 2, 0, 0, 43132.0))
RESULT = struct.pack("<HHH", 2, 1, 0) + b"\2\0\7\0\0\0\xff\xff" + bytes(8)
ERROR_FORMULA = record(0x06, RESULT)
NUMBER_FORMULA = record(0x06, struct.pack("<HHHd", 2, 2, 0, 7.0) + bytes(8))
HIDDEN_ROW = record(0x208, struct.pack("<HHHHHHHH", 2, 0, 3, 0, 0, 0, 0x20, 0))
SHOWN_ROW = record(0x208, struct.pack("<HHHHHHHH", 1, 0, 3, 0, 0, 0, 0, 0))
HIDDEN_COLUMN = record(0x7D, struct.pack("<6H", 1, 1, 0, 0, 1, 0))
SHOWN_COLUMN = record(0x7D, struct.pack("<6H", 2, 2, 0, 0, 0, 0))
CHART = BOF_SHEET + ERROR_CELL + EOF
SHEET = b"".join(
    [
        SHOWN_COLUMN,
        HIDDEN_COLUMN,
        SHOWN_ROW,
        HIDDEN_ROW,
        label(0, 0, "Svar"),
        CHART,
        label(1, 0, "Ja"),
        ERROR_CELL,
        TRUE_CELL,
        NUMBER_CELL,
        ERROR_FORMULA,
        NUMBER_FORMULA,
        footer(f"&C{CPR}"),
        record(0x14, b""),
        record(0x9B),
    ]
)


def biff(*sheets: bytes, kind: int = 0, state: int = 0) -> bytes:
    """A workbook stream of these sheets' records; the kind and state are the last's."""
    names = [f"Ark{number}".encode() for number in range(1, len(sheets) + 1)]
    start = len(BOF_GLOBALS) + sum(12 + len(name) for name in names) + len(EOF)
    head, body = BOF_GLOBALS, b""
    for name, sheet in zip(names, sheets, strict=True):
        is_last = name == names[-1]
        facts = (state, kind) if is_last else (0, 0)
        fields = struct.pack("<IBBBB", start + len(body), *facts, len(name), 0)
        head += record(0x85, fields + name)
        body += BOF_SHEET + sheet + EOF
    return head + EOF + body


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB3i", len(text), kind, 1, -1, -1, 1)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def compound(stream: bytes, *, small: bool = False, name: str = "Workbook") -> bytes:
    """An .xls: the stream in sectors, in the small ones where it is to be small."""
    stream = stream if small else stream.ljust(4096, b"\0")
    body = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    count = len(body) // 512
    chain = [*range(4, 3 + count), LAST]
    table = [0xFFFF_FFFD, LAST, LAST, *chain]
    root = entry("Root Entry", 5, 3 if small else LAST, len(body) if small else 0)
    names = root + entry(name, 2, 0 if small else 3, len(stream))
    minis = [*range(1, len(body) // 64), LAST] if small else []
    sectors = [
        struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff"),
        names.ljust(512, b"\0"),
        struct.pack(f"<{len(minis)}I", *minis).ljust(512, b"\xff"),
        body,
    ]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x3I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)[:26].ljust(36, b"\0")
    head = (
        head[:24]
        + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack(
            "<9I", 0, 1, 1, 0, 4096, 2 if small else LAST, int(small), LAST, 0
        )
    )
    return head + struct.pack("<109I", 0, *[FREE] * 108) + b"".join(sectors)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "a.xls"


def read(path: Path, data: bytes) -> Workbook:
    path.write_bytes(data)
    return read_cells(path)


def refusal(path: Path, data: bytes | None = None) -> str:
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(FileError, match=r"a\.") as caught:
        read_cells(path)
    return caught.value.code


@pytest.mark.parametrize("small", [False, True])
def test_an_old_workbook(path, small):
    workbook = read(path, compound(biff(SHEET, label(1, 1, "x")), small=small))
    first, second = workbook.sheets
    assert list(iterate(first)) == [
        (1, 1, TEXT, "Svar"),
        (2, 1, TEXT, "Ja"),
        (2, 2, ERROR, "#N/A"),
        (2, 3, BOOLEAN, "1"),
        (3, 1, NUMBER, "43132"),
        (3, 2, ERROR, "#DIV/0!"),
        (3, 3, NUMBER, "7"),
    ]
    assert list(iterate(second)) == [(2, 2, TEXT, "x")]
    assert (first.hidden_rows, first.hidden_columns) == ({3}, {2})
    assert (first.filtered, second.filtered) == (True, False)
    assert workbook.findings == (Finding("CPR_FOUND", "Ark1", "footer"),)


def test_personal_data_elsewhere_in_an_old_workbook(path):
    user = record(0x5C, f"x{CPR}".ljust(112).encode())
    stream = biff_with_globals(user, label(0, 0, f"Sag {CPR}"))
    found = read(path, compound(stream)).findings
    assert found == (Finding("CPR_FOUND", None, "workbook", 1),)


def biff_with_globals(more: bytes, sheet: bytes) -> bytes:
    start = len(BOF_GLOBALS) + 16 + len(more) + len(EOF)
    fields = struct.pack("<IBBBB", start, 0, 0, 4, 0) + b"Ark1"
    head = BOF_GLOBALS + record(0x85, fields) + more + EOF
    return head + BOF_SHEET + sheet + EOF


def spot(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


def real(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, spot(row, column, style) + struct.pack("<d", value))


def shared_texts(*spans: bytes, count: int) -> bytes:
    """The table of shared texts, over as many records as there are spans."""
    first, *more = spans
    head = record(0xFC, struct.pack("<II", count, count) + first)
    return head + b"".join(record(0x3C, span) for span in more)


def shared_label(row: int, column: int, place: int) -> bytes:
    return record(0xFD, spot(row, column) + struct.pack("<I", place))


def style(number: int) -> bytes:
    return record(0xE0, struct.pack("<HH", 0, number) + bytes(16))


def pattern(number: int, text: str) -> bytes:
    return record(0x41E, struct.pack("<HHB", number, len(text), 0) + text.encode())


def cells_of(path: Path, globals_: bytes, sheet: bytes) -> list[tuple[Any, ...]]:
    (page,) = read(path, compound(biff_with_globals(globals_, sheet))).sheets
    return list(iterate(page))


@pytest.mark.parametrize("page", [b"", record(0x42, struct.pack("<H", 1252))])
def test_texts_of_an_old_workbook_say_themselves_how_they_are_written(path, page):
    wide, rich, far = "Ærø ✓".encode("utf-16-le"), bytes(8), b"\1\2\3"
    texts = shared_texts(
        struct.pack("<HB", 2, 0) + b"Ja",
        struct.pack("<HB", 5, 1) + wide,
        struct.pack("<HBH", 3, 8, 2) + b"Nej" + rich,
        struct.pack("<HBI", 2, 4, 3) + "Å1".encode("latin-1") + far,
        struct.pack("<HB", 0, 0),
        count=5,
    )
    sheet = b"".join(shared_label(0, at, at) for at in range(5))
    own = spot(1, 0) + struct.pack("<HB", 5, 1) + wide
    rich_own = spot(1, 1) + struct.pack("<HB", 2, 0) + b"Ja" + struct.pack("<H", 0)
    found = cells_of(
        path, page + texts, sheet + record(0x204, own) + record(0xD6, rich_own)
    )
    assert found == [
        (1, 1, TEXT, "Ja"),
        (1, 2, TEXT, "Ærø ✓"),
        (1, 3, TEXT, "Nej"),
        (1, 4, TEXT, "Å1"),
        (2, 1, TEXT, "Ærø ✓"),
        (2, 2, TEXT, "Ja"),
    ]


def test_a_long_text_goes_on_over_records_with_a_flag_each(path):
    texts = shared_texts(
        struct.pack("<HB", 9, 0) + b"abc",
        b"\1" + "dæ".encode("utf-16-le"),
        b"\0" + b"fghi" + struct.pack("<HB", 1, 0) + b"z",
        count=2,
    )
    sheet = shared_label(0, 0, 0) + shared_label(0, 1, 1)
    formula = record(0x06, spot(1, 0) + bytes(6) + b"\xff\xff" + bytes(8))
    result = record(0x207, struct.pack("<HB", 4, 0) + b"Ja") + record(0x3C, b"\0, x")
    own = record(0x204, spot(1, 1) + struct.pack("<HB", 3, 0) + b"N")
    found = cells_of(
        path, texts, sheet + formula + result + own + record(0x3C, b"\1e\0j\0")
    )
    assert [text for *_, text in found] == ["abcdæfghi", "z", "Ja, ", "Nej"]


def test_numbers_of_an_old_workbook_are_as_stored(path):
    small = struct.pack("<I", 314 << 2 | 3)
    several = struct.pack("<HI", 0, 7 << 2 | 2) + struct.pack("<HI", 1, 0x3FF0_0000)
    sheet = b"".join(
        [
            real(0, 0, -1.2, 1),
            real(0, 1, 60, 1),
            real(0, 2, -12345.6789, 2),
            real(0, 3, 5, 2),
            real(0, 4, 0.1),
            record(0x27E, spot(1, 0) + small),
            record(0xBD, struct.pack("<HH", 2, 3) + several + struct.pack("<H", 4)),
            record(0x06, spot(3, 0, 1) + struct.pack("<d", 43132.0) + bytes(8)),
        ]
    )
    styles = pattern(164, "0;dd-mm-yyyy") + style(0) + style(14) + style(164)
    assert cells_of(path, styles, sheet) == [
        (1, 1, DATE, "-1.2"),
        (1, 2, DATE, "60"),
        (1, 3, DATE, "-12345.6789"),
        (1, 4, NUMBER, "5"),
        (1, 5, NUMBER, "0.1"),
        (2, 1, NUMBER, "3.14"),
        (3, 4, NUMBER, "7"),
        (3, 5, DATE, "1"),
        (4, 1, DATE, "43132"),
    ]


def test_what_formulas_of_an_old_workbook_gave(path):
    def formula(column: int, what: int, value: int = 0) -> bytes:
        result = bytes([what, 0, value, 0, 0, 0, 255, 255])
        return record(0x06, spot(0, column) + result + bytes(8))

    text = record(0x207, struct.pack("<HB", 2, 0) + b"Ja")
    sheet = b"".join(
        [
            formula(0, 0) + record(0x4BC, bytes(10)) + text,
            formula(1, 0) + record(0x201, spot(0, 9)) + text,  # its text is lost
            formula(2, 1, 1),
            formula(3, 2, 0x2A),
            formula(4, 3),
            formula(5, 0),
        ]
    )
    assert cells_of(path, b"", sheet) == [
        (1, 1, TEXT, "Ja"),
        (1, 2, UNCALCULATED, ""),
        (1, 3, BOOLEAN, "1"),
        (1, 4, ERROR, "#N/A"),
        (1, 6, UNCALCULATED, ""),
    ]


@pytest.mark.parametrize(
    ("styles", "sheet", "cell"),
    [
        (b"", shared_label(1, 1, 0), "B2"),
        (b"", real(1, 1, float("nan")), "B2"),
        (b"", record(0x06, spot(1, 1) + struct.pack("<d", float("inf")) + b"\0"), "B2"),
        (style(14), real(1, 1, 5, 1), "B2"),
        (b"", label(1, 1, "Ja") + real(1, 1, 5), "B2"),
        (b"", record(0x203, spot(1, 1)), None),
        (b"", record(0x06, spot(1, 1)), None),
        (b"", record(0xE5, struct.pack("<H", 3)), None),
        (shared_texts(b"\5\0\0ab", count=1), b"", None),
    ],
)
def test_records_that_cannot_be(path, styles, sheet, cell):
    path.write_bytes(compound(biff_with_globals(styles, sheet)))
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert (caught.value.code, caught.value.cell) == ("FILE_CORRUPT", cell)


def test_more_that_an_old_workbook_holds(path):
    merged = record(0xE5, struct.pack("<H4H", 1, 0, 1, 2, 3))
    era = record(0x22, struct.pack("<H", 1))
    few = shared_texts(struct.pack("<HB", 1, 0) + b"x", count=7)  # fewer than it says
    stream = biff_with_globals(era + few, merged + shared_label(4, 0, 0))
    workbook = read(path, stream)
    assert workbook.date1904
    assert workbook.sheets[0].merged == (Area(1, 3, 2, 4),)
    assert list(iterate(workbook.sheets[0])) == [(5, 1, TEXT, "x")]


@pytest.mark.parametrize(
    ("page", "byte"), [(1252, b"\xe6"), (865, b"\x91"), (10000, b"\xbe")]
)
def test_a_workbook_of_excel_95_is_in_a_code_page(path, page, byte):
    own = record(0x204, spot(0, 0) + struct.pack("<H", 1) + byte)
    rows = BOF_SHEET + own + real(1, 0, 5, 1) + EOF
    head = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    head += record(0x42, struct.pack("<H", page))
    head += record(0x41E, struct.pack("<HB", 164, 2) + b"dd") + style(0) + style(164)
    bound = struct.pack("<IBBB", len(head) + 4 + 8 + len(EOF), 0, 0, 1) + b"A"
    stream = head + record(0x85, bound) + EOF + rows
    (sheet,) = read(path, compound(stream, name="Book")).sheets
    assert list(iterate(sheet)) == [(1, 1, TEXT, "æ"), (2, 1, DATE, "5")]


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook", "Book", "BOOK"])
def test_the_name_of_the_stream_in_any_case(path, name):
    data = compound(biff(label(0, 0, "x")), name=name)
    assert [text for *_, text in iterate(read(path, data).sheets[0])] == ["x"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (compound(b"x", name="WordDocument"), "doc"),
        (compound(b"x", name="PowerPoint Document"), "ppt"),
        (compound(b"x", name="__properties_version1.0"), "msg"),
        (compound(b"x", name="Workbook2"), ""),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "excel4"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00\x00\x00", "excel4"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00", "excel4"),
        (b"%PDF-1.7", "pdf"),
        (b"<html><table>", "html"),
        (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "xml2003"),
        ("Sagsnr.\tSvar".encode("utf-16"), "text"),
        (b"Sagsnr.;Svar", ""),
    ],
)
def test_what_is_no_workbook_is_said_for_what_it_is(path, data, kind):
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert (caught.value.code, caught.value.kind) == ("FILE_NOT_WORKBOOK", kind)
    (unread,) = read_many([path])
    assert isinstance(unread, Unread)
    assert str(unread.error) == str(caught.value)
    for language in map(load_language, available_languages()):
        assert not kind or language.word(f"file_kinds.{kind}")


def test_an_encrypted_stream_of_an_old_office_file(path):
    for name in ("EncryptedPackage", "\tDRMContent"):
        assert refusal(path, compound(b"x", name=name)) == "FILE_ENCRYPTED"


def test_a_workbook_inside_a_document_is_not_what_the_file_is(path):
    data = bytearray(compound(b"x", name="WordDocument"))
    inner = entry("Workbook", 2, LAST, 0)
    data[512 * 2 + 256 : 512 * 2 + 256 + len(inner)] = inner
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert caught.value.kind == "doc"


def test_a_chart_or_hidden_sheet_in_an_old_workbook(path):
    chart = read(path, compound(biff(SHEET, b"", kind=2)))
    assert [sheet.name for sheet in chart.sheets] == ["Ark1"]
    assert Finding("SHEET_IGNORED", "Ark2") in chart.findings
    hidden = read(path, compound(biff(SHEET, b"", kind=2, state=1)))
    assert Finding("SHEET_IGNORED", "Ark2") not in hidden.findings
    secret = read(path, compound(biff(SHEET, label(0, 0, "x"), state=2)))
    assert [sheet.hidden for sheet in secret.sheets] == [False, True]


def test_an_old_workbook_under_a_new_name(tmp_path):
    path = tmp_path / "a.xlsx"
    found = read(path, compound(biff(label(0, 0, "x")))).findings
    assert found == (Finding("FILE_EXTENSION", expected=".xls"),)


@pytest.mark.parametrize(
    "data",
    [
        compound(biff(SHEET))[:3000],
        compound(biff(SHEET))[:40] + "Workbook".encode("utf-16-le"),
        compound(biff(SHEET)[:80]),
        compound(BOF_GLOBALS + EOF),
        compound(BOF_GLOBALS),
        compound(EOF),
        BOF_GLOBALS,
        compound(bytes(100)),
    ],
)
def test_a_damaged_old_workbook(path, data):
    assert refusal(path, data) == "FILE_CORRUPT"


def test_a_table_of_sectors_that_goes_on_elsewhere():
    data = bytearray(compound(biff(SHEET)))
    sector = len(data) // 512 - 1
    struct.pack_into("<2I", data, 68, sector, 1)
    data += struct.pack("<128I", *[FREE] * 128)
    assert CompoundFile(bytes(data)).stream("workbook") is not None
    assert CompoundFile(bytes(data)).stream("nothing") is None


def test_sectors_that_are_more_than_the_file_has(path):
    data = bytearray(compound(biff(SHEET)))
    struct.pack_into("<109I", data, 76, *[0] * 109)
    assert refusal(path, bytes(data)) == "FILE_CORRUPT"


def test_two_sheets_in_one_place(path):
    stream = biff(SHEET, SHEET)
    first = struct.unpack_from("<I", stream, len(BOF_GLOBALS) + 4)[0]
    second = struct.unpack_from("<I", stream, len(BOF_GLOBALS) + 20)[0]
    twice = stream.replace(struct.pack("<I", second), struct.pack("<I", first), 1)
    assert refusal(path, compound(twice)) == "FILE_CORRUPT"


def test_a_chain_of_sectors_that_bites_its_tail():
    data = bytearray(compound(biff(SHEET)))
    struct.pack_into("<I", data, 512 + 4 * 4, 3)
    stream = CompoundFile(bytes(data)).stream("workbook")
    assert stream is not None
    assert len(stream) == 4096


def test_an_old_workbook_with_a_password(path):
    lock = record(0x2F, bytes(6))
    assert refusal(path, compound(biff_with_globals(lock, SHEET))) == "FILE_ENCRYPTED"


def test_an_open_document_with_a_password(tmp_path):
    lock = {"META-INF/manifest.xml": "<a><manifest:encryption-data/></a>"}
    path = ods_file(tmp_path / "a.ods", table(row(text_cell("x"))), **lock)
    assert refusal(path) == "FILE_ENCRYPTED"


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
MIME = "application/vnd.oasis.opendocument.spreadsheet"


def open_content(*tables: str) -> str:
    return (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" '
        f'xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:calcext="{CALCEXT}" '
        f'office:version="1.3"><office:body><office:spreadsheet>{"".join(tables)}'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def ods_file(path: Path, *tables: str, **more: str) -> Path:
    content = open_content(*tables)
    entry = f'manifest:full-path="/" manifest:media-type="{MIME}"'
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0">'
        f"<manifest:file-entry {entry}/></manifest:manifest>"
    )
    raw = {"mimetype": MIME, "META-INF/manifest.xml": manifest, "content.xml": content}
    return pack(path, {**raw, **more})


def text_cell(text: str, more: str = "") -> str:
    kind = 'office:value-type="string"'
    return f"<table:table-cell {kind} {more}><text:p>{text}</text:p></table:table-cell>"


def table(*rows: str, name: str = "Data", columns: str = "") -> str:
    return f'<table:table table:name="{name}">{columns}{"".join(rows)}</table:table>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


ODS_ERROR = text_cell("#N/A", 'calcext:value-type="error" table:formula="of:=NA()"')
OLD_ERROR = text_cell("#DIV/0!", 'table:formula="of:=1/0"')
NEVER = '<table:table-cell table:formula="of:=[.A1]"/>'
EMPTY = (
    '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>'
)
TRUTH = (
    '<table:table-cell office:value-type="boolean" office:boolean-value="true">'
    "<text:p>SAND</text:p></table:table-cell>"
)
COMMENTED = (
    '<table:table-cell office:value-type="string"><office:annotation>'
    f"<dc:date>2020-01-01</dc:date><text:p>{CPR}</text:p></office:annotation><text:p>x</text:p>"
    "</table:table-cell>"
)

HARMLESS = COMMENTED.replace(CPR, "hej")
DRAWING = f"{OFFICE}:drawing:1.0"
AROUND = {
    "a formula": table(row(text_cell("x", f'table:formula="of:=&quot;{CPR}&quot;"'))),
    "a link": table(
        row(
            "<table:table-cell><text:p><text:a "
            f'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="sag?nr={CPR}">x'
            "</text:a></text:p></table:table-cell>"
        )
    ),
    "a drawing": table(
        row(
            f'<table:table-cell><draw:frame xmlns:draw="{DRAWING}"><draw:text-box>'
            f"<text:p>{CPR[:4]}<text:span>{CPR[4:]}</text:span></text:p>"
            "</draw:text-box></draw:frame></table:table-cell>"
        )
    ),
    "a rule for answers": "<table:content-validations><table:content-validation "
    f'table:condition="cell-content-is-in-list(&quot;{CPR}&quot;)"/>'
    "</table:content-validations>" + table(row(text_cell("x"))),
    "the help of a rule": "<table:content-validations><table:content-validation>"
    f"<table:help-message><text:p>{CPR}</text:p></table:help-message>"
    "</table:content-validation></table:content-validations>"
    + table(row(text_cell("x"))),
}


@pytest.mark.parametrize("kind", AROUND)
def test_personal_data_around_the_cells_of_an_open_document(kind, tmp_path):
    found = read_cells(ods_file(tmp_path / "a.ods", AROUND[kind])).findings
    assert [(one.sheet, one.place, one.count) for one in found] == [
        (None, "content.xml", 1)
    ]


def test_names_in_an_open_document(tmp_path):
    named = (
        "<table:named-expressions><table:named-expression table:name="
        f'"Sag_{CPR}" table:expression="&quot;{CPR}&quot;"/></table:named-expressions>'
    )
    path = ods_file(tmp_path / "a.ods", table(row(text_cell("x"))), named)
    (found,) = read_cells(path).findings
    assert (found.place, found.count) == ("definedName Sag_██████-████", 2)


def test_what_cells_and_sheets_of_an_open_document_say_is_not_told_twice(tmp_path):
    cell = f'<table:table-cell office:string-value="{CPR}"><text:p>{CPR}</text:p>'
    page = table(row(f"{cell}</table:table-cell>", COMMENTED), name=f"Sag {CPR}")
    found = read_cells(ods_file(tmp_path / "a.ods", page)).findings
    assert [(one.place, one.count) for one in found] == [("sheet name", 1), ("B1", 1)]


def test_an_open_document(tmp_path):
    columns = (
        '<table:table-column/><table:table-column table:visibility="collapse" '
        'table:number-columns-repeated="2"/>'
    )
    wide = text_cell(
        "bred", 'table:number-columns-spanned="2" table:number-rows-spanned="1"'
    )
    path = ods_file(
        tmp_path / "a.ods",
        table(
            row(text_cell("Svar"), ODS_ERROR, OLD_ERROR),
            row(
                NEVER,
                EMPTY,
                TRUTH,
                COMMENTED,
                HARMLESS,
                more='table:visibility="collapse"',
            ),
            row(wide, "<table:covered-table-cell/>", more='table:visibility="filter"'),
            row(
                more='table:number-rows-repeated="1048573" table:visibility="collapse"'
            ),
            columns=columns,
        ),
        table(row(text_cell("y")), name=f"Sag {CPR}"),
        **{"meta.xml": f"<a>{CPR}</a>"},
    )
    workbook = read_cells(path)
    first, second = workbook.sheets
    assert list(iterate(first)) == [
        (1, 1, TEXT, "Svar"),
        (1, 2, ERROR, "#N/A"),
        (1, 3, ERROR, "#DIV/0!"),
        (2, 1, UNCALCULATED, ""),
        (2, 3, BOOLEAN, "1"),
        (2, 4, TEXT, "x"),
        (2, 5, TEXT, "x"),
        (3, 1, TEXT, "bred"),
    ]
    assert (first.hidden_rows, first.hidden_columns) == ({2, 3}, {2, 3})
    assert (first.merged, first.filtered) == ((Area(3, 1, 3, 2),), True)
    assert second.name == "Sag ██████-████"
    assert workbook.findings == (
        Finding("CPR_FOUND", "Data", "D2"),
        Finding("CPR_FOUND", "Sag ██████-████", "sheet name"),
        Finding("CPR_FOUND", None, "meta.xml"),
    )


@pytest.mark.parametrize("count", ["0", "x", "99999999"])
def test_counts_that_cannot_be(tmp_path, count):
    cell = text_cell("x", f'table:number-columns-repeated="{count}"')
    path = ods_file(tmp_path / "a.ods", table(row(cell)))
    assert refusal(path) == "FILE_CORRUPT"


def test_an_error_cell_that_fills_the_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(ods, "MOST", 5)
    cell = ODS_ERROR.replace("<table:table-cell", "<table:table-cell {}", 1)
    cell = cell.format('table:number-columns-repeated="6"')
    assert refusal(ods_file(tmp_path / "a.ods", table(row(cell)))) == "FILE_TOO_LARGE"


def valued(kind: str, more: str = "", shown: str = "<text:p>x</text:p>") -> str:
    given = f'office:value-type="{kind}" {more}'
    return f"<table:table-cell {given}>{shown}</table:table-cell>"


SPARE = "<text:p>y</text:p>"
JA_1, JA_N = (TEXT, "Ja 1"), (TEXT, "Ja 1\n")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (valued("float", 'office:value="1.50"'), (NUMBER, "1.50")),
        (valued("percentage", 'office:value="0.5"'), (NUMBER, "0.5")),
        (valued("currency", 'office:value="-7"'), (NUMBER, "-7")),
        (valued("date", 'office:date-value="2018-02-01"'), (DATE, "43132")),
        (valued("date", 'office:date-value="2018-02-01T12:00:00"'), (DATE, "43132.5")),
        (valued("date", 'office:date-value="1899-12-30"'), (DATE, "-1")),
        (valued("time", 'office:time-value="PT30H00M00S"'), (DATE, "1.25")),
        (valued("time", 'office:time-value="-PT6H"'), (DATE, "-0.25")),
        (valued("boolean", 'office:boolean-value="false"'), (BOOLEAN, "0")),
        (valued("string", 'office:string-value="Ja"'), (TEXT, "Ja")),
        (valued("string", "", ""), None),
        (valued("void", "", "<text:p>Ja</text:p>"), (TEXT, "Ja")),
        ("<table:table-cell><text:p>Ja</text:p></table:table-cell>", (TEXT, "Ja")),
        (text_cell("Err:502", 'table:formula="of:=A"'), (ERROR, "Err:502")),
        (text_cell("Err:502"), (TEXT, "Err:502")),
        (text_cell("<![CDATA[a <b>]]> &amp; c"), (TEXT, "a <b> & c")),
        (text_cell(" a\n  b\tc "), (TEXT, "a b c")),
        (text_cell("a <text:s/>b"), (TEXT, "a  b")),
        (text_cell('<text:s text:c="2"/>a<text:s/>'), (TEXT, "  a ")),
        (text_cell("a<text:tab/>b<text:line-break/>c"), (TEXT, "a\tb\nc")),
        (
            text_cell("J<text:span>a<text:span> </text:span></text:span> !"),
            (TEXT, "Ja !"),
        ),
        (text_cell("<text:a>Ja</text:a>\u00a0"), (TEXT, "Ja\u00a0")),
        (text_cell("a</text:p><text:p/><text:p>b"), (TEXT, "a\n\nb")),
        (
            text_cell(
                "<text:ruby><text:ruby-base>J</text:ruby-base>"
                "<text:ruby-text>x</text:ruby-text></text:ruby>a"
            ),
            (TEXT, "Ja"),
        ),
        (
            text_cell('Ja<draw:frame xmlns:draw="x"><text:p>y</text:p></draw:frame>'),
            (TEXT, "Ja"),
        ),
        (
            text_cell(
                "Ja</text:p><office:forms><text:p>y</text:p></office:forms><text:p>!"
            ),
            (TEXT, "Ja\n!"),
        ),
    ],
)
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_cell_of_an_open_document(tmp_path, cell, expected, coding, flat):
    content = open_content(table(row(cell)))
    content = content.replace(
        "<office:d", f'<?xml version="1.0" encoding="{coding}"?><office:d', 1
    )
    path = tmp_path / ("a.fods" if flat else "a.ods")
    if flat:
        whole = f'<office:document office:mimetype="{MIME}" '
        content = content.replace("<office:document-content ", whole)
        content = content.replace("</office:document-content", "</office:document")
        path.write_bytes(content.encode(coding))
    else:
        pack(path, {"mimetype": MIME, "content.xml": content.encode(coding)})
    (sheet,) = read_cells(path).sheets
    assert [one[2:] for one in iterate(sheet)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    "cell",
    [
        valued("float"),
        valued("float", 'office:value="Ja"'),
        valued("date", 'office:date-value="2018-02-30"'),
        valued("time", 'office:time-value="12.30"'),
        valued("boolean", 'office:boolean-value="maybe"'),
        valued("fraction"),
    ],
)
def test_a_cell_of_an_open_document_that_cannot_be(tmp_path, cell):
    path = ods_file(tmp_path / "a.ods", table(row(text_cell("x"), cell)))
    with pytest.raises(FileError) as caught:
        read_cells(path)
    assert (caught.value.sheet, caught.value.cell) == ("Data", "B1")


def test_tables_that_are_no_sheets(tmp_path):
    link = "<table:dde-links><table:dde-link>" + table(row(text_cell("x")), name="L")
    link += "</table:dde-link></table:dde-links>"
    changes = "<table:tracked-changes><table:deletion><table:cell-content-deletion>"
    changes += text_cell("gammel") + "</table:cell-content-deletion></table:deletion>"
    groups = "<table:table-header-rows>" + row(text_cell("Svar"))
    groups += "</table:table-header-rows><table:table-row-group>" + row(text_cell("Ja"))
    page = table(groups + "</table:table-row-group>")
    path = ods_file(
        tmp_path / "a.ods", changes + "</table:tracked-changes>", page, link
    )
    (sheet,) = read_cells(path).sheets
    assert [text for *_, text in iterate(sheet)] == ["Svar", "Ja"]


def test_a_hidden_sheet_of_an_open_document(tmp_path):
    style = '<style:style style:name="ta1" style:family="table">'
    style += '<style:table-properties table:display="false"/></style:style>'
    page = table(row(text_cell("x"))).replace(
        "<table:table ", '<table:table table:style-name="ta1" '
    )
    content = open_content(table(row(text_cell("y")), name="To") + page)
    styles = f'<office:automatic-styles xmlns:style="{OFFICE}:style:1.0">{style}'
    styles += "</office:automatic-styles><office:body>"
    content = content.replace("<office:body>", styles)
    path = ods_file(tmp_path / "a.ods", **{"content.xml": content})
    assert [sheet.hidden for sheet in read_cells(path).sheets] == [False, True]
    shown = content.replace('display="false"', 'display="true"')
    path = ods_file(tmp_path / "a.ods", **{"content.xml": shown})
    assert [sheet.hidden for sheet in read_cells(path).sheets] == [False, False]


def test_a_cell_that_spans_itself_alone_is_not_merged(tmp_path):
    cell = text_cell("x", 'table:number-columns-spanned="1"')
    (sheet,) = read_cells(ods_file(tmp_path / "a.ods", table(row(cell)))).sheets
    assert sheet.merged == ()


def test_runs_of_rows_and_cells(tmp_path):
    twice = text_cell("Ja", 'table:number-columns-repeated="2"')
    more = 'table:number-rows-repeated="2"'
    last = row('<table:table-cell table:number-columns-repeated="16384"/>')
    pages = table(row(twice, more=more), last, row(text_cell("x")))
    (sheet,) = read_cells(ods_file(tmp_path / "a.ods", pages)).sheets
    assert [(r, c, text) for r, c, _, text in iterate(sheet)] == [
        (1, 1, "Ja"),
        (1, 2, "Ja"),
        (2, 1, "Ja"),
        (2, 2, "Ja"),
        (4, 1, "x"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        table(row(more='table:number-rows-repeated="1048576"') + row(text_cell("x"))),
        table(row(text_cell("x")), name=""),
        table(row(text_cell("x"))) * 2,
        table(row("<text:span>" * 250 + "</text:span>" * 250)),
        table(row(text_cell("<text:span>" * 250 + "</text:span>" * 250))),
        table(row(text_cell('<text:s text:c="32768"/>'))),
        "",
    ],
)
def test_an_open_document_that_cannot_be(tmp_path, content):
    assert refusal(ods_file(tmp_path / "a.ods", content)) == "FILE_CORRUPT"


def test_an_open_document_without_the_part_that_says_so(tmp_path):
    path = ods_file(tmp_path / "b.ods", table(row(text_cell("x"))))
    with zipfile.ZipFile(path) as archive:
        raw: Parts = {name: archive.read(name) for name in archive.namelist()}
    del raw["mimetype"]
    (sheet,) = read_cells(pack(tmp_path / "a.ods", raw)).sheets
    assert [text for *_, text in iterate(sheet)] == ["x"]


def test_odd_parts_of_an_open_document_are_told(tmp_path):
    more = {"Configurations2/accelerator/current.xml": "", "Basic/script-lc.xml": ""}
    more["Basic/script-lc.xml"] = '<!DOCTYPE a PUBLIC "b" "c.dtd"><a/>'
    path = ods_file(tmp_path / "a.ods", table(row(text_cell("x"))), **more)
    assert {one.place for one in read_cells(path).findings} == set(more)


def test_an_unsafe_open_document(tmp_path):
    path = ods_file(tmp_path / "a.ods", table(row(text_cell("x"))))
    raw: Parts = {"mimetype": MIME, "content.xml": "<!DOCTYPE a><a/>"}
    assert refusal(pack(path, raw)) == "FILE_UNSAFE_XML"


def binary(number: int, body: bytes = b"") -> bytes:
    """A record of an .xlsb: number and length in seven bits per byte."""
    head = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    size, length = b"", len(body)
    while length > 127:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return head + size + bytes([length]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_cell(number: int, column: int, body: bytes) -> bytes:
    return binary(number, struct.pack("<II", column, 0) + body)


def binary_row(number: int, *, hidden: bool = False) -> bytes:
    flags = bytes([0, 0x10 if hidden else 0, 0])
    return binary(0, struct.pack("<IIH", number, 0, 300) + flags + bytes(4))


BINARY_SHEET = b"".join(
    [
        binary(129),
        binary(148, struct.pack("<4I", 0, 1, 0, 2)),
        binary(60, struct.pack("<IIIIH", 1, 1, 0, 0, 1)),
        binary(60, struct.pack("<IIIIH", 2, 2, 0, 0, 0)),
        binary(145),
        binary_row(0),
        binary_cell(6, 0, wide("Svar" * 40)),
        binary_cell(3, 1, b"\x2a"),
        binary_row(1, hidden=True),
        binary_cell(5, 0, struct.pack("<d", 7.5)),
        binary_cell(11, 2, b"\x07" + bytes(12)),
        binary(146),
        binary(163),
        binary(130),
    ]
)
END_OF_BOOK = binary(144) + binary(157, bytes(26)) + binary(132)
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xlsb_file(
    path: Path,
    *,
    sheet: bytes = BINARY_SHEET,
    link: str = "rId1",
    more: bytes = b"",
    kind: str = "worksheet",
    state: int = 0,
    **parts: bytes,
) -> Path:
    def links(*named: tuple[str, str]) -> str:
        ones = "".join(
            f'<Relationship Id="rId{at}" Type="{LINKS}/{kind}" Target="{target}"/>'
            for at, (kind, target) in enumerate(named, 1)
        )
        return f'<Relationships xmlns="{PACKAGE}/relationships">{ones}</Relationships>'

    media = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    part = f'<Override PartName="/xl/workbook.bin" ContentType="{media}"/>'
    types = f'<Types xmlns="{PACKAGE}/content-types">{part}</Types>'
    bundle = binary(156, struct.pack("<II", state, 1) + wide(link) + wide("Data"))
    return pack(
        path,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": links(("officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": binary(131) + more + binary(143) + bundle + END_OF_BOOK,
            "xl/_rels/workbook.bin.rels": links(
                (kind, f"{kind}s/sheet1.bin"), ("styles", "styles.bin")
            ),
            f"xl/{kind}s/sheet1.bin": sheet,
            **{f"xl/{name}.bin": data for name, data in parts.items()},
        },
    )


def test_a_binary_workbook(tmp_path):
    sheet = read_cells(xlsb_file(tmp_path / "a.xlsb")).sheets[0]
    assert list(iterate(sheet)) == [
        (1, 1, TEXT, "Svar" * 40),
        (1, 2, ERROR, "#N/A"),
        (2, 1, NUMBER, "7.5"),
        (2, 3, ERROR, "#DIV/0!"),
    ]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {2})
    assert sheet.filtered


def binary_style(number: int) -> bytes:
    return binary(47, struct.pack("<HH", 0, number) + bytes(12))


def styled(number: int, column: int, style: int, body: bytes) -> bytes:
    return binary(number, struct.pack("<II", column, style) + body)


def test_numbers_of_a_binary_workbook_are_as_stored(tmp_path):
    one, three = struct.pack("<I", 1), struct.pack("<I", 3)
    styles = binary(278) + binary(615, one)
    styles += binary(44, struct.pack("<H", 164) + wide("0;dd-mm")) + binary(616)
    styles += binary(626, one) + binary_style(14) + binary(627) + binary(617, three)
    styles += binary_style(0) + binary_style(14) + binary_style(164) + binary(618)
    cells = [
        styled(5, 0, 1, struct.pack("<d", -12345.6789)),
        styled(2, 1, 1, struct.pack("<I", 60 << 2 | 2)),
        styled(9, 2, 2, struct.pack("<dH", -2.5, 0) + bytes(4)),
        styled(5, 3, 2, struct.pack("<d", 2.5)),
        styled(2, 4, 0, struct.pack("<I", 314 << 2 | 3)),
    ]
    merged = binary(176, struct.pack("<4I", 0, 1, 0, 1))
    start, end = BINARY_SHEET.split(binary(145))[0] + binary(145), binary(146)
    sheet = start + binary_row(0) + b"".join(cells) + end + merged + binary(130)
    era = binary(153, struct.pack("<III", 1, 0, 0))
    path = xlsb_file(tmp_path / "a.xlsb", sheet=sheet, more=era, styles=styles)
    workbook = read_cells(path)
    assert [one[2:] for one in iterate(workbook.sheets[0])] == [
        (DATE, "-12345.6789"),
        (DATE, "60"),
        (DATE, "-2.5"),
        (NUMBER, "2.5"),
        (NUMBER, "3.14"),
    ]
    assert workbook.sheets[0].merged == (Area(1, 1, 2, 2),)
    assert workbook.date1904
    assert workbook.findings == ()


def binary_rows(*rows: tuple[int, bytes]) -> bytes:
    start, end = BINARY_SHEET.split(binary(145))[0] + binary(145), binary(146)
    return start + b"".join(binary_row(at) + cells for at, cells in rows) + end


STRINGS = binary(159, bytes(8)) + binary(19, b"\0" + wide("Nej")) + binary(160)
TEXTS = (
    binary_cell(4, 0, b"\1")
    + binary_cell(6, 1, wide("Ja"))
    + binary_cell(7, 2, bytes(4))
    + binary_cell(8, 3, wide("Æ") + bytes(6))
    + binary_cell(10, 4, bytes(3))
    + binary_cell(62, 5, b"\1" + wide("fed") + bytes(8))
    + binary_cell(8, 6, wide("") + bytes(6))
    + binary_cell(1, 7, b"")
)


def string_links(path: Path, sheet: bytes, strings: bytes = STRINGS) -> Path:
    """A binary workbook that links to shared strings."""
    path = xlsb_file(path, sheet=sheet, sharedStrings=strings)
    with zipfile.ZipFile(path) as archive:
        raw: Parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/_rels/workbook.bin.rels"
    raw[name] = bytes(raw[name]).replace(  # type: ignore[arg-type]
        b'styles" Target="styles.bin', b'sharedStrings" Target="sharedStrings.bin'
    )
    return pack(path, raw)


def test_texts_of_a_binary_workbook_are_read_from_its_records(tmp_path):
    path = string_links(tmp_path / "a.xlsb", binary_rows((0, TEXTS)))
    book = read_cells(path)
    assert [one[1:] for one in iterate(book.sheets[0])] == [
        (1, Kind.BOOLEAN, "1"),
        (2, TEXT, "Ja"),
        (3, TEXT, "Nej"),
        (4, TEXT, "Æ"),
        (5, Kind.BOOLEAN, "0"),
        (6, TEXT, "fed"),
    ]
    assert book.findings == ()


def test_short_cells_of_a_binary_workbook_stand_beside_one_another(tmp_path):
    style = bytes(4)
    short = [
        binary(17, style + wide("S-1")),
        binary(12, style),
        binary(13, style + struct.pack("<I", 7 << 2 | 2)),
        binary(16, style + struct.pack("<d", 1.5)),
        binary(15, style + b"\1"),
        binary(14, style + b"\x2a"),
        binary(18, style + bytes(4)),
    ]
    cells = binary_cell(6, 1, wide("Ja")) + b"".join(short)
    path = string_links(tmp_path / "a.xlsb", binary_rows((4, cells)))
    assert list(iterate(read_cells(path).sheets[0])) == [
        (5, 2, TEXT, "Ja"),
        (5, 3, TEXT, "S-1"),
        (5, 5, NUMBER, "7"),
        (5, 6, NUMBER, "1.5"),
        (5, 7, Kind.BOOLEAN, "1"),
        (5, 8, ERROR, "#N/A"),
        (5, 9, TEXT, "Nej"),
    ]


def test_a_stray_cell_in_the_last_corner_of_a_binary_workbook(tmp_path):
    first, last = binary_cell(6, 0, wide("Ja")), binary_cell(6, 16_383, wide("x"))
    path = xlsb_file(
        tmp_path / "a.xlsb", sheet=binary_rows((0, first), (1_048_575, last))
    )
    assert list(iterate(read_cells(path).sheets[0])) == [
        (1, 1, TEXT, "Ja"),
        (1_048_576, 16_384, TEXT, "x"),
    ]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (0, binary_cell(6, 0, wide("Ja")) * 2),
        (0, binary_cell(6, 16_384, wide("Ja"))),
        (1_048_576, binary_cell(6, 0, wide("Ja"))),
        (0, binary_cell(6, 0, wide("Ja")[:-1])),
        (0, binary_cell(7, 0, b"\1\0\0\0")),
        (0, binary_cell(5, 0, bytes(7))),
    ],
    ids=["twice", "a column too far", "a row too far", "cut", "no such text", "short"],
)
def test_a_cell_that_no_binary_workbook_has(row, cells, tmp_path):
    path = string_links(tmp_path / "a.xlsb", binary_rows((row, cells)))
    assert refusal(path) == "FILE_CORRUPT"


def test_a_cpr_number_in_a_text_that_no_cell_shows(tmp_path):
    strings = STRINGS + binary(19, b"\0" + wide("010135-0000"))
    path = string_links(tmp_path / "a.xlsb", binary_rows((0, TEXTS)), strings)
    found = Finding("CPR_FOUND", None, "xl/sharedStrings.bin")
    assert read_cells(path).findings == (found,)


def test_lost_parts_and_odd_sheets_of_a_binary_workbook(tmp_path):
    path = tmp_path / "a.xlsb"
    lost = Finding("PART_IGNORED", None, "xl/styles.bin")
    assert read_cells(xlsb_file(path)).findings == (lost,)
    chart = read_cells(xlsb_file(path, kind="chartsheet"))
    assert chart.findings == (Finding("SHEET_IGNORED", "Data"), lost)
    hidden = read_cells(xlsb_file(path, kind="chartsheet", state=1))
    assert hidden.findings == (lost,)


def test_a_damaged_binary_workbook(tmp_path):
    path = tmp_path / "a.xlsb"
    assert refusal(xlsb_file(path, link="rId2")) == "FILE_CORRUPT"
    assert refusal(xlsb_file(path, sheet=BINARY_SHEET[:-1] + b"\xff")) == "FILE_CORRUPT"
    bent = binary(0, bytes(3))
    assert refusal(xlsb_file(path, sheet=bent)) == "FILE_CORRUPT"
    endless = BINARY_SHEET + b"\xff\xff\xff\xff\xff\xff"
    assert refusal(xlsb_file(path, sheet=endless)) == "FILE_CORRUPT"


def legacy_samples(folder: Path) -> dict[str, bytes]:
    open_document = ods_file(folder / "b.ods", table(row(text_cell("Ja"), ODS_ERROR)))
    return {
        "a.xls": compound(biff(SHEET, label(0, 0, "x"))),
        "a.ods": open_document.read_bytes(),
        "a.xlsb": xlsb_file(folder / "b.xlsb").read_bytes(),
    }


ZIPPED = ("a.ods", "a.xlsb")


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.xlsb"])
def test_a_mutant_of_an_old_workbook_reads_equal_or_is_refused(tmp_path, name):
    """Damage to a zip may never load as other values; an .xls has no checksum."""
    data = legacy_samples(tmp_path)[name]
    mutant = tmp_path / name
    mutant.write_bytes(data)
    expected = values(mutant)
    for seed in range(LEGACY_MUTANTS):
        chance = random.Random(f"{name} {seed}")
        acts = (truncate, flip, cut, double, zero)
        act = chance.choice((*acts, damage_part) if name in ZIPPED else acts)
        mutant.write_bytes(act(data, chance))
        found = whole_or_error(mutant)
        if isinstance(found, FileError):
            assert found.code in FILE_ERRORS
            assert found.file == name
        elif name in ZIPPED and act is not damage_part:
            assert found == expected, f"{act.__name__} from seed {seed}"


def whole_or_error(path: Path) -> dict[str, list[Any]] | FileError:
    """The values, without the net that makes a typed error of any other."""
    try:
        sheets = _whole(path.read_bytes(), path).sheets
    except FileError as error:
        return error
    return {sheet.name: list(iterate(sheet)) for sheet in sheets}


def damage_part(data: bytes, chance: random.Random) -> bytes:
    """The zip with one of its parts damaged, and packed soundly again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        raw: Parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(raw))
    act = chance.choice((truncate, flip, cut, double, zero))
    raw[name] = act(bytes(raw[name]), chance)  # type: ignore[arg-type]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in raw.items():
            archive.writestr(part, content)
    return packed.getvalue()


def test_an_error_that_has_no_name(path):
    sheet = read(path, compound(biff(record(0x205, bytes(6) + b"\x63\1")))).sheets[0]
    assert list(iterate(sheet)) == [(1, 1, ERROR, "#N/A")]
