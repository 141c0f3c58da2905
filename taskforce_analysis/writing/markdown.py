"""A report's blocks as Markdown that can be read as it is, in any editor.

Text is text: the signs that Markdown would take for markup are held back.
"""

import re
from collections.abc import Iterable, Iterator

from taskforce_analysis.writing.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Report,
    Table,
)

_MARKUP = re.compile(r"[\\`*\[\]<>|#~]|(?<!\w)_|_(?!\w)")  # a_b is no markup


def as_markdown(report: Report) -> str:
    """The blocks under the report's title; a picture has no place in it."""
    lines = [f"# {literal(report.title)}", ""]
    if report.subtitle:
        lines += [literal(report.subtitle), ""]
    for block in report.blocks:
        lines += [*_lines(block), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def literal(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> literal("a | *b*\nc")
    'a \\| \\*b\\*, c'
    """
    return ", ".join(_MARKUP.sub(r"\\\g<0>", text).split("\n"))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {literal(block.text)}"
    elif isinstance(block, Paragraph):
        text = literal(block.text)
        yield f"**{text}**" if block.role == "notice" else text
    elif isinstance(block, Listing):
        yield from (f"- {literal(item)}" for item in block.items)
    elif isinstance(block, Table):
        yield from _table(block)


def _table(block: Table) -> Iterator[str]:
    yield f"{literal(block.caption)}:"
    yield ""
    yield _row(column.label for column in block.columns)
    yield _row(("--:" if one.numeric else "---") for one in block.columns)
    for cells in block.rows:
        yield _row(cells)
    for under in (block.note, block.source):
        if under:
            yield from ("", literal(under))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(literal(cell) for cell in cells)} |"
