"""One part of a container as XML, without the traps that XML has.

Every XML part goes through `parse`: no document type, no entity, no depth without end,
whatever the encoding, and the root element must be the one that belongs there. Small
parts become a tree of `Node`; large ones are handed to a listener as they stream by.
Names lose their namespace only when it is one of the two that spreadsheets have.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from xml.parsers import expat

from taskforce_analysis.reading.container import Container

DEEPEST = 200
LONGEST_TAG = 1 << 22
UNSOUND = (expat.ExpatError, LookupError, ValueError)  # what a parser may raise
_CONSTANT = (
    "[content_types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)
_SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "http://purl.oclc.org/ooxml/spreadsheetml/main}",
)


class Listener(Protocol):
    """What `parse` tells about a part; element names are as `local_name` gives them."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, name: str, /) -> None:
        """An element ends."""

    @property
    def text(self) -> Callable[[str], None]:
        """Takes text inside the innermost element, perhaps a piece of it."""
        ...


@dataclass(slots=True)
class Node:
    """An element of a small part: local name, attributes by local name, children."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        """The elements of this name at any depth, in document order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)


class UnsafeXmlError(Exception):
    """A document type or entity declaration was met; becomes FILE_UNSAFE_XML."""


@lru_cache(maxsize=1024)
def local_name(name: str) -> str:
    """A spreadsheet element's bare name; others keep what tells them apart.

    >>> local_name("http://purl.oclc.org/ooxml/spreadsheetml/main}row")
    'row'
    >>> local_name("urn:other}row")
    'urn:other}row'
    """
    for space in _SPREADSHEET:
        if name.startswith(space):
            return name[len(space) :]
    return name


def new_parser() -> expat.XMLParserType:
    """A parser that knows namespaces and refuses declarations."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser


def parse(
    container: Container,
    chunks: Iterable[bytes],
    listener: Listener,
    *,
    root: str | None = None,
) -> None:
    """Tell `listener` what the chunks hold; FileError when they are not sound XML.

    `root` is the bare name that the root element must have.
    """
    parser = new_parser()

    def first(name: str, attributes: dict[str, str]) -> None:
        if root is not None and local_name(name) != root:
            raise container.error("FILE_CORRUPT")
        parser.StartElementHandler = listener.start
        listener.start(name, attributes)

    parser.StartElementHandler = first
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.text
    feed(container, parser, chunks)


def feed(
    container: Container, parser: expat.XMLParserType, chunks: Iterable[bytes]
) -> None:
    """Run all chunks through the parser; FileError when they are unsound."""
    given = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk)
            given += len(chunk)
            if given - parser.CurrentByteIndex > LONGEST_TAG:
                raise container.error("FILE_TOO_LARGE")
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
    except UnsafeXmlError:
        raise container.error("FILE_UNSAFE_XML") from None
    except UNSOUND:
        raise container.error("FILE_CORRUPT") from None


def is_utf8(data: bytes) -> bool:
    """Whether XML says, or says nothing against it, that it is UTF-8.

    >>> is_utf8(b"<a/>"), is_utf8(b"<?xml version='1.0' encoding='cp1252'?><a/>")
    (True, False)
    """
    head = data[:200].lower()
    return b"\0" not in head and (b"encoding" not in head or b"utf-8" in head)


def is_constant(part: str) -> bool:
    """Whether the part is the same in most files of one origin, and no one's data."""
    return part.lower() in _CONSTANT or part.lower().startswith("xl/theme/")


def tree(container: Container, part: str, root: str | None = None) -> Node:
    """A small part as a tree; FileError when its root element is not `root`."""
    data = container.read(part)
    try:
        node = known_tree(data) if is_constant(part) else grow_tree(data)
    except UnsafeXmlError:
        raise container.error("FILE_UNSAFE_XML") from None
    except UNSOUND:
        raise container.error("FILE_CORRUPT") from None
    container.sound.add(part.lower())
    if root is not None and node.name != root:
        raise container.error("FILE_CORRUPT")
    return node


def grow_tree(data: bytes) -> Node:
    """XML as a tree; UnsafeXmlError or one of UNSOUND when it is not sound.

    >>> grow_tree(b"<a><b c='1'>x</b></a>").children[0].attributes
    {'c': '1'}
    """
    parser, builder = new_parser(), _TreeBuilder()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    return builder.top.children[0]


@lru_cache(maxsize=32)
def known_tree(data: bytes) -> Node:
    """The same, known at once when the same bytes come again; not to be changed."""
    return grow_tree(data)


def _refuse(*_: object) -> None:
    raise UnsafeXmlError


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value in ("1", "true")


def is_zero(value: str | None) -> bool:
    """Whether a height or width is nothing, which hides as well as `hidden` does."""
    return value is not None and bool(re.fullmatch(r"0+\.?0*", value))


class _TreeBuilder:
    """Collects a tree; every namespace is dropped, since small parts are simple."""

    def __init__(self) -> None:
        self.top = Node("", {})
        self._open = [self.top]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        node = Node(name.rpartition("}")[2], plain)
        self._open[-1].children.append(node)
        self._open.append(node)
        if len(self._open) > DEEPEST:
            raise ValueError

    def end(self, _: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].text += text
