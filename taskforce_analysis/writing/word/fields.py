"""A template's own places: content controls whose tag names a part of the report.

Each control is replaced by the part, which then stands in a bookmark of its own. The
title of a control serves as well as its tag, for LibreOffice drops the tag.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.writing.placing import NOTICE, PREFIX, blocks_at
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.word.parts import Part, Splitter
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.xml import made

_BLOCK_LEVEL = ("body", "tc", "sdtContent", "txbxContent")


@dataclass(frozen=True)
class Field:
    """A content control that names a part of the report."""

    tag: str
    control: Any


def fields_of(document: Any) -> list[Field]:
    """The controls with a tag of ours, in the order in which they stand."""
    found = document.element.body.iter(qn("w:sdt"))
    return [Field(tag, control) for control in found for tag in _tags(control)]


def _tags(control: Any) -> Iterator[str]:
    properties = control.find(qn("w:sdtPr"))
    for name in ("w:tag", "w:alias"):
        told = None if properties is None else properties.find(qn(name))
        text = "" if told is None else told.get(qn("w:val"), "").strip()
        if text.startswith(PREFIX):
            yield text.removeprefix(PREFIX)
            return


def parts_at(places: tuple[str, ...], splitter: Splitter) -> list[list[Part]]:
    """The parts of each place; raises UsageError for a tag that does not exist."""
    sentences = Sentences(splitter.results, splitter.language)
    return [splitter.placed(tag, blocks_at(tag, sentences)) for tag in places]


def places_of(fields: list[Field]) -> tuple[str, ...]:
    """The tags in order; that the paper is internal is said even without a place."""
    tags = tuple(field.tag for field in fields)
    return tags if NOTICE in tags or not tags else (NOTICE, *tags)


def fill(fields: list[Field], parts: list[list[Part]], page: Page) -> None:
    """Put each place's parts where its control stands."""
    if len(parts) > len(fields):
        first, *parts = parts
        body = page.document.element.body
        for number, part in enumerate(first):
            body.insert(number, page.element(part))
    for field, own in zip(fields, parts, strict=True):
        _replace(field, own, page)


def _replace(field: Field, parts: list[Part], page: Page) -> None:
    control = field.control
    parent = control.getparent()
    level = parent.tag.rpartition("}")[2]
    if level == "sdtContent":  # a control within another: what is around decides
        outer = parent.getparent().getparent().tag.rpartition("}")[2]
        level = level if outer in _BLOCK_LEVEL else "p"
    if level in _BLOCK_LEVEL:
        _in_place(control, [page.element(part) for part in parts])
    elif level == "p" and len(parts) == 1 and parts[0].kind == "text":
        element = page.element(parts[0])
        _in_place(control, [one for one in element if one.tag != qn("w:pPr")])
    elif level == "p" and _stands_alone(control, parent):
        _in_place(parent, [page.element(part) for part in parts])
    else:
        finding = f"the tag {PREFIX}{field.tag} stands in a line with other text"
        raise wrong_use(finding, "Give it a paragraph of its own in the template")


def _in_place(old: Any, new: list[Any]) -> None:
    parent = old.getparent()
    for element in new:
        old.addprevious(element)
    parent.remove(old)
    # A table cell ends in a paragraph.
    if parent.tag == qn("w:tc") and (not len(parent) or parent[-1].tag != qn("w:p")):
        parent.append(made("p"))


def _stands_alone(control: Any, paragraph: Any) -> bool:
    inside = "".join(control.itertext()).strip()
    return "".join(paragraph.itertext()).strip() == inside
