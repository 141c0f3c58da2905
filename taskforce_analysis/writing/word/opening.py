"""An empty document to fill: from a template, or on A4 with a look of its own.

Language, title and author stand in the document's properties, where a screen reader
and a web page's search find them; the times of its making are fixed.
"""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Cm

from taskforce_analysis.errors import file_error, wrong_use
from taskforce_analysis.writing.blocks import Report
from taskforce_analysis.writing.packaging import made_at
from taskforce_analysis.writing.word.styles import NOTE, add_own_styles, restyle
from taskforce_analysis.writing.word.xml import field, made, text_run

_TEMPLATE_TYPE = b"wordprocessingml.template.main+xml"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an encrypted document begins
_DOCUMENT_TYPE = b"wordprocessingml.document.main+xml"


def open_document(report: Report, *, template: str | Path | None) -> Any:
    """A document with styles, language and properties, ready for the first heading."""
    document = docx.Document() if template is None else _from_template(Path(template))
    if document.element.body.sectPr is None:
        document.element.body.append(made("sectPr"))
        _set_page(document)
    if template is None:
        _lay_out(document)
        restyle(document)
    add_own_styles(document)
    if template is None:
        _number_pages(document)
    _drop_empty_end(document)
    _set_language(document, report.language)
    _set_properties(document, report)
    return document


def opened(path: str | Path) -> Any:
    """A Word document that is to be changed.

    Raises FileError where it is not there, is locked by a password or may not be
    opened, and UsageError where it is no Word document.
    """
    return _opened(Path(path), "the file is no Word document")


def _from_template(path: Path) -> Any:
    return _opened(path, "the template is no Word document")


def _opened(path: Path, finding: str) -> Any:
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        with path.open("rb") as file:
            is_locked = file.read(len(_COMPOUND)) == _COMPOUND
        if is_locked:
            raise file_error("FILE_ENCRYPTED", path)
        return docx.Document(_as_document(path))
    except PermissionError:
        raise file_error("FILE_NOT_READABLE", path) from None
    except (PackageNotFoundError, zipfile.BadZipFile, ValueError, KeyError):
        raise wrong_use(finding, "Save it in Word as .docx or .dotx") from None


def _as_document(path: Path) -> BytesIO:
    """A .dotx differs from a .docx in one content type."""
    made_over = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made_over, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(_TEMPLATE_TYPE, _DOCUMENT_TYPE)
            new.writestr(name, content)
    made_over.seek(0)
    return made_over


def _lay_out(document: Any) -> None:
    _set_page(document)
    _modern(document)
    _without_thumbnail(document)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)


def _modern(document: Any) -> None:
    """python-docx's own template is of 2007; without this Word says so in the title."""
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    where = "http://schemas.microsoft.com/office/word"
    setting = made("compatSetting", name="compatibilityMode", uri=where, val=15)
    settings.insert_element_before(made("compat", setting), "w:rsids", "m:mathPr")


def _without_thumbnail(document: Any) -> None:
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if "thumbnail" in one.reltype]:
        del relations[key]


def _number_pages(document: Any) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles[NOTE]
    runs = [*field("PAGE", "1"), text_run(" / "), *field("NUMPAGES", "1")]
    paragraph._p.extend(runs)  # noqa: SLF001
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _drop_empty_end(document: Any) -> None:
    """A template ends in empty paragraphs, which would push the title down."""
    for paragraph in reversed(document.paragraphs):
        element = paragraph._p  # noqa: SLF001
        if paragraph.text or element.findall(f".//{qn('w:drawing')}"):
            break
        if not element.findall(f".//{qn('w:sectPr')}"):
            element.getparent().remove(element)


def _set_language(document: Any, tag: str) -> None:
    """In the defaults, and wherever a template's style says otherwise."""
    styles = document.styles.element
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), tag)
    defaults = styles.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None and defaults.find(qn("w:lang")) is None:
        defaults.append(made("lang", val=tag))


def _set_properties(document: Any, report: Report) -> None:
    properties = document.core_properties
    properties.title, properties.subject = report.title[:255], report.subtitle[:255]
    properties.author = report.author[:255]
    properties.last_modified_by = report.author[:255]
    properties.language, properties.comments = report.language, ""
    properties.revision = 1
    properties.created = properties.modified = made_at().replace(tzinfo=None)
