"""What a document knows about itself: whose report it is, and which parts it was given.

Custom document properties (ECMA-376 part 1, 22.3), which Word and LibreOffice both
keep. A value is at most 255 characters long in Word, so a long one takes several.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree  # type: ignore[attr-defined]

_BEGINS = "taskforce."
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CONTENT = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the one set that users' own are in
_LONGEST, _SEPARATOR = 240, ","


@dataclass(frozen=True, kw_only=True)
class Told:
    """A document's account of itself; empty where it has none.

    `places` are the template's tags, `parts` the keys of all that it was given.
    """

    kind: str = ""
    form: str = ""
    language: str = ""
    places: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def told_by(document: Any) -> Told:
    """What a document tells about itself.

    >>> import docx
    >>> told_by(docx.Document()).form
    ''
    """
    found = dict(sorted(_read(_part_of(document)).items()))
    said = {
        name: "".join(text for key, text in found.items() if _is(key, name))
        for name in ("kind", "form", "language", "places", "parts")
    }
    return Told(
        kind=said["kind"],
        form=said["form"],
        language=said["language"],
        places=_listed(said["places"]),
        parts=_listed(said["parts"]),
    )


def tell(document: Any, told: Told) -> None:
    """Write a document's account of itself; other properties of it stay."""
    values = {"kind": told.kind, "form": told.form, "language": told.language}
    values |= _pieces("places", _SEPARATOR.join(told.places))
    values |= _pieces("parts", _SEPARATOR.join(told.parts))
    part = _part_of(document)
    content = _properties(part, {name: text for name, text in values.items() if text})
    if part is not None:
        part._blob = content  # noqa: SLF001
        return
    package = document.part.package
    made = Part(PackURI("/docProps/custom.xml"), _CONTENT, content, package)
    package.relate_to(made, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _is(key: str, name: str) -> bool:
    return key.removeprefix(_BEGINS).rstrip("0123456789") == name


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(_SEPARATOR) if one)


def _pieces(name: str, text: str) -> dict[str, str]:
    places = range(0, len(text), _LONGEST)
    return {f"{name}{at // _LONGEST:04d}": text[at : at + _LONGEST] for at in places}


def _part_of(document: Any) -> Any:
    for one in document.part.package.rels.values():
        if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES and not one.is_external:
            return one.target_part
    return None


def _read(part: Any) -> dict[str, str]:
    return {one.get("name", ""): "".join(one.itertext()) for one in _elements(part)}


def _elements(part: Any) -> list[Any]:
    if part is None:
        return []
    return list(etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)))


def _properties(part: Any, values: Mapping[str, str]) -> bytes:
    """The properties of others as they are, with their types, and ours after them."""
    spaces: Any = {None: _NAMESPACE, "vt": _TYPES}
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
