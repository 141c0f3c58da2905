"""How a record looks in a notebook and at a console: a caption and a table.

Forms and results show themselves through this one place, in the reader's language. A
notebook's table has real headers, and everything that stands in a form or a file name
is escaped; the first column is the row's header, so that a screen reader can say which
row it is in. At IPython's console the same rows stand in columns of plain text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from taskforce_analysis.boundary import guarded
from taskforce_analysis.privacy import redact


class Printer(Protocol):
    """What IPython gives a record to print itself on."""

    def text(self, text: str, /) -> None:
        """Print the text."""


@dataclass(frozen=True)
class View:
    """What a record shows of itself; exists so that each way of showing says the same.

    `heads` are the columns' headings, where it has any.
    """

    caption: str
    rows: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...] = ()

    def as_html(self) -> str:
        """A table whose texts are escaped; a row's first cell is its header.

        >>> View("Skema", (("id", "viso"),)).as_html()[:39]
        '<table><caption>Skema</caption><tbody><'
        """
        heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in self.heads)
        top = f"<thead><tr>{heads}</tr></thead>" if heads else ""
        body = "".join(map(_html_row, self.rows))
        told = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{told}{top}<tbody>{body}</tbody></table>"

    def as_text(self) -> str:
        """The caption, and under it the rows in columns.

        >>> print(View("Skema", (("id", "viso"), ("titel", "VISO"))).as_text())
        Skema
        id     viso
        titel  VISO
        """
        rows = [*([self.heads] if self.heads else []), *self.rows]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = (
            "  ".join(map(str.ljust, row, widths)).rstrip()  # the last is not filled up
            for row in rows
        )
        return "\n".join([self.caption, *lines])


def view(
    caption: str, rows: Iterable[Sequence[object]], *, heads: Sequence[str] = ()
) -> View:
    """A view of rows whose values are written as they are, but for a CPR number."""
    covered = tuple(tuple(redact(str(one)) for one in row) for row in rows)
    return View(redact(caption), covered, tuple(map(redact, heads)))


class Viewed:
    """A record that shows itself where a notebook or a console asks it to."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        """IPython asks each class for its own: a nearer `__repr__` would go first."""
        super().__init_subclass__(**kwargs)
        cls._repr_pretty_ = Viewed._repr_pretty_  # type: ignore[method-assign]

    def _view(self) -> View:
        """What is shown of the record, in the reader's language."""
        raise NotImplementedError

    @guarded
    def _repr_html_(self) -> str:
        """A notebook's view."""
        return self._view().as_html()

    @guarded
    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001
        """IPython's view at a console."""
        printer.text(self._view().as_text())


def _html_row(row: Sequence[str]) -> str:
    left = 'style="text-align:left"'
    first, *rest = map(escape, row)
    cells = "".join(f"<td {left}>{value}</td>" for value in rest)
    return f'<tr><th scope="row" {left}>{first}</th>{cells}</tr>'
