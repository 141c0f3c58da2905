"""A report's parts as Word elements: paragraphs, native tables, pictures with alt text.

Each part stands in a bookmark that says which part it is, so that a later refresh
finds it whatever has been written around it.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Emu

from taskforce_analysis.languages import Language
from taskforce_analysis.writing.picturing import Drawn
from taskforce_analysis.writing.word.parts import BULLETS, Part
from taskforce_analysis.writing.word.styles import has_bullets
from taskforce_analysis.writing.word.tables import word_table
from taskforce_analysis.writing.word.xml import field, made, text_run

_TWIP = 635  # English Metric Units, in which python-docx measures
_CENTIMETRE = 360_000
_TALLEST = 20.5 * _CENTIMETRE
_WIDEST = 16 * _CENTIMETRE


def render(parts: Iterable[Part], page: "Page") -> None:
    """Fill the document with the parts, after what is in it."""
    for part in parts:
        page.append(page.element(part))


@dataclasses.dataclass
class Page:
    """The document being filled; counts its figures and tables as it goes."""

    document: Any
    language: Language
    counted: Counter[str] = dataclasses.field(default_factory=Counter)
    styles: dict[str, str] = dataclasses.field(default_factory=dict)
    bookmarks: int = -1

    def append(self, element: Any) -> None:
        """Put an element last in the document."""
        self.document.element.body.sectPr.addprevious(element)

    def element(self, part: Part) -> Any:
        """A part as an element that stands nowhere yet, in its bookmark."""
        makers = {
            "text": self._paragraph,
            "caption": self._caption,
            "table": self._table,
            "picture": self._picture,
        }
        return makers[part.kind](part)

    def _paragraph(self, part: Part) -> Any:
        mark = ""
        if part.style == BULLETS and not has_bullets(self.document, BULLETS):
            mark = "\u2022\t"
        before = [text_run(mark)] if mark else []
        run = text_run(part.text)
        element = made("p", self._properties(part), *before, run)
        return self._mark(part, element, first=run, last=run)

    def _caption(self, part: Part) -> Any:
        self.counted[part.label] += 1
        label = self.language.word(f"report.caption.{part.label}")
        number = field(f"SEQ {label} \\* ARABIC", str(self.counted[part.label]))
        runs = [text_run(f"{label} "), *number, text_run(". ")]
        run = text_run(part.text)
        element = made("p", self._properties(part), *runs, run)
        return self._mark(part, element, first=run, last=run)

    def _table(self, part: Part) -> Any:
        table: Any = part.table
        width = self._width() // _TWIP
        element = word_table(table, self.document, width=width)
        runs = element.find(f".//{qn('w:p')}").findall(qn("w:r"))
        return self._mark(part, element, first=runs[0], last=runs[-1])

    def _picture(self, part: Part) -> Any:
        drawn: Any = part.drawn
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run()
        self._sized(run.add_picture(drawn.png()), drawn)
        paragraph.paragraph_format.keep_with_next = part.keep
        element = paragraph._p  # noqa: SLF001
        element.getparent().remove(element)
        inner = run._r  # noqa: SLF001
        return self._mark(part, element, first=inner, last=inner)

    def _sized(self, shape: Any, drawn: Drawn) -> None:
        widest = min(self._width(), _WIDEST)
        scale = min(1, widest / shape.width, _TALLEST / shape.height)
        shape.width, shape.height = Emu(shape.width * scale), Emu(shape.height * scale)
        described = shape._inline.docPr  # noqa: SLF001
        described.set("descr", drawn.alt)
        described.set("title", drawn.title)

    def _properties(self, part: Part) -> Any:
        named = made("pStyle", val=self._id_of(part.style)) if part.style else None
        return made("pPr", named, made("keepNext") if part.keep else None)

    def _mark(self, part: Part, element: Any, *, first: Any, last: Any) -> Any:
        """The element with the part's bookmark from its first run to its last."""
        if part.mark is not None:
            number = self._next_bookmark()
            first.addprevious(made("bookmarkStart", id=number, name=part.mark.name))
            last.addnext(made("bookmarkEnd", id=number))
        return element

    def _next_bookmark(self) -> int:
        """A bookmark's number must be its own in the document."""
        if self.bookmarks < 0:
            found = self.document.element.body.iter(qn("w:bookmarkStart"))
            numbers = (str(one.get(qn("w:id"), "")) for one in found)
            taken = [int(number) for number in numbers if number.isdigit()]
            self.bookmarks = max(taken, default=0)
        self.bookmarks += 1
        return self.bookmarks

    def _width(self) -> int:
        section = self.document.sections[-1]
        return section.page_width - section.left_margin - section.right_margin

    def _id_of(self, style: str) -> str:
        """A style's id, looked up once, for python-docx goes through all styles."""
        if style not in self.styles:
            self.styles[style] = self.document.styles[style].style_id
        return self.styles[style]
