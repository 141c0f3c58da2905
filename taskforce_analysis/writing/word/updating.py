"""A whole document brought up to date, part by part, and what became of each.

A part that says what it said is not touched. One that someone has changed the words of
is theirs: it is kept and told of, unless they ask for it. One that was deleted is not
put back; a new one goes beside its neighbour in the same chapter, if that still stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from taskforce_analysis.writing.word.changing import (
    Difference,
    change_picture,
    change_table,
    change_text,
    take_out,
)
from taskforce_analysis.writing.word.finding import Found, found_in
from taskforce_analysis.writing.word.parts import Part
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.styles import add_own_styles

CHANGED, ADDED, REMOVED = "changed", "added", "removed"
KEPT, NO_PLACE = "kept", "no_place"


@dataclass(frozen=True)
class Change:
    """What became of one part, or of one cell of a table.

    `what` is changed, added, removed, kept (someone had changed the words) or no_place
    (new, but the chapter it belongs in is gone). `kind` is text, caption, table or
    picture; `measure` an id or ""; `row` and `column` are a table's own words.
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
    changes: list[Change] = field(default_factory=list)
    placed: dict[str, Any] = field(default_factory=dict)
    without_place: set[str] = field(default_factory=set)

    def run(self, parts: Sequence[Part]) -> None:
        """Change, add and remove, so that the document says what the parts say."""
        found = {one.mark.key: one for one in found_in(self.page.document)}
        self.placed = {key: one.place for key, one in found.items()}
        wanted = [part for part in parts if part.key]
        for part in wanted:
            if part.key in found:
                self._change(found[part.key], part)
        new = {part.key for part in wanted} - found.keys() - self.known
        if new:
            add_own_styles(self.page.document)
        for number, part in enumerate(wanted):
            if part.key in new:
                self._add(part, before=wanted[:number], after=wanted[number + 1 :])
        for key in found.keys() - {part.key for part in wanted}:
            self._remove(found[key])

    def _change(self, found: Found, part: Part) -> None:
        same = part.mark is not None and part.mark.said == found.mark.said
        if found.is_gone or (same and (found.is_as_written or not self.overwrite)):
            return
        if not found.is_as_written and not self.overwrite:
            is_table = part.kind == "table"
            now = part.place if is_table else found.words.text
            self._tell(KEPT, part, [Difference(now, "" if is_table else part.text)])
            return
        if part.kind == "table":
            told = change_table(found, part, self.page.element(part))
        elif part.kind == "picture":
            told = change_picture(found, part, document=self.page.document)
        else:
            told = change_text(found, part)
        self._tell(CHANGED, part, told)

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
            self._tell(NO_PLACE, part, [Difference("", part.text)])
            return
        self.placed[part.key] = element
        self._tell(ADDED, part, [Difference("", part.text)])

    def _neighbour(self, part: Part, others: Iterable[Part]) -> str:
        for other in others:
            if other.chapter == part.chapter and other.key in self.placed:
                return other.key
        return ""

    def _remove(self, found: Found) -> None:
        if found.is_gone:
            return
        kind = found.mark.kind
        if not found.is_as_written and not self.overwrite:
            old = "" if kind == "table" else found.words.text
            self.changes.append(Change(KEPT, kind, old=old))
            return
        for one in take_out(found):
            self.changes.append(Change(REMOVED, kind, old=one.old))

    def _tell(self, what: str, part: Part, differences: Iterable[Difference]) -> None:
        for one in differences:
            told = Change(what, part.kind, part.place, part.measure, **one._asdict())
            self.changes.append(told)


def captions_in(document: Any, label: str) -> int:
    """How many captions a document counts under a label, Figur or Tabel."""
    codes = document.element.body.iter(qn("w:instrText"))
    return sum(f"SEQ {label} " in (code.text or "") for code in codes)
