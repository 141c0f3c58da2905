"""A workbook's bytes with fixed times, so that the same content is the same bytes."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

FIXED = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def bytes_of(book: Workbook, title: str, description: str) -> bytes:
    """The saved workbook, with its title and description in the properties."""
    book.properties.creator = "taskforce_analysis"
    book.properties.title = title
    book.properties.description = description
    book.properties.created = FIXED
    raw, fixed = BytesIO(), BytesIO()
    book.save(raw)
    stamp = f"{FIXED:%Y-%m-%dT%H:%M:%SZ}".encode()
    with ZipFile(raw) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(?<=>)[\dT:-]+Z(?=</dcterms:mod)", stamp, content)
            entry = ZipInfo(name, FIXED.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            target.writestr(entry, content)
    return fixed.getvalue()
