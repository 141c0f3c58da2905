"""A hundred ways to write, and to bend, one small workbook, each with its known answer.

The fuzz test damages by chance and knows only that nothing may change in silence; here
every kind is one that a program writes or a damaged file shows, and what comes out was
worked out by hand: the same cells, others that are named, or a typed refusal.
"""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from workbooks import MAIN, OFFICE, PACKAGE, Page, Parts, pack, parts

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import Kind, iterate

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
LINKS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
T, N, D, B = Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.BOOLEAN
SAME = [(1, 1, T, "Sag"), (1, 2, T, "Svar"), (2, 1, T, "S-1"), (2, 2, T, "Ja")]
SAME += [(3, 1, T, "S-2"), (3, 2, N, "43132")]
REFUSED = "FILE_CORRUPT"
ROWS = [["Sag", "Svar"], ["S-1", "Ja"], ["S-2", 43132]]
ONE, TWO, THREE = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>',
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row>',
    '<row r="3"><c r="A3" t="s"><v>4</v></c><c r="B3"><v>43132</v></c></row>',
)
LAST = '<c r="B3"><v>43132</v></c>'

Answer = list[tuple[int, int, Kind, str]] | str


def base() -> Parts:
    return parts({"Data": ROWS})


def swapped(part: str, old: str, new: str) -> Parts:
    """The workbook with one text in a part exchanged, wherever it stands."""
    raw = base()
    text = str(raw[part])
    assert old in text, (part, old)
    raw[part] = text.replace(old, new)
    return raw


def last(kind: Kind, text: str) -> Answer:
    """The cells where B3 is another."""
    return [*SAME[:-1], (3, 2, kind, text)]


GONE: Answer = SAME[:-1]

# Of the cell B3: the XML, and what it is read as.
CELLS: dict[str, tuple[str, Answer]] = {
    "single quotes": ("<c r='B3'><v>43132</v></c>", SAME),
    "blanks in tags": ('<c  r="B3" ><v >43132</v ></c >', SAME),
    "type before address": ('<c t="n" r="B3"><v>43132</v></c>', SAME),
    "small letters": ('<c r="b3"><v>43132</v></c>', SAME),
    "no address": ("<c><v>43132</v></c>", SAME),
    "blanks around a number": ('<c r="B3"><v> 43132\n</v></c>', SAME),
    "a number in CDATA": ('<c r="B3"><v><![CDATA[43132]]></v></c>', SAME),
    "a number in two CDATA": ('<c r="B3"><v><![CDATA[43]]>132</v></c>', SAME),
    "a number as references": ('<c r="B3"><v>&#52;3132</v></c>', SAME),
    "a comment in a number": ('<c r="B3"><v>43<!-- x -->132</v></c>', SAME),
    "a comment in a cell": ('<c r="B3"><!-- <v>1</v> --><v>43132</v></c>', SAME),
    "an instruction": ('<c r="B3"><?x <v>1</v>?><v>43132</v></c>', SAME),
    "an extension": ('<c r="B3"><v>43132</v><extLst><ext uri="x"/></extLst></c>', SAME),
    "a plus sign": ('<c r="B3"><v>+43132</v></c>', last(N, "+43132")),
    "scientific": ('<c r="B3"><v>4.3132E4</v></c>', last(N, "4.3132E4")),
    "a decimal comma": ('<c r="B3"><v>43132,0</v></c>', REFUSED),
    "hexadecimal": ('<c r="B3"><v>0xA87C</v></c>', REFUSED),
    "two values": ('<c r="B3"><v>43132</v><v>43132</v></c>', REFUSED),
    "an element in a value": ('<c r="B3"><v>431<x/>32</v></c>', REFUSED),
    "a cell in a cell": ('<c r="B3"><c r="C3"/><v>43132</v></c>', REFUSED),
    "the same cell twice": (LAST + LAST, REFUSED),
    "another row's cell": ('<c r="B4"><v>43132</v></c>', REFUSED),
    "a column too far": ('<c r="XFE3"><v>43132</v></c>', REFUSED),
    "an absolute address": ('<c r="$B$3"><v>43132</v></c>', REFUSED),
    "no style of this number": ('<c r="B3" s="44"><v>43132</v></c>', REFUSED),
    "a builtin date": ('<c r="B3" s="1"><v>43132</v></c>', last(D, "43132")),
    "a date of its own": ('<c r="B3" s="2"><v>43132</v></c>', last(D, "43132")),
    "a negative date": ('<c r="B3" s="1"><v>-1.2</v></c>', last(D, "-1.2")),
    "an ISO date": ('<c r="B3" t="d"><v>2018-02-01</v></c>', last(D, "43132")),
    "an ISO time": ('<c r="B3" t="d"><v>18:00:00</v></c>', last(D, "0.75")),
    "an ISO duration": ('<c r="B3" t="d"><v>PT30H</v></c>', last(D, "1.25")),
    "no such day": ('<c r="B3" t="d"><v>2018-02-30</v></c>', REFUSED),
    "true in words": ('<c r="B3" t="b"><v>true</v></c>', last(B, "1")),
    "neither true nor false": ('<c r="B3" t="b"><v>2</v></c>', REFUSED),
    "an error": ('<c r="B3" t="e"><v>#N/A</v></c>', last(Kind.ERROR, "#N/A")),
    "an empty error": ('<c r="B3" t="e"/>', last(Kind.ERROR, "")),
    "a type of no one": ('<c r="B3" t="z"><v>1</v></c>', REFUSED),
    "no value": ('<c r="B3" s="1"/>', GONE),
    "an empty value": ('<c r="B3"><v/></c>', GONE),
    "an empty shared text": ('<c r="B3" t="s"><v></v></c>', GONE),
    "no shared text of this number": ('<c r="B3" t="s"><v>99</v></c>', REFUSED),
    "a shared text below nought": ('<c r="B3" t="s"><v>-1</v></c>', REFUSED),
    "a formula": ('<c r="B3"><f>1</f><v>43132</v></c>', SAME),
    "a formula never calculated": (
        '<c r="B3"><f>1</f></c>',
        last(Kind.UNCALCULATED, ""),
    ),
    "a formula with an empty value": (
        '<c r="B3"><f>1</f><v/></c>',
        last(Kind.UNCALCULATED, ""),
    ),
    "a formula that gave no text": ('<c r="B3" t="str"><f>""</f><v></v></c>', GONE),
    "a formula's inline text": (
        '<c r="B3" t="inlineStr"><f>A1</f><is><t>Ja</t></is></c>',
        last(T, "Ja"),
    ),
    "inline runs": (
        '<c r="B3" t="inlineStr"><is><r><t>J</t></r><r><t>a</t></r></is></c>',
        last(T, "Ja"),
    ),
    "inline with a reading": (
        '<c r="B3" t="inlineStr"><is><t>Ja</t><rPh><t>x</t></rPh></is></c>',
        last(T, "Ja"),
    ),
    "inline in CDATA": (
        '<c r="B3" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>',
        last(T, "a<b"),
    ),
    "a text in a text": (
        '<c r="B3" t="inlineStr"><is><t>J<t>a</t></t></is></c>',
        REFUSED,
    ),
    "an escaped character": (
        '<c r="B3" t="str"><v>a_x000D_b</v></c>',
        last(T, "a\rb"),
    ),
    "an escaped escape": (
        '<c r="B3" t="str"><v>_x005F_x000D_</v></c>',
        last(T, "_x000D_"),
    ),
    "blanks of a text": ('<c r="B3" t="str"><v> Ja </v></c>', last(T, " Ja ")),
    "an entity that no one declared": ('<c r="B3" t="str"><v>&x;</v></c>', REFUSED),
    "a control character": ('<c r="B3" t="str"><v>&#1;</v></c>', REFUSED),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_kind_of_cell(tmp_path, kind):
    xml, answer = CELLS[kind]
    assert found(pack(tmp_path / "a.xlsx", swapped(SHEET, LAST, xml))) == answer


# Of the number format of B3: whether its number, 43132, is shown as a date.
FORMATS: dict[str, bool] = {
    "dd-mm-yyyy": True,
    "yyyy": True,
    "[$-406]d. mmmm yyyy;@": True,
    "[h]:mm:ss": True,
    "[Red]dd": True,
    "[>1]dd;0": True,
    "[<1]dd;0": False,
    "0;dd": False,
    "dd;0": True,
    "0;0;dd": False,
    '0" dage"': False,
    r"0\d": False,
    "General": False,
    "_d0": False,
    "[$dkk] 0": False,
    "@": False,
    "": False,
}


@pytest.mark.parametrize("pattern", FORMATS)
def test_a_kind_of_number_format(tmp_path, pattern):
    raw = swapped(SHEET, LAST, '<c r="B3" s="2"><v>43132</v></c>')
    quoted = pattern.replace('"', "&quot;").replace("<", "&lt;")
    raw[STYLES] = str(raw[STYLES]).replace("dd\\-mm\\-yyyy", quoted)
    answer = last(D if FORMATS[pattern] else N, "43132")
    assert found(pack(tmp_path / "a.xlsx", raw)) == answer


def of_strict() -> Parts:
    return {
        name: str(text).replace(MAIN, STRICT).replace(OFFICE, STRICT_OFFICE)
        for name, text in base().items()
    }


def prefixed() -> Parts:
    raw = base()
    for part in (SHEET, STRINGS):
        text = str(raw[part]).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
        head, mark, rest = text.partition("?>\n")
        rest = rest.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        raw[part] = head + mark + rest
    return raw


def coded(coding: str) -> Parts:
    raw = base()
    for part in (SHEET, STRINGS, BOOK, STYLES):
        raw[part] = str(raw[part]).replace("UTF-8", coding).encode(coding)
    return raw


def alternative() -> Parts:
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    two = f'<mc:AlternateContent xmlns:mc="{space}"><mc:Fallback>{THREE}</mc:Fallback>'
    return swapped(SHEET, THREE, f"{two}</mc:AlternateContent>")


def without(*names: str) -> Parts:
    raw = base()
    for name in names:
        del raw[name]
    return raw


def with_parts(**more: str | bytes) -> Parts:
    return {**base(), **more}


def link(kind: str, target: str, *, name: str = "x") -> str:
    one = f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f"{one}</Relationships>"


END = "</Relationships>"
PACKAGES: dict[str, tuple[Callable[[], Parts], Answer]] = {
    "rows out of order": (
        lambda: swapped(SHEET, ONE + TWO + THREE, THREE + ONE + TWO),
        SAME,
    ),
    "a row twice": (lambda: swapped(SHEET, TWO, TWO + TWO), REFUSED),
    "rows without numbers": (
        lambda: parts({"Data": Page(ROWS, addresses=False)}),
        SAME,
    ),
    "a row that is no number": (
        lambda: swapped(SHEET, 'row r="3"', 'row r="x"'),
        REFUSED,
    ),
    "a row beyond the last": (
        lambda: swapped(SHEET, THREE, '<row r="1048577"/>'),
        REFUSED,
    ),
    "spans that lie": (
        lambda: swapped(SHEET, '<row r="3">', '<row r="3" spans="9:99">'),
        SAME,
    ),
    "a dimension that lies": (
        lambda: swapped(SHEET, "<sheetData>", '<dimension ref="A1"/><sheetData>'),
        SAME,
    ),
    "two tables of rows": (
        lambda: swapped(SHEET, "</sheetData>", "</sheetData><sheetData/>"),
        REFUSED,
    ),
    "another namespace's rows": (
        lambda: swapped(SHEET, "</sheetData>", '</sheetData><row xmlns="x" r="9"/>'),
        SAME,
    ),
    "rows that newer programs see otherwise": (alternative, REFUSED),
    "Strict": (of_strict, SAME),
    "prefixes": (prefixed, SAME),
    "UTF-16": (lambda: coded("UTF-16"), SAME),
    "Latin-1": (lambda: coded("ISO-8859-1"), SAME),
    "a coding that no one knows": (
        lambda: swapped(SHEET, 'encoding="UTF-8"', 'encoding="x-none"'),
        REFUSED,
    ),
    "inline texts": (lambda: parts({"Data": Page(ROWS, inline=True)}), SAME),
    "dates from 1904": (lambda: parts({"Data": ROWS}, date1904=True), SAME),
    "no styles": (
        lambda: {**without(STYLES), LINKS: str(base()[LINKS]).replace("styles", "x")},
        SAME,
    ),
    "no theme": (
        lambda: swapped(LINKS, END, link("theme", "theme/theme1.xml")),
        SAME,
    ),
    "a lost picture": (lambda: swapped(LINKS, END, link("image", "NULL")), SAME),
    "a link out of the file": (
        lambda: swapped(LINKS, END, link("hyperlink", "#Data!A1")),
        SAME,
    ),
    "a relation twice": (
        lambda: swapped(LINKS, END, link("theme", "theme1.xml", name="rId1")),
        REFUSED,
    ),
    "two tables of texts": (
        lambda: swapped(LINKS, END, link("sharedStrings", "sharedStrings.xml")),
        REFUSED,
    ),
    "a target from the root": (
        lambda: swapped(LINKS, "worksheets/sheet1", "/xl/worksheets/sheet1"),
        SAME,
    ),
    "a target with dots": (
        lambda: swapped(LINKS, "worksheets/sheet1", "../xl/./worksheets/sheet1"),
        SAME,
    ),
    "a target in capitals": (
        lambda: swapped(LINKS, "worksheets/sheet1.xml", "Worksheets/SHEET1.XML"),
        SAME,
    ),
    "a target in percents": (
        lambda: swapped(LINKS, "worksheets/sheet1.xml", "worksheets%2Fsheet1.xml"),
        SAME,
    ),
    "a lost sheet": (lambda: without(SHEET), REFUSED),
    "lost texts": (lambda: without(STRINGS), REFUSED),
    "lost properties": (lambda: without("docProps/core.xml"), SAME),
    "an empty part of no one's": (lambda: with_parts(**{"x/y.xml": ""}), SAME),
    "a picture": (lambda: with_parts(**{"xl/media/a.png": b"\x89PNG\0\xff"}), SAME),
    "a text without an end": (
        lambda: swapped(STRINGS, "</sst>", ""),
        REFUSED,
    ),
    "fewer texts than it says": (
        lambda: swapped(STRINGS, "<sst ", '<sst count="99" uniqueCount="99" '),
        SAME,
    ),
    "a text that is rich": (
        lambda: swapped(
            STRINGS,
            '<si><t xml:space="preserve">Ja</t></si>',
            "<si><r><t>J</t></r><r><t>a</t></r><rPh><t>x</t></rPh></si>",
        ),
        SAME,
    ),
    "a workbook that is Word's": (
        lambda: swapped(TYPES, "spreadsheetml", "wordprocessingml"),
        "FILE_NOT_WORKBOOK",
    ),
    "a root of another kind": (
        lambda: {**base(), "_rels/.rels": f'<x xmlns="{PACKAGE}"/>'},
        REFUSED,
    ),
}


@pytest.mark.parametrize("kind", PACKAGES)
def test_a_kind_of_package(tmp_path, kind):
    make, answer = PACKAGES[kind]
    assert found(pack(tmp_path / "a.xlsx", make())) == answer


class Unseekable(io.BytesIO):
    """A stream that a zip is written to in one go, with the sizes behind the data."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


def zipped(target: io.BytesIO, *, force: bool = False, **facts: Any) -> bytes:
    with zipfile.ZipFile(target, "w", **facts) as archive:
        for name, content in base().items():
            with archive.open(name, "w", force_zip64=force) as part:
                part.write(content if isinstance(content, bytes) else content.encode())
    return target.getvalue()


def commented() -> bytes:
    data = zipped(io.BytesIO())
    return data[:-2] + struct.pack("<H", 5) + b"hello"


ZIPS: dict[str, tuple[Callable[[], bytes], Answer]] = {
    "stored": (lambda: zipped(io.BytesIO()), SAME),
    "deflated": (lambda: zipped(io.BytesIO(), compression=zipfile.ZIP_DEFLATED), SAME),
    "sizes behind the data": (lambda: zipped(Unseekable()), SAME),
    "zip64": (lambda: zipped(io.BytesIO(), force=True), SAME),
    "a comment": (commented, SAME),
    "bytes before": (lambda: b"\r\n" + zipped(io.BytesIO()), SAME),
    "bytes after": (lambda: zipped(io.BytesIO()) + b"\0" * 99, SAME),
    "a packing that no one has": (
        lambda: zipped(io.BytesIO(), compression=zipfile.ZIP_BZIP2),
        REFUSED,
    ),
    "cut": (lambda: zipped(io.BytesIO())[:-30], REFUSED),
}


@pytest.mark.parametrize("kind", ZIPS)
def test_a_kind_of_zip(tmp_path, kind):
    make, answer = ZIPS[kind]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    assert found(path) == answer


def test_there_are_a_hundred_kinds():
    assert sum(map(len, (CELLS, FORMATS, PACKAGES, ZIPS))) >= 100


def found(path: Path) -> Answer:
    """The cells, or the code of the refusal, which names the file."""
    try:
        (sheet,) = read_cells(path).sheets
    except FileError as error:
        return error.code if error.file == "a.xlsx" else "another file"
    return list(iterate(sheet))


def test_a_style_that_is_left_empty_is_the_first(tmp_path):
    raw = swapped(SHEET, LAST, '<c r="B3" s=""><v>43132</v></c>')
    assert list(iterate(read_cells(pack(tmp_path / "a.xlsx", raw)).sheets[0])) == SAME


def boxes(path: Path, *, hidden: bool = False) -> None:
    """A workbook of Excel's new checkboxes in two columns, marked and not."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Forside")
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Sag", "Svar", "Andet", "Sandt"])
        for row, marked in enumerate([True, False, False], start=1):
            sheet.write_string(row, 0, f"S-{row}")
            sheet.insert_checkbox(row, 1, marked)
            sheet.insert_checkbox(row, 2, boolean=True)
            sheet.write_boolean(row, 3, boolean=False)
        if hidden:
            sheet.hide()


@pytest.mark.parametrize("bent", [False, True], ids=["scanned", "parsed"])
def test_a_checkbox_without_a_mark_is_false_and_told(bent, tmp_path):
    boxes(tmp_path / "a.xlsx")
    raw: Parts = {
        name: zipfile.ZipFile(tmp_path / "a.xlsx").read(name).decode()
        for name in zipfile.ZipFile(tmp_path / "a.xlsx").namelist()
    }
    if bent:
        raw["xl/worksheets/sheet2.xml"] = str(raw["xl/worksheets/sheet2.xml"]).replace(
            "<sheetData>", "<sheetData><!-- -->"
        )
    book = read_cells(pack(tmp_path / "b.xlsx", raw))
    held = [(r, c, k, t) for r, c, k, t in iterate(book.sheets[1]) if k == B]
    assert [(r, t) for r, c, _, t in held if c == 2] == [(2, "1"), (3, "0"), (4, "0")]
    assert len(held) == 9
    told = [(one.code, one.sheet, one.place, one.count) for one in book.findings]
    assert told == [("CHECKBOX_UNTOUCHED", "Data", "B3", 2)]


def test_a_checkbox_on_a_hidden_sheet_is_not_told(tmp_path):
    boxes(tmp_path / "a.xlsx", hidden=True)
    assert read_cells(tmp_path / "a.xlsx").findings == ()


CONTROL = "xl/ctrlProps/ctrlProp1.xml"
CONTROL_LINK = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/ctrlProp"'
    ' Target="../ctrlProps/ctrlProp1.xml"/></Relationships>'
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ('objectType="CheckBox" fmlaLink="$B$3"', ["B3"]),
        ('objectType="CheckBox" fmlaLink="Data!$B$3"', ["B3"]),
        ("objectType='CheckBox' fmlaLink=\"'Data'!$B$3\"", ["B3"]),
        ('objectType="CheckBox" fmlaLink="$B$2"', []),
        ('objectType="CheckBox" fmlaLink="Andet!$B$3"', []),
        ('objectType="CheckBox" fmlaLink="Navn"', []),
        ('objectType="CheckBox"', []),
        ('objectType="Radio" fmlaLink="$B$3"', []),
        (None, []),
    ],
)
def test_a_checkbox_drawn_over_the_sheet_writes_in_a_cell(facts, expected, tmp_path):
    raw = swapped(SHEET, LAST, '<c r="B3" t="b"><v>0</v></c>')
    raw["xl/worksheets/_rels/sheet1.xml.rels"] = CONTROL_LINK
    if facts is not None:
        raw[CONTROL] = f'<formControlPr xmlns="{MAIN}" {facts}/>'
    book = read_cells(pack(tmp_path / "a.xlsx", raw))
    assert list(iterate(book.sheets[0])) == last(B, "0")
    told = [one.place for one in book.findings if one.code == "CHECKBOX_UNTOUCHED"]
    assert told == expected
