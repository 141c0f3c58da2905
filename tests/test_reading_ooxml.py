"""What a workbook may look like inside, and what comes out of it."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import MAIN, OFFICE, Error, Formula, Page, Parts, Xml, pack, parts, write

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import read_cells, scanning
from taskforce_analysis.reading.cells import Area, Finding, Kind, Sheet, iterate
from taskforce_analysis.reading.scanning import Block, OddError
from taskforce_analysis.reading.shared import Shared, Texts, shows_date, unescape

QUOTE = {'"': "&quot;"}
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TEXT, NUMBER, DATE = Kind.TEXT, Kind.NUMBER, Kind.DATE
BOOLEAN, ERROR, UNCALCULATED = Kind.BOOLEAN, Kind.ERROR, Kind.UNCALCULATED
CPR = "010135-0000"
SST = b"<sst><si><t>%b</t></si></sst>"
RUNS = (
    '<c r="{r}" t="inlineStr"><is><r><t>N</t></r><r><rPr><b/></rPr>'
    '<t>ej</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "a.xlsx"


def cells(path: Path, sheet: int = 0) -> list[tuple[int, int, Kind, str]]:
    return list(iterate(read_cells(path).sheets[sheet]))


def cell(path: Path, xml: str, **facts: Any) -> tuple[Kind, str] | None:
    """What the cell B1 with this XML is read as; the shared string 0 is `Ja`."""
    write(path, {"Data": [["Ja", Xml(xml)]]}, **facts)
    found = cells(path)[1:]
    return found[0][2:] if found else None


def refused_at(path: Path) -> str | None:
    with pytest.raises(FileError, match="damaged") as caught:
        read_cells(path)
    assert caught.value.code == "FILE_CORRUPT"
    assert caught.value.sheet == "Data"
    return caught.value.cell


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<c r="{r}"><v>1</v></c>', (NUMBER, "1")),
        ('<c r="{r}" t="n"><v> -1.5E-7 </v></c>', (NUMBER, "-1.5E-7")),
        ('<c r="{r}"><v>.5</v></c>', (NUMBER, ".5")),
        ('<c r="{r}"><v>12345678901234567</v></c>', (NUMBER, "12345678901234567")),
        ('<c r="{r}" s="1"><v>43132</v></c>', (DATE, "43132")),
        ('<c r="{r}" s="2" t="n"><v>43132.5</v></c>', (DATE, "43132.5")),
        ('<c r="{r}" s="0"><v>43132</v></c>', (NUMBER, "43132")),
        ('<c r="{r}" t="s"><v>0</v></c>', (TEXT, "Ja")),
        ('<c r="{r}" t="s" s="1"><v>0</v></c>', (TEXT, "Ja")),
        ('<c r="{r}" t="s"></c>', None),
        ('<c r="{r}" t="s"><v/></c>', None),
        ('<c r="{r}" t="d"><v>12:30:00</v></c>', (DATE, "0.520833333333333")),
        ('<c r="{r}" t="d"><v>PT0H11M0.000S</v></c>', (DATE, "0.00763888888888889")),
        ('<c r="{r}" t="d"><v>-P1DT6H</v></c>', (DATE, "-1.25")),
        ('<c r="{r}" t="d"><v>1899-12-31</v></c>', (DATE, "0")),
        ('<c r="{r}" t="d"><v>1899-01-01</v></c>', (DATE, "-364")),
        ('<c r="{r}" t="inlineStr"><f>A1</f><is><t>Nej</t></is></c>', (TEXT, "Nej")),
        ('<c r="{r}" s="1"/>', None),
        ('<c r="{r}"><v></v></c>', None),
        ('<c r="{r}" t="b"><v>1</v></c>', (BOOLEAN, "1")),
        ('<c r="{r}" t="b"><v>false</v></c>', (BOOLEAN, "0")),
        ('<c r="{r}" t="e"><v>#N/A</v></c>', (ERROR, "#N/A")),
        ('<c r="{r}" t="e"><v>#DIV/0!</v></c>', (ERROR, "#DIV/0!")),
        ('<c r="{r}" t="e"/>', (ERROR, "")),
        ('<c r="{r}" t="str"><v>a&amp;b</v></c>', (TEXT, "a&b")),
        ('<c r="{r}" t="str"><f>A1</f><v>Ja</v></c>', (TEXT, "Ja")),
        ('<c r="{r}" t="str"><f>A1</f><v></v></c>', None),
        ('<c r="{r}" t="str"><f>A1</f><v/></c>', None),
        ('<c r="{r}" t="str"><f>A1</f></c>', (UNCALCULATED, "")),
        ('<c r="{r}"><f>A1</f></c>', (UNCALCULATED, "")),
        ('<c r="{r}"><f>A1</f><v/></c>', (UNCALCULATED, "")),
        ('<c r="{r}" t="e"><f>A1</f></c>', (UNCALCULATED, "")),
        ('<c r="{r}"><f t="shared" si="0"/></c>', (UNCALCULATED, "")),
        ('<c r="{r}"><f t="shared" si="0"/><v>2</v></c>', (NUMBER, "2")),
        ('<c r="{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c>', (ERROR, "#DIV/0!")),
        ('<c r="{r}" t="inlineStr"><is><t>Ja</t></is></c>', (TEXT, "Ja")),
        ('<c r="{r}" t="inlineStr"><is><t> </t></is></c>', (TEXT, " ")),
        ('<c r="{r}" t="inlineStr"><is><t/></is></c>', None),
        ('<c r="{r}" t="inlineStr"><v>Ja</v></c>', (TEXT, "Ja")),
        ('<c r="{r}"><is><t>Ja</t></is></c>', (TEXT, "Ja")),
        (
            RUNS,
            (TEXT, "Nej"),
        ),
        (
            '<c r="{r}" t="inlineStr"><is><t>a_x000D_b_x005F_x</t></is></c>',
            (TEXT, "a\rb_x"),
        ),
        (
            '<c r="{r}" t="inlineStr"><is><t>a<![CDATA[<b>]]></t></is></c>',
            (TEXT, "a<b>"),
        ),
        ('<c r="{r}" t="d"><v>2018-02-01</v></c>', (DATE, "43132")),
        ('<c r="{r}" t="d"><v>2018-02-01T12:00:00Z</v></c>', (DATE, "43132.5")),
        ('<c r="{r}" t="d"><v>1900-01-01</v></c>', (DATE, "1")),
        ('<c r="{r}"><v>1</v><extLst><ext uri="x"/></extLst></c>', (NUMBER, "1")),
        ('<c r="b1"><v>1</v></c>', (NUMBER, "1")),
        ("<c><v>1</v></c>", (NUMBER, "1")),
    ],
)
def test_a_cell(path, xml, expected):
    assert cell(path, xml) == expected


@pytest.mark.parametrize(
    ("serial", "text"), [("2018-02-01", "41670"), ("1904-01-02", "1")]
)
def test_iso_dates_in_a_workbook_that_counts_from_1904(path, serial, text):
    xml = f'<c r="{{r}}" t="d"><v>{serial}</v></c>'
    assert cell(path, xml, date1904=True) == (DATE, text)
    assert read_cells(path).date1904


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="{r}"><v>Ja</v></c>',
        '<c r="{r}"><v>1,5</v></c>',
        '<c r="{r}"><v>nan</v></c>',
        '<c r="{r}"><v>1_0</v></c>',
        '<c r="{r}"><v>\u0661</v></c>',
        '<c r="{r}" t="s"><v>1</v></c>',
        '<c r="{r}" t="s"><v>-1</v></c>',
        '<c r="{r}" t="s"><v>99999999999999999999</v></c>',
        '<c r="{r}" t="b"><v>2</v></c>',
        '<c r="{r}" t="x"><v>2</v></c>',
        '<c r="{r}" t="d"><v>1. maj</v></c>',
        '<c r="{r}" t="d"><v>P</v></c>',
        '<c r="{r}" t="d"><v>25:00:00</v></c>',
        '<c r="{r}"><v>1<b/>2</v></c>',
        '<c r="{r}" t="inlineStr"><is><t>N<t>ej</t></t></is></c>',
        '<c r="{r}" s="99"><v>2</v></c>',
        '<c r="{r}" s="x"><v>2</v></c>',
        '<c r="{r}"><v>1</v><v>2</v></c>',
        '<c r="{r}"><c r="C1"/></c>',
    ],
)
def test_a_cell_that_cannot_be(path, xml):
    write(path, {"Data": [["Ja", Xml(xml)]]})
    assert refused_at(path) == "B1"


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="A0"/>',
        '<c r="1"/>',
        '<c r="A2"/>',
        '<c r="XFE1"/>',
        '<c r="AAAA1"/>',
        '<c r="$B$1"/>',
        '<c r=""/>',
        '<c r="A1"><v>1</v></c>',
        "<v>1</v>",
        "<f>1</f>",
        "<t>1</t>",
        "<row/>",
        "<sheetData/>",
        f"{'<x>' * 300}{'</x>' * 300}",
    ],
)
def test_a_row_that_cannot_be(path, xml):
    write(path, {"Data": [["Ja", Xml(xml)]]})
    refused_at(path)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1048577", "99999999", ""])
def test_a_row_number_that_cannot_be(path, number):
    raw = parts({"Data": [["Ja"]]})
    name = "xl/worksheets/sheet1.xml"
    raw[name] = str(raw[name]).replace('<row r="1"', f'<row r="{number}"')
    raw[name] = str(raw[name]).replace('<c r="A1"', "<c")
    refused_at(pack(path, raw))


def sheet_xml(path: Path, rows: str, *, after: str = "", **facts: Any) -> Path:
    raw = parts({"Data": [["Ja", "Nej"]]}, **facts)
    raw["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><dimension ref="A1:XFD1048576"/>'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )
    return pack(path, raw)


def test_addresses_may_be_left_out(path):
    rows = (
        '<row><c t="s"><v>0</v></c><c/><c t="s"><v>1</v></c></row>'
        '<row r="4"><c r="C4"><v>1</v></c><c><v>2</v></c></row>'
        "<row><c><v>3</v></c></row>"
    )
    assert cells(sheet_xml(path, rows)) == [
        (1, 1, TEXT, "Ja"),
        (1, 3, TEXT, "Nej"),
        (4, 3, NUMBER, "1"),
        (4, 4, NUMBER, "2"),
        (5, 1, NUMBER, "3"),
    ]


def test_too_many_columns_without_addresses(path):
    refused_at(sheet_xml(path, f"<row>{'<c/>' * 16385}</row>"))


def test_rows_and_cells_in_any_order(path):
    rows = (
        '<row r="3"><c r="B3"><v>4</v></c><c r="A3"><v>3</v></c></row>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
    )
    expected = [(1, 1, NUMBER, "1"), (3, 1, NUMBER, "3"), (3, 2, NUMBER, "4")]
    assert cells(sheet_xml(path, rows)) == expected


def test_one_address_twice(path):
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert refused_at(sheet_xml(path, row + row)) == "A1"


def test_the_farthest_cell_costs_nothing(path):
    row = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'
    assert cells(sheet_xml(path, row)) == [(1048576, 16384, TEXT, " ")]


def test_no_styles_means_no_dates(path):
    raw = parts({"Data": [["Ja", Xml('<c r="{r}" s="1"><v>43132</v></c>')]]})
    del raw["xl/styles.xml"]
    links = str(raw["xl/_rels/workbook.xml.rels"]).replace("/styles", "/other")
    raw["xl/_rels/workbook.xml.rels"] = links.replace("styles.xml", "workbook.xml")
    assert cells(pack(path, raw))[1][2:] == (NUMBER, "43132")
    name = "xl/worksheets/sheet1.xml"
    raw[name] = str(raw[name]).replace("<v>43132", "<f>1</f><v>43132")
    assert cells(pack(path, raw))[1][2:] == (NUMBER, "43132")


def test_a_sheet_without_rows(path):
    raw = parts({"Data": []})
    raw["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"/>'
    refused_at(pack(path, raw))


def test_rows_twice(path):
    refused_at(sheet_xml(path, "", after="<sheetData/>"))


@pytest.mark.parametrize("space", [f' xmlns="{STRICT}"', f' xmlns="{MAIN}"'])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_every_way_to_write_the_same_xml(path, space, coding, prefix):
    if prefix:
        space = space.replace("xmlns", "xmlns:x")
    head = f"<?xml version='1.0' encoding='{coding}'?>"
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    rows = (
        rows.replace("</", "!").replace("<", f"<{prefix}").replace("!", f"</{prefix}")
    )
    raw = parts({"Data": [["Ja", "Nej"]]})
    raw["xl/worksheets/sheet1.xml"] = (
        f"{head}<{prefix}worksheet{space}><{prefix}sheetData>{rows}</{prefix}sheetData>"
        f"</{prefix}worksheet>"
    ).encode(coding)
    items = "<si><t>Ja</t></si><si><r><t>Næ</t></r><r><t>h</t></r></si>"
    raw["xl/sharedStrings.xml"] = f'{head}<sst xmlns="{STRICT}">{items}</sst>'.encode(
        coding
    )
    assert cells(pack(path, raw)) == [(1, 1, TEXT, "Næh"), (1, 2, NUMBER, "2")]


def test_another_namespace_is_not_a_sheet(path):
    raw = parts({"Data": []})
    raw["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="urn:x"><sheetData/></worksheet>'
    )
    refused_at(pack(path, raw))


def test_foreign_elements_among_the_rows_say_nothing(path):
    rows = (
        '<row r="1" xmlns:y="urn:y"><y:c r="B1"><y:v>9</y:v></y:c>'
        '<c r="A1"><v>1</v></c>'
        "<extLst><ext><y:row/></ext></extLst></row>"
    )
    assert cells(sheet_xml(path, rows)) == [(1, 1, NUMBER, "1")]


def test_shared_strings_with_runs_guides_and_escapes(path):
    raw = parts({"Data": [["a", "b", "c", "d"]]})
    raw["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}"><si><t>æ &amp; _x0041_</t></si>'
        "<si><r><t>N</t></r><r><t xml:space='preserve'>ej </t></r></si>"
        '<si><t>x</t><rPh sb="0" eb="1"><t>y</t></rPh><phoneticPr fontId="1"/></si>'
        "<si/></sst>"
    )
    assert [text for *_, text in cells(pack(path, raw))] == ["æ & A", "Nej ", "x"]


def test_texts_are_those_of_the_sheet_and_distinct(path):
    write(path, {"Data": [["a", "b", "a"]], "Mere": [["c", "a"]]})
    one, two = read_cells(path).sheets
    assert (set(one.texts), len(one.texts)) == ({"a", "b"}, 2)
    assert set(two.texts) == {"c", "a"}
    assert (one.row.dtype, one.column.dtype) == (np.int32, np.int32)
    assert (one.kind.dtype, one.value.dtype) == (np.uint8, np.int32)


def test_what_surrounds_the_rows(path):
    page = Page(
        [["a", "b", "c"], ["d", None, "e"], ["f"]],
        state="veryHidden",
        merged=["A2:B3"],
        hidden_rows=[2],
        hidden_columns=["B", "C"],
        tables=["A1:C3"],
    )
    write(path, {"Data": page, "Mere": Page([["x"]], filter="A1:A1")})
    one, two = read_cells(path).sheets
    assert (one.hidden, two.hidden) == (True, False)
    assert one.merged == (Area(2, 1, 3, 2),)
    assert one.hidden_rows == frozenset({2})
    assert one.hidden_columns == frozenset({2, 3})
    assert one.tables == (Area(1, 1, 3, 3),)
    assert (one.filtered, two.filtered) == (False, True)


def test_columns_that_are_only_wide(path):
    columns = '<cols><col min="1" max="16384" width="9.5"/></cols>'
    write(path, {"Data": Page([["a"]], before=columns)})
    assert read_cells(path).sheets[0].hidden_columns == frozenset()


def test_a_filter_in_a_table(path):
    raw = parts({"Data": Page([["a"], ["b"]], tables=["A1:A2"])})
    table = str(raw["xl/tables/table1_1.xml"])
    column = '><filterColumn colId="0"/></autoFilter>'
    raw["xl/tables/table1_1.xml"] = table.replace("/></table>", f"{column}</table>")
    assert read_cells(pack(path, raw)).sheets[0].filtered


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ('hidden="true"', '<col min="1" max="1" hidden="true"/>'),
        ('ht="0" customHeight="1"', '<col min="1" max="1" width="0.0"/>'),
    ],
)
def test_other_ways_to_hide(path, row, column):
    raw = parts({"Data": Page([["a"]], before=f"<cols>{column}</cols>")})
    name = "xl/worksheets/sheet1.xml"
    raw[name] = str(raw[name]).replace('<row r="1"', f'<row r="1" {row}')
    sheet = read_cells(pack(path, raw)).sheets[0]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1})


@pytest.mark.parametrize(
    "page",
    [
        Page([["a"]], merged=["A1:"]),
        Page([["a"]], merged=["XFE1:XFE2"]),
        Page([["a"]], merged=["A0:B1"]),
        Page([["a"]], tables=["x"]),
        Page([["a"]], before='<cols><col min="0" max="1" hidden="1"/></cols>'),
        Page([["a"]], before='<cols><col min="1" max="16385" hidden="1"/></cols>'),
    ],
)
def test_surroundings_that_cannot_be(path, page):
    write(path, {"Data": page})
    refused_at(path)


def test_formulas_are_counted(path):
    rows = [["a", Formula("A1", "a"), Formula("1/0", Error("#DIV/0!")), Formula("B1")]]
    write(path, {"Data": rows})
    sheet = read_cells(path).sheets[0]
    assert sheet.formulas == 3
    assert [kind for _, _, kind, _ in iterate(sheet)] == [
        *(TEXT, TEXT, ERROR, UNCALCULATED)
    ]


def with_sheet_kind(kind: str, state: str = "visible") -> dict[str, Any]:
    raw = parts({"Data": [["a"]], "Graf": Page([], state=state)})
    links = str(raw["xl/_rels/workbook.xml.rels"])
    raw["xl/_rels/workbook.xml.rels"] = links.replace(
        f'{OFFICE}/worksheet" Target="worksheets/sheet2', f'{OFFICE}/{kind}" Target="x2'
    )
    raw["xl/x2.xml"] = f'<{kind} xmlns="{MAIN}"/>'
    del raw["xl/worksheets/sheet2.xml"]
    return raw


@pytest.mark.parametrize("kind", ["chartsheet", "dialogsheet", "xlMacrosheet"])
def test_a_sheet_that_is_no_worksheet(path, kind):
    workbook = read_cells(pack(path, with_sheet_kind(kind)))
    assert [sheet.name for sheet in workbook.sheets] == ["Data"]
    assert workbook.findings == (Finding("SHEET_IGNORED", "Graf"),)
    assert read_cells(pack(path, with_sheet_kind(kind, "hidden"))).findings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name="Mere"', 'name="DATA"'),
        ('name="Mere"', 'name=""'),
        ('name="Mere"', ""),
        ("r:id='rId2'", "r:id='rId9'"),
        ("r:id='rId2'", ""),
        ("<sheets>", "<other>"),
    ],
)
def test_a_list_of_sheets_that_cannot_be(path, old, new):
    raw = parts({"Data": [["a"]], "Mere": [["b"]]})
    text = str(raw["xl/workbook.xml"]).replace(old, new)
    raw["xl/workbook.xml"] = text
    with pytest.raises(FileError, match="damaged"):
        read_cells(pack(path, raw))


def test_a_workbook_without_sheets(path):
    with pytest.raises(FileError, match="damaged"):
        read_cells(write(path, {}))


@pytest.mark.parametrize(
    "pattern",
    [
        "dd-mm-yyyy",
        "d/m/yy;@",
        "[$-406]d. mmmm yyyy;@",
        "[h]:mm:ss",
        "mm:ss.0",
        "YYYY",
        "[Red]dd-mm",
        r"yyyy\-mm\-dd",
        '"den "d.',
        "[s]",
        "h AM/PM",
    ],
)
def test_a_format_that_shows_a_date(pattern):
    assert shows_date(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "General",
        "0.00",
        "0%",
        "@",
        '0" dage"',
        r"0\d",
        "0_d",
        "*d0",
        "[Red]0",
        "0.00E+00",
        "[$kr.-406] #,##0",
        "Standard",
        "",
        '#,##0 "kr. m',
        "[Hvid]0",
        '0;@"d"',
        ";;;",
    ],
)
def test_a_format_that_shows_no_date(pattern):
    assert not shows_date(pattern)


@pytest.mark.parametrize(
    ("pattern", "dated"),
    [
        ("0;dd-mm", [False, False, True]),
        ("dd-mm;0", [True, True, False]),
        ("0;-0;hh:mm", [False, True, False]),
        ("[>=10]dd-mm;0", [True, False, False]),
        ("[<0]0;[=0]dd-mm;General", [False, True, False]),
        ("[$;x-406]0;[Red]dd", [False, False, True]),
        ('0;@"d"', [False, False, False]),
        ("d. mmm;@", [True, True, True]),
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_a_format_shows_some_numbers_as_dates(path, pattern, dated, plain):
    values = [43132, 0, -5]
    extra = "" if plain else ' ph="0"'  # what the fast reader leaves to the other
    row = [Xml(f'<c r="{{r}}" s="2"{extra}><v>{one}</v></c>') for one in values]
    raw = parts({"Data": [row]})
    styles = str(raw["xl/styles.xml"]).replace("dd\\-mm\\-yyyy", escape(pattern, QUOTE))
    raw["xl/styles.xml"] = styles
    kinds = [kind for _, _, kind, _ in cells(pack(path, raw))]
    assert kinds == [DATE if one else NUMBER for one in dated]


def test_texts_that_newer_programs_read_otherwise(path):
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    other = "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
    two = f'<mc:AlternateContent {space}><mc:Choice Requires="z">{{}}</mc:Choice>'
    raw = parts({"Data": [["Ja"]]})
    text = "<si><t>Nej</t></si>"
    item = '<si><t xml:space="preserve">Ja</t></si>'
    shared = str(raw["xl/sharedStrings.xml"])
    assert item in shared
    both = two.format(text) + other.format(item)
    raw["xl/sharedStrings.xml"] = shared.replace(item, both)
    with pytest.raises(FileError, match="damaged"):
        read_cells(pack(path, raw))
    inline = two.format("<is><t>Nej</t></is>") + other.format("<is><t>Ja</t></is>")
    write(path, {"Data": [["Ja", Xml(f'<c r="{{r}}" t="inlineStr">{inline}</c>')]]})
    assert refused_at(path) == "B1"


def test_a_text_inside_a_text(path):
    raw = parts({"Data": [["Ja"]]})
    shared = str(raw["xl/sharedStrings.xml"])
    raw["xl/sharedStrings.xml"] = shared.replace(">Ja<", ">Nej<t>Ja</t><")
    with pytest.raises(FileError, match="damaged"):
        read_cells(pack(path, raw))


def test_a_sheet_of_macro_code_is_told(path):
    raw = parts({"Data": [["a"]]})
    module = "<sheet name='Module1' sheetId='9' state='veryHidden' r:id=''/></sheets>"
    raw["xl/workbook.xml"] = str(raw["xl/workbook.xml"]).replace("</sheets>", module)
    assert read_cells(pack(path, raw)).findings == (
        Finding("SHEET_IGNORED", "Module1"),
    )


def test_styles_without_a_single_style(path):
    raw = parts({"Data": [["a", 5]]})
    raw["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}"/>'
    assert cells(pack(path, raw))[1] == (1, 2, NUMBER, "5")


def test_formats_that_only_conditional_styles_use_do_not_count(path):
    raw = parts({"Data": [["a", Xml('<c r="{r}" s="2"><v>5</v></c>')]]})
    styles = str(raw["xl/styles.xml"]).replace("dd\\-mm\\-yyyy", "0.00")
    other = '<dxfs><dxf><numFmt numFmtId="164" formatCode="dd-mm"/></dxf></dxfs>'
    raw["xl/styles.xml"] = styles.replace("</styleSheet>", f"{other}</styleSheet>")
    assert cells(pack(path, raw))[1][2:] == (NUMBER, "5")


def findings(path: Path) -> list[tuple[str | None, str | None, int]]:
    found = read_cells(path).findings
    assert {one.code for one in found} <= {"CPR_FOUND"}
    return [(one.sheet, one.place, one.count) for one in found]


def test_personal_data_around_the_cells(path):
    after = (
        f"<headerFooter><oddHeader>&amp;L{CPR}</oddHeader><oddFooter>&amp;C{CPR} og "
        f"{CPR}</oddFooter></headerFooter>"
    )
    before = (
        '<conditionalFormatting sqref="C1:C9 E1"><cfRule type="expression"><formula>'
        f'A1="{CPR}"</formula></cfRule></conditionalFormatting>'
    )
    page = Page([["a", Formula(f'IF(A1="{CPR}",1,0)', 0)]], before=before, after=after)
    page.comments = {"F5": f"Ring om {CPR}"}
    write(
        path,
        {"Data": page},
        names={"Sag": f'"{CPR}"', f"x_{CPR}": "1"},
        properties={"form": f"x {CPR}"},
    )
    assert sorted(map(str, findings(path))) == sorted(
        map(
            str,
            [
                ("Data", "C1:C9", 1),
                ("Data", "header", 1),
                ("Data", "footer", 2),
                ("Data", "B1", 1),
                ("Data", "F5", 1),
                (None, "definedName Sag", 1),
                (None, "definedName x_██████-████", 1),
                (None, "docProps/custom.xml", 1),
            ],
        )
    )
    assert read_cells(path).properties == {"form": "x ██████-████"}


@pytest.mark.parametrize(
    ("part", "content", "expected"),
    [
        ("docProps/core.xml", f"<a><b>{CPR}</b></a>", 1),
        ("docProps/core.xml", "<a><b>0101350000</b><c>101350000</c></a>", 2),
        (
            "xl/drawings/d.xml",
            "<a><p><r><t>0101</t></r><r><t>35-0000</t></r></p></a>",
            1,
        ),
        ("xl/drawings/d.xml", f'<a><b descr="x {CPR}"/></a>', 1),
        ("xl/drawings/d.xml", '<a><b descr="0101350000"/></a>', 1),
        ("xl/drawings/d.xml", '<a><b val="0101350000" path="010135 0000"/></a>', 0),
        ("xl/drawings/d.xml", '<a id="{4A110135-0000-4000-8000-000000000000}"/>', 0),
        ("xl/pivotCache/r.xml", '<a><n v="101350000"/><s v="x"/><n v="7"/></a>', 1),
        ("xl/charts/c.xml", "<a><v>1.0135E8</v></a>", 1),
        ("xl/a.xml", "<a><t>12</t><p>10135 0000</p></a>", 0),
        ("xl/a.xml", '<a Target="sag%20010135-0000.xlsx"/>', 1),
        ("xl/a.xml", "<a><oddHeader>&amp;KFF0000010135-0000</oddHeader></a>", 1),
        ("xl/a.xml", "<a>&#48;10135-0000</a>", 1),
        ("xl/a.xml", "<a>0101<!-- x -->35-0000</a>", 1),
        ("xl/a.xml", f"<?xml version='1.0' encoding='utf-16'?><a>{CPR}</a>", 1),
        ("xl/a.xml", "<a><p>12</p><p>10135 0000</p></a>", 0),
        ("xl/drawings/v.vml", f"<a><div>{CPR}<br></div></a>", 1),
        ("xl/drawings/v.vml", f"<a><div>{CPR}</div></a>", 1),
        ("xl/embeddings/x.bin", f"x{CPR}y", 1),
        ("xl/embeddings/x.bin", "0101350000", 0),
    ],
)
def test_personal_data_in_other_parts(path, part, content, expected):
    raw = parts({"Data": [["a"]]})
    raw[part] = content.encode("utf-16") if "utf-16" in content else content
    place = "header" if "oddHeader" in content else part
    found = [(None, place, expected)] if expected else []
    assert findings(pack(path, raw)) == found


def test_personal_data_in_texts_that_no_cell_shows(path):
    guide = f'<rPh sb="0" eb="1"><t>{CPR}</t></rPh>'
    inline = f'<c r="{{r}}" t="inlineStr"><is><t>b</t>{guide}</is></c>'
    raw = parts({"Data": [["a", Xml(inline)], [CPR]], "Mere": [["c"]]})
    more = f"<si><t>x</t>{guide}</si><si><t>{CPR}, 020235-0000</t></si>"
    strings = str(raw["xl/sharedStrings.xml"])
    raw["xl/sharedStrings.xml"] = strings.replace("</sst>", f"{more}</sst>")
    assert findings(pack(path, raw)) == [(None, "xl/sharedStrings.xml", 4)]


def test_a_large_part_streams(path, monkeypatch):
    monkeypatch.setattr("taskforce_analysis.reading.traces.LARGE_PART", 10)
    raw = parts({"Data": [["a"]]})
    raw["xl/pivotCache/r.xml"] = f"<a><s v='{CPR}'/></a>"
    assert findings(pack(path, raw)) == [(None, "xl/pivotCache/r.xml", 1)]


def test_a_part_in_another_encoding_is_looked_at_closely(path):
    raw = parts({"Data": [["a"]]})
    text = "<?xml version='1.0' encoding='cp1252'?><a>010135\xa00000</a>"
    raw["xl/a.xml"] = text.encode("cp1252")
    assert findings(pack(path, raw)) == [(None, "xl/a.xml", 1)]
    raw["xl/a.xml"] = b"<a>\xff</a>"
    (found,) = read_cells(pack(path, raw)).findings
    assert found == Finding("PART_IGNORED", None, "xl/a.xml")


def test_a_part_too_deep_to_be_true(path):
    raw = parts({"Data": [["a"]]})
    raw["xl/a.xml"] = "<p>" * 300 + CPR + "</p>" * 300
    told = [one.code for one in read_cells(pack(path, raw)).findings]
    assert told == ["PART_IGNORED", "CPR_FOUND"]
    del raw["xl/a.xml"]
    raw["xl/workbook.xml"] = f"<workbook>{'<a>' * 300}{'</a>' * 300}</workbook>"
    with pytest.raises(FileError, match="damaged"):
        read_cells(pack(path, raw))


def test_a_part_that_hangs_on_a_sheet_carries_its_name(path):
    raw = parts({"Data": Page([["a"]], comments={"A1": "hej"}), "Mere": [["b"]]})
    links = str(raw["xl/worksheets/_rels/sheet1.xml.rels"])
    link = '<Relationship Id="d" Type="x/drawing" Target="../drawings/d.xml"/>'
    link += '<Relationship Id="w" Type="x/back" Target="../workbook.xml"/>'
    link += f'<Relationship Id="h" Type="x/h" TargetMode="External" Target="{CPR}"/>'
    raw["xl/worksheets/_rels/sheet1.xml.rels"] = links.replace("</R", f"{link}</R")
    raw["xl/drawings/d.xml"] = f"<a>{CPR}</a>"
    raw["xl/drawings/_rels/d.xml.rels"] = links.replace(
        "comments1.xml", "drawings/d.xml"
    )
    assert findings(pack(path, raw)) == [
        ("Data", "xl/drawings/d.xml", 1),
        ("Data", "xl/worksheets/_rels/sheet1.xml.rels", 1),
    ]


def test_names_that_hold_a_cpr_number_are_covered(tmp_path):
    path = tmp_path / f"sag {CPR}.xlsx"
    write(path, {CPR: [["a"]], "020235-0000": [["b"]], "Data": [["c"]]})
    workbook = read_cells(path)
    assert workbook.file == "sag ██████-████.xlsx"
    assert [sheet.name for sheet in workbook.sheets] == [
        *("██████-████", "██████-████ (2)", "Data")
    ]
    places = [(one.sheet, one.place) for one in workbook.findings]
    assert places == [
        (None, "file name"),
        ("██████-████", "sheet name"),
        ("██████-████ (2)", "sheet name"),
    ]


def test_unescaping():
    assert unescape("_x_x0041") == "_x_x0041"
    assert unescape("_xD83D_") == "\ufffd"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (b"<sst><si><t>a</t></si> <si><t>b</t></si></sst>", "a"),
        (SST % b"a&amp;b", "a&b"),
        (b"<sst><si><r><t>a</t></r></si></sst>", "a"),
        (
            b"<?xml version='1.0' encoding='cp1252'?><sst><si><t>\xf8</t></si></sst>",
            "ø",
        ),
    ],
)
def test_a_table_of_strings(path, table, text):
    assert cells(pack(path, parts_with(table))) == [(1, 1, TEXT, text)]


@pytest.mark.parametrize(
    "table",
    [
        b"<sst/>",
        SST % b"\xff",
        SST % b"a]]>b",
        SST % b"a\x01b",
        b"<x:sst><si><t>a</t></si></x:sst>",
        b"<sst><!-- <si><t>a</t></si> --></sst>",
    ],
)
def test_a_table_of_strings_that_is_unsound_or_has_too_few(path, table):
    with pytest.raises(FileError, match="damaged"):
        read_cells(pack(path, parts_with(table)))


def parts_with(table: bytes) -> Parts:
    """A workbook whose one cell is the first of these shared strings."""
    return parts({"Data": [["Ja"]]}) | {"xl/sharedStrings.xml": table}


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"x",
        b'<row r="1"><c r="A1"><v>\xc3\xa6</v></c></row>',
        b'<row r="1"><c r="A1"><v>1&amp;</v></c></row>',
        b'<row r="1"><c r="A1"><v>]]></v></c></row>',
        b'<row r="1"> <c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</c></v></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row ></row>',
        b'<c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c>',
        b'<row r="1"></row><row r="1"></row>',
        b'<row r="0"></row>',
        b'<row spans="1:2" r="1"></row>',
        b'<row r="1" a=">"></row>',
        b'<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="A2"><v>1</v></c></row>',
        b'<row r="1"><c r="A11"><v>1</v></c></row>',
        b'<row r="1"><c r="a1"><v>1</v></c></row>',
        b'<row r="1"><c r="[1"><v>1</v></c></row>',
        b'<row r="1"><c r="AA[1"><v>1</v></c></row>',
        b'<row r="1"><c r="XFE1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="s" s="1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="str"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" s="77"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" s="123456789012345"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="e"/></row>',
        b'<row r="1"><c r="A1" t="e"><v></v></c></row>',
        b'<row r="1"><c r="A1" t="b"><v>2</v></c></row>',
        b'<row r="1"><c r="A1"><v>x</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>:</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v></v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>000000001</v></c></row>',
    ],
)
def test_a_block_that_is_not_plain_is_left_to_the_parser(block, shared):
    with pytest.raises(OddError):
        Block(block).cells(list(Block(block).rows()), shared)


@pytest.fixture
def shared() -> Any:
    shared = Shared(container=None, texts=Texts())  # type: ignore[arg-type]
    shared.strings = [shared.texts.number("Ja"), shared.texts.number("")]
    shared.dates = {"0": False, "1": True}
    return shared


def test_more_kinds_of_cells_than_a_block_has(shared):
    shared.dates = {str(style): False for style in range(99)}
    row = b"".join(
        b'<c r="%c%c1" s="%d"/>' % (65 + n // 26, 65 + n % 26, n) for n in range(70)
    )
    with pytest.raises(OddError):
        Block(b'<row r="1">%b</row>' % row).cells([1], shared)


def test_a_plain_block(shared):
    block = Block(
        b'<row r="9" spans="1:3"><c r="A9" t="s"><v>0</v></c>'
        b'<c r="B9" t="s"><v>1</v></c>'
        b'<c r="AB9" s="1"/><c r="XFD9" s="1" t="n"><v>43132.5</v></c></row>'
        b'<row r="1048576"><c r="C1048576" t="b"><v>1</v></c><c r="D1048576" s="0"></c>'
        b'<c r="E1048576" t="e"><v>#N/A</v></c></row><row r="3"/><row r="4"></row>'
    )
    numbers = list(block.rows())
    assert numbers == [9, 1048576, 3, 4]
    found = block.cells(numbers, shared)
    texts = [shared.texts.all[value] for value in found.value]
    assert list(zip(*(part.tolist() for part in found[:3]), texts, strict=True)) == [
        (9, 1, TEXT, "Ja"),
        (9, 16384, DATE, "43132.5"),
        (1048576, 3, BOOLEAN, "1"),
        (1048576, 5, ERROR, "#N/A"),
    ]


def slow_and_fast(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[Any]]:
    """All sheets read with the blocks scanned, and with every byte parsed as XML."""
    found = [read_cells(path).sheets]
    with monkeypatch.context() as patch:
        patch.setattr(scanning.Sifter, "scan", lambda _, data: data)
        found.append(read_cells(path).sheets)
    return [[(facts(sheet), list(iterate(sheet))) for sheet in one] for one in found]


def facts(sheet: Sheet) -> tuple[Any, ...]:
    return sheet.name, sheet.hidden_rows, sheet.formulas, set(sheet.texts)


VALUE = st.one_of(
    st.none(),
    st.sampled_from(["Ja", "Nej", "Ikke relevant", "Ø", " "]),
    st.integers(-10, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.just(Error("#N/A")),
    st.just(Formula("A1")),
    st.just(Formula("A1", "Ja")),
    st.sampled_from(
        [Xml('<c r="{r}" s="1"/>'), Xml('<c r="{r}"><v>7</v><!-- </row> --></c>')]
    ),
)


@given(st.lists(st.lists(VALUE, max_size=30), max_size=12), st.sampled_from([64, 999]))
def test_scanned_or_parsed_is_the_same(tmp_path_factory, rows, chunk):
    path = write(tmp_path_factory.mktemp("x") / "a.xlsx", {"Data": rows})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("taskforce_analysis.reading.container.CHUNK", chunk)
        fast, slow = slow_and_fast(path, patch)
    assert fast == slow


def odd(row: int) -> list[Any]:
    """What some blocks of the long sheet have and others do not."""
    return [Formula("A1", row)] if row // 100 % 2 else []


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12
).filter(lambda text: "_x" not in text)


@given(
    rows=st.lists(st.lists(st.one_of(st.none(), TEXTS, st.booleans()), max_size=9)),
    inline=st.booleans(),
    addresses=st.booleans(),
)
def test_random_answers_read_back_exactly(tmp_path_factory, rows, inline, addresses):
    page = Page(rows, inline=inline, addresses=addresses)
    path = write(tmp_path_factory.mktemp("x") / "a.xlsx", {"Data": page})
    assert cells(path) == [
        (row, column, *expected(value))
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value not in (None, "")
    ]


def expected(value: str | bool) -> tuple[Kind, str]:
    if isinstance(value, bool):
        return BOOLEAN, str(int(value))
    return TEXT, value


def test_a_long_sheet_in_many_blocks(path, monkeypatch):
    chance = random.Random(3)
    rows = [
        [chance.choice(["Ja", "Nej", None, n, *odd(n)]) for _ in range(40)]
        for n in range(600)
    ]
    monkeypatch.setattr("taskforce_analysis.reading.container.CHUNK", 5000)
    fast, slow = slow_and_fast(write(path, {"Data": rows}), monkeypatch)
    assert fast == slow
    monkeypatch.setattr(scanning, "LONGEST_ROW", 100)
    assert slow_and_fast(path, monkeypatch)[0] == slow


def test_a_comment_hides_what_follows(path, monkeypatch):
    row = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
    hidden = f"<!-- {row.format(7) * 400} -->"
    rows = row.format(1) + row.format(2) + hidden + row.format(3)
    monkeypatch.setattr("taskforce_analysis.reading.container.CHUNK", 300)
    assert [text for *_, text in cells(sheet_xml(path, rows))] == ["1", "2", "3"]


def test_only_the_reader_of_the_format_is_imported(path):
    write(path, {"Data": [["Ja"]]})
    code = (
        "import sys; from taskforce_analysis.reading import read_cells; "
        f"read_cells({str(path)!r}); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    modules = done.stdout.split()
    assert "taskforce_analysis.reading.ooxml" in modules
    for other in ("compound", "delimited", "xls", "xlsb", "ods"):
        assert f"taskforce_analysis.reading.{other}" not in modules
