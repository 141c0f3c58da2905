"""A native Word table: header row marked and repeated, rows never split, alt text.

Built row by row as elements: python-docx looks each cell up anew, which for a hundred
rows takes longer than everything else in the report.
"""

import re
from collections.abc import Sequence
from typing import Any

from taskforce_analysis.reporting.blocks import Table
from taskforce_analysis.writing.word.styles import ASIDE, CELL, TABLE
from taskforce_analysis.writing.word.xml import made, text_run

_SHORT = 6
_EM, _PADDING = 170, 220  # the cells' type and air, in twentieths of a point
_BOLD, _LONGEST = 1.06, 12.0
_NARROW, _WIDE = "fijlrt.,:;()-'\u00a0", "mwæMWÆ%"


def word_table(table: Table, document: Any, *, width: int) -> Any:
    """The table as an element; `width` is the text's width in twentieths of a point."""
    widths = _widths(table, width)
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


def _widths(table: Table, width: int) -> list[int]:
    """The columns' shares of the width, none narrower than its longest word."""
    whole = sum(column.width for column in table.columns)
    asked = [int(width * column.width / whole) for column in table.columns]
    least = [_longest_word(table, place) for place in range(len(asked))]
    short = sum(max(low - one, 0) for low, one in zip(least, asked, strict=True))
    spare = [max(one - low, 0) for low, one in zip(least, asked, strict=True)]
    if not short or sum(spare) < short:
        return asked
    return [
        max(one, low) - int(short * room / sum(spare))
        for one, low, room in zip(asked, least, spare, strict=True)
    ]


def _longest_word(table: Table, place: int) -> int:
    """How wide the longest word of a column is; one too long for any is passed over."""
    heads = [_BOLD * _ems(word) for word in _words(table.columns[place].label)]
    words = [_ems(word) for row in table.rows for word in _words(row[place])]
    fitting = [wide for wide in (*heads, *words) if wide <= _LONGEST]
    return _PADDING + int(_EM * max(fitting, default=0))


def _ems(word: str) -> float:
    """About how wide a word is in Arial or Calibri, in letter heights."""
    return sum(
        0.3
        if sign in _NARROW
        else 0.87
        if sign in _WIDE
        else 0.7
        if sign.isupper()
        else 0.56
        for sign in word
    )


def _words(text: str) -> list[str]:
    """What Word keeps on one line: it breaks at blanks and after hyphens."""
    return re.split(r"[ \n]|(?<=-)", text)


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
