"""A report's blocks saved as a Word document, the same bytes each time."""

from pathlib import Path
from typing import Any

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing.atomic import whole_file
from taskforce_analysis.writing.blocks import Report
from taskforce_analysis.writing.packaging import repack
from taskforce_analysis.writing.word.opening import open_document
from taskforce_analysis.writing.word.rendering import render
from taskforce_analysis.writing.word.styles import NOTE
from taskforce_analysis.writing.word.xml import text_run


def save_report(
    report: Report,
    path: Path,
    *,
    results: Results,
    language: Language,
    template: str | Path | None = None,
    on_every_page: str = "",
) -> None:
    """Render the blocks and save them; `on_every_page` stands in the page's header.

    Raises FileError where the template is not there, UsageError where it is no Word
    document.
    """
    document = open_document(report, template=template)
    if on_every_page:
        _mark_pages(document, on_every_page)
    render(report, document, results=results, language=language)
    save_document(document, path)


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
