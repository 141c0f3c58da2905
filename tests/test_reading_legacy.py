"""Old and foreign workbooks, made here byte by byte, and what becomes of a crash."""

import importlib.util
import io
import random
import struct
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_reading_fuzz import (
    MUTANTS,
    cut,
    double,
    flip,
    truncate,
    values_or_error,
    zero,
)
from workbooks import Parts, pack

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import legacy, legacy_child, ods, read_cells
from taskforce_analysis.reading.biff import CompoundFile, xls_corrections
from taskforce_analysis.reading.cells import Area, Finding, Kind, Workbook, iterate

TEXT, NUMBER, DATE = Kind.TEXT, Kind.NUMBER, Kind.DATE
BOOLEAN, ERROR, UNCALCULATED = Kind.BOOLEAN, Kind.ERROR, Kind.UNCALCULATED
CPR = "010135-0000"
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
        compound(biff(SHEET), name="Workbook2"),
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


def test_a_small_stream_without_a_root(path):
    data = compound(biff(SHEET), small=True)
    name = "Root Entry".encode("utf-16-le")
    data = data.replace(name, "Root Entri".encode("utf-16-le"))
    assert refusal(path, data) == "FILE_CORRUPT"


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


def test_sheets_that_the_two_readings_count_differently(path, monkeypatch):
    monkeypatch.setattr(legacy, "xls_corrections", lambda _: [])
    assert refusal(path, compound(biff(SHEET))) == "FILE_CORRUPT"


def test_without_the_extra(path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert refusal(path, compound(biff(SHEET))) == "FILE_NEEDS_EXTRA"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.abort()", "FILE_CORRUPT"),
        ("raise MemoryError", "FILE_TOO_LARGE"),
        (
            "import sys; sys.exit('memory allocation of 9 bytes failed')",
            "FILE_TOO_LARGE",
        ),
        ("print('no JSON')", "FILE_CORRUPT"),
        ('print(\'{"error": "FILE_ENCRYPTED"}\')', "FILE_ENCRYPTED"),
        ("while True: pass", "FILE_TOO_LARGE"),
    ],
)
def test_a_child_that_fails(path, monkeypatch, tmp_path, script, code):
    child = tmp_path / "child.py"
    child.write_text(script, "utf-8")
    monkeypatch.setattr(legacy_child, "__file__", str(child))
    monkeypatch.setattr(legacy, "SECONDS", 0.5 if "while" in script else 60)
    assert refusal(path, compound(biff(SHEET))) == code


def test_a_child_that_cannot_start(path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(path / "nothing"))
    assert refusal(path, compound(biff(SHEET))) == "FILE_NOT_READABLE"


def test_the_child_knows_nothing_of_the_package():
    text = Path(legacy_child.__file__).read_text("utf-8")
    assert "import taskforce" not in text
    assert "from taskforce" not in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        (" ", (1, " ")),
        (True, (4, "1")),
        (7, (2, "7")),
        (7.0, (2, "7")),
        (0.1, (2, "0.1")),
        (1e300, (2, "1e+300")),
        (date(2018, 2, 1), (3, "43132")),
        (datetime(2018, 2, 1, 12), (3, "43132.5")),  # noqa: DTZ001
        (date(1900, 1, 1), (3, "1")),
        (time(6), (3, "0.25")),
        (timedelta(days=1, hours=12), (3, "1.5")),
    ],
)
def test_what_the_child_stores(value, expected):
    assert legacy_child.stored(value) == expected


def test_what_the_child_answers(monkeypatch):
    answer = legacy_child.convert(compound(biff(SHEET, b"", kind=2)))
    assert [sheet["worksheet"] for sheet in answer["sheets"]] == [True, False]
    assert (2, 1, 1, "Ja") in answer["sheets"][0]["cells"]
    assert legacy_child.convert(b"x") == {"error": "FILE_CORRUPT"}
    monkeypatch.setattr(legacy_child, "LARGEST_GRID", 3)
    assert legacy_child.convert(compound(biff(SHEET))) == {"error": "FILE_TOO_LARGE"}


def test_an_old_workbook_with_a_password(path):
    lock = record(0x2F, bytes(6))
    assert refusal(path, compound(biff_with_globals(lock, SHEET))) == "FILE_ENCRYPTED"


def test_an_open_document_with_a_password(tmp_path):
    lock = {"META-INF/manifest.xml": "<a><manifest:encryption-data/></a>"}
    path = ods_file(tmp_path / "a.ods", table(row(text_cell("x"))), **lock)
    assert refusal(path) == "FILE_ENCRYPTED"


def test_a_password_that_the_child_meets(monkeypatch):
    import python_calamine

    def locked(_: io.BytesIO) -> Any:
        raise python_calamine.PasswordError

    class Locked:
        from_filelike = staticmethod(locked)

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Locked)
    assert legacy_child.convert(b"x") == {"error": "FILE_ENCRYPTED"}


def test_the_child_limits_its_memory():
    pytest.importorskip("resource", reason="Windows has no such limit")
    code = (
        "import resource, runpy; "
        f"child = runpy.run_path({legacy_child.__file__!r}, run_name='child'); "
        "child['limit_memory'](1 << 30); "
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] == 1 << 30)"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said.strip() == "True"


def test_the_child_does_without_a_limit_where_there_is_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    legacy_child.limit_memory(1)


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
MIME = "application/vnd.oasis.opendocument.spreadsheet"


def ods_file(path: Path, *tables: str, **more: str) -> Path:
    content = (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" '
        f'xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:calcext="{CALCEXT}" '
        f'office:version="1.3"><office:body><office:spreadsheet>{"".join(tables)}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
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


def xlsb_file(path: Path, *, sheet: bytes = BINARY_SHEET, link: str = "rId1") -> Path:
    def links(kind: str, target: str) -> str:
        one = f'<Relationship Id="rId1" Type="{LINKS}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'

    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    part = f'<Override PartName="/xl/workbook.bin" ContentType="{kind}"/>'
    types = f'<Types xmlns="{PACKAGE}/content-types">{part}</Types>'
    bundle = binary(156, struct.pack("<II", 0, 1) + wide(link) + wide("Data"))
    return pack(
        path,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": links("officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": binary(131) + binary(143) + bundle + END_OF_BOOK,
            "xl/_rels/workbook.bin.rels": links("worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": sheet,
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


def test_a_damaged_binary_workbook(tmp_path):
    path = tmp_path / "a.xlsb"
    assert refusal(xlsb_file(path, link="rId2")) == "FILE_CORRUPT"
    assert refusal(xlsb_file(path, sheet=BINARY_SHEET[:-1] + b"\xff")) == "FILE_CORRUPT"
    endless = BINARY_SHEET + b"\xff\xff\xff\xff\xff\xff"
    assert refusal(xlsb_file(path, sheet=endless)) == "FILE_CORRUPT"


def legacy_samples(folder: Path) -> dict[str, bytes]:
    open_document = ods_file(folder / "b.ods", table(row(text_cell("Ja"), ODS_ERROR)))
    return {
        "a.xls": compound(biff(SHEET, label(0, 0, "x"))),
        "a.ods": open_document.read_bytes(),
        "a.xlsb": xlsb_file(folder / "b.xlsb").read_bytes(),
    }


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.xlsb"])
def test_damaged_bytes_are_never_more_than_a_typed_error(tmp_path, name):
    data = legacy_samples(tmp_path)[name]
    mutant = tmp_path / name
    for seed in range(MUTANTS // 80):
        chance = random.Random(seed)
        act = chance.choice((truncate, flip, cut, double, zero))
        mutant.write_bytes(act(data, chance))
        found = values_or_error(mutant)
        assert not isinstance(found, FileError) or found.file == name


def test_an_error_that_has_no_name():
    found = xls_corrections(compound(biff(record(0x205, bytes(6) + b"\x63\1"))))
    assert found[0].cells == {(1, 1): (ERROR, "#N/A")}
