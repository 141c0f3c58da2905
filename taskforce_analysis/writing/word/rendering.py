"""The report's blocks, one after the other, as Word paragraphs, tables and pictures."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

from docx.shared import Emu

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing.blocks import (
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
    Table,
)
from taskforce_analysis.writing.picturing import Drawn, drawn_pages
from taskforce_analysis.writing.word.styles import NOTE, NOTICE, has_bullets
from taskforce_analysis.writing.word.tables import word_table
from taskforce_analysis.writing.word.xml import field, made, text_run

_TWIP = 635  # English Metric Units, in which python-docx measures
_CENTIMETRE = 360_000
_TALLEST = 20.5 * _CENTIMETRE
_WIDEST = 16 * _CENTIMETRE
_ROLES = {"notice": NOTICE, "small": NOTE}


def render(
    report: Report, document: Any, *, results: Results, language: Language
) -> None:
    """Fill the document with the report."""
    page = Page(document, results, language)
    page.paragraph(report.title, style="Title")
    if report.subtitle:
        page.paragraph(report.subtitle, style="Subtitle")
    for block in report.blocks:
        page.add(block)


@dataclasses.dataclass
class Page:
    """The document being filled; counts its figures and tables as it goes."""

    document: Any
    results: Results
    language: Language
    counted: Counter[str] = dataclasses.field(default_factory=Counter)
    styles: dict[str, str] = dataclasses.field(default_factory=dict)

    def add(self, block: Any) -> None:
        """Add one block of any kind at the end."""
        kinds: dict[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Paragraph: self._running_text,
            Listing: self._listing,
            Table: self._table,
            Picture: self._picture,
        }
        kinds[type(block)](block)

    def paragraph(self, text: str, *, style: str = "", keep: bool = False) -> None:
        """Add a paragraph at the end; `keep` holds it on the page of the next one."""
        named = made("pStyle", val=self._id_of(style)) if style else None
        kept = made("keepNext") if keep else None
        self._put(made("p", made("pPr", named, kept), text_run(text)))

    def _heading(self, block: Heading) -> None:
        self.paragraph(block.text, style=f"Heading {block.level}")

    def _running_text(self, block: Paragraph) -> None:
        self.paragraph(block.text, style=_ROLES.get(block.role, ""))

    def _listing(self, block: Listing) -> None:
        style = "List Bullet"
        mark = "" if has_bullets(self.document, style) else "\u2022\t"
        for item in block.items:
            self.paragraph(f"{mark}{item}", style=style)

    def _table(self, block: Table) -> None:
        self._caption("table", block.caption)
        self._put(word_table(block, self.document, width=self._width() // _TWIP))
        under = [text for text in (block.note, block.source) if text]
        # Word joins two tables that touch, so something always stands between them.
        self._under(under or [""])

    def _picture(self, block: Picture) -> None:
        for drawn in drawn_pages(block, self.results, self.language):
            self._drawn(drawn)

    def _drawn(self, drawn: Drawn) -> None:
        self._caption("figure", drawn.title)
        paragraph = self.document.add_paragraph()
        shape = paragraph.add_run().add_picture(drawn.png())
        widest = min(self._width(), _WIDEST)
        scale = min(1, widest / shape.width, _TALLEST / shape.height)
        shape.width, shape.height = Emu(shape.width * scale), Emu(shape.height * scale)
        described = shape._inline.docPr  # noqa: SLF001
        described.set("descr", drawn.alt)
        described.set("title", drawn.title)
        paragraph.paragraph_format.keep_with_next = bool(drawn.note or drawn.source)
        self._under([text for text in (drawn.note, drawn.source) if text])

    def _caption(self, kind: str, text: str) -> None:
        self.counted[kind] += 1
        label = self.language.word(f"report.caption.{kind}")
        number = field(f"SEQ {label} \\* ARABIC", str(self.counted[kind]))
        runs = [text_run(f"{label} "), *number, text_run(f". {text}")]
        style = made("pStyle", val=self._id_of("Caption"))
        self._put(made("p", made("pPr", style, made("keepNext")), *runs))

    def _under(self, texts: list[str]) -> None:
        for number, text in enumerate(texts, start=1):
            self.paragraph(text, style=NOTE, keep=number < len(texts))

    def _width(self) -> int:
        section = self.document.sections[-1]
        return section.page_width - section.left_margin - section.right_margin

    def _id_of(self, style: str) -> str:
        """A style's id, looked up once, for python-docx goes through all styles."""
        if style not in self.styles:
            self.styles[style] = self.document.styles[style].style_id
        return self.styles[style]

    def _put(self, element: Any) -> None:
        self.document.element.body.sectPr.addprevious(element)
