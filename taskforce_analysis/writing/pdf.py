"""The Word report as a PDF with tags, so that a screen reader can read it (PDF/UA-1).

LibreOffice lays the pages out and writes the tags (ISO 14289-1): headings, lists,
header cells, figures with their alternative text, title and language. It is made where
it is asked for alone, since LibreOffice takes longer to start than a whole report takes
to be written. The times and numbers that it stamps are fixed, so that the same report
gives the same bytes.
"""

import json
import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from taskforce_analysis.atomic import made_at, working_folder
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.docx import write_docx
from taskforce_analysis.writing.picturing import Pictures

_NAMES = ("soffice", "libreoffice")
# Where LibreOffice is installed and yet not on the path: macOS, Windows.
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
_SECONDS = 180
_EXPORT = {
    "PDFUACompliance": ("boolean", "true"),
    "UseTaggedPDF": ("boolean", "true"),
    "ExportBookmarks": ("boolean", "true"),
    "ExportFormFields": ("boolean", "false"),  # a prompt is text and no form
}
_STAMPED = re.compile(rb"/CreationDate\(D:(\d{14})Z|<xmp:CreateDate>([^<]{20})<")
_NUMBERED = re.compile(rb"(?:/ID \[ <|>\s<|/DocChecksum /)([0-9A-F]{32})")


@writer("report", ".pdf", label={"da": "PDF med koder", "en": "Tagged PDF"})
def write_pdf(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
    pictures: Pictures | None = None,
) -> None:
    """Write the report as a tagged .pdf; the options are those of the Word report.

    Raises UsageError where LibreOffice is not installed or makes no PDF.
    """
    with working_folder() as folder:
        document = folder / "rapport.docx"
        options = {"template": template, "pictures": pictures}
        write_docx(results, document, language, **options)
        path.write_bytes(_as_pdf(document))


def has_office() -> bool:
    """Whether LibreOffice is installed, which lays the pages out."""
    return bool(_office())


def _office() -> str:
    found = (shutil.which(name) for name in (*_NAMES, *_PLACES))
    return next((name for name in found if name), "")


def _as_pdf(document: Path) -> bytes:
    office, folder = _office(), document.parent
    if not office:
        raise wrong_use("LibreOffice is not installed", "Save the PDF from Word")
    options = {name: {"type": kind, "value": v} for name, (kind, v) in _EXPORT.items()}
    command = [
        office,
        # A profile of its own: it runs beside one that is open, and keeps no trace.
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(options)}",
        "--outdir",
        str(folder),
        str(document),
    ]
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            timeout=_SECONDS,
            env={**os.environ, "TMPDIR": str(folder)},  # its own parts lie there too
        )
        content = document.with_suffix(".pdf").read_bytes()
    except (OSError, subprocess.SubprocessError):
        raise wrong_use(
            "LibreOffice made no PDF", "Close it and try again, or save it from Word"
        ) from None
    return _unstamped(content, document)


def _unstamped(content: bytes, document: Path) -> bytes:
    """The PDF with fixed times and numbers of the same length, for places count."""
    moment = made_at()
    times = {
        14: moment.strftime("%Y%m%d%H%M%S").encode(),
        20: moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
    }
    number = sha256(document.read_bytes()).hexdigest()[:32].upper().encode()

    def timed(found: re.Match[bytes]) -> bytes:
        was = found[1] or found[2]
        return found[0].replace(was, times[len(was)])

    def numbered(found: re.Match[bytes]) -> bytes:
        return found[0].replace(found[1], number)

    end = content.rindex(b"trailer")
    head, trailer = content[:end], content[end:]
    return _STAMPED.sub(timed, head) + _NUMBERED.sub(numbered, trailer)
