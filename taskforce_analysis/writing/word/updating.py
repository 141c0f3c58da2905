"""A whole document brought up to date, part by part, and what became of each.

A part that says what it said is not touched. One that someone has changed the words of
is theirs: it is kept and told of, unless they ask for it. One that was deleted is not
put back; a new one goes beside its neighbour in the same chapter, if that still stands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from docx.document import Document
from docx.oxml.ns import qn

from taskforce_analysis.writing.picturing import Drawn
from taskforce_analysis.writing.word.finding import (
    MarkedPart,
    marked_parts,
    table_grid,
    words_of,
)
from taskforce_analysis.writing.word.parts import Part
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.styles import PLACE, add_own_styles
from taskforce_analysis.writing.word.xml import Element, made

CHANGED, ADDED, REMOVED = "changed", "added", "removed"
KEPT, NO_PLACE = "kept", "no_place"
MOVED = "moved"  # the author's, in a document that was made anew
_RELATION = qn("r:embed")


@dataclass(frozen=True)
class PartChange:
    """What became of one part, or of one cell of a table.

    `what` is changed, added, removed, kept (someone had changed the words), no_place
    (new, but the chapter it belongs in is gone) or moved (the author's own words).
    `kind` is text, caption, table or picture; `measure` an id or ""; `row` and `column`
    are a table's own words.
    """

    what: str
    kind: str
    place: str = ""
    measure: str = ""
    row: str = ""
    column: str = ""
    old: str = ""
    new: str = ""


@dataclass
class Update:
    """The work on one document; `known` are the keys of all that it was ever given."""

    page: Page
    known: frozenset[str]
    overwrite: bool = False
    changes: list[PartChange] = field(default_factory=list)
    placed: dict[str, Element] = field(default_factory=dict)
    without_place: set[str] = field(default_factory=set)

    def run(self, parts: Sequence[Part]) -> None:
        """Change, add and remove, so that the document says what the parts say."""
        found = {one.mark.key: one for one in marked_parts(self.page.document)}
        self.placed = {key: one.block for key, one in found.items()}
        wanted = [part for part in parts if part.key]
        for part in wanted:
            if part.key in found:
                self._change(found[part.key], part)
        new = {part.key for part in wanted} - found.keys() - self.known
        new -= {part.key for part in wanted if self._is_theirs(found, part.follows)}
        if new:
            add_own_styles(self.page.document)
        for number, part in enumerate(wanted):
            if part.key in new:
                self._add(part, before=wanted[:number], after=wanted[number + 1 :])
        kept = {part.key for part in wanted}
        for key, part in found.items():  # in the document's order
            if key not in kept:
                self._remove(part)

    def _is_theirs(self, found: Mapping[str, MarkedPart], key: str) -> bool:
        return key in found and found[key].is_the_authors and not self.overwrite

    def _change(self, found: MarkedPart, part: Part) -> None:
        if found.mark.kind == "prompt" and found.is_the_authors:
            _settle(found, self.page.document)
        same = part.mark is not None and part.mark.said == found.mark.said
        if found.is_gone or (same and (found.is_as_written or not self.overwrite)):
            return
        if part.kind == "prompt" and (found.is_the_authors or found.is_empty):
            return
        if "prompt" in (part.kind, found.mark.kind) and not found.is_the_authors:
            self._exchange(found, part)
            return
        if not found.is_as_written and not self.overwrite:
            is_table = part.kind == "table"
            now = part.place if is_table else found.words.text
            self._tell(KEPT, part, [Reworded(now, "" if is_table else part.text)])
            return
        if part.kind == "table":
            told = _change_table(found, part, self.page.element(part))
        elif part.drawn is not None:
            told = _change_picture(
                found, part, drawn=part.drawn, document=self.page.document
            )
        else:
            told = _change_text(found, part)
        self._tell(CHANGED, part, told)

    def _exchange(self, found: MarkedPart, part: Part) -> None:
        """A prompt for the author's words, or the words for a prompt."""
        old, element = words_of(found.paragraph).text, self.page.element(part)
        found.paragraph.addprevious(element)
        found.paragraph.getparent().remove(found.paragraph)
        self.placed[part.key] = element
        self._tell(CHANGED, part, [Reworded(old, part.text)])

    def _add(
        self, part: Part, *, before: Sequence[Part], after: Sequence[Part]
    ) -> None:
        element = self.page.element(part)
        if neighbour := self._neighbour(part, reversed(before)):
            self.placed[neighbour].addnext(element)
        elif neighbour := self._neighbour(part, after):
            self.placed[neighbour].addprevious(element)
        else:
            self.without_place.add(part.key)
            self._tell(NO_PLACE, part, [Reworded("", part.text)])
            return
        self.placed[part.key] = element
        self._tell(ADDED, part, [Reworded("", part.text)])

    def _neighbour(self, part: Part, others: Iterable[Part]) -> str:
        for other in others:
            if other.chapter == part.chapter and other.key in self.placed:
                return other.key
        return ""

    def _remove(self, found: MarkedPart) -> None:
        if found.is_gone:
            return
        kind = found.mark.kind
        if not found.is_as_written and not self.overwrite:
            old = "" if kind == "table" else found.words.text
            self.changes.append(PartChange(KEPT, kind, old=old))
            return
        for one in _take_out(found):
            self.changes.append(PartChange(REMOVED, kind, old=one.old))

    def _tell(self, what: str, part: Part, differences: "Iterable[Reworded]") -> None:
        for one in differences:
            told = PartChange(
                what, part.kind, part.place, part.measure, **one._asdict()
            )
            self.changes.append(told)


class Reworded(NamedTuple):
    """What became other words: in a table with its row and column."""

    old: str
    new: str
    row: str = ""
    column: str = ""


def _settle(found: MarkedPart, document: Document) -> None:
    """The author's words no longer look like a prompt, nor give way like one.

    LibreOffice leaves both on what is typed over a prompt, and Word would then take the
    words for one.
    """
    looks = {None, *(one.style_id for one in document.styles if one.name == PLACE)}
    for name in ("w:rStyle", "w:showingPlcHdr"):
        for one in list(found.paragraph.iter(qn(name))):
            if one.get(qn("w:val")) in looks:
                one.getparent().remove(one)


def _change_text(found: MarkedPart, part: Part) -> list[Reworded]:
    """Other words in a sentence or a caption; the look stays."""
    words = found.words
    start, end = found.span or (0, len(words.text))
    old = words.text[start:end]
    words.replace(start, end, part.text)
    _rename(found, part)
    return [Reworded(old, part.text)] if old != part.text else []


def _change_picture(
    found: MarkedPart, part: Part, *, drawn: Drawn, document: Document
) -> list[Reworded]:
    """Another picture in the same place and width, with its alternative text."""
    drawing = found.drawings[0]
    relation, image = document.part.get_or_add_image(drawn.png())
    before = _shown(found, document)
    for blip in drawing.iter(qn("a:blip")):
        former = blip.get(_RELATION)
        blip.set(_RELATION, relation)
        if former and former != relation:
            document.part.drop_rel(former)
    for extent in (*drawing.iter(qn("wp:extent")), *drawing.iter(qn("a:ext"))):
        if extent.get("cx"):
            height = int(extent.get("cx")) * image.px_height // image.px_width
            extent.set("cy", str(height))
    described = next(drawing.iter(qn("wp:docPr")))
    old = described.get("descr", "")
    for told in (described, *drawing.iter(qn("pic:cNvPr"))):
        told.set("descr", drawn.alt)
    described.set("title", drawn.title)
    _rename(found, part)
    # A page of a chart may be as it was while another page of it is not.
    is_same = old == drawn.alt and before == image.blob
    return [] if is_same else [Reworded(old, drawn.alt)]


def _shown(found: MarkedPart, document: Document) -> bytes:
    blip = next(found.drawings[0].iter(qn("a:blip")), None)
    relation = "" if blip is None else blip.get(_RELATION, "")
    part = document.part.related_parts.get(relation)
    return b"" if part is None else part.blob


def _change_table(found: MarkedPart, part: Part, element: Element) -> list[Reworded]:
    """Other cells in a table; `element` is the table as it is made anew.

    Rows are known by their first cell. A table of other columns is exchanged whole.
    """
    old, new = found.tables[0], element
    before, after = table_grid(old), table_grid(new)
    differences = list(_cells_apart(before, after))
    if {len(row) for row in before} != {len(row) for row in after}:
        old.addprevious(new)
        old.getparent().remove(old)
        return differences
    rows = dict(zip(_keys(before), old.findall(qn("w:tr")), strict=True))
    fresh = new.findall(qn("w:tr"))
    wanted = [
        _row(rows.get(key), row) for key, row in zip(_keys(after), fresh, strict=True)
    ]
    for row in old.findall(qn("w:tr")):
        old.remove(row)
    old.extend(wanted)
    for name in ("w:tblCaption", "w:tblDescription"):
        told = old.find(f".//{qn(name)}")
        if told is not None:
            told.set(qn("w:val"), new.find(f".//{qn(name)}").get(qn("w:val")))
    _rename(found, part)
    return differences


def _row(old: Element | None, fresh: Element) -> Element:
    """The row as it stood with the new words, or the new one where there was none."""
    if old is None:
        return deepcopy(fresh)
    cells = zip(old.findall(qn("w:tc")), fresh.findall(qn("w:tc")), strict=True)
    for cell, other in cells:
        paragraphs = cell.findall(qn("w:p"))
        for paragraph, new in zip_longest(paragraphs, other.findall(qn("w:p"))):
            _say_in(paragraph, new)
    return old


def _say_in(paragraph: Element, new: Element | None) -> None:
    """The words of a paragraph, or none, in a cell's paragraph."""
    words = words_of(paragraph)
    text = "" if new is None else words_of(new).text
    runs = [] if new is None else new.findall(qn("w:r"))
    if words.text and words.text != text:
        words.replace(0, len(words.text), text)
    elif not words.text:
        paragraph.extend(deepcopy(run) for run in runs if text)


def _cells_apart(before: list[list[str]], after: list[list[str]]) -> Iterator[Reworded]:
    old = dict(zip(_keys(before), before, strict=True))
    new = dict(zip(_keys(after), after, strict=True))
    columns = after[0]
    for key, row in new.items():
        was = old.get(key, [])
        for column, first, second in zip_longest(columns, was, row, fillvalue=""):
            if first != second:
                yield Reworded(first, second, row=key[0], column=column)
    for key, row in old.items():
        if key not in new:
            yield Reworded(" | ".join(row[1:]), "", row=key[0])


def _keys(grid: list[list[str]]) -> list[tuple[str, int]]:
    seen: dict[str, int] = {}
    keys = []
    for number, row in enumerate(grid):
        name = row[0] if number else ""  # the header row is itself, whatever it says
        seen[name] = seen.get(name, 0) + 1
        keys.append((name, seen[name]))
    return keys


def _take_out(found: MarkedPart) -> list[Reworded]:
    """Remove a part that the results no longer have; what others wrote stays."""
    if found.mark.kind == "table":
        found.block.getparent().remove(found.block)
        return [Reworded(found.mark.kind, "")]
    if found.mark.kind == "picture":
        drawing = found.drawings[0]
        old = next(drawing.iter(qn("wp:docPr"))).get("descr", "")
        drawing.getparent().remove(drawing)
    else:
        old = found.words.text
        found.words.replace(*(found.span or (0, len(old))), "")
    for end in (found.start, found.end):
        if end is not None:
            end.getparent().remove(end)
    _remove_if_empty(found)
    return [Reworded(old, "")]


def _remove_if_empty(found: MarkedPart) -> None:
    paragraph = found.paragraph
    left = words_of(paragraph).text.strip(" \t\u2022")
    if found.drawings or (left and found.mark.kind != "caption"):
        return
    if paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
        return  # a section ends in it
    parent = paragraph.getparent()
    parent.remove(paragraph)
    if parent.tag == qn("w:tc") and parent.find(qn("w:p")) is None:
        parent.append(made("p"))  # a table cell ends in a paragraph


def _rename(found: MarkedPart, part: Part) -> None:
    found.start.set(qn("w:name"), part.mark.name if part.mark else "")


def number_captions(document: Document, label: str) -> None:
    """Count the captions of a label, Figur or Tabel, in the order in which they stand.

    Word counts them when its fields are updated; until then it shows what stands here.
    """
    number = 0
    for code in document.element.body.iter(qn("w:instrText")):
        if f"SEQ {label} " not in (code.text or ""):
            continue
        number += 1
        for run in code.getparent().itersiblings(qn("w:r")):
            shown = run.find(qn("w:t"))
            if shown is not None:
                shown.text = str(number)
                break
