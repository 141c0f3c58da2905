"""How a record looks in a notebook: a caption and a table with real headers.

Forms and results show themselves through this one place, in Danish; everything that
stands in a form or a file name is escaped. The first column is the row's header, so
that a screen reader can say which row it is in.
"""

from collections.abc import Iterable, Sequence
from html import escape


def html_table(
    caption: str, rows: Iterable[Sequence[object]], *, heads: Sequence[str] = ()
) -> str:
    """A table as HTML: text is escaped, a row's first cell is its header.

    >>> html_table("Skema", [("id", "viso")])[:39]
    '<table><caption>Skema</caption><tbody><'
    """
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    body = "".join(_row(row) for row in rows)
    told = f"<caption>{escape(caption)}</caption>"
    return f"<table>{told}{top}<tbody>{body}</tbody></table>"


def _row(row: Sequence[object]) -> str:
    left = 'style="text-align:left"'
    first, *rest = (escape(str(value)) for value in row)
    cells = "".join(f"<td {left}>{value}</td>" for value in rest)
    return f'<tr><th scope="row" {left}>{first}</th>{cells}</tr>'
