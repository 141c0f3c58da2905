"""What a report consists of, before anyone decides how it looks.

Headings, paragraphs, lists, tables and pictures, as frozen records of plain text. The
contents are composed once (contents.py) and rendered by each writer in its own way, so
that Word and HTML cannot say different things.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter, the title itself is no heading.

    The pages of a chapter whose heading is `turned` lie on their long side.
    """

    text: str
    level: int = 1
    turned: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text; `role` is body, notice (must be seen first) or small.

    `about` is the measure that it is about, if it is about one.
    """

    text: str
    role: str = "body"
    about: str = ""


@dataclass(frozen=True)
class Listing:
    """Items of equal standing, one short paragraph each.

    `names` are what the items are about (a measure, a recommendation's number), item by
    item, "" for none; where it is left out the items are known by their words alone.
    """

    items: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A table column: its heading, share of the width, and whether it holds figures.

    The first line of a cell is what it says and the others stand under it in small
    type, unless they are items of a list, which are all equal.
    """

    label: str
    width: float = 1.0
    numeric: bool = False
    listed: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of each row is the row's heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart by its registered name; alt text and notes come with the figure."""

    chart: str
    caption: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class AuthorPlace:
    """Where the author writes: a heading, and their words, or a prompt until then.

    `name` is the place's own, as a template's tag has it. `texts` are paragraphs, or
    items where it is `listed`. `level` is that of the heading.
    """

    name: str
    heading: str
    prompt: str
    level: int = 1
    texts: tuple[str, ...] = ()
    listed: bool = False


ReadBlock = Heading | Paragraph | Listing | Table | Picture
Block = ReadBlock | AuthorPlace


@dataclass(frozen=True)
class Report:
    """A whole report: what stands on its first lines, and its blocks in order."""

    title: str
    subtitle: str
    author: str
    language: str
    blocks: tuple[Block, ...]


def as_read(blocks: Iterable[Block]) -> Iterator[ReadBlock]:
    """The blocks where nobody writes: what an author wrote, and no empty place.

    >>> list(as_read([AuthorPlace("assessment", "Samlet vurdering", "Skriv her")]))
    []
    """
    for block in blocks:
        if not isinstance(block, AuthorPlace):
            yield block
        elif block.texts:
            yield Heading(block.heading, block.level)
            if block.listed:
                yield Listing(block.texts)
            else:
                yield from map(Paragraph, block.texts)
