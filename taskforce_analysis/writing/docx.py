"""The report as a Word document: real headings, native tables, figures with alt text.

A municipality's own template gives its styles, margins, header and footer; what it
lacks is added beside them. Without one the document has a look of its own, on A4. Each
part is marked, so that `refresh` finds it again.

A template may also say what stands where: a content control whose tag names a part of
the report (see reporting/contents.py) is replaced by that part. The title of a control
serves as well as its tag, for LibreOffice drops the tag.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docx.document import Document
from docx.oxml.ns import qn

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.author_places import check_final, empty_places
from taskforce_analysis.reporting.blocks import Report
from taskforce_analysis.reporting.contents import NOTICE, outline
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.picturing import Pictures
from taskforce_analysis.writing.word.document import (
    STRUCTURE,
    Account,
    open_document,
    save_document,
    set_account,
)
from taskforce_analysis.writing.word.parts import Part, Splitter
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.styles import NOTE, known_style
from taskforce_analysis.writing.word.tags import PREFIX
from taskforce_analysis.writing.word.xml import Element, made, text_run

REPORT = "report"
# The elements that hold paragraphs, so that a control in them may become several.
_BLOCK_LEVEL = ("body", "tc", "sdtContent", "txbxContent")


@writer("report", ".docx", label={"da": "Word-rapport", "en": "Word report"})
def write_docx(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
    pictures: Pictures | None = None,
) -> None:
    """Write the report as .docx; `template` is a .docx or .dotx whose styles are used.

    `pictures` are those of the same results that another paper has drawn already.
    Raises FileError where the template is not there, UsageError where it is no Word
    document or has a tag that does not exist.
    """
    save_report(
        outline(results, language),
        path,
        results=results,
        language=language,
        kind=REPORT,
        template=template,
        pictures=pictures,
    )


def save_report(
    report: Report,
    path: Path,
    *,
    results: Results,
    language: Language,
    kind: str = "",
    template: str | Path | None = None,
    pictures: Pictures | None = None,
    on_every_page: str = "",
) -> None:
    """Render the blocks and save them; `on_every_page` stands in the page's header.

    With a `kind` each part is marked, so that it can be refreshed; a report goes where
    the template's tags say, if it has any. Raises FileError where the template is not
    there, UsageError where it is no Word document or has a tag that does not exist, or
    where the report shall be final and is not.
    """
    if kind:  # the list of cases is internal, and never final
        check_final(empty_places(report, results, language), results, language)
    document = open_document(report, template=template)
    for section in document.sections if on_every_page else ():
        paragraph = section.header.paragraphs[0]
        paragraph.style = known_style(document, NOTE)
        paragraph._p.append(text_run(on_every_page))  # noqa: SLF001
    pictures = pictures or Pictures(results, language)
    splitter = Splitter(results, language, kind, pictures)
    page = Page(document, language)
    controls = _controls_in(document) if kind == REPORT else []
    tags = _tags_of(controls)
    if tags:
        page.turns = False  # where a tag stands is the template's own matter
        parts = splitter.at(tags)
        _fill(controls, parts, page)
        given = [part for inside in parts for part in inside]
    else:
        given = list(splitter.report(report))
        for part in given:
            page.append(part)
        page.close()
    if kind:
        account = Account(
            kind=kind,
            form=results.form.id,
            language=language.id,
            structure=STRUCTURE,
            places=tags,
            parts=tuple(part.key for part in given if part.key),
        )
        set_account(document, account)
    save_document(document, path)


@dataclass(frozen=True)
class Control:
    """A content control that names a part of the report."""

    tag: str
    element: Element


def _controls_in(document: Document) -> list[Control]:
    """The controls with a tag of ours, in the order in which they stand."""
    found = document.element.body.iter(qn("w:sdt"))
    return [Control(tag, one) for one in found for tag in _tag_of(one)]


def _tag_of(control: Element) -> Iterator[str]:
    properties = control.find(qn("w:sdtPr"))
    for name in ("w:tag", "w:alias"):
        told = None if properties is None else properties.find(qn(name))
        text = "" if told is None else told.get(qn("w:val"), "").strip()
        if text.startswith(PREFIX):
            yield text.removeprefix(PREFIX)
            return


def _tags_of(controls: list[Control]) -> tuple[str, ...]:
    """The tags in order; that the paper is internal is said even without a place."""
    tags = tuple(one.tag for one in controls)
    return tags if NOTICE in tags or not tags else (NOTICE, *tags)


def _fill(controls: list[Control], parts: list[list[Part]], page: Page) -> None:
    """Put the parts of each tag where its control stands."""
    if len(parts) > len(controls):
        first, *parts = parts
        body = page.document.element.body
        for number, part in enumerate(first):
            body.insert(number, page.element(part))
    for control, own in zip(controls, parts, strict=True):
        _replace(control, own, page)


def _replace(control: Control, parts: list[Part], page: Page) -> None:
    element = control.element
    parent = element.getparent()
    level = parent.tag.rpartition("}")[2]
    if level == "sdtContent":  # a control within another: what is around decides
        outer = parent.getparent().getparent().tag.rpartition("}")[2]
        level = level if outer in _BLOCK_LEVEL else "p"
    if level in _BLOCK_LEVEL:
        _in_place(element, [page.element(part) for part in parts])
    elif level == "p" and len(parts) == 1 and parts[0].kind == "text":
        new = page.element(parts[0])
        _in_place(element, [one for one in new if one.tag != qn("w:pPr")])
    elif level == "p" and _stands_alone(element, parent):
        _in_place(parent, [page.element(part) for part in parts])
    else:
        finding = f"the tag {PREFIX}{control.tag} stands in a line with other text"
        raise wrong_use(finding, "Give it a paragraph of its own in the template")


def _in_place(old: Element, new: list[Element]) -> None:
    parent = old.getparent()
    for element in new:
        old.addprevious(element)
    parent.remove(old)
    # A table cell ends in a paragraph.
    if parent.tag == qn("w:tc") and (not len(parent) or parent[-1].tag != qn("w:p")):
        parent.append(made("p"))


def _stands_alone(control: Element, paragraph: Element) -> bool:
    inside = "".join(control.itertext()).strip()
    return "".join(paragraph.itertext()).strip() == inside
