"""The same content gives the same bytes: fixed times and a fixed order in a package.

A Word or Excel file is a zip with a time per member and a time of its making. Both
come from SOURCE_DATE_EPOCH (reproducible-builds.org) or, without it, are the earliest
that a zip can hold, so that no run differs from the last by the clock.
"""

import os
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

_PACKED = (".png", ".jpeg", ".jpg", ".gif")  # compressing them again gains nothing
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def made_at() -> datetime:
    """The time that stands in an output as that of its making, in UTC.

    >>> made_at() >= EARLIEST
    True
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text.isdigit():
        return EARLIEST
    return max(EARLIEST, datetime.fromtimestamp(int(text), UTC))


def repack(source: Path, target: Path) -> None:
    """Write a zip anew with its members in the same order and at a fixed time."""
    moment = time.gmtime(made_at().timestamp())[:6]
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, moment)
            packed = name.endswith(_PACKED)
            member.compress_type = (
                zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            )
            member.create_system = 0  # the same on Windows as elsewhere
            new.writestr(member, old.read(name))
