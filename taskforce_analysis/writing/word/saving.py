"""A report's blocks saved as a Word document, the same bytes each time."""

from pathlib import Path
from typing import Any

from taskforce_analysis.atomic import repack, whole_file
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.blocks import Report
from taskforce_analysis.results import Results
from taskforce_analysis.writing.word.fields import (
    fields_of,
    fill,
    parts_at,
    places_of,
)
from taskforce_analysis.writing.word.opening import Told, open_document, tell
from taskforce_analysis.writing.word.parts import Part, Splitter
from taskforce_analysis.writing.word.rendering import Page, render
from taskforce_analysis.writing.word.styles import NOTE
from taskforce_analysis.writing.word.xml import text_run

REPORT = "report"


def save_report(
    report: Report,
    path: Path,
    *,
    results: Results,
    language: Language,
    kind: str = "",
    template: str | Path | None = None,
    on_every_page: str = "",
) -> None:
    """Render the blocks and save them; `on_every_page` stands in the page's header.

    With a `kind` each part is marked, so that it can be refreshed; a report goes where
    the template's tags say, if it has any. Raises FileError where the template is not
    there, UsageError where it is no Word document or has a tag that does not exist.
    """
    document = open_document(report, template=template)
    if on_every_page:
        _mark_pages(document, on_every_page)
    salt = salt_of(kind, results, language) if kind else ""
    splitter, page = Splitter(results, language, salt), Page(document, language)
    fields = fields_of(document) if kind == REPORT else []
    places = places_of(fields)
    if places:
        parts = parts_at(places, splitter)
        fill(fields, parts, page)
        given = [part for inside in parts for part in inside]
    else:
        given = list(splitter.report(report))
        render(given, page)
    if kind:
        tell(document, _account(kind, results, language, places=places, parts=given))
    save_document(document, path)


def salt_of(kind: str, results: Results, language: Language) -> str:
    """Whose a document's parts are: another form's or language's are not the same."""
    return f"{kind}/{results.form.id}/{language.id}"


def _account(
    kind: str,
    results: Results,
    language: Language,
    *,
    places: tuple[str, ...],
    parts: list[Part],
) -> Told:
    return Told(
        kind=kind,
        form=results.form.id,
        language=language.id,
        places=places,
        parts=tuple(part.key for part in parts if part.key),
    )


def save_document(document: Any, path: Path) -> None:
    """Save a document whole, with the fixed times of `repack`."""
    with whole_file(path) as temporary:
        document.save(str(temporary))
        packed = temporary.with_suffix(".packed")
        repack(temporary, packed)
        packed.replace(temporary)


def _mark_pages(document: Any, text: str) -> None:
    for section in document.sections:
        paragraph = section.header.paragraphs[0]
        paragraph.style = document.styles[NOTE]
        paragraph._p.append(text_run(text))  # noqa: SLF001
