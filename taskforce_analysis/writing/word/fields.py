"""A template's own places: content controls whose tag names a part of the report.

Each control is replaced by the part, which then stands in a bookmark of its own. The
title of a control serves as well as its tag, for LibreOffice drops the tag.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docx.oxml.ns import qn

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.reporting.placing import NOTICE, PREFIX, blocks_at
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.writing.word.parts import (
    Mark,
    Part,
    Splitter,
    digest,
    mark_of,
    original,
    table_text,
)
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.wording import Words, cell_text, words_of
from taskforce_analysis.writing.word.xml import made

# FOLDED writing.word.fields
#
# A template's own places: content controls whose tag names a part of the report.
#
# Each control is replaced by the part, which then stands in a bookmark of its own.
# The title of a control serves as well as its tag, for LibreOffice drops the tag.

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


# FOLDED writing.word.finding
#
# Our parts in a document that someone has worked on since.

_NAME, _ID = qn("w:name"), qn("w:id")


@dataclass(frozen=True)
class Found:
    """A marked part as it stands now: its bookmark's ends and its paragraph.

    `end` is None where the bookmark has come to cross a paragraph.
    """

    mark: Mark
    start: Any
    end: Any
    paragraph: Any

    @property
    def words(self) -> Words:
        """What stands in the bookmark."""
        return words_of(self.paragraph, start=self.start, end=self.end)

    @property
    def table(self) -> Any:
        """The table that the bookmark stands in; None where it is gone."""
        return next(self.start.iterancestors(qn("w:tbl")), None)

    @property
    def drawing(self) -> Any:
        """The picture that stands in the bookmark; None where it is gone."""
        return next(self.paragraph.iter(qn("w:drawing")), None)

    @property
    def place(self) -> Any:
        """The element that stands among the document's other blocks."""
        return self.table if self.mark.kind == "table" else self.paragraph

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """Where the words as they were written stand; None where they were changed."""
        return None if self.end is None else original(self.words.text, self.mark.said)

    @property
    def is_as_written(self) -> bool:
        """Whether nobody has changed what the part says."""
        if self.mark.kind == "picture":
            return True
        if self.mark.kind == "table":
            return digest(table_text(grid_of(self.table))) == self.mark.said
        return self.span is not None

    @property
    def is_gone(self) -> bool:
        """Whether someone deleted the part and left its bookmark."""
        if self.mark.kind == "picture":
            return self.drawing is None
        return self.mark.kind != "table" and not self.words.text


def found_in(document: Any) -> Iterator[Found]:
    """The marked parts of a document in order, each once."""
    seen = set()
    for start in document.element.body.iter(qn("w:bookmarkStart")):
        mark = mark_of(start.get(_NAME, ""))
        paragraph = next(start.iterancestors(qn("w:p")), None)
        if mark is None or paragraph is None or mark.key in seen:
            continue
        found = Found(mark, start, _end_of(start, paragraph), paragraph)
        if mark.kind == "table" and found.table is None:
            continue
        seen.add(mark.key)
        yield found


def grid_of(table: Any) -> list[list[str]]:
    """A table's cells as text, row by row."""
    rows = table.findall(qn("w:tr"))
    return [[cell_text(cell) for cell in row.findall(qn("w:tc"))] for row in rows]


def _end_of(start: Any, paragraph: Any) -> Any:
    number = start.get(_ID)
    for end in paragraph.iter(qn("w:bookmarkEnd")):
        if end.get(_ID) == number:
            return end
    return None
