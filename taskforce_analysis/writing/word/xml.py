"""WordprocessingML elements in one line each, where python-docx has no name for them.

ECMA-376 part 1, chapter 17. Text and attribute values are set on the element, never
joined into a string, so that nothing from a workbook can become markup.
"""

from typing import TypeAlias

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

Element: TypeAlias = BaseOxmlElement

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def made(tag: str, *children: Element | None, **attributes: object) -> Element:
    """An element `w:tag` with `w:` attributes and children; None children are left out.

    >>> made("shd", val="clear", fill="E8EDF3").tag.rpartition("}")[2]
    'shd'
    """
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name.rstrip('_')}"), str(value))
    element.extend(child for child in children if child is not None)
    return element


def text_run(text: str, *, style: str = "") -> Element:
    """A run of text; a line break within it becomes a break."""
    properties = made("rPr", made("rStyle", val=style)) if style else None
    run = made("r", properties)
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(made("br"))
        mark, tab, rest = line.partition("\t")
        run.extend([_text(mark), *([made("tab"), _text(rest)] if tab else [])])
    return run


def _text(text: str) -> Element:
    piece = made("t")
    set_text(piece, text)
    return piece


def set_text(element: Element, text: str) -> None:
    """Give an element its text, with the blanks at either end."""
    element.text = text
    element.set(_SPACE, "preserve")


def field_runs(instruction: str, shown: str) -> list[Element]:
    """A field as runs: what Word computes, and what stands there until it does.

    Runs and not `w:fldSimple`, which many readers of a document pass over.
    """
    code = made("instrText")
    set_text(code, f" {instruction} ")
    return [
        made("r", made("fldChar", fldCharType="begin")),
        made("r", code),
        made("r", made("fldChar", fldCharType="separate")),
        text_run(shown),
        made("r", made("fldChar", fldCharType="end")),
    ]
