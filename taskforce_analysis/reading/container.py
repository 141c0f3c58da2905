"""Is the file a workbook, and is it safe to look inside?

The preflight looks at the bytes before any parser does: what kind of file it is, and
for a zip whether its members are unique, unencrypted, few and small enough. A part is
inflated only here, in chunks, while its real bytes are counted and its CRC is followed,
since declared sizes can lie. Nothing is extracted to disk.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from taskforce_analysis.errors import FileError, file_error

LARGEST_TOTAL = 200_000_000
LARGEST_RATIO = 200
RATIO_FREE = 1_000_000
MOST_MEMBERS = 5_000
CHUNK = 1 << 18

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ZIP_CUT = (b"P", b"PK", b"PK\x03")
_END = b"PK\x05\x06"
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED = tuple(
    name.encode("utf-16-le")
    for name in ("EncryptedPackage", "DRMEncryptedDataSpace", "DRMContent")
)
_OLD_WORKBOOK = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
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


def read_bytes(path: Path) -> bytes:
    """The file's bytes; FileError when there is none or it is far too large."""
    try:
        size = path.stat().st_size
        if size > LARGEST_TOTAL:
            raise file_error("FILE_TOO_LARGE", path)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise file_error("FILE_NOT_FOUND", path) from None
    except IsADirectoryError:
        raise file_error("FILE_NOT_WORKBOOK", path) from None
    except OSError:
        raise file_error("FILE_NOT_READABLE", path) from None


def kind_of(path: Path, data: bytes) -> str:
    r"""`zip` or `xls`; FileError for an encrypted file and for what is no workbook.

    >>> kind_of(Path("a.xlsx"), b"PK\x03\x04 and more")
    'zip'
    """
    if not data:
        raise file_error("FILE_EMPTY", path)
    if data.startswith(_ZIP) or data in _ZIP_CUT:
        return "zip"
    if data.startswith(_OLE):
        if any(name in data for name in _ENCRYPTED):
            raise file_error("FILE_ENCRYPTED", path)
        if any(name in data for name in _OLD_WORKBOOK):
            return "xls"
    elif _END in data:
        return "zip"
    raise file_error("FILE_NOT_WORKBOOK", path)


class Container:
    """The parts of a zip that passed the preflight, by name without case.

    Exists so that no other module inflates anything: what `chunks` gives is counted
    against the limits, and the end of a part is reached only when its CRC is right.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
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

    def error(
        self, code: str, *, sheet: str | None = None, cell: str | None = None
    ) -> FileError:
        """The typed error for this file."""
        return file_error(code, self.path, sheet=sheet, cell=cell)

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

    def _enter(self, info: zipfile.ZipInfo) -> None:
        key = info.orig_filename.replace("\\", "/").lstrip("/").lower()
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
