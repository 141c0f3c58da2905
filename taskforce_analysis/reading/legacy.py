"""Old and foreign workbooks (.xls, .xlsb, .ods), by way of a reader in a child process.

They become the same cells as a new workbook's. The child has a limit on memory and on
time, and whatever happens to it is a typed error here. Needs the extra `legacy`.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from taskforce_analysis.errors import file_error
from taskforce_analysis.privacy import count_cpr
from taskforce_analysis.reading import legacy_child
from taskforce_analysis.reading.biff import (
    Corrections,
    LockedError,
    Stored,
    xls_corrections,
    xlsb_corrections,
    xlsb_sheets,
)
from taskforce_analysis.reading.cells import (
    Area,
    Contents,
    Finding,
    Kind,
    sheet_from_rows,
)
from taskforce_analysis.reading.ods import ods_corrections, ods_traces
from taskforce_analysis.reading.package import Package
from taskforce_analysis.reading.traces import count_hyphened, search_rest

SECONDS = 60.0


def read_legacy(path: Path, data: bytes, package: Package | None = None) -> Contents:
    """What an old workbook holds; FileError when it cannot be read whole.

    `package` is the container of an .xlsb or .ods; an .xls has none.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise file_error("FILE_NEEDS_EXTRA", path)
    corrections = _corrections(path, data, package)
    answer = _ask_child(path, data)
    if "error" in answer:
        raise file_error(answer["error"], path)
    if len(answer["sheets"]) != len(corrections):
        raise file_error("FILE_CORRUPT", path)
    contents = Contents()
    for facts, correction in zip(answer["sheets"], corrections, strict=True):
        _add_sheet(contents, facts, correction)
    contents.findings += _search_rest(contents, data, package)
    return contents


def _corrections(path: Path, data: bytes, package: Package | None) -> list[Corrections]:
    """What the child's reader leaves out, sheet by sheet."""
    try:
        if package is None:
            return xls_corrections(data)
        if package.kind == "ods":
            return ods_corrections(package.container)
        return [
            xlsb_corrections(package.container.read(part))
            for part in xlsb_sheets(package)
        ]
    except LockedError:
        raise file_error("FILE_ENCRYPTED", path) from None
    except ValueError:
        raise file_error("FILE_CORRUPT", path) from None


def _add_sheet(contents: Contents, facts: dict[str, Any], more: Corrections) -> None:
    name = contents.shown_name(facts["name"])
    if not facts["worksheet"]:
        if not facts["hidden"]:
            contents.findings.append(Finding("SHEET_IGNORED", name))
        return
    cells = {
        (row, column): Stored(Kind(kind), text)
        for row, column, kind, text in facts["cells"]
    }
    cells |= more.cells
    merged = [
        Area(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in facts["merged"]
    ]
    sheet = sheet_from_rows(
        name,
        ((*place, one.kind, one.text) for place, one in cells.items()),
        hidden=facts["hidden"],
        merged=(*merged, *more.merged),
        hidden_rows=frozenset(more.hidden_rows),
        hidden_columns=frozenset(more.hidden_columns),
        filtered=more.filtered,
    )
    contents.sheets.append(sheet)
    contents.findings += [
        Finding("CPR_FOUND", name, place, count)
        for place, text in more.texts
        if (count := count_cpr(text))
    ]


def _search_rest(
    contents: Contents, data: bytes, package: Package | None
) -> list[Finding]:
    """CPR-like numbers in the rest of the file, as far as they can be told apart."""
    if package is not None:
        found = search_rest(package, {"content.xml", "xl/sharedstrings.bin"})
        if package.kind == "ods":
            traces = ods_traces(package.container).items()
            found += [Finding("CPR_FOUND", None, *trace) for trace in traces]
        return found
    texts = {text for sheet in contents.sheets for text in sheet.texts}
    known = sum(count_hyphened(text.encode("utf-8", "replace")) for text in texts)
    known += sum(one.count for one in contents.findings if one.place)
    more = count_hyphened(data.replace(b"\0", b"")) - known
    return [Finding("CPR_FOUND", None, "workbook", more)] if more > 0 else []


def _ask_child(path: Path, data: bytes) -> dict[str, Any]:
    command = [sys.executable, "-P", legacy_child.__file__]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise file_error("FILE_TOO_LARGE", path) from None
    except OSError:
        raise file_error("FILE_NOT_READABLE", path) from None
    if done.returncode:
        # What it said is not repeated: it may hold a cell's text.
        said = done.stderr
        hungry = b"memory allocation" in said or b"MemoryError" in said
        raise file_error("FILE_TOO_LARGE" if hungry else "FILE_CORRUPT", path)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise file_error("FILE_CORRUPT", path) from None
