"""The report as a Word document: real headings, native tables, figures with alt text.

A municipality's own template gives its styles, margins, header and footer; what it
lacks is added beside them. Without one the document has a look of its own, on A4.
"""

from pathlib import Path

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.atomic import whole_file
from taskforce_analysis.writing.outline import outline
from taskforce_analysis.writing.packaging import repack


@writer("report", ".docx", label={"da": "Word-rapport", "en": "Word report"})
def write_docx(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
) -> None:
    """Write the report as .docx; `template` is a .docx or .dotx whose styles are used.

    Raises FileError where the template is not there or is no Word document.
    """
    from taskforce_analysis.writing.word.opening import open_document
    from taskforce_analysis.writing.word.rendering import render

    report = outline(results, language)
    document = open_document(report, template=template)
    render(report, document, results=results, language=language)
    with whole_file(path) as temporary:
        document.save(str(temporary))
        repack(temporary, path.with_suffix(".packed"))
        path.with_suffix(".packed").replace(temporary)
