"""What the reader behind `legacy` leaves out of .ods workbooks.

It turns error cells and uncalculated formulas into blanks, and truth values into
numbers. They are picked out of the content's XML here, with hidden rows and columns,
the cells' comments, and CPR numbers in whatever else the content holds. A run of equal
rows or columns is written once with a count.
Source: OpenDocument 1.3 part 3, 9.1 and 19.387.
"""

from collections import Counter

from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading.biff import ERRORS, Corrections, Stored
from taskforce_analysis.reading.cells import LAST_COLUMN, LAST_ROW, Area, Kind, address
from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.traces import Traces

MOST = 1_000_000  # cells and hidden rows that runs may stand for
_PRECISE = "calcext value-type"  # knows errors, which the standard's own does not
_UNSEEN = ("collapse", "filter")
_CONTENT = "content.xml"
_CELLS = ("table-cell", "covered-table-cell")
_NAMES = ("named-expression", "named-range")


def ods_corrections(container: Container) -> list[Corrections]:
    """The sheets in order; FileError when the content is damaged or unsafe."""
    content = _Content(container)
    container.parse(container.chunks(_CONTENT), content)
    return content.sheets


def ods_traces(container: Container) -> Counter[str]:
    """CPR-like numbers in the content outside the cells' texts and comments.

    Formulas, links, names, drawings, the texts of rules for answers.
    """
    around = _Around(container, _CONTENT)
    container.parse(container.chunks(_CONTENT), around)
    return around.counts


class _Around(Traces):
    """Listens to `content.xml`, but not to what the cells themselves say."""

    def __init__(self, container: Container, place: str) -> None:
        super().__init__(container, place)
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


class _Content:
    """Listens to `content.xml`."""

    def __init__(self, container: Container) -> None:
        self.sheets: list[Corrections] = []
        self._container = container
        self._row = self._column = self._rows = self._spent = 0
        self._cell: dict[str, str] = {}
        self._texts: list[str] = []
        self._comment: list[str] | None = None
        self._has_text = False
        self._starts = {
            "table": self._start_table,
            "table-row": self._start_row,
            "table-column": self._start_column,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "annotation": self._start_comment,
        }
        self._ends = {
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "annotation": self._end_comment,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._comment is not None:
            self._comment.append("\n")
        self._has_text |= name.endswith("}p")
        if act := self._starts.get(name.rpartition("}")[2]):
            act({_plain(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        """An element ends."""
        if act := self._ends.get(name.rpartition("}")[2]):
            act()

    def text(self, text: str) -> None:
        """Text of a cell or of its comment."""
        (self._texts if self._comment is None else self._comment).append(text)

    def _start_table(self, _: dict[str, str]) -> None:
        self.sheets.append(Corrections())
        self._row = self._column = 0

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._rows = self._repeats(attributes, "number-rows-repeated", LAST_ROW)
        self._column = 0
        if attributes.get("visibility") in _UNSEEN and self._rows < MOST:
            self._spend(self._rows)
            hidden = range(self._row + 1, self._row + self._rows + 1)
            self.sheets[-1].hidden_rows.update(hidden)
        self.sheets[-1].filtered |= attributes.get("visibility") == "filter"

    def _end_row(self) -> None:
        self._row += self._rows

    def _start_column(self, attributes: dict[str, str]) -> None:
        count = self._repeats(attributes, "number-columns-repeated", LAST_COLUMN)
        if attributes.get("visibility") in _UNSEEN:
            hidden = range(self._column + 1, self._column + count + 1)
            self.sheets[-1].hidden_columns.update(hidden)
        self._column += count

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._texts = []
        self._has_text = False
        wide = self._repeats(attributes, "number-columns-spanned", LAST_COLUMN)
        high = self._repeats(attributes, "number-rows-spanned", LAST_ROW)
        if wide * high > 1:
            top, left = self._row + 1, self._column + 1
            area = Area(top, left, top + high - 1, left + wide - 1)
            self.sheets[-1].merged.append(area)

    def _end_cell(self) -> None:
        count = self._repeats(self._cell, "number-columns-repeated", LAST_COLUMN)
        stored = self._stored()
        if stored is not None:
            self._spend(count * self._rows)
            for row in range(self._row + 1, self._row + self._rows + 1):
                for column in range(self._column + 1, self._column + count + 1):
                    self.sheets[-1].cells[row, column] = stored
        self._column += count

    def _stored(self) -> Stored | None:
        """What the cell holds, where the reader will have lost it."""
        kind, text = self._cell.get("value-type"), "".join(self._texts)
        shows_error = text in ERRORS.values() or text.startswith("Err:")
        is_formula = "formula" in self._cell
        if self._cell.get(_PRECISE) == "error" or (is_formula and shows_error):
            return Stored(Kind.ERROR, text)
        if is_formula and kind is None and not self._has_text:
            return Stored(Kind.UNCALCULATED, "")
        if kind == "boolean":
            truth = self._cell.get("boolean-value") == "true"
            return Stored(Kind.BOOLEAN, str(int(truth)))
        return None

    def _start_comment(self, _: dict[str, str]) -> None:
        self._comment = []

    def _end_comment(self) -> None:
        text = "".join(self._comment or ())
        if self.sheets and count_cpr(text):
            cell = address(self._row + 1, self._column + 1)
            self.sheets[-1].texts.append((cell, text))
        self._comment = None

    def _spend(self, count: int) -> None:
        self._spent += count
        if self._spent > MOST:
            raise self._container.error("FILE_TOO_LARGE")

    def _repeats(self, attributes: dict[str, str], name: str, most: int) -> int:
        text = attributes.get(name, "1")
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise self._container.error("FILE_CORRUPT")
        return int(text)


def _plain(key: str) -> str:
    space, _, name = key.rpartition("}")
    return f"calcext {name}" if ":calcext:" in space else name
