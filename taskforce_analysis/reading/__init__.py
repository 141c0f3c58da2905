"""From a file on disk to cells with addresses: is it safe, what does it hold?

    workbook = read_cells("analyse.xlsx")

A path comes in (an .xlsx, .xlsm, .xlsb, .xls, .ods or .csv), a `Workbook` of sparse
cells goes out, with what was noticed on the way. Every file either loads with exactly
the values that are in it, or gets one clear, typed error. The kinds are told apart by
their first bytes, never by the file's name; a name that says otherwise is a finding,
not an obstacle. Nothing is computed, converted or guessed, nothing leaves the file's
own bytes, and no form is known here: what the cells mean is for `locating` to say.

`given` takes what a caller has, tables in memory as well; `container` is the preflight,
`package` ties its parts together, each format has its reader, `traces` searches what is
no cell, `many` reads in several processes.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePath

from taskforce_analysis.errors import FileError, file_error, shown_name, wrong_use
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading.cells import Contents, Finding, Workbook
from taskforce_analysis.reading.container import (
    Container,
    XmlFile,
    format_of,
    read_bytes,
)
from taskforce_analysis.reading.package import Package

__all__ = ["read_cells", "read_content"]

_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt"),
    "xlsb": (".xlsb",),
    "ods": (".ods", ".ots"),
    "fods": (".fods",),
    "csv": (".csv", ".txt", ".tsv"),
    "sav": (".sav", ".zsav"),
}


def read_cells(path: str | PurePath) -> Workbook:
    """The workbook at `path`: its sheets' cells, and what was noticed on the way.

    An owner file that Excel leaves beside an open workbook (`~$analyse.xlsx`) has no
    sheets and the one finding FILE_IGNORED. Raises FileError, and nothing else, for
    whatever cannot be read whole and exactly (an .sav of SPSS without the extra `spss`
    too); UsageError for what is no path. A table in memory is read by `run` and
    `check`.
    """
    if not isinstance(path, str | PurePath):
        raise wrong_use(
            "read_cells reads one file by its path",
            "Give tables, open files and lists to run or check as they are",
        )
    path = Path(path)
    return _safely(lambda: _whole(read_bytes(path), path), path)


def read_content(data: bytes, path: Path) -> Workbook:
    """The workbook that these bytes are; of `path` only the name is used."""
    return _safely(lambda: _whole(data, path), path)


def _safely(read: Callable[[], Workbook], path: Path) -> Workbook:
    try:
        return read()
    except FileError:
        raise
    except MemoryError:
        raise file_error("FILE_TOO_LARGE", path) from None
    except Exception:  # noqa: BLE001 - one bad file must never stop or hide the others
        raise file_error("FILE_CORRUPT", path) from None


def _whole(data: bytes, path: Path) -> Workbook:
    findings = []
    if count := count_cpr(path.name):
        findings.append(Finding("CPR_FOUND", None, "file name", count))
    if is_owner_file(path, data):
        contents = Contents(findings=[Finding("FILE_IGNORED")])
    else:
        kind, contents = _read(path, data)
        if path.suffix.lower() not in _SUFFIXES[kind]:
            findings.append(Finding("FILE_EXTENSION", expected=_SUFFIXES[kind][0]))
    return Workbook(
        file=shown_name(path) or "",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        sheets=tuple(contents.sheets),
        date1904=contents.date1904,
        findings=(*findings, *contents.findings),
        properties=contents.properties,
    )


def is_owner_file(path: Path, data: bytes) -> bool:
    """Whether it is a small file that Office or macOS keeps beside a workbook.

    >>> is_owner_file(Path("~$a.xlsx"), bytes(165)), is_owner_file(Path("a.xlsx"), b"")
    (True, False)
    """
    named = path.name.startswith(("~$", ".~lock.", "._"))
    return named and len(data) < 4096 and not data.startswith((b"PK", b"\xd0\xcf"))


def _read(path: Path, data: bytes) -> tuple[str, Contents]:
    """The kind of file, and what the reader of that kind found in it."""
    # A format's reader is imported when there is a file for it.
    kind = format_of(path, data)
    if kind == "csv":
        from taskforce_analysis.reading.delimited import read_delimited

        return kind, read_delimited(path, data)
    if kind == "fods":
        from taskforce_analysis.reading.ods import read_ods

        return kind, read_ods(XmlFile(path), data)
    if kind == "sav":
        from taskforce_analysis.reading.sav import read_sav

        return kind, read_sav(path, data)
    if kind == "xls":
        from taskforce_analysis.reading.xls import read_xls

        return kind, read_xls(path, data)
    package = Package(Container(path, data))
    return package.kind, _read_package(path, package)


def _read_package(path: Path, package: Package) -> Contents:
    if package.kind == "xlsx":
        from taskforce_analysis.reading.ooxml import read_ooxml

        return read_ooxml(package)
    if package.kind == "ods":
        from taskforce_analysis.reading.ods import CONTENT, read_ods

        container = package.container
        return read_ods(container, container.read(CONTENT), package)
    from taskforce_analysis.reading.xlsb import read_xlsb

    return read_xlsb(path, package)
