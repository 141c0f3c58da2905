"""The rows of a workbook of recommendations: the header found, cells by column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from taskforce_analysis.issues import Issue
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook, address, iterate
from taskforce_analysis.recommendations import load_vocabulary
from taskforce_analysis.spelling import loose_key

BROKEN = {Kind.ERROR: "CELL_ERROR", Kind.UNCALCULATED: "FORMULA_NOT_CALCULATED"}
NEEDED = ("number", "text")
DEEPEST_HEADER = 30

Cells = dict[int, tuple[Kind, str]]


@dataclass(frozen=True)
class Row:
    """One item's cells by column key, and where each of them stands."""

    sheet: str | None
    cells: Mapping[str, tuple[Kind, str]]
    places: Mapping[str, str]

    def text(self, name: str) -> str:
        """The text of a cell, "" where there is none or it is an error."""
        kind, text = self.cells.get(name, (Kind.TEXT, ""))
        return "" if kind in BROKEN else text.strip()


def rows_of(book: Workbook, found: list[Issue]) -> Iterator[Row]:
    """The items of the first visible sheet that has the headers; issues are added."""
    for sheet in book.sheets:
        grid = _grid(sheet)
        header = next(
            (row for row in sorted(grid) if row <= DEEPEST_HEADER and _is(grid[row])),
            None,
        )
        if header is not None and not sheet.hidden:
            yield from _items(book.file, sheet.name, grid, header=header, found=found)
            return
    found.append(Issue("HEADER_NOT_FOUND", book.file))


def _grid(sheet: Sheet) -> dict[int, Cells]:
    grid: dict[int, Cells] = {}
    for row, column, kind, text in iterate(sheet):
        grid.setdefault(row, {})[column] = (kind, text)
    return grid


def _is(cells: Cells) -> bool:
    names = {_key(text) for _, text in cells.values()}
    return all(name in names for name in NEEDED)


def _key(text: str) -> str:
    wanted = loose_key(text)
    for name, spellings in load_vocabulary().columns.items():
        if wanted in map(loose_key, spellings):
            return name
    return ""


def _items(
    file: str,
    sheet: str,
    grid: dict[int, Cells],
    *,
    header: int,
    found: list[Issue],
) -> Iterator[Row]:
    names: dict[int, str] = {}
    for column, (_, text) in grid[header].items():
        name, place = _key(text), address(header, column)
        if name in names.values():
            found.append(Issue("HEADER_DUPLICATE", file, sheet, place))
        elif name:
            names[column] = name
        else:
            found.append(Issue("COLUMN_IGNORED", file, sheet, place))
    for number in sorted(row for row in grid if row > header):
        row = _row(sheet, number, cells=grid[number], names=names)
        found += _broken(file, row)
        if row.text("number") or row.text("text"):
            yield row
        else:
            place = address(number, min(grid[number]))
            found.append(Issue("ROW_WITHOUT_CASE", file, sheet, place))


def _row(sheet: str, number: int, *, cells: Cells, names: dict[int, str]) -> Row:
    own = {names[at]: cell for at, cell in cells.items() if at in names}
    places = {name: address(number, at) for at, name in names.items()}
    return Row(sheet, own, places)


def _broken(file: str, row: Row) -> Iterator[Issue]:
    for name, (kind, _) in row.cells.items():
        if kind in BROKEN:
            yield Issue(BROKEN[kind], file, row.sheet, row.places[name])
