"""The distinct texts of a workbook, its shared strings, and how text is stored.

Texts are kept once per workbook and known by number; a sheet takes along only those
that its cells use. Shared strings come as rich text runs, whose phonetic guides are
left out, and with control characters written as `_x000D_`.
"""

import re
from typing import NamedTuple

import numpy as np

from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.parts import is_utf8, local_name, parse

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SPACE = ' xml:space="preserve"'
_PLAIN = re.compile(
    f"<si><t(?:{_SPACE})?>([^<&\\x00-\\x1f\\x7f\\ufffe\\uffff]*)</t></si>"
)
_FRAME = re.compile(rb"(?:<\?xml[^<>]*\?>)?\s*<sst[^<>]*></sst>\s*")
LARGE = 1 << 25  # bytes from which on a table is not held whole


class PlainStrings(NamedTuple):
    """A table of shared strings without its strings, and these."""

    frame: bytes
    items: list[str]


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


def unescape(text: str) -> str:
    r"""The text with `_x000D_` and its like replaced by the characters that they name.

    >>> unescape("a_x000D_b"), unescape("_x005F_x000D_"), unescape("_xD83D__xDE00_")
    ('a\rb', '_x000D_', '😀')
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class SharedStrings:
    """The shared strings of a workbook: for each its number among the texts."""

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


def read_shared_strings(container: Container, part: str, texts: Texts) -> list[int]:
    """For each shared string its number; FileError when there is no table of them."""
    strings = SharedStrings(texts)
    chunks = container.chunks(part)
    if container.size(part) < LARGE:
        chunks = (data := b"".join(chunks),)
        if (plain := plain_strings(data)) is not None:
            parse(container, (plain.frame,), strings, root="sst")
            return [texts.number(unescape(item)) for item in plain.items]
    parse(container, chunks, strings, root="sst")
    return strings.numbers


def plain_strings(data: bytes) -> PlainStrings | None:
    """The strings of a table that is written in the plain way; None for any other.

    Every character is accounted for: what is left over makes the table an odd one.

    >>> plain_strings(b"<sst><si><t>Ja</t></si><si><t>Nej</t></si></sst>")
    PlainStrings(frame=b'<sst></sst>', items=['Ja', 'Nej'])
    """
    low, high = data.find(b"<si>"), data.rfind(b"</si>") + len(b"</si>")
    frame = data[:low] + data[high:]
    if low < 0 or not is_utf8(data) or not _FRAME.fullmatch(frame) or b"]]>" in data:
        return None
    try:
        table = data[low:high].decode("utf-8")
    except UnicodeDecodeError:
        return None
    items = _PLAIN.findall(table)
    spaces = table.count(_SPACE)
    used = sum(map(len, items)) + len("<si><t></t></si>") * len(items)
    return (
        PlainStrings(frame, items)
        if used + len(_SPACE) * spaces == len(table)
        else None
    )
