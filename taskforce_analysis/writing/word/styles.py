"""The document's styles: the template's where it has them, ours where it has not.

Our own are few and named after what they are for. Colours have a contrast of at least
7:1 to white, and nothing is told by colour alone.
"""

from typing import cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

from taskforce_analysis.writing.word.xml import Element, made

TABLE, CELL, NOTE = "Sagsmåling Tabel", "Sagsmåling Celle", "Sagsmåling Note"
NOTICE, ASIDE = "Sagsmåling Notits", "Sagsmåling Underlinje"
PLACE = "Sagsmåling Skriv her"
BULLETS = "List Bullet"
_INK, _GREY = RGBColor(0x1F, 0x2A, 0x44), RGBColor(0x4A, 0x4A, 0x4A)
_LINE, _FILL = "8A94A6", "E8EDF3"
_FONT = "Arial"
# What a template may call them that was not made by Word or LibreOffice.
_IN_DANISH = {
    "Title": "Titel",
    "Subtitle": "Undertitel",
    "Heading 1": "Overskrift 1",
    "Heading 2": "Overskrift 2",
    "Heading 3": "Overskrift 3",
    "Caption": "Billedtekst",
    BULLETS: "Opstilling - punkttegn",
}
# What Word calls its own styles: type in points, and points below.
_BUILT_IN = {
    "Title": (20, 4),
    "Subtitle": (11, 12),
    "Heading 1": (15, 6),
    "Heading 2": (12, 4),
    "Heading 3": (10.5, 2),
    "Caption": (9, 3),
    BULLETS: (10, 4),
}


def add_own_styles(document: Document) -> None:
    """The styles that a template may lack; those that it has stay as they are."""
    for name, (size, after) in _BUILT_IN.items():
        if not _has(document, name):
            _built_in(document, name, size=size, after=after)
    _paragraph_style(document, CELL, size=8.5, after=0)
    _paragraph_style(document, NOTE, size=8, before=2, after=3)
    if not _has(document, NOTICE):
        _boxed(_paragraph_style(document, NOTICE, size=10, after=12, bold=True))
    for name, size in {ASIDE: Pt(8), PLACE: None}.items():
        if not _has(document, name):
            style: CharacterStyle = cast(
                "CharacterStyle",
                document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER),
            )
            style.font.size, style.font.color.rgb = size, _GREY
            style.font.italic = True if name == PLACE else None
    if not _has(document, TABLE):
        document.styles.element.append(_table_style(document))


def style_of(document: Document, name: str) -> ParagraphStyle | None:
    """A document's style by the name that Word shows; None where it has none.

    Word writes "heading 1" for Heading 1 and LibreOffice "Heading 1"; python-docx looks
    for the first alone.

    >>> import docx
    >>> style_of(docx.Document(), "Heading 1").style_id
    'Heading1'
    """
    names = (name.casefold(), _IN_DANISH.get(name, name).casefold())
    found = {one.name.casefold(): one for one in document.styles if one.name}
    style = next((found[one] for one in names if one in found), None)
    return cast("ParagraphStyle | None", style)


def known_style(document: Document, name: str) -> ParagraphStyle:
    """A style that the document has by now, of the template's or of ours."""
    return cast("ParagraphStyle", style_of(document, name))


def has_bullets(document: Document) -> bool:
    """Whether the template's list style brings its own bullets."""
    return (
        known_style(document, BULLETS).element.find(f".//{qn('w:numPr')}") is not None
    )


def _built_in(document: Document, name: str, *, size: float, after: float) -> None:
    """A style of Word's own that the template has never used and so does not hold."""
    style = _added(document, name, builtin=True)
    style.base_style = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    style.font.size, style.font.bold = Pt(size), name not in ("Subtitle", BULLETS)
    style.quick_style, style.hidden = True, False
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.keep_with_next = name != BULLETS
    kind, _, level = name.partition(" ")
    if kind == "Heading":
        outline = made("outlineLvl", val=int(level) - 1)
        style.element.get_or_add_pPr().append(outline)
    if name == BULLETS:
        style.paragraph_format.left_indent = Cm(0.6)
        style.paragraph_format.first_line_indent = Cm(-0.6)


def restyle(document: Document) -> None:
    """The look of a document that has no template: calm, on A4, with dark headings."""
    normal = known_style(document, "Normal")
    normal.font.name, normal.font.size = _FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    normal.paragraph_format.line_spacing = 1.1
    sizes = {"Title": (20, 0, 4), "Subtitle": (11, 0, 12), "Caption": (9, 10, 3)}
    sizes |= {"Heading 1": (15, 18, 6), "Heading 2": (12, 14, 4)}
    sizes |= {"Heading 3": (10.5, 8, 2)}
    for name, (size, before, after) in sizes.items():
        _restyled(known_style(document, name), size, before=before, after=after)
    known_style(document, BULLETS).paragraph_format.space_after = Pt(4)
    known_style(document, "Caption").paragraph_format.keep_with_next = True


def _restyled(
    style: ParagraphStyle, size: float, *, before: float, after: float
) -> None:
    font, place = style.font, style.paragraph_format
    font.size, font.color.rgb = Pt(size), _INK
    font.bold, font.italic = style.name != "Subtitle", False
    for spacing in style.element.findall(f".//{qn('w:rPr')}/{qn('w:spacing')}"):
        spacing.getparent().remove(spacing)
    _set_font(style)
    place.space_before, place.space_after = Pt(before), Pt(after)
    place.keep_with_next = True
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _set_font(style: ParagraphStyle) -> None:
    """python-docx sets only two of the four fonts, and a theme font wins over both."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), _FONT)


def _has(document: Document, name: str) -> bool:
    return style_of(document, name) is not None


def _paragraph_style(
    document: Document,
    name: str,
    *,
    size: float | None,
    before: float = 0,
    after: float,
    bold: bool = False,
) -> ParagraphStyle:
    if _has(document, name):
        return known_style(document, name)
    style = _added(document, name)
    style.base_style = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    style.font.size = None if size is None else Pt(size)
    style.font.bold = bold or None
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    return style


def _added(document: Document, name: str, *, builtin: bool = False) -> ParagraphStyle:
    """python-docx tells the kinds of style apart by a number, which no type shows."""
    kind = WD_STYLE_TYPE.PARAGRAPH
    style = document.styles.add_style(name, kind, builtin=builtin)
    return cast("ParagraphStyle", style)


def _boxed(style: ParagraphStyle) -> None:
    sides = ("top", "left", "bottom", "right")
    borders = [made(side, val="single", sz=8, space=4, color=_LINE) for side in sides]
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        made("pBdr", *borders), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )


def _table_style(document: Document) -> Element:
    """Thin lines between rows, a shaded bold header; python-docx cannot make one."""
    base = document.styles.default(WD_STYLE_TYPE.TABLE)
    lines = {side: _line(4) for side in ("top", "bottom", "insideH")}
    space = {"top": 25, "left": 70, "bottom": 25, "right": 70}
    margins = [made(side, w=width, type="dxa") for side, width in space.items()]
    heading = made(
        "tblStylePr",
        made("rPr", made("b")),
        made("tcPr", made("shd", val="clear", color="auto", fill=_FILL)),
        type="firstRow",
    )
    return made(
        "style",
        made("name", val=TABLE),
        made("basedOn", val=base.style_id) if base is not None else None,
        made("uiPriority", val=99),
        made("pPr", made("spacing", after=0, line=240, lineRule="auto")),
        made(
            "tblPr",
            made("tblBorders", *(made(side, **line) for side, line in lines.items())),
            made("tblCellMar", *margins),
        ),
        heading,
        type="table",
        customStyle=1,
        styleId="SagsmaalingTabel",
    )


def _line(size: int) -> dict[str, object]:
    return {"val": "single", "sz": size, "space": 0, "color": _LINE}
