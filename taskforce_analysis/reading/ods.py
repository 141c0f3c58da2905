"""An OpenDocument workbook (.ods, and .fods as one flat file): its content, as written.

Only tables that lie in the spreadsheet itself are sheets: not the copy that a link
keeps, nor what a list of changes holds. A cell's value stands in its attributes; the
text that it shows in its paragraphs, where a run of white space is one blank, and more
blanks, tabs and line breaks are elements. What is drawn over a cell is no part of it. A
run of equal rows or columns is written once, with a count.
Source: OpenDocument 1.3 part 3, 6.1, 9.1 and 19.387.
"""

import re
from collections.abc import Callable
from functools import lru_cache, partial

from taskforce_analysis.errors import FileError
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Contents,
    Finding,
    Kind,
    Sheet,
    address,
)
from taskforce_analysis.reading.container import CHUNK, DEEPEST, XmlFile
from taskforce_analysis.reading.package import Package
from taskforce_analysis.reading.parsing import (
    STORED_NUMBER,
    CellCollector,
    days_of,
    row_major,
)
from taskforce_analysis.reading.shared import Texts
from taskforce_analysis.reading.traces import Traces, is_clean, search_rest

MOST = 1_000_000  # cells and hidden rows that runs may stand for
LONGEST_BLANK = 32_767  # as many characters as a cell may hold
CONTENT = "content.xml"
_UNSEEN = ("collapse", "filter")
_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
_CELLS = ("table-cell", "covered-table-cell")
_NAMES = ("named-expression", "named-range")
_BLANKS = re.compile("[ \t\r\n]+")
# What most cells hold, which need not be searched again for what lies around them.
_PLAIN_CELL = re.compile(
    rb"<text:p>[^<]*</text:p>(?=</table:table-cell>)|"
    rb' office:(?:string-|date-|time-)?value="[^"]*"'
)

_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _STYLE = f"{_OPEN}office:1.0}}", f"{_OPEN}style:1.0}}"
_TABLE, _TEXT = f"{_OPEN}table:1.0}}", f"{_OPEN}text:1.0}}"
_WIDE, _HIGH = f"{_TABLE}number-columns-spanned", f"{_TABLE}number-rows-spanned"
_REPEATED, _FORMULA = f"{_TABLE}number-columns-repeated", f"{_TABLE}formula"
_KIND, _VALUE = f"{_OFFICE}value-type", f"{_OFFICE}value"
_STRING = f"{_OFFICE}string-value"
# Knows errors, which the standard's own attribute of this name does not.
_PRECISE = (
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
)
_IN_TABLE = {
    **dict.fromkeys(
        (
            *(f"{_TABLE}table-{one}" for one in ("row-group", "header-rows", "rows")),
            *(f"{_TABLE}table-{one}" for one in ("column-group", "header-columns")),
            f"{_TABLE}table-columns",
        ),
        "group",
    ),
    f"{_TABLE}table-row": "row",
    f"{_TABLE}table-column": "column",
}
# By place: the elements that matter there, and the place inside them. Whatever else is
# met is passed over with all that it holds.
_PLACES: dict[str, dict[str, str]] = {
    "file": dict.fromkeys(
        (f"{_OFFICE}document-content", f"{_OFFICE}document"), "document"
    ),
    "document": {f"{_OFFICE}automatic-styles": "styles", f"{_OFFICE}body": "body"},
    "styles": {f"{_STYLE}style": "style"},
    "style": {f"{_STYLE}table-properties": "properties"},
    "body": {f"{_OFFICE}spreadsheet": "spreadsheet"},
    "spreadsheet": {f"{_TABLE}table": "table"},
    "table": _IN_TABLE,
    "group": _IN_TABLE,
    "row": dict.fromkeys([_TABLE + one for one in _CELLS], "cell"),
    "cell": {
        **dict.fromkeys((f"{_TEXT}p", f"{_TEXT}h"), "paragraph"),
        f"{_OFFICE}annotation": "comment",
    },
}
# Parts of a paragraph that no one reads as the cell's text.
_ASIDE = frozenset(f"{_TEXT}{one}" for one in ("note", "ruby-text"))


def read_ods(file: XmlFile, data: bytes, package: Package | None = None) -> Contents:
    """What the content of an open document holds; FileError when it is not sound.

    `package` has the document's other parts; a flat file has none.
    """
    contents = Contents()
    _parse(file, data, _Content(file, contents))
    if not contents.sheets:
        raise file.error("FILE_CORRUPT")
    if package is not None:
        contents.findings += search_rest(package, {CONTENT})
    if not is_clean(_PLAIN_CELL.sub(b" ", data)):
        around = _Around(file, CONTENT)
        _parse(file, data, around)
        contents.findings += [
            Finding("CPR_FOUND", None, *one) for one in around.counts.items()
        ]
    return contents


def _parse(file: XmlFile, data: bytes, listener: "_Content | _Around") -> None:
    pieces = (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))
    file.parse(pieces, listener)


class _Content:
    """Listens to the content, and adds its sheets."""

    def __init__(self, file: XmlFile, contents: Contents) -> None:
        self._file, self._contents = file, contents
        self._place, self._around = "file", list[str]()
        self._passed = 0  # how many elements are open that do not matter
        self._spent = 0
        self._style, self._unseen = "", set[str]()
        self._names: set[str] = set()
        self._texts = Texts()
        self._pieces: list[str] = []
        self._runs: list[str] = []
        self._paragraphs: list[str] = []
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "style": self._start_style,
            "properties": self._start_properties,
            "table": self._start_table,
            "column": self._start_column,
            "row": self._start_row,
            "cell": self._start_cell,
            "paragraph": self._start_paragraph,
            "comment": self._start_paragraph,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "table": self._end_table,
            "row": self._end_row,
            "cell": self._end_cell,
            "paragraph": self._end_paragraph,
            "comment": self._end_comment,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._passed:
            self._passed += 1
            if self._passed > DEEPEST:
                raise self._file.error("FILE_CORRUPT")
            return
        if self._place in _PLACES:
            place = _PLACES[self._place].get(name)
        else:
            place = self._within_text(name, attributes)
        if not place:
            self._passed = 1
            return
        self._around.append(self._place)
        self._place = place
        if act := self._starts.get(place):
            act(attributes)

    def end(self, _: str) -> None:
        """An element ends."""
        if self._passed:
            self._passed -= 1
            return
        if act := self._ends.get(self._place):
            act()
        self._place = self._around.pop()

    def text(self, text: str) -> None:
        """Text of a cell or of its comment."""
        if not self._passed:
            self._pieces.append(text)

    def _within_text(self, name: str, attributes: dict[str, str]) -> str:
        """The place inside an element that is met in a text; empty to pass it over."""
        if len(self._around) > DEEPEST:
            raise self._file.error("FILE_CORRUPT")
        if self._place in ("comment", "in comment"):
            self._pieces.append("\n")
            return "in comment"
        if self._place not in ("paragraph", "span") or not name.startswith(_TEXT):
            return ""
        own = name[len(_TEXT) :]
        if own == "s":
            count = self._count(attributes, f"{_TEXT}c", LONGEST_BLANK)
            self._end_run(" " * count)
        elif own == "tab":
            self._end_run("\t")
        elif own == "line-break":
            self._end_run("\n")
        return "" if name in _ASIDE else "span"

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get(f"{_STYLE}name", "")

    def _start_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get(f"{_TABLE}display") == "false":
            self._unseen.add(self._style)

    def _start_table(self, attributes: dict[str, str]) -> None:
        name = attributes.get(f"{_TABLE}name", "")
        if not name or name.casefold() in self._names:
            raise self._file.error("FILE_CORRUPT", sheet=name or None)
        self._names.add(name.casefold())
        self._name = self._contents.shown_name(name)
        self._hidden = attributes.get(f"{_TABLE}style-name") in self._unseen
        self._row = self._column = self._formulas = 0
        self._cells = CellCollector()
        self._merged: list[Area] = []
        self._hidden_rows, self._hidden_columns = set[int](), set[int]()
        self._filtered = False

    def _end_table(self) -> None:
        cells = row_major(
            self._cells.arrays(), partial(self._file.error, sheet=self._name)
        )
        value, texts = self._texts.used(cells.value)
        sheet = Sheet(
            self._name,
            *(cells.row, cells.column, cells.kind, value, texts),
            hidden=self._hidden,
            merged=tuple(self._merged),
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=frozenset(self._hidden_columns),
            filtered=self._filtered,
            formulas=self._formulas,
        )
        self._contents.sheets.append(sheet)

    def _start_column(self, attributes: dict[str, str]) -> None:
        count = self._count(attributes, _REPEATED, LAST_COLUMN)
        if attributes.get(f"{_TABLE}visibility") in _UNSEEN:
            hidden = range(self._column + 1, self._column + count + 1)
            self._hidden_columns.update(hidden)
        self._column += count

    def _start_row(self, attributes: dict[str, str]) -> None:
        name = f"{_TABLE}number-rows-repeated"
        self._rows = self._count(attributes, name, LAST_ROW)
        self._column = 0
        visibility = attributes.get(f"{_TABLE}visibility")
        if visibility in _UNSEEN and self._rows < MOST:
            self._spend(self._rows)
            self._hidden_rows.update(range(self._row + 1, self._row + self._rows + 1))
        self._filtered |= visibility == "filter"

    def _end_row(self) -> None:
        self._row += self._rows

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._paragraphs = []
        if _WIDE not in attributes and _HIGH not in attributes:
            return
        wide = self._count(attributes, _WIDE, LAST_COLUMN)
        high = self._count(attributes, _HIGH, LAST_ROW)
        if wide * high > 1:
            top, left = self._row + 1, self._column + 1
            self._merged.append(Area(top, left, top + high - 1, left + wide - 1))

    def _end_cell(self) -> None:
        count = self._count(self._cell, _REPEATED, LAST_COLUMN)
        formula = _FORMULA in self._cell
        stored = self._stored(formula=formula)
        if stored is not None:
            self._store(*stored, count=count)
        self._formulas += formula
        self._column += count

    def _store(self, kind: Kind, text: str, *, count: int) -> None:
        last_row, last = self._row + self._rows, self._column + count
        if last_row > LAST_ROW or last > LAST_COLUMN:
            raise self._wrong()
        number, cells = self._texts.number(text), self._cells
        if count * self._rows == 1:
            cells.row.append(last_row)
            cells.column.append(last)
            cells.kind.append(kind)
            cells.value.append(number)
            return
        self._spend(count * self._rows)
        for row in range(self._row + 1, last_row + 1):
            for column in range(self._column + 1, last + 1):
                cells.row.append(row)
                cells.column.append(column)
                cells.kind.append(kind)
                cells.value.append(number)

    def _stored(self, *, formula: bool) -> tuple[Kind, str] | None:
        """What the cell holds: its kind and its stored text."""
        cell = self._cell
        kind = cell.get(_KIND, "")
        shown = "\n".join(self._paragraphs)
        fails = formula and (shown in _ERRORS or shown.startswith("Err:"))
        if fails or cell.get(_PRECISE) == "error":
            return Kind.ERROR, shown
        if kind in ("", "void", "string"):
            if formula and kind != "string" and not self._paragraphs:
                return Kind.UNCALCULATED, ""
            text = cell.get(_STRING, shown)
            return (Kind.TEXT, text) if text else None
        if kind == "boolean":
            truth = {"true": "1", "false": "0"}.get(
                cell.get(f"{_OFFICE}boolean-value", "")
            )
            return self._sound(Kind.BOOLEAN, truth)
        if kind in ("date", "time"):
            days = days_of(cell.get(f"{_OFFICE}{kind}-value", ""))
            return self._sound(Kind.DATE, None if days is None else f"{days:.15g}")
        number = cell.get(_VALUE, "")
        return self._sound(
            Kind.NUMBER, number if STORED_NUMBER.fullmatch(number) else None
        )

    def _sound(self, kind: Kind, text: str | None) -> tuple[Kind, str]:
        if text is None:
            raise self._wrong()
        return kind, text

    def _wrong(self) -> FileError:
        cell = address(min(self._row + 1, LAST_ROW), min(self._column + 1, LAST_COLUMN))
        return self._file.error("FILE_CORRUPT", sheet=self._name, cell=cell)

    def _start_paragraph(self, _: dict[str, str]) -> None:
        self._pieces.clear()
        self._runs.clear()

    def _end_run(self, then: str = "") -> None:
        # White space collapses over spans, but not over the blanks that are elements.
        self._runs += _collapsed("".join(self._pieces)), then
        self._pieces.clear()

    def _end_paragraph(self) -> None:
        if len(self._pieces) == 1 and not self._runs:
            self._paragraphs.append(_collapsed(self._pieces[0]).strip(" "))
            return
        self._end_run()
        self._runs[0] = self._runs[0].lstrip(" ")
        self._runs[-2] = self._runs[-2].rstrip(" ")
        self._paragraphs.append("".join(self._runs))

    def _end_comment(self) -> None:
        if count := count_cpr("".join(self._pieces)):
            cell = address(self._row + 1, self._column + 1)
            self._contents.findings.append(
                Finding("CPR_FOUND", self._name, cell, count)
            )

    def _spend(self, count: int) -> None:
        self._spent += count
        if self._spent > MOST:
            raise self._file.error("FILE_TOO_LARGE")

    def _count(self, attributes: dict[str, str], name: str, most: int) -> int:
        text = attributes.get(name)
        if text is None:
            return 1
        if not text.isdecimal() or not 1 <= int(text[:9]) <= most or len(text) > 9:
            raise self._file.error("FILE_CORRUPT")
        return int(text)


@lru_cache(maxsize=4096)
def _collapsed(text: str) -> str:
    return _BLANKS.sub(" ", text)


class _Around(Traces):
    """Listens to the content for CPR-like numbers, but not to the cells themselves.

    Formulas, links, names, drawings, the texts of rules for answers.
    """

    def __init__(self, file: XmlFile, place: str) -> None:
        super().__init__(file, place)
        self._take, self.text = self.text, self._heard
        self._cells = self._drawn = 0  # how many of them are open

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins: its attributes are searched, a cell's value aside."""
        own = name.rpartition("}")[2]
        self._cells += own in _CELLS
        self._drawn += ":drawing:" in name
        said = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        for key in ("string-value", "name" if own == "table" else "value"):
            said.pop(key, None)
        super().start("definedName" if own in _NAMES else name, said)

    def end(self, name: str) -> None:
        """An element ends."""
        super().end(name)
        self._cells -= name.rpartition("}")[2] in _CELLS
        self._drawn -= ":drawing:" in name

    def _heard(self, text: str) -> None:
        if self._drawn or not self._cells:
            self._take(text)
