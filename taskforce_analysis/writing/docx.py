"""The report as a Word document: real headings, native tables, figures with alt text.

A municipality's own template gives its styles, margins, header and footer; what it
lacks is added beside them, and where it has tags (placing.py), they say what stands
where. Without one the document has a look of its own, on A4. Each part is marked, so
that `refresh` finds it again.
"""

from pathlib import Path

from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.outline import outline
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer


@writer("report", ".docx", label={"da": "Word-rapport", "en": "Word report"})
def write_docx(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
) -> None:
    """Write the report as .docx; `template` is a .docx or .dotx whose styles are used.

    Raises FileError where the template is not there, UsageError where it is no Word
    document or has a tag that does not exist.
    """
    from taskforce_analysis.writing.word.saving import save_report

    report = outline(results, language)
    save_report(
        report,
        path,
        results=results,
        language=language,
        kind="report",
        template=template,
    )
