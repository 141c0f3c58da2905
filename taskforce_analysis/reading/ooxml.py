"""A workbook in the Office Open XML format, read sparsely.

What the package's relationships name is followed: the workbook, its styles, shared
strings and sheets. Each must be there and be what it is said to be. No value is
computed, no macro runs, no link is followed, and no grid is ever laid out: only cells
that hold something are kept. What stands around a sheet's rows (hidden columns, merged
cells, filters) is noted, its `dimension` is not, since what that says is often wrong.
All that is no cell's value is searched for personal data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.privacy import count_cpr, redact
from taskforce_analysis.reading.cells import (
    BOOLEAN,
    COLUMN_NUMBERS,
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Contents,
    Finding,
    Sheet,
    address,
)
from taskforce_analysis.reading.container import Node, local_name, new_parser
from taskforce_analysis.reading.package import Package
from taskforce_analysis.reading.parsing import (
    CHECKBOX,
    CellArrays,
    RowListener,
    is_true,
    is_zero,
    row_major,
)
from taskforce_analysis.reading.scanning import Sifter
from taskforce_analysis.reading.shared import Shared, read_shared
from taskforce_analysis.reading.traces import Traces, search_rest

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_WORKSHEET = "worksheet"
_AREA = re.compile(
    r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?"
)


def read_ooxml(package: Package) -> Contents:
    """All that the package's workbook holds; FileError when something is not sound."""
    container = package.container
    contents = Contents()
    top = container.tree(package.main, "workbook")
    contents.date1904 = any(
        is_true(node.attributes.get("date1904")) for node in top.all("workbookPr")
    )
    links = tuple(package.links(package.main).values())
    shared = read_shared(container, links, date1904=contents.date1904)
    for part in _sheet_parts(package, top, contents):
        sheet, found = read_sheet(shared, part)
        contents.sheets.append(sheet)
        contents.findings += found
    if count := sum(count_cpr(text) for text in shared.texts.unseen()):
        contents.findings.append(
            Finding("CPR_FOUND", None, "xl/sharedStrings.xml", count)
        )
    for part in package.targets("", "custom-properties"):
        if part not in container:
            continue
        for node in container.tree(part, "Properties").all("property"):
            value = "".join(child.text for child in node.children)
            contents.properties[redact(node.attributes.get("name", ""))] = redact(value)
    contents.findings += [
        Finding("PART_IGNORED", None, redact(part)) for part in package.lost
    ]
    contents.findings += search_rest(package, shared.parts_read)
    return contents


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a worksheet lies: its part, its name as shown, and the parts beside it."""

    part: str
    name: str
    hidden: bool
    tables: tuple[str, ...] = ()
    linked: frozenset[tuple[int, int]] = frozenset()  # cells that checkboxes write in


def _sheet_parts(package: Package, top: Node, contents: Contents) -> list[SheetPart]:
    """The worksheets in order; notes the sheets that are none, and unfit names."""
    names: set[str] = set()
    targets: set[str] = set()
    parts: dict[str, SheetPart] = {}
    for node in top.all("sheet"):
        name, relation = node.attributes.get("name"), node.attributes.get("id")
        if not name or name.casefold() in names:
            raise package.container.error("FILE_CORRUPT", sheet=name)
        names.add(name.casefold())
        shown = contents.shown_name(name)
        if relation == "":  # a sheet of macro code, as Excel 95 had, without a part
            contents.findings.append(Finding("SHEET_IGNORED", shown))
            continue
        link = package.links(package.main).get(relation or "")
        if link is None or link.external or link.target.lower() in targets:
            raise package.container.error("FILE_CORRUPT", sheet=shown)
        targets.add(link.target.lower())
        hidden = node.attributes.get("state", "visible") != "visible"
        package.claim(link.target, shown)
        if link.kind == _WORKSHEET:
            if link.target not in package.container:
                raise package.container.error("FILE_CORRUPT", sheet=shown)
            tables = package.targets(link.target, "table")
            parts[name] = SheetPart(link.target, shown, hidden, tables)
        elif not hidden:
            contents.findings.append(Finding("SHEET_IGNORED", shown))
    if not names:
        raise package.container.error("FILE_CORRUPT")
    linked = _linked_cells(package, parts)
    return [replace(one, linked=frozenset(linked[name])) for name, one in parts.items()]


def _linked_cells(
    package: Package, parts: Mapping[str, SheetPart]
) -> dict[str, set[tuple[int, int]]]:
    """The cells, by sheet, that the checkboxes drawn over the sheets write in."""
    found: dict[str, set[tuple[int, int]]] = {name: set() for name in parts}
    for own, part in parts.items():
        for target in package.targets(part.part, "ctrlProp"):
            if target not in package.container:
                continue
            facts = package.container.tree(target, "formControlPr").attributes
            sheet, _, cell = facts.get("fmlaLink", "").rpartition("!")
            area = parse_area(cell)
            name = sheet.strip("'").replace("''", "'") or own
            if facts.get("objectType") == "CheckBox" and area and name in found:
                found[name].add((area.top, area.left))
    return found


def read_sheet(shared: Shared, sheet: SheetPart) -> tuple[Sheet, list[Finding]]:
    """The sheet, and the personal data found in its part outside the cells' values."""
    container, parser = shared.container, new_parser()
    listener = Surroundings(shared, sheet, parser)
    listener.listen()
    sifter = listener.sifter
    container.feed(parser, sifter.sift(container.chunks(sheet.part)))
    rows = sifter.rows
    if rows is None:
        raise container.error("FILE_CORRUPT", sheet=sheet.name)
    shared.parts_read.add(sheet.part.lower())
    counts = listener.counts
    for place, text in rows.formula_texts:
        counts[place] += count_cpr(text)
    tables, filtered = [], listener.filtered
    for part in sheet.tables:
        if part not in container:
            continue
        top = container.tree(part, "table")
        area = parse_area(top.attributes.get("ref", ""))
        if area is None:
            raise container.error("FILE_CORRUPT", sheet=sheet.name)
        tables.append(area)
        filtered |= any(True for _ in top.all("filterColumn"))
    cells = row_major(rows.cells.arrays(), partial(container.error, sheet=sheet.name))
    boxes = _untouched(shared, sheet, cells)
    cells.kind[cells.kind == CHECKBOX] = BOOLEAN
    value, texts = shared.texts.used(cells.value)
    return Sheet(
        sheet.name,
        *(cells.row, cells.column, cells.kind, value, texts),
        hidden=sheet.hidden,
        merged=tuple(listener.merged),
        hidden_rows=frozenset(rows.hidden),
        hidden_columns=frozenset(listener.hidden_columns),
        filtered=filtered,
        tables=tuple(tables),
        formulas=rows.formulas,
    ), [
        Finding("CPR_FOUND", sheet.name, place, count)
        for place, count in counts.items()
        if count
    ] + boxes


def _untouched(shared: Shared, sheet: SheetPart, cells: CellArrays) -> list[Finding]:
    """Each column's checkboxes without a mark: nobody can say that one was answered."""
    if sheet.hidden or not (shared.boxes or sheet.linked):
        return []
    truth = (cells.kind == CHECKBOX) | (cells.kind == BOOLEAN)
    places = np.flatnonzero(truth & (cells.value == shared.texts.number("0")))
    found: dict[int, list[int]] = {}
    for at in places.tolist():
        row, column = int(cells.row[at]), int(cells.column[at])
        if cells.kind[at] == CHECKBOX or (row, column) in sheet.linked:
            found.setdefault(column, []).append(row)
    return [
        Finding("CHECKBOX_UNTOUCHED", sheet.name, address(rows[0], column), len(rows))
        for column, rows in found.items()
    ]


class Surroundings(Traces):
    """Listens to what is before and after a sheet's rows, and lets them be read."""

    def __init__(
        self, shared: Shared, sheet: SheetPart, parser: "XMLParserType"
    ) -> None:
        super().__init__(shared.container, redact(shared.container.shown(sheet.part)))
        self.sifter = Sifter(shared)
        self.merged: list[Area] = []
        self.hidden_columns: set[int] = set()
        self.filtered = False
        self._shared, self._sheet, self._parser = shared, sheet, parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; at the rows, they are listened to instead."""
        super().start(name, attributes)
        bare = local_name(name)
        if len(self._places) == 2 and bare != "worksheet":
            raise self._file.error("FILE_CORRUPT", sheet=self._sheet.name)
        if bare == "sheetData":
            self._start_rows(name)
        elif bare == "mergeCell":
            area = parse_area(attributes.get("ref", ""))
            if area is None:
                raise self._file.error("FILE_CORRUPT", sheet=self._sheet.name)
            self.merged.append(area)
        elif bare == "col":
            self._note_column(attributes)
        elif bare == "filterColumn":
            self.filtered = True

    def _start_rows(self, name: str) -> None:
        if self.sifter.rows is not None or len(self._places) != 3:
            raise self._file.error("FILE_CORRUPT", sheet=self._sheet.name)

        def back() -> None:
            self.listen()
            self.end(name)

        space = name.removesuffix("sheetData")
        rows = RowListener(self._shared, self._sheet.name, space=space, after=back)
        self._parser.StartElementHandler = rows.start
        self._parser.EndElementHandler = rows.end
        self._parser.CharacterDataHandler = rows.text
        self.sifter.rows = rows

    def listen(self) -> None:
        """Take the parser's events."""
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.text

    def _note_column(self, attributes: dict[str, str]) -> None:
        if is_true(attributes.get("hidden")) or is_zero(attributes.get("width")):
            low, high = attributes.get("min", ""), attributes.get("max", "")
            if not all(
                text.isdecimal() and 1 <= int(text) <= LAST_COLUMN
                for text in (low, high)
            ):
                raise self._file.error("FILE_CORRUPT", sheet=self._sheet.name)
            self.hidden_columns.update(range(int(low), int(high) + 1))


def parse_area(reference: str) -> Area | None:
    """The rectangle that a reference such as `A1:C3` names; None when it names none.

    >>> parse_area("B2:C9")
    Area(top=2, left=2, bottom=9, right=3)
    """
    match = _AREA.fullmatch(reference)
    if not match:
        return None
    left, top, right, bottom = match.groups()
    try:
        columns = COLUMN_NUMBERS[left], COLUMN_NUMBERS[right or left]
    except KeyError:
        return None
    rows = int(top), int(bottom or top)
    if not 1 <= min(rows) <= max(rows) <= LAST_ROW:
        return None
    return Area(min(rows), min(columns), max(rows), max(columns))
