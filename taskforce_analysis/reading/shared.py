"""What the sheets of an .xlsx share: its texts, shared strings and date formats.

Texts are kept once per workbook and known by number; a sheet takes along only those
that its cells use. Shared strings come as rich text runs, whose phonetic guides are
left out, and with control characters written as `_x000D_`. A date in a workbook is a
number, and only its format says that it is one: the built-in formats have fixed ids
(ECMA-376 part 1, 18.8.30); any other is a pattern, of which quoted text, escaped
characters and bracketed conditions are no part of the meaning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from taskforce_analysis.reading.container import Container, Node, local_name
from taskforce_analysis.reading.package import Relation

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_SILENT = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_GENERAL = re.compile("general|standard", re.IGNORECASE)
_DATE_LETTER = re.compile("[dmyhs]", re.IGNORECASE)


@dataclass
class Shared:
    """What is read before the sheets, and what their reading adds to."""

    container: Container
    texts: "Texts"
    strings: list[int] = field(default_factory=list)  # their numbers among the texts
    dates: dict[str, bool] | None = None  # None where the workbook has no styles
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
    for link in links:
        if link.kind == "styles":
            shared.dates = date_styles(container, link.target)
        elif link.kind == "sharedStrings":
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
        self.text = self._pieces.append

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element begins; a text starts afresh."""
        self._pieces.clear()
        if local_name(name) == "rPh":
            self._guide = True

    def end(self, name: str) -> None:
        """A text, a phonetic guide or a whole string ends."""
        name = local_name(name)
        if name == "t":
            pieces = self._texts.aside if self._guide else self._item
            pieces.append("".join(self._pieces))
        elif name == "rPh":
            self._guide = False
        elif name == "si":
            self.numbers.append(self._texts.number(unescape("".join(self._item))))
            self._item.clear()


def unescape(text: str) -> str:
    r"""The text with `_x000D_` and its like replaced by the characters that they name.

    >>> unescape("a_x000D_b"), unescape("_x005F_x000D_"), unescape("_xD83D__xDE00_")
    ('a\rb', '_x000D_', '😀')
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def date_styles(container: Container, part: str) -> dict[str, bool]:
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
        else number.isdecimal() and int(number) in _DATE_IDS
        for number in set(formats)
    }
    return {str(place): shown[number] for place, number in enumerate(formats)}


def shows_date(pattern: str) -> bool:
    """Whether a number format shows a date or a time.

    >>> [shows_date(one) for one in ("[$-406]d. mmmm yyyy;@", '0" dage"', "[h]:mm")]
    [True, False, True]
    """
    first = _SILENT.sub("", pattern).partition(";")[0]
    return bool(_DATE_LETTER.search(_GENERAL.sub("", first)))


def _entries(top: Node, table: str) -> list[dict[str, str]]:
    tables = (node for node in top.children if node.name == table)
    return [entry.attributes for node in tables for entry in node.children]
