"""Our parts in a document that someone has worked on since."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docx.oxml.ns import qn

from taskforce_analysis.writing.word.marks import Mark, digest, mark_of, original
from taskforce_analysis.writing.word.parts import table_text
from taskforce_analysis.writing.word.wording import Words, cell_text, words_of

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
