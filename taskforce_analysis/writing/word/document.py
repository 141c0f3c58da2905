"""The document around the parts: opened, given an account of itself, saved.

It is a municipality's template, or an empty one on A4 with a look of its own. Language,
title and author stand in its properties, where a screen reader and a web page's search
find them. What it holds of ours stands in custom properties (ECMA-376 part 1, 22.3),
which Word and LibreOffice both keep. The times of its making are fixed, so that the
same report gives the same bytes.
"""

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import cast

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.package import Package
from docx.shared import Cm
from lxml import etree  # type: ignore[attr-defined]

from taskforce_analysis.atomic import made_at, repack, whole_file
from taskforce_analysis.errors import UsageError, file_error
from taskforce_analysis.reporting.blocks import Report
from taskforce_analysis.writing.word.styles import (
    NOTE,
    add_own_styles,
    known_style,
    restyle,
)
from taskforce_analysis.writing.word.xml import Element, field_runs, made, text_run

# How a document of Word 97-2003 begins, and one that a password has been put around.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OFFICE = b"application/vnd.openxmlformats-officedocument."
_DOCUMENT_TYPE = _OFFICE + b"wordprocessingml.document.main+xml"
_ALIKE = (  # what differs from a document in its content type alone
    _OFFICE + b"wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
_MACROS = ("/vbaProject", "/keyMapCustomizations", "/attachedToolbars")

_BEGINS = "taskforce."
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CONTENT = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the one set that users' own are in
# Which chapters and keys a document has: one of 0.2.0, which told none, is made anew.
STRUCTURE = "2"
# A value is at most 255 characters long in Word, so a long one takes several.
_LONGEST, _SEPARATOR = 240, ","


def open_document(report: Report, *, template: str | Path | None) -> Document:
    """A document with styles, language and properties, ready for the first part."""
    document = docx.Document() if template is None else opened(template)
    if document.element.body.sectPr is None:
        document.element.body.append(made("sectPr"))
        _set_page(document)
    if template is None:
        _set_page(document)
        _modern(document)
        _without(_package(document), ["/thumbnail"])
        restyle(document)
    add_own_styles(document)
    if template is None:
        _number_pages(document)
    _drop_empty_end(document)
    _set_language(document, report.language)
    _set_properties(document, report)
    return document


def opened(path: str | Path) -> Document:
    """A Word document that is to be changed.

    Raises FileError where it is not there, is locked by a password or may not be
    opened, and UsageError where it is no Word document.
    """
    path = Path(path)
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        with path.open("rb") as file:
            content = file.read()
    except PermissionError:
        raise file_error("FILE_NOT_READABLE", path) from None
    if content.startswith(_COMPOUND):
        if _LOCKED in content:
            raise file_error("FILE_ENCRYPTED", path)
        raise _no_document(
            path,
            "the file is in the format of Word 97-2003",
            "Open it in Word and save it as .docx",
        )
    try:
        document = docx.Document(_as_document(content, path))
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        ValueError,
        KeyError,
    ):
        raise _no_document(
            path, "the file is no Word document", "Save it in Word as .docx or .dotx"
        ) from None
    _without(document.part, _MACROS)
    return document


def _no_document(path: Path, finding: str, remedy: str) -> UsageError:
    return UsageError(f"{finding}. {remedy}", code="USAGE", file=str(path))


def _as_document(content: bytes, path: Path) -> BytesIO:
    """A .dotx, .docm or .dotm differs from a .docx in one content type."""
    made_over = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(made_over, "w") as new,
    ):
        names = old.namelist()
        if "mimetype" in names and "content.xml" in names:
            raise _no_document(
                path,
                "the file is in LibreOffice's own format",
                "Open it in LibreOffice and save it as .docx",
            )
        if any(name.startswith("ppt/") for name in names):
            raise _no_document(
                path,
                "the file is for PowerPoint",
                "Name a Word document, .docx or .dotx",
            )
        for name in names:
            inside = old.read(name)
            for alike in _ALIKE if name == "[Content_Types].xml" else ():
                inside = inside.replace(alike, _DOCUMENT_TYPE)
            new.writestr(name, inside)
    made_over.seek(0)
    return made_over


def _without(part: Part | Package, kinds: Iterable[str]) -> None:
    """Take out what a part refers to, known by how the relation's type ends."""
    ends, relations = tuple(kinds), part.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith(ends)]:
        del relations[key]


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)


def _modern(document: Document) -> None:
    """python-docx's own template is of 2007; without this Word says so in the title."""
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    where = "http://schemas.microsoft.com/office/word"
    setting = made("compatSetting", name="compatibilityMode", uri=where, val=15)
    settings.insert_element_before(made("compat", setting), "w:rsids", "m:mathPr")


def _number_pages(document: Document) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = known_style(document, NOTE)
    runs = [*field_runs("PAGE", "1"), text_run(" / "), *field_runs("NUMPAGES", "1")]
    paragraph._p.extend(runs)  # noqa: SLF001
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _drop_empty_end(document: Document) -> None:
    """A template ends in empty paragraphs, which would push the title down."""
    for paragraph in reversed(document.paragraphs):
        element = paragraph._p  # noqa: SLF001
        if paragraph.text or element.findall(f".//{qn('w:drawing')}"):
            break
        if not element.findall(f".//{qn('w:sectPr')}"):
            element.getparent().remove(element)


def _set_language(document: Document, tag: str) -> None:
    """In the defaults, and wherever a template's style says otherwise."""
    styles = document.styles.element
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), tag)
    defaults = styles.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None and defaults.find(qn("w:lang")) is None:
        defaults.append(made("lang", val=tag))


def _set_properties(document: Document, report: Report) -> None:
    properties = document.core_properties
    properties.title, properties.subject = report.title[:255], report.subtitle[:255]
    properties.author = report.author[:255]
    properties.last_modified_by = report.author[:255]
    properties.language, properties.comments = report.language, ""
    properties.revision = 1
    properties.created = properties.modified = made_at().replace(tzinfo=None)


def save_document(document: Document, path: Path) -> None:
    """Save a document whole, with the fixed times of `repack`."""
    with whole_file(path) as temporary:
        document.save(str(temporary))
        packed = temporary.with_suffix(".packed")
        repack(temporary, packed)
        packed.replace(temporary)


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a document tells about itself; empty where it tells nothing.

    `places` are the template's tags, `parts` the keys of all that it was given, and
    `structure` the chapters and keys that its version had.
    """

    kind: str = ""
    form: str = ""
    language: str = ""
    structure: str = ""
    places: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def account_of(document: Document) -> Account:
    """What a document tells about itself.

    >>> import docx
    >>> account_of(docx.Document()).form
    ''
    """
    found = dict(sorted(_read(_properties_of(document)).items()))
    said = {
        name: "".join(text for key, text in found.items() if _is(key, name))
        for name in ("kind", "form", "language", "structure", "places", "parts")
    }
    return Account(
        kind=said["kind"],
        form=said["form"],
        language=said["language"],
        structure=said["structure"],
        places=_listed(said["places"]),
        parts=_listed(said["parts"]),
    )


def set_account(document: Document, account: Account) -> None:
    """Write a document's account of itself; other properties of it stay."""
    values = {"kind": account.kind, "form": account.form, "language": account.language}
    values["structure"] = account.structure
    values |= _pieces("places", _SEPARATOR.join(account.places))
    values |= _pieces("parts", _SEPARATOR.join(account.parts))
    part = _properties_of(document)
    content = _with_ours(part, {name: text for name, text in values.items() if text})
    if part is not None:
        part._blob = content  # noqa: SLF001
        return
    package = _package(document)
    new = Part(PackURI("/docProps/custom.xml"), _CONTENT, content, package)
    package.relate_to(new, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _is(key: str, name: str) -> bool:
    return key.removeprefix(_BEGINS).rstrip("0123456789") == name


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(_SEPARATOR) if one)


def _pieces(name: str, text: str) -> dict[str, str]:
    starts = range(0, len(text), _LONGEST)
    return {f"{name}{at // _LONGEST:04d}": text[at : at + _LONGEST] for at in starts}


def _package(document: Document) -> Package:
    """What the document is a part of; python-docx says that a part may be alone."""
    return cast("Package", document.part.package)


def _properties_of(document: Document) -> Part | None:
    for one in _package(document).rels.values():
        if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES and not one.is_external:
            return one.target_part
    return None


def _read(part: Part | None) -> dict[str, str]:
    return {one.get("name", ""): "".join(one.itertext()) for one in _elements(part)}


def _elements(part: Part | None) -> list[Element]:
    if part is None:
        return []
    return list(etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)))


def _with_ours(part: Part | None, values: Mapping[str, str]) -> bytes:
    """The properties of others as they are, with their types, and ours after them."""
    spaces = {None: _NAMESPACE, "vt": _TYPES}
    root = etree.Element(f"{{{_NAMESPACE}}}Properties", nsmap=spaces)
    found = _elements(part)
    root.extend(one for one in found if not one.get("name", "").startswith(_BEGINS))
    for name, text in values.items():
        named = {"fmtid": _SET, "name": f"{_BEGINS}{name}"}
        one = etree.SubElement(root, f"{{{_NAMESPACE}}}property", named)
        etree.SubElement(one, f"{{{_TYPES}}}lpwstr").text = text
    for number, one in enumerate(root, start=2):
        one.set("pid", str(number))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
