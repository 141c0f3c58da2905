"""What the sheets of an .xlsx share: its texts, shared strings and date formats.

Texts are kept once per workbook and known by number; a sheet takes along only those
that its cells use. Shared strings come as rich text runs, whose phonetic guides are
left out, and with control characters written as `_x000D_`. A date in a workbook is a
number, and only its format says that it is one: the built-in formats have fixed ids
(ECMA-376 part 1, 18.8.30); any other is a pattern, of which quoted text, escaped
characters and bracketed conditions are no part of the meaning.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from taskforce_analysis.reading.container import Container, Node, local_name
from taskforce_analysis.reading.package import Relation

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"?|\\.|[_*].|\[\$[^\]]*\]')
_SILENT = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)
_LIMIT = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
    "any": lambda *_: True,
}
_GENERAL = re.compile("general|standard", re.IGNORECASE)
ALTERNATIVE = "}AlternateContent"  # of two contents, one for newer programs
_PLAIN: "dict[str, bool | Sections]" = {"0": False}  # of a cell without a style
_DATE_LETTER = re.compile("[dmyhs]", re.IGNORECASE)


@dataclass
class Shared:
    """What is read before the sheets, and what their reading adds to."""

    container: Container
    texts: "Texts"
    strings: list[int] = field(default_factory=list)  # their numbers among the texts
    dates: "dict[str, bool | Sections] | None" = None  # None: no styles at all
    boxes: frozenset[str] = frozenset()  # styles that draw true and false as a box
    date1904: bool = False
    parts_read: set[str] = field(default_factory=set)

    @cached_property
    def numbers(self) -> np.ndarray:
        """The shared strings' numbers, as an array."""
        return np.array(self.strings, np.int32)


def read_shared(
    container: Container, links: Iterable[Relation], *, date1904: bool
) -> Shared:
    """What the parts that a workbook links to give to all of its sheets."""
    shared = Shared(container, Texts(), date1904=date1904)
    links = [one for one in links if one.kind in ("styles", "sharedStrings")]
    if len({one.kind for one in links}) < len(links):
        raise container.error("FILE_CORRUPT")  # which of two is meant, no one can say
    for link in links:
        if link.target not in container:
            # A cell that uses what is lost says so where it is read.
            if link.kind == "styles":
                shared.dates = dict(_PLAIN)
        elif link.kind == "styles":
            shared.dates = date_styles(container, link.target)
            shared.boxes = box_styles(container.tree(link.target, "styleSheet"))
        else:
            strings = SharedStrings(shared.texts)
            container.parse(container.chunks(link.target), strings, root="sst")
            shared.strings = strings.numbers
            shared.parts_read.add(link.target.lower())
    return shared


class Texts:
    """Distinct texts by number; exists so that a text is stored and compared once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.aside: list[str] = []  # phonetic guides, which no cell shows
        self._seen = np.zeros(0, dtype=bool)
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The text's number, a new one where it has none."""
        found = self._numbers.setdefault(text, len(self.all))
        if found == len(self.all):
            self.all.append(text)
        return found

    def used(self, values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
        """The values renumbered, and the texts that they use, in order of number."""
        mask = np.zeros(len(self.all), dtype=bool)
        mask[values] = True
        seen = mask.copy()
        seen[: len(self._seen)] |= self._seen
        self._seen = seen
        renumbered = np.cumsum(mask, dtype=np.int32) - np.int32(1)
        texts = tuple(self.all[place] for place in np.flatnonzero(mask).tolist())
        return renumbered[values], texts

    def unseen(self) -> list[str]:
        """The texts that no cell of the sheets so far shows."""
        seen = np.pad(self._seen, (0, len(self.all) - len(self._seen)))
        orphans = [self.all[place] for place in np.flatnonzero(~seen).tolist()]
        return self.aside + orphans


class SharedStrings:
    """Listens to the shared strings; `numbers` holds each one's number as a text."""

    def __init__(self, texts: Texts) -> None:
        self.numbers: list[int] = []
        self._texts = texts
        self._pieces: list[str] = []
        self._item: list[str] = []
        self._guide = False
        self._depth = self._deepest = 0
        self.text = self._pieces.append

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element begins; a text starts afresh."""
        self._pieces.clear()
        self._depth = self._deepest = self._depth + 1
        if name.endswith(ALTERNATIVE):
            raise ValueError
        if local_name(name) == "rPh":
            self._guide = True

    def end(self, name: str) -> None:
        """A text, a phonetic guide or a whole string ends."""
        name = local_name(name)
        if name == "t":
            if self._depth != self._deepest:
                raise ValueError  # a text inside a text
            pieces = self._texts.aside if self._guide else self._item
            pieces.append("".join(self._pieces))
        elif name == "rPh":
            self._guide = False
        elif name == "si":
            self.numbers.append(self._texts.number(unescape("".join(self._item))))
            self._item.clear()
        self._depth -= 1


def unescape(text: str) -> str:
    r"""The text with `_x000D_` and its like replaced by the characters that they name.

    >>> unescape("a_x000D_b"), unescape("_x005F_x000D_"), unescape("_xD83D__xDE00_")
    ('a\rb', '_x000D_', '😀')
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def date_styles(container: Container, part: str) -> "dict[str, bool | Sections]":
    """For each cell style, by the number that cells give, whether it shows a date."""
    top = container.tree(part, "styleSheet")
    patterns = {
        facts.get("numFmtId"): facts.get("formatCode", "")
        for facts in _entries(top, "numFmts")
    }
    formats = [facts.get("numFmtId", "0") for facts in _entries(top, "cellXfs")]
    shown = {
        number: shows_date(patterns[number])
        if number in patterns
        else number.isdecimal() and int(number) in DATE_IDS
        for number in set(formats)
    }
    return _PLAIN | {str(at): shown[number] for at, number in enumerate(formats)}


def box_styles(top: Node) -> frozenset[str]:
    """The cell styles, by number, that are drawn as a checkbox."""
    formats = [
        one
        for table in top.children
        if table.name == "cellXfs"
        for one in table.children
    ]
    return frozenset(
        str(at)
        for at, one in enumerate(formats)
        if any(True for _ in one.all("xfComplement"))
    )


class Section(NamedTuple):
    """A part of a number format: which numbers it is for, and whether as a date."""

    test: Callable[[float, float], bool]
    limit: float
    is_date: bool


class Sections(tuple[Section, ...]):
    """A number format of which some numbers are shown as dates and others are not."""

    __slots__ = ()

    def show_date(self, value: float) -> bool:
        """Whether this number is shown as a date or a time."""
        fit = (one.is_date for one in self if one.test(value, one.limit))
        return next(fit, False)


@lru_cache(maxsize=1024)
def shows_date(pattern: str) -> "bool | Sections":
    """Whether a number format shows a date or a time; where it depends, on what.

    >>> [shows_date(one) for one in ("[$-406]d. mmmm yyyy;@", '0" dage"', "[h]:mm")]
    [True, False, True]
    >>> shows_date("0;dd-mm-yyyy").show_date(-1), shows_date('0;@"d"')
    (True, False)
    """
    texts = _QUOTED.sub("", pattern).split(";")[:3]
    limits = [_LIMIT.search(text) for text in texts]
    first = (">=" if len(texts) == 2 else ">", 0.0)
    usual = (first, ("<", 0.0), ("any", 0.0)) if len(texts) > 1 else (("any", 0.0),)
    found = []
    for text, limit, other in zip(texts, limits, usual, strict=False):
        name, number = (limit[1], float(limit[2])) if limit else other
        if limits[0] and not limit:
            name = "any"  # what the conditions before it leave
        shows = bool(_DATE_LETTER.search(_GENERAL.sub("", _SILENT.sub("", text))))
        found.append(Section(_TESTS[name], number, shows))
    if "@" in _SILENT.sub("", texts[-1]) and len(texts) > 1 and not limits[-1]:
        found.pop()  # of texts, whatever its place
    if len({one.is_date for one in found}) == 1:
        return found[0].is_date
    return Sections(found)


def _entries(top: Node, table: str) -> list[dict[str, str]]:
    tables = (node for node in top.children if node.name == table)
    return [entry.attributes for node in tables for entry in node.children]
