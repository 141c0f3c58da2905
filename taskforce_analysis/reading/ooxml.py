"""A workbook in the Office Open XML format, read sparsely.

What the package's relationships name is followed: the workbook, its styles, shared
strings and sheets. Each must be there and be what it is said to be. No value is
computed, no macro runs, no link is followed, and no grid is ever laid out: only cells
that hold something are kept. All other parts are searched for personal data.
"""

import re
from dataclasses import dataclass, field

from taskforce_analysis.privacy import count_cpr, has_cpr, redact
from taskforce_analysis.reading.cells import Finding, Sheet
from taskforce_analysis.reading.columns import Book
from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.package import Package, Relation
from taskforce_analysis.reading.parts import Node, is_true, tree
from taskforce_analysis.reading.sheets import SheetPart, read_sheet
from taskforce_analysis.reading.texts import Texts, read_shared_strings
from taskforce_analysis.reading.traces import search_part

# FOLDED reading.styles
#
# Which number formats show a date or a time.
#
# A date in a workbook is a number, and only its format says that it is one. The
# built-in formats have fixed ids (ECMA-376 part 1, 18.8.30); any other is a pattern,
# of which quoted text, escaped characters and bracketed conditions are no part of the
# meaning.

_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_SILENT = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_GENERAL = re.compile("general|standard", re.IGNORECASE)
_DATE_LETTER = re.compile("[dmyhs]", re.IGNORECASE)


def shows_date(pattern: str) -> bool:
    """Whether a number format shows a date or a time.

    >>> [shows_date(one) for one in ("[$-406]d. mmmm yyyy;@", '0" dage"', "[h]:mm")]
    [True, False, True]
    """
    first = _SILENT.sub("", pattern).partition(";")[0]
    return bool(_DATE_LETTER.search(_GENERAL.sub("", first)))


def date_styles(container: Container, part: str) -> dict[str, bool]:
    """For each cell style, by the number that cells give, whether it shows a date."""
    top = tree(container, part, "styleSheet")
    patterns = {
        facts.get("numFmtId"): facts.get("formatCode", "")
        for facts in _entries(top, "numFmts")
    }
    formats = [facts.get("numFmtId", "0") for facts in _entries(top, "cellXfs")]
    shown = {
        number: shows_date(patterns[number])
        if number in patterns
        else number.isdecimal() and int(number) in _DATE_IDS
        for number in set(formats)
    }
    return {str(place): shown[number] for place, number in enumerate(formats)}


def _entries(top: Node, table: str) -> list[dict[str, str]]:
    tables = (node for node in top.children if node.name == table)
    return [entry.attributes for node in tables for entry in node.children]


# FOLDED reading.ooxml
#
# A workbook in the Office Open XML format, read sparsely.
#
# What the package's relationships name is followed: the workbook, its styles, shared
# strings and sheets. Each must be there and be what it is said to be. No value is
# computed, no macro runs, no link is followed, and no grid is ever laid out: only
# cells that hold something are kept. All other parts are searched for personal data.

_WORKSHEET = "worksheet"


@dataclass
class Contents:
    """What was read from a container: sheets, findings, the facts of the workbook."""

    sheets: list[Sheet] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    date1904: bool = False
    properties: dict[str, str] = field(default_factory=dict)


def read_ooxml(package: Package) -> Contents:
    """All that the package's workbook holds; FileError when something is not sound."""
    container, links = package.container, package.links(package.main)
    contents = Contents()
    top = tree(container, package.main, "workbook")
    contents.date1904 = any(
        is_true(node.attributes.get("date1904")) for node in top.all("workbookPr")
    )
    book = _book(container, links, date1904=contents.date1904)
    for sheet in _sheets(package, top, contents):
        cells, found = read_sheet(book, sheet)
        contents.sheets.append(cells)
        contents.findings += found
    if count := sum(count_cpr(text) for text in book.texts.unseen()):
        contents.findings.append(
            Finding("CPR_FOUND", None, "xl/sharedStrings.xml", count)
        )
    _read_properties(package, contents)
    contents.findings += search_rest(package, book.streamed)
    return contents


def _book(container: Container, links: dict[str, Relation], *, date1904: bool) -> Book:
    book = Book(container, Texts(), date1904=date1904)
    for link in links.values():
        if link.kind == "styles":
            book.dates = date_styles(container, link.target)
        elif link.kind == "sharedStrings":
            book.strings = read_shared_strings(container, link.target, book.texts)
            book.streamed.add(link.target.lower())
    return book


def _sheets(package: Package, top: Node, contents: Contents) -> list[SheetPart]:
    """The worksheets in order; notes the sheets that are none, and unfit names."""
    names: set[str] = set()
    parts = []
    for node in top.all("sheet"):
        name = node.attributes.get("name")
        link = package.links(package.main).get(node.attributes.get("id", ""))
        if not name or name.casefold() in names or link is None or link.external:
            raise package.container.error("FILE_CORRUPT", sheet=name)
        names.add(name.casefold())
        shown = shown_sheet(name, contents)
        hidden = node.attributes.get("state", "visible") != "visible"
        package.claim(link.target, shown)
        if link.kind == _WORKSHEET:
            tables = package.targets(link.target, "table")
            parts.append(SheetPart(link.target, shown, hidden, tables))
        elif not hidden:
            contents.findings.append(Finding("SHEET_IGNORED", shown))
    if not names:
        raise package.container.error("FILE_CORRUPT")
    return parts


def shown_sheet(name: str, contents: Contents) -> str:
    """The sheet's name as it may be shown: redacted, and then told apart by number."""
    if not has_cpr(name):
        return name
    shown = redact(name)
    alike = sum(
        (one.sheet or "").startswith(shown)
        for one in contents.findings
        if one.place == "sheet name"
    )
    shown = f"{shown} ({alike + 1})" if alike else shown
    contents.findings.append(Finding("CPR_FOUND", shown, "sheet name"))
    return shown


def _read_properties(package: Package, contents: Contents) -> None:
    for part in package.targets("", "custom-properties"):
        top = tree(package.container, part, "Properties")
        for node in top.all("property"):
            value = "".join(child.text for child in node.children)
            contents.properties[redact(node.attributes.get("name", ""))] = redact(value)


def search_rest(package: Package, streamed: set[str]) -> list[Finding]:
    """Every part without rows: damaged or not, safe or not, personal or not."""
    return [
        Finding("CPR_FOUND", package.owner(part), place, count)
        for part in package.container.parts
        if part not in streamed
        for place, count in search_part(package.container, part, skip="sheet").items()
    ]
