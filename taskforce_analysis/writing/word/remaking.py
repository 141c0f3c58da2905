"""A document of an earlier version, whose chapters were others, made as it is today.

Its parts cannot be brought up to date one by one: their chapters are gone. The
document is emptied of what came from here and filled anew, with its own styles,
letterhead and properties. What its author wrote is carried over: under the same heading
where that still stands, else in a chapter of its own at the end, which says where each
text stood. What stood before the title stays there.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from docx.document import Document
from docx.oxml.ns import qn

from taskforce_analysis.writing.word.finding import (
    MarkedPart,
    heading_levels,
    marked_parts,
    words_of,
)
from taskforce_analysis.writing.word.parts import Part
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.styles import add_own_styles
from taskforce_analysis.writing.word.updating import MOVED, PartChange, Reworded
from taskforce_analysis.writing.word.xml import Element, made, text_run

_SECTION = f"{qn('w:pPr')}/{qn('w:sectPr')}"


@dataclass(frozen=True)
class _Own:
    """Something that the author wrote, and the heading that it stood under.

    A chapter of the author's own stands under none.
    """

    element: Element
    level: int = 0
    heading: str = ""

    @property
    def text(self) -> str:
        return words_of(self.element).text


def remake(page: Page, parts: Sequence[Part]) -> list[PartChange]:
    """Fill the document anew, and say where each of its author's texts stands now."""
    document = page.document
    body = document.element.body
    front, owns = _authors(document)
    # The first section is upright and has the letterhead; the last may not.
    first = next(body.iter(qn("w:sectPr")))
    _empty(document, kept=[*front, *(one.element for one in owns)])
    if first is not body.sectPr:
        body.replace(body.sectPr, first)
    add_own_styles(document)
    for element in front:
        body.sectPr.addprevious(element)
    for part in parts:
        page.append(part)
    page.close()
    return list(_carry(page, owns))


def _authors(document: Document) -> tuple[list[Element], list[_Own]]:
    """What is not from here: what stands before the first part, and all after it."""
    body = document.element.body
    levels = heading_levels(document)
    marked: dict[Element, list[MarkedPart]] = {}
    for one in marked_parts(document):
        marked.setdefault(_in_body(one.block, body), []).append(one)
    blocks = [one for one in body if one is not body.sectPr]
    begun = min((blocks.index(one) for one in marked), default=0)
    front = [one for one in blocks[:begun] if one.find(_SECTION) is None]
    owns: list[_Own] = []
    under = (0, "")
    whose = 0  # the level of a heading of the author's, while under it
    for number, element in enumerate(blocks[begun:], start=begun):
        level = levels.get(element, 0)
        if level and (not whose or level <= whose):
            section = _section(blocks[number:], levels, level)
            whose = level if section and not marked.keys() & section else 0
            if whose == 1:
                under = (0, "")
            elif not whose:
                under = (level, words_of(element).text)
        is_heading = bool(level) and not whose
        if element in marked:
            owns += [_Own(one, *under) for one in _written_in(element, marked[element])]
        elif not is_heading and _says_something(element):
            owns.append(_Own(element, *under))
    return front, owns


def _in_body(element: Element, body: Element) -> Element:
    """The block of the body that an element stands in."""
    while (parent := element.getparent()) is not body:
        element = parent
    return element


def _section(
    blocks: Sequence[Element], levels: dict[Element, int], level: int
) -> list[Element]:
    """What says something under a heading, up to the next of its level or above."""
    inside = []
    for one in blocks[1:]:
        if 0 < levels.get(one, 0) <= level:
            break
        inside += [one] if _says_something(one) else []
    return inside


def _says_something(element: Element) -> bool:
    drawn = next(element.iter(qn("w:drawing"), qn("w:pict")), None)
    return drawn is not None or bool(words_of(element).text.strip())


def _written_in(element: Element, parts: Sequence[MarkedPart]) -> Iterator[Element]:
    """The author's words within a block of ours: on either side, or instead of it."""
    for part in parts:
        kind = part.mark.kind
        if kind == "table":
            if not part.is_as_written:
                yield _without_marks(element)
        elif kind == "text":
            text = words_of(part.paragraph).text
            start, end = _place_of(part, text)
            for words in (text[:start], text[end:]):
                if words.strip(" \t\u2022"):
                    yield made("p", text_run(words.strip()))


def _place_of(part: MarkedPart, text: str) -> tuple[int, int]:
    """Where our words stand in the paragraph; nowhere where they were changed."""
    if part.span is None or part.is_gone:
        return len(text), len(text)
    ours = part.words.text
    at = text.find(ours)
    return at + part.span[0], at + part.span[1]


def _without_marks(element: Element) -> Element:
    copied = deepcopy(element)
    for name in ("w:bookmarkStart", "w:bookmarkEnd"):
        for mark in list(copied.iter(qn(name))):
            mark.getparent().remove(mark)
    return copied


def _empty(document: Document, *, kept: Sequence[Element]) -> None:
    """Take everything out of the body, and the pictures that nobody shows any more."""
    body = document.element.body
    gone = [one for one in body if one is not body.sectPr]
    for one in gone:
        body.remove(one)
    shown = {name for one in kept for name in _pictures_in(one)}
    for name in {name for one in gone for name in _pictures_in(one)} - shown:
        document.part.drop_rel(name)


def _pictures_in(element: Element) -> Iterator[str]:
    for blip in element.iter(qn("a:blip")):
        if name := blip.get(qn("r:embed")):
            yield name


def _carry(page: Page, owns: Sequence[_Own]) -> Iterator[PartChange]:
    """Put each text under its heading, or in the chapter at the end."""
    word, body = page.language.word, page.document.element.body
    levels = heading_levels(page.document)
    places = {
        (level, words_of(one).text): _last_under(one, levels)
        for one, level in levels.items()
    }
    last = word("refresh.carried")
    rest = [one for one in owns if (one.level, one.heading) not in places]
    for own in owns:
        key = (own.level, own.heading)
        if key in places:
            places[key] = _put_after(places[key], _bare(own.element))
            yield _moved(own, own.heading)
    if any(own.heading for own in rest):
        body.sectPr.addprevious(_styled(page, last, "Heading 1"))
    heading = ""
    for own in sorted(rest, key=lambda own: not own.heading):
        if own.heading != heading and (heading := own.heading):
            told = word("refresh.carried_from", place=heading)
            body.sectPr.addprevious(_styled(page, told, "Heading 2"))
        body.sectPr.addprevious(_bare(own.element))
        yield _moved(own, last)


def _last_under(heading: Element, levels: dict[Element, int]) -> Element:
    """The last block under a heading before the next one."""
    last = heading
    for one in heading.itersiblings():
        if one in levels or one.tag == qn("w:sectPr"):
            break
        last = one
    return last


def _put_after(last: Element, element: Element) -> Element:
    """Put a block after another, but never behind the end of a section."""
    if last.find(_SECTION) is None:
        last.addnext(element)
        return element
    last.addprevious(element)
    return last


def _bare(element: Element) -> Element:
    """A block that ends no section: where those end is the new document's matter."""
    section = element.find(_SECTION)
    if section is not None:
        section.getparent().remove(section)
    return element


def _styled(page: Page, text: str, style: str) -> Element:
    return made("p", made("pPr", made("pStyle", val=page.id_of(style))), text_run(text))


def _moved(own: _Own, place: str) -> PartChange:
    kind = "table" if own.element.tag == qn("w:tbl") else "text"
    return PartChange(MOVED, kind, place, **Reworded("", own.text)._asdict())
