"""A report's parts as Word elements: paragraphs, native tables, pictures with alt text.

Each part stands in a bookmark that says which part it is, so that a later refresh finds
it whatever has been written around it. A table's header row is marked and repeated, its
rows are never split, and it has an alt text.
"""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from docx.document import Document
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Cm, Emu

from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.blocks import Column, Table
from taskforce_analysis.writing.picturing import Drawn
from taskforce_analysis.writing.word.parts import Part
from taskforce_analysis.writing.word.styles import (
    ASIDE,
    BULLETS,
    CELL,
    PLACE,
    TABLE,
    has_bullets,
    known_style,
)
from taskforce_analysis.writing.word.xml import Element, field_runs, made, text_run

_TWIP = 635  # English Metric Units, in which python-docx measures
_CENTIMETRE = 360_000
_TALLEST = 20.5 * _CENTIMETRE
_WIDEST = 16 * _CENTIMETRE

_SHORT = 6  # rows
_EM, _PADDING = 170, 220  # the cells' type and air, in twentieths of a point
_BOLD, _LONGEST = 1.06, 12.0
_NARROW, _WIDE = "fijlrt.,:;()-'\u00a0", "mwæMWÆ%"
_LOOK = {"firstRow": 1, "lastRow": 0, "firstColumn": 1, "lastColumn": 0}


@dataclass
class Page:
    """The document being filled; counts its figures and tables as it goes.

    `turns` says whether it has, or may be given, pages on their long side.
    """

    document: Document
    language: Language
    counted: Counter[str] = field(default_factory=Counter)
    styles: dict[str, str] = field(default_factory=dict)
    bookmarks: int = -1
    turns: bool = True
    is_turned: bool = False

    def append(self, part: Part) -> None:
        """Put a part last in the document, on a new page where the page turns."""
        if part.turned != self.is_turned and self.turns:
            self._turn()
        self.document.element.body.sectPr.addprevious(self.element(part))

    def close(self) -> None:
        """End the document upright, as the template has it."""
        if self.is_turned:
            self._turn()
            body = self.document.element.body
            # The last paragraph's own section is the last: no empty page after it.
            last = body.sectPr.getprevious().find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
            last.getparent().remove(last)
            body.replace(body.sectPr, last)

    def _turn(self) -> None:
        """End the section in its last paragraph, and begin one that lies otherwise."""
        body = self.document.element.body
        ended, last = deepcopy(body.sectPr), body.sectPr.getprevious()
        if self.is_turned:
            _lay_down(ended)
        if last is None or last.tag != qn("w:p"):
            last = made("p")
            body.sectPr.addprevious(last)
        last.get_or_add_pPr().append(ended)
        for first in body.sectPr.findall(qn("w:titlePg")):  # the letterhead's page
            body.sectPr.remove(first)
        self.is_turned = not self.is_turned

    def element(self, part: Part) -> Element:
        """A part as an element that stands nowhere yet, in its bookmark."""
        if part.table is not None:
            return self._table(part, part.table)
        if part.drawn is not None:
            return self._picture(part, part.drawn)
        makers = {
            "text": self._paragraph,
            "caption": self._caption,
            "place": self._paragraph,
            "prompt": self._prompt,
        }
        return makers[part.kind](part)

    def _paragraph(self, part: Part) -> Element:
        mark = ""
        if part.style == BULLETS and not has_bullets(self.document):
            mark = "\u2022\t"
        before = [text_run(mark)] if mark else []
        run = text_run(part.text)
        element = made("p", self._properties(part), *before, run)
        return self._mark(part, element, first=run, last=run)

    def _prompt(self, part: Part) -> Element:
        """A prompt that gives way as soon as someone writes, where Word is used.

        The bookmark stands around the control: what is typed over all of the control's
        text would else take the bookmark with it.
        """
        run = text_run(part.text, style=self.id_of(PLACE))
        named = made("alias", val=part.label)
        control = made(
            "sdt",
            made("sdtPr", named, made("showingPlcHdr")),
            made("sdtContent", run),
        )
        element = made("p", self._properties(part), control)
        return self._mark(part, element, first=control, last=control)

    def _caption(self, part: Part) -> Element:
        self.counted[part.label] += 1
        label = self.language.word(f"report.caption.{part.label}")
        number = field_runs(f"SEQ {label} \\* ARABIC", str(self.counted[part.label]))
        runs = [text_run(f"{label} "), *number, text_run(". ")]
        run = text_run(part.text)
        element = made("p", self._properties(part), *runs, run)
        return self._mark(part, element, first=run, last=run)

    def _table(self, part: Part, table: Table) -> Element:
        width = self._width(turned=part.turned) // _TWIP
        element = word_table(table, self.document, width=width)
        runs = element.find(f".//{qn('w:p')}").findall(qn("w:r"))
        return self._mark(part, element, first=runs[0], last=runs[-1])

    def _picture(self, part: Part, drawn: Drawn) -> Element:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run()
        self._sized(run.add_picture(drawn.png()), drawn)
        paragraph.paragraph_format.keep_with_next = part.keep
        element = paragraph._p  # noqa: SLF001
        element.getparent().remove(element)
        inner = run._r  # noqa: SLF001
        return self._mark(part, element, first=inner, last=inner)

    def _sized(self, shape: InlineShape, drawn: Drawn) -> None:
        widest = min(self._width(), _WIDEST)
        scale = min(1, widest / shape.width, _TALLEST / shape.height)
        shape.width, shape.height = (
            Emu(int(shape.width * scale)),
            Emu(int(shape.height * scale)),
        )
        described = shape._inline.docPr  # noqa: SLF001
        described.set("descr", drawn.alt)
        described.set("title", drawn.title)

    def _properties(self, part: Part) -> Element:
        named = made("pStyle", val=self.id_of(part.style)) if part.style else None
        return made("pPr", named, made("keepNext") if part.keep else None)

    def _mark(
        self, part: Part, element: Element, *, first: Element, last: Element
    ) -> Element:
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

    def _width(self, *, turned: bool = False) -> int:
        section = self.document.sections[-1]
        lies = turned and self.turns
        width = (section.page_height if lies else section.page_width) or Cm(21)
        # A template may leave its margins to Word.
        return width - (section.left_margin or 0) - (section.right_margin or 0)

    def id_of(self, style: str) -> str:
        """A style's id, looked up once, for python-docx goes through all styles."""
        if style not in self.styles:
            self.styles[style] = known_style(self.document, style).style_id
        return self.styles[style]


def has_turned_pages(document: Document) -> bool:
    """Whether some of a document's pages lie on their long side and others do not."""
    return len({one.orientation for one in document.sections}) > 1


def _lay_down(section: Element) -> None:
    """A section's page on its long side; its margins stay."""
    size = section.find(qn("w:pgSz"))
    sides = [size.get(qn(f"w:{side}")) for side in "wh"]
    for side, length in zip("hw", sides, strict=True):
        size.set(qn(f"w:{side}"), length)
    size.set(qn("w:orient"), "landscape")


def word_table(table: Table, document: Document, *, width: int) -> Element:
    """The table as an element; `width` is the text's width in twentieths of a point.

    Built row by row as elements: python-docx looks each cell up anew, which for a
    hundred rows takes longer than everything else in the report.
    """
    widths = _widths(table, width)
    ids = [known_style(document, name).style_id for name in (CELL, ASIDE)]
    look = {"widths": widths, "styles": ids}
    # A short table stays on one page; the last row always on that of the note under it.
    short = len(table.rows) <= _SHORT
    return made(
        "tbl",
        made(
            "tblPr",
            made("tblStyle", val=known_style(document, TABLE).style_id),
            made("tblW", w=sum(widths), type="dxa"),
            made("tblLayout", type="fixed"),
            made("tblLook", val="04A0", **_LOOK, noHBand=1, noVBand=1),
            made("tblCaption", val=table.caption),
            made("tblDescription", val=_described(table)),
        ),
        made("tblGrid", *(made("gridCol", w=one) for one in widths)),
        _row([one.label for one in table.columns], table, header=True, **look),
        *(
            _row(cells, table, keep=short or number == len(table.rows), **look)
            for number, cells in enumerate(table.rows, start=1)
        ),
    )


def _described(table: Table) -> str:
    """The alt text of a table: its columns and how many rows it has."""
    columns = ", ".join(column.label for column in table.columns)
    return f"{table.caption}. {columns}. ({len(table.rows)})"


def _widths(table: Table, width: int) -> list[int]:
    """The columns' shares of the width, none narrower than its longest word."""
    whole = sum(column.width for column in table.columns)
    asked = [int(width * column.width / whole) for column in table.columns]
    least = [_longest_word(table, number) for number in range(len(asked))]
    short = sum(max(low - one, 0) for low, one in zip(least, asked, strict=True))
    spare = [max(one - low, 0) for low, one in zip(least, asked, strict=True)]
    if not short or sum(spare) < short:
        return asked
    return [
        max(one, low) - int(short * room / sum(spare))
        for one, low, room in zip(asked, least, spare, strict=True)
    ]


def _longest_word(table: Table, number: int) -> int:
    """How wide the longest word of a column is; one too long for any is passed over."""
    heads = [_BOLD * _ems(word) for word in _words(table.columns[number].label)]
    words = [_ems(word) for row in table.rows for word in _words(row[number])]
    fitting = [wide for wide in (*heads, *words) if wide <= _LONGEST]
    return _PADDING + int(_EM * max(fitting, default=0))


def _ems(word: str) -> float:
    """About how wide a word is in Arial or Calibri, in letter heights."""
    return sum(
        0.3
        if sign in _NARROW
        else 0.87
        if sign in _WIDE
        else 0.7
        if sign.isupper()
        else 0.56
        for sign in word
    )


def _words(text: str) -> list[str]:
    """What Word keeps on one line: it breaks at blanks and after hyphens."""
    return re.split(r"[ \n]|(?<=-)", text)


def _row(
    cells: Sequence[str],
    table: Table,
    *,
    widths: list[int],
    styles: list[str],
    header: bool = False,
    keep: bool = False,
) -> Element:
    properties = made("trPr", made("cantSplit"), made("tblHeader") if header else None)
    return made(
        "tr",
        properties,
        *(
            _cell(text, column, width=width, styles=styles, keep=header or keep)
            for text, width, column in zip(cells, widths, table.columns, strict=True)
        ),
    )


def _cell(
    text: str, column: Column, *, width: int, styles: list[str], keep: bool
) -> Element:
    first, _, rest = (text, "", "") if column.listed else text.partition("\n")
    runs = [text_run(first)]
    if rest:
        runs.append(text_run(f"\n{rest}", style=styles[1]))
    paragraph = made(
        "pPr",
        made("pStyle", val=styles[0]),
        made("keepNext") if keep else None,
        made("jc", val="right") if column.numeric else None,
    )
    return made(
        "tc",
        made("tcPr", made("tcW", w=width, type="dxa")),
        made("p", paragraph, *runs),
    )
