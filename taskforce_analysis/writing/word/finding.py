"""Our parts in a document that someone has worked on since, and the words in them.

A part is found by its bookmark. What a reader sees as one sentence may lie in many
runs, each with its own look. Only what differs is written anew, in the run where it
stands, so that the rest keeps both its words and its look. What is marked as deleted is
no part of the words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from docx.document import Document
from docx.oxml.ns import qn

from taskforce_analysis.measurements import DROPPED
from taskforce_analysis.writing.word.parts import (
    Bookmark,
    digest,
    mark_of,
    original,
    table_text,
)
from taskforce_analysis.writing.word.styles import style_of
from taskforce_analysis.writing.word.xml import Element, set_text, text_run

_NAME, _ID = qn("w:name"), qn("w:id")
_TEXT = qn("w:t")
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\u2011",
}
_PASSED = {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent")}
_WORD = re.compile(r"\s+|[^\s]+")


def marked_parts(document: Document) -> "Iterator[MarkedPart]":
    """The marked parts of a document in order, each once."""
    seen = set()
    for start in document.element.body.iter(qn("w:bookmarkStart")):
        mark = mark_of(start.get(_NAME, ""))
        paragraph = next(start.iterancestors(qn("w:p")), None)
        if mark is None or paragraph is None or mark.key in seen:
            continue
        part = MarkedPart(mark, start, _end_of(start, paragraph), paragraph)
        if mark.kind == "table" and not part.tables:
            continue
        seen.add(mark.key)
        yield part


def empty_places_in(document: Document) -> list[str]:
    """The author's places of a document where only a prompt stands, by its headings.

    One under a heading of level 3 is named with that of level 2 as well.
    """
    empty = {one.paragraph for one in marked_parts(document) if one.is_empty}
    levels = heading_levels(document)
    headings = {1: "", 2: "", 3: ""}
    named = []
    for paragraph in document.element.body.iter(qn("w:p")):
        if level := levels.get(paragraph, 0):
            headings |= dict.fromkeys(range(level, 4), "")
            headings[level] = words_of(paragraph).text
        if paragraph in empty:
            theme, own = headings[2], headings[3] or headings[2] or headings[1]
            named.append(f"{own} ({theme})" if theme and own != theme else own)
    return named


def heading_levels(document: Document) -> dict[Element, int]:
    """The paragraphs of a document that are headings, each with its level, 1 to 3."""
    styles = {level: style_of(document, f"Heading {level}") for level in (1, 2, 3)}
    levels = {one.style_id: level for level, one in styles.items() if one is not None}
    found = {}
    for paragraph in document.element.body.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is not None and style.get(qn("w:val")) in levels:
            found[paragraph] = levels[style.get(qn("w:val"))]
    return found


def drop_places(document: Document) -> bool:
    """Take out each author's place where "-" was written; whether there was one."""
    dropped = False
    for found in list(marked_parts(document)):
        is_place = found.mark.kind in ("prompt", "place")
        if is_place and words_of(found.paragraph).text.strip() == DROPPED:
            above = found.paragraph.getprevious()
            if above is not None and _is_ours(above):
                above.getparent().remove(above)
            found.paragraph.getparent().remove(found.paragraph)
            dropped = True
    return dropped


def _is_ours(paragraph: Element) -> bool:
    starts = paragraph.iter(qn("w:bookmarkStart"))
    return any(mark_of(start.get(_NAME, "")) for start in starts)


@dataclass(frozen=True)
class MarkedPart:
    """A marked part as it stands now: its bookmark's ends and its paragraph.

    `end` is None where the bookmark has come to cross a paragraph.
    """

    mark: Bookmark
    start: Element
    end: Element | None
    paragraph: Element

    @property
    def words(self) -> "Words":
        """What stands in the bookmark."""
        return words_of(self.paragraph, start=self.start, end=self.end)

    @property
    def tables(self) -> list[Element]:
        """The table that the bookmark stands in; none where it is gone."""
        return list(self.start.iterancestors(qn("w:tbl")))[:1]

    @property
    def drawings(self) -> list[Element]:
        """The picture that stands in the bookmark; none where it is gone."""
        return list(self.paragraph.iter(qn("w:drawing")))[:1]

    @property
    def block(self) -> Element:
        """The element that stands among the document's other blocks."""
        return self.tables[0] if self.mark.kind == "table" else self.paragraph

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
            return digest(table_text(table_grid(self.tables[0]))) == self.mark.said
        return self.span is not None

    @property
    def is_empty(self) -> bool:
        """Whether it is an author's place where nothing but our prompt stands."""
        if self.mark.kind != "prompt":
            return False
        return digest(words_of(self.paragraph).text) == self.mark.said

    @property
    def is_the_authors(self) -> bool:
        """Whether it is an author's place that someone has written in or emptied."""
        kinds = {"prompt": self.is_empty, "place": self.is_as_written}
        return not kinds.get(self.mark.kind, True)

    @property
    def is_gone(self) -> bool:
        """Whether someone deleted the part and left its bookmark."""
        if self.mark.kind == "picture":
            return not self.drawings
        return self.mark.kind != "table" and not self.words.text


def _end_of(start: Element, paragraph: Element) -> Element | None:
    number = start.get(_ID)
    for end in paragraph.iter(qn("w:bookmarkEnd")):
        if end.get(_ID) == number:
            return end
    return None


def table_grid(table: Element) -> list[list[str]]:
    """A table's cells as text, row by row."""
    rows = table.findall(qn("w:tr"))
    return [[_cell_text(cell) for cell in row.findall(qn("w:tc"))] for row in rows]


def _cell_text(cell: Element) -> str:
    """What a table's cell says, one line per paragraph."""
    return "\n".join(words_of(one).text for one in cell.iter(qn("w:p")))


def words_of(
    stretch: Element, *, start: Element | None = None, end: Element | None = None
) -> "Words":
    """The words in an element, or between two elements within it."""
    leaves = list(_leaves(stretch, start, end))
    said = [
        (leaf.text or "") if leaf.tag == _TEXT else _SIGNS[leaf.tag] for leaf in leaves
    ]
    return Words(tuple(leaves), tuple(said))


def _leaves(
    stretch: Element, start: Element | None, end: Element | None
) -> Iterator[Element]:
    inside = start is None
    for element in _walk(stretch):
        inside = inside or element is start
        if element is end:
            return
        if inside and (element.tag == _TEXT or element.tag in _SIGNS):
            yield element


def _walk(element: Element) -> Iterator[Element]:
    for child in element:
        yield child
        if child.tag not in _PASSED:
            yield from _walk(child)


@dataclass(frozen=True)
class Words:
    """The elements that hold a stretch's words, in order, with what each says."""

    leaves: tuple[Element, ...]
    said: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.said)

    def replace(self, start: int, end: int, new: str) -> None:
        """Put other words between two places of the text; what is the same stays."""
        owners = [at for at, text in enumerate(self.said) for _ in text]
        now = [""] * len(self.leaves)
        for at in range(len(owners)):
            if not start <= at < end:
                now[owners[at]] += self.text[at]
        kept = self._within(start, end, new, owners=owners)
        before = {at: owners[:start].count(at) for at in set(owners)}
        for leaf, text in kept.items():
            cut = before.get(leaf, 0)
            now[leaf] = now[leaf][:cut] + text + now[leaf][cut:]
        for leaf, old, text in zip(self.leaves, self.said, now, strict=True):
            if text != old:
                _say(leaf, text)

    def _within(
        self, start: int, end: int, new: str, *, owners: list[int]
    ) -> dict[int, str]:
        """What each leaf is to set_text of the new words."""
        old, other = _WORD.findall(self.text[start:end]), _WORD.findall(new)
        places = [start]
        for word in old:
            places.append(places[-1] + len(word))
        found: dict[int, str] = {}
        steps = SequenceMatcher(None, old, other, autojunk=False).get_opcodes()
        for step, first, last, begin, finish in steps:
            if step == "equal":
                for at in range(places[first], places[last]):
                    found[owners[at]] = found.get(owners[at], "") + self.text[at]
                continue
            at = places[first] - (step == "insert" and places[first] > start)
            leaf = owners[min(at, len(owners) - 1)]
            found[leaf] = found.get(leaf, "") + "".join(other[begin:finish])
        return found


def _say(leaf: Element, text: str) -> None:
    if leaf.tag == _TEXT and not set(text) & {"\n", "\t"}:
        set_text(leaf, text)
        return
    for element in list(text_run(text)) if text else []:
        leaf.addprevious(element)
    leaf.getparent().remove(leaf)
