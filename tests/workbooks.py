"""Workbooks for tests, written part by part, so that each can be bent or broken.

    write(tmp_path / "a.xlsx", {"Data": [["Sagsnr.", "Svar"], ["S-1", "Ja"]]})
    raw = parts({"Data": Page(rows, merged=["A2:A4"], hidden_rows=[3])})
    raw["docProps/core.xml"] = ...            # a part is text or bytes; del drops it
    pack(tmp_path / "a.xlsx", raw)

A cell is a str, int, float, bool, date, datetime, None, or one of Error, Formula, Xml.
Nothing of the package is used here: the expected values come from the tests.
"""

import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
Parts = dict[str, str | bytes]


@dataclass(frozen=True)
class Error:
    """An error cell such as #N/A."""

    name: str


@dataclass(frozen=True)
class Formula:
    """A formula; without a value it was never calculated."""

    text: str
    value: str | float | bool | Error | None = None


@dataclass(frozen=True)
class Xml:
    """A cell's XML as it is to stand; {r} becomes its address."""

    text: str


@dataclass
class Page:
    """A worksheet: its rows and what surrounds them; columns are letters."""

    rows: list[list[Any]]
    state: str = "visible"
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    filter: str = ""  # a range with an active AutoFilter
    tables: list[str] = field(default_factory=list)
    comments: dict[str, str] = field(default_factory=dict)
    before: str = ""  # XML before sheetData
    after: str = ""  # XML after sheetData
    inline: bool = False  # texts in the cells instead of shared strings
    addresses: bool = True  # r= attributes


def write(path: Path, sheets: dict[str, Any], **facts: Any) -> Path:
    """A sound workbook of these sheets (rows or a Page each) at `path`."""
    return pack(path, parts(sheets, **facts))


def pack(path: Path, raw: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of the parts, in their order, with a fixed date."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in raw.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = method
            data = content.encode() if isinstance(content, str) else content
            archive.writestr(info, data)
    return path


def parts(
    sheets: dict[str, Any],
    *,
    date1904: bool = False,
    properties: dict[str, str] | None = None,
    names: dict[str, str] | None = None,
) -> Parts:
    """The parts of a workbook by name; `names` are defined names."""
    strings: dict[str, int] = {}
    pages = [
        (name, page if isinstance(page, Page) else Page(page))
        for name, page in sheets.items()
    ]
    raw: Parts = {"[Content_Types].xml": "", "_rels/.rels": ""}
    raw["xl/workbook.xml"] = _workbook(pages, date1904, names or {})
    raw["xl/_rels/workbook.xml.rels"] = ""
    for number, (_, page) in enumerate(pages, 1):
        _add_sheet(raw, number, page, strings)
    raw["xl/sharedStrings.xml"] = _shared(strings)
    raw["xl/styles.xml"] = STYLES
    raw["docProps/core.xml"] = CORE
    raw["docProps/app.xml"] = APP
    if properties:
        raw["docProps/custom.xml"] = _custom(properties)
    raw["xl/_rels/workbook.xml.rels"] = _relationships(
        *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(pages) + 1)),
        ("styles", "styles.xml"),
        ("sharedStrings", "sharedStrings.xml"),
    )
    raw["_rels/.rels"] = _package(properties)
    raw["[Content_Types].xml"] = _types(raw)
    return raw


def letters(column: int) -> str:
    """The letters of a column's number."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill>'
    '<patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0"/>'
    '<xf numFmtId="164" xfId="0"/><xf numFmtId="22" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)
CORE = (
    f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>test</dc:creator>'
    "</cp:coreProperties>"
)
APP = (
    f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument'
    '/2006/extended-properties"><Application>test</Application></Properties>'
)
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def _workbook(pages: list[Any], date1904: bool, names: dict[str, str]) -> str:
    sheets = "".join(
        f"<sheet name={quoteattr(name)} sheetId='{number}' state='{page.state}' "
        f"r:id='rId{number}'/>"
        for number, (name, page) in enumerate(pages, 1)
    )
    defined = "".join(
        f"<definedName name={quoteattr(name)}>{escape(text)}</definedName>"
        for name, text in names.items()
    )
    defined = f"<definedNames>{defined}</definedNames>" if defined else ""
    era = ' date1904="1"' if date1904 else ""
    return (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr{era}/>'
        f"<sheets>{sheets}</sheets>{defined}</workbook>"
    )


def _add_sheet(raw: Parts, number: int, page: Page, strings: dict[str, int]) -> None:
    rows = "".join(
        _row(page, row, values, strings) for row, values in enumerate(page.rows, 1)
    )
    columns = "".join(
        f'<col min="{_column(one)}" max="{_column(one)}" width="9" hidden="1"/>'
        for one in page.hidden_columns
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in page.merged)
    links = [
        ("table", f"../tables/table{number}_{n}.xml")
        for n in range(1, len(page.tables) + 1)
    ]
    tables = "".join(f'<tablePart r:id="rId{n}"/>' for n in range(1, len(links) + 1))
    for (_, target), area in zip(links, page.tables, strict=True):
        raw[f"xl/{target[3:]}"] = _table(target, area)
    if page.comments:
        links.append(("comments", f"../comments{number}.xml"))
        raw[f"xl/comments{number}.xml"] = _comments(page.comments)
    if links:
        raw[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relationships(*links)
    raw[f"xl/worksheets/sheet{number}.xml"] = "".join(
        (
            f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{page.before}',
            f"<cols>{columns}</cols>" if columns else "",
            f"<sheetData>{rows}</sheetData>",
            f'<autoFilter ref="{page.filter}"><filterColumn colId="0"><filters>'
            '<filter val="x"/></filters></filterColumn></autoFilter>'
            if page.filter
            else "",
            f"<mergeCells>{merged}</mergeCells>" if merged else "",
            page.after,
            f"<tableParts>{tables}</tableParts>" if tables else "",
            "</worksheet>",
        )
    )


def _row(page: Page, row: int, values: list[Any], strings: dict[str, int]) -> str:
    cells = "".join(
        _cell(f"{letters(column)}{row}", value, page, strings)
        for column, value in enumerate(values, 1)
        if value is not None or not page.addresses
    )
    place = f' r="{row}"' if page.addresses else ""
    hidden = ' hidden="1"' if row in page.hidden_rows else ""
    return f"<row{place}{hidden}>{cells}</row>"


def _cell(address: str, value: Any, page: Page, strings: dict[str, int]) -> str:
    if isinstance(value, Xml):
        return value.text.replace("{r}", address)
    place = f' r="{address}"' if page.addresses else ""
    if isinstance(value, str) and page.inline:
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c{place} t="inlineStr">{text}</c>'
    return f"<c{place}{_content(value, strings)}</c>"


def _content(value: Any, strings: dict[str, int]) -> str:  # noqa: PLR0911
    match value:
        case None:
            return ">"
        case str():
            return f' t="s"><v>{strings.setdefault(value, len(strings))}</v>'
        case bool():
            return f' t="b"><v>{int(value)}</v>'
        case datetime():
            return f' s="3"><v>{_serial(value)}</v>'
        case date():
            moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
            return f' s="1"><v>{_serial(moment)}</v>'
        case Error():
            return f' t="e"><v>{value.name}</v>'
        case Formula():
            return _formula(value)
    return f"><v>{value!r}</v>"


def _formula(formula: Formula) -> str:
    text = f"<f>{escape(formula.text)}</f>"
    match formula.value:
        case None:
            return f">{text}"
        case str():
            return f' t="str">{text}<v>{escape(formula.value)}</v>'
        case bool():
            return f' t="b">{text}<v>{int(formula.value)}</v>'
        case Error():
            return f' t="e">{text}<v>{formula.value.name}</v>'
    return f">{text}<v>{formula.value!r}</v>"


def _serial(moment: datetime) -> str:
    days = (moment - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001
    return f"{days:.15g}"


def _column(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def _shared(strings: dict[str, int]) -> str:
    items = "".join(
        f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings
    )
    return f'{DECLARATION}<sst xmlns="{MAIN}">{items}</sst>'


def _table(target: str, area: str) -> str:
    name = Path(target).stem
    return (
        f'{DECLARATION}<table xmlns="{MAIN}" id="1" name="{name}" displayName="{name}" '
        f'ref="{area}"><autoFilter ref="{area}"/></table>'
    )


def _comments(comments: dict[str, str]) -> str:
    items = "".join(
        f'<comment ref="{cell}" authorId="0"><text><t>{escape(text)}</t></text>'
        "</comment>"
        for cell, text in comments.items()
    )
    return (
        f'{DECLARATION}<comments xmlns="{MAIN}"><authors><author>x</author></authors>'
        f"<commentList>{items}</commentList></comments>"
    )


def _custom(properties: dict[str, str]) -> str:
    items = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" '
        f"name={quoteattr(name)}><vt:lpwstr>{escape(text)}</vt:lpwstr></property>"
        for pid, (name, text) in enumerate(properties.items(), 2)
    )
    return (
        f'{DECLARATION}<Properties xmlns="{_EXTENDED}" xmlns:vt="{_VALUES}">{items}'
        "</Properties>"
    )


def _package(properties: dict[str, str] | None) -> str:
    core = f"{PACKAGE}/relationships/metadata/core-properties"
    extra = [("custom-properties", "docProps/custom.xml")] if properties else []
    text = _relationships(
        ("officeDocument", "xl/workbook.xml"),
        ("extended-properties", "docProps/app.xml"),
        *extra,
    )
    link = f'<Relationship Id="core" Type="{core}" Target="docProps/core.xml"/>'
    return text.replace("</Relationships>", f"{link}</Relationships>")


def _relationships(*links: tuple[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    space = f"{PACKAGE}/relationships"
    return f'{DECLARATION}<Relationships xmlns="{space}">{items}</Relationships>'


def _types(raw: Parts) -> str:
    kinds = {
        "xl/workbook.xml": "sheet.main",
        "xl/styles.xml": "styles",
        "xl/sharedStrings.xml": "sharedStrings",
    }
    kinds |= {
        name: kind
        for name in raw
        for folder, kind in (
            ("xl/worksheets/sheet", "worksheet"),
            ("xl/tables/", "table"),
            ("xl/comments", "comments"),
        )
        if name.startswith(folder)
    }
    items = "".join(
        f'<Override PartName="/{name}" ContentType="{TYPES}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{items}</Types>'
    )
