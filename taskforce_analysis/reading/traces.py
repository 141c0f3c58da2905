"""CPR numbers that lie in a container outside the cells.

Comments, headers and footers, defined names, document properties, lists of allowed
values, drawings, caches: every part that holds no rows is searched here, text by text,
and what is found becomes a place and a count. Coordinates and identifiers are numbers
as well, so a bare number in an attribute counts only where a person may have typed it.
"""

import re
from collections import Counter
from functools import lru_cache
from urllib.parse import unquote

from taskforce_analysis.errors import FileError
from taskforce_analysis.privacy import count_cpr, has_cpr, is_cpr_number, redact
from taskforce_analysis.reading.cells import Finding
from taskforce_analysis.reading.container import (
    DEEPEST,
    UNSOUND,
    Container,
    UnsafeXmlError,
    XmlFile,
    is_constant,
    is_utf8,
    new_parser,
)
from taskforce_analysis.reading.package import Package

# Identifiers, and the colours that the text of a header gives as &KFF0000, &K01+000.
_IDENTIFIER = re.compile(
    r"&K(?:[0-9A-F]{6}|\d\d[+-]\d{3})"
    "|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,}"
)
_LONG_NUMBER = re.compile(r"\d(?:(?<!\d\d)\d{8}(?!\d)|[eE])")
_VEILS = (b"&#", b"&amp;K", b"<!", b"%")  # what can stand for or among digits
_DIGIT = re.compile(r"\d")
_TAG = re.compile("<[^>]*>")
_TAG_IN_BYTES = re.compile(rb"<[^>]*>")
_HYPHENED = re.compile(rb"(?<![0-9])[0-9]{6}-[0-9]{4}(?![0-9])")
_DRAWN_LOOSELY = ".vml"  # what Excel writes for old drawings is often no sound XML
_XML = (".xml", ".rels", _DRAWN_LOOSELY)
# Attributes that a person may have typed, and those that only place what is drawn.
_TYPED = frozenset(
    [
        "alt",
        "caption",
        "comment",
        "descr",
        "description",
        "display",
        "displayName",
        "error",
        "errorTitle",
        "name",
        "prompt",
        "promptTitle",
        "title",
        "tooltip",
        "v",
    ]
)
_DRAWN = frozenset(("adj", "coordsize", "d", "fmla", "path", "points", "style"))
# Elements that a reader sees as one text, however many parts it has.
_BLOCKS = frozenset(("p", "comment", "si", "text", "div", "is", "rich"))
_BLOCK_TAG = re.compile(rf"<(?:[^ <>]*:)?(?:{'|'.join(sorted(_BLOCKS))})[\s/>]")
_RANGE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?")
_OWN_PLACE = {
    f"{page}{place}": place.lower()
    for page in ("odd", "even", "first")
    for place in ("Header", "Footer")
}
LARGE_PART = 1 << 23  # bytes from which on a part is not held whole
_FEWEST = 6  # digits that a number such as 1.0135E8 has


def search_rest(package: Package, read: set[str]) -> list[Finding]:
    """What was noticed in the parts not read for their cells, and beside them.

    One that is no sound XML is told, and does no harm: it can hold no cell.
    """
    beside = sum(map(count_cpr, package.container.remarks))
    found = [Finding("CPR_FOUND", None, "zip", beside)] if beside else []
    for part in package.container.parts:
        if part in read:
            continue
        owner, shown = package.owner(part), redact(package.container.shown(part))
        try:
            counts = _search_part(package.container, part)
        except FileError as error:
            if error.code not in ("FILE_CORRUPT", "FILE_UNSAFE_XML"):
                raise
            # Read again: what does not come out of the zip whole is no odd part.
            data = b"".join(package.container.chunks(part)).replace(b"\0", b"")
            text = _TAG_IN_BYTES.sub(b"|", data).decode("utf-8", "replace")
            counts = Counter({shown: count} if (count := count_cpr(text)) else {})
            if error.code == "FILE_UNSAFE_XML" or not part.endswith(_DRAWN_LOOSELY):
                found.append(Finding("PART_IGNORED", owner, shown))
        found += [Finding("CPR_FOUND", owner, *one) for one in counts.items()]
    return found


def _search_part(container: Container, part: str) -> Counter[str]:
    """The places of a part that hold CPR-like numbers, with how many.

    FileError when the part is damaged, or no XML that may be parsed.
    """
    shown = redact(container.shown(part))
    traces = Traces(container, shown, skip="sheet")  # their names are told already
    if part.endswith(_XML) and container.size(part) > LARGE_PART:
        container.parse(container.chunks(part), traces)
        return traces.counts
    data = container.read(part)
    if not part.endswith(_XML):
        return _count_in_bytes(shown, data.replace(b"\0", b""))
    if is_constant(part) and is_harmless(data):
        return Counter()
    if is_clean(data):
        if part not in container.sound:
            container.feed(new_parser(), (data,))
    else:
        container.parse((data,), traces)
    return traces.counts


class Traces:
    """Listens to a part and counts the CPR-like numbers in it, by place.

    Elements called `skip` are not searched themselves.
    """

    def __init__(self, file: XmlFile, place: str, *, skip: str = "") -> None:
        self.counts: Counter[str] = Counter()
        self._file, self._skip = file, skip
        self._places = [place]
        self._pieces: list[str] = []
        self._block: list[str] = []
        self._within = 0  # how many blocks are open
        self.text = self._pieces.append

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins: its attributes are searched."""
        name = name.rpartition("}")[2]
        self._add(self._flush())  # what stands before it in the element around it
        self._places.append(self._place_of(name, attributes))
        if len(self._places) > DEEPEST:
            raise self._file.error("FILE_CORRUPT")
        if name in _BLOCKS:
            self._within += 1
            self._block.clear()
        if name == self._skip:
            return
        for key, value in attributes.items():
            if len(value) >= _FEWEST:
                self._search_attribute(name, key.rpartition("}")[2], value)

    def end(self, name: str) -> None:
        """An element ends: its text is searched, and its paragraph's as a whole."""
        found = self._flush()
        if name.rpartition("}")[2] in _BLOCKS:
            found += count_in("".join(self._block))
            self._block.clear()
            self._within -= 1
        self._add(found)
        self._places.pop()

    def _flush(self) -> int:
        text = "".join(self._pieces)
        self._pieces.clear()
        if not text or (text.isspace() and "\n" in text):
            return 0  # what sets elements apart on the page of the XML
        found = count_in(text)
        if self._within:
            # What was found already is not to be found again as part of the whole.
            self._block.append("\n" if found else text)
        return found

    def _add(self, found: int) -> None:
        if found:
            self.counts[self._places[-1]] += found

    def _place_of(self, name: str, attributes: dict[str, str]) -> str:
        if name in _OWN_PLACE:
            return _OWN_PLACE[name]
        if name == "definedName":
            return f"definedName {redact(attributes.get('name', ''))}"
        where = attributes.get("ref") or attributes.get("sqref", "")
        first = where.partition(" ")[0]
        return first if _RANGE.fullmatch(first) else self._places[-1]

    def _search_attribute(self, element: str, key: str, value: str) -> None:
        if key in _DRAWN or (key not in _TYPED and value.isdecimal()):
            return
        value = unquote(value) if "%" in value else value
        if element == "n" and key == "v":
            self._add(is_cpr_number(value))
        else:
            self._add(count_in(value))


def count_in(text: str) -> int:
    """How many CPR-like numbers a text outside the cells holds, identifiers aside.

    >>> count_in("{4A110135-0000-4000-8000-000000000000}"), count_in("nr. 110135-0000")
    (0, 1)
    """
    if len(text) < _FEWEST:
        return 0
    text = _IDENTIFIER.sub("|", text)
    return count_cpr(text) or int(is_cpr_number(text.strip()))


@lru_cache(maxsize=32)
def is_harmless(data: bytes) -> bool:
    """Whether XML is sound and clean; known at once when a part comes again.

    >>> is_harmless(b"<a/>"), is_harmless(b"<!DOCTYPE a><a/>"), is_harmless(b"<a>")
    (True, False, False)
    """
    try:
        new_parser().Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    except (UnsafeXmlError, *UNSOUND):
        return False
    return is_clean(data)


def is_clean(data: bytes) -> bool:
    """Whether XML cannot hold any CPR-like number, which spares a closer look.

    >>> is_clean(b'<a v="16.03">Ja</a>'), is_clean(b"<p><t>0101</t><t>35-0000</t></p>")
    (True, False)
    """
    if any(mark in data for mark in _VEILS) or not is_utf8(data):
        return False
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if has_cpr(text) or _LONG_NUMBER.search(text):
        return False
    # Only in these are the texts of several elements read as one.
    joined = _TAG.sub("", text) if _BLOCK_TAG.search(text) else ""
    return len(_DIGIT.findall(joined)) < 9


def count_hyphened(data: bytes) -> int:
    r"""How many CPR-like numbers with a hyphen bytes of any kind hold.

    >>> count_hyphened(b"\xff010135-0000\xff")
    1
    """
    return sum(count_cpr(one.decode("ascii")) for one in _HYPHENED.findall(data))


def _count_in_bytes(place: str, data: bytes) -> Counter[str]:
    found = count_hyphened(data)
    return Counter({place: found} if found else {})
