"""Is the file a workbook, and is it safe to look inside? Every wall stands here.

The preflight looks at the bytes before any parser does: what kind of file it is, and
for a zip whether its members are unique, unencrypted, few and small enough. A part is
inflated only by `Container`, in chunks, while its real bytes are counted and its CRC is
followed, since declared sizes can lie; nothing is extracted to disk. XML is parsed only
by `Container` too: no document type, no entity, no depth without end, whatever the
encoding, and the root element must be the one that belongs there.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote
from xml.parsers import expat

from taskforce_analysis.errors import FileError, file_error

LARGEST_TOTAL = 200_000_000
LARGEST_RATIO = 200
RATIO_FREE = 1_000_000
MOST_MEMBERS = 5_000
CHUNK = 1 << 18
DEEPEST = 200
LONGEST_TAG = 1 << 22
UNSOUND = (expat.ExpatError, LookupError, ValueError)  # what a parser may raise

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ZIP_CUT = (b"P", b"PK", b"PK\x03")
_END = b"PK\x05\x06"
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED = ("encryptedpackage", "drmencrypteddataspace", "drmcontent")
_OLD_WORKBOOK = ("workbook", "book")
_AS_TEXT = (".csv", ".txt", ".tsv")
_HEAD = 4096  # bytes in which an XML file says what it is
_BLANK = b"\xef\xbb\xbf\xff\xfe \r\n\t"  # what may stand before that
_OLD_RECORDS = b"\x09\x08"  # a workbook stream with nothing around it
# What other files are, by what is sure to stand in them.
_OLD_OTHERS = {
    "doc": "worddocument",
    "ppt": "powerpoint document",
    "msg": "__properties_version1.0",
}
_FLAT = {
    "fods": (b"opendocument.spreadsheet", b"office:document"),
    "xml2003": (b"urn:schemas-microsoft-com:office:spreadsheet", b"workbook"),
    "html": (b"<html",),
}
_OTHERS = {
    "pdf": (b"%PDF",),
    "excel4": (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"),
    "text": (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"),
}
_KINDS = (("zip", _ZIP), ("xls", _OLD_RECORDS), ("sav", (b"$FL2", b"$FL3")))
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    OverflowError,
    EOFError,
    IndexError,
    OSError,
    struct.error,
)
# The same in most files of one origin, and no one's data: parsed once and remembered.
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


def read_bytes(path: Path) -> bytes:
    """The file's bytes; FileError when there is none or it is far too large."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):  # a pipe would be waited for in vain
            raise file_error("FILE_NOT_WORKBOOK", path)
        if facts.st_size > LARGEST_TOTAL:
            raise file_error("FILE_TOO_LARGE", path)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise file_error("FILE_NOT_FOUND", path) from None
    except OSError:
        raise file_error("FILE_NOT_READABLE", path) from None


def format_of(path: Path, data: bytes) -> str:
    r"""`csv`, `xls`, `sav`, `fods`, `zip`; FileError for what is locked or no workbook.

    A table as text has no mark of its own, so there the name counts, unless a
    workbook's bytes speak against it.

    >>> format_of(Path("a.xlsx"), b"PK\x03\x04 and more")
    'zip'
    >>> format_of(Path("a.csv"), b"a;b")
    'csv'
    """
    if not data:
        raise file_error("FILE_EMPTY", path)
    if data.startswith(_OLE):
        return _kind_of_old(path, data)
    if path.suffix.lower() in _AS_TEXT and not data.startswith(_ZIP):
        return "csv"
    if data in _ZIP_CUT:
        return "zip"
    if kind := next((one for one, marks in _KINDS if data.startswith(marks)), ""):
        return kind
    head = data[:_HEAD].replace(b"\0", b"").lstrip(_BLANK).lower()
    flat = (kind for kind, marks in _FLAT.items() if all(one in head for one in marks))
    begun = (kind for kind, starts in _OTHERS.items() if data.startswith(starts))
    kind = next(flat, "") if head.startswith(b"<") else ""
    if kind == "fods":
        return kind
    if not kind and _END in data:
        return "zip"
    raise file_error("FILE_NOT_WORKBOOK", path, kind=kind or next(begun, ""))


def _kind_of_old(path: Path, data: bytes) -> str:
    """`xls` for an old Office file that holds a workbook; FileError for others."""
    from taskforce_analysis.reading import compound

    try:
        names = compound.CompoundFile(data).names
    except compound.UNSOUND:
        names = frozenset[str]()
    if not names:  # too damaged to tell by its directory
        lower = data.lower()
        known = (*_ENCRYPTED, *_OLD_WORKBOOK)
        names = frozenset(one for one in known if one.encode("utf-16-le") in lower)
    names = frozenset(name.strip("\x01\x05\x06\t") for name in names)
    if not names.isdisjoint(_ENCRYPTED):
        raise file_error("FILE_ENCRYPTED", path)
    if not names.isdisjoint(_OLD_WORKBOOK):
        return "xls"
    kind = next((kind for kind, name in _OLD_OTHERS.items() if name in names), "")
    raise file_error("FILE_NOT_WORKBOOK", path, kind=kind)


class Listener(Protocol):
    """What `Container.parse` tells; names are as the parser gives them."""

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


class XmlFile:
    """A file whose XML is parsed within these walls; it is named in every error."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def error(
        self, code: str, *, sheet: str | None = None, cell: str | None = None
    ) -> FileError:
        """The typed error for this file."""
        return file_error(code, self.path, sheet=sheet, cell=cell)

    def parse(
        self, chunks: Iterable[bytes], listener: Listener, *, root: str | None = None
    ) -> None:
        """Tell `listener` what the chunks hold; FileError when they are not sound XML.

        `root` is the bare name that the root element must have.
        """
        parser = new_parser()

        def first(name: str, attributes: dict[str, str]) -> None:
            if root is not None and local_name(name) != root:
                raise self.error("FILE_CORRUPT")
            parser.StartElementHandler = listener.start
            listener.start(name, attributes)

        parser.StartElementHandler = first
        parser.EndElementHandler = listener.end
        parser.CharacterDataHandler = listener.text
        self.feed(parser, chunks)

    def feed(self, parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
        """Run all chunks through the parser; FileError when they are unsound."""
        given = 0
        try:
            for chunk in chunks:
                parser.Parse(chunk)
                given += len(chunk)
                if given - parser.CurrentByteIndex > LONGEST_TAG:
                    raise self.error("FILE_TOO_LARGE")
            parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
        except UnsafeXmlError:
            raise self.error("FILE_UNSAFE_XML") from None
        except UNSOUND:
            raise self.error("FILE_CORRUPT") from None


class Container(XmlFile):
    """The parts of a zip that passed the preflight, by name without case.

    Exists so that no other module inflates or parses anything on its own: what `chunks`
    gives is counted against the limits, and the end of a part is reached only when its
    CRC is right. A small part becomes a `tree`; a large one is told to a listener as it
    streams by.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        super().__init__(path)
        self._data = memoryview(data)
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.sound: set[str] = set()  # parts that were parsed without complaint
        self._inflated = 0
        self._kept: dict[str, bytes] = {}
        infos = _directory(data)
        if infos is None:
            raise self.error("FILE_CORRUPT")
        if len(infos) > MOST_MEMBERS:
            raise self.error("FILE_TOO_LARGE")
        for info in infos:
            self._enter(info)
        self._check_sizes()
        # A zip may have a remark at its end, and one for each of its members.
        own = (data[data.rfind(_END) + 22 :], *(info.comment for info in infos))
        self.remarks = [one.decode("utf-8", "replace") for one in own if one]

    def __contains__(self, part: object) -> bool:
        """Whether there is a part of this name, in whatever case."""
        return isinstance(part, str) and part.lower() in self._members

    def shown(self, part: str) -> str:
        """The part's name as the file spells it."""
        return self._members[part.lower()].filename.replace("\\", "/").lstrip("/")

    @property
    def parts(self) -> list[str]:
        """The names of all parts, in small letters."""
        return sorted(part for part in self._members if not part.endswith("/"))

    def size(self, part: str) -> int:
        """How many bytes the part has, by its own account; 0 where there is none."""
        info = self._members.get(part.lower())
        return 0 if info is None else info.file_size

    def read(self, part: str) -> bytes:
        """A whole part; small ones are kept, since they are wanted twice."""
        part = part.lower()
        data = self._kept.get(part)
        if data is None:
            data = b"".join(self.chunks(part))
            if len(data) < CHUNK:
                self._kept[part] = data
        return data

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part's bytes piece by piece; FileError when it is damaged or too large."""
        info = self._members.get(part.lower())
        if info is None:
            raise self.error("FILE_CORRUPT")
        packed = self._packed(info)
        seen = check = 0
        try:
            for chunk in _inflate(packed, info):
                seen += len(chunk)
                self._count(len(chunk), seen, packed=len(packed))
                check = zlib.crc32(chunk, check)
                yield chunk
        except zlib.error:
            raise self.error("FILE_CORRUPT") from None
        if seen != info.file_size or check != info.CRC:
            raise self.error("FILE_CORRUPT")

    def tree(self, part: str, root: str) -> Node:
        """A small part as a tree; FileError when its root element is not `root`."""
        data = self.read(part)
        try:
            node = known_tree(data) if is_constant(part) else grow_tree(data)
        except UnsafeXmlError:
            raise self.error("FILE_UNSAFE_XML") from None
        except UNSOUND:
            raise self.error("FILE_CORRUPT") from None
        self.sound.add(part.lower())
        if node.name != root:
            raise self.error("FILE_CORRUPT")
        return node

    def _enter(self, info: zipfile.ZipInfo) -> None:
        key = unquote(info.orig_filename).replace("\\", "/").lstrip("/").lower()
        if info.flag_bits & 0x41:
            raise self.error("FILE_ENCRYPTED")
        known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not known or key in self._members:
            raise self.error("FILE_CORRUPT")
        self._members[key] = info

    def _check_sizes(self) -> None:
        infos = self._members.values()
        total = sum(info.file_size for info in infos)
        if total > LARGEST_TOTAL or any(
            _is_bomb(info.file_size, info.compress_size) for info in infos
        ):
            raise self.error("FILE_TOO_LARGE")

    def _packed(self, info: zipfile.ZipInfo) -> memoryview:
        start = info.header_offset
        header = self._data[start : start + _LOCAL.size]
        if start < 0 or len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise self.error("FILE_CORRUPT")
        *_, name, extra = _LOCAL.unpack(header)
        start += _LOCAL.size
        raw = bytes(self._data[start : start + name])
        coding = "utf-8" if info.flag_bits & 0x800 else "cp437"
        start += name + extra
        packed = self._data[start : start + info.compress_size]
        if (
            raw.decode(coding, "replace") != info.orig_filename
            or len(packed) != info.compress_size
        ):
            raise self.error("FILE_CORRUPT")
        return packed

    def _count(self, more: int, seen: int, *, packed: int) -> None:
        self._inflated += more
        if self._inflated > LARGEST_TOTAL or _is_bomb(seen, packed):
            raise self.error("FILE_TOO_LARGE")


def _is_bomb(size: int, packed: int) -> bool:
    return size > RATIO_FREE and size > LARGEST_RATIO * packed


def _directory(data: bytes) -> list[zipfile.ZipInfo] | None:
    """The members that the zip's directory names; None when it cannot be read."""
    found = _open_zip(data)
    if found is None and (end := data.rfind(_END)) >= 0:
        # More bytes after the zip than a comment may have: a mail gateway's work.
        found = _open_zip(data[: end + 22])
    return found


def _open_zip(data: bytes) -> list[zipfile.ZipInfo] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except _BROKEN_ZIP:
        return None


def _inflate(packed: memoryview, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type == zipfile.ZIP_STORED:
        for start in range(0, len(packed), CHUNK):
            yield bytes(packed[start : start + CHUNK])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), CHUNK):
        chunk = inflater.decompress(packed[start : start + CHUNK], CHUNK)
        while chunk:
            yield chunk
            chunk = inflater.decompress(inflater.unconsumed_tail, CHUNK)
    if not inflater.eof:
        raise zlib.error


class UnsafeXmlError(Exception):
    """A document type or entity declaration was met; becomes FILE_UNSAFE_XML."""


def new_parser() -> expat.XMLParserType:
    """A parser that knows namespaces and refuses declarations."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise UnsafeXmlError


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


def is_constant(part: str) -> bool:
    """Whether the part is the same in most files of one origin, and no one's data."""
    return part.lower() in _CONSTANT or part.lower().startswith("xl/theme/")


@lru_cache(maxsize=1024)
def local_name(name: str) -> str:
    """A spreadsheet element's bare name; others keep their namespace.

    >>> local_name("http://purl.oclc.org/ooxml/spreadsheetml/main}row")
    'row'
    >>> local_name("urn:other}row")
    'urn:other}row'
    """
    for space in _SPREADSHEET:
        if name.startswith(space):
            return name[len(space) :]
    return name


def is_utf8(data: bytes) -> bool:
    """Whether XML says, or says nothing against it, that it is UTF-8.

    >>> is_utf8(b"<a/>"), is_utf8(b"<?xml version='1.0' encoding='cp1252'?><a/>")
    (True, False)
    """
    head = data[:200].lower()
    return b"\0" not in head and (b"encoding" not in head or b"utf-8" in head)
