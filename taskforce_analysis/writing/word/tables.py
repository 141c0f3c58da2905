"""A native Word table: header row marked and repeated, rows never split, alt text.

Built row by row as elements: python-docx looks each cell up anew, which for a hundred
rows takes longer than everything else in the report.
"""

from collections.abc import Sequence
from typing import Any

from taskforce_analysis.writing.blocks import Column, Table
from taskforce_analysis.writing.word.styles import ASIDE, CELL, TABLE
from taskforce_analysis.writing.word.xml import made, text_run

_SHORT = 6


def word_table(table: Table, document: Any, *, width: int) -> Any:
    """The table as an element; `width` is the text's width in twentieths of a point."""
    widths = _widths(table.columns, width)
    ids = [document.styles[name].style_id for name in (CELL, ASIDE)]
    look = {"widths": widths, "styles": ids}
    # A short table stays on one page; the last row always on that of the note under it.
    short = len(table.rows) <= _SHORT
    return made(
        "tbl",
        made(
            "tblPr",
            made("tblStyle", val=document.styles[TABLE].style_id),
            made("tblW", w=sum(widths), type="dxa"),
            made("tblLayout", type="fixed"),
            _look(),
            made("tblCaption", val=table.caption),
            made("tblDescription", val=described(table)),
        ),
        made("tblGrid", *(made("gridCol", w=one) for one in widths)),
        _row([one.label for one in table.columns], table, header=True, **look),
        *(
            _row(cells, table, keep=short or number == len(table.rows), **look)
            for number, cells in enumerate(table.rows, start=1)
        ),
    )


def described(table: Table) -> str:
    """The alt text of a table: its columns and how many rows it has."""
    columns = ", ".join(column.label for column in table.columns)
    return f"{table.caption}. {columns}. ({len(table.rows)})"


def _widths(columns: tuple[Column, ...], width: int) -> list[int]:
    whole = sum(column.width for column in columns)
    return [int(width * column.width / whole) for column in columns]


def _look() -> Any:
    marks = {"firstRow": 1, "lastRow": 0, "firstColumn": 1, "lastColumn": 0}
    return made("tblLook", val="04A0", **marks, noHBand=1, noVBand=1)


def _row(
    cells: Sequence[str],
    table: Table,
    *,
    widths: list[int],
    styles: list[str],
    header: bool = False,
    keep: bool = False,
) -> Any:
    properties = made("trPr", made("cantSplit"), made("tblHeader") if header else None)
    return made(
        "tr",
        properties,
        *(
            _cell(text, width, styles=styles, right=column.numeric, keep=header or keep)
            for text, width, column in zip(cells, widths, table.columns, strict=True)
        ),
    )


def _cell(text: str, width: int, *, styles: list[str], right: bool, keep: bool) -> Any:
    first, _, rest = text.partition("\n")
    runs = [text_run(first)]
    if rest:
        runs.append(text_run(f"\n{rest}", style=styles[1]))
    paragraph = made(
        "pPr",
        made("pStyle", val=styles[0]),
        made("keepNext") if keep else None,
        made("jc", val="right") if right else None,
    )
    return made(
        "tc",
        made("tcPr", made("tcW", w=width, type="dxa")),
        made("p", paragraph, *runs),
    )
