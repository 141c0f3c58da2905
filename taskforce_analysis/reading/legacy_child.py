"""Runs alone in a process of its own: an old workbook's bytes in, its cells out.

The reader behind it can abort the whole process on a hostile file, so it runs where
that harms no one, with a limit on memory. It knows nothing of this package, since it is
started as a bare script: bytes on standard input, one JSON object on standard output.
"""

import io
import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 2 << 30
LARGEST_GRID = 20_000_000
TEXT, NUMBER, DATE, BOOLEAN = 1, 2, 3, 4
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates have no zone


def limit_memory(size: int = MEMORY) -> None:
    """Let the process have no more than `size` bytes, where the system can do that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(  # pragma: no cover - would bind the tests' own process
            resource.RLIMIT_AS, (size, size)
        )


def stored(value: Any) -> tuple[int, str] | None:
    """A value as kind and stored text, as the same cell would be in a new workbook.

    >>> stored("Ja"), stored(43132.0), stored(True), stored(date(2018, 2, 1))
    ((1, 'Ja'), (2, '43132'), (4, '1'), (3, '43132'))
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return TEXT, value
    if isinstance(value, bool):
        return BOOLEAN, str(int(value))
    if isinstance(value, int | float):
        return NUMBER, _digits(value)
    return DATE, _digits(_days(value))


def _days(value: datetime | date | time | timedelta) -> float:
    """Days since the workbook's beginning of time, of which a clock time is a share."""
    if isinstance(value, time):
        value = datetime.combine(_EPOCH, value) - _EPOCH
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    days = (value.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
    return days if days >= 61 else days - 1  # serial 60 is a day that never was


def _digits(value: float) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(value)


def sheet_of(workbook: Any, number: int) -> dict[str, Any]:
    """One sheet as plain lists: name, hidden, merged, cells."""
    facts = workbook.sheets_metadata[number]
    found = {
        "name": facts.name,
        "hidden": str(facts.visible) != "SheetVisibleEnum.Visible",
        "worksheet": str(facts.typ) == "SheetTypeEnum.WorkSheet",
        "merged": [],
        "cells": [],
    }
    if not found["worksheet"]:
        return found
    sheet = workbook.get_sheet_by_index(number)
    if sheet.total_height * sheet.total_width > LARGEST_GRID:
        raise MemoryError
    found["merged"] = sheet.merged_cell_ranges or []
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
