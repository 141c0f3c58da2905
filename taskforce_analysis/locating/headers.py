"""Which rows of a grid are headers, and what stands in them.

A header row holds at least two known headers, and at least half as many as the best
row has. Rows that complete each other (case and municipality merged over two rows,
measures in the lower one) are one header. What stands above a heading is its theme.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from taskforce_analysis.locating.grid import Grid
from taskforce_analysis.locating.tables import Heading
from taskforce_analysis.locating.vocabulary import Match, Vocabulary
from taskforce_analysis.reading.cells import TEXT

FIRST_ROWS = 60
FEW = 3
ABOVE = 3


@dataclass(frozen=True, eq=False)
class Known:
    """For each cell of a grid whether its text is a header, and counts of those."""

    cells: np.ndarray
    best_row: int
    best_column: int


class Block(NamedTuple):
    """The header rows of one table, from the first to the last."""

    top: int
    bottom: int


def find_known(grid: Grid, vocabulary: Vocabulary) -> Known:
    """Which cells hold a header; loosely only where few do so exactly."""
    known = _cells_with(grid, vocabulary.is_header, grid.pair)
    best = _best(known, grid.position)
    if best < FEW and len(grid.row):
        first = (grid.position < FIRST_ROWS) | (grid.column <= FIRST_ROWS)
        loosely = _cells_with(
            grid, lambda text: vocabulary.match(text) is not None, grid.pair[first]
        )
        known = known | loosely
        best = _best(known, grid.position)
    return Known(known, best, _best(known, grid.column))


def _cells_with(
    grid: Grid, test: Callable[[str], bool], among: np.ndarray
) -> np.ndarray:
    chosen = np.zeros(len(grid.texts), dtype=bool)
    chosen[among[(among & 7) == TEXT] >> 3] = True
    for place in np.flatnonzero(chosen).tolist():
        chosen[place] = test(grid.texts[place])
    return chosen[grid.pair >> 3] & ((grid.pair & 7) == TEXT)


def _best(known: np.ndarray, places: np.ndarray) -> int:
    return int(np.bincount(places[known]).max()) if known.any() else 0


def header_blocks(grid: Grid, known: Known) -> list[Block]:
    """The header rows of the grid from above, those that belong together as one."""
    counts = np.bincount(grid.position[known.cells], minlength=len(grid.rows))
    enough = max(2, (known.best_row + 1) // 2)
    if known.best_row < 2:
        return _first_only(grid, counts)
    rows = grid.rows[counts >= enough].tolist()
    blocks: list[Block] = []
    for row in rows:
        last = blocks[-1] if blocks else None
        if last and row == last.bottom + 1 and _completes(grid, known, last):
            blocks[-1] = Block(last.top, row)
        else:
            blocks.append(Block(row, row))
    return [_stretched(grid, known, block) for block in blocks]


def _first_only(grid: Grid, counts: np.ndarray) -> list[Block]:
    found = grid.rows[counts > 0].tolist()
    wide = [row for row in found if len(grid.line(row).column) > 1]
    return [Block(wide[0], wide[0])] if wide else []


def _known_columns(grid: Grid, known: Known, row: int) -> set[int]:
    first, last = np.searchsorted(grid.row, [row, row + 1])
    return set(grid.column[first:last][known.cells[first:last]].tolist())


def _completes(grid: Grid, known: Known, block: Block) -> bool:
    # Whether the row below a block heads other columns than the block does.
    above = {c for r in block_rows(block) for c in _known_columns(grid, known, r)}
    return not above & _known_columns(grid, known, block.bottom + 1)


def block_rows(block: Block) -> range:
    """The rows of a block."""
    return range(block.top, block.bottom + 1)


def _stretched(grid: Grid, known: Known, block: Block) -> Block:
    # A heading merged over both header rows stands in the upper one, alone there.
    for row in (block.top - 1, block.bottom + 1):
        own = _known_columns(grid, known, row)
        if own and _is_free(grid, block, own) and _is_header_like(grid, row):
            block = Block(min(block.top, row), max(block.bottom, row))
    return block


def _is_free(grid: Grid, block: Block, columns: set[int]) -> bool:
    lines = [grid.line(row).column.tolist() for row in block_rows(block)]
    return columns.isdisjoint(column for line in lines for column in line)


def _is_header_like(grid: Grid, row: int) -> bool:
    kinds = grid.line(row).pair & 7
    return bool((kinds == TEXT).all())


def headings_of(
    grid: Grid, block: Block, vocabulary: Vocabulary
) -> tuple[Heading, ...]:
    """The headings in a block's rows from left to right, with what they mean."""
    cells: dict[int, _Cell] = {}
    for row in block_rows(block):
        line = grid.line(row)
        for column, pair in zip(line.column.tolist(), line.pair.tolist(), strict=True):
            text = grid.text(pair)
            if (
                column not in cells
                or vocabulary.match(text)
                or not vocabulary.match(cells[column].text)
            ):
                cells[column] = _Cell(column, row, text)
    ordered = tuple(cells[column] for column in sorted(cells))
    known = vocabulary.decided.get(ordered)  # most workbooks of a run begin alike
    if known is not None:
        return known
    found = [Heading(*one, vocabulary.match(one.text)) for one in ordered]
    times = Counter(one.text for one in ordered)
    if all(_is_decided(one.match, times[one.text]) for one in found):
        return vocabulary.decided.setdefault(ordered, tuple(found))
    return tuple(_with_theme(grid, vocabulary, found, times=times))


class _Cell(NamedTuple):
    column: int
    row: int
    text: str


def _with_theme(
    grid: Grid,
    vocabulary: Vocabulary,
    headings: Sequence[Heading],
    *,
    times: Mapping[str, int],
) -> Iterable[Heading]:
    for heading in headings:
        if _is_decided(heading.match, times[heading.text]):
            yield heading
            continue
        theme = theme_above(grid, heading, vocabulary)
        found = vocabulary.under(theme, heading.text) if theme else None
        repeated = bool(theme) and times[heading.text] > 1
        yield replace(
            heading,
            theme=theme,
            match=found or _single(heading.match),
            needs_theme=found is not None or repeated,
        )


def _is_decided(match: Match | None, times: int) -> bool:
    if match is None:
        return False
    return len(match.measures) <= 1 and not (match.measures and times > 1)


def _single(match: Match | None) -> Match | None:
    return match if match and len(match.measures) <= 1 else None


def theme_above(grid: Grid, heading: Heading, vocabulary: Vocabulary) -> str:
    """The text of the theme above a heading: merged over it, or the next to its left.

    Only a text that the form knows as a theme, or one merged over several columns.
    """
    for row in (heading.row - 1, heading.row - 2):
        for area in grid.merged:
            if area.top <= row <= area.bottom and (
                area.left <= heading.column <= area.right > area.left
            ):
                return text_at(grid, area.top, area.left)
        line = grid.line(row)
        left = np.searchsorted(line.column, heading.column, side="right") - 1
        text = grid.text(int(line.pair[left])) if left >= 0 else ""
        if vocabulary.theme(text):
            return text
    return ""


def text_at(grid: Grid, row: int, column: int) -> str:
    """The text of a cell; empty where there is none."""
    line = grid.line(row)
    place = np.flatnonzero(line.column == column)
    return grid.text(int(line.pair[place[0]])) if len(place) else ""


def header_above(grid: Grid, bottom: int, column: int) -> str:
    """The texts of the header rows down to `bottom` over a column, joined.

    What is merged over several columns, or stands in the first of them, counts for
    each.
    """
    texts = (
        text_at(grid, row, column)
        or _spread(grid, row, column, is_lowest=row == bottom)
        for row in range(max(1, bottom - ABOVE + 1), bottom + 1)
    )
    return " ".join(filter(None, texts))


def _spread(grid: Grid, row: int, column: int, *, is_lowest: bool) -> str:
    for area in grid.merged:
        if area.top <= row <= area.bottom and area.left <= column <= area.right:
            return text_at(grid, area.top, area.left)
    line = grid.line(row)
    left = np.searchsorted(line.column, column) - 1
    if is_lowest or left < 0 or len(line.column) < 2:
        return ""
    return grid.text(int(line.pair[left]))
