"""The workbook inside a chart, with fixed times: the same content, the same bytes."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from taskforce_analysis.writing.packaging import made_at, repack

_TIMES = re.compile(rb"(<dcterms:\w+[^>]*>)[^<]*(</dcterms:)")


def settled_workbook(content: bytes) -> bytes:
    """The workbook with its own times set to that of its making."""
    moment = f"{made_at():%Y-%m-%dT%H:%M:%SZ}".encode()
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        with (
            zipfile.ZipFile(BytesIO(content)) as old,
            zipfile.ZipFile(source, "w") as new,
        ):
            for name in old.namelist():
                part = old.read(name)
                if name == "docProps/core.xml":
                    part = _TIMES.sub(rb"\g<1>" + moment + rb"\g<2>", part)
                new.writestr(name, part)
        repack(source, target)
        return target.read_bytes()
