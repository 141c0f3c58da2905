"""Runs alone in a process of its own: a binary workbook's bytes in, its texts out.

The reader behind it can abort the whole process on a hostile file, so it runs where
that harms no one, with a limit on memory. It knows nothing of this package, since it is
started as a bare script: bytes on standard input, one JSON object on standard output.
"""

import io
import json
import sys
from contextlib import suppress
from typing import Any

MEMORY = 2 << 30
LARGEST_GRID = 20_000_000
TEXT, BOOLEAN = 1, 4


def limit_memory(size: int = MEMORY) -> None:
    """Let the process have no more than `size` bytes, where the system can do that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(  # pragma: no cover - would bind the tests' own process
            resource.RLIMIT_AS, (size, size)
        )


def stored(value: Any) -> tuple[int, str] | None:
    """A text or truth value as kind and stored text; the rest is read elsewhere.

    >>> stored("Ja"), stored(True), stored(43132.0), stored("")
    ((1, 'Ja'), (4, '1'), None, None)
    """
    if isinstance(value, bool):
        return BOOLEAN, str(int(value))
    return (TEXT, value) if isinstance(value, str) and value else None


def sheet_of(workbook: Any, number: int) -> dict[str, Any]:
    """One sheet as plain lists: name, hidden, cells."""
    facts = workbook.sheets_metadata[number]
    found = {
        "name": facts.name,
        "hidden": str(facts.visible) != "SheetVisibleEnum.Visible",
        "worksheet": str(facts.typ) == "SheetTypeEnum.WorkSheet",
        "cells": [],
    }
    if not found["worksheet"]:
        return found
    sheet = workbook.get_sheet_by_index(number)
    if sheet.total_height * sheet.total_width > LARGEST_GRID:
        raise MemoryError
    rows = sheet.to_python(skip_empty_area=False)
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if cell := stored(value):
                found["cells"].append((row, column, *cell))
    return found


def convert(data: bytes) -> dict[str, Any]:
    """All sheets of a workbook, or the reason why there are none."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        count = len(workbook.sheets_metadata)
        return {"sheets": [sheet_of(workbook, number) for number in range(count)]}
    except python_calamine.PasswordError:
        return {"error": "FILE_ENCRYPTED"}
    except MemoryError:
        return {"error": "FILE_TOO_LARGE"}
    except (python_calamine.CalamineError, OSError, ValueError):
        return {"error": "FILE_CORRUPT"}


if __name__ == "__main__":  # pragma: no cover - in a process that is not measured
    limit_memory()
    sys.stdout.write(json.dumps(convert(sys.stdin.buffer.read())))
