"""The workbook inside a chart: texts as text, and the same content in the same bytes.

python-pptx lets XlsxWriter guess what a text is; a label that begins with = would be a
formula there, and one that begins with http a link.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from xlsxwriter import Workbook

from taskforce_analysis.writing.packaging import made_at, repack

_TIMES = re.compile(rb"(<dcterms:\w+[^>]*>)[^<]*(</dcterms:)")


class PlainChartData(CategoryChartData):
    """A chart's labels and values, whose workbook takes no text for a formula."""

    @property
    def _workbook_writer(self) -> "_PlainWriter":
        return _PlainWriter(self)


class _PlainWriter(CategoryWorkbookWriter):
    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        guesses = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        plain = dict.fromkeys(guesses, False) | {"in_memory": True}
        workbook = Workbook(xlsx_file, plain)
        yield workbook, workbook.add_worksheet()
        workbook.close()


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
